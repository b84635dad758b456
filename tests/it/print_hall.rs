//! Promises of printing in a hall as it is: whole visits and the staff's hand, with the real threads, the real book and
//! a printer on a real socket; and a receipt of every record that there is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use civic_kiosk::app::desk::{Desk as StaffSide, DeskPlace, StaffPage};
use civic_kiosk::app::event::{StaffEvent, Strip};
use civic_kiosk::app::model::Overlay;
use civic_kiosk::app::runner::{Devices, EVENTS_MAX, Execute, Runner};
use civic_kiosk::app::{Effect, Event, Model, takeaway, update};
use civic_kiosk::author::read_hall;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Answers;
use civic_kiosk::content::record::kinds;
use civic_kiosk::print::canvas::real_time_at;
use civic_kiosk::print::qr::TEXT_BYTES_MAX;
use civic_kiosk::print::simulator::{Event as PrinterEvent, Machine};
use civic_kiosk::print::{Desk, Matrix, Press, PrinterStatus, Profile, Spool, State};
use civic_kiosk::speech::voice::SilentVoice;
use civic_kiosk::store::Reader;
use tempfile::TempDir;
use tokio::sync::mpsc::{Receiver, channel};

use crate::hall::{Sample, hall_in, morning, sample};
use crate::print::{Hall, hall, read_qr};
use crate::print_faults::all_receipts;
use crate::visit::begin_at_guide;

/// A terminal without a window.
struct Terminal {
    model: Model,
    runner: Runner,
    events: Receiver<Event>,
    sample: Sample,
    clock: Arc<dyn Clock>,
    folder: TempDir,
}

fn terminal(hall: &Hall, profile: &str, is_profile_set: IsProfileSet) -> Terminal {
    let (sample, folder) = (sample(), tempfile::tempdir().unwrap());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let spool = Spool::open(folder.path(), clock.now()).unwrap();
    let desk = Desk::with_spool(Box::new(hall.printer(profile)), spool, Arc::clone(&clock));
    let (sender, events) = channel(EVENTS_MAX);
    let devices = Devices {
        printer: Some(desk),
        profile_file: match is_profile_set {
            IsProfileSet::No => Some(folder.path().join("printer.toml")),
            IsProfileSet::InTheSettings => None,
        },
        voice: Box::new(SilentVoice::new("没有语音")),
        manner: Default::default(),
        rehearsal: None,
        gate: None,
        office_printer: None,
        mailroom: None,
        orders: None,
        searched: Vec::new(),
    };
    let runner = Runner::start(Reader::over(Vec::new()), devices, Arc::clone(&clock), sender);
    let mut model = sample.model();
    model.machine.printer = Some(Profile::builtin(profile).unwrap());
    Terminal { model, runner, events, sample, clock, folder }
}

enum IsProfileSet {
    No,
    InTheSettings,
}

impl Terminal {
    fn send(&mut self, event: Event) {
        for effect in update(&mut self.model, event) {
            match effect {
                // The hall is there already.
                Effect::LoadHall => {}
                Effect::Load { visit, want } => {
                    let answer = self.sample.answer(visit, want);
                    self.send(answer);
                }
                effect => self.runner.execute(effect),
            }
        }
    }

