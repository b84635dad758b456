//! Units after a number: ㎡, ℃, 35mm, 5km, 10MB.
//! Letters that follow no number are letters.

use super::Said;
use super::number::Number;
use super::text::Shown;

/// Signs that mean a unit wherever they stand.
const SIGNS: [(&str, &str); 13] = [
    ("㎡", "平方米"),
    ("m²", "平方米"),
    ("m2", "平方米"),
    ("km²", "平方公里"),
    ("㎞", "公里"),
    ("㎝", "厘米"),
    ("㎜", "毫米"),
    ("㎏", "千克"),
    ("m³", "立方米"),
    ("℃", "摄氏度"),
    ("°C", "摄氏度"),
    ("℉", "华氏度"),
    ("㏄", "毫升"),
];

/// Letters that mean a unit right after a number.
const LETTERS: [(&str, &str); 21] = [
    ("km", "公里"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("kg", "千克"),
    ("mg", "毫克"),
    ("ml", "毫升"),
    ("mL", "毫升"),
    ("MB", "兆"),
    ("KB", "K"),
    ("kb", "K"),
    ("GB", "G"),
    ("kW", "千瓦"),
    ("kWh", "千瓦时"),
    ("dpi", "D P I"),
    ("min", "分钟"),
    ("h", "小时"),
    ("m", "米"),
    ("g", "克"),
    ("L", "升"),
    ("t", "吨"),
    ("W", "瓦"),
];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if let Some((sign, said)) = sign(shown, at) {
        return Said::word(at + sign.chars().count(), said);
    }
    let below_zero =
        shown.at(at).is_some_and(|c| matches!(c, '-' | '−')) && !shown.before(at).is_some_and(|c| c.is_alphanumeric());
    let number = Number::at(shown, if below_zero { at + 1 } else { at })?;
    let (end, unit) = unit(shown, number.end)?;
    let said = if number.is_two() { "两".to_owned() } else { number.said() };
    let zero = if below_zero && unit.ends_with('度') { "零下" } else { "" };
    (!below_zero || !zero.is_empty()).then(|| Said::word(end, format!("{zero}{said}{unit}")))?
}

fn unit(shown: &Shown, at: usize) -> Option<(usize, &'static str)> {
    if let Some((sign, said)) = sign(shown, at) {
        return Some((at + sign.chars().count(), said));
    }
    let end = shown.run_end(at, |c| c.is_ascii_alphabetic());
    let letters = shown.slice(at, end);
    let digits_follow = shown.is_digit(end);
    LETTERS.iter().find(|(name, _)| *name == letters && !digits_follow).map(|(_, said)| (end, *said))
}

fn sign(shown: &Shown, at: usize) -> Option<(&'static str, &'static str)> {
    let after_number = shown.before(at).is_some_and(|c| c.is_ascii_digit());
    SIGNS
        .into_iter()
        .filter(|(sign, _)| after_number || !sign.starts_with(|c: char| c.is_ascii()))
        .filter(|(sign, _)| !shown.at(at + sign.chars().count()).is_some_and(|c| c.is_ascii_alphanumeric()))
        .find(|(sign, _)| shown.has(at, sign))
}
