//! Latin letters, spelled one by one: PC, APP, A4; codes letter by letter and digit by digit.
//! A code too long to follow by ear is announced instead.

use super::Said;
use super::hanzi::digit;
use super::text::{Shown, is_blank, is_hanzi};

/// Longest code that is read out; a social credit code has eighteen places.
const CODE_CHARS_MAX: usize = 20;
/// Longest run of letters that is spelled.
const LETTERS_MAX: usize = 16;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    wireless(shown, at).or_else(|| code(shown, at)).or_else(|| letters(shown, at)).or_else(|| script(shown, at))
}

/// Wi-Fi, which nobody spells.
fn wireless(shown: &Shown, at: usize) -> Option<Said> {
    let end = ["wifi", "wi-fi"].iter().map(|word| at + word.len()).find(|end| {
        matches!(shown.slice(at, *end).to_ascii_lowercase().as_str(), "wifi" | "wi-fi")
            && !shown.at(*end).is_some_and(|c| c.is_ascii_alphanumeric())
    })?;
    (!shown.before(at).is_some_and(|c| c.is_ascii_alphanumeric())).then(|| Said::word(end, "无线网络"))?
}

/// Writing that this voice cannot read, announced once a run.
fn script(shown: &Shown, at: usize) -> Option<Said> {
    let other = |c: char| c.is_alphabetic() && !c.is_ascii() && !is_hanzi(c) && !has_name(c);
    let first = shown.at(at).filter(|c| other(*c))?;
    let mut end = at + 1;
    while shown.at(end).is_some_and(|c| other(c) || is_of_minority(c) || is_blank(c)) {
        end += 1;
    }
    // Blanks at the end belong to what follows.
    while end > at + 1 && shown.before(end).is_some_and(is_blank) {
        end -= 1;
    }
    Said::word(end, if is_of_minority(first) { "民族文字请看屏幕" } else { "外文请看屏幕" })
}

/// Greek letters and Roman numerals have names of their own.
fn has_name(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3FF}' | '\u{B5}' | '\u{2126}' | '\u{2150}'..='\u{218F}')
}

/// Tibetan, Mongolian, Uyghur and Kazakh, Yi, Dai, with their marks.
fn is_of_minority(c: char) -> bool {
    matches!(c, '\u{F00}'..='\u{FFF}' | '\u{1800}'..='\u{180A}' | '\u{1810}'..='\u{18AF}' | '\u{600}'..='\u{6FF}'
        | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{A000}'..='\u{A4CF}'
        | '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAF}')
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
pub(super) fn spell(run: &str) -> String {
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
