//! Rules on clean text: what pasting, wrong encodings and hacked pages leave behind.
//! The cases were met on real sites of offices; natural text stays untold.

use aho_corasick::AhoCorasick;

use super::script::{is_hanzi, is_traditional};
use super::{Hall, Rule};
use crate::author::problem::{Level, Problem};
use crate::content::Site;

/// Most traditional characters among a hundred hanzi.
const TRADITIONAL_PERCENT_MAX: usize = 5;
/// A name in traditional script is no text in traditional script.
const TRADITIONAL_MIN: usize = 3;
/// Longest annotation in characters: a syllable has at most six letters.
const SYLLABLE_CHARS_MAX: usize = 6;

/// Advertisements that hacked pages carry.
const SPAM: &[&str] = &[
    "彩神",
    "六合彩",
    "时时彩",
    "北京赛车",
    "百家乐",
    "娱乐城",
    "真人荷官",
    "开元棋牌",
    "澳门新葡京",
    "皇冠体育",
    "外围投注",
    "代开发票",
    "刻章办证",
    "办假证",
    "枪支出售",
    "成人视频",
    "约炮",
    "一夜情",
    "私服发布",
    "刷单兼职",
    "无抵押秒批",
];
/// What texts become when bytes are read in the wrong encoding.
const GARBLED: &[&str] = &["锟斤拷", "烫烫烫", "屯屯屯", "銆", "鈥", "鍙", "锛", "Ã", "â€"];
/// Names of HTML elements that come along when a page is pasted.
const TAGS: &[&str] = &[
    "a", "b", "br", "center", "div", "em", "font", "h1", "h2", "h3", "hr", "i", "iframe", "img", "li", "marquee", "ol",
    "p", "script", "span", "strong", "style", "sub", "sup", "table", "tbody", "td", "th", "tr", "u", "ul", "o:p",
];
/// Elements that no text has by accident.
const HACKED: &[&str] = &["iframe", "marquee", "script", "style"];
const ENTITIES: &[&str] =
    &["&nbsp;", "&lt;", "&gt;", "&amp;", "&quot;", "&ldquo;", "&rdquo;", "&#", "&mdash;", "&middot;"];
/// Words beside an address that say that it is the government's.
const OFFICIAL: &[&str] = &["政府", "官网", "官方网", "政务服务网", "门户"];
/// Endings of addresses that anybody can buy.
const OPEN_ENDINGS: &[&str] =
    &["com", "cn", "net", "org", "top", "xyz", "info", "cc", "vip", "club", "site", "online", "io"];

/// Everything sought by exact words.
struct Words {
    spam: Option<AhoCorasick>,
    banned: Option<AhoCorasick>,
    banned_words: Vec<String>,
    hosts: Vec<String>,
}

/// L15: what is on the screen is what the office wrote.
pub fn unclean_texts(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let banned_words: Vec<String> = hall.style().map_or_else(Vec::new, |style| style.banned.clone());
    let words = Words {
        spam: AhoCorasick::new(SPAM.iter().chain(GARBLED)).ok(),
        banned: AhoCorasick::new(&banned_words).ok().filter(|_| !banned_words.is_empty()),
        banned_words,
        hosts: hall.site().map_or_else(Vec::new, |site| site.qr_hosts.clone()),
    };
    let mut problems = Vec::new();
    hall.each_text(|authored, at, text| {
        for (level, message) in faults(text, &words) {
            problems.push(rule.broken_as(level, authored, &hall.place(&authored.record, at), message));
        }
    });
    for (authored, site) in hall.records::<Site>() {
        let hosts = site.qr_hosts.iter().enumerate().filter(|(_, host)| !is_government(host));
        problems.extend(hosts.map(|(i, host)| {
            let message = format!("“{host}”不是政府网站（.gov.cn），请确认二维码可以指向它");
            rule.broken(authored, &format!("qr_hosts[{}]", i + 1), message)
        }));
    }
    problems
}

/// What one look at the characters of a text found.
#[derive(Default)]
struct Glance {
    hanzi: usize,
    traditional: usize,
    garbled: Option<char>,
    bopomofo: Option<char>,
    has_bracket: bool,
    has_tortoise: bool,
    has_mark: bool,
    has_angle: bool,
    has_question: bool,
    has_dot: bool,
    digits: usize,
}

fn glance(text: &str) -> Glance {
    let mut seen = Glance::default();
    for c in text.chars() {
        match c {
            '\u{4e00}'..='\u{9fff}' => {
                seen.hanzi += 1;
                seen.traditional += usize::from(is_traditional(c));
            }
            '0'..='9' => seen.digits += 1,
            '(' | '（' => seen.has_bracket = true,
            '〔' | '〕' | '[' | '［' | '【' => seen.has_tortoise = true,
            '*' | '#' | '`' | '_' | '|' | '~' => seen.has_mark = true,
            '<' | '&' | '＜' => seen.has_angle = true,
            '?' | '？' => seen.has_question = true,
            '.' => seen.has_dot = true,
            '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}' => drop(seen.garbled.get_or_insert(c)),
            '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' => drop(seen.bopomofo.get_or_insert(c)),
            _ => {}
        }
    }
    seen
}

