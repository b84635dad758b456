//! One authored file as text, and the notes taken while it is read.
//! It refuses files that are too large or not UTF-8, and keeps the number of notes bounded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::base::chain::chain;
use crate::base::durable;
use crate::base::id::RecordId;
use crate::content::FieldError;

use super::problem::{Level, Problem};

/// Largest text in bytes; the longest real guides stay under 64 KiB.
pub const TEXT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Largest table in bytes; a list of 50,000 rows stays under 20 MiB.
pub const TABLE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Most problems told of one file; who has more than this has one mistake many times.
pub const PROBLEMS_PER_FILE_MAX: usize = 100;

/// On which line a record's fields stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lines {
    /// All on one line: a row of a table.
    Row(usize),
    /// Each on its own, by path.
    Fields(BTreeMap<String, usize>),
}

/// Reads a file as text. Excel puts a byte order mark before UTF-8; it is taken off.
pub fn read_text(root: &Path, file: &Path) -> Result<String, Box<Problem>> {
    let fail = |message: String| Err(Box::new(about_file("F01", file, message)));
    let path = root.join(file);
    let Ok(meta) = std::fs::metadata(&path) else {
        return fail(if path.symlink_metadata().is_ok() { "文件打不开" } else { "缺少这个文件" }.to_owned());
    };
    if !meta.is_file() {
        return fail("这不是一个文件".to_owned());
    }
    let bytes_max = if file.extension().is_some_and(|e| e == "csv") { TABLE_BYTES_MAX } else { TEXT_BYTES_MAX };
    if meta.len() > bytes_max {
        return fail(format!("文件过大：{}字节，最多{bytes_max}字节", meta.len()));
    }
    let bytes = match durable::read(&path, bytes_max) {
        Ok(bytes) => bytes,
        Err(error) => return fail(chain(&error)),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let row = 1 + valid.iter().filter(|b| **b == b'\n').count();
            let message = "文字编码不是 UTF-8，请另存为 UTF-8（Excel 选“CSV UTF-8”）".to_owned();
            Err(Box::new(Problem { row: Some(row), ..about_file("F01", file, message) }))
        }
    }
}

/// A problem with a whole file.
pub fn about_file(rule: &'static str, file: &Path, message: impl Into<String>) -> Problem {
    Problem {
        rule,
        level: Level::Error,
        message: message.into(),
        file: file.to_owned(),
        row: None,
        field: None,
        record: None,
    }
}

/// The notes taken on one file.
pub struct Notes {
    file: PathBuf,
    problems: Vec<Problem>,
    left_out: usize,
}

impl Notes {
    /// No notes yet on this file.
    pub fn on(file: &Path) -> Self {
        Self { file: file.to_owned(), problems: Vec::new(), left_out: 0 }
    }

    /// Notes an error at a line and field.
    pub fn error(&mut self, rule: &'static str, row: Option<usize>, field: &str, message: impl Into<String>) {
        if self.problems.len() >= PROBLEMS_PER_FILE_MAX {
            self.left_out += 1;
            return;
        }
        let field = (!field.is_empty()).then(|| field.to_owned());
        self.problems.push(Problem { row, field, ..about_file(rule, &self.file, message) });
    }

    /// Notes wrong values of a record; `prefix` is where the record stands in its file.
    pub fn values(&mut self, errors: Vec<FieldError>, prefix: &str, record: Option<&RecordId>, lines: &Lines) {
        for error in errors {
            let field = join(prefix, &error.field);
            let before = self.problems.len();
            self.error(rule_of(&error.field), line_of(lines, &field), &field, error.problem);
            if let Some(noted) = self.problems.get_mut(before) {
                noted.record = record.cloned();
            }
        }
    }

    /// All notes, with a last one on those that were left out.
    pub fn end(mut self) -> Vec<Problem> {
        if self.left_out > 0 {
            self.problems.push(about_file("F01", &self.file, format!("另有{}处问题，改完前面的再查", self.left_out)));
        }
        self.problems
    }
}

/// Where the lines of a text end.
pub struct Rows(Vec<usize>);

impl Rows {
    /// The lines of a text.
    pub fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i).collect())
    }

    /// The line of a byte, counted from 1.
    pub fn at(&self, byte: usize) -> usize {
        1 + self.0.partition_point(|newline| *newline < byte)
    }
}

/// A field inside a record that stands inside a file.
pub fn join(prefix: &str, field: &str) -> String {
    match (prefix, field) {
        ("", field) => field.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, field) => format!("{prefix}.{field}"),
    }
}

/// The line of a field, or of the nearest thing around it that has one.
pub fn line_of(lines: &Lines, field: &str) -> Option<usize> {
    let lines = match lines {
        Lines::Row(line) => return Some(*line),
        Lines::Fields(lines) => lines,
    };
    let mut path = field;
    loop {
        if let Some(line) = lines.get(path) {
            return Some(*line);
        }
        let end = path.rfind(['.', '['])?;
        path = &path[..end];
    }
}

/// The rule that a wrong value breaks: those of the trade have their own, the rest is `F06`.
fn rule_of(field: &str) -> &'static str {
    let last = field.rsplit('.').next().unwrap_or_default();
    match (field, last) {
        ("fee.standard" | "fee.basis" | "fee.charged", _) => "L05",
        (_, "phone" | "complain" | "consult" | "hotline" | "help_phone") => "L06",
        (_, "form" | "originals" | "copies") if field.starts_with("material[") => "L03",
        (_, "only_for" | "materials") => "L09",
        _ => "F06",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_without_a_line_takes_the_line_around_it() {
        let lines =
            Lines::Fields(BTreeMap::from([("material[2]".to_owned(), 30), ("material[2].form".to_owned(), 33)]));
        assert_eq!(line_of(&lines, "material[2].form"), Some(33));
        assert_eq!(line_of(&lines, "material[2].name"), Some(30));
        assert_eq!(line_of(&lines, "material[2].only_for[1]"), Some(30));
        assert_eq!(line_of(&lines, "title"), None);
        assert_eq!(line_of(&Lines::Row(7), "title"), Some(7));
    }

    #[test]
    fn a_flood_of_problems_is_counted_not_listed() {
        let mut notes = Notes::on(Path::new("orgs.csv"));
        for row in 0..150 {
            notes.error("F06", Some(row), "name", "不能为空");
        }
        let problems = notes.end();
        assert_eq!(problems.len(), PROBLEMS_PER_FILE_MAX + 1);
        assert_eq!(problems[PROBLEMS_PER_FILE_MAX].message, "另有50处问题，改完前面的再查");
    }
}
