//! By keypad and ear: every page of the hall can be gone through, everything on it is said, and nothing is a trap.

use std::collections::BTreeSet;
use std::time::Duration;

use civic_kiosk::access::{KeyAct, KeyName};
use civic_kiosk::app::event::{ContentEvent, Event, Strip, VoiceEvent};
use civic_kiosk::app::find::FindEvent;
use civic_kiosk::app::finder::Indexes;
use civic_kiosk::app::leaflet::{Row, Target};
use civic_kiosk::app::mailroom::{HandIn, HandedIn, MailOffer};
use civic_kiosk::app::model::{Overlay, Page, Scene, Voice};
use civic_kiosk::app::stops::{Deed, Role, State, Stop};
use civic_kiosk::app::{Effect, Model, update};
use civic_kiosk::content::Due;
use civic_kiosk::content::letter::Number;
use civic_kiosk::speech::headphones::Hearing;
use civic_kiosk::speech::{Chime, Script};

use crate::cases::progress;
use crate::hall::{Sample, morning, sample};

/// Somebody with headphones and a keypad.
pub struct Ear {
    pub sample: Sample,
    pub model: Model,
    pub said: Vec<Script>,
    /// The sentence that was said first.
    from: usize,
    /// What was made ready last.
    ready: Script,
    pub at: Duration,
    /// What was handed in.
    pub letters: Vec<HandIn>,
    indexes: Option<Indexes>,
}

impl Ear {
    pub fn new() -> Self {
        Self::in_hall(sample())
    }

    pub fn in_hall(sample: Sample) -> Self {
        let model = sample.model();
        let (said, letters) = (Vec::new(), Vec::new());
        let ready = Script::default();
        let mut ear = Self { sample, model, said, from: 0, ready, at: Duration::ZERO, letters, indexes: None };
        ear.send(Event::Voice(VoiceEvent::Available));
        ear.send(Event::Mailbox(MailOffer::Open));
        ear
    }

    pub fn send(&mut self, event: Event) {
        let mut effects = update(&mut self.model, event);
        while !effects.is_empty() {
            let answers: Vec<Event> = effects.drain(..).filter_map(|effect| self.answer(effect)).collect();
            effects = answers.into_iter().flat_map(|event| update(&mut self.model, event)).collect();
        }
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Load { visit, want } => Some(self.sample.answer(visit, want)),
            Effect::LoadHall => Some(Event::Content(ContentEvent::Hall(Ok(Box::new(self.sample.hall.clone()))))),
            Effect::Find { visit, ask } => {
                let findables = || self.sample.store.findables().unwrap().unwrap();
                let indexes = self.indexes.get_or_insert_with(|| Indexes::of(vec![3], findables()));
                let answer = Box::new(indexes.at_once(None, &ask));
                Some(Event::Find(FindEvent::Answered { visit, serial: ask.serial, answer }))
            }
            Effect::AskMailbox => Some(Event::Mailbox(MailOffer::Open)),
            Effect::HandIn { visit, tap, letter } => {
                let letter = letter.reveal().clone();
                let number =
                    letter.kind.is_answered().then(|| Number::new(morning().date(), [5, 200, 31, 7, 99, 0, 255]));
                let days = &self.sample.hall.days;
                let due = letter.answer.as_ref().map_or(Due::Unpromised, |a| a.due(Some(morning().date()), days));
                self.letters.push(letter);
                Some(Event::HandedIn { visit, tap, result: Ok(HandedIn { number, at: morning(), due }) })
            }
            Effect::AskCase { visit, tap, number, four } => {
                Some(Event::Case { visit, tap, found: Ok(progress(&number, four.reveal())) })
            }
            Effect::Speak { script, from, .. } => {
                self.said.push(script);
                self.from = from;
                None
            }
            Effect::Prepare { script } => {
                self.ready = script;
                None
            }
            _ => None,
        }
    }

    /// A press of a steady hand.
    pub fn press(&mut self, act: KeyAct) {
        self.at += Duration::from_millis(600);
        self.press_at_once(act);
    }

    fn press_at_once(&mut self, act: KeyAct) {
        let key = self.model.keypad.keys(act).next().unwrap();
        self.send(Event::Key { key, at: self.at });
    }

    pub fn place(&self) -> usize {
        self.model.visit.as_ref().unwrap().focus.at
    }

    pub fn stop(&self) -> Stop {
        self.model.stops().swap_remove(self.place())
    }

    fn scene(&self) -> Scene {
        Scene::of(self.model.visit.as_ref().unwrap())
    }

    /// Goes on until it comes to the stop with this label.
    pub fn go_to(&mut self, label: &str) {
        let of = self.model.stops().len();
        for _ in 0..of {
            if self.stop().label.starts_with(label) {
                return;
            }
            self.press(KeyAct::Next);
        }
        panic!("“{label}” is nowhere: {:?}", self.model.stops().iter().map(|s| s.label.clone()).collect::<Vec<_>>());
    }

    fn is_said(&self, line: &str) -> bool {
        let announced = Script::of_interface(&[line]).after(Chime::Warning);
        self.said.last().is_some_and(|said| [Script::of_lines(&[line]), announced].contains(said))
    }
}

