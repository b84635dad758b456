//! Lists of records: what each kind's list is called, and what a row says of its record.
//! A row says the one thing that helps to choose: whose, since when, how it stands.

use jiff::civil::Date;

use crate::content::notice::PeriodState;
use crate::content::participation::SurveyState;
use crate::content::policy::PolicyStatus;
use crate::content::progress::TaskState;
use crate::content::{Record, record};
use crate::store::{By, Listing, Of, Shelf};

use super::doors::by_office;
use super::parts::{day_text, link};
use super::sheets::row_note;
use super::{Around, Icon, Leaflet, Pages, Row, Target, Turned};
use crate::app::hall::Hall;

/// A page of a list.
pub fn listing(shelf: &Shelf, listing: &Listing, hall: &Hall, today: Date) -> Leaflet {
    let (title, lead) = words(shelf.kind);
    let head = listing.head.as_deref();
    let title = head.map_or(title, Record::title);
    let title = match shelf.of.whole() {
        Of::Office(id) => hall.org(id).map_or(title.to_owned(), |org| format!("{} · {title}", org.short)),
        Of::All | Of::Inside(_) | Of::From(_) | Of::These(_) | Of::Part(..) => title.to_owned(),
    };
    let title = match &shelf.of {
        Of::Part(_, by) => format!("{title} · {}", by.label()),
        Of::All | Of::Office(_) | Of::Inside(_) | Of::From(_) | Of::These(_) => title,
    };
    let inside = |i: usize| listing.inside.get(i).copied().unwrap_or(0);
    let records = listing.records.iter().enumerate();
    let mut rows: Vec<Row> =
        records.map(|(i, record)| with_cells(head, record, row_of(record, inside(i), hall, today))).collect();
    count_heading(&mut rows, listing, "");
    if shelf.of == Of::All && listing.pages() > 1 && listing.page == 0 {
        rows.splice(0..0, by_office(shelf.kind, hall));
    }
    let lead = if listing.total == 0 { "现在没有内容。" } else { lead };
    Leaflet { pages: pages(listing), parts: parts(shelf, listing), ..Leaflet::of_rows(&title, lead, rows) }
}

/// The parts of a long list, but the one that is shown.
fn parts(shelf: &Shelf, listing: &Listing) -> Vec<Row> {
    let whole = shelf.of.whole();
    let others = listing.parts.iter().filter(|by| !matches!(&shelf.of, Of::Part(_, shown) if shown == *by));
    let row = |by: &By| {
        let of = Of::Part(Box::new(whole.clone()), by.clone());
        Row::new(Icon::List, by.label(), Target::List(Shelf { kind: shelf.kind, of }))
    };
    others.map(row).collect()
}

/// A row of a list or table says some of its cells.
fn with_cells(head: Option<&Record>, record: &Record, row: Row) -> Row {
    let sheet = match head {
        Some(Record::ListHead(list)) => Some((&list.sheet, list.changes.as_slice())),
        Some(Record::Table(table)) => Some((&table.sheet, &[][..])),
        _ => None,
    };
    match (sheet, record) {
        (Some((sheet, changes)), Record::Row(cells)) => row.with_note(row_note(sheet, changes, cells)),
        _ => row,
    }
}

/// Adds the rows of what stands in a record; later pages show little else. Says how many rows there are.
pub fn inside_rows(page: &mut Leaflet, around: &Around<'_>, heading: &str) -> usize {
    let Some(listing) = &around.opened.inside else { return 0 };
    let head = &around.opened.record;
    let row = |record: &Record| with_cells(Some(head), record, row_of(record, 0, around.hall, around.today));
    let mut rows: Vec<Row> = listing.records.iter().map(row).collect();
    count_heading(&mut rows, listing, heading);
    page.pages = pages(listing);
    if let Some(first) = listing.records.first() {
        let of = if matches!(head, Record::Org(_)) { Of::Office } else { Of::Inside };
        page.parts = parts(&Shelf { kind: kind_of(first), of: of(head.id().clone()) }, listing);
    }
    page.rows.extend(rows);
    listing.total
}

/// The kind of a record for as long as the program runs.
fn kind_of(record: &Record) -> &'static str {
    record::kinds().into_iter().find(|info| info.kind == record.id().kind()).map_or("", |info| info.kind)
}

/// Above the first row: what they are, and which of how many, when there are several pages.
fn count_heading(rows: &mut [Row], listing: &Listing, heading: &str) {
    let shown = rows.len();
    let Some(first) = rows.first_mut() else { return };
    let at = listing.page * crate::store::PAGE_RECORDS;
    let range = format!("第{}至{}条，共{}条", at + 1, at + shown, listing.total);
    first.group = match (heading, listing.pages() > 1) {
        ("", false) => String::new(),
        ("", true) => range,
        (heading, false) => heading.to_owned(),
        (heading, true) => format!("{heading}（{range}）"),
    };
}

