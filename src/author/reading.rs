//! Reading a whole hall: every file, every record, every problem, in one go.
//! A file that cannot be read hides no other; what is dangling because of it is not told twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::base::id::RecordId;
use crate::content::Record;

use super::file::{Lines, about_file, join, line_of};
use super::problem::{Level, Problem};
use super::{links, lint, pictures, sources};

/// A hall as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The records that are right in themselves, in the order of files and rows.
    pub records: Vec<Authored>,
    /// What is wrong, in the order of files and rows.
    pub problems: Vec<Problem>,
    /// The pictures that they name.
    pub assets: Vec<Asset>,
    /// Records that are there but not right; a reference to one of them is not dangling.
    pub(super) broken: BTreeSet<RecordId>,
    /// Kinds of which nothing is known because their file could not be read.
    pub(super) unread_kinds: BTreeSet<&'static str>,
}

/// A large file that records name by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Kind of file, such as `image/png`.
    pub media: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A record and where the office wrote it.
#[derive(Debug, Clone)]
pub struct Authored {
    /// The record.
    pub record: Record,
    /// Its file, relative to the content folder.
    pub file: PathBuf,
    /// The line where it begins.
    pub row: Option<usize>,
    /// What its fields' paths begin with in the file, such as `hours[2]`.
    prefix: String,
    lines: Arc<Lines>,
}

impl Authored {
    /// A problem with one of its fields.
    pub fn problem(&self, rule: &'static str, level: Level, field: &str, message: impl Into<String>) -> Problem {
        let field = join(&self.prefix, field);
        Problem {
            rule,
            level,
            message: message.into(),
            file: self.file.clone(),
            row: line_of(&self.lines, &field).or(self.row),
            field: (!field.is_empty()).then_some(field),
            record: Some(self.record.id().clone()),
        }
    }
}

impl Reading {
    /// Whether nothing stands in the way of a release.
    pub fn has_no_error(&self) -> bool {
        self.problems.iter().all(|p| p.level != Level::Error)
    }

    /// Keeps a record that is right in itself.
    pub(super) fn keep(&mut self, record: Record, file: &Path, row: Option<usize>, prefix: &str, lines: Arc<Lines>) {
        self.records.push(Authored { record, file: file.to_owned(), row, prefix: prefix.to_owned(), lines });
    }

    fn sort(&mut self) {
        self.problems.sort_by(|a, b| {
            (&a.file, a.row, &a.field, a.rule, &a.message).cmp(&(&b.file, b.row, &b.field, b.rule, &b.message))
        });
    }
}

/// Reads a hall: well-formed files, right values, unique ids, references that lead somewhere.
pub fn read_hall(dir: &Path) -> Reading {
    let mut reading = Reading::default();
    if !dir.is_dir() {
        let message = format!("内容文件夹 {} 不存在或打不开", dir.display());
        reading.problems.push(about_file("F01", Path::new(""), message));
        return reading;
    }
    sources::read_all(dir, &mut reading);
    pictures::gather(dir, &mut reading);
    let problems = links::check(&reading);
    reading.problems.extend(problems);
    reading.sort();
    reading
}

/// Reads a hall and holds it against the rules of the trade: what `lint` prints and a release must pass on
/// this day.
pub fn check_hall(dir: &Path, today: Date) -> Reading {
    let mut reading = read_hall(dir);
    let problems = lint::lint(&reading, today);
    reading.problems.extend(problems);
    reading.sort();
    reading
}
