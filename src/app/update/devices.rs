//! The devices of the staff page: test pages, copies, and which printer this is.
//! One thing at a time goes to the printer for staff; what it says to a page that is gone changes nothing.

use jiff::Zoned;

use crate::print::desk::CopyFault;
use crate::print::document::Document;
use crate::print::printer::{Delivery, PrintFault};
use crate::print::profile::Profile;
use crate::print::spool::Entry;
use crate::print::status::PrinterStatus;
use crate::session::VisitId;

use super::super::desk::{Desk, DeskPlace, Identifying, StaffPage, StaffPrint, devices, words};
use super::super::effect::Effect;
use super::super::event::Turn;
use super::super::model::Model;
use super::desk::{page, turned};

pub(super) fn print_test(model: &mut Model) -> Vec<Effect> {
    print(model, StaffPrint::TestPage, |model, wall| devices::test_page(&model.machine, wall))
}

pub(super) fn print_check(model: &mut Model) -> Vec<Effect> {
    print(model, StaffPrint::SelfCheck, devices::check_record)
}

fn print(model: &mut Model, what: StaffPrint, make: impl FnOnce(&Model, &Zoned) -> Option<Document>) -> Vec<Effect> {
    let document = model.wall.as_ref().and_then(|wall| make(model, wall));
    let Some((visit, who)) = begin(model, what) else {
        return Vec::new();
    };
    let Some(document) = document else {
        return finished(model, visit, "本机没有打印机。".to_owned());
    };
    model.taps += 1;
    vec![Effect::Print { visit, tap: model.taps, title: what.name(), who, document: Box::new(document) }]
}

pub(super) fn identify(model: &mut Model) -> Vec<Effect> {
    if model.machine.printer.is_none() {
        return Vec::new();
    }
    let Some((desk, _)) = begin(model, StaffPrint::Strip) else {
        return Vec::new();
    };
    vec![Effect::PrintStrip { desk }]
}

pub(super) fn saw(model: &mut Model, question: usize, choice: usize) {
    let choices = devices::QUESTIONS.get(question).map_or(0, |(_, choices)| choices.len());
    let Some(identifying) = page(model).and_then(|page| page.identifying.as_mut()) else {
        return;
    };
    if let Some(chosen) = identifying.chosen.get_mut(question).filter(|_| choice < choices) {
        *chosen = Some(choice);
    }
}

pub(super) fn use_profile(model: &mut Model) -> Vec<Effect> {
    let id = model.desk.as_ref().map(|desk| desk.id);
    let seen = page(model).and_then(|page| page.identifying.as_ref()).and_then(Identifying::seen);
    match (id, seen) {
        (Some(desk), Some(seen)) => vec![Effect::UseProfile { desk, seen }],
        (None, _) | (_, None) => Vec::new(),
    }
}

pub(super) fn keep_profile(model: &mut Model) {
    if let Some(page) = page(model) {
        page.identifying = None;
        page.told.clear();
    }
}

pub(super) fn copy(model: &mut Model, row: usize) -> Vec<Effect> {
    let shown = model.desk.as_ref().and_then(Desk::page).map(|page| devices::jobs(&page.jobs, None, page.jobs_page));
    let id = shown.and_then(|jobs| jobs.rows.get(row).filter(|row| row.can_copy).map(|row| row.id));
    let Some(id) = id else {
        return Vec::new();
    };
    let Some((desk, who)) = begin(model, StaffPrint::Copy) else {
        return Vec::new();
    };
    vec![Effect::Copy { desk, id, who }]
}

pub(super) fn turn_jobs(model: &mut Model, turn: Turn) {
    if let Some(page) = page(model) {
        let shown = devices::jobs(&page.jobs, None, page.jobs_page);
        page.jobs_page = turned(shown.page, shown.pages, turn);
    }
}

