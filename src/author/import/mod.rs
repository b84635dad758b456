//! From an office's table file (.xlsx, .xls, .csv) to the project's own files, with a report on every row.
//! It publishes nothing and guesses nothing: rows in are rows out plus rows refused, each refusal with its place.

pub mod report;
pub mod target;
pub mod template;

mod catalogue;
mod cells;
mod csv_text;
mod draft;
mod draft_parts;
mod grid;
mod guide_sheet;
mod header;
mod kinds;
mod number;
mod ole;
mod output;
mod rows;
mod xls;
mod xlsx;

pub use draft::{Draft, drafts};
pub use grid::{CELL_CHARS_MAX, FILE_BYTES_MAX, GridError, ROWS_MAX};
pub use kinds::of_head;
pub use output::{Existing, OutputError, Written, table_text, write_drafts, write_table};
pub use report::Report;
pub use rows::Row;
pub use target::{CellKind, Home, Target, TargetColumn, Term};
pub use xlsx::is_in_parser;

use self::grid::{Grid, TableFile};
use self::header::Header;
use self::report::PassedOver;

/// The kind of [`catalogue_target`].
pub const CATALOGUE: &str = "catalogue";
/// The kind of [`guide_target`].
pub const GUIDE: &str = "guide";

/// How a table is imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The sheet; none takes the first one with a usable heading.
    pub sheet: Option<String>,
}

/// A table that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The keys of the written columns.
    pub keys: Vec<String>,
    /// For each of the target's columns its heading in this table; empty where the table has none.
    pub headings: Vec<String>,
    /// The rows that came through.
    pub rows: Vec<Row>,
    /// What became of every row.
    pub report: Report,
}

/// Why nothing could be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read as a table.
    #[error(transparent)]
    File(#[from] GridError),
    /// No sheet of the wanted name.
    #[error("没有“{wanted}”这张表，文件里有：{known}")]
    NoSheet {
        /// The name that was asked for.
        wanted: String,
        /// The names that are there.
        known: String,
    },
    /// No sheet with a usable heading.
    #[error("没有找到“{label}”的表头。{reasons}")]
    NoHeader {
        /// What the table should be.
        label: &'static str,
        /// Every sheet with its reason.
        reasons: String,
    },
}

/// The table of 政务公开标准目录 as offices publish it.
pub fn catalogue_target() -> Target {
    catalogue::target()
}

/// The 56-column table of service items.
pub fn guide_target() -> Target {
    guide_sheet::target()
}

/// Every kind that can be imported.
pub fn targets() -> Vec<Target> {
    let mut all = vec![catalogue_target(), guide_target()];
    all.extend(kinds::targets());
    all
}

/// A kind by its name.
pub fn target(kind: &str) -> Option<Target> {
    targets().into_iter().find(|target| target.kind == kind)
}

/// Imports a table file; its format is told by what is in it.
pub fn import_table(bytes: &[u8], target: &Target, options: &Options) -> Result<Imported, ImportError> {
    let mut file = TableFile::open(bytes)?;
    let chosen = choose(&mut file, target, options)?;
    let mut report = Report { sheet: chosen.sheet, passed_over: chosen.passed_over, ..Report::default() };
    let Chosen { grid, header } = chosen.found;
    let heading = |places: &Vec<u32>| places.first().and_then(|place| header.headings.get(place)).cloned();
    let headings = header.places.iter().map(|places| heading(places).unwrap_or_default()).collect();
    let mut keys = target.columns.iter().map(|column| column.key.clone()).collect();
    let rows = match target.kind {
        CATALOGUE => {
            keys = catalogue::keys();
            let table = catalogue::Table::of(target, &header);
            table.tell_missing(&mut report);
            rows::read(&grid, &header, target, &mut report, &mut |cells| table.make(cells))
        }
        GUIDE => {
            let mut items = guide_sheet::Items::default();
            rows::read(&grid, &header, target, &mut report, &mut |cells| items.make(target, cells))
        }
        _ => {
            let same = |cells: &[String]| Ok(rows::MadeRow { cells: cells.to_vec(), doubts: Vec::new() });
            rows::read(&grid, &header, target, &mut report, &mut { same })
        }
    };
    if report.rows_in == 0 {
        report.warn(None, None, "表头下面没有数据");
    }
    Ok(Imported { keys, headings, rows, report })
}

struct Chosen {
    grid: Grid,
    header: Header,
}

struct Choice {
    sheet: String,
    found: Chosen,
    passed_over: Vec<PassedOver>,
}

/// The sheet that was asked for, or the first visible one with a usable heading.
fn choose(file: &mut TableFile<'_>, target: &Target, options: &Options) -> Result<Choice, ImportError> {
    let sheets = file.sheets();
    let wanted = match &options.sheet {
        None => None,
        Some(wanted) => Some(sheets.iter().position(|sheet| sheet.name == *wanted).ok_or_else(|| {
            let known: Vec<_> = sheets.iter().map(|sheet| format!("“{}”", sheet.name)).collect();
            ImportError::NoSheet { wanted: wanted.clone(), known: known.join("、") }
        })?),
    };
    let mut choice: Option<(String, Chosen)> = None;
    let mut passed_over = Vec::new();
    for (index, sheet) in sheets.iter().enumerate() {
        let reason = match (wanted, &choice) {
            (Some(wanted), _) if wanted != index => "指定了别的表".to_owned(),
            (None, Some(_)) => "前面的表已经用上；要导入这张，请用 --sheet 指定".to_owned(),
            (None, None) if sheet.is_hidden => "隐藏的表；要导入请用 --sheet 指定".to_owned(),
            (Some(_), _) | (None, None) => match look(file, index, target) {
                Ok(found) => {
                    choice = Some((sheet.name.clone(), found));
                    continue;
                }
                // A text file has one sheet; what is wrong with it is wrong with the file.
                Err(Look::Unreadable(error)) if sheets.len() == 1 => return Err(error.into()),
                Err(Look::Unreadable(error)) => error.to_string(),
                Err(Look::NoHeader(reason)) => reason,
            },
        };
        passed_over.push(PassedOver { sheet: sheet.name.clone(), reason });
    }
    match choice {
        Some((sheet, found)) => Ok(Choice { sheet, found, passed_over }),
        None => {
            let said = |p: &PassedOver| match p.sheet.is_empty() {
                true => p.reason.clone(),
                false => format!("“{}”表：{}", p.sheet, p.reason),
            };
            let reasons = passed_over.iter().map(said).collect::<Vec<_>>().join("；");
            Err(ImportError::NoHeader { label: target.label, reasons })
        }
    }
}

enum Look {
    Unreadable(GridError),
    NoHeader(String),
}

fn look(file: &mut TableFile<'_>, index: usize, target: &Target) -> Result<Chosen, Look> {
    let grid = file.read(index).map_err(Look::Unreadable)?;
    match header::find(&grid, target) {
        Ok(header) => Ok(Chosen { grid, header }),
        Err(none) => Err(Look::NoHeader(none.reason())),
    }
}

#[cfg(test)]
mod tests;
