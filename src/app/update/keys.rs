//! Going by keypad and ear: one stop after the other, each said as role, label, state and place.
//! A key held or pressed again at once is one press; nothing here knows what a page shows.

use std::time::Duration;

use super::super::effect::Effect;
use super::super::event::Strip;
use super::super::model::{Focus, KeySeen, Model, Overlay, Page, Read, Reading, Scene, Visit, Voice};
use super::super::stops::overlay::key_line;
use super::super::stops::{State, Stop};
use super::{acted, apply, start, strip};
use crate::access::{KeyAct, KeyName};
use crate::base::private::Private;
use crate::speech::script::Script;

/// The same key again within this time is the same press of an unsteady hand.
pub const KEY_PAUSE: Duration = Duration::from_millis(500);

/// What is said first to who begins.
const WELCOME: &str = "语音操作开始。下一项键往下，上一项键往上，确定键打开，返回键返回，帮助键再听一遍。";

/// A key was pressed.
pub(super) fn pressed(model: &mut Model, key: KeyName, at: Duration) -> Vec<Effect> {
    let act = model.keypad.act(key);
    // Staff work by touch.
    if model.desk.is_some() {
        return Vec::new();
    }
    if model
        .visit
        .as_ref()
        .is_some_and(|visit| matches!(visit.overlay, Overlay::Keys(_)) && visit.idle_left_s.is_none())
    {
        return learnt(model, KeySeen { key, act }, at);
    }
    let Some(act) = act else {
        return Vec::new();
    };
    let mut effects = if model.visit.is_none() { start(model) } else { Vec::new() };
    let now = model.now;
    if let Some(Err(trouble)) = &model.hall {
        let (title, text) = trouble.words();
        return said_alone(model, &[title, text]);
    }
    let Some(visit) = &mut model.visit else {
        return effects;
    };
    if visit.focus.is_same_press(act, at) {
        return effects;
    }
    visit.focus.pressed = Some((act, at));
    if visit.idle_left_s.is_some() {
        // Whatever is pressed, somebody is here; what was said is said again.
        visit.focus.said = None;
        effects.extend(visit.touch(now));
        return effects;
    }
    if !visit.access.is_eyes_free {
        // The first press only begins: who pressed it knows nothing of the page yet.
        effects.extend(toggle(model));
        return effects;
    }
    effects.extend(match act {
        KeyAct::Next => moved(model, |at, of| (at + 1) % of),
        KeyAct::Previous => moved(model, |at, of| (at + of - 1) % of),
        KeyAct::Activate => activated(model),
        KeyAct::Back => strip(model, Strip::Back),
        KeyAct::Home => strip(model, Strip::Home),
        KeyAct::Help | KeyAct::Start => beside(model, |_| ()),
        KeyAct::Leave => toggle(model),
    });
    // What was asked for is said in any case, also where nothing changed.
    if let Some(visit) = &mut model.visit {
        visit.focus.said = None;
    }
    effects
}

/// Begins or ends going by keypad and ear.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    acted(model, |_, visit| {
        visit.access.is_eyes_free = !visit.access.is_eyes_free;
        visit.focus = Focus { is_new: true, pressed: visit.focus.pressed, ..Focus::default() };
        Vec::new()
    })
}

/// On the page of keys a key only says what it is; going back twice leaves it.
fn learnt(model: &mut Model, seen: KeySeen, at: Duration) -> Vec<Effect> {
    let was_back = |last: &Option<KeySeen>| last.is_some_and(|last| last.act == Some(KeyAct::Back));
    acted(model, |_, visit| {
        if let Some(act) = seen.act {
            if visit.focus.is_same_press(act, at) {
                return Vec::new();
            }
            visit.focus.pressed = Some((act, at));
        }
        match &mut visit.overlay {
            Overlay::Keys(last) if was_back(last) && seen.act == Some(KeyAct::Back) => visit.put_away(),
            Overlay::Keys(last) => *last = Some(seen),
            Overlay::None
            | Overlay::Help
            | Overlay::Qr
            | Overlay::Printing
            | Overlay::Message(_)
            | Overlay::Staff
            | Overlay::Rating(_) => {}
        }
        visit.focus.said = None;
        Vec::new()
    })
}

/// Said where there is no visit that could hold it.
pub(super) fn said_alone(model: &mut Model, lines: &[&str]) -> Vec<Effect> {
    if model.voice != Voice::Ready {
        return Vec::new();
    }
    model.generation += 1;
    vec![Effect::Speak { generation: model.generation, script: Script::of_lines(lines), from: 0 }]
}

/// An action that leaves the readout of the page where it was, to be taken up again.
fn beside(model: &mut Model, act: impl FnOnce(&mut Visit)) -> Vec<Effect> {
    let at = model.visit.as_ref().and_then(Visit::readout_at);
    acted(model, |_, visit| {
        act(visit);
        visit.aside = at;
        Vec::new()
    })
}

