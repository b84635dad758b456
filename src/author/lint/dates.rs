//! Rules on dates: what is over is taken down, what must be public by a day is, nothing comes from tomorrow.
//! They compare dates with the day of the check; they do not guess dates that nobody wrote.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::author::reading::Authored;
use crate::content::notice::PeriodState;
use crate::content::{Entry, Event, Imprint, Notice, Policy, PublishLimit, Record, Village};

/// Days that an event stays for those who want to look it up.
const EVENT_KEPT_DAYS: i32 = 30;
/// Working days after a document's date within which it must be public (政府信息公开条例 26).
const PUBLISHED_WITHIN_DAYS: u16 = 20;

/// L36: nobody sets out for what is over.
pub fn over(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let kept_from = hall.today.checked_sub(EVENT_KEPT_DAYS.days()).unwrap_or(hall.today);
    for (authored, event) in hall.records::<Event>() {
        if event.date < kept_from {
            let message = format!("活动已在{}结束，超过{EVENT_KEPT_DAYS}天，请撤下", event.date);
            problems.push(rule.broken(authored, "date", message));
        }
    }
    for (authored, notice) in hall.records::<Notice>() {
        if notice.is_pinned && notice.state(hall.today) == Some(PeriodState::Over) {
            problems.push(rule.broken(authored, "is_pinned", "期限已过，不应再置顶"));
        }
    }
    for authored in &hall.reading.records {
        let Some(imprint) = authored.record.imprint().filter(|imprint| imprint.is_over(hall.today)) else {
            continue;
        };
        let expires = imprint.expires.map_or(String::new(), |day| day.to_string());
        let message = match authored.record.get::<Policy>() {
            Some(policy) if policy.banner().is_some() => continue,
            Some(_) => format!("有效期到{expires}，有效性应改为“失效”"),
            None => format!("{expires}已失效，请撤下或者延长"),
        };
        problems.push(rule.broken(authored, "expires", message));
    }
    problems
}

/// L38: a document is public within the legal time, and what must be published again and again is.
pub fn published_late(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, policy) in hall.records::<Policy>() {
        // An excerpt of a law is put up when the hall needs it.
        let Some(signed) = policy.signed.filter(|_| !policy.is_excerpt) else { continue };
        let Ok(due) = hall.days.add_working_days(signed, PUBLISHED_WITHIN_DAYS) else { continue };
        let published = policy.imprint.published;
        if published > due.due {
            let message =
                format!("{signed}成文，应在{}前公开（{PUBLISHED_WITHIN_DAYS}个工作日内），实际是{published}", due.due);
            problems.push(rule.broken(authored, "published", message));
        }
    }
    for (authored, entry) in hall.records::<Entry>() {
        let PublishLimit::Periodic { .. } = &entry.time_limit else { continue };
        let Some(target) = entry.doc_ref.as_ref().and_then(|id| hall.authored(id)) else { continue };
        let Some(last) = last_published(&target.record) else { continue };
        // What was published before a due day is the publication of that day; the next one is what can be late.
        let met = entry.time_limit.due(last, &hall.days);
        let due = met.and_then(|met| entry.time_limit.due(met.due, &hall.days));
        if let Some(due) = due.filter(|due| due.due < hall.today) {
            let message = format!("“{}”：{last}以后应在{}前再公开一次，还没有更新", entry.time_limit, due.due);
            problems.push(rule.broken(authored, "time_limit", message));
        }
    }
    problems
}

fn last_published(record: &Record) -> Option<Date> {
    record.imprint().map(Imprint::vouched)
}

/// L39: nothing was published or confirmed on a day that is still to come.
pub fn in_the_future(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |authored: &Authored, field: &str, day: Option<Date>| {
        if let Some(day) = day.filter(|day| *day > hall.today) {
            problems.push(rule.broken(authored, field, format!("{day}还没有到，请核对")));
        }
    };
    for authored in &hall.reading.records {
        if let Some(imprint) = authored.record.imprint() {
            check(authored, "published", Some(imprint.published));
            check(authored, "updated", imprint.updated);
        }
        match &authored.record {
            Record::Policy(policy) => check(authored, "signed", policy.signed),
            Record::Table(table) => check(authored, "as_of", Some(table.as_of)),
            Record::Task(task) => {
                check(authored, "updated", Some(task.updated));
                check(authored, "done", task.done);
            }
            Record::Project(project) => check(authored, "updated", Some(project.updated)),
            Record::Qa(qa) => check(authored, "updated", qa.updated),
            Record::Entry(entry) => check(authored, "updated", entry.updated),
            Record::Village(village) => check(authored, "updated", village_day(village)),
            Record::Reply(reply) => {
                check(authored, "asked", Some(reply.asked));
                check(authored, "replied", reply.replied);
            }
            _ => {}
        }
    }
    problems
}

fn village_day(village: &Village) -> Option<Date> {
    village.updated.max(village.assets_as_of)
}
