//! Numbers of a sheet as the office sees them: no stray decimals, no powers of ten, days as days.
//! It adds the zeros that the format shows and never rounds a digit away.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::grid::{Cell, Wrong};

/// First number that Excel no longer keeps exactly: 15 digits.
const EXACT_MAX: f64 = 1e15;
/// Most decimals and leading zeros that a format adds.
const PLACES_MAX: usize = 15;
/// The day after the last one of Excel, 9999-12-31.
const SERIAL_END: f64 = 2_958_466.0;
const DAY_S: f64 = 86_400.0;

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Plain,
    /// A day, a time, or both.
    Moment,
    /// With at least this many decimals.
    Decimals(usize),
    /// With leading zeros to this many digits.
    Padded(usize),
    /// In percent, with at least this many decimals.
    Percent(usize),
}

impl Shown {
    /// What a format code of Excel shows; `id` is the number of a built-in format.
    pub fn of(code: &str, id: Option<u32>) -> Self {
        // These are dates in Chinese Excel, which writes their numbers without any code.
        if matches!(id, Some(14..=22 | 27..=36 | 45..=47 | 50..=58)) {
            return Self::Moment;
        }
        let bare = bare(code);
        if bare.contains(['y', 'd', 'h', 's', 'm', 'e']) && !bare.contains(['0', '#']) {
            return Self::Moment;
        }
        let (number, is_percent) = match bare.strip_suffix('%') {
            Some(number) => (number, true),
            None => (bare.as_str(), false),
        };
        let number = number.replace("#,##", "").replace(',', "");
        let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
        if whole.is_empty() || !whole.chars().chain(decimals.chars()).all(|c| c == '0') || number.len() > PLACES_MAX {
            return Self::Plain;
        }
        match (is_percent, decimals.len(), whole.len()) {
            (true, decimals, _) => Self::Percent(decimals),
            (false, 0, 1) => Self::Plain,
            (false, 0, digits) => Self::Padded(digits),
            (false, decimals, _) => Self::Decimals(decimals),
        }
    }
}

/// A format code without what is only dress: quoted words, colours, fillers, the part for negative numbers.
fn bare(code: &str) -> String {
    let mut bare = String::new();
    let mut chars = code.chars();
    let mut is_quoted = false;
    let mut bracket: Option<String> = None;
    while let Some(c) = chars.next() {
        if is_quoted {
            is_quoted = c != '"';
            continue;
        }
        if let Some(inside) = &mut bracket {
            if c != ']' {
                inside.push(c.to_ascii_lowercase());
                continue;
            }
            // [h]:mm counts hours; [红色] and [$-804] say how, not what.
            if matches!(inside.as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
                bare.push_str(inside);
            }
            bracket = None;
            continue;
        }
        match c {
            '"' => is_quoted = true,
            '[' => bracket = Some(String::new()),
            '\\' | '_' | '*' => {
                chars.next();
            }
            ';' => break,
            ' ' | '¥' | '￥' | '$' => {}
            c => bare.push(c.to_ascii_lowercase()),
        }
    }
    // "General" has letters of dates in it; so has the 上午/下午 mark, which never stands alone.
    if bare == "general" || bare == "g/通用格式" { String::new() } else { bare }
}

/// A number as a cell.
pub fn number_cell(value: f64, shown: Shown, is_1904: bool) -> Cell {
    if shown == Shown::Moment
        && let Some(text) = moment(value, is_1904)
    {
        return Cell::Text(text);
    }
    match number(value, shown) {
        Some(text) => Cell::Text(text),
        None => Cell::Wrong(Wrong::Digits(format!("{value:.0}"))),
    }
}

/// A number as text; none when digits are lost already.
fn number(value: f64, shown: Shown) -> Option<String> {
    let value = if matches!(shown, Shown::Percent(_)) { value * 100.0 } else { value };
    if !value.is_finite() || value.abs() >= EXACT_MAX {
        return None;
    }
    // Excel shows 15 digits; what lies behind them is noise of binary fractions.
    let value: f64 = format!("{value:.14e}").parse().ok()?;
    let text = if value == 0.0 { "0".to_owned() } else { value.to_string() };
    Some(match shown {
        Shown::Plain | Shown::Moment => text,
        Shown::Decimals(places) => with_decimals(&text, places),
        Shown::Percent(places) => with_decimals(&text, places) + "%",
        Shown::Padded(digits) if text.chars().all(|c| c.is_ascii_digit()) => format!("{text:0>digits$}"),
        Shown::Padded(_) => text,
    })
}

