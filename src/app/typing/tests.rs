//! Promises of a field one types into: the bar, the text, late answers.

use super::*;
use crate::app::find::{FindPage, TEXT_CHARS_MAX};

fn field() -> Typing {
    FindPage::default().typing
}

fn ask(field: &mut Typing) -> u64 {
    field.ask(Private::new(String::new())).serial
}

fn answered(texts: &[&str]) -> Typing {
    let mut page = field();
    page.press(Key::Char('a'));
    let candidates = texts.iter().map(|text| Candidate { text: (*text).to_owned(), consumed: 1 }).collect();
    let serial = ask(&mut page);
    page.take(serial, &mut FindAnswer { candidates, ..FindAnswer::default() });
    page
}

#[test]
fn every_candidate_is_on_some_page_of_the_bar_at_every_size() {
    let texts: Vec<String> = (0..50).map(|n| "字".repeat(1 + n * 7 % 5)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for size in [TextSize::Normal, TextSize::Large, TextSize::ExtraLarge] {
        let mut page = answered(&texts);
        let mut seen = page.candidates(size).count();
        let mut pages = 1;
        while page.can_turn(size).1 {
            page.turn_bar(Turn::On, size);
            seen += page.candidates(size).count();
            pages += 1;
        }
        assert_eq!(seen, texts.len());
        for _ in 1..pages {
            assert!(page.can_turn(size).0);
            page.turn_bar(Turn::Back, size);
        }
        assert_eq!(page.bar, 0);
    }
}

#[test]
fn what_is_typed_has_an_end_and_shows_in_no_debug_output() {
    let mut page = field();
    for _ in 0..500 {
        page.press(Key::Char('z'));
        page.draw(Strokes(vec![vec![(1.0, 1.0)]]), Duration::ZERO);
    }
    assert_eq!((page.letters().len(), page.strokes().0.len()), (LETTERS_MAX, STROKES_MAX));
    page.keys = Keys::Digits;
    for _ in 0..500 {
        page.press(Key::Char('7'));
    }
    assert_eq!(page.text().chars().count(), TEXT_CHARS_MAX);
    assert!(!page.press(Key::Char('\u{7}')));
    let ask = page.ask(Private::new("777".to_owned()));
    let said = format!("{page:?} {ask:?} {:?} {:?}", Key::Char('7'), page.strokes());
    assert!(!said.contains('7') && !said.contains("zz"), "{said}");
    page.press(Key::Clear);
    assert!(page.is_empty() && page.strokes().0.is_empty());
}

#[test]
fn letters_are_shown_and_deleted_syllable_by_syllable() {
    let mut page = field();
    for letter in "shenfenz".chars() {
        page.press(Key::Char(letter));
    }
    let serial = ask(&mut page);
    page.take(serial, &mut FindAnswer { syllables: vec![0, 4, 7], ..FindAnswer::default() });
    assert_eq!(page.composition(), "shen'fen'z");
    for rest in ["shenfen", "shen", ""] {
        assert!(page.press(Key::Delete));
        assert_eq!(page.letters(), rest);
    }
    assert!(!page.press(Key::Delete));
}

#[test]
fn an_answer_to_an_older_question_changes_nothing() {
    let mut page = answered(&["阿"]);
    let old = ask(&mut page);
    ask(&mut page);
    assert!(!page.take(old, &mut FindAnswer::default()));
    assert_eq!(page.candidates(TextSize::Normal).collect::<Vec<_>>(), ["阿"]);
    assert!(page.pick(0) && !page.pick(0), "a candidate is taken once");
    assert_eq!((page.text(), page.letters()), ("阿", ""));
}
