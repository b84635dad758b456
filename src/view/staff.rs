//! The PIN pad and the staff page.

use std::time::Duration;

use slint::{ComponentHandle, ModelRc, SharedString, VecModel};

use crate::app::desk::{Asked, DeskPlace, Pad, StaffPage, devices, letters, words};
use crate::app::event::{Event, StaffEvent, Turn};
use crate::app::model::Model;
use crate::staff::{Digit, GateState};

use super::ui::{HistoryRow, JobRow, StaffBridge, StandingCard, StripQuestion, ToldLine};
use super::{KioskWindow, Outlet, list_of};

/// So long before the page goes, it says so.
const LEAVING: Duration = Duration::from_secs(20);

/// Connects the pad's keys and the page's buttons.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<StaffBridge>();
    let send = |event: fn() -> StaffEvent| {
        let outlet = outlet.clone();
        move || outlet.send(Event::Staff(event()))
    };
    bridge.on_enter(send(|| StaffEvent::Enter));
    bridge.on_enter_anyway(send(|| StaffEvent::EnterAnyway));
    bridge.on_delete(send(|| StaffEvent::Delete));
    bridge.on_submit(send(|| StaffEvent::Submit));
    bridge.on_leave(send(|| StaffEvent::Leave));
    bridge.on_import(send(|| StaffEvent::Ask(Asked::Import)));
    bridge.on_check(send(|| StaffEvent::Ask(Asked::Check)));
    bridge.on_scrub(send(|| StaffEvent::Ask(Asked::Scrub)));
    bridge.on_retry_letters(send(|| StaffEvent::RetryLetters));
    bridge.on_print_test(send(|| StaffEvent::PrintTest));
    bridge.on_print_check(send(|| StaffEvent::PrintCheck));
    bridge.on_identify(send(|| StaffEvent::Identify));
    bridge.on_use_profile(send(|| StaffEvent::UseProfile));
    bridge.on_keep_profile(send(|| StaffEvent::KeepProfile));
    bridge.on_turn_jobs_back(send(|| StaffEvent::TurnJobs(Turn::Back)));
    bridge.on_turn_jobs_on(send(|| StaffEvent::TurnJobs(Turn::On)));
    let index = |n: i32| usize::try_from(n).unwrap_or(usize::MAX);
    let to = outlet.clone();
    bridge.on_copy(move |row| to.send(Event::Staff(StaffEvent::Copy(index(row)))));
    let to = outlet.clone();
    bridge.on_saw(move |question, choice| {
        to.send(Event::Staff(StaffEvent::Saw { question: index(question), choice: index(choice) }));
    });
    bridge.on_turn_back(send(|| StaffEvent::Turn(Turn::Back)));
    bridge.on_turn_on(send(|| StaffEvent::Turn(Turn::On)));
    let to = outlet.clone();
    bridge.on_digit(move |value| {
        if let Some(digit) = u8::try_from(value).ok().and_then(Digit::new) {
            to.send(Event::Staff(StaffEvent::Digit(digit)));
        }
    });
}

/// Shows pad or page, and the line that a stick brings.
pub fn show(window: &KioskWindow, model: &Model) {
    let bridge = window.global::<StaffBridge>();
    bridge.set_stick_line(words::stick_line(&model.upkeep).unwrap_or_default().into());
    match model.desk.as_ref().map(|desk| (&desk.place, desk.since)) {
        Some((DeskPlace::Pad(pad), _)) => show_pad(&bridge, pad, model),
        Some((DeskPlace::Page(page), since)) => {
            show_stick(&bridge, model);
            show_page(&bridge, page, model, since);
            show_devices(&bridge, page, model);
            show_identifying(&bridge, page);
        }
        None => clear(&bridge),
    }
}

