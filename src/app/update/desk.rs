//! The PIN pad and the staff page: coming in, typing, asking, leaving.
//! Nobody comes in but by the gate's word for the pad that is open; a visit and the desk are never there together.

use std::time::Duration;

use crate::session::VisitId;
use crate::staff::{GateState, Verdict};
use crate::sync::Order;

use super::super::desk::{Asked, Desk, DeskPlace, PAD_IDLE, Pad, StaffPage, words};
use super::super::effect::Effect;
use super::super::event::{StaffEvent, Strip, Turn};
use super::super::model::{Model, Overlay};
use super::{acted, devices, end};

pub(super) fn staff(model: &mut Model, event: StaffEvent) -> Vec<Effect> {
    match event {
        StaffEvent::Enter => return enter(model),
        StaffEvent::EnterAnyway => return enter_anyway(model),
        StaffEvent::Gate { desk, state } => gate(model, desk, state),
        StaffEvent::Judged { desk, verdict } => return judged(model, desk, verdict),
        StaffEvent::Leave => return leave(model),
        StaffEvent::Digit(digit) => on_pad(model, |pad| {
            if pad.takes_digits() {
                pad.was_wrong = false;
                pad.pin.push(digit);
            }
        }),
        StaffEvent::Delete => on_pad(model, |pad| pad.pin.pop()),
        StaffEvent::Submit => return submit(model),
        StaffEvent::Ask(asked) => return ask(model, asked),
        StaffEvent::RetryLetters => return retry_letters(model),
        StaffEvent::PrintTest => return devices::print_test(model),
        StaffEvent::PrintCheck => return devices::print_check(model),
        StaffEvent::Identify => return devices::identify(model),
        StaffEvent::Saw { question, choice } => devices::saw(model, question, choice),
        StaffEvent::UseProfile => return devices::use_profile(model),
        StaffEvent::KeepProfile => devices::keep_profile(model),
        StaffEvent::Copy(row) => return devices::copy(model, row),
        StaffEvent::TurnJobs(turn) => devices::turn_jobs(model, turn),
        StaffEvent::Turn(turn) => turn_history(model, turn),
    }
    Vec::new()
}

/// Opens the pad; where a visit is on, asks first whether it may end.
fn enter(model: &mut Model) -> Vec<Effect> {
    if model.desk.is_some() {
        return Vec::new();
    }
    if model.visit.is_some() {
        return acted(model, |_, visit| {
            visit.cover(Overlay::Staff);
            Vec::new()
        });
    }
    model.last_visit = model.last_visit.next();
    let desk = Desk::pad(model.last_visit, model.now);
    let asks = Effect::AskGate { desk: desk.id };
    model.desk = Some(desk);
    vec![asks]
}

fn enter_anyway(model: &mut Model) -> Vec<Effect> {
    if model.visit.as_ref().is_none_or(|visit| visit.overlay != Overlay::Staff) {
        return Vec::new();
    }
    let mut effects = end(model);
    effects.extend(enter(model));
    effects
}

/// Everything typed and shown goes; the attract screen begins anew.
fn leave(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = model.desk.take() else {
        return Vec::new();
    };
    model.upkeep.passed.clear();
    model.attract_turn = 0;
    model.attract_since = model.now;
    vec![Effect::Forget { visit: desk.id }, Effect::LoadHall]
}

/// A touch on the desk that does nothing else.
pub(super) fn desk_touched(model: &mut Model) {
    if let Some(desk) = &mut model.desk {
        desk.since = model.now;
    }
}

/// Nobody has touched the desk for long enough, or a lock is over.
pub(super) fn desk_tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let page_idle = Duration::from_secs(u64::from(model.limits.staff_idle_s));
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let limit = match &desk.place {
        DeskPlace::Pad(_) => PAD_IDLE,
        DeskPlace::Page(_) => page_idle,
    };
    if now.saturating_sub(desk.since) >= limit {
        return leave(model);
    }
    if let DeskPlace::Pad(pad) = &mut desk.place
        && pad.locked_until.is_some_and(|until| now >= until)
    {
        pad.locked_until = None;
        return vec![Effect::AskGate { desk: desk.id }];
    }
    Vec::new()
}

/// Size, contrast and reach of the desk; the other tools belong to visits.
pub(super) fn desk_tool(model: &mut Model, tool: Strip) -> Vec<Effect> {
    desk_touched(model);
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    match tool {
        Strip::Size => desk.access.size = desk.access.size.next(),
        Strip::Contrast => desk.access.contrast = desk.access.contrast.next(),
        Strip::Reach => desk.access.reach = desk.access.reach.next(),
        Strip::Home | Strip::End => return leave(model),
        // The staff's side has one language.
        Strip::Back | Strip::Read | Strip::Help | Strip::Language => {}
    }
    Vec::new()
}

