//! A terminal on a mock screen: real window, real update, the sample hall behind it, devices that answer by script.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use civic_kiosk::access::Panel;
use civic_kiosk::app::event::{ContentEvent, PrinterEvent, StaffEvent, VoiceEvent};
use civic_kiosk::app::find::FindEvent;
use civic_kiosk::app::finder::Indexes;
use civic_kiosk::app::mailroom::{HandIn, HandInTrouble, HandedIn, MailOffer};
use civic_kiosk::app::runner::{EVENTS_MAX, Execute};
use civic_kiosk::app::{Effect, Event};
use civic_kiosk::base::clock::{Clock, SimClock};
use civic_kiosk::content::Due;
use civic_kiosk::content::letter::Number;
use civic_kiosk::input::ink::Ink;
use civic_kiosk::print::Profile;
use civic_kiosk::print::identify::profile_text;
use civic_kiosk::print::printer::{Delivery, PrintFault};
use civic_kiosk::print::spool::Entry;
use civic_kiosk::print::status::PrinterStatus;
use civic_kiosk::staff::{Gate, People, Pin};
use civic_kiosk::sync::Order;
use civic_kiosk::view::{KioskWindow, Outlet, Screen, ui};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions};
use slint::platform::PointerEventButton;
use slint::{ComponentHandle, PhysicalSize};
use tempfile::TempDir;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::cases::progress;
use crate::hall::{Sample, morning, sample};

pub const PANEL: Panel = Panel { width_px: 1080, height_px: 1920, diagonal_inch: 21.5, screen_bottom_mm: 650 };

/// What the effects did, as far as a test wants to know.
#[derive(Default)]
pub struct Doings {
    pub spoken: RefCell<Vec<String>>,
    pub silences: Cell<usize>,
    pub printed: Cell<usize>,
    pub printer: Cell<Option<PrinterStatus>>,
    /// Receipts wait for paper.
    pub is_waiting: Cell<bool>,
    pub orders: RefCell<Vec<Order>>,
    /// The book of receipts.
    pub jobs: RefCell<Vec<Entry>>,
    /// Copies that staff asked for, and who.
    pub copies: RefCell<Vec<(i64, String)>>,
    /// What was handed in.
    pub letters: RefCell<Vec<HandIn>>,
    /// Whether something can be handed in; it can where nothing is said.
    pub mailbox: Cell<Option<MailOffer>>,
    /// Why nothing is kept.
    pub trouble: Cell<Option<HandInTrouble>>,
    /// Sheets of A4.
    pub sheets: Cell<usize>,
}

/// Answers effects at once from the sample hall.
pub struct Answers {
    pub sample: Sample,
    events: Sender<Event>,
    doings: Rc<Doings>,
    gate: Gate,
    staff: TempDir,
    indexes: Option<Indexes>,
}

/// The PIN of 李红, once [`Terminal::with_staff`] wrote it.
pub const PIN: &str = "407196";

