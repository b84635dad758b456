//! From the rows of a sheet to the rows that are written: every row comes through or is refused, none is lost.
//! It knows no record kind; what a kind makes of its row is asked of the caller.

use std::collections::{BTreeMap, BTreeSet};

use super::cells;
use super::grid::{Cell, Grid, GridRow};
use super::header::{Header, normal};
use super::report::{Note, REFUSED_HEADINGS, RefusedRow, Report};
use super::target::{Target, TargetColumn};

/// A title or note is a row of which one merged cell covers this many of every three columns.
const THIRDS_OF_A_TITLE: usize = 2;
/// A row is the heading once more when at least this many cells repeat it.
const REPEATS_MIN: usize = 3;

/// A row above the heading with this many different cells or more is told.
const CELLS_OF_A_TITLE_MAX: usize = 4;

/// One row that came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row as Excel shows it.
    pub number: u32,
    /// Its values, in the order of the target's columns.
    pub cells: Vec<String>,
    /// What stood in columns that the target does not have: heading and text.
    pub extras: Vec<(String, String)>,
}

/// What a record kind makes of a row: what is written, or every reason against it (column and reason).
pub type Made = Result<MadeRow, Vec<(&'static str, String)>>;

/// A row as a record kind writes it.
pub struct MadeRow {
    /// Its values.
    pub cells: Vec<String>,
    /// What the clerk should look at: column and reason.
    pub doubts: Vec<(&'static str, String)>,
}

/// Reads every row below the heading; `make` has the last word on each.
pub fn read(
    grid: &Grid,
    header: &Header,
    target: &Target,
    report: &mut Report,
    make: &mut dyn FnMut(&[String]) -> Made,
) -> Vec<Row> {
    let mut reading = Reading::new(grid, header, target, report);
    reading.tell_above();
    let mut rows = Vec::new();
    for row in grid.rows.get(header.data_from..).unwrap_or_default() {
        reading.report.rows_in += 1;
        match reading.row(row, make) {
            Ok(row) => rows.push(row),
            Err(notes) => reading.refuse(row, notes),
        }
    }
    reading.tell_unused();
    report.rows_out = rows.len();
    rows
}

struct Reading<'a> {
    grid: &'a Grid,
    header: &'a Header,
    target: &'a Target,
    report: &'a mut Report,
    /// Every column that holds anything, and its heading.
    columns: BTreeMap<u32, String>,
    /// The same, taken apart and made normal, to know a heading when it comes again.
    heading_parts: BTreeMap<u32, Vec<String>>,
    /// The columns that are imported.
    used: BTreeSet<u32>,
    /// What stood in each column of the row above, “as above” resolved; none where the cell had no text.
    above: BTreeMap<u32, Option<String>>,
    is_first: bool,
    /// Rows that hold something in a column that is not imported.
    unused: BTreeMap<u32, usize>,
}

impl<'a> Reading<'a> {
    fn new(grid: &'a Grid, header: &'a Header, target: &'a Target, report: &'a mut Report) -> Self {
        let mut columns = header.headings.clone();
        for column in grid.rows.iter().skip(header.data_from).flat_map(GridRow::columns) {
            columns.entry(column).or_insert_with(|| format!("{}列", letters(column)));
        }
        report.header_row = header.last_row;
        report.headings = columns.values().cloned().collect();
        let parts = |heading: &String| heading.split('/').map(normal).collect();
        Self {
            grid,
            header,
            target,
            report,
            heading_parts: header.headings.iter().map(|(column, heading)| (*column, parts(heading))).collect(),
            used: header.places.iter().flatten().copied().collect(),
            columns,
            above: BTreeMap::new(),
            is_first: true,
            unused: BTreeMap::new(),
        }
    }

    fn row(&mut self, row: &GridRow, make: &mut dyn FnMut(&[String]) -> Made) -> Result<Row, Vec<Note>> {
        if let Some(reason) = self.no_data(row) {
            return Err(vec![self.report.note(Some(row.number), None, reason)]);
        }
        let mut notes = Vec::new();
        self.above = self.resolve(row, &mut notes);
        self.is_first = false;
        let mut cells = Vec::new();
        let mut warnings = Vec::new();
        for (column, places) in self.target.columns.iter().zip(&self.header.places) {
            match self.value(column, places) {
                Ok((text, doubts)) => {
                    warnings.extend(doubts.into_iter().map(|doubt| (self.heading(column, places).to_owned(), doubt)));
                    cells.push(text);
                }
                // A place without text has its own note already.
                Err(reason) if reason.is_empty() => cells.push(String::new()),
                Err(reason) => {
                    cells.push(String::new());
                    notes.push(self.report.note(Some(row.number), Some(self.heading(column, places)), reason));
                }
            }
        }
        if !notes.is_empty() {
            return Err(notes);
        }
        let made = make(&cells).map_err(|reasons| {
            let note = |(column, reason)| self.report.note(Some(row.number), Some(column), reason);
            reasons.into_iter().map(note).collect::<Vec<_>>()
        })?;
        let doubts = made.doubts.into_iter().map(|(column, doubt)| (column.to_owned(), doubt));
        for (heading, doubt) in warnings.into_iter().chain(doubts) {
            self.report.warn(Some(row.number), Some(&heading), doubt);
        }
        Ok(Row { number: row.number, cells: made.cells, extras: self.extras(row) })
    }

    /// Why a row is no data at all: the heading once more, or a title or note over the whole width.
    fn no_data(&self, row: &GridRow) -> Option<String> {
        let filled: Vec<u32> = row.columns().collect();
        let regions = self.grid.regions.iter().filter(|r| (r.top..=r.bottom).contains(&row.number));
        for region in regions {
            let covered = filled.iter().filter(|c| (region.left..=region.right).contains(c)).count();
            let is_wide = covered * 3 >= self.header.headings.len() * THIRDS_OF_A_TITLE && covered > 1;
            if is_wide && covered == filled.len() {
                return Some("整行合并成了一格，像是小标题或说明，不是一条记录".into());
            }
        }
        let repeats = |c: &u32| {
            let text = normal(row.text(*c));
            !text.is_empty() && self.heading_parts.get(c).is_some_and(|parts| parts.contains(&text))
        };
        // A tick column may well say its own name; a row of nothing but headings is a heading.
        (filled.len() >= REPEATS_MIN && filled.iter().all(repeats)).then(|| "与表头相同，是重复的表头".into())
    }

    /// The text of every cell, with “as above” resolved; cells without text are noted.
    fn resolve(&self, row: &GridRow, notes: &mut Vec<Note>) -> BTreeMap<u32, Option<String>> {
        let mut resolved = BTreeMap::new();
        for column in row.columns() {
            let outcome = match row.cell(column) {
                Some(Cell::Text(text)) if self.used.contains(&column) && cells::is_ditto(text) => {
                    match self.above.get(&column) {
                        Some(Some(text)) => Ok(text.clone()),
                        Some(None) | None if self.is_first => Err("第一行数据不能写“同上”".to_owned()),
                        Some(None) | None => Err("上一行这一格是空的或者有错，“同上”没有所指".to_owned()),
                    }
                }
                Some(Cell::Text(text)) => Ok(text.clone()),
                Some(Cell::Wrong(wrong)) => Err(wrong.reason()),
                None => continue,
            };
            let text = outcome.map_err(|reason| {
                let heading = self.columns.get(&column).map(String::as_str);
                notes.push(self.report.note(Some(row.number), heading, reason));
            });
            resolved.insert(column, text.ok());
        }
        resolved
    }

    /// The value of one column of the target. An empty reason means that the place has been noted.
    fn value(&self, column: &TargetColumn, places: &[u32]) -> Result<(String, Vec<String>), String> {
        let mut text: Option<&str> = None;
        for place in places {
            let Some(found) = self.above.get(place) else { continue };
            let found = found.as_deref().ok_or_else(String::new)?;
            match text {
                Some(before) if cells::one_line(before) != cells::one_line(found) => {
                    return Err(format!("有{}列都叫“{}”，内容不一样", places.len(), column.label));
                }
                Some(_) | None => text = Some(found),
            }
        }
        let value = match text {
            Some(text) => Some(cells::read(&column.cell, text, self.heading(column, places))?),
            None => None,
        };
        match value {
            Some(value) if !value.text.is_empty() || !column.is_required => Ok((value.text, value.warnings)),
            None if !column.is_required => Ok((String::new(), Vec::new())),
            Some(_) | None => Err("不能为空".into()),
        }
    }

    fn heading<'b>(&'b self, column: &'b TargetColumn, places: &[u32]) -> &'b str {
        places.first().and_then(|place| self.columns.get(place)).unwrap_or(&column.label)
    }

    fn extras(&mut self, row: &GridRow) -> Vec<(String, String)> {
        let mut extras = Vec::new();
        for column in row.columns() {
            if self.used.contains(&column) {
                continue;
            }
            let heading = self.columns.get(&column).cloned().unwrap_or_default();
            if REFUSED_HEADINGS.contains(&heading.as_str()) {
                continue;
            }
            *self.unused.entry(column).or_default() += 1;
            extras.push((heading, cells::lines(row.text(column))));
        }
        extras
    }

    fn refuse(&mut self, row: &GridRow, notes: Vec<Note>) {
        let cells = self.columns.keys().map(|column| row.text(*column).to_owned()).collect();
        // What it held in unused columns goes into the refused rows with everything else.
        self.report.refused.push(RefusedRow { row: row.number, notes, cells });
    }

    /// Titles stand above a heading; a row of many different cells there is hardly a title.
    fn tell_above(&mut self) {
        for row in self.grid.rows.iter().take(self.header.start) {
            let mut texts: Vec<&str> = row.columns().map(|column| row.text(column)).collect();
            texts.sort_unstable();
            texts.dedup();
            if texts.len() >= CELLS_OF_A_TITLE_MAX {
                self.report.warn(Some(row.number), None, "在表头上面，当作标题，没有导入");
            }
        }
    }

    fn tell_unused(&mut self) {
        for (column, rows) in std::mem::take(&mut self.unused) {
            let heading = self.columns.get(&column).cloned().unwrap_or_default();
            self.report.warn(None, Some(&heading), format!("这一列没有用到，有{rows}行写了内容"));
        }
    }
}

/// A column as Excel names it: A, B … Z, AA.
pub fn letters(column: u32) -> String {
    let mut name = Vec::new();
    let mut rest = column;
    while rest > 0 {
        name.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_excel() {
        assert_eq!([1, 26, 27, 256].map(letters), ["A", "Z", "AA", "IV"]);
    }
}
