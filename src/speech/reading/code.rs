//! Numbers of standards, forms and machines: GB/T 32168—2015, YC011-0602-2026-0010, A1-A3窗口.
//! It reads letters and digits one by one; a number that counts something is no code.

use super::Said;
use super::hanzi::{one_by_one, telephone, whole};
use super::latin::spell;
use super::text::{Shown, is_dash};

/// Longest code that is read out, dashes included.
const CODE_CHARS_MAX: usize = 28;
/// Units that stand between a number and a dash: 20KB-200KB is a range.
const UNITS: [&str; 14] = ["KB", "kb", "MB", "GB", "km", "cm", "mm", "m", "kg", "g", "mg", "ml", "h", "min"];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let starts = shown.at(at)?.is_ascii_alphanumeric()
        && !shown.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    if !starts {
        return None;
    }
    times(shown, at).or_else(|| standard(shown, at)).or_else(|| chain(shown, at))
}

/// 7X24小时: the letter is a cross.
fn times(shown: &Shown, at: usize) -> Option<Said> {
    let (left, cross) = shown.small(at, 1, 4)?;
    if !matches!(shown.at(cross)?, 'x' | 'X') {
        return None;
    }
    let (right, end) = shown.small(cross + 1, 1, 4)?;
    let goes_on = shown.at(end).is_some_and(|c| c.is_ascii_alphabetic());
    (!goes_on).then(|| Said::word(end, format!("{}乘{}", whole(u64::from(left)), whole(u64::from(right)))))?
}

/// `GB/T 32168—2015`, `DB34/T 1234.1-2020`: letters, a number, a year.
fn standard(shown: &Shown, at: usize) -> Option<Said> {
    let letters_end = shown.run_end(at, |c| c.is_ascii_uppercase());
    if !(2..=4).contains(&(letters_end - at)) {
        return None;
    }
    let region_end = shown.digits_end(letters_end);
    let slash = shown.at(region_end) == Some('/');
    let kind_end = if slash { shown.run_end(region_end + 1, |c| c.is_ascii_uppercase()) } else { region_end };
    // Without a slash the digits after the letters are the number itself.
    let number = if slash { shown.skip_blanks(kind_end) } else { shown.skip_blanks(letters_end) };
    let number_end = shown.run_end(number, |c| c.is_ascii_digit() || c == '.');
    let (year, end) = shown.small(number_end + 1, 4, 4)?;
    let fits = (2..=9).contains(&(number_end - number)) && shown.at(number_end).is_some_and(is_dash);
    if !fits || !(1980..2100).contains(&year) || shown.at(end).is_some_and(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let mut letters = shown.slice(at, letters_end);
    if slash {
        letters = shown.slice(at, kind_end).replace('/', "");
    }
    let digits: Vec<String> = shown.slice(number, number_end).split('.').map(telephone).collect();
    let year = one_by_one(&shown.slice(number_end + 1, end));
    Said::word(end, format!("{}{}杠{year}", spell(&letters), digits.join("点")))
}

/// Letters and digits in parts joined by dashes, a letter in the first and a digit somewhere.
fn chain(shown: &Shown, at: usize) -> Option<Said> {
    let part = |start: usize| shown.run_end(start, |c| c.is_ascii_alphanumeric());
    let mut end = part(at);
    let mut parts = vec![shown.slice(at, end)];
    while shown.at(end) == Some('-') && part(end + 1) > end + 1 {
        let next = part(end + 1);
        parts.push(shown.slice(end + 1, next));
        end = next;
    }
    let letters = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
    let first = parts.first().filter(|first| letters(first))?;
    let unit = first.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_amount = unit.len() < first.len() && UNITS.contains(&unit);
    let has_digit = parts.iter().any(|part| part.contains(|c: char| c.is_ascii_digit()));
    if parts.len() < 2 || is_amount || !has_digit {
        return None;
    }
    if end - at > CODE_CHARS_MAX {
        return Said::word(end, "编号请看屏幕");
    }
    Said::word(end, parts.iter().map(|part| spell(part)).collect::<Vec<_>>().join(joint(&parts)))
}

/// A1-A3 runs from the one to the other.
fn joint(parts: &[String]) -> &'static str {
    let series = |part: &String| part.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    match parts {
        [from, to] if series(from) == series(to) && series(from).len() < from.len() && series(to).len() < to.len() => {
            "到"
        }
        _ => "杠",
    }
}
