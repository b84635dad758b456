//! Choosing instead of typing: a date, a place, a phrase, and numbers that are checked as they are typed.
//! Each picker is a sheet of cells to touch; it looks nothing up and keeps nothing.

mod date;
mod number;
mod phrase;
mod region;

pub use date::DatePicker;
pub use number::{Number, NumberEntry, NumberKind, personal_number};
pub use phrase::PhrasePicker;
pub use region::{RegionPicker, Regions};

/// What a picker shows: a line that says where one is, tools to go elsewhere, and cells to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Where one is.
    pub heading: String,
    /// Ways to go elsewhere.
    pub tools: Vec<Cell>,
    /// Heads of the columns; mostly none.
    pub heads: Vec<&'static str>,
    /// What can be chosen, row by row; every row has the same number of cells, some of them empty.
    pub rows: Vec<Vec<Cell>>,
}

/// Something to touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What stands on it; empty where there is nothing.
    pub label: String,
    /// How it is said.
    pub spoken: String,
    /// It can be touched.
    pub is_open: bool,
    /// It is what was chosen last, or today.
    pub is_marked: bool,
}

/// What was touched on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tap {
    /// A tool, by its place.
    Tool(usize),
    /// A cell, by its row and column.
    Cell(usize, usize),
}

impl Cell {
    /// A cell that says what stands on it.
    pub fn new(label: impl Into<String>, is_open: bool) -> Self {
        let label = label.into();
        Self { spoken: label.clone(), label, is_open, is_marked: false }
    }
}

/// Back and on through a list that is longer than a sheet.
const TURNS: [&str; 2] = ["‹ 上一页", "下一页 ›"];

/// Cells of a long list: which rows are on a page, and whether one can turn.
fn page_of(labels: &[&str], page: usize, rows: usize, columns: usize) -> (Vec<Vec<Cell>>, [bool; 2]) {
    let many = rows * columns;
    let shown: Vec<Cell> = labels.iter().skip(page * many).take(many).map(|label| Cell::new(*label, true)).collect();
    let mut rows: Vec<Vec<Cell>> = shown.chunks(columns).map(<[Cell]>::to_vec).collect();
    for row in &mut rows {
        row.resize(columns, Cell::default());
    }
    (rows, [page > 0, (page + 1) * many < labels.len()])
}
