//! Filling in a form: whatever is touched, nothing personal is asked before its consent, nothing is handed in that is
//! not whole, nothing of it stays; and all of it goes by keypad and ear.

use std::collections::BTreeSet;
use std::time::Duration;

use civic_kiosk::access::KeyAct;
use civic_kiosk::app::event::{Event, FormEvent, Strip, VoiceEvent};
use civic_kiosk::app::form::{Act, Filling, Rank, Screen};
use civic_kiosk::app::mailroom::{HandInTrouble, HandedIn, MailOffer};
use civic_kiosk::app::model::{Overlay, Page};
use civic_kiosk::app::typing::{Key, Strokes, TypingEvent};
use civic_kiosk::app::{Effect, Model, update};
use civic_kiosk::content::Record;
use civic_kiosk::content::letter::Number;
use civic_kiosk::form::Consent;
use civic_kiosk::input::picker::Tap;
use civic_kiosk::speech::Script;
use civic_kiosk::speech::headphones::Hearing;
use proptest::prelude::*;

use crate::forms::every_kind;
use crate::hall::{Sample, hall_in, morning, sample};
use crate::keypad::Ear;

/// An identity number of nobody, as the standard gives it.
const ID_CARD: &str = "11010519491231002X";

/// The page of the form with a question of every kind, and the mailbox open.
pub fn at_form(sample: &Sample) -> Model {
    let mut model = sample.model();
    update(&mut model, Event::Voice(VoiceEvent::Available));
    update(&mut model, Event::Start);
    for title in ["我要问", "表格", "政府信息公开申请表"] {
        open(&mut model, sample, title);
    }
    update(&mut model, Event::Mailbox(MailOffer::Open));
    model.has_a4 = true;
    let Page::Record(page) = &mut model.visit.as_mut().unwrap().page else { panic!() };
    page.opened.record = Record::from(every_kind());
    model
}

pub fn open(model: &mut Model, sample: &Sample, title: &str) {
    let row = model.leaflet().unwrap().rows.iter().position(|row| row.title == title);
    for effect in update(model, Event::Open(row.unwrap_or_else(|| panic!("{title}")))) {
        if let Effect::Load { visit, want } = effect {
            update(model, sample.answer(visit, want));
        }
    }
}

pub fn begun(sample: &Sample) -> Model {
    let mut model = at_form(sample);
    open(&mut model, sample, "在这里填写");
    model
}

pub fn filling(model: &Model) -> &Filling {
    match &model.visit.as_ref().unwrap().page {
        Page::Form(filling) => filling,
        other => panic!("{other:?}"),
    }
}

pub fn press(model: &mut Model, act: Act) -> Vec<Effect> {
    update(model, Event::Form(FormEvent::Do(act)))
}

pub fn choose(model: &mut Model, choice: usize) {
    update(model, Event::Choose { situation: 0, choice });
}

pub fn type_text(model: &mut Model, text: &str) {
    for c in text.chars() {
        update(model, Event::Typing(TypingEvent::Key(Key::Char(c))));
    }
}

fn sign(model: &mut Model) {
    let stroke = Strokes(vec![vec![(100.0, 500.0), (500.0, 480.0), (900.0, 510.0)]]);
    update(model, Event::Form(FormEvent::Sign(stroke)));
}

/// The id of the question that is asked.
fn asked(model: &Model) -> String {
    filling(model).question().map_or(String::new(), |(_, field)| field.id.clone())
}

/// A good answer to each question that must be answered.
fn answer(model: &mut Model) {
    match asked(model).as_str() {
        "desc" => type_text(model, "柳林村道路的验收报告"),
        "get" => choose(model, 0),
        "what" => {
            choose(model, 0);
            choose(model, 2);
        }
        "name" => type_text(model, "阿依夏·热合曼"),
        "idno" => type_text(model, ID_CARD),
        "tel" => type_text(model, "13812345678"),
        "addr" => type_text(model, "云川市柳林镇柳林村3组12号"),
        "sign" => sign(model),
        _ => {}
    }
}

