//! CSV files, one record a row, as Excel saves them in UTF-8.
//! Columns are known by the names in the first row; it guesses no column by its place.

use std::collections::BTreeMap;

use super::file::{Lines, Notes, Rows};
use super::shape::nearest;

/// Most rows of a table; a province has about 30,000 villages.
pub const ROWS_MAX: usize = 50_000;

/// A column: its name in the first row, and whether every table must have it.
pub type Column = (&'static str, bool);

/// One row of a table.
pub struct Row {
    /// Its line in the file.
    pub line: usize,
    cells: BTreeMap<&'static str, String>,
}

impl Row {
    /// The cell of a column; empty when the table lacks that column.
    pub fn take(&mut self, column: &str) -> String {
        self.cells.remove(column).unwrap_or_default()
    }

    /// The cell of a column, left in place.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The line for every column, so that wrong values are told with their row.
    pub fn lines(&self) -> Lines {
        self.cells.keys().map(|column| ((*column).to_owned(), self.line)).collect()
    }
}

/// Reads the rows of a table with these columns; none when its first row is not usable.
pub fn read_table(text: &str, columns: &'static [Column], notes: &mut Notes) -> Option<Vec<Row>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let lines = Rows::of(text);
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => {
            notes.error("F02", Some(1), "", format!("CSV 写法不对：{error}"));
            return None;
        }
        None => {
            notes.error("F04", None, "", "文件是空的，第一行应为列名");
            return None;
        }
    };
    let places = read_header(&header, columns, notes)?;
    let mut rows = Vec::new();
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map(|p| line_at(text, &lines, p));
                notes.error("F02", line, "", format!("CSV 写法不对：{error}"));
                continue;
            }
        };
        if record.iter().all(str::is_empty) {
            // Excel leaves rows of bare commas behind.
            continue;
        }
        if rows.len() >= ROWS_MAX {
            notes.error("F01", None, "", format!("行数过多，最多{ROWS_MAX}行"));
            return None;
        }
        let line = record.position().map_or(0, |p| line_at(text, &lines, p));
        if record.len() != header.len() {
            let problem = format!("这一行有{}格，列名有{}个；文字里有逗号时要加英文引号", record.len(), header.len());
            notes.error("F02", Some(line), "", problem);
            continue;
        }
        let cells = places.iter().map(|(name, at)| (*name, record.get(*at).unwrap_or_default().to_owned()));
        rows.push(Row { line, cells: cells.collect() });
    }
    Some(rows)
}

/// The line of a record. The library's own count is one short where lines end in CR LF, as Excel's do: it begins
/// a record at the LF that ends the one before.
fn line_at(text: &str, lines: &Rows, position: &csv::Position) -> usize {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX).min(text.len());
    let ends = text.as_bytes()[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    lines.at(start + ends)
}

/// Where each column stands; every unknown, double or missing name is noted.
fn read_header(
    header: &csv::StringRecord,
    columns: &'static [Column],
    notes: &mut Notes,
) -> Option<BTreeMap<&'static str, usize>> {
    let mut places = BTreeMap::new();
    let mut is_usable = true;
    for (at, name) in header.iter().enumerate() {
        let Some((known, _)) = columns.iter().find(|(known, _)| *known == name) else {
            let hint = nearest(name, columns.iter().map(|(known, _)| *known));
            let hint = hint.map_or(String::new(), |known| format!("，是不是“{known}”？"));
            notes.error("F03", Some(1), name, format!("不认识这一列{hint}"));
            continue;
        };
        if places.insert(*known, at).is_some() {
            notes.error("F03", Some(1), name, "这一列写了两次");
        }
    }
    for (name, _) in columns.iter().filter(|(name, is_required)| *is_required && !places.contains_key(name)) {
        notes.error("F04", Some(1), name, "缺少这一列");
        is_usable = false;
    }
    is_usable.then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const COLUMNS: &[Column] = &[("id", true), ("name", true), ("note", false)];

    fn read(text: &str) -> (Vec<(usize, String)>, Vec<String>) {
        let mut notes = Notes::on(Path::new("t.csv"));
        let rows = read_table(text, COLUMNS, &mut notes).unwrap_or_default();
        let rows = rows.into_iter().map(|mut r| (r.line, r.take("name"))).collect();
        (rows, notes.end().into_iter().map(|p| p.to_string()).collect())
    }

    #[test]
    fn columns_may_stand_in_any_order_and_blank_rows_are_passed_over() {
        let (rows, problems) = read("name,id\r\n甲,a\r\n,,\r\n,\r\n\"乙，丙\",b\r\n");
        assert_eq!(rows, [(2, "甲".to_owned()), (5, "乙，丙".to_owned())]);
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn a_row_with_too_few_cells_is_named_and_the_rest_is_read() {
        let (rows, problems) = read("id,name\na\nb,乙\n");
        assert_eq!(rows, [(3, "乙".to_owned())]);
        assert_eq!(problems, ["t.csv 第2行：这一行有1格，列名有2个；文字里有逗号时要加英文引号"]);
    }

    #[test]
    fn unknown_double_and_missing_columns_are_named() {
        let (_, problems) = read("id,nmae,id\n");
        assert_eq!(
            problems,
            [
                "t.csv 第1行 nmae：不认识这一列，是不是“name”？",
                "t.csv 第1行 id：这一列写了两次",
                "t.csv 第1行 name：缺少这一列"
            ]
        );
        assert_eq!(read("").1, ["t.csv：文件是空的，第一行应为列名"]);
    }
}
