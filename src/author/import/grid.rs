//! One sheet of a table file as rows of text cells, merged regions filled, whatever the file's format was.
//! It holds what stood there and judges nothing; what is too large is refused before it fills the memory.

use std::collections::BTreeMap;

use super::csv_text::CsvText;
use super::ole;
use super::xls::XlsFile;
use super::xlsx::XlsxFile;

/// Largest table file in bytes; 5,000 rows of 56 columns are under 4 MiB as .xlsx and under 20 MiB as .xls.
pub const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Most sheets of a file.
pub const SHEETS_MAX: usize = 100;
/// Most rows that hold anything.
pub const ROWS_MAX: usize = 100_000;
/// Last column that may hold anything, counted from 1.
pub const COLUMNS_MAX: u32 = 256;
/// Most cells that hold anything, merged regions filled.
pub const CELLS_MAX: usize = 2_000_000;
/// Most bytes of text on one sheet, merged regions filled.
pub const TEXT_BYTES_MAX: usize = 96 * 1024 * 1024;
/// Longest text of one cell in characters: what Excel itself allows.
pub const CELL_CHARS_MAX: usize = 32_767;
/// Most merged regions of a sheet.
pub const REGIONS_MAX: usize = 50_000;

/// Why a file or a sheet could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// Over one of the limits.
    #[error("{what}过多：最多{most}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much may be there.
        most: u64,
    },
    /// Another kind of file, which can be saved as one that is read.
    #[error("这是{0}，请用 Excel 或 WPS 打开，另存为 .xlsx 再导入")]
    OtherKind(&'static str),
    /// Protected by a password.
    #[error("文件加了密码，请取消密码后再导入")]
    Password,
    /// Damaged, or not what it pretends to be.
    #[error("文件已损坏或者不完整（{0}），请用 Excel 或 WPS 打开，另存为 .xlsx 再导入")]
    Damaged(String),
    /// Neither UTF-8 nor GB18030.
    #[error("第{line}行的文字编码既不是 UTF-8 也不是 GB18030，请另存为 .xlsx 再导入")]
    Encoding {
        /// The line, counted from 1.
        line: usize,
    },
    /// A quotation mark that is never closed.
    #[error("第{line}行的英文双引号没有成对，后面的内容分不清")]
    Quote {
        /// The line of the opening quotation mark, counted from 1.
        line: usize,
    },
    /// Nothing in it.
    #[error("文件是空的")]
    Empty,
}

impl GridError {
    /// Damage, with the technical reason.
    pub fn damaged(reason: impl ToString) -> Self {
        Self::Damaged(reason.to_string())
    }
}

/// A table file, opened; its sheets are read one at a time.
pub enum TableFile<'a> {
    /// Excel 2007 and later, WPS.
    Xlsx(Box<XlsxFile<'a>>),
    /// Excel 97–2003.
    Xls(Box<XlsFile>),
    /// Comma or tab separated text.
    Csv(CsvText),
}

/// A sheet as the file lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetName {
    /// Its name; empty for a text file.
    pub name: String,
    /// Whether it is hidden in Excel.
    pub is_hidden: bool,
}

impl<'a> TableFile<'a> {
    /// Opens a file by what is in it; its name tells nothing.
    pub fn open(bytes: &'a [u8]) -> Result<Self, GridError> {
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(GridError::TooMuch { what: "文件字节", most: FILE_BYTES_MAX });
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return Ok(Self::Xlsx(Box::new(XlsxFile::open(bytes)?)));
        }
        if bytes.starts_with(&ole::MAGIC) {
            return Ok(Self::Xls(Box::new(XlsFile::open(bytes)?)));
        }
        Ok(Self::Csv(CsvText::open(bytes)?))
    }

    /// Its sheets, in their order.
    pub fn sheets(&self) -> Vec<SheetName> {
        match self {
            Self::Xlsx(file) => file.sheets(),
            Self::Xls(file) => file.sheets(),
            Self::Csv(_) => vec![SheetName { name: String::new(), is_hidden: false }],
        }
    }

    /// Reads the sheet at `index` of [`Self::sheets`].
    pub fn read(&mut self, index: usize) -> Result<Grid, GridError> {
        match self {
            Self::Xlsx(file) => file.read(index),
            Self::Xls(file) => file.read(index),
            Self::Csv(text) => text.read(),
        }
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, a number or a day, as text.
    Text(String),
    /// Something that has no text.
    Wrong(Wrong),
}