    /// Time passes as it does, until it is so.
    fn until(&mut self, what: &str, is_so: impl Fn(&Model) -> bool) {
        let patience = Instant::now() + Duration::from_secs(40);
        while !is_so(&self.model) {
            assert!(Instant::now() < patience, "{what} never came: {:?} {:?}", self.model.visit, self.model.desk);
            while let Ok(event) = self.events.try_recv() {
                self.send(event);
            }
            self.send(Event::Tick { now: self.clock.elapsed(), wall: morning() });
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A resident comes, opens a guide and asks for its checklist.
    fn resident_prints(&mut self, guide: &str) {
        begin_at_guide(&mut self.model, &self.sample, guide);
        self.send(Event::Print);
    }

    /// 李红 is let in.
    fn staff_come(&mut self) {
        let id = self.model.last_visit.next();
        self.model.last_visit = id;
        let place = DeskPlace::Page(StaffPage::of("李红".to_owned()));
        self.model.desk = Some(StaffSide { place, ..StaffSide::pad(id, self.clock.elapsed()) });
        self.runner.execute(Effect::AskReceipts);
    }

    fn staff(&mut self, event: StaffEvent) {
        self.send(Event::Staff(event));
    }

    fn until_told(&mut self, part: &'static str) {
        self.until(part, |model| told(model).contains(part));
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("printer.toml")
    }
}

fn told(model: &Model) -> &str {
    model.desk.as_ref().and_then(StaffSide::page).map_or("", |page| page.told.as_str())
}

fn message(model: &Model) -> Option<&str> {
    match &model.visit.as_ref()?.overlay {
        Overlay::Message(message) => Some(&message.title),
        _ => None,
    }
}

#[test]
fn of_two_residents_around_an_empty_roll_each_gets_the_own_receipt_or_staff_print_it() {
    let hall = hall(576, &["paper-out-after=200", "mend-after=3500", "forgets"]);
    let mut terminal = terminal(&hall, "generic-80", IsProfileSet::No);
    let title = |terminal: &Terminal, name| terminal.sample.guide(name).title.clone();
    let (first, second) = (title(&terminal, "elder-card"), title(&terminal, "elder-allowance"));
    terminal.resident_prints("elder-card");
    terminal.until("the help", |model| {
        let visit = model.visit.as_ref().unwrap();
        visit.printing.as_ref().is_some_and(|printing| printing.waiting == Some(PrinterStatus::PaperOut))
    });
    assert_eq!(terminal.model.visit.as_ref().unwrap().overlay, Overlay::Printing, "what to do is on the screen");
    terminal.send(Event::Strip(Strip::End));
    // The next one comes while the roll is still empty, and waits.
    terminal.resident_prints("elder-allowance");
    terminal.until("the second receipt", |model| message(model).is_some());
    assert_eq!(message(&terminal.model), Some("打好了"));
    let receipts = all_receipts(&hall);
    let last = receipts.last().unwrap();
    assert!(last.contains(&second) && !last.contains(&first), "{receipts:?}");
    assert!(receipts.iter().all(|text| !text.contains("补打")), "{receipts:?}");
    assert!(receipts.iter().filter(|text| text.contains(&first)).count() <= 1, "{receipts:?}");
    terminal.send(Event::Strip(Strip::End));
    // Staff find the first one's receipt and print it, labelled and with a name in the book.
    terminal.staff_come();
    let jobs = |model: &Model| model.desk.as_ref().and_then(StaffSide::page).map_or(0, |page| page.jobs.len());
    terminal.until("the book", |model| jobs(model) == 2);
    terminal.staff(StaffEvent::Copy(0));
    terminal.staff(StaffEvent::Copy(0));
    terminal.until_told("补打的小票打好了");
    terminal.until("the copy in the book", |model| jobs(model) == 3);
    let receipts = all_receipts(&hall);
    assert!(receipts.len() == 1 && receipts[0].contains("【补打】") && receipts[0].contains(&first), "{receipts:?}");
    let page = terminal.model.desk.as_ref().and_then(StaffSide::page).unwrap();
    let book: Vec<_> = page.jobs.iter().map(|job| (job.state, job.who.as_str(), job.has_payload)).collect();
    assert_eq!(book, [(State::Printed, "李红", false), (State::Printed, "", false), (State::Cancelled, "", false)]);
}

#[test]
fn a_ticket_is_never_lost_while_somebody_changes_the_roll() {
    let hall = hall(576, &["paper-out-after=200", "mend-after=1500", "forgets"]);
    let mut terminal = terminal(&hall, "generic-80", IsProfileSet::No);
    terminal.resident_prints("elder-card");
    terminal.until("the receipt", |model| message(model).is_some());
    assert_eq!(message(&terminal.model), Some("重新打好了"));
    assert!(terminal.model.visit.as_ref().unwrap().printing.is_none());
    assert!(all_receipts(&hall).last().unwrap().contains("【补打】"));
}

#[test]
fn staff_see_what_the_test_page_waits_for_and_it_comes_by_itself() {
    let hall = hall(576, &["cover-open", "mend-after=1500"]);
    let mut terminal = terminal(&hall, "generic-80", IsProfileSet::No);
    terminal.staff_come();
    terminal.send(Event::Tick { now: terminal.clock.elapsed(), wall: morning() });
    terminal.staff(StaffEvent::PrintTest);
    terminal.until_told("打印机盖子没关好，请按紧；好了测试页自动打出来。");
    terminal.until_told("测试页打好了");
    terminal.staff(StaffEvent::PrintCheck);
    terminal.until_told("自检记录打好了");
    let receipts = all_receipts(&hall);
    assert!(
        receipts.len() == 2 && receipts[0].contains("打印测试页") && receipts[1].contains("自检记录"),
        "{receipts:?}"
    );
    terminal.until("both in the book", |model| {
        let page = model.desk.as_ref().and_then(StaffSide::page).unwrap();
        page.jobs
            .iter()
            .map(|job| (job.title.as_str(), job.who.as_str()))
            .eq([("自检记录", "李红"), ("测试页", "李红")])
    });
}

#[test]
fn an_unknown_printer_is_set_up_at_the_terminal_and_is_that_model_from_then_on() {
    let hall = hall(640, &[]);
    let mut terminal = terminal(&hall, "generic-80", IsProfileSet::No);
    terminal.staff_come();
    terminal.staff(StaffEvent::Identify);
    terminal.until_told("识别条已发送");
    assert!(all_receipts(&hall).concat().contains("1 国标"));
    for (question, choice) in [(0, 3), (1, 2), (2, 0), (3, 1)] {
        terminal.staff(StaffEvent::Saw { question, choice });
    }
    terminal.staff(StaffEvent::UseProfile);
    terminal.until_told("已换用“通用 80 毫米热敏打印机”");
    let profile = Profile::read(&terminal.path()).unwrap();
    assert_eq!((profile.paper_width_dots, profile.columns), (640, 53));
    assert_eq!(terminal.model.machine.printer.as_ref(), Some(&profile));
    terminal.send(Event::Tick { now: terminal.clock.elapsed(), wall: morning() });
    terminal.staff(StaffEvent::PrintTest);
    terminal.until_told("测试页打好了");
    assert!(all_receipts(&hall).concat().contains("640 点，一行 53 列"));
}

#[test]
fn what_an_administrator_wrote_is_not_overruled_by_a_touch() {
    let hall = hall(576, &[]);
    let mut terminal = terminal(&hall, "generic-80", IsProfileSet::InTheSettings);
    terminal.staff_come();
    terminal.staff(StaffEvent::Identify);
    terminal.until_told("识别条已发送");
    for question in 0..4 {
        terminal.staff(StaffEvent::Saw { question, choice: 0 });
    }
    terminal.staff(StaffEvent::UseProfile);
    terminal.until_told("打印机配置没有换：设置文件里写明了打印机配置");
    assert!(!terminal.path().exists());
}

/// The ids of every record of a folder of content, by kind.
fn ids_of(folder: &str) -> BTreeMap<&'static str, Vec<RecordId>> {
    let mut ids: BTreeMap<&'static str, Vec<RecordId>> = BTreeMap::new();
    for read in read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).records {
        let id = read.record.id().clone();
        let kind = kinds().into_iter().find(|kind| kind.kind == id.kind()).unwrap().kind;
        ids.entry(kind).or_default().push(id);
    }
    ids
}