impl Execute for Answers {
    fn execute(&mut self, effect: Effect) {
        let event = match effect {
            Effect::LoadHall => Event::Content(ContentEvent::Hall(Ok(Box::new(self.sample.hall.clone())))),
            Effect::Load { visit, want } => self.sample.answer(visit, want),
            Effect::Find { visit, ask } => {
                let findables = || self.sample.store.findables().unwrap().unwrap();
                let indexes = self.indexes.get_or_insert_with(|| Indexes::of(vec![3], findables()));
                // The pad takes a moment to make; only who writes needs it.
                static INK: OnceLock<Option<Ink>> = OnceLock::new();
                let ink = if ask.strokes.0.is_empty() { None } else { INK.get_or_init(Ink::new).as_ref() };
                let mut answer = indexes.at_once(ink, &ask);
                (answer.has_pad, answer.texts) = (true, Some(Vec::new()));
                Event::Find(FindEvent::Answered { visit, serial: ask.serial, answer: Box::new(answer) })
            }
            Effect::Speak { generation, script, from } => {
                *self.doings.spoken.borrow_mut() = script.sentences.iter().map(|s| s.spoken.clone()).collect();
                Event::Voice(VoiceEvent::Sentence { generation, index: from })
            }
            Effect::Forget { .. }
            | Effect::Prepare { .. }
            | Effect::Readout(_)
            | Effect::Rehearse
            | Effect::EndRehearsal => return,
            Effect::AskCase { visit, tap, number, four } => {
                Event::Case { visit, tap, found: Ok(progress(&number, four.reveal())) }
            }
            Effect::LoadPicture { visit, name } => {
                let picture = self.sample.picture(&name);
                Event::Content(ContentEvent::Picture { visit, name, picture })
            }
            Effect::Order(order) => return self.doings.orders.borrow_mut().push(order),
            Effect::AskGate { desk } => Event::Staff(StaffEvent::Gate { desk, state: self.gate.state() }),
            Effect::CheckPin { desk, pin } => Event::Staff(StaffEvent::Judged { desk, verdict: self.gate.judge(&pin) }),
            Effect::AskMailbox => Event::Mailbox(self.doings.mailbox.get().unwrap_or(MailOffer::Open)),
            Effect::HandIn { visit, tap, letter } => {
                let letter = letter.reveal().clone();
                let days = &self.sample.hall.days;
                let due = letter.answer.as_ref().map_or(Due::Unpromised, |a| a.due(Some(morning().date()), days));
                let number =
                    letter.kind.is_answered().then(|| Number::new(morning().date(), [5, 200, 31, 7, 99, 0, 255]));
                let result = match self.doings.trouble.get() {
                    Some(trouble) => Err(trouble),
                    None => {
                        self.doings.letters.borrow_mut().push(letter);
                        Ok(HandedIn { number, at: morning(), due })
                    }
                };
                Event::HandedIn { visit, tap, result }
            }
            Effect::PrintForm { visit, tap, .. } => {
                self.doings.sheets.set(self.doings.sheets.get() + 1);
                Event::FormPrinted { visit, tap, result: Ok(()) }
            }
            Effect::Silence => return self.doings.silences.set(self.doings.silences.get() + 1),
            Effect::Print { visit, .. } => {
                self.doings.printed.set(self.doings.printed.get() + 1);
                if self.doings.is_waiting.get() {
                    let waits = PrinterEvent::Waiting { visit, status: PrinterStatus::PaperOut };
                    return self.events.try_send(Event::Printer(waits)).unwrap();
                }
                let result = match self.doings.printer.get() {
                    None => Ok(Delivery::Confirmed),
                    Some(status) => Err(PrintFault::NotReady(status)),
                };
                Event::Printer(PrinterEvent::Done { visit, result })
            }
            Effect::AskReceipts => Event::Printer(PrinterEvent::Receipts(self.doings.jobs.borrow().clone())),
            Effect::Copy { desk, id, who } => {
                self.doings.copies.borrow_mut().push((id, who));
                Event::Printer(PrinterEvent::Copied { desk, result: Ok(Delivery::Confirmed) })
            }
            Effect::PrintStrip { desk } => Event::Printer(PrinterEvent::Strip { desk, result: Ok(()) }),
            Effect::UseProfile { desk, seen } => {
                let profile = Profile::parse(&profile_text(seen), Path::new("printer.toml")).unwrap();
                Event::Printer(PrinterEvent::Profiled { desk, result: Ok(Box::new(profile)) })
            }
            Effect::AskPrinter => {
                let status = self.doings.printer.get().unwrap_or(PrinterStatus::Ready);
                Event::Printer(PrinterEvent::Status(status))
            }
        };
        self.events.try_send(event).unwrap();
    }
}

/// The terminal.
pub struct Terminal {
    pub screen: Screen<Answers>,
    pub doings: Rc<Doings>,
    events: Receiver<Event>,
    clock: Arc<SimClock>,
    now_s: u64,
}

impl Terminal {
    /// Attract screen, 1080×1920, printer ready, voice ready, half past nine.
    pub fn new() -> Self {
        Self::sized(1080, 1920)
    }

    pub fn sized(width: u32, height: u32) -> Self {
        Self::on(Panel { width_px: width, height_px: height, ..PANEL })
    }

    /// The same on another panel.
    pub fn on(panel: Panel) -> Self {
        Self::of(sample(), panel)
    }

