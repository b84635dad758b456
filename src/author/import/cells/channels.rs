//! The cell of publication channels: names with ■ or □ before them, or only the chosen names.
//! A channel outside the national list goes to “其他” in its own words; a lost box is refused.

use super::super::header::normal;
use super::one_line;

/// The channels of the national catalogue in their order, and other names for them.
const CHANNELS: &[(&str, &[&str])] = &[
    ("政府网站", &["政府门户网站", "门户网站", "网站", "政府网"]),
    ("政府公报", &["公报"]),
    ("两微一端", &["两微一端（微博、微信、客户端）", "政务新媒体", "微博微信客户端"]),
    ("发布会/听证会", &["发布会听证会", "发布会", "新闻发布会", "听证会"]),
    ("广播电视", &["广播/电视", "广播", "电视"]),
    ("纸质媒体", &["纸质媒介", "报刊", "报纸"]),
    ("公开查阅点", &["政府信息公开查阅点", "信息公开查阅点", "查阅点"]),
    ("政务服务中心", &["行政服务中心", "政府服务中心", "政务服务大厅", "便民服务中心"]),
    ("便民服务站", &["便民服务点", "便民服务室"]),
    ("入户/现场", &["入户现场", "入户", "现场"]),
    (
        "社区/企事业单位/村公示栏（电子屏）",
        &[
            "社区/企事业单位/村公示栏",
            "社区/村公示栏（电子屏）",
            "社区/村公示栏",
            "村公示栏（电子屏）",
            "村公示栏",
            "社区公示栏",
            "公示栏",
            "公示栏（电子屏）",
            "电子屏",
            "社区、企事业单位、村公示栏（电子屏）",
        ],
    ),
    ("精准推送", &["精准推送到户"]),
];
/// The thirteenth, which is written in words.
const OTHER: &str = "其他";
const CHOSEN: &[char] = &['■', '☑', '√', '✓', '✔', '●', '▇', '█', '⬛', '◼', '☒', '✅'];
const NOT_CHOSEN: &[char] = &['□', '☐', '○', '▢', '◻', '⬜'];
/// Most pieces that one name may have been cut into by its own separators.
const PIECES_MAX: usize = 4;

/// What a channel cell says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channels {
    /// The chosen channels in the order of the national list.
    pub names: Vec<&'static str>,
    /// What stands under 其他, in its own words.
    pub other: String,
    /// What the clerk should look at.
    pub warnings: Vec<String>,
}

impl Channels {
    /// The names joined by 、, with the words of 其他 at the end.
    pub fn text(&self) -> String {
        let names = self.names.iter().map(|name| (*name).to_owned());
        let other = (!self.other.is_empty()).then(|| format!("{OTHER}：{}", self.other));
        names.chain(other).collect::<Vec<_>>().join("、")
    }
}

/// What [`Channels::text`] wrote, as the names and the words of 其他.
pub fn split_other(text: &str) -> (String, String) {
    let mark = format!("{OTHER}：");
    match text.find(&mark) {
        Some(at) => {
            let names = text[..at].trim_end_matches('、');
            let names = if names.is_empty() { OTHER.to_owned() } else { format!("{names}、{OTHER}") };
            (names, text[at + mark.len()..].to_owned())
        }
        None => (text.to_owned(), String::new()),
    }
}

/// The entries with a chosen box before them; none when the cell has no boxes.
pub fn chosen(text: &str) -> Option<Vec<String>> {
    let is_box = |c: char| CHOSEN.contains(&c) || NOT_CHOSEN.contains(&c);
    let first = text.find(is_box)?;
    let mut chosen = Vec::new();
    let mut chars = text[first..].chars();
    while let Some(mark) = chars.next() {
        let after = chars.as_str();
        let end = after.find(is_box).unwrap_or(after.len());
        let entry = one_line(after[..end].trim_end_matches(is_separator));
        if CHOSEN.contains(&mark) && !entry.is_empty() {
            chosen.push(entry);
        }
        chars = after[end..].chars();
    }
    Some(chosen)
}

/// Reads a channel cell.
pub fn read(text: &str) -> Result<Channels, String> {
    let text: String = text.chars().map(|c| if c == '\u{fe0f}' { ' ' } else { c }).collect();
    let (boxed, has_kou) = with_boxes(&text);
    refuse_lost_boxes(&boxed)?;
    let mut found = Found::default();
    if boxed.contains(CHOSEN) || boxed.contains(NOT_CHOSEN) {
        found.boxed(&boxed);
    } else {
        found.listed(&boxed);
    }
    let mut channels = found.end();
    if has_kou {
        channels.warnings.insert(0, "把“口”当作没有选的方框“□”，请核对".into());
    }
    if channels.names.is_empty() && channels.other.is_empty() {
        channels.warnings.push("一个公开渠道都没有选".into());
    }
    Ok(channels)
}

