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
use civic_kiosk::app::mailroom::{HandIn, HandInTrouble, HandedIn, MailOffer, Mailroom, Order, Progress};
use civic_kiosk::app::worker::Worker;
use civic_kiosk::author::cases::make;
use civic_kiosk::author::import::Options;
use civic_kiosk::base::clock::{Clock, SimClock};
use civic_kiosk::base::digest::Sha256;
use civic_kiosk::base::private::Private;
use civic_kiosk::content::form::{FormAnswer, Received};
use civic_kiosk::content::letter::{LETTER_BYTES_MAX, Letter, LetterEntry, LetterKind, Mailbox};
use civic_kiosk::outbox::signed::{Ack, DeskKey, Permit};
use civic_kiosk::outbox::{Book, LetterState, Opener};
use civic_kiosk::session::VisitId;
use civic_kiosk::store::Store;
use civic_kiosk::sync::{
    Letters, Line, Order as UpkeepOrder, Patience, Post, StickMail, Told, Upkeep, UpkeepSettings, Uplink,
};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use crate::support::office::{Office, edition, hall, id, in_days, record, today};
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

/// The book again. A program that another test has just forked holds its lock until it is another program.
fn reopened(state: &Path) -> Book {
    for _ in 0..500 {
        match Book::open(state) {
            Err(civic_kiosk::outbox::BookError::Taken(_)) => std::thread::sleep(Duration::from_millis(10)),
            book => return book.unwrap(),
        }
    }
    panic!("the book stays taken");
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
                        hall.book = Arc::new(Mutex::new(reopened(hall.terminal.state())));
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
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={WRITES}")])
            .args(["-e", &format!("inject={WRITES}:signal=KILL:when={nth}"), "--"])
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

/// The terminal's upkeep, sending what was handed in.
struct Kept {
    upkeep: Upkeep,
    told: tokio::sync::mpsc::UnboundedReceiver<Told>,
    ports: TempDir,
}

impl Kept {
    fn start(hall: &Hall, uplink: Option<Uplink>) -> Self {
        let ports = TempDir::new().unwrap();
        let settings = UpkeepSettings {
            followed: Vec::new(),
            every: Duration::from_secs(900),
            scrub_hour: 3,
            factory: None,
            stick_folder: Some(ports.path().to_owned()),
            post: Some(Post {
                book: Arc::clone(&hall.book),
                uplink,
                terminal: "k01".into(),
                state_dir: hall.terminal.state().to_owned(),
            }),
            tick: Duration::from_millis(5),
        };
        let (sender, told) = tokio::sync::mpsc::unbounded_channel();
        let clock = Arc::clone(&hall.clock) as Arc<dyn Clock>;
        let upkeep = Upkeep::start(settings, clock, move |told| drop(sender.send(told)));
        Self { upkeep, told, ports }
    }

    async fn until(&mut self, what: &str, is_so: impl Fn(&Letters) -> bool) -> Letters {
        let wait = async {
            while let Some(told) = self.told.recv().await {
                if let Told::Letters(letters) = told
                    && is_so(&letters)
                {
                    return letters;
                }
            }
            panic!("the upkeep has ended");
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| panic!("never: {what}"))
    }
}

#[tokio::test]
async fn what_is_handed_in_is_sent_at_once_and_staff_see_why_it_is_not() {
    let hall = Hall::open().await;
    let machine = Arc::new(OfficeMachine::default());
    let (at_machine, count) = (Arc::clone(&machine), AtomicU32::new(0));
    let web = Web::start(move |asked| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::new("413 Payload Too Large", "", b""),
        1 => Reply::new("500 Internal Server Error", "", b""),
        _ => at_machine.answer(asked),
    })
    .await;
    let mut kept = Kept::start(&hall, Some(hall.uplink(&web)));
    kept.until("nothing waits", |letters| letters.standing.answered == 0 && letters.has_server).await;
    hall.mailroom().hand_in(hand_in(LetterKind::Application).reveal()).unwrap();
    kept.upkeep.order(UpkeepOrder::Deliver);
    let refused = kept.until("it is refused", |letters| letters.standing.refused == 1).await;
    assert!(refused.standing.last_refusal.unwrap().contains("413"));
    // Staff have it tried again; the server is broken, and the clock brings the next try.
    kept.upkeep.order(UpkeepOrder::RetryRefused);
    let waits = kept.until("it waits", |letters| letters.trouble.is_some() && letters.standing.refused == 0).await;
    assert!(waits.trouble.unwrap().contains("500") && waits.standing.answered == 1);
    hall.clock.advance(Duration::from_secs(120));
    let done = kept.until("it is there", |letters| letters.delivered == 1).await;
    assert_eq!((done.standing.answered, done.trouble), (0, None));
    assert_eq!(machine.letters().len(), 1);
}

