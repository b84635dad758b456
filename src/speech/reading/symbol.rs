//! Marks, signs and everything else: what has a name is named, what is a mark is a pause.
//! A sign that nobody can name is announced as 符号; control characters never reach an engine.

use super::text::{Shown, is_blank, is_hanzi};
use super::{Kind, Said};

/// From this many digits on a number after a blank is a telephone number.
const LONG_NUMBER_DIGITS: usize = 7;
/// How far before the dot of 元/人·月 its slash may stand.
const UNIT_CHARS_MAX: usize = 4;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let c = shown.at(at)?;
    slash(shown, at, c)
        .or_else(|| each(shown, at, c))
        .or_else(|| arithmetic(shown, at, c))
        .or_else(|| mark(shown, at, c))
        .or_else(|| named(c).and_then(|name| Said::word(at + 1, before_sign_word(shown, at, name))))
}

/// The last rule: takes any character.
pub(super) fn as_written(shown: &Shown, at: usize) -> Option<Said> {
    let c = shown.at(at)?;
    if c == '〇' {
        return Said::word(at + 1, "零");
    }
    if is_hanzi(c) || c.is_ascii_alphanumeric() {
        return Said::word(at + 1, c);
    }
    if c.is_whitespace() || c.is_control() || is_hidden(c) {
        return Some(Said { end: at + 1, spoken: blank(shown, at).to_owned(), kind: Kind::Silent });
    }
    // A picture may be made of many characters.
    let joins = |next: char| next == c || (is_picture(c) && (is_picture(next) || is_hidden(next)));
    let end = shown.run_end(at, joins);
    Said::word(end, "符号")
}

/// 原件/复印件 is 或; 元/人 is 每.
fn slash(shown: &Shown, at: usize, c: char) -> Option<Said> {
    if c != '/' && c != '∕' {
        return None;
    }
    let end = shown.run_end(at, |next| next == c);
    if let Some((end, unit)) = super::unit::per(shown, at).filter(|_| shown.ends_with(at, "元")) {
        return Said::word(end, format!("每{unit}"));
    }
    let between = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
    if end - at > 1 || !between(shown.before(at)) || !between(shown.at(end)) {
        return pause(end);
    }
    let per = ["元", "角", "分", "千米", "公里"].iter().any(|unit| shown.ends_with(at, unit))
        || (matches!(shown.before(at), Some('人' | '次' | '户' | '件')) && at >= 2 && shown.is_digit(at - 2));
    let both = shown.ends_with(at, "和") || shown.ends_with(at, "及");
    Said::word(
        end,
        if per {
            "每"
        } else if both {
            "，"
        } else {
            "或"
        },
    )
}

/// The dot of 元/人·月.
fn each(shown: &Shown, at: usize, c: char) -> Option<Said> {
    let dot = matches!(c, '·' | '•' | '・' | '.') && matches!(shown.at(at + 1), Some('月' | '年' | '日' | '天' | '次'));
    let after_slash = (1..=UNIT_CHARS_MAX).any(|back| at.checked_sub(back).is_some_and(|i| shown.at(i) == Some('/')));
    (dot && after_slash).then(|| Said::word(at + 1, "每"))?
}

fn arithmetic(shown: &Shown, at: usize, c: char) -> Option<Said> {
    let said = match c {
        '+' => "加",
        '×' | '✕' => "乘",
        '÷' => "除以",
        '=' => "等于",
        '±' => "正负",
        '≥' | '≧' => "大于等于",
        '≤' | '≦' => "小于等于",
        '≠' => "不等于",
        '≈' => "约等于",
        '<' | '>' => {
            // A path such as 首页>办事 is a pause; only a number makes it a comparison.
            if !shown.is_digit(shown.skip_blanks(at + 1)) {
                return pause(at + 1);
            }
            if c == '<' { "小于" } else { "大于" }
        }
        // The cross of a letter or of 35*45 is a product.
        '*' if shown.before(at).is_some_and(|c| c.is_ascii_digit()) && shown.is_digit(at + 1) => "乘",
        _ => return None,
    };
    Said::word(at + 1, said)
}

