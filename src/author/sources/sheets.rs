//! Lists and open-data tables: a TOML head and a CSV file with the columns the head declares.
//! Every row becomes a record of its own; a cell that is not what its column says is refused with its place.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::json;

use super::{Written, each_file, inside, keep, keys, name_agrees, text_of};
use crate::author::file::{Lines, Notes};
use crate::author::reading::Reading;
use crate::author::table::{Column as TableColumn, Row as TableRow, read_table};
use crate::author::tree::{Tree, read_tree};
use crate::base::id::RecordId;
use crate::content::schema::{Map, Money, Written as _};
use crate::content::table::{Column, ColumnKind, ListHead, Sheet, Table};

/// Reads `lists/`.
pub fn read_lists(dir: &Path, reading: &mut Reading) {
    read_sheets(dir, "lists", "list", reading);
}

/// Reads `tables/`.
pub fn read_tables(dir: &Path, reading: &mut Reading) {
    read_sheets(dir, "tables", "table", reading);
}

fn read_sheets(dir: &Path, folder: &'static str, kind: &'static str, reading: &mut Reading) {
    let before = reading.problems.len();
    let mut found = Vec::new();
    each_file(dir, folder, kind, ".toml", reading, |name, file, text, notes, reading| {
        let id = RecordId::new(kind, name).ok();
        found.push(name.to_owned());
        let Some(Tree { map, lines }) = read_tree(text, &keys(kind), notes) else {
            reading.broken.extend(id);
            return;
        };
        name_agrees(&map, name, &lines, notes);
        keep(kind, map, Written::Values, id.as_ref(), file, None, "", lines.into(), notes, reading);
        let sheet = reading.records.last().map(|a| &a.record).filter(|r| Some(r.id()) == id.as_ref()).and_then(|r| {
            r.get::<ListHead>().map(|l| l.sheet.clone()).or_else(|| r.get::<Table>().map(|t| t.sheet.clone()))
        });
        if let (Some(sheet), Some(id)) = (sheet, id) {
            read_rows(dir, folder, &id, &sheet, reading);
        }
    });
    // A table's rows lie beside its head; they are no stray files.
    let is_ours = |file: &Path| {
        file.extension().is_some_and(|e| e == "csv")
            && file.file_stem().is_some_and(|stem| found.iter().any(|name| stem == name.as_str()))
    };
    let mut added = reading.problems.split_off(before);
    added.retain(|p| p.level == crate::author::problem::Level::Error || !is_ours(&p.file));
    reading.problems.append(&mut added);
}

fn read_rows(dir: &Path, folder: &str, head: &RecordId, sheet: &Sheet, reading: &mut Reading) {
    let file = inside(folder, &format!("{}.csv", head.name()));
    let Some(text) = text_of(dir, &file, "row", reading) else { return };
    let mut notes = Notes::on(&file);
    let columns: Vec<_> = sheet.columns.iter().map(|c| TableColumn { name: &c.id, is_required: true }).collect();
    let Some(table) = read_table(&text, &columns, &mut notes) else {
        reading.unread_kinds.insert("row");
        reading.problems.extend(notes.end());
        return;
    };
    if table.rows.is_empty() {
        notes.error("F04", None, "", "只有列名，没有内容");
    }
    let key = sheet.column(&sheet.key);
    let title = sheet.column(&sheet.row_title).unwrap_or_default();
    for (i, row) in table.rows.iter().enumerate() {
        let is_right = cells_fit(&sheet.columns, row, &mut notes);
        let own = key.map_or_else(|| (i + 1).to_string(), |key| row.cells[key].clone());
        let name = format!("{}.{own}", head.name());
        let id = RecordId::new("row", &name).ok();
        if !is_right {
            reading.broken.extend(id);
            continue;
        }
        let map = Map::from_iter([
            ("id".to_owned(), json!(name)),
            ("sheet".to_owned(), json!(head.as_str())),
            ("title".to_owned(), json!(row.cells[title])),
            ("cells".to_owned(), json!(row.cells)),
            ("n".to_owned(), json!(i + 1)),
            ("org".to_owned(), json!(sheet.org.name())),
            ("order".to_owned(), json!(row.line)),
        ]);
        let lines = Arc::new(Lines::Row(row.line));
        keep("row", map, Written::Values, id.as_ref(), &file, Some(row.line), "", lines, &mut notes, reading);
    }
    reading.problems.extend(notes.end());
}

/// Whether every cell is what its column says; an empty cell always is.
fn cells_fit(columns: &[Column], row: &TableRow, notes: &mut Notes) -> bool {
    let mut is_right = true;
    for (column, cell) in columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty()) {
        let number = |text: &str| text.replace(',', "").parse::<f64>().is_ok_and(f64::is_finite);
        let wanted = match column.kind {
            ColumnKind::Number if !number(cell) => "数字",
            ColumnKind::Money if Money::of(cell).is_none() => "金额（元，如 1234.50）",
            ColumnKind::Percent if !number(cell.trim_end_matches('%')) => "百分比",
            ColumnKind::Date if cell.parse::<Date>().is_err() => "日期（如 2026-03-01）",
            ColumnKind::Text
            | ColumnKind::Number
            | ColumnKind::Money
            | ColumnKind::Date
            | ColumnKind::Phone
            | ColumnKind::Percent => continue,
        };
        notes.error("F05", Some(row.line), &column.id, format!("应为{wanted}，写的是“{cell}”"));
        is_right = false;
    }
    is_right
}
