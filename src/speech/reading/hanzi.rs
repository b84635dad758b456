//! Numbers as Mandarin says them: whole numbers, decimals and digits one by one.
//! It knows no text: which of them fits is decided by the rules.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Largest whole number that is said as a number; longer ones are read digit by digit.
pub(super) const WHOLE_MAX: u64 = 1_000_000_000_000;

/// One digit; anything else comes back as it is.
pub(super) fn digit(c: char) -> char {
    c.to_digit(10).and_then(|d| DIGITS.get(d as usize).copied()).unwrap_or(c)
}

/// Digits one by one: `2019` → 二零一九.
pub(super) fn one_by_one(digits: &str) -> String {
    digits.chars().map(digit).collect()
}

/// Digits of a telephone number: one is 幺, so that it cannot be heard as seven.
pub(super) fn telephone(digits: &str) -> String {
    digits.chars().map(|c| if c == '1' { '幺' } else { digit(c) }).collect()
}

/// A whole number up to [`WHOLE_MAX`]: `1062` → 一千零六十二, `2000` → 两千.
pub(super) fn whole(value: u64) -> String {
    if value == 0 {
        return "零".to_owned();
    }
    let groups = [value / 1_000_000_000_000, value / 100_000_000 % 10_000, value / 10_000 % 10_000, value % 10_000];
    let mut said = String::new();
    let mut gap = false;
    for (group, unit) in groups.into_iter().zip(["万亿", "亿", "万", ""]) {
        if group == 0 {
            gap = !said.is_empty();
            continue;
        }
        if !said.is_empty() && (gap || group < 1000) {
            said.push('零');
        }
        gap = false;
        // Two of a big unit is 两: 两万, 两亿; inside a group only a leading thousand is.
        said.push_str(&match (group, unit) {
            (2, "万" | "亿" | "万亿") => "两".to_owned(),
            _ => below_ten_thousand(group, said.is_empty()),
        });
        said.push_str(unit);
    }
    said
}

fn below_ten_thousand(value: u64, leads: bool) -> String {
    let mut said = String::new();
    let mut gap = false;
    for (place, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let d = value / place % 10;
        if d == 0 {
            gap = !said.is_empty();
            continue;
        }
        if gap {
            said.push('零');
            gap = false;
        }
        match (d, place) {
            // 十二, not 一十二, when the number begins with it.
            (1, 10) if said.is_empty() && leads => {}
            (2, 1000) if leads => said.push('两'),
            _ => said.push(DIGITS.get(d as usize).copied().unwrap_or('零')),
        }
        said.push_str(unit);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_said_as_people_say_them() {
        for (value, said) in [
            (0, "零"),
            (2, "二"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (22, "二十二"),
            (101, "一百零一"),
            (110, "一百一十"),
            (200, "二百"),
            (1062, "一千零六十二"),
            (2000, "两千"),
            (2012, "两千零一十二"),
            (10_000, "一万"),
            (10_010, "一万零一十"),
            (12_345, "一万二千三百四十五"),
            (20_000, "两万"),
            (100_000, "十万"),
            (100_500, "十万零五百"),
            (120_000, "十二万"),
            (1_000_000, "一百万"),
            (100_000_000, "一亿"),
            (100_000_001, "一亿零一"),
            (210_000_000, "两亿一千万"),
            (1_000_000_000_000, "一万亿"),
        ] {
            assert_eq!(whole(value), said, "{value}");
        }
    }

    #[test]
    fn telephone_digits_say_yao() {
        assert_eq!(telephone("12345"), "幺二三四五");
        assert_eq!(one_by_one("2019"), "二零一九");
    }
}
