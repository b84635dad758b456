//! Rules on pictures: who does not see them must be told what they say.
//! They do not look into the pictures.

use super::{Hall, Rule};
use crate::author::problem::{Level, Problem};
use crate::content::Interpretation;
use crate::content::policy::InterpretationKind;

/// Fewest characters that say what an explaining picture says.
const STORY_CHARS_MIN: usize = 30;

/// L20: every picture has its words, and an explaining picture has all of them.
pub fn without_words(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    const UNTOLD: &str = "图片没有文字说明（alt），看不见的人不知道画了什么";
    let mut problems = Vec::new();
    for (authored, guide) in hall.guides() {
        for (i, step) in guide.steps.iter().enumerate() {
            if step.picture.as_ref().is_some_and(|picture| picture.alt.is_empty()) {
                problems.push(rule.broken(authored, &format!("step[{}].picture.alt", i + 1), UNTOLD));
            }
        }
    }
    for (authored, interpretation) in hall.records::<Interpretation>() {
        let is_story = interpretation.kind == InterpretationKind::Picture;
        if is_story && interpretation.pictures.is_empty() {
            problems.push(rule.broken_as(Level::Warning, authored, "kind", "解读形式是图解，却没有图片"));
        }
        for (i, picture) in interpretation.pictures.iter().enumerate() {
            let (field, chars) = (format!("picture[{}].alt", i + 1), picture.alt.chars().count());
            if chars == 0 {
                problems.push(rule.broken(authored, &field, UNTOLD));
            } else if is_story && chars < STORY_CHARS_MIN {
                let message = format!("图解的文字说明只有{chars}字，图里的数字和步骤都要写出来");
                problems.push(rule.broken_as(Level::Warning, authored, &field, message));
            }
        }
    }
    problems
}
