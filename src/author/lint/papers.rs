//! Rules on the list of papers: every answer must lead to a list that one can take home.
//! It walks every combination of answers, up to a limit that no real guide reaches.

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::{Answers, Guide};

/// Most combinations of answers; six questions of four answers each.
pub const COMBINATIONS_MAX: usize = 4_096;

/// L09: no combination of answers ends with an empty list.
pub fn empty_lists(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, guide) in hall.guides() {
        if guide.situations.is_empty() && guide.materials.is_empty() {
            // A service that asks for no paper at all says so; only a question without an effect is wrong.
            continue;
        }
        let Some(combinations) = combinations(guide) else {
            let message = format!("情形组合超过{COMBINATIONS_MAX}种，居民答不完，请拆成几份指南");
            problems.push(rule.broken(authored, "situation", message));
            continue;
        };
        if let Some(empty) = combinations.iter().map(|a| guide.checklist(a)).find(|list| list.lines.is_empty()) {
            let path = empty.situation.join("，");
            let message = match path.is_empty() {
                true => "没有材料".to_owned(),
                false => format!("选“{path}”时没有任何材料"),
            };
            problems.push(rule.broken(authored, "material", message));
        }
    }
    problems
}

/// Every combination of answers, in the order of an odometer; none when there are too many.
pub fn combinations(guide: &Guide) -> Option<Vec<Answers>> {
    let mut all = vec![Answers::default()];
    for (s, situation) in guide.situations.iter().enumerate() {
        let count = all.len().checked_mul(situation.choices.len()).filter(|n| *n <= COMBINATIONS_MAX)?;
        let mut longer = Vec::with_capacity(count);
        for answers in &all {
            for choice in 0..situation.choices.len() {
                let mut answers = answers.clone();
                answers.choose(guide, s, choice);
                longer.push(answers);
            }
        }
        all = longer;
    }
    Some(all)
}
