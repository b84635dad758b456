//! What residents hand in: numbered, sealed, kept and delivered exactly once, whatever happens in between, and readable
//! for nobody but the office.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use civic_kiosk::app::Event;
use civic_kiosk::app::mailroom::{HandIn, HandInTrouble, HandedIn, MailOffer, Mailroom, Order};
use civic_kiosk::app::worker::Worker;
use civic_kiosk::base::clock::{Clock, SimClock};
use civic_kiosk::base::private::Private;
use civic_kiosk::content::form::{FormAnswer, Received};
use civic_kiosk::content::letter::{LETTER_BYTES_MAX, Letter, LetterEntry, LetterKind, Mailbox};
use civic_kiosk::outbox::{Book, LetterState, Opener};
use civic_kiosk::session::VisitId;
use civic_kiosk::sync::{Line, Patience, Uplink};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::office::{Office, edition, hall, id, in_days, today};
use crate::support::receiver::{Receiver as OfficeMachine, holds};
use crate::support::terminal::Terminal;
use crate::support::web::{Reply, Then, Web};

/// What no disk, log or core may ever hold.
const CANARY: &str = "340524198001010016";

fn hand_in(kind: LetterKind) -> Private<HandIn> {
    let entry = LetterEntry {
        id: "idno".into(),
        label: "居民身份证号码".into(),
        copy: 0,
        text: CANARY.into(),
        value: String::new(),
    };
    Private::new(HandIn {
        kind,
        record: id("form/ysqgk"),
        title: "政府信息公开申请表".into(),
        org: Some(id("org/civil")),
        release: 1,
        answer: Some(FormAnswer { days: 20, received: Some(Received::Handed) }),
        helper: None,
        entries: vec![entry],
    })
}

/// A terminal with a release that names an office, and the office's private key.
struct Hall {
    office: Office,
    terminal: Terminal,
    identity: Private<String>,
    clock: Arc<SimClock>,
    book: Arc<Mutex<Book>>,
}

impl Hall {
    async fn open() -> Self {
        let (identity, public) = Opener::generate();
        let office = Office::open().await;
        publish(&office, vec![public], today()).await;
        let terminal = Terminal::with(&office).await;
        let book = Arc::new(Mutex::new(Book::open(terminal.state()).unwrap()));
        Self { office, terminal, identity, clock: Arc::new(SimClock::at(today())), book }
    }

    fn mailroom(&self) -> Mailroom {
        Mailroom {
            state_dirs: vec![self.terminal.state().to_owned()],
            terminal: "k01".into(),
            book: Arc::clone(&self.book),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
        }
    }

    /// The mailroom on its thread, as the terminal runs it.
    fn at_work(&self) -> (Worker<Order>, Receiver<Event>) {
        let (tell, told) = sync_channel(64);
        let mailroom = self.mailroom();
        let tell = move |event| tell.send(event).unwrap();
        (Worker::spawn("mailroom", 8, move |inbox| mailroom.attend(inbox, tell)), told)
    }

    /// What the office reads in a sealed letter.
    fn opened(&self, sealed: &[u8]) -> Letter {
        let opener = Opener::read(self.identity.reveal()).unwrap();
        Letter::parse(opener.open(sealed).unwrap().reveal()).unwrap()
    }

    fn uplink(&self, web: &Web) -> Uplink {
        let patience =
            Patience { connect: Duration::from_secs(2), read: Duration::from_millis(200), ..Patience::default() };
        Uplink::on(&Line::new(None, patience).unwrap(), &web.address, "k01").unwrap()
    }
}

async fn publish(office: &Office, recipients: Vec<String>, now: Timestamp) {
    let mailbox = Some(Mailbox { recipients, desks: Vec::new() });
    let edition = civic_kiosk::release::Edition { mailbox, ..edition(hall("第一版")) };
    office.publish_edition(edition, now).await.unwrap();
}

fn order(tap: u64) -> Order {
    Order::HandIn { visit: VisitId::default().next(), tap, letter: Box::new(hand_in(LetterKind::Application)) }
}

fn handed_in(told: &Receiver<Event>) -> Result<HandedIn, HandInTrouble> {
    loop {
        if let Event::HandedIn { result, .. } = told.recv_timeout(Duration::from_secs(20)).unwrap() {
            return result;
        }
    }
}