    /// The same in another hall.
    pub fn of(sample: Sample, panel: Panel) -> Self {
        let options =
            TestingBackendOptions { mock_time: true, renderer_name: Some("software".into()), ..Default::default() };
        // Each test thread has its own platform; a second terminal of the same test finds it there.
        let _ = slint::platform::set_platform(Box::new(TestingBackend::new(options)));
        let model = sample.model();
        let (sender, events) = channel(EVENTS_MAX);
        let doings = Rc::new(Doings::default());
        let clock = Arc::new(SimClock::at(morning().timestamp()));
        let staff = tempfile::tempdir().unwrap();
        let gate = Gate::new(staff.path().join("staff.toml"), staff.path(), Arc::clone(&clock) as Arc<dyn Clock>);
        let runner = Answers { sample, events: sender.clone(), doings: Rc::clone(&doings), gate, staff, indexes: None };
        let screen =
            Screen::new(model, panel, &Outlet::new(sender, Arc::clone(&clock) as Arc<dyn Clock>), runner).unwrap();
        screen.window.global::<ui::Tokens>().set_font("Noto Sans CJK SC".into());
        screen.window.window().set_size(PhysicalSize::new(panel.width_px, panel.height_px));
        screen.window.show().unwrap();
        let mut terminal = Self { screen, doings, events, clock, now_s: 0 };
        terminal.send(Event::Voice(VoiceEvent::Available));
        terminal
    }

    /// The same with 李红, who has a PIN.
    pub fn with_staff() -> Self {
        let terminal = Self::new();
        let mut people = People::default();
        people.set("李红", &Pin::parse(PIN).unwrap()).unwrap();
        people.save(&terminal.screen.runner.staff.path().join("staff.toml")).unwrap();
        terminal
    }

    pub fn window(&self) -> &KioskWindow {
        &self.screen.window
    }

    /// Applies an event and everything that follows from it.
    pub fn send(&mut self, event: Event) {
        self.screen.apply(event);
        while let Ok(event) = self.events.try_recv() {
            self.screen.apply(event);
        }
        i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(50));
    }

    /// Time passes, second by second.
    pub fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now_s += 1;
            self.send(Event::Tick { now: Duration::from_secs(self.now_s), wall: morning() });
        }
    }

    /// The elements with this accessible label.
    pub fn labelled(&self, label: &str) -> Vec<ElementHandle> {
        ElementHandle::find_by_accessible_label(self.window(), label).collect()
    }

    /// Touches the middle of the one element with this label, as a finger does.
    pub fn touch(&mut self, label: &str) {
        let found = self.labelled(label);
        assert_eq!(found.len(), 1, "“{label}” is on the screen {} times", found.len());
        // A steady hand: half a second between two touches.
        self.clock.advance(Duration::from_millis(500));
        found[0].mock_single_click(PointerEventButton::Left);
        self.settle();
    }

    /// The time between two presses of a steady hand.
    pub fn rest(&self) {
        self.clock.advance(Duration::from_millis(600));
    }

    /// Touches the last element with this label: the one that lies on top.
    pub fn touch_last(&mut self, label: &str) {
        self.clock.advance(Duration::from_millis(500));
        self.touch_at_once(label);
    }

    /// The same without the time of a steady hand.
    pub fn touch_at_once(&mut self, label: &str) {
        self.labelled(label).pop().expect(label).mock_single_click(PointerEventButton::Left);
        self.settle();
    }

    /// Handles what callbacks sent.
    pub fn settle(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.screen.apply(event);
        }
        i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(50));
    }

    /// Everything in the window that has a role.
    pub fn elements(&self) -> Vec<ElementHandle> {
        ElementQuery::from_root(self.window()).match_descendants().find_all()
    }

    /// Every label on the screen.
    pub fn labels(&self) -> Vec<String> {
        self.elements().iter().filter_map(|e| e.accessible_label().map(String::from)).collect()
    }

    /// Touches the row or door with this title, whatever its second line says; turns the screen until it is in view.
    pub fn touch_row(&mut self, title: &str) {
        for _ in 0..SCREENS_MAX {
            let is_row =
                |label: &str| label == title || label.strip_prefix(title).is_some_and(|rest| rest.starts_with('，'));
            let found = self.elements().into_iter().find(|e| {
                e.accessible_role() == Some(AccessibleRole::Button)
                    && e.accessible_label().is_some_and(|label| is_row(&label))
            });
            if let Some(row) = found {
                self.clock.advance(Duration::from_millis(500));
                row.invoke_accessible_default_action();
                return self.settle();
            }
            let down = self.screen.model.say("下一屏").into_owned();
            self.touch(&down);
        }
        panic!("{title} is on no screen of this page");
    }

    /// Opens a guide from the attract screen, by touch.
    pub fn open_guide(&mut self, name: &str) {
        let guide = self.screen.runner.sample.guide(name).clone();
        let org = self.screen.runner.sample.hall.org(&guide.org).unwrap().clone();
        self.touch("触摸开始");
        for title in ["我要办", "部门", &org.name, &guide.title] {
            self.touch_row(title);
        }
    }
}

/// No page of the hall has more screens.
const SCREENS_MAX: usize = 30;
