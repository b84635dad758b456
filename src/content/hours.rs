//! Opening hours as an office writes them: weekdays, seasons and the spans of a day.
//! It does not know holidays; the working-day calendar does.

use jiff::civil::{Date, Time, Weekday};

use crate::base::id::RecordId;

/// A named set of opening times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// `hours/…`.
    pub id: RecordId,
    /// Seasons in the order they are written; the first that fits a day holds.
    pub times: Vec<OpenTimes>,
    /// A remark shown beside the times, may be empty.
    pub note: String,
}

/// The times of some weekdays, in all the year or in a season.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTimes {
    /// First and last day of the season as (month, day); may wrap over new year.
    pub season: Option<((i8, i8), (i8, i8))>,
    /// Days of the week, Monday first.
    pub days: Vec<Weekday>,
    /// Opening and closing, in order, without overlap; empty means closed on these days.
    pub spans: Vec<(Time, Time)>,
}

impl Hours {
    /// The times as people read them, one line a season: `周一至周五 9:00–12:00，13:30–17:00`.
    pub fn lines(&self) -> Vec<String> {
        self.times.iter().map(OpenTimes::line).collect()
    }

    /// The opening times of a day by weekday and season alone (no holidays); empty when closed.
    pub fn on(&self, date: Date) -> &[(Time, Time)] {
        self.times.iter().find(|t| t.holds_on(date)).map_or(&[], |t| &t.spans)
    }
}

impl OpenTimes {
    fn holds_on(&self, date: Date) -> bool {
        self.days.contains(&date.weekday())
            && self.season.is_none_or(|(from, to)| {
                let day = (date.month(), date.day());
                if from <= to { (from..=to).contains(&day) } else { day >= from || day <= to }
            })
    }

    fn line(&self) -> String {
        let spans: Vec<String> = self.spans.iter().map(|(a, b)| format!("{}–{}", clock(*a), clock(*b))).collect();
        let season =
            self.season.map_or(String::new(), |((fm, fd), (tm, td))| format!("（{fm}月{fd}日至{tm}月{td}日）"));
        let spans = if spans.is_empty() { "不开放".to_owned() } else { spans.join("，") };
        format!("{}{season} {spans}", days_text(&self.days))
    }
}

fn clock(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
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
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn hall() -> Hours {
        let spans = |h| vec![(time(9, 0, 0, 0), time(12, 0, 0, 0)), (time(h, 30, 0, 0), time(17, 30, 0, 0))];
        let week = vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        Hours {
            id: RecordId::parse("hours/hall").unwrap(),
            times: vec![
                OpenTimes { season: Some(((10, 1), (4, 30))), days: week.clone(), spans: spans(13) },
                OpenTimes { season: None, days: week, spans: spans(14) },
            ],
            note: String::new(),
        }
    }

    #[test]
    fn a_season_may_wrap_over_new_year() {
        assert_eq!(hall().on(date(2026, 1, 5))[1].0, time(13, 30, 0, 0));
        assert_eq!(hall().on(date(2026, 7, 6))[1].0, time(14, 30, 0, 0));
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
