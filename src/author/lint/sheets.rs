//! Rules on lists and tables: sets that must be whole, figures that must add up.
//! They read cells as numbers where the head says that they are.

use std::collections::BTreeMap;

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::author::reading::Authored;
use crate::base::id::RecordId;
use crate::content::schema::{Money, Terms, Written};
use crate::content::table::RandomPart;
use crate::content::{ListHead, Row, Table};

/// The rows of each list and table.
fn rows_by_sheet<'a>(hall: &Hall<'a>) -> BTreeMap<&'a RecordId, Vec<(&'a Authored, &'a Row)>> {
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (authored, row) in hall.records::<Row>() {
        rows.entry(&row.sheet).or_default().push((authored, row));
    }
    rows
}

/// L23: 一单、两库、一细则、一计划: who publishes one publishes all five.
pub fn random_set(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let lists: Vec<_> = hall.records::<ListHead>().filter(|(_, list)| list.part.is_some()).collect();
    let Some((first, _)) = lists.first() else { return Vec::new() };
    let is_there = |part: RandomPart| lists.iter().any(|(_, list)| list.part == Some(part));
    let lost = RandomPart::TERMS.iter().filter(|(_, part)| !is_there(*part));
    lost.map(|(term, _)| rule.broken(first, "part", format!("双随机一公开缺“{term}”"))).collect()
}

/// L29: a reform that asks for more than before is told as one that asks for less.
pub fn negative_reforms(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let rows = rows_by_sheet(hall);
    let mut problems = Vec::new();
    for (_, list) in hall.records::<ListHead>() {
        for change in &list.changes {
            let (Some(before), Some(after)) = (list.sheet.column(&change.before), list.sheet.column(&change.after))
            else {
                continue;
            };
            for (authored, row) in rows.get(&list.id).into_iter().flatten() {
                let number = |i: usize| row.cells.get(i).and_then(|cell| number(cell));
                let (Some(was), Some(is)) = (number(before), number(after)) else { continue };
                if is > was {
                    let message = format!("{}改革前{was}、改革后{is}，反而增加了，请核对", change.label);
                    problems.push(rule.broken(authored, &change.after, message));
                }
            }
        }
    }
    problems
}

fn number(cell: &str) -> Option<f64> {
    cell.trim().replace(',', "").trim_end_matches('%').parse().ok().filter(|n: &f64| n.is_finite())
}

/// L31: more cannot be used than there is.
pub fn overdrawn(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let rows = rows_by_sheet(hall);
    let mut problems = Vec::new();
    for (authored, table) in hall.records::<Table>() {
        let Some(progress) = &table.progress else { continue };
        let Some(column) = table.sheet.column(&progress.used) else { continue };
        let cells = rows.get(&table.id).into_iter().flatten().filter_map(|(_, row)| row.cells.get(column));
        let used = Money(cells.filter_map(|cell| Money::of(cell)).fold(0, |sum, money| sum.saturating_add(money.0)));
        if used > progress.total {
            let message = format!("各行合计{used}元，超过总额{}元", progress.total);
            problems.push(rule.broken(authored, "progress.total", message));
        }
    }
    problems
}
