//! What each office's content is worth: points from 100, every deduction explained, a colour, four indicators.
//! It judges the content files only; how terminals run is reported elsewhere.

mod indicators;
mod page;
mod sheets;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::lint::{Hall, rule};
use super::problem::{Level, Problem};
use super::reading::{Authored, Reading};
use crate::base::id::RecordId;
use crate::content::{CatalogueField, Org, Record};

pub use indicators::{Indicators, Share};

/// Points of an office without a problem.
pub const FULL_POINTS: u32 = 100;
/// From so many points on an office is green.
pub const GREEN_FROM: u32 = 80;
/// From so many points on it is yellow; below it is red.
pub const YELLOW_FROM: u32 = 60;

/// What one problem of a rule costs, and all of a rule together at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// Points for each problem.
    pub each: u32,
    /// Most points for one rule, so that one habit alone makes nobody red.
    pub cap: u32,
}

/// An error keeps content from being published.
pub const ERROR_WEIGHT: Weight = Weight { each: 5, cap: 20 };
/// A warning is a flaw.
pub const WARNING_WEIGHT: Weight = Weight { each: 1, cap: 10 };
/// Warnings that inspections of government sites count for more: silence, late publication, unanswered questions.
pub const WEIGHTS: &[(&str, Weight)] = &[
    ("L16", Weight { each: 2, cap: 15 }),
    ("L22", Weight { each: 2, cap: 15 }),
    ("L25", Weight { each: 2, cap: 10 }),
    ("L32", Weight { each: 3, cap: 15 }),
    ("L33", Weight { each: 3, cap: 10 }),
    ("L38", Weight { each: 2, cap: 15 }),
];

/// The colour of an office; always told by word and shape too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Colour {
    /// Good.
    Green,
    /// To be improved.
    Yellow,
    /// To be mended now.
    Red,
}

/// The scores of a hall on a day.
#[derive(Debug, Clone)]
pub struct Score {
    /// The hall's name.
    pub hall: String,
    /// Whether its content is made up.
    pub is_sample: bool,
    /// The day.
    pub today: Date,
    /// Offices that publish something, best first.
    pub offices: Vec<OfficeScore>,
    /// Names of offices that publish nothing here.
    pub silent: Vec<String>,
    /// Problems of files that belong to no office.
    pub common: Vec<Problem>,
    /// The four indicators of the whole hall.
    pub indicators: Indicators,
}

/// The score of one office.
#[derive(Debug, Clone)]
pub struct OfficeScore {
    /// The office.
    pub id: RecordId,
    /// Its full name.
    pub name: String,
    /// From 0 to 100.
    pub points: u32,
    /// How many records it publishes.
    pub records: usize,
    /// What was taken off, rule by rule, the most first.
    pub deductions: Vec<Deduction>,
    /// Its four indicators.
    pub indicators: Indicators,
}

/// What one rule took off.
#[derive(Debug, Clone)]
pub struct Deduction {
    /// The rule and how its problems weigh.
    pub rule: &'static str,
    /// Errors and warnings of one rule are counted apart.
    pub level: Level,
    /// What one problem costs.
    pub weight: Weight,
    /// Points taken off, never more than the cap.
    pub points: u32,
    /// Each problem, with the title of its record.
    pub problems: Vec<(Problem, String)>,
}

/// Judges a hall that was read and checked on this day.
pub fn score(reading: &Reading, today: Date) -> Score {
    let hall = Hall::new(reading, today);
    let mut problems: BTreeMap<&RecordId, Vec<&Problem>> = BTreeMap::new();
    let mut common = Vec::new();
    for problem in &reading.problems {
        match problem.record.as_ref().and_then(|id| office_of(&hall, hall.authored(id)?)) {
            Some(office) => problems.entry(office).or_default().push(problem),
            None => common.push(problem.clone()),
        }
    }
    let mut records: BTreeMap<&RecordId, usize> = BTreeMap::new();
    for authored in reading.records.iter().filter(|a| a.record.get::<Org>().is_none()) {
        if let Some(office) = office_of(&hall, authored) {
            *records.entry(office).or_default() += 1;
        }
    }
    let (mut offices, mut silent) = (Vec::new(), Vec::new());
    for (_, org) in hall.records::<Org>() {
        let own = problems.get(&org.id).map_or(&[][..], Vec::as_slice);
        match records.get(&org.id) {
            None if own.is_empty() => silent.push(org.name.clone()),
            count => offices.push(office_score(&hall, org, count.copied().unwrap_or(0), own)),
        }
    }
    // Equal points keep the order of the office's own list.
    offices.sort_by_key(|office| std::cmp::Reverse(office.points));
    Score {
        hall: hall.site().map_or_else(String::new, |site| site.hall.clone()),
        is_sample: hall.site().is_some_and(|site| site.is_sample),
        today,
        offices,
        silent,
        common,
        indicators: Indicators::of(&hall, None),
    }
}

/// The office that answers for a record: its own, or the lead office of its field.
fn office_of<'a>(hall: &Hall<'a>, authored: &'a Authored) -> Option<&'a RecordId> {
    let lead = |id: &RecordId| hall.find::<CatalogueField>(id).and_then(|field| field.orgs.first());
    let office = match &authored.record {
        Record::Org(org) => Some(&org.id),
        Record::CatalogueField(field) => field.orgs.first(),
        Record::Entry(entry) => entry.office.as_ref().or_else(|| lead(&entry.field)),
        other => other.org(),
    };
    // An office that is not there cannot answer.
    office.filter(|id| hall.find::<Org>(id).is_some())
}

