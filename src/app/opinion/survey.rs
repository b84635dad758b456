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
        options,
        is_required: must_be_answered(question.kind),
        when: unless(&question.skip_if, all),
        max: if question.kind == QuestionKind::Text { WORDS_CHARS_MAX } else { 0 },
        hint: hint.to_owned(),
        ..FormField::of(&question.id, &question.text, kind)
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::id::RecordId;
    use crate::content::Record;
    use crate::form::{Sheet, Slot};

    fn bus(questions: serde_json::Value) -> Survey {
        let body = json!({
            "id": "bus", "title": "公交线路", "plain": "说说公交。", "org": "jiaotong", "open": "2026-11-01",
            "close": "2026-11-30", "is_anonymous": true, "published": "2026-11-01", "reviewed_by": "运输科",
            "question": questions,
        });
        let id = RecordId::parse("survey/bus").unwrap();
        match Record::from_bytes(&id, &serde_json::to_vec(&body).unwrap()) {
            Ok(Record::Survey(survey)) => *survey,
            other => panic!("{other:?}"),
        }
    }

    fn all_kinds() -> Survey {
        bus(json!([
            { "id": "q1", "text": "坐过吗？", "kind": "单选", "options": ["常坐", "少坐", "没有坐过"] },
            { "id": "q2", "text": "去做什么？", "kind": "多选", "options": ["赶集、买菜", "看病"], "skip_if": "q1=没有坐过" },
            { "id": "q3", "text": "打几分？", "kind": "打分", "skip_if": "q1=没有坐过" },
            { "id": "q4", "text": "还有什么想说的？", "kind": "填空", "skip_if": "q2=看病" },
        ]))
    }

    fn asked(sheet: &Sheet) -> Vec<String> {
        sheet.asked(0, 0).into_iter().map(|(_, field)| field.id.clone()).collect()
    }

    #[test]
    fn a_survey_asks_for_nobody_and_promises_no_answer() {
        let filling = survey(&all_kinds(), 7);
        let form = filling.sheet().form();
        assert!(
            !form.asks_consent && form.groups.iter().flat_map(|group| &group.fields).all(|field| !field.is_personal)
        );
        assert_eq!((filling.about().release, filling.about().last_day), (7, Some(date(2026, 11, 30))));
        assert!(filling.about().answer.is_none() && !filling.about().kind.is_answered());
        assert!(filling.hand_in().reveal().entries.is_empty());
    }

    #[test]
    fn of_a_survey_in_which_nothing_must_be_answered_something_must_be() {
        let survey = bus(
            json!([{ "id": "q1", "text": "说说吧", "kind": "填空" }, { "id": "q2", "text": "还有呢", "kind": "填空" }]),
        );
        let mut sheet = Sheet::new(Arc::new(questions(&survey)));
        assert!(!sheet.is_complete());
        sheet.answer(Slot { group: 0, copy: 0, field: 1 }, "票价高", date(2026, 11, 20)).unwrap();
        assert!(sheet.is_complete());
    }

    proptest! {
        #[test]
        fn what_is_skipped_is_what_the_office_wrote_and_every_choice_is_one_vote(
            used in 0..4_usize,
            (market, doctor) in any::<(bool, bool)>(),
            score in 0..6_usize,
            is_said in any::<bool>(),
        ) {
            let mut sheet = Sheet::new(Arc::new(questions(&all_kinds())));
            let mut put = |field: usize, text: &str| sheet.answer(Slot { group: 0, copy: 0, field }, text, date(2026, 11, 20));
            let purposes: Vec<&str> = [(market, "1"), (doctor, "2")].into_iter().filter(|p| p.0).map(|p| p.1).collect();
            let key = |n: usize| if n == 0 { String::new() } else { n.to_string() };
            let said = if is_said { "早班车太晚" } else { "" };
            let answers = [key(used), purposes.join(","), key(score), said.to_owned()];
            let is_taken = answers.iter().enumerate().all(|(field, answer)| put(field, answer).is_ok());
            prop_assert!(is_taken);
            let is_user = used != 3;
            let mut wanted = vec!["q1"];
            wanted.extend(if is_user { vec!["q2", "q3"] } else { vec![] });
            // What was not asked makes no exception.
            wanted.extend((!is_user || !doctor).then_some("q4"));
            prop_assert_eq!(asked(&sheet), wanted);
            let votes = sheet.votes();
            let chosen = usize::from(used > 0) + if is_user { purposes.len() + usize::from(score > 0) } else { 0 };
            prop_assert_eq!(votes.iter().filter(|vote| !vote.value.is_empty()).count(), chosen);
            let is_one = |text: &str| !text.contains("买菜、看病");
            prop_assert!(votes.iter().all(|vote| is_one(&vote.text)));
            let is_complete = used > 0 && (!is_user || score > 0);
            prop_assert_eq!(sheet.is_complete(), is_complete);
        }
    }
}
