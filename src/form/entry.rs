//! What an answer may be: every kind of question with its check, in the words of the person at the screen.
//! It corrects how something is written (full-width digits, spaces), never what was meant.

use jiff::civil::Date;

use super::plate;
use crate::base::check_digit;
use crate::content::form::{FieldKind, FormField};

/// Most characters of a text where the form says nothing else.
pub const TEXT_CHARS_MAX: usize = 500;
/// Longest single line.
const LINE_CHARS_MAX: usize = 120;
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=30;
const LATIN_NAME_CHARS_MAX: usize = 60;
const ADDRESS_CHARS: std::ops::RangeInclusive<usize> = 5..=120;
/// Longest mail address (RFC 5321).
const EMAIL_BYTES_MAX: usize = 254;
const EMAIL_LOCAL_BYTES_MAX: usize = 64;
/// Yuan before the point: enough for any office.
const MONEY_DIGITS_MAX: usize = 12;
const NUMBER_DIGITS_MAX: usize = 18;
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;
/// Largest drawing of a signature, as text.
pub const SIGNATURE_BYTES_MAX: usize = 64 * 1024;
/// What comes between several choices.
pub const CHOICES_SEPARATOR: char = ',';

/// Why an answer is not taken, said so that it can be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Nothing where something must be.
    #[error("这一项必须填")]
    Empty,
    /// One of several must be filled in.
    #[error("这几项至少要填一项")]
    NoneOf,
    /// Longer than the form takes.
    #[error("太长了，最多{max}字")]
    Long {
        /// What it takes.
        max: usize,
    },
    /// A character that nobody sees.
    #[error("含有看不见的字符，请删掉重写")]
    Unseen,
    /// No name.
    #[error("姓名应是2到30个汉字，中间可以有“·”；外文姓名用字母")]
    Name,
    /// An identity number of before 1999.
    #[error("这是15位的旧号码，请填身份证上的18位号码")]
    IdCardOld,
    /// Not 18 characters of an identity number.
    #[error("身份证号应是18位：前17位是数字，最后一位是数字或X")]
    IdCardShape,
    /// Region or day of birth do not exist.
    #[error("身份证号里的地区或出生日期不对，请对着证件再看一遍")]
    IdCardBirth,
    /// The check digit is wrong.
    #[error("身份证号有一位不对，请对着证件再看一遍")]
    IdCardCheck,
    /// Not a credit code.
    #[error("统一社会信用代码应是18位数字和大写字母，没有I、O、S、V、Z")]
    UsccShape,
    /// A credit code with a wrong check symbol.
    #[error("统一社会信用代码有一位不对，请对着证照再看一遍")]
    UsccCheck,
    /// No mobile number.
    #[error("手机号应是11位，以13到19开头")]
    Mobile,
    /// No telephone number.
    #[error("电话应是11位手机号，或者区号加号码，如 0600-5550100")]
    Phone,
    /// No postcode.
    #[error("邮政编码应是6位数字")]
    Postcode,
    /// No number plate.
    #[error("车牌号应是省份简称、一个字母和5位或6位号码，如 京A12345")]
    Plate,
    /// No day.
    #[error("没有这一天，日期应写成 2026-03-01")]
    Date,
    /// A sum that cannot be.
    #[error("金额应是数字，最多两位小数，如 1234.50")]
    Money,
    /// No mail address.
    #[error("邮箱应像 name@example.cn 这样写")]
    Email,
    /// Too short for anybody to find, or too long.
    #[error("地址应写到门牌号，5到120个字")]
    Address,
    /// No number.
    #[error("这里只填数字")]
    Number,
    /// An option that the form does not have.
    #[error("请在列出的选项里选")]
    Choice,
    /// No drawing.
    #[error("请用手指签名")]
    Signature,
}

/// Checks an answer and returns it as it is kept: without spaces at the ends, numbers in plain digits, X upper case.
/// An empty answer is none and passes; whether it may be missing is for the sheet to say.
pub fn check(field: &FormField, text: &str, today: Date) -> Result<String, Wrong> {
    let max = chars_max(field);
    // Judged by bytes first: what was pasted may be huge, and is not walked through.
    if text.len() > max.saturating_mul(char::MAX.len_utf8()) {
        return Err(Wrong::Long { max });
    }
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if text.chars().any(|c| is_unseen(c) && !(c == '\n' && field.kind == FieldKind::LongText)) {
        return Err(Wrong::Unseen);
    }
    match field.kind {
        FieldKind::Name => name(text),
        FieldKind::IdCard => id_card(&plain(text), today),
        FieldKind::Uscc => uscc(&plain(text)),
        FieldKind::Mobile => mobile(&plain(text)).ok_or(Wrong::Mobile),
        FieldKind::Phone => phone(&plain(text)).ok_or(Wrong::Phone),
        FieldKind::Postcode => digits(&plain(text), 6..=6).ok_or(Wrong::Postcode),
        FieldKind::Plate => plate::read(&plain(text)).ok_or(Wrong::Plate),
        FieldKind::Date => date(&plain(text)),
        FieldKind::Money => money(&plain(text)),
        FieldKind::Email => email(&plain(text)),
        FieldKind::Address => address(text),
        FieldKind::Choice => choices(field, text, 1),
        FieldKind::Choices => choices(field, text, field.options.len()),
        FieldKind::Line | FieldKind::LongText => bounded(text, max),
        FieldKind::Number => digits(&plain(text), 1..=NUMBER_DIGITS_MAX).ok_or(Wrong::Number),
        FieldKind::Signature => signature(text),
    }
}