/// Something of the staff's goes to the printer; none while something is on its way already.
fn begin(model: &mut Model, what: StaffPrint) -> Option<(VisitId, String)> {
    let id = model.desk.as_ref()?.id;
    let page = page(model).filter(|page| page.printing.is_none())?;
    page.printing = Some(what);
    page.told = format!("正在打印{}。", what.name());
    Some((id, page.who.clone()))
}

/// The page of this opening, and nobody else's.
fn page_of(model: &mut Model, id: VisitId) -> Option<&mut StaffPage> {
    match &mut model.desk.as_mut().filter(|desk| desk.id == id)?.place {
        DeskPlace::Page(page) => Some(page),
        DeskPlace::Pad(_) => None,
    }
}

/// What the printer was doing for staff is over, one way or the other.
fn finished(model: &mut Model, id: VisitId, told: String) -> Vec<Effect> {
    let Some(page) = page_of(model, id) else {
        return Vec::new();
    };
    page.printing = None;
    page.told = told;
    vec![Effect::AskPrinter, Effect::AskReceipts]
}

/// It waits for paper: staff stand before the printer and read what is missing.
pub(super) fn waits(model: &mut Model, id: VisitId, waiting: Option<PrinterStatus>) {
    let Some(page) = page_of(model, id) else { return };
    let name = page.printing.map_or("", StaffPrint::name);
    page.told = match waiting {
        Some(status) => format!("打印机{}；好了{name}自动打出来。", status.staff_text()),
        None => format!("正在打印{name}。"),
    };
}

/// What became of a test page or a record.
pub(super) fn done(model: &mut Model, id: VisitId, result: Result<Delivery, PrintFault>) -> Vec<Effect> {
    let told = told(model, result.map_err(|fault| words::printer_fault(&fault)));
    finished(model, id, told)
}

/// What became of a copy.
pub(super) fn copied(model: &mut Model, id: VisitId, result: Result<Delivery, CopyFault>) -> Vec<Effect> {
    let result = result.map_err(|fault| match fault {
        CopyFault::Print(fault) => words::printer_fault(&fault),
        other => crate::base::chain::chain(&other),
    });
    let told = told(model, result);
    finished(model, id, told)
}

fn told(model: &Model, result: Result<Delivery, String>) -> String {
    let printing = model.desk.as_ref().and_then(Desk::page).and_then(|page| page.printing);
    let name = printing.map_or("", StaffPrint::name);
    match result {
        Ok(Delivery::Confirmed) => format!("{name}打好了，请取走。"),
        Ok(Delivery::Continued | Delivery::Copied) => format!("换好纸，{name}打好了，请取走。"),
        Ok(Delivery::Sent) => format!("{name}已发送；没有出票，请检查打印机。"),
        Err(reason) => format!("{name}没有打出来：{reason}"),
    }
}

/// The strip is out: its questions are asked.
pub(super) fn strip_sent(model: &mut Model, id: VisitId, result: Result<(), PrintFault>) -> Vec<Effect> {
    match result {
        Ok(()) => {
            if let Some(page) = page_of(model, id) {
                page.identifying = Some(Identifying::default());
            }
            finished(model, id, "识别条已发送，请看着纸回答下面的问题。".to_owned())
        }
        Err(fault) => finished(model, id, format!("识别条没有打出来：{}", words::printer_fault(&fault))),
    }
}

/// The printer is taken for another model now.
pub(super) fn profiled(model: &mut Model, id: VisitId, result: Result<Box<Profile>, String>) -> Vec<Effect> {
    let told = match &result {
        Ok(profile) => format!("已换用“{}”的配置，请打印测试页核对。", profile.name),
        Err(reason) => format!("打印机配置没有换：{reason}"),
    };
    if let Ok(profile) = result {
        model.machine.printer = Some(*profile);
        if let Some(page) = page_of(model, id) {
            page.identifying = None;
        }
    }
    finished(model, id, told)
}

/// The book of receipts was read.
pub(super) fn receipts(model: &mut Model, entries: Vec<Entry>) {
    if let Some(Desk { place: DeskPlace::Page(page), .. }) = &mut model.desk {
        page.jobs = entries;
    }
}