fn pages(listing: &Listing) -> Option<Pages> {
    Some(Pages { page: listing.page, pages: listing.pages(), of: Turned::Rows }).filter(|p| p.pages > 1)
}

/// What a list of a kind is called, and what one does with it.
pub fn words(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "field" => ("公开领域", "每个领域公开什么、谁来公开、什么时候公开"),
        "policy" => ("政策文件", "先看通俗解读，也可以看原文"),
        "village" => ("村务公开", "党务、村务、财务，按月公开；请选村（社区）"),
        "notice" => ("公示公告", "公示、公告、通知，新的在前"),
        "task" => ("重点工作", "谁负责、什么时候完成、做到哪一步"),
        "project" => ("项目公示", "从立项到验收，花了多少钱"),
        "event" => ("活动日程", "近期的义诊、培训、接访和招聘，都可以来"),
        "bundle" => ("一件事", "几件事一次办，材料只带一份"),
        "topic" => ("主题服务", "按要办的事分类，政策、问答、办事、数据在一起"),
        "guide" => ("办事指南", "要带什么、到哪里办、多久、多少钱"),
        "item" => ("事项目录", "这些事还没有指南，可以查到问哪里"),
        "list" => ("清单", "权力、责任、服务、改革清单，每条都可以点开看"),
        "table" => ("数据表", "资金用到哪里、发给了谁，个人信息已遮盖"),
        "window" => ("窗口", "窗口在哪里，几点开门"),
        "map" => ("大厅地图", "您在哪里，要去的地方怎么走"),
        "device" => ("设备", "自助机、取号机、复印机、轮椅在哪里"),
        "agent" => ("代办员", "不方便来的，可以请他们代办"),
        "qa" => ("政策问答", "大家常问的问题和答复"),
        "reply" => ("留言回复", "群众的问题，部门的答复"),
        "survey" => ("调查征集", "正在征求意见的事，和以前的结果"),
        "form" => ("表格", "要填什么、要带什么、空表在哪里领"),
        "calendar" => ("放假安排", "哪些天放假，哪些周末上班"),
        "org" => ("机构", "各部门是做什么的，怎么联系"),
        "entry" => ("公开事项", "公开什么、谁来公开"),
        "month" => ("公开栏", "按月公开"),
        "row" => ("内容", "点开看每一项"),
        "interpretation" => ("政策解读", "文件说的是什么意思"),
        _ => ("内容", ""),
    }
}

impl Icon {
    /// The pictogram of a kind.
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "field" | "entry" => Self::Catalogue,
            "policy" => Self::Document,
            "interpretation" | "topic" => Self::Topic,
            "village" => Self::Village,
            "month" | "calendar" => Self::Month,
            "notice" => Self::Notice,
            "task" | "project" => Self::Chart,
            "event" => Self::Event,
            "bundle" => Self::Bundle,
            "list" | "item" => Self::List,
            "table" | "row" => Self::Table,
            "window" => Self::Window,
            "map" => Self::Map,
            "device" => Self::Device,
            "agent" => Self::Person,
            "qa" => Self::Question,
            "reply" => Self::Reply,
            "survey" => Self::Survey,
            "form" => Self::Form,
            "org" => Self::Office,
            _ => Self::Guide,
        }
    }
}

/// A row for a record; `inside` is how many records stand in it.
pub fn row_of(record: &Record, inside: usize, hall: &Hall, today: Date) -> Row {
    let title = match record {
        Record::Window(window) => format!("{} {}", super::parts::window_sign(window), window.name),
        _ => record.title().to_owned(),
    };
    let note = note_of(record, inside, hall, today);
    link(Icon::of_kind(record.id().kind()), title, record.id()).with_note(note)
}

