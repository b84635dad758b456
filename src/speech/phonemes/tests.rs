use super::super::script::Script;
use super::*;
use proptest::prelude::*;

/// `syllable<TAB>symbols` for every syllable of the tables, as misaki 0.9.4 writes them.
const SYMBOLS: &str = include_str!("../../../tests/data/speech/symbols.tsv");
/// The symbols that the model has, from the table that comes with it.
const KNOWN: &str = ";:,.!?—…\"()“” \u{303}ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ";

fn voice() -> &'static Phonemizer {
    Phonemizer::built_in().expect("run deploy/setup.sh: the tables of pronunciation are missing")
}

fn pinyin(said: &Said) -> String {
    said.syllables.iter().map(|s| s.pinyin.as_str()).collect::<Vec<_>>().join(" ")
}

fn says(text: &str) -> String {
    pinyin(&voice().say(text))
}

#[test]
fn every_syllable_has_the_symbols_that_the_voice_was_trained_with() {
    let cases: Vec<(&str, &str)> = SYMBOLS.lines().filter_map(|line| line.split_once('\t')).collect();
    assert!(cases.len() > 1_400, "{}", cases.len());
    for (syllable, expected) in cases {
        assert_eq!(symbols::of(syllable).as_deref(), Some(expected), "{syllable}");
    }
}

#[test]
fn what_is_no_syllable_has_no_symbols() {
    for wrong in ["", "5", "xyz1", "ma", "ma6", "mä1", "ǎ", "bk2"] {
        assert_eq!(symbols::of(wrong), None, "{wrong}");
    }
}

#[test]
fn words_of_government_are_read_as_officials_read_them() {
    for (text, expected) in [
        ("重庆银行行长", "chong2 qing4 yin2 hang2 hang2 zhang3"),
        ("重新提交重点材料", "chong2 xin1 ti2 jiao1 zhong4 dian3 cai2 liao4"),
        ("长者长期", "zhang2 zhe3 chang2 qi1"),
        ("便民", "bian4 min2"),
        ("调查调整", "diao4 cha2 tiao2 zheng3"),
        ("参保缴纳", "can1 bao3 jiao3 na4"),
        ("行政给付", "xing2 zheng4 ji3 fu4"),
        ("差评率", "cha4 ping2 lv4"),
        ("处室处理", "chu4 shi4 chu2 li3"),
        ("济源市、宿迁市", "ji3 yuan2 shi4 su4 qian1 shi4"),
        ("执行政策", "zhi2 xing2 zheng4 ce4"),
        ("内蒙古自治区", "nei4 meng3 gu3 zi4 zhi4 qu1"),
    ] {
        let citation = pinyin(&voice().citation(text));
        assert!(says(text) == expected || citation == expected, "{text}: {} or {citation}", says(text));
    }
}

#[test]
fn neighbours_settle_characters_of_more_than_one_reading() {
    for (text, expected) in [
        ("期限为五年", "qi1 xian4 wei2 wu3 nian2"),
        ("为老人服务", "wei4 lao3 ren2 fu2 wu4"),
        ("认真地填写", "ren4 zhen1 de5 tian2 xie3"),
        ("写得不对", "xie3 de5 bu4 dui4"),
        ("征得同意", "zheng1 de2 tong2 yi4"),
        ("四十只羊", "si4 shi2 zhi1 yang2"),
        ("最长三年", "zui4 chang2 san1 nian2"),
        ("桥长四十米", "qiao2 chang2 si4 shi2 mi3"),
        ("免费教您", "mian3 fei4 jiao1 nin2"),
        ("种了果树", "zhong4 le5 guo3 shu4"),
        ("三种情况", "san1 zhong3 qing2 kuang4"),
        ("量血压", "liang2 xue4 ya1"),
        ("逾期不还的", "yu2 qi1 bu4 huan2 de5"),
        ("还有材料", "hai2 you3 cai2 liao4"),
        ("各地方政府", "ge4 di4 fang1 zheng4 fu3"),
        ("什么地方", "shen2 me5 di4 fang5"),
    ] {
        assert_eq!(pinyin(&voice().citation(text)), expected, "{text}");
    }
}

#[test]
fn tones_change_as_people_change_them() {
    for (text, expected) in [
        ("你好", "ni2 hao3"),
        ("展览馆", "zhan2 lan2 guan3"),
        ("小老虎", "xiao3 lao2 hu3"),
        ("一次性", "yi2 ci4 xing4"),
        ("一年", "yi4 nian2"),
        ("第一条", "di4 yi1 tiao2"),
        ("一月一日", "yi1 yue4 yi1 ri4"),
        ("一个月", "yi2 ge4 yue4"),
        ("二十一元", "er4 shi2 yi1 yuan2"),
        ("一千一百", "yi4 qian1 yi1 bai3"),
        ("统一办理", "tong3 yi1 ban4 li3"),
        ("周一至周五", "zhou1 yi1 zhi4 zhou1 wu3"),
        ("一号窗口", "yi1 hao4 chuang1 kou3"),
        ("不要", "bu2 yao4"),
        ("不予受理", "bu4 yu3 shou4 li3"),
        ("是不是", "shi4 bu5 shi4"),
        ("看一看", "kan4 yi5 kan4"),
        ("一会儿", "yi2 hui4 er5"),
        ("幼儿园", "you4 er2 yuan2"),
    ] {
        assert_eq!(says(text), expected, "{text}");
    }
}

