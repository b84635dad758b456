//! Rules on length: a sentence for residents is read, heard and kept in mind in one go.
//! Legal texts are left as they are; the plain words beside them are what counts.

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::Record;

/// Longest sentence in characters, where the office says nothing else.
const SENTENCE_CHARS_GOOD: usize = 60;
/// Longest one-sentence summary in characters, where the office says nothing else.
const PLAIN_CHARS_GOOD: usize = 60;

/// L19: sentences for residents are short.
pub fn long(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let own = |n: u32, usual: usize| usize::try_from(n).ok().filter(|n| *n > 0).unwrap_or(usual);
    let style = hall.style();
    let sentence_max = own(style.map_or(0, |s| s.sentence_chars_max), SENTENCE_CHARS_GOOD);
    let plain_max = own(style.map_or(0, |s| s.plain_chars_max), PLAIN_CHARS_GOOD);
    let mut problems = Vec::new();
    hall.each_text(|authored, at, text| {
        let key = at.last_key();
        let is_plain = key == "plain" && !matches!(authored.record, Record::Survey(_));
        if is_plain {
            let chars = text.chars().count();
            if chars > plain_max {
                let message = format!("一句话说明有{chars}字，超过{plain_max}字，请只留最要紧的");
                problems.push(rule.broken(authored, "plain", message));
            }
            return;
        }
        if !is_for_residents(&authored.record, key) || text.len() <= sentence_max {
            return;
        }
        let longest = sentences(text).map(|s| (s.chars().count(), s)).max_by_key(|(chars, _)| *chars);
        if let Some((chars, sentence)) = longest.filter(|(chars, _)| *chars > sentence_max) {
            let begin: String = sentence.chars().take(12).collect();
            let message = format!("“{begin}…”这一句有{chars}字，超过{sentence_max}字，请分成几句");
            problems.push(rule.broken(authored, &hall.place(&authored.record, at), message));
        }
    });
    problems
}

/// Texts in the office's own plain words; titles, tables and the words of the law are none.
fn is_for_residents(record: &Record, key: &str) -> bool {
    match record {
        Record::Guide(_) => matches!(key, "note" | "what" | "answer" | "question"),
        Record::Bundle(_) => key == "what",
        Record::Qa(_) => key == "answer",
        Record::Interpretation(_) => key == "paragraphs",
        Record::Reply(_) => key == "reply",
        Record::Event(_) => key == "about",
        Record::Survey(_) => matches!(key, "plain" | "text"),
        Record::Form(_) => matches!(key, "purpose" | "keep" | "hint"),
        Record::Agent(_) => key == "note",
        Record::Device(_) => key == "about",
        _ => false,
    }
}

/// The sentences of a text; a semicolon is a place to breathe.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['。', '！', '？', '；', '!', '?', ';', '\n']).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn a_sentence_ends_where_one_takes_breath() {
        let parts: Vec<_> = sentences("带上身份证。到3号窗口；取号！").collect();
        assert_eq!(parts, ["带上身份证", "到3号窗口", "取号", ""]);
    }
}
