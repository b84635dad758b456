//! By keypad on the screen: what is said is what is shown, every button is a stop, and the ring is where one is.

use std::collections::BTreeSet;

use civic_kiosk::app::model::Overlay;
use civic_kiosk::app::stops::Role;
use i_slint_backend_testing::AccessibleRole;
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};

use crate::elements::{PAGES, VARIANTS, at, is_button};
use crate::picture::check;
use crate::terminal::Terminal;

/// Buttons that only move the page; who goes by keypad takes the page along.
const SCROLLING: [&str; 2] = ["上一屏", "下一屏"];

fn press(terminal: &mut Terminal, key: Key) {
    terminal.rest();
    let text = SharedString::from(key);
    terminal.window().window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    terminal.window().window().dispatch_event(WindowEvent::KeyReleased { text });
    terminal.settle();
}

/// Texts and labels of buttons, on every screen of the page.
fn shown(terminal: &mut Terminal) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut texts, mut buttons) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..30 {
        for element in terminal.elements() {
            let Some(label) = element.accessible_label().map(String::from) else { continue };
            match element.accessible_role() {
                Some(AccessibleRole::Text) => texts.insert(label),
                Some(AccessibleRole::Button | AccessibleRole::RadioButton) => buttons.insert(label),
                _ => false,
            };
        }
        let Some(down) = terminal.labelled("下一屏").pop().filter(|b| b.accessible_enabled() == Some(true)) else {
            break;
        };
        down.invoke_accessible_default_action();
        terminal.settle();
    }
    (texts, buttons)
}

#[test]
fn every_text_and_button_of_every_page_is_a_stop_and_no_stop_is_invented() {
    for (page, touches) in PAGES {
        let mut terminal = at(touches, &[]);
        let stops = terminal.screen.model.stops();
        let (texts, buttons) = shown(&mut terminal);
        for text in &texts {
            assert!(
                stops.iter().any(|stop| stop.label.contains(text.as_str())),
                "{page}: “{text}” is shown but no stop"
            );
        }
        let deeds: BTreeSet<String> = stops.iter().filter(|stop| is_button(stop)).map(|s| s.label.clone()).collect();
        let buttons: BTreeSet<String> = buttons.into_iter().filter(|b| !SCROLLING.contains(&b.as_str())).collect();
        assert_eq!(deeds, buttons, "{page}");
    }
}

#[test]
fn what_lies_over_a_page_is_said_word_for_word() {
    let open = |terminal: &mut Terminal, what: &str| match what {
        "help" => terminal.send(civic_kiosk::app::Event::Strip(civic_kiosk::app::event::Strip::Help)),
        "keys" => terminal.send(civic_kiosk::app::Event::LearnKeys),
        "code" => terminal.touch("扫码带走"),
        "paper" => {
            terminal.doings.is_waiting.set(true);
            terminal.touch("打印清单");
        }
        _ => terminal.touch("打印清单"),
    };
    for what in ["help", "keys", "code", "paper", "message"] {
        let mut terminal = Terminal::new();
        terminal.open_guide("elder-card");
        let before: BTreeSet<String> = shown(&mut terminal).0;
        open(&mut terminal, what);
        assert!(terminal.screen.model.visit.as_ref().unwrap().overlay != Overlay::None, "{what}");
        let stops = terminal.screen.model.stops();
        let (texts, buttons) = shown(&mut terminal);
        // The page below says at once that the printer is without paper.
        let below = terminal.screen.model.printer_note();
        for text in texts.difference(&before).filter(|text| *text != below) {
            assert!(stops.iter().any(|stop| stop.label == *text), "{what}: “{text}” is shown but no stop");
        }
        for stop in &stops {
            let is_there =
                if stop.deed.is_some() { buttons.contains(&stop.label) } else { texts.contains(&stop.label) };
            assert!(is_there || stop.label == "二维码", "{what}: “{}” is said but not shown", stop.label);
        }
        assert_eq!(stops[0].role, Role::Title);
    }
}

#[test]
fn the_ring_is_where_one_is_and_always_in_view() {
    let mut terminal = Terminal::new();
    press(&mut terminal, Key::DownArrow);
    assert_eq!(terminal.labelled("我要看，").len(), 0, "a label is whole");
    for _ in 0..3 {
        press(&mut terminal, Key::DownArrow);
    }
    press(&mut terminal, Key::Return);
    let stops = terminal.screen.model.stops();
    for _ in 0..stops.len() {
        press(&mut terminal, Key::DownArrow);
        let at = terminal.screen.model.visit.as_ref().unwrap().focus.at;
        let stop = &stops[at];
        let Some(element) = terminal.labelled(&stop.label).pop() else { continue };
        let (top, height) = (element.absolute_position().y, element.size().height);
        assert!(top >= 0.0 && top + height <= 1920.5, "“{}” is at {top}", stop.label);
    }
}

#[test]
fn the_ring_and_the_page_of_keys_look_as_they_were_approved() {
    for (variant, tools) in [VARIANTS[0], VARIANTS[2]] {
        let mut terminal = at(&["我要办", "部门", "云川市民政局", "老年人优待证办理"], tools);
        for _ in 0..9 {
            press(&mut terminal, Key::DownArrow);
        }
        check(&format!("keypad-{variant}"), &terminal.window().window().take_snapshot().unwrap());
    }
    let mut terminal = at(&[], &[]);
    terminal.send(civic_kiosk::app::Event::LearnKeys);
    press(&mut terminal, Key::DownArrow);
    check("keys", &terminal.window().window().take_snapshot().unwrap());
}
