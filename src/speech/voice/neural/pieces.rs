//! Cuts what is said into pieces at its marks, so that the first sound comes soon and the next is ready in time.
//! Pure: it knows symbols only through whoever spells them.

use std::ops::Range;

use super::super::Rate;
use super::super::worker::Cut;
use super::super::worker::wire::{Piece, Say};
use super::Cast;
use crate::base::digest::Sha256;
use crate::base::words;
use crate::speech::diction::{Chime, Diction, Language};
use crate::speech::phonemes::Speller;
use crate::speech::script::Sentence;

/// Characters of a piece, if a mark is near: the longer, the more of a sentence the model knows when it says how high each
/// syllable is.
const PIECE_CHARS: usize = 20;
/// Characters of an English piece: some twenty syllables.
const ENGLISH_CHARS_MAX: usize = 60;
/// Silence between a chime and the words after it.
const CHIME_PAUSE_MS: u32 = 250;
/// A run without marks is cut after the last word within so many: before anything is heard the model looks at the whole
/// piece, which takes it 2 ms a syllable.
const PIECE_CHARS_MAX: usize = 28;
/// Characters that are looked at beyond, to see where the last word ends.
const WORD_CHARS_MAX: usize = 8;
/// Words after which nobody breathes.
const LINKS: [&str; 13] = ["和", "与", "及", "或", "以及", "并", "到", "在", "从", "向", "对", "由", "将"];
/// Part of every key: another model is another sound.
const MODEL: &str = "kokoro-82m-1.0-int8 in stretches";

/// The pieces of whatever is said; none where nobody of the cast can say it.
pub(super) fn of(
    text: &str,
    diction: Diction,
    chimed: Option<Chime>,
    cast: &Cast,
    rate: Rate,
    spell: &Speller,
) -> Vec<Cut> {
    if let Some(chimed) = chimed {
        return vec![chime(chimed)];
    }
    match (diction.language, cast.voice(diction)) {
        (Language::Mandarin, Some(voice)) => cut(text, voice, rate, spell),
        (Language::English, Some(voice)) => cut_english(text, voice, rate),
        (Language::Cantonese, Some(_)) | (_, None) => Vec::new(),
    }
}

/// The pieces of a sentence that are made of its words: a chime needs no clip.
pub fn of_sentence(sentence: &Sentence, cast: &Cast, rate: Rate, spell: &Speller) -> Vec<Piece> {
    of(&sentence.spoken, sentence.diction, None, cast, rate, spell).into_iter().map(|cut| cut.piece).collect()
}

/// The pieces of a text in order; they cover it without a gap.
pub(super) fn cut(text: &str, voice: &str, rate: Rate, spell: &Speller) -> Vec<Cut> {
    let chars: Vec<char> = text.chars().collect();
    let piece = |range: Range<usize>| {
        let part: String = chars.get(range.clone()).unwrap_or_default().iter().collect();
        let (symbols, pause_ms) = (spell(&part), pause_ms(&part));
        let key = key(&symbols, voice, rate);
        Cut { piece: Piece { key, say: Say::Symbols(symbols), voice: voice.to_owned(), pause_ms }, chars: range }
    };
    ranges(&chars).into_iter().map(piece).collect()
}

/// The pieces of an English text; the worker knows how its words sound.
pub(super) fn cut_english(text: &str, voice: &str, rate: Rate) -> Vec<Cut> {
    let chars: Vec<char> = text.chars().collect();
    let mut cuts = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let rest = chars.get(start..).unwrap_or_default();
        let chars = start..start + english_length(rest);
        let part: String = rest.iter().take(chars.len()).collect();
        start = chars.end;
        let pause_ms = pause_ms(part.trim_end());
        let key = key(&format!("en\n{part}"), voice, rate);
        cuts.push(Cut { piece: Piece { key, say: Say::English(part), voice: voice.to_owned(), pause_ms }, chars });
    }
    cuts
}

/// A chime as a piece.
pub(super) fn chime(chime: Chime) -> Cut {
    let key = match chime {
        Chime::StaffCall => "chime of the staff call",
        Chime::Warning => "chime of a warning",
    };
    let piece = Piece { key: key.to_owned(), say: Say::Chime(chime), voice: String::new(), pause_ms: CHIME_PAUSE_MS };
    Cut { piece, chars: 0..0 }
}

/// Names a sound by everything that it depends on: a changed sentence, reading, voice or rate is another sound.
pub(super) fn key(symbols: &str, voice: &str, rate: Rate) -> String {
    Sha256::of(format!("{MODEL}\n{voice}\n{}\n{symbols}", rate.percent()).as_bytes()).to_string()
}

