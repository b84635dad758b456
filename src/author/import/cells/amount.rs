//! Whole numbers, decimals, amounts of money and phone numbers.
//! It computes with digits, never with floats; 万 counts only where it is written.

use super::super::header::half_width;

/// Most digits of a number.
const DIGITS_MAX: usize = 18;

/// A whole number, not negative.
pub fn whole(text: &str) -> Result<String, String> {
    let digits = number(text).filter(|n| !n.is_negative && n.decimals.is_empty());
    digits.map(|n| n.whole).ok_or_else(|| format!("“{text}”不是整数"))
}

/// A number, its digits as they are.
pub fn decimal(text: &str) -> Result<String, String> {
    let number = number(text).ok_or_else(|| format!("“{text}”不是数字"))?;
    let sign = if number.is_negative { "-" } else { "" };
    let decimals = number.decimals.trim_end_matches('0');
    let dot = if decimals.is_empty() { "" } else { "." };
    Ok(format!("{sign}{}{dot}{decimals}", number.whole))
}

/// An amount in 元 with two decimals; in 万元 where the cell or the heading says so.
pub fn money(text: &str, heading: &str) -> Result<String, String> {
    let wrong = || format!("“{text}”不是金额，应写成 1234.50 或 1.5万元");
    let half = half_width(text);
    let bare = half.trim().trim_start_matches(['¥', '￥']).trim();
    let bare = bare.strip_prefix("人民币").unwrap_or(bare).trim();
    let (bare, places) = match (bare.strip_suffix("万元"), bare.strip_suffix('万'), bare.strip_suffix('元')) {
        (Some(bare), ..) | (None, Some(bare), _) => (bare, 4),
        (None, None, Some(bare)) => (bare, 0),
        (None, None, None) => (bare, if heading.contains("万元") { 4 } else { 0 }),
    };
    let n = number(bare.trim()).ok_or_else(wrong)?;
    let decimals = n.decimals.trim_end_matches('0');
    if decimals.len() > places + 2 {
        return Err(format!("“{text}”比分还小，请核对"));
    }
    let padded = format!("{decimals:0<width$}", width = places + 2);
    let (shifted, cents) = padded.split_at(places);
    let whole = format!("{}{shifted}", n.whole);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let is_zero = whole == "0" && cents == "00";
    Ok(format!("{}{whole}.{cents}", if n.is_negative && !is_zero { "-" } else { "" }))
}

/// One phone number: digits, at most two hyphens, 3 to 16 digits.
pub fn phone(text: &str) -> Result<String, String> {
    let half = half_width(text).replace("电话", "").replace("转分机", "-").replace('转', "-");
    let mut phone = String::new();
    for c in half.trim_matches([' ', ':', '(']).chars() {
        match c {
            '0'..='9' => phone.push(c),
            '-' | '—' | '–' | '‐' | '−' | '―' | ')' if !phone.ends_with('-') => phone.push('-'),
            '-' | '—' | '–' | '‐' | '−' | '―' | ')' | ' ' => {}
            _ => return Err(format!("“{text}”不是一个电话号码，应写成 0600-5550100 或 12345，一格只写一个")),
        }
    }
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let hyphens = phone.len() - digits;
    match (3..=16).contains(&digits) && hyphens <= 2 && !phone.starts_with('-') && !phone.ends_with('-') {
        true => Ok(phone),
        false => Err(format!("“{text}”不是一个电话号码，应写成 0600-5550100 或 12345，一格只写一个")),
    }
}

struct Number {
    is_negative: bool,
    whole: String,
    decimals: String,
}

/// Digits with a sign, separators of thousands and one point. Zeros in front go, one stays.
fn number(text: &str) -> Option<Number> {
    let half = half_width(text).replace('，', ",");
    let bare = half.trim();
    let (is_negative, bare) = match bare.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    let (whole, decimals) = bare.split_once('.').unwrap_or((bare, ""));
    let is_grouped = whole.contains(',');
    let groups: Vec<&str> = whole.split(',').collect();
    let is_well_grouped = groups.iter().enumerate().all(|(i, group)| match i {
        0 => !group.is_empty() && (!is_grouped || group.len() <= 3),
        _ => group.len() == 3,
    });
    let digits = groups.concat();
    let all_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if !is_well_grouped || !all_digits(&digits) || !all_digits(decimals) || bare.ends_with('.') {
        return None;
    }
    let trimmed = digits.trim_start_matches('0');
    if trimmed.len() + decimals.len() > DIGITS_MAX {
        return None;
    }
    let whole = if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() };
    let is_zero = whole == "0" && decimals.chars().all(|c| c == '0');
    Some(Number { is_negative: is_negative && !is_zero, whole, decimals: decimals.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_is_written_in_yuan_with_two_decimals() {
        for (text, expected) in [
            ("1,234.50 元", "1234.50"),
            ("1234.5", "1234.50"),
            ("￥１２", "12.00"),
            ("1.5万元", "15000.00"),
            ("0.000001万元", "0.01"),
            ("-12", "-12.00"),
            ("1，234，567", "1234567.00"),
            ("0", "0.00"),
        ] {
            assert_eq!(money(text, "金额").unwrap(), expected, "{text}");
        }
        assert_eq!(money("1.5", "金额（万元）").unwrap(), "15000.00");
        assert_eq!(money("1.5元", "金额（万元）").unwrap(), "1.50", "the cell's own word is stronger");
        for text in ["约100", "12,34", "0.001", "1.2.3", "", "1.", "免费", "1亿元"] {
            assert!(money(text, "金额").is_err(), "{text}");
        }
    }

    #[test]
    fn phones_are_cleaned_not_invented() {
        for (text, expected) in [
            ("（0600）5550111", "0600-5550111"),
            ("０６００－５５５０１１１", "0600-5550111"),
            ("0600—5550111转8001", "0600-5550111-8001"),
            ("12345", "12345"),
            ("电话：138 0000 0000", "13800000000"),
        ] {
            assert_eq!(phone(text).unwrap(), expected, "{text}");
        }
        for text in ["0600-5550111、5550112", "见窗口", "12", "-", ""] {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn whole_numbers_and_decimals() {
        assert_eq!(whole("007").unwrap(), "7");
        assert_eq!(whole("1,000").unwrap(), "1000");
        assert_eq!(decimal("-0.50").unwrap(), "-0.5");
        assert_eq!(decimal("-0.0").unwrap(), "0");
        assert!(whole("1.5").is_err() && whole("-1").is_err() && decimal("1e5").is_err());
    }

    proptest! {
        #[test]
        fn money_agrees_with_counting_cents(cents in 0_u64..1_000_000_000_000) {
            let (yuan, rest) = (cents / 100, cents % 100);
            let expected = format!("{yuan}.{rest:02}");
            prop_assert_eq!(money(&format!("{yuan}.{rest:02}元"), ""), Ok(expected.clone()));
            let wan = format!("{}.{:06}万元", cents / 1_000_000, cents % 1_000_000);
            prop_assert_eq!(money(&wan, ""), Ok(expected));
        }
    }
}