#[test]
fn any_key_of_the_keypad_begins_a_visit_by_ear_and_the_first_press_does_nothing_else() {
    for act in KeyAct::ALL.into_iter().filter(|act| act.is_needed()) {
        let mut ear = Ear::new();
        ear.press(act);
        let visit = ear.model.visit.as_ref().unwrap();
        assert!(
            visit.access.is_eyes_free && matches!(visit.page, Page::Home) && visit.overlay == Overlay::None,
            "{act:?}"
        );
        let said = ear.said.last().unwrap();
        assert!(said.sentences[0].spoken.contains("语音操作开始"), "{act:?}");
    }
    let mut ear = Ear::new();
    ear.send(Event::Key { key: KeyName::parse("F9").unwrap(), at: ear.at });
    assert!(ear.model.visit.is_none(), "a key without a meaning does nothing");
}

#[test]
fn every_page_of_the_hall_is_gone_through_without_a_trap_and_all_of_it_is_said() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Help);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    let (mut pages, mut actions) = (0, 0);
    while let Some(way) = ways.pop() {
        ear.send(Event::Strip(Strip::Home));
        for row in &way {
            ear.send(Event::Open(*row));
        }
        pages += 1;
        let stops = ear.model.stops();
        let start = ear.place();
        let place = format!("{way:?} “{}”", stops[0].label);
        // Once around: everything is come to and said, and after the last comes the first.
        for step in 0..stops.len() {
            let at = (start + step) % stops.len();
            assert!(ear.is_said(&stops[at].spoken(at, stops.len())) || step == 0, "{place}: stop {at} is not said");
            ear.press(KeyAct::Next);
        }
        assert_eq!(ear.place(), start, "{place} is no circle");
        ear.press(KeyAct::Previous);
        ear.press(KeyAct::Next);
        assert_eq!(ear.place(), start, "{place}: one cannot go back");
        actions += stops.iter().filter(|stop| stop.deed.is_some()).count();
        // What can be read aloud is among the stops, word for word.
        let leaflet = ear.model.leaflet().unwrap();
        for (_, text) in leaflet.paragraphs() {
            assert!(stops.iter().any(|stop| stop.label.contains(text)), "{place}: “{text}” is at no stop");
        }
        for (row, to) in leaflet.rows.iter().chain(&leaflet.links).map(|row| row.to.clone()).enumerate() {
            // What is printed is no page.
            if ![Target::Find, Target::Blank].contains(&to) && known.insert(format!("{to:?}")) {
                // Opened by key, and left by key to the same row.
                let scene = ear.scene();
                let at = stops.iter().position(|stop| stop.deed == Some(Deed::Open(row))).unwrap();
                while ear.place() != at {
                    ear.press(KeyAct::Next);
                }
                ear.press(KeyAct::Activate);
                assert!(ear.scene() != scene, "{place}: row {row} opens nothing");
                ear.press(KeyAct::Back);
                assert!(ear.scene() == scene && ear.place() == at, "{place}: one does not come back to row {row}");
                ways.push([way.clone(), vec![row]].concat());
            }
        }
    }
    assert!(pages > 60 && actions > 600, "{pages} pages with {actions} actions are not the hall");
}

