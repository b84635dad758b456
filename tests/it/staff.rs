//! Promises of the staff's entry: from the command line, and through every sequence of events.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::app::desk::{Asked, DeskPlace, PAD_IDLE, words};
use civic_kiosk::app::event::{StaffEvent, Strip, Turn};
use civic_kiosk::app::model::Overlay;
use civic_kiosk::app::{Effect, Event, Model, update};
use civic_kiosk::base::clock::{Clock, SimClock, china};
use civic_kiosk::config::Publisher;
use civic_kiosk::session::VisitId;
use civic_kiosk::staff::{Digit, Gate, GateState, People, Pin, Verdict};
use civic_kiosk::sync::{Offer, Order, Progress, Stage, StickSight, Told};
use proptest::prelude::*;

use crate::hall::{Sample, morning, sample};

const PIN: &str = "407196";

/// Runs `kiosk staff …` with a line on its standard input.
fn staff(state: &Path, arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
    command.arg("--state").arg(state).arg("staff").args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses before it reads closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!said.contains("panicked") && !said.contains(PIN), "{said}");
    (output.status.code(), said)
}

#[test]
fn staff_are_put_on_the_list_and_taken_off_it() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let (code, said) = staff(&state, &["list"], "");
    assert_eq!(code, Some(0));
    assert!(said.contains("还没有工作人员"), "{said}");
    assert_eq!(staff(&state, &["set", "李红"], &format!("{PIN}\n")).0, Some(0));
    assert_eq!(staff(&state, &["set", "王强"], "831527").0, Some(0), "without a line end");
    let (_, said) = staff(&state, &["list", "--json"], "");
    let list: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(list["people"], serde_json::json!(["李红", "王强"]));
    let file = state.join("staff.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("$argon2id$") && !text.contains(PIN) && !text.contains("831527"));
    let people = People::load(&file).unwrap();
    assert_eq!(people.who(&Pin::parse(PIN).unwrap()), Some("李红"));
    assert_eq!(staff(&state, &["remove", "李红"], "").0, Some(0));
    let (code, said) = staff(&state, &["remove", "李红"], "");
    assert_eq!((code, said.contains("名单里没有“李红”")), (Some(1), true), "{said}");
    assert!(People::load(&file).unwrap().who(&Pin::parse(PIN).unwrap()).is_none());
}

#[test]
fn a_pin_that_anybody_would_guess_is_refused_in_a_sentence_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        ("000000", "重复的数字"),
        ("123456", "连续的数字"),
        ("876543", "连续的数字"),
        ("40719", "6 至 12 位"),
        ("4071964071964", "6 至 12 位"),
        ("40719x", "只能是数字"),
        ("", "没有 PIN"),
    ];
    for (typed, sentence) in wrong {
        let (code, said) = staff(folder.path(), &["set", "李红"], &format!("{typed}\n"));
        assert_eq!(code, Some(1), "{typed}");
        assert!(said.contains(sentence), "{typed}: {said}");
    }
    let (code, _) = staff(folder.path(), &["set", "李 红"], &format!("{PIN}\n"));
    assert_eq!(code, Some(1), "a name with a space");
    assert!(!folder.path().join("staff.toml").exists());
    assert_eq!(staff(folder.path(), &["set", "李红"], &format!("{PIN}\n")).0, Some(0));
    let (code, said) = staff(folder.path(), &["set", "王强"], &format!("{PIN}\n"));
    assert_eq!((code, said.contains("另选一个")), (Some(1), true), "{said}");
}

/// A terminal with the real gate behind it, that does what effects want.
struct Terminal {
    model: Model,
    gate: Gate,
    clock: Arc<SimClock>,
    orders: Vec<Order>,
    _folder: tempfile::TempDir,
}

