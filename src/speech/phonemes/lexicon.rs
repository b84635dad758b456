//! Words with a pronunciation of their own: those of government and of the map of China, and those of the office.
//! The longest word wins, the office's before the built-in; no word is found across the edge of a longer one.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::base::words::is_word;

/// Words of government offices that the tables lack or read wrongly, and words said without tone.
const GOVERNMENT: &str = include_str!("government.csv");
/// Provinces, prefectures, and the counties that strangers misread.
const PLACES: &str = include_str!("places.csv");

/// Words and their syllables.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    words: HashMap<String, String>,
    /// By first character, the characters of its longest word.
    longest: HashMap<char, usize>,
}

impl Lexicon {
    /// The words that every hall has.
    pub(super) fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Lexicon> = LazyLock::new(|| {
            let lines = GOVERNMENT.lines().chain(PLACES.lines());
            let pairs = lines.filter_map(|line| line.split_once(','));
            Lexicon::of(pairs.map(|(word, pinyin)| (word.to_owned(), pinyin.to_owned())))
        });
        &BUILT_IN
    }

    /// Words whose syllables are one a character; others are left out.
    pub(super) fn of(words: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut lexicon = Self::default();
        for (word, pinyin) in words {
            let chars = word.chars().count();
            let (Some(first), true) = (word.chars().next(), pinyin.split(' ').count() == chars) else { continue };
            if pinyin.split(' ').any(|said| super::symbols::of(said).is_none()) {
                continue;
            }
            let longest = lexicon.longest.entry(first).or_default();
            *longest = chars.max(*longest);
            // Of a word that two publishers have the nearer one's is first.
            lexicon.words.entry(word).or_insert(pinyin);
        }
        lexicon
    }

    #[cfg(test)]
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// The longest of its words at the beginning of `text`: its characters and its syllables.
    fn longest_at(&self, text: &str, ends: &[usize]) -> Option<(usize, &str)> {
        let most = *self.longest.get(&text.chars().next()?)?;
        (1..=most.min(ends.len())).rev().find_map(|chars| {
            let end = *ends.get(chars - 1)?;
            self.words.get(text.get(..end)?).map(|pinyin| (chars, pinyin.as_str()))
        })
    }
}

/// The words found in a run of hanzi: the number of the first character and the syllables. Earlier lexicons go first.
pub(super) fn found<'l>(
    run: &str,
    tokens: &[&str],
    is_phrase: impl Fn(&str) -> bool,
    lexicons: [&'l Lexicon; 2],
) -> Vec<(usize, &'l str)> {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    let edges = Edges::of(tokens, is_phrase);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = starts.get(at) {
        let text = run.get(*start..).unwrap_or_default();
        let ends: Vec<usize> = match lexicons.iter().any(|l| text.starts_with(|c| l.longest.contains_key(&c))) {
            true => text.char_indices().map(|(end, c)| end + c.len_utf8()).take(LOOK_CHARS_MAX).collect(),
            false => Vec::new(),
        };
        let fits = lexicons.iter().filter_map(|l| l.longest_at(text, &ends)).filter(|(n, _)| edges.allow(at, at + n));
        // Of two of one length the first, the office's, is kept.
        match fits.reduce(|best, next| if next.0 > best.0 { next } else { best }) {
            Some((chars, pinyin)) => {
                found.push((at, pinyin));
                at += chars;
            }
            None => at += 1,
        }
    }
    found
}

/// Longest word of a lexicon that is looked for.
const LOOK_CHARS_MAX: usize = 40;

/// Where the words of the dictionary begin and end, so that none is torn apart by chance.
struct Edges(Vec<Token>);

/// The word that a character belongs to, counted in characters of the run.
#[derive(Clone, Copy)]
struct Token {
    start: usize,
    end: usize,
    /// The tables have the whole word: they know better than a part of it.
    is_read_whole: bool,
}

impl Edges {
    fn of(tokens: &[&str], is_phrase: impl Fn(&str) -> bool) -> Self {
        let mut words = Vec::new();
        for token in tokens {
            let (start, chars) = (words.len(), token.chars().count());
            // Words that were only guessed, names mostly, hold nobody back.
            let known = chars > 1 && is_word(token);
            let is_read_whole = known && is_phrase(token);
            let word = |at| match known {
                true => Token { start, end: start + chars, is_read_whole },
                false => Token { start: at, end: at + 1, is_read_whole },
            };
            words.extend((start..start + chars).map(word));
        }
        Self(words)
    }

    /// 行政 is not read across 执行 and 政策; a word longer than those that it cuts is, and so is 济源 in 济源市.
    fn allow(&self, start: usize, end: usize) -> bool {
        let Some(first) = self.0.get(start) else { return false };
        if first.start <= start && end <= first.end {
            return !first.is_read_whole || (first.start, first.end) == (start, end);
        }
        let cut = |at: usize| match self.0.get(at) {
            Some(token) if token.start < at => token.end - token.start,
            _ => 0,
        };
        end - start > cut(start).max(cut(end))
    }
}
