//! Marks before the items of a list: （一）, ①, 1. and 1).
//! It reads the mark and a pause; a number inside a sentence stays a number.

use super::Said;
use super::hanzi::whole;
use super::text::{Shown, is_blank};

/// Circled, bracketed and dotted numbers of Unicode, each a run that starts at one.
const RUNS: [(char, char); 6] = [('①', '⑳'), ('⑴', '⒇'), ('⒈', '⒛'), ('㈠', '㈩'), ('❶', '❿'), ('㊀', '㊉')];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let (end, said) = sign(shown, at).or_else(|| bracketed(shown, at)).or_else(|| dotted(shown, at))?;
    let end = shown.skip_blanks(end);
    // In the middle of a sentence the mark needs a pause before it as well.
    let joined = shown.before(at).is_some_and(|c| c.is_alphanumeric());
    Said::word(end, format!("{}{said}，", if joined { "，" } else { "" }))
}

fn sign(shown: &Shown, at: usize) -> Option<(usize, String)> {
    let c = shown.at(at)?;
    let (first, _) = RUNS.into_iter().find(|(first, last)| (*first..=*last).contains(&c))?;
    Some((at + 1, whole(u64::from(c as u32 - first as u32 + 1))))
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

/// `1.`, `1．`, `1)` and `1、` where a line or a sentence begins.
fn dotted(shown: &Shown, at: usize) -> Option<(usize, String)> {
    let begins = (0..at).rev().filter_map(|i| shown.at(i)).find(|c| !is_blank(*c));
    if begins.is_some_and(|c| !matches!(c, '\n' | '\r' | '。' | '；' | ';' | '：')) {
        return None;
    }
    let (number, end) = shown.small(at, 1, 2)?;
    let mark = matches!(shown.at(end)?, '.' | ')' | '）' | '、');
    (mark && !shown.is_digit(end + 1)).then(|| (end + 1, whole(u64::from(number))))
}