impl Terminal {
    fn new(sample: &Sample) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut people = People::default();
        people.set("李红", &Pin::parse(PIN).unwrap()).unwrap();
        people.save(&folder.path().join("staff.toml")).unwrap();
        let clock = Arc::new(SimClock::at(morning().timestamp()));
        let gate = Gate::new(folder.path().join("staff.toml"), folder.path(), Arc::clone(&clock) as Arc<dyn Clock>);
        Self { model: sample.model(), gate, clock, orders: Vec::new(), _folder: folder }
    }

    fn send(&mut self, event: Event) {
        for effect in update(&mut self.model, event) {
            match effect {
                Effect::AskGate { desk } => {
                    let state = self.gate.state();
                    self.send(Event::Staff(StaffEvent::Gate { desk, state }));
                }
                Effect::CheckPin { desk, pin } => {
                    let verdict = self.gate.judge(&pin);
                    self.send(Event::Staff(StaffEvent::Judged { desk, verdict }));
                }
                Effect::Order(order) => self.orders.push(order),
                _ => {}
            }
        }
        assert!(self.model.desk.is_none() || self.model.visit.is_none(), "the desk and a visit at once");
    }

    fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            self.send(Event::Tick { now: self.clock.elapsed(), wall: self.clock.now().to_zoned(china()) });
        }
    }

    fn type_pin(&mut self, pin: &str) {
        for digit in pin.bytes() {
            self.send(Event::Staff(StaffEvent::Digit(Digit::new(digit - b'0').unwrap())));
        }
        self.send(Event::Staff(StaffEvent::Submit));
    }

    fn is_inside(&self) -> bool {
        self.model.desk.as_ref().is_some_and(|desk| matches!(desk.place, DeskPlace::Page(_)))
    }

    fn gate_state(&self) -> Option<GateState> {
        match &self.model.desk.as_ref()?.place {
            DeskPlace::Pad(pad) => pad.gate.clone(),
            DeskPlace::Page(_) => None,
        }
    }
}

fn offer() -> StickSight {
    StickSight::Offers(Offer {
        publisher: Publisher::First,
        release: 4,
        issued: morning().timestamp(),
        bytes: 9_000_000,
        files: 3,
        missing: 0,
        is_newer: true,
        is_expired: false,
    })
}

#[test]
fn the_right_pin_opens_and_the_orders_carry_the_name() {
    let sample = sample();
    let mut terminal = Terminal::new(&sample);
    terminal.send(Event::Staff(StaffEvent::Enter));
    terminal.type_pin(PIN);
    assert!(terminal.is_inside());
    assert_eq!(terminal.orders, [Order::Tell], "the page asks how everything stands");
    terminal.send(Event::Staff(StaffEvent::Ask(Asked::Import)));
    assert_eq!(terminal.orders.len(), 1, "there is no stick to take anything from");
    terminal.send(Event::Upkeep(Told::Stick(offer())));
    for _ in 0..3 {
        terminal.send(Event::Staff(StaffEvent::Ask(Asked::Import)));
    }
    assert_eq!(terminal.orders[1..], [Order::Import { who: "李红".to_owned() }], "an unsteady hand orders once");
}

#[test]
fn a_stick_goes_before_a_pass_over_the_network_and_a_pass_that_broke_bars_nothing_for_ever() {
    let sample = sample();
    let mut terminal = Terminal::new(&sample);
    terminal.wait(1);
    let publisher = Publisher::First;
    let progress = Progress { publisher, stage: Stage::Copying, done_bytes: 1, total_bytes: 2 };
    terminal.send(Event::Upkeep(Told::Progress(progress)));
    terminal.send(Event::Upkeep(Told::Stick(offer())));
    assert_eq!(words::stick_line(&terminal.model.upkeep), Some("发现U盘，工作人员请点这里"));
    terminal.send(Event::Staff(StaffEvent::Enter));
    terminal.type_pin(PIN);
    assert!(!terminal.model.upkeep.can_be_asked(Asked::Scrub));
    terminal.send(Event::Staff(StaffEvent::Ask(Asked::Import)));
    assert_eq!(terminal.orders.last(), Some(&Order::Import { who: "李红".to_owned() }));
    assert_eq!(words::stick_line(&terminal.model.upkeep), Some("正在从U盘更新，请不要拔出"));
    // Not a word more: after five minutes the stick can be ordered again.
    terminal.wait(299);
    assert!(!terminal.model.upkeep.can_be_asked(Asked::Import));
    terminal.wait(1);
    assert!(terminal.model.upkeep.can_be_asked(Asked::Import) && terminal.model.upkeep.progress.is_none());
}

#[test]
fn a_wrong_pin_is_not_kept_and_five_lock_the_pad() {
    let sample = sample();
    let mut terminal = Terminal::new(&sample);
    terminal.send(Event::Staff(StaffEvent::Enter));
    for tries_left in (1..5).rev() {
        terminal.type_pin("831527");
        assert_eq!(terminal.gate_state(), Some(GateState::Open { tries_left }));
        let Some(DeskPlace::Pad(pad)) = terminal.model.desk.as_ref().map(|desk| &desk.place) else { panic!() };
        assert!(pad.pin.is_empty() && pad.was_wrong);
        assert!(!format!("{:?}", terminal.model.desk).contains("831527"));
    }
    terminal.type_pin("831527");
    assert!(matches!(terminal.gate_state(), Some(GateState::Locked { .. })));
    terminal.type_pin(PIN);
    assert!(!terminal.is_inside());
    // The pad goes by itself, and is locked when it comes back, until the time is over.
    terminal.wait(PAD_IDLE.as_secs());
    assert!(terminal.model.desk.is_none());
    terminal.wait(600 - PAD_IDLE.as_secs() - 10);
    terminal.send(Event::Staff(StaffEvent::Enter));
    assert!(matches!(terminal.gate_state(), Some(GateState::Locked { .. })));
    terminal.wait(11);
    assert_eq!(terminal.gate_state(), Some(GateState::Open { tries_left: 5 }), "the lock ends before their eyes");
    terminal.type_pin(PIN);
    assert!(terminal.is_inside());
}

