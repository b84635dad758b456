//! Where opinions can be given: a row on a survey's page, at the foot of every page, behind the door where one asks; or,
//! in plain words, why not now. Nothing is offered that would fail at its end.

use super::{MISTAKE, SUGGESTION, release_of};
use crate::app::form::{Standing, offer};
use crate::app::leaflet::{Icon, Leaf, LeafKind, Leaflet, Row, Target};
use crate::app::mailroom::MailOffer;
use crate::app::model::{Door, Model};
use crate::base::id::RecordId;
use crate::content::participation::SurveyState;
use crate::content::{LetterKind, Record, Survey};
use crate::store::Opened;

/// What was done with something in this visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing.
    Nothing,
    /// It was begun and left.
    Begun,
    /// It was handed in.
    Done,
}

impl Model {
    /// What can be done here with the record of a page.
    pub(in crate::app) fn offer(&self, page: &mut Leaflet, opened: &Opened, standing: &Standing<'_>) {
        let id = opened.record.id();
        if let Record::Form(form) = &opened.record {
            offer::add(page, form, self.before(LetterKind::Application, id) == Before::Begun, standing);
        }
        if let Record::Survey(asked) = &opened.record {
            survey(page, asked, self.before(LetterKind::Survey, id), standing);
        }
        mistake(page, opened, self.before(LetterKind::Mistake, id), standing);
    }

    /// What can be done behind a door besides opening what the content has.
    pub(in crate::app) fn offer_behind(&self, door: Door, page: &mut Leaflet, standing: &Standing<'_>) {
        if door == Door::Ask {
            suggestion(page, self.before(LetterKind::Opinion, &standing.hall.site.id), standing);
        }
    }

    /// What was done with something in this visit.
    fn before(&self, kind: LetterKind, record: &RecordId) -> Before {
        let Some(visit) = &self.visit else { return Before::Nothing };
        let mut drafts = visit.drafts.iter().map(|draft| draft.about());
        if kind == LetterKind::Survey && visit.opinions.has_answered(record) {
            Before::Done
        } else if drafts.any(|about| about.kind == kind && about.record == *record) {
            Before::Begun
        } else {
            Before::Nothing
        }
    }
}

/// The way to answer a survey, or why there is none now.
fn survey(page: &mut Leaflet, survey: &Survey, before: Before, standing: &Standing<'_>) {
    if survey.state(standing.today) != SurveyState::Open {
        return;
    }
    let why_not = match (before, standing.mailbox.is_open()) {
        (Before::Done, _) => "您已经填过这份问卷，谢谢。",
        (Before::Nothing | Before::Begun, true) => "",
        (Before::Nothing | Before::Begun, false) => standing.mailbox.words(),
    };
    if !why_not.is_empty() {
        page.head.push(Leaf::new(LeafKind::Note, why_not));
        return;
    }
    let title = if before == Before::Begun { "接着填写" } else { "在这里填写" };
    let note = format!("共{}题，不留姓名", survey.questions.len());
    page.rows.insert(0, Row::new(Icon::Survey, title, Target::Fill).with_note(note).under("参加"));
}

/// 内容有误？ at the foot of a record's page, with the id and the release that the report names.
fn mistake(page: &mut Leaflet, opened: &Opened, before: Before, standing: &Standing<'_>) {
    let (id, release) = (opened.record.id(), release_of(standing.hall, opened));
    if standing.mailbox.is_open() {
        let title = if before == Before::Begun { "内容有误？接着写" } else { MISTAKE };
        let note = format!("告诉我们哪里不对 · 本页编号{id} · 第{release}版");
        page.links.push(Row::new(Icon::Reply, title, Target::Report).with_note(note).under("发现不对的地方"));
        return;
    }
    // Until the mailroom has said how it stands there is nothing to tell.
    if standing.mailbox != MailOffer::Starting {
        let note = format!("本页编号{id} · 第{release}版");
        page.body.push(Leaf::new(LeafKind::Heading, MISTAKE));
        page.body.push(Leaf::new(LeafKind::Text, standing.mailbox.words()).with_note(note));
    }
}

/// The suggestion box behind the door where one asks.
fn suggestion(page: &mut Leaflet, before: Before, standing: &Standing<'_>) {
    if standing.mailbox == MailOffer::Starting {
        return;
    }
    if !standing.mailbox.is_open() {
        page.body.insert(0, Leaf::new(LeafKind::Heading, SUGGESTION));
        page.body.insert(1, Leaf::new(LeafKind::Text, standing.mailbox.words()));
        return;
    }
    let title = if before == Before::Begun { "意见建议和吐槽，接着写" } else { SUGGESTION };
    let hotline = &standing.hall.site.hotline;
    let note = format!("写下来交给有关单位，当场给编号；也可以打{hotline}");
    page.rows.push(Row::new(Icon::Reply, title, Target::Suggest).with_note(note).under("说给我们听"));
}
