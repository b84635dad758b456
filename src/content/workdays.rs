//! Working days as the State Council's yearly notices make them: which days count, and on what day a limit ends.
//! It reads no clock; past the last notice it falls back on weekends and says so with every result.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};

pub mod notices;

/// Working days for answering a request for government information, and as many again when the answer is put off
/// (政府信息公开条例 33).
pub const REQUEST_WORKING_DAYS: u16 = 20;

/// How far ahead a day is sought; the longest limit, [`u16::MAX`] working days, ends well before.
const DAYS_AHEAD_MAX: u32 = 150_000;

/// From this day on December belongs to the next notice too: those for 2007, 2008, 2012 and 2019 moved 29–31 December.
const LATE_DECEMBER: (i8, i8) = (12, 29);

/// A Monday from which weekdays are counted.
const A_MONDAY: Date = date(2007, 1, 1);

/// One yearly notice (部分节假日安排的通知): the year in its title and the days it names, of that year or of the last
/// days of the year before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The year in the title.
    pub year: i16,
    /// Days off, first and last day of each stretch; weekends in a stretch may be counted in or left out.
    pub off: Vec<(Date, Date)>,
    /// Days at a weekend on which people work (调休上班).
    pub work: Vec<Date>,
}

/// The working days of the years for which there are notices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Workdays {
    years: BTreeSet<i16>,
    /// In order, apart from each other.
    off: Vec<(Date, Date)>,
    work: BTreeSet<Date>,
}

/// What a notice says of a day that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// 放假
    Off,
    /// 调休上班
    Work,
}

/// The day on which a limit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day of the limit.
    pub due: Date,
    /// What the count rests on.
    pub footing: Footing,
}

/// What the count of a limit rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Footing {
    /// Every day counted is settled by a notice.
    Notices,
    /// The notice for the year after the limit's first day is not there.
    NextYearUnpublished,
    /// The notice for this year is not there.
    NoNotice {
        /// The first year that is missing.
        year: i16,
    },
}

/// When a request for government information must be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestDeadline {
    /// The last day for the answer.
    pub due: Deadline,
    /// The last day when the answer was put off with leave and the applicant was told.
    pub extended: Deadline,
}

/// The end of the limit lies beyond the calendar, or behind more days off than any calendar has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("期限太长，超出了能推算的日期")]
pub struct OutOfReach;

impl Workdays {
    /// Merges the notices, whatever their order and number. A notice may name days of the year before its own, so a
    /// year is complete only with its own notice and the next; a day that is named both ways is a working day.
    pub fn from_notices<'a>(notices: impl IntoIterator<Item = &'a Notice>) -> Self {
        let mut days = Self::default();
        for notice in notices {
            days.years.insert(notice.year);
            days.off.extend(notice.off.iter().filter(|(first, last)| first <= last));
            days.work.extend(&notice.work);
        }
        days.off.sort_unstable();
        days.off = days.off.drain(..).fold(Vec::new(), joined);
        days
    }

    /// What the notices say of a day; none for a day that follows its weekday.
    pub fn named(&self, date: Date) -> Option<Named> {
        if self.work.contains(&date) {
            return Some(Named::Work);
        }
        let begun = self.off.partition_point(|(first, _)| *first <= date);
        let stretch = begun.checked_sub(1).and_then(|last| self.off.get(last));
        stretch.filter(|(_, last)| date <= *last).map(|_| Named::Off)
    }

    /// Whether offices work on this day.
    pub fn is_working(&self, date: Date) -> bool {
        match self.named(date) {
            Some(Named::Work) => true,
            Some(Named::Off) => false,
            None => !is_weekend(date),
        }
    }

    /// The last day of the last year with a notice.
    pub fn known_until(&self) -> Option<Date> {
        self.years.last().and_then(|year| Date::new(*year, 12, 31).ok())
    }

    /// Whether every notice that could say something of this day is there. The last days of December wait for the
    /// next year's notice.
    pub fn is_settled(&self, date: Date) -> bool {
        self.missing_notice(date).is_none()
    }

    /// The last day of a limit of working days; the day on which it starts is not counted (民法典 201), and zero
    /// working days end on it.
    pub fn add_working_days(&self, start: Date, n: u16) -> Result<Deadline, OutOfReach> {
        let mut left = n;
        let mut counted = Counted::from(start);
        for _ in 0..DAYS_AHEAD_MAX {
            if left == 0 {
                return Ok(counted.deadline());
            }
            counted.step(self)?;
            left -= u16::from(self.is_working(counted.day));
        }
        Err(OutOfReach)
    }

    /// The last day of a limit of calendar days; the day on which it starts is not counted (民法典 201), and a last
    /// day off moves to the next working day (民法典 203).
    pub fn add_days(&self, start: Date, n: u16) -> Result<Deadline, OutOfReach> {
        if n == 0 {
            return Ok(Counted::from(start).deadline());
        }
        let day = start.checked_add(i32::from(n).days()).map_err(|_| OutOfReach)?;
        let mut counted = Counted { start, day, missing: self.missing_notice(day) };
        for _ in 0..DAYS_AHEAD_MAX {
            if self.is_working(counted.day) {
                return Ok(counted.deadline());
            }
            counted.step(self)?;
        }
        Err(OutOfReach)
    }

    /// The first working day after this one.
    pub fn next_working_day(&self, date: Date) -> Result<Deadline, OutOfReach> {
        self.add_working_days(date, 1)
    }

    /// How many working days lie after `from` up to and with `to`; none when `to` is not later.
    pub fn count_between(&self, from: Date, to: Date) -> u32 {
        let Ok(first) = from.tomorrow() else { return 0 };
        if to < first {
            return 0;
        }
        let within = |day: &Date| (first..=to).contains(day);
        let off_weekdays: i64 = self.off.iter().map(|(a, b)| weekdays((*a).max(first), (*b).min(to))).sum();
        let is_added = |day: &Date| within(day) && (is_weekend(*day) || self.is_in_stretch(*day));
        let added = self.work.iter().filter(|day| is_added(day)).count();
        u32::try_from(weekdays(first, to) - off_weekdays).unwrap_or(0) + u32::try_from(added).unwrap_or(0)
    }

    /// When a request for government information that came in on this day must be answered (政府信息公开条例 33). Time
    /// spent on asking third parties is not counted and must be added by the office.
    pub fn request_deadline(&self, received: Date) -> Result<RequestDeadline, OutOfReach> {
        Ok(RequestDeadline {
            due: self.add_working_days(received, REQUEST_WORKING_DAYS)?,
            extended: self.add_working_days(received, 2 * REQUEST_WORKING_DAYS)?,
        })
    }

    /// The year whose notice could say something of this day and is not there.
    fn missing_notice(&self, date: Date) -> Option<i16> {
        if !self.years.contains(&date.year()) {
            return self.named(date).is_none().then_some(date.year());
        }
        let next = date.year() + 1;
        let waits_for_next = (date.month(), date.day()) >= LATE_DECEMBER && !self.years.contains(&next);
        (waits_for_next && self.named(date).is_none()).then_some(next)
    }

    fn is_in_stretch(&self, date: Date) -> bool {
        self.off.iter().any(|(first, last)| (*first..=*last).contains(&date))
    }
}

