//! Numbers of official documents: 国办发〔2019〕54号.
//! It reads the bracket and the number; the letters before them read as any other word.

use super::Said;
use super::hanzi::{one_by_one, whole};
use super::text::Shown;

const BRACKETS: [(char, char); 6] = [('〔', '〕'), ('[', ']'), ('［', '］'), ('【', '】'), ('（', '）'), ('(', ')')];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let (_, close) = BRACKETS.into_iter().find(|(open, _)| shown.at(at) == Some(*open))?;
    let (_, year_end) = shown.small(at + 1, 4, 4)?;
    if shown.at(year_end) != Some(close) {
        return None;
    }
    let ordinal = if shown.has(year_end + 1, "第") { "第" } else { "" };
    let start = year_end + 1 + ordinal.chars().count();
    let (number, end) = shown.small(start, 1, 6)?;
    if !shown.has(end, "号") {
        return None;
    }
    let year = one_by_one(&shown.slice(at + 1, year_end));
    Said::word(end + 1, format!("{year}年{ordinal}{}号", whole(u64::from(number))))
}