/// Goes on, answering what must be, until this screen is shown.
pub fn go_until(model: &mut Model, mut is_there: impl FnMut(&Filling) -> bool) {
    for _ in 0..60 {
        if is_there(filling(model)) {
            return;
        }
        on(model);
    }
    panic!("never there; last at {:?}", filling(model).screen());
}

/// Goes on to the next screen, answering what must be.
pub fn on(model: &mut Model) {
    match filling(model).screen() {
        Screen::Intro => drop(press(model, Act::Begin)),
        Screen::Gate => {
            choose(model, 1);
            press(model, Act::Next);
        }
        Screen::Consent(_) => drop(press(model, Act::Agree)),
        Screen::Helper => {
            type_text(model, "李红");
            press(model, Act::Next);
        }
        _ => {
            answer(model);
            press(model, Act::Next);
        }
    }
}

fn at_question(model: &mut Model, id: &str) {
    go_until(model, |filling| filling.question().is_some_and(|(_, field)| field.id == id));
}

pub fn said(model: &Model) -> String {
    let leaflet = model.leaflet().unwrap();
    leaflet.paragraphs().into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>().join("|")
}

pub fn handed(model: &Model) -> Result<HandedIn, HandInTrouble> {
    let due = every_kind().answer.unwrap().due(Some(morning().date()), &model.ready_hall().unwrap().days);
    let number = Some(Number::new(morning().date(), [5, 200, 31, 7, 99, 0, 255]));
    Ok(HandedIn { number, at: morning(), due })
}

#[test]
fn a_form_is_filled_in_question_by_question_and_handed_in_whole() {
    let sample = sample();
    let mut model = begun(&sample);
    assert_eq!(filling(&model).progress(), None);
    go_until(&mut model, |filling| filling.screen() == Screen::Review);
    let (step, of) = filling(&model).progress().unwrap();
    assert_eq!(step, of);
    let effects = press(&mut model, Act::HandIn);
    let letter = effects.iter().find_map(|e| if let Effect::HandIn { letter, .. } = e { Some(letter) } else { None });
    let letter = letter.unwrap().reveal();
    let entry = |id: &str| letter.entries.iter().find(|entry| entry.id == id).map(|e| e.text.as_str());
    assert_eq!(entry("name"), Some("阿依夏·热合曼"));
    assert_eq!(entry("what"), Some("目录、附件"));
    assert_eq!((entry("idno"), entry("post")), (Some(ID_CARD), None));
    assert!(press(&mut model, Act::HandIn).is_empty(), "a burst of taps is one letter");
    let (visit, tap, result) = (model.last_visit, model.taps, handed(&model));
    let effects = update(&mut model, Event::HandedIn { visit, tap, result });
    assert!(effects.iter().any(|e| matches!(e, Effect::Order(_))), "the office gets it as soon as it can");
    assert_eq!(filling(&model).screen(), Screen::Receipt);
    let page = said(&model);
    for shown in ["261120-", "阿******", "**************002X", "138****5678", "2026年12月18日", "确认之日"] {
        assert!(page.contains(shown), "{shown} is not on {page}");
    }
    assert!(!page.contains("热合曼") && !page.contains("13812345678"), "{page}");
    assert!(filling(&model).sheet().lines().is_empty(), "the answers are gone");
    press(&mut model, Act::Leave);
    assert!(model.visit.as_ref().unwrap().drafts.is_empty());
}

