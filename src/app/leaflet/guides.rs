//! The pages of what can be done: a service guide, a service known by name only, a theme, an event of life.
//! They add no paper and no promise that the office did not write.

use crate::content::topic::{SharedPaper, merged_papers};
use crate::content::{
    Agent, Answers, Bundle, ChecklistLine, Fee, Guide, Handling, IndexItem, Limit, Material, Necessity, Topic,
};
use crate::store::{Of, Shelf};

use super::parts::{
    belongings, footer, group, heading, link, office_facts, office_row, over_banner, page, reference, short_footer,
    text, window_leaf, window_sign,
};
use super::{Around, Icon, Leaf, LeafKind, Leaflet, Question, Row, Target};
use crate::app::hall::Hall;
use crate::base::id::RecordId;

/// A service guide for the answers given.
pub fn guide(guide: &Guide, answers: &Answers, around: &Around<'_>) -> Leaflet {
    let mut head: Vec<Leaf> = over_banner(around, &guide.imprint).into_iter().collect();
    head.extend([Leaf::new(LeafKind::Title, &guide.title), Leaf::new(LeafKind::Lead, &guide.plain)]);
    let mut badges = guide.badges();
    if guide.by_agent {
        badges.push("可代办");
    }
    if !badges.is_empty() {
        head.push(Leaf::new(LeafKind::Note, badges.join(" · ")));
    }
    let questions = guide.situations.iter().enumerate().map(|(i, s)| Question {
        text: s.question.clone(),
        choices: s.choices.iter().map(|c| c.label.clone()).collect(),
        chosen: vec![answers.chosen(i)],
    });
    let hall = around.hall;
    let mut body = Vec::new();
    papers(guide, answers, &mut body);
    places(guide, hall, &mut body);
    agents(guide, around, &mut body);
    time_and_cost(guide, &mut body);
    conditions_and_steps(guide, &mut body);
    basis_and_questions(guide, &mut body);
    complaint(guide, hall, &mut body);
    body.push(footer(around, &guide.org, &guide.imprint));
    Leaflet { head, questions: questions.collect(), body, links: guide_links(guide, around), ..Leaflet::default() }
}

/// Forms, documents it rests on, what the office named, its agents.
fn guide_links(guide: &Guide, around: &Around<'_>) -> Vec<Row> {
    let policies = guide.basis.iter().filter_map(|basis| basis.policy.as_ref());
    let windows = around.hall.windows(&guide.contact.windows);
    let windows = windows.iter().map(|window| {
        link(Icon::Window, format!("{}在哪里", window_sign(window)), &window.id).with_note(&window.place)
    });
    let mut links: Vec<Row> = guide.forms.iter().chain(policies).filter_map(|id| reference(around, id)).collect();
    if guide.by_agent && around.hall.count("agent") > 0 {
        let all = Target::List(Shelf { kind: "agent", of: Of::All });
        links.push(Row::new(Icon::Person, "代办员名单", all).with_note("可以请他们代办"));
    }
    links.extend(windows);
    links.extend(guide.imprint.related.iter().filter_map(|id| reference(around, id)));
    links.extend(office_row(around, &guide.org));
    group(&mut links, "相关");
    links
}

/// Whom one can ask to handle it; all of them when they are few.
fn agents(guide: &Guide, around: &Around<'_>, body: &mut Vec<Leaf>) {
    if !guide.by_agent {
        return;
    }
    body.push(heading("可以请人代办"));
    body.push(text("自己不方便来，可以请村（社区）代办员代办，不收费。"));
    let few = around.hall.count("agent") <= around.opened.near::<Agent>().count();
    for agent in around.opened.near::<Agent>().filter(|_| few) {
        let place = around.hall.org(&agent.org).map_or("", |org| org.short.as_str());
        body.push(Leaf::fact(place, format!("{} {}", agent.name, agent.phone)).with_note(&agent.note));
    }
}

/// A service of which only the name is known here: whom to ask.
pub fn item(item: &IndexItem, around: &Around<'_>) -> Leaflet {
    let mut page = page(&item.title, "这件事的办事指南还没有放到本机，请先打电话问清楚再来。");
    let org = around.hall.org(&item.org);
    let phone = if item.phone.is_empty() { org.map_or("", |o| o.phone.as_str()) } else { item.phone.as_str() };
    let mut body = vec![heading("问哪里"), Leaf::fact("部门", org.map_or("", |o| o.name.as_str()))];
    body.push(Leaf::fact("电话", phone));
    body.push(Leaf::fact("地址", org.map_or("", |o| o.address.as_str())));
    for window in around.hall.windows.iter().filter(|w| w.org == item.org) {
        body.push(window_leaf(window, around.hall));
    }
    body.push(heading("事项信息"));
    body.push(Leaf::fact("类型", item.kind.map_or("", |k| k.term())));
    body.push(Leaf::fact("编码", &item.code));
    if item.url.is_some() {
        body.push(text("官方网页上有这件事的指南，点“扫码带走”用手机看。"));
    }
    body.push(short_footer(around, Some(&item.org), None));
    page.body = body;
    page.links.extend(office_row(around, &item.org));
    group(&mut page.links, "相关");
    page
}

