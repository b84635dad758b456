//! What residents think, from the first touch to the letter: each survey once, each rating with one touch, a number for
//! who waits for an answer; nothing tells who somebody is, and nothing is offered that could not be kept.

use std::time::Duration;

use civic_kiosk::access::{KeyAct, Language};
use civic_kiosk::app::event::{Event, FormEvent, PrinterEvent, Strip, VoiceEvent};
use civic_kiosk::app::form::{Act, Filling, Rank, Screen};
use civic_kiosk::app::leaflet::Target;
use civic_kiosk::app::mailroom::{HandIn, HandInTrouble, HandedIn, MailOffer};
use civic_kiosk::app::model::{Overlay, Page};
use civic_kiosk::app::opinion::{Card, MISTAKE, Rate, Rated, SKIP, SUGGESTION};
use civic_kiosk::app::typing::{Key, TypingEvent};
use civic_kiosk::app::{Effect, Model, update};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::letter::Number;
use civic_kiosk::content::{Due, LetterKind};
use civic_kiosk::form::Consent;
use civic_kiosk::print::printer::Delivery;
use civic_kiosk::speech::headphones::Hearing;
use jiff::Zoned;
use jiff::civil::date;
use proptest::prelude::*;

use crate::hall::{Sample, hall_in, morning, sample};
use crate::keypad::Ear;

const SURVEY: [&str; 3] = ["我要问", "调查征集", "老年食堂怎么办，请您说说"];
const GUIDE: [&str; 4] = ["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"];

/// Somebody has come, and what they say can be kept.
fn begun(sample: &Sample) -> Model {
    let mut model = sample.model();
    update(&mut model, Event::Voice(VoiceEvent::Available));
    update(&mut model, Event::Mailbox(MailOffer::Open));
    update(&mut model, Event::Start);
    model
}

fn row(model: &Model, title: &str) -> Option<usize> {
    let page = model.source_leaflet().unwrap();
    page.rows.iter().chain(&page.links).position(|row| row.title == title)
}

fn open(model: &mut Model, sample: &Sample, title: &str) {
    let row = row(model, title).unwrap_or_else(|| panic!("{title} is not on “{}”", said(model)));
    for effect in update(model, Event::Open(row)) {
        if let Effect::Load { visit, want } = effect {
            update(model, sample.answer(visit, want));
        }
    }
}

fn at(sample: &Sample, way: &[&str]) -> Model {
    let mut model = begun(sample);
    for title in way {
        open(&mut model, sample, title);
    }
    model
}

fn filling(model: &Model) -> &Filling {
    match &model.visit.as_ref().unwrap().page {
        Page::Form(filling) => filling,
        other => panic!("{other:?}"),
    }
}

fn asked(model: &Model) -> String {
    filling(model).question().map_or(String::new(), |(_, field)| field.id.clone())
}

fn press(model: &mut Model, act: Act) -> Vec<Effect> {
    update(model, Event::Form(FormEvent::Do(act)))
}

/// Takes a choice and goes on.
fn choose(model: &mut Model, choice: usize) {
    update(model, Event::Choose { situation: 0, choice });
    press(model, Act::Next);
}

fn type_text(model: &mut Model, text: &str) {
    for c in text.chars() {
        update(model, Event::Typing(TypingEvent::Key(Key::Char(c))));
    }
}

fn said(model: &Model) -> String {
    let leaflet = model.leaflet().unwrap();
    leaflet.paragraphs().into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>().join("|")
}

fn letter(effects: &[Effect]) -> Option<HandIn> {
    effects
        .iter()
        .find_map(|e| if let Effect::HandIn { letter, .. } = e { Some(letter.reveal().clone()) } else { None })
}

fn entries(letter: &HandIn) -> Vec<(&str, &str, &str)> {
    letter.entries.iter().map(|e| (e.id.as_str(), e.text.as_str(), e.value.as_str())).collect()
}

/// The letter is kept.
fn kept(model: &mut Model, kind: LetterKind) {
    let number = kind.is_answered().then(|| Number::new(morning().date(), [5, 200, 31, 7, 99, 0, 255]));
    let result = Ok(HandedIn { number, at: morning(), due: Due::Unpromised });
    update(model, Event::HandedIn { visit: model.last_visit, tap: model.taps, result });
}

