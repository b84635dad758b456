//! The shape of opening hours: weekdays as numbers, times and seasons as short texts.
//! It knows no holidays; it refuses spans that overlap and days out of order.

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use super::checks::{Checked, Checks, first};
use crate::content::hours::{Hours, OpenTimes};
use crate::content::record::FieldError;

/// A leap year, so that a season may begin or end on 29 February.
const LEAP_YEAR: i16 = 2024;

/// The shape of [`Hours`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HoursDoc {
    pub id: String,
    pub times: Vec<OpenTimesDoc>,
    #[serde(default)]
    pub note: String,
}

/// The shape of [`OpenTimes`]: days 1–7 from Monday, spans `09:00-12:00`, a season `05-01..09-30`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OpenTimesDoc {
    #[serde(default)]
    pub season: String,
    pub days: Vec<u8>,
    pub spans: Vec<String>,
}

impl HoursDoc {
    /// The checked hours, or their first wrong field.
    pub fn check(self) -> Result<Hours, FieldError> {
        self.check_all().map_err(first)
    }

    /// The checked hours, or every wrong field.
    pub fn check_all(self) -> Result<Hours, Vec<FieldError>> {
        Checks::run(|c| self.checked(c))
    }

    fn checked(self, c: &mut Checks) -> Checked<Hours> {
        let id = c.id("id", "hours", &self.id);
        let times = if self.times.is_empty() {
            Err(c.refuse("times", "至少写一段开放时间"))
        } else {
            c.each("times", self.times, |c, f, t| t.checked(c, f))
        };
        let note = c.optional_text("note", self.note);
        Ok(Hours { id: id?, times: times?, follows_holidays: true, note: note? })
    }
}

impl OpenTimesDoc {
    fn checked(self, c: &mut Checks, field: &str) -> Checked<OpenTimes> {
        let season = match self.season.as_str() {
            "" => Ok(None),
            text => text
                .split_once("..")
                .and_then(|(a, b)| Some(Some((month_day(a)?, month_day(b)?))))
                .ok_or_else(|| c.refuse(format!("{field}.season"), format!("季节应写成 05-01..09-30，写的是“{text}”"))),
        };
        let days = open_days(c, &format!("{field}.days"), self.days);
        let spans = open_spans(c, &format!("{field}.spans"), self.spans);
        Ok(OpenTimes { season: season?, days: days?, spans: spans? })
    }
}

fn open_days(c: &mut Checks, field: &str, days: Vec<u8>) -> Checked<Vec<Weekday>> {
    if days.is_empty() {
        return Err(c.refuse(field, "至少写一天"));
    }
    let days: Vec<Weekday> = c.each(field, days, |c, f, n| {
        i8::try_from(n)
            .ok()
            .and_then(|n| Weekday::from_monday_one_offset(n).ok())
            .ok_or_else(|| c.refuse(f, format!("星期应为 1 至 7，写的是 {n}")))
    })?;
    if days.windows(2).any(|p| p[0].to_monday_zero_offset() >= p[1].to_monday_zero_offset()) {
        return Err(c.refuse(field, "星期应从小到大、不重复"));
    }
    Ok(days)
}

fn open_spans(c: &mut Checks, field: &str, spans: Vec<String>) -> Checked<Vec<(Time, Time)>> {
    let spans: Vec<(Time, Time)> = c.each(field, spans, |c, f, span| {
        span.split_once('-')
            .and_then(|(a, b)| Some((hour_minute(a)?, hour_minute(b)?)))
            .filter(|(a, b)| a < b)
            .ok_or_else(|| c.refuse(f, format!("时间段应写成 09:00-12:00，写的是“{span}”")))
    })?;
    if spans.windows(2).any(|p| p[0].1 > p[1].0) {
        return Err(c.refuse(field, "时间段应按先后、不重叠"));
    }
    Ok(spans)
}

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let date = Date::new(LEAP_YEAR, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((date.month(), date.day()))
}

fn hour_minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl From<&Hours> for HoursDoc {
    fn from(hours: &Hours) -> Self {
        let span =
            |(a, b): &(Time, Time)| format!("{:02}:{:02}-{:02}:{:02}", a.hour(), a.minute(), b.hour(), b.minute());
        let times = hours.times.iter().map(|t| OpenTimesDoc {
            season: t.season.map_or(String::new(), |(a, b)| format!("{:02}-{:02}..{:02}-{:02}", a.0, a.1, b.0, b.1)),
            days: t.days.iter().map(|d| d.to_monday_one_offset().unsigned_abs()).collect(),
            spans: t.spans.iter().map(span).collect(),
        });
        Self { id: hours.id.name().to_owned(), times: times.collect(), note: hours.note.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(season: &str, days: &[u8], spans: &[&str]) -> HoursDoc {
        let times = OpenTimesDoc {
            season: season.into(),
            days: days.to_vec(),
            spans: spans.iter().map(|s| (*s).to_owned()).collect(),
        };
        HoursDoc { id: "hall".into(), times: vec![times], note: String::new() }
    }

    #[test]
    fn hours_come_back_as_they_were_written() {
        let written = doc("10-01..02-29", &[1, 3, 7], &["08:30-12:00", "13:30-17:00"]);
        assert_eq!(HoursDoc::from(&written.clone().check().unwrap()), written);
    }

    #[test]
    fn wrong_days_spans_and_seasons_are_named() {
        for (bad, field) in [
            (doc("", &[0], &["09:00-12:00"]), "times[1].days[1]"),
            (doc("", &[2, 1], &["09:00-12:00"]), "times[1].days"),
            (doc("", &[], &["09:00-12:00"]), "times[1].days"),
            (doc("", &[1], &["12:00-09:00"]), "times[1].spans[1]"),
            (doc("", &[1], &["09:00-12:00", "11:00-13:00"]), "times[1].spans"),
            (doc("02-30..03-01", &[1], &["09:00-12:00"]), "times[1].season"),
            (HoursDoc { times: Vec::new(), ..doc("", &[1], &[]) }, "times"),
        ] {
            assert_eq!(bad.check().unwrap_err().field, field);
        }
    }
}
