//! Promises of a visit: what a resident reaches, hears and prints, and that nothing of it stays.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use civic_kiosk::access::{Access, KeyAct, KeyName};
use civic_kiosk::app::event::{ContentEvent, ContentTrouble, PrinterEvent, StaffEvent, Strip, Turn, VoiceEvent};
use civic_kiosk::app::leaflet::Target;
use civic_kiosk::app::model::{HISTORY_MAX, Overlay, Page, Want, What};
use civic_kiosk::app::{Effect, Event, Model, update};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::print::printer::{Delivery, PrintFault};
use civic_kiosk::print::status::PrinterStatus;
use civic_kiosk::store::{Of, Shelf};
use proptest::prelude::*;

use crate::hall::{Sample, morning, sample};

fn seconds(n: u64) -> Event {
    Event::Tick { now: Duration::from_secs(n), wall: morning() }
}

/// The row of the page shown with this title.
fn row(model: &Model, title: &str) -> usize {
    let page = model.leaflet().unwrap();
    let found = page.rows.iter().chain(&page.links).position(|row| row.title == title);
    found.unwrap_or_else(|| panic!("{title} is not on {}", page.title()))
}

/// Opens the row with this title, on whichever page of the list it is.
fn open_titled(model: &mut Model, sample: &Sample, title: &str) {
    while model.leaflet().is_some_and(|page| {
        let is_here = page.rows.iter().chain(&page.links).any(|row| row.title == title);
        !is_here && page.pages.is_some_and(|p| p.page + 1 < p.pages)
    }) {
        turn(model, sample);
    }
    let index = row(model, title);
    open(model, sample, index);
}

/// Opens a row and lets the content answer what it is asked.
fn open(model: &mut Model, sample: &Sample, index: usize) {
    for effect in update(model, Event::Open(index)) {
        answer(model, sample, effect);
    }
}

fn answer(model: &mut Model, sample: &Sample, effect: Effect) {
    if let Effect::Load { visit, want } = effect {
        update(model, sample.answer(visit, want));
    }
}

/// Touches the way to a guide: its office, its row; the guide has not come yet.
fn want(model: &mut Model, sample: &Sample, name: &str) -> Want {
    let guide = sample.guide(name);
    for title in ["我要办", "部门", &sample.hall.org(&guide.org).unwrap().name] {
        open_titled(model, sample, title);
    }
    let index = row(model, &guide.title);
    let mut effects = update(model, Event::Open(index));
    let Some(Effect::Load { want, .. }) = effects.pop() else { panic!("{effects:?}") };
    want
}

/// A visit that has the guide open.
pub fn at_guide(sample: &Sample, name: &str) -> Model {
    let mut model = sample.model();
    update(&mut model, Event::Voice(VoiceEvent::Available));
    begin_at_guide(&mut model, sample, name);
    model
}

/// Begins a visit and opens the guide in it.
pub fn begin_at_guide(model: &mut Model, sample: &Sample, name: &str) {
    update(model, Event::Start);
    let want = want(model, sample, name);
    let answer = sample.answer(model.last_visit, want);
    update(model, answer);
}

fn overlay(model: &Model) -> &Overlay {
    &model.visit.as_ref().unwrap().overlay
}

fn idle_left(model: &Model) -> Option<u32> {
    model.visit.as_ref().unwrap().idle_left_s
}

#[test]
fn every_record_of_the_hall_is_at_most_four_touches_from_home_and_rows_of_lists_five() {
    let sample = sample();
    let reached = crawl(&sample);
    let titles = sample.store.titles().unwrap();
    // Rows of data tables are not searched, but they are opened like all others.
    let rows = sample.store.listing(&Shelf { kind: "row", of: Of::All }, 0).unwrap();
    let all = titles.iter().map(|t| t.id.clone()).chain(rows.records.iter().map(|r| r.id().clone()));
    for id in all.filter(|id| id.name() != "old") {
        let touches = reached.get(&id).copied();
        let most = if id.kind() == "row" { 5 } else { 4 };
        assert!(touches.is_some_and(|n| n <= most), "{id} is {touches:?} touches from home");
    }
    assert!(!reached.keys().any(|id| id.as_str() == "event/old"), "what is over is not announced");
}

