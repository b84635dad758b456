//! Reading a whole hall: every file, every record, every problem, in one go.
//! A file that cannot be read hides no other; what is dangling because of it is not told twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::id::RecordId;
use crate::content::Record;
use crate::content::wire::{GuideDoc, HoursDoc, OrgDoc, SiteDoc, WindowDoc};

use super::file::{Lines, Notes, about_file, line_of, read_text};
use super::problem::{Level, Problem};
use super::table::{Column, Row, read_table};
use super::tree::read_tree;
use super::{links, lint, shape};

/// Most guides of a hall; the largest hall planned for has 5,000.
pub const GUIDES_MAX: usize = 20_000;

const ORG_COLUMNS: &[Column] = &[
    ("id", true),
    ("name", true),
    ("short", true),
    ("parent", false),
    ("phone", true),
    ("complain", true),
    ("address", true),
    ("about", true),
];
const WINDOW_COLUMNS: &[Column] = &[
    ("id", true),
    ("number", true),
    ("name", true),
    ("org", true),
    ("place", true),
    ("phone", false),
    ("hours", true),
    ("has_low_counter", false),
];

/// A hall as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The records that are right in themselves, in the order of files and rows.
    pub records: Vec<Authored>,
    /// What is wrong, in the order of files and rows.
    pub problems: Vec<Problem>,
    /// Records that are there but not right; a reference to one of them is not dangling.
    pub(super) broken: BTreeSet<RecordId>,
    /// Kinds of which nothing is known because their file could not be read.
    pub(super) unread_kinds: BTreeSet<&'static str>,
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
    lines: Lines,
}

