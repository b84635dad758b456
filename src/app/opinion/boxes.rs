//! The suggestion box, and the note that something on a page is not right: few questions, a number for the answer.
//! A telephone is asked for only where somebody wants to leave one, and only after they agreed.

use std::sync::Arc;

use super::survey::{NO_NAMES, WORDS_CHARS_MAX, numbered};
use crate::app::form::{About, Filling};
use crate::app::hall::Hall;
use crate::content::form::{FieldKind, FieldMask, FormField, FormGroup, FormNote, FormWay};
use crate::content::{Form, Imprint, LetterKind, Record};
use crate::store::Opened;

/// What the suggestion box is called.
pub const SUGGESTION: &str = "意见建议和吐槽";
/// What stands at the foot of every page.
pub const MISTAKE: &str = "内容有误？";

/// Sorts of suggestions.
const SORTS: [&str; 5] = ["提建议", "吐槽，说不满意的", "表扬", "求助", "其他"];
/// What may be wrong with a page.
const FAULTS: [&str; 7] =
    ["有错别字", "电话、地址或时间不对", "材料或办法和实际不一样", "已经过期", "看不懂", "图片或语音有问题", "其他"];
/// Whether somebody leaves a telephone.
const REACH: [&str; 2] = ["不留电话", "留电话，方便答复我"];
/// The second one, as its key.
const REACHED: &str = "reach==2";

/// The suggestion box of the hall.
pub fn suggestion(hall: &Hall) -> Filling {
    let site = &hall.site;
    let about = About {
        kind: LetterKind::Opinion,
        record: site.id.clone(),
        title: SUGGESTION.to_owned(),
        org: None,
        answer: None,
        release: hall.release,
        last_day: None,
    };
    let said = group(
        "您要说的",
        vec![
            choice("sort", "是哪一类", &SORTS),
            FormField {
                is_required: true,
                hint: "什么时间、什么地方、什么事，写清楚更好办。".to_owned(),
                ..words("说说是什么事")
            },
            choice("reach", "要留电话吗", &REACH),
        ],
    );
    let phone = FormField {
        kind: FieldKind::Phone,
        is_required: true,
        is_personal: true,
        mask: Some(FieldMask::Phone),
        ..field("tel", "您的电话")
    };
    let reach = FormGroup { when: REACHED.to_owned(), ..group("怎么联系您", vec![phone]) };
    let form = Form {
        asks_consent: true,
        blank_at: format!("不留电话也可以提交；也可以打热线{}", site.hotline),
        groups: vec![said, reach],
        ..questions(
            hall,
            SUGGESTION,
            "对大厅、对办事、对政府工作有什么想说的，写在这里，有人看、有人办。",
            "加密后送到收件单位，本机不留底。当场给编号，凭编号查询。",
        )
    };
    Filling::new(about, Arc::new(form))
}

/// The note that something on a record's page is not right, tied to the release in which it was shown.
pub fn mistake(hall: &Hall, opened: &Opened) -> Filling {
    let (record, release) = (&opened.record, release_of(hall, opened));
    let about = About {
        kind: LetterKind::Mistake,
        record: record.id().clone(),
        title: record.title().to_owned(),
        org: record.org().cloned(),
        answer: None,
        release,
        last_day: None,
    };
    let wrong = group(
        "哪里不对",
        vec![
            choice("fault", "哪里不对", &FAULTS),
            FormField {
                hint: format!("写下哪一句不对，应该是什么。{NO_NAMES}"), ..words("具体说说")
            },
        ],
    );
    let form = Form {
        notes: vec![FormNote { title: "说的是这一页".to_owned(), text: page_of(record, release) }],
        groups: vec![wrong],
        ..questions(
            hall,
            MISTAKE,
            "告诉我们这一页哪里不对，核实以后改正。",
            "不留姓名。加密后送到发布单位，当场给编号，凭编号查询。",
        )
    };
    Filling::new(about, Arc::new(form))
}

/// The release in which a page is shown: the hall's own or a farther publisher's.
pub fn release_of(hall: &Hall, opened: &Opened) -> u64 {
    opened.source.as_ref().map_or(hall.release, |source| source.number)
}

/// `《老年人优待证》，编号guide/elder-card，第3版`
fn page_of(record: &Record, release: u64) -> String {
    format!("《{}》，编号{}，第{release}版", record.title(), record.id())
}

/// A form without questions that can be handed in. The hall itself asks, so it stands in the office's place.
fn questions(hall: &Hall, title: &str, purpose: &str, keep: &str) -> Form {
    let site = &hall.site;
    Form {
        id: site.id.clone(),
        title: title.to_owned(),
        org: site.id.clone(),
        purpose: purpose.to_owned(),
        keep: keep.to_owned(),
        asks_consent: false,
        blank_at: String::new(),
        ways: vec![FormWay::Submit],
        notes: Vec::new(),
        gate: None,
        fee: String::new(),
        answer: None,
        groups: Vec::new(),
        imprint: Imprint::of(hall.issued, &site.publisher),
    }
}

fn group(title: &str, fields: Vec<FormField>) -> FormGroup {
    FormGroup { title: title.to_owned(), when: String::new(), repeat: 0, fields }
}

fn choice(id: &str, label: &str, options: &[&str]) -> FormField {
    FormField { kind: FieldKind::Choice, options: numbered(options), is_required: true, ..field(id, label) }
}

fn words(label: &str) -> FormField {
    FormField { kind: FieldKind::LongText, max: WORDS_CHARS_MAX, ..field("words", label) }
}

fn field(id: &str, label: &str) -> FormField {
    FormField::of(id, label, FieldKind::Line)
}
