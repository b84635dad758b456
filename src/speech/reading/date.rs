//! Years and dates: the year digit by digit, month and day as numbers.
//! It leaves spans of time alone: 60年 is sixty years.

use super::Said;
use super::hanzi::{one_by_one, whole};
use super::text::{Shown, is_dash};

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if !shown.starts_digits(at) || shown.before(at).is_some_and(|c| c.is_ascii_alphabetic() || c == '.') {
        return None;
    }
    if let Some(said) = padded(shown, at) {
        return Some(said);
    }
    let (year, end) = shown.small(at, 4, 4)?;
    if !(1900..2100).contains(&year) {
        return None;
    }
    let said = one_by_one(&shown.slice(at, end));
    if shown.has(end, "年") {
        return Said::word(end + 1, format!("{said}年"));
    }
    with_marks(shown, end, &said).or_else(|| first_of_range(shown, end, said))
}

/// 09月01日: the zero only fills a place.
fn padded(shown: &Shown, at: usize) -> Option<Said> {
    let (value, end) = shown.small(at, 2, 2)?;
    let fits = shown.at(at) == Some('0') && value > 0 && matches!(shown.at(end), Some('月' | '日'));
    fits.then(|| Said::word(end, whole(u64::from(value))))?
}

/// `2026-01-05`, `2026/1/5`, `2026.1.5`, `2026-01`.
fn with_marks(shown: &Shown, end: usize, year: &str) -> Option<Said> {
    let mark = shown.at(end).filter(|c| matches!(c, '-' | '/' | '.' | '–' | '－'))?;
    let (month, month_end) = shown.small(end + 1, 1, 2)?;
    if !(1..=12).contains(&month) {
        return None;
    }
    let month_said = whole(u64::from(month));
    if shown.at(month_end) == Some(mark) {
        let (day, day_end) = shown.small(month_end + 1, 1, 2)?;
        return (1..=31)
            .contains(&day)
            .then(|| Said::word(day_end, format!("{year}年{month_said}月{}日", whole(u64::from(day)))))?;
    }
    let two_digits = month_end - end == 3;
    (two_digits && mark == '-' && !shown.has(month_end, "年"))
        .then(|| Said::word(month_end, format!("{year}年{month_said}月")))?
}

/// The first year of `2019-2021年`.
fn first_of_range(shown: &Shown, end: usize, said: String) -> Option<Said> {
    let joint = shown.at(end).is_some_and(|c| is_dash(c) || matches!(c, '至' | '到' | '、' | '和'));
    let (_, second_end) = shown.small(end + 1, 4, 4)?;
    (joint && shown.has(second_end, "年")).then(|| Said::word(end, said))?
}
