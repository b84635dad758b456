//! From the text of a cell to the value that is written, by what its column holds.
//! What cannot be told for certain is refused with a reason; nothing is guessed.

mod amount;
mod channels;
mod date;

use super::grid::is_blank;
use super::header::{half_width, normal};
use super::target::{CellKind, Term};

/// Marks for “as above”.
const DITTO: &[&str] = &["同上", "同上行", "同前", "同左上", "〃", "″", "〞", "\"", "”", "''"];
/// Most digits of a point's number.
const POINT_DIGITS_MAX: usize = 3;
/// Marks for yes.
const TICKS: &[&str] = &[
    "√",
    "✓",
    "✔",
    "✔\u{fe0f}",
    "☑",
    "☑\u{fe0f}",
    "✅",
    "■",
    "●",
    "◼",
    "⬛",
    "是",
    "有",
    "1",
    "√√",
    "yes",
    "y",
    "true",
];
/// Marks for no.
const CROSSES: &[&str] =
    &["×", "✗", "✘", "☐", "□", "○", "◻", "否", "无", "没有", "0", "-", "—", "——", "/", "no", "false", "╳"];

/// A cell that was read: what is written, and doubts about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// What is written.
    pub text: String,
    /// What the clerk should look at.
    pub warnings: Vec<String>,
}

impl Value {
    fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), warnings: Vec::new() }
    }

    fn doubtful(text: impl Into<String>, warning: impl Into<String>) -> Self {
        Self { text: text.into(), warnings: vec![warning.into()] }
    }
}

/// Whether a cell only says “as above”.
pub fn is_ditto(text: &str) -> bool {
    let bare = text.trim_matches(|c| is_blank(c) || matches!(c, '。' | '（' | '）' | '(' | ')'));
    DITTO.contains(&bare)
}

/// Reads a cell that is not blank. `heading` is the heading over it, which may name the unit.
pub fn read(kind: &CellKind, text: &str, heading: &str) -> Result<Value, String> {
    let line = if *kind == CellKind::Lines { String::new() } else { one_line(text) };
    let value = match kind {
        CellKind::Text => Value::of(line),
        CellKind::Lines => Value::of(lines(text)),
        CellKind::Code => Value::of(half_width(&line).chars().filter(|c| !c.is_whitespace()).collect::<String>()),
        CellKind::Whole => Value::of(amount::whole(&line)?),
        CellKind::Decimal => Value::of(amount::decimal(&line)?),
        CellKind::Money => Value::of(amount::money(&line, heading)?),
        CellKind::Date => date::read(&line)?,
        CellKind::Flag => Value::of(if flag(&line)? { "是" } else { "否" }),
        CellKind::Tick => Value::of(if tick(&line, heading)? { "是" } else { "" }),
        CellKind::TickOrText => match tick(&line, heading) {
            Ok(true) => Value::of("是"),
            Ok(false) => Value::of(""),
            Err(_) if line.chars().count() > 1 && !is_stray(&line) => Value::of(line),
            Err(reason) => return Err(reason),
        },
        CellKind::Term(terms) => Value::of(term(&line, terms)?),
        CellKind::Terms(terms) => {
            let chosen = channels::chosen(text).unwrap_or_else(|| items(text));
            let words: Result<Vec<_>, _> = chosen.iter().map(|item| term(item, terms)).collect();
            Value::of(unique(words?).join("、"))
        }
        CellKind::List => Value::of(unique(items(text)).join("、")),
        CellKind::Channels => {
            let channels = channels::read(text)?;
            Value { text: channels.text(), warnings: channels.warnings }
        }
        CellKind::Phone => Value::of(amount::phone(&line)?),
        CellKind::Address => Value::of(address(&line)?),
    };
    Ok(match has_lost_characters(&value.text) {
        true => Value { warnings: [value.warnings, vec!["有乱码或者丢失的字".into()]].concat(), ..value },
        false => value,
    })
}

pub use channels::split_other;

/// The day that a cell names, for columns outside this table's kinds.
pub fn day(text: &str) -> Option<String> {
    date::read(&one_line(text)).ok().map(|value| value.text)
}

/// A phone number out of a cell that holds nothing else.
pub fn phone(text: &str) -> Option<String> {
    amount::phone(&one_line(text)).ok()
}

/// Text in one line: no unseen characters, no double spaces, full-width letters and digits made half-width.
/// Lines are closed up; where the next one begins a new point, a semicolon stands between them.
pub fn one_line(text: &str) -> String {
    if is_tidy(text) {
        return text.to_owned();
    }
    let mut out = String::new();
    for line in tidy_lines(text) {
        let (Some(last), Some(first)) = (out.chars().next_back(), line.chars().next()) else {
            out.push_str(&line);
            continue;
        };
        if is_word(last) && is_word(first) {
            out.push(' ');
        } else if begins_point(&line) && !is_mark(last) {
            out.push('；');
        }
        out.push_str(&line);
    }
    out
}