#[test]
fn what_is_not_right_is_said_and_kept_until_it_is_put_right() {
    let sample = sample();
    let mut model = begun(&sample);
    at_question(&mut model, "desc");
    press(&mut model, Act::Next);
    assert!(said(&model).contains("这一项必须填"));
    type_text(&mut model, "shu");
    type_text(&mut model, "，");
    press(&mut model, Act::Next);
    assert!(said(&model).contains("还有拼音没有选字"), "{}", said(&model));
    update(&mut model, Event::Typing(TypingEvent::Key(Key::Clear)));
    at_question(&mut model, "idno");
    type_text(&mut model, "11010519491331");
    assert!(said(&model).contains("不是出生日期"), "told while it is typed: {}", said(&model));
    press(&mut model, Act::Next);
    assert!(said(&model).contains("18位"));
    press(&mut model, Act::Back);
    assert_eq!(filling(&model).screen(), Screen::Question(filling(&model).question().unwrap().0));
    assert_eq!(asked(&model), "name");
    press(&mut model, Act::Next);
    assert_eq!(filling(&model).typing.text(), "11010519491331", "nothing typed is lost on the way back");
    // Of several of which one is enough the last one asks.
    update(&mut model, Event::Typing(TypingEvent::Key(Key::Clear)));
    answer(&mut model);
    for id in ["tel", "phone", "mail"] {
        press(&mut model, Act::Next);
        assert_eq!(asked(&model), id);
    }
    press(&mut model, Act::Next);
    assert!(said(&model).contains("至少要填一项"), "{}", said(&model));
    type_text(&mut model, "a@b.cn");
    press(&mut model, Act::Next);
    assert_eq!(asked(&model), "addr");
}

#[test]
fn from_the_review_one_goes_to_a_question_and_back_and_what_is_missing_is_named() {
    let sample = sample();
    let mut model = begun(&sample);
    go_until(&mut model, |filling| filling.screen() == Screen::Review);
    open(&mut model, &sample, "怎么拿");
    assert_eq!(asked(&model), "get");
    choose(&mut model, 1);
    press(&mut model, Act::Next);
    assert_eq!(filling(&model).screen(), Screen::Review);
    assert!(!said(&model).contains("12号"), "an address that is not needed is not shown");
    open(&mut model, &sample, "怎么拿");
    choose(&mut model, 0);
    press(&mut model, Act::Next);
    assert!(said(&model).contains("12号"), "and is still there when it is");
    open(&mut model, &sample, "姓名");
    update(&mut model, Event::Typing(TypingEvent::Key(Key::Clear)));
    press(&mut model, Act::Back);
    assert_eq!(filling(&model).screen(), Screen::Review);
    assert!(said(&model).contains("还有1项没有填"), "{}", said(&model));
    assert!(press(&mut model, Act::HandIn).is_empty());
}

#[test]
fn who_does_not_agree_is_told_the_other_way_and_what_was_written_is_gone() {
    let sample = sample();
    let mut model = begun(&sample);
    go_until(&mut model, |filling| filling.screen() == Screen::Review);
    while filling(&model).screen() != Screen::Consent(Consent::Personal) {
        update(&mut model, Event::Strip(Strip::Back));
    }
    press(&mut model, Act::Decline);
    assert!(said(&model).contains("一楼1号咨询导办台"));
    assert!(filling(&model).sheet().lines().iter().all(|line| !line.field.is_personal));
    press(&mut model, Act::Back);
    press(&mut model, Act::Agree);
    at_question(&mut model, "name");
    assert_eq!(filling(&model).typing.text(), "");
}

#[test]
fn who_wants_to_complain_is_shown_the_way_and_cannot_go_on() {
    let sample = sample();
    let mut model = begun(&sample);
    press(&mut model, Act::Begin);
    press(&mut model, Act::Next);
    assert!(said(&model).contains("请先选一个"));
    choose(&mut model, 0);
    press(&mut model, Act::Next);
    assert_eq!(filling(&model).screen(), Screen::Elsewhere);
    assert!(said(&model).contains("12345"));
    press(&mut model, Act::Next);
    assert_eq!(filling(&model).screen(), Screen::Elsewhere, "there is no button for it");
}

#[test]
fn a_group_for_each_child_is_filled_in_added_and_taken_away() {
    let sample = sample();
    let mut model = begun(&sample);
    at_question(&mut model, "child");
    type_text(&mut model, "大宝");
    go_until(&mut model, |filling| matches!(filling.screen(), Screen::Copies(_)));
    press(&mut model, Act::AddCopy);
    assert_eq!(asked(&model), "child");
    type_text(&mut model, "二宝");
    go_until(&mut model, |filling| matches!(filling.screen(), Screen::Copies(_)));
    assert!(said(&model).contains("填了2份") && said(&model).contains("大宝"));
    press(&mut model, Act::RemoveCopy(0));
    assert!(said(&model).contains("填了1份") && said(&model).contains("二宝") && !said(&model).contains("大宝"));
    press(&mut model, Act::AddCopy);
    press(&mut model, Act::Back);
    assert_eq!(asked(&model), "born", "an added copy can be gone back from: {:?}", filling(&model).screen());
}