fn ranges(chars: &[char]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let length = length(chars.get(start..).unwrap_or_default());
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

/// Up to the last mark that is near enough, or the first after it; without any, as many words as fit into the longest
/// piece.
fn length(rest: &[char]) -> usize {
    let marks = || rest.iter().enumerate().filter(|(_, c)| is_mark(**c)).map(|(i, _)| i + 1);
    if rest.len() <= PIECE_CHARS {
        return rest.len();
    }
    let before = marks().take_while(|at| *at <= PIECE_CHARS).last();
    let after = || marks().find(|at| *at <= PIECE_CHARS_MAX);
    before.or_else(after).unwrap_or_else(|| words_length(rest))
}

/// The words that fit into the longest piece, or as much of the first as does; what links goes with what it links to.
fn words_length(rest: &[char]) -> usize {
    let text: String = rest.iter().take(PIECE_CHARS_MAX + WORD_CHARS_MAX).collect();
    let ends = words::cut(&text).into_iter().scan(0, |end, word| {
        *end += word.chars().count();
        Some((*end, LINKS.contains(&word)))
    });
    let fitting = ends.take_while(|(end, _)| *end <= PIECE_CHARS_MAX).filter(|(_, links)| !links);
    fitting.last().map_or(PIECE_CHARS_MAX, |(end, _)| end).min(rest.len())
}

fn is_mark(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | '；' | '。' | '！' | '？')
}

/// Up to the last mark, or else the last blank, that fits; a mark stands before a blank, so `9:30` is not torn.
fn english_length(rest: &[char]) -> usize {
    if rest.len() <= ENGLISH_CHARS_MAX {
        return rest.len();
    }
    let blanks = || (1..=ENGLISH_CHARS_MAX).rev().filter(|at| rest.get(*at) == Some(&' '));
    let is_marked = |at: &usize| rest.get(at - 1).is_some_and(|c| matches!(c, ',' | '.' | ';' | ':' | '!' | '?'));
    blanks().find(is_marked).or_else(|| blanks().next()).map_or(ENGLISH_CHARS_MAX, |at| at + 1)
}

/// How long a reader breathes after it.
fn pause_ms(part: &str) -> u32 {
    match part.chars().last() {
        Some('。' | '！' | '？' | '.' | '!' | '?') => 160,
        Some('；' | ';') => 150,
        Some('，' | '：' | ',' | ':') => 110,
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

    fn said(cut: &Cut) -> String {
        match &cut.piece.say {
            Say::Symbols(text) | Say::English(text) => text.clone(),
            Say::Chime(_) => String::new(),
        }
    }

    fn parts(text: &str) -> Vec<String> {
        cuts(text).iter().map(said).collect()
    }

    #[test]
    fn pieces_are_clauses_and_no_word_is_torn() {
        assert_eq!(
            parts("政务服务中心欢迎您，请先取号，然后到窗口排队办理，请带好身份证原件。"),
            ["政务服务中心欢迎您，请先取号，", "然后到窗口排队办理，请带好身份证原件。"]
        );
        assert_eq!(parts("请取号。"), ["请取号。"]);
        assert_eq!(
            parts("请您带好本人有效居民身份证原件和户口簿以及近期免冠照片到窗口办理"),
            ["请您带好本人有效居民身份证原件和户口簿以及近期免冠照片", "到窗口办理"]
        );
    }

    #[test]
    fn english_is_cut_at_marks_and_between_words_and_is_whole() {
        let text = "Please bring the original and a copy of your identity card, and come to window 3 before 9:30 in the morning.";
        let cuts = cut_english(text, "af_heart", Rate::NORMAL);
        let parts: Vec<String> = cuts.iter().map(said).collect();
        assert_eq!(parts.concat(), text);
        assert_eq!(parts[0], "Please bring the original and a copy of your identity card, ");
        assert!(parts.iter().all(|part| part.chars().count() <= ENGLISH_CHARS_MAX + 1), "{parts:?}");
        assert_eq!(cut_english(&"x".repeat(200), "af_heart", Rate::NORMAL).len(), 4);
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
            let joined: String = cuts.iter().map(said).collect();
            prop_assert_eq!(&joined, &text);
            let mut at = 0;
            for cut in &cuts {
                prop_assert_eq!(cut.chars.start, at);
                at = cut.chars.end;
            }
        }
    }
}
