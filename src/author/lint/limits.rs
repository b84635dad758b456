//! Rules on time and visits: what is promised must not contradict itself.
//! They compare declared values only; no calendar is needed.

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::{Channel, Guide, Handling};

/// L04: on-the-spot services take no days, promises keep within the law, both count the same days.
pub fn contradictions(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, guide) in hall.guides() {
        for (field, message) in limit_problems(guide) {
            problems.push(rule.broken(authored, field, message));
        }
    }
    problems
}

fn limit_problems(guide: &Guide) -> Vec<(&'static str, String)> {
    let (legal, promise) = (guide.legal_limit, guide.promise_limit);
    let mut found = Vec::new();
    // An on-the-spot service may well have a legal limit of days; its promise is what counts.
    if guide.handling == Handling::Immediate && promise.n > 0 {
        found.push(("promise_limit", format!("即办件应当场办结（n = 0），写的是{promise}")));
    }
    if guide.handling == Handling::Promised && promise.n == 0 {
        found.push(("handling", "承诺时限是当场办结，应为即办件".to_owned()));
    }
    if legal.n > 0 && promise.n > 0 && legal.unit != promise.unit {
        let (legal, promise) = (legal.unit.term(), promise.unit.term());
        found.push(("promise_limit.unit", format!("法定时限按{legal}、承诺时限按{promise}，单位要一致")));
    } else if promise.n > legal.n {
        found.push(("promise_limit.n", format!("承诺时限（{promise}）超过了法定时限（{legal}）")));
    }
    found
}

/// L08: who need not come must be able to apply from afar.
pub fn visits_without_a_way(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    hall.guides()
        .filter(|(_, guide)| guide.visits == 0 && guide.channels.iter().all(|c| *c == Channel::Window))
        .map(|(authored, _)| rule.broken(authored, "visits", "到现场次数为 0，却只能到窗口办理"))
        .collect()
}
