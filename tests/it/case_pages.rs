//! Asking how far an application is: with a whole number alone, for who typed it alone, by eye and by ear; and the
//! number of what was handed in is told wherever somebody has gone.

use civic_kiosk::access::KeyAct;
use civic_kiosk::app::event::{ContentTrouble, Event, Strip, VoiceEvent};
use civic_kiosk::app::form::{Act, Screen};
use civic_kiosk::app::mailroom::{HandInTrouble, Progress};
use civic_kiosk::app::model::{Overlay, Page};
use civic_kiosk::app::typing::{Key, TypingEvent};
use civic_kiosk::app::{Effect, Model, update};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::form::Consent;
use civic_kiosk::outbox::LetterState;
use civic_kiosk::speech::headphones::Hearing;
use civic_kiosk::sync::Told;

use crate::cases::{FOUR, number, progress, typed};
use crate::form::{at_form, begun, filling, go_until, handed, open, press, said, type_text};
use crate::hall::{Sample, hall_in, sample};
use crate::keypad::Ear;

/// On the page where one asks.
fn asking(sample: &Sample) -> Model {
    let mut model = sample.model();
    update(&mut model, Event::Voice(VoiceEvent::Available));
    update(&mut model, Event::Start);
    for title in ["我要问", "我的申请办到哪一步了"] {
        open(&mut model, sample, title);
    }
    model
}

/// Number and last four are typed, and it is being looked up: with which tap.
fn asked(model: &mut Model) -> u64 {
    type_text(model, &typed());
    press(model, Act::Next);
    type_text(model, FOUR);
    let effects = press(model, Act::Inquire);
    let asks = effects.iter().find_map(|effect| match effect {
        Effect::AskCase { visit, tap, number, four } => Some((*visit, *tap, number.clone(), four.reveal().clone())),
        _ => None,
    });
    let (visit, tap, asked, four) = asks.unwrap();
    assert_eq!((visit, asked, four.as_str()), (model.last_visit, number(), FOUR));
    assert!(!format!("{effects:?} {model:?}").contains(FOUR), "what was typed is in no debug output");
    tap
}

fn clear(model: &mut Model) {
    update(model, Event::Typing(TypingEvent::Key(Key::Clear)));
}

/// What the voice says of the page.
fn read(model: &mut Model) -> String {
    let effects = update(model, Event::Strip(Strip::Read));
    let said = effects.into_iter().find_map(|e| if let Effect::Speak { script, .. } = e { Some(script) } else { None });
    update(model, Event::Strip(Strip::Read));
    said.unwrap().sentences.into_iter().map(|sentence| sentence.spoken).collect()
}

const HUSHED: &str = "这里不读出来";

#[test]
fn number_and_last_four_bring_the_answer_on_a_page_of_its_own() {
    let sample = sample();
    let mut model = asking(&sample);
    let tap = asked(&mut model);
    assert_eq!(filling(&model).screen(), Screen::Case);
    assert!(said(&model).contains("正在查"), "{}", said(&model));
    let visit = model.last_visit;
    let nothing = Progress { case: None, here: None };
    update(&mut model, Event::Case { visit, tap: tap + 1, found: Ok(nothing) });
    assert!(said(&model).contains("正在查"), "the answer to another question is not this one's");
    update(&mut model, Event::Case { visit, tap, found: Ok(progress(&number(), FOUR)) });
    let page = said(&model);
    for line in ["已答复", "2026年11月18日更新", "予以公开", "带身份证件到1号窗口领取", number().as_str()]
    {
        assert!(page.contains(line), "{line} is not on {page}");
    }
    assert!(!page.contains(FOUR) && model.visit.as_ref().unwrap().overlay == Overlay::None);
    // Back at the question, what was typed is there and the answer is not.
    press(&mut model, Act::Back);
    assert_eq!(filling(&model).typing.text(), FOUR);
    update(&mut model, Event::Case { visit, tap, found: Err(ContentTrouble::Damaged) });
    let again = press(&mut model, Act::Inquire);
    assert!(again.iter().any(|effect| matches!(effect, Effect::AskCase { tap: later, .. } if *later > tap)));
    assert!(said(&model).contains("正在查"), "{}", said(&model));
    press(&mut model, Act::Leave);
    let visit = model.visit.as_ref().unwrap();
    assert!(matches!(visit.page, Page::Door(_)) && visit.drafts.is_empty() && visit.history.len() == 1);
}

