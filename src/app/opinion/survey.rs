//! A survey as questions of the form player: one a screen, without a name, taken on its days only.
//! It asks nothing that the office did not write, and nothing that tells who somebody is.

use std::sync::Arc;

use crate::app::form::{About, Filling};
use crate::content::form::{FieldKind, FieldOption, FormField, FormGroup, FormWay};
use crate::content::participation::{QuestionKind, SurveyQuestion};
use crate::content::{Form, LetterKind, Survey};

/// Most characters of an opinion in somebody's own words.
pub(super) const WORDS_CHARS_MAX: u32 = 500;
/// The best score.
const SCORE_MAX: u32 = 5;
/// What becomes of the answers.
const KEEP: &str = "不留姓名。加密后送到征集单位，只合计人数，少于5人的选项不公开。";
/// Beside what is written in one's own words.
pub(super) const NO_NAMES: &str = "请不要写姓名、电话和证件号码。";
/// Where one is enough of questions that may all be left out.
const ANY: &str = "any";

/// The survey, from its first page.
pub fn survey(survey: &Survey, release: u64) -> Filling {
    let about = About {
        kind: LetterKind::Survey,
        record: survey.id.clone(),
        title: survey.title.clone(),
        org: Some(survey.org.clone()),
        answer: None,
        release,
        last_day: Some(survey.closes),
    };
    Filling::new(about, Arc::new(questions(survey)))
}

/// What the survey asks, as the player asks it.
fn questions(survey: &Survey) -> Form {
    let has_duty = survey.questions.iter().any(|question| must_be_answered(question.kind));
    let asked = |question| {
        let field = field(question, &survey.questions);
        // An empty letter says nothing: where nothing must be answered, something must be.
        if has_duty { field } else { FormField { one_of: ANY.to_owned(), ..field } }
    };
    let group = FormGroup {
        title: "问卷".to_owned(),
        when: String::new(),
        repeat: 0,
        fields: survey.questions.iter().map(asked).collect(),
    };
    Form {
        id: survey.id.clone(),
        title: survey.title.clone(),
        org: survey.org.clone(),
        purpose: survey.plain.clone(),
        keep: KEEP.to_owned(),
        asks_consent: false,
        blank_at: String::new(),
        ways: vec![FormWay::Submit],
        notes: Vec::new(),
        gate: None,
        fee: String::new(),
        answer: None,
        groups: vec![group],
        imprint: survey.imprint.clone(),
    }
}

fn must_be_answered(kind: QuestionKind) -> bool {
    match kind {
        QuestionKind::Single | QuestionKind::Scale => true,
        QuestionKind::Multiple | QuestionKind::Text => false,
    }
}

fn field(question: &SurveyQuestion, all: &[SurveyQuestion]) -> FormField {
    let (kind, options, hint) = match question.kind {
        QuestionKind::Single => (FieldKind::Choice, numbered(&question.options), ""),
        QuestionKind::Multiple => (FieldKind::Choices, numbered(&question.options), ""),
        QuestionKind::Scale => (FieldKind::Choice, scores(), "1至5分，5分最好"),
        QuestionKind::Text => (FieldKind::LongText, Vec::new(), NO_NAMES),
    };
    FormField {
        id: question.id.clone(),
        label: question.text.clone(),
        kind,
        options,
        is_required: must_be_answered(question.kind),
        is_personal: false,
        is_sensitive: false,
        mask: None,
        one_of: String::new(),
        when: unless(&question.skip_if, all),
        max: if question.kind == QuestionKind::Text { WORDS_CHARS_MAX } else { 0 },
        hint: hint.to_owned(),
    }
}

/// Options with their place, from 1, as their key.
pub(super) fn numbered<T: AsRef<str>>(labels: &[T]) -> Vec<FieldOption> {
    let option = |(i, label): (usize, &T)| FieldOption { key: (i + 1).to_string(), label: label.as_ref().to_owned() };
    labels.iter().enumerate().map(option).collect()
}

/// The best first, so that nobody scrolls for it.
fn scores() -> Vec<FieldOption> {
    let score = |n: u32| FieldOption { key: n.to_string(), label: format!("{n}分") };
    (1..=SCORE_MAX).rev().map(score).collect()
}

/// `q1=没有办过` as the player's exception.
fn unless(skip_if: &str, all: &[SurveyQuestion]) -> String {
    let named = skip_if.split_once('=').and_then(|(id, option)| {
        let question = all.iter().find(|question| question.id == id)?;
        Some((id, question.options.iter().position(|other| other == option)? + 1))
    });
    named.map_or_else(String::new, |(id, key)| format!("{id}!={key}"))
}
