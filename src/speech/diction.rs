//! In whose voice and in which language something is said; the language is found in the text where nobody names it.
//! It reads nothing, and takes for foreign only what nobody could take for Mandarin.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A language that a hall may have a voice for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// 普通话
    #[default]
    Mandarin,
    /// English.
    English,
    /// 粤语
    Cantonese,
}

/// Who of the hall's voices speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Speaker {
    /// What the office has published.
    #[default]
    Content,
    /// What the terminal itself says: its places, warnings and errors.
    Interface,
}

/// Who says something, and in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Diction {
    /// Whose voice.
    pub speaker: Speaker,
    /// Which language.
    pub language: Language,
}

/// A sound of our own that makes people look up; it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chime {
    /// Before words to the staff: three notes upwards.
    StaffCall,
    /// Before a warning: two notes downwards.
    Warning,
}

impl Language {
    /// Its name among the names of languages (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Mandarin => "cmn",
            Self::English => "en",
            Self::Cantonese => "yue",
        }
    }

    /// What is said once in the place of a text that no voice of this terminal can say.
    pub fn excuse(self) -> &'static str {
        match self {
            Self::Mandarin => "这一段请看屏幕。",
            Self::English => "这一段是英文，请看屏幕。",
            Self::Cantonese => "这一段是粤语，请看屏幕。",
        }
    }
}

/// Words in a row from which Latin letters are taken for English; fewer are names and are spelled.
const ENGLISH_WORDS_MIN: usize = 3;
/// Characters that only written Cantonese has.
const CANTONESE: &str = "嘅咗喺嚟哋啲嗰冇佢咁嘢噉瞓";
/// So many of them make a paragraph Cantonese; one may be a quotation.
const CANTONESE_MIN: usize = 2;

/// The stretches of a paragraph in order, each of one language; they cover it without a gap.
pub fn stretches(text: &[char]) -> Vec<(Range<usize>, Language)> {
    let native = if text.iter().filter(|c| CANTONESE.contains(**c)).count() >= CANTONESE_MIN {
        Language::Cantonese
    } else {
        Language::Mandarin
    };
    let mut found = Vec::new();
    let mut covered = 0;
    let mut at = 0;
    while at < text.len() {
        let end = at + text.get(at..).unwrap_or_default().iter().take_while(|c| may_be_english(**c)).count();
        if end == at {
            at += 1;
            continue;
        }
        if let Some(english) = english(text, at..end) {
            if covered < english.start {
                found.push((covered..english.start, native));
            }
            covered = english.end;
            found.push((english, Language::English));
        }
        at = end;
    }
    if covered < text.len() {
        found.push((covered..text.len(), native));
    }
    found
}

fn may_be_english(c: char) -> bool {
    c.is_ascii_alphanumeric() || " ,.;:!?'\"()-&/%$’".contains(c)
}

/// The part of a run of Latin writing that is English: from its first word on, at the start of a text from its first
/// number too.
fn english(text: &[char], run: Range<usize>) -> Option<Range<usize>> {
    let whole: String = text.get(run.clone()).unwrap_or_default().iter().collect();
    if whole.split(' ').filter(|token| is_english_word(token)).count() < ENGLISH_WORDS_MIN {
        return None;
    }
    let starts = |c: &char| c.is_ascii_alphabetic() || (run.start == 0 && c.is_ascii_digit());
    let chars = text.get(run.clone()).unwrap_or_default();
    let first = chars.iter().position(starts)?;
    let last = chars.iter().rposition(|c| !" (-&/$\"'".contains(*c))?;
    Some(run.start + first..run.start + last + 1)
}

/// Two letters or more in a row, the last a small one: `PDF`, `A4` and an address are none.
fn is_english_word(token: &str) -> bool {
    let word = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    word.len() > 1
        && word.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '\'' | '-'))
        && word.ends_with(|c: char| c.is_ascii_lowercase())
}

/// Longest English sentence in characters; a longer one is cut at a comma or between two words.
const ENGLISH_CHARS_MAX: usize = 160;