fn on_pad(model: &mut Model, act: impl FnOnce(&mut Pad)) {
    desk_touched(model);
    if let Some(Desk { place: DeskPlace::Pad(pad), .. }) = &mut model.desk {
        act(pad);
    }
}

/// The page, touched.
pub(super) fn page(model: &mut Model) -> Option<&mut StaffPage> {
    desk_touched(model);
    match &mut model.desk.as_mut()?.place {
        DeskPlace::Page(page) => Some(page),
        DeskPlace::Pad(_) => None,
    }
}

fn submit(model: &mut Model) -> Vec<Effect> {
    desk_touched(model);
    let Some(Desk { id, place: DeskPlace::Pad(pad), .. }) = &mut model.desk else {
        return Vec::new();
    };
    if !pad.can_be_asked() {
        return Vec::new();
    }
    pad.is_checking = true;
    pad.was_wrong = false;
    // The pad keeps nothing of what was typed, right or wrong.
    vec![Effect::CheckPin { desk: *id, pin: std::mem::take(&mut pad.pin) }]
}

/// The pad of this opening, and nobody else's.
fn pad_of(model: &mut Model, id: VisitId) -> Option<&mut Pad> {
    match model.desk.as_mut().filter(|desk| desk.id == id).map(|desk| &mut desk.place)? {
        DeskPlace::Pad(pad) => Some(pad),
        DeskPlace::Page(_) => None,
    }
}

fn gate(model: &mut Model, desk: VisitId, state: GateState) {
    let now = model.now;
    if let Some(pad) = pad_of(model, desk).filter(|pad| !pad.is_checking) {
        stand(pad, state, now);
    }
}

fn stand(pad: &mut Pad, state: GateState, now: Duration) {
    pad.locked_until = match &state {
        GateState::Locked { left } => Some(now.saturating_add(*left)),
        GateState::Open { .. } | GateState::Nobody | GateState::Trouble { .. } => None,
    };
    pad.gate = Some(state);
}

fn judged(model: &mut Model, id: VisitId, verdict: Verdict) -> Vec<Effect> {
    let now = model.now;
    let Some(pad) = pad_of(model, id).filter(|pad| pad.is_checking) else {
        return Vec::new();
    };
    pad.is_checking = false;
    match verdict {
        Verdict::Refused(state) => {
            pad.was_wrong = matches!(state, GateState::Open { .. });
            stand(pad, state, now);
            Vec::new()
        }
        Verdict::Welcome { who } => {
            if let Some(desk) = &mut model.desk {
                desk.place = DeskPlace::Page(StaffPage::of(who));
                desk.since = now;
            }
            model.upkeep.passed.clear();
            vec![Effect::Order(Order::Tell), Effect::AskPrinter, Effect::AskReceipts]
        }
    }
}

fn ask(model: &mut Model, asked: Asked) -> Vec<Effect> {
    let is_possible = model.upkeep.can_be_asked(asked);
    let is_import = asked == Asked::Import;
    let Some(page) = page(model).filter(|page| is_possible && (is_import || page.asked.is_none())) else {
        return Vec::new();
    };
    page.told.clear();
    let who = page.who.clone();
    if is_import {
        model.upkeep.is_importing = true;
    } else {
        page.asked = Some(asked);
    }
    model.upkeep.passed.clear();
    model.upkeep.heard = model.now;
    vec![Effect::Order(match asked {
        Asked::Import => Order::Import { who },
        Asked::Check => Order::Check { who },
        Asked::Scrub => Order::Scrub,
    })]
}

/// Letters go beside everything else; what comes of it stands on their card.
fn retry_letters(model: &mut Model) -> Vec<Effect> {
    let can = model.upkeep.has_refused_letters();
    match page(model).filter(|_| can) {
        Some(_) => vec![Effect::Order(Order::RetryRefused)],
        None => Vec::new(),
    }
}

fn turn_history(model: &mut Model, turn: Turn) {
    let at = model.desk.as_ref().and_then(Desk::page).map_or(0, |page| page.history_page);
    let pages = words::history(&model.upkeep, model.wall.as_ref(), at).pages;
    let Some(page) = page(model) else { return };
    page.history_page = turned(page.history_page, pages, turn);
}

/// The page before or after, where there is one.
pub(super) fn turned(page: usize, pages: usize, turn: Turn) -> usize {
    match turn {
        Turn::Back => page.saturating_sub(1),
        Turn::On => (page + 1).min(pages.saturating_sub(1)),
    }
}
