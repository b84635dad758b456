//! Filling in a form: opening it, its buttons, handing it in, printing it, and what is answered.
//! One tap is one letter; an answer for a visit that is over changes nothing.

use super::super::effect::Effect;
use super::super::event::FormEvent;
use super::super::form::{Act, Filling, Screen};
use super::super::hall::Hall;
use super::super::mailroom::{HandInTrouble, HandedIn};
use super::super::model::{Model, Overlay, Page, Printing, Visit};
use super::super::opinion;
use super::super::typing::Here;
use super::acted;
use super::visit::message;
use crate::content::Record;
use crate::content::participation::SurveyState;
use crate::print::document::Document;
use crate::session::VisitId;

/// What staff read in the book of receipts; what a resident wrote is nobody's business.
const SLIP_TITLE: &str = "填表凭单";
const RECEIPT_TITLE: &str = "受理回执";

/// Opens the form or the survey of the page.
pub(super) fn fill(visit: &mut Visit, here: Here<'_>) -> Vec<Effect> {
    let Page::Record(page) = &visit.page else { return Vec::new() };
    let fresh = match &page.opened.record {
        Record::Form(form) => Some(Filling::of_form(form, here.hall.release)),
        Record::Survey(survey) => {
            let is_open = survey.state(here.today) == SurveyState::Open && !visit.opinions.has_answered(&survey.id);
            is_open.then(|| opinion::survey(survey, opinion::release_of(here.hall, &page.opened)))
        }
        _ => None,
    };
    fresh.map_or_else(Vec::new, |fresh| enter(visit, fresh))
}

/// Opens the report that something on the page is not right.
pub(super) fn report(visit: &mut Visit, hall: &Hall) -> Vec<Effect> {
    let Page::Record(page) = &visit.page else { return Vec::new() };
    let fresh = opinion::mistake(hall, &page.opened);
    enter(visit, fresh)
}

/// Opens something to fill in, as it was left if it was begun before.
pub(super) fn enter(visit: &mut Visit, fresh: Filling) -> Vec<Effect> {
    let known = visit.drafts.iter().position(|draft| draft.about().is_same(fresh.about()));
    let mut filling = match known {
        Some(known) => visit.drafts.remove(known),
        None => Box::new(fresh),
    };
    // Asked once so that it is known whether there is a pad; what stands in the field keeps what it could become.
    let ask = filling.ask();
    visit.go(Page::Form(filling));
    vec![Effect::Find { visit: visit.id, ask }, Effect::AskMailbox]
}

/// Takes a choice of a guide's question or of a form's.
pub(super) fn choose(model: &mut Model, question: usize, choice: usize) -> Vec<Effect> {
    let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
    acted(model, |hall, visit| {
        match &mut visit.page {
            Page::Record(page) => {
                if let Record::Guide(guide) = &page.opened.record {
                    page.answers.choose(guide, question, choice);
                }
            }
            Page::Form(filling) => filling.choose(choice, Here { hall, today }),
            Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Find(_) => {}
        }
        Vec::new()
    })
}

pub(super) fn form(model: &mut Model, event: FormEvent) -> Vec<Effect> {
    let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
    let act = match event {
        FormEvent::Sign(strokes) => {
            return acted(model, |hall, visit| {
                if let Page::Form(filling) = &mut visit.page {
                    filling.sign(strokes, Here { hall, today });
                }
                Vec::new()
            });
        }
        FormEvent::Press(rank, place) => {
            of_page(model, |filling, model, hall| filling.buttons(&model.standing(hall)).act(rank, place))
        }
        FormEvent::Do(act) => Some(act),
    };
    let is_there = |filling: &Filling, model: &Model, hall: &Hall| {
        let buttons = filling.buttons(&model.standing(hall));
        Some(buttons.tools.iter().chain(&buttons.bar).any(|button| Some(button.act) == act))
    };
    match act.filter(|_| of_page(model, is_there) == Some(true)) {
        None => acted(model, |_, _| Vec::new()),
        Some(Act::HandIn) => hand_in(model),
        Some(Act::PrintSlip) => print(model, SLIP_TITLE, |filling, model, hall| {
            model.wall.as_ref().and_then(|now| filling.slip(&model.standing(hall), now))
        }),
        Some(Act::PrintReceipt) => {
            print(model, RECEIPT_TITLE, |filling, model, hall| filling.receipt_slip(&model.standing(hall)))
        }
        Some(Act::PrintSheet) => print_sheet(model),
        Some(Act::TakeAway) => super::apply(model, super::Event::TakeAway),
        Some(Act::Leave) => acted(model, |_, visit| {
            // Who does not want to go on, or is done, leaves nothing behind.
            visit.page = visit.history.pop().unwrap_or(Page::Home);
            visit.wanted = None;
            Vec::new()
        }),
        Some(act) => acted(model, |hall, visit| {
            let Page::Form(filling) = &mut visit.page else { return Vec::new() };
            filling.act(act, Here { hall, today });
            if filling.screen() == Screen::Review { vec![Effect::AskMailbox] } else { Vec::new() }
        }),
    }
}

