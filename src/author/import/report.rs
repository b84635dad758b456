//! What became of a table: which sheet, which columns, every refused row and every doubt, with its place.
//! It counts and words; rows in are always rows out plus rows refused.

use std::fmt;

/// Most warnings that are told one by one; the rest is counted.
pub const WARNINGS_MAX: usize = 500;

/// The headings that the file of refused rows has before those of the table.
pub const REFUSED_HEADINGS: [&str; 2] = ["原表行号", "退回原因"];

/// What became of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The sheet that was read; empty for a text file.
    pub sheet: String,
    /// The row of the heading, or its last row, as Excel shows it.
    pub header_row: u32,
    /// Sheets that were passed over, with the reason.
    pub passed_over: Vec<PassedOver>,
    /// Rows below the heading that hold anything.
    pub rows_in: usize,
    /// Rows that came through.
    pub rows_out: usize,
    /// Rows that did not.
    pub refused: Vec<RefusedRow>,
    /// Doubts about rows that came through, and about the whole table.
    pub warnings: Vec<Note>,
    /// Warnings beyond [`WARNINGS_MAX`].
    pub warnings_left_out: usize,
    /// The headings of the table as they stand there, by column.
    pub headings: Vec<String>,
}

/// A sheet that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Its name.
    pub sheet: String,
    /// Why.
    pub reason: String,
}

/// A row that was refused: everything that stood in it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The row as Excel shows it.
    pub row: u32,
    /// Every reason.
    pub notes: Vec<Note>,
    /// The cells as they stood there, in the order of [`Report::headings`].
    pub cells: Vec<String>,
}

/// Something to say about a place in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The sheet; empty for a text file.
    pub sheet: String,
    /// The row as Excel shows it; none for the whole table.
    pub row: Option<u32>,
    /// The heading of the column; none for the whole row.
    pub column: Option<String>,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl fmt::Display for Note {
    /// `“目录”表 第5行 公开时限：……`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sheet = (!self.sheet.is_empty()).then(|| format!("“{}”表", self.sheet));
        let row = self.row.map(|row| format!("第{row}行"));
        let place: Vec<String> = [sheet, row, self.column.clone()].into_iter().flatten().collect();
        if place.is_empty() { f.write_str(&self.reason) } else { write!(f, "{}：{}", place.join(" "), self.reason) }
    }
}

impl Report {
    /// Notes a doubt; a flood is counted, not listed.
    pub fn warn(&mut self, row: Option<u32>, column: Option<&str>, reason: impl Into<String>) {
        if self.warnings.len() >= WARNINGS_MAX {
            self.warnings_left_out += 1;
            return;
        }
        let note = self.note(row, column, reason);
        self.warnings.push(note);
    }

    /// A note about a place of this table.
    pub fn note(&self, row: Option<u32>, column: Option<&str>, reason: impl Into<String>) -> Note {
        Note { sheet: self.sheet.clone(), row, column: column.map(str::to_owned), reason: reason.into() }
    }

    /// Whether every row came through.
    pub fn is_clean(&self) -> bool {
        self.refused.is_empty()
    }

    /// The report for people, one line a fact.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for other in &self.passed_over {
            lines.push(format!("没有读“{}”表：{}", other.sheet, other.reason));
        }
        let sheet = if self.sheet.is_empty() { String::new() } else { format!("“{}”表，", self.sheet) };
        lines.push(format!("{sheet}表头到第{}行为止。", self.header_row));
        lines.extend(self.refused.iter().flat_map(|row| &row.notes).map(|note| format!("退回 {note}")));
        lines.extend(self.warnings.iter().map(|note| format!("提醒 {note}")));
        if self.warnings_left_out > 0 {
            lines.push(format!("另有{}处提醒，改完前面的再导入一次", self.warnings_left_out));
        }
        let (rows_in, out, refused) = (self.rows_in, self.rows_out, self.refused.len());
        lines.push(format!("读到{rows_in}行：导入{out}行，退回{refused}行。"));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_names_sheet_row_and_column() {
        let report = Report { sheet: "目录".into(), ..Report::default() };
        let note = report.note(Some(5), Some("公开时限"), "不能为空");
        assert_eq!(note.to_string(), "“目录”表 第5行 公开时限：不能为空");
        assert_eq!(Report::default().note(None, None, "没有数据").to_string(), "没有数据");
    }

    #[test]
    fn a_flood_of_warnings_is_counted() {
        let mut report = Report::default();
        for row in 0..600 {
            report.warn(Some(row), None, "多余的空格");
        }
        assert_eq!((report.warnings.len(), report.warnings_left_out), (WARNINGS_MAX, 100));
        assert!(report.lines().iter().any(|line| line == "另有100处提醒，改完前面的再导入一次"));
    }
}