#[test]
fn a_visit_ends_before_staff_come_in_and_only_when_they_say_so() {
    let sample = sample();
    let mut terminal = Terminal::new(&sample);
    terminal.send(Event::Start);
    terminal.send(Event::Staff(StaffEvent::EnterAnyway));
    assert!(terminal.model.visit.is_some(), "nobody asked");
    terminal.send(Event::Staff(StaffEvent::Enter));
    assert_eq!(terminal.model.visit.as_ref().unwrap().overlay, Overlay::Staff);
    terminal.send(Event::Close);
    assert_eq!(terminal.model.visit.as_ref().unwrap().overlay, Overlay::None, "the visit goes on");
    terminal.send(Event::Staff(StaffEvent::Enter));
    terminal.send(Event::Staff(StaffEvent::EnterAnyway));
    assert!(terminal.model.visit.is_none() && terminal.model.desk.is_some());
    terminal.send(Event::Start);
    assert!(terminal.model.visit.is_none(), "no visit begins behind the pad");
}

#[test]
fn the_staff_page_goes_after_two_idle_minutes_and_the_pad_after_half_a_minute() {
    let sample = sample();
    let mut terminal = Terminal::new(&sample);
    terminal.send(Event::Staff(StaffEvent::Enter));
    terminal.wait(29);
    terminal.type_pin(PIN);
    terminal.wait(119);
    assert!(terminal.is_inside());
    terminal.send(Event::Touched);
    terminal.wait(119);
    assert!(terminal.is_inside(), "a touch gives the whole time again");
    terminal.wait(1);
    assert!(terminal.model.desk.is_none());
}

#[test]
fn a_verdict_for_a_pad_that_was_closed_opens_nothing() {
    let sample = sample();
    let mut model = sample.model();
    let mut first = None;
    for _ in 0..2 {
        update(&mut model, Event::Staff(StaffEvent::Enter));
        let desk = model.desk.as_ref().unwrap().id;
        update(&mut model, Event::Staff(StaffEvent::Gate { desk, state: GateState::Open { tries_left: 5 } }));
        for digit in [4, 0, 7, 1, 9, 6] {
            update(&mut model, Event::Staff(StaffEvent::Digit(Digit::new(digit).unwrap())));
        }
        let effects = update(&mut model, Event::Staff(StaffEvent::Submit));
        assert!(matches!(effects[..], [Effect::CheckPin { .. }]), "{effects:?}");
        if first.is_none() {
            first = Some(desk);
            update(&mut model, Event::Staff(StaffEvent::Leave));
        }
    }
    let welcome = Verdict::Welcome { who: "李红".to_owned() };
    update(&mut model, Event::Staff(StaffEvent::Judged { desk: first.unwrap(), verdict: welcome }));
    assert!(matches!(model.desk.as_ref().unwrap().place, DeskPlace::Pad(_)));
}

/// Everything that a hand at the screen, a stick or time can bring; the right PIN is not among it.
fn happening() -> impl Strategy<Value = u8> {
    0u8..48
}

fn event(happening: u8, seconds: &mut u64) -> Event {
    let staff = |event| Event::Staff(event);
    match happening {
        0..=4 => staff(StaffEvent::Enter),
        5 => staff(StaffEvent::EnterAnyway),
        // Without a 4 the PIN cannot be typed.
        6..=15 => staff(StaffEvent::Digit(Digit::new((happening - 6).max(5)).unwrap())),
        16 => staff(StaffEvent::Delete),
        17..=20 => staff(StaffEvent::Submit),
        21 => staff(StaffEvent::Leave),
        22 => staff(StaffEvent::Ask(Asked::Import)),
        23 => staff(StaffEvent::Ask(Asked::Check)),
        24 => staff(StaffEvent::Ask(Asked::Scrub)),
        25 => staff(StaffEvent::PrintTest),
        26 => staff(StaffEvent::Turn(Turn::On)),
        27 => Event::Start,
        28 => Event::Touched,
        29 => Event::Close,
        30 => Event::Extend,
        31 => Event::Strip(Strip::Size),
        32 => Event::Strip(Strip::End),
        33 => Event::Strip(Strip::Home),
        34 => Event::Open(0),
        36 => Event::Upkeep(Told::Changed { withdrawn: Vec::new() }),
        38 => staff(StaffEvent::PrintCheck),
        39 => staff(StaffEvent::Identify),
        40 => staff(StaffEvent::Copy(0)),
        41 => staff(StaffEvent::Saw { question: 1, choice: 2 }),
        42 => staff(StaffEvent::UseProfile),
        37 => staff(StaffEvent::Gate { desk: VisitId::default(), state: GateState::Open { tries_left: 5 } }),
        _ => {
            *seconds += 7;
            Event::Tick { now: Duration::from_secs(*seconds), wall: morning() }
        }
    }
}