/// Every record that can be opened, with the fewest touches from home; turning pages is free.
fn crawl(sample: &Sample) -> BTreeMap<RecordId, usize> {
    let mut reached = BTreeMap::new();
    let mut ways: VecDeque<Vec<(usize, usize)>> = VecDeque::from([Vec::new()]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let mut model = walk(sample, &way);
        let mut turned = 0;
        loop {
            let page = model.leaflet().unwrap();
            for (i, row) in page.rows.iter().chain(&page.links).enumerate() {
                if let Target::Record(id) = &row.to {
                    reached.entry(id.clone()).or_insert(way.len() + 1);
                }
                if way.len() < 4 && seen.insert(format!("{:?}", row.to)) {
                    let mut next = way.clone();
                    next.push((turned, i));
                    ways.push_back(next);
                }
            }
            if page.pages.is_none_or(|p| p.page + 1 >= p.pages) {
                break;
            }
            turn(&mut model, sample);
            turned += 1;
        }
    }
    reached
}

/// A visit that went this way from home: so many pages on, then this row.
fn walk(sample: &Sample, way: &[(usize, usize)]) -> Model {
    let mut model = sample.model();
    update(&mut model, Event::Start);
    for (turns, index) in way {
        for _ in 0..*turns {
            turn(&mut model, sample);
        }
        open(&mut model, sample, *index);
    }
    model
}

fn turn(model: &mut Model, sample: &Sample) {
    for effect in update(model, Event::Turn(Turn::On)) {
        answer(model, sample, effect);
    }
}

#[test]
fn a_long_list_is_turned_page_by_page_and_left_with_one_step_back() {
    let sample = sample();
    let mut model = sample.model();
    update(&mut model, Event::Start);
    for title in ["我要查", "清单", "云川市减材料、减环节、降费用清单"] {
        open_titled(&mut model, &sample, title);
    }
    let first = model.leaflet().unwrap();
    assert_eq!((first.rows.len(), first.pages.map(|p| (p.page, p.pages))), (8, Some((0, 2))));
    assert_eq!(first.rows[0].group, "内容（第1至8条，共12条）");
    assert!(update(&mut model, Event::Turn(Turn::Back)).is_empty(), "there is nothing before the first page");
    turn(&mut model, &sample);
    let second = model.leaflet().unwrap();
    assert_eq!((second.rows.len(), second.rows[0].group.as_str()), (4, "内容（第9至12条，共12条）"));
    assert!(update(&mut model, Event::Turn(Turn::On)).is_empty(), "there is nothing behind the last page");
    update(&mut model, Event::Strip(Strip::Back));
    assert_eq!(model.leaflet().unwrap().title(), "清单");
}

#[test]
fn a_door_shows_only_what_the_content_has() {
    let mut sample = sample();
    sample.hall.counts.retain(|count| !matches!(count.kind.as_str(), "policy" | "village" | "notice"));
    let mut model = sample.model();
    update(&mut model, Event::Start);
    let look = row(&model, "我要看");
    update(&mut model, Event::Open(look));
    let titles: Vec<String> = model.leaflet().unwrap().rows.into_iter().map(|row| row.title).collect();
    assert_eq!(titles, ["公开领域", "重点工作", "项目公示", "活动日程", "各部门"]);
}

#[test]
fn the_hall_can_choose_its_fields_and_their_order() {
    let mut sample = sample();
    let mut site = (*sample.hall.site).clone();
    site.fields = vec!["field/gonggong-wenhua".parse_id()];
    sample.hall.site = site.into();
    let mut model = sample.model();
    update(&mut model, Event::Start);
    for title in ["我要看", "公开领域"] {
        open_titled(&mut model, &sample, title);
    }
    let page = model.leaflet().unwrap();
    assert_eq!(page.rows.iter().map(|r| r.title.as_str()).collect::<Vec<_>>(), ["公共文化服务"]);
    assert_eq!(page.rows[0].note, "政务服务局，暂无目录", "an empty field is shown as empty, not hidden");
}

trait ParseId {
    fn parse_id(&self) -> RecordId;
}

impl ParseId for str {
    fn parse_id(&self) -> RecordId {
        RecordId::parse(self).unwrap()
    }
}

