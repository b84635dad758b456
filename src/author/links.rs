//! What can be told only when all records are known: ids used twice, references that lead nowhere, circles.
//! It changes no record and drops none.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::RecordId;
use crate::content::schema::{Seen, host_of};
use crate::content::{Org, Site};

use super::problem::{Level, Problem};
use super::reading::{Authored, Reading};
use super::sources::home_of;

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
        authored.record.visit(&mut |at, seen| {
            let Seen::Reference(id) = seen else { return };
            let is_there = known.contains_key(id) || reading.broken.contains(id);
            if !is_there && !reading.unread_kinds.contains(id.kind()) {
                let message = match home_of(id.kind()) {
                    "" => format!("没有“{id}”这样的内容"),
                    file if file.contains('.') => format!("{file} 里没有“{}”", id.name()),
                    folder => format!("{folder}/ 里没有“{}”", id.name()),
                };
                problems.push(authored.problem("L07", Level::Error, &at.to_string(), message));
            }
        });
    }
    problems.extend(circles(&known));
    problems.extend(foreign_hosts(reading));
    problems
}

/// Offices that are above themselves, each circle told once, at its first office.
fn circles(known: &BTreeMap<&RecordId, &Authored>) -> Vec<Problem> {
    let parent = |id: &RecordId| known.get(id).and_then(|a| a.record.get::<Org>()).and_then(|org| org.parent.as_ref());
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
    let Some(site) = reading.records.iter().find_map(|a| a.record.get::<Site>()) else { return Vec::new() };
    let mut problems = Vec::new();
    for authored in &reading.records {
        authored.record.visit(&mut |at, seen| {
            let Seen::Url(url) = seen else { return };
            let host = host_of(url);
            if !site.qr_hosts.iter().any(|allowed| allowed == host) {
                let message = format!("网站“{host}”不在 site.toml 的 qr_hosts 里，二维码不能指向它");
                problems.push(authored.problem("L13", Level::Error, &at.to_string(), message));
            }
        });
    }
    problems
}