/// Text with its lines kept, each as tidy as [`one_line`].
pub fn lines(text: &str) -> String {
    if is_tidy(text) {
        return text.to_owned();
    }
    tidy_lines(text).join("\n")
}

/// Whether there is nothing to tidy: most cells of a large table.
fn is_tidy(text: &str) -> bool {
    text.chars().all(|c| !is_blank(c) && half_word(c) == c)
}

fn tidy_lines(text: &str) -> Vec<String> {
    let tidy = |line: &str| -> String {
        let shown = line.chars().map(|c| if c.is_control() || c == '\u{a0}' { ' ' } else { c });
        let seen: String = shown.filter(|c| c.is_whitespace() || !is_blank(*c)).map(half_word).collect();
        seen.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    text.split(['\n', '\r', '\u{b}', '\u{2028}']).map(tidy).filter(|line| !line.is_empty()).collect()
}

/// Full-width letters and digits as half-width ones; punctuation stays Chinese.
fn half_word(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn is_mark(c: char) -> bool {
    "，。；：、,.;:？！?!（([【《".contains(c)
}

/// Whether a line begins with `1.` `（一）` `①` `一、` or `■`.
pub fn begins_point(line: &str) -> bool {
    after_number(line).is_some()
}

/// What follows the number of a point; none when the line has no such number. `12.5` is a number, not a point.
pub fn after_number(line: &str) -> Option<&str> {
    let first = line.chars().next()?;
    if matches!(first, '①'..='⑳') || "■□●·◆☑☐".contains(first) {
        return Some(line[first.len_utf8()..].trim_start());
    }
    let inside = line.strip_prefix(['（', '(']);
    let digits = inside.unwrap_or(line);
    let rest = digits.trim_start_matches(is_number);
    let count = digits[..digits.len() - rest.len()].chars().count();
    if count == 0 || count > POINT_DIGITS_MAX {
        return None;
    }
    let (marks, needs_gap): (&[char], bool) = match inside {
        Some(_) => (&['）', ')'], false),
        None if rest.starts_with(['.', '．']) => (&['.', '．'], true),
        None => (&['、', ')', '）'], false),
    };
    let after = rest.strip_prefix(marks)?;
    let is_decimal = needs_gap && after.starts_with(|c: char| c.is_ascii_digit());
    (!is_decimal).then(|| after.trim_start())
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十".contains(c)
}

/// A single Latin letter, or a sign from a symbol font: what a tick becomes when its font is lost.
fn is_stray(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c.is_ascii_alphabetic() || is_private(c) || "üþ¨¤ý".contains(c),
        _ => false,
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

fn has_lost_characters(text: &str) -> bool {
    text.chars().any(|c| c == '\u{fffd}' || is_private(c))
}

/// A tick mark, its absence, or the column's own heading written once more.
pub fn tick(text: &str, heading: &str) -> Result<bool, String> {
    let bare = half_width(text).trim().to_lowercase();
    let heading = heading.rsplit('/').next().unwrap_or_default();
    if text.is_empty() || CROSSES.contains(&bare.as_str()) || CROSSES.contains(&text) {
        return Ok(false);
    }
    // A single letter y may be a lost tick as well as a yes.
    if is_stray(text) {
        return Err(format!("“{text}”像是丢了字体的对勾，看不出是不是打了√，请改成√或者空着"));
    }
    if TICKS.contains(&bare.as_str())
        || TICKS.contains(&text)
        || (!heading.is_empty() && normal(text) == normal(heading))
    {
        return Ok(true);
    }
    Err(format!("“{text}”不是对勾，请写√或者空着"))
}

fn flag(text: &str) -> Result<bool, String> {
    let bare = normal(text);
    match bare.as_str() {
        "是" | "有" | "支持" | "可以" | "收费" | "需要" | "1" | "true" | "yes" => Ok(true),
        "否" | "无" | "不支持" | "不可以" | "不收费" | "不需要" | "免费" | "没有" | "0" | "false" | "no" => {
            Ok(false)
        }
        _ => tick(text, "").map_err(|_| format!("“{text}”应写成“是”或“否”")),
    }
}

fn term(text: &str, terms: &[Term]) -> Result<String, String> {
    let wanted = normal(text);
    let is_it = |term: &&Term| normal(&term.word) == wanted || term.synonyms.iter().any(|s| normal(s) == wanted);
    terms.iter().find(is_it).map(|term| term.word.clone()).ok_or_else(|| {
        let known: Vec<_> = terms.iter().map(|term| term.word.as_str()).collect();
        format!("不认识“{text}”，可以写：{}", known.join("、"))
    })
}

/// The entries of a list: one a line, or between 、 ； ， and their half-width forms.
pub fn items(text: &str) -> Vec<String> {
    let parts = text.split(['\n', '\r', '、', '；', ';', '，', ',']);
    parts.map(one_line).filter(|item| !item.is_empty()).collect()
}

fn unique(words: Vec<String>) -> Vec<String> {
    let mut seen = Vec::new();
    for word in words {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen
}

fn address(text: &str) -> Result<String, String> {
    let address = half_width(text);
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    match is_web && address.is_ascii() && !address.contains(char::is_whitespace) {
        true => Ok(address),
        false => Err(format!("“{text}”不是网址，应以 https:// 开头")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> Vec<CellKind> {
        let terms = || vec![Term::plain("即办件"), Term::with("承诺件", &["承诺办件"])];
        vec![
            CellKind::Text,
            CellKind::Lines,
            CellKind::Code,
            CellKind::Whole,
            CellKind::Decimal,
            CellKind::Money,
            CellKind::Date,
            CellKind::Flag,
            CellKind::Tick,
            CellKind::TickOrText,
            CellKind::Term(terms()),
            CellKind::Terms(terms()),
            CellKind::List,
            CellKind::Channels,
            CellKind::Phone,
            CellKind::Address,
        ]
    }

    #[test]
    fn ticks_are_ticks_and_a_stray_letter_is_refused() {
        for yes in ["√", "✓", "✔", "■", "☑", "是", "1", "１", "全社会", "√ "] {
            assert_eq!(tick(&one_line(yes), "公开对象/全社会"), Ok(true), "{yes}");
        }
        for no in ["", "×", "否", "0", "□", "/", "－"] {
            assert_eq!(tick(no, "全社会"), Ok(false), "{no}");
        }
        for letter in ["t", "P", "ü", "\u{f0fc}", "y"] {
            assert!(tick(letter, "全社会").unwrap_err().contains("丢了字体的对勾"), "{letter}");
        }
        assert!(tick("部分", "全社会").unwrap_err().contains("不是对勾"));
    }

    #[test]
    fn a_tick_or_words_takes_both_and_refuses_a_letter() {
        let read = |text| read(&CellKind::TickOrText, text, "特定群体").map(|value| value.text);
        assert_eq!(read("√").unwrap(), "是");
        assert_eq!(read("老年人").unwrap(), "老年人");
        assert!(read("t").is_err());
    }

    #[test]
    fn ditto_marks_are_known() {
        assert!(["同上", " 同上。", "〃", "″", "（同上）"].iter().all(|text| is_ditto(text)));
        assert!(!is_ditto("同上级文件"));
    }

    #[test]
    fn broken_lines_are_closed_up_and_points_are_kept_apart() {
        assert_eq!(one_line(" 政务\n服务中心 \r\n"), "政务服务中心");
        assert_eq!(one_line("1.身份证\n2．照片\n（三）户口簿"), "1.身份证；2．照片；（三）户口簿");
        assert_eq!(one_line("20 个工作日　内\u{200b}"), "20 个工作日 内");
        assert_eq!(one_line("２０个工作日"), "20个工作日");
        assert_eq!(one_line("see\nbelow"), "see below");
    }

    #[test]
    fn words_of_a_closed_list_are_found_by_all_their_names() {
        let kind = CellKind::Terms(vec![Term::with("窗口办理", &["现场办理"]), Term::plain("网上办理")]);
        assert_eq!(read(&kind, "现场办理、网上办理，窗口办理", "").unwrap().text, "窗口办理、网上办理");
        assert_eq!(read(&kind, "托梦", "").unwrap_err(), "不认识“托梦”，可以写：窗口办理、网上办理");
    }

    #[test]
    fn lost_characters_are_told() {
        assert!(read(&CellKind::Text, "公\u{fffd}开", "").unwrap().warnings.len() == 1);
    }

    proptest! {
        #[test]
        fn no_cell_panics_and_what_is_read_reads_the_same_again(text in "\\PC{0,40}|[0-9０-９年月日.,元万√t同上 -]{0,16}") {
            for kind in kinds() {
                if let Ok(value) = read(&kind, &text, "") {
                    if value.text.is_empty() {
                        continue;
                    }
                    let again = read(&kind, &value.text, "");
                    if kind == CellKind::Channels {
                        prop_assert!(again.is_ok(), "{:?}", again);
                        continue;
                    }
                    prop_assert_eq!(again.map(|v| v.text), Ok(value.text), "{:?}", kind);
                }
            }
        }
    }
}