/// 口 stands for □ where a channel's name follows: scanned tables have it so.
fn with_boxes(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut has_kou = false;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let before = text[..at].trim_end();
        // 窗口 and 入口 end in the same character; a box stands alone or right behind another name.
        let is_apart =
            !text[..at].ends_with(char::is_alphanumeric) || names().any(|(known, _)| before.ends_with(known));
        if c == '口' && is_apart && begins_with_name(rest.trim_start()) {
            has_kou = true;
            out.push('□');
        } else {
            out.push(c);
        }
    }
    (out, has_kou)
}

/// `n政府网站 o政府公报`: boxes of a symbol font that became letters.
fn refuse_lost_boxes(text: &str) -> Result<(), String> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_letter = c.is_ascii_alphabetic() || "¨þü".contains(c) || matches!(c, '\u{e000}'..='\u{f8ff}');
        let rest = &text[at + c.len_utf8()..];
        if is_letter && !before.is_ascii_alphanumeric() && begins_with_name(rest.trim_start_matches(' ')) {
            return Err(format!("方框变成了“{c}”，看不出选了哪些，请改成■和□"));
        }
        before = c;
    }
    Ok(())
}

fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = CHANNELS.iter().flat_map(|(name, also)| also.iter().map(|a| (*a, *name)).chain([(*name, *name)]));
    all.chain([(OTHER, OTHER)])
}

fn begins_with_name(text: &str) -> bool {
    names().any(|(known, _)| text.starts_with(known))
}

/// The channel of a name, by all its names.
fn channel(text: &str) -> Option<&'static str> {
    let wanted = normal(text);
    names().find(|(known, _)| normal(known) == wanted).map(|(_, name)| name)
}

#[derive(Default)]
struct Found {
    names: Vec<&'static str>,
    other: Vec<String>,
    warnings: Vec<String>,
}

impl Found {
    /// Every name has its box; words before the first box have none.
    fn boxed(&mut self, text: &str) {
        let mut rest = text;
        if let Some(first) = rest.find(|c| CHOSEN.contains(&c) || NOT_CHOSEN.contains(&c)) {
            let before = one_line(&rest[..first]);
            if !before.is_empty() {
                self.warnings.push(format!("“{before}”前面没有方框，记入“其他”"));
                self.other.push(before);
            }
            rest = &rest[first..];
        }
        let mut chars = rest.chars();
        while let Some(mark) = chars.next() {
            let after = chars.as_str();
            let end = after.find(|c| CHOSEN.contains(&c) || NOT_CHOSEN.contains(&c)).unwrap_or(after.len());
            let name = one_line(&after[..end]);
            let name = name.trim_end_matches(is_separator);
            self.entry(name, CHOSEN.contains(&mark));
            chars = after[end..].chars();
        }
    }

    fn entry(&mut self, text: &str, is_chosen: bool) {
        let (name, words) = match text.find(['：', ':', '（', '(', '_']) {
            Some(at) if channel(&text[..at]) == Some(OTHER) => (OTHER, text[at..].trim_matches(is_dress)),
            _ if text.starts_with(OTHER) => (OTHER, text[OTHER.len()..].trim_matches(is_dress)),
            _ => (text, ""),
        };
        match (channel(name), is_chosen) {
            (_, _) if text.is_empty() => {}
            (Some(OTHER), true) if words.is_empty() => {
                self.warnings.push("选了“其他”，但没有写明是什么".into());
                self.other.push(OTHER.into());
            }
            (Some(OTHER), true) => self.other.push(words.to_owned()),
            (Some(OTHER), false) if words.is_empty() => {}
            (Some(OTHER), false) => self.warnings.push(format!("“其他”没有选，“{words}”没有导入")),
            (Some(known), true) => self.names.push(known),
            (Some(_), false) => {}
            (None, true) => {
                self.warnings.push(format!("“{text}”不在13项公开渠道里，记入“其他”"));
                self.other.push(text.to_owned());
            }
            (None, false) => self.warnings.push(format!("“{text}”不在13项公开渠道里，也没有选，没有导入")),
        }
    }