fn offer(told: &Receiver<Event>) -> MailOffer {
    loop {
        if let Event::Mailbox(offer) = told.recv_timeout(Duration::from_secs(20)).unwrap() {
            return offer;
        }
    }
}

#[tokio::test]
async fn what_is_handed_in_has_a_number_and_a_day_and_only_the_office_reads_it() {
    let hall = Hall::open().await;
    let done = hall.mailroom().hand_in(hand_in(LetterKind::Application).reveal()).unwrap();
    let number = done.number.clone().unwrap();
    assert!(number.as_str().starts_with("260302-"), "{number}");
    // Twenty working days from 2 March 2026.
    assert_eq!(done.due.date(), Some(date(2026, 3, 30)));
    let waiting = hall.book.lock().unwrap().unconfirmed("", 10).unwrap();
    assert_eq!(waiting.len(), 1);
    let letter = hall.opened(&waiting[0].sealed);
    assert_eq!(letter.entries[0].text, CANARY);
    assert_eq!((letter.number.as_deref(), letter.due.as_deref()), (Some(number.as_str()), Some("2026-03-30")));
    assert_eq!((letter.terminal.as_str(), letter.uuid.as_str()), ("k01", waiting[0].uuid.as_str()));
    assert_eq!((letter.title.as_str(), letter.org.as_str()), ("政府信息公开申请表", "org/civil"));
    // Nobody waits for an answer to a rating, and nobody gets a number for one.
    assert_eq!(hall.mailroom().hand_in(hand_in(LetterKind::Rating).reveal()).unwrap().number, None);
    assert!(!holds(hall.terminal.state(), CANARY.as_bytes()), "{:?}", hall.terminal.state());
}

#[tokio::test]
async fn the_same_tap_is_one_letter_and_the_next_tap_another() {
    let hall = Hall::open().await;
    let (worker, told) = hall.at_work();
    let mut numbers = Vec::new();
    for tap in [1, 1, 1, 2] {
        assert!(worker.order(order(tap)).is_ok());
        numbers.push(handed_in(&told).unwrap().number.unwrap());
    }
    assert!(numbers[0] == numbers[1] && numbers[1] == numbers[2] && numbers[2] != numbers[3], "{numbers:?}");
    assert_eq!(hall.book.lock().unwrap().standing().unwrap().answered, 2);
}

#[tokio::test]
async fn a_key_that_is_taken_back_ends_the_offer_at_once() {
    let hall = Hall::open().await;
    let (worker, told) = hall.at_work();
    assert!(worker.order(Order::Look).is_ok());
    assert_eq!(offer(&told), MailOffer::Open);
    for recipients in [Vec::new(), vec!["age1nothing".to_owned()]] {
        publish_anew(&hall, recipients).await;
        assert!(worker.order(order(1)).is_ok());
        assert_eq!(handed_in(&told).unwrap_err(), HandInTrouble::NoRecipients);
        assert_eq!(offer(&told), MailOffer::NoRecipients);
        publish_anew(&hall, vec![Opener::generate().1]).await;
        assert!(worker.order(Order::Look).is_ok());
        assert_eq!(offer(&told), MailOffer::Open);
    }
    assert_eq!(hall.book.lock().unwrap().standing().unwrap().answered, 0);
}

async fn publish_anew(hall: &Hall, recipients: Vec<String>) {
    let mailbox = Some(Mailbox { recipients, desks: Vec::new() });
    let edition = civic_kiosk::release::Edition { mailbox, ..edition(hall_records()) };
    // A publisher refuses a key that is none; a terminal must not believe that every one does.
    if let Err(error) = hall.office.publish_edition(edition, today()).await {
        assert!(error.to_string().contains("公钥"), "{error}");
        hall.office.publish_edition(empty_mailbox(), today()).await.unwrap();
    }
    let report = hall.terminal.follow(&hall.office.repository(), None).await;
    assert_eq!(report.outcome.word(), "applied", "{report:?}");
}

fn hall_records() -> Vec<(civic_kiosk::base::id::RecordId, Vec<u8>)> {
    static COUNT: AtomicU32 = AtomicU32::new(2);
    crate::support::office::hall(&format!("第{}版", COUNT.fetch_add(1, Ordering::Relaxed)))
}

fn empty_mailbox() -> civic_kiosk::release::Edition {
    civic_kiosk::release::Edition { mailbox: Some(Mailbox::default()), ..edition(hall_records()) }
}

