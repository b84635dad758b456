//! What becomes of letters and of sheets of A4.
//! It never sees what is in them.

use crate::print::a4::A4Trouble;
use crate::session::VisitId;
use crate::sync::Order;

use super::super::effect::Effect;
use super::super::event::ContentTrouble;
use super::super::mailroom::{HandInTrouble, HandedIn, Progress};
use super::super::model::{Model, Page};

/// Whoever handed something in, and whether they are still here or not: the office gets it as soon as it can be sent.
pub(super) fn send(result: &Result<HandedIn, HandInTrouble>) -> Vec<Effect> {
    match result {
        Ok(_) => vec![Effect::Order(Order::Deliver)],
        Err(_) => Vec::new(),
    }
}

/// A sheet of A4 is with the printer, or not.
pub(super) fn form_printed(model: &mut Model, id: VisitId, result: Result<(), A4Trouble>) -> Vec<Effect> {
    if let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id) {
        let (title, text) = result.err().map_or(("已送到A4打印机", "请到打印机取走您的表格。"), A4Trouble::words);
        visit.say(title, text);
    }
    Vec::new()
}

/// How far something is that was handed in.
pub(super) fn found(model: &mut Model, id: VisitId, tap: u64, found: Result<Progress, ContentTrouble>) -> Vec<Effect> {
    // Who has gone elsewhere meanwhile does not wait for it any more.
    if let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id)
        && let Page::Form(filling) = &mut visit.page
    {
        filling.found(tap, found);
    }
    Vec::new()
}
