use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::base::id::RecordId;
use crate::content::Record;

const TODAY: Date = date(2026, 11, 22);

/// The request for information in small: who asks decides what is asked.
fn request() -> Arc<Form> {
    let body = json!({
        "id": "request", "title": "申请表", "org": "office", "purpose": "申请。", "keep": "不保存。", "ask_consent": true,
        "published": "2026-01-05", "reviewed_by": "公开科",
        "group": [
            { "title": "要什么", "field": [
                { "id": "desc", "label": "内容", "type": "多行文字", "required": true, "max": 500 },
                { "id": "get", "label": "方式", "type": "单选", "required": true,
                  "options": [{ "key": "mail", "label": "邮寄" }, { "key": "email", "label": "电子邮件" }] },
                { "id": "who", "label": "申请人是", "type": "单选", "required": true,
                  "options": [{ "key": "person", "label": "公民" }, { "key": "corp", "label": "单位" }] } ] },
            { "title": "公民", "when": "who==person", "field": [
                { "id": "name", "label": "姓名", "type": "姓名", "required": true, "pii": true, "mask": "姓名" },
                { "id": "idno", "label": "证件", "type": "身份证号", "required": true, "pii": true, "sensitive": true,
                  "mask": "后四位" },
                { "id": "tel", "label": "电话", "type": "电话", "pii": true, "mask": "电话", "one_of": "contact" },
                { "id": "other", "label": "别的", "type": "单行文字", "pii": true, "one_of": "contact" },
                { "id": "addr", "label": "地址", "type": "地址", "required": true, "pii": true, "when": "get==mail" } ] },
            { "title": "单位", "when": "who==corp", "field": [
                { "id": "corp", "label": "名称", "type": "单行文字", "required": true } ] },
            { "title": "孩子", "repeat": 3, "field": [
                { "id": "child", "label": "小名", "type": "单行文字" } ] },
        ],
    });
    let id = RecordId::parse("form/request").unwrap();
    match Record::from_bytes(&id, &serde_json::to_vec(&body).unwrap()) {
        Ok(Record::Form(form)) => Arc::new(*form),
        other => panic!("{other:?}"),
    }
}

fn slot(sheet: &Sheet, id: &str) -> Slot {
    let groups = sheet.form().groups.iter().enumerate();
    let mut slots = groups.flat_map(|(group, part)| {
        part.fields.iter().enumerate().map(move |(field, it)| (Slot { group, copy: 0, field }, it.id.clone()))
    });
    slots.find(|(_, found)| found == id).unwrap().0
}

fn fill(sheet: &mut Sheet, answers: &[(&str, &str)]) {
    for (id, text) in answers {
        let slot = slot(sheet, id);
        sheet.answer(slot, text, TODAY).unwrap_or_else(|e| panic!("{id}: {e}"));
    }
}

fn missing(sheet: &Sheet) -> Vec<String> {
    let name = |(slot, wrong): (Slot, Wrong)| format!("{} {wrong:?}", sheet.at(slot).unwrap().1.id);
    sheet.missing(Step::Review).into_iter().map(name).collect()
}

#[test]
fn who_asks_decides_what_is_asked() {
    let mut sheet = Sheet::new(request());
    let group = |group| Step::Group { group, copy: 0 };
    assert_eq!(sheet.steps(), [group(0), group(3), Step::Review]);
    fill(&mut sheet, &[("who", "corp")]);
    assert_eq!(sheet.steps(), [group(0), group(2), group(3), Step::Review]);
    fill(&mut sheet, &[("who", "person")]);
    let consents = [Step::Consent(Consent::Personal), Step::Consent(Consent::Sensitive(1))];
    assert_eq!(sheet.steps(), [group(0), consents[0], consents[1], group(1), group(3), Step::Review]);
    let ids = |sheet: &Sheet| sheet.asked(1, 0).into_iter().map(|(_, f)| f.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&sheet), ["name", "idno", "tel", "other"]);
    fill(&mut sheet, &[("get", "mail")]);
    assert_eq!(ids(&sheet), ["name", "idno", "tel", "other", "addr"]);
}

#[test]
fn nothing_is_handed_over_before_everything_is_there_and_agreed_to() {
    let mut sheet = Sheet::new(request());
    fill(&mut sheet, &[("who", "person"), ("get", "email"), ("desc", "柳林村道路硬化验收报告")]);
    assert_eq!(missing(&sheet), ["name Empty", "idno Empty", "tel NoneOf"]);
    fill(&mut sheet, &[("name", "张三"), ("idno", "11010519491231002x"), ("other", "找村委会")]);
    assert_eq!(missing(&sheet), Vec::<String>::new());
    assert!(!sheet.is_complete(), "nobody has agreed");
    sheet.agree(Consent::Personal, Agrees::Yes);
    assert!(!sheet.is_complete(), "the sensitive data is agreed to on its own");
    sheet.agree(Consent::Sensitive(1), Agrees::Yes);
    assert!(sheet.is_complete());
    fill(&mut sheet, &[("get", "mail")]);
    assert_eq!(missing(&sheet), ["addr Empty"]);
}

