//! Rules on village boards: one month's money is the next one's, and what must be published is.
//! Whether a month balances in itself is checked while it is read.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::author::reading::Authored;
use crate::base::id::RecordId;
use crate::content::org::OrgKind;
use crate::content::schema::Month;
use crate::content::village::{AppliesTo, Cycle, MandatoryItem};
use crate::content::{BoardMonth, Org, Village, VillageRules};

/// Day of the next month by which a month's board must hang.
const DUE_DAY: i8 = 20;
/// Most months looked back; older boards are history.
const MONTHS_BACK_MAX: usize = 12;

type Boards<'a> = BTreeMap<Month, (&'a Authored, &'a BoardMonth)>;

fn boards<'a>(hall: &Hall<'a>) -> BTreeMap<&'a RecordId, Boards<'a>> {
    let mut villages: BTreeMap<_, Boards<'a>> = BTreeMap::new();
    for (authored, board) in hall.records::<BoardMonth>() {
        villages.entry(&board.org).or_default().insert(board.month, (authored, board));
    }
    villages
}

/// L21: what a month ends with, the next begins with.
pub fn broken_chain(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for months in boards(hall).values() {
        for (month, (authored, board)) in months {
            let before = months.get(&month.before()).and_then(|(_, before)| before.closing);
            if let (Some(closing), Some(opening)) = (before, board.opening)
                && closing != opening
            {
                let message = format!("上月结余写的是{opening}元，{}的期末是{closing}元，接不上", month.before());
                problems.push(rule.broken(authored, "opening", message));
            }
        }
    }
    problems
}

/// L22: every mandatory item of a cycle that is over hangs on the board.
pub fn unpublished(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let rules: Vec<_> = hall.records::<VillageRules>().flat_map(|(_, rules)| &rules.items).collect();
    let boards = boards(hall);
    let mut problems = Vec::new();
    for (profile, village) in hall.records::<Village>() {
        let none = Boards::new();
        let months = boards.get(&village.org).unwrap_or(&none);
        let due = due_months(hall.today, months);
        for month in due.iter().filter(|month| !months.contains_key(month)) {
            let message = format!("缺{month}的公开栏，整月应公开未公开");
            problems.push(rule.broken(profile, "", message));
        }
        let kind = hall.find::<Org>(&village.org).and_then(|org| org.kind);
        for item in rules.iter().filter(|item| binds(item, kind)) {
            for cycle in cycles(item.cycle, &due) {
                let is_told = |m: &&Month| {
                    months.get(*m).is_some_and(|(_, board)| board.entries.iter().any(|e| e.mandatory_id == item.id))
                };
                // A month without any board is told above, once.
                let last = cycle.iter().rev().find_map(|month| months.get(month));
                if let (Some((authored, _)), false) = (last, cycle.iter().any(|month| is_told(&month))) {
                    let span = span_of(cycle);
                    let message =
                        format!("应公开未公开：{span}没有“{}”（{}，{}）", item.name, item.id, item.cycle.term());
                    problems.push(rule.broken(authored, "", message));
                }
            }
        }
    }
    problems
}

fn span_of(cycle: &[Month]) -> String {
    match cycle {
        [only] => only.to_string(),
        [first, .., last] => format!("{first}至{last}"),
        [] => String::new(),
    }
}

fn binds(item: &MandatoryItem, kind: Option<OrgKind>) -> bool {
    match item.applies_to {
        AppliesTo::Both => true,
        AppliesTo::Village => kind != Some(OrgKind::Community),
        AppliesTo::Community => kind == Some(OrgKind::Community),
    }
}

/// The months whose boards must hang by today, from the village's first board on, oldest first.
fn due_months(today: Date, months: &Boards<'_>) -> Vec<Month> {
    let Some(first) = months.keys().next().copied() else { return Vec::new() };
    let this = Month { year: today.year(), month: today.month() };
    let mut month = if today.day() > DUE_DAY { this.before() } else { this.before().before() };
    let mut due = Vec::new();
    while month >= first && due.len() < MONTHS_BACK_MAX {
        due.push(month);
        month = month.before();
    }
    due.reverse();
    due
}

/// The whole cycles among the months that are due.
fn cycles(cycle: Cycle, due: &[Month]) -> Vec<&[Month]> {
    let of_calendar = |length: usize| {
        // A quarter begins in January, April, July or October; a half-year in January or July.
        let begins = |month: &Month| usize::from(month.month.unsigned_abs() - 1).is_multiple_of(length);
        let start = due.iter().position(begins).unwrap_or(due.len());
        due[start..].chunks_exact(length).collect()
    };
    match cycle {
        Cycle::Monthly => of_calendar(1),
        Cycle::Quarterly => of_calendar(3),
        Cycle::HalfYearly => of_calendar(6),
        // Villages choose the month; within any twelve it must have been there.
        Cycle::Yearly => due.chunks_exact(12).collect(),
        Cycle::Prompt => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(from: (i16, i8), n: usize) -> Vec<Month> {
        let mut months = vec![Month { year: from.0, month: from.1 }];
        while months.len() < n {
            let last = months[months.len() - 1];
            months.push(Month { year: last.year + i16::from(last.month == 12), month: last.month % 12 + 1 });
        }
        months
    }

    #[test]
    fn only_whole_cycles_are_asked_for() {
        let due = months((2025, 11), 12);
        let count = |cycle| cycles(cycle, &due).len();
        assert_eq!((count(Cycle::Monthly), count(Cycle::Quarterly), count(Cycle::HalfYearly)), (12, 3, 1));
        assert_eq!((count(Cycle::Yearly), count(Cycle::Prompt)), (1, 0));
        assert_eq!(span_of(cycles(Cycle::Quarterly, &due)[0]), "2026-01至2026-03");
        assert_eq!(cycles(Cycle::Yearly, &due[1..]).len(), 0);
    }
}