#[test]
fn who_writes_for_somebody_is_named_and_reads_it_to_them_first() {
    let sample = sample();
    let mut model = begun(&sample);
    press(&mut model, Act::BeginHelped);
    go_until(&mut model, |filling| filling.screen() == Screen::Review);
    assert!(said(&model).contains("代填人：李红"), "{}", said(&model));
    press(&mut model, Act::ReadFirst);
    assert!(said(&model).contains("先念给申请人听"));
    assert!(press(&mut model, Act::HandIn).is_empty());
    choose(&mut model, 0);
    let effects = press(&mut model, Act::HandIn);
    let helper = effects.iter().find_map(|e| match e {
        Effect::HandIn { letter, .. } => letter.reveal().helper.clone(),
        _ => None,
    });
    assert_eq!(helper.as_deref(), Some("李红"));
}

#[test]
fn a_form_that_was_left_is_found_as_it_was_and_ends_with_the_visit() {
    let sample = sample();
    let mut model = begun(&sample);
    at_question(&mut model, "name");
    type_text(&mut model, "阿依夏");
    update(&mut model, Event::Strip(Strip::Home));
    for title in ["我要问", "表格", "政府信息公开申请表", "接着填写"] {
        open(&mut model, &sample, title);
    }
    assert_eq!((asked(&model).as_str(), filling(&model).typing.text()), ("name", "阿依夏"));
    update(&mut model, Event::Strip(Strip::End));
    assert!(model.visit.is_none());
    update(&mut model, Event::Start);
    assert!(model.visit.as_ref().unwrap().drafts.is_empty());
}

#[test]
fn nothing_is_offered_that_cannot_be_done() {
    let sample = sample();
    for offer in [MailOffer::Starting, MailOffer::NoRecipients, MailOffer::Full, MailOffer::Broken] {
        let mut model = at_form(&sample);
        model.limits.has_printer = false;
        model.has_a4 = false;
        update(&mut model, Event::Mailbox(offer));
        let page = model.leaflet().unwrap();
        assert!(page.rows.iter().all(|row| row.title != "在这里填写"), "{offer:?}");
        assert!(page.head.iter().any(|leaf| leaf.name == offer.words()), "{offer:?}: the reason is said");
        // Somebody has come to the review, and then it closes.
        let mut model = begun(&sample);
        go_until(&mut model, |filling| filling.screen() == Screen::Review);
        update(&mut model, Event::Mailbox(offer));
        assert!(press(&mut model, Act::HandIn).is_empty(), "{offer:?}");
        assert!(said(&model).contains(offer.words()), "{offer:?}");
        let effects = press(&mut model, Act::PrintSlip);
        assert!(effects.iter().any(|e| matches!(e, Effect::Print { .. })), "the slip is the other way");
    }
}

#[test]
fn a_letter_that_was_not_kept_leaves_every_answer_and_says_why() {
    let sample = sample();
    let troubles = [HandInTrouble::NoRecipients, HandInTrouble::NoRoom, HandInTrouble::Busy, HandInTrouble::Broken];
    for trouble in troubles {
        let mut model = begun(&sample);
        go_until(&mut model, |filling| filling.screen() == Screen::Review);
        let before = said(&model);
        press(&mut model, Act::HandIn);
        assert!(!filling(&model).sheet().lines().is_empty());
        let (visit, tap) = (model.last_visit, model.taps);
        let other = handed(&model);
        update(&mut model, Event::HandedIn { visit, tap: tap + 1, result: other });
        assert_eq!(filling(&model).screen(), Screen::Review, "another letter's answer is not this one's");
        update(&mut model, Event::HandedIn { visit, tap, result: Err(trouble) });
        let Overlay::Message(message) = &model.visit.as_ref().unwrap().overlay else { panic!("{trouble:?}") };
        assert_eq!((message.title.as_str(), message.text.as_str()), trouble.words());
        update(&mut model, Event::Close);
        assert_eq!(said(&model), before);
        assert!(press(&mut model, Act::HandIn).iter().any(|e| matches!(e, Effect::HandIn { .. })), "once more");
    }
}