impl Deadline {
    /// Whether days were counted that no notice settles.
    pub fn is_estimate(&self) -> bool {
        match self.footing {
            Footing::Notices => false,
            Footing::NextYearUnpublished | Footing::NoNotice { .. } => true,
        }
    }

    /// What must be said beside an estimate.
    pub fn remark(&self) -> Option<String> {
        match self.footing {
            Footing::Notices => None,
            Footing::NextYearUnpublished => Some("次年放假安排未公布，按周末推算".to_owned()),
            Footing::NoNotice { year } => Some(format!("{year}年放假安排没有收录，按周末推算")),
        }
    }
}

/// A walk over the days of a limit that remembers the first missing notice.
struct Counted {
    start: Date,
    day: Date,
    missing: Option<i16>,
}

impl From<Date> for Counted {
    fn from(start: Date) -> Self {
        Self { start, day: start, missing: None }
    }
}

impl Counted {
    fn step(&mut self, days: &Workdays) -> Result<(), OutOfReach> {
        self.day = self.day.tomorrow().map_err(|_| OutOfReach)?;
        self.missing = self.missing.or_else(|| days.missing_notice(self.day));
        Ok(())
    }

    fn deadline(&self) -> Deadline {
        let footing = match self.missing {
            None => Footing::Notices,
            Some(year) if year == self.start.year() + 1 => Footing::NextYearUnpublished,
            Some(year) => Footing::NoNotice { year },
        };
        Deadline { due: self.day, footing }
    }
}

/// Adds a stretch to those before it, which begin no later.
fn joined(mut stretches: Vec<(Date, Date)>, next: (Date, Date)) -> Vec<(Date, Date)> {
    match stretches.last_mut() {
        Some(last) if next.0 <= last.1 => last.1 = last.1.max(next.1),
        _ => stretches.push(next),
    }
    stretches
}

fn is_weekend(date: Date) -> bool {
    date.weekday().to_monday_zero_offset() >= 5
}

/// Mondays to Fridays from the first day to the last; none when the last is before the first.
fn weekdays(first: Date, last: Date) -> i64 {
    // Of the days before this one, since a Monday long ago.
    let before = |date: Date, extra: i64| {
        let days = date.duration_since(A_MONDAY).as_hours() / 24 + extra;
        days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
    };
    if first > last { 0 } else { before(last, 1) - before(first, 0) }
}

#[cfg(test)]
mod tests;
