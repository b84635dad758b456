//! Rules on words: names of papers, titles.
//! They look at names only; running text has its own rules.

use std::collections::BTreeMap;

use super::{Rule, guides};
use crate::author::problem::Problem;
use crate::author::reading::Reading;

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

/// Longest title in characters that fits two lines of a tile (half of 1,135 real titles have 14).
const TITLE_CHARS_GOOD: usize = 40;

/// L02: a paper has a name one can ask for.
pub fn vague_names(rule: &Rule, reading: &Reading) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, guide) in guides(reading) {
        let papers = guide.materials.iter().enumerate().map(|(i, m)| (format!("material[{}].name", i + 1), &m.name));
        let groups = guide.any_of.iter().enumerate().map(|(i, g)| (format!("any_of[{}].label", i + 1), &g.label));
        for (field, name) in papers.chain(groups) {
            if let Some(word) = VAGUE.iter().find(|word| name.contains(**word)) {
                let message = format!("“{word}”不具体，请写出每一份材料的名称");
                problems.push(rule.broken(authored, &field, message));
            }
        }
    }
    problems
}

/// L10: two services of one office that cannot be told apart.
pub fn same_titles(rule: &Rule, reading: &Reading) -> Vec<Problem> {
    let mut seen = BTreeMap::new();
    let mut problems = Vec::new();
    for (authored, guide) in guides(reading) {
        let first = *seen.entry((guide.org.as_str(), guide.title.trim())).or_insert(authored);
        if !std::ptr::eq(first, authored) {
            let message = format!("与 {} 同名，居民分不清", first.file.display());
            problems.push(rule.broken(authored, "title", message));
        }
    }
    problems
}

/// L11: a title that is read at one glance.
pub fn long_titles(rule: &Rule, reading: &Reading) -> Vec<Problem> {
    guides(reading)
        .filter_map(|(authored, guide)| {
            let chars = guide.title.chars().count();
            let message = format!("名称有{chars}字，超过{TITLE_CHARS_GOOD}字，屏幕上不好读");
            (chars > TITLE_CHARS_GOOD).then(|| rule.broken(authored, "title", message))
        })
        .collect()
}
