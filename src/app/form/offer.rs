//! What a terminal offers to do with a form or a survey now: a row on its page, and in plain words what it cannot do.
//! Nothing is offered that would fail at its end.

use super::Standing;
use crate::app::leaflet::{Icon, Leaf, LeafKind, Leaflet, Row, Target};
use crate::content::Form;
use crate::content::form::FormWay;

/// Heading of what can be done here.
const HERE: &str = "在本机办";
/// The questions alone, on paper.
pub const BLANK: &str = "打印空白样表";

/// Whether there is anything that a filled-in form could become here.
pub fn can_fill(form: &Form, standing: &Standing<'_>) -> bool {
    !ways(form, standing).is_empty()
}

/// Adds to the form's page what can be done with it here.
pub fn add(page: &mut Leaflet, form: &Form, is_begun: bool, standing: &Standing<'_>) {
    let ways = ways(form, standing);
    let mut rows = Vec::new();
    if !ways.is_empty() {
        let title = if is_begun { "接着填写" } else { "在这里填写" };
        rows.push(Row::new(Icon::Form, title, Target::Fill).with_note(ways.join("；")));
    }
    if has_blank(form, standing) {
        rows.push(Row::new(Icon::Document, BLANK, Target::Blank).with_note("只有题目，带回去用笔填"));
    }
    if let Some(first) = rows.first_mut() {
        first.group = HERE.to_owned();
    }
    page.rows.splice(0..0, rows);
    if form.can(FormWay::Submit) && !standing.mailbox.is_open() {
        page.head.push(Leaf::new(LeafKind::Note, standing.mailbox.words()));
    }
}

/// Whether its questions can be printed here.
pub fn has_blank(form: &Form, standing: &Standing<'_>) -> bool {
    form.can(FormWay::Blank) && standing.has_printer
}

/// What becomes of it, one after the other.
fn ways(form: &Form, standing: &Standing<'_>) -> Vec<&'static str> {
    let mut ways = Vec::new();
    if form.can(FormWay::Submit) && standing.mailbox.is_open() {
        ways.push("填好后加密提交，当场给编号");
    }
    if form.can(FormWay::Slip) && standing.has_printer {
        ways.push("填好后打印凭单，交到窗口");
    }
    if form.can(FormWay::Sheet) && standing.has_a4 {
        ways.push("填好后打印A4表格");
    }
    ways
}
