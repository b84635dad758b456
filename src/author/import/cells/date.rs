//! Days in the forms in which offices write them.
//! A month without a day, two digits for a year, or a day that never was is refused.

use jiff::civil::Date;

use super::super::header::half_width;
use super::super::number::day_of_serial;
use super::Value;

/// First and last serial number that is taken for a day: 1954 to 2118. Outside, a number is a number.
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=79_999;

/// A day: `2026年3月1日`, `2026/3/1`, `2026.3.1`, `20260301`, `2026-03-01`, or Excel's count of days.
pub fn read(text: &str) -> Result<Value, String> {
    let half = half_width(text);
    let wrong = || format!("“{text}”不是日期，应写成 2026-03-01");
    let (day, time) = split_time(half.trim());
    let numbers: Vec<&str> = day.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let is_date_like = day.chars().all(|c| c.is_ascii_digit() || "-/.年月日号 ".contains(c));
    if !is_date_like {
        return Err(wrong());
    }
    let parsed = match numbers.as_slice() {
        [year, month, day] if year.len() == 4 => build(year, month, day),
        [all] if all.len() == 8 && half.trim().len() == 8 => build(&all[..4], &all[4..6], &all[6..]),
        [serial] if serial.len() == 5 && half.trim().len() == 5 => {
            let serial: i64 = serial.parse().unwrap_or_default();
            let day = SERIALS.contains(&serial).then(|| day_of_serial(serial, false)).flatten();
            return day
                .map(|day| Value::doubtful(day.to_string(), format!("“{text}”按 Excel 的日期序号读成{day}，请核对")))
                .ok_or_else(wrong);
        }
        [year, _] if year.len() == 4 => return Err(format!("“{text}”只有年月，还要写明日")),
        _ => None,
    };
    let day = parsed.ok_or_else(wrong)?;
    match time {
        "" | "00:00" | "0:00" | "00:00:00" | "0:00:00" => Ok(Value::of(day.to_string())),
        time => Ok(Value::doubtful(day.to_string(), format!("只留下日期，时间{time}没有导入"))),
    }
}

/// The day and the time of day behind it, if it is one.
fn split_time(text: &str) -> (&str, &str) {
    let Some((day, time)) = text.rsplit_once([' ', 'T']) else {
        return (text, "");
    };
    let is_time = time.contains(':') && time.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.');
    if is_time { (day.trim_end(), time) } else { (text, "") }
}

fn build(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = year.parse().ok().filter(|year| (1900..=2199).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_to_write_a_day_is_read() {
        for text in [
            "2026年3月1日",
            "2026/3/1",
            "2026.3.1",
            "20260301",
            "2026-03-01",
            "２０２６年３月１日",
            "2026 年 3 月 1 号",
            "2026-03-01 00:00:00",
            "2026-03-01T00:00:00",
            "46082",
        ] {
            assert_eq!(read(text).unwrap().text, "2026-03-01", "{text}");
        }
        assert!(read("46082").unwrap().warnings.len() == 1);
        assert_eq!(read("2026/3/1 9:30").unwrap().warnings, ["只留下日期，时间9:30没有导入"]);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2026年3月", "26.3.1", "2026-02-30", "3月1日", "近期", "99999", "2026年", "2026-3-1至2026-4-1", ""]
        {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read("2026年3月").unwrap_err(), "“2026年3月”只有年月，还要写明日");
    }

    proptest! {
        #[test]
        fn every_day_is_read_in_every_form(year in 1955_i16..2118, month in 1_i8..=12, day in 1_i8..=28) {
            let expected = Date::new(year, month, day).unwrap().to_string();
            for text in [
                format!("{year}年{month}月{day}日"),
                format!("{year}/{month}/{day}"),
                format!("{year}.{month:02}.{day:02}"),
                format!("{year}{month:02}{day:02}"),
            ] {
                prop_assert_eq!(read(&text).unwrap().text, expected.clone());
            }
        }
    }
}