#[test]
fn a_number_that_comes_after_somebody_went_home_is_told_and_found_on_the_form() {
    let sample = sample();
    let mut model = begun(&sample);
    go_until(&mut model, |filling| filling.screen() == Screen::Review);
    press(&mut model, Act::HandIn);
    update(&mut model, Event::Strip(Strip::Home));
    let (visit, tap, result) = (model.last_visit, model.taps, handed(&model));
    update(&mut model, Event::HandedIn { visit, tap, result });
    let Overlay::Message(message) = &model.visit.as_ref().unwrap().overlay else { panic!() };
    assert!(message.text.contains("261120-"), "{}", message.text);
    update(&mut model, Event::Close);
    for title in ["我要问", "表格", "政府信息公开申请表", "接着填写"] {
        open(&mut model, &sample, title);
    }
    assert_eq!(filling(&model).screen(), Screen::Receipt);
}

#[test]
fn what_is_personal_is_said_through_headphones_or_when_it_was_chosen() {
    let sample = sample();
    let mut model = begun(&sample);
    at_question(&mut model, "name");
    type_text(&mut model, "阿依夏");
    let read = |model: &mut Model| {
        let effects = update(model, Event::Strip(Strip::Read));
        let said =
            effects.into_iter().find_map(|e| if let Effect::Speak { script, .. } = e { Some(script) } else { None });
        update(model, Event::Strip(Strip::Read));
        said.unwrap().sentences.into_iter().map(|s| s.spoken).collect::<String>()
    };
    assert!(said(&model).contains("阿依夏"), "it is shown");
    assert!(!read(&mut model).contains("阿依夏"));
    press(&mut model, Act::Aloud);
    assert!(read(&mut model).contains("阿依夏"));
    press(&mut model, Act::Aloud);
    update(&mut model, Event::Headphones(Hearing::Headphones));
    assert!(read(&mut model).contains("阿依夏"));
    update(&mut model, Event::Headphones(Hearing::Hall));
    type_text(&mut model, "木");
    go_until(&mut model, |filling| filling.screen() == Screen::Review);
    assert!(!read(&mut model).contains("阿依夏") && read(&mut model).contains("柳林村道路"));
}

#[test]
fn a_form_has_twice_the_time_and_then_everything_is_gone() {
    let sample = sample();
    let mut model = begun(&sample);
    at_question(&mut model, "name");
    let tick =
        |model: &mut Model, s: u64| drop(update(model, Event::Tick { now: Duration::from_secs(s), wall: morning() }));
    tick(&mut model, 119);
    assert_eq!(model.visit.as_ref().unwrap().idle_left_s, None);
    tick(&mut model, 120);
    assert!(model.visit.as_ref().unwrap().idle_left_s.is_some());
    tick(&mut model, 151);
    assert!(model.visit.is_none());
}

/// What a monkey types.
const CANARIES: [char; 6] = ['龘', '7', 'X', 'z', '@', '·'];

