//! Opening hours as an office writes them: weekdays, seasons, single periods and the spans of a day.
//! It does not know holidays; the working-day calendar does.

use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use serde_json::{Value as Json, json};

use super::schema::{
    At, Blank, Checked, Checks, DateRange, Flag, Id, Kind, List, May, Part, Rule, Shape, Text, Written, WrittenAs,
    fields,
};
use crate::base::id::RecordId;

fields! {
    /// A named set of opening times: an entry of `hours.toml`.
    pub struct Hours {
        /// `hours/…`.
        id: Id<Hours> = "编号",
        /// Periods in the order they are written; the first that fits a day holds.
        times: List<Part<OpenTimes>, 1, 40> = "时段",
        /// A remark shown beside the times, may be empty.
        note: Blank<Text> = "说明",
        /// Open on public holidays too.
        is_open_on_holidays: Flag = "节假日开放",
    }
}

impl Kind for Hours {
    const KIND: &'static str = "hours";
    const LABEL: &'static str = "开放时间";
    fn id(&self) -> &RecordId {
        &self.id
    }
    fn title(&self) -> &str {
        self.id.name()
    }
    fn org(&self) -> Option<&RecordId> {
        None
    }
}

fields! {
    /// The times of some weekdays, in all the year, in a season or in one period.
    pub struct OpenTimes {
        /// The season of each year; may wrap over new year.
        season: May<WrittenAs<Season>> = "季节",
        /// One period of one year, such as a holiday's emergency hours.
        dates: May<WrittenAs<DateRange>> = "起止日期",
        /// Days of the week, 1 to 7 from Monday.
        days: List<WeekdayNumber, 1, 7> = "星期",
        /// Opening and closing, in order, without overlap; empty means closed on these days.
        spans: List<WrittenAs<Span>, 0, 6> = "时间",
    }
    keeps OpenTimes::in_order
}

/// A season of every year, `05-01..09-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Season {
    /// First (month, day).
    pub from: (i8, i8),
    /// Last (month, day).
    pub to: (i8, i8),
}

/// From one time of a day to a later one, `09:00-12:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Opening.
    pub from: Time,
    /// Closing.
    pub to: Time,
}

/// A weekday as a number from 1 (Monday) to 7.
pub enum WeekdayNumber {}

/// A leap year, so that a season may begin or end on 29 February.
const LEAP_YEAR: i16 = 2024;

impl Season {
    /// Whether a day is in it.
    pub fn contains(&self, date: Date) -> bool {
        let day = (date.month(), date.day());
        if self.from <= self.to { (self.from..=self.to).contains(&day) } else { day >= self.from || day <= self.to }
    }
}

impl Written for Season {
    const WANTED: &'static str = "05-01..09-30";
    fn of(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..")?;
        Some(Self { from: month_day(from)?, to: month_day(to)? })
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((fm, fd), (tm, td)) = (self.from, self.to);
        write!(f, "{fm:02}-{fd:02}..{tm:02}-{td:02}")
    }
}

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-').filter(|(m, d)| m.len() == 2 && d.len() == 2)?;
    let date = Date::new(LEAP_YEAR, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((date.month(), date.day()))
}

impl Written for Span {
    const WANTED: &'static str = "09:00-12:00";
    fn of(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (hour_minute(from)?, hour_minute(to)?);
        (from < to).then_some(Self { from, to })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (self.from, self.to);
        write!(f, "{:02}:{:02}-{:02}:{:02}", a.hour(), a.minute(), b.hour(), b.minute())
    }
}