/// Everything unclean in a text, each sort once.
fn faults(text: &str, words: &Words) -> Vec<(Level, String)> {
    let seen = glance(text);
    let mut found = Vec::new();
    let mut note = |level: Level, message: Option<String>| found.extend(message.map(|message| (level, message)));
    note(Level::Error, seen.garbled.map(|c| format!("有乱码字符 U+{:04X}，请对照原文重新录入", u32::from(c))));
    note(Level::Warning, seen.bopomofo.map(|c| format!("有注音符号“{c}”，多半是乱码，请对照原文")));
    if seen.has_bracket {
        note(Level::Warning, pinyin_annotation(text).map(|a| format!("汉字后面带着拼音“{a}”，请删去")));
    }
    if seen.digits >= 6 {
        note(Level::Warning, run_on_date(text).map(|d| format!("日期“{d}”少了年、月，应写成2020年7月10日")));
    }
    if seen.has_tortoise {
        note(Level::Warning, number_brackets(text));
    }
    if seen.has_angle {
        let tag = html(text);
        let level = if tag.is_some_and(|tag| HACKED.contains(&tag)) { Level::Error } else { Level::Warning };
        note(level, tag.map(|tag| format!("有网页代码“{tag}”，请删去")));
    }
    if seen.has_mark || text.contains("](") {
        note(Level::Warning, markdown(text).map(|mark| format!("有排版符号“{mark}”，屏幕上会照样显示，请删去")));
    }
    if seen.has_question {
        note(Level::Warning, lossy_gbk(text).map(|mark| format!("“{mark}”是转码时丢了字，请对照原文补上")));
    }
    if seen.has_dot {
        note(
            Level::Warning,
            false_host(text, &words.hosts).map(|host| format!("“{host}”不是政府网站（.gov.cn），请核对")),
        );
    }
    if seen.traditional >= TRADITIONAL_MIN && seen.traditional * 100 > seen.hanzi * TRADITIONAL_PERCENT_MAX {
        note(Level::Warning, Some(format!("有{}个繁体字，请改用规范汉字", seen.traditional)));
    }
    if let Some(hit) = words.spam.as_ref().and_then(|spam| spam.find(text)) {
        let is_spam = hit.pattern().as_usize() < SPAM.len();
        let (level, what) = if is_spam { (Level::Warning, "像是广告") } else { (Level::Error, "是乱码") };
        note(level, Some(format!("“{}”{what}，请核对", &text[hit.range()])));
    }
    if let Some(hit) = words.banned.as_ref().and_then(|banned| banned.find(text)) {
        let word = words.banned_words.get(hit.pattern().as_usize()).map_or("", String::as_str);
        note(Level::Warning, Some(format!("“{word}”是 style.toml 的禁用词")));
    }
    found
}

/// `標(biāo)`: a hanzi with its syllable behind it. Without a tone mark it takes two to tell: 客户端(app) is none.
fn pinyin_annotation(text: &str) -> Option<String> {
    let mut toneless = Vec::new();
    for (open, mark) in text.match_indices(['(', '（']) {
        let before = text[..open].chars().next_back().filter(|c| is_hanzi(*c));
        let inside = &text[open + mark.len()..];
        let Some((close, before)) = inside.find([')', '）']).zip(before) else { continue };
        let syllable = &inside[..close];
        let is_toned = |c: char| "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü".contains(c);
        let is_short = (1..=SYLLABLE_CHARS_MAX).contains(&syllable.chars().count());
        if !is_short || !syllable.chars().all(|c| c.is_ascii_lowercase() || is_toned(c)) {
            continue;
        }
        let annotation = format!("{before}{mark}{syllable}");
        if syllable.contains(is_toned) {
            return Some(annotation);
        }
        if is_syllable(syllable) {
            toneless.push((syllable, annotation));
        }
    }
    let is_repeated = toneless.iter().any(|(syllable, _)| *syllable != toneless[0].0);
    toneless.into_iter().next().filter(|_| is_repeated).map(|(_, annotation)| annotation)
}

/// Whether letters are a syllable of pinyin: an initial, where there is one, and a final.
fn is_syllable(letters: &str) -> bool {
    const INITIALS: &[&str] = &[
        "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s",
        "y", "w",
    ];
    const FINALS: &[&str] = &[
        "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "er", "i", "ia", "ie", "iao", "iu", "ian",
        "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un", "uang", "ong", "ue", "v", "ve",
    ];
    let rest = INITIALS.iter().find_map(|initial| letters.strip_prefix(initial)).unwrap_or(letters);
    FINALS.contains(&rest)
}