#[test]
fn nothing_is_spoken_that_is_not_shown_and_nothing_shown_is_left_out() {
    let sample = sample();
    for guide in &sample.guides {
        let mut model = at_guide(&sample, guide.id.name());
        let effects = update(&mut model, Event::Strip(Strip::Read));
        let Some(Effect::Speak { script, .. }) = effects.last() else { panic!("{effects:?}") };
        let leaflet = model.leaflet().unwrap();
        let shown: Vec<&str> = leaflet.paragraphs().into_iter().map(|(_, text)| text).collect();
        // Every character of every shown text is in exactly one sentence, in order.
        let mut heard = vec![String::new(); shown.len()];
        for sentence in &script.sentences {
            let text: String =
                shown[sentence.paragraph].chars().skip(sentence.start).take(sentence.end - sentence.start).collect();
            heard[sentence.paragraph].push_str(&text);
        }
        for (shown, heard) in shown.iter().zip(&heard) {
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(visible(shown), visible(heard), "{}", guide.title);
        }
    }
}

#[test]
fn the_sentence_being_spoken_is_the_one_that_is_marked() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Strip(Strip::Read));
    let generation = model.generation;
    update(&mut model, Event::Voice(VoiceEvent::Sentence { generation, index: 0 }));
    let mark = model.mark().unwrap();
    let leaflet = model.leaflet().unwrap();
    assert_eq!(mark.place, leaflet.paragraphs()[0].0);
    // An event of an older readout marks nothing.
    update(&mut model, Event::Strip(Strip::Read));
    assert!(model.mark().is_none());
    update(&mut model, Event::Strip(Strip::Read));
    update(&mut model, Event::Voice(VoiceEvent::Sentence { generation, index: 3 }));
    assert!(model.mark().is_none());
}

#[test]
fn any_action_silences_the_voice_but_a_scroll_does_not() {
    let sample = sample();
    let actions = || {
        vec![
            Event::Strip(Strip::Back),
            Event::Strip(Strip::Home),
            Event::Strip(Strip::Read),
            Event::Strip(Strip::Size),
            Event::Strip(Strip::Contrast),
            Event::Strip(Strip::Reach),
            Event::Strip(Strip::Help),
            Event::Strip(Strip::End),
            Event::Choose { situation: 0, choice: 1 },
            Event::Print,
            Event::TakeAway,
        ]
    };
    for action in actions() {
        let mut model = at_guide(&sample, "elder-card");
        update(&mut model, Event::Strip(Strip::Read));
        let name = format!("{action:?}");
        let effects = update(&mut model, action);
        assert!(matches!(effects.first(), Some(Effect::Silence)), "{name}");
    }
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Strip(Strip::Read));
    assert!(update(&mut model, Event::Touched).is_empty());
}

#[test]
fn without_a_voice_the_button_says_so() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Voice(VoiceEvent::Unavailable("没有可用的声音设备".to_owned())));
    let effects = update(&mut model, Event::Strip(Strip::Read));
    assert!(effects.is_empty());
    let Overlay::Message(message) = overlay(&model) else { panic!("no message") };
    assert!(message.text.starts_with("没有可用的声音设备"));
}

#[test]
fn a_burst_of_taps_prints_one_receipt() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    let prints =
        (0..5).flat_map(|_| update(&mut model, Event::Print)).filter(|e| matches!(e, Effect::Print { .. })).count();
    assert_eq!(prints, 1);
}

#[test]
fn a_receipt_is_called_printed_only_when_the_printer_confirmed_it() {
    let sample = sample();
    let say = |result| {
        let mut model = at_guide(&sample, "elder-card");
        update(&mut model, Event::Print);
        let visit = model.last_visit;
        update(&mut model, Event::Printer(PrinterEvent::Done { visit, result }));
        match overlay(&model) {
            Overlay::Message(message) => message.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(say(Ok(Delivery::Confirmed)).title, "打好了");
    let sent = say(Ok(Delivery::Sent));
    assert!(sent.title.starts_with("已发送") && sent.offers_qr);
    for status in PrinterStatus::ALL.iter().filter(|s| !s.can_print()) {
        let message = say(Err(PrintFault::NotReady(*status)));
        assert_eq!(message.text, status.resident_text());
        assert!(message.offers_qr, "the QR code is the other way out of {status:?}");
    }
}

#[test]
fn a_receipt_never_speaks_to_the_next_resident() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Print);
    let visit = model.last_visit;
    update(&mut model, Event::Strip(Strip::End));
    update(&mut model, Event::Start);
    update(&mut model, Event::Printer(PrinterEvent::Done { visit, result: Ok(Delivery::Confirmed) }));
    assert_eq!(*overlay(&model), Overlay::None);
    let want = Want { what: What::Record(sample.guide("elder-card").id.clone()), page: 0 };
    update(&mut model, sample.answer(visit, want));
    assert!(matches!(model.visit.as_ref().unwrap().page, Page::Home));
}

