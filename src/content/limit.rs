//! By when something must be public (公开时限), read from what offices write in their catalogues.
//! It guesses nothing: a text outside the grammar stays as it is, is shown word for word and has no due date.

use std::fmt;

use jiff::civil::Date;

use super::guide::{Limit, LimitUnit};
use super::workdays::{Deadline, Footing, Workdays};

/// Longest text that is read as a limit, in characters.
const LIMIT_CHARS_MAX: usize = 200;
/// Longest event that a limit may start from, in characters.
const BASE_CHARS_MAX: usize = 30;
/// Months looked ahead for the next day of a period: a year, and the month of the day itself.
const PERIOD_MONTHS_MAX: i8 = 13;

/// By when something must be public. The text of [`fmt::Display`] is read back as the same limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishLimit {
    /// 自形成或变更之日起20个工作日内; zero days are 当日公开.
    Within {
        /// From when.
        base: LimitBase,
        /// How long.
        limit: Limit,
    },
    /// 实时公开
    Realtime,
    /// 及时公开 and its kin, which name no day.
    Prompt(Promptness),
    /// Again and again, up to a day of each period.
    Periodic {
        /// How often.
        every: Period,
        /// Day of the month, 1–31; a shorter month ends sooner.
        day: u8,
    },
    /// Always to be seen.
    Permanent(Term),
    /// What the office wrote, outside the grammar.
    Unparsed(String),
}

/// The event from which a limit runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitBase {
    /// None is named; by law it is 形成或变更 (政府信息公开条例 26).
    Unstated,
    /// 形成或变更
    FormedOrChanged,
    /// 制定或获取
    DrawnUpOrObtained,
    /// 制作或获取
    MadeOrObtained,
    /// Another event in the office's words, such as 作出决定.
    Other(String),
}

/// How soon, where no day is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promptness {
    /// 及时
    Soon,
    /// 随时
    AnyTime,
    /// 按进度及时
    ByProgress,
}

/// How often something is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// 每月
    Month,
    /// 每季度首月
    Quarter,
    /// 每年 in this month, 1–12
    Year {
        /// The month.
        month: u8,
    },
}

/// For how long something is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// 永久
    Forever,
    /// 长期
    LongTerm,
}

/// What people write for the limits that name no day, without the verb behind it.
const WORDS: &[(&str, PublishLimit)] = &[
    ("实时", PublishLimit::Realtime),
    ("即时", PublishLimit::Realtime),
    ("及时", PublishLimit::Prompt(Promptness::Soon)),
    ("随时", PublishLimit::Prompt(Promptness::AnyTime)),
    ("按进度及时", PublishLimit::Prompt(Promptness::ByProgress)),
    ("按进度", PublishLimit::Prompt(Promptness::ByProgress)),
    ("按进展及时", PublishLimit::Prompt(Promptness::ByProgress)),
    ("根据进度及时", PublishLimit::Prompt(Promptness::ByProgress)),
    ("根据进展及时", PublishLimit::Prompt(Promptness::ByProgress)),
    ("永久", PublishLimit::Permanent(Term::Forever)),
    ("永久性", PublishLimit::Permanent(Term::Forever)),
    ("长期", PublishLimit::Permanent(Term::LongTerm)),
    ("长期性", PublishLimit::Permanent(Term::LongTerm)),
];
const VERBS: &[&str] = &["公开", "公布", "发布", "更新"];
/// What may stand between `20个工作日内` and the verb.
const ADVERBS: &[&str] = &["及时", "主动", "予以", "依法", "向社会"];
const WITHIN: &[&str] = &["之内", "以内", "内"];
const WORKING_DAYS: &[&str] = &["个工作日", "工作日"];
const DAYS: &[&str] = &["个自然日", "自然日", "个日历日", "日历日", "个日", "日", "天"];
const SAME_DAY: &[&str] = &["当日", "当天"];
const BASE_BEGINNINGS: &[&str] = &["自", "从", "在", "于", "该", "政府信息", "信息"];
const BASE_ENDINGS: &[&str] = &["之日起", "当日起", "日起", "起", "之日后", "之日", "之后", "以后", "后"];

impl PublishLimit {
    /// The limit that a text names. `20工作日`, `二十个工作日内` and `自信息形成或者变更之日起20个工作日内予以公开` are the
    /// same length; the clause 法律、法规另有规定的，从其规定, which holds anyway, is left out. What only a table can
    /// answer, such as 同上, is not a limit.
    pub fn parse(text: &str) -> Self {
        let written = text.trim();
        if written.chars().count() > LIMIT_CHARS_MAX {
            return Self::Unparsed(written.to_owned());
        }
        let text = tidy(written);
        let (core, _) = without_endings(&text, VERBS);
        let word = WORDS.iter().find(|(word, _)| *word == core).map(|(_, limit)| limit.clone());
        word.or_else(|| periodic(core)).or_else(|| within(&text)).unwrap_or_else(|| Self::Unparsed(written.to_owned()))
    }

