//! Filling in a form: opening it, its buttons, handing it in, printing it, and what is answered.
//! One tap is one letter; an answer for a visit that is over changes nothing.

use super::super::effect::Effect;
use super::super::event::FormEvent;
use super::super::form::{Act, Filling, Screen, offer};
use super::super::hall::Hall;
use super::super::mailroom::{HandInTrouble, HandedIn, ORDERS_MAX};
use super::super::model::{Model, Overlay, Page, Printing, Visit};
use super::super::opinion;
use super::super::typing::Here;
use super::acted;
use super::visit::message;
use crate::base::id::RecordId;
use crate::content::participation::SurveyState;
use crate::content::{Form, Record};
use crate::print::document::Document;
use crate::print::letters::blank_slip;
use crate::session::VisitId;

/// What staff read in the book of receipts; what a resident wrote is nobody's business.
const SLIP_TITLE: &str = "填表凭单";
const RECEIPT_TITLE: &str = "受理回执";
const BLANK_TITLE: &str = "空白样表";

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

/// Opens the page on which one asks how far an application is.
pub(super) fn ask_case(visit: &mut Visit, here: Here<'_>) {
    visit.go(Page::Form(Box::new(Filling::of_case(here))));
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
        Some(Act::PrintBlank) => print_blank(model),
        Some(Act::Inquire) => inquire(model),
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
        if visit.sent.len() == ORDERS_MAX {
            visit.sent.remove(0);
        }
        visit.sent.push(tap);
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
    if let Some((title, text)) = visit.opinions.failed(tap, &result) {
        visit.say(title, text);
    }
    let Some(known) = visit.sent.iter().position(|sent| *sent == tap) else { return Vec::new() };
    visit.sent.remove(known);
    let is_shown = matches!(&visit.page, Page::Form(filling) if filling.is_sending(tap));
    let drafts = visit.drafts.iter_mut().map(|draft| &mut **draft);
    let mut all = drafts.chain(match &mut visit.page {
        Page::Form(filling) => Some(&mut **filling),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) | Page::Find(_) => None,
    });
    // A form that was withdrawn meanwhile is gone; what it was for is told all the same.
    let filling = all.find(|filling| filling.is_sending(tap));
    match result {
        Ok(handed) => {
            let text = match (&handed.number, filling.is_some()) {
                (Some(number), true) => format!("编号{number}。回到这张表格，可以打印回执。"),
                (Some(number), false) => format!("编号{number}。请把编号记下来。"),
                (None, true | false) => "不留姓名，也不用取回执。".to_owned(),
            };
            visit.opinions.served();
            if let Some(filling) = filling {
                filling.received(handed);
                visit.opinions.handed_in(filling.about());
            }
            if !is_shown {
                visit.say_for_sure("已经提交", &text);
            }
        }
        Err(trouble) => {
            if let Some(filling) = filling {
                filling.failed();
            }
            let (title, text) = trouble.words();
            match is_shown {
                true => visit.say(title, text),
                false => visit.say_for_sure(title, text),
            }
        }
    }
    vec![Effect::AskMailbox]
}

/// Has it looked up what became of the number that was typed.
fn inquire(model: &mut Model) -> Vec<Effect> {
    let today = model.ready_hall().map(|hall| model.today(hall)).unwrap_or_default();
    let tap = model.taps + 1;
    model.taps = tap;
    acted(model, |hall, visit| {
        let Page::Form(filling) = &mut visit.page else { return Vec::new() };
        let asked = filling.inquire(tap, Here { hall, today });
        asked.map(|(number, four)| Effect::AskCase { visit: visit.id, tap, number, four }).into_iter().collect()
    })
}

/// Prints the questions of the page's form alone; nothing that somebody wrote is on it.
pub(super) fn print_blank(model: &mut Model) -> Vec<Effect> {
    match blank(model) {
        Some((record, document)) => put_out(model, BLANK_TITLE, record, Some(document)),
        None => acted(model, |_, _| Vec::new()),
    }
}

fn blank(model: &Model) -> Option<(RecordId, Document)> {
    let hall = model.ready_hall()?;
    let form: &Form = match &model.visit.as_ref()?.page {
        Page::Record(page) => {
            let Record::Form(form) = &page.opened.record else { return None };
            form
        }
        Page::Form(filling) => filling.sheet().form(),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Find(_) => return None,
    };
    let standing = model.standing(hall);
    if !offer::has_blank(form, &standing) {
        return None;
    }
    let slip = blank_slip(form, standing.office(Some(&form.org)), &hall.site, model.wall.as_ref()?);
    Some((form.id.clone(), slip))
}

/// Prints something of the form.
fn print(
    model: &mut Model,
    title: &'static str,
    make: impl FnOnce(&Filling, &Model, &Hall) -> Option<Document>,
) -> Vec<Effect> {
    let record = of_page(model, |filling, _, _| Some(filling.about().record.clone()));
    let document = of_page(model, make);
    record.map_or_else(Vec::new, |record| put_out(model, title, record, document))
}

/// Sends something to the receipt printer; a burst of taps is one slip.
fn put_out(model: &mut Model, title: &'static str, record: RecordId, document: Option<Document>) -> Vec<Effect> {
    let (now, tap) = (model.now, model.taps + 1);
    model.taps = tap;
    acted(model, |_, visit| {
        if visit.printing.is_some() {
            visit.overlay = Overlay::Printing;
            return Vec::new();
        }
        let Some(document) = document else {
            visit.say("打不了", "内容太多，凭单印不下。请删短一些，或者问工作人员。");
            return Vec::new();
        };
        visit.printing = Some(Printing { record, since: now, waiting: None });
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