fn mark(shown: &Shown, at: usize, c: char) -> Option<Said> {
    let said = |kind, spoken: &str| Some(Said { end: at + 1, spoken: spoken.to_owned(), kind });
    match c {
        '。' | '！' | '？' | '；' => said(Kind::Stop, &c.to_string()),
        '!' => said(Kind::Stop, "！"),
        '?' => said(Kind::Stop, "？"),
        ';' => said(Kind::Stop, "；"),
        '．' | '｡' => said(Kind::Stop, "。"),
        '.' if at_end(shown, at) => said(Kind::Stop, "。"),
        '.' => said(Kind::Silent, ""),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => said(Kind::Stop, ""),
        '，' | ',' | '﹐' => said(Kind::Clause, "，"),
        '、' | '､' => said(Kind::Clause, "、"),
        '：' | ':' | '∶' | '︰' => said(Kind::Clause, "："),
        '…' | '⋯' | '—' | '–' | '─' | '―' => {
            let end = shown.run_end(at, |next| next == c);
            pause(end)
        }
        '“' | '”' | '‘' | '’' | '"' | '\'' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉' | '·' | '•'
        | '・' | '`' | '´' | '|' | '｜' | '^' | '\\' | '-' | '‐' | '‑' | '−' | '~' | '～' | '〜' => {
            quiet(shown, at, c)
        }
        '（' | '）' | '(' | ')' if inside_word(shown, at) => said(Kind::Silent, ""),
        '（' | '）' | '(' | ')' | '【' | '】' | '[' | ']' | '［' | '］' | '〔' | '〕' | '{' | '}' | '｛' | '｝'
        | '〖' | '〗' | '→' | '➔' | '←' | '↑' | '↓' | '⇒' | '►' | '▶' | '▸' | '●' | '○' | '◆' | '◇' | '■' | '▲'
        | '△' | '▪' | '★' | '☆' | '※' | '◎' | '❖' | '✦' => pause(at + 1),
        _ => None,
    }
}

/// 村（居）委会: one character in brackets in the middle of a word.
fn inside_word(shown: &Shown, at: usize) -> bool {
    let open = |i: usize| matches!(shown.at(i), Some('（' | '('));
    let close = |i: usize| matches!(shown.at(i), Some('）' | ')'));
    let word = |i: Option<usize>| i.and_then(|i| shown.at(i)).is_some_and(is_hanzi);
    let encloses = |from: usize| {
        let around = word(from.checked_sub(1)) && word(Some(from + 1)) && word(Some(from + 3));
        open(from) && close(from + 2) && around
    };
    encloses(at) || at.checked_sub(2).is_some_and(encloses)
}

/// Quotes make no sound; a dash or a bar between words is a short pause.
fn quiet(shown: &Shown, at: usize, c: char) -> Option<Said> {
    let joins_letters = shown.before(at).is_some_and(|c| c.is_ascii_alphanumeric())
        && shown.at(at + 1).is_some_and(|c| c.is_ascii_alphanumeric());
    let bar = matches!(c, '|' | '｜' | '-' | '‐' | '‑' | '−' | '~' | '～' | '〜' | '\\');
    if bar && !joins_letters {
        return pause(at + 1);
    }
    let spoken = if joins_letters { " " } else { "" };
    Some(Said { end: at + 1, spoken: spoken.to_owned(), kind: Kind::Silent })
}

