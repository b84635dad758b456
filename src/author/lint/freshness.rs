//! Rules on age: what nobody confirmed for months, questions nobody answered, surveys nobody reported on.
//! The limits are those of the national inspection of government sites (国办秘函〔2019〕19号).

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::author::reading::Authored;
use crate::content::{Guide, Interpretation, Notice, Policy, Record, Reply, Survey};

/// Months without a notice or document after which an office counts as silent.
const SILENT_MONTHS: i32 = 6;
/// Months after which a guide or an answer must be confirmed again.
const CONFIRMED_MONTHS: i32 = 12;
/// Months after which the state of a task or project must be told again.
const PROGRESS_MONTHS: i32 = 3;
/// Months after which the figures of a table are old.
const FIGURES_MONTHS: i32 = 12;
/// Working days within which a question on the board is answered.
const ANSWERED_WITHIN_DAYS: u16 = 15;
/// Days after a survey within which its result is published.
const REPORTED_WITHIN_DAYS: i32 = 30;

/// L16: what is shown was looked at not too long ago.
pub fn stale(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = silent_offices(rule, hall);
    for authored in &hall.reading.records {
        let Some((field, day, months, what)) = vouched(&authored.record) else { continue };
        if day < months_ago(hall.today, months) {
            problems.push(rule.broken(authored, field, format!("{day}以后没有更新；{what}")));
        }
    }
    problems
}

/// The field and day of the last confirmation, for how many months it is good, and what is asked for.
fn vouched(record: &Record) -> Option<(&'static str, Date, i32, &'static str)> {
    match record {
        Record::Guide(guide) => {
            Some((confirmed_at(guide), guide.imprint.vouched(), CONFIRMED_MONTHS, "办事指南要每年确认一次"))
        }
        Record::Qa(qa) => qa.updated.map(|day| ("updated", day, CONFIRMED_MONTHS, "问答要每年确认一次")),
        Record::Table(table) => Some(("as_of", table.as_of, FIGURES_MONTHS, "数据要每年更新一次")),
        Record::Task(task) if task.done.is_none() => {
            Some(("updated", task.updated, PROGRESS_MONTHS, "没有完成的工作，每3个月要更新一次进展"))
        }
        Record::Project(project) if project.accepted.is_none() => {
            Some(("updated", project.updated, PROGRESS_MONTHS, "没有验收的项目，每3个月要更新一次进展"))
        }
        _ => None,
    }
}

fn confirmed_at(guide: &Guide) -> &'static str {
    if guide.imprint.updated.is_some() { "updated" } else { "published" }
}

/// Offices whose newest notice or document is old, each told once, at that notice or document.
fn silent_offices(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut newest: BTreeMap<&str, (Date, &Authored)> = BTreeMap::new();
    for authored in &hall.reading.records {
        let record = &authored.record;
        let is_news = record.get::<Notice>().is_some()
            || record.get::<Policy>().is_some()
            || record.get::<Interpretation>().is_some();
        let (Some(org), Some(imprint)) = (record.org().filter(|_| is_news), record.imprint()) else { continue };
        let last = newest.entry(org.as_str()).or_insert((imprint.vouched(), authored));
        if imprint.vouched() > last.0 {
            *last = (imprint.vouched(), authored);
        }
    }
    let oldest = months_ago(hall.today, SILENT_MONTHS);
    newest
        .into_values()
        .filter(|(day, _)| *day < oldest)
        .map(|(day, authored)| {
            let message = format!("{day}以后，这个单位没有新的公告或文件，已超过{SILENT_MONTHS}个月");
            rule.broken(authored, "published", message)
        })
        .collect()
}

fn months_ago(today: Date, months: i32) -> Date {
    today.checked_sub(months.months()).unwrap_or(today)
}

/// L32: whoever asks in public is answered in time.
pub fn unanswered(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, reply) in hall.records::<Reply>() {
        let Ok(due) = hall.days.add_working_days(reply.asked, ANSWERED_WITHIN_DAYS) else { continue };
        if reply.replied.is_none() && due.due < hall.today {
            let message = format!("{}的留言应在{}前答复，还没有答复", reply.asked, due.due);
            problems.push(rule.broken(authored, "replied", message));
        }
    }
    problems
}

/// L33: whoever took part in a survey learns what came of it.
pub fn surveys_without_result(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, survey) in hall.records::<Survey>() {
        let Ok(due) = survey.closes.checked_add(REPORTED_WITHIN_DAYS.days()) else { continue };
        if survey.result.is_none() && due < hall.today {
            let message = format!("{}已截止，应在{due}前公布结果和采纳情况", survey.closes);
            problems.push(rule.broken(authored, "close", message));
        }
    }
    problems
}
