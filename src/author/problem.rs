//! One thing that is wrong in the office's files, said so that a clerk can go and mend it.
//! It carries no fix of its own and never quotes more of a file than the wrong word.

use std::fmt;
use std::path::PathBuf;

use crate::base::id::RecordId;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable id of the rule: `F…` for reading files, `L…` for the rules of the trade.
    pub rule: &'static str,
    /// Whether a release may be built in spite of it.
    pub level: Level,
    /// What is wrong and what would be right, in Chinese.
    pub message: String,
    /// The file, relative to the content folder; empty for the folder itself.
    pub file: PathBuf,
    /// The line in the file, counted from 1.
    pub row: Option<usize>,
    /// The field's path, such as `material[2].form`, or the column of a table.
    pub field: Option<String>,
    /// The record, where it could be told.
    pub record: Option<RecordId>,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Residents would be misled or the program could not show it: no release.
    Error,
    /// It can be published, but it should be better.
    Warning,
}

impl Level {
    /// The level's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }

    /// The level as people read it.
    pub fn term(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "提醒",
        }
    }
}

impl fmt::Display for Problem {
    /// `items/elder-card.toml 第12行 material[2].form：…`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = self.file.display().to_string();
        if let Some(row) = self.row {
            place.push_str(&format!(" 第{row}行"));
        }
        if let Some(field) = &self.field {
            place.push_str(&format!(" {field}"));
        }
        // A problem of the folder itself names the folder in its message.
        if place.is_empty() { f.write_str(&self.message) } else { write!(f, "{place}：{}", self.message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_file_line_field_and_what_is_wrong() {
        let mut problem = Problem {
            rule: "F06",
            level: Level::Error,
            message: "不能为空".into(),
            file: "items/elder-card.toml".into(),
            row: Some(12),
            field: Some("material[2].form".into()),
            record: None,
        };
        assert_eq!(problem.to_string(), "items/elder-card.toml 第12行 material[2].form：不能为空");
        (problem.row, problem.field) = (None, None);
        assert_eq!(problem.to_string(), "items/elder-card.toml：不能为空");
        problem.file = PathBuf::new();
        assert_eq!(problem.to_string(), "不能为空");
    }
}
