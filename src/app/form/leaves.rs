//! The pages of a form as leaflets: what is asked, what is wrong, what was answered, what was handed in.
//! What a resident wrote is marked as theirs wherever it stands, so that it is not said to the whole hall.

use super::*;
use crate::app::leaflet::{Icon, Leaf, LeafKind, Part, Place, Question, Row, Target};
use crate::content::form::FormWay;
use notes::page;

/// The page of a form.
pub(super) fn leaflet(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let mut page = match filling.screen {
        Screen::Intro => notes::intro(filling, standing),
        Screen::Gate => notes::gate(filling),
        Screen::Elsewhere => notes::elsewhere(filling, standing),
        Screen::Helper => notes::helper(),
        Screen::Consent(consent) => notes::consent(filling, consent, standing),
        Screen::Declined(_) => notes::declined(filling, standing),
        Screen::Question(slot) => question(filling, slot),
        Screen::Copies(group) => copies(filling, group, standing),
        Screen::Review => review(filling, standing),
        Screen::Receipt => receipt::leaflet(filling, standing),
        Screen::Case => inquiry::leaflet(filling, standing),
    };
    if filling.is_typed() || filling.is_signed() {
        let entry = filling.entry();
        if !entry.is_empty() {
            page.body.push(Leaf::field(ENTRY, entry));
            if filling.is_typed() {
                page.own.push(Place::Body(page.body.len() - 1, Part::Value));
            }
            if !filling.may_say_entry(standing) {
                page.hushed.push(Place::Body(page.body.len() - 1, Part::Value));
            }
        }
    }
    // What is wrong stands right under the title, whatever the page is scrolled to.
    if let Some(words) = said_against(filling) {
        let after = page.head.iter().position(|leaf| leaf.kind == LeafKind::Title).map_or(0, |title| title + 1);
        page.head.insert(after, Leaf::new(LeafKind::Banner, words));
    }
    page.head.retain(|leaf| leaf.parts().next().is_some());
    page.body.retain(|leaf| leaf.parts().next().is_some());
    if let Some((step, of)) = filling.progress() {
        let steps = format!("第{step}步，共{of}步");
        match page.head.iter_mut().find(|leaf| leaf.kind == LeafKind::Note) {
            Some(note) if filling.question().is_some() => note.name = format!("{steps} · {}", note.name),
            Some(_) | None => page.head.push(Leaf::new(LeafKind::Note, steps)),
        }
    }
    page
}

/// The name of what is typed.
pub(in crate::app) const ENTRY: &str = "您填的";

/// What is wrong, or already cannot become right.
fn said_against(filling: &Filling) -> Option<String> {
    let early = || {
        let typing = filling.is_typed().then_some(&filling.typing)?;
        typing.sort().early_fault(typing.text()).map(str::to_owned)
    };
    filling.trouble.map(Trouble::words).or_else(early)
}

fn question(filling: &Filling, slot: Slot) -> Leaflet {
    let (Some(part), Some(field)) = (filling.sheet.group(slot.group), filling.field(slot)) else {
        return Leaflet::default();
    };
    let mut page = page(&field.label, &field.hint);
    let copy = if part.times_max() > 1 { format!("第{}份", slot.copy + 1) } else { String::new() };
    let what = if part.title == field.label { "" } else { part.title.as_str() };
    let facts = [what, &copy, rule(filling, slot, field).as_str(), privacy(field)].map(str::to_owned);
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    page.head.push(Leaf::new(LeafKind::Note, facts.join(" · ")));
    if field.kind == FieldKind::Signature {
        page.head.push(Leaf::new(
            LeafKind::Note,
            "用手指在下面的框里写名字。看不见、写不了的，请工作人员帮忙，或者到窗口签。",
        ));
    }
    if matches!(field.kind, FieldKind::Choice | FieldKind::Choices) {
        let chosen = filling.chosen_keys(slot);
        let is_many = field.kind == FieldKind::Choices;
        page.questions.push(Question {
            text: if is_many { "可以选几个" } else { "选一个" }.to_owned(),
            choices: field.options.iter().map(|option| option.label.clone()).collect(),
            chosen: (0..field.options.len()).filter(|at| chosen.contains(&field.options[*at].key.as_str())).collect(),
        });
    }
    page
}

/// Whether it must be answered.
fn rule(filling: &Filling, slot: Slot, field: &FormField) -> String {
    if field.is_required {
        return "必填".to_owned();
    }
    if field.one_of.is_empty() {
        return "可以不填".to_owned();
    }
    let asked = filling.sheet.asked(slot.group, slot.copy);
    let of = asked.iter().filter(|(_, other)| other.one_of == field.one_of).map(|(_, other)| other.label.as_str());
    format!("{}，至少填一项", of.collect::<Vec<_>>().join("、"))
}