fn show_pad(bridge: &StaffBridge<'_>, pad: &Pad, model: &Model) {
    bridge.set_pad_line(words::pad_line(pad, model.now, model.wall.as_ref()).into());
    let is_barred = !matches!(pad.gate, None | Some(GateState::Open { .. }));
    bridge.set_pad_warns(pad.was_wrong || is_barred);
    bridge.set_typed(i32::try_from(pad.pin.len()).unwrap_or(0));
    bridge.set_takes_digits(pad.takes_digits());
    bridge.set_can_submit(pad.can_be_asked());
}

fn show_stick(bridge: &StaffBridge<'_>, model: &Model) {
    let upkeep = &model.upkeep;
    let stick = words::stick(upkeep);
    bridge.set_has_stick(stick.is_some());
    if let Some(stick) = stick {
        bridge.set_stick_title(stick.title.into());
        bridge.set_stick_verdict(stick.verdict.into());
        bridge.set_stick_needs_care(stick.needs_care);
        bridge.set_has_import(stick.can_import);
        bridge.set_stick_is_newer(stick.is_newer);
        bridge.set_can_import(upkeep.can_be_asked(Asked::Import));
        if let Some(lines) = list_of(&bridge.get_stick_lines(), shared(stick.lines)) {
            bridge.set_stick_lines(lines);
        }
    }
    let progress = words::progress(upkeep);
    bridge.set_is_running(progress.is_some());
    if let Some(progress) = progress {
        bridge.set_progress_title(progress.title.into());
        bridge.set_progress_sizes(progress.sizes.into());
        bridge.set_progress_percent(progress.percent.map_or(-1, i32::from));
    }
}

fn show_page(bridge: &StaffBridge<'_>, page: &StaffPage, model: &Model, since: Duration) {
    let (upkeep, wall) = (&model.upkeep, model.wall.as_ref());
    bridge.set_who(page.who.as_str().into());
    bridge.set_machine(words::machine(&model.machine).into());
    let quiet = model.now.saturating_sub(since);
    let left = Duration::from_secs(u64::from(model.limits.staff_idle_s)).saturating_sub(quiet);
    let leaves_in = if left <= LEAVING { left.as_secs() } else { 0 };
    bridge.set_leaves_in_s(i32::try_from(leaves_in).unwrap_or(0));
    let cards = upkeep.standing.iter().map(|standing| words::standing(standing, wall));
    if let Some(cards) = changed_cards(&bridge.get_standings(), cards.collect()) {
        bridge.set_standings(cards);
    }
    let letters = letters::card(upkeep, wall);
    if let Some(cards) = changed_cards(&bridge.get_letters(), letters.into_iter().collect()) {
        bridge.set_letters(cards);
    }
    bridge.set_has_refused_letters(upkeep.has_refused_letters());
    let told = words::told(page, upkeep).into_iter();
    let told = told.map(|line| ToldLine { text: line.text.into(), needs_care: line.needs_care });
    if let Some(told) = list_of(&bridge.get_told(), told.collect()) {
        bridge.set_told(told);
    }
    bridge.set_has_check(upkeep.has_server());
    bridge.set_can_check(page.asked.is_none() && upkeep.can_be_asked(Asked::Check));
    bridge.set_can_scrub(page.asked.is_none() && upkeep.can_be_asked(Asked::Scrub));
    let history = words::history(upkeep, wall, page.history_page);
    bridge.set_has_pages(history.pages > 1);
    bridge.set_can_turn_back(history.page > 0);
    bridge.set_can_turn_on(history.page + 1 < history.pages);
    let rows = history.rows.into_iter().map(|row| HistoryRow { title: row.title.into(), result: row.result.into() });
    if let Some(rows) = list_of(&bridge.get_history(), rows.collect()) {
        bridge.set_history(rows);
    }
}