#[test]
fn what_a_page_begins_with_was_made_ready_where_its_row_stands() {
    let mut ear = Ear::new();
    ear.send(Event::Start);
    for title in ["我要办", "部门", "云川市民政局", ""] {
        let leaflet = ear.model.leaflet().unwrap();
        let leads = |row: &Row| row.title == title || (title.is_empty() && matches!(row.to, Target::Record(_)));
        let row = leaflet.rows.iter().chain(&leaflet.links).position(leads).unwrap();
        let before = std::mem::take(&mut ear.ready);
        ear.send(Event::Open(row));
        let here = ear.ready.clone();
        ear.send(Event::Strip(Strip::Read));
        let said = ear.said.last().unwrap().sentences.iter().find(|sentence| sentence.is_heard()).unwrap().clone();
        for (ready, page) in [(before, "before"), (here, "itself")] {
            assert!(
                ready.sentences.iter().any(|s| s.spoken == said.spoken),
                "{title}: not on the page {page}: {ready:?}"
            );
        }
    }
}

#[test]
fn a_guide_is_answered_printed_and_taken_home_by_key_alone() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    for row in ["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"] {
        ear.go_to(row);
        ear.press(KeyAct::Activate);
    }
    assert_eq!((ear.stop().role, ear.stop().label.as_str()), (Role::Title, "高龄津贴申请和年度核查"));
    ear.go_to("年度核查");
    assert_eq!((ear.stop().role, ear.stop().state), (Role::Choice, State::NotChosen));
    ear.press(KeyAct::Activate);
    assert_eq!(ear.stop().state, State::Chosen);
    assert!(ear.is_said(&ear.stop().spoken(ear.place(), ear.model.stops().len())), "its new state is said");
    ear.go_to("打印清单");
    ear.press(KeyAct::Activate);
    assert_eq!(ear.stop().label, "正在打印", "what comes over the page is where one is");
    ear.press(KeyAct::Back);
    assert_eq!(ear.stop().label, "打印清单", "and behind it one is where one was");
    ear.go_to("扫码带走");
    ear.press(KeyAct::Activate);
    assert_eq!(ear.model.visit.as_ref().unwrap().overlay, Overlay::Qr);
    ear.press(KeyAct::Home);
    assert!(matches!(ear.model.visit.as_ref().unwrap().page, Page::Home));
    ear.go_to("结束");
    ear.press(KeyAct::Activate);
    assert!(ear.stop().label.contains("您满意吗"), "who was served is asked how");
    ear.go_to("跳过");
    ear.press(KeyAct::Activate);
    assert!(ear.model.visit.is_none());
    assert!(ear.is_said("这次使用结束了，按任意键重新开始。"));
}

#[test]
fn a_key_held_or_pressed_twice_by_an_unsteady_hand_counts_once() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    ear.press(KeyAct::Next);
    let at = ear.place();
    for _ in 0..20 {
        ear.press_at_once(KeyAct::Next);
    }
    assert_eq!(ear.place(), at);
    ear.at += Duration::from_millis(499);
    ear.press_at_once(KeyAct::Next);
    assert_eq!(ear.place(), at);
    ear.at += Duration::from_millis(1);
    ear.press_at_once(KeyAct::Next);
    assert_eq!(ear.place(), at + 1);
    ear.press_at_once(KeyAct::Previous);
    assert_eq!(ear.place(), at, "another key is another press");
}