fn tick(model: &mut Model, s: u64, wall: Zoned) -> Vec<Effect> {
    update(model, Event::Tick { now: Duration::from_secs(s), wall })
}

fn day(month: i8, day: i8) -> Zoned {
    date(2026, month, day).at(9, 30, 0, 0).to_zoned(civic_kiosk::base::clock::china()).unwrap()
}

fn overlay(model: &Model) -> &Overlay {
    &model.visit.as_ref().unwrap().overlay
}

fn is_asked(model: &Model) -> bool {
    matches!(overlay(model), Overlay::Rating(_))
}

#[test]
fn a_survey_is_answered_question_by_question_and_once_in_a_visit() {
    let sample = sample();
    let mut model = at(&sample, &SURVEY);
    open(&mut model, &sample, "在这里填写");
    assert!(said(&model).contains("不留姓名"), "{}", said(&model));
    press(&mut model, Act::Begin);
    press(&mut model, Act::Next);
    assert!(said(&model).contains("必须填"), "{}", said(&model));
    choose(&mut model, 2);
    choose(&mut model, 0);
    assert_eq!(filling(&model).screen(), Screen::Review);
    let effects = press(&mut model, Act::HandIn);
    let letter = letter(&effects).unwrap();
    assert_eq!((letter.kind, letter.release, letter.helper.clone()), (LetterKind::Survey, 3, None));
    assert_eq!(letter.record.to_string(), "survey/shitang");
    assert_eq!(entries(&letter), [("q1", "没去过", "3"), ("q2", "5分", "5")]);
    kept(&mut model, LetterKind::Survey);
    assert!(said(&model).contains("谢谢您") && !said(&model).contains("编号"), "{}", said(&model));
    press(&mut model, Act::Leave);
    assert!(row(&model, "在这里填写").is_none() && said(&model).contains("您已经填过这份问卷"), "{}", said(&model));
    // The next one can answer it again.
    update(&mut model, Event::Strip(Strip::End));
    update(&mut model, Event::Strip(Strip::End));
    update(&mut model, Event::Start);
    for title in SURVEY {
        open(&mut model, &sample, title);
    }
    assert!(row(&model, "在这里填写").is_some());
}

#[test]
fn a_survey_is_taken_on_its_days_only_also_when_they_end_while_it_is_filled_in() {
    let sample = sample();
    for (wall, is_open) in [(day(10, 31), false), (day(11, 1), true), (day(11, 30), true), (day(12, 1), false)] {
        let mut model = at(&sample, &SURVEY);
        tick(&mut model, 1, wall.clone());
        assert_eq!(row(&model, "在这里填写").is_some(), is_open, "{wall}");
    }
    let mut model = at(&sample, &SURVEY);
    open(&mut model, &sample, "在这里填写");
    press(&mut model, Act::Begin);
    choose(&mut model, 0);
    choose(&mut model, 1);
    tick(&mut model, 1, day(12, 1));
    assert!(said(&model).contains("已经过了截止日期"), "{}", said(&model));
    assert!(letter(&press(&mut model, Act::HandIn)).is_none());
    // A closed survey is not answered with an old row either.
    let mut model = at(&sample, &["我要问", "调查征集", "政务服务大厅满意度调查"]);
    assert!(row(&model, "在这里填写").is_none());
    assert!(said(&model).contains("少于5人") && said(&model).contains("5月起2号窗口中午轮班"), "{}", said(&model));
    let fill = model.source_leaflet().unwrap().rows.iter().any(|row| row.to == Target::Fill);
    assert!(!fill && letter(&press(&mut model, Act::HandIn)).is_none());
}

