//! The pages of lists (清单) and data tables: the head with sums and progress, and a row with every column.
//! Masked cells are shown as they are; numbers are those of the rows, never typed.

use crate::content::schema::{Money, Written};
use crate::content::table::{Change, Column, ColumnKind, Mask, Sheet};
use crate::content::{ListHead, Row as SheetRow, Table};

use super::lists::inside_rows;
use super::parts::{
    belongings, day_text, footer, group, heading, link, money_text, office_row, page, percent_of, short_footer,
};
use super::{Around, Icon, Leaf, LeafKind, Leaflet};

/// A list: what it is, what it changed, its rows.
pub fn list(list: &ListHead, around: &Around<'_>) -> Leaflet {
    let mut page = page(&list.sheet.title, &list.sheet.plain);
    if is_first(around) {
        let part = list.part.map(|p| format!(" · {}", p.term())).unwrap_or_default();
        page.head.push(Leaf::new(LeafKind::Note, format!("{}{part}", list.kind.term())));
    }
    rows(&mut page, &list.sheet, around);
    page
}

/// A data table: how fresh, how much is used, its sums, its rows.
pub fn table(table: &Table, around: &Around<'_>) -> Leaflet {
    let mut page = page(&table.sheet.title, &table.sheet.plain);
    if is_first(around) {
        page.head.push(Leaf::fact("截至", day_text(table.as_of)));
        if let Some(progress) = &table.progress {
            let used = table.sheet.column(&progress.used).and_then(|i| around.opened.sums.get(i).copied().flatten());
            let used = used.unwrap_or_default();
            let percent = percent_of(used.0, progress.total.0);
            let left = Money(progress.total.0 - used.0);
            let note = format!("总额{}，还剩{}", money_text(progress.total), money_text(left));
            let value = format!("已使用{percent}%，{}", money_text(used));
            page.head.push(Leaf { value, percent, ..Leaf::new(LeafKind::Bar, &progress.label) }.with_note(note));
        }
    }
    rows(&mut page, &table.sheet, around);
    page
}

fn is_first(around: &Around<'_>) -> bool {
    around.opened.inside.as_ref().is_none_or(|listing| listing.page == 0)
}

fn rows(page: &mut Leaflet, sheet: &Sheet, around: &Around<'_>) {
    if !is_first(around) {
        // On further pages the rows are what one came for.
        page.head.truncate(1);
    }
    let n = inside_rows(page, around, "内容");
    let sums = sheet.columns.iter().zip(&around.opened.sums).filter(|(column, _)| column.is_summed);
    let sums: Vec<Leaf> = sums
        .filter_map(|(column, sum)| {
            let sum = (*sum)?;
            let value = match column.kind {
                ColumnKind::Money => money_text(sum),
                _ => format!("{sum}{}", column.unit),
            };
            Some(Leaf::field(&column.label, value))
        })
        .collect();
    if !sums.is_empty() {
        page.body.push(heading(&format!("合计（全部{n}条）")));
        page.body.extend(sums);
    }
    page.body.push(footer(around, &sheet.org, &sheet.imprint));
    page.links = belongings(around, &sheet.imprint, &sheet.org);
}

/// A row: what changed first, then every column.
pub fn row(row: &SheetRow, around: &Around<'_>) -> Leaflet {
    let mut page = page(&row.title, "");
    page.head.truncate(1);
    let list = around.opened.near::<ListHead>().next();
    let table = around.opened.near::<Table>().next();
    let sheet = list.map(|l| &l.sheet).or(table.map(|t| &t.sheet));
    let Some(sheet) = sheet else {
        page.body.extend(row.cells.iter().map(|cell| Leaf::new(LeafKind::Text, cell)));
        return page;
    };
    page.head.push(Leaf::new(LeafKind::Note, format!("{} · 第{}条", sheet.title, row.n)));
    let changes = list.map_or(&[][..], |l| &l.changes);
    let changed: Vec<Leaf> = changes.iter().filter_map(|change| change_leaf(change, sheet, row)).collect();
    if !changed.is_empty() {
        page.body.push(heading("改革前后"));
        page.body.extend(changed);
    }
    let is_change = |id: &str| changes.iter().any(|c| c.before == id || c.after == id);
    page.body.push(heading("内容"));
    for (column, cell) in sheet.columns.iter().zip(&row.cells).filter(|(c, _)| !is_change(&c.id)) {
        page.body.push(Leaf::field(&column.label, cell_text(cell, column.kind, &column.unit)));
    }
    page.body.push(short_footer(around, Some(&row.org), Some(sheet.imprint.vouched())));
    let (icon, kind) = if list.is_some() { (Icon::List, "整张清单") } else { (Icon::Table, "整张表") };
    page.links.push(link(icon, &sheet.title, &row.sheet).with_note(kind));
    page.links.extend(office_row(around, &row.org));
    group(&mut page.links, "相关");
    page
}

