//! The document library: `policies/<id>/` with the document, what it means, and questions answered.
//! Clause ids come from the numbers in the text, so that a citation stays right when a paragraph is added.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::{Written, each_file, folder_names, inside, keep, keys_without, markdown, read_rows};
use crate::author::file::{Notes, read_text};
use crate::author::problem::Problem;
use crate::author::reading::Reading;
use crate::author::tree::Tree;
use crate::base::id::RecordId;

/// The folder of the library.
const FOLDER: &str = "policies";

/// Reads the whole library.
pub fn read(dir: &Path, reading: &mut Reading) {
    for name in folder_names(dir, FOLDER) {
        read_policy(dir, &name, reading);
        read_interpretations(dir, &name, reading);
        let answers = inside(FOLDER, &name).join("qa.csv");
        if dir.join(&answers).exists() {
            read_rows(dir, &answers, "qa", &["policy"], reading, |map, _| {
                let short = map.get("id").and_then(Json::as_str).unwrap_or_default();
                let id = json!(format!("{name}.{short}"));
                map.insert("id".to_owned(), id);
                map.insert("policy".to_owned(), json!(name));
            });
        }
    }
}

fn read_policy(dir: &Path, name: &str, reading: &mut Reading) {
    let file = inside(FOLDER, name).join("policy.md");
    let id = RecordId::new("policy", name).ok();
    let text = match read_text(dir, &file) {
        Ok(text) => text,
        Err(problem) => {
            reading.broken.extend(id.clone());
            reading.problems.push(Problem { record: id, ..*problem });
            return;
        }
    };
    let mut notes = Notes::on(&file);
    match markdown::read(&text, &keys_without("policy", &["clauses"]), &mut notes) {
        Some((Tree { mut map, lines }, blocks)) => {
            super::name_agrees(&map, name, &lines, &mut notes);
            let mut numbers = Numbers::default();
            let clauses = blocks.iter().map(|block| {
                let id = numbers.id_of(&block.text);
                let number = numbers.unique(id);
                json!({ "id": number, "level": block.level, "text": block.text })
            });
            map.insert("clauses".to_owned(), clauses.collect());
            keep("policy", map, Written::Values, id.as_ref(), &file, None, "", lines.into(), &mut notes, reading);
        }
        None => reading.broken.extend(id.clone()),
    }
    reading.problems.extend(notes.end().into_iter().map(|p| Problem { record: p.record.or(id.clone()), ..p }));
}

fn read_interpretations(dir: &Path, policy: &str, reading: &mut Reading) {
    let folder = format!("{FOLDER}/{policy}");
    let has_any = super::names_in(&dir.join(&folder)).iter().any(|n| n.starts_with("interp") && n.ends_with(".md"));
    if !has_any {
        return;
    }
    let made = ["id", "policy", "sections"];
    let before = reading.problems.len();
    each_file(dir, &folder, "interpretation", ".md", reading, |name, file, text, notes, reading| {
        let Some(suffix) = name.strip_prefix("interp") else { return };
        let own = format!("{policy}{suffix}");
        let id = RecordId::new("interpretation", &own).ok();
        let page = markdown::read(text, &keys_without("interpretation", &made), notes);
        let Some((Tree { mut map, lines }, blocks)) = page else {
            reading.broken.extend(id);
            return;
        };
        map.insert("id".to_owned(), json!(own));
        map.insert("policy".to_owned(), json!(policy));
        map.insert("sections".to_owned(), sections(&blocks, notes));
        keep("interpretation", map, Written::Values, id.as_ref(), file, None, "", lines.into(), notes, reading);
    });
    // The folder holds tables and pictures beside the pages; only the pages are read here.
    let mut added = reading.problems.split_off(before);
    added.retain(|p| p.level == crate::author::problem::Level::Error);
    reading.problems.append(&mut added);
}

/// The body as sections: `## heading {c3, c5}` and the paragraphs below it.
fn sections(blocks: &[markdown::Block], notes: &mut Notes) -> Json {
    let mut sections: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for block in blocks {
        if block.level > 0 {
            let (heading, cites) = heading(&block.text);
            sections.push((heading, Vec::new(), cites));
        } else if let Some((_, paragraphs, _)) = sections.last_mut() {
            paragraphs.push(block.text.clone());
        } else {
            notes.error("F06", Some(block.row), "", "正文应先写“## 小标题”，再写段落");
        }
    }
    let section =
        |(heading, paragraphs, cites)| json!({ "heading": heading, "paragraphs": paragraphs, "cites": cites });
    sections.into_iter().map(section).collect()
}

fn heading(text: &str) -> (String, Vec<String>) {
    let Some((heading, cites)) = text.strip_suffix('}').and_then(|text| text.rsplit_once('{')) else {
        return (text.to_owned(), Vec::new());
    };
    let cites = cites.split([',', '，', '、', '；']).map(|c| c.trim().to_owned()).filter(|c| !c.is_empty());
    (heading.trim().to_owned(), cites.collect())
}

