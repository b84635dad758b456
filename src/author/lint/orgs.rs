//! Rules on the tree of offices: residents go through it three touches deep.
//! Circles are told where references are checked; here they end the climb.

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::Org;

/// Levels of offices: city, township, village.
const LEVELS_MAX: usize = 3;

/// L37: no office lies deeper than three levels.
pub fn too_deep(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, org) in hall.records::<Org>() {
        let level = level_of(hall, org);
        if level > LEVELS_MAX {
            problems.push(rule.broken(authored, "parent", format!("机构在第{level}级，最多{LEVELS_MAX}级")));
        }
    }
    problems
}

/// 1 for an office without one above it, and for one on a circle.
fn level_of(hall: &Hall<'_>, org: &Org) -> usize {
    let mut line = vec![&org.id];
    let mut up = org.parent.as_ref();
    while let Some(parent) = up.and_then(|id| hall.find::<Org>(id)) {
        if line.contains(&&parent.id) {
            return 1;
        }
        line.push(&parent.id);
        up = parent.parent.as_ref();
    }
    line.len()
}
