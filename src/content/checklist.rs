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
        let part = |name: &str, n: u32| (n > 0).then(|| format!("{name}{n}份"));
        let parts: Vec<_> = [part("原件", self.originals), part("复印件", self.copies)].into_iter().flatten().collect();
        if parts.is_empty() { self.form.term().to_owned() } else { parts.join("，") }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::content::schema::{Map, Source};

    /// A guide with two questions and a group of three papers of which one is enough.
    pub(in crate::content) fn guide() -> Guide {
        let text = r#"
            id = "allowance"
            title = "高龄津贴"
            plain = "年满80周岁可以申请。"
            org = "minzheng"
            kind = "行政给付"
            levels = ["乡级"]
            handling = "承诺件"
            for_whom = ["自然人"]
            legal_limit = { n = 20, unit = "工作日" }
            promise_limit = { n = 10, unit = "工作日" }
            visits = 1
            channels = ["窗口办理", "网上办理"]
            scope = "全市"
            conditions = ["年满80周岁"]
            published = "2026-03-01"
            reviewed_by = "民政局"
            situation = [
                { question = "办哪一项？", choices = [{ key = "first", label = "申请" }, { key = "yearly", label = "核查" }] },
                { question = "谁来办?", choices = [{ key = "self", label = "本人" }, { key = "agent", label = "代办" }] },
            ]
            material = [
                { id = "idcard", name = "身份证", form = "原件和复印件", originals = 1, copies = 2, source = "公安", need = "必要" },
                { id = "visit", name = "上门确认单", form = "原件", originals = 1, source = "村委会", need = "必要", only_for = ["yearly"] },
                { id = "proxy", name = "委托书", form = "原件", originals = 1, source = "自备", need = "必要", only_for = ["agent"] },
                { id = "video", name = "视频记录", form = "电子", source = "村委会", need = "必要", only_for = ["yearly"] },
                { id = "photo", name = "近照", form = "电子", source = "自备", need = "必要", only_for = ["yearly", "agent"] },
            ]
            any_of = [{ label = "证明健在", materials = ["visit", "video", "photo"] }]
            step = [{ name = "申请", who = "老人", what = "提出申请。", time = "当场" }]
            fee = { charged = false }
            outcome = { name = "高龄津贴", delivery = ["按月发放"] }
            contact = { consult = "0600-5550111", complain = "12345", windows = ["w1"] }
            basis = [{ title = "老年人权益保障法" }]
        "#;
        let map: Map = toml::from_str(text).unwrap();
        crate::content::schema::read(map, Source::Values).unwrap()
    }

    /// The list as lines of names, a group as `label:a/b`.
    fn lines(guide: &Guide, choices: &[(usize, usize)]) -> Vec<String> {
        let mut answers = Answers::default();
        for (situation, choice) in choices {
            answers.choose(guide, *situation, *choice);
        }
        let names = |papers: &[&Material]| papers.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join("/");
        let line = |line: &ChecklistLine<'_>| match line {
            ChecklistLine::Paper(paper) => paper.name.clone(),
            ChecklistLine::OneOf { label, papers } => format!("{label}:{}", names(papers)),
        };
        guide.checklist(&answers).lines.iter().map(line).collect()
    }

    #[test]
    fn unanswered_questions_stand_at_the_usual_answer() {
        let guide = guide();
        assert_eq!(lines(&guide, &[]), ["身份证"]);
        assert_eq!(guide.checklist(&Answers::default()).situation, ["办哪一项：申请", "谁来办：本人"]);
    }

    #[test]
    fn a_group_stands_once_where_its_first_paper_stands() {
        assert_eq!(lines(&guide(), &[(0, 1)]), ["身份证", "证明健在:上门确认单/视频记录/近照"]);
        assert_eq!(lines(&guide(), &[(0, 1), (1, 1)]), ["身份证", "证明健在:上门确认单/视频记录/近照", "委托书"]);
    }

    #[test]
    fn a_group_of_which_one_paper_applies_is_that_paper() {
        assert_eq!(lines(&guide(), &[(1, 1)]), ["身份证", "委托书", "近照"]);
    }

    #[test]
    fn an_answer_that_the_guide_does_not_have_changes_nothing() {
        assert_eq!(lines(&guide(), &[(0, 2), (7, 0), (1, usize::MAX)]), lines(&guide(), &[]));
        assert_eq!(lines(&guide(), &[(0, 1), (0, 0)]), lines(&guide(), &[]), "the last answer holds");
    }

    #[test]
    fn an_amount_says_originals_and_copies() {
        let guide = guide();
        assert_eq!(guide.materials[0].amount(), "原件1份，复印件2份");
        assert_eq!(guide.materials[1].amount(), "原件1份");
        assert_eq!(guide.materials[3].amount(), "电子");
    }
}
