//! What can be told only when all records are known: ids used twice, references that lead nowhere, circles.
//! It changes no record and drops none.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::RecordId;
use crate::content::{Guide, Record, Site};

use super::problem::{Level, Problem};
use super::reading::{Authored, Reading};

/// Every problem between the records of a hall.
pub fn check(reading: &Reading) -> Vec<Problem> {
    let known: BTreeMap<&RecordId, &Authored> = reading.records.iter().rev().map(|a| (a.record.id(), a)).collect();
    let mut problems = Vec::new();
    for authored in &reading.records {
        let first = known[authored.record.id()];
        if !std::ptr::eq(first, authored) {
            let place = first.row.map_or(String::new(), |row| format!("第{row}行"));
            let message = format!("编号“{}”已用于 {}{place}", authored.record.id().name(), first.file.display());
            problems.push(authored.problem("F07", Level::Error, "id", message));
        }
        for (field, id) in references(&authored.record) {
            let is_there = known.contains_key(id) || reading.broken.contains(id);
            if !is_there && !reading.unread_kinds.contains(id.kind()) {
                let message = format!("{}里没有“{}”", home_of(id.kind()), id.name());
                problems.push(authored.problem("L07", Level::Error, &field, message));
            }
        }
    }
    problems.extend(circles(&known));
    problems.extend(foreign_hosts(reading));
    problems
}

/// Every reference of a record to another, with its field.
fn references(record: &Record) -> Vec<(String, &RecordId)> {
    match record {
        Record::Site(site) => site_references(site),
        Record::Org(org) => org.parent.iter().map(|id| ("parent".to_owned(), id)).collect(),
        Record::Window(window) => vec![("org".to_owned(), &window.org), ("hours".to_owned(), &window.hours)],
        Record::Hours(_) => Vec::new(),
        Record::Guide(guide) => guide_references(guide),
    }
}

fn site_references(site: &Site) -> Vec<(String, &RecordId)> {
    let mut all = vec![("hours".to_owned(), &site.hours)];
    all.extend(numbered("frequent", &site.frequent));
    all
}

fn guide_references(guide: &Guide) -> Vec<(String, &RecordId)> {
    let mut all = vec![("org".to_owned(), &guide.org)];
    all.extend(numbered("contact.windows", &guide.contact.windows));
    all
}

fn numbered<'a>(field: &'static str, ids: &'a [RecordId]) -> impl Iterator<Item = (String, &'a RecordId)> {
    ids.iter().enumerate().map(move |(i, id)| (format!("{field}[{}]", i + 1), id))
}

/// Where the office keeps records of a kind.
fn home_of(kind: &str) -> &'static str {
    match kind {
        "org" => "orgs.csv ",
        "window" => "windows.csv ",
        "hours" => "hours.toml ",
        _ => "items/ ",
    }
}

/// Offices that are above themselves, each circle told once, at its first office.
fn circles(known: &BTreeMap<&RecordId, &Authored>) -> Vec<Problem> {
    let parent = |id: &RecordId| match known.get(id).map(|a| &a.record) {
        Some(Record::Org(org)) => org.parent.as_ref(),
        Some(Record::Site(_) | Record::Window(_) | Record::Hours(_) | Record::Guide(_)) | None => None,
    };
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for (id, authored) in known {
        let mut above = vec![*id];
        let mut next = parent(id);
        while let Some(up) = next.filter(|up| !above.contains(up)) {
            above.push(up);
            next = parent(up);
        }
        // Only offices on the circle itself come back to where they began.
        if next == Some(*id) && !told.contains(id) {
            told.extend(above.iter().copied());
            let names: Vec<_> = above.iter().chain([id]).map(|id| id.name()).collect();
            let message = format!("上级机构绕成了圈：{}", names.join(" → "));
            problems.push(authored.problem("F09", Level::Error, "parent", message));
        }
    }
    problems
}

/// Official pages on hosts that the hall does not vouch for.
fn foreign_hosts(reading: &Reading) -> Vec<Problem> {
    let Some(site) = reading.records.iter().find_map(|a| match &a.record {
        Record::Site(site) => Some(site),
        Record::Org(_) | Record::Window(_) | Record::Hours(_) | Record::Guide(_) => None,
    }) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for authored in &reading.records {
        let Record::Guide(guide) = &authored.record else { continue };
        let Some(url) = &guide.url else { continue };
        let host = url.trim_start_matches("https://").split(['/', '?', '#']).next().unwrap_or_default();
        if !site.qr_hosts.iter().any(|allowed| allowed == host) {
            let message = format!("网站“{host}”不在 site.toml 的 qr_hosts 里，二维码不能指向它");
            problems.push(authored.problem("L13", Level::Error, "url", message));
        }
    }
    problems
}
