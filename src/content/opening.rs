//! Whether a place is open on a day: its hours together with public holidays and swapped working days.
//! It knows no holidays of its own; the working-day calendar brings them.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::hours::{Hours, Span, spans_text};
use super::workdays::{Named, Workdays};

/// Days within which the next open day is sought; no holiday and no break between seasons is longer.
const NEXT_OPEN_DAYS_MAX: usize = 200;

/// The opening times of one day, with what made them so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenDay<'a> {
    /// Opening and closing; empty when closed.
    pub spans: &'a [Span],
    /// Why.
    pub reason: DayReason,
}

/// Why a place is open or closed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayReason {
    /// The weekday and the season.
    Usual,
    /// 调休上班: a day at a weekend on which people work.
    SwappedWorkday,
    /// 法定节假日: a day off by a notice.
    PublicHoliday,
}

impl Hours {
    /// The opening times of a day with holidays and swapped working days. On a swapped day the place keeps the hours
    /// that most of its days from Monday to Friday have; one that is never open on those days is not called to work.
    pub fn open_on(&self, date: Date, days: &Workdays) -> OpenDay<'_> {
        let usual = OpenDay { spans: self.on(date), reason: DayReason::Usual };
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match days.named(date).filter(|_| !self.is_open_on_holidays && !self.has_dates_for(date)) {
            Some(Named::Off) => OpenDay { spans: &[], reason: DayReason::PublicHoliday },
            Some(Named::Work) if is_weekend => {
                self.working_spans(date).map_or(usual, |spans| OpenDay { spans, reason: DayReason::SwappedWorkday })
            }
            Some(Named::Work) | None => usual,
        }
    }

    /// The first day after this one on which the place is open.
    pub fn next_open_day(&self, date: Date, days: &Workdays) -> Option<Date> {
        let later = date.series(1.day()).skip(1).take(NEXT_OPEN_DAYS_MAX);
        later.into_iter().find(|day| !self.open_on(*day, days).spans.is_empty())
    }

    /// One line on today: `今天调休上班，8:30–12:00`, `今天放假，10月9日恢复`.
    pub fn today_line(&self, today: Date, days: &Workdays) -> String {
        let OpenDay { spans, reason } = self.open_on(today, days);
        let spans_text = spans_text(spans);
        let kind = match reason {
            DayReason::Usual if !spans.is_empty() => return format!("今天{spans_text}"),
            DayReason::SwappedWorkday => return format!("今天调休上班，{spans_text}"),
            DayReason::Usual => "今天不开放",
            DayReason::PublicHoliday => "今天放假",
        };
        self.next_open_day(today, days)
            .map_or(kind.to_owned(), |next| format!("{kind}，{}月{}日恢复", next.month(), next.day()))
    }

    /// The spans that most of the days from Monday to Friday have in the season of a date, the earlier day's if two
    /// are as common; none when all are closed.
    fn working_spans(&self, date: Date) -> Option<&[Span]> {
        let week = Weekday::Monday.cycle_forward().take(5).map(|weekday| self.spans_as(date, weekday));
        let week: Vec<_> = week.filter(|spans| !spans.is_empty()).collect();
        let days_like = |spans: &&[Span]| week.iter().filter(|other| *other == spans).count();
        // Of equals the last wins, so the week is read backwards.
        week.iter().rev().max_by_key(|spans| days_like(spans)).copied()
    }

    /// Whether the office wrote times for this very day; they hold whatever the calendar says.
    fn has_dates_for(&self, date: Date) -> bool {
        self.times.iter().find(|t| t.holds_on(date)).is_some_and(|t| t.dates.is_some())
    }
}

