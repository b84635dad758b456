//! The day on which content is looked at: the machine's, or one that is given so that a check can be repeated.
//! It accepts no other way of writing a day than 2026-11-21.

use civic_kiosk::base::clock::{Clock, SystemClock};
use jiff::civil::Date;

/// A day, `2026-11-21`.
pub fn day(text: &str) -> Result<Date, String> {
    let wrong = || format!("日期应写成 2026-11-21，写的是“{text}”");
    text.parse::<Date>().ok().filter(|date| date.to_string() == text).ok_or_else(wrong)
}

/// The given day, or today in China Standard Time.
pub fn or_today(given: Option<Date>) -> Date {
    given.unwrap_or_else(|| SystemClock::new().today())
}