#[tokio::test]
async fn a_terminal_without_content_takes_nothing_in() {
    let state = TempDir::new().unwrap();
    let book = Arc::new(Mutex::new(Book::open(state.path()).unwrap()));
    let clock = Arc::new(SimClock::at(today()));
    let mailroom = Mailroom { state_dirs: vec![state.path().to_owned()], terminal: "k01".into(), book, clock };
    assert_eq!(mailroom.offer(), MailOffer::NoRecipients);
    let result = mailroom.hand_in(hand_in(LetterKind::Application).reveal());
    assert_eq!(result.unwrap_err(), HandInTrouble::NoRecipients);
}

#[tokio::test]
async fn a_clock_of_1970_promises_no_day_and_the_letter_is_taken_all_the_same() {
    let hall = Hall::open().await;
    hall.clock.set_wall(Timestamp::UNIX_EPOCH);
    let done = hall.mailroom().hand_in(hand_in(LetterKind::Application).reveal()).unwrap();
    assert_eq!(done.due.date(), None);
    assert!(done.due.notes().concat().contains("日期不准"), "{:?}", done.due);
    // Its number is of a day that was, not of 1970.
    assert!(done.number.unwrap().as_str().starts_with("260302-"));
    let waiting = hall.book.lock().unwrap().next(10, in_days(1)).unwrap();
    assert_eq!((waiting.len(), hall.opened(&waiting[0].sealed).due), (1, None));
}

#[tokio::test]
async fn a_full_book_takes_no_more_and_drops_nobody() {
    let hall = Hall::open().await;
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO letter (uuid, kind, is_answered, sha256, sealed, made_s)
        SELECT 'full-' || i, '申请', 1, x'00', x'00', i FROM n";
    rusqlite::Connection::open(hall.terminal.state().join("outbox.db")).unwrap().execute_batch(fill).unwrap();
    let mailroom = hall.mailroom();
    assert_eq!(mailroom.offer(), MailOffer::Full);
    let result = mailroom.hand_in(hand_in(LetterKind::Application).reveal());
    assert_eq!(result.unwrap_err(), HandInTrouble::Full);
    assert_eq!(hall.book.lock().unwrap().standing().unwrap().answered, 5_000);
}

#[tokio::test]
async fn a_text_of_ten_megabytes_is_refused_and_nothing_of_it_is_kept() {
    let hall = Hall::open().await;
    let mut long = hand_in(LetterKind::Application);
    long.reveal_mut().entries[0].text = CANARY.repeat(10 * LETTER_BYTES_MAX / CANARY.len());
    assert_eq!(hall.mailroom().hand_in(long.reveal()).unwrap_err(), HandInTrouble::Long);
    assert_eq!(hall.book.lock().unwrap().standing().unwrap().answered, 0);
}

#[tokio::test]
async fn a_full_disk_is_said_and_a_letter_receipted_before_is_whole() {
    let hall = Hall::open().await;
    let small = TempDir::new().unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=400k", "none"]).arg(small.path()).output();
    if !mount.is_ok_and(|done| done.status.success()) {
        eprintln!("not shown here: making a small disk needs root");
        return;
    }
    let book = Arc::new(Mutex::new(Book::open(small.path()).unwrap()));
    let mailroom = Mailroom { book: Arc::clone(&book), ..hall.mailroom() };
    let mut kept = Vec::new();
    let trouble = loop {
        match mailroom.hand_in(hand_in(LetterKind::Application).reveal()) {
            Ok(done) => kept.push(done.number.unwrap()),
            Err(trouble) => break trouble,
        }
        assert!(kept.len() < 2_000, "the disk never filled");
    };
    let states: Vec<_> = kept.iter().map(|number| book.lock().unwrap().state_of(number).unwrap()).collect();
    drop((mailroom, book));
    // A restart on the full disk finds them too.
    let again = Book::look(small.path());
    Command::new("umount").args(["--lazy"]).arg(small.path()).status().unwrap();
    assert_eq!(trouble, HandInTrouble::NoRoom);
    assert!(!kept.is_empty() && states.iter().all(|state| *state == Some(LetterState::Stored)));
    assert_eq!(again.unwrap().unwrap().answered as usize, kept.len());
}