fn privacy(field: &FormField) -> &'static str {
    match (field.is_sensitive, field.is_personal) {
        (true, _) => "敏感个人信息",
        (false, true) => "个人信息",
        (false, false) => "",
    }
}

fn copies(filling: &Filling, group: usize, standing: &Standing<'_>) -> Leaflet {
    let title = filling.sheet.group(group).map_or("", |part| part.title.as_str());
    let n = filling.sheet.copies_of(group);
    let mut page = page(&format!("{title}：填了{n}份"), "还有要填的，点“再填一份”；没有了，点“下一步”。");
    for copy in 0..n {
        let first = filling.sheet.lines().into_iter().find(|line| line.slot.group == group && line.slot.copy == copy);
        let text = first.as_ref().map_or("没有填", |line| line.text.reveal()).to_owned();
        page.own.extend(first.is_some().then_some(Place::Body(page.body.len(), Part::Value)));
        if first.is_some_and(|line| !filling.may_say(line.slot, standing)) {
            page.hushed.push(Place::Body(page.body.len(), Part::Value));
        }
        page.body.push(Leaf::field(format!("第{}份", copy + 1), text));
    }
    page
}

fn review(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let mut page = page("请核对", "一项一项看一遍。要改哪一项，就点哪一项。");
    let missing: Vec<Slot> = filling.sheet.missing(Step::Review).into_iter().map(|(slot, _)| slot).collect();
    if !missing.is_empty() {
        page.head.push(Leaf::new(LeafKind::Banner, format!("还有{}项没有填，点那一项补上。", missing.len())));
    }
    let lines = filling.sheet.lines();
    let mut last = None;
    for screen in filling.screens() {
        let Screen::Question(slot) = screen else { continue };
        let (Some(part), Some(field)) = (filling.sheet.group(slot.group), filling.field(slot)) else { continue };
        let line = lines.iter().find(|line| line.slot == slot);
        let note = match line {
            Some(line) => line.text.reveal().as_str(),
            None if missing.contains(&slot) => "还没有填",
            None => "没有填",
        };
        let mut row = Row::new(Icon::Form, &field.label, Target::Entry(slot)).with_note(note);
        if last.replace((slot.group, slot.copy)) != Some((slot.group, slot.copy)) {
            let copy = if part.times_max() > 1 { format!("，第{}份", slot.copy + 1) } else { String::new() };
            row = row.under(format!("{}{copy}", part.title));
        }
        page.own.extend(line.map(|_| Place::Row(page.rows.len(), Part::Note)));
        if line.is_some() && !filling.may_say(slot, standing) {
            page.hushed.push(Place::Row(page.rows.len(), Part::Note));
        }
        page.rows.push(row);
    }
    if let Some(helper) = &filling.helper {
        page.questions.push(Question {
            text: format!("代填人：{}。都念给申请人听了吗？", helper.reveal()),
            choices: vec!["念过了，申请人说都对".to_owned()],
            chosen: filling.is_read_back.then_some(0).into_iter().collect(),
        });
    }
    page.body.extend(after_review(filling, standing));
    page
}

/// What comes of it, and why something cannot be done now.
fn after_review(filling: &Filling, standing: &Standing<'_>) -> Vec<Leaf> {
    let form = filling.sheet.form();
    let mut leaves = Vec::new();
    if filling.is_busy() {
        leaves.push(Leaf::new(LeafKind::Text, "正在加密保存，请稍候。"));
    }
    if form.can(FormWay::Submit) {
        if filling.is_late(standing) {
            leaves.push(Leaf::new(LeafKind::Text, "已经过了截止日期，不能再提交。"));
        } else if !standing.mailbox.is_open() {
            leaves.push(Leaf::new(LeafKind::Text, standing.mailbox.words()));
        } else if let Some(answer) = &filling.about.answer {
            let due = answer.due(Some(standing.today), &standing.hall.days);
            leaves.extend(due.date().map(|day| Leaf::field(due.heading(), receipt::day_text(day))));
            leaves.extend(due.notes().into_iter().map(|note| Leaf::new(LeafKind::Note, note)));
        }
    }
    if form.can(FormWay::Slip) && standing.has_printer && !standing.printer_note.is_empty() {
        leaves.push(Leaf::new(LeafKind::Text, standing.printer_note));
    }
    leaves
}
