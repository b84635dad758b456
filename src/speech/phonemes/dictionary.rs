//! The tables of pronunciation: characters, phrases and homophones, packed into the program when it was built.
//! It reads a word as the tables have it, longest phrase first; context and the office's words are not its business.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::Sounded;
use crate::base::words::Tree;

/// Packed by `build/phonemes.rs`: the bytes of the tree, four of them their number, then what its words sound like, a
/// line each. Empty where `deploy/phonemes.py` was not run.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phonemes.bin"));
/// A syllable and a common character, a line each.
const HOMOPHONES: &str = include_str!(concat!(env!("OUT_DIR"), "/homophones.tsv"));
/// Longest phrase of the tables in characters.
const PHRASE_CHARS_MAX: usize = 10;
/// What is said for a character that no table knows.
const UNKNOWN: [&str; 3] = ["sheng1", "pi4", "zi4"];

/// Words with their syllables, and syllables with a common character.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// The number of a word is the place after which its syllables stand.
    words: Tree,
    said: &'static str,
    homophones: HashMap<&'static str, &'static str>,
}

impl Dictionary {
    /// The tables of this build, if it had any.
    pub(super) fn built_in() -> Option<&'static Self> {
        static BUILT_IN: LazyLock<Option<Dictionary>> = LazyLock::new(|| Dictionary::of(PACKED, HOMOPHONES));
        BUILT_IN.as_ref()
    }

    /// True when this build has tables, which it does not read.
    pub(super) fn is_packed() -> bool {
        !PACKED.is_empty()
    }

    pub(super) fn of(packed: &'static [u8], homophones: &'static str) -> Option<Self> {
        let (length, rest) = packed.split_first_chunk()?;
        let (tree, said) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        let homophones = homophones.lines().filter_map(|line| line.split_once('\t')).collect();
        Some(Self { words: Tree::new(tree), said: std::str::from_utf8(said).ok()?, homophones })
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
        let (chars, place) = self.words.beginnings(text.chars().take(PHRASE_CHARS_MAX)).last()?;
        let end = text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
        Some((text.get(..end)?, self.said(place)))
    }

    fn word(&self, word: &str) -> Option<&'static str> {
        self.words.get(word).map(|place| self.said(place))
    }

    /// The line that begins there; the first line is empty, for no word has the number 0.
    fn said(&self, place: u32) -> &'static str {
        let rest = usize::try_from(place).ok().and_then(|place| self.said.get(place..));
        rest.and_then(|rest| rest.split('\n').next()).unwrap_or_default()
    }
}
