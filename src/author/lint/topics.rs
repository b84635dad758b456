//! Rules on themes and events of life: no empty shelf, no service without its step.
//! Whether what they refer to exists is checked with all references.

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::{Bundle, Topic};

/// L30: whoever opens a section finds something in it.
pub fn empty_sections(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, topic) in hall.records::<Topic>() {
        let sections = [
            ("policies", "政策文件", topic.policies.is_empty()),
            ("answers", "答疑解惑", topic.answers.is_empty()),
            ("guides", "业务办理", topic.guides.is_empty()),
            ("data", "数据查询", topic.data.is_empty()),
        ];
        for (field, label, _) in sections.into_iter().filter(|(_, _, is_empty)| *is_empty) {
            problems.push(rule.broken(authored, field, format!("“{label}”是空的，居民会看到“暂无”")));
        }
    }
    for (authored, bundle) in hall.records::<Bundle>() {
        let names_any = bundle.steps.iter().any(|step| step.guide.is_some());
        for (i, guide) in bundle.guides.iter().enumerate().filter(|_| names_any) {
            if !bundle.steps.iter().any(|step| step.guide.as_ref() == Some(guide)) {
                let message = format!("“{}”在办理流程里没有对应的环节", guide.name());
                problems.push(rule.broken(authored, &format!("guides[{}]", i + 1), message));
            }
        }
    }
    problems
}