#[test]
fn a_quiet_visit_is_warned_aloud_then_wiped_and_a_touch_extends_it() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    // The printer is asked all the while; that is no matter here.
    let update = |model: &mut Model, event| {
        let effects = update(model, event).into_iter();
        effects.filter(|effect| !matches!(effect, Effect::AskPrinter)).collect::<Vec<_>>()
    };
    assert!(update(&mut model, seconds(59)).is_empty());
    let effects = update(&mut model, seconds(60));
    assert!(matches!(effects.as_slice(), [Effect::Speak { .. }]), "{effects:?}");
    assert_eq!(idle_left(&model), Some(30));
    assert!(update(&mut model, seconds(61)).is_empty(), "said once");
    assert!(matches!(update(&mut model, Event::Extend).as_slice(), [Effect::Silence]));
    assert_eq!(idle_left(&model), None);
    update(&mut model, seconds(121));
    assert_eq!(idle_left(&model), Some(30));
    update(&mut model, seconds(151));
    assert!(model.visit.is_none());
}

#[test]
fn who_needs_more_time_gets_it() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Strip(Strip::Size));
    update(&mut model, seconds(119));
    assert_eq!(idle_left(&model), None);
    update(&mut model, seconds(120));
    assert!(idle_left(&model).is_some());
}

#[test]
fn a_release_that_arrives_during_a_visit_waits_until_it_is_over() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    let newer = || {
        let mut hall = sample.hall.clone();
        hall.release = 4;
        Event::Content(ContentEvent::Hall(Ok(Box::new(hall))))
    };
    update(&mut model, newer());
    assert_eq!(model.ready_hall().unwrap().release, 3);
    let effects = update(&mut model, Event::Strip(Strip::End));
    assert!(effects.iter().any(|e| matches!(e, Effect::LoadHall)));
    update(&mut model, newer());
    assert_eq!(model.ready_hall().unwrap().release, 4);
}

#[test]
fn without_content_no_visit_begins() {
    for trouble in [ContentTrouble::Empty, ContentTrouble::Damaged] {
        let mut model = sample().model();
        update(&mut model, Event::Content(ContentEvent::Hall(Err(trouble))));
        update(&mut model, Event::Start);
        assert!(model.visit.is_none());
    }
}

#[test]
fn the_warning_gives_back_what_lay_under_it() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::TakeAway);
    update(&mut model, seconds(60));
    assert!(idle_left(&model).is_some());
    update(&mut model, Event::Touched);
    assert_eq!((idle_left(&model), overlay(&model)), (None, &Overlay::Qr));
}

#[test]
fn a_receipt_that_ends_while_a_code_is_scanned_waits_with_its_message() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Print);
    update(&mut model, Event::Close);
    update(&mut model, Event::TakeAway);
    let visit = model.last_visit;
    update(&mut model, Event::Printer(PrinterEvent::Done { visit, result: Ok(Delivery::Confirmed) }));
    assert_eq!(*overlay(&model), Overlay::Qr);
    update(&mut model, Event::Close);
    assert!(matches!(overlay(&model), Overlay::Message(m) if m.title == "打好了"));
}

#[test]
fn a_code_is_offered_only_beside_the_guide_it_belongs_to() {
    let sample = sample();
    let mut model = at_guide(&sample, "elder-card");
    update(&mut model, Event::Print);
    update(&mut model, Event::Strip(Strip::Home));
    let visit = model.last_visit;
    update(&mut model, Event::Printer(PrinterEvent::Done { visit, result: Ok(Delivery::Sent) }));
    assert!(matches!(overlay(&model), Overlay::Message(m) if !m.offers_qr));
}

