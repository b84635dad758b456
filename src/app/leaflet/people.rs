//! The pages of what people are asked and ask: surveys, public answers, forms, and who gets things done for others.
//! They name no resident; counts below five are not shown.

use crate::content::form::{FieldKind, FormField};
use crate::content::participation::{QuestionKind, SurveyQuestion, SurveyResult, SurveyState};
use crate::content::{Agent, Form, Reply, Survey};

use super::parts::{
    belongings, day_text, footer, group, heading, office, office_facts, office_row, page, percent_of, short_footer,
    text,
};
use super::{Around, Leaf, LeafKind, Leaflet};

/// A survey: whether it is open, its questions, what came of it.
pub fn survey(survey: &Survey, around: &Around<'_>) -> Leaflet {
    let mut page = page(&survey.title, &survey.plain);
    let state = survey.state(around.today);
    let days = format!("{}至{}", day_text(survey.opens), day_text(survey.closes));
    let words = match state {
        SurveyState::Coming => "还没有开始",
        SurveyState::Open => "正在征集",
        SurveyState::Waiting => "已截止，结果还没有公布",
        SurveyState::Published => "已截止，结果已公布",
    };
    page.head.push(Leaf::fact("状态", words));
    page.head.push(Leaf::fact("时间", days));
    if survey.is_anonymous {
        page.head.push(Leaf::fact("匿名", "不用留姓名和电话"));
    }
    if let Some(result) = survey.result.as_ref().filter(|_| state == SurveyState::Published) {
        results(survey, result, &mut page.body);
    }
    if matches!(state, SurveyState::Open | SurveyState::Coming) {
        page.body.push(heading("怎么参加"));
        page.body.push(text("征集期间可以在本机填写。也可以到人工窗口说明您的意见，或者打下面的电话。"));
    }
    page.body.push(heading("题目"));
    for (i, question) in survey.questions.iter().enumerate() {
        page.body.push(question_leaf(i, question));
    }
    page.body.push(heading("问哪里"));
    page.body.extend(office_facts(around, &survey.org, "部门"));
    page.body.push(footer(around, &survey.org, &survey.imprint));
    page.links = belongings(around, &survey.imprint, &survey.org);
    page
}

fn question_leaf(i: usize, question: &SurveyQuestion) -> Leaf {
    let value = match question.kind {
        QuestionKind::Single | QuestionKind::Multiple => question.options.join("；"),
        QuestionKind::Scale => "1至5分，5分最好".to_owned(),
        QuestionKind::Text => "写下您的意见".to_owned(),
    };
    Leaf::field(format!("{}. {}（{}）", i + 1, question.text, question.kind.term()), value)
}

fn results(survey: &Survey, result: &SurveyResult, body: &mut Vec<Leaf>) {
    body.push(heading("结果"));
    body.push(text(&result.text));
    body.push(Leaf::fact("参与", format!("{}人", result.answers)));
    body.push(Leaf::fact("采纳", format!("{}条", result.adopted)));
    body.push(Leaf::fact("未采纳", format!("{}条", result.rejected)));
    body.push(Leaf::fact("公布", day_text(result.published)));
    for question in &survey.questions {
        let counts: Vec<_> = result.counts.iter().filter(|c| c.question == question.id).collect();
        if counts.is_empty() {
            continue;
        }
        body.push(Leaf::new(LeafKind::Subheading, &question.text));
        for count in counts {
            let unit = if question.kind == QuestionKind::Scale { "分" } else { "" };
            let is_small = count.n < crate::content::participation::SMALL_CELL;
            // A bar of a count that is not shown would show it.
            let percent = if is_small { 0 } else { percent_of(count.n.into(), result.answers.into()) };
            let share = if is_small { String::new() } else { format!("，占{percent}%") };
            let value = format!("{}人{share}", count.shown());
            body.push(Leaf { value, percent, ..Leaf::new(LeafKind::Bar, format!("{}{unit}", count.option)) });
        }
    }
    if !result.points.is_empty() {
        body.push(heading("主要意见和采纳情况"));
        for point in &result.points {
            body.push(Leaf::field(&point.opinion, point.outcome.term()).with_note(&point.reason));
        }
    }
}