impl Authored {
    /// A problem with one of its fields.
    pub fn problem(&self, rule: &'static str, level: Level, field: &str, message: impl Into<String>) -> Problem {
        let field = super::file::join(&self.prefix, field);
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
    read_site(dir, &mut reading);
    read_orgs(dir, &mut reading);
    read_windows(dir, &mut reading);
    read_hours(dir, &mut reading);
    read_guides(dir, &mut reading);
    let problems = links::check(&reading);
    reading.problems.extend(problems);
    reading.sort();
    reading
}

/// Reads a hall and holds it against the rules of the trade: what `lint` prints and a release must pass.
pub fn check_hall(dir: &Path) -> Reading {
    let mut reading = read_hall(dir);
    let problems = lint::lint(&reading);
    reading.problems.extend(problems);
    reading.sort();
    reading
}

fn read_site(dir: &Path, reading: &mut Reading) {
    let file = Path::new("site.toml");
    let Some(text) = text_of(dir, file, "site", reading) else { return };
    let mut notes = Notes::on(file);
    match read_tree::<SiteDoc>(&text, shape::SITE, &mut notes) {
        Some(tree) => match tree.doc.check_all() {
            Ok(site) => reading.keep(Record::Site(Box::new(site)), file, None, "", tree.lines),
            Err(errors) => notes.values(errors, "", RecordId::new("site", "main").ok().as_ref(), &tree.lines),
        },
        None => drop(reading.unread_kinds.insert("site")),
    }
    reading.problems.extend(notes.end());
}

fn read_orgs(dir: &Path, reading: &mut Reading) {
    read_rows(dir, "orgs.csv", "org", ORG_COLUMNS, reading, |row, _| {
        let doc = OrgDoc {
            id: row.take("id"),
            name: row.take("name"),
            short: row.take("short"),
            parent: row.take("parent"),
            phone: row.take("phone"),
            complain: row.take("complain"),
            address: row.take("address"),
            about: row.take("about"),
        };
        doc.check_all().map(|org| Record::Org(Box::new(org)))
    });
}

fn read_windows(dir: &Path, reading: &mut Reading) {
    read_rows(dir, "windows.csv", "window", WINDOW_COLUMNS, reading, |row, notes| {
        let has_low_counter = match row.take("has_low_counter").to_lowercase().as_str() {
            "是" | "true" | "1" => true,
            "否" | "false" | "0" | "" => false,
            other => {
                notes.error("F05", Some(row.line), "has_low_counter", format!("应填“是”或“否”，写的是“{other}”"));
                false
            }
        };
        let doc = WindowDoc {
            id: row.take("id"),
            number: row.take("number"),
            name: row.take("name"),
            org: row.take("org"),
            place: row.take("place"),
            phone: row.take("phone"),
            hours: row.take("hours"),
            has_low_counter,
        };
        doc.check_all().map(|window| Record::Window(Box::new(window)))
    });
}

/// Reads a table whose rows each become one record.
fn read_rows(
    dir: &Path,
    name: &str,
    kind: &'static str,
    columns: &'static [Column],
    reading: &mut Reading,
    mut record: impl FnMut(&mut Row, &mut Notes) -> Result<Record, Vec<crate::content::FieldError>>,
) {
    let file = Path::new(name);
    let Some(text) = text_of(dir, file, kind, reading) else { return };
    let mut notes = Notes::on(file);
    let Some(rows) = read_table(&text, columns, &mut notes) else {
        reading.unread_kinds.insert(kind);
        reading.problems.extend(notes.end());
        return;
    };
    if rows.is_empty() {
        notes.error("F04", None, "", "只有列名，没有内容");
    }
    for mut row in rows {
        let lines = row.lines();
        let id = RecordId::new(kind, row.cell("id")).ok();
        match record(&mut row, &mut notes) {
            Ok(record) => reading.keep(record, file, Some(row.line), "", lines),
            Err(errors) => {
                notes.values(errors, "", id.as_ref(), &lines);
                reading.broken.extend(id);
            }
        }
    }
    reading.problems.extend(notes.end());
}

/// `hours.toml`, a list of opening hours.
#[derive(serde::Deserialize)]
struct HoursFile {
    hours: Vec<HoursDoc>,
}

fn read_hours(dir: &Path, reading: &mut Reading) {
    let file = Path::new("hours.toml");
    let Some(text) = text_of(dir, file, "hours", reading) else { return };
    let mut notes = Notes::on(file);
    let Some(tree) = read_tree::<HoursFile>(&text, shape::HOURS_FILE, &mut notes) else {
        reading.unread_kinds.insert("hours");
        reading.problems.extend(notes.end());
        return;
    };
    for (i, doc) in tree.doc.hours.into_iter().enumerate() {
        let prefix = format!("hours[{}]", i + 1);
        let id = RecordId::new("hours", &doc.id).ok();
        match doc.check_all() {
            Ok(hours) => {
                let row = tree.lines.get(&prefix).copied();
                reading.keep(Record::Hours(Box::new(hours)), file, row, &prefix, tree.lines.clone());
            }
            Err(errors) => {
                notes.values(errors, &prefix, id.as_ref(), &tree.lines);
                reading.broken.extend(id);
            }
        }
    }
    reading.problems.extend(notes.end());
}

fn read_guides(dir: &Path, reading: &mut Reading) {
    let names = match guide_names(dir, reading) {
        Ok(names) => names,
        Err(problem) => {
            reading.unread_kinds.insert("guide");
            reading.problems.push(problem);
            return;
        }
    };
    for name in names {
        let file = Path::new("items").join(format!("{name}.toml"));
        let id = RecordId::new("guide", &name).ok();
        let text = match read_text(dir, &file) {
            Ok(text) => text,
            Err(problem) => {
                reading.broken.extend(id.clone());
                reading.problems.push(Problem { record: id, ..problem });
                continue;
            }
        };
        let mut notes = Notes::on(&file);
        read_guide(&text, &name, &file, &mut notes, reading);
        reading.problems.extend(notes.end().into_iter().map(|p| Problem { record: p.record.or(id.clone()), ..p }));
    }
}

fn read_guide(text: &str, name: &str, file: &Path, notes: &mut Notes, reading: &mut Reading) {
    let named = RecordId::new("guide", name).ok();
    let Some(tree) = read_tree::<GuideDoc>(text, shape::GUIDE, notes) else {
        reading.broken.extend(named);
        return;
    };
    if tree.doc.id != name {
        let message = format!("编号“{}”应与文件名“{name}”相同", tree.doc.id);
        notes.error("F08", line_of(&tree.lines, "id"), "id", message);
    }
    match tree.doc.check_all() {
        Ok(guide) => reading.keep(Record::Guide(Box::new(guide)), file, None, "", tree.lines),
        Err(errors) => {
            notes.values(errors, "", named.as_ref(), &tree.lines);
            reading.broken.extend(named);
        }
    }
}

/// The names of the files in `items/`, sorted; files that are no guides are noted.
fn guide_names(dir: &Path, reading: &mut Reading) -> Result<BTreeSet<String>, Problem> {
    let folder = Path::new("items");
    let Ok(entries) = std::fs::read_dir(dir.join(folder)) else {
        return Err(about_file("F01", folder, "缺少这个文件夹，办事指南放在这里"));
    };
    let mut names = BTreeSet::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_passed_over(&name) {
            continue;
        }
        match name.strip_suffix(".toml") {
            Some(stem) => drop(names.insert(stem.to_owned())),
            None => {
                let message = "不是 .toml 文件，不会发布";
                let problem = about_file("F01", &folder.join(&name), message);
                reading.problems.push(Problem { level: Level::Warning, ..problem });
            }
        }
        if names.len() > GUIDES_MAX {
            return Err(about_file("F01", folder, format!("文件过多，最多{GUIDES_MAX}个")));
        }
    }
    if names.is_empty() {
        return Err(about_file("F01", folder, "没有办事指南"));
    }
    Ok(names)
}

/// What editors and people leave beside the guides.
fn is_passed_over(name: &str) -> bool {
    name.starts_with(['.', '~']) || name.ends_with('~') || name.eq_ignore_ascii_case("README.md")
}

fn text_of(dir: &Path, file: &Path, kind: &'static str, reading: &mut Reading) -> Option<String> {
    match read_text(dir, file) {
        Ok(text) => Some(text),
        Err(problem) => {
            reading.unread_kinds.insert(kind);
            reading.problems.push(problem);
            None
        }
    }
}

impl Reading {
    fn keep(&mut self, record: Record, file: &Path, row: Option<usize>, prefix: &str, lines: Lines) {
        self.records.push(Authored { record, file: file.to_owned(), row, prefix: prefix.to_owned(), lines });
    }
}
