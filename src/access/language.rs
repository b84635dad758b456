//! The language of the interface: our words in English and in traditional characters, from the files in `ui/lang`.
//! It translates no content, only what the program itself says; what it does not know stays as it is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 简体中文, in which everything is written.
    #[default]
    Chinese,
    /// English.
    English,
    /// 繁體中文.
    Traditional,
}

/// Said on a page of content in another language than its own.
pub const CONTENT_NOTE: &str = "本页内容只有简体中文，用普通话朗读";
/// Longer texts are content.
const OURS_CHARS_MAX: usize = 160;
/// How deep words of ours stand in one another.
const DEPTH_MAX: usize = 4;
/// Between the parts of a line.
const SEPARATOR: &str = " · ";

/// The words of one language, as they stand in its file.
struct Catalogue {
    whole: HashMap<String, String>,
    /// Those with something to fill in, longest first.
    patterns: Vec<Pattern>,
}

/// `第{n}至{n}条`: what stands between the holes, and which holes take numbers only.
struct Pattern {
    pieces: Vec<String>,
    is_number: Vec<bool>,
    to: String,
}

impl Language {
    /// All of them, in the order in which the tool goes through them.
    pub const ALL: [Self; 3] = [Self::Chinese, Self::English, Self::Traditional];

    /// The next one.
    pub fn next(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Traditional,
            Self::Traditional => Self::Chinese,
        }
    }

    /// The folder of its words in `ui/lang`; empty for the language in which everything is written.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Chinese => "",
            Self::English => "en",
            Self::Traditional => "zh_Hant",
        }
    }

    /// A text in this language, as far as it is words of ours.
    pub fn say(self, text: &str) -> Cow<'_, str> {
        static ENGLISH: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::read(include_str!("../../ui/lang/en/LC_MESSAGES/civic-kiosk.po")));
        static TRADITIONAL: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::read(include_str!("../../ui/lang/zh_Hant/LC_MESSAGES/civic-kiosk.po")));
        match self {
            Self::Chinese => Cow::Borrowed(text),
            Self::English => ENGLISH.say(text, DEPTH_MAX),
            Self::Traditional => TRADITIONAL.say(text, DEPTH_MAX),
        }
    }
}

impl Catalogue {
    /// Reads a gettext file: pairs of `msgid` and `msgstr`, continued on lines that begin with a quote.
    fn read(file: &str) -> Self {
        let (mut from, mut to, mut is_to) = (String::new(), String::new(), false);
        let mut pairs = Vec::new();
        for line in file.lines().chain(["msgid \"\""]) {
            let quoted = if let Some(rest) = line.strip_prefix("msgid ") {
                pairs.push((std::mem::take(&mut from), std::mem::take(&mut to)));
                is_to = false;
                rest
            } else if let Some(rest) = line.strip_prefix("msgstr ") {
                is_to = true;
                rest
            } else {
                line
            };
            if let Some(text) = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                let text = text.replace("\\\"", "\"").replace("\\n", "\n");
                if is_to { &mut to } else { &mut from }.push_str(&text);
            }
        }
        pairs.retain(|(from, to)| !from.is_empty() && !to.is_empty());
        let (holed, whole): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(from, _)| from.contains('{'));
        let mut patterns: Vec<Pattern> = holed.iter().map(|(from, to)| Pattern::read(from, to)).collect();
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.pieces.iter().map(String::len).sum::<usize>()));
        Self { whole: whole.into_iter().collect(), patterns }
    }

    fn say<'t>(&self, text: &'t str, depth: usize) -> Cow<'t, str> {
        if let Some(to) = self.whole.get(text) {
            return Cow::Owned(to.clone());
        }
        if depth == 0 || text.is_ascii() || text.chars().count() > OURS_CHARS_MAX {
            return Cow::Borrowed(text);
        }
        let found = self.patterns.iter().find_map(|pattern| Some((pattern, pattern.parts(text)?)));
        if let Some((pattern, parts)) = found {
            let parts: Vec<_> = parts.into_iter().map(|part| self.say(part, depth - 1)).collect();
            return Cow::Owned(pattern.filled(&parts));
        }
        if text.contains(SEPARATOR) {
            let parts: Vec<_> = text.split(SEPARATOR).map(|part| self.say(part, depth - 1)).collect();
            return Cow::Owned(parts.join(SEPARATOR));
        }
        // A row of words that are all ours; a sentence of the office that has one of them among its own stays whole.
        for mark in ["；", "、", "，"] {
            let parts: Vec<_> = text.split(mark).map(|part| self.say(part, depth - 1)).collect();
            if parts.len() > 1 && parts.iter().all(|part| matches!(part, Cow::Owned(_))) {
                return Cow::Owned(parts.join(self.whole.get(mark).map_or(mark, String::as_str)));
            }
        }
        Cow::Borrowed(text)
    }
}

