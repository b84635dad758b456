//! What an event changes and what it wants done. Pure: no clock, no file, no device, no toolkit.
//! Answers for a visit that is over are dropped here.

use std::time::Duration;

use jiff::Zoned;

use crate::access::Access;
use crate::session::{Idle, IdleTurn};
use crate::speech::Chime;
use crate::speech::script::Script;

use super::effect::Effect;
use super::event::{Event, Strip, Turn};
use super::hall::Hall;
use super::leaflet::{Pages, Target, Turned};
use super::model::{Focus, Limits, Model, Overlay, Page, Printing, Visit, Voice, What};
use super::opinion::Opinions;
use super::takeaway::receipt;
use super::typing::Here;
use answers::{content, printer, voice};
use call::call_staff;
use desk::{desk_tick, desk_tool, desk_touched, staff};
use find::{find, open_find, typing, written};
use form::{ask_case, choose, enter, fill, form, handed_in, print_blank, report};
use keys::{announce, pressed, said_alone, toggle};
use upkeep::{upkeep, upkeep_tick};
use visit::message;

mod answers;
mod call;
mod desk;
mod devices;
mod find;
mod form;
mod keys;
mod mail;
mod opinion;
mod pictures;
mod readout;
mod upkeep;
mod visit;

/// Applies one event.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let may_turn = readout::may_turn(&event);
    let mut effects = apply(model, event);
    opinion::put_up(model);
    keep_time(model);
    super::night::turn(model, &mut effects);
    effects.extend(pictures::ask(model));
    effects.extend(announce(model, &effects));
    // A page that is still being fetched is prepared when it is there.
    if may_turn && !effects.iter().any(|effect| matches!(effect, Effect::Load { .. })) {
        effects.extend(readout::prepared(model));
    }
    effects
}

fn apply(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Tick { now, wall } => tick(model, now, wall),
        Event::Content(event) => content(model, event),
        Event::Voice(event) => voice(model, event),
        Event::Headphones(hearing) => {
            model.hearing = hearing;
            Vec::new()
        }
        Event::Printer(event) => printer(model, event),
        Event::Upkeep(told) => upkeep(model, told),
        Event::Staff(event) => staff(model, event),
        Event::Mailbox(offer) => {
            model.mailbox = offer;
            Vec::new()
        }
        Event::HandedIn { visit, tap, result } => {
            let sends = mail::send(&result);
            handed_in(model, visit, tap, result).into_iter().chain(sends).collect()
        }
        Event::Case { visit, tap, found } => mail::found(model, visit, tap, found),
        Event::FormPrinted { visit, result, .. } => mail::form_printed(model, visit, result),
        Event::Start => start(model),
        Event::Touched | Event::Extend => touched(model),
        Event::Close => acted(model, |_, visit| {
            visit.put_away();
            Vec::new()
        }),
        Event::Open(index) => {
            let row = model.leaflet().and_then(|page| page.row(index).map(|row| row.to.clone()));
            if row == Some(Target::Blank) {
                return print_blank(model);
            }
            let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
            acted(model, |hall, visit| row.map_or(Vec::new(), |to| open(visit, to, Here { hall, today })))
        }
        Event::Turn(turn) => {
            let pages = model.leaflet().and_then(|page| page.pages);
            acted(model, |_, visit| pages.map_or(Vec::new(), |pages| turn_page(visit, pages, turn)))
        }
        Event::Jump(page) => {
            let pages = model.leaflet().and_then(|page| page.pages);
            acted(model, |_, visit| pages.map_or(Vec::new(), |pages| turn_to(visit, pages, page)))
        }
        Event::Choose { situation, choice } => choose(model, situation, choice),
        Event::Print => print(model),
        Event::TakeAway => acted(model, |_, visit| {
            let has_receipt = matches!(&visit.page, Page::Form(filling) if filling.receipt().is_some());
            if has_receipt || matches!(visit.page, Page::Record(_)) {
                visit.overlay = Overlay::Qr;
            }
            Vec::new()
        }),
        Event::Find(event) => find(model, event),
        Event::Typing(event) => typing(model, event),
        Event::Form(event) => form(model, event),
        Event::Rate(rate) => opinion::rate(model, rate),
        Event::Strip(tool) => strip(model, tool),
        Event::Readout(manage) => readout::readout(model, manage),
        Event::ReadAt(place) => readout::read_at(model, place),
        Event::Key { key, at } => pressed(model, key, at),
        Event::EyesFree => {
            let effects = toggle(model);
            effects.into_iter().chain(apply(model, Event::Close)).collect()
        }
        Event::CallStaff => call_staff(model),
        Event::LearnKeys => acted(model, |_, visit| {
            visit.cover(Overlay::Keys(None));
            Vec::new()
        }),
    }
}