#[test]
fn what_does_not_concern_somebody_is_not_asked_and_their_words_are_not_said_to_the_hall() {
    let sample = hall_in("content");
    let mut model = at(&sample, &["我要问", "调查征集", "2026年政务服务中心办事体验问卷", "在这里填写"]);
    press(&mut model, Act::Begin);
    choose(&mut model, 2);
    assert_eq!(asked(&model), "q6", "who was never here is asked nothing of it");
    press(&mut model, Act::Back);
    choose(&mut model, 0);
    assert_eq!(asked(&model), "q2");
    press(&mut model, Act::Back);
    choose(&mut model, 2);
    choose(&mut model, 1);
    for option in [0, 4] {
        update(&mut model, Event::Choose { situation: 0, choice: option });
    }
    press(&mut model, Act::Next);
    assert_eq!(asked(&model), "q8");
    type_text(&mut model, "太慢");
    let spoken = |model: &mut Model| {
        let effects = update(model, Event::Strip(Strip::Read));
        update(model, Event::Strip(Strip::Read));
        let script =
            effects.into_iter().find_map(|e| if let Effect::Speak { script, .. } = e { Some(script) } else { None });
        script.unwrap().sentences.into_iter().map(|s| s.spoken).collect::<String>()
    };
    assert!(said(&model).contains("太慢") && !spoken(&mut model).contains("太慢"));
    update(&mut model, Event::Headphones(Hearing::Headphones));
    assert!(spoken(&mut model).contains("太慢"));
    update(&mut model, Event::Headphones(Hearing::Hall));
    press(&mut model, Act::Aloud);
    assert!(spoken(&mut model).contains("太慢"), "who wants it aloud gets it aloud");
    press(&mut model, Act::Next);
    let letter = letter(&press(&mut model, Act::HandIn)).unwrap();
    let wanted = [
        ("q1", "没有办过", "3"),
        ("q6", "4分", "4"),
        ("q7", "中午不休息的窗口", "1"),
        ("q7", "方言播报", "5"),
        ("q8", "太慢", ""),
    ];
    assert_eq!(entries(&letter), wanted, "each choice is counted by itself");
}

/// The suggestion box with a sort chosen and some words.
fn suggested(sample: &Sample) -> Model {
    let mut model = at(sample, &["我要问", SUGGESTION]);
    press(&mut model, Act::Begin);
    choose(&mut model, 1);
    press(&mut model, Act::Next);
    assert!(said(&model).contains("必须填"), "an empty suggestion helps nobody");
    type_text(&mut model, "路灯不亮");
    press(&mut model, Act::Next);
    assert_eq!(asked(&model), "reach");
    model
}

#[test]
fn a_suggestion_without_a_telephone_asks_no_consent_and_gets_a_number() {
    let sample = sample();
    let mut model = suggested(&sample);
    choose(&mut model, 0);
    assert_eq!(filling(&model).screen(), Screen::Review);
    let letter = letter(&press(&mut model, Act::HandIn)).unwrap();
    assert_eq!(
        (letter.kind, letter.record.to_string(), letter.org.is_none()),
        (LetterKind::Opinion, "site/main".into(), true)
    );
    let wanted = [("sort", "吐槽，说不满意的", "2"), ("words", "路灯不亮", ""), ("reach", "不留电话", "1")];
    assert_eq!(entries(&letter), wanted);
    kept(&mut model, LetterKind::Opinion);
    let page = said(&model);
    assert!(page.contains("261120-") && page.contains("12345"), "{page}");
    assert!(!page.contains("路灯"), "{page}");
    let effects = press(&mut model, Act::PrintReceipt);
    let slip = effects.iter().find_map(|e| if let Effect::Print { document, .. } = e { Some(document) } else { None });
    let words: Vec<String> = slip.unwrap().blocks().iter().map(|block| format!("{block:?}")).collect();
    let words = words.join("|");
    assert!(words.contains("意见建议回执") && words.contains("261120-") && words.contains("12345"), "{words}");
    assert!(!words.contains("路灯"), "who finds the slip does not read it: {words}");
}

#[test]
fn a_telephone_is_asked_for_after_it_was_agreed_to_and_is_covered_on_the_receipt() {
    let sample = sample();
    let mut model = suggested(&sample);
    choose(&mut model, 1);
    assert_eq!(filling(&model).screen(), Screen::Consent(Consent::Personal));
    press(&mut model, Act::Decline);
    assert!(said(&model).contains("不留电话也可以提交"), "{}", said(&model));
    press(&mut model, Act::Back);
    press(&mut model, Act::Agree);
    assert_eq!(asked(&model), "tel");
    type_text(&mut model, "13812345678");
    press(&mut model, Act::Next);
    let letter = letter(&press(&mut model, Act::HandIn)).unwrap();
    assert_eq!(entries(&letter)[3], ("tel", "13812345678", ""));
    kept(&mut model, LetterKind::Opinion);
    assert!(said(&model).contains("138****5678") && !said(&model).contains("13812345678"), "{}", said(&model));
}