/// The sentences of an English stretch; each has something that sounds, and only blanks lie between them.
pub fn english_sentences(text: &[char], stretch: Range<usize>) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let mut start = stretch.start;
    // Where the marks before the first word begin.
    let mut lead = None;
    while start < stretch.end {
        let rest = text.get(start..stretch.end).unwrap_or_default();
        let end = start + sentence_length(rest);
        let part = text.get(start..end).unwrap_or_default();
        let blanks = |c: &&char| **c == ' ';
        let (before, after) = (part.iter().take_while(blanks).count(), part.iter().rev().take_while(blanks).count());
        let sounds = part.iter().any(char::is_ascii_alphanumeric);
        match sentences.last_mut() {
            // Marks alone belong to the sentence before.
            Some(last) if !sounds && before < part.len() => last.end = end - after,
            _ if sounds => sentences.push(lead.take().unwrap_or(start + before)..end - after),
            Some(_) => {}
            None if before < part.len() => lead = lead.or(Some(start + before)),
            None => {}
        }
        start = end;
    }
    sentences
}

fn sentence_length(rest: &[char]) -> usize {
    let is_end = |at: usize| {
        rest.get(at).is_some_and(|c| matches!(c, '.' | '!' | '?' | ';')) && rest.get(at + 1).is_none_or(|c| *c == ' ')
    };
    let stop = (0..rest.len()).find(|at| is_end(*at)).map_or(rest.len(), |at| at + 1);
    if stop <= ENGLISH_CHARS_MAX {
        return stop;
    }
    let within = rest.get(..ENGLISH_CHARS_MAX).unwrap_or_default();
    let comma = within.iter().rposition(|c| *c == ',');
    comma.or_else(|| within.iter().rposition(|c| *c == ' ')).map_or(ENGLISH_CHARS_MAX, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Language)> {
        let chars: Vec<char> = text.chars().collect();
        stretches(&chars).into_iter().map(|(range, language)| (chars[range].iter().collect(), language)).collect()
    }

    #[test]
    fn english_sentences_are_found_and_names_and_addresses_are_not() {
        let english = |text: &str| (text.to_owned(), Language::English);
        let mandarin = |text: &str| (text.to_owned(), Language::Mandarin);
        assert_eq!(
            found("请带护照。Please bring your passport. 谢谢"),
            [mandarin("请带护照。"), english("Please bring your passport."), mandarin(" 谢谢")]
        );
        assert_eq!(found("2 copies of each form"), [english("2 copies of each form")]);
        for none in [
            "请下载APP，或访问https://www.gov.cn/zwgk/index.html查看",
            "A4纸、PDF、Wi-Fi和iPhone",
            "GB/T 33483-2016 B2-01 4F",
            "",
            "办事指南",
        ] {
            assert!(found(none).iter().all(|(_, language)| *language == Language::Mandarin), "{none}");
        }
    }

    #[test]
    fn written_cantonese_is_found_and_one_character_of_it_is_not_enough() {
        assert_eq!(found("请你喺度等，我哋会叫你嘅号")[0].1, Language::Cantonese);
        assert_eq!(found("招牌写着“冇”字")[0].1, Language::Mandarin);
    }

    #[test]
    fn long_english_is_cut_between_words_and_marks_alone_are_no_sentence() {
        let text: Vec<char> = format!("Good day. {} ... Thank you !", "many words ".repeat(40)).chars().collect();
        let parts = english_sentences(&text, 0..text.len());
        assert!(parts.iter().all(|part| part.len() <= ENGLISH_CHARS_MAX + 5));
        assert!(parts.iter().all(|part| text[part.clone()].iter().any(char::is_ascii_alphanumeric)));
        assert!(parts.windows(2).all(|two| two[0].end <= two[1].start));
        let between = |two: &[Range<usize>]| text[two[0].end..two[1].start].iter().all(|c| *c == ' ');
        assert!(parts.windows(2).all(between));
    }
}
