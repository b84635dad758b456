//! Rules on the word lists of search and voice: each word leads to one place and is said in one way.
//! They compare entries with each other; whether a word is used anywhere is not their business.

use std::collections::HashMap;

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::words::Pronunciation;
use crate::content::{Lexicon, Synonyms};

/// L35: no synonym leads on to another, no word is read differently inside a longer one.
pub fn conflicts(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, synonyms) in hall.records::<Synonyms>() {
        let words: HashMap<&str, &str> = synonyms.entries.iter().map(|e| (e.word.as_str(), e.means.as_str())).collect();
        for (i, entry) in synonyms.entries.iter().enumerate() {
            let message = match words.get(entry.means.as_str()) {
                _ if entry.word == entry.means => format!("“{}”和规范用语相同，不用写", entry.word),
                Some(on) => format!("“{}”指“{}”，那一个又指“{on}”，请直接写最后一个", entry.word, entry.means),
                None => continue,
            };
            problems.push(rule.broken(authored, &format!("entries[{}]", i + 1), message));
        }
    }
    for (authored, lexicon) in hall.records::<Lexicon>() {
        for (i, message) in reading_conflicts(&lexicon.entries) {
            problems.push(rule.broken(authored, &format!("entries[{}]", i + 1), message));
        }
    }
    problems
}

/// One word of the lexicon: its characters, each with its syllable.
struct Read<'a> {
    word: &'a str,
    chars: Vec<char>,
    syllables: Vec<&'a str>,
}

/// Places of words that another word makes ambiguous, and why.
fn reading_conflicts(entries: &[Pronunciation]) -> Vec<(usize, String)> {
    let reads: Vec<Read<'_>> = entries
        .iter()
        .map(|e| Read { word: &e.word, chars: e.word.chars().collect(), syllables: e.pinyin.split(' ').collect() })
        .collect();
    // By first character, so that thousands of words are compared with a few each.
    let mut begins: HashMap<char, Vec<usize>> = HashMap::new();
    for (i, read) in reads.iter().enumerate() {
        begins.entry(read.chars[0]).or_default().push(i);
    }
    let mut found = Vec::new();
    for (i, read) in reads.iter().enumerate() {
        for from in 0..read.chars.len() {
            for other in begins.get(&read.chars[from]).into_iter().flatten().filter(|o| **o != i).map(|o| &reads[*o]) {
                let shared = read.chars.len().min(from + other.chars.len()) - from;
                // Two words that only begin alike never stand in each other's way, and one shared character at the
                // edge is met by chance.
                let is_inside = from + other.chars.len() <= read.chars.len() && other.chars.len() < read.chars.len();
                let meets = is_inside || (from > 0 && shared >= 2);
                let is_same = read.chars[from..from + shared] == other.chars[..shared];
                if meets && is_same && read.syllables[from..from + shared] != other.syllables[..shared] {
                    let part: String = other.chars[..shared].iter().collect();
                    let message = format!("“{}”里的“{part}”与“{}”读音不同，请核对", read.word, other.word);
                    found.push((i, message));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    fn conflicts(words: &[(&str, &str)]) -> Vec<usize> {
        let entry = |(word, pinyin): &(&str, &str)| Pronunciation { word: (*word).into(), pinyin: (*pinyin).into() };
        let entries: Vec<_> = words.iter().map(entry).collect();
        reading_conflicts(&entries).into_iter().map(|(i, _)| i).collect()
    }

    #[test]
    fn a_word_inside_or_across_another_must_be_read_the_same() {
        assert_eq!(conflicts(&[("重庆", "chong2 qing4"), ("重庆路", "chong2 qing4 lu4")]), NONE);
        assert_eq!(conflicts(&[("重庆", "chong2 qing4"), ("重庆路", "zhong4 qing4 lu4")]), [1]);
        assert_eq!(conflicts(&[("社长途", "she4 zhang3 tu2"), ("长途车", "chang2 tu2 che1")]), [0]);
        assert_eq!(conflicts(&[("社长", "she4 zhang3"), ("长途", "chang2 tu2")]), NONE, "one character at the edge");
        assert_eq!(conflicts(&[("长江", "chang2 jiang1"), ("长子", "zhang3 zi3")]), NONE, "they only begin alike");
    }
}
