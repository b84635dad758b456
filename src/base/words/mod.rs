//! Chinese text cut into words, one dictionary for search and voice: the words and the method of jieba, read in place.
//! Our own cutting, since jieba-rs keeps the same dictionary in 33 MB of heap. It knows no word that is not in every hall.

mod guess;
mod tree;

use std::ops::Range;

pub use tree::Tree;

/// How often all words were counted, then the tree of them; empty where the build had no dictionary.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));
const TOTAL_BYTES: usize = 8;

static WORDS: Tree = Tree::new(match PACKED.split_at_checked(TOTAL_BYTES) {
    Some((_, tree)) => tree,
    None => &[],
});

/// Whether a word is in the dictionary.
pub fn is_word(word: &str) -> bool {
    WORDS.get(word).is_some()
}

/// The words of a text; what is in no dictionary, such as a name, is guessed. They cover the text in order.
pub fn cut(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for run in runs(text) {
        match run {
            Run::Hanzi(chars) => {
                let route = Route::of(&chars);
                let mut single: Option<usize> = None;
                for step in route.steps() {
                    if step.len() == 1 {
                        single = single.or(Some(step.start));
                        continue;
                    }
                    if let Some(start) = single.take() {
                        unjoined(text, &chars, start..step.start, &mut words);
                    }
                    words.push(slice(text, &chars, step));
                }
                if let Some(start) = single {
                    unjoined(text, &chars, start..chars.len(), &mut words);
                }
            }
            Run::Other(range) => words.extend(text.get(range)),
        }
    }
    words
}

/// The words of a text for an index: none is guessed, and before a long word stand the words of two and three
/// characters inside it.
pub fn cut_for_search(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for run in runs(text) {
        match run {
            Run::Hanzi(chars) => {
                for step in Route::of(&chars).steps() {
                    for part in [2, 3].into_iter().filter(|part| *part < step.len()) {
                        let parts = (step.start..=step.end - part).map(|at| slice(text, &chars, at..at + part));
                        words.extend(parts.filter(|part| is_word(part)));
                    }
                    words.push(slice(text, &chars, step));
                }
            }
            Run::Other(range) => words.extend(text.get(range)),
        }
    }
    words
}

/// Single characters in a row: a word that is in the dictionary was meant as single ones, any other is guessed at.
fn unjoined<'t>(text: &'t str, chars: &[(usize, char)], range: Range<usize>, words: &mut Vec<&'t str>) {
    let part = chars.get(range.clone()).unwrap_or_default();
    if part.len() == 1 || is_word(slice(text, chars, range.clone())) {
        words.extend(range.map(|at| slice(text, chars, at..at + 1)));
    } else {
        let ranges = guess::words(part.iter().map(|(_, c)| *c).collect());
        words.extend(
            ranges.into_iter().map(|word| slice(text, chars, range.start + word.start..range.start + word.end)),
        );
    }
}

fn slice<'t>(text: &'t str, chars: &[(usize, char)], range: Range<usize>) -> &'t str {
    let start = chars.get(range.start).map_or(0, |(at, _)| *at);
    let end = range.end.checked_sub(1).and_then(|last| chars.get(last)).map_or(start, |(at, c)| at + c.len_utf8());
    text.get(start..end).unwrap_or_default()
}

/// A stretch of a text: hanzi with their places, or letters and digits in a row, or any other character alone.
enum Run {
    Hanzi(Vec<(usize, char)>),
    Other(Range<usize>),
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(Run::Hanzi(chars)) if is_hanzi(c) => chars.push((at, c)),
            _ if is_hanzi(c) => runs.push(Run::Hanzi(vec![(at, c)])),
            Some(Run::Other(range))
                if c.is_ascii_alphanumeric()
                    && text.as_bytes().get(range.start).is_some_and(u8::is_ascii_alphanumeric) =>
            {
                range.end = end;
            }
            _ => runs.push(Run::Other(at..end)),
        }
    }
    runs
}

/// What words of the dictionary are made of.
fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// The likeliest way through a run of hanzi: where the word that begins at each character ends.
struct Route(Vec<usize>);

impl Route {
    /// From the end, each character takes the word that makes the rest likeliest; of two equal ones the longer.
    fn of(chars: &[(usize, char)]) -> Self {
        let log_total = total().ln();
        let mut ends = vec![0; chars.len()];
        let mut chances = vec![0.0; chars.len() + 1];
        for at in (0..chars.len()).rev() {
            let rest = chars.get(at..).unwrap_or_default().iter().map(|(_, c)| *c);
            let mut best = None;
            for (length, count) in WORDS.beginnings(rest) {
                let chance = f64::from(count).ln() - log_total + chances.get(at + length).unwrap_or(&0.0);
                if best.is_none_or(|(known, _)| chance >= known) {
                    best = Some((chance, at + length));
                }
            }
            let alone = || (chances.get(at + 1).unwrap_or(&0.0) - log_total, at + 1);
            (chances[at], ends[at]) = best.unwrap_or_else(alone);
        }
        Self(ends)
    }

    fn steps(&self) -> impl Iterator<Item = Range<usize>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let end = *self.0.get(at)?;
            Some(std::mem::replace(&mut at, end)..end)
        })
    }
}

fn total() -> f64 {
    let bytes = PACKED.first_chunk::<TOTAL_BYTES>();
    bytes.map_or(1.0, |bytes| u64::from_le_bytes(*bytes) as f64)
}
