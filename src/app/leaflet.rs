//! Pages set like a leaflet: what is shown, in the order in which it is read aloud.
//! Both come from this one list, so that nothing is spoken that is not shown, and the other way round.

use crate::content::{Answers, ChecklistLine, Fee, Guide, Handling, Limit, Material, Necessity, Org, Site, Window};

use super::hall::{GuideTitle, Hall};

/// A page: first lines, questions that decide the rest, the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaflet {
    /// Title and the one sentence.
    pub head: Vec<Leaf>,
    /// Questions with the answer taken.
    pub questions: Vec<Question>,
    /// What can be opened from here.
    pub rows: Vec<Row>,
    /// Everything below.
    pub body: Vec<Leaf>,
}

/// A row that opens another page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub title: String,
    /// One line about it; may be empty.
    pub note: String,
}

/// One line of a leaflet; an empty part is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// How it is set.
    pub kind: LeafKind,
    /// First part.
    pub name: String,
    /// Second part.
    pub value: String,
    /// Third part, set smaller.
    pub note: String,
}

/// How a line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// The page's title.
    Title,
    /// The one sentence.
    Lead,
    /// A block's heading.
    Heading,
    /// A name and its value.
    Fact,
    /// A paragraph.
    Text,
    /// A paper with its tick box.
    Paper,
    /// The line above papers of which one is enough.
    Group,
    /// A paper of such a group.
    GroupPaper,
    /// A step of the way.
    Step,
    /// A remark.
    Note,
}

/// A question with its choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The choices.
    pub choices: Vec<String>,
    /// The choice taken.
    pub chosen: usize,
}

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// [`Leaf::name`]
    Name,
    /// [`Leaf::value`]
    Value,
    /// [`Leaf::note`]
    Note,
}

/// Where a paragraph of the readout stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line above the questions.
    Head(usize, Part),
    /// A question's text.
    Question(usize),
    /// A choice of a question.
    Choice(usize, usize),
    /// A row.
    Row(usize, Part),
    /// A line below.
    Body(usize, Part),
}

impl Row {
    /// A row without a second line, or with one.
    pub fn new(title: impl Into<String>, note: impl Into<String>) -> Self {
        Self { title: title.into(), note: note.into() }
    }
}

impl Leaf {
    /// A line with its first part only.
    pub fn new(kind: LeafKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), value: String::new(), note: String::new() }
    }

    fn fact(name: &str, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(LeafKind::Fact, name) }
    }

    fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The parts that are there, in reading order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, &str)> {
        [(Part::Name, &self.name), (Part::Value, &self.value), (Part::Note, &self.note)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(part, text)| (part, text.as_str()))
    }
}

impl Leaflet {
    /// Every text of the page with its place, in reading order.
    pub fn paragraphs(&self) -> Vec<(Place, &str)> {
        let mut paragraphs = Vec::new();
        for (i, leaf) in self.head.iter().enumerate() {
            paragraphs.extend(leaf.parts().map(|(part, text)| (Place::Head(i, part), text)));
        }
        for (q, question) in self.questions.iter().enumerate() {
            paragraphs.push((Place::Question(q), question.text.as_str()));
            for (c, choice) in question.choices.iter().enumerate() {
                paragraphs.push((Place::Choice(q, c), choice.as_str()));
            }
        }
        for (i, row) in self.rows.iter().enumerate() {
            paragraphs.push((Place::Row(i, Part::Name), row.title.as_str()));
            if !row.note.is_empty() {
                paragraphs.push((Place::Row(i, Part::Note), row.note.as_str()));
            }
        }
        for (i, leaf) in self.body.iter().enumerate() {
            paragraphs.extend(leaf.parts().map(|(part, text)| (Place::Body(i, part), text)));
        }
        paragraphs
    }

    /// A service guide for the answers given.
    pub fn of_guide(guide: &Guide, answers: &Answers, hall: &Hall) -> Self {
        let mut head = vec![Leaf::new(LeafKind::Title, &guide.title), Leaf::new(LeafKind::Lead, &guide.plain)];
        let badges = guide.badges();
        if !badges.is_empty() {
            head.push(Leaf::new(LeafKind::Note, badges.join(" · ")));
        }
        let questions = guide.situations.iter().enumerate().map(|(i, s)| Question {
            text: s.question.clone(),
            choices: s.choices.iter().map(|c| c.label.clone()).collect(),
            chosen: answers.chosen(i),
        });
        let mut body = Vec::new();
        papers(guide, answers, &mut body);
        places(guide, hall, &mut body);
        time_and_cost(guide, &mut body);
        conditions_and_steps(guide, &mut body);
        basis_and_questions(guide, &mut body);
        complaint(guide, hall, &mut body);
        Self { head, questions: questions.collect(), rows: Vec::new(), body }
    }