/// A question of a resident and the office's answer, with the days it took.
pub fn reply(reply: &Reply, around: &Around<'_>) -> Leaflet {
    let mut page = page(&reply.title, "");
    page.head.truncate(1);
    let days = reply.days(around.today);
    match reply.replied {
        Some(_) => page.head.push(Leaf::new(LeafKind::Lead, format!("已答复，用了{days}天"))),
        None => page.head.push(Leaf::new(LeafKind::Banner, format!("还没有答复，已过{days}天"))),
    }
    page.body = vec![heading("问"), text(&reply.question)];
    page.body.push(Leaf::fact("提问", day_text(reply.asked)));
    page.body.push(Leaf::fact("类别", &reply.category));
    if let Some(replied) = reply.replied {
        page.body.push(heading("答"));
        page.body.push(text(&reply.reply));
        page.body.push(Leaf::fact("答复", office(around, &reply.org)));
        page.body.push(Leaf::fact("日期", day_text(replied)));
    }
    page.body.push(heading("还有疑问"));
    page.body.extend(office_facts(around, &reply.org, "部门"));
    page.body.push(short_footer(around, Some(&reply.org), reply.replied));
    page.links = office_row(around, &reply.org).into_iter().collect();
    group(&mut page.links, "相关");
    page
}

/// A form: what it is for, what it asks, where the blank is.
pub fn form(form: &Form, around: &Around<'_>) -> Leaflet {
    let mut page = page(&form.title, &form.purpose);
    page.body = vec![heading("怎么填")];
    let blank = if form.blank_at.is_empty() { "请到受理窗口领取。" } else { form.blank_at.as_str() };
    page.body.push(Leaf::fact("领空表", blank));
    page.body.push(Leaf::fact("交给", office(around, &form.org)));
    page.body.push(Leaf::fact("保存", &form.keep));
    if form.groups.iter().flat_map(|g| &g.fields).any(|f| f.kind == FieldKind::IdCard) {
        page.body.push(Leaf::fact("要带", "居民身份证，填证件号码时用"));
    }
    page.body.push(heading("要填的内容"));
    for part in &form.groups {
        page.body.push(Leaf::new(LeafKind::Subheading, &part.title));
        if !part.when.is_empty() {
            page.body.push(Leaf::new(LeafKind::Note, "不是人人要填，看前面怎么选。"));
        }
        page.body.extend(part.fields.iter().map(field_leaf));
    }
    page.body.push(heading("问哪里"));
    page.body.extend(office_facts(around, &form.org, "部门"));
    page.body.push(footer(around, &form.org, &form.imprint));
    page.links = belongings(around, &form.imprint, &form.org);
    page
}

fn field_leaf(field: &FormField) -> Leaf {
    let mut note = vec![if field.is_required {
        "必填"
    } else if field.one_of.is_empty() {
        "选填"
    } else {
        "任填一项"
    }];
    if field.is_sensitive {
        note.push("敏感个人信息");
    } else if field.is_personal {
        note.push("个人信息");
    }
    if !field.hint.is_empty() {
        note.push(&field.hint);
    }
    let options: Vec<&str> = field.options.iter().map(|o| o.label.as_str()).collect();
    let value = match options.as_slice() {
        [] if field.kind.term() == field.label => "照实填写".to_owned(),
        [] => field.kind.term().to_owned(),
        options => options.join("；"),
    };
    Leaf::field(&field.label, value).with_note(note.join(" · "))
}

/// Somebody who gets things done for others.
pub fn agent(agent: &Agent, around: &Around<'_>) -> Leaflet {
    let mut page = page(&agent.name, "代办员：不方便来大厅的，可以请代办员代办，不收费。");
    page.body = vec![heading("怎么联系"), Leaf::fact("电话", &agent.phone)];
    page.body.push(Leaf::fact("所在", office(around, &agent.org)));
    page.body.push(Leaf::fact("说明", &agent.note));
    page.body.push(short_footer(around, Some(&agent.org), None));
    page.links = office_row(around, &agent.org).into_iter().collect();
    group(&mut page.links, "相关");
    page
}