fn tick(model: &mut Model, now: Duration, wall: Zoned) -> Vec<Effect> {
    model.now = now;
    let minute = |wall: &Zoned| (wall.hour(), wall.minute());
    let is_new_minute = model.wall.as_ref().map(minute) != Some(minute(&wall));
    model.wall = Some(wall);
    let mut effects = if is_time_to_ask(model) { vec![Effect::AskPrinter] } else { Vec::new() };
    upkeep_tick(model);
    effects.extend(desk_tick(model));
    let Some(visit) = &mut model.visit else {
        turn_attract(model, now);
        if let Some(signage) = &mut model.signage {
            signage.tick(now, model.limits.attract_turn_s);
        }
        // A release applied meanwhile is on the screen within a minute, and never changes under a reader.
        if is_new_minute {
            effects.push(Effect::LoadHall);
        }
        return effects;
    };
    effects.extend(visit.give_up(now));
    effects.extend(written(visit, now));
    let is_reading = visit.reading.as_ref().is_some_and(|reading| !reading.is_paused);
    let is_held = is_reading || visit.printing.as_ref().is_some_and(|printing| printing.holds(now));
    let is_farewell = visit.is_farewell();
    match visit.idle.tick(now, is_held) {
        IdleTurn::Calm => {}
        // Who has left does not come back for a question.
        IdleTurn::Warning { .. } if is_farewell => effects.extend(end(model)),
        IdleTurn::Warning { left_s } => {
            let is_new = visit.idle_left_s.replace(left_s).is_none();
            if is_new && model.voice == Voice::Ready {
                model.generation += 1;
                let warning = if visit.access.is_eyes_free { IDLE_WARNING_BY_KEY } else { IDLE_WARNING };
                let script = Script::of_interface(&[warning]).after(Chime::Warning);
                effects.push(Effect::Speak { generation: model.generation, script, from: 0 });
            }
        }
        IdleTurn::Over => effects.extend(end(model)),
    }
    effects
}

/// Seconds between two questions to the printer while somebody is here: a change is on the screen within two.
const ASK_S: Duration = Duration::from_secs(1);
/// The same while nobody is here.
const ASK_IDLE_S: Duration = Duration::from_secs(15);

/// A printer at work tells of itself and is not asked.
fn is_time_to_ask(model: &mut Model) -> bool {
    let page = model.desk.as_ref().and_then(|desk| desk.page());
    let is_printing_for_staff = page.is_some_and(|page| page.printing.is_some());
    let is_printing = model.visit.as_ref().is_some_and(|visit| visit.printing.is_some());
    if is_printing || is_printing_for_staff {
        return false;
    }
    let pause = if model.visit.is_some() || model.desk.is_some() { ASK_S } else { ASK_IDLE_S };
    let is_time = model.limits.has_printer && model.now.saturating_sub(model.asked_printer) >= pause;
    if is_time {
        model.asked_printer = model.now;
    }
    is_time
}

/// What is said when nobody touches the screen any more.
const IDLE_WARNING: &str = "还在用吗？要继续，请触摸屏幕。";
const IDLE_WARNING_BY_KEY: &str = "还在用吗？要继续，请按任意键。";

