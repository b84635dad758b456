//! Rules on the document library: documents that still hold, clauses that exist, interpretations in time.
//! They compare what the office declared; what the law says is for people to read.

use jiff::civil::Date;

use super::{Hall, Rule};
use crate::author::problem::{Level, Problem};
use crate::base::id::RecordId;
use crate::content::policy::PolicyStatus;
use crate::content::schema::Seen;
use crate::content::{Interpretation, Policy, Qa};

/// Working days after a document within which it must be explained (国办发〔2016〕61号).
const INTERPRETED_WITHIN_DAYS: u16 = 3;

/// L14: what no longer holds is no ground to stand on; a mere link to it is worth a warning.
pub fn dead_basis(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for authored in &hall.reading.records {
        // The library itself knows which of its documents are history, and what was announced on a day stays so.
        if matches!(authored.record.id().kind(), "policy" | "interpretation" | "notice" | "survey") {
            continue;
        }
        authored.record.visit(&mut |at, seen| {
            let Seen::Reference(id) = seen else { return };
            let Some(policy) = hall.find::<Policy>(id) else { return };
            let is_its_own = authored.record.get::<Qa>().is_some_and(|qa| is_of(qa, policy));
            if let Some(state) = dead(policy, hall.today).filter(|_| !is_its_own) {
                let level = if at.to_string().starts_with("basis") { Level::Error } else { Level::Warning };
                let by =
                    if policy.repealed_by.is_empty() { String::new() } else { format!("，见{}", policy.repealed_by) };
                let message = format!("《{}》{state}{by}，请换成现行的文件", policy.title);
                problems.push(rule.broken_as(level, authored, &at.to_string(), message));
            }
        });
    }
    problems
}

/// Whether an answer lies in the document's own folder, where it is read below the banner.
fn is_of(qa: &Qa, policy: &Policy) -> bool {
    qa.id.name().strip_prefix(policy.id.name()).is_some_and(|rest| rest.starts_with('.'))
}

fn dead(policy: &Policy, today: Date) -> Option<&'static str> {
    match policy.status {
        PolicyStatus::Repealed => Some("已废止"),
        PolicyStatus::Lapsed => Some("已失效"),
        PolicyStatus::InForce | PolicyStatus::Amended => policy.imprint.is_over(today).then_some("已过有效期"),
    }
}

/// L24: whoever follows a citation finds the clause.
pub fn dead_cites(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    // A document that could not be read is told elsewhere.
    let dead = |policy: &RecordId, cites: &[String]| -> Vec<String> {
        let Some(policy) = hall.find::<Policy>(policy) else { return Vec::new() };
        let lost = cites.iter().filter(|cite| policy.clause(cite).is_none());
        lost.map(|cite| format!("《{}》里没有编号为“{cite}”的条款", policy.title)).collect()
    };
    for (authored, interpretation) in hall.records::<Interpretation>() {
        for (i, section) in interpretation.sections.iter().enumerate() {
            let told = dead(&interpretation.policy, &section.cites).into_iter();
            problems.extend(told.map(|m| rule.broken(authored, &format!("sections[{}].cites", i + 1), m)));
        }
    }
    for (authored, qa) in hall.records::<Qa>() {
        match &qa.policy {
            Some(policy) => {
                problems.extend(dead(policy, &qa.cites).into_iter().map(|m| rule.broken(authored, "cites", m)));
            }
            None if qa.cites.is_empty() => {}
            None => problems.push(rule.broken(authored, "cites", "写了条款，没有写是哪份文件（policy）")),
        }
    }
    problems
}

/// L25: an interpretation that comes weeks later finds everybody confused already.
pub fn late_interpretations(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, interpretation) in hall.records::<Interpretation>() {
        let Some(policy) = hall.find::<Policy>(&interpretation.policy) else { continue };
        let is_first = interpretation.id.name() == policy.id.name();
        let (public, explained) = (policy.imprint.published, interpretation.imprint.published);
        let Ok(due) = hall.days.add_working_days(public, INTERPRETED_WITHIN_DAYS) else { continue };
        // Further interpretations may follow when people ask.
        if is_first && explained > due.due {
            let message = format!(
                "文件{public}公布，解读应在{}前公布（{INTERPRETED_WITHIN_DAYS}个工作日内），实际是{explained}",
                due.due
            );
            problems.push(rule.broken(authored, "published", message));
        }
    }
    problems
}

/// L26: a document that must be explained is, or the office says why not.
pub fn missing_interpretations(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let explained: std::collections::BTreeSet<_> =
        hall.records::<Interpretation>().map(|(_, i)| i.policy.name()).collect();
    // An interpretation that is there but not right is told by what is wrong with it.
    let broken = |policy: &Policy| {
        let is_its = |id: &RecordId| id.kind() == "interpretation" && id.name().starts_with(policy.id.name());
        hall.reading.broken.iter().any(is_its)
    };
    hall.records::<Policy>()
        .filter(|(_, p)| {
            p.needs_interpretation && p.waiver.is_empty() && !explained.contains(p.id.name()) && !broken(p)
        })
        .map(|(authored, _)| {
            rule.broken(authored, "needs_interpretation", "须配解读，却没有 interp.md；不解读的要在 waiver 写明理由")
        })
        .collect()
}