    /// An office: what it is for and how to reach it.
    pub fn of_org(org: &Org, hall: &Hall) -> Self {
        let mut head = vec![Leaf::new(LeafKind::Title, &org.name), Leaf::new(LeafKind::Lead, &org.about)];
        let mut body = vec![
            Leaf::new(LeafKind::Heading, "怎么联系"),
            Leaf::fact("电话", &org.phone),
            Leaf::fact("投诉", &org.complain),
            Leaf::fact("地址", &org.address),
        ];
        for window in hall.windows.iter().filter(|w| w.org == org.id) {
            body.push(window_leaf(window, hall));
        }
        let row = |g: &GuideTitle| Row::new(&g.title, "");
        let rows: Vec<Row> = hall.guides_of(&org.id).map(row).collect();
        if !rows.is_empty() {
            head.push(Leaf::new(LeafKind::Heading, "能办的事"));
        }
        Self { head, questions: Vec::new(), rows, body }
    }

    /// Whom to ask, where to complain, how to apply for information.
    pub fn of_ask(hall: &Hall) -> Self {
        let site = &hall.site;
        let head = vec![
            Leaf::new(LeafKind::Title, "我要问"),
            Leaf::new(LeafKind::Lead, "有事不明白、不满意，都可以问，不收费。"),
        ];
        let mut body = vec![
            Leaf::new(LeafKind::Heading, "打电话"),
            Leaf::fact("热线", &site.hotline).with_note("咨询、求助、投诉、建议都可以打。"),
            Leaf::new(LeafKind::Heading, "找人问"),
        ];
        body.extend(help_facts(site, hall));
        body.push(Leaf::new(LeafKind::Heading, "申请政府信息公开"));
        body.push(Leaf::new(
            LeafKind::Text,
            "想要的政府信息没有公开，可以向有关部门书面申请，不用说明用途。不会写的，可以口头提出，由工作人员代填。",
        ));
        body.push(Leaf::new(LeafKind::Heading, "各部门投诉电话"));
        body.extend(hall.orgs.iter().map(|org| Leaf::fact(&org.short, &org.complain)));
        Self { head, body, ..Self::default() }
    }

    /// A page that is a title, a line and rows.
    pub fn of_rows(title: &str, lead: &str, rows: Vec<Row>) -> Self {
        let head = vec![Leaf::new(LeafKind::Title, title), Leaf::new(LeafKind::Lead, lead)];
        Self { head, rows, ..Self::default() }
    }
}

/// Where a person helps, as facts.
pub fn help_facts(site: &Site, hall: &Hall) -> Vec<Leaf> {
    let mut facts = vec![Leaf::fact("窗口", &site.help_desk), Leaf::fact("电话", &site.help_phone)];
    if let Some(hours) = hall.hours(&site.hours) {
        facts.push(Leaf::fact("时间", hours.lines().join("；")).with_note(&hours.note));
    }
    facts.push(Leaf::fact("地址", &site.address));
    facts
}

fn papers(guide: &Guide, answers: &Answers, body: &mut Vec<Leaf>) {
    body.push(Leaf::new(LeafKind::Heading, "要带的材料"));
    let checklist = guide.checklist(answers);
    if checklist.lines.is_empty() {
        body.push(Leaf::new(LeafKind::Text, "不用带材料。"));
    }
    for line in &checklist.lines {
        match line {
            ChecklistLine::Paper(material) => body.push(paper(LeafKind::Paper, material)),
            ChecklistLine::OneOf { label, papers } => {
                body.push(Leaf::new(LeafKind::Group, format!("{label}（任选其一）")));
                body.extend(papers.iter().map(|m| paper(LeafKind::GroupPaper, m)));
            }
        }
    }
}

fn paper(kind: LeafKind, material: &Material) -> Leaf {
    let need = match material.need {
        Necessity::Required => "",
        Necessity::Optional => "（有就带）",
        Necessity::Later => "（可以后补）",
    };
    Leaf { value: format!("{}{need}", material.amount()), ..Leaf::new(kind, &material.name) }.with_note(&material.note)
}