fn show_devices(bridge: &StaffBridge<'_>, page: &StaffPage, model: &Model) {
    if let Some(cards) = changed_cards(&bridge.get_devices(), devices::cards(model)) {
        bridge.set_devices(cards);
    }
    bridge.set_has_printer(model.machine.printer.is_some());
    bridge.set_can_print(page.printing.is_none());
    bridge.set_device_told(page.told.as_str().into());
    let jobs = devices::jobs(&page.jobs, model.wall.as_ref(), page.jobs_page);
    bridge.set_has_job_pages(jobs.pages > 1);
    bridge.set_can_turn_jobs_back(jobs.page > 0);
    bridge.set_can_turn_jobs_on(jobs.page + 1 < jobs.pages);
    let rows = jobs.rows.into_iter().map(|row| JobRow {
        title: row.title.into(),
        result: row.result.into(),
        needs_care: row.needs_care,
        can_copy: row.can_copy,
    });
    if let Some(rows) = list_of(&bridge.get_jobs(), rows.collect()) {
        bridge.set_jobs(rows);
    }
}

fn show_identifying(bridge: &StaffBridge<'_>, page: &StaffPage) {
    if page.identifying.is_some() && !bridge.get_is_identifying() {
        let questions = devices::QUESTIONS.iter().map(|(text, choices)| StripQuestion {
            text: (*text).into(),
            choices: ModelRc::new(VecModel::from_iter(choices.iter().map(|choice| SharedString::from(*choice)))),
        });
        bridge.set_questions(ModelRc::new(VecModel::from_iter(questions)));
    }
    bridge.set_is_identifying(page.identifying.is_some());
    let Some(identifying) = &page.identifying else {
        return;
    };
    let chosen = identifying.chosen.map(|chosen| chosen.and_then(|c| i32::try_from(c).ok()).unwrap_or(-1));
    if let Some(chosen) = list_of(&bridge.get_chosen(), chosen.to_vec()) {
        bridge.set_chosen(chosen);
    }
    let card = devices::identified(identifying);
    bridge.set_is_identified(card.is_some());
    if let Some(card) = card {
        bridge.set_profile_name(card.name.into());
        bridge.set_profile_verdict(card.verdict.into());
        if let Some(lines) = list_of(&bridge.get_profile_lines(), shared(card.lines)) {
            bridge.set_profile_lines(lines);
        }
    }
}

/// Cards hold lists, which are equal only to themselves: compared by what they say, so that nothing is built anew.
fn changed_cards(shown: &ModelRc<StandingCard>, cards: Vec<words::StandingCard>) -> Option<ModelRc<StandingCard>> {
    use slint::Model as _;
    let is_same = |(shown, card): (StandingCard, &words::StandingCard)| {
        shown.name == card.name
            && shown.verdict == card.verdict
            && shown.needs_care == card.needs_care
            && shown.lines.iter().eq(card.lines.iter().map(SharedString::from))
    };
    if shown.row_count() == cards.len() && shown.iter().zip(&cards).all(is_same) {
        return None;
    }
    let cards = cards.into_iter().map(|card| StandingCard {
        name: card.name.into(),
        verdict: card.verdict.into(),
        needs_care: card.needs_care,
        lines: ModelRc::new(VecModel::from(shared(card.lines))),
    });
    Some(ModelRc::new(VecModel::from_iter(cards)))
}

fn shared(lines: Vec<String>) -> Vec<SharedString> {
    lines.into_iter().map(SharedString::from).collect()
}

/// Nothing of who was here stays in the window's properties.
fn clear(bridge: &StaffBridge<'_>) {
    if bridge.get_who().is_empty() && bridge.get_pad_line().is_empty() {
        return;
    }
    bridge.set_pad_line(SharedString::new());
    bridge.set_typed(0);
    bridge.set_who(SharedString::new());
    bridge.set_told(ModelRc::default());
    bridge.set_standings(ModelRc::default());
    bridge.set_history(ModelRc::default());
    bridge.set_jobs(ModelRc::default());
    bridge.set_letters(ModelRc::default());
    bridge.set_devices(ModelRc::default());
    bridge.set_device_told(SharedString::new());
    bridge.set_is_identifying(false);
    bridge.set_stick_lines(ModelRc::default());
}