fn of_page<T>(model: &Model, look: impl FnOnce(&Filling, &Model, &Hall) -> Option<T>) -> Option<T> {
    match &model.visit.as_ref()?.page {
        Page::Form(filling) => look(filling, model, model.ready_hall()?),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) | Page::Find(_) => None,
    }
}

fn hand_in(model: &mut Model) -> Vec<Effect> {
    let tap = model.taps + 1;
    model.taps = tap;
    acted(model, |_, visit| {
        let Page::Form(filling) = &mut visit.page else { return Vec::new() };
        filling.sends(tap);
        vec![Effect::HandIn { visit: visit.id, tap, letter: Box::new(filling.hand_in()) }]
    })
}

/// What was handed in is kept, or not: the form it came from is told, wherever it lies now.
pub(super) fn handed_in(
    model: &mut Model,
    id: VisitId,
    tap: u64,
    result: Result<HandedIn, HandInTrouble>,
) -> Vec<Effect> {
    let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id) else { return Vec::new() };
    let is_shown = matches!(&visit.page, Page::Form(filling) if filling.is_sending(tap));
    let drafts = visit.drafts.iter_mut().map(|draft| &mut **draft);
    let mut all = drafts.chain(match &mut visit.page {
        Page::Form(filling) => Some(&mut **filling),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) | Page::Find(_) => None,
    });
    let Some(filling) = all.find(|filling| filling.is_sending(tap)) else {
        if let Some((title, text)) = visit.opinions.failed(tap, &result) {
            visit.say(title, text);
        }
        return Vec::new();
    };
    match result {
        Ok(handed) => {
            let number = handed.number.as_ref().map(|number| format!("编号{number}。"));
            filling.received(handed);
            visit.opinions.handed_in(filling.about());
            if !is_shown {
                let where_to = "回到这张表格，可以打印回执。";
                visit.say("已经提交", &format!("{}{where_to}", number.unwrap_or_default()));
            }
        }
        Err(trouble) => {
            filling.failed();
            let (title, text) = trouble.words();
            visit.say(title, text);
        }
    }
    vec![Effect::AskMailbox]
}

/// Prints something of the form; a burst of taps is one slip.
fn print(
    model: &mut Model,
    title: &'static str,
    make: impl FnOnce(&Filling, &Model, &Hall) -> Option<Document>,
) -> Vec<Effect> {
    let now = model.now;
    let document = of_page(model, make);
    let tap = model.taps + 1;
    model.taps = tap;
    acted(model, |_, visit| {
        let Page::Form(filling) = &visit.page else { return Vec::new() };
        if visit.printing.is_some() {
            visit.overlay = Overlay::Printing;
            return Vec::new();
        }
        let Some(document) = document else {
            visit.say("打不了", "内容太多，凭单印不下。请删短一些，或者问工作人员。");
            return Vec::new();
        };
        visit.printing = Some(Printing { record: filling.about().record.clone(), since: now, waiting: None });
        visit.overlay = Overlay::Printing;
        let who = String::new();
        vec![Effect::Print { visit: visit.id, tap, title, who, document: Box::new(document) }]
    })
}

fn print_sheet(model: &mut Model) -> Vec<Effect> {
    let page = of_page(model, |filling, model, hall| {
        model.wall.as_ref().map(|now| filling.sheet_of_a4(&model.standing(hall), now))
    });
    let tap = model.taps + 1;
    model.taps = tap;
    acted(model, |_, visit| {
        let Some(page) = page else { return Vec::new() };
        visit.overlay = Overlay::Message(message("正在送往A4打印机", "打好了会告诉您，请稍候。", false));
        vec![Effect::PrintForm { visit: visit.id, tap, page: Box::new(page) }]
    })
}
