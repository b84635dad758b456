//! Plain numbers: whole, decimal, with thousands separators; and 两 before what is counted.
//! Numbers too long to be said, or with leading zeros, are read digit by digit.

use super::Said;
use super::hanzi::{WHOLE_MAX, one_by_one, telephone, whole};
use super::text::{Shown, is_dash};

/// Words before which two is 两. 月, 日, 号, 级, 楼, 类 and 期 name rather than count and are left out.
pub(super) const COUNTERS: [&str; 63] = [
    "个",
    "份",
    "件",
    "人",
    "名",
    "位",
    "张",
    "次",
    "本",
    "套",
    "项",
    "条",
    "天",
    "周",
    "年",
    "岁",
    "户",
    "家",
    "种",
    "页",
    "台",
    "处",
    "款",
    "倍",
    "寸",
    "元",
    "角",
    "小时",
    "分钟",
    "秒",
    "米",
    "公里",
    "千米",
    "厘米",
    "毫米",
    "平方米",
    "吨",
    "公斤",
    "千克",
    "克",
    "代",
    "门",
    "辆",
    "间",
    "段",
    "部",
    "枚",
    "遍",
    "趟",
    "轮",
    "道",
    "步",
    "面",
    "期间",
    "证",
    "万",
    "亿",
    "亩",
    "公顷",
    "日内",
    "时",
    "批次",
    "车次",
];

/// Longest run of digits that is read out; a longer one is announced.
const DIGITS_MAX: usize = 30;

/// A number as it is written.
pub(super) struct Number {
    /// The digits before the point, without separators.
    pub(super) whole: String,
    /// The digits after the point, may be empty.
    pub(super) places: String,
    /// One past its last character.
    pub(super) end: usize,
}

impl Number {
    /// The number that starts at `at`: `40`, `1,234.50`.
    pub(super) fn at(shown: &Shown, at: usize) -> Option<Self> {
        if !shown.starts_digits(at) || is_inside(shown, at) {
            return None;
        }
        let mut end = shown.digits_end(at);
        let mut whole = shown.slice(at, end);
        if whole.len() <= 3 {
            while shown.at(end) == Some(',') && shown.digits_end(end + 1) == end + 4 {
                whole.push_str(&shown.slice(end + 1, end + 4));
                end += 4;
            }
        }
        let has_separators = end - at > whole.len();
        let mut places = String::new();
        if shown.at(end) == Some('.') && shown.is_digit(end + 1) {
            let places_end = shown.digits_end(end + 1);
            // 1.2.3 is a version or a paragraph, not a decimal number.
            let is_chain = shown.at(places_end) == Some('.') && shown.is_digit(places_end + 1);
            if !is_chain {
                places = shown.slice(end + 1, places_end);
                end = places_end;
            }
        }
        // 1,200.00 is an amount of money, whose empty places say nothing.
        if has_separators && places.bytes().all(|b| b == b'0') {
            places.clear();
        }
        Some(Self { whole, places, end })
    }

    /// True for a plain 2.
    pub(super) fn is_two(&self) -> bool {
        self.whole == "2" && self.places.is_empty()
    }

    /// The part before the point.
    pub(super) fn whole_said(&self) -> String {
        let leading_zero = self.whole.len() > 1 && self.whole.starts_with('0');
        match self.whole.parse::<u64>() {
            Ok(value) if value <= WHOLE_MAX && !leading_zero => whole(value),
            _ if self.whole.len() > DIGITS_MAX => "一长串数字请看屏幕".to_owned(),
            _ if self.whole.len() > 8 => in_fours(&self.whole),
            _ => one_by_one(&self.whole),
        }
    }

    /// The whole number and its places: 十二点五.
    pub(super) fn said(&self) -> String {
        let whole = self.whole_said();
        match self.places.len() {
            0 => whole,
            1..=DIGITS_MAX => format!("{whole}点{}", one_by_one(&self.places)),
            _ => format!("{whole}点，后面的数字请看屏幕"),
        }
    }
}

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if let Some(said) = after_point(shown, at) {
        return said.into();
    }
    let minus = matches!(shown.at(at)?, '-' | '−') && shown.is_digit(at + 1);
    if minus {
        let joins = shown.before(at).is_some_and(|c| c.is_alphanumeric() || is_dash(c));
        return (!joins).then(|| Said::word(at + 1, "负"))?;
    }
    if !shown.is_digit(at) {
        return None;
    }
    let number = Number::at(shown, at)?;
    // HSX-2026: the number of a code is read place by place.
    let in_code = shown.before(at) == Some('-')
        && at.checked_sub(2).and_then(|i| shown.at(i)).is_some_and(|c| c.is_ascii_alphabetic());
    if in_code && number.places.is_empty() && number.whole.len() <= DIGITS_MAX {
        return Said::word(number.end, one_by_one(&number.whole));
    }
    let counted = number.is_two() && !shown.ends_with(at, "第") && counts(shown, number.end);
    Said::word(number.end, if counted { "两".to_owned() } else { number.said() })
}

/// True when a number at `at` would begin inside a decimal, where the rest is read digit by digit.
fn is_inside(shown: &Shown, at: usize) -> bool {
    shown.before(at) == Some('.') && at.checked_sub(2).is_some_and(|i| shown.is_digit(i))
}

/// The parts of 1.2.3 after the first.
fn after_point(shown: &Shown, at: usize) -> Option<Said> {
    if shown.at(at) == Some('.') && shown.is_digit(at + 1) && shown.before(at).is_some_and(|c| c.is_ascii_digit()) {
        return Said::word(at + 1, "点");
    }
    (shown.starts_digits(at) && is_inside(shown, at)).then(|| {
        let end = shown.digits_end(at);
        let digits = shown.slice(at, end);
        let value = digits.parse::<u64>().ok().filter(|v| *v < 100 && !digits.starts_with('0'));
        Said::word(end, value.map_or_else(|| one_by_one(&digits), whole))
    })?
}

/// True when what follows is counted, directly or after the other end of a range.
fn counts(shown: &Shown, end: usize) -> bool {
    let next = shown.skip_blanks(end);
    if is_room(shown, end) {
        return true;
    }
    if shown.first_of(next, &COUNTERS).is_some() {
        // 2年级, 2次函数 and the like are rare in a hall; 2个月 is 个 and fits.
        return !shown.has(next, "年级") && !shown.has(next, "条例");
    }
    let joint = shown.at(next).is_some_and(|c| is_dash(c) || matches!(c, '至' | '到' | '、'));
    let second = shown.digits_end(next + 1);
    joint && second > next + 1 && shown.first_of(shown.skip_blanks(second), &COUNTERS).is_some()
}

/// 2室1厅, 3室2厅2卫: the rooms of a flat.
fn is_room(shown: &Shown, end: usize) -> bool {
    let rooms = |c: Option<char>| matches!(c, Some('室' | '厅' | '卫' | '厨'));
    let before = end.checked_sub(2).and_then(|i| shown.at(i));
    rooms(shown.at(end)) && (rooms(before) || (shown.is_digit(end + 1) && rooms(shown.at(end + 2))))
}

/// Long numbers in groups of four, as account numbers are printed.
fn in_fours(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    chars.chunks(4).map(|four| telephone(&four.iter().collect::<String>())).collect::<Vec<_>>().join("，")
}