/// Where in a document's numbering one is.
#[derive(Default)]
struct Numbers {
    article: String,
    item: String,
    given: std::collections::BTreeMap<String, usize>,
}

impl Numbers {
    /// The id of a paragraph by its number: `第五条` is `c5`, `一、` is `c1`, `（二）` below it `c1.2`, `1.` below that
    /// `c1.2.1`; nothing for a paragraph without one.
    fn id_of(&mut self, text: &str) -> String {
        if let Some(n) = article(text) {
            (self.article, self.item) = (format!("c{n}"), String::new());
            return self.article.clone();
        }
        let is_counted = text.starts_with(|c: char| c.is_ascii_digit());
        if let Some((n, _)) = numeral(text).filter(|(_, rest)| !is_counted && rest.starts_with('、')) {
            (self.article, self.item) = (format!("c{n}"), String::new());
            return self.article.clone();
        }
        let top = if self.article.is_empty() { "c0" } else { &self.article };
        if let Some(n) = bracketed(text) {
            self.item = format!("{top}.{n}");
            return self.item.clone();
        }
        if let Some(n) = counted(text) {
            let up = if self.item.is_empty() { top } else { &self.item };
            return format!("{up}.{n}");
        }
        String::new()
    }

    /// The id, or with a letter behind it where the document uses a number again.
    fn unique(&mut self, id: String) -> String {
        if id.is_empty() {
            return id;
        }
        let times = self.given.entry(id.clone()).or_insert(0);
        *times += 1;
        if *times == 1 { id } else { format!("{id}-{times}") }
    }
}

/// `第二十七条` → 27.
fn article(text: &str) -> Option<u32> {
    let (n, rest) = numeral(text.strip_prefix('第')?)?;
    rest.starts_with('条').then_some(n)
}

/// `（三）` or `(3)` → 3.
fn bracketed(text: &str) -> Option<u32> {
    let (n, rest) = numeral(text.strip_prefix(['（', '('])?)?;
    rest.starts_with(['）', ')']).then_some(n)
}

/// `1.`, `1．` or `1、` → 1.
fn counted(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let is_mark = rest.starts_with(['．', '、'])
        || (rest.starts_with('.') && !rest[1..].starts_with(|c: char| c.is_ascii_digit()));
    text[..digits].parse().ok().filter(|n| is_mark && *n < 1_000)
}

/// A number at the beginning, in digits or in Chinese up to 9,999, and what follows it.
fn numeral(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c| !"0123456789零〇一二三四五六七八九十百千".contains(c)).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    if number.is_empty() {
        return None;
    }
    if number.bytes().all(|b| b.is_ascii_digit()) {
        return number.parse().ok().filter(|n| *n < 10_000).map(|n| (n, rest));
    }
    let (mut sum, mut digit) = (0u32, 0u32);
    for c in number.chars() {
        let unit = match c {
            '零' | '〇' => 0,
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            c => {
                digit = u32::try_from("一二三四五六七八九".chars().position(|d| d == c)?).ok()? + 1;
                continue;
            }
        };
        if unit > 0 {
            // 十五 is 15: a ten without a digit before it is one ten.
            sum += unit * digit.max(1);
        }
        digit = 0;
    }
    Some((sum + digit, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(paragraphs: &[&str]) -> Vec<String> {
        let mut numbers = Numbers::default();
        paragraphs
            .iter()
            .map(|text| {
                let id = numbers.id_of(text);
                numbers.unique(id)
            })
            .collect()
    }

    #[test]
    fn clauses_are_named_by_their_own_numbers() {
        let text = [
            "第一章 总则",
            "第五条 甲",
            "（一）乙",
            "（二）丙",
            "说明",
            "第二十七条 丁",
            "（十一）戊",
            "第一百零八条 己",
        ];
        assert_eq!(ids(&text), ["", "c5", "c5.1", "c5.2", "", "c27", "c27.11", "c108"]);
        let text =
            ["为了…", "一、总体要求", "二、主要任务", "（一）甲", "1．子", "2. 丑", "（二）乙", "1、寅", "十二、附则"];
        assert_eq!(ids(&text), ["", "c1", "c2", "c2.1", "c2.1.1", "c2.1.2", "c2.2", "c2.2.1", "c12"]);
    }

    #[test]
    fn a_number_used_twice_is_still_one_clause_each() {
        assert_eq!(ids(&["一、甲", "一、乙", "（一）丙"]), ["c1", "c1-2", "c1.1"]);
        assert_eq!(ids(&["（一）甲", "2026年起", "3.5万元", "十分重要"]), ["c0.1", "", "", ""]);
    }

    #[test]
    fn a_heading_may_cite_clauses() {
        assert_eq!(heading("补多少 {c3, c5.1}"), ("补多少".to_owned(), vec!["c3".to_owned(), "c5.1".to_owned()]));
        assert_eq!(heading("补多少"), ("补多少".to_owned(), vec![]));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_number_or_none(text in "[第（(一二十百千零0-9条、.．)）a]{0,12}") {
            let _ = ids(&[&text, &text]);
        }
    }
}
