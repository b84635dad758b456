//! The files of a hall: which kind of record is written where, and one way of reading each form of file.
//! They look at one file at a time; what holds between files is checked when all are read.

mod board;
mod catalogue;
mod library;
mod markdown;
mod sheets;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::base::id::RecordId;
use crate::content::record::{Record, keys_of, label_of};
use crate::content::schema::{Key, Map, Shape, Source as Written};

use super::file::{Lines, Notes, about_file, line_of, read_text};
use super::problem::{Level, Problem};
use super::reading::Reading;
use super::table::{columns_of, read_table};
use super::tree::{Tree, read_tree};

/// Most files in one folder; the largest hall planned for has 5,000 guides.
pub const FILES_MAX: usize = 20_000;

/// Most records of a file that holds a list of them.
const LISTED_MAX: usize = 500;

/// Where the records of a kind are written.
struct Source {
    kind: &'static str,
    place: Place,
    /// A hall without it cannot be shown.
    is_required: bool,
}

/// The form of a file.
enum Place {
    /// One TOML file, one record.
    One(&'static str),
    /// One TOML file with a list of records under this key.
    Listed(&'static str, &'static str),
    /// A folder of TOML files, one record each, named after its id.
    Folder(&'static str),
    /// A folder of Markdown files with TOML on top, one record each; the body goes under this key.
    Pages(&'static str, &'static str),
    /// A table, one record a row.
    Rows(&'static str),
    /// A table whose rows together are one record, under this key.
    Gathered(&'static str, &'static str),
    /// More than one file makes a record: read by a function of its own.
    Own(&'static str, fn(&Path, &mut Reading)),
}

/// Every kind and its files, in the order in which they are read.
const SOURCES: &[Source] = &[
    Source { kind: "site", place: Place::One("site.toml"), is_required: true },
    Source { kind: "org", place: Place::Rows("orgs.csv"), is_required: true },
    Source { kind: "window", place: Place::Rows("windows.csv"), is_required: true },
    Source { kind: "hours", place: Place::Listed("hours.toml", "hours"), is_required: true },
    Source { kind: "calendar", place: Place::Folder("calendar"), is_required: false },
    Source { kind: "agent", place: Place::Rows("agents.csv"), is_required: false },
    Source { kind: "device", place: Place::Rows("devices.csv"), is_required: false },
    Source { kind: "map", place: Place::Folder("map"), is_required: false },
    Source { kind: "guide", place: Place::Folder("items"), is_required: true },
    Source { kind: "item", place: Place::Rows("index.csv"), is_required: false },
    Source { kind: "topic", place: Place::Folder("topics"), is_required: false },
    Source { kind: "bundle", place: Place::Folder("bundles"), is_required: false },
    Source { kind: "policy", place: Place::Own("policies", library::read), is_required: false },
    Source { kind: "interpretation", place: Place::Own("policies", |_, _| ()), is_required: false },
    Source { kind: "qa", place: Place::Rows("qa.csv"), is_required: false },
    Source { kind: "field", place: Place::Rows("catalogue/fields.csv"), is_required: false },
    Source { kind: "entry", place: Place::Own("catalogue", catalogue::read), is_required: false },
    Source { kind: "list", place: Place::Own("lists", sheets::read_lists), is_required: false },
    Source { kind: "table", place: Place::Own("tables", sheets::read_tables), is_required: false },
    Source { kind: "village-rules", place: Place::One("village/rules.toml"), is_required: false },
    Source { kind: "village", place: Place::Own("village", board::read), is_required: false },
    Source { kind: "task", place: Place::Rows("progress.csv"), is_required: false },
    Source { kind: "project", place: Place::Rows("projects.csv"), is_required: false },
    Source { kind: "notice", place: Place::Pages("notices", "body"), is_required: false },
    Source { kind: "event", place: Place::Rows("events.csv"), is_required: false },
    Source { kind: "survey", place: Place::Folder("surveys"), is_required: false },
    Source { kind: "reply", place: Place::Rows("replies.csv"), is_required: false },
    Source { kind: "form", place: Place::Folder("forms"), is_required: false },
    Source { kind: "case", place: Place::Rows("cases.csv"), is_required: false },
    Source { kind: "synonyms", place: Place::Gathered("synonyms.csv", "entries"), is_required: false },
    Source { kind: "lexicon", place: Place::Gathered("lexicon.csv", "entries"), is_required: false },
    Source { kind: "style", place: Place::One("style.toml"), is_required: false },
];

/// Reads every file of a hall.
pub fn read_all(dir: &Path, reading: &mut Reading) {
    for source in SOURCES {
        if !source.is_required && !dir.join(source.place.path()).exists() {
            continue;
        }
        match source.place {
            Place::One(file) => read_one(dir, Path::new(file), source.kind, reading),
            Place::Listed(file, key) => read_listed(dir, Path::new(file), source.kind, key, reading),
            Place::Folder(folder) => read_folder(dir, folder, source.kind, reading),
            Place::Pages(folder, key) => read_pages(dir, folder, source.kind, key, reading),
            Place::Rows(file) => read_rows(dir, Path::new(file), source.kind, &[], reading, |_, _| ()),
            Place::Gathered(file, key) => read_gathered(dir, Path::new(file), source.kind, key, reading),
            Place::Own(_, read) => read(dir, reading),
        }
    }
    note_strangers(dir, reading);
}

/// Where an office keeps records of a kind, for messages.
pub fn home_of(kind: &str) -> &'static str {
    match kind {
        "row" => "lists",
        "month" => "village",
        kind => SOURCES.iter().find(|s| s.kind == kind).map_or("", |s| s.place.path()),
    }
}

impl Place {
    fn path(&self) -> &'static str {
        match self {
            Self::One(path)
            | Self::Listed(path, _)
            | Self::Folder(path)
            | Self::Pages(path, _)
            | Self::Rows(path)
            | Self::Gathered(path, _)
            | Self::Own(path, _) => path,
        }
    }
}

/// What stands in the folder and belongs to no kind: most likely a misspelt name.
fn note_strangers(dir: &Path, reading: &mut Reading) {
    let known: BTreeSet<&str> = SOURCES.iter().filter_map(|s| s.place.path().split('/').next()).collect();
    for name in names_in(&dir.join("")) {
        if !known.contains(name.as_str()) && !is_passed_over(&name) {
            let problem = about_file("F01", Path::new(&name), "不认识这个文件或文件夹，不会发布");
            reading.problems.push(Problem { level: Level::Warning, ..problem });
        }
    }
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn keys(kind: &str) -> Vec<Key> {
    keys_of(kind).unwrap_or_default()
}

/// The keys of a kind but for those the program writes itself.
fn keys_without(kind: &str, made: &[&str]) -> Vec<Key> {
    keys(kind).into_iter().filter(|key| !made.contains(&key.name)).collect()
}

/// Checks what was read and keeps it, or notes what is wrong.
#[allow(clippy::too_many_arguments)] // One record and everything that is known of where it stands.
fn keep(
    kind: &'static str,
    map: Map,
    written: Written,
    id: Option<&RecordId>,
    file: &Path,
    row: Option<usize>,
    prefix: &str,
    lines: Arc<Lines>,
    notes: &mut Notes,
    reading: &mut Reading,
) {
    match Record::read(kind, map, written) {
        Ok(record) => reading.keep(record, file, row, prefix, lines),
        Err(errors) => {
            notes.values(errors, prefix, id, &lines);
            reading.broken.extend(id.cloned());
        }
    }
}

fn name_of(map: &Map) -> Option<&str> {
    map.get("id").and_then(Json::as_str)
}

fn read_one(dir: &Path, file: &Path, kind: &'static str, reading: &mut Reading) {
    let Some(text) = text_of(dir, file, kind, reading) else { return };
    let mut notes = Notes::on(file);
    match read_tree(&text, &keys(kind), &mut notes) {
        Some(tree) => {
            let id = RecordId::new(kind, "main").ok();
            keep(kind, tree.map, Written::Values, id.as_ref(), file, None, "", tree.lines.into(), &mut notes, reading);
        }
        None => drop(reading.unread_kinds.insert(kind)),
    }
    reading.problems.extend(notes.end());
}

fn read_listed(dir: &Path, file: &Path, kind: &'static str, key: &'static str, reading: &mut Reading) {
    let Some(text) = text_of(dir, file, kind, reading) else { return };
    let mut notes = Notes::on(file);
    let shape = Shape::List(Box::new(Shape::Table(keys(kind))));
    let top = [Key { name: key, label: "", shape, is_required: true }];
    let Some(Tree { mut map, lines }) = read_tree(&text, &top, &mut notes) else {
        reading.unread_kinds.insert(kind);
        reading.problems.extend(notes.end());
        return;
    };
    let listed = match map.remove(key) {
        Some(Json::Array(listed)) => listed,
        _ => Vec::new(),
    };
    if listed.len() > LISTED_MAX {
        notes.error("F01", None, key, format!("过多：{}段，最多{LISTED_MAX}段", listed.len()));
    }
    // Shared: every record of the file finds its fields in the same lines.
    let lines = Arc::new(lines);
    for (i, entry) in listed.into_iter().take(LISTED_MAX).enumerate() {
        let Json::Object(map) = entry else { continue };
        let prefix = format!("{key}[{}]", i + 1);
        let id = name_of(&map).and_then(|name| RecordId::new(kind, name).ok());
        let row = line_of(&lines, &prefix);
        let lines = Arc::clone(&lines);
        keep(kind, map, Written::Values, id.as_ref(), file, row, &prefix, lines, &mut notes, reading);
    }
    reading.problems.extend(notes.end());
}

fn read_folder(dir: &Path, folder: &'static str, kind: &'static str, reading: &mut Reading) {
    // A calendar is named by its year alone.
    let made: &[&str] = if kind == "calendar" { &["id"] } else { &[] };
    each_file(dir, folder, kind, ".toml", reading, |name, file, text, notes, reading| {
        let id = RecordId::new(kind, name).ok();
        let Some(Tree { mut map, lines }) = read_tree(text, &keys_without(kind, made), notes) else {
            reading.broken.extend(id);
            return;
        };
        if made.contains(&"id") {
            map.insert("id".to_owned(), json!(name));
        }
        name_agrees(&map, name, &lines, notes);
        keep(kind, map, Written::Values, id.as_ref(), file, None, "", lines.into(), notes, reading);
    });
}

fn read_pages(dir: &Path, folder: &'static str, kind: &'static str, key: &'static str, reading: &mut Reading) {
    each_file(dir, folder, kind, ".md", reading, |name, file, text, notes, reading| {
        let id = RecordId::new(kind, name).ok();
        let page = markdown::read(text, &keys_without(kind, &[key]), notes);
        let Some((Tree { mut map, lines }, blocks)) = page else {
            reading.broken.extend(id);
            return;
        };
        name_agrees(&map, name, &lines, notes);
        map.insert(key.to_owned(), blocks.iter().map(|block| json!(block.text)).collect());
        keep(kind, map, Written::Values, id.as_ref(), file, None, "", lines.into(), notes, reading);
    });
}

fn name_agrees(map: &Map, name: &str, lines: &Lines, notes: &mut Notes) {
    let id = name_of(map).unwrap_or_default();
    if id != name {
        notes.error("F08", line_of(lines, "id"), "id", format!("编号“{id}”应与文件名“{name}”相同"));
    }
}

/// Reads a table whose rows each become one record; `also` adds what the program writes itself, whose keys are `made`.
fn read_rows(
    dir: &Path,
    file: &Path,
    kind: &'static str,
    made: &[&str],
    reading: &mut Reading,
    mut also: impl FnMut(&mut Map, usize),
) {
    let Some(text) = text_of(dir, file, kind, reading) else { return };
    let mut notes = Notes::on(file);
    let keys = keys(kind);
    let Some(table) = read_table(&text, &columns_of(&keys, made), &mut notes) else {
        reading.unread_kinds.insert(kind);
        reading.problems.extend(notes.end());
        return;
    };
    if table.rows.is_empty() {
        notes.error("F04", None, "", "只有列名，没有内容");
    }
    for row in &table.rows {
        let mut map = table.map(row);
        also(&mut map, row.line);
        map.insert("order".to_owned(), json!(row.line));
        let id = name_of(&map).and_then(|name| RecordId::new(kind, name).ok());
        let lines = Arc::new(Lines::Row(row.line));
        keep(kind, map, Written::Cells, id.as_ref(), file, Some(row.line), "", lines, &mut notes, reading);
    }
    reading.problems.extend(notes.end());
}

/// Reads a table whose rows are the entries of one record.
fn read_gathered(dir: &Path, file: &Path, kind: &'static str, key: &'static str, reading: &mut Reading) {
    let Some(text) = text_of(dir, file, kind, reading) else { return };
    let mut notes = Notes::on(file);
    let inner = keys(kind).into_iter().find(|k| k.name == key).and_then(|key| match key.shape {
        Shape::List(inner) => match *inner {
            Shape::Table(keys) => Some(keys),
            _ => None,
        },
        _ => None,
    });
    let inner = inner.unwrap_or_default();
    match read_table(&text, &columns_of(&inner, &[]), &mut notes) {
        Some(table) => {
            let entries: Json = table.rows.iter().map(|row| Json::Object(table.map(row))).collect();
            let lines = table.rows.iter().enumerate().map(|(i, row)| (format!("{key}[{}]", i + 1), row.line));
            let lines = Arc::new(Lines::Fields(lines.collect()));
            let map = Map::from_iter([(key.to_owned(), entries)]);
            let id = RecordId::new(kind, "main").ok();
            keep(kind, map, Written::Cells, id.as_ref(), file, None, "", lines, &mut notes, reading);
        }
        None => drop(reading.unread_kinds.insert(kind)),
    }
    reading.problems.extend(notes.end());
}

/// Calls `read` with name, path and text of every file of a folder that ends in `suffix`, in order of names.
fn each_file(
    dir: &Path,
    folder: &str,
    kind: &'static str,
    suffix: &str,
    reading: &mut Reading,
    mut read: impl FnMut(&str, &Path, &str, &mut Notes, &mut Reading),
) {
    let names = match file_names(dir, folder, kind, suffix, reading) {
        Ok(names) => names,
        Err(problem) => {
            reading.unread_kinds.insert(kind);
            reading.problems.push(*problem);
            return;
        }
    };
    for name in names {
        let file = Path::new(folder).join(format!("{name}{suffix}"));
        let id = RecordId::new(kind, &name).ok();
        let text = match read_text(dir, &file) {
            Ok(text) => text,
            Err(problem) => {
                reading.broken.extend(id.clone());
                reading.problems.push(Problem { record: id, ..*problem });
                continue;
            }
        };
        let mut notes = Notes::on(&file);
        read(&name, &file, &text, &mut notes, reading);
        reading.problems.extend(notes.end().into_iter().map(|p| Problem { record: p.record.or(id.clone()), ..p }));
    }
}

/// The names of a folder's files without their suffix, sorted; files of another sort are noted.
fn file_names(
    dir: &Path,
    folder: &str,
    kind: &str,
    suffix: &str,
    reading: &mut Reading,
) -> Result<BTreeSet<String>, Box<Problem>> {
    let folder = Path::new(folder);
    let label = label_of(kind);
    if !dir.join(folder).is_dir() {
        return Err(Box::new(about_file("F01", folder, format!("缺少这个文件夹，{label}放在这里"))));
    }
    let mut names = BTreeSet::new();
    for name in names_in(&dir.join(folder)) {
        if is_passed_over(&name) {
            continue;
        }
        match name.strip_suffix(suffix) {
            Some(stem) => drop(names.insert(stem.to_owned())),
            // Pictures lie beside the texts that name them; whether one is there and right is told with the text.
            None if name.ends_with(".png") => {}
            None => {
                let problem = about_file("F01", &folder.join(&name), format!("不是 {suffix} 文件，不会发布"));
                reading.problems.push(Problem { level: Level::Warning, ..problem });
            }
        }
        if names.len() > FILES_MAX {
            return Err(Box::new(about_file("F01", folder, format!("文件过多，最多{FILES_MAX}个"))));
        }
    }
    if names.is_empty() {
        return Err(Box::new(about_file("F01", folder, format!("没有{label}"))));
    }
    Ok(names)
}

/// The folders inside a folder, sorted.
fn folder_names(dir: &Path, folder: &str) -> Vec<String> {
    let names = names_in(&dir.join(folder)).into_iter();
    names.filter(|name| !is_passed_over(name) && dir.join(folder).join(name).is_dir()).take(FILES_MAX).collect()
}

/// What editors, people and imports leave beside the content.
fn is_passed_over(name: &str) -> bool {
    name.ends_with(".refused.csv")
        || name.starts_with(['.', '~'])
        || name.ends_with('~')
        || name.eq_ignore_ascii_case("README.md")
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

/// A file inside a folder.
fn inside(folder: &str, name: &str) -> PathBuf {
    Path::new(folder).join(name)
}