#[tokio::test]
async fn a_stick_with_a_permit_takes_letters_along_by_itself_and_one_without_takes_none() {
    let desk = DeskKey::read(DeskKey::generate().unwrap().reveal()).unwrap();
    let hall = Hall::open().await;
    let mailbox = Some(Mailbox { recipients: vec![Opener::generate().1], desks: vec![desk.public()] });
    let edition = civic_kiosk::release::Edition { mailbox, ..edition(hall_records()) };
    hall.office.publish_edition(edition, today()).await.unwrap();
    hall.terminal.follow(&hall.office.repository(), None).await;
    hall.mailroom().hand_in(hand_in(LetterKind::Application).reveal()).unwrap();
    let mut kept = Kept::start(&hall, None);
    let waits = kept.until("it waits", |letters| letters.standing.answered == 1).await;
    assert!(!waits.has_server && waits.stick.is_none());
    let stranger = DeskKey::read(DeskKey::generate().unwrap().reveal()).unwrap();
    for (name, key, is_ours) in [("sda1", &stranger, false), ("sdb1", &desk, true)] {
        let bag = TempDir::new_in(hall.terminal.state()).unwrap();
        let mail = bag.path().join("stick/mail");
        std::fs::create_dir_all(&mail).unwrap();
        let permit = Permit { terminals: vec!["k01".into()], until: in_days(30) };
        std::fs::write(mail.join("permit.json"), key.sign(&permit).unwrap()).unwrap();
        let place = kept.ports.path().join(name);
        std::fs::rename(bag.path().join("stick"), &place).unwrap();
        let met = kept
            .until("the stick is done", |letters| !matches!(letters.stick, None | Some(StickMail::Copying)))
            .await
            .stick
            .unwrap();
        let out = place.join("mail/out/k01");
        match met {
            StickMail::Done { written, confirmed, .. } => {
                assert!(is_ours && (written, confirmed) == (1, 0), "{name}");
                assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1);
            }
            StickMail::Refused { text } => assert!(!is_ours && text.contains("不在这次发布"), "{text}"),
            StickMail::Copying => panic!("it is done"),
        }
        assert_eq!(out.exists(), is_ours);
        if is_ours {
            // The desk has read them; the stick comes back with its word.
            let file = std::fs::read_dir(&out).unwrap().next().unwrap().unwrap().path();
            let uuid = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let sha256 = Sha256::of(&std::fs::read(&file).unwrap()).to_string();
            let ack = Ack { terminal: "k01".into(), letters: vec![(uuid, sha256)] };
            std::fs::create_dir(place.join("mail/ack")).unwrap();
            std::fs::write(place.join("mail/ack/k01.json"), desk.sign(&ack).unwrap()).unwrap();
        }
        std::fs::rename(&place, bag.path().join("stick")).unwrap();
        kept.until("the stick is gone", |letters| letters.stick.is_none()).await;
        if is_ours {
            std::fs::rename(bag.path().join("stick"), &place).unwrap();
            let done = kept.until("the letter is gone", |letters| letters.standing.answered == 0).await;
            assert_eq!(done.delivered, 1);
        }
    }
}

