//! Cuts what is said into pieces at its marks, so that the first sound comes soon and the next is ready in time.
//! Pure: it knows symbols only through whoever spells them.

use std::ops::Range;

use super::super::Rate;
use super::super::worker::Cut;
use super::super::worker::wire::Piece;
use crate::base::digest::Sha256;

/// Characters of the first piece of a text, if a mark is near: the shorter, the sooner it sounds.
const FIRST_CHARS: usize = 8;
/// Characters of the others; longer ones cost memory, shorter ones the silence that the model makes around each.
const PIECE_CHARS: usize = 14;
/// A stretch without marks is cut here: the model's memory grows with its length, by 8 MB a syllable.
const PIECE_CHARS_MAX: usize = 20;
/// Part of every key: another model is another sound.
const MODEL: &str = "kokoro-82m-1.0-int8";

/// Gives the model's symbols of a text.
pub type Speller = std::sync::Arc<dyn Fn(&str) -> String + Send + Sync>;

/// The pieces of a text in order; they cover it without a gap.
pub(super) fn cut(text: &str, voice: &str, rate: Rate, spell: &Speller) -> Vec<Cut> {
    let chars: Vec<char> = text.chars().collect();
    let piece = |range: Range<usize>| {
        let part: String = chars.get(range.clone()).unwrap_or_default().iter().collect();
        let symbols = spell(&part);
        Cut { piece: Piece { key: key(&symbols, voice, rate), symbols, pause_ms: pause_ms(&part) }, chars: range }
    };
    ranges(&chars).into_iter().map(piece).collect()
}

/// Names a sound by everything that it depends on: a changed sentence, reading, voice or rate is another sound.
pub(super) fn key(symbols: &str, voice: &str, rate: Rate) -> String {
    Sha256::of(format!("{MODEL}\n{voice}\n{}\n{symbols}", rate.percent()).as_bytes()).to_string()
}

fn ranges(chars: &[char]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let wanted = if start == 0 { FIRST_CHARS } else { PIECE_CHARS };
        let rest = chars.get(start..).unwrap_or_default();
        let length = length(rest, wanted);
        ranges.push(start..start + length);
        start += length;
    }
    // Marks alone make no sound: they belong to the piece before.
    ranges.dedup_by(|later, earlier| {
        let is_mute = !chars.get(later.clone()).unwrap_or_default().iter().any(|c| crate::speech::reading::sounds(*c));
        if is_mute {
            earlier.end = later.end;
        }
        is_mute
    });
    ranges
}

/// Up to the last mark before `wanted`, or the first after it; without any, up to the longest piece.
fn length(rest: &[char], wanted: usize) -> usize {
    let marks = || rest.iter().enumerate().filter(|(_, c)| is_mark(**c)).map(|(i, _)| i + 1);
    if rest.len() <= wanted {
        return rest.len();
    }
    let before = marks().take_while(|at| *at <= wanted).last();
    let after = || marks().find(|at| *at <= PIECE_CHARS_MAX);
    before.or_else(after).unwrap_or(PIECE_CHARS_MAX).min(rest.len())
}

fn is_mark(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | '；' | '。' | '！' | '？')
}

/// How long a reader breathes after it.
fn pause_ms(part: &str) -> u32 {
    match part.chars().last() {
        Some('。' | '！' | '？') => 160,
        Some('；') => 150,
        Some('，' | '：') => 110,
        Some('、') => 60,
        Some(_) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cuts(text: &str) -> Vec<Cut> {
        let spell: Speller = std::sync::Arc::new(|text: &str| text.to_owned());
        cut(text, "zf_xiaobei", Rate::NORMAL, &spell)
    }

    fn parts(text: &str) -> Vec<String> {
        cuts(text).into_iter().map(|cut| cut.piece.symbols).collect()
    }

    #[test]
    fn the_first_piece_is_short_and_the_others_are_whole_clauses() {
        assert_eq!(
            parts("政务服务中心欢迎您，请先取号，然后到窗口排队办理，请带好身份证原件。"),
            ["政务服务中心欢迎您，", "请先取号，", "然后到窗口排队办理，", "请带好身份证原件。"]
        );
        assert_eq!(parts("请取号。"), ["请取号。"]);
    }

    #[test]
    fn another_voice_rate_or_reading_is_another_sound() {
        let of = |symbols, voice, rate| key(symbols, voice, Rate::nearest(rate));
        let key = of("a", "zf_xiaobei", 100);
        assert!(
            key != of("b", "zf_xiaobei", 100) && key != of("a", "zm_yunxi", 100) && key != of("a", "zf_xiaobei", 125)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_cover_the_text_in_order(text in "([一-龥]{0,30}[，。：、]{0,2}){0,12}") {
            let cuts = cuts(&text);
            let joined: String = cuts.iter().map(|cut| cut.piece.symbols.as_str()).collect();
            prop_assert_eq!(&joined, &text);
            let mut at = 0;
            for cut in &cuts {
                prop_assert_eq!(cut.chars.start, at);
                at = cut.chars.end;
            }
        }
    }
}
