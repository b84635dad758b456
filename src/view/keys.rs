//! Keys of the keypad, as the toolkit tells them, and where one has come to, as the page marks it.
//! It knows no key's meaning: that is the profile's.

use slint::{ComponentHandle, SharedString, platform::Key};

use crate::access::KeyName;
use crate::app::event::Event;
use crate::app::leaflet::{Leaflet, Part, Place};
use crate::app::model::{Model, Overlay};
use crate::app::stops::Spot;
use crate::app::stops::overlay::{LEARN_LEAVE, key_line, key_lines};

use super::ui::FocusBridge;
use super::{KioskWindow, Outlet, list_of};

/// Keys that type nothing, as the toolkit writes them.
const NAMED: [(Key, &str); 39] = [
    (Key::UpArrow, "Up"),
    (Key::DownArrow, "Down"),
    (Key::LeftArrow, "Left"),
    (Key::RightArrow, "Right"),
    (Key::Return, "Return"),
    (Key::Escape, "Escape"),
    (Key::Backspace, "Backspace"),
    (Key::Tab, "Tab"),
    (Key::Space, "Space"),
    (Key::Delete, "Delete"),
    (Key::Insert, "Insert"),
    (Key::Home, "Home"),
    (Key::End, "End"),
    (Key::PageUp, "PageUp"),
    (Key::PageDown, "PageDown"),
    (Key::F1, "F1"),
    (Key::F2, "F2"),
    (Key::F3, "F3"),
    (Key::F4, "F4"),
    (Key::F5, "F5"),
    (Key::F6, "F6"),
    (Key::F7, "F7"),
    (Key::F8, "F8"),
    (Key::F9, "F9"),
    (Key::F10, "F10"),
    (Key::F11, "F11"),
    (Key::F12, "F12"),
    (Key::F13, "F13"),
    (Key::F14, "F14"),
    (Key::F15, "F15"),
    (Key::F16, "F16"),
    (Key::F17, "F17"),
    (Key::F18, "F18"),
    (Key::F19, "F19"),
    (Key::F20, "F20"),
    (Key::F21, "F21"),
    (Key::F22, "F22"),
    (Key::F23, "F23"),
    (Key::F24, "F24"),
];

/// Connects the keypad and the two buttons that have to do with it.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<FocusBridge>();
    let to = outlet.clone();
    bridge.on_pressed(move |text| {
        if let Some(key) = key_of(&text) {
            to.send(Event::Key { key, at: to.elapsed() });
        }
    });
    let to = outlet.clone();
    bridge.on_read_at(move |line, part| {
        if let Some(place) = place_of(&line, part) {
            to.send(Event::ReadAt(place));
        }
    });
    let to = outlet.clone();
    bridge.on_eyes_free(move || to.send(Event::EyesFree));
    let to = outlet.clone();
    bridge.on_learn(move || to.send(Event::LearnKeys));
}

/// Marks where one has come to, and fills the page of keys.
pub fn show(window: &KioskWindow, model: &Model, leaflet: Option<&Leaflet>) {
    let bridge = window.global::<FocusBridge>();
    bridge.set_has_keypad(!model.keypad.is_empty());
    let visit = model.visit.as_ref();
    let is_on = visit.is_some_and(|visit| visit.access.is_eyes_free);
    bridge.set_is_eyes_free(is_on);
    let stop = leaflet.filter(|_| is_on).and_then(|leaflet| {
        let at = visit.map_or(0, |visit| visit.focus.at);
        model.shown_stops(leaflet).into_iter().nth(at)
    });
    bridge.set_at(stop.map_or_else(String::new, |stop| place(stop.spot, &stop.label)).into());
    if let Some(Overlay::Keys(seen)) = visit.map(|visit| &visit.overlay) {
        let lines = key_lines(&model.keypad).iter().map(|line| SharedString::from(&*model.say(line))).collect();
        if let Some(lines) = list_of(&bridge.get_key_lines(), lines) {
            bridge.set_key_lines(lines);
        }
        bridge.set_key_line((&*model.say(&key_line(*seen))).into());
        bridge.set_leave_line((&*model.say(LEARN_LEAVE)).into());
    }
}

/// Empties what a visit left.
pub fn clear(window: &KioskWindow) {
    window.global::<FocusBridge>().set_key_line(SharedString::new());
}

/// The name that the page gives to a place: rows and lines by number, everything else by its label.
fn place(spot: Spot, label: &str) -> String {
    match spot {
        Spot::Head(i) => format!("head {i}"),
        Spot::Question(q) => format!("question {q}"),
        Spot::Choice(q, c) => format!("choice {q} {c}"),
        Spot::Group(i) => format!("group {i}"),
        Spot::Row(i) => format!("row {i}"),
        Spot::Body(i) => format!("body {i}"),
        Spot::Bar => "bar".to_owned(),
        Spot::Labelled => label.to_owned(),
    }
}

/// The place of a part of a line, by the name that the page gives the line.
fn place_of(line: &str, part: i32) -> Option<Place> {
    let (sort, number) = line.split_once(' ')?;
    let number = number.parse().ok()?;
    let part = match part {
        1 => Part::Name,
        2 => Part::Value,
        _ => Part::Note,
    };
    match sort {
        "head" => Some(Place::Head(number, part)),
        "body" => Some(Place::Body(number, part)),
        "question" => Some(Place::Question(number)),
        _ => None,
    }
}

fn key_of(text: &str) -> Option<KeyName> {
    let named = NAMED.iter().find(|(key, _)| SharedString::from(*key) == text);
    KeyName::parse(named.map_or(text, |(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::keypad::NAMED_KEYS;

    #[test]
    fn every_key_of_a_profile_can_be_heard() {
        for ((_, heard), (name, _)) in NAMED.iter().zip(NAMED_KEYS) {
            assert_eq!(*heard, name);
        }
        assert_eq!(key_of(&SharedString::from(Key::F17)), KeyName::parse("F17"));
        assert_eq!(key_of("5"), KeyName::parse("5"));
        assert_eq!(key_of(&SharedString::from(Key::Shift)), None);
    }
}
