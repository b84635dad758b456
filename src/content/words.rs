//! The office's own words: what people say for official terms, how names are pronounced, what not to write.
//! Search, voice and lint use them; residents never see them as a page.

use std::collections::BTreeSet;

use super::schema::{At, Blank, Checked, Checks, List, Map, Num, Only, Part, Text, Title, fields, kind};

fields! {
    /// What people say for official terms: `synonyms.csv`.
    pub struct Synonyms {
        /// Always `synonyms/main`.
        id: Only<Synonyms> = "编号",
        /// The pairs; taken from the rows.
        entries: List<Part<Synonym>, 0, 5000> = "同义词",
    }
    keeps Synonyms::are_unique
}
kind!(Synonyms: "synonyms" = "同义词");

fields! {
    /// A word people use and the official one.
    pub struct Synonym {
        /// What people say.
        word: Title = "群众说法",
        /// What the documents say.
        means: Title = "规范用语",
    }
}

fields! {
    /// How words are pronounced: `lexicon.csv`.
    pub struct Lexicon {
        /// Always `lexicon/main`.
        id: Only<Lexicon> = "编号",
        /// The words; taken from the rows.
        entries: List<Part<Pronunciation>, 0, 5000> = "读音",
    }
    keeps Lexicon::are_unique
}
kind!(Lexicon: "lexicon" = "读音词表");

fields! {
    /// A word and its syllables.
    pub struct Pronunciation {
        /// The word, hanzi only.
        word: Title = "词语",
        /// One syllable a character with its tone as a digit, 5 for none: `chong2 qing4`.
        pinyin: Title = "拼音",
    }
    keeps Pronunciation::has_a_syllable_each, shows Pronunciation::example_of_two_syllables
}

fields! {
    /// How this office writes: `style.toml`. Used when content is checked.
    pub struct Style {
        /// Always `style/main`.
        id: Only<Style> = "编号",
        /// Words that leave the resident guessing.
        vague: List<Title, 0, 500> = "含糊用语",
        /// Words that must not appear.
        banned: List<Title, 0, 500> = "禁用词",
        /// Phrases of repealed law, and what to write instead.
        outdated: List<Part<Outdated>, 0, 200> = "过时表述",
        /// Longest sentence in characters.
        sentence_chars_max: Num<500> = "句子最长字数",
        /// Longest one-sentence summary in characters.
        plain_chars_max: Num<500> = "一句话最长字数",
    }
}

kind!(Style: "style" = "用语规范");

fields! {
    /// A phrase that the law no longer uses.
    pub struct Outdated {
        /// The phrase.
        phrase: Title = "过时表述",
        /// What to write instead.
        instead: Text = "应改为",
        /// Only wrong in texts that also hold this word.
        near: Blank<Title> = "同现词",
    }
}

impl Synonyms {
    fn are_unique(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let words = self.entries.iter().map(|e| e.word.as_str());
        unique(words, "entries", c, at)
    }
}

impl Lexicon {
    fn are_unique(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let words = self.entries.iter().map(|e| e.word.as_str());
        unique(words, "entries", c, at)
    }
}

fn unique<'a>(words: impl Iterator<Item = &'a str>, key: &'static str, c: &mut Checks, at: &At<'_>) -> Checked<()> {
    let mut seen = BTreeSet::new();
    let mut result = Ok(());
    let list = at.key(key);
    for (i, word) in words.enumerate() {
        if !seen.insert(word) {
            result = Err(c.refuse(&list.entry(i).key("word"), format!("“{word}”写了两次")));
        }
    }
    result
}

impl Pronunciation {
    fn example_of_two_syllables(map: &mut Map) {
        map.insert("word".to_owned(), "示例".into());
        map.insert("pinyin".to_owned(), "shi4 li4".into());
    }

    fn has_a_syllable_each(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let is_hanzi = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇');
        if let Some(other) = self.word.chars().find(|c| !is_hanzi(*c)) {
            return Err(c.refuse(&at.key("word"), format!("只写汉字，不写“{other}”")));
        }
        let syllables: Vec<&str> = self.pinyin.split(' ').collect();
        if let Some(wrong) = syllables.iter().find(|s| !is_syllable(s)) {
            return Err(c.refuse(&at.key("pinyin"), format!("拼音应写成 chong2 qing4，写的是“{wrong}”")));
        }
        let (hanzi, pinyin) = (self.word.chars().count(), syllables.len());
        if hanzi == pinyin {
            Ok(())
        } else {
            Err(c.refuse(&at.key("pinyin"), format!("{hanzi}个字，{pinyin}个音节")))
        }
    }
}

/// Lower-case letters (`v` for ü) and a tone from 1 to 5.
fn is_syllable(text: &str) -> bool {
    let Some((letters, tone)) = text.split_at_checked(text.len().saturating_sub(1)) else { return false };
    (1..=6).contains(&letters.len())
        && letters.bytes().all(|b| b.is_ascii_lowercase())
        && matches!(tone, "1" | "2" | "3" | "4" | "5")
}
