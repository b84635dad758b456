//! The papers for one resident's situation: what the screen shows, the voice says and the receipt lists.
//! It never adds "other materials": every line is a declared paper.

use super::guide::{Guide, Material};

/// The choices taken, one index a situation; a situation not yet answered stands at its first, usual choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(Vec<usize>);

impl Answers {
    /// Takes choice `choice` of situation `situation`; what the guide does not have is ignored.
    pub fn choose(&mut self, guide: &Guide, situation: usize, choice: usize) {
        let exists = guide.situations.get(situation).is_some_and(|s| choice < s.choices.len());
        if exists {
            self.0.resize(self.0.len().max(situation + 1), 0);
            self.0[situation] = choice;
        }
    }

    /// Index of the choice taken for a situation.
    pub fn chosen(&self, situation: usize) -> usize {
        self.0.get(situation).copied().unwrap_or(0)
    }
}

/// The papers to bring, in the office's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist<'a> {
    /// The answers in words, as `谁来办：本人`.
    pub situation: Vec<String>,
    /// Single papers and groups.
    pub lines: Vec<ChecklistLine<'a>>,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChecklistLine<'a> {
    /// This paper.
    Paper(&'a Material),
    /// One of these papers is enough.
    OneOf {
        /// What they prove.
        label: &'a str,
        /// The papers to choose from, two or more.
        papers: Vec<&'a Material>,
    },
}

impl Guide {
    /// The papers for these answers. A group of which only one paper applies becomes that paper.
    pub fn checklist(&self, answers: &Answers) -> Checklist<'_> {
        let chosen: Vec<_> = self
            .situations
            .iter()
            .enumerate()
            .filter_map(|(i, s)| Some((s, s.choices.get(answers.chosen(i))?)))
            .collect();
        let applies = |m: &Material| {
            m.only_for.is_empty() || m.only_for.iter().any(|key| chosen.iter().any(|(_, c)| c.key == *key))
        };
        let mut lines = Vec::new();
        let mut groups_done = Vec::new();
        for material in self.materials.iter().filter(|m| applies(m)) {
            let group = self.any_of.iter().position(|g| g.materials.contains(&material.id));
            let Some(index) = group else {
                lines.push(ChecklistLine::Paper(material));
                continue;
            };
            if groups_done.contains(&index) {
                continue;
            }
            groups_done.push(index);
            let group = &self.any_of[index];
            let papers: Vec<_> =
                self.materials.iter().filter(|m| group.materials.contains(&m.id) && applies(m)).collect();
            lines.push(match papers.as_slice() {
                [single] => ChecklistLine::Paper(single),
                _ => ChecklistLine::OneOf { label: &group.label, papers },
            });
        }
        let situation =
            chosen.iter().map(|(s, c)| format!("{}：{}", s.question.trim_end_matches(['？', '?']), c.label)).collect();
        Checklist { situation, lines }
    }
}

impl Material {
    /// How it is wanted: `原件1份，复印件2份`.
    pub fn amount(&self) -> String {
        let part = |name: &str, n: u8| (n > 0).then(|| format!("{name}{n}份"));
        let parts: Vec<_> = [part("原件", self.originals), part("复印件", self.copies)].into_iter().flatten().collect();
        if parts.is_empty() { self.form.term().to_owned() } else { parts.join("，") }
    }
}
