//! Residents' letters from the terminal to the desk of the office: by network, by stick, exactly once, read by nobody
//! on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use civic_kiosk::app::opinion::{Card, Rated};
use civic_kiosk::base::clock::{Clock, SimClock};
use civic_kiosk::base::digest::Sha256;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::base::private::Private;
use civic_kiosk::content::letter::{FORMAT, Letter, LetterEntry, LetterKind, Number};
use civic_kiosk::form::{HandIn, Postmark};
use civic_kiosk::outbox::{Book, LetterState, Opener, Posting, Sealer};
use civic_kiosk::store::Store;
use civic_kiosk::sync::{Delivery, Line, Patience, Uplink};
use jiff::civil::date;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::office::today;
use crate::support::receiver::{Receiver, holds};
use crate::support::web::{Reply, Then, Web};

/// What no disk, log or core may ever hold.
const CANARY: &str = "340524198001010016";

fn letter(uuid: &str) -> Letter {
    let entry = LetterEntry {
        id: "idno".into(),
        label: "居民身份证号码".into(),
        copy: 0,
        text: CANARY.into(),
        value: String::new(),
    };
    Letter {
        format: FORMAT,
        uuid: uuid.into(),
        kind: LetterKind::Application.term().into(),
        number: Some("261122-2222-2222".into()),
        record: "form/ysqgk".into(),
        title: "政府信息公开申请表".into(),
        org: "org/zhengfuban".into(),
        release: 1,
        terminal: "kiosk".into(),
        at: "2026-11-22T09:00:00+08:00".into(),
        due: None,
        helper: None,
        entries: vec![entry],
    }
}

/// A book with sealed letters on a clock that a test moves.
struct Terminal {
    _folder: TempDir,
    book: Arc<Mutex<Book>>,
    clock: SimClock,
}

impl Terminal {
    fn with(letters: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let mut book = Book::open(folder.path()).unwrap();
        let clock = SimClock::at(today());
        let sealer = Sealer::new(&[Opener::generate().1]).unwrap();
        for n in 0..letters {
            let uuid = format!("letter-{n:05}");
            let sealed = sealer.seal(letter(&uuid).to_bytes().unwrap().reveal()).unwrap();
            let number = Number::new(date(2026, 11, 22), [n as u8, (n >> 8) as u8, 0, 0, 0, 0, 0]);
            let posting =
                Posting { uuid: &uuid, kind: LetterKind::Application, number: Some(&number), sealed: &sealed };
            book.post(&posting, clock.now()).unwrap();
        }
        Self { _folder: folder, book: Arc::new(Mutex::new(book)), clock }
    }

    async fn deliver(&self, web: &Web) -> Delivery {
        let patience =
            Patience { connect: Duration::from_secs(2), read: Duration::from_millis(300), ..Patience::default() };
        let line = Line::new(None, patience).unwrap();
        let uplink = Uplink::on(&line, &format!("{}/letters", web.address), "k01").unwrap();
        uplink.deliver(&self.book, &self.clock).await.unwrap()
    }

    fn waiting(&self) -> u32 {
        self.book.lock().unwrap().standing().unwrap().answered
    }
}

/// A server that keeps letters and then answers as the test says for each number of the question.
async fn faulty(receiver: &Arc<Receiver>, answer: impl Fn(u32, Reply) -> Reply + Send + Sync + 'static) -> Web {
    let (receiver, count) = (Arc::clone(receiver), AtomicU32::new(0));
    Web::start(move |asked| answer(count.fetch_add(1, Ordering::SeqCst), receiver.answer(asked))).await
}

#[tokio::test]
async fn every_letter_arrives_exactly_once_whatever_the_server_does_in_between() {
    let terminal = Terminal::with(40);
    let receiver = Arc::<Receiver>::default();
    let web = faulty(&receiver, |n, good| match n % 7 {
        1 => Reply::new("500 Internal Server Error", "", b"oops"),
        2 => good.cut(10, Then::Break),
        // A login page answers 200 to everything.
        3 => Reply::new("200 OK", "", b"<html>login</html>"),
        4 => Reply::new("503 Service Unavailable", "Retry-After: 7\r\n", b""),
        5 => Reply::new("201 Created", "", Sha256::of(b"another").to_string().as_bytes()),
        _ => good,
    })
    .await;
    let mut delivered = 0;
    for _ in 0..40 {
        let done = terminal.deliver(&web).await;
        delivered += done.delivered;
        assert_eq!(done.refused, 0, "{done:?}");
        if terminal.waiting() == 0 {
            break;
        }
        terminal.clock.advance(Duration::from_secs(3600));
    }
    assert_eq!((terminal.waiting(), delivered), (0, 40));
    assert_eq!(receiver.letters().len(), 40);
    let asked = web.take_asked();
    assert!(asked.iter().all(|a| a.path.starts_with("/letters/in/k01/letter-")));
    assert!(asked.len() > 40, "the faults were met");
}