/// A theme with its four sections; an empty one says so.
pub fn topic(topic: &Topic, around: &Around<'_>) -> Leaflet {
    let mut page = page(&topic.title, &topic.plain);
    let ids = |ids: &[RecordId]| ids.iter().filter_map(|id| reference(around, id)).collect::<Vec<_>>();
    let sections = [
        ("政策文件", ids(&topic.policies)),
        ("答疑解惑", ids(&topic.answers)),
        ("业务办理", ids(&topic.guides)),
        ("数据查询", ids(&topic.data)),
    ];
    // What most people come for stands first; the law's order is kept behind it.
    for (name, mut rows) in [&sections[2], &sections[0], &sections[1], &sections[3]].map(Clone::clone) {
        if rows.is_empty() {
            page.body.push(heading(name));
            page.body.push(text("暂无"));
        }
        for row in &mut rows {
            row.note.clear();
        }
        group(&mut rows, name);
        page.rows.extend(rows);
    }
    page.links = ids(&topic.linked);
    group(&mut page.links, "关联服务");
    page.links.extend(belongings(around, &topic.imprint, &topic.org));
    page.body.push(footer(around, &topic.org, &topic.imprint));
    page
}

/// An event of life: its services, their papers merged, the way through all of them.
pub fn bundle(bundle: &Bundle, around: &Around<'_>) -> Leaflet {
    let mut page = page(&bundle.title, &bundle.plain);
    let guides: Vec<&Guide> =
        bundle.guides.iter().filter_map(|id| around.opened.near::<Guide>().find(|g| g.id == *id)).collect();
    let levels: Vec<_> = bundle.levels.iter().map(|l| l.term()).collect();
    page.head.push(Leaf::new(LeafKind::Note, format!("{}件事一次办 · {}", guides.len(), levels.join("、"))));
    for guide in &guides {
        let org = around.hall.org(&guide.org).map_or("", |o| o.short.as_str());
        page.rows.push(link(Icon::Guide, &guide.title, &guide.id).with_note(format!("{org}，{}", guide.promise_limit)));
    }
    group(&mut page.rows, "包含的事项");
    page.body.push(heading("一共要带的材料"));
    page.body.push(Leaf::new(LeafKind::Note, "几件事都要的只带一份；各件事按通常情形列出，特殊情形请看各自的指南。"));
    for paper in merged_papers(guides.iter().copied()) {
        shared_paper(&paper, &mut page.body);
    }
    page.body.push(heading("怎么办"));
    for (i, step) in bundle.steps.iter().enumerate() {
        let leaf = Leaf::new(LeafKind::Step, format!("第{}步 {}", i + 1, step.name));
        page.body.push(Leaf { value: step.what.clone(), ..leaf }.with_note(format!("{}，{}", step.who, step.time)));
    }
    page.body.push(heading("问哪里"));
    page.body.extend(office_facts(around, &bundle.org, "牵头"));
    page.body.push(footer(around, &bundle.org, &bundle.imprint));
    page.links = belongings(around, &bundle.imprint, &bundle.org);
    page
}

fn shared_paper(shared: &SharedPaper, body: &mut Vec<Leaf>) {
    let wanted = format!("用于：{}", shared.wanted_by.join("、"));
    match (&shared.label, shared.papers.as_slice()) {
        (Some(label), papers) => {
            body.push(Leaf::new(LeafKind::Group, format!("{label}（任选其一）")));
            for material in papers {
                body.push(paper(LeafKind::GroupPaper, material));
            }
            body.push(Leaf::new(LeafKind::Note, wanted));
        }
        (None, papers) => {
            for material in papers {
                body.push(paper(LeafKind::Paper, material).with_note(&wanted));
            }
        }
    }
}

fn papers(guide: &Guide, answers: &Answers, body: &mut Vec<Leaf>) {
    body.push(heading("要带的材料"));
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
    body.push(heading("到哪里办"));
    for window in hall.windows(&guide.contact.windows) {
        body.push(window_leaf(window, hall));
    }
    let channels: Vec<_> = guide.channels.iter().map(|c| c.term()).collect();
    body.push(Leaf::fact("方式", channels.join("、")));
    body.push(Leaf::fact("范围", &guide.scope));
    body.push(Leaf::fact("咨询", &guide.contact.consult));
}

fn time_and_cost(guide: &Guide, body: &mut Vec<Leaf>) {
    body.push(heading("多久，多少钱"));
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
    body.push(heading("谁可以办"));
    body.extend(guide.conditions.iter().map(|c| Leaf::new(LeafKind::Text, c)));
    body.push(heading("怎么办"));
    for (i, step) in guide.steps.iter().enumerate() {
        let name = format!("第{}步 {}", i + 1, step.name);
        body.push(
            Leaf { value: step.what.clone(), ..Leaf::new(LeafKind::Step, name) }
                .with_note(format!("{}，{}", step.who, step.time)),
        );
        if !step.any_of.is_empty() {
            body.push(Leaf::new(LeafKind::Group, "下面的办法任选其一"));
            body.extend(step.any_of.iter().map(|way| Leaf::new(LeafKind::GroupPaper, way)));
        }
        if let Some(picture) = step.picture.as_ref().filter(|p| !p.alt.is_empty()) {
            body.push(Leaf::picture(&picture.file, format!("图示：{}", picture.alt)));
        }
    }
}

fn basis_and_questions(guide: &Guide, body: &mut Vec<Leaf>) {
    if !guide.faq.is_empty() {
        body.push(heading("常见问题"));
        body.extend(guide.faq.iter().map(|faq| Leaf::new(LeafKind::Text, &faq.question).with_note(&faq.answer)));
    }
    body.push(heading("依据"));
    for basis in &guide.basis {
        let number = if basis.number.is_empty() { String::new() } else { format!("（{}）", basis.number) };
        body.push(
            Leaf::new(LeafKind::Text, format!("《{}》{number}{}", basis.title, basis.article)).with_note(&basis.text),
        );
    }
}

fn complaint(guide: &Guide, hall: &Hall, body: &mut Vec<Leaf>) {
    body.push(heading("不满意，去投诉"));
    body.push(Leaf::fact("电话", &guide.contact.complain));
    if guide.contact.complain != hall.site.hotline {
        body.push(Leaf::fact("热线", &hall.site.hotline));
    }
}
