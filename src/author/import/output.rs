//! What an import leaves behind: the table as CSV, the draft guides, and the refused rows beside them.
//! It replaces no file unless told to, and never leaves half a file.

use std::path::{Path, PathBuf};

use crate::base::durable::{self, FileError};

use super::draft::Draft;
use super::report::{REFUSED_HEADINGS, Report};
use super::{Imported, Row};

/// Whether a file that is already there may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Stays,
    /// It is replaced.
    IsReplaced,
}

/// The files that were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The rows that came through.
    pub files: Vec<PathBuf>,
    /// The rows that did not, with their reasons.
    pub refused: Option<PathBuf>,
}

/// Why nothing was written, or not everything.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file is already there.
    #[error("{} 已经有了；要覆盖请加 --force", .0.display())]
    Exists(PathBuf),
    /// Writing failed.
    #[error("导入结果没有写好")]
    File(#[from] FileError),
    /// A row could not be put into CSV.
    #[error("导入结果不能写成 CSV")]
    Csv(#[from] csv::Error),
}

/// Writes a table to `path`, and its refused rows to `….refused.csv` beside it.
pub fn write_table(path: &Path, imported: &Imported, existing: Existing) -> Result<Written, OutputError> {
    let refused = refused_path(path);
    check_free([path, &refused], existing)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() {
        durable::create_dir(folder)?;
    }
    durable::write(path, table_text(imported)?.as_bytes())?;
    Ok(Written { files: vec![path.to_owned()], refused: write_refused(&refused, &imported.report)? })
}

/// Writes each draft to `folder/<name>.toml`, and the refused rows to `folder/guide.refused.csv`.
pub fn write_drafts(
    folder: &Path,
    drafts: &[Draft],
    report: &Report,
    existing: Existing,
) -> Result<Written, OutputError> {
    let paths: Vec<PathBuf> = drafts.iter().map(|draft| folder.join(format!("{}.toml", draft.name))).collect();
    let refused = refused_path(&folder.join("guide.csv"));
    check_free(paths.iter().chain([&refused]).map(PathBuf::as_path), existing)?;
    durable::create_dir(folder)?;
    for (path, draft) in paths.iter().zip(drafts) {
        durable::write(path, draft.text.as_bytes())?;
    }
    Ok(Written { files: paths, refused: write_refused(&refused, report)? })
}

/// The rows as CSV: UTF-8, one line feed a row, quotation marks only where they are needed.
pub fn table_text(imported: &Imported) -> Result<String, csv::Error> {
    let rows = imported.rows.iter().map(|row: &Row| row.cells.clone());
    csv_text(std::iter::once(imported.keys.clone()).chain(rows))
}

fn csv_text(rows: impl Iterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The refused rows as they stood there, after their row and reasons, under the headings of the table: mended, the
/// file can be imported as it is. Excel needs the mark in front to take it for UTF-8.
fn write_refused(path: &Path, report: &Report) -> Result<Option<PathBuf>, OutputError> {
    if report.refused.is_empty() {
        // Refused rows of an earlier import would be taken for rows of this one.
        durable::remove(path)?;
        return Ok(None);
    }
    let head: Vec<String> = REFUSED_HEADINGS.map(str::to_owned).into_iter().chain(report.headings.clone()).collect();
    let rows = report.refused.iter().map(|refused| {
        let reason = |note: &super::report::Note| match &note.column {
            Some(column) => format!("{column}：{}", note.reason),
            None => note.reason.clone(),
        };
        let reasons = refused.notes.iter().map(reason).collect::<Vec<_>>().join("；");
        [refused.row.to_string(), reasons].into_iter().chain(refused.cells.clone()).collect()
    });
    let text = csv_text(std::iter::once(head).chain(rows))?;
    durable::write(path, format!("\u{feff}{text}").as_bytes())?;
    Ok(Some(path.to_owned()))
}

fn refused_path(path: &Path) -> PathBuf {
    path.with_extension("refused.csv")
}

fn check_free<'a>(paths: impl IntoIterator<Item = &'a Path>, existing: Existing) -> Result<(), OutputError> {
    match existing {
        Existing::IsReplaced => Ok(()),
        Existing::Stays => match paths.into_iter().find(|path| path.symlink_metadata().is_ok()) {
            Some(path) => Err(OutputError::Exists(path.to_owned())),
            None => Ok(()),
        },
    }
}