#[tokio::test]
async fn a_letter_is_kept_when_its_confirmation_is_lost_and_arrives_once_all_the_same() {
    let terminal = Terminal::with(1);
    let receiver = Arc::<Receiver>::default();
    let web = faulty(&receiver, |n, good| if n == 0 { good.cut(0, Then::Break) } else { good }).await;
    let number = Number::new(date(2026, 11, 22), [0; 7]);
    let state = || terminal.book.lock().unwrap().state_of(&number).unwrap();
    assert_eq!(terminal.deliver(&web).await.delivered, 0);
    assert_eq!((receiver.letters().len(), state()), (1, Some(LetterState::Stored)));
    terminal.clock.advance(Duration::from_secs(60));
    assert_eq!(terminal.deliver(&web).await.delivered, 1);
    assert_eq!((receiver.letters().len(), state()), (1, Some(LetterState::Delivered)));
}

#[tokio::test]
async fn what_the_office_will_not_take_is_said_and_kept() {
    for (status, word) in [("409 Conflict", "409"), ("413 Payload Too Large", "413"), ("400 Bad Request", "400")] {
        let terminal = Terminal::with(2);
        let web = Web::start(move |_| Reply::new(status, "", b"")).await;
        let done = terminal.deliver(&web).await;
        assert_eq!((done.delivered, done.refused), (0, 2), "{done:?}");
        assert!(done.trouble.unwrap().contains(word));
        assert_eq!(terminal.waiting(), 2);
        assert_eq!(terminal.deliver(&web).await, Delivery::default(), "it is not asked again");
    }
}

#[tokio::test]
async fn a_server_that_hangs_or_is_gone_costs_nothing_but_time() {
    let terminal = Terminal::with(3);
    let web = Web::start(|_| Reply { bytes: Vec::new(), then: Then::Hang }).await;
    let done = terminal.deliver(&web).await;
    assert_eq!((done.delivered, done.waiting), (0, 3), "{done:?}");
    drop(web);
    terminal.clock.advance(Duration::from_secs(3600));
    let gone = Web::start(|_| Reply::new("200 OK", "", b"")).await;
    let address = gone.address.clone();
    drop(gone);
    let line = Line::new(None, Patience::default()).unwrap();
    let done = Uplink::on(&line, &address, "k01").unwrap().deliver(&terminal.book, &terminal.clock).await.unwrap();
    assert_eq!((done.delivered, done.waiting, terminal.waiting()), (0, 3, 3), "{done:?}");
    for bad in ["ftp", "http://", "http://user@host/"] {
        assert!(Uplink::on(&line, bad, "k01").is_err(), "{bad}");
    }
}

fn run(program: &str, arguments: &[&str]) -> (bool, Value) {
    let path = match program {
        "kiosk" => env!("CARGO_BIN_EXE_kiosk"),
        _ => env!("CARGO_BIN_EXE_kiosk-pack"),
    };
    let done = Command::new(path).arg("--json").args(arguments).output().unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    (
        done.status.success(),
        serde_json::from_str(&text).unwrap_or(Value::String(String::from_utf8_lossy(&done.stderr).into_owned())),
    )
}

#[test]
fn a_letter_travels_by_stick_and_only_the_office_reads_it() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, desk, repo, state, stick, out) =
        (at("keys"), at("desk"), at("repo"), at("state"), at("stick"), at("out"));
    std::fs::create_dir(&stick).unwrap();
    let ok = |program: &str, arguments: &[&str]| {
        let (is_good, said) = run(program, arguments);
        assert!(is_good, "{arguments:?}: {said}");
        said
    };
    ok("kiosk-pack", &["keys", "init", &keys]);
    ok("kiosk-pack", &["keys", "desk", &desk]);
    let recipients = format!("{desk}/recipients.txt");
    ok("kiosk-pack", &["build", "content", "--keys", &keys, "--out", &repo, "--recipients", &recipients]);
    ok("kiosk-pack", &["to-usb", &repo, &stick]);
    let (from, root) = (format!("usb:{stick}"), format!("{keys}/root.json"));
    ok("kiosk", &["--state", &state, "sync", "--from", &from, "--root", &root]);

    // A form was handed in: sealed to whom the release names.
    let mailbox = Store::open_read_only(Path::new(&state)).unwrap().release().unwrap().unwrap().mailbox;
    assert_eq!((mailbox.recipients.len(), mailbox.desks.len()), (1, 1));
    let sealed = Sealer::new(&mailbox.recipients).unwrap().seal(letter("a-1").to_bytes().unwrap().reveal()).unwrap();
    let posting = Posting { uuid: "a-1", kind: LetterKind::Application, number: None, sealed: &sealed };
    Book::open(Path::new(&state)).unwrap().post(&posting, today()).unwrap();
    assert!(!holds(Path::new(&state), CANARY.as_bytes()));
    assert_eq!(ok("kiosk", &["--state", &state, "outbox"])["answered"], 1);

    // Nothing leaves for a stick without a permit.
    let export = ["--state", &state, "outbox", "export", &stick];
    let (is_good, said) = run("kiosk", &export);
    assert!(!is_good && said["refused"].as_str().unwrap().contains("没有取信许可"), "{said}");
    let (key, identity) = (format!("{desk}/desk.key"), format!("{desk}/identity.txt"));
    assert!(!run("kiosk-pack", &["permit", &stick, "--key", &key, "--until", "2020-01-01"]).0);
    ok("kiosk-pack", &["permit", &stick, "--key", &key, "--until", "2099-12-31"]);
    assert_eq!(ok("kiosk", &export)["written"], 1);
    assert!(!holds(Path::new(&stick), CANARY.as_bytes()));

    // The independent program opens it with the same key.
    let file = format!("{stick}/mail/out/kiosk/a-1.age");
    let age = Command::new("age").args(["-d", "-i", &identity, &file]).output().unwrap();
    assert!(String::from_utf8_lossy(&age.stdout).contains(CANARY), "{age:?}");

    let said = ok("kiosk-pack", &["open", &stick, "--identity", &identity, "--out", &out]);
    assert_eq!((&said["opened"], &said["repeated"]), (&1.into(), &0.into()));
    for name in ["a-1.json", "a-1.html", "letters.csv"] {
        assert!(std::fs::read_to_string(Path::new(&out).join(name)).unwrap().contains(CANARY), "{name}");
    }
    ok("kiosk-pack", &["ack", &stick, "--identity", &identity, "--key", &key]);
    let said = ok("kiosk", &export);
    assert_eq!((&said["confirmed"], &said["written"]), (&1.into(), &0.into()), "{said}");
    assert_eq!(ok("kiosk", &["--state", &state, "outbox"])["answered"], 0);
}

