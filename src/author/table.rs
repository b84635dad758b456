//! CSV files, one record a row, as Excel saves them in UTF-8.
//! Columns are known by the names in the first row; it guesses no column by its place.

use crate::content::schema::{Key, Map};

use super::file::{Notes, Rows};
use super::nearest::nearest;

/// Most rows of a table; a province has about 30,000 villages.
pub const ROWS_MAX: usize = 50_000;

/// A column that a table may have.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Its name in the first row.
    pub name: &'a str,
    /// Whether every table must have it.
    pub is_required: bool,
}

/// A table as it was read.
#[derive(Debug)]
pub struct Table<'a> {
    columns: Vec<Column<'a>>,
    /// Its rows in order.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug)]
pub struct Row {
    /// Its line in the file.
    pub line: usize,
    /// Its cells in the order of the columns asked for; empty where the table lacks the column.
    pub cells: Vec<String>,
}

/// The columns that keys ask for, but for those the program writes itself.
pub fn columns_of<'a>(keys: &'a [Key], made: &[&str]) -> Vec<Column<'a>> {
    let written = keys.iter().filter(|key| !made.contains(&key.name));
    written.map(|key| Column { name: key.name, is_required: key.is_required }).collect()
}

impl Table<'_> {
    /// The cells of a row under the names of their columns; empty ones are left out, as if nobody had written them.
    pub fn map(&self, row: &Row) -> Map {
        let named = self.columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
        named.map(|(column, cell)| (column.name.to_owned(), cell.as_str().into())).collect()
    }
}

/// Reads the rows of a table with these columns; none when its first row is not usable.
pub fn read_table<'a>(text: &str, columns: &[Column<'a>], notes: &mut Notes) -> Option<Table<'a>> {
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
        let cell = |at: &Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        rows.push(Row { line, cells: places.iter().map(cell).collect() });
    }
    Some(Table { columns: columns.to_vec(), rows })
}

/// The line of a record. The library's own count is one short where lines end in CR LF, as Excel's do: it begins
/// a record at the LF that ends the one before.
fn line_at(text: &str, lines: &Rows, position: &csv::Position) -> usize {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX).min(text.len());
    let ends = text.as_bytes()[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    lines.at(start + ends)
}

/// Where each column stands; every unknown, double or missing name is noted.
fn read_header(header: &csv::StringRecord, columns: &[Column<'_>], notes: &mut Notes) -> Option<Vec<Option<usize>>> {
    let mut places = vec![None; columns.len()];
    let mut is_usable = true;
    for (at, name) in header.iter().enumerate() {
        let Some(known) = columns.iter().position(|column| column.name == name) else {
            let hint = nearest(name, columns.iter().map(|column| column.name));
            let hint = hint.map_or(String::new(), |known| format!("，是不是“{known}”？"));
            notes.error("F03", Some(1), name, format!("不认识这一列{hint}"));
            continue;
        };
        if places[known].replace(at).is_some() {
            notes.error("F03", Some(1), name, "这一列写了两次");
        }
    }
    for (column, _) in columns.iter().zip(&places).filter(|(column, at)| column.is_required && at.is_none()) {
        notes.error("F04", Some(1), column.name, "缺少这一列");
        is_usable = false;
    }
    is_usable.then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const COLUMNS: &[Column<'_>] = &[
        Column { name: "id", is_required: true },
        Column { name: "name", is_required: true },
        Column { name: "note", is_required: false },
    ];

    fn read(text: &str) -> (Vec<(usize, String)>, Vec<String>) {
        let mut notes = Notes::on(Path::new("t.csv"));
        let rows = read_table(text, COLUMNS, &mut notes).map_or_else(Vec::new, |table| table.rows);
        let rows = rows.into_iter().map(|r| (r.line, r.cells[1].clone())).collect();
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
