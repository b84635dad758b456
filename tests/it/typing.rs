//! Promises of the pinyin keyboard: labelled phrases, and names that no dictionary has.

#![allow(clippy::print_stdout)] // The shares are worth reading in a log of tests.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use civic_kiosk::app::finder;
use civic_kiosk::input::{Decoder, Lexicon, OwnWord};

use crate::hall;

/// Candidates on one page of the bar.
const PAGE: usize = 8;

fn lines(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/input").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// The keyboard of the sample hall.
fn decoder() -> Decoder {
    let findables = hall::hall_in("content").store.findables().unwrap().unwrap();
    let lexicon = Lexicon::new(&finder::own_words(&findables));
    assert!(lexicon.is_complete(), "rime-data-pinyin-simp was not there when the program was built");
    Decoder::new(lexicon)
}

fn texts(decoder: &Decoder, letters: &str, limit: usize) -> Vec<String> {
    decoder.candidates(letters, limit).into_iter().map(|candidate| candidate.text).collect()
}

/// Whether a text can be picked character by character, each from the first pages; says on how many pages at most.
fn pages_to_pick(decoder: &Decoder, letters: &str, text: &str) -> Option<usize> {
    let mut rest = letters.to_owned();
    let mut pages = 0;
    for c in text.chars() {
        let candidates = decoder.candidates(&rest, 2_000);
        let place = candidates.iter().position(|candidate| candidate.text == c.to_string())?;
        pages = pages.max(place / PAGE + 1);
        rest = rest.split_off(candidates[place].consumed);
    }
    rest.is_empty().then_some(pages)
}

#[test]
fn what_is_meant_stands_first_or_on_the_first_page() {
    let decoder = decoder();
    let (mut first, mut on_page) = (0, 0);
    let phrases = lines("phrases.tsv");
    let names = lines("names.tsv");
    assert!(phrases.len() >= 150 && names.len() >= 30);
    for (letters, meant) in phrases.iter().chain(&names) {
        let place = texts(&decoder, letters, PAGE).iter().position(|text| text == meant);
        if place != Some(0) {
            println!("{letters} {meant}: {place:?} of {:?}", texts(&decoder, letters, PAGE));
        }
        first += usize::from(place == Some(0));
        on_page += usize::from(place.is_some());
    }
    let all = (phrases.len() + names.len()) as f64;
    let (first, on_page) = (first as f64 / all, on_page as f64 / all);
    println!("{all} phrases: first {first:.3}, on the first page {on_page:.3}");
    assert!(first >= 0.85 && on_page >= 0.95, "first {first:.3}, on the first page {on_page:.3}");
}

#[test]
fn every_name_can_be_picked_character_by_character() {
    let lexicon = Lexicon::new(&[]);
    for (_, name) in lines("names.tsv") {
        assert!(!lexicon.has(&name), "{name} is in the dictionary");
    }
    let decoder = Decoder::new(lexicon);
    for (letters, name) in lines("names.tsv") {
        let pages = pages_to_pick(&decoder, &letters, &name);
        assert!(pages.is_some_and(|pages| pages <= 40), "{name}: {pages:?}");
    }
    for (letters, name) in [("tianzhe", "田喆"), ("luochong", "罗翀"), ("weiyi", "韦祎"), ("lvyan", "吕艳")] {
        assert!(pages_to_pick(&decoder, letters, name).is_some(), "{name}");
    }
}

#[test]
fn words_of_the_hall_are_known() {
    let own = |word: &str, pinyin: Option<&str>| OwnWord { word: word.to_owned(), pinyin: pinyin.map(str::to_owned) };
    let words = [own("青禾镇", Some("qing1 he2 zhen4")), own("柳林村", None), own("长者食堂", None), own("ABC", None)];
    let decoder = Decoder::new(Lexicon::new(&words));
    for (letters, meant) in
        [("qinghezhen", "青禾镇"), ("liulincun", "柳林村"), ("qhz", "青禾镇"), ("zhangzhest", "长者食堂")]
    {
        assert!(
            texts(&decoder, letters, PAGE).contains(&meant.to_owned()),
            "{letters}: {:?}",
            texts(&decoder, letters, PAGE)
        );
    }
}

#[test]
fn no_letters_are_too_odd_to_be_answered() {
    let decoder = decoder();
    for odd in [
        "",
        "'",
        "'''",
        "v",
        "iuv",
        "xxqq",
        "bpmfdtnlgkhjqx",
        "shen'fen",
        "SHENFEN",
        "xi'an",
        "身份zheng",
        "zzzzzzzz\u{0}",
    ] {
        for candidate in decoder.candidates(odd, 20) {
            assert!(!candidate.text.is_empty() && candidate.consumed >= 1, "{odd}: {candidate:?}");
        }
        decoder.syllable_starts(odd);
    }
    assert_eq!(texts(&decoder, "xi'an", 1), ["西安"]);
    let long = "zhuang".repeat(200);
    assert!(decoder.candidates(&long, 8).iter().all(|candidate| candidate.consumed <= 60));
    let long = "z".repeat(200);
    assert!(!decoder.candidates(&long, 8).is_empty());
}

#[test]
fn letters_are_deleted_syllable_by_syllable() {
    let decoder = decoder();
    assert_eq!(decoder.syllable_starts("shenfenzheng"), [0, 4, 7]);
    assert_eq!(decoder.syllable_starts("shenfenzh"), [0, 4, 7]);
    assert_eq!(decoder.syllable_starts("sfz"), [0, 1, 2]);
    assert_eq!(decoder.syllable_starts(""), [0; 0]);
}

/// What a command of the terminal answers to lines on its stdin.
fn answers(command: &str, lines: &str) -> Vec<serde_json::Value> {
    let empty = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kiosk"))
        .args(["--state", empty.path().to_str().unwrap(), command, "--stdin", "--limit", "3"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_commands_answer_each_line_with_one_line() {
    let typed = answers("type", "shenfenzheng\n\nxxqq\n");
    assert_eq!((typed.len(), &typed[0][0]["text"], &typed[0][0]["consumed"]), (3, &"身份证".into(), &12.into()));
    assert_eq!(typed[1], serde_json::json!([]));
    let written = answers("ink", "[[[10,50],[90,48]]]\n[]\n");
    assert_eq!((written.len(), &written[0][0], written[0].as_array().unwrap().len()), (2, &"一".into(), 3));
    assert_eq!(written[1], serde_json::json!([]));
}