#[test]
fn help_says_again_where_one_is_and_a_tool_says_how_it_stands() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Help);
    ear.go_to("大字");
    let before = ear.said.len();
    ear.press(KeyAct::Help);
    assert_eq!(ear.said.len(), before + 1);
    ear.press(KeyAct::Activate);
    assert_eq!(ear.stop().state, State::On);
    assert!(ear.is_said(&ear.stop().spoken(ear.place(), ear.model.stops().len())));
    ear.go_to("返回");
    assert_eq!(ear.stop().state, State::Disabled);
    ear.press(KeyAct::Activate);
    assert!(matches!(ear.model.visit.as_ref().unwrap().page, Page::Home));
}

#[test]
fn whoever_goes_by_ear_has_twice_the_time_and_any_key_goes_on_after_the_warning() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    let tick = |ear: &mut Ear, now_s: u64| {
        // The voice has come to its end.
        let generation = ear.model.generation;
        ear.send(Event::Voice(VoiceEvent::Finished { generation }));
        ear.send(Event::Tick { now: Duration::from_secs(now_s), wall: morning() });
    };
    tick(&mut ear, 119);
    assert_eq!(ear.model.visit.as_ref().unwrap().idle_left_s, None);
    tick(&mut ear, 121);
    assert_eq!(ear.model.visit.as_ref().unwrap().idle_left_s, Some(30));
    assert!(ear.is_said("还在用吗？要继续，请按任意键。"));
    let at = ear.place();
    ear.press(KeyAct::Next);
    assert_eq!((ear.model.visit.as_ref().unwrap().idle_left_s, ear.place()), (None, at), "it only goes on");
    assert!(ear.is_said(&ear.stop().spoken(at, ear.model.stops().len())));
}

#[test]
fn the_page_of_keys_says_what_each_key_does_and_two_presses_of_back_leave_it() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    ear.send(Event::LearnKeys);
    ear.press(KeyAct::Home);
    assert!(ear.is_said("Home键，回到首页"));
    let unknown = KeyName::parse("F9").unwrap();
    ear.send(Event::Key { key: unknown, at: ear.at });
    assert!(ear.is_said("F9键（F9），没有设定功能"));
    ear.press(KeyAct::Back);
    assert!(matches!(ear.model.visit.as_ref().unwrap().overlay, Overlay::Keys(Some(_))));
    ear.press(KeyAct::Back);
    assert_eq!(ear.model.visit.as_ref().unwrap().overlay, Overlay::None);
}

#[test]
fn staff_are_called_with_a_chime_that_the_hall_hears_and_not_again_at_once() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    let calls = |ear: &Ear| ear.said.iter().filter(|s| s.sentences[0].chime == Some(Chime::StaffCall)).count();
    let title = |ear: &Ear| match &ear.model.visit.as_ref().unwrap().overlay {
        Overlay::Message(message) => message.title.clone(),
        other => panic!("{other:?}"),
    };
    ear.send(Event::Strip(Strip::Help));
    ear.go_to("请工作人员过来");
    ear.press(KeyAct::Activate);
    let said: String = ear.said.last().unwrap().sentences.iter().map(|s| s.spoken.as_str()).collect();
    assert!(said.contains("请工作人员过来") && said.contains("没有人来"), "{said}");
    assert_eq!((calls(&ear), title(&ear).as_str()), (1, "已经响铃"));
    // Who presses again is told, and the hall is left in peace.
    ear.send(Event::CallStaff);
    assert_eq!((calls(&ear), title(&ear).as_str()), (1, "已经响铃"));
    ear.send(Event::Tick { now: Duration::from_secs(25), wall: morning() });
    ear.send(Event::CallStaff);
    assert_eq!(calls(&ear), 2);
    // In headphones the hall hears nothing, and the resident is not told that it did.
    ear.send(Event::Tick { now: Duration::from_secs(50), wall: morning() });
    ear.send(Event::Headphones(Hearing::Headphones));
    ear.send(Event::CallStaff);
    assert_eq!((calls(&ear), title(&ear).as_str()), (2, "没有响铃"));
    // Without a voice there is no such button.
    ear.send(Event::Voice(VoiceEvent::Unavailable("没有声音设备".to_owned())));
    ear.send(Event::Strip(Strip::Help));
    assert!(!ear.model.stops().iter().any(|stop| stop.label == "请工作人员过来"));
}