    /// The last day for something that happened on `from`; for a period, its next day after `from`. None where the
    /// limit names no day, or the day lies beyond the calendar.
    pub fn due(&self, from: Date, days: &Workdays) -> Option<Deadline> {
        match self {
            Self::Within { limit: Limit { n, unit: LimitUnit::WorkingDay }, .. } => {
                days.add_working_days(from, u16::try_from(*n).ok()?).ok()
            }
            Self::Within { limit: Limit { n, unit: LimitUnit::Day }, .. } => {
                days.add_days(from, u16::try_from(*n).ok()?).ok()
            }
            Self::Periodic { every, day } => {
                every.next_after(from, *day).map(|due| Deadline { due, footing: Footing::Notices })
            }
            Self::Realtime | Self::Prompt(_) | Self::Permanent(_) | Self::Unparsed(_) => None,
        }
    }
}

impl LimitBase {
    /// The event in the words of the law, or in the office's own.
    pub fn text(&self) -> &str {
        match self {
            Self::Unstated => "",
            Self::FormedOrChanged => "形成或变更",
            Self::DrawnUpOrObtained => "制定或获取",
            Self::MadeOrObtained => "制作或获取",
            Self::Other(text) => text,
        }
    }

    fn known(text: &str) -> Option<Self> {
        [Self::Unstated, Self::FormedOrChanged, Self::DrawnUpOrObtained, Self::MadeOrObtained]
            .into_iter()
            .find(|base| base.text() == text)
    }
}

impl Period {
    /// The first due day after this one.
    fn next_after(self, from: Date, day: u8) -> Option<Date> {
        let months = (0..=PERIOD_MONTHS_MAX).filter_map(|ahead| {
            let month = i32::from(from.year()) * 12 + i32::from(from.month()) - 1 + i32::from(ahead);
            Date::new(i16::try_from(month.div_euclid(12)).ok()?, i8::try_from(month.rem_euclid(12)).ok()? + 1, 1).ok()
        });
        let is_due = |month: i8| match self {
            Self::Month => true,
            Self::Quarter => month % 3 == 1,
            Self::Year { month: due } => u8::try_from(month) == Ok(due),
        };
        let due_in = |first: Date| {
            let last = first.days_in_month();
            Date::new(first.year(), first.month(), i8::try_from(day).map_or(last, |day| day.clamp(1, last))).ok()
        };
        months.filter(|first| is_due(first.month())).filter_map(due_in).find(|due| *due > from)
    }
}

impl fmt::Display for PublishLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within { base, limit: Limit { n: 0, .. } } => write!(f, "{}当日公开", base.text()),
            Self::Within { base: LimitBase::Unstated, limit } => write!(f, "{limit}内"),
            Self::Within { base, limit } => write!(f, "自{}之日起{limit}内", base.text()),
            Self::Realtime => f.write_str("实时公开"),
            Self::Prompt(Promptness::Soon) => f.write_str("及时公开"),
            Self::Prompt(Promptness::AnyTime) => f.write_str("随时公开"),
            Self::Prompt(Promptness::ByProgress) => f.write_str("按进度及时公开"),
            Self::Periodic { every: Period::Month, day: 31 } => f.write_str("每月底前"),
            Self::Periodic { every: Period::Month, day } => write!(f, "每月{day}日前"),
            Self::Periodic { every: Period::Quarter, day } => write!(f, "每季度首月{day}日前"),
            Self::Periodic { every: Period::Year { month }, day } => write!(f, "每年{month}月{day}日前"),
            Self::Permanent(Term::Forever) => f.write_str("永久公开"),
            Self::Permanent(Term::LongTerm) => f.write_str("长期公开"),
            Self::Unparsed(text) => f.write_str(text),
        }
    }
}

/// Without spaces, with plain digits, without the full stop and the clause that the law adds anyway.
fn tidy(text: &str) -> String {
    let plain = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        _ => c,
    };
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').map(plain).collect();
    let is_mark = |c: char| "。；;，,.（()）".contains(c);
    let text = text.trim_end_matches(|c| "。；;，,.".contains(c));
    let clause = ["法律、法规", "法律法规"].iter().find_map(|law| text.rfind(law));
    match clause {
        Some(at) if text.trim_end_matches(is_mark).ends_with("从其规定") => {
            text[..at].trim_end_matches(is_mark).to_owned()
        }
        _ => text.to_owned(),
    }
}