fn monkey(number: u16, model: &Model, now: &mut u64) -> Event {
    let n = usize::from(number / 24);
    match number % 24 {
        0..=4 => Event::Form(FormEvent::Press(Rank::Bar, n % 3)),
        5 => Event::Form(FormEvent::Press(Rank::Tool, n % 4)),
        6 | 7 => Event::Choose { situation: 0, choice: n % 4 },
        8..=10 => Event::Typing(TypingEvent::Key(Key::Char(CANARIES[n % CANARIES.len()]))),
        11 => Event::Typing(TypingEvent::Key(if n % 3 == 0 { Key::Clear } else { Key::Delete })),
        12 => Event::Typing(TypingEvent::Way(n % 6)),
        13 => Event::Typing(TypingEvent::Tap(if n % 2 == 0 { Tap::Cell(n % 5, n % 7) } else { Tap::Tool(n % 5) })),
        14 => Event::Typing(TypingEvent::Stroke(Strokes(vec![vec![(1.0, 2.0), (500.0, 700.0)]]))),
        15 => Event::Form(FormEvent::Sign(Strokes(vec![vec![(f32::NAN, 2.0), (500.0, 9e9), (1.0, -3.0)]]))),
        16 => Event::Open(n % 20),
        17 => Event::Strip(Strip::Back),
        18 => Event::Form(FormEvent::Do([Act::HandIn, Act::Leave, Act::PrintSlip, Act::RemoveCopy(n % 4)][n % 4])),
        19 => Event::HandedIn {
            visit: model.last_visit,
            tap: model.taps,
            result: if n % 2 == 0 { handed(model) } else { Err(HandInTrouble::Full) },
        },
        20 => Event::Mailbox([MailOffer::Open, MailOffer::Full][n % 2]),
        21 => Event::Close,
        22 => Event::Headphones([Hearing::Hall, Hearing::Headphones][n % 2]),
        _ => {
            *now += 1;
            Event::Tick { now: Duration::from_secs(*now), wall: morning() }
        }
    }
}

