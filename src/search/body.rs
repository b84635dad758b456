//! Whole texts as words, for the full-text index and for questions to it.
//! It stores nothing and knows no order of hits.

use crate::base::words::cut_for_search;
use crate::content::Record;
use crate::content::schema::Seen;

use super::text::{is_hanzi, placed};

/// Most characters of a record that are indexed; the longest law of a hall has about 60,000.
const TEXT_CHARS_MAX: usize = 200_000;
/// Most words of a question that are looked for.
const WORDS_MAX: usize = 24;
/// Words that stand in every text.
const EMPTY_WORDS: &[&str] = &[
    "的", "了", "和", "是", "在", "我", "有", "要", "吗", "呢", "怎么", "什么", "哪里", "如何", "需要", "可以", "请问",
    "办理", "办", "去", "想", "能", "不", "与", "或", "及", "等", "对", "为", "由", "从", "到", "把", "被",
];

/// Cuts texts into words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Segmenter;

impl Segmenter {
    /// The words of a text for the index, parted by blanks; long words also in their parts.
    pub fn index_words(self, text: &str) -> String {
        let plain = plain(text);
        let words = cut_for_search(&plain).into_iter().map(str::trim);
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The words of a question, each once; empty when nothing in it can be looked for.
    pub fn query_words(self, query: &str) -> Vec<String> {
        let plain = plain(query);
        let mut words: Vec<String> = Vec::new();
        for word in cut_for_search(&plain).into_iter().map(str::trim) {
            if !word.is_empty() && !EMPTY_WORDS.contains(&word) && words.iter().all(|known| known != word) {
                words.push(word.to_owned());
            }
        }
        words.truncate(WORDS_MAX);
        words
    }
}

/// All a resident can read of a record, a line each.
pub fn text_of(record: &Record) -> String {
    let mut text = String::new();
    let mut left = TEXT_CHARS_MAX;
    record.visit(&mut |_, seen| {
        if let Seen::Text(line) = seen
            && left > 0
        {
            let taken: String = line.chars().take(left).collect();
            left -= taken.chars().count();
            text.push_str(&taken);
            text.push('\n');
        }
    });
    text
}

/// Narrow, small and simplified, with a blank where anything else stands.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut end = 0;
    let mut was_hanzi = false;
    for (c, bytes) in placed(text) {
        // A blank also parts hanzi from letters, so that no word is made of both.
        if bytes.start != end || is_hanzi(c) != was_hanzi {
            plain.push(' ');
        }
        (end, was_hanzi) = (bytes.end, is_hanzi(c));
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_words_and_long_words_into_their_parts() {
        let words = Segmenter.index_words("申请最低生活保障，須帶居民身份證。");
        let words: Vec<&str> = words.split(' ').collect();
        for word in ["申请", "生活", "保障", "居民", "身份证"] {
            assert!(words.contains(&word), "{word}: {words:?}");
        }
    }

    #[test]
    fn a_question_is_cut_without_its_empty_words_and_never_without_end() {
        assert_eq!(Segmenter.query_words("我的保障"), ["保障"]);
        assert!(Segmenter.query_words("，。？！😀 的").is_empty());
        assert!(Segmenter.query_words(&"保障申请居民生活".repeat(500)).len() <= WORDS_MAX);
    }
}