fn hour_minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':').filter(|(h, m)| (1..=2).contains(&h.len()) && m.len() == 2)?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl Rule for WeekdayNumber {
    type Value = Weekday;
    fn shape() -> Shape {
        Shape::Number(7)
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Weekday> {
        raw.as_i64()
            .and_then(|n| i8::try_from(n).ok())
            .and_then(|n| Weekday::from_monday_one_offset(n).ok())
            .ok_or_else(|| c.refuse(at, format!("星期应为 1 至 7，写的是 {raw}")))
    }
    fn write(value: &Weekday) -> Option<Json> {
        Some(json!(value.to_monday_one_offset()))
    }
    fn example(n: usize) -> Json {
        json!(n % 7 + 1)
    }
}

impl OpenTimes {
    fn in_order(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        if self.days.windows(2).any(|p| p[0].to_monday_zero_offset() >= p[1].to_monday_zero_offset()) {
            return Err(c.refuse(&at.key("days"), "星期应从小到大、不重复"));
        }
        if self.spans.windows(2).any(|p| p[0].to > p[1].from) {
            return Err(c.refuse(&at.key("spans"), "时间段应按先后、不重叠"));
        }
        Ok(())
    }
}

impl Hours {
    /// The times as people read them, one line a season: `周一至周五 9:00–12:00，13:30–17:00`.
    pub fn lines(&self) -> Vec<String> {
        self.times.iter().map(OpenTimes::line).collect()
    }

    /// The opening times of a day by weekday and season alone (no holidays); empty when closed.
    pub fn on(&self, date: Date) -> &[Span] {
        self.spans_as(date, date.weekday())
    }

    /// The opening times that a weekday has in the season of a date.
    pub(super) fn spans_as(&self, date: Date, weekday: Weekday) -> &[Span] {
        self.times.iter().find(|t| t.holds_as(date, weekday)).map_or(&[], |t| &t.spans)
    }
}

impl OpenTimes {
    /// Whether these are the times of a day.
    pub(super) fn holds_on(&self, date: Date) -> bool {
        self.holds_as(date, date.weekday())
    }

    fn holds_as(&self, date: Date, weekday: Weekday) -> bool {
        self.days.contains(&weekday)
            && self.season.is_none_or(|season| season.contains(date))
            && self.dates.is_none_or(|dates| dates.contains(date))
    }

    fn line(&self) -> String {
        let season = self.season.map_or(String::new(), |season| {
            let ((fm, fd), (tm, td)) = (season.from, season.to);
            format!("（{fm}月{fd}日至{tm}月{td}日）")
        });
        let dates =
            self.dates.map_or(String::new(), |dates| format!("（{}至{}）", chinese(dates.from), chinese(dates.to)));
        let spans = if self.spans.is_empty() { "不开放".to_owned() } else { spans_text(&self.spans) };
        format!("{}{season}{dates} {spans}", days_text(&self.days))
    }
}

/// `9:00–12:00，13:30–17:00`
pub(super) fn spans_text(spans: &[Span]) -> String {
    spans.iter().map(|s| format!("{}–{}", clock(s.from), clock(s.to))).collect::<Vec<_>>().join("，")
}

fn clock(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

fn chinese(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

fn days_text(days: &[Weekday]) -> String {
    let name =
        |d: Weekday| ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][d.to_monday_zero_offset() as usize];
    let run = days.windows(2).all(|p| p[1].to_monday_zero_offset() == p[0].to_monday_zero_offset() + 1);
    match days {
        [first, .., last] if run && days.len() > 2 => format!("{}至{}", name(*first), name(*last)),
        _ => days.iter().map(|d| name(*d)).collect::<Vec<_>>().join("、"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use jiff::civil::{date, time};

    pub(in crate::content) fn hall() -> Hours {
        let span = |a, b| Span { from: a, to: b };
        let spans = |h| vec![span(time(9, 0, 0, 0), time(12, 0, 0, 0)), span(time(h, 30, 0, 0), time(17, 30, 0, 0))];
        let week = vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        Hours {
            id: RecordId::parse("hours/hall").unwrap(),
            times: vec![
                OpenTimes { season: Season::of("10-01..04-30"), dates: None, days: week.clone(), spans: spans(13) },
                OpenTimes { season: None, dates: None, days: week, spans: spans(14) },
            ],
            note: String::new(),
            is_open_on_holidays: false,
        }
    }

    #[test]
    fn a_season_may_wrap_over_new_year() {
        assert_eq!(hall().on(date(2026, 1, 5))[1].from, time(13, 30, 0, 0));
        assert_eq!(hall().on(date(2026, 7, 6))[1].from, time(14, 30, 0, 0));
        assert!(hall().on(date(2026, 7, 5)).is_empty(), "Sunday");
    }

    #[test]
    fn hours_read_as_people_write_them() {
        assert_eq!(hall().lines()[0], "周一至周五（10月1日至4月30日） 9:00–12:00，13:30–17:30");
    }

    #[test]
    fn a_season_without_spans_is_closed() {
        let mut hours = hall();
        hours.times[0].spans.clear();
        assert!(hours.on(date(2026, 1, 5)).is_empty());
        assert_eq!(hours.lines()[0], "周一至周五（10月1日至4月30日） 不开放");
    }
}
