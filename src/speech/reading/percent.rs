//! Percentages, permilles and fractions: 12.5%, 3%-5%, 3-5%, 1/2.
//! A slash between words is none of its business.

use super::Said;
use super::hanzi::whole;
use super::number::Number;
use super::text::{Shown, is_dash};

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    percent(shown, at).or_else(|| fraction(shown, at)).or_else(|| ratio(shown, at))
}

fn percent(shown: &Shown, at: usize) -> Option<Said> {
    let first = Number::at(shown, at)?;
    if let Some(base) = base(shown, first.end) {
        return Said::word(first.end + 1, format!("{base}分之{}", hundred(&first)));
    }
    if !shown.at(first.end).is_some_and(is_dash) {
        return None;
    }
    let second = Number::at(shown, first.end + 1)?;
    let base = base(shown, second.end)?;
    Said::word(second.end + 1, format!("{base}分之{}到{}", first.said(), hundred(&second)))
}

fn base(shown: &Shown, at: usize) -> Option<&'static str> {
    match shown.at(at)? {
        '%' => Some("百"),
        '‰' => Some("千"),
        _ => None,
    }
}

/// 100% is 百分之百.
fn hundred(number: &Number) -> String {
    if number.whole == "100" && number.places.is_empty() { "百".to_owned() } else { number.said() }
}

fn fraction(shown: &Shown, at: usize) -> Option<Said> {
    if !shown.starts_digits(at) || shown.before(at).is_some_and(|c| matches!(c, '/' | '.' | '-')) {
        return None;
    }
    let (top, slash) = shown.small(at, 1, 2)?;
    if shown.at(slash) != Some('/') {
        return None;
    }
    let (bottom, end) = shown.small(slash + 1, 1, 2)?;
    let ends = !shown.at(end).is_some_and(|c| matches!(c, '/' | '.' | '-'));
    (ends && top > 0 && top < bottom)
        .then(|| Said::word(end, format!("{}分之{}", whole(u64::from(bottom)), whole(u64::from(top)))))?
}

/// `1:1`: what is no time of the day is a ratio.
fn ratio(shown: &Shown, at: usize) -> Option<Said> {
    let goes_on = shown.before(at).is_some_and(|c| matches!(c, ':' | '.'))
        && at.checked_sub(2).is_some_and(|i| shown.is_digit(i));
    if !shown.starts_digits(at) || goes_on {
        return None;
    }
    let (left, colon) = shown.small(at, 1, 4)?;
    if !matches!(shown.at(colon)?, ':' | '∶') {
        return None;
    }
    let (right, end) = shown.small(colon + 1, 1, 4)?;
    let ends = !matches!(shown.at(end), Some(':' | '.'));
    ends.then(|| Said::word(end, format!("{}比{}", whole(u64::from(left)), whole(u64::from(right)))))?
}