fn turn_attract(model: &mut Model, now: Duration) {
    let turns = model.ready_hall().map_or(0, |hall| hall.site.attract.len());
    let turn = Duration::from_secs(u64::from(model.limits.attract_turn_s));
    if turns > 0 && now.saturating_sub(model.attract_since) >= turn {
        model.attract_turn = (model.attract_turn + 1) % turns;
        model.attract_since = now;
    }
}

fn start(model: &mut Model) -> Vec<Effect> {
    let is_wall = model.signage.is_some();
    if is_wall || model.visit.is_some() || model.desk.is_some() || model.ready_hall().is_none() {
        return Vec::new();
    }
    model.last_visit = model.last_visit.next();
    model.visit = Some(Visit {
        id: model.last_visit,
        page: Page::Home,
        history: Vec::new(),
        drafts: Vec::new(),
        overlay: Overlay::None,
        access: Access::default(),
        idle: Idle::start(model.now, model.limits.idle_s, model.limits.warning_s),
        manner: model.manner,
        reading: None,
        aside: None,
        printing: None,
        idle_left_s: None,
        waiting: Vec::new(),
        sent: Vec::new(),
        wanted: None,
        called: None,
        focus: Focus::default(),
        opinions: Opinions::default(),
        pictures: Vec::new(),
    });
    vec![Effect::AskPrinter]
}

/// A touch: time again; the warning goes, the voice goes on.
fn touched(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    desk_touched(model);
    model.visit.as_mut().map_or(Vec::new(), |visit| visit.touch(now))
}

/// An action: time again, and the voice is silent before anything else happens.
fn acted(model: &mut Model, act: impl FnOnce(&Hall, &mut Visit) -> Vec<Effect>) -> Vec<Effect> {
    let now = model.now;
    let (Some(Ok(hall)), Some(visit)) = (&model.hall, &mut model.visit) else {
        return Vec::new();
    };
    let mut effects = visit.touch(now);
    effects.extend(visit.silence());
    effects.extend(act(hall, visit));
    effects
}

fn open(visit: &mut Visit, to: Target, here: Here<'_>) -> Vec<Effect> {
    match to {
        Target::Fill => return fill(visit, here),
        Target::Suggest => return enter(visit, super::opinion::suggestion(here.hall)),
        Target::Report => return report(visit, here.hall),
        Target::Case => ask_case(visit, here),
        // It is printed, and the page stays.
        Target::Blank => {}
        Target::Entry(slot) => {
            if let Page::Form(filling) = &mut visit.page {
                filling.correct(slot, here);
            }
        }
        Target::Door(door) => visit.go(Page::Door(door)),
        Target::Offices(which) => visit.go(Page::Offices(which, 0)),
        Target::Find => return open_find(visit),
        Target::Record(id) => return visit.want(What::Record(id), 0),
        Target::List(shelf) => return visit.want(What::List(shelf), 0),
    }
    Vec::new()
}

fn turn_page(visit: &mut Visit, pages: Pages, turn: Turn) -> Vec<Effect> {
    match turn {
        Turn::Back => pages.page.checked_sub(1).map_or(Vec::new(), |next| turn_to(visit, pages, next)),
        Turn::On => turn_to(visit, pages, pages.page + 1),
    }
}

fn turn_to(visit: &mut Visit, pages: Pages, next: usize) -> Vec<Effect> {
    if next >= pages.pages {
        return Vec::new();
    }
    match &mut visit.page {
        Page::Home | Page::Door(_) | Page::Find(_) | Page::Form(_) => Vec::new(),
        Page::Offices(_, page) => {
            *page = next;
            Vec::new()
        }
        Page::List(page) => {
            let what = What::List(page.shelf.clone());
            visit.want(what, next)
        }
        Page::Record(page) if pages.of == Turned::Text => {
            page.part = next;
            Vec::new()
        }
        Page::Record(page) => {
            let what = What::Record(page.opened.record.id().clone());
            visit.want(what, next)
        }
    }
}