/// What must hold of a form whatever was done.
fn is_legal(filling: &Filling) -> Result<(), String> {
    let screens = filling.screens();
    let aside = matches!(filling.screen(), Screen::Elsewhere | Screen::Declined(_) | Screen::Receipt);
    if !aside && !screens.contains(&filling.screen()) {
        return Err(format!("{:?} is not on the way {screens:?}", filling.screen()));
    }
    if let Some((slot, field)) = filling.question() {
        let sheet = filling.sheet();
        if field.is_personal && !sheet.is_agreed(Consent::Personal) {
            return Err(format!("{} is asked before it was agreed to", field.id));
        }
        if field.is_sensitive && !sheet.is_agreed(Consent::Sensitive(slot.group)) {
            return Err(format!("{} is asked before it was agreed to on its own", field.id));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_touched_a_form_stays_legal_and_leaves_nothing(
        from in 0..26_usize,
        numbers in prop::collection::vec(any::<u16>(), 0..250),
    ) {
        let sample = sample();
        let mut model = begun(&sample);
        let mut steps = 0;
        // Somebody sensible begins, so that the monkeys come everywhere.
        go_until(&mut model, |_| {
            steps += 1;
            steps > from
        });
        let (mut now, mut letters) = (0, BTreeSet::new());
        for number in numbers {
            let event = monkey(number, &model, &mut now);
            let debug = format!("{event:?}");
            prop_assert!(!debug.contains('龘'), "{debug}");
            let was_complete = matches!(&model.visit.as_ref().unwrap().page, Page::Form(f) if f.is_complete());
            for effect in update(&mut model, event) {
                let debug = format!("{effect:?}");
                let is_speech = matches!(effect, Effect::Speak { .. });
                prop_assert!(is_speech || !debug.contains('龘'), "{}", debug);
                if let Effect::HandIn { tap, letter, .. } = &effect {
                    prop_assert!(was_complete && letters.insert(*tap) && !letter.reveal().entries.is_empty());
                }
            }
            let visit = model.visit.as_ref().unwrap();
            if let Page::Form(filling) = &visit.page {
                prop_assert_eq!(is_legal(filling), Ok(()));
                let stops = model.stops();
                let buttons = filling.buttons(&model.standing(model.ready_hall().unwrap()));
                if visit.overlay == Overlay::None && visit.idle_left_s.is_none() {
                    for button in buttons.tools.iter().chain(&buttons.bar) {
                        prop_assert!(stops.iter().any(|stop| stop.label == button.label), "{}", button.label);
                    }
                }
            } else {
                let page = model.leaflet().unwrap();
                if let Some(row) = page.rows.iter().position(|row| ["在这里填写", "接着填写"].contains(&row.title.as_str())) {
                    update(&mut model, Event::Open(row));
                }
            }
            prop_assert!(model.leaflet().is_some_and(|page| !page.title().is_empty()));
            let debug = format!("{model:?}");
            prop_assert!(!debug.contains('龘'), "{}", debug);
        }
        // Who handed something in is asked how it was, and may leave that too.
        for _ in 0..2 {
            update(&mut model, Event::Strip(Strip::End));
        }
        let mut fresh = sample.model();
        (fresh.now, fresh.wall, fresh.voice) = (model.now, model.wall.clone(), model.voice.clone());
        (fresh.last_visit, fresh.generation, fresh.printer) = (model.last_visit, model.generation, model.printer);
        (fresh.taps, fresh.asked_printer, fresh.mailbox) = (model.taps, model.asked_printer, model.mailbox);
        (fresh.has_a4, fresh.hearing, fresh.attract_since) = (model.has_a4, model.hearing, model.attract_since);
        prop_assert_eq!(format!("{model:?}"), format!("{fresh:?}"));
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

#[test]
fn the_whole_application_goes_by_key_and_ear_and_nothing_personal_is_said_to_the_hall() {
    let mut ear = Ear::in_hall(hall_in("content"));
    ear.press(KeyAct::Next);
    let go = |ear: &mut Ear, label: &str| {
        let stops = ear.model.stops().len();
        for _ in 0..stops {
            // A title may begin with the word of a button.
            if ear.stop().deed.is_some() && ear.stop().label.split('，').next() == Some(label) {
                break;
            }
            ear.press(KeyAct::Next);
        }
        assert!(ear.stop().label.starts_with(label), "“{label}” is no button here");
        ear.press(KeyAct::Activate);
    };
    for row in ["我要问", "表格", "政府信息公开申请表", "在这里填写", "开始填写", "不是", "下一步"]
    {
        go(&mut ear, row);
    }
    let heard = |ear: &Ear, line: &str| {
        let line: String = Script::of_lines(&[line]).sentences.into_iter().map(|s| s.spoken).collect();
        ear.said
            .iter()
            .any(|script| script.sentences.iter().map(|s| s.spoken.as_str()).collect::<String>().contains(&line))
    };
    key_in(&mut ear, "daolu", "道路");
    assert!(heard(&ear, "道路"), "what stands there is said");
    for row in ["下一步", "下一步", "下一步", "纸质", "下一步", "自行领取", "下一步", "公民", "下一步", "同意", "同意"]
    {
        go(&mut ear, row);
    }
    // Sensitive data is agreed to on its own, and the first personal question is the name.
    let before = ear.said.len();
    key_in(&mut ear, "zhangsan", "张三");
    let since: Vec<String> =
        ear.said[before..].iter().flat_map(|script| script.sentences.iter().map(|s| s.spoken.clone())).collect();
    assert!(since.iter().filter(|line| line.contains("张三")).all(|line| line.contains("按钮")), "{since:?}");
    assert!(since.iter().any(|line| line.contains("已输入")), "{since:?}");
    for row in ["下一步", "居民身份证", "下一步"] {
        go(&mut ear, row);
    }
    for digit in ID_CARD.chars() {
        go(&mut ear, &digit.to_string());
    }
    go(&mut ear, "下一步");
    for digit in "13812345678".chars() {
        go(&mut ear, &digit.to_string());
    }
    go(&mut ear, "下一步");
    go(&mut ear, "下一步");
    ear.go_to("请核对");
    ear.go_to("姓名");
    assert!(ear.stop().label.contains("张三") && !ear.stop().words().contains("张三"), "{}", ear.stop().words());
    go(&mut ear, "提交");
    assert_eq!(ear.letters.len(), 1);
    let letter = &ear.letters[0];
    let entry = |id: &str| letter.entries.iter().find(|entry| entry.id == id).map(|entry| entry.text.as_str());
    assert_eq!((entry("desc"), entry("name"), entry("idno")), (Some("道路"), Some("张三"), Some(ID_CARD)));
    ear.go_to("编号");
    ear.go_to("如今天确认");
    go(&mut ear, "完成");
}