#[test]
fn a_word_of_the_office_goes_before_all_others_and_the_longest_first() {
    let words = [("平川路", "ping2 chuan1 lu4"), ("重庆", "zhong4 qing4"), ("重庆路", "chong2 qing4 lu4"), ("错", "x")];
    let office = voice().with_lexicon(words.map(|(word, said)| (word.to_owned(), said.to_owned())));
    assert_eq!(pinyin(&office.say("重庆")), "zhong4 qing4");
    assert_eq!(pinyin(&office.say("到重庆路")), "dao4 chong2 qing4 lu4");
    assert_eq!(pinyin(&office.say("错")), "cuo4", "a word with wrong syllables is left out");
    assert_eq!(says("重庆"), "chong2 qing4", "the voice itself has not changed");
}

#[test]
fn an_engine_that_reads_character_by_character_is_given_homophones() {
    assert_eq!(voice().respell("重庆银行，第1条。PC"), "虫庆银杭，第1条。PC");
    for text in ["重庆银行行长调查行政给付标准，便民服务中心处理差评。", "宿迁、济源、六安的长者重新参保"]
    {
        let respelled = voice().respell(text);
        assert_eq!(respelled.chars().count(), text.chars().count());
        let tables = Dictionary::built_in().unwrap();
        let plain: Vec<&str> = respelled.chars().filter_map(|c| tables.usual(c)).collect();
        assert_eq!(plain.join(" "), pinyin(&voice().citation(text)), "{respelled}");
    }
}

#[test]
fn letters_digits_and_rare_characters_are_heard() {
    let said = voice().say("PC端A4，\u{3347a}");
    assert_eq!(pinyin(&said), "P C duan1 A si4 sheng1 pi4 zi4");
    assert_eq!(said.symbols, "pˈi sˈi twa→n ˈA sɨ↘, ʂə→ŋpʰi↘ʦɨ↘");
}

#[test]
fn the_built_in_words_are_well_formed_and_many() {
    let lines = |text: &'static str| text.lines().filter_map(|line| line.split_once(',')).collect::<Vec<_>>();
    let (government, places) = (lines(include_str!("government.csv")), lines(include_str!("places.csv")));
    assert!(government.len() >= 300 && places.len() >= 500, "{} {}", government.len(), places.len());
    for (word, said) in government.iter().chain(&places) {
        let syllables: Vec<&str> = said.split(' ').collect();
        assert_eq!(syllables.len(), word.chars().count(), "{word}");
        assert!(syllables.iter().all(|s| symbols::of(s).is_some()), "{word} {said}");
    }
    let known = Lexicon::built_in();
    for (word, _) in government.iter().chain(&places) {
        assert!(known.has(word), "{word}");
    }
}

#[test]
fn a_build_without_tables_has_no_phonemizer() {
    assert!(Dictionary::of(&[], "").is_none());
    assert!(Dictionary::of(&[9, 0, 0, 0, 1], "").is_none(), "half a file is none");
    assert!(WITHOUT_TABLES.contains("deploy/setup.sh"));
}

fn check(text: &str) {
    let said = voice().say(text);
    assert!(said.symbols.chars().all(|c| KNOWN.contains(c)), "{:?} of {text:?}", said.symbols);
    let mut last = 0;
    for syllable in &said.syllables {
        assert!(syllable.span.start >= last && text.get(syllable.span.clone()).is_some(), "{syllable:?} of {text:?}");
        assert!(symbols::of(&syllable.pinyin).is_some() || syllable.pinyin.len() == 1, "{syllable:?}");
        last = syllable.span.start;
    }
    let heard = text.chars().filter(|c| is_hanzi(*c)).count();
    assert!(said.syllables.len() >= heard, "{} syllables for {heard} hanzi: {text:?}", said.syllables.len());
    assert_eq!(voice().respell(text).chars().count(), text.chars().count());
}

#[test]
fn a_text_of_a_hundred_thousand_characters_is_said() {
    let text = "行政许可".repeat(25_000);
    assert_eq!(voice().say(&text).syllables.len(), 100_000);
    check(&"一不儿三".repeat(500));
    check("\0\u{7}😀🏛\u{10ffff}？？！—…");
    assert_eq!(voice().say("").symbols, "");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_an_answer(text in "\\PC{0,40}|[一不第三百九儿好你处为地得行了，。A-Z0-9]{0,40}") {
        check(&text);
        for sentence in Script::of_lines(&[&text]).sentences {
            check(&sentence.spoken);
        }
    }
}
