//! What becomes of letters and of sheets of A4.
//! It never sees what is in them.

use crate::print::a4::A4Trouble;
use crate::session::VisitId;
use crate::sync::Order;

use super::super::effect::Effect;
use super::super::event::ContentTrouble;
use super::super::mailroom::{HandInTrouble, HandedIn, Progress};
use super::super::model::Model;

/// Something was handed in, or not. Whoever it was for, the office gets it as soon as it can be sent.
pub(super) fn handed_in(
    _model: &mut Model,
    _visit: VisitId,
    _tap: u64,
    result: Result<HandedIn, HandInTrouble>,
) -> Vec<Effect> {
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
pub(super) fn found(model: &mut Model, id: VisitId, found: Result<Progress, ContentTrouble>) -> Vec<Effect> {
    if let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id) {
        let (title, text) = match found {
            Ok(progress) => {
                let (title, lines) = progress.words();
                (title, lines.join("\n"))
            }
            Err(trouble) => {
                let (title, text) = trouble.words();
                (title.to_owned(), text.to_owned())
            }
        };
        visit.say(&title, &text);
    }
    Vec::new()
}
