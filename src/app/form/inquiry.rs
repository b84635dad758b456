//! Asking how far an application has come: its number, the last four that go with it, and then what is known of it.
//! It is a walk like any form's, but nothing of it is handed in or kept for later: what was typed goes with the page.

use super::*;
use crate::app::event::ContentTrouble;
use crate::app::leaflet::{Leaf, LeafKind, Part, Place};
use crate::app::mailroom::{Progress, last_four};
use crate::content::Imprint;
use crate::content::form::FormGroup;
use crate::content::letter::Number;

/// What the page is called wherever one comes to it.
pub const TITLE: &str = "我的申请办到哪一步了";
const NUMBER: Slot = Slot { group: 0, copy: 0, field: 0 };
const FOUR: Slot = Slot { group: 0, copy: 0, field: 1 };
/// What is shown, one after the other.
pub(super) const SCREENS: [Screen; 3] = [Screen::Question(NUMBER), Screen::Question(FOUR), Screen::Case];
/// Characters that are taken of the four.
const FOUR_CHARS: u32 = 4;

/// A question to the mailroom.
#[derive(Default)]
pub(super) struct Inquiry {
    /// The question that is on its way, so that a late answer to another one is not shown.
    asked: Option<u64>,
    found: Option<Result<Progress, ContentTrouble>>,
}

impl Filling {
    /// The questions for who wants to know how far their application is.
    pub fn of_case(here: Here<'_>) -> Self {
        let record = &here.hall.site.id;
        let about = About {
            kind: LetterKind::Application,
            record: record.clone(),
            title: TITLE.to_owned(),
            org: None,
            answer: None,
            release: here.hall.release,
            last_day: None,
        };
        let mut filling = Self::new(about, Arc::new(questions(record, here)));
        filling.inquiry = Some(Inquiry::default());
        filling.go_to(Screen::Question(NUMBER), here);
        filling
    }

    /// Whether it asks about something that was handed in, and becomes no letter.
    pub fn is_inquiry(&self) -> bool {
        self.inquiry.is_some()
    }

    /// Checks what was typed and shows that it is being looked up; none where something is not right yet.
    pub(in crate::app) fn inquire(&mut self, tap: u64, here: Here<'_>) -> Option<(Number, Private<String>)> {
        self.trouble = self.settle(here).err();
        if self.trouble.is_some() {
            return None;
        }
        let number = Number::parse(self.sheet.answered(NUMBER))?;
        let four = Private::new(last_four(self.sheet.answered(FOUR))?);
        self.inquiry.as_mut()?.asked = Some(tap);
        self.go_to(Screen::Case, here);
        Some((number, four))
    }

    /// Takes the answer to this tap's question; to another one it takes none.
    pub(in crate::app) fn found(&mut self, tap: u64, found: Result<Progress, ContentTrouble>) {
        if let Some(inquiry) = self.inquiry.as_mut().filter(|inquiry| inquiry.asked == Some(tap)) {
            *inquiry = Inquiry { asked: None, found: Some(found) };
        }
    }

    /// Who goes back to the questions wants no answer any more.
    pub(super) fn forget_case(&mut self) {
        if let Some(inquiry) = &mut self.inquiry {
            *inquiry = Inquiry::default();
        }
    }

    /// Why what was typed cannot be asked with; an empty answer is for the sheet to judge.
    pub(super) fn case_fault(&self, slot: Slot, text: &str) -> Option<&'static str> {
        if !self.is_inquiry() || text.is_empty() {
            return None;
        }
        match slot {
            FOUR if last_four(text).is_none() => Some("要输4位：电话号码或者证件号码的最后四位"),
            NUMBER if Number::parse(text).is_none() => {
                Some(Sort::Receipt.early_fault(text).unwrap_or("编号有14位，还没有输完"))
            }
            _ => None,
        }
    }
}

/// What is typed for a question of an inquiry.
pub(super) fn sort_of(slot: Slot) -> Sort {
    if slot == FOUR { Sort::LastFour } else { Sort::Receipt }
}

/// Whether this is the last question, after which it is looked up.
pub(super) fn is_last(slot: Slot) -> bool {
    slot == FOUR
}

/// What is known, on a page of its own.
pub(super) fn leaflet(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let found = filling.inquiry.as_ref().and_then(|inquiry| inquiry.found.as_ref());
    let (title, lines) = match found {
        None => ("正在查".to_owned(), vec!["请稍候。".to_owned()]),
        Some(Ok(progress)) => progress.words(),
        // Nobody is there to answer, or the content cannot be read: whose fault it is helps nobody here.
        Some(Err(ContentTrouble::Empty | ContentTrouble::Damaged)) => {
            ("现在查不了".to_owned(), vec!["请过一会儿再查，或者问工作人员。".to_owned()])
        }
    };
    let mut lines = lines.into_iter();
    let mut page = notes::page(&title, &lines.next().unwrap_or_default());
    page.body.push(Leaf::field("编号", Number::set(filling.sheet.answered(NUMBER))));
    if !filling.may_say(NUMBER, standing) {
        page.hushed.push(Place::Body(0, Part::Value));
    }
    page.body.extend(lines.map(|line| Leaf::new(LeafKind::Text, line)));
    if found.is_some() {
        page.body.push(Leaf::new(LeafKind::Heading, "还有疑问"));
        page.body.push(Leaf::fact("热线", &standing.hall.site.hotline));
        page.body.push(Leaf::fact("人工窗口", &standing.hall.site.help_desk));
    }
    page
}

/// The two questions. They are no record of anybody's: they are asked here and leave with the page.
fn questions(record: &RecordId, here: Here<'_>) -> Form {
    let none = String::new;
    let question = |id: &str, label: &str, hint: &str, is_personal: bool, max: u32| FormField {
        is_required: true,
        is_personal,
        max,
        hint: hint.to_owned(),
        ..FormField::of(id, label, FieldKind::Line)
    };
    let number_max = u32::try_from(Number::SYMBOLS_MAX).unwrap_or(u32::MAX);
    let fields = vec![
        question("number", "回执上的编号", "14位数字和字母，中间的短横线不用输。", false, number_max),
        question(
            "four",
            "电话或者证件号码的后四位",
            "提交时填的电话号码或者证件号码，输最后四位。只用来查这一次，离开这一页就清除。",
            true,
            FOUR_CHARS,
        ),
    ];
    Form {
        id: record.clone(),
        title: TITLE.to_owned(),
        org: record.clone(),
        purpose: none(),
        keep: none(),
        asks_consent: false,
        blank_at: none(),
        ways: Vec::new(),
        notes: Vec::new(),
        gate: None,
        fee: none(),
        answer: None,
        groups: vec![FormGroup { title: TITLE.to_owned(), when: none(), repeat: 1, fields }],
        // Nobody published them: they are the program's own.
        imprint: Imprint::of(here.today, ""),
    }
}