/// The one thing about a record that helps to choose.
fn note_of(record: &Record, inside: usize, hall: &Hall, today: Date) -> String {
    let office = || record.org().and_then(|id| hall.org(id)).map_or("", |org| org.short.as_str());
    match record {
        Record::CatalogueField(field) => {
            let lead = field.orgs.first().and_then(|id| hall.org(id)).map_or("", |org| org.short.as_str());
            if inside == 0 { format!("{lead}，暂无目录") } else { format!("{lead}，{inside}项") }
        }
        Record::Entry(entry) => format!("{}公开 · {}", entry.mode.term(), entry.org),
        Record::Policy(policy) => {
            let state = if policy.status == PolicyStatus::InForce { "" } else { policy.status.term() };
            joined(&[state, &policy.number, policy.issuer.as_str()])
        }
        Record::Notice(notice) => {
            let state = match notice.state(today) {
                Some(PeriodState::Coming(days)) => format!("{days}天后开始"),
                Some(PeriodState::Running(0)) => "今天截止".to_owned(),
                Some(PeriodState::Running(days)) => format!("还剩{days}天"),
                Some(PeriodState::Over) => format!("{}已结束", notice.kind.term()),
                None => String::new(),
            };
            joined(&[notice.kind.term(), &state, &day_text(notice.imprint.published)])
        }
        Record::Task(task) => joined(&[&state_of_task(task.state(today)), office()]),
        Record::Project(project) => {
            let stage =
                project.stages().into_iter().rev().find(|(_, _, day)| day.is_some()).map_or("未启动", |s| s.1);
            joined(&[stage, office()])
        }
        Record::Event(event) => joined(&[&when(event.date, today), &event.place]),
        Record::Bundle(bundle) => format!("{}件事一次办", bundle.guides.len()),
        Record::Topic(topic) => topic.plain.clone(),
        Record::ListHead(list) => format!("{}，{inside}条", list.kind.term()),
        Record::Table(table) => format!("截至{}，{inside}条", day_text(table.as_of)),
        Record::Village(village) => {
            let above = hall.org(&village.org).and_then(|org| org.parent.as_ref()).and_then(|id| hall.org(id));
            joined(&[above.map_or("", |org| org.short.as_str()), &format!("{inside}个月的公开栏")])
        }
        Record::BoardMonth(month) => format!("{}条", month.entries.len()),
        Record::Window(window) => {
            let hours = hall.hours(&window.hours).map_or(String::new(), |h| h.today_line(today, &hall.days));
            joined(&[&window.place, &hours])
        }
        Record::Device(device) => joined(&[&device.place, &device.about]),
        Record::Agent(agent) => joined(&[office(), &agent.phone]),
        Record::Survey(survey) => match survey.state(today) {
            SurveyState::Coming => format!("{}开始", day_text(survey.opens)),
            SurveyState::Open => format!("正在征集，{}截止", day_text(survey.closes)),
            SurveyState::Waiting => "已截止，结果还没有公布".to_owned(),
            SurveyState::Published => "已公布结果".to_owned(),
        },
        Record::Reply(reply) => match reply.replied {
            Some(_) => format!("{}，{}天答复", office(), reply.days(today)),
            None => format!("{}，还没有答复", office()),
        },
        Record::Org(org) => org.about.clone(),
        Record::Interpretation(text) => text.kind.term().to_owned(),
        Record::FloorMap(map) => format!("{}个地点怎么走", map.places.len()),
        Record::Calendar(year) => year.number.clone(),
        Record::Qa(_) | Record::Form(_) | Record::IndexItem(_) => office().to_owned(),
        Record::Guide(guide) => guide.plain.clone(),
        // What its cells are is known only with the head of its table.
        Record::Row(_) => String::new(),
        Record::Site(_)
        | Record::Hours(_)
        | Record::VillageRules(_)
        | Record::Case(_)
        | Record::Synonyms(_)
        | Record::Lexicon(_)
        | Record::Style(_) => String::new(),
    }
}

/// `还剩3天`, `逾期5天`, `已完成`.
pub fn state_of_task(state: TaskState) -> String {
    match state {
        TaskState::Done => "已完成".to_owned(),
        TaskState::DoneLate(days) => format!("已完成（晚了{days}天）"),
        TaskState::Open(0) => "今天到期".to_owned(),
        TaskState::Open(days) => format!("还剩{days}天"),
        TaskState::Overdue(days) => format!("逾期{days}天"),
    }
}

/// `今天`, `本周六 11月21日`, `11月30日 星期一`.
pub fn when(day: Date, today: Date) -> String {
    let name = ["一", "二", "三", "四", "五", "六", "日"]
        [usize::from(day.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    let plain = format!("{}月{}日 星期{name}", day.month(), day.day());
    let days = (day - today).get_days();
    let sunday = 6 - i32::from(today.weekday().to_monday_zero_offset());
    match days {
        0 => format!("今天（{plain}）"),
        1 => format!("明天（{plain}）"),
        2.. if days <= sunday => format!("本周{name}（{}月{}日）", day.month(), day.day()),
        _ => plain,
    }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_named_as_people_would() {
        let friday = date(2026, 11, 20);
        assert_eq!(when(friday, friday), "今天（11月20日 星期五）");
        assert_eq!(when(date(2026, 11, 21), friday), "明天（11月21日 星期六）");
        assert_eq!(when(date(2026, 11, 22), friday), "本周日（11月22日）");
        assert_eq!(when(date(2026, 11, 23), friday), "11月23日 星期一");
        assert_eq!(when(date(2026, 11, 19), friday), "11月19日 星期四");
    }

    #[test]
    fn a_task_says_how_many_days_are_left_or_lost() {
        assert_eq!(state_of_task(TaskState::Open(3)), "还剩3天");
        assert_eq!(state_of_task(TaskState::Open(0)), "今天到期");
        assert_eq!(state_of_task(TaskState::Overdue(5)), "逾期5天");
        assert_eq!(state_of_task(TaskState::DoneLate(1)), "已完成（晚了1天）");
    }
}
