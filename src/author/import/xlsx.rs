//! Sheets of .xlsx files, read cell by cell through calamine.
//! It inflates nothing without a limit, trusts no size that the file declares, and never builds the sheet's full square.

use std::cell::Cell as Slot;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::grid::{Cell, Grid, GridBuilder, GridError, Region, SHEETS_MAX, SheetName, Wrong};
use super::number::{Shown, number_cell};

/// Most parts of an .xlsx archive.
const PARTS_MAX: usize = 5_000;
/// Most bytes of all parts together, inflated.
const INFLATED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most shared texts that a file may announce; the reader reserves room for them.
const SHARED_TEXTS_MAX: u64 = 2_000_000;
/// How much of the shared texts is searched for the announcement.
const ANNOUNCEMENT: &[u8] = b"uniqueCount";

/// A cell, row and column from 0, and how its number is shown.
type Styled = ((u32, u32), Shown);

/// An .xlsx file whose archive has been looked through.
pub struct XlsxFile<'a> {
    book: Xlsx<Cursor<&'a [u8]>>,
    sheets: Vec<SheetName>,
    shown: Vec<Shown>,
}

impl<'a> XlsxFile<'a> {
    /// Opens a file that begins like a zip archive.
    pub fn open(bytes: &'a [u8]) -> Result<Self, GridError> {
        look_through(bytes)?;
        let book = guarded(|| Xlsx::new(Cursor::new(bytes)))?;
        let sheets: Vec<SheetName> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|s| SheetName { name: s.name.clone(), is_hidden: s.visible != SheetVisible::Visible })
            .collect();
        if sheets.len() > SHEETS_MAX {
            return Err(GridError::TooMuch { what: "工作表", most: SHEETS_MAX as u64 });
        }
        Ok(Self { book, sheets, shown: Vec::new() })
    }

    /// Its worksheets; charts are none.
    pub fn sheets(&self) -> Vec<SheetName> {
        self.sheets.clone()
    }

    /// Reads one sheet.
    pub fn read(&mut self, index: usize) -> Result<Grid, GridError> {
        let Some(name) = self.sheets.get(index).map(|sheet| sheet.name.clone()) else {
            return Err(GridError::Empty);
        };
        let mut builder = GridBuilder::default();
        let styled = self.styled(&name)?;
        let is_1904 = self.book.has_1904_epoch();
        let mut styles = styled.iter().copied().peekable();
        guarded_grid(|| {
            let mut reader = self.book.worksheet_cells_reader(&name).map_err(GridError::damaged)?;
            while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(GridError::damaged)? {
                let place = cell.pos;
                // Both passes go through the cells in the same order; a style that was passed is over.
                while styles.next_if(|(at, _)| *at < place).is_some() {}
                let shown = styles.next_if(|(at, _)| *at == place).map_or(Shown::Plain, |(_, shown)| shown);
                if let Some(value) = value(cell.value, cell.formula.is_some(), shown, is_1904) {
                    builder.put(place.0.saturating_add(1), place.1.saturating_add(1), value)?;
                }
            }
            Ok(())
        })?;
        let merged = guarded(|| self.book.merge_cells_by_sheet_name(&name))?;
        for m in merged {
            let one = |n: u32| n.saturating_add(1);
            builder.merge(Region {
                top: one(m.start.0),
                left: one(m.start.1),
                bottom: one(m.end.0),
                right: one(m.end.1),
            })?;
        }
        builder.finish()
    }

    /// The cells whose number format shows more than the number: a pass of its own, only when the file has such formats.
    fn styled(&mut self, name: &str) -> Result<Vec<Styled>, GridError> {
        let mut styled = Vec::new();
        let shown = &mut self.shown;
        let book = &mut self.book;
        guarded_grid(|| {
            let mut reader = book.worksheet_cells_reader(name).map_err(GridError::damaged)?;
            if shown.is_empty() {
                let format = |style: &calamine::Style| match &style.number_format {
                    Some(format) => Shown::of(&format.format_code, format.format_id),
                    None => Shown::Plain,
                };
                *shown = reader.styles().iter().map(format).collect();
            }
            if shown.iter().all(|s| *s == Shown::Plain) {
                return Ok(());
            }
            while let Some((row, column, style)) = reader.next_style_id().map_err(GridError::damaged)? {
                let Some(how) = shown.get(style).filter(|how| **how != Shown::Plain) else { continue };
                if styled.len() >= super::grid::CELLS_MAX {
                    return Err(GridError::TooMuch { what: "单元格", most: super::grid::CELLS_MAX as u64 });
                }
                styled.push(((row, column), *how));
            }
            Ok(())
        })?;
        Ok(styled)
    }
}