/// What happens to a hall in one test of many.
#[derive(Debug, Clone)]
enum Step {
    HandIn(LetterKind),
    /// A delivery during which the server's answers go wrong like this, by turns.
    Deliver(Vec<Fault>),
    Wait(u16),
    Restart,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    Broken,
    Busy,
    Garbage,
    LoginPage,
    CutBefore,
    CutAfter,
    Hang,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![Just(LetterKind::Application), Just(LetterKind::Opinion), Just(LetterKind::Rating)];
    let fault = prop_oneof![
        3 => Just(Fault::None),
        1 => Just(Fault::Broken),
        1 => Just(Fault::Busy),
        1 => Just(Fault::Garbage),
        1 => Just(Fault::LoginPage),
        1 => Just(Fault::CutBefore),
        1 => Just(Fault::CutAfter),
        1 => Just(Fault::Hang),
    ];
    let step = prop_oneof![
        4 => kind.prop_map(Step::HandIn),
        3 => prop::collection::vec(fault, 1..6).prop_map(Step::Deliver),
        2 => (0_u16..4_000).prop_map(Step::Wait),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..14)
}

/// Answers as the office's machine does, or wrongly.
fn answer(machine: &OfficeMachine, asked: &crate::support::web::Asked, fault: Fault) -> Reply {
    let good = |machine: &OfficeMachine| machine.answer(asked);
    match fault {
        Fault::None => good(machine),
        Fault::Broken => Reply::new("500 Internal Server Error", "", b"oops"),
        Fault::Busy => Reply::new("503 Service Unavailable", "Retry-After: 7\r\n", b""),
        Fault::Garbage => Reply { bytes: b"\x00\xff garbage\r\n\r\n".to_vec(), then: Then::Break },
        Fault::LoginPage => Reply::new("200 OK", "", b"<html>login</html>"),
        Fault::CutBefore => Reply { bytes: Vec::new(), then: Then::Break },
        // It has the letter, and its word of it is lost.
        Fault::CutAfter => good(machine).cut(10, Then::Break),
        Fault::Hang => Reply { bytes: good(machine).bytes[..4].to_vec(), then: Then::Hang },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_every_letter_that_got_a_receipt_arrives_exactly_once(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut hall = Hall::open().await;
            let machine = Arc::new(OfficeMachine::default());
            let faults = Arc::new(Mutex::new(Vec::new()));
            let (at_machine, at_faults, count) = (Arc::clone(&machine), Arc::clone(&faults), AtomicU32::new(0));
            let web = Web::start(move |asked| {
                let faults: Vec<Fault> = at_faults.lock().unwrap().clone();
                let n = count.fetch_add(1, Ordering::SeqCst) as usize;
                answer(&at_machine, asked, faults.get(n % faults.len().max(1)).copied().unwrap_or(Fault::None))
            })
            .await;
            let (mut numbers, mut letters) = (Vec::new(), 0);
            let mut restarts = 0;
            for step in steps {
                match step {
                    Step::HandIn(kind) => {
                        numbers.extend(hall.mailroom().hand_in(hand_in(kind).reveal()).unwrap().number);
                        letters += 1;
                    }
                    Step::Deliver(wrong) => {
                        *faults.lock().unwrap() = wrong;
                        hall.uplink(&web).deliver(&hall.book, &*hall.clock).await.unwrap();
                    }
                    Step::Wait(seconds) => hall.clock.advance(Duration::from_secs(seconds.into())),
                    Step::Restart => {
                        restarts += 1;
                        let nowhere = TempDir::new().unwrap();
                        hall.book = Arc::new(Mutex::new(Book::open(nowhere.path()).unwrap()));
                        hall.book = Arc::new(Mutex::new(Book::open(hall.terminal.state()).unwrap()));
                    }
                }
                let lost = numbers.iter().find(|n| hall.book.lock().unwrap().state_of(n).unwrap().is_none());
                assert!(lost.is_none(), "{lost:?} is gone");
            }
            faults.lock().unwrap().clear();
            for _ in 0..20 {
                hall.clock.advance(Duration::from_secs(3_600));
                hall.uplink(&web).deliver(&hall.book, &*hall.clock).await.unwrap();
            }
            let kept = machine.letters();
            assert_eq!(kept.len(), letters, "after {restarts} restarts");
            let mut arrived: Vec<String> = kept.iter().filter_map(|sealed| hall.opened(sealed).number).collect();
            let mut promised: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            arrived.sort();
            promised.sort();
            assert_eq!(arrived, promised);
            assert_eq!(hall.book.lock().unwrap().standing().unwrap().answered, 0);
            assert!(!holds(hall.terminal.state(), CANARY.as_bytes()));
        });
    }
}