/// Most characters that a question takes.
pub fn chars_max(field: &FormField) -> usize {
    match (field.kind, usize::try_from(field.max)) {
        (FieldKind::Signature, _) => SIGNATURE_BYTES_MAX,
        (_, Ok(max)) if max > 0 => max,
        (FieldKind::LongText, _) => TEXT_CHARS_MAX,
        (FieldKind::Email, _) => EMAIL_BYTES_MAX,
        _ => LINE_CHARS_MAX,
    }
}

/// Full-width letters, digits and marks as they are on a keyboard; spaces that people put between digits are gone.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '—' | '‐' | '–' => '-',
        '。' => '.',
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect()
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn bounded(text: &str, max: usize) -> Result<String, Wrong> {
    if text.chars().count() > max { Err(Wrong::Long { max }) } else { Ok(text.to_owned()) }
}

fn name(text: &str) -> Result<String, Wrong> {
    // The dot in names of many peoples is typed in several ways.
    let text: String = text.chars().map(|c| if matches!(c, '•' | '・' | '‧' | '．') { '·' } else { c }).collect();
    let chars = text.chars().count();
    let parts_are = |is_letter: fn(char) -> bool, marks: &[char]| {
        text.split(marks).all(|part| !part.is_empty() && part.chars().all(is_letter))
    };
    let is_chinese = NAME_CHARS.contains(&chars) && parts_are(is_hanzi, &['·']);
    let is_latin = (2..=LATIN_NAME_CHARS_MAX).contains(&chars)
        && parts_are(|c| c.is_alphabetic() && !is_hanzi(c), &[' ', '-', '\'', '·']);
    if is_chinese || is_latin { Ok(text) } else { Err(Wrong::Name) }
}

fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '〇')
}

fn id_card(text: &str, today: Date) -> Result<String, Wrong> {
    let text = text.to_ascii_uppercase();
    if text.len() == 15 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Wrong::IdCardOld);
    }
    let (head, last) = match text.is_ascii() && text.len() == 18 {
        true => text.split_at(17),
        false => return Err(Wrong::IdCardShape),
    };
    if !head.bytes().all(|b| b.is_ascii_digit()) || !last.bytes().all(|b| b.is_ascii_digit() || b == b'X') {
        return Err(Wrong::IdCardShape);
    }
    if !check_digit::is_built_as_id_card(&text) || born(&text).is_none_or(|born| born > today) {
        return Err(Wrong::IdCardBirth);
    }
    if check_digit::is_id_card(&text) { Ok(text) } else { Err(Wrong::IdCardCheck) }
}

/// The day of birth in an identity number.
fn born(number: &str) -> Option<Date> {
    let part = |from: usize, to: usize| number.get(from..to);
    let year = part(6, 10)?.parse().ok()?;
    Date::new(year, part(10, 12)?.parse().ok()?, part(12, 14)?.parse().ok()?).ok()
}

fn uscc(text: &str) -> Result<String, Wrong> {
    let text = text.to_ascii_uppercase();
    let is_symbol = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"IOSVZ".contains(c));
    if text.len() != 18 || !text.chars().all(is_symbol) {
        return Err(Wrong::UsccShape);
    }
    if check_digit::is_uscc(&text) { Ok(text) } else { Err(Wrong::UsccCheck) }
}

fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<String> {
    (count.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
}

fn mobile(text: &str) -> Option<String> {
    let text = text.strip_prefix("+86").unwrap_or(text).replace('-', "");
    let is_mobile = text.starts_with('1') && text.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b));
    digits(&text, 11..=11).filter(|_| is_mobile)
}