fn places(guide: &Guide, hall: &Hall, body: &mut Vec<Leaf>) {
    body.push(Leaf::new(LeafKind::Heading, "到哪里办"));
    for window in hall.windows(&guide.contact.windows) {
        body.push(window_leaf(window, hall));
    }
    let channels: Vec<_> = guide.channels.iter().map(|c| c.term()).collect();
    body.push(Leaf::fact("方式", channels.join("、")));
    body.push(Leaf::fact("范围", &guide.scope));
    body.push(Leaf::fact("咨询", &guide.contact.consult));
}

/// A window: sign, place, hours.
fn window_leaf(window: &Window, hall: &Hall) -> Leaf {
    let mut note = hall.hours(&window.hours).map_or(String::new(), |h| h.lines().join("；"));
    if window.has_low_counter {
        note.push_str("。有低位柜台");
    }
    Leaf::fact(&format!("{}号窗口", window.number), format!("{}，{}", window.name, window.place)).with_note(note)
}

fn time_and_cost(guide: &Guide, body: &mut Vec<Leaf>) {
    body.push(Leaf::new(LeafKind::Heading, "多久，多少钱"));
    let promise = match guide.handling {
        Handling::Immediate => "当场办结".to_owned(),
        Handling::Promised => guide.promise_limit.to_string(),
    };
    let saved = guide.time_saved_percent().map_or(String::new(), |p| format!("，压缩{p}%"));
    body.push(Leaf::fact("时限", promise).with_note(format!("法定{}{saved}", legal(guide.legal_limit))));
    match &guide.fee {
        Fee::Free => body.push(Leaf::fact("费用", "不收费")),
        Fee::Charged { standard, basis } => body.push(Leaf::fact("费用", standard).with_note(format!("依据：{basis}"))),
    }
    let visits = match guide.visits {
        0 => "不用到现场".to_owned(),
        n => format!("{n}次"),
    };
    body.push(Leaf::fact("跑几次", visits));
    body.push(Leaf::fact("拿到", &guide.outcome.name).with_note(guide.outcome.delivery.join("、")));
}

fn legal(limit: Limit) -> String {
    if limit.n == 0 { "当场".to_owned() } else { limit.to_string() }
}

fn conditions_and_steps(guide: &Guide, body: &mut Vec<Leaf>) {
    body.push(Leaf::new(LeafKind::Heading, "谁可以办"));
    body.extend(guide.conditions.iter().map(|c| Leaf::new(LeafKind::Text, c)));
    body.push(Leaf::new(LeafKind::Heading, "怎么办"));
    for (i, step) in guide.steps.iter().enumerate() {
        let name = format!("第{}步 {}", i + 1, step.name);
        body.push(
            Leaf { value: step.what.clone(), ..Leaf::new(LeafKind::Step, name) }
                .with_note(format!("{}，{}", step.who, step.time)),
        );
    }
}

fn basis_and_questions(guide: &Guide, body: &mut Vec<Leaf>) {
    if !guide.faq.is_empty() {
        body.push(Leaf::new(LeafKind::Heading, "常见问题"));
        body.extend(guide.faq.iter().map(|faq| Leaf::new(LeafKind::Text, &faq.question).with_note(&faq.answer)));
    }
    body.push(Leaf::new(LeafKind::Heading, "依据"));
    for basis in &guide.basis {
        let number = if basis.number.is_empty() { String::new() } else { format!("（{}）", basis.number) };
        body.push(
            Leaf::new(LeafKind::Text, format!("《{}》{number}{}", basis.title, basis.article)).with_note(&basis.text),
        );
    }
}

fn complaint(guide: &Guide, hall: &Hall, body: &mut Vec<Leaf>) {
    body.push(Leaf::new(LeafKind::Heading, "不满意，去投诉"));
    body.push(Leaf::fact("电话", &guide.contact.complain));
    if guide.contact.complain != hall.site.hotline {
        body.push(Leaf::fact("热线", &hall.site.hotline));
    }
    let org = hall.org(&guide.org).map_or("", |o| o.name.as_str());
    body.push(Leaf::new(
        LeafKind::Note,
        format!("发布：{org} · {} · 审核：{}", guide.imprint.published, guide.imprint.reviewed_by),
    ));
}