#[test]
fn a_mistake_names_the_page_and_the_release_that_stand_on_it() {
    let sample = sample();
    for way in [
        &GUIDE[..],
        &["我要看", "政策文件", "云川市高龄津贴发放管理办法"],
        &["我要查", "窗口", "2号窗口 户口和居民身份证"],
        &SURVEY,
    ] {
        let mut model = at(&sample, way);
        let Page::Record(page) = &model.visit.as_ref().unwrap().page else { panic!() };
        let id = page.opened.record.id().to_string();
        let shown = format!("本页编号{id} · 第3版");
        assert!(said(&model).contains(&shown), "{shown} is not on {}", said(&model));
        open(&mut model, &sample, MISTAKE);
        assert!(said(&model).contains(&id) && said(&model).contains("第3版"), "{}", said(&model));
        press(&mut model, Act::Begin);
        choose(&mut model, 1);
        assert_eq!(asked(&model), "words");
        press(&mut model, Act::Next);
        let letter = letter(&press(&mut model, Act::HandIn)).unwrap();
        assert_eq!((letter.kind, letter.release, letter.record.to_string()), (LetterKind::Mistake, 3, id));
        assert_eq!(entries(&letter), [("fault", "电话、地址或时间不对", "2")]);
        kept(&mut model, LetterKind::Mistake);
        assert!(said(&model).contains("261120-"));
        press(&mut model, Act::Leave);
        assert!(matches!(model.visit.as_ref().unwrap().page, Page::Record(_)), "one is back on the page");
    }
}

#[test]
fn a_survey_and_a_mistake_on_its_page_are_two_things() {
    let sample = sample();
    let mut model = at(&sample, &SURVEY);
    open(&mut model, &sample, "在这里填写");
    press(&mut model, Act::Begin);
    update(&mut model, Event::Strip(Strip::Home));
    for title in SURVEY {
        open(&mut model, &sample, title);
    }
    assert!(row(&model, "接着填写").is_some());
    open(&mut model, &sample, MISTAKE);
    assert_eq!(filling(&model).about().kind, LetterKind::Mistake);
    update(&mut model, Event::Strip(Strip::Back));
    open(&mut model, &sample, "接着填写");
    assert_eq!((filling(&model).about().kind, asked(&model).as_str()), (LetterKind::Survey, "q1"));
}

#[test]
fn nothing_is_offered_that_could_not_be_kept_and_the_reason_is_said() {
    let sample = sample();
    for offer in [MailOffer::NoRecipients, MailOffer::Full, MailOffer::Broken] {
        let pages: [(&[&str], &str); 3] = [(&SURVEY, "在这里填写"), (&["我要问"], SUGGESTION), (&GUIDE, MISTAKE)];
        for (way, title) in pages {
            let mut model = at(&sample, way);
            assert!(row(&model, title).is_some(), "{title}");
            update(&mut model, Event::Mailbox(offer));
            assert!(row(&model, title).is_none(), "{offer:?}: {title}");
            assert!(said(&model).contains(offer.words()), "{offer:?}: {}", said(&model));
        }
        // Nobody is asked how it was when the answer could not be kept.
        let mut model = at(&sample, &GUIDE);
        update(&mut model, Event::Mailbox(offer));
        printed(&mut model);
        update(&mut model, Event::Close);
        assert_eq!(*overlay(&model), Overlay::None);
        update(&mut model, Event::Strip(Strip::End));
        assert!(model.visit.is_none());
    }
}

/// The page is printed, and the message of it is up.
fn printed(model: &mut Model) {
    let effects = update(model, Event::Print);
    assert!(effects.iter().any(|e| matches!(e, Effect::Print { .. })));
    let visit = model.last_visit;
    update(model, Event::Printer(PrinterEvent::Done { visit, result: Ok(Delivery::Confirmed) }));
    assert!(matches!(overlay(model), Overlay::Message(_)), "the receipt is told of first");
}

