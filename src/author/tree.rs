//! TOML files: read with the line of every value, compared with the shape, then taken over whole.
//! It goes on after the first mistake, so that one reading tells the clerk everything.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::toml_error;
use crate::content::schema::{Key, Map, Shape};

use super::file::{Lines, Notes, Rows, join};
use super::nearest::nearest;

/// A TOML text that has the right shape, and the line of each field.
pub struct Tree {
    /// What it says.
    pub map: Map,
    /// Where it says it.
    pub lines: Lines,
}

/// Reads a text as the shape of `keys`; none when something that must be there is not.
pub fn read_tree(text: &str, keys: &[Key], notes: &mut Notes) -> Option<Tree> {
    let rows = Rows::of(text);
    let (table, broken) = DeTable::parse_recoverable(text);
    for error in &broken {
        let row = error.span().map(|span| rows.at(span.start));
        notes.error("F02", row, "", format!("TOML 写法不对：{}", toml_error::in_chinese(text, error)));
    }
    if !broken.is_empty() {
        // What was recovered from a broken file would only raise problems that are not there.
        return None;
    }
    let mut walk = Walk { rows: &rows, notes, lines: BTreeMap::new(), is_whole: true };
    walk.table(table.get_ref(), None, keys, "");
    let (lines, is_whole) = (walk.lines, walk.is_whole);
    if !is_whole {
        return None;
    }
    match toml::from_str(text) {
        Ok(map) => Some(Tree { map, lines: Lines::Fields(lines) }),
        Err(error) => {
            let row = error.span().map(|span| rows.at(span.start));
            notes.error("F05", row, "", toml_error::in_chinese(text, &error));
            None
        }
    }
}

/// One walk through a file's values beside its shape.
struct Walk<'a> {
    rows: &'a Rows,
    notes: &'a mut Notes,
    lines: BTreeMap<String, usize>,
    is_whole: bool,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>, row: Option<usize>, keys: &[Key], path: &str) {
        for (name, value) in table.iter() {
            let field = join(path, name.get_ref());
            let row = self.rows.at(name.span().start);
            let Some(key) = keys.iter().find(|k| k.name == name.get_ref()) else {
                let hint = nearest(name.get_ref(), keys.iter().map(|k| k.name));
                let hint = hint.map_or(String::new(), |name| format!("，是不是“{name}”？"));
                self.notes.error("F03", Some(row), &field, format!("不认识这一项{hint}"));
                continue;
            };
            self.lines.insert(field.clone(), row);
            self.value(value, &key.shape, &field);
        }
        for key in keys.iter().filter(|k| k.is_required) {
            if !table.iter().any(|(name, _)| name.get_ref() == key.name) {
                self.is_whole = false;
                self.notes.error("F04", row, &join(path, key.name), "缺少这一项");
            }
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, shape: &Shape, path: &str) {
        let row = self.rows.at(value.span().start);
        let problem = match (shape, value.get_ref()) {
            (Shape::Text(_) | Shape::Term(_), DeValue::String(_)) | (Shape::Flag, DeValue::Boolean(_)) => return,
            (Shape::Number(max), DeValue::Integer(n)) => {
                match u64::from_str_radix(n.as_str(), n.radix()).is_ok_and(|n| n <= *max) {
                    true => return,
                    false => format!("应为 0 到 {max} 的整数"),
                }
            }
            (Shape::List(inner), DeValue::Array(list)) => {
                for (i, entry) in list.iter().enumerate() {
                    let field = format!("{path}[{}]", i + 1);
                    self.lines.insert(field.clone(), self.rows.at(entry.span().start));
                    self.value(entry, inner, &field);
                }
                return;
            }
            (Shape::Table(keys), DeValue::Table(table)) => return self.table(table, Some(row), keys, path),
            (Shape::Text(_) | Shape::Term(_), DeValue::Datetime(_)) => "应为文字，日期也要加引号".to_owned(),
            (shape, found) => format!("应为{}，写的是{}", wanted(shape), kind(found)),
        };
        self.is_whole = false;
        self.notes.error("F05", Some(row), path, problem);
    }
}

fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) | Shape::Term(_) => "文字（加引号）",
        Shape::Number(_) => "整数（不加引号）",
        Shape::Flag => "true 或 false（不加引号）",
        Shape::List(inner) if matches!(**inner, Shape::Table(_)) => "若干段，每段以 [[…]] 开头",
        Shape::List(_) => "列表，写在 [ ] 里",
        Shape::Table(_) => "一段，以 […] 开头",
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "文字",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "true 或 false",
        DeValue::Datetime(_) => "日期",
        DeValue::Array(_) => "列表",
        DeValue::Table(_) => "一段",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::schema::Fields;
    use crate::content::{Guide, Site};
    use std::path::Path;

    fn problems<K: Fields>(text: &str) -> Vec<String> {
        let mut notes = Notes::on(Path::new("a.toml"));
        read_tree(text, &K::keys(), &mut notes);
        notes.end().into_iter().map(|p| p.to_string()).collect()
    }

    #[test]
    fn broken_toml_is_named_by_line() {
        let found = problems::<Site>("hall = \"a\"\nregion = \"没有收尾\nhours = ");
        assert!(found[0].starts_with("a.toml 第2行：TOML 写法不对：文字没有用英文引号收尾"), "{found:?}");
        let found = problems::<Site>("hall = \"a\"\nhall = \"b\"\n");
        assert_eq!(found, ["a.toml 第2行：TOML 写法不对：同一项写了两次"]);
    }

    #[test]
    fn a_raw_control_character_is_named() {
        let found = problems::<Guide>("title = \"老年\u{7}人\"\n");
        assert_eq!(found, ["a.toml 第1行：TOML 写法不对：文字里有看不见的控制字符 U+0007，请删去"]);
    }

    #[test]
    fn unknown_missing_and_wrong_are_told_together() {
        let text = "[[material]]\nid = \"a\"\nnmae = \"b\"\nfrom = 1\n\n[[material]]\nid = 3\ncopies = 300\n";
        let found = problems::<Guide>(text);
        for expected in [
            "a.toml 第3行 material[1].nmae：不认识这一项，是不是“name”？",
            "a.toml 第4行 material[1].from：不认识这一项，是不是“form”？",
            "a.toml 第1行 material[1].name：缺少这一项",
            "a.toml 第7行 material[2].id：应为文字（加引号），写的是整数",
            "a.toml 第8行 material[2].copies：应为 0 到 99 的整数",
            "a.toml title：缺少这一项",
        ] {
            assert!(found.iter().any(|f| f == expected), "{expected}\n{found:#?}");
        }
    }

    #[test]
    fn a_date_without_quotes_says_what_to_do() {
        let found = problems::<Guide>("published = 2026-03-01\n");
        assert!(found.contains(&"a.toml 第1行 published：应为文字，日期也要加引号".to_owned()), "{found:?}");
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        let deep = format!("title = {}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(!problems::<Guide>(&deep).is_empty());
        assert!(read_tree(&deep, &Guide::keys(), &mut Notes::on(Path::new("a"))).is_none());
    }

    #[test]
    fn lines_are_known_for_every_field() {
        let text = "hall = \"h\"\nregion=\"r\"\npublisher=\"p\"\nhotline=\"12345\"\nhelp_desk=\"d\"\n\
                    help_phone=\"12345\"\nhours=\"hall\"\naddress=\"a\"\nattract = [\n  \"一\",\n  \"二\",\n]\n";
        let tree = read_tree(text, &Site::keys(), &mut Notes::on(Path::new("a"))).unwrap();
        let line = |field| crate::author::file::line_of(&tree.lines, field);
        assert_eq!((line("address"), line("attract"), line("attract[2]")), (Some(8), Some(9), Some(11)));
        assert_eq!(tree.map["attract"], serde_json::json!(["一", "二"]));
    }
}
