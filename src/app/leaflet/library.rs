//! The pages of the document library: a document, what it means, a question answered.
//! What no longer holds says so before anything else.

use crate::content::{Interpretation, Policy, Qa};

use super::lists::row_of;
use super::parts::{
    belongings, day_text, footer, group, heading, link, office_facts, office_row, page, short_footer, text,
};
use super::{Around, Icon, Leaf, LeafKind, Leaflet, Row, Target};
use crate::base::id::RecordId;
use crate::store::{Of, Shelf};

/// A document: banner, facts, explanations as rows, clauses.
pub fn policy(policy: &Policy, around: &Around<'_>) -> Leaflet {
    let mut head: Vec<Leaf> = policy.banner().map(|banner| Leaf::new(LeafKind::Banner, banner)).into_iter().collect();
    head.push(Leaf::new(LeafKind::Title, &policy.title));
    let lead = [policy.issuer.as_str(), policy.number.as_str()].into_iter().filter(|t| !t.is_empty());
    head.push(Leaf::new(LeafKind::Lead, lead.collect::<Vec<_>>().join(" · ")));
    let mut rows: Vec<Row> = around
        .opened
        .near::<Interpretation>()
        .map(|i| link(Icon::Topic, &i.title, &i.id).with_note(i.kind.term()))
        .collect();
    group(&mut rows, "通俗解读");
    let answers = around.opened.inside.as_ref();
    let mut questions: Vec<Row> =
        answers.into_iter().flat_map(|a| &a.records).map(|qa| row_of(qa, 0, around.hall, around.today)).collect();
    for row in &mut questions {
        row.note.clear();
    }
    if let Some(all) = answers.filter(|all| all.total > questions.len()) {
        let shelf = Shelf { kind: "qa", of: Of::Inside(policy.id.clone()) };
        questions.push(Row::new(Icon::Question, format!("全部{}条问答", all.total), Target::List(shelf)));
    }
    group(&mut questions, "政策问答");
    rows.extend(questions);
    let mut body = vec![heading("文件信息"), Leaf::fact("有效性", policy.status.term())];
    let day = |day: Option<jiff::civil::Date>| day.map(day_text).unwrap_or_default();
    body.push(Leaf::fact("成文", day(policy.signed)));
    body.push(Leaf::fact("施行", day_text(policy.in_force_from())));
    body.push(Leaf::fact("索引号", &policy.index_no));
    body.push(Leaf::fact("主题", &policy.topic));
    body.push(Leaf::fact("公开", policy.open.term()));
    body.push(heading(if policy.is_excerpt { "原文（节选）" } else { "原文" }));
    for clause in &policy.clauses {
        body.push(Leaf::new(if clause.level == 0 { LeafKind::Text } else { LeafKind::Subheading }, &clause.text));
    }
    body.push(footer(around, &policy.org, &policy.imprint));
    let links = belongings(around, &policy.imprint, &policy.org);
    Leaflet { head, rows, body, links, ..Leaflet::default() }
}

/// What a document means, section by section, with the clauses it explains.
pub fn interpretation(text_of: &Interpretation, around: &Around<'_>) -> Leaflet {
    let mut page = page(&text_of.title, "");
    page.head.truncate(1);
    let by = [text_of.by.as_str(), text_of.post.as_str()].into_iter().filter(|t| !t.is_empty());
    let by = by.collect::<Vec<_>>().join("，");
    page.head.push(Leaf::new(LeafKind::Note, text_of.kind.term()));
    if !by.is_empty() {
        page.head.push(Leaf::new(LeafKind::Note, format!("解读人：{by}")));
    }
    let policy = around.opened.near::<Policy>().next();
    page.head.extend(policy.and_then(Policy::banner).map(|banner| Leaf::new(LeafKind::Banner, banner)));
    for section in &text_of.sections {
        page.body.push(Leaf::new(LeafKind::Heading, &section.heading));
        page.body.extend(section.paragraphs.iter().map(text));
        page.body.extend(cited(policy, &section.cites));
    }
    for picture in text_of.pictures.iter().filter(|p| !p.alt.is_empty()) {
        page.body.push(Leaf::new(LeafKind::Subheading, "图解说明"));
        page.body.push(Leaf::picture(&picture.file, &picture.alt));
    }
    page.body.push(footer(around, &text_of.org, &text_of.imprint));
    page.links = document(around, &text_of.policy).into_iter().collect();
    page.links.extend(belongings(around, &text_of.imprint, &text_of.org));
    page
}

/// A question people ask, its answer and what it rests on.
pub fn qa(qa: &Qa, around: &Around<'_>) -> Leaflet {
    let mut page = page(&qa.question, "");
    page.head.truncate(1);
    page.body.push(heading("回答"));
    page.body.push(text(&qa.answer));
    let policy = around.opened.near::<Policy>().next();
    page.body.extend(policy.and_then(Policy::banner).map(|banner| Leaf::new(LeafKind::Banner, banner)));
    let cites: Vec<Leaf> = cited(policy, &qa.cites).collect();
    if !cites.is_empty() {
        page.body.push(heading("依据"));
        page.body.extend(cites);
    }
    page.body.push(heading("还有疑问"));
    page.body.extend(office_facts(around, &qa.org, "答复"));
    page.body.push(short_footer(around, Some(&qa.org), qa.updated));
    page.links = qa.policy.iter().filter_map(|id| document(around, id)).collect();
    page.links.extend(office_row(around, &qa.org));
    group(&mut page.links, "相关");
    page
}

/// The words of the clauses that are cited.
fn cited<'a>(policy: Option<&'a Policy>, ids: &'a [String]) -> impl Iterator<Item = Leaf> {
    let clauses = ids.iter().filter_map(move |id| policy?.clause(id));
    clauses.map(|clause| Leaf::new(LeafKind::Note, format!("原文：{}", clause.text)))
}

fn document(around: &Around<'_>, id: &RecordId) -> Option<Row> {
    let policy = around.opened.near::<Policy>().find(|p| p.id == *id)?;
    Some(link(Icon::Document, &policy.title, &policy.id).with_note(&policy.number).under("文件原文"))
}