/// Why a cell has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// A formula whose result is not in the file.
    NoResult,
    /// An Excel error such as `#REF!`.
    Error(String),
    /// A number of more digits than Excel keeps; the last ones are already lost.
    Digits(String),
    /// Longer than [`CELL_CHARS_MAX`].
    Long(usize),
}

impl Wrong {
    /// The reason as a clerk reads it.
    pub fn reason(&self) -> String {
        match self {
            Self::NoResult => "公式没有计算结果，请在 Excel 里打开保存一次，或者粘贴成数值".into(),
            Self::Error(error) => format!("公式出错（{error}），请改好或者粘贴成数值"),
            Self::Digits(digits) => {
                format!("“{digits}”超过15位，Excel 已丢掉后面的数字；请把这一列设成文本格式，重新填写")
            }
            Self::Long(chars) => format!("过长：{chars}字，最多{CELL_CHARS_MAX}字"),
        }
    }

    /// What can be shown of the cell.
    pub fn remains(&self) -> &str {
        match self {
            Self::Error(text) | Self::Digits(text) => text,
            Self::NoResult | Self::Long(_) => "",
        }
    }
}

/// A rectangle of merged cells; all four from 1, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// The rows that hold anything, from top to bottom.
    pub rows: Vec<GridRow>,
    /// The merged regions.
    pub regions: Vec<Region>,
}

/// One row that holds anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRow {
    /// The row as Excel shows it, from 1.
    pub number: u32,
    /// Columns (from 1) and what stands there, from left to right.
    cells: Vec<(u32, Cell)>,
}

impl GridRow {
    /// The cell of a column, counted from 1.
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(c, _)| *c).ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }

    /// The text of a column; empty where there is none.
    pub fn text(&self, column: u32) -> &str {
        match self.cell(column) {
            Some(Cell::Text(text)) => text,
            Some(Cell::Wrong(wrong)) => wrong.remains(),
            None => "",
        }
    }

    /// The columns that hold anything.
    pub fn columns(&self) -> impl Iterator<Item = u32> + '_ {
        self.cells.iter().map(|(column, _)| *column)
    }
}

/// A sheet while it is read.
#[derive(Default)]
pub struct GridBuilder {
    rows: BTreeMap<u32, Vec<(u32, Cell)>>,
    regions: Vec<Region>,
    cells: usize,
    text_bytes: usize,
}

impl GridBuilder {
    /// Puts a cell at a row and column, both from 1. Blank text is no cell, so trailing blank rows cost nothing.
    pub fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), GridError> {
        let cell = match cell {
            Cell::Text(text) if text.chars().all(is_blank) => return Ok(()),
            Cell::Text(text) if text.len() > CELL_CHARS_MAX && text.chars().count() > CELL_CHARS_MAX => {
                Cell::Wrong(Wrong::Long(text.chars().count()))
            }
            other => other,
        };
        if column == 0 || column > COLUMNS_MAX {
            return Err(GridError::TooMuch { what: "列", most: COLUMNS_MAX.into() });
        }
        self.cells += 1;
        if let Cell::Text(text) = &cell {
            self.text_bytes += text.len();
        }
        if self.cells > CELLS_MAX {
            return Err(GridError::TooMuch { what: "单元格", most: CELLS_MAX as u64 });
        }
        if self.text_bytes > TEXT_BYTES_MAX {
            return Err(GridError::TooMuch { what: "文字字节", most: TEXT_BYTES_MAX as u64 });
        }
        self.rows.entry(row).or_default().push((column, cell));
        if self.rows.len() > ROWS_MAX {
            return Err(GridError::TooMuch { what: "行", most: ROWS_MAX as u64 });
        }
        Ok(())
    }

    /// Adds a merged region.
    pub fn merge(&mut self, region: Region) -> Result<(), GridError> {
        if region.top == 0 || region.left == 0 || region.bottom < region.top || region.right < region.left {
            return Err(GridError::damaged("合并单元格的范围不对"));
        }
        self.regions.push(region);
        if self.regions.len() > REGIONS_MAX {
            return Err(GridError::TooMuch { what: "合并单元格", most: REGIONS_MAX as u64 });
        }
        Ok(())
    }

    /// The sheet, with the value of every merged region in each of its cells.
    pub fn finish(mut self) -> Result<Grid, GridError> {
        for row in self.rows.values_mut() {
            // Stable, and the last one wins where a damaged file has a cell twice.
            row.sort_by_key(|(column, _)| *column);
            row.reverse();
            row.dedup_by_key(|(column, _)| *column);
            row.reverse();
        }
        let regions = std::mem::take(&mut self.regions);
        let last_row = self.rows.keys().next_back().copied().unwrap_or_default();
        let last_column = self.rows.values().filter_map(|r| r.last()).map(|(c, _)| *c).max().unwrap_or_default();
        for region in &regions {
            self.fill(*region, last_row, last_column)?;
        }
        let rows = self.rows.into_iter().map(|(number, mut cells)| {
            cells.sort_by_key(|(column, _)| *column);
            cells.dedup_by_key(|(column, _)| *column);
            GridRow { number, cells }
        });
        Ok(Grid { rows: rows.collect(), regions })
    }

    /// Fills a region inside the used part of the sheet; a region drawn over whole columns ends with the last row.
    /// Over several columns it reaches as far as it was drawn: a heading may stand over columns that hold nothing yet.
    fn fill(&mut self, region: Region, last_row: u32, last_column: u32) -> Result<(), GridError> {
        let Some(cell) = self
            .rows
            .get(&region.top)
            .and_then(|row| row.iter().find(|(column, _)| *column == region.left).map(|(_, cell)| cell.clone()))
        else {
            return Ok(());
        };
        let right = region.right.min(last_column.max(region.left));
        for row in region.top..=region.bottom.min(last_row) {
            for column in region.left..=right {
                if (row, column) != (region.top, region.left) {
                    self.put(row, column, cell.clone())?;
                }
            }
        }
        Ok(())
    }
}

