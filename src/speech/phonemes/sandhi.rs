//! Tones as they are in the flow of speech: 一, 不, two third tones in a row, 儿 at the end of a word.
//! It sees one run of words between two pauses and changes no syllable but its tone.

use std::borrow::Cow;

use super::{Sounded, Word};
use crate::base::words::is_word;

const NUMERALS: &str = "零一二三四五六七八九十百千万亿两幺点";
/// What is numbered, not counted: 一号窗口 is window number one.
const NUMBERED: &str = "月日号楼级等类期审栋幢";
/// Words that end in 一 and yet say it as before any other word.
const OPEN_IN_ONE: [&str; 4] = ["每一", "任一", "某一", "同一"];
/// Most syllables of two words that are said as one.
const MERGED_SYLLABLES_MAX: usize = 3;

/// Changes the tones of a run of words.
pub(super) fn apply(words: &mut [Word]) {
    one_and_not(words);
    small_er(words);
    words.iter_mut().for_each(|word| inside(&mut word.syllables));
    between(words);
}

/// 一 and 不 go by the tone that follows; counted one by one and at the end, 一 keeps its own.
fn one_and_not(words: &mut [Word]) {
    let ends_word: Vec<bool> = words
        .iter()
        .flat_map(|word| {
            let last = word.syllables.len();
            let closed = last > 1 && !OPEN_IN_ONE.contains(&text(word).as_str());
            (1..=last).map(move |at| at == last && closed)
        })
        .collect();
    let mut line: Vec<&mut Sounded> = words.iter_mut().flat_map(|word| &mut word.syllables).collect();
    for at in 0..line.len() {
        let near = |i: Option<usize>| i.and_then(|i| line.get(i)).map(|s| (s.hanzi, tone(&s.pinyin)));
        let (before, next, after_next) = (near(at.checked_sub(1)), near(Some(at + 1)), near(Some(at + 2)));
        let closed = ends_word.get(at).copied().unwrap_or_default();
        let said = match line.get(at) {
            Some(Sounded { hanzi: '一', pinyin, .. }) if pinyin.starts_with("yi") => {
                one(before, next, after_next, closed)
            }
            Some(Sounded { hanzi: '不', pinyin, .. }) if pinyin.starts_with("bu") => not(before, next),
            _ => continue,
        };
        if let Some(syllable) = line.get_mut(at) {
            syllable.pinyin = Cow::Borrowed(said);
        }
    }
}

type Near = Option<(char, char)>;

fn one(before: Near, next: Near, after_next: Near, ends_word: bool) -> &'static str {
    let Some((next, next_tone)) = next else { return "yi1" };
    let before = before.map(|(hanzi, _)| hanzi);
    let is_numeral = |c: char| NUMERALS.contains(c);
    if before == Some(next) && !is_numeral(next) {
        return "yi5";
    }
    let counted_out = before.is_some_and(|c| c == '第' || is_numeral(c))
        || (is_numeral(next) && !"百千万亿点".contains(next))
        || (next == '点' && after_next.is_some_and(|(hanzi, _)| is_numeral(hanzi)));
    let listed = before.is_none() && matches!(next, '是' | '为');
    let week = before.is_some_and(|c| matches!(c, '周' | '期'));
    if counted_out || listed || week || ends_word || NUMBERED.contains(next) {
        return "yi1";
    }
    if matches!(next_tone, '4' | '5') { "yi2" } else { "yi4" }
}

fn not(before: Near, next: Near) -> &'static str {
    match (before, next) {
        (Some((before, _)), Some((next, _))) if before == next => "bu5",
        (_, Some((_, '4'))) => "bu2",
        _ => "bu4",
    }
}

/// 这儿, 一会儿, 一点儿: the 儿 that only colours the syllable before it has no tone.
fn small_er(words: &mut [Word]) {
    let mut line: Vec<&mut Sounded> = words.iter_mut().flat_map(|word| &mut word.syllables).collect();
    for at in 1..line.len() {
        let colours = |c: char| "点会块这那哪事活玩门样份劲味边空座今明昨".contains(c);
        let before = line.get(at - 1).is_some_and(|s| colours(s.hanzi));
        let goes_on = line.get(at + 1).is_some_and(|s| "童子女科媳歌孙".contains(s.hanzi));
        if let Some(syllable) = line.get_mut(at).filter(|s| s.hanzi == '儿' && before && !goes_on) {
            syllable.pinyin = Cow::Borrowed("er5");
        }
    }
}

/// Third tones inside a word, part by part as it is built: 展览|馆, 小|老虎, 马马|虎虎.
fn inside(word: &mut [Sounded]) {
    if word.len() < 2 {
        return;
    }
    if word.len() > 2 {
        let (left, right) = word.split_at_mut(cut(word));
        inside(left);
        inside(right);
    }
    let middle = if word.len() == 2 { 1 } else { cut(word) };
    if let (left, [first, ..]) = word.split_at_mut(middle)
        && let Some(last) = left.last_mut()
    {
        rise(last, first);
    }
}

/// Where a word of three or more syllables falls into two.
fn cut(word: &[Sounded]) -> usize {
    if word.len() != 3 {
        return 2;
    }
    let text: String = word.iter().map(|syllable| syllable.hanzi).collect();
    let part = |from: usize| -> String { text.chars().skip(from).take(2).collect() };
    if !is_word(&part(0)) && is_word(&part(1)) { 1 } else { 2 }
}

/// Short words are said as one: 请|给 我, but not 办理|手续. From the end, so that the last two pair up.
fn between(words: &mut [Word]) {
    let mut pairs = words.len().saturating_sub(1);
    while pairs > 0 {
        pairs -= 1;
        let Some([left, right]) = words.get_mut(pairs..pairs + 2) else { continue };
        if left.syllables.len() + right.syllables.len() > MERGED_SYLLABLES_MAX {
            continue;
        }
        if let (Some(last), Some(first)) = (left.syllables.last_mut(), right.syllables.first())
            && rise(last, first)
        {
            pairs = pairs.saturating_sub(usize::from(left.syllables.len() == 1));
        }
    }
}

/// A third tone rises before another; true when it did.
fn rise(last: &mut Sounded, first: &Sounded) -> bool {
    let meets = tone(&last.pinyin) == '3' && tone(&first.pinyin) == '3';
    if meets {
        let mut said = last.pinyin.to_string();
        said.pop();
        said.push('2');
        last.pinyin = Cow::Owned(said);
    }
    meets
}

fn tone(pinyin: &str) -> char {
    pinyin.chars().last().unwrap_or('5')
}

fn text(word: &Word) -> String {
    word.syllables.iter().map(|syllable| syllable.hanzi).collect()
}