/// A mobile number, or a line with its area code and perhaps an extension.
fn phone(text: &str) -> Option<String> {
    if let Some(mobile) = mobile(text) {
        return Some(mobile);
    }
    let text = text.replace(['(', ')'], "-");
    let mut parts = text.split('-').filter(|part| !part.is_empty());
    let (area, line, extension) = (parts.next()?, parts.next()?, parts.next());
    let is_area = area.starts_with('0') && digits(area, 3..=4).is_some();
    let is_line = !line.starts_with('0') && digits(line, 7..=8).is_some();
    let is_extension = extension.is_none_or(|e| digits(e, 1..=6).is_some());
    if !is_area || !is_line || !is_extension || parts.next().is_some() {
        return None;
    }
    Some(match extension {
        Some(extension) => format!("{area}-{line}-{extension}"),
        None => format!("{area}-{line}"),
    })
}

fn date(text: &str) -> Result<String, Wrong> {
    let text = text.replace(['年', '月', '/', '.'], "-").replace('日', "");
    let mut parts = text.split('-');
    let mut next = || parts.next().filter(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()));
    let (Some(year), Some(month), Some(day)) = (next(), next(), next()) else { return Err(Wrong::Date) };
    let parsed = (year.parse(), month.parse(), day.parse());
    let (Ok(year), Ok(month), Ok(day), None) = (parsed.0, parsed.1, parsed.2, parts.next()) else {
        return Err(Wrong::Date);
    };
    match Date::new(year, month, day) {
        Ok(date) if YEARS.contains(&year) => Ok(date.to_string()),
        Ok(_) | Err(_) => Err(Wrong::Date),
    }
}

/// Yuan with two decimals, without separators.
fn money(text: &str) -> Result<String, Wrong> {
    let text = text.trim_start_matches(['¥', '￥']).trim_end_matches('元');
    let (yuan, cents) = text.split_once('.').unwrap_or((text, "00"));
    let yuan = match yuan.contains(',') {
        true => ungrouped(yuan).ok_or(Wrong::Money)?,
        false => yuan.to_owned(),
    };
    let yuan = digits(&yuan, 1..=MONEY_DIGITS_MAX).ok_or(Wrong::Money)?;
    let cents = digits(cents, 1..=2).ok_or(Wrong::Money)?;
    let yuan = yuan.trim_start_matches('0');
    Ok(format!("{}.{cents:0<2}", if yuan.is_empty() { "0" } else { yuan }))
}

/// `1,234` as `1234`; groups of another length are a slip of the finger.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let mut whole = digits(first, 1..=3)?;
    for group in groups {
        whole.push_str(&digits(group, 3..=3)?);
    }
    Some(whole)
}

fn email(text: &str) -> Result<String, Wrong> {
    let is_word = |text: &str, more: &[char]| {
        let plain = |c: char| c.is_ascii_alphanumeric() || more.contains(&c);
        !text.is_empty() && text.chars().all(plain) && !text.starts_with(['.', '-']) && !text.ends_with(['.', '-'])
    };
    let (local, host) = text.split_once('@').ok_or(Wrong::Email)?;
    let is_local = local.len() <= EMAIL_LOCAL_BYTES_MAX && is_word(local, &['.', '_', '-', '+', '%']);
    let is_host = host.contains('.') && host.split('.').all(|part| is_word(part, &['-']));
    let is_good = text.len() <= EMAIL_BYTES_MAX && is_local && is_host && !text.contains("..");
    if is_good { Ok(text.to_owned()) } else { Err(Wrong::Email) }
}

fn address(text: &str) -> Result<String, Wrong> {
    let is_good = ADDRESS_CHARS.contains(&text.chars().count()) && text.chars().any(is_hanzi) && !text.contains('\n');
    if is_good { Ok(text.to_owned()) } else { Err(Wrong::Address) }
}

/// The keys of options, in the form's order, each once.
fn choices(field: &FormField, text: &str, most: usize) -> Result<String, Wrong> {
    let chosen: Vec<&str> = text.split(CHOICES_SEPARATOR).collect();
    let is_known = |key: &&str| field.options.iter().any(|option| option.key == **key);
    if chosen.len() > most || !chosen.iter().all(is_known) {
        return Err(Wrong::Choice);
    }
    let keys = field.options.iter().map(|option| option.key.as_str()).filter(|key| chosen.contains(key));
    Ok(keys.collect::<Vec<_>>().join(&CHOICES_SEPARATOR.to_string()))
}

/// Strokes as `x,y x,y;x,y …` in thousandths of the box.
fn signature(text: &str) -> Result<String, Wrong> {
    let is_part = |n: &str| n.len() <= 4 && n.parse::<u16>().is_ok_and(|n| n <= 1000);
    let is_point = |point: &str| point.split_once(',').is_some_and(|(x, y)| is_part(x) && is_part(y));
    let points = || text.split(';').flat_map(|stroke| stroke.split(' '));
    // A single dot is a slip, not a name.
    let is_drawn = points().all(is_point) && points().count() >= 3;
    if is_drawn { Ok(text.to_owned()) } else { Err(Wrong::Signature) }
}

#[cfg(test)]
#[path = "entry/tests.rs"]
mod tests;
