//! Rules on titles: told apart, and read at one glance.
//! They compare what residents see in lists; ids may be as long as they like.

use std::collections::BTreeMap;

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::author::reading::Authored;
use crate::content::{Entry, IndexItem, Record};

/// Longest title in characters that fits two lines of a tile (half of 1,135 real titles have 14).
const TITLE_CHARS_GOOD: usize = 40;

/// L10: two services of one office that cannot be told apart.
pub fn same_guides(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut seen = BTreeMap::new();
    let mut problems = Vec::new();
    for (authored, guide) in hall.guides() {
        let first = *seen.entry((guide.org.as_str(), guide.title.trim())).or_insert(authored);
        if !std::ptr::eq(first, authored) {
            let message = format!("与 {} 同名，居民分不清", first.file.display());
            problems.push(rule.broken(authored, "title", message));
        }
    }
    problems
}

/// L34: two records of one kind and one office with the same title, or a service listed although it has a guide.
pub fn same_others(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let guides: BTreeMap<_, _> = hall.guides().map(|(a, g)| ((g.org.as_str(), g.title.trim()), a)).collect();
    let mut seen: BTreeMap<(&str, String), &Authored> = BTreeMap::new();
    let mut problems = Vec::new();
    for authored in &hall.reading.records {
        let guide = authored.record.get::<IndexItem>().and_then(|i| guides.get(&(i.org.as_str(), i.title.trim())));
        if let Some(guide) = guide {
            let message = format!("{} 已有同名的办事指南，这里不用再列", guide.file.display());
            problems.push(rule.broken(authored, "title", message));
        }
        let Some(name) = full_name(&authored.record) else { continue };
        let first = *seen.entry((authored.record.id().kind(), name)).or_insert(authored);
        if !std::ptr::eq(first, authored) && first.record.id() != authored.record.id() {
            let place = first.row.map_or(String::new(), |row| format!("第{row}行"));
            let message = format!("与 {}{place} 的{}同名", first.file.display(), authored.record.label());
            problems.push(rule.broken(authored, title_field(&authored.record), message));
        }
    }
    problems
}

/// What tells a record from its kind in a list; none where equal names are usual.
fn full_name(record: &Record) -> Option<String> {
    let org = record.org().map_or("", |id| id.as_str());
    let with = |more: &str| Some(format!("{org}\n{}\n{more}", record.title().trim()));
    match record {
        Record::Org(_)
        | Record::Device(_)
        | Record::FloorMap(_)
        | Record::Topic(_)
        | Record::Bundle(_)
        | Record::CatalogueField(_)
        | Record::ListHead(_)
        | Record::Table(_) => Some(record.title().trim().to_owned()),
        Record::Window(window) => Some(format!("{}\n{}\n{}", window.place.trim(), window.number.trim(), window.name)),
        Record::Entry(entry) => Some(entry_name(entry)),
        Record::Event(event) => with(&event.date.to_string()),
        Record::Reply(reply) => with(&reply.question),
        Record::Interpretation(interpretation) => with(interpretation.policy.as_str()),
        Record::IndexItem(_)
        | Record::Policy(_)
        | Record::Qa(_)
        | Record::Task(_)
        | Record::Project(_)
        | Record::Notice(_)
        | Record::Survey(_)
        | Record::Form(_) => with(""),
        // Guides have a rule of their own; the others have no title, or take it from where they belong.
        Record::Guide(_)
        | Record::Site(_)
        | Record::Hours(_)
        | Record::Calendar(_)
        | Record::Agent(_)
        | Record::Row(_)
        | Record::Village(_)
        | Record::VillageRules(_)
        | Record::BoardMonth(_)
        | Record::Case(_)
        | Record::Synonyms(_)
        | Record::Lexicon(_)
        | Record::Style(_) => None,
    }
}

/// A matter may be disclosed in several parts, each by whom and at its own level.
fn entry_name(entry: &Entry) -> String {
    let (field, content) = (entry.field.as_str(), entry.content.trim());
    let levels: Vec<_> = entry.level.iter().map(|level| level.term()).collect();
    format!("{field}\n{}\n{}\n{content}\n{}\n{}", entry.item1, entry.item2, entry.org, levels.join("、"))
}

fn title_field(record: &Record) -> &'static str {
    match record {
        Record::Org(_) | Record::Window(_) | Record::Device(_) | Record::CatalogueField(_) => "name",
        Record::Entry(_) => "item1",
        Record::Qa(_) => "question",
        _ => "title",
    }
}

/// L11: a title that is read at one glance.
pub fn long(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    hall.guides()
        .filter_map(|(authored, guide)| {
            let chars = guide.title.chars().count();
            let message = format!("名称有{chars}字，超过{TITLE_CHARS_GOOD}字，屏幕上不好读");
            (chars > TITLE_CHARS_GOOD).then(|| rule.broken(authored, "title", message))
        })
        .collect()
}