fn named(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "和",
        '@' => "艾特",
        '#' => "井号",
        '*' => "星号",
        '_' => "下划线",
        '%' => "百分号",
        '‰' => "千分号",
        '¥' => "人民币",
        '$' => "美元",
        '€' => "欧元",
        '°' => "度",
        '²' => "平方",
        '³' => "立方",
        '½' => "二分之一",
        '¼' => "四分之一",
        '¾' => "四分之三",
        '√' | '✓' | '✔' | '☑' => "勾选",
        '□' | '☐' => "方框",
        '✗' | '✘' | '☒' => "打叉",
        '№' => "编号",
        '§' => "节",
        '™' => "商标",
        '©' => "版权",
        '®' => "注册商标",
        'α' => "阿尔法",
        'β' => "贝塔",
        'γ' => "伽马",
        'δ' | 'Δ' => "德尔塔",
        'λ' => "拉姆达",
        'θ' => "西塔",
        'π' => "派",
        'μ' | 'µ' => "缪",
        'Ω' | '\u{2126}' => "欧姆",
        'Σ' | '∑' => "合计",
        '∞' => "无穷大",
        '℃' => "摄氏度",
        '£' => "英镑",
        'Ⅰ' | 'ⅰ' => "一",
        'Ⅱ' | 'ⅱ' => "二",
        'Ⅲ' | 'ⅲ' => "三",
        'Ⅳ' | 'ⅳ' => "四",
        'Ⅴ' | 'ⅴ' => "五",
        'Ⅵ' | 'ⅵ' => "六",
        'Ⅶ' | 'ⅶ' => "七",
        'Ⅷ' | 'ⅷ' => "八",
        'Ⅸ' | 'ⅸ' => "九",
        'Ⅹ' | 'ⅹ' => "十",
        _ => return None,
    })
}

fn pause(end: usize) -> Option<Said> {
    Some(Said { end, spoken: "，".to_owned(), kind: Kind::Pause })
}

/// A half-width full stop ends a sentence only where the text goes on after a blank or not at all.
fn at_end(shown: &Shown, at: usize) -> bool {
    shown.before(at).is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | '）' | '"' | '”'))
        && shown.at(at + 1).is_none_or(char::is_whitespace)
}

/// Blanks are heard only between two words of Chinese or between two words of Latin letters.
fn blank(shown: &Shown, at: usize) -> &'static str {
    if !shown.at(at).is_some_and(is_blank) || shown.before(at).is_some_and(char::is_whitespace) {
        return "";
    }
    let next = shown.at(shown.skip_blanks(at));
    match (shown.before(at), next) {
        (Some(a), Some(b)) if is_hanzi(a) && (is_hanzi(b) || named(b).is_some()) => "，",
        (Some(a), Some(b)) if named(a).is_some() && is_hanzi(b) => "，",
        (Some(a), Some(b)) if is_hanzi(a) && b.is_ascii_digit() && is_long_number(shown, at) => "，",
        (Some(a), Some(b)) if a.is_ascii_digit() && is_hanzi(b) && is_heading_number(shown, at) => "，",
        (Some(a), Some(b)) if a.is_ascii_alphabetic() && b.is_ascii_alphanumeric() => " ",
        _ => "",
    }
}

/// A telephone number after a name.
fn is_long_number(shown: &Shown, at: usize) -> bool {
    let start = shown.skip_blanks(at);
    shown.digits_end(start) - start >= LONG_NUMBER_DIGITS
}

/// `1.1 适用范围`: nothing but a number with points stands before the blank.
fn is_heading_number(shown: &Shown, at: usize) -> bool {
    let line = (0..at).rev().map_while(|i| shown.at(i)).take_while(|c| !matches!(c, '\n' | '\r'));
    let mut points = 0;
    for c in line {
        match c {
            '.' => points += 1,
            '0'..='9' => {}
            _ => return false,
        }
    }
    points > 0
}

/// Pictures and what joins them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{2B00}'..='\u{2BFF}') && named(c).is_none()
}

/// #号键 is 井号键: the sign and the word for it are said once.
fn before_sign_word<'n>(shown: &Shown, at: usize, name: &'n str) -> &'n str {
    let said_next = shown.at(at + 1) == Some('号');
    name.strip_suffix('号').filter(|_| said_next).unwrap_or(name)
}

/// Invisible and unnameable characters: zero width, direction marks, variation selectors, private use, tags.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
}