fn moved(model: &mut Model, to: impl FnOnce(usize, usize) -> usize) -> Vec<Effect> {
    let stops = model.stops();
    beside(model, |visit| {
        if !stops.is_empty() {
            visit.focus.at = to(visit.focus.at.min(stops.len() - 1), stops.len());
            visit.focus.stop = stops.get(visit.focus.at).cloned();
        }
    })
}

fn activated(model: &mut Model) -> Vec<Effect> {
    let stop = model.stops().into_iter().nth(model.visit.as_ref().map_or(0, |visit| visit.focus.at));
    match stop.filter(|stop| stop.state != State::Disabled).and_then(|stop| stop.deed) {
        Some(deed) => apply(model, deed.event()),
        None => beside(model, |_| ()),
    }
}

/// After every event: where one has come to is found again and said, when anything of it is new.
pub(super) fn announce(model: &mut Model, done: &[Effect]) -> Vec<Effect> {
    let is_on = |model: &Model| model.visit.as_ref().is_some_and(|v| v.access.is_eyes_free && v.idle_left_s.is_none());
    if !is_on(model) {
        return Vec::new();
    }
    let stops = model.stops();
    let learns = model.visit.as_ref().and_then(|visit| match &visit.overlay {
        Overlay::Keys(seen) => Some(key_line(*seen)),
        Overlay::None
        | Overlay::Help
        | Overlay::Qr
        | Overlay::Printing
        | Overlay::Message(_)
        | Overlay::Staff
        | Overlay::Rating(_) => None,
    });
    let is_ready = model.voice == Voice::Ready;
    let may_hear = model.may_say_entry();
    let Some(visit) = &mut model.visit else {
        return Vec::new();
    };
    let scene = Scene::of(visit);
    visit.focus.come_to(scene, &stops);
    let Some(stop) = stops.get(visit.focus.at) else {
        return Vec::new();
    };
    let typed = visit.typed(may_hear);
    let is_typed = visit.focus.typed.as_ref().is_some_and(|before| *before.reveal() != typed);
    visit.focus.typed = Some(Private::new(typed.clone()));
    let words = learns.clone().unwrap_or_else(|| stop.words());
    let is_said = visit.focus.said.as_ref().is_some_and(|said| *said.reveal() == words);
    // What is heard of the page is not spoken over by the button that changed it.
    let is_page_read = visit.reading.as_ref().is_some_and(|reading| reading.of == Read::Page);
    let speaks = |effect: &Effect| match effect {
        Effect::Speak { .. } => true,
        Effect::Readout(_) => is_page_read,
        _ => false,
    };
    if !is_ready || (is_said && !is_typed) {
        return Vec::new();
    }
    visit.focus.said = Some(Private::new(words));
    if done.iter().any(speaks) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if std::mem::take(&mut visit.focus.is_new) {
        lines.push(WELCOME.to_owned());
    }
    if is_typed {
        lines.push(if typed.is_empty() { "没有字了".to_owned() } else { typed });
    }
    // A key that was pressed is not named again where others could hear what is typed.
    if !is_said && (!is_typed || may_hear) {
        lines.push(learns.unwrap_or_else(|| stop.spoken(visit.focus.at, stops.len())));
    }
    model.generation += 1;
    let (generation, since) = (model.generation, model.now);
    let (sentences, places) = (Vec::new(), Vec::new());
    visit.reading = Some(Reading {
        of: Read::Stop,
        generation,
        sentences,
        places,
        current: None,
        at: None,
        is_paused: false,
        since,
    });
    vec![Effect::Speak { generation, script: Script::of_lines(&lines), from: 0 }]
}

impl Model {
    /// Whether what is typed on the page may be said now.
    fn may_say_entry(&self) -> bool {
        let (Some(hall), Some(visit)) = (self.ready_hall(), &self.visit) else { return true };
        match &visit.page {
            Page::Form(filling) => filling.may_say_entry(&self.standing(hall)),
            Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) | Page::Find(_) => true,
        }
    }
}

impl Focus {
    fn is_same_press(&self, act: KeyAct, at: Duration) -> bool {
        self.pressed.is_some_and(|(last, since)| last == act && at.saturating_sub(since) < KEY_PAUSE)
    }

    /// Finds the place again: on another page its first stop or where one left it, on the same page the same thing.
    fn come_to(&mut self, scene: Scene, stops: &[Stop]) {
        if self.scene.as_ref() != Some(&scene) {
            if let Some(left) = self.scene.replace(scene.clone()) {
                if self.trail.len() == super::super::model::HISTORY_MAX {
                    self.trail.remove(0);
                }
                self.trail.push((left, self.at));
            }
            self.at = 0;
            if let Some(known) = self.trail.iter().rposition(|(left, _)| *left == scene) {
                self.at = self.trail.get(known).map_or(0, |(_, at)| *at);
                self.trail.truncate(known);
            }
        } else if let Some(stop) = &self.stop
            && !stops.get(self.at).is_some_and(|here| here.is_where(stop))
            && let Some(same) = stops.iter().position(|other| other.is_where(stop))
        {
            self.at = same;
        }
        self.at = self.at.min(stops.len().saturating_sub(1));
        self.stop = stops.get(self.at).cloned();
    }
}