/// `每月10日前`, `每月底前`, `每季度的首个月20日`, `每年1月31日前`.
fn periodic(text: &str) -> Option<PublishLimit> {
    let (text, _) = without_endings(text, &["以前", "之前", "前"]);
    let every = |names: &[&str]| after_any(text, names).map(|rest| rest.trim_start_matches('的'));
    if let Some(rest) = every(&["每季度", "每个季度", "每季"]) {
        let rest = after_any(rest, &["首个月", "首月", "第一个月", "第1个月"])?.trim_start_matches('的');
        return Some(PublishLimit::Periodic { every: Period::Quarter, day: day_of_month(rest, 1)? });
    }
    if let Some(rest) = every(&["每年度", "每年"]) {
        let (month, day) = rest.split_once('月')?;
        let month = number(month).and_then(|m| u8::try_from(m).ok()).filter(|m| (1..=12).contains(m))?;
        return Some(PublishLimit::Periodic { every: Period::Year { month }, day: day_of_month(day, month)? });
    }
    let rest = every(&["每个月", "每月"])?;
    let day = if matches!(rest, "底" | "末") { 31 } else { day_of_month(rest, 1)? };
    Some(PublishLimit::Periodic { every: Period::Month, day })
}

/// The day in `20日`, when the month may have it.
fn day_of_month(text: &str, month: u8) -> Option<u8> {
    /// 29 February is a day that may be named.
    const LEAP_YEAR: i16 = 2024;
    let text = text.strip_suffix('日').or_else(|| text.strip_suffix('号'))?;
    let day = u8::try_from(number(text)?).ok()?;
    Date::new(LEAP_YEAR, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(|_| day)
}

/// `[自…之日起]20个工作日[内][予以公开]`, `[…]当日[公开]`.
fn within(text: &str) -> Option<PublishLimit> {
    let (text, _) = without_endings(text, VERBS);
    let (text, _) = without_endings(text, ADVERBS);
    if let (event, Some(_)) = without_endings(text, SAME_DAY) {
        return Some(PublishLimit::Within { base: base(event, true)?, limit: Limit { n: 0, unit: LimitUnit::Day } });
    }
    let (text, _) = without_endings(text, WITHIN);
    let (text, unit) = match without_endings(text, WORKING_DAYS) {
        (text, Some(_)) => (text, LimitUnit::WorkingDay),
        (_, None) => (without_endings(text, DAYS).0, LimitUnit::Day),
    };
    let event = text.trim_end_matches(is_numeral);
    let n = number(&text[event.len()..]).filter(|n| *n > 0)?;
    Some(PublishLimit::Within { base: base(event, false)?, limit: Limit { n: n.into(), unit } })
}

/// The event in `自信息形成或者变更之日起`. An event that the law does not name must be marked as one, by 之日起 or 后.
fn base(text: &str, is_marked: bool) -> Option<LimitBase> {
    let mut event = text.trim_end_matches(['，', ',']);
    let mut is_marked = is_marked;
    loop {
        let before = event;
        event = after_any(event, BASE_BEGINNINGS).unwrap_or(event);
        let (rest, ending) = without_endings(event, BASE_ENDINGS);
        (event, is_marked) = (rest.strip_suffix("该信息").unwrap_or(rest), is_marked || ending.is_some());
        if event == before {
            break;
        }
    }
    let event = event.replace("或者", "或");
    let is_event = |text: &str| {
        (2..=BASE_CHARS_MAX).contains(&text.chars().count())
            && text.chars().all(|c| c.is_alphanumeric() || "、《》".contains(c))
            // 当日当日 would be read as the same day of nothing.
            && !SAME_DAY.iter().any(|day| text.ends_with(day))
    };
    LimitBase::known(&event).or_else(|| (is_marked && is_event(&event)).then_some(LimitBase::Other(event)))
}

/// The text without the first of the endings that it has, and that ending; as often as there is one.
fn without_endings<'a>(text: &'a str, endings: &[&'static str]) -> (&'a str, Option<&'static str>) {
    let mut rest = (text, None);
    while let Some((shorter, ending)) = endings.iter().find_map(|e| rest.0.strip_suffix(e).map(|shorter| (shorter, *e)))
    {
        rest = (shorter, Some(ending));
    }
    rest
}

fn after_any<'a>(text: &'a str, beginnings: &[&str]) -> Option<&'a str> {
    beginnings.iter().find_map(|b| text.strip_prefix(b))
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "零〇一二两三四五六七八九十百千".contains(c)
}

/// A number in digits or, below ten thousand, in Chinese.
fn number(text: &str) -> Option<u16> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?;
    }
    let (mut total, mut digit, mut last_unit) = (0_u16, None, 10_000_u16);
    for c in text.chars() {
        let at = "一二三四五六七八九".chars().position(|d| d == c).and_then(|at| u16::try_from(at + 1).ok());
        match (c, at.or((c == '两').then_some(2))) {
            (_, Some(value)) if digit.is_none() => digit = Some(value),
            ('零' | '〇', None) if digit.is_none() && total > 0 => {}
            (_, None) => {
                let unit = [('十', 10), ('百', 100), ('千', 1000)].into_iter().find(|(name, _)| *name == c)?.1;
                let count = digit.take().or((unit == 10 && total == 0).then_some(1))?;
                total = (unit < last_unit).then_some(total + count * unit)?;
                last_unit = unit;
            }
            (_, Some(_)) => return None,
        }
    }
    Some(total + digit.unwrap_or(0)).filter(|n| *n > 0)
}

#[cfg(test)]
mod tests;
