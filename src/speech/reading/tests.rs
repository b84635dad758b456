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
    assert!(cases >= 500, "only {cases} cases");
}

#[test]
fn control_characters_never_reach_an_engine() {
    let script = Script::of_lines(&["请\0在\u{7}一\u{200B}楼\u{202E}取号\u{1b}[0m"]);
    let said = &script.sentences[0].spoken;
    assert!(!said.contains(|c: char| c.is_control() || matches!(c, '\u{200B}' | '\u{202E}')), "{said:?}");
    assert!(said.starts_with("请在一楼取号"), "{said:?}");
}

/// What a reading may add to the hanzi that are shown: numbers, units, the names of signs, and what is announced.
const ADDED: &str = "零一二三四五六七八九十百千万亿两幺点分之到至杠比第年月日秒负正加减乘除以等于大小约不每或和元角美港欧英韩镑\
    平方米公里厘毫千克升兆瓦时伏赫兹贝安帕纳摩尔卡焦汞柱摄氏度华吨天钟次零下半井号星下划线艾特人民币百千勾选方框打叉编节商标版权注册\
    立符网址电子邮箱请看屏幕外文民族字串数后面的长一无线络某显示位尾阿法塔伽马德拉姆西派缪欧穷合计";

/// Every shown hanzi is heard where it stands, and what is heard besides belongs to a number or a sign.
fn adds_nothing(text: &str) {
    let script = Script::of_lines(&[text]);
    let shown: Vec<char> = text.chars().collect();
    for sentence in &script.sentences {
        let spoken: Vec<char> = sentence.spoken.chars().collect();
        for span in &sentence.spans {
            let shown = &shown[span.display_start..span.display_end];
            let mut own = shown.iter().filter(|c| is_hanzi(**c)).map(|c| if *c == '〇' { '零' } else { *c }).peekable();
            for c in &spoken[span.spoken_start..span.spoken_end] {
                if own.next_if_eq(c).is_none() && is_hanzi(*c) {
                    assert!(ADDED.contains(*c), "{c} is said for {shown:?} in {text:?}");
                }
            }
            let silent = span.spoken_start == span.spoken_end;
            assert!(!silent || own.peek().is_none(), "{shown:?} is not heard in {text:?}");
            let counts = shown.iter().any(|c| c.is_ascii_alphanumeric());
            assert!(!silent || !counts, "{shown:?} is not heard in {text:?}");
        }
    }
}

#[test]
fn nothing_is_said_that_is_not_shown_in_any_golden_case() {
    GOLDEN.lines().filter_map(|line| line.split('\t').next()).for_each(adds_nothing);
}

#[test]
fn very_long_and_very_odd_texts_are_read() {
    for text in ["1", "-", "*", "（", "第", "：", "😀", "\u{200d}", "A-", "1/", "9:", "㎡", "·", ".", "，", " "]
    {
        let long = text.repeat(100_000 / text.chars().count());
        let covered: usize = read(&long).iter().map(|piece| piece.end - piece.start).sum();
        assert_eq!(covered, long.chars().count(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_said_that_is_not_shown(
        text in "\\PC{0,40}|([0-9]{1,4}|[，。；：、（）〔〕()%¥/.:,～–*·-]|[元年月日号个份时分王李]|电话|周一|第|A4|km|mg/L|①| |\\n){0,30}"
    ) {
        adds_nothing(&text);
    }

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