#[tokio::test]
async fn a_resident_asks_how_far_it_is_and_nobody_without_the_digits_is_told() {
    let hall = Hall::open().await;
    let mailroom = hall.mailroom();
    let number = mailroom.hand_in(hand_in(LetterKind::Application).reveal()).unwrap().number.unwrap();
    let asked = |four: &str| mailroom.progress(&number, four).unwrap();
    assert_eq!(asked("0016"), Progress { case: None, here: Some(LetterState::Stored) });
    let table =
        format!("编号,证件号码,办理进展,日期,结果,领取方式\n{number},{CANARY},已答复,2026-03-01,予以公开,1号窗口\n");
    let made = make(table.as_bytes(), &Options::default(), &"0a".repeat(16), None).unwrap();
    let text = String::from_utf8(made.csv).unwrap();
    let cells: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
    let case = json!({ "id": cells[0], "salt": cells[1], "state": cells[2], "date": cells[3], "outcome": cells[4],
        "collect": cells[5], "order": 2 });
    let mut records = hall_records();
    records.push(record(&format!("case/{}", cells[0]), case));
    hall.office.publish(records).await;
    hall.terminal.follow(&hall.office.repository(), None).await;
    let found = asked("0016");
    assert_eq!(
        found.words(),
        ("已答复".to_owned(), ["2026年3月1日更新", "予以公开", "1号窗口"].map(String::from).to_vec())
    );
    assert_eq!(asked("0017").case, None);
    // A page asks the thread, which answers with the tap of its question.
    let (orders, inbox) = sync_channel(1);
    let four = Private::new("0016".to_owned());
    orders.send(Order::Ask { visit: VisitId::default().next(), tap: 7, number: number.clone(), four }).unwrap();
    drop(orders);
    let told = Mutex::new(Vec::new());
    mailroom.attend(&inbox, |event| told.lock().unwrap().push(event));
    let told = told.into_inner().unwrap();
    assert!(matches!(&told[..], [Event::Case { tap: 7, found: Ok(answer), .. }] if *answer == found), "{told:?}");
    assert!(!holds(hall.terminal.state(), number.as_str().as_bytes()));
    // It is found by nobody who types what it says.
    let store = Store::open_read_only(hall.terminal.state()).unwrap();
    assert!(store.titles().unwrap().iter().all(|title| title.id.kind() != "case"));
}

/// What the program writes to its log while a test runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_file_no_database_page_and_no_log_holds_what_a_resident_wrote() {
    let hall = Hall::open().await;
    let log = Log::default();
    let at_log = log.clone();
    let written = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || at_log.clone());
    let mailroom = hall.mailroom();
    let number = tracing::subscriber::with_default(written.finish(), || {
        let done = mailroom.hand_in(hand_in(LetterKind::Application).reveal()).unwrap();
        let mut long = hand_in(LetterKind::Opinion);
        long.reveal_mut().entries[0].text = CANARY.repeat(LETTER_BYTES_MAX / CANARY.len() + 1);
        assert_eq!(mailroom.hand_in(long.reveal()).unwrap_err(), HandInTrouble::Long);
        done.number.unwrap()
    });
    let log = log.0.lock().unwrap().clone();
    assert!(String::from_utf8_lossy(&log).contains("a letter was handed in"), "the log is looked at");
    for secret in [CANARY, "居民身份证号码", number.as_str()] {
        assert!(!holds(hall.terminal.state(), secret.as_bytes()), "{secret} is on the disk");
        assert!(!log.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is in the log");
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
        .spawn()
        .unwrap();
    // Its first word comes after it has forbidden cores.
    let mut word = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut word).unwrap();
    let limits = std::fs::read_to_string(Path::new("/proc").join(child.id().to_string()).join("limits")).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core} ({word})");
}
