//! One application whose progress is published, and who knows of it: whoever has its number and its last four.
#![allow(dead_code)] // Not every test asks for all of it.

use civic_kiosk::app::mailroom::Progress;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Case;
use civic_kiosk::content::case::CaseState;
use civic_kiosk::content::letter::Number;
use jiff::civil::date;

/// What goes with the number.
pub const FOUR: &str = "002X";

/// Its number.
pub fn number() -> Number {
    Number::new(date(2026, 11, 20), [5, 200, 31, 7, 99, 0, 255])
}

/// The number as it is typed: without hyphens.
pub fn typed() -> String {
    number().as_str().replace('-', "")
}

/// What the mailroom says to this number and these four.
pub fn progress(asked: &Number, four: &str) -> Progress {
    let case = Case {
        id: RecordId::parse("case/0f").unwrap(),
        salt: "5a".repeat(16),
        state: CaseState::Answered,
        date: date(2026, 11, 18),
        outcome: "予以公开".to_owned(),
        collect: "带身份证件到1号窗口领取".to_owned(),
        order: 1,
    };
    Progress { case: (*asked == number() && four == FOUR).then_some(case), here: None }
}
