//! Typing and writing on the page where one looks for things.
//! It decides nothing about what is found.

use std::time::Duration;

use super::super::effect::Effect;
use super::super::find::{FindEvent, FindPage};
use super::super::model::{Model, Page, Visit};
use super::acted;

/// Opens the page, and asks once so that it knows whether there is a pad.
pub(super) fn open_find(visit: &mut Visit) -> Vec<Effect> {
    let mut page = FindPage::default();
    let ask = page.ask();
    visit.go(Page::Find(Box::new(page)));
    vec![Effect::Find { visit: visit.id, ask }]
}

pub(super) fn find(model: &mut Model, event: FindEvent) -> Vec<Effect> {
    let now = model.now;
    let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
    if let FindEvent::Answered { visit: id, serial, answer } = event {
        if let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id)
            && let Page::Find(page) = &mut visit.page
        {
            page.take(serial, *answer);
        }
        return Vec::new();
    }
    acted(model, |hall, visit| {
        let size = visit.access.size;
        let Page::Find(page) = &mut visit.page else { return Vec::new() };
        let is_changed = match event {
            FindEvent::Key(key) => page.press(key),
            FindEvent::Pick(place) => page.pick(place),
            FindEvent::Stroke(strokes) => page.draw(strokes, now),
            FindEvent::Bar(turn) => {
                page.turn_bar(turn, size);
                false
            }
            FindEvent::Keys(keys) => {
                page.show_keys(keys, hall, today);
                false
            }
            FindEvent::Tap(tap) => page.tap(tap, hall, today),
            FindEvent::Answered { .. } => false,
        };
        if is_changed { asked(visit) } else { Vec::new() }
    })
}

/// The hand rests: what was written becomes a character.
pub(super) fn written(visit: &mut Visit, now: Duration) -> Vec<Effect> {
    let is_taken = if let Page::Find(page) = &mut visit.page { page.rest(now) } else { false };
    if is_taken { asked(visit) } else { Vec::new() }
}

pub(super) fn asked(visit: &mut Visit) -> Vec<Effect> {
    let Page::Find(page) = &mut visit.page else { return Vec::new() };
    vec![Effect::Find { visit: visit.id, ask: page.ask() }]
}