#[test]
fn every_answer_there_can_be_is_a_page() {
    let sample = sample();
    let here = [LetterState::Stored, LetterState::Delivered, LetterState::Refused].map(Some);
    let known = here.into_iter().chain([None]).map(|here| Ok(Progress { case: None, here }));
    let lost = [ContentTrouble::Empty, ContentTrouble::Damaged].map(Err);
    for found in known.chain(lost) {
        let mut model = asking(&sample);
        let tap = asked(&mut model);
        let words = match &found {
            Ok(progress) => progress.words().0,
            Err(_) => "现在查不了".to_owned(),
        };
        let visit = model.last_visit;
        update(&mut model, Event::Case { visit, tap, found });
        assert_eq!(model.leaflet().unwrap().title(), words);
        assert!(said(&model).contains("12345"), "whom else one can ask: {}", said(&model));
    }
}

#[test]
fn what_is_no_number_is_told_beside_the_field_and_asked_of_nobody() {
    let sample = sample();
    let mut model = asking(&sample);
    press(&mut model, Act::Next);
    assert!(said(&model).contains("这一项必须填"));
    type_text(&mut model, "2611");
    press(&mut model, Act::Next);
    assert!(said(&model).contains("还没有输完"), "{}", said(&model));
    type_text(&mut model, "x-O");
    assert_eq!(filling(&model).typing.text(), "2611", "no other sign is taken");
    clear(&mut model);
    type_text(&mut model, "261320");
    assert!(said(&model).contains("没有这一天"), "told while it is typed: {}", said(&model));
    clear(&mut model);
    let slip: String = typed().char_indices().map(|(at, c)| if at == 7 { 'Z' } else { c }).collect();
    type_text(&mut model, &slip);
    assert!(said(&model).contains("编号有一位不对"), "{}", said(&model));
    press(&mut model, Act::Next);
    assert_eq!((filling(&model).entry().len(), filling(&model).field_name()), (16, "回执上的编号"));
    clear(&mut model);
    type_text(&mut model, &typed());
    press(&mut model, Act::Next);
    assert!(press(&mut model, Act::Inquire).is_empty());
    type_text(&mut model, "00");
    assert!(press(&mut model, Act::Inquire).is_empty());
    assert!(said(&model).contains("要输4位"), "{}", said(&model));
    press(&mut model, Act::Back);
    assert_eq!(filling(&model).typing.text(), typed());
    press(&mut model, Act::Next);
    assert_eq!(filling(&model).typing.text(), "00", "nothing typed is lost on the way back");
}

#[test]
fn what_was_typed_is_not_said_to_the_hall_and_goes_with_the_page() {
    let sample = sample();
    let mut model = asking(&sample);
    type_text(&mut model, &typed());
    assert!(said(&model).contains(number().as_str()), "it is shown as it is printed");
    assert!(read(&mut model).contains(HUSHED));
    update(&mut model, Event::Headphones(Hearing::Headphones));
    assert!(!read(&mut model).contains(HUSHED));
    update(&mut model, Event::Headphones(Hearing::Hall));
    clear(&mut model);
    let tap = asked(&mut model);
    let visit = model.last_visit;
    update(&mut model, Event::Case { visit, tap, found: Ok(progress(&number(), FOUR)) });
    assert!(read(&mut model).contains(HUSHED));
    update(&mut model, Event::Strip(Strip::Home));
    assert!(model.visit.as_ref().unwrap().drafts.is_empty(), "it is not kept for later");
    // Who asks again begins anew, and an answer that comes late is shown to nobody.
    open(&mut model, &sample, "我要问");
    update(&mut model, Event::Case { visit, tap, found: Ok(progress(&number(), FOUR)) });
    assert_eq!(model.visit.as_ref().unwrap().overlay, Overlay::None);
    open(&mut model, &sample, "我的申请办到哪一步了");
    assert!(filling(&model).typing.is_empty());
    update(&mut model, Event::Strip(Strip::Back));
    assert!(matches!(model.visit.as_ref().unwrap().page, Page::Door(_)));
    update(&mut model, Event::Strip(Strip::End));
    assert!(model.visit.is_none());
}

#[test]
fn it_goes_by_key_and_ear_from_the_door_to_the_answer() {
    let mut ear = Ear::in_hall(hall_in("content"));
    ear.press(KeyAct::Next);
    let go = |ear: &mut Ear, label: &str| {
        for _ in 0..ear.model.stops().len() {
            if ear.stop().deed.is_some() && ear.stop().label.split('，').next() == Some(label) {
                break;
            }
            ear.press(KeyAct::Next);
        }
        assert_eq!(ear.stop().label.split('，').next(), Some(label));
        ear.press(KeyAct::Activate);
    };
    for row in ["我要问", "我的申请办到哪一步了"] {
        go(&mut ear, row);
    }
    let before = ear.said.len();
    for c in typed().chars() {
        go(&mut ear, &c.to_string());
    }
    let since: String = ear.said[before..].iter().flat_map(|s| &s.sentences).map(|s| s.spoken.as_str()).collect();
    assert!(since.contains("已输入") && !since.contains(number().as_str()), "{since}");
    go(&mut ear, "下一步");
    for c in FOUR.chars() {
        go(&mut ear, &c.to_string());
    }
    go(&mut ear, "查询");
    ear.go_to("已答复");
    ear.go_to("编号");
    assert!(ear.stop().label.contains(number().as_str()) && !ear.stop().words().contains(number().as_str()));
    go(&mut ear, "完成");
    assert!(matches!(ear.model.visit.as_ref().unwrap().page, Page::Door(_)));
}

