//! Units after a number: ㎡, ℃, 35mm, 5km, 10MB.
//! Letters that follow no number are letters.

use super::Said;
use super::number::Number;
use super::text::{Shown, is_dash};

/// Signs that mean a unit wherever they stand.
const SIGNS: [(&str, &str); 14] = [
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
    ("㎥", "立方米"),
];

/// Letters that mean a unit right after a number.
const LETTERS: [(&str, &str); 40] = [
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
    ("V", "伏"),
    ("kV", "千伏"),
    ("KV", "千伏"),
    ("Hz", "赫兹"),
    ("kHz", "千赫"),
    ("MHz", "兆赫"),
    ("dB", "分贝"),
    ("mAh", "毫安时"),
    ("mmHg", "毫米汞柱"),
    ("Pa", "帕"),
    ("kPa", "千帕"),
    ("MPa", "兆帕"),
    ("nm", "纳米"),
    ("TB", "T"),
    ("kVA", "千伏安"),
    ("kcal", "千卡"),
    ("kJ", "千焦"),
    ("mol", "摩尔"),
    ("ha", "公顷"),
];

/// What an amount is counted by: mg/L, km/h, 元/㎡.
const PER: [(&str, &str); 14] = [
    ("m³", "立方米"),
    ("m3", "立方米"),
    ("㎥", "立方米"),
    ("m²", "平方米"),
    ("m2", "平方米"),
    ("㎡", "平方米"),
    ("min", "分钟"),
    ("kg", "千克"),
    ("km", "公里"),
    ("L", "升"),
    ("h", "小时"),
    ("s", "秒"),
    ("d", "天"),
    ("m", "米"),
];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if let Some((sign, said)) = sign(shown, at) {
        return Said::word(at + sign.chars().count(), said);
    }
    let below_zero =
        shown.at(at).is_some_and(|c| matches!(c, '-' | '−')) && !shown.before(at).is_some_and(|c| c.is_alphanumeric());
    let number = Number::at(shown, if below_zero { at + 1 } else { at })?;
    if below_zero && let Some(said) = from_below_zero(shown, &number) {
        return Some(said);
    }
    let (end, unit) = unit(shown, number.end)?;
    let said = if number.is_two() { "两".to_owned() } else { number.said() };
    let zero = if below_zero && unit.ends_with('度') { "零下" } else { "" };
    (!below_zero || !zero.is_empty()).then(|| Said::word(end, format!("{zero}{said}{unit}")))?
}

/// `-10～5℃`
fn from_below_zero(shown: &Shown, from: &Number) -> Option<Said> {
    if !shown.at(from.end).is_some_and(is_dash) {
        return None;
    }
    let to = Number::at(shown, from.end + 1)?;
    let (end, unit) = unit(shown, to.end).filter(|(_, unit)| unit.ends_with('度'))?;
    Said::word(end, format!("零下{}到{}{unit}", from.said(), to.said()))
}

fn unit(shown: &Shown, at: usize) -> Option<(usize, String)> {
    let (end, said) = single(shown, at)?;
    Some(per(shown, end).map_or((end, said.to_owned()), |(end, per)| (end, format!("{said}每{per}"))))
}

/// The unit after a slash at `at`.
pub(super) fn per(shown: &Shown, at: usize) -> Option<(usize, &'static str)> {
    if shown.at(at) != Some('/') {
        return None;
    }
    let ends = |end: usize| !shown.at(end).is_some_and(|c| c.is_ascii_alphanumeric());
    let found = PER.into_iter().map(|(unit, said)| (unit, at + 1 + unit.chars().count(), said));
    let fits = |(unit, end, _): &(&str, usize, &str)| shown.has(at + 1, unit) && ends(*end);
    found.into_iter().find(fits).map(|(_, end, said)| (end, said))
}

fn single(shown: &Shown, at: usize) -> Option<(usize, &'static str)> {
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
