//! The rules of the trade: what is well-formed but would mislead a resident or send one home again.
//! One file a family, one table of rules; a rule only looks, and says which record and field it means.

pub mod elements;

mod boards;
mod codes;
mod contact;
mod dates;
mod freshness;
mod hall;
mod hygiene;
mod library;
mod limits;
mod orgs;
mod outdated;
mod papers;
mod personal;
mod pictures;
mod script;
mod sentences;
mod sheets;
mod table;
mod titles;
mod topics;
mod wording;
mod words;

use jiff::civil::Date;

use super::problem::{Level, Problem};
use super::reading::{Authored, Reading};

pub use hall::Hall;
pub use table::RULES;

/// One rule. Its id is stable: offices keep lists of them.
pub struct Rule {
    /// `F…` for the files, `L…` for the trade.
    pub id: &'static str,
    /// How bad it is to break it; a milder or worse case says so itself.
    pub level: Level,
    /// What it asks for, in one line.
    pub asks: &'static str,
    /// When it is checked.
    pub check: Check,
}

/// When a rule is checked.
#[derive(Clone, Copy)]
pub enum Check {
    /// While files are read: without it there is no record.
    Reading,
    /// On the whole hall, once it is read.
    Hall(fn(&Rule, &Hall<'_>) -> Vec<Problem>),
}

/// Holds a hall against every rule, as it is on this day.
pub fn lint(reading: &Reading, today: Date) -> Vec<Problem> {
    let hall = Hall::new(reading, today);
    let checked = RULES.iter().map(|rule| match rule.check {
        Check::Reading => Vec::new(),
        Check::Hall(check) => check(rule, &hall),
    });
    checked.flatten().collect()
}

/// A rule by its id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

impl Rule {
    /// A breach of this rule at a field.
    fn broken(&self, authored: &Authored, field: &str, message: impl Into<String>) -> Problem {
        authored.problem(self.id, self.level, field, message)
    }

    /// A breach that is better or worse than most.
    fn broken_as(&self, level: Level, authored: &Authored, field: &str, message: impl Into<String>) -> Problem {
        authored.problem(self.id, level, field, message)
    }
}