impl Pattern {
    fn read(from: &str, to: &str) -> Self {
        let (mut pieces, mut is_number) = (Vec::new(), Vec::new());
        let mut rest = from;
        while let Some((piece, after)) = rest.split_once('{') {
            let Some((hole, after)) = after.split_once('}') else { break };
            pieces.push(piece.to_owned());
            is_number.push(hole == "n");
            rest = after;
        }
        pieces.push(rest.to_owned());
        Self { pieces, is_number, to: to.to_owned() }
    }

    /// What stands in the holes of a text of this form.
    fn parts<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, later) = self.pieces.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?;
        let mut parts = Vec::with_capacity(later.len());
        for (i, (piece, is_number)) in later.iter().zip(&self.is_number).enumerate() {
            let is_last = i + 1 == later.len();
            let end = match piece.as_str() {
                _ if is_last => rest.strip_suffix(piece.as_str())?.len(),
                // Two holes side by side part where the number begins or ends.
                "" => rest.find(|c| is_digit(c) != *is_number)?,
                piece => rest.find(piece)?,
            };
            let part = rest.get(..end)?;
            if part.is_empty() || (*is_number && !part.chars().all(is_digit)) {
                return None;
            }
            parts.push(part);
            rest = rest.get(end + piece.len()..)?;
        }
        Some(parts)
    }

    /// The other language's words with these in the holes: in order, or by the number that stands in the hole.
    fn filled(&self, parts: &[Cow<'_, str>]) -> String {
        let (mut filled, mut next) = (String::new(), 0);
        let mut rest = self.to.as_str();
        while let Some((piece, after)) = rest.split_once('{') {
            let Some((hole, after)) = after.split_once('}') else { break };
            filled.push_str(piece);
            let at = hole.parse().unwrap_or(next);
            filled.push_str(parts.get(at).map_or("", |part| part));
            next += 1;
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_are_said_in_the_language_and_content_stays() {
        let english = Language::English;
        assert_eq!(english.say("返回"), "Back");
        assert_eq!(english.say("第11至20条，共123条"), "Items 11–20 of 123");
        assert_eq!(english.say("第三条 公开"), "第三条 公开", "an article is no count");
        assert_eq!(english.say("云川市民政局"), "云川市民政局");
        assert_eq!(english.say("云川市民政局 · 政策文件"), "云川市民政局 · Policies");
        assert_eq!(Language::Chinese.say("返回"), "返回");
        assert_eq!(Language::Traditional.say("语音按键操作"), "語音按鍵操作");
    }

    #[test]
    fn what_stands_in_the_holes_is_put_where_the_language_wants_it() {
        let pattern = Pattern::read("{n}月{n}日 星期{}", "{2} {1}/{0}");
        let parts = pattern.parts("11月21日 星期六").unwrap();
        assert_eq!(parts, ["11", "21", "六"]);
        let parts: Vec<_> = parts.into_iter().map(Cow::Borrowed).collect();
        assert_eq!(pattern.filled(&parts), "六 21/11");
        assert_eq!(pattern.parts("11月21日"), None);
        assert_eq!(pattern.parts("某月21日 星期六"), None);
    }

    #[test]
    fn traditional_characters_stand_one_for_one() {
        // So that the character which is being read can be marked.
        let file = include_str!("../../ui/lang/zh_Hant/LC_MESSAGES/civic-kiosk.po");
        let catalogue = Catalogue::read(file);
        for (from, to) in &catalogue.whole {
            let is_name = Language::ALL.iter().any(|language| from.contains("EN") || language.folder() == from);
            assert!(is_name || from.chars().count() == to.chars().count(), "{from} {to}");
        }
        assert!(catalogue.whole.len() > 200 && catalogue.patterns.len() > 50);
    }
}
