//! Identity numbers of residents and credit codes of organisations: eighteen places, read one by one in their parts.
//! It does not check the number; a wrong one is read as it stands.

use super::Said;
use super::hanzi::telephone;
use super::latin::spell;
use super::text::Shown;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    resident(shown, at).or_else(|| organisation(shown, at))
}

fn resident(shown: &Shown, at: usize) -> Option<Said> {
    if !shown.starts_digits(at) || shown.before(at).is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let digits_end = shown.digits_end(at);
    let last_is_x = digits_end - at == 17 && matches!(shown.at(digits_end), Some('X' | 'x'));
    let end = if last_is_x { digits_end + 1 } else { digits_end };
    if end - at != 18 || shown.at(end).is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let part = |from: usize, to: usize| telephone(&shown.slice(at + from, at + to).to_ascii_uppercase());
    Said::word(end, [part(0, 6), part(6, 10), part(10, 14), part(14, 18)].join("，"))
}

/// `91340500MA2MT1234X`: who registers, where, and the organisation's own nine places.
fn organisation(shown: &Shown, at: usize) -> Option<Said> {
    let fits = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let end = shown.run_end(at, fits);
    let region_is_digits = shown.run_end(at + 2, |c| c.is_ascii_digit()) >= at + 8;
    let stands_alone = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if end - at != 18 || !region_is_digits || !stands_alone(shown.before(at)) || !stands_alone(shown.at(end)) {
        return None;
    }
    let part = |from: usize, to: usize| coded(&shown.slice(at + from, at + to));
    Said::word(end, [part(0, 2), part(2, 8), part(8, 13), part(13, 18)].join("，"))
}

/// Letters spelled, one said as 幺.
fn coded(places: &str) -> String {
    spell(places).replace('一', "幺")
}