/// The letter of a form with a question of every kind is on its way: with which tap.
fn sent(model: &mut Model) -> u64 {
    go_until(model, |filling| filling.screen() == Screen::Review);
    press(model, Act::HandIn);
    model.taps
}

fn shown_message(model: &Model) -> String {
    match &model.visit.as_ref().unwrap().overlay {
        Overlay::Message(message) => message.text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_number_waits_behind_whatever_lies_over_the_page_and_nothing_takes_its_place() {
    let sample = sample();
    let mut model = begun(&sample);
    let tap = sent(&mut model);
    update(&mut model, Event::Strip(Strip::Home));
    update(&mut model, Event::Strip(Strip::Help));
    let (visit, result) = (model.last_visit, handed(&model));
    update(&mut model, Event::HandedIn { visit, tap, result });
    assert_eq!(model.visit.as_ref().unwrap().overlay, Overlay::Help);
    update(&mut model, Event::Close);
    assert!(shown_message(&model).contains("261120-"));
    update(&mut model, Event::FormPrinted { visit, tap, result: Ok(()) });
    assert!(shown_message(&model).contains("261120-"), "another message waits for it");
    update(&mut model, Event::Strip(Strip::Help));
    update(&mut model, Event::Close);
    assert!(shown_message(&model).contains("261120-"), "and what is laid over it gives it back");
    update(&mut model, Event::Close);
    assert!(shown_message(&model).contains("取走您的表格"), "{}", shown_message(&model));
    update(&mut model, Event::Close);
    assert_eq!(model.visit.as_ref().unwrap().overlay, Overlay::None);
    let again = handed(&model);
    update(&mut model, Event::HandedIn { visit, tap, result: again });
    assert_eq!(model.visit.as_ref().unwrap().overlay, Overlay::None, "a letter is told once");
}

#[test]
fn a_number_is_told_also_when_its_form_was_withdrawn_meanwhile() {
    let sample = sample();
    for is_elsewhere in [true, false] {
        let mut model = begun(&sample);
        let tap = sent(&mut model);
        if is_elsewhere {
            update(&mut model, Event::Strip(Strip::Home));
        }
        let withdrawn = [RecordId::parse("form/ysqgk").unwrap()].into();
        update(&mut model, Event::Upkeep(Told::Changed { withdrawn }));
        let (visit, result) = (model.last_visit, handed(&model));
        update(&mut model, Event::HandedIn { visit, tap, result });
        let first = shown_message(&model);
        update(&mut model, Event::Close);
        let told = format!("{first} {}", shown_message(&model));
        assert!(told.contains("261120-") && told.contains("记下来"), "{told}");
    }
}

#[test]
fn that_nothing_was_kept_is_told_elsewhere_too() {
    let sample = sample();
    let mut model = begun(&sample);
    let tap = sent(&mut model);
    update(&mut model, Event::Strip(Strip::Home));
    let visit = model.last_visit;
    update(&mut model, Event::HandedIn { visit, tap, result: Err(HandInTrouble::NoRoom) });
    assert_eq!(shown_message(&model), HandInTrouble::NoRoom.words().1);
}

#[test]
fn a_blank_form_is_printed_where_the_form_offers_it_and_carries_nobody_s_words() {
    let sample = sample();
    let mut model = at_form(&sample);
    let row = |model: &Model| model.leaflet().unwrap().rows.iter().position(|row| row.title == "打印空白样表");
    let at = row(&model).unwrap();
    let effects = update(&mut model, Event::Open(at));
    let is_blank = |effect: &Effect| match effect {
        Effect::Print { document, title, .. } => !document.is_personal() && *title == "空白样表",
        _ => false,
    };
    assert!(effects.iter().any(is_blank), "{effects:?}");
    let again = update(&mut model, Event::Open(at));
    assert!(!again.iter().any(is_blank), "a burst of touches is one slip");
    // Who does not agree can still write by hand.
    let mut model = begun(&sample);
    go_until(&mut model, |filling| filling.screen() == Screen::Consent(Consent::Personal));
    press(&mut model, Act::Decline);
    assert!(press(&mut model, Act::PrintBlank).iter().any(is_blank));
    // Without a printer there is none.
    let mut model = at_form(&sample);
    model.limits.has_printer = false;
    assert_eq!(row(&model), None);
}