#[test]
fn a_printed_guide_is_rated_with_one_touch_and_once() {
    let sample = sample();
    let mut model = at(&sample, &GUIDE);
    printed(&mut model);
    update(&mut model, Event::Close);
    assert!(is_asked(&model));
    let words: Vec<String> = model.stops().into_iter().map(|stop| stop.label).collect();
    for level in ["非常满意", "满意", "基本满意", "不满意", "非常不满意", "跳过"] {
        assert!(words.iter().any(|word| word == level), "{level}");
    }
    let effects = update(&mut model, Event::Rate(Rate::Choose(0)));
    let letter = letter(&effects).unwrap();
    assert_eq!((letter.kind, letter.release, letter.org.clone()), (LetterKind::Rating, 3, None));
    assert_eq!(letter.record, sample.guide("elder-allowance").id);
    assert_eq!(entries(&letter), [("level", "非常满意", "5")]);
    kept(&mut model, LetterKind::Rating);
    assert_eq!(*overlay(&model), Overlay::None);
    printed(&mut model);
    update(&mut model, Event::Close);
    assert_eq!(*overlay(&model), Overlay::None, "nobody is asked twice");
    update(&mut model, Event::Strip(Strip::End));
    assert!(model.visit.is_none(), "and not at the end either");
}

#[test]
fn who_is_not_satisfied_may_say_why_and_counts_without_it() {
    let sample = sample();
    for (level, score) in [(3, "2"), (4, "1")] {
        let mut model = at(&sample, &GUIDE);
        printed(&mut model);
        update(&mut model, Event::Close);
        let effects = update(&mut model, Event::Rate(Rate::Choose(level)));
        assert_eq!(entries(&letter(&effects).unwrap())[0].2, score, "it counts at once");
        assert!(is_asked(&model));
        let effects = update(&mut model, Event::Rate(Rate::Choose(9)));
        assert!(letter(&effects).is_none() && is_asked(&model), "there is no such reason");
        let effects = match level {
            3 => update(&mut model, Event::Rate(Rate::Choose(1))),
            _ => update(&mut model, Event::Rate(Rate::Skip)),
        };
        let reason = letter(&effects);
        assert_eq!(
            reason.as_ref().map(|letter| entries(letter)[0]),
            (level == 3).then_some(("reason", "没说清要带什么", "2"))
        );
        assert_eq!(*overlay(&model), Overlay::None);
        assert!(letter(&update(&mut model, Event::Rate(Rate::Choose(0)))).is_none(), "a late touch is no rating");
    }
}

#[test]
fn a_guide_read_to_its_end_is_rated_and_one_that_was_stopped_is_not() {
    let sample = sample();
    let mut model = at(&sample, &GUIDE);
    update(&mut model, Event::Strip(Strip::Read));
    update(&mut model, Event::Strip(Strip::Read));
    assert_eq!(*overlay(&model), Overlay::None);
    update(&mut model, Event::Strip(Strip::Read));
    let generation = model.generation;
    update(&mut model, Event::Voice(VoiceEvent::Finished { generation: generation - 1 }));
    assert_eq!(*overlay(&model), Overlay::None);
    update(&mut model, Event::Voice(VoiceEvent::Finished { generation }));
    assert!(is_asked(&model));
    update(&mut model, Event::Rate(Rate::Skip));
    // Only guides are rated.
    let mut model = at(&sample, &["我要看", "政策文件", "云川市高龄津贴发放管理办法"]);
    update(&mut model, Event::Strip(Strip::Read));
    let generation = model.generation;
    update(&mut model, Event::Voice(VoiceEvent::Finished { generation }));
    assert_eq!(*overlay(&model), Overlay::None);
}

#[test]
fn a_card_never_comes_over_another_page() {
    let sample = sample();
    let mut model = at(&sample, &GUIDE);
    printed(&mut model);
    update(&mut model, Event::Strip(Strip::Home));
    assert_eq!(*overlay(&model), Overlay::None);
    for title in GUIDE {
        open(&mut model, &sample, title);
    }
    assert_eq!(*overlay(&model), Overlay::None);
}

#[test]
fn who_leaves_is_asked_on_a_page_on_which_nothing_of_them_is_left() {
    let sample = sample();
    let mut model = at(&sample, &GUIDE);
    update(&mut model, Event::Strip(Strip::Size));
    let first = model.last_visit;
    let effects = update(&mut model, Event::Strip(Strip::End));
    assert!(effects.iter().any(|e| matches!(e, Effect::Forget { visit } if *visit == first)));
    assert!(is_asked(&model) && model.last_visit != first);
    let visit = model.visit.as_ref().unwrap();
    assert!(matches!(visit.page, Page::Home) && visit.history.is_empty() && visit.drafts.is_empty());
    assert!(!format!("{visit:?}").contains("高龄津贴"), "{visit:?}");
    let effects = update(&mut model, Event::Rate(Rate::Choose(1)));
    let letter = letter(&effects).unwrap();
    assert_eq!((letter.record.to_string(), entries(&letter)), ("site/main".into(), vec![("level", "满意", "4")]));
    assert!(model.visit.is_none(), "one touch, and the next one can begin");
}

