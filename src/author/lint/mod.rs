//! The rules of the trade: what is well-formed but would mislead a resident or send one home again.
//! One file a family, one table of rules; a rule only looks, and says which record and field it means.

mod contact;
mod limits;
mod papers;
mod wording;

use super::problem::{Level, Problem};
use super::reading::{Authored, Reading};
use crate::content::{Guide, Record};

/// One rule. Its id is stable: offices keep lists of them.
pub struct Rule {
    /// `L…`
    pub id: &'static str,
    /// How bad it is to break it.
    pub level: Level,
    /// What it asks for, in one line.
    pub asks: &'static str,
    check: fn(&Rule, &Reading) -> Vec<Problem>,
}

/// Every rule that is checked on read records, in the order of their ids. L03 (form and number of each paper),
/// L05 (charge with its basis), L07 (dead references) and L13 (QR hosts) are kept while files are read.
pub const RULES: &[Rule] = &[
    Rule { id: "L02", level: Level::Error, asks: "材料名称要具体", check: wording::vague_names },
    Rule { id: "L04", level: Level::Error, asks: "办结时限前后一致", check: limits::contradictions },
    Rule { id: "L06", level: Level::Warning, asks: "电话号码写法规范", check: contact::phone_forms },
    Rule {
        id: "L08", level: Level::Error, asks: "零跑动要有不到窗口的办法", check: limits::visits_without_a_way
    },
    Rule { id: "L09", level: Level::Error, asks: "每种情形都有材料清单", check: papers::empty_lists },
    Rule { id: "L10", level: Level::Warning, asks: "同一机构的事项不重名", check: wording::same_titles },
    Rule { id: "L11", level: Level::Warning, asks: "事项名称不超过40字", check: wording::long_titles },
];

/// Holds a hall against every rule.
pub fn lint(reading: &Reading) -> Vec<Problem> {
    RULES.iter().flat_map(|rule| (rule.check)(rule, reading)).collect()
}

impl Rule {
    /// A breach of this rule at a field.
    fn broken(&self, authored: &Authored, field: &str, message: impl Into<String>) -> Problem {
        authored.problem(self.id, self.level, field, message)
    }
}

/// The guides of a hall, each with where it was written.
fn guides(reading: &Reading) -> impl Iterator<Item = (&Authored, &Guide)> {
    records(reading)
}

/// The records of one kind, each with where it was written.
fn records<'a, K: 'a>(reading: &'a Reading) -> impl Iterator<Item = (&'a Authored, &'a K)>
where
    &'a K: TryFrom<&'a Record>,
{
    reading.records.iter().filter_map(|authored| Some((authored, authored.record.get::<K>()?)))
}