#[test]
fn the_office_counts_how_a_guide_was_found_and_few_are_not_told() {
    let folder = TempDir::new().unwrap();
    let (sealed_dir, out, identity) =
        (folder.path().join("letters"), folder.path().join("out"), folder.path().join("identity.txt"));
    std::fs::create_dir(&sealed_dir).unwrap();
    let (private, public) = Opener::generate();
    std::fs::write(&identity, private.reveal()).unwrap();
    let sealer = Sealer::new(&[public]).unwrap();
    let at = today().to_zoned(civic_kiosk::base::clock::china());
    let mut n = 0;
    let mut put = |letter: &Private<HandIn>| {
        n += 1;
        let uuid = format!("r-{n}");
        let postmark = Postmark { uuid: &uuid, number: None, terminal: "k01", at: &at, due: None };
        let letter = letter.reveal().letter(&postmark);
        let sealed = sealer.seal(letter.reveal().to_bytes().unwrap().reveal()).unwrap();
        std::fs::write(sealed_dir.join(format!("{uuid}.age")), sealed).unwrap();
    };
    // Nine are satisfied, seven fairly, six not at all, five of these because it is hard to understand.
    for (level, times) in [(1, 9), (2, 7), (4, 6)] {
        for time in 0..times {
            let mut card = Card::new(Rated::Page, RecordId::parse("guide/elder-card").unwrap(), "老年人优待证", 3);
            put(&card.take(level).unwrap());
            if level == 4 && time < 5 {
                put(&card.take(0).unwrap());
            }
        }
    }
    // One visit of which nobody shall know how it was.
    let mut card = Card::new(Rated::Visit, RecordId::parse("site/main").unwrap(), "政务服务中心", 3);
    put(&card.take(0).unwrap());
    let arguments =
        [sealed_dir.to_str().unwrap(), "--identity", identity.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let (is_good, told) = run("kiosk-pack", &[&["open"], &arguments[..]].concat());
    assert!(is_good && told["opened"] == 28, "{told}");
    let results = std::fs::read_to_string(out.join("results.csv")).unwrap();
    let wanted = [
        "种类,对应内容,标题,问题,选项,次数",
        "评价,guide/elder-card,老年人优待证,份数,,22",
        "评价,guide/elder-card,老年人优待证,满意度,基本满意,7",
        "评价,guide/elder-card,老年人优待证,满意度,满意,9",
        "评价,guide/elder-card,老年人优待证,满意度,非常不满意,6",
        "评价,guide/elder-card,老年人优待证,不满意的原因,看不懂,5",
        "评价,site/main,政务服务中心,份数,,不显示",
        "评价,site/main,政务服务中心,满意度,非常满意,不显示",
    ];
    assert_eq!(results.trim_start_matches('\u{FEFF}').lines().collect::<Vec<_>>(), wanted);
}

/// What `age` of another hand sealed is opened here too.
#[test]
fn what_the_independent_program_seals_the_office_opens() {
    let (identity, public) = Opener::generate();
    let folder = TempDir::new().unwrap();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "你好").unwrap();
    let sealed = Command::new("age").args(["-r", &public]).arg(&plain).output().unwrap();
    assert!(sealed.status.success(), "{sealed:?}");
    assert_eq!(Opener::read(identity.reveal()).unwrap().open(&sealed.stdout).unwrap().reveal(), "你好".as_bytes());
}