fn with_decimals(text: &str, places: usize) -> String {
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
    let zeros = "0".repeat(places.saturating_sub(decimals));
    match (decimals, zeros.is_empty()) {
        (_, true) => text.to_owned(),
        (0, false) => format!("{text}.{zeros}"),
        (_, false) => format!("{text}{zeros}"),
    }
}

/// A serial number of Excel as `2026-03-01`, `2026-03-01 09:30` or `09:30`; none outside its calendar.
pub fn moment(serial: f64, is_1904: bool) -> Option<String> {
    if !serial.is_finite() || !(0.0..SERIAL_END).contains(&serial) {
        return None;
    }
    let seconds = (serial * DAY_S).round();
    let (days, rest) = ((seconds / DAY_S).floor(), seconds % DAY_S);
    let (days, rest) = (days as i64, rest as u32);
    let time = match rest % 60 {
        0 => format!("{:02}:{:02}", rest / 3600, rest / 60 % 60),
        s => format!("{:02}:{:02}:{s:02}", rest / 3600, rest / 60 % 60),
    };
    if days == 0 && !is_1904 {
        return Some(time);
    }
    let day = day_of_serial(days, is_1904)?;
    Some(if rest == 0 { day.to_string() } else { format!("{day} {time}") })
}

/// The day of a serial number; Excel's 1900 has a 29 February that never was, and its number means no day.
pub fn day_of_serial(days: i64, is_1904: bool) -> Option<Date> {
    let start = match (is_1904, days) {
        (true, _) => date(1904, 1, 1),
        (false, 1..=59) => date(1899, 12, 31),
        (false, 61..) => date(1899, 12, 30),
        (false, _) => return None,
    };
    start.checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: f64, code: &str) -> String {
        match number_cell(value, Shown::of(code, None), false) {
            Cell::Text(text) => text,
            Cell::Wrong(wrong) => wrong.reason(),
        }
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(shown(12.0, "General"), "12");
        assert_eq!(shown(0.1 + 0.2, "General"), "0.3");
        assert_eq!(shown(-0.0, "0"), "0");
        assert_eq!(shown(123_456_789_012_345.0, "General"), "123456789012345");
        assert_eq!(shown(1e-7, "General"), "0.0000001");
        assert_eq!(shown(1234.5, "#,##0.00"), "1234.50");
        assert_eq!(shown(1234.567, "0.00"), "1234.567", "no digit is rounded away");
        assert_eq!(shown(0.125, "0%"), "12.5%");
        assert_eq!(shown(0.5, "0.00%"), "50.00%");
        assert_eq!(shown(7.0, "0000"), "0007");
        assert!(shown(410_123_199_001_011_234.0, "0").contains("超过15位"));
    }

    #[test]
    fn days_are_days() {
        for code in [
            "yyyy\\-mm\\-dd",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy/m/d;@",
            "m/d/yy",
            "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
        ] {
            assert_eq!(shown(46082.0, code), "2026-03-01", "{code}");
        }
        assert_eq!(shown(46_082.395_833_333_336, "yyyy/m/d h:mm"), "2026-03-01 09:30");
        assert_eq!(shown(0.5, "h:mm AM/PM"), "12:00");
        assert_eq!(number_cell(46082.0, Shown::of("General", Some(31)), false), Cell::Text("2026-03-01".into()));
        assert_eq!(number_cell(44620.0, Shown::Moment, true), Cell::Text("2026-03-01".into()));
        assert_eq!(shown(1.0, "yyyy-mm-dd"), "1900-01-01");
        assert_eq!(shown(60.0, "yyyy-mm-dd"), "60", "the day that never was stays a number");
    }

    #[test]
    fn dress_of_a_format_does_not_make_a_date() {
        for code in ["General", "@", "G/通用格式", "\"第\"0\"号\"", "[红色]0", "0_ ", "#,##0", "[Red]#,##0", ""]
        {
            assert_eq!(shown(46082.0, code), "46082", "{code}");
        }
        assert_eq!(shown(3.5, "_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ "), "3.50");
    }

    proptest! {
        #[test]
        fn any_number_and_any_format_give_a_cell(value in any::<f64>(), code in ".{0,20}", id in any::<Option<u32>>()) {
            let _ = number_cell(value, Shown::of(&code, id), false);
        }

        #[test]
        fn whole_numbers_keep_every_digit(value in -999_999_999_999_999_i64..=999_999_999_999_999) {
            prop_assert_eq!(number(value as f64, Shown::Plain), Some(value.to_string()));
        }
    }
}
