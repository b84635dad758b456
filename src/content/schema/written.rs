//! Values with a fixed way of writing them: ranges of days, months, sums of money, points of a floor plan.
//! One value has one writing, so that the same record always has the same bytes.

use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::rules::{day, text_of};
use super::{At, Checked, Checks, Form, Rule, Shape};

/// A value that is written as one text.
pub trait Written: Sized + fmt::Display {
    /// What an office should have written, such as `2026-03-01..2026-03-07`.
    const WANTED: &'static str;
    /// How it is written, in terms of a table's cell.
    const FORM: Form = Form::Like(Self::WANTED);
    /// Reads the text.
    fn of(text: &str) -> Option<Self>;
}

/// The rule of a [`Written`] value.
pub struct WrittenAs<T>(PhantomData<T>);

impl<T: Written> Rule for WrittenAs<T> {
    type Value = T;
    fn shape() -> Shape {
        Shape::Text(T::FORM)
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<T> {
        let text = text_of(raw, c, at)?;
        T::of(&text).ok_or_else(|| c.refuse(at, format!("应写成 {}，写的是“{text}”", T::WANTED)))
    }
    fn write(value: &T) -> Option<Json> {
        Some(json!(value.to_string()))
    }
    fn example(_n: usize) -> Json {
        json!(T::WANTED)
    }
}

/// Some days in a row, first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl DateRange {
    /// Whether a day is in it.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}

impl Written for DateRange {
    const WANTED: &'static str = "2026-03-01..2026-03-07";
    fn of(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (day(from)?, day(to)?);
        (from <= to).then_some(Self { from, to })
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}..{}", self.from, self.to) }
    }
}

/// A month of a year, `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month before.
    pub fn before(self) -> Self {
        match self.month {
            1 => Self { year: self.year - 1, month: 12 },
            month => Self { month: month - 1, ..self },
        }
    }
}

impl Written for Month {
    const WANTED: &'static str = "2026-03";
    fn of(text: &str) -> Option<Self> {
        let first = day(&format!("{text}-01"))?;
        Some(Self { year: first.year(), month: first.month() })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A sum of money in fen, written in yuan: `1234.50`, `-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(pub i64);

/// Largest sum in fen; a thousand billion yuan is more than any county sees.
const FEN_MAX: i64 = 100_000_000_000_000;

impl Written for Money {
    const WANTED: &'static str = "1234.50";
    const FORM: Form = Form::Money;
    fn of(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = digits.replace(',', "");
        let (yuan, fen) = digits.split_once('.').unwrap_or((&digits, ""));
        let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !is_number(yuan) || yuan.len() > 12 || fen.len() > 2 || (digits.contains('.') && !is_number(fen)) {
            return None;
        }
        let fen: i64 = format!("{fen:0<2}").parse().ok()?;
        let sum = yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen)?;
        (sum <= FEN_MAX).then_some(Self(if is_negative { -sum } else { sum }))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        match fen % 100 {
            0 => write!(f, "{sign}{}", fen / 100),
            rest => write!(f, "{sign}{}.{rest:02}", fen / 100),
        }
    }
}

/// A point of a floor plan in decimetres from its upper left corner, written `120,45`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// To the right.
    pub x: u16,
    /// Down.
    pub y: u16,
}

impl Written for Point {
    const WANTED: &'static str = "120,45";
    fn of(text: &str) -> Option<Self> {
        let (x, y) = text.split_once(',')?;
        let number = |s: &str| s.trim().parse::<u16>().ok().filter(|n| *n <= POINT_MAX);
        Some(Self { x: number(x)?, y: number(y)? })
    }
}

/// Largest coordinate: a hall of one kilometre.
const POINT_MAX: u16 = 10_000;

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.x, self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_is_read_to_the_fen() {
        for (text, fen) in [("0", 0), ("1234.5", 123_450), ("1,234.50", 123_450), ("-20", -2_000), ("0.05", 5)] {
            assert_eq!(Money::of(text), Some(Money(fen)), "{text}");
        }
        for bad in ["", "1.234", "壹", "1.", ".5", "1e3", "9999999999999", "--1", "1 000"] {
            assert_eq!(Money::of(bad), None, "{bad}");
        }
        assert_eq!(Money(-5).to_string(), "-0.05");
    }

    #[test]
    fn months_know_the_one_before() {
        assert_eq!(Month::of("2026-01").unwrap().before(), Month { year: 2025, month: 12 });
        assert_eq!(Month::of("2026-13"), None);
        assert_eq!(Month::of("2026-1"), None);
    }

    #[test]
    fn a_range_ends_after_it_begins() {
        assert_eq!(DateRange::of("2026-03-07..2026-03-01"), None);
        assert_eq!(DateRange::of("2026-03-07").unwrap().to_string(), "2026-03-07");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(fen in -FEN_MAX..=FEN_MAX, x in 0..=POINT_MAX, y in 0..=POINT_MAX) {
            prop_assert_eq!(Money::of(&Money(fen).to_string()), Some(Money(fen)));
            prop_assert_eq!(Point::of(&Point { x, y }.to_string()), Some(Point { x, y }));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = (Money::of(&text), Month::of(&text), DateRange::of(&text), Point::of(&text));
        }
    }
}