#[test]
fn an_answer_that_is_not_asked_for_any_more_is_not_handed_over_but_comes_back() {
    let mut sheet = Sheet::new(request());
    fill(&mut sheet, &[("who", "person"), ("name", "张三")]);
    let shown = |sheet: &Sheet| sheet.lines().iter().map(|l| l.covered()).collect::<Vec<_>>();
    assert_eq!(shown(&sheet), ["公民", "张*"]);
    fill(&mut sheet, &[("who", "corp")]);
    assert_eq!(shown(&sheet), ["单位"]);
    fill(&mut sheet, &[("who", "person")]);
    assert_eq!(shown(&sheet), ["公民", "张*"]);
}

#[test]
fn a_wrong_answer_is_not_kept_and_the_one_before_stays() {
    let mut sheet = Sheet::new(request());
    fill(&mut sheet, &[("who", "person"), ("tel", "13812345678")]);
    let tel = slot(&sheet, "tel");
    assert_eq!(sheet.answer(tel, "138", TODAY), Err(Wrong::Phone));
    assert_eq!(sheet.answered(tel), "13812345678");
    assert_eq!(sheet.answer(tel, "", TODAY), Ok(()));
    assert_eq!(sheet.answered(tel), "");
}

#[test]
fn taking_back_a_consent_takes_back_what_rests_on_it() {
    let mut sheet = Sheet::new(request());
    fill(&mut sheet, &[("who", "person"), ("name", "张三"), ("idno", "11010519491231002X")]);
    sheet.agree(Consent::Sensitive(1), Agrees::No);
    assert_eq!((sheet.answered(slot(&sheet, "idno")), sheet.answered(slot(&sheet, "name"))), ("", "张三"));
    sheet.agree(Consent::Personal, Agrees::No);
    assert_eq!((sheet.answered(slot(&sheet, "name")), sheet.answered(slot(&sheet, "who"))), ("", "person"));
}

#[test]
fn a_group_can_be_filled_in_as_often_as_the_form_says() {
    let mut sheet = Sheet::new(request());
    let child = |copy| Slot { group: 3, copy, field: 0 };
    assert_eq!(sheet.answer(child(1), "二毛", TODAY), Err(Wrong::Choice));
    assert!(sheet.add_copy(3) && sheet.add_copy(3) && !sheet.add_copy(3));
    for (copy, name) in ["大毛", "二毛", "三毛"].into_iter().enumerate() {
        sheet.answer(child(copy), name, TODAY).unwrap();
    }
    sheet.remove_copy(3, 1);
    let shown: Vec<_> = sheet.lines().iter().map(|l| (l.slot.copy, l.covered())).collect();
    assert_eq!(shown, [(0, "大毛".to_owned()), (1, "三毛".to_owned())]);
    sheet.remove_copy(3, 0);
    sheet.remove_copy(3, 0);
    assert_eq!((sheet.copies_of(3), sheet.answered(child(0))), (1, "三毛"));
    assert!(!sheet.add_copy(0) && !sheet.add_copy(9));
}

#[test]
fn a_sheet_says_nothing_of_anybody_in_a_log() {
    let mut sheet = Sheet::new(request());
    fill(&mut sheet, &[("who", "person"), ("name", "张三")]);
    assert_eq!(format!("{sheet:?}"), "Sheet(form/request)");
}

proptest! {
    /// Whatever is answered in whatever order: what is handed over is only what is asked, and complete means complete.
    #[test]
    fn any_order_of_answers_keeps_the_sheet_honest(acts in prop::collection::vec((0..9_usize, 0..4_usize, 0..5_usize), 0..40)) {
        const TEXTS: [&str; 5] = ["", "person", "corp", "mail", "张三"];
        let mut sheet = Sheet::new(request());
        for (what, a, b) in acts {
            match what {
                0 => { sheet.add_copy(a); }
                1 => sheet.remove_copy(a, b),
                2 => sheet.agree(Consent::Personal, Agrees::Yes),
                3 => sheet.agree(Consent::Sensitive(a), if b == 0 { Agrees::No } else { Agrees::Yes }),
                what => { let _ = sheet.answer(Slot { group: a, copy: what - 4, field: b }, TEXTS[b], TODAY); }
            }
            let lines = sheet.lines();
            prop_assert!(lines.iter().all(|l| sheet.is_asked(l.slot)));
            if sheet.is_complete() {
                let asked = sheet.steps().into_iter().filter_map(|s| match s { Step::Group { group, copy } => Some(sheet.asked(group, copy)), _ => None }).flatten();
                for (slot, field) in asked {
                    prop_assert!(!field.is_required || lines.iter().any(|l| l.slot == slot));
                    prop_assert!(!field.is_sensitive || sheet.is_agreed(Consent::Sensitive(slot.group)));
                }
            }
        }
    }
}
