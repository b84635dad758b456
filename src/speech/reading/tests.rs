use super::super::script::Script;
use super::*;
use proptest::prelude::*;

/// `shown<TAB>spoken`, one case a line; `#` starts a remark.
const GOLDEN: &str = include_str!("../../../tests/data/speech/reading.tsv");

#[test]
fn the_golden_table_reads_as_written() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    for line in GOLDEN.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (shown, expected) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line}"));
        let script = Script::of_lines(&[shown]);
        let said: String = script.sentences.iter().map(|s| s.spoken.as_str()).collect();
        cases += 1;
        if said != expected {
            wrong.push(format!("{shown}\n  said     {said}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 80, "only {cases} cases");
}

#[test]
fn control_characters_never_reach_an_engine() {
    let script = Script::of_lines(&["请\0在\u{7}一\u{200B}楼\u{202E}取号\u{1b}[0m"]);
    let said = &script.sentences[0].spoken;
    assert!(!said.contains(|c: char| c.is_control() || matches!(c, '\u{200B}' | '\u{202E}')), "{said:?}");
    assert!(said.starts_with("请在一楼取号"), "{said:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_touch_each_other_and_cover_the_text(text in "\\PC{0,60}|[0-9:：.,～年月日元%/A-Za-z（）〔〕 -]{0,60}") {
        let mut at = 0;
        for piece in read(&text) {
            prop_assert_eq!(piece.start, at);
            prop_assert!(piece.end > piece.start);
            at = piece.end;
        }
        prop_assert_eq!(at, text.chars().count());
    }
}