#[test]
fn a_printer_or_voice_that_never_answers_cannot_hold_a_visit_for_ever() {
    let sample = sample();
    for held in [Event::Print, Event::Strip(Strip::Read)] {
        let mut model = at_guide(&sample, "elder-card");
        update(&mut model, held);
        for second in 1..400 {
            update(&mut model, seconds(second));
        }
        assert!(model.visit.is_none());
    }
}

#[test]
fn a_guide_that_comes_late_does_not_pull_anybody_back() {
    let sample = sample();
    let mut model = sample.model();
    update(&mut model, Event::Start);
    let want = want(&mut model, &sample, "elder-card");
    let index = row(&model, &sample.guide("elder-card").title);
    assert!(update(&mut model, Event::Open(index)).is_empty(), "asked for once");
    update(&mut model, Event::Strip(Strip::Home));
    let answer = sample.answer(model.last_visit, want);
    update(&mut model, answer);
    assert!(matches!(model.visit.as_ref().unwrap().page, Page::Home));
}

#[test]
fn a_guide_that_cannot_be_read_is_not_called_withdrawn() {
    let sample = sample();
    let mut model = sample.model();
    update(&mut model, Event::Start);
    let want = want(&mut model, &sample, "elder-card");
    let visit = model.last_visit;
    update(&mut model, Event::Content(ContentEvent::Page { visit, want, found: Err(ContentTrouble::Damaged) }));
    assert!(matches!(overlay(&model), Overlay::Message(m) if m.title == "这一页读不出来"));
}

/// Any event that a resident, a device or the clock can cause.
fn any_event() -> impl Strategy<Value = u8> {
    any::<u8>()
}

fn event_of(number: u8, model: &Model, sample: &Sample, now: &mut u64) -> Event {
    match number % 28 {
        0 => Event::Start,
        1 => Event::Touched,
        2 | 3 => Event::Turn(if number > 127 { Turn::On } else { Turn::Back }),
        4..=7 => Event::Open(usize::from(number / 28)),
        23..=25 => {
            // Somebody goes by keypad, two presses a second.
            let act = KeyAct::ALL[usize::from(number / 28) % KeyAct::ALL.len()];
            let key = model.keypad.keys(act).next().unwrap_or(KeyName::Char('7'));
            *now += 1;
            Event::Key { key, at: Duration::from_secs(*now) }
        }
        26 => [Event::EyesFree, Event::LearnKeys, Event::Jump(usize::from(number))]
            .into_iter()
            .nth(usize::from(number / 28) % 3)
            .unwrap(),
        8 => Event::Choose { situation: usize::from(number % 3), choice: usize::from(number / 90) },
        9 => Event::Print,
        10 => Event::TakeAway,
        11 => Event::Close,
        12 => Event::Extend,
        13 => Event::Strip(Strip::Back),
        14 => Event::Strip(Strip::Home),
        15 => Event::Strip(Strip::Read),
        16 => Event::Strip(Strip::Size),
        17 => Event::Strip([Strip::Contrast, Strip::Reach][usize::from(number % 2)]),
        18 => Event::Strip(if number > 200 { Strip::End } else { Strip::Help }),
        19 => match model.visit.as_ref().and_then(|visit| visit.wanted.clone()) {
            Some(want) => sample.answer(model.last_visit, want),
            None => Event::Touched,
        },
        20 => Event::Voice(VoiceEvent::Sentence { generation: model.generation, index: usize::from(number) }),
        21 => Event::Voice(if number > 127 {
            VoiceEvent::Available
        } else {
            VoiceEvent::Unavailable("没有声音".to_owned())
        }),
        22 => {
            let result = Err(PrintFault::NotReady(PrinterStatus::PaperOut));
            Event::Printer(PrinterEvent::Done { visit: model.last_visit, result })
        }
        _ => {
            *now += u64::from(number / 8);
            seconds(*now)
        }
    }
}

/// Every way in which a visit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    End,
    Idle,
    ByKey,
    Staff,
}

impl Exit {
    const ALL: [Self; 4] = [Self::End, Self::Idle, Self::ByKey, Self::Staff];
}