/// What staff read of a receipt; what a resident takes home is nobody's business.
const RECEIPT_TITLE: &str = "小票";

fn print(model: &mut Model) -> Vec<Effect> {
    let has_printer = model.limits.has_printer;
    let (now, printed, tap) = (model.now, model.wall.clone(), model.taps + 1);
    model.taps = tap;
    acted(model, |hall, visit| {
        let Page::Record(page) = &visit.page else {
            return Vec::new();
        };
        // A burst of taps is one receipt.
        if visit.printing.is_some() {
            visit.overlay = Overlay::Printing;
            return Vec::new();
        }
        if !has_printer {
            visit.overlay = Overlay::Message(message("本机没有打印机", "请用手机扫码带走。", true));
            return Vec::new();
        }
        let Some(document) = printed.and_then(|now| receipt(hall, &page.opened, &page.answers, now)) else {
            visit.tell(message("打不了", "这一页的部门信息刚刚更新，请扫码带走，或问工作人员。", true));
            return Vec::new();
        };
        visit.printing = Some(Printing { record: page.opened.record.id().clone(), since: now, waiting: None });
        visit.overlay = Overlay::Printing;
        let who = String::new();
        vec![Effect::Print { visit: visit.id, tap, title: RECEIPT_TITLE, who, document: Box::new(document) }]
    })
}

fn strip(model: &mut Model, tool: Strip) -> Vec<Effect> {
    if model.desk.is_some() {
        return desk_tool(model, tool);
    }
    match tool {
        Strip::Read => readout::read(model),
        Strip::End => opinion::finish(model),
        Strip::Back => {
            let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
            acted(model, |hall, visit| {
                visit.back(Here { hall, today });
                Vec::new()
            })
        }
        Strip::Home => acted(model, |_, visit| {
            visit.put_away();
            visit.wanted = None;
            visit.turn_to(Page::Home);
            visit.history.clear();
            Vec::new()
        }),
        Strip::Size => adjust(model, |access| access.size = access.size.next()),
        Strip::Contrast => adjust(model, |access| access.contrast = access.contrast.next()),
        Strip::Reach => adjust(model, |access| access.reach = access.reach.next()),
        Strip::Language => adjust(model, |access| access.language = access.language.next()),
        Strip::Help => acted(model, |_, visit| {
            visit.cover(Overlay::Help);
            Vec::new()
        }),
    }
}

fn adjust(model: &mut Model, change: impl FnOnce(&mut Access)) -> Vec<Effect> {
    acted(model, |_, visit| {
        change(&mut visit.access);
        Vec::new()
    })
}

/// Seconds for the question of who is leaving: the next one is waiting.
const FAREWELL_S: u32 = 15;

/// Seconds without a touch before the warning: more where a form is filled in, and for whoever needs more of the screen.
fn keep_time(model: &mut Model) {
    let Limits { idle_s, form_idle_s, .. } = model.limits;
    if let Some(visit) = &mut model.visit {
        let limit_s = match &visit.page {
            _ if visit.is_farewell() => FAREWELL_S.min(idle_s),
            Page::Form(_) => form_idle_s,
            Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) | Page::Find(_) => idle_s,
        };
        visit.idle.set_limit(if visit.access.needs_more_time() { limit_s * 2 } else { limit_s });
    }
}

/// What is said to who cannot see that it is over.
const GOODBYE: &str = "这次使用结束了，按任意键重新开始。";

/// The visit is dropped with everything in it.
fn end(model: &mut Model) -> Vec<Effect> {
    let Some(visit) = model.visit.take() else {
        return Vec::new();
    };
    let mut effects = vec![Effect::Forget { visit: visit.id }];
    if visit.reading.is_some() || visit.idle_left_s.is_some() {
        effects.insert(0, Effect::Silence);
    }
    if visit.access.is_eyes_free {
        effects.extend(said_alone(model, &[GOODBYE]));
    }
    drop(visit);
    model.attract_turn = 0;
    model.attract_since = model.now;
    effects.push(Effect::LoadHall);
    effects
}
