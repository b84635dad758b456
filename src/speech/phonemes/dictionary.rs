//! The tables of pronunciation: characters, phrases and homophones, packed into the program when it was built.
//! It reads a word as the tables have it, longest phrase first; context and the office's words are not its business.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::Sounded;

/// Packed by `deploy/phonemes.py`; empty where that was not run.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/phonemes.tsv"));
/// The first line of the tables.
const HEAD: &str = "# words\n";
/// Longest phrase of the tables in characters.
const PHRASE_CHARS_MAX: usize = 10;
/// What is said for a character that no table knows.
const UNKNOWN: [&str; 3] = ["sheng1", "pi4", "zi4"];

/// Words with their syllables, and syllables with a common character.
#[derive(Debug)]
pub(super) struct Dictionary {
    words: HashMap<&'static str, &'static str>,
    homophones: HashMap<&'static str, &'static str>,
}

impl Dictionary {
    /// The tables of this build, if it had any.
    pub(super) fn built_in() -> Option<&'static Self> {
        static BUILT_IN: LazyLock<Option<Dictionary>> = LazyLock::new(|| Dictionary::parse(PACKED));
        BUILT_IN.as_ref()
    }

    /// True when this build has tables, which it does not read.
    pub(super) fn is_packed() -> bool {
        PACKED.starts_with(HEAD)
    }

    pub(super) fn parse(packed: &'static str) -> Option<Self> {
        let (words, homophones) = packed.strip_prefix(HEAD)?.split_once("# homophones\n")?;
        let table =
            |text: &'static str| text.lines().filter_map(|line| line.split_once('\t')).collect::<HashMap<_, _>>();
        Some(Self { words: table(words), homophones: table(homophones) })
    }

    /// The syllables of a word of hanzi that begins at byte `at` of the spoken text.
    pub(super) fn read(&self, word: &str, at: usize) -> Vec<Sounded> {
        let mut sounded = Vec::with_capacity(word.len() / 3 + 1);
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let here = at + (word.len() - rest.len());
            let (phrase, pinyin) = self.longest(rest).unwrap_or((rest.get(..first.len_utf8()).unwrap_or(rest), ""));
            if pinyin.is_empty() {
                let end = here + phrase.len();
                let unknown = |said| Sounded { span: here..end, hanzi: first, pinyin: Cow::Borrowed(said) };
                sounded.extend(UNKNOWN.map(unknown));
            }
            for ((offset, hanzi), said) in phrase.char_indices().zip(pinyin.split_ascii_whitespace()) {
                let start = here + offset;
                sounded.push(Sounded { span: start..start + hanzi.len_utf8(), hanzi, pinyin: Cow::Borrowed(said) });
            }
            rest = rest.get(phrase.len()..).unwrap_or_default();
        }
        sounded
    }

    /// True when the tables have this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.word(word).is_some()
    }

    /// The usual syllable of a character.
    pub(super) fn usual(&self, hanzi: char) -> Option<&'static str> {
        self.word(hanzi.encode_utf8(&mut [0; 4]))
    }

    /// A common character that is read as `syllable`.
    pub(super) fn homophone(&self, syllable: &str) -> Option<char> {
        self.homophones.get(syllable)?.chars().next()
    }

    fn longest<'w>(&self, text: &'w str) -> Option<(&'w str, &'static str)> {
        let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(PHRASE_CHARS_MAX).collect();
        ends.iter().rev().find_map(|end| {
            let phrase = text.get(..*end)?;
            Some((phrase, self.word(phrase)?))
        })
    }

    fn word(&self, word: &str) -> Option<&'static str> {
        self.words.get(word).copied()
    }
}
