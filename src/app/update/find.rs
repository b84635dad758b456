//! Typing and writing, on the page where one looks for things and in a form.
//! It decides nothing about what is found.

use std::time::Duration;

use super::super::effect::Effect;
use super::super::find::{FindEvent, FindPage};
use super::super::model::{Model, Page, Visit};
use super::super::typing::{Here, TypingEvent};
use super::acted;

/// Opens the page, and asks once so that it knows whether there is a pad.
pub(super) fn open_find(visit: &mut Visit) -> Vec<Effect> {
    let mut page = FindPage::default();
    let ask = page.ask();
    visit.go(Page::Find(Box::new(page)));
    vec![Effect::Find { visit: visit.id, ask }]
}

/// Takes what the finder says.
pub(super) fn find(model: &mut Model, event: FindEvent) -> Vec<Effect> {
    let FindEvent::Answered { visit: id, serial, mut answer } = event;
    let page = model.visit.as_mut().filter(|visit| visit.id == id).map(|visit| &mut visit.page);
    match page {
        Some(Page::Find(page)) => page.take(serial, *answer),
        Some(Page::Form(filling)) => {
            filling.typing.take(serial, &mut answer);
        }
        Some(Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_)) | None => {}
    }
    Vec::new()
}

/// Does what is done with the keys, and asks what the letters and strokes may be.
pub(super) fn typing(model: &mut Model, event: TypingEvent) -> Vec<Effect> {
    let now = model.now;
    let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
    acted(model, |hall, visit| {
        let (size, here) = (visit.access.size, Here { hall, today });
        let is_changed = match &mut visit.page {
            Page::Find(page) => page.typing.apply(event, now, size, here),
            Page::Form(filling) if filling.is_typed() => {
                let is_changed = filling.typing.apply(event, now, size, here);
                if is_changed {
                    filling.typed();
                }
                is_changed
            }
            Page::Form(_) | Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) => false,
        };
        if is_changed { asked(visit) } else { Vec::new() }
    })
}

/// The hand rests: what was written becomes a character.
pub(super) fn written(visit: &mut Visit, now: Duration) -> Vec<Effect> {
    let is_taken = match &mut visit.page {
        Page::Find(page) => page.typing.rest(now),
        Page::Form(filling) => filling.typing.rest(now),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) => false,
    };
    if is_taken { asked(visit) } else { Vec::new() }
}

pub(super) fn asked(visit: &mut Visit) -> Vec<Effect> {
    let ask = match &mut visit.page {
        Page::Find(page) => page.ask(),
        Page::Form(filling) => filling.ask(),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) => return Vec::new(),
    };
    vec![Effect::Find { visit: visit.id, ask }]
}