#[test]
fn every_record_of_the_sample_content_is_a_receipt_and_the_command_line_prints_one_of_each_kind() {
    let ids = ids_of("content");
    let missing: Vec<&str> = kinds().iter().map(|kind| kind.kind).filter(|kind| !ids.contains_key(kind)).collect();
    assert!(missing.is_empty(), "the sample content has no {missing:?}");
    let sample = hall_in("content");
    let (wide, narrow) = (Profile::builtin("generic-80").unwrap(), Profile::builtin("generic-58").unwrap());
    let mut press = Press::new();
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("receipt.png");
    let mut count = 0;
    for (kind, ids) in ids {
        for (n, id) in ids.iter().enumerate() {
            let opened = sample.store.opened(id, 0).unwrap().unwrap_or_else(|| panic!("{id} is not there"));
            let answers = Answers::default();
            let document = takeaway::receipt(&sample.hall, &opened, &answers, morning()).unwrap();
            let job = press.job(&document, &wide).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert!(job.lacking.is_empty(), "{id} lacks {:?}", job.lacking);
            assert_eq!(real_time_at(&job.bytes), None, "{id}");
            count += 1;
            if n > 0 {
                continue;
            }
            assert!(press.job(&document, &narrow).is_ok(), "{id}");
            command_line_prints(sample.folder.path(), id);
            let payload = takeaway::payload(&sample.hall, &opened, &answers, Some(&morning()));
            let mut printer = Machine::new(576, Vec::new()).unwrap();
            let [PrinterEvent::Receipt(receipt)] = &printer.feed(&job.bytes).events[..] else {
                panic!("{kind}: not one receipt without a complaint");
            };
            std::fs::write(&png, &receipt.png).unwrap();
            let (code, said) = (read_qr(&png), payload.fit(TEXT_BYTES_MAX).unwrap());
            // A code on paper may hold less than one on the screen.
            let begins = code.chars().zip(said.chars()).take_while(|(a, b)| a == b).count();
            assert!(code == said || begins > 60, "{id}: {code}");
            assert!(Matrix::encode(&code).is_ok());
        }
    }
    assert!(count > 400, "{count}");
}

/// Prints a record of that state folder into a file.
fn command_line_prints(state: &Path, id: &RecordId) {
    let file = state.join("receipt.bin");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
    command.arg("--state").arg(state).args(["print", "--record", id.as_str(), "--to"]);
    let output = command.arg(format!("file:{}", file.display())).output().unwrap();
    assert!(output.status.success(), "{id}: {}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(&[0x1B, 0x40]) && bytes.len() > 300, "{id}: {} bytes", bytes.len());
    std::fs::remove_file(file).unwrap();
}