impl DayReason {
    /// The reason in words, empty for a usual day.
    pub fn text(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::SwappedWorkday => "调休上班",
            Self::PublicHoliday => "法定节假日",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::hours::tests::hall;
    use crate::content::hours::{OpenTimes, Season};
    use crate::content::schema::{DateRange, Written};
    use crate::content::workdays::notices::built_in;
    use jiff::civil::{date, time};

    fn days() -> Workdays {
        Workdays::from_notices(&built_in())
    }

    #[test]
    fn a_swapped_sunday_has_the_hours_of_a_working_day() {
        let (hours, days) = (hall(), days());
        let swapped = hours.open_on(date(2026, 9, 20), &days);
        assert_eq!((swapped.spans, swapped.reason), (hours.on(date(2026, 9, 21)), DayReason::SwappedWorkday));
        assert_eq!(swapped.reason.text(), "调休上班");
        assert_eq!(hours.today_line(date(2026, 9, 20), &days), "今天调休上班，9:00–12:00，14:30–17:30");
        let winter = hours.open_on(date(2026, 1, 4), &days).spans;
        assert_eq!(winter[1].from, time(13, 30, 0, 0), "of the season of that day");
    }

    #[test]
    fn a_public_holiday_is_closed_and_names_the_day_it_ends() {
        let (hours, days) = (hall(), days());
        let holiday = hours.open_on(date(2026, 10, 1), &days);
        assert_eq!((holiday.spans, holiday.reason.text()), (&[][..], "法定节假日"));
        assert_eq!(hours.today_line(date(2026, 10, 1), &days), "今天放假，10月8日恢复");
        assert_eq!(hours.today_line(date(2026, 10, 3), &days), "今天放假，10月8日恢复", "a Saturday of the holiday");
        assert_eq!(hours.today_line(date(2026, 10, 10), &days), "今天调休上班，9:00–12:00，13:30–17:30");
        assert_eq!(hours.today_line(date(2026, 10, 11), &days), "今天不开放，10月12日恢复");
        assert_eq!(hours.today_line(date(2026, 10, 12), &days), "今天9:00–12:00，13:30–17:30");
        assert_eq!(hours.today_line(date(2026, 2, 13), &days), "今天9:00–12:00，13:30–17:30");
        assert_eq!(hours.next_open_day(date(2026, 2, 14), &days), Some(date(2026, 2, 24)));
    }

    #[test]
    fn a_place_that_keeps_no_holidays_is_open_as_always() {
        let hours = Hours { is_open_on_holidays: true, ..hall() };
        let (holiday, swapped) = (date(2026, 10, 1), date(2026, 9, 20));
        for day in [holiday, swapped] {
            let open = hours.open_on(day, &days());
            assert_eq!((open.spans, open.reason), (hours.on(day), DayReason::Usual));
        }
    }

    #[test]
    fn a_swapped_day_takes_the_spans_of_most_working_days() {
        let mut hours = hall();
        let short = vec![Span { from: time(9, 0, 0, 0), to: time(12, 0, 0, 0) }];
        let monday = OpenTimes { season: None, dates: None, days: vec![Weekday::Monday], spans: short.clone() };
        hours.times.insert(0, monday);
        assert_eq!(hours.open_on(date(2026, 9, 20), &days()).spans.len(), 2);
        let other = |weekday| OpenTimes { season: None, dates: None, days: vec![weekday], spans: Vec::new() };
        let closed = [Weekday::Wednesday, Weekday::Thursday, Weekday::Friday].map(other);
        hours.times.splice(0..0, closed);
        assert_eq!(hours.open_on(date(2026, 9, 20), &days()).spans, short, "Monday's and Tuesday's are as common");
    }

    #[test]
    fn a_place_open_at_weekends_only_is_not_called_to_work_and_one_never_open_names_no_day() {
        let mut hours = hall();
        let weekend = vec![Weekday::Saturday, Weekday::Sunday];
        hours.times = vec![OpenTimes { season: None, dates: None, days: weekend, ..hours.times[0].clone() }];
        assert_eq!(hours.open_on(date(2026, 9, 20), &days()).reason, DayReason::Usual);
        assert_eq!(hours.today_line(date(2026, 10, 5), &days()), "今天放假，10月10日恢复");
        hours.times.clear();
        assert_eq!(hours.today_line(date(2026, 10, 1), &days()), "今天放假");
        assert_eq!(hours.next_open_day(Date::MAX, &days()), None);
    }

    #[test]
    fn times_written_for_a_day_hold_on_a_holiday_too() {
        let mut hours = hall();
        let mut duty = hours.times[0].clone();
        (duty.season, duty.dates) = (None::<Season>, DateRange::of("2026-10-01..2026-10-03"));
        duty.spans.truncate(1);
        hours.times.insert(0, duty);
        assert_eq!(hours.open_on(date(2026, 10, 1), &days()).reason, DayReason::Usual);
        assert_eq!(hours.today_line(date(2026, 10, 1), &days()), "今天9:00–12:00");
        assert_eq!(hours.today_line(date(2026, 10, 5), &days()), "今天放假，10月8日恢复");
    }
}