#[test]
fn who_leaves_can_skip_end_or_walk_away_and_who_was_not_served_is_not_asked() {
    let sample = sample();
    for way in 0..3 {
        let mut model = at(&sample, &GUIDE);
        update(&mut model, Event::Strip(Strip::End));
        assert!(is_asked(&model));
        match way {
            0 => drop(update(&mut model, Event::Rate(Rate::Skip))),
            1 => drop(update(&mut model, Event::Strip(Strip::End))),
            _ => {
                tick(&mut model, 14, morning());
                assert!(is_asked(&model));
                let effects = tick(&mut model, 15, morning());
                assert!(!effects.iter().any(|e| matches!(e, Effect::Speak { .. })), "nobody is called back");
            }
        }
        assert!(model.visit.is_none(), "{way}");
    }
    let mut model = at(&sample, &["我要看", "政策文件"]);
    update(&mut model, Event::Strip(Strip::End));
    assert!(model.visit.is_none());
}

#[test]
fn a_rating_that_was_not_kept_is_not_said_to_be() {
    let sample = sample();
    let mut model = at(&sample, &GUIDE);
    printed(&mut model);
    update(&mut model, Event::Close);
    update(&mut model, Event::Rate(Rate::Choose(0)));
    let (visit, tap) = (model.last_visit, model.taps);
    update(&mut model, Event::HandedIn { visit, tap, result: Err(HandInTrouble::NoRoom) });
    let Overlay::Message(message) = overlay(&model) else { panic!("{:?}", overlay(&model)) };
    assert_eq!(message.title, "评价没有记下");
}

#[test]
fn the_card_speaks_the_languages_of_the_pages() {
    let guide = RecordId::parse("guide/elder-card").unwrap();
    for rated in [Rated::Page, Rated::Visit] {
        let mut card = Card::new(rated, guide.clone(), "老年人优待证", 3);
        for _ in 0..2 {
            let words = [&[card.question(), card.lead(), SKIP][..], &card.choices()].concat();
            for word in words {
                assert_ne!(Language::English.say(word), word);
                let traditional = Language::Traditional.say(word);
                assert!(!traditional.contains(['满', '这', '点', '评', '没', '过', '说', '记', '样']), "{traditional}");
            }
            card.take(4).unwrap();
        }
    }
}

/// Types a word by key: its letters, then the candidate.
fn key_in(ear: &mut Ear, letters: &str, word: &str) {
    for letter in letters.chars() {
        ear.go_to(&letter.to_string());
        ear.press(KeyAct::Activate);
    }
    ear.go_to(word);
    ear.press(KeyAct::Activate);
}

/// Goes to a button and presses it.
fn go(ear: &mut Ear, label: &str) {
    for _ in 0..ear.model.stops().len() {
        if ear.stop().deed.is_some() && ear.stop().label.split('，').next() == Some(label) {
            break;
        }
        ear.press(KeyAct::Next);
    }
    assert!(ear.stop().label.starts_with(label), "“{label}” is no button here");
    ear.press(KeyAct::Activate);
}

#[test]
fn a_suggestion_and_a_rating_go_by_key_and_ear_and_the_words_stay_private() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    for label in ["我要问", SUGGESTION, "开始填写", "提建议", "下一步"] {
        go(&mut ear, label);
    }
    let before = ear.said.len();
    key_in(&mut ear, "daolu", "道路");
    let since: Vec<String> =
        ear.said[before..].iter().flat_map(|script| script.sentences.iter().map(|s| s.spoken.clone())).collect();
    assert!(since.iter().filter(|line| line.contains("道路")).all(|line| line.contains("按钮")), "{since:?}");
    for label in ["下一步", "不留电话", "下一步"] {
        go(&mut ear, label);
    }
    ear.go_to("说说是什么事");
    assert!(ear.stop().label.contains("道路") && !ear.stop().words().contains("道路"), "{}", ear.stop().words());
    go(&mut ear, "提交");
    ear.go_to("编号");
    go(&mut ear, "完成");
    assert_eq!(ear.letters.len(), 1);
    go(&mut ear, "结束");
    assert!(ear.stop().label.contains("您满意吗"), "{}", ear.stop().label);
    go(&mut ear, "非常不满意");
    assert!(ear.stop().label.contains("哪里不满意"), "{}", ear.stop().label);
    go(&mut ear, "没有人帮忙");
    assert!(ear.model.visit.is_none());
    let kinds: Vec<LetterKind> = ear.letters.iter().map(|letter| letter.kind).collect();
    assert_eq!(kinds, [LetterKind::Opinion, LetterKind::Rating, LetterKind::Rating]);
}

