//! Marks before the items of a list: （一）, ①, 1. and 1).
//! It reads the mark and a pause; a number inside a sentence stays a number.

use super::Said;
use super::hanzi::whole;
use super::text::{Shown, is_blank, is_dash, is_hanzi};

/// Circled, bracketed and dotted numbers of Unicode, each a run with the number of its first.
const RUNS: [(char, char, u32); 8] = [
    ('①', '⑳', 1),
    ('㉑', '㉟', 21),
    ('㊱', '㊿', 36),
    ('⑴', '⒇', 1),
    ('⒈', '⒛', 1),
    ('㈠', '㈩', 1),
    ('❶', '❿', 1),
    ('㊀', '㊉', 1),
];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let (end, said) = sign(shown, at)
        .or_else(|| bracketed(shown, at))
        .or_else(|| dotted(shown, at))
        .or_else(|| lettered(shown, at))?;
    if is_reference(shown, at, end) {
        return Said::word(end, said);
    }
    let end = shown.skip_blanks(end);
    // In the middle of a sentence the mark needs a pause before it as well.
    let joined = shown.before(at).is_some_and(|c| c.is_alphanumeric());
    Said::word(end, format!("{}{said}，", if joined { "，" } else { "" }))
}

fn sign(shown: &Shown, at: usize) -> Option<(usize, String)> {
    let c = shown.at(at)?;
    let (first, _, number) = RUNS.into_iter().find(|(first, last, _)| (*first..=*last).contains(&c))?;
    Some((at + 1, whole(u64::from(c as u32 - first as u32 + number))))
}

/// `（一）`, `(1)`; three places at most, so that a remark in brackets stays a remark.
fn bracketed(shown: &Shown, at: usize) -> Option<(usize, String)> {
    if !matches!(shown.at(at)?, '（' | '(') {
        return None;
    }
    let end = shown.run_end(at + 1, |c| "一二三四五六七八九十".contains(c));
    if (1..=3).contains(&(end - at - 1)) && is_close(shown, end) {
        return Some((end + 1, shown.slice(at + 1, end)));
    }
    let (number, end) = shown.small(at + 1, 1, 2)?;
    is_close(shown, end).then(|| (end + 1, whole(u64::from(number))))
}

fn is_close(shown: &Shown, at: usize) -> bool {
    matches!(shown.at(at), Some('）' | ')'))
}

/// 第（一）项, 第①项, （一）至（三）项: named in a sentence, not the beginning of an item.
fn is_reference(shown: &Shown, at: usize, end: usize) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| is_dash(c) || matches!(c, '至' | '到' | '、' | '和' | '及' | '或'));
    let opens = |c: Option<char>| matches!(c, Some('（' | '('));
    let after_another = joins(shown.before(at)) && at >= 2 && is_close(shown, at - 2);
    let before_another = joins(shown.at(end)) && opens(shown.at(end + 1)) && bracketed(shown, end + 1).is_some();
    shown.ends_with(at, "第")
        || matches!(shown.at(end), Some('项' | '目'))
        || (opens(shown.at(at)) && (after_another || before_another))
}

/// `A.同意`, `a) 同意` where a line begins.
fn lettered(shown: &Shown, at: usize) -> Option<(usize, String)> {
    let letter = shown.at(at).filter(char::is_ascii_alphabetic)?;
    let begins = (0..at).rev().filter_map(|i| shown.at(i)).find(|c| !is_blank(*c));
    let mark = matches!(shown.at(at + 1)?, '.' | ')' | '）');
    let item = shown.at(shown.skip_blanks(at + 2)).is_some_and(is_hanzi);
    let fits = mark && item && begins.is_none_or(|c| matches!(c, '\n' | '\r' | '。' | '；' | ';' | '：' | '？'));
    fits.then(|| (at + 2, letter.to_ascii_uppercase().to_string()))
}

/// `1.`, `1．`, `1)` and `1、` where a line or a sentence begins.
fn dotted(shown: &Shown, at: usize) -> Option<(usize, String)> {
    let (number, end) = shown.small(at, 1, 2)?;
    let begins = (0..at).rev().filter_map(|i| shown.at(i)).find(|c| !is_blank(*c));
    if begins.is_some_and(|c| !matches!(c, '\n' | '\r' | '。' | '；' | ';' | '：')) {
        return None;
    }
    let mark = matches!(shown.at(end)?, '.' | ')' | '）' | '、');
    (mark && !shown.is_digit(end + 1)).then(|| (end + 1, whole(u64::from(number))))
}
