//! Latin letters, spelled one by one: PC, APP, A4; codes letter by letter and digit by digit.
//! A code too long to follow by ear is announced instead.

use super::Said;
use super::hanzi::digit;
use super::text::Shown;

/// Longest code that is read out; a social credit code has eighteen places.
const CODE_CHARS_MAX: usize = 20;
/// Longest run of letters that is spelled.
const LETTERS_MAX: usize = 16;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    code(shown, at).or_else(|| letters(shown, at))
}

/// A run of letters and digits, dashes and dots inside, with at least two changes or many places.
fn code(shown: &Shown, at: usize) -> Option<Said> {
    let joins = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !joins(shown.at(at)?) || shown.before(at).is_some_and(joins) {
        return None;
    }
    let end = shown.run_end(at, joins);
    let run = shown.slice(at, end);
    let has_both = run.contains(|c: char| c.is_ascii_digit()) && run.contains(|c: char| c.is_ascii_alphabetic());
    if !has_both {
        return None;
    }
    if run.len() > CODE_CHARS_MAX {
        return Said::word(end, "编号请看屏幕");
    }
    // 5G, 3D: a short number before letters is a number, which the number rule reads.
    let leading = run.chars().take_while(char::is_ascii_digit).count();
    if (1..=4).contains(&leading) && run.chars().skip(leading).all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    Said::word(end, spell(&run))
}

fn letters(shown: &Shown, at: usize) -> Option<Said> {
    let end = shown.run_end(at, |c| c.is_ascii_alphabetic());
    if end == at {
        return None;
    }
    let run = shown.slice(at, end);
    if run.len() > LETTERS_MAX {
        return Said::word(end, "外文请看屏幕");
    }
    Said::word(end, spell(&run))
}

/// Letters stand apart, so that an engine cannot take `PC` for a syllable; digits follow as they are said.
fn spell(run: &str) -> String {
    let mut said = String::new();
    let mut after_letter = false;
    for c in run.chars() {
        let is_letter = c.is_ascii_alphabetic();
        if is_letter && after_letter {
            said.push(' ');
        }
        match c {
            '_' => said.push_str("下划线"),
            _ if is_letter => said.push(c.to_ascii_uppercase()),
            _ => said.push(digit(c)),
        }
        after_letter = is_letter;
    }
    said
}
