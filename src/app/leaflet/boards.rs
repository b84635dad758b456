//! The pages of what is under way: tasks, projects, notices with their period, events with their day.
//! How each stands follows from its dates and the day one asks.

use crate::content::notice::PeriodState;
use crate::content::progress::TaskState;
use crate::content::{Event, Notice, Project, Task};

use super::lists::{state_of_task, when};
use super::parts::{
    belongings, day_text, footer, group, heading, money_text, office, office_facts, office_row, over_banner, page,
    short_footer, text,
};
use super::{Around, Leaf, LeafKind, Leaflet};

/// A task: how it stands, who answers for it, by when.
pub fn task(task: &Task, around: &Around<'_>) -> Leaflet {
    let state = task.state(around.today);
    let mut page = page(&task.title, &state_of_task(state));
    if matches!(state, TaskState::Overdue(_)) {
        // Late is said first; the line under the title would only repeat it.
        page.head.truncate(1);
        page.head.insert(0, Leaf::new(LeafKind::Banner, state_of_task(state)));
    }
    page.body = vec![heading("谁负责，什么时候完成"), Leaf::fact("责任", office(around, &task.org))];
    page.body.push(Leaf::fact("时限", day_text(task.due)));
    page.body.push(Leaf::fact("完成", task.done.map(day_text).unwrap_or_default()));
    page.body.push(Leaf::fact("来源", &task.source));
    if !task.progress.is_empty() {
        page.body.push(heading("做到哪一步"));
        page.body.push(text(&task.progress));
    }
    page.body.push(heading("想了解更多"));
    page.body.extend(office_facts(around, &task.org, "部门"));
    page.body.push(short_footer(around, Some(&task.org), Some(task.updated)));
    page.links = office_row(around, &task.org).into_iter().collect();
    group(&mut page.links, "相关");
    page
}

/// A project: what, how much, and its five stages.
pub fn project(project: &Project, around: &Around<'_>) -> Leaflet {
    let mut page = page(&project.title, &project.content);
    page.body = vec![heading("钱和地点"), Leaf::fact("资金", money_text(project.amount))];
    page.body.push(Leaf::fact("来源", &project.source));
    page.body.push(Leaf::fact("地点", project.place.as_ref().map(|id| office(around, id)).unwrap_or_default()));
    page.body.push(heading("走到哪一步"));
    for (i, (_, name, day)) in project.stages().into_iter().enumerate() {
        let value = day.map_or("还没有到这一步".to_owned(), |day| format!("{}完成", day_text(day)));
        let value = if i == 3 { value.replace("完成", "开始") } else { value };
        page.body.push(Leaf { value, ..Leaf::new(LeafKind::Step, format!("{}. {name}", i + 1)) });
    }
    if !project.progress.is_empty() {
        page.body.push(heading("进展"));
        page.body.push(text(&project.progress));
    }
    page.body.push(heading("想了解更多"));
    page.body.extend(office_facts(around, &project.org, "责任"));
    page.body.push(short_footer(around, Some(&project.org), Some(project.updated)));
    let place = project.place.iter().filter_map(|id| office_row(around, id));
    page.links = place.chain(office_row(around, &project.org)).collect();
    group(&mut page.links, "相关");
    page
}

/// A notice: where it stands in its period, its text, how to object.
pub fn notice(notice: &Notice, around: &Around<'_>) -> Leaflet {
    let state = notice.state(around.today);
    let kind = notice.kind.term();
    let banner = match state {
        Some(PeriodState::Over) => Some(format!("{kind}已结束")),
        _ => None,
    };
    let mut page = page(&notice.title, "");
    page.head.truncate(1);
    if let Some(banner) = banner {
        page.head.insert(0, Leaf::new(LeafKind::Banner, banner));
    } else if let Some(over) = over_banner(around, &notice.imprint) {
        page.head.insert(0, over);
    }
    let lead = match state {
        Some(PeriodState::Coming(days)) => format!("{kind}期{days}天后开始"),
        Some(PeriodState::Running(0)) => format!("{kind}期今天截止"),
        Some(PeriodState::Running(days)) => format!("{kind}期还剩{days}天"),
        Some(PeriodState::Over) | None => kind.to_owned(),
    };
    page.head.push(Leaf::new(LeafKind::Lead, lead));
    if let Some(period) = notice.period {
        let range = format!("{}至{}", day_text(period.from), day_text(period.to));
        page.head.push(Leaf::fact("期限", range));
    }
    page.head.push(Leaf::fact("文号", &notice.number));
    page.body.push(heading("正文"));
    page.body.extend(notice.body.iter().map(text));
    if let Some(objection) = &notice.objection {
        page.body.push(heading("有不同意见"));
        if state == Some(PeriodState::Over) {
            page.body.push(text("公示期已过。还有意见的，仍可以打电话反映。"));
        }
        page.body.push(Leaf::fact("电话", &objection.phone));
        page.body.push(Leaf::fact("方式", &objection.how));
    }
    page.body.push(footer(around, &notice.org, &notice.imprint));
    page.links = belongings(around, &notice.imprint, &notice.org);
    page
}

/// An event: when, where, for whom.
pub fn event(event: &Event, around: &Around<'_>) -> Leaflet {
    let mut page = page(&event.title, &when(event.date, around.today));
    if event.date < around.today {
        page.head.insert(0, Leaf::new(LeafKind::Banner, "活动已结束"));
    }
    let hm = |t: jiff::civil::Time| format!("{}:{:02}", t.hour(), t.minute());
    let time = event.time.map_or(String::new(), |span| format!(" {}–{}", hm(span.from), hm(span.to)));
    page.body = vec![heading("时间和地点"), Leaf::fact("时间", format!("{}{time}", day_text(event.date)))];
    page.body.push(Leaf::fact("地点", &event.place));
    page.body.push(Leaf::fact("面向", &event.audience));
    page.body.push(Leaf::fact("电话", &event.phone));
    page.body.push(heading("内容"));
    page.body.push(text(&event.about));
    page.body.push(short_footer(around, Some(&event.org), None));
    page.links = office_row(around, &event.org).into_iter().collect();
    group(&mut page.links, "主办");
    page
}