fn value(value: DataRef<'_>, is_formula: bool, shown: Shown, is_1904: bool) -> Option<Cell> {
    let text = |text: &str| Some(Cell::Text(text.to_owned()));
    match value {
        DataRef::Empty if is_formula => Some(Cell::Wrong(Wrong::NoResult)),
        DataRef::Empty => None,
        DataRef::Int(n) => Some(number_cell(n as f64, shown, is_1904)),
        DataRef::Float(n) => Some(number_cell(n, shown, is_1904)),
        DataRef::DateTime(moment) => Some(number_cell(moment.as_f64(), Shown::Moment, is_1904)),
        DataRef::String(s) => text(&s),
        DataRef::SharedString(s) => text(s),
        DataRef::Bool(true) => text("是"),
        DataRef::Bool(false) => text("否"),
        DataRef::DateTimeIso(iso) => text(iso.strip_suffix("T00:00:00").unwrap_or(&iso)),
        DataRef::DurationIso(iso) => text(&iso),
        DataRef::Error(error) => Some(Cell::Wrong(Wrong::Error(error.to_string()))),
    }
}

/// Inflates every part once under one limit, so that no later reading can inflate more.
fn look_through(bytes: &[u8]) -> Result<(), GridError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(GridError::damaged)?;
    if archive.len() > PARTS_MAX {
        return Err(GridError::TooMuch { what: "文件里的部件", most: PARTS_MAX as u64 });
    }
    let plain = |name: &str| name.replace('\\', "/").to_lowercase();
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(|name| plain(&name)).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("word/document.xml") {
        return Err(GridError::OtherKind("Word 文档"));
    }
    if has("xl/workbook.bin") {
        return Err(GridError::OtherKind("Excel 二进制工作簿（.xlsb）"));
    }
    if has("content.xml") && has("mimetype") {
        return Err(GridError::OtherKind("OpenDocument 表格（.ods）"));
    }
    let mut left = INFLATED_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(GridError::damaged)?;
        let name = part.name().map_err(GridError::damaged)?.to_lowercase();
        let is_shared_texts = name.ends_with("sharedstrings.xml");
        left -= inflate(part.take(left.saturating_add(1)), left, is_shared_texts)?;
    }
    Ok(())
}

/// Inflates one part and throws it away; how many bytes it was.
fn inflate(mut part: impl Read, left: u64, is_shared_texts: bool) -> Result<u64, GridError> {
    let mut chunk = vec![0_u8; 64 * 1024];
    let mut total = 0_u64;
    // The end of the last chunk is kept before the next one, so that an announcement across the border is seen.
    let mut kept = 0;
    loop {
        let n = match part.read(&mut chunk[kept..]) {
            Ok(0) => return Ok(total),
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(GridError::damaged(error)),
        };
        total += n as u64;
        if total > left {
            return Err(GridError::TooMuch { what: "解压后的字节", most: INFLATED_BYTES_MAX });
        }
        if is_shared_texts {
            let end = kept + n;
            check_announced(&chunk[..end])?;
            kept = end.min(64);
            chunk.copy_within(end - kept..end, 0);
        }
    }
}

/// Refuses a `uniqueCount="…"` that would make the reader reserve memory for texts that are not there.
fn check_announced(chunk: &[u8]) -> Result<(), GridError> {
    for at in (0..chunk.len()).filter(|at| chunk[*at..].starts_with(ANNOUNCEMENT)) {
        let rest = &chunk[at + ANNOUNCEMENT.len()..];
        let digits: String = rest
            .iter()
            .skip_while(|b| !b.is_ascii_digit())
            .take_while(|b| b.is_ascii_digit())
            .take(20)
            .map(|b| char::from(*b))
            .collect();
        if digits.parse::<u64>().unwrap_or(0) > SHARED_TEXTS_MAX || digits.len() >= 20 {
            return Err(GridError::TooMuch { what: "文字", most: SHARED_TEXTS_MAX });
        }
    }
    Ok(())
}

thread_local! {
    static IS_IN_PARSER: Slot<bool> = const { Slot::new(false) };
}

/// Whether this thread is inside the foreign parser, whose panics are damaged files and no news for anybody.
pub fn is_in_parser() -> bool {
    IS_IN_PARSER.get()
}

/// Runs the foreign parser. Its overflow checks panic on references such as `A99999999999`; for us that is a damaged
/// file, and nothing that it was building is used afterwards.
fn guarded<T, E: ToString>(read: impl FnOnce() -> Result<T, E>) -> Result<T, GridError> {
    guarded_grid(|| read().map_err(GridError::damaged))
}

fn guarded_grid<T>(read: impl FnOnce() -> Result<T, GridError>) -> Result<T, GridError> {
    IS_IN_PARSER.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    IS_IN_PARSER.set(false);
    result.unwrap_or_else(|_| Err(GridError::damaged("单元格的位置写法不对")))
}
