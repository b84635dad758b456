//! Words beside jieba-rs, which has the same dictionary: every text of the sample hall, and characters in any order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::sync::LazyLock;

use civic_kiosk::author::read_hall;
use civic_kiosk::base::words::{cut, cut_for_search, is_word};
use civic_kiosk::content::schema::Seen;
use jieba_rs::{Jieba, Token};
use proptest::prelude::*;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

fn words(tokens: Vec<Token<'_>>) -> Vec<&str> {
    tokens.into_iter().map(|token| token.word).collect()
}

/// Hanzi, and apart from them letters and digits, as search and voice have them.
fn parted(text: &str) -> String {
    let mut parted = String::new();
    let mut was_ascii = false;
    for c in text.chars().map(|c| if c.is_ascii_alphanumeric() || ('一'..='龥').contains(&c) { c } else { ' ' }) {
        if c.is_ascii() != was_ascii {
            parted.push(' ');
        }
        was_ascii = c.is_ascii();
        parted.push(c);
    }
    parted
}

fn check(text: &str) -> usize {
    let text = parted(text);
    let mut count = 0;
    for run in text.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()) {
        let ours = cut(run);
        assert_eq!(ours, words(JIEBA.cut(run, true)));
        assert!(ours.iter().all(|word| is_word(word) == JIEBA.has_word(word)), "{ours:?}");
        count += ours.len();
    }
    assert_eq!(cut_for_search(&text), words(JIEBA.cut_for_search(&text, false)));
    count
}

#[test]
fn every_text_of_the_hall_is_cut_into_the_words_that_jieba_finds() {
    let hall = read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let mut count = 0;
    for authored in hall.records {
        authored.record.visit(&mut |_, seen| {
            if let Seen::Text(text) = seen {
                count += check(text);
            }
        });
    }
    assert!(count > 100_000, "{count} words");
}

#[test]
fn names_are_guessed_and_texts_of_any_writing_are_covered() {
    assert_eq!(cut("到云岭市找欧阳建国办理低保"), ["到", "云岭", "市", "找", "欧阳", "建国", "办理", "低保"]);
    let text = "A4纸，〇零\u{3347a}\u{20000}é😀\r\n ";
    assert_eq!(cut(text).concat(), text);
    assert_eq!(cut_for_search("vip2 身份证"), ["vip2", " ", "身份", "身份证"]);
    assert!(cut("").is_empty() && !is_word("") && is_word("身份证"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn characters_in_any_order_are_cut_alike(text in "[一-龥]{0,30}|[的是了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去]{0,40}") {
        check(&text);
    }
}