fn leave(model: &mut Model, exit: Exit, now: &mut u64) {
    match exit {
        Exit::End => drop(update(model, Event::Strip(Strip::End))),
        Exit::Idle => {
            // Speech and printing hold the timer, but not for ever.
            for _ in 0..900 {
                *now += 1;
                update(model, seconds(*now));
            }
        }
        Exit::ByKey => {
            update(model, Event::Strip(Strip::Home));
            if !model.visit.as_ref().is_some_and(|visit| visit.access.is_eyes_free) {
                update(model, Event::EyesFree);
            }
            for act in [KeyAct::Previous, KeyAct::Activate] {
                *now += 1;
                let key = model.keypad.keys(act).next().unwrap();
                update(model, Event::Key { key, at: Duration::from_secs(*now) });
            }
        }
        Exit::Staff => {
            update(model, Event::Staff(StaffEvent::Enter));
            update(model, Event::Staff(StaffEvent::EnterAnyway));
            update(model, Event::Staff(StaffEvent::Leave));
        }
    }
    if model.visit.is_some() {
        update(model, Event::Strip(Strip::End));
    }
}

/// Hours of people who touch everything, in simulated time.
const MONKEY_HOURS: u64 = 24;

#[test]
fn a_day_of_people_who_touch_everything_leaves_the_terminal_as_it_was() {
    let sample = sample();
    let mut model = sample.model();
    let (mut now, mut seed) = (0_u64, 0x2026_1120_u64);
    let mut sizes = Vec::new();
    let mut visits = 0;
    while now < MONKEY_HOURS * 3_600 {
        // A plain generator: the same day on every machine.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = (seed >> 33) as u8;
        let was_there = model.visit.is_some();
        let event = event_of(number, &model, &sample, &mut now);
        update(&mut model, event);
        now += u64::from(number % 7);
        update(&mut model, seconds(now));
        visits += usize::from(!was_there && model.visit.is_some());
        if number == 0 {
            // Everybody leaves at last, and nothing hinders the end.
            leave(&mut model, Exit::Idle, &mut now);
            assert!(model.visit.is_none() && model.desk.is_none(), "stuck after {now} s");
            sizes.push(format!("{model:?}").len());
        }
    }
    assert!(visits > 100 && sizes.len() > 10, "{visits} visits, {} ends", sizes.len());
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    assert!(last * 100 <= first * 105, "grown from {first} to {last} characters");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_in_a_visit_the_next_one_starts_fresh(numbers in prop::collection::vec(any_event(), 0..120)) {
        let sample = sample();
        let mut model = sample.model();
        let mut now = 0;
        for number in numbers {
            let event = event_of(number, &model, &sample, &mut now);
            update(&mut model, event);
            if let Some(visit) = &model.visit {
                prop_assert!(visit.history.len() <= HISTORY_MAX);
                prop_assert!(model.leaflet().is_some(), "every page has something to show and to say");
            }
        }
        for exit in Exit::ALL {
            leave(&mut model, exit, &mut now);
            prop_assert!(model.visit.is_none() && model.mark().is_none() && model.desk.is_none(), "{exit:?}");
            // A terminal that never had a visitor, told of the same time, devices and content.
            let mut fresh = sample.model();
            (fresh.now, fresh.wall, fresh.voice) = (model.now, model.wall.clone(), model.voice.clone());
            (fresh.last_visit, fresh.generation, fresh.printer) = (model.last_visit, model.generation, model.printer);
            (fresh.taps, fresh.asked_printer) = (model.taps, model.asked_printer);
            (fresh.attract_turn, fresh.attract_since) = (model.attract_turn, model.attract_since);
            prop_assert_eq!(format!("{model:?}"), format!("{fresh:?}"), "{:?}", exit);
            update(&mut model, Event::Start);
            let visit = model.visit.as_ref().unwrap();
            prop_assert!(visit.focus.said.is_none() && visit.focus.trail.is_empty() && visit.pictures.is_empty());
            for tool in [Strip::Size, Strip::Contrast, Strip::Reach] {
                update(&mut model, Event::Strip(tool));
            }
            update(&mut model, Event::EyesFree);
        }
        leave(&mut model, Exit::End, &mut now);
        update(&mut model, Event::Start);
        let visit = model.visit.as_ref().unwrap();
        prop_assert!(matches!(visit.page, Page::Home) && visit.history.is_empty());
        prop_assert_eq!(visit.access, Access::default());
        prop_assert!(visit.overlay == Overlay::None && visit.reading.is_none() && visit.printing.is_none());
    }
}
