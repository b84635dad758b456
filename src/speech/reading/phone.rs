//! Telephone numbers and hotlines, digit by digit, with 幺 for one and a pause between the parts.
//! It leaves numbers of things alone: 12345件 is an amount.

use super::Said;
use super::hanzi::telephone;
use super::number::COUNTERS;
use super::text::{Shown, is_blank, is_dash};

/// Words after which a number is a telephone number or another that is read place by place.
const BEFORE: [&str; 40] = [
    "电话",
    "热线",
    "拨打",
    "致电",
    "传真",
    "手机",
    "号码",
    "分机",
    "座机",
    "专线",
    "短信至",
    "转",
    "QQ",
    "QQ群",
    "微信",
    "账号",
    "帐号",
    "邮编",
    "邮政编码",
    "代码",
    "尾号",
    "卡号",
    "单号",
    "编号",
    "工号",
    "证号",
    "流水号",
    "验证码",
    "取件码",
    "短信",
    "发送至",
    "发至",
    "短号",
    "火警",
    "匪警",
    "报警",
    "急救",
    "拨",
    "打",
    "邮码",
];
/// Words before which a number is a hotline.
const AFTER: [&str; 8] = ["热线", "服务热线", "便民热线", "政务服务", "电话", "报警", "急救", "投诉举报"];
/// How far back such a word is looked for.
const CONTEXT_CHARS: usize = 30;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if shown.has(at, "+86") {
        return Said::word(skip_joint(shown, at + 3), "加八六，");
    }
    bracketed_area(shown, at).or_else(|| {
        if !shown.starts_digits(at) || shown.before(at).is_some_and(|c| c.is_ascii_alphabetic() || c == '.') {
            return None;
        }
        grouped(shown, at)
            .or_else(|| mobile(shown, at))
            .or_else(|| hotline(shown, at))
            .or_else(|| in_context(shown, at))
    })
}

/// `(0871)65123456`
fn bracketed_area(shown: &Shown, at: usize) -> Option<Said> {
    if !matches!(shown.at(at)?, '(' | '（') || shown.at(at + 1) != Some('0') {
        return None;
    }
    let (_, area_end) = shown.small(at + 1, 3, 4)?;
    if !matches!(shown.at(area_end)?, ')' | '）') {
        return None;
    }
    let start = skip_joint(shown, area_end + 1);
    let (_, end) = shown.small(start, 5, 8)?;
    let area = telephone(&shown.slice(at + 1, area_end));
    Said::word(end, format!("{area}，{}", telephone(&shown.slice(start, end))))
}

/// `0871-65123456`, `0871 12345`, `400-123-4567`, `0555-6712345-801`
fn grouped(shown: &Shown, at: usize) -> Option<Said> {
    let first_end = shown.digits_end(at);
    let first = shown.slice(at, first_end);
    let area = first.starts_with('0') && (3..=4).contains(&first.len());
    let service = first == "400" || first == "800";
    if !area && !service {
        // 01 and 02 numbers written in one go: 087165123456.
        return (first.starts_with('0') && (10..=12).contains(&first.len()))
            .then(|| Said::word(first_end, telephone(&first)))?;
    }
    let mut groups = vec![telephone(&first)];
    let mut end = first_end;
    while groups.len() < 4 {
        let start = skip_joint(shown, end);
        if start == end || !shown.is_digit(start) {
            break;
        }
        let group_end = shown.digits_end(start);
        if !(3..=8).contains(&(group_end - start)) {
            break;
        }
        groups.push(telephone(&shown.slice(start, group_end)));
        end = group_end;
    }
    let digits = shown.slice(at, end).chars().filter(char::is_ascii_digit).count();
    (groups.len() > 1 && digits >= 8).then(|| Said::word(end, groups.join("，")))?
}

/// `13800138000`
fn mobile(shown: &Shown, at: usize) -> Option<Said> {
    if let Some(said) = mobile_in_parts(shown, at) {
        return Some(said);
    }
    let end = shown.digits_end(at);
    let number = shown.slice(at, end);
    let is_mobile = number.len() == 11 && number.starts_with('1') && !number.starts_with("10");
    if !is_mobile || number.starts_with("11") || number.starts_with("12") || counts(shown, end) {
        return None;
    }
    let part = |from: usize, to: usize| telephone(&shown.slice(at + from, at + to));
    Said::word(end, [part(0, 3), part(3, 7), part(7, 11)].join("，"))
}

/// `139 1234 5678`, `139-1234-5678`
fn mobile_in_parts(shown: &Shown, at: usize) -> Option<Said> {
    let (first, first_end) = shown.small(at, 3, 3)?;
    let second = skip_joint(shown, first_end);
    let (_, second_end) = shown.small(second, 4, 4)?;
    let third = skip_joint(shown, second_end);
    let (_, end) = shown.small(third, 4, 4)?;
    let parted = second > first_end && third > second_end;
    let part = |from: usize, to: usize| telephone(&shown.slice(from, to));
    (parted && (130..200).contains(&first)).then(|| {
        let parts = [part(at, first_end), part(second, second_end), part(third, end)];
        Said::word(end, parts.join("，"))
    })?
}

/// `12345`, `95598`, `96123`: nation-wide and province-wide short numbers.
fn hotline(shown: &Shown, at: usize) -> Option<Said> {
    let end = shown.digits_end(at);
    let number = shown.slice(at, end);
    let short = match number.len() {
        5 => ["123", "121", "122", "95", "96", "1008", "1001", "1000", "116", "118"]
            .iter()
            .any(|p| number.starts_with(p)),
        6 => number.starts_with("96") || number.starts_with("95"),
        _ => false,
    };
    let three = (3..=5).contains(&number.len()) && shown.first_of(end, &AFTER).is_some();
    ((short || three) && !counts(shown, end)).then(|| Said::word(end, telephone(&number)))?
}

/// Any number of three digits or more right after 电话, 拨打 and the like: `电话：6712345/6712346转801`.
fn in_context(shown: &Shown, at: usize) -> Option<Said> {
    let end = shown.digits_end(at);
    if !(3..=12).contains(&(end - at)) || counts(shown, end) || !follows_phone_word(shown, at) {
        return None;
    }
    Said::word(end, telephone(&shown.slice(at, end)))
}

fn follows_phone_word(shown: &Shown, at: usize) -> bool {
    for back in (at.saturating_sub(CONTEXT_CHARS)..=at).rev() {
        if BEFORE.iter().any(|word| shown.ends_with(back, word)) {
            return true;
        }
        let joins = |c: char| c.is_ascii_digit() || is_dash(c) || is_blank(c) || "：:（）()、/或和为是".contains(c);
        if !shown.before(back).is_some_and(joins) {
            return false;
        }
    }
    false
}

/// True when the number counts something, so that it is an amount.
fn counts(shown: &Shown, end: usize) -> bool {
    let decimal = matches!(shown.at(end), Some('.' | ',' | ':' | '：')) && shown.is_digit(end + 1);
    let amount = [
        "元", "%", "‰", "万", "亿", "千", "年", "月", "日", "℃", "㎡", "余", "多", "平方", "公里", "米", "号窗", "号楼",
    ];
    decimal || shown.first_of(end, &amount).is_some() || shown.first_of(end, &COUNTERS).is_some()
}

/// Passes over one joint of a number: blanks and a dash.
fn skip_joint(shown: &Shown, at: usize) -> usize {
    let mut end = shown.skip_blanks(at);
    if shown.at(end).is_some_and(is_dash) {
        end = shown.skip_blanks(end + 1);
    }
    end
}