/// `材料：6份 → 3份`, and what that spares.
fn change_leaf(change: &Change, sheet: &Sheet, row: &SheetRow) -> Option<Leaf> {
    let cell = |id: &str| sheet.column(id).and_then(|i| row.cells.get(i)).filter(|cell| !cell.is_empty());
    let (before, after) = (cell(&change.before)?, cell(&change.after)?);
    let with_unit = |cell: &str| {
        let is_number = cell.parse::<f64>().is_ok();
        if is_number { format!("{cell}{}", change.unit) } else { cell.to_owned() }
    };
    let leaf = Leaf::field(&change.label, format!("改革前{}，改革后{}", with_unit(before), with_unit(after)));
    let saved = Money::of(before).zip(Money::of(after)).map(|(b, a)| Money(b.0 - a.0)).filter(|saved| saved.0 > 0);
    Some(match saved {
        Some(saved) => leaf.with_note(format!("少了{saved}{}", change.unit)),
        None => leaf,
    })
}

/// A few cells of a row, without its number and its name: whose it is, how much, what changed.
pub fn row_note(sheet: &Sheet, changes: &[Change], row: &SheetRow) -> String {
    /// Cells in the note of a row.
    const CELLS: usize = 3;
    /// Longer cells do not fit in one line.
    const CELL_CHARS_MAX: usize = 14;
    let rank = |column: &Column| match column.mask {
        _ if column.id == sheet.key || column.id == sheet.row_title => None,
        _ if changes.iter().any(|c| c.before == column.id || c.after == column.id) => None,
        Some(Mask::IdCard | Mask::Account | Mask::Phone) => None,
        Some(Mask::PersonName) => Some(0),
        None if column.is_summed && column.kind == ColumnKind::Money => Some(1),
        None => Some(2),
    };
    let columns = sheet.columns.iter().zip(&row.cells).enumerate();
    let mut cells: Vec<(u8, usize, String)> = columns
        .filter_map(|(at, (column, cell))| Some((rank(column)?, at, cell_text(cell, column.kind, &column.unit))))
        .filter(|(_, _, cell)| !cell.is_empty() && cell.chars().count() <= CELL_CHARS_MAX)
        .collect();
    // What says most is kept, and stands in the order of the table.
    cells.sort();
    cells.truncate(if changes.is_empty() { CELLS } else { 1 });
    cells.sort_by_key(|(_, at, _)| *at);
    let changed = changes.iter().filter_map(|change| {
        let cell = |id: &str| sheet.column(id).and_then(|i| row.cells.get(i)).filter(|cell| !cell.is_empty());
        let (before, after) = (cell(&change.before)?, cell(&change.after)?);
        (before != after).then(|| format!("{}{before}变{after}{}", change.label, change.unit))
    });
    let left = CELLS - cells.len().min(CELLS);
    cells.into_iter().map(|(_, _, cell)| cell).chain(changed.take(left)).collect::<Vec<_>>().join(" · ")
}

/// A cell as it stands, sums of money in yuan, numbers with their unit.
fn cell_text(cell: &str, kind: ColumnKind, unit: &str) -> String {
    if cell.is_empty() {
        return String::new();
    }
    match kind {
        ColumnKind::Money => Money::of(cell)
            .filter(|_| unit.is_empty() || unit == "元")
            .map_or_else(|| format!("{cell}{unit}"), money_text),
        ColumnKind::Number if !cell.ends_with(unit) => format!("{cell}{unit}"),
        ColumnKind::Percent if !cell.ends_with('%') => format!("{cell}%"),
        ColumnKind::Text | ColumnKind::Number | ColumnKind::Date | ColumnKind::Phone | ColumnKind::Percent => {
            cell.to_owned()
        }
    }
}
