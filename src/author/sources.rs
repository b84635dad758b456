//! The files of a hall, one function each: from text to records and problems.
//! They look at one file at a time; what holds between files is checked when all are read.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::base::id::RecordId;
use crate::content::wire::{GuideDoc, HoursDoc, OrgDoc, SiteDoc, WindowDoc};
use crate::content::{FieldError, Record};

use super::file::{Notes, about_file, line_of, read_text};
use super::problem::{Level, Problem};
use super::reading::Reading;
use super::shape;
use super::table::{Column, Row, read_table};
use super::tree::read_tree;

/// Most guides of a hall; the largest hall planned for has 5,000.
pub const GUIDES_MAX: usize = 20_000;

/// Most sets of opening hours of a hall.
pub const HOURS_MAX: usize = 500;

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

/// Reads `site.toml`.
pub fn read_site(dir: &Path, reading: &mut Reading) {
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

/// Reads `orgs.csv`.
pub fn read_orgs(dir: &Path, reading: &mut Reading) {
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
            order: order(row),
        };
        doc.check_all().map(|org| Record::Org(Box::new(org)))
    });
}

/// Reads `windows.csv`.
pub fn read_windows(dir: &Path, reading: &mut Reading) {
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
            order: order(row),
        };
        doc.check_all().map(|window| Record::Window(Box::new(window)))
    });
}

/// The row of the file is the publisher's order.
fn order(row: &Row) -> u32 {
    u32::try_from(row.line).unwrap_or(u32::MAX)
}

/// Reads a table whose rows each become one record.
fn read_rows(
    dir: &Path,
    name: &str,
    kind: &'static str,
    columns: &'static [Column],
    reading: &mut Reading,
    mut record: impl FnMut(&mut Row, &mut Notes) -> Result<Record, Vec<FieldError>>,
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

/// Reads `hours.toml`.
pub fn read_hours(dir: &Path, reading: &mut Reading) {
    let file = Path::new("hours.toml");
    let Some(text) = text_of(dir, file, "hours", reading) else { return };
    let mut notes = Notes::on(file);
    let Some(tree) = read_tree::<HoursFile>(&text, shape::HOURS_FILE, &mut notes) else {
        reading.unread_kinds.insert("hours");
        reading.problems.extend(notes.end());
        return;
    };
    if tree.doc.hours.len() > HOURS_MAX {
        notes.error("F01", None, "hours", format!("过多：{}段，最多{HOURS_MAX}段", tree.doc.hours.len()));
    }
    // Shared: every record of the file finds its fields in the same lines.
    let lines = Arc::new(tree.lines);
    for (i, doc) in tree.doc.hours.into_iter().take(HOURS_MAX).enumerate() {
        let prefix = format!("hours[{}]", i + 1);
        let id = RecordId::new("hours", &doc.id).ok();
        match doc.check_all() {
            Ok(hours) => {
                let row = lines.get(&prefix).copied();
                reading.keep(Record::Hours(Box::new(hours)), file, row, &prefix, Arc::clone(&lines));
            }
            Err(errors) => {
                notes.values(errors, &prefix, id.as_ref(), &lines);
                reading.broken.extend(id);
            }
        }
    }
    reading.problems.extend(notes.end());
}

/// Reads `items/*.toml`.
pub fn read_guides(dir: &Path, reading: &mut Reading) {
    let names = match guide_names(dir, reading) {
        Ok(names) => names,
        Err(problem) => {
            reading.unread_kinds.insert("guide");
            reading.problems.push(*problem);
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
                reading.problems.push(Problem { record: id, ..*problem });
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
fn guide_names(dir: &Path, reading: &mut Reading) -> Result<BTreeSet<String>, Box<Problem>> {
    let folder = Path::new("items");
    let Ok(entries) = std::fs::read_dir(dir.join(folder)) else {
        return Err(Box::new(about_file("F01", folder, "缺少这个文件夹，办事指南放在这里")));
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
            return Err(Box::new(about_file("F01", folder, format!("文件过多，最多{GUIDES_MAX}个"))));
        }
    }
    if names.is_empty() {
        return Err(Box::new(about_file("F01", folder, "没有办事指南")));
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
            reading.problems.push(*problem);
            None
        }
    }
}
