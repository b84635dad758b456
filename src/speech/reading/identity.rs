//! Resident identity numbers: eighteen places, read one by one in their four parts.
//! It does not check the number; a wrong one is read as it stands.

use super::Said;
use super::hanzi::telephone;
use super::text::Shown;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
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