    /// Only the chosen ones are named. A name may hold the separators that stand between names.
    fn listed(&mut self, text: &str) {
        let pieces: Vec<&str> = text.split(['\n', '\r', '、', '；', ';', '，', ',', '/', ' ', '\u{3000}']).collect();
        let mut at = 0;
        while at < pieces.len() {
            let known = (1..=PIECES_MAX.min(pieces.len() - at))
                .rev()
                .find_map(|n| channel(&pieces[at..at + n].concat()).map(|name| (n, name)));
            match known {
                Some((n, OTHER)) => {
                    self.entry(&one_line(pieces[at]), true);
                    at += n;
                }
                Some((n, name)) => {
                    self.names.push(name);
                    at += n;
                }
                None => {
                    self.entry(&one_line(pieces[at]), true);
                    at += 1;
                }
            }
        }
    }

    fn end(self) -> Channels {
        let order = |name: &&str| CHANNELS.iter().position(|(known, _)| known == name);
        let mut names = self.names;
        names.sort_by_key(order);
        names.dedup();
        let other: Vec<String> = self.other.into_iter().filter(|o| o != OTHER).collect();
        let mut channels = Channels { other: other.join("、"), names, warnings: self.warnings };
        if channels.other.is_empty() && channels.warnings.iter().any(|w| w.starts_with("选了“其他”")) {
            channels.other = OTHER.to_owned();
        }
        channels
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || "、，,；;。".contains(c)
}

fn is_dress(c: char) -> bool {
    c.is_whitespace() || "：:（）()_＿".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Channels {
        super::read(text).unwrap()
    }

    const CELL: &str = "■政府网站   □政府公报\n□两微一端   □发布会/听证会\n□广播电视   □纸质媒体\n■公开查阅点 ■行政服务中心\n\
        □便民服务站 □入户/现场\n■社区/企事业单位/村公示栏（电子屏）\n□精准推送   ■其他：12345热线";

    #[test]
    fn the_cell_of_the_published_tables_is_read() {
        let channels = read(CELL);
        assert_eq!(channels.names, ["政府网站", "公开查阅点", "政务服务中心", "社区/企事业单位/村公示栏（电子屏）"]);
        assert_eq!(channels.other, "12345热线");
        assert_eq!(channels.warnings, Vec::<String>::new());
    }

    #[test]
    fn a_scanned_box_is_taken_with_a_warning_and_a_lost_one_is_refused() {
        let channels = read("■政府网站 口政府公报 口精准推送");
        assert_eq!(channels.names, ["政府网站"]);
        assert_eq!(channels.warnings, ["把“口”当作没有选的方框“□”，请核对"]);
        assert!(super::read("n政府网站 o政府公报").unwrap_err().contains("方框变成了“n”"));
        assert!(super::read("\u{f06e}政府网站").is_err());
    }

    #[test]
    fn names_without_boxes_are_all_chosen() {
        let channels = read("政府网站、社区/企事业单位/村公示栏（电子屏）、微信群");
        assert_eq!(channels.names, ["政府网站", "社区/企事业单位/村公示栏（电子屏）"]);
        assert_eq!((channels.other.as_str(), channels.warnings.len()), ("微信群", 1));
        assert_eq!(read("社区、企事业单位、村公示栏（电子屏）").names.len(), 1);
        assert_eq!(read("入户/现场").names, ["入户/现场"]);
    }

    #[test]
    fn what_is_not_known_is_kept_in_words() {
        let channels = read("■政府网站 ■抖音 □快手 ■其他");
        assert_eq!((channels.names.as_slice(), channels.other.as_str()), (["政府网站"].as_slice(), "抖音"));
        assert_eq!(channels.warnings.len(), 3);
        assert_eq!(read("■其他").other, "其他");
        assert_eq!(read("□政府网站").warnings, ["一个公开渠道都没有选"]);
    }

    proptest! {
        #[test]
        fn every_choice_is_read_back(chosen in proptest::collection::vec(any::<bool>(), CHANNELS.len()), in_lines in any::<bool>()) {
            let mark = |c: &bool| if *c { '■' } else { '□' };
            let parts: Vec<String> = CHANNELS.iter().zip(&chosen).map(|((name, _), c)| format!("{}{name}", mark(c))).collect();
            let expected: Vec<&str> = CHANNELS.iter().zip(&chosen).filter(|(_, c)| **c).map(|((name, _), _)| *name).collect();
            prop_assert_eq!(read(&parts.join(if in_lines { "\n" } else { " " })).names, expected.clone());
            prop_assert_eq!(read(&expected.join("、")).names, expected);
        }

        #[test]
        fn no_cell_panics(text in "[■□口√nt政府网站公报其他：/、\\n （）]{0,40}|\\PC{0,30}") {
            let _ = super::read(&text);
        }
    }
}
