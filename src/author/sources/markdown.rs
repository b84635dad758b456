//! Markdown with TOML on top: front matter between two lines `+++`, then headings and paragraphs.
//! It knows no inline markup: the screen, the voice and the receipt show words, not asterisks.

use crate::content::schema::Key;

use crate::author::file::Notes;
use crate::author::tree::{Tree, read_tree};

/// A heading or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// 0 for a paragraph, 1 to 4 for a heading.
    pub level: u32,
    /// Its words.
    pub text: String,
    /// Its first line in the file.
    pub row: usize,
}

/// The fence above and below the front matter.
const FENCE: &str = "+++";

/// Reads front matter and body; none when the front matter is not usable.
pub fn read(text: &str, keys: &[Key], notes: &mut Notes) -> Option<(Tree, Vec<Block>)> {
    let mut front = String::new();
    let mut body = None;
    for (i, line) in text.lines().enumerate() {
        match (i, line.trim_end()) {
            (0, FENCE) => front.push('\n'),
            (0, _) => break,
            (_, FENCE) => {
                body = Some(i + 1);
                break;
            }
            (_, line) => {
                front.push_str(line);
                front.push('\n');
            }
        }
    }
    let Some(body) = body else {
        notes.error("F02", Some(1), "", "第一行应为 +++，写完各项后再写一行 +++，下面才是正文");
        return None;
    };
    let tree = read_tree(&front, keys, notes)?;
    Some((tree, blocks(text, body)))
}

/// The blocks from this line on, lines counted from 0.
fn blocks(text: &str, first: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (i, line) in text.lines().enumerate().skip(first) {
        let line = line.trim();
        let hashes = line.bytes().take_while(|b| *b == b'#').count();
        let rest = line[hashes..].trim_start();
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        match item {
            _ if line.is_empty() => is_open = false,
            _ if (1..=4).contains(&hashes) && !rest.is_empty() && rest.len() < line.len() - hashes => {
                let level = u32::try_from(hashes).unwrap_or(4);
                blocks.push(Block { level, text: rest.to_owned(), row: i + 1 });
                is_open = false;
            }
            Some(item) => {
                blocks.push(Block { level: 0, text: item.trim().to_owned(), row: i + 1 });
                is_open = true;
            }
            None => match blocks.last_mut().filter(|_| is_open) {
                Some(open) => join(&mut open.text, line),
                None => {
                    blocks.push(Block { level: 0, text: line.to_owned(), row: i + 1 });
                    is_open = true;
                }
            },
        }
    }
    blocks
}

/// Lines of one paragraph belong together; a blank is needed only between Latin words.
fn join(text: &mut String, line: &str) {
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if is_latin(text.chars().last()) && is_latin(line.chars().next()) {
        text.push(' ');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::schema::{Fields, fields};
    use std::path::Path;

    fields! {
        /// Front matter of one key.
        pub struct Front {
            /// The title.
            title: crate::content::schema::Title = "标题",
        }
    }

    /// Level, words and row of each block, and the problems told.
    type Page = (Option<Vec<(u32, String, usize)>>, Vec<String>);

    fn page(text: &str) -> Page {
        let mut notes = Notes::on(Path::new("a.md"));
        let page = read(text, &Front::keys(), &mut notes);
        let blocks = page.map(|(_, blocks)| blocks.into_iter().map(|b| (b.level, b.text, b.row)).collect());
        (blocks, notes.end().into_iter().map(|p| p.to_string()).collect())
    }

    #[test]
    fn headings_paragraphs_and_items_are_told_apart() {
        let text = "+++\ntitle = \"甲\"\n+++\n# 一、总则\n\n第一段\n接着写。\n- 甲\n- 乙\n续\n\n#没有空格\n";
        let (blocks, problems) = page(text);
        let expected =
            [(1, "一、总则", 4), (0, "第一段接着写。", 6), (0, "甲", 8), (0, "乙续", 9), (0, "#没有空格", 12)];
        let expected: Vec<_> = expected.map(|(l, t, r)| (l, t.to_owned(), r)).into();
        assert_eq!((blocks, problems), (Some(expected), vec![]));
    }

    #[test]
    fn a_page_without_its_fences_is_told_so() {
        for text in ["", "title = 1\n", "+++\ntitle = \"甲\"\n正文\n", "正文\n+++\n+++\n"] {
            let (blocks, problems) = page(text);
            assert!(blocks.is_none() && problems[0].contains("第一行应为 +++"), "{text:?} {problems:?}");
        }
    }

    #[test]
    fn a_wrong_line_of_the_front_matter_is_named_by_its_line_in_the_file() {
        let (_, problems) = page("+++\ntilte = \"甲\"\n+++\n正文\n");
        assert_eq!(problems[0], "a.md 第2行 tilte：不认识这一项，是不是“title”？");
    }
}
