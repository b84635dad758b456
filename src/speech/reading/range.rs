//! The dash between two ends: 3～5, 9:00–12:00, 周一-周五, 1月5日—3月1日.
//! A dash that joins no numbers or days is a pause, and the dash of a building number is 杠.

use super::text::{Shown, is_dash};
use super::{Kind, Said};

/// Marks and words that end the first half of a range.
const ENDS: &str = "日月年时分秒点元号%‰℃级岁㎡米个名份天周万亿期层楼条人件度";

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if !shown.at(at).is_some_and(is_dash) || shown.before(at).is_some_and(is_dash) {
        return None;
    }
    let end = shown.run_end(at, is_dash);
    let next = shown.skip_blanks(end);
    let (before_at, before) = shown.word_before(at)?;
    if joins_days(shown, before_at, next) {
        return Said::word(end, "到");
    }
    // （1）～（3）, （一）至（三）
    let item = |i: usize| shown.at(i).is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    if matches!(before, '）' | ')') && matches!(shown.at(next), Some('（' | '(')) && item(next + 1) {
        return Said::word(end, "到");
    }
    let number_after = shown.is_digit(next) || shown.has(next, "¥");
    // Two dashes break a sentence, except between two numbers.
    if !number_after || !(before.is_ascii_digit() || before.is_ascii_alphanumeric() || ENDS.contains(before)) {
        let breaks = end - at > 1 || matches!(shown.at(at), Some('—' | '–' | '─'));
        return breaks.then_some(Said { end, spoken: "，".to_owned(), kind: Kind::Pause });
    }
    let is_part = match before {
        _ if before.is_ascii_alphabetic() => !is_unit(shown, before_at),
        _ => before.is_ascii_digit() && (in_chain(shown, before_at, next) || is_numbering(shown, before_at, next)),
    };
    Said::word(end, if is_part { "杠" } else { "到" })
}

/// 周一-周五, 星期一～星期五, 上午—下午.
fn joins_days(shown: &Shown, before_at: usize, next: usize) -> bool {
    let day = |index: usize| shown.first_of(index, &["周", "星期", "礼拜"]).is_some();
    let day_before = (1..=2).any(|back| before_at.checked_sub(back).is_some_and(day));
    let words = |c: Option<char>| c.is_some_and(super::text::is_hanzi);
    let wave = (before_at..next).any(|i| matches!(shown.at(i), Some('～' | '~' | '〜')));
    (day_before && (day(next) || shown.at(next).is_some_and(|c| "一二三四五六日天".contains(c))))
        || (wave && words(shown.at(before_at)) && words(shown.at(next)))
}

/// The letters of 20KB, as against those of HSX: a number stands before them.
fn is_unit(shown: &Shown, last: usize) -> bool {
    let mut start = last;
    while shown.before(start).is_some_and(|c| c.is_ascii_alphabetic()) {
        start -= 1;
    }
    shown.before(start).is_some_and(|c| c.is_ascii_digit())
}

/// 图2-1, 表1-2 and 07-02 are numbers of things: after such a word, or where a number begins with zero.
fn is_numbering(shown: &Shown, before_at: usize, next: usize) -> bool {
    let mut start = before_at;
    while shown.before(start).is_some_and(|c| c.is_ascii_digit()) {
        start -= 1;
    }
    let zero = |from: usize, to: usize| shown.at(from) == Some('0') && to > from + 1 && shown.at(to) != Some('.');
    let single = shown.at(before_at + 1) == Some('-') && !matches!(shown.before(start), Some(':' | '：'));
    single
        && (shown.ends_with(start, "图")
            || shown.ends_with(start, "表")
            || zero(start, before_at + 1)
            || zero(next, shown.digits_end(next)))
}

/// `12-3-401`: three numbers in a row are a place, not a range.
fn in_chain(shown: &Shown, before_at: usize, next: usize) -> bool {
    let after = shown.digits_end(next);
    let goes_on = shown.at(after).is_some_and(|c| c == '-') && shown.is_digit(after + 1);
    let mut start = before_at;
    while shown.before(start).is_some_and(|c| c.is_ascii_digit()) {
        start -= 1;
    }
    let part = |i: usize| shown.at(i).is_some_and(|c| c.is_ascii_alphanumeric());
    let came = shown.before(start) == Some('-') && start.checked_sub(2).is_some_and(part);
    goes_on || came
}