/// Where the process that is to be killed keeps its state.
const KILLED: &str = "CIVIC_KIOSK_TEST_HAND_IN";
/// Letters that it hands in.
const KILLED_LETTERS: u32 = 2;
/// Everything that can leave something on the disk.
const WRITES: &str = "write,pwrite64,writev,fsync,fdatasync,ftruncate,fallocate,rename,unlink";

/// The process that is killed: it says each number aloud as soon as it may be printed on a receipt.
#[test]
fn a_process_hands_in_and_says_each_number() {
    let state = std::env::var_os(KILLED).map(std::path::PathBuf::from);
    let Some(state) = state else {
        // Run by nobody who kills it: then it must come to its end.
        let me = std::env::current_exe().unwrap();
        let nowhere = TempDir::new().unwrap();
        let done = Command::new(me).args(ONLY_THE_PROCESS).env(KILLED, nowhere.path()).output().unwrap();
        assert!(done.status.success() && String::from_utf8_lossy(&done.stdout).contains("refused"), "{done:?}");
        return;
    };
    let book = match Book::open(&state) {
        Ok(book) => Arc::new(Mutex::new(book)),
        Err(error) => panic!("{error}"),
    };
    let clock = Arc::new(SimClock::at(today()));
    let mailroom = Mailroom { state_dirs: vec![state], terminal: "k01".into(), book, clock };
    let mut out = std::io::stdout();
    for _ in 0..KILLED_LETTERS {
        match mailroom.hand_in(hand_in(LetterKind::Application).reveal()) {
            Ok(done) => writeln!(out, "\nnumber {}", done.number.unwrap()).unwrap(),
            Err(_) => writeln!(out, "\nrefused").unwrap(),
        }
        out.flush().unwrap();
    }
}

const ONLY_THE_PROCESS: [&str; 4] =
    ["hand::a_process_hands_in_and_says_each_number", "--exact", "--nocapture", "--test-threads=1"];

#[tokio::test]
async fn killed_at_any_write_a_letter_is_receipted_and_kept_or_not_receipted() {
    let hall = Hall::open().await;
    drop(hall.mailroom());
    let (state, me) = (hall.terminal.state().to_owned(), std::env::current_exe().unwrap());
    drop(hall.book);
    let (mut promised, mut killed) = (Vec::new(), 0_u32);
    for nth in 1.. {
        let mut child = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=none", "-e", &format!("inject={WRITES}:signal=KILL:when={nth}"), "--"])
            .arg(&me)
            .args(ONLY_THE_PROCESS)
            .env(KILLED, &state)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let numbers: Vec<String> = lines.filter_map(|line| line.strip_prefix("number ").map(str::to_owned)).collect();
        let is_whole = child.wait().unwrap().success();
        promised.extend(numbers.iter().map(|text| civic_kiosk::content::letter::Number::parse(text).unwrap()));
        killed += u32::from(!is_whole);
        let book = Book::open(&state).unwrap();
        for number in &promised {
            assert_eq!(book.state_of(number).unwrap(), Some(LetterState::Stored), "killed at write {nth}: {number}");
        }
        // At most the letter that was being written is there without a receipt.
        let kept = book.standing().unwrap().answered;
        assert!(kept >= promised.len() as u32 && kept <= promised.len() as u32 + killed, "{kept}, {killed} killed");
        drop(book);
        assert!(!holds(&state, CANARY.as_bytes()), "killed at write {nth}");
        if is_whole {
            assert!(nth > 20, "only {nth} writes were met");
            assert_eq!(numbers.len() as u32, KILLED_LETTERS);
            return;
        }
    }
}

/// A terminal as it runs keeps no core.
#[test]
fn the_running_program_leaves_no_core() {
    let folder = TempDir::new().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kiosk"))
        .args(["simulate", "printer", "--listen", "127.0.0.1:0", "--out"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Its first word comes after it has forbidden cores.
    let mut word = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut word).unwrap();
    let limits = std::fs::read_to_string(Path::new("/proc").join(child.id().to_string()).join("limits")).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core} ({word})");
}