fn office_score(hall: &Hall<'_>, org: &Org, records: usize, problems: &[&Problem]) -> OfficeScore {
    let mut by_rule: BTreeMap<(&'static str, Level), Vec<(Problem, String)>> = BTreeMap::new();
    for problem in problems {
        let record = problem.record.as_ref().and_then(|id| hall.authored(id));
        let title = record.map_or_else(String::new, |a| a.record.title().to_owned());
        by_rule.entry((problem.rule, problem.level)).or_default().push(((*problem).clone(), title));
    }
    let mut deductions: Vec<Deduction> =
        by_rule.into_iter().map(|((rule, level), problems)| deduct(rule, level, problems)).collect();
    deductions.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.rule.cmp(b.rule)));
    let lost: u32 = deductions.iter().map(|d| d.points).fold(0, u32::saturating_add);
    OfficeScore {
        id: org.id.clone(),
        name: org.name.clone(),
        points: FULL_POINTS.saturating_sub(lost),
        records,
        deductions,
        indicators: Indicators::of(hall, Some(&org.id)),
    }
}

fn deduct(rule: &'static str, level: Level, problems: Vec<(Problem, String)>) -> Deduction {
    let weight = weight_of(rule, level);
    let count = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    Deduction { rule, level, weight, points: count.saturating_mul(weight.each).min(weight.cap), problems }
}

/// How the problems of a rule weigh.
pub fn weight_of(rule: &str, level: Level) -> Weight {
    match level {
        Level::Error => ERROR_WEIGHT,
        Level::Warning => WEIGHTS.iter().find(|(id, _)| *id == rule).map_or(WARNING_WEIGHT, |(_, weight)| *weight),
    }
}

impl OfficeScore {
    /// Its colour.
    pub fn colour(&self) -> Colour {
        Colour::of(self.points)
    }

    /// How many problems of a level it has.
    pub fn count(&self, level: Level) -> usize {
        self.deductions.iter().filter(|d| d.level == level).map(|d| d.problems.len()).sum()
    }
}

impl Deduction {
    /// What the rule asks for.
    pub fn asks(&self) -> &'static str {
        rule(self.rule).map_or("", |rule| rule.asks)
    }

    /// What each problem took off, in their order: nothing once the cap is reached.
    pub fn shares(&self) -> impl Iterator<Item = u32> + '_ {
        let mut left = self.points;
        self.problems.iter().map(move |_| {
            let share = left.min(self.weight.each);
            left -= share;
            share
        })
    }
}

impl Colour {
    /// The colour of so many points.
    pub fn of(points: u32) -> Self {
        match points {
            GREEN_FROM.. => Self::Green,
            YELLOW_FROM.. => Self::Yellow,
            _ => Self::Red,
        }
    }

    /// Its word.
    pub fn term(self) -> &'static str {
        match self {
            Self::Green => "绿",
            Self::Yellow => "黄",
            Self::Red => "红",
        }
    }

    /// Its shape, for those who do not see colours.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Green => "●",
            Self::Yellow => "▲",
            Self::Red => "■",
        }
    }
}

impl Score {
    /// How many offices have a colour.
    pub fn count(&self, colour: Colour) -> usize {
        self.offices.iter().filter(|office| office.colour() == colour).count()
    }

    /// One line an office, for Excel.
    pub fn offices_csv(&self) -> Vec<u8> {
        sheets::offices(self)
    }

    /// One line a problem, for Excel.
    pub fn deductions_csv(&self) -> Vec<u8> {
        sheets::deductions(self)
    }

    /// One page that needs nothing else, to be read or printed.
    pub fn html(&self) -> String {
        page::html(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn problems(n: usize) -> Vec<(Problem, String)> {
        let problem = Problem {
            rule: "L19",
            level: Level::Warning,
            message: String::new(),
            file: PathBuf::new(),
            row: None,
            field: None,
            record: None,
        };
        vec![(problem, String::new()); n]
    }

    #[test]
    fn colours_change_at_their_thresholds() {
        let at = |points| Colour::of(points).term();
        assert_eq!([at(100), at(80), at(79), at(60), at(59), at(0)], ["绿", "绿", "黄", "黄", "红", "红"]);
    }

    #[test]
    fn a_rule_takes_off_no_more_than_its_cap() {
        for (rule, level, n, points) in [
            ("L01", Level::Error, 1, 5),
            ("L01", Level::Error, 4, 20),
            ("L01", Level::Error, 5, 20),
            ("L19", Level::Warning, 9, 9),
            ("L19", Level::Warning, 11, 10),
            ("L32", Level::Warning, 4, 12),
            ("L32", Level::Warning, 6, 15),
            ("L33", Level::Warning, 4, 10),
        ] {
            let deduction = deduct(rule, level, problems(n));
            assert_eq!(deduction.points, points, "{rule} {n}");
            assert_eq!(deduction.shares().sum::<u32>(), points, "{rule} {n}");
        }
        let shares: Vec<_> = deduct("L33", Level::Warning, problems(5)).shares().collect();
        assert_eq!(shares, [3, 3, 3, 1, 0]);
    }

    #[test]
    fn every_weight_is_that_of_a_rule() {
        for (id, weight) in WEIGHTS {
            assert!(rule(id).is_some() && weight.each <= weight.cap, "{id}");
        }
    }
}
