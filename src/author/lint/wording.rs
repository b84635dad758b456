//! Rules on the names of papers: whoever asks for one at another counter must be understood.
//! They look at names only; running text has its own rules.

use super::{Hall, Rule};
use crate::author::problem::Problem;

/// Words that leave the resident guessing which paper is meant (2015 national survey of government sites).
const VAGUE: &[&str] = &[
    "有关材料",
    "其他材料",
    "其它材料",
    "相关材料",
    "有关证明",
    "其他证明",
    "相关证明",
    "等材料",
    "等证明",
    "等证件",
    "等相关",
    "其他需要",
    "其它需要",
];

/// L02: a paper has a name one can ask for.
pub fn vague_names(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let own: Vec<&str> = hall.style().map_or(Vec::new(), |style| style.vague.iter().map(String::as_str).collect());
    let mut problems = Vec::new();
    for (authored, guide) in hall.guides() {
        let papers = guide.materials.iter().enumerate().map(|(i, m)| (format!("material[{}].name", i + 1), &m.name));
        let groups = guide.any_of.iter().enumerate().map(|(i, g)| (format!("any_of[{}].label", i + 1), &g.label));
        for (field, name) in papers.chain(groups) {
            let word = VAGUE.iter().chain(&own).find(|word| name.contains(**word)).copied();
            if let Some(word) = word.or_else(|| name.ends_with('等').then_some("等")) {
                let message = format!("“{word}”不具体，请写出每一份材料的名称");
                problems.push(rule.broken(authored, &field, message));
            }
        }
    }
    problems
}