#[test]
fn what_is_typed_by_key_is_said_and_shows_in_no_debug_output() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    for row in ["我要查", "打字或手写查找"] {
        ear.go_to(row);
        ear.press(KeyAct::Activate);
    }
    for letter in ["s", "f", "z"] {
        ear.go_to(letter);
        ear.press(KeyAct::Activate);
    }
    let said = &ear.said.last().unwrap().sentences[0].spoken;
    assert_eq!(*said, Script::of_lines(&["sfz"]).sentences[0].spoken, "what stands there now is said first");
    assert!(ear.model.stops().iter().any(|stop| stop.role == Role::Field && stop.label.contains("s'f'z")));
    assert!(!format!("{:?}", ear.model.visit).contains("sfz"));
}

#[test]
fn without_a_voice_the_keys_still_go_through_the_page_and_headphones_pulled_out_are_silence() {
    let mut ear = Ear::new();
    ear.send(Event::Voice(VoiceEvent::Unavailable("没有声音设备".to_owned())));
    assert!(matches!(ear.model.voice, Voice::Absent(_)));
    ear.press(KeyAct::Next);
    ear.press(KeyAct::Next);
    assert_eq!((ear.place(), ear.said.len()), (1, 0));
}

/// The voice has come to this sentence of the page.
fn hear(ear: &mut Ear, index: usize) {
    let generation = ear.model.generation;
    ear.send(Event::Voice(VoiceEvent::Sentence { generation, index }));
}

#[test]
fn a_readout_waits_while_one_goes_on_by_key_and_is_taken_up_where_it_was() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    ear.go_to("我要办");
    ear.press(KeyAct::Activate);
    ear.go_to("朗读");
    ear.press(KeyAct::Activate);
    let page = ear.said.last().unwrap().clone();
    hear(&mut ear, 2);
    let row = ["上一句", "暂停", "下一句", "重读", "慢一点", "快一点", "小声", "大声"];
    let labels = |ear: &Ear| ear.model.stops().into_iter().map(|stop| stop.label).collect::<Vec<_>>();
    assert!(row.iter().all(|label| labels(&ear).contains(&(*label).to_owned())), "{:?}", labels(&ear));
    // A key says the next stop; the readout is not lost by it.
    ear.press(KeyAct::Previous);
    assert!(ear.is_said(&ear.stop().spoken(ear.place(), ear.model.stops().len())));
    assert_eq!(ear.model.visit.as_ref().unwrap().readout_at(), Some(2));
    ear.go_to("继续");
    ear.press(KeyAct::Activate);
    assert_eq!(ear.said.last(), Some(&page), "the page goes on");
    hear(&mut ear, 2);
    assert_eq!(ear.stop().label, "暂停");
    ear.press(KeyAct::Activate);
    assert_eq!((ear.stop().label.as_str(), ear.model.visit.as_ref().unwrap().readout_at()), ("继续", Some(2)));
    ear.go_to("停止");
    ear.press(KeyAct::Activate);
    assert_eq!(ear.model.visit.as_ref().unwrap().readout_at(), None);
    assert!(!labels(&ear).contains(&"重读".to_owned()));
}

#[test]
fn a_line_that_is_come_to_is_read_on_from_there() {
    let mut ear = Ear::new();
    ear.press(KeyAct::Next);
    for row in ["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"] {
        ear.go_to(row);
        ear.press(KeyAct::Activate);
    }
    ear.go_to("要带的材料");
    ear.press(KeyAct::Activate);
    let reading = ear.model.visit.as_ref().unwrap().reading.as_ref().unwrap();
    let place = reading.places[reading.sentences[ear.from].paragraph];
    let leaflet = ear.model.leaflet().unwrap();
    let (_, text) = leaflet.paragraphs().into_iter().find(|(known, _)| *known == place).unwrap();
    assert_eq!(text, "要带的材料");
}