thread_local! {
    static HALL: Sample = sample();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// The gate is asked in thought only: whatever it is asked for without the right PIN, it refuses.
    #[test]
    fn nothing_but_the_right_pin_ever_lets_anybody_in(happenings in proptest::collection::vec(happening(), 0..120)) {
        let mut model = HALL.with(Sample::model);
        let mut seconds = 0;
        // What the gate was asked and has not answered yet, and every opening of the desk so far.
        let mut asked = Vec::new();
        let mut openings = BTreeSet::from([VisitId::default()]);
        for happening in happenings {
            let current = model.desk.as_ref().map(|desk| desk.id);
            let is_checking = model.desk.as_ref().is_some_and(|desk| match &desk.place {
                DeskPlace::Pad(pad) => pad.is_checking,
                DeskPlace::Page(_) => false,
            });
            openings.extend(current);
            let welcome = |desk| {
                Event::Staff(StaffEvent::Judged { desk, verdict: Verdict::Welcome { who: "谁".to_owned() } })
            };
            let mut waiting = match happening {
                // The gate answers at last, to whichever opening asked.
                38 | 39 if !asked.is_empty() => {
                    let verdict = Verdict::Refused(GateState::Open { tries_left: 1 });
                    vec![Event::Staff(StaffEvent::Judged { desk: asked.remove(0), verdict })]
                }
                // A welcome for everybody but a pad that waits for one.
                35 => openings.iter().copied().filter(|id| !(is_checking && Some(*id) == current)).map(welcome).collect(),
                other => vec![event(other, &mut seconds)],
            };
            while let Some(event) = waiting.pop() {
                for effect in update(&mut model, event) {
                    match effect {
                        Effect::CheckPin { desk, pin } => {
                            prop_assert!(pin.is_long_enough());
                            asked.push(desk);
                        }
                        Effect::AskGate { desk } => {
                            let state = GateState::Open { tries_left: 5 };
                            waiting.push(Event::Staff(StaffEvent::Gate { desk, state }));
                        }
                        Effect::Order(order) => prop_assert!(false, "{order:?} from somebody who is not in"),
                        Effect::Print { .. } => prop_assert!(false, "a test page for somebody who is not in"),
                        _ => {}
                    }
                }
                prop_assert!(model.desk.is_none() || model.visit.is_none());
                let is_inside =
                    model.desk.as_ref().is_some_and(|desk| matches!(desk.place, DeskPlace::Page(_)));
                prop_assert!(!is_inside, "somebody is in without a PIN");
                let debug = format!("{:?}", model.desk);
                prop_assert!(!debug.contains("digits"), "{}", debug);
            }
        }
    }

    /// Whoever is in is out two minutes after the last touch, whatever else happens meanwhile.
    #[test]
    fn nobody_stays_in_who_does_not_touch(told in proptest::collection::vec(0u8..3, 120..125)) {
        let mut model = HALL.with(Sample::model);
        update(&mut model, Event::Staff(StaffEvent::Enter));
        let desk = model.desk.as_ref().unwrap().id;
        update(&mut model, Event::Staff(StaffEvent::Gate { desk, state: GateState::Open { tries_left: 5 } }));
        for digit in [4, 0, 7, 1, 9, 6] {
            update(&mut model, Event::Staff(StaffEvent::Digit(Digit::new(digit).unwrap())));
        }
        update(&mut model, Event::Staff(StaffEvent::Submit));
        let verdict = Verdict::Welcome { who: "李红".to_owned() };
        update(&mut model, Event::Staff(StaffEvent::Judged { desk, verdict }));
        prop_assert!(model.desk.as_ref().unwrap().page().is_some());
        for (i, told) in told.iter().enumerate() {
            update(&mut model, Event::Tick { now: Duration::from_secs(i as u64 + 1), wall: morning() });
            prop_assert_eq!(model.desk.is_some(), i + 1 < 120, "at {} s", i + 1);
            update(&mut model, match told {
                0 => Event::Upkeep(Told::Standing(Vec::new())),
                1 => Event::Upkeep(Told::Stick(StickSight::Looking)),
                _ => Event::Upkeep(Told::Changed { withdrawn: Vec::new() }),
            });
        }
    }
}
