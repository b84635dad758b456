//! What is told around a form's questions: the points before it, the better way, the consents, and what not agreeing means.
//! It says who gets what for which purpose, as the law asks, and promises nothing that the form does not say.

use super::*;
use crate::app::leaflet::{Leaf, LeafKind, Question};

/// Title and lines of the first page.
pub(super) fn intro(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let form = filling.sheet.form();
    let mut page = page(&form.title, &form.purpose);
    for note in &form.notes {
        page.body.push(Leaf::new(LeafKind::Heading, &note.title));
        page.body.push(Leaf::new(LeafKind::Text, &note.text));
    }
    page.body.push(Leaf::new(LeafKind::Heading, "填的内容怎么保存"));
    page.body.push(Leaf::new(LeafKind::Text, &form.keep));
    page.body.push(Leaf::fact("交给", standing.office(filling.about.org.as_ref())));
    page.body.push(Leaf::fact("收费", &form.fee));
    page.body.push(Leaf::fact("别的办法", &form.blank_at));
    // What the office left empty is not there.
    page.body.retain(|leaf| leaf.kind != LeafKind::Fact || !leaf.value.is_empty());
    page
}

pub(super) fn gate(filling: &Filling) -> Leaflet {
    let question = filling.sheet.form().gate.as_ref().map_or("", |gate| gate.question.as_str());
    let mut page = page(question, "请先选一个，再点“下一步”。");
    page.questions.push(Question {
        text: "请选一个".to_owned(),
        choices: vec!["是".to_owned(), "不是".to_owned()],
        chosen: filling.gate.map(|gate| usize::from(gate == Gate::No)).into_iter().collect(),
    });
    page
}

pub(super) fn elsewhere(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let gate = filling.sheet.form().gate.as_ref();
    let mut page = page("您的事这样办", gate.map_or("", |gate| gate.advice.as_str()));
    if let Some(gate) = gate.filter(|gate| !gate.phone.is_empty()) {
        page.body.push(Leaf::fact("电话", &gate.phone));
    }
    page.body.push(Leaf::fact("人工窗口", &standing.hall.site.help_desk));
    page.body.push(Leaf::new(LeafKind::Note, "选错了，点“上一步”。"));
    page
}

pub(super) fn helper() -> Leaflet {
    let mut page = page("代填人姓名", "请代填的工作人员写下自己的姓名。填好以后，要一项一项念给申请人听。");
    page.head.push(Leaf::new(LeafKind::Note, "代填人的姓名随表格一起提交。"));
    page
}

/// What is asked before the first personal question, or before sensitive ones.
pub(super) fn consent(filling: &Filling, consent: Consent, standing: &Standing<'_>) -> Leaflet {
    let form = filling.sheet.form();
    let org = filling.about.org.as_ref();
    let office = standing.office(org);
    let mut page = match consent {
        Consent::Personal => page("同意使用个人信息吗", "从这里起要填个人信息。看清楚下面几点，同意再往下填。"),
        Consent::Sensitive(_) => {
            page("同意使用敏感个人信息吗", "下面要填敏感个人信息，万一泄露会影响您的人身和财产安全，所以单独问您。")
        }
    };
    page.body.push(Leaf::field("谁来用", office));
    page.body.push(Leaf::field("用来做什么", &form.purpose));
    page.body.push(Leaf::field("要填什么", asked(filling, consent).join("、")));
    page.body.push(Leaf::field("怎么保存", &form.keep));
    let phone = org.and_then(|org| standing.hall.org(org)).map_or("", |org| org.phone.as_str());
    let rights = "您可以查询、更正、要求删除，也可以撤回同意";
    page.body.push(Leaf::field(
        "您的权利",
        format!("{rights}。联系{office}{}{phone}", if phone.is_empty() { "" } else { "，电话" }),
    ));
    if filling.sheet.is_agreed(consent) {
        page.head.push(Leaf::new(LeafKind::Note, "您已经同意。现在不同意了，点“不同意”，填过的这些信息马上清除。"));
    }
    page
}

/// The questions that a consent is about.
fn asked(filling: &Filling, consent: Consent) -> Vec<String> {
    let groups = filling.sheet.form().groups.iter().enumerate();
    let labels = groups.flat_map(|(at, group)| group.fields.iter().map(move |field| (at, field)));
    let is_meant = |(at, field): &(usize, &FormField)| match consent {
        Consent::Personal => field.is_personal && shows_group(filling, *at),
        Consent::Sensitive(group) => field.is_sensitive && *at == group,
    };
    let mut labels: Vec<String> = labels.filter(is_meant).map(|(_, field)| field.label.clone()).collect();
    let mut seen = BTreeSet::new();
    labels.retain(|label| seen.insert(label.clone()));
    labels
}

/// Whether a group is asked as things stand.
fn shows_group(filling: &Filling, group: usize) -> bool {
    filling.sheet.steps().iter().any(|step| matches!(step, Step::Group { group: shown, .. } if *shown == group))
}

pub(super) fn declined(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let form = filling.sheet.form();
    let mut page = page("没有同意，这里不能接着填", "填过的这些信息已经清除，没有保存，也没有送出。");
    if !form.blank_at.is_empty() {
        page.body.push(Leaf::fact("别的办法", &form.blank_at));
    }
    page.body.push(Leaf::fact("人工窗口", &standing.hall.site.help_desk));
    page.body.push(Leaf::new(LeafKind::Note, "改变了主意，点“上一步”。"));
    page
}

/// A page that begins with a title and a sentence.
pub(super) fn page(title: &str, lead: &str) -> Leaflet {
    Leaflet { head: vec![Leaf::new(LeafKind::Title, title), Leaf::new(LeafKind::Lead, lead)], ..Leaflet::default() }
}
