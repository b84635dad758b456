//! A date from a month's sheet. It knows no holidays, and offers no day outside its limits.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::{Cell, Sheet, Tap};

/// Tools in their order.
const TOOLS: [&str; 4] = ["‹ 前一年", "‹ 前一月", "后一月 ›", "后一年 ›"];
/// Months that each tool goes.
const MONTHS: [i32; 4] = [-12, -1, 1, 12];
const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// A date being chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatePicker {
    /// The first day of the month that is shown.
    month: Date,
    today: Date,
    first: Date,
    last: Date,
}

impl DatePicker {
    /// A picker on the month of today, for days from `first` to `last`.
    pub fn new(today: Date, first: Date, last: Date) -> Self {
        let (first, last) = (first.min(last), last.max(first));
        Self { month: today.clamp(first, last).first_of_month(), today, first, last }
    }

    /// What is shown.
    pub fn sheet(&self) -> Sheet {
        let tools = TOOLS.iter().zip(MONTHS).map(|(label, months)| Cell::new(*label, self.turned(months).is_some()));
        let before = usize::try_from(self.month.weekday().to_monday_zero_offset()).unwrap_or(0);
        let days = usize::try_from(self.month.days_in_month()).unwrap_or(0);
        let rows = (0..(before + days).div_ceil(7)).map(|week| {
            (0..7).map(|weekday| self.day(week, weekday).map_or_else(Cell::default, |day| self.cell(day))).collect()
        });
        Sheet {
            heading: format!("{}年{}月", self.month.year(), self.month.month()),
            tools: tools.collect(),
            heads: WEEKDAYS.to_vec(),
            rows: rows.collect(),
        }
    }

    /// Takes a touch; the date when one was chosen.
    pub fn tap(&mut self, tap: Tap) -> Option<Date> {
        match tap {
            Tap::Tool(tool) => {
                if let Some(month) = MONTHS.get(tool).and_then(|months| self.turned(*months)) {
                    self.month = month;
                }
                None
            }
            Tap::Cell(week, weekday) => self.day(week, weekday).filter(|day| self.is_open(*day)),
        }
    }

    fn cell(&self, day: Date) -> Cell {
        let weekday = WEEKDAYS.get(usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0));
        let today = if day == self.today { "，今天" } else { "" };
        Cell {
            label: day.day().to_string(),
            spoken: format!("{}月{}日，星期{}{today}", day.month(), day.day(), weekday.unwrap_or(&"")),
            is_open: self.is_open(day),
            is_marked: day == self.today,
        }
    }

    fn is_open(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// The month so many months on, where a day of it can be chosen.
    fn turned(&self, months: i32) -> Option<Date> {
        let month = self.month.checked_add(i64::from(months).months()).ok()?;
        (month <= self.last && month.last_of_month() >= self.first).then_some(month)
    }

    fn day(&self, week: usize, weekday: usize) -> Option<Date> {
        let before = usize::try_from(self.month.weekday().to_monday_zero_offset()).ok()?;
        let day = week.checked_mul(7)?.checked_add(weekday)?.checked_sub(before)?.checked_add(1)?;
        let day = i8::try_from(day).ok().filter(|day| *day <= self.month.days_in_month())?;
        (weekday < 7).then(|| date(self.month.year(), self.month.month(), day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker() -> DatePicker {
        DatePicker::new(date(2026, 11, 22), date(2025, 1, 15), date(2027, 3, 31))
    }

    #[test]
    fn every_day_of_every_month_can_be_chosen_and_stands_under_its_weekday() {
        let mut picker = picker();
        while picker.turned(-1).is_some() {
            picker.tap(Tap::Tool(1));
        }
        let mut chosen = Vec::new();
        loop {
            let sheet = picker.sheet();
            for (week, row) in sheet.rows.iter().enumerate() {
                assert_eq!(row.len(), 7);
                for weekday in 0..7 {
                    if let Some(day) = picker.tap(Tap::Cell(week, weekday)) {
                        assert_eq!(usize::try_from(day.weekday().to_monday_zero_offset()).unwrap(), weekday);
                        chosen.push(day);
                    }
                }
            }
            if !sheet.tools[2].is_open {
                break;
            }
            picker.tap(Tap::Tool(2));
        }
        let all: Vec<Date> = date(2025, 1, 15).series(1.day()).take_while(|day| *day <= date(2027, 3, 31)).collect();
        assert_eq!(chosen, all);
    }

    #[test]
    fn what_lies_outside_is_not_reached_and_today_is_marked() {
        let mut picker = picker();
        let marked: Vec<String> =
            picker.sheet().rows.concat().into_iter().filter(|c| c.is_marked).map(|c| c.spoken).collect();
        assert_eq!(marked, ["11月22日，星期日，今天"]);
        for _ in 0..50 {
            picker.tap(Tap::Tool(3));
            picker.tap(Tap::Tool(2));
        }
        assert_eq!(picker.sheet().heading, "2027年3月");
        for tap in [Tap::Tool(9), Tap::Cell(9, 9), Tap::Cell(0, 7), Tap::Cell(usize::MAX / 8, 3)] {
            assert_eq!(picker.tap(tap), None, "{tap:?}");
        }
    }
}