/// `2020710日`: year, month and day run together.
fn run_on_date(text: &str) -> Option<&str> {
    for (end, mark) in text.match_indices('日') {
        let digits = text[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
        let number = &text[end - digits..end];
        let is_working_day = text[end..].starts_with("日元");
        if (6..=8).contains(&digits) && number.starts_with("20") && !is_working_day {
            return Some(&text[end - digits..end + mark.len()]);
        }
    }
    None
}

/// The year of a document number stands in 〔〕, and both of them are there.
fn number_brackets(text: &str) -> Option<String> {
    let mut open = None;
    for (at, c) in text.char_indices() {
        match c {
            '〔' if open.is_some() => return Some("“〔”没有配“〕”".to_owned()),
            '〔' => open = Some(at),
            '〕' if open.take().is_none() => return Some("“〕”前面没有“〔”".to_owned()),
            '[' | '［' | '【' => {
                let year: String = text[at..].chars().skip(1).take(4).collect();
                let mut behind = text[at..].chars().skip(5);
                let closes = matches!(behind.next(), Some(']' | '］' | '】'));
                let number: String = behind.take_while(char::is_ascii_digit).collect();
                let is_after_hanzi = text[..at].chars().next_back().is_some_and(is_hanzi);
                let is_year = year.starts_with("20") && year.bytes().all(|b| b.is_ascii_digit());
                if closes && is_year && !number.is_empty() && is_after_hanzi {
                    return Some(format!("文号的年份应写成〔{year}〕"));
                }
            }
            _ => {}
        }
    }
    open.map(|_| "“〔”没有配“〕”".to_owned())
}

/// The first HTML element or entity.
fn html(text: &str) -> Option<&str> {
    for (at, _) in text.match_indices('<') {
        let inside = &text[at + 1..];
        let name = inside.strip_prefix('/').unwrap_or(inside);
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).unwrap_or(name.len());
        let is_closed = name[end..].contains('>') || name[end..].starts_with([' ', '/']);
        if let Some(tag) = TAGS.iter().find(|tag| name[..end].eq_ignore_ascii_case(tag)).filter(|_| is_closed) {
            return Some(tag);
        }
    }
    ENTITIES.iter().find(|entity| text.contains(**entity)).copied()
}

/// Marks of Markdown that a pasted text keeps.
fn markdown(text: &str) -> Option<&'static str> {
    if text.contains("](http") || text.contains("](/") || text.contains("![") {
        return Some("[](…)");
    }
    if text.contains("```") {
        return Some("```");
    }
    let is_heading = text.starts_with('#') && text.trim_start_matches('#').starts_with(' ');
    if is_heading {
        return Some("#");
    }
    if text.starts_with("| ") || text.contains("|---") || text.contains("| ---") {
        return Some("|");
    }
    ["**", "__", "~~"].into_iter().find(|mark| is_emphasis(text, mark))
}

/// Two marks around words. The stars of 张** and 138****1234 hide something and are none.
fn is_emphasis(text: &str, mark: &str) -> bool {
    let sign = mark.chars().next().unwrap_or('*');
    let alone = |at: usize| !text[..at].ends_with(sign) && !text[at + mark.len()..].starts_with(sign);
    let places: Vec<usize> = text.match_indices(mark).map(|(at, _)| at).filter(|at| alone(*at)).collect();
    places.windows(2).any(|pair| {
        let (before, inside) = (&text[..pair[0]], &text[pair[0] + mark.len()..pair[1]]);
        let is_word = |c: Option<char>| c.is_some_and(|c| is_hanzi(c) || c.is_ascii_alphanumeric());
        let is_masked_name = sign == '*' && is_surname(before) && is_surname(inside);
        inside.chars().any(is_hanzi) && is_word(inside.chars().next()) && !inside.ends_with(' ') && !is_masked_name
    })
}

/// Whether a text ends with one of the commonest surnames, as before masked names.
fn is_surname(text: &str) -> bool {
    const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛\
                            叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
    text.chars().next_back().is_some_and(|c| SURNAMES.contains(c))
}

/// `?。`: the two halves of a lost character, as a conversion from GBK leaves them.
fn lossy_gbk(text: &str) -> Option<&'static str> {
    ["?。", "??", "？?", "?？"].into_iter().find(|mark| {
        text.match_indices(mark).any(|(at, _)| {
            // Three and more are somebody's surprise.
            !text[..at].ends_with(['?', '？']) && !text[at + mark.len()..].starts_with(['?', '？'])
        })
    })
}

/// An address that is said to be the government's and is not.
fn false_host<'a>(text: &'a str, hosts: &[String]) -> Option<&'a str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_official = OFFICIAL.iter().any(|word| text.contains(word));
    text.split(|c: char| !is_part(c)).filter(|_| is_official).map(|token| token.trim_matches(['.', '-'])).find(
        |token| {
            let ending = token.rsplit('.').next().unwrap_or_default();
            let is_address = token.contains('.') && OPEN_ENDINGS.contains(&ending) && token.len() > ending.len() + 2;
            is_address && !is_government(token) && !hosts.iter().any(|host| host == token)
        },
    )
}

fn is_government(host: &str) -> bool {
    host == "gov.cn" || host.ends_with(".gov.cn")
}

#[cfg(test)]
mod tests;
