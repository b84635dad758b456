//! What is announced for a time: notices with a period, and events with a day.
//! Whether a period is running follows from the day one asks.

use jiff::civil::Date;

use super::hours::Span;
use super::imprint::Imprint;
use super::org::Org;
use super::schema::{
    At, Blank, Checked, Checks, DateRange, Day, Flag, Flat, Id, List, May, Part, Phone, Ref, RowNumber, Term, Text,
    Title, WrittenAs, fields, kind, terms,
};

fields! {
    /// A notice (公示公告): `notices/<id>.md`.
    pub struct Notice {
        /// `notice/…`.
        id: Id<Notice> = "编号",
        /// Its title.
        title: Title = "标题",
        /// The office that publishes it.
        org: Ref<Org> = "发布单位",
        /// What sort of notice it is.
        kind: Term<NoticeKind> = "类型",
        /// Document number, may be empty.
        number: Blank<Title> = "文号",
        /// Objections can be raised, or the thing announced holds, in these days.
        period: May<WrittenAs<DateRange>> = "起止日期",
        /// How to object.
        objection: May<Part<Objection>> = "异议反映",
        /// Shown before the others.
        is_pinned: Flag = "置顶",
        /// Its paragraphs; taken from the Markdown below the front matter.
        body: List<Text, 1, 200> = "正文",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
    keeps Notice::has_a_period
}
kind!(Notice: "notice" = "公示公告", title, org);

terms! {
    /// What sort of notice it is.
    pub enum NoticeKind {
        /// Open to objections for some days.
        Publicity = "公示",
        Announcement = "公告",
        Notification = "通知",
        /// A window, a service or a supply is interrupted.
        Interruption = "停办",
        /// A decision before it is taken (决策预公开).
        Draft = "决策预公开",
    }
}

fields! {
    /// How to object to what is announced.
    pub struct Objection {
        /// Whom to call.
        phone: Phone = "电话",
        /// How else.
        how: Text = "方式",
    }
}

/// Where a notice stands in its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodState {
    /// Begins in so many days.
    Coming(u32),
    /// Running, with so many days left after today.
    Running(u32),
    /// Over.
    Over,
}

impl Notice {
    /// Where it stands on this day; none when it has no period.
    pub fn state(&self, today: Date) -> Option<PeriodState> {
        let days = |from: Date, to: Date| u32::try_from((to - from).get_days()).unwrap_or(0);
        let period = self.period?;
        Some(match () {
            () if today < period.from => PeriodState::Coming(days(today, period.from)),
            () if today <= period.to => PeriodState::Running(days(today, period.to)),
            () => PeriodState::Over,
        })
    }

    fn has_a_period(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        if self.kind == NoticeKind::Publicity && self.period.is_none() {
            return Err(c.refuse(&at.key("period"), "公示要写起止日期，如 2026-03-01..2026-03-07"));
        }
        if self.kind == NoticeKind::Publicity && self.objection.is_none() {
            return Err(c.refuse(&at.key("objection"), "公示要写异议怎么反映"));
        }
        Ok(())
    }
}

fields! {
    /// Something that takes place (活动日程): a row of `events.csv`.
    pub struct Event {
        /// `event/…`.
        id: Id<Event> = "编号",
        /// What it is.
        title: Title = "活动",
        /// The office that holds it.
        org: Ref<Org> = "主办单位",
        /// On which day.
        date: Day = "日期",
        /// From when to when.
        time: May<WrittenAs<Span>> = "时间",
        /// Where.
        place: Title = "地点",
        /// What happens, and what to bring.
        about: Text = "内容",
        /// For whom.
        audience: Blank<Title> = "面向人群",
        /// Whom to ask.
        phone: Blank<Phone> = "电话",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Event: "event" = "活动日程", title, org);