/// Space in all its forms, and characters that cannot be seen.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_merged_region_has_its_value_in_every_cell() {
        let mut builder = GridBuilder::default();
        builder.put(2, 2, text("公开对象")).unwrap();
        builder.put(4, 4, text("x")).unwrap();
        builder.merge(Region { top: 2, left: 2, bottom: 3, right: 3 }).unwrap();
        let grid = builder.finish().unwrap();
        let numbers: Vec<u32> = grid.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 3, 4]);
        assert!(grid.rows[..2].iter().all(|row| row.text(2) == "公开对象" && row.text(3) == "公开对象"));
        assert_eq!(grid.rows[2].columns().collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn a_region_over_a_whole_sheet_costs_no_more_than_the_sheet() {
        let mut builder = GridBuilder::default();
        builder.put(1, 1, text("标题")).unwrap();
        builder.put(3, 2, text("x")).unwrap();
        builder.merge(Region { top: 1, left: 1, bottom: 1_048_576, right: 16_384 }).unwrap();
        assert_eq!(builder.finish().unwrap().rows.len(), 3);
    }

    #[test]
    fn overlapping_regions_are_bounded() {
        let mut builder = GridBuilder::default();
        for row in 1..=1000 {
            builder.put(row, 256, text("x")).unwrap();
        }
        builder.put(1, 1, text("y")).unwrap();
        for _ in 0..1000 {
            builder.merge(Region { top: 1, left: 1, bottom: 1000, right: 256 }).unwrap();
        }
        assert_eq!(builder.finish(), Err(GridError::TooMuch { what: "单元格", most: CELLS_MAX as u64 }));
    }

    #[test]
    fn blank_cells_are_no_cells_and_long_ones_are_wrong() {
        let mut builder = GridBuilder::default();
        builder.put(900_000, 1, text(" \u{3000}\n\u{200b}")).unwrap();
        builder.put(1, 1, text(&"长".repeat(CELL_CHARS_MAX + 1))).unwrap();
        let grid = builder.finish().unwrap();
        assert_eq!(grid.rows.len(), 1);
        assert_eq!(grid.rows[0].cell(1), Some(&Cell::Wrong(Wrong::Long(CELL_CHARS_MAX + 1))));
    }

    #[test]
    fn too_many_rows_and_columns_are_refused_by_name() {
        let mut builder = GridBuilder::default();
        let error = (1..).find_map(|row| builder.put(row, 1, text("x")).err()).unwrap();
        assert_eq!(error.to_string(), "行过多：最多100000");
        assert_eq!(GridBuilder::default().put(1, 257, text("x")).unwrap_err().to_string(), "列过多：最多256");
    }
}