/// What a monkey does who has an opinion on everything.
fn monkey(number: u16, model: &Model, now: &mut u64) -> Event {
    let n = usize::from(number / 16);
    let visit = model.last_visit;
    match number % 16 {
        0..=3 => Event::Form(FormEvent::Press(Rank::Bar, n % 3)),
        4 | 5 => Event::Choose { situation: 0, choice: n % 5 },
        6 => Event::Typing(TypingEvent::Key(Key::Char(['龘', '7', 'z'][n % 3]))),
        7 => Event::Rate([Rate::Choose(n % 7), Rate::Skip][n % 2]),
        8 => Event::Open(n % 24),
        9 => Event::Strip([Strip::Back, Strip::Home, Strip::Read, Strip::End][n % 4]),
        10 => {
            let number = Some(Number::new(morning().date(), [1; 7]));
            let result = if n % 3 == 0 {
                Err(HandInTrouble::Full)
            } else {
                Ok(HandedIn { number, at: morning(), due: Due::Unpromised })
            };
            Event::HandedIn { visit, tap: model.taps, result }
        }
        11 => Event::Close,
        12 => Event::Print,
        13 => Event::Printer(PrinterEvent::Done { visit, result: Ok(Delivery::Confirmed) }),
        14 => Event::Voice(VoiceEvent::Finished { generation: model.generation }),
        _ => {
            *now += 1;
            Event::Tick { now: Duration::from_secs(*now), wall: if n % 40 == 0 { day(12, 1) } else { morning() } }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_touched_nobody_is_counted_twice_and_nothing_of_them_stays(
        way in 0..3_usize,
        numbers in prop::collection::vec(any::<u16>(), 0..300),
    ) {
        let sample = sample();
        let ways: [&[&str]; 3] = [&SURVEY, &["我要问", SUGGESTION], &GUIDE];
        let mut model = at(&sample, ways[way]);
        let (mut now, mut of_visit) = (0, Vec::new());
        for number in numbers {
            let event = monkey(number, &model, &mut now);
            let before = model.last_visit;
            let was_kept = matches!(&event, Event::HandedIn { result: Ok(_), .. });
            let effects = update(&mut model, event);
            for effect in effects {
                match effect {
                    Effect::HandIn { letter, visit, .. } => {
                        let letter = letter.reveal();
                        prop_assert!(!letter.entries.is_empty() && letter.helper.is_none() || letter.kind.is_answered());
                        prop_assert_eq!(letter.release, 3);
                        if letter.kind == LetterKind::Rating {
                            let what = (visit, letter.record.clone(), letter.entries[0].id.clone());
                            prop_assert!(!of_visit.contains(&what), "{:?} twice", what);
                            of_visit.push(what);
                        }
                    }
                    Effect::Load { visit, want } => drop(update(&mut model, sample.answer(visit, want))),
                    Effect::Speak { .. } => {}
                    other => {
                        let told = format!("{other:?}");
                        prop_assert!(!told.contains('龘'));
                    }
                }
            }
            let kept = format!("{model:?}");
            prop_assert!(!kept.contains('龘'));
            if model.visit.is_none() {
                update(&mut model, Event::Start);
            }
            if was_kept && before == model.last_visit && let Page::Record(page) = &model.visit.as_ref().unwrap().page {
                let is_done = model.visit.as_ref().unwrap().opinions.has_answered(page.opened.record.id());
                prop_assert!(!is_done || row(&model, "在这里填写").is_none());
            }
            prop_assert!(!model.stops().is_empty() || model.visit.as_ref().unwrap().idle_left_s.is_some());
        }
        for _ in 0..2 {
            update(&mut model, Event::Strip(Strip::End));
        }
        prop_assert!(model.visit.is_none(), "two touches end everything");
    }
}
