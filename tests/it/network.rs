//! Promises about the line to the server: nothing is fetched twice, nothing false is kept, every wait ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::digest::Sha256;
use civic_kiosk::release::layout;
use civic_kiosk::sync::{
    Body, Counted, Fault, Line, Meter, Network, Newer, Patience, Report, Size, Source, Stick, Validators, Way,
};

use crate::support::office::{Office, files_of, hall, large_hall, today};
use crate::support::terminal::{Terminal, reason};
use crate::support::web::{Asked, Reply, Then, Web, good, range_from};

/// Long enough for a busy machine, short enough for a test that fails.
const PATIENT: Duration = Duration::from_secs(20);

fn line() -> Line {
    Line::new(None, Patience { connect: PATIENT, read: PATIENT, file: PATIENT }).unwrap()
}

fn source(web: &Web) -> Arc<dyn Source> {
    Arc::new(Network::on(&line(), &web.address).unwrap())
}

/// An office with two releases of which a terminal has the first; the second comes as a full pack.
struct Two {
    office: Office,
    terminal: Terminal,
    pack: Vec<u8>,
    sha256: String,
}

impl Two {
    async fn new() -> Self {
        let office = Office::open().await;
        office.publish(large_hall("第一版")).await;
        let terminal = Terminal::with(&office).await;
        let made = office.publish(large_hall("第二版")).await;
        office.lose_deltas();
        let full = made.manifest.common().unwrap().full;
        let pack = std::fs::read(office.pack(&full)).unwrap();
        assert!(pack.len() > 150_000, "{}", pack.len());
        Self { office, terminal, pack, sha256: full.sha256.to_string() }
    }

    fn part(&self) -> PathBuf {
        self.terminal.state().join("packs").join(format!("{}.part", self.sha256))
    }

    /// Exactly so many bytes of the pack are here, and they are right.
    fn check_part(&self, bytes: usize) {
        let part = std::fs::read(self.part()).unwrap_or_default();
        assert!(part == self.pack[..bytes], "{} bytes in place of {bytes}, or wrong ones", part.len());
    }

    /// The first bytes of the pack lie on the terminal, as an attempt that broke off leaves them.
    fn leave(&self, bytes: &[u8]) {
        std::fs::write(self.part(), bytes).unwrap();
    }

    async fn follow(&self, source: Arc<dyn Source>) -> Report {
        self.terminal.follow_at(source, None, today()).await
    }

    fn check_old(&self) {
        assert_eq!((self.terminal.live(), self.terminal.about().as_str()), (Some(1), "第一版"));
    }

    /// The new release is live, and no half is left.
    fn check_new(&self, report: &Report) {
        assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
        assert_eq!(self.terminal.about(), "第二版");
        let left = files_of(&self.terminal.state().join("packs"));
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(std::fs::read(&left[0]).unwrap() == self.pack);
    }

    /// The ranges of the pack that a server was asked for since the last call; empty for the whole.
    fn ranges(&self, web: &Web) -> Vec<String> {
        web.take_ranges(&self.sha256)
    }

    /// A server that is good but for the pack.
    async fn web(&self, pack: impl Fn(&Asked, Reply) -> Reply + Send + Sync + 'static) -> Web {
        let (good, path) = (good(&self.office.repository()), format!("/p/{}", self.sha256));
        Web::start(move |asked| match good(asked) {
            reply if asked.path == path => pack(asked, reply),
            reply => reply,
        })
        .await
    }
}

fn changed(newer: Newer) -> (Vec<u8>, Option<Validators>) {
    match newer {
        Newer::Changed { bytes, validators } => (bytes, validators),
        Newer::Same => panic!("nothing new"),
    }
}

#[tokio::test]
async fn an_unchanged_timestamp_is_not_sent_again() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let web = Web::of(&office.repository()).await;
    let counted = Counted::new(source(&web));
    let ask = async |seen: Option<&Validators>| counted.small_if_new(layout::TIMESTAMP, 1 << 20, seen).await.unwrap();
    let (bytes, validators) = changed(ask(None).await);
    assert_eq!(bytes, std::fs::read(office.repository().join("tuf/timestamp.json")).unwrap());
    let validators = validators.unwrap();
    assert_eq!(ask(Some(&validators)).await, Newer::Same);
    // As a database keeps them.
    let kept = Validators::new(validators.etag(), validators.last_modified()).unwrap();
    assert_eq!(ask(Some(&kept)).await, Newer::Same);
    assert_eq!((counted.requests(), counted.bytes()), (3, bytes.len() as u64));
    office.publish(hall("第二版")).await;
    let (newer, again) = changed(ask(Some(&kept)).await);
    assert_ne!(newer, bytes);
    assert_ne!(again.unwrap(), kept);
}

#[tokio::test]
async fn a_date_alone_is_enough_to_ask_with() {
    let date = "Mon, 02 Mar 2026 01:00:00 GMT";
    let web = Web::start(move |asked| match asked.header("if-modified-since") {
        Some(since) if since == date => Reply::new("304 Not Modified", "", b""),
        _ => Reply::new("200 OK", &format!("Last-Modified: {date}\r\n"), b"{}"),
    })
    .await;
    let source = source(&web);
    let (_, validators) = changed(source.small_if_new("tuf/timestamp.json", 10, None).await.unwrap());
    let validators = validators.unwrap();
    assert_eq!((validators.etag(), validators.last_modified()), (None, Some(date)));
    assert_eq!(source.small_if_new("tuf/timestamp.json", 10, Some(&validators)).await.unwrap(), Newer::Same);
}

#[tokio::test]
async fn a_server_without_validators_and_a_stick_hand_out_the_file_each_time() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let web = Web::start(|_| Reply::new("200 OK", "", b"{}")).await;
    let seen = Validators::new(Some("\"a\""), None);
    for source in [source(&web), Arc::new(Stick::open(&office.repository()).unwrap()) as Arc<dyn Source>] {
        let (bytes, validators) = changed(source.small_if_new(layout::TIMESTAMP, 9999, seen.as_ref()).await.unwrap());
        assert!(bytes.starts_with(b"{") && validators.is_none(), "{source:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_the_question_is_refused() {
    let cases = [
        ("304 Not Modified", "", "HTTP 304"),
        ("206 Partial Content", "Content-Range: bytes 0-1/2\r\n", "HTTP 206"),
        ("204 No Content", "", "HTTP 204"),
        ("200 OK", "Content-Encoding: gzip\r\n", "被压缩为 gzip"),
        ("200 OK", "Content-Encoding: br\r\n", "被压缩为 br"),
        ("200 OK", "Content-Type: text/html; charset=utf-8\r\n", "网页，可能要先登录网络"),
        ("511 Network Authentication Required", "", "HTTP 511"),
        ("401 Unauthorized", "", "HTTP 401"),
    ];
    for (status, headers, expected) in cases {
        let web = Web::start(move |_| Reply::new(status, headers, b"{}")).await;
        let source = source(&web);
        let seen = Validators::new(Some("\"a\""), None);
        let whole = source.small("tuf/timestamp.json", 10).await.unwrap_err();
        let unseen = source.small_if_new("tuf/timestamp.json", 10, None).await.unwrap_err();
        for fault in [whole, unseen] {
            assert!(matches!(&fault, Fault::NotARelease { answer, .. } if answer == expected), "{status}: {fault:?}");
        }
        // With a version in hand, "not modified" is an answer; all the others still are none.
        let conditional = source.small_if_new("tuf/timestamp.json", 10, seen.as_ref()).await;
        assert_eq!(conditional.is_ok(), expected == "HTTP 304", "{status}: {conditional:?}");
    }
}

#[tokio::test]
async fn an_object_store_that_forbids_what_is_not_there_is_followed() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let good = good(&office.repository());
    let web = Web::start(move |asked| match good(asked) {
        reply if reply.bytes.starts_with(b"HTTP/1.1 404") => Reply::new("403 Forbidden", "", b"<Error/>"),
        reply => reply,
    })
    .await;
    let terminal = Terminal::new();
    let report = terminal.follow_at(source(&web), Some(&office.root()), today()).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(1)), "{report:?}");
    assert!(web.take_asked().iter().any(|asked| asked.path == "/tuf/2.root.json"));
    // For anything else it is no answer.
    let fault = source(&web).small("tuf/9.snapshot.json", 10).await.unwrap_err();
    assert!(matches!(&fault, Fault::NotARelease { answer, .. } if answer == "HTTP 403"), "{fault:?}");
}

#[tokio::test]
async fn a_busy_server_is_told_as_busy_and_says_for_how_long() {
    let two = Two::new().await;
    for (status, headers, seconds) in [
        ("429 Too Many Requests", "Retry-After: 30\r\n", 30),
        ("503 Service Unavailable", "Retry-After: 999999\r\n", 86_400),
        (
            "503 Service Unavailable",
            "Date: Mon, 02 Mar 2026 01:00:00 GMT\r\nRetry-After: Mon, 02 Mar 2026 01:01:00 GMT\r\n",
            60,
        ),
        ("503 Service Unavailable", "Content-Type: text/html\r\n", 0),
    ] {
        let web = Web::start(move |_| Reply::new(status, headers, b"busy")).await;
        let fault = source(&web).small("tuf/timestamp.json", 10).await.unwrap_err();
        let expected = Duration::from_secs(seconds);
        assert!(matches!(&fault, Fault::Later { after, .. } if *after == expected), "{headers}: {fault:?}");
        let report = two.follow(source(&web)).await;
        assert_eq!(reason(&report), "busy-server");
        assert_eq!(report.sentence(), "没有更新，仍用第1次发布。原因：服务器忙，请稍后再试");
        // In the middle of a pass, what came is kept.
        let web = two.web(move |_, _| Reply::new(status, headers, b"")).await;
        two.leave(&two.pack[..1000]);
        assert_eq!(reason(&two.follow(source(&web)).await), "busy-server");
        two.check_part(1000);
        two.check_old();
    }
    let web = Web::of(&two.office.repository()).await;
    two.check_new(&two.follow(source(&web)).await);
    assert_eq!(two.ranges(&web), ["bytes=1000-"]);
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_stopped() {
    let two = Two::new().await;
    let web = two.web(|_, reply| reply.cut(50_000, Then::Break)).await;
    for n in 1..=3 {
        assert_eq!(reason(&two.follow(source(&web)).await), "unreachable");
        two.check_part(50_000 * n);
        two.check_old();
    }
    assert_eq!(two.ranges(&web), ["", "bytes=50000-", "bytes=100000-"]);
    let web = Web::of(&two.office.repository()).await;
    let report = two.follow(source(&web)).await;
    two.check_new(&report);
    assert_eq!(two.ranges(&web), ["bytes=150000-"]);
    assert!(report.bytes < (two.pack.len() - 150_000 + 10_000) as u64, "{}", report.bytes);
}

/// A stick that is pulled after so many bytes of a pack.
#[derive(Debug)]
struct Pulled {
    stick: Stick,
    bytes_left: Arc<Mutex<usize>>,
}

struct PulledBody {
    body: Box<dyn Body>,
    bytes_left: Arc<Mutex<usize>>,
    name: String,
}

impl Pulled {
    fn after(folder: &Path, bytes: usize) -> Arc<dyn Source> {
        Arc::new(Self { stick: Stick::open(folder).unwrap(), bytes_left: Arc::new(Mutex::new(bytes)) })
    }

    fn body(&self, name: &str, body: Box<dyn Body>) -> Box<dyn Body> {
        if !name.starts_with("p/") {
            return body;
        }
        Box::new(PulledBody { body, bytes_left: Arc::clone(&self.bytes_left), name: name.to_owned() })
    }
}

#[async_trait]
impl Source for Pulled {
    fn way(&self) -> Way {
        Way::Stick
    }

    fn place(&self) -> String {
        "usb:pulled".to_owned()
    }

    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault> {
        Ok(self.body(name, self.stick.open(name, size).await?))
    }

    async fn open_from(&self, name: &str, size: u64, from: u64) -> Result<Box<dyn Body>, Fault> {
        Ok(self.body(name, self.stick.open_from(name, size, from).await?))
    }
}

#[async_trait]
impl Body for PulledBody {
    async fn next(&mut self) -> Result<Option<bytes::Bytes>, Fault> {
        let left = *self.bytes_left.lock().unwrap();
        if left == 0 {
            let source = std::io::ErrorKind::NotConnected.into();
            return Err(Fault::Unreadable { name: self.name.clone(), source });
        }
        let piece = self.body.next().await?;
        let piece = piece.map(|piece| piece.slice(..piece.len().min(left)));
        *self.bytes_left.lock().unwrap() -= piece.as_ref().map_or(0, bytes::Bytes::len);
        Ok(piece)
    }
}

#[tokio::test]
async fn half_from_a_stick_more_from_another_and_the_rest_from_the_network() {
    let two = Two::new().await;
    let repository = two.office.repository();
    assert_eq!(reason(&two.follow(Pulled::after(&repository, 40_000)).await), "unreadable");
    two.check_part(40_000);
    assert_eq!(reason(&two.follow(Pulled::after(&repository, 30_000)).await), "unreadable");
    two.check_part(70_000);
    two.check_old();
    let web = Web::of(&repository).await;
    two.check_new(&two.follow(source(&web)).await);
    assert_eq!(two.ranges(&web), ["bytes=70000-"]);
}

#[tokio::test]
async fn half_from_the_network_and_the_rest_from_a_stick() {
    let two = Two::new().await;
    let web = two.web(|_, reply| reply.cut(60_000, Then::Break)).await;
    assert_eq!(reason(&two.follow(source(&web)).await), "unreachable");
    let report = two.follow(Arc::new(Stick::open(&two.office.repository()).unwrap())).await;
    two.check_new(&report);
    assert!(report.bytes < (two.pack.len() - 60_000 + 10_000) as u64, "{}", report.bytes);
}

#[tokio::test]
async fn a_program_that_is_killed_goes_on_where_it_was() {
    let office = Office::open().await;
    let now = SystemClock::new().now();
    office.publish_at(large_hall("第一版"), now).await.unwrap();
    let pack = std::fs::read(office.pack(&office.manifest().common().unwrap().full)).unwrap();
    let terminal = Terminal::new();
    let folder = office.repository();
    let good_answer = good(&folder);
    let half = move |asked: &Asked| match good_answer(asked) {
        reply if asked.path.starts_with("/p/") && range_from(asked).is_none() => reply.cut(140_000, Then::Hang),
        reply => reply,
    };
    let web = Web::start(half).await;
    let root = office.keys().join("root.json");
    let mut sync = Command::new(env!("CARGO_BIN_EXE_kiosk"));
    sync.args(["sync", "--from", &web.address, "--state"]).arg(terminal.state()).arg("--root").arg(&root);
    let mut child = sync.spawn().unwrap();
    web.hung.notified().await;
    // The server has handed over 140,000 bytes; the program needs a moment to take them in.
    let part = terminal.state().join("packs");
    let length = || files_of(&part).first().map_or(0, |part| part.metadata().unwrap().len());
    let mut tries = 0;
    while !part.exists() || length() < 60_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        tries += 1;
        assert!(tries < 1000, "{:?}", files_of(terminal.state()));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let left = length();
    assert!((60_000..=140_000).contains(&left), "{left}");
    web.take_asked();
    let done = tokio::task::spawn_blocking(move || sync.status().unwrap()).await.unwrap();
    assert!(done.success());
    assert_eq!(web.take_ranges("/p/"), [format!("bytes={left}-")]);
    assert!(terminal.live() == Some(1) && std::fs::read(&files_of(&part)[0]).unwrap() == pack);
}

#[tokio::test]
async fn a_server_that_knows_no_ranges_is_good_enough() {
    let two = Two::new().await;
    two.leave(&two.pack[..70_000]);
    let pack = two.pack.clone();
    let web = two.web(move |_, _| Reply::new("200 OK", "", &pack)).await;
    two.check_new(&two.follow(source(&web)).await);
    assert_eq!(two.ranges(&web), ["bytes=70000-"], "one answer is enough");
}

#[tokio::test]
async fn a_range_that_was_not_asked_for_is_not_taken() {
    let two = Two::new().await;
    let total = two.pack.len();
    let ranges = [
        format!("bytes 0-{}/{total}", total - 1),
        format!("bytes 69999-{}/{total}", total - 1),
        format!("bytes 70000-{}/{total}", total - 2),
        format!("bytes 70000-{}/{}", total - 1, total + 1),
        "bytes 70000-18446744073709551615/18446744073709551615".to_owned(),
        "nonsense".to_owned(),
        String::new(),
    ];
    for range in ranges {
        two.leave(&two.pack[..70_000]);
        let (pack, told) = (two.pack.clone(), range.clone());
        let liar = move |asked: &Asked, _: Reply| match range_from(asked) {
            Some(_) => Reply::new("206 Partial Content", &format!("Content-Range: {told}\r\n"), &pack[70_000..]),
            None => Reply::new("500 Internal Server Error", "", b""),
        };
        let web = two.web(liar).await;
        assert_eq!(reason(&two.follow(source(&web)).await), "not-a-release", "{range}");
        // What was good before still is.
        two.check_part(70_000);
        two.check_old();
    }
    // The right range with other bytes is found by the hash; then the whole is asked for once.
    let pack = two.pack.clone();
    let forger = move |asked: &Asked, reply: Reply| match range_from(asked) {
        Some(from) => {
            let range = format!("Content-Range: bytes {from}-{}/{total}\r\n", total - 1);
            Reply::new("206 Partial Content", &range, &vec![0x5A; total - from])
        }
        None => Reply::new("200 OK", "", &pack).cut(reply.bytes.len(), reply.then),
    };
    let web = two.web(forger).await;
    two.check_new(&two.follow(source(&web)).await);
    assert_eq!(two.ranges(&web), ["bytes=70000-", ""]);
}

#[tokio::test]
async fn a_server_without_the_range_is_asked_for_the_whole() {
    let two = Two::new().await;
    for headers in [format!("Content-Range: bytes */{}\r\n", two.pack.len()), String::new()] {
        two.leave(&two.pack[..70_000]);
        let web = two
            .web(move |asked, reply| match range_from(asked) {
                Some(_) => Reply::new("416 Range Not Satisfiable", &headers, b""),
                None => reply.cut(10_000, Then::Break),
            })
            .await;
        assert_eq!(reason(&two.follow(source(&web)).await), "unreachable");
        assert_eq!(two.ranges(&web), ["bytes=70000-", ""]);
        two.check_part(10_000);
    }
    let web = Web::of(&two.office.repository()).await;
    two.check_new(&two.follow(source(&web)).await);
}

#[tokio::test]
async fn a_false_beginning_is_thrown_away_and_fetched_anew() {
    let rest = ["bytes=70000-", ""].as_slice();
    // Zeros where the power went before the data was on the disk; a flipped bit; complete but wrong; too long.
    for (n, expected) in [rest, rest, &[""], &[""]].iter().enumerate() {
        let two = Two::new().await;
        let mut beginning = if n < 2 { two.pack[..70_000].to_vec() } else { two.pack.clone() };
        match n {
            0 => beginning.fill(0),
            1 | 2 => beginning[35_000] ^= 1,
            _ => beginning.push(0),
        }
        two.leave(&beginning);
        let web = Web::of(&two.office.repository()).await;
        two.check_new(&two.follow(source(&web)).await);
        assert_eq!(&two.ranges(&web), expected, "case {n}");
    }
}

#[tokio::test]
async fn what_is_complete_but_unnamed_is_not_fetched() {
    let two = Two::new().await;
    two.leave(&two.pack);
    let web = Web::of(&two.office.repository()).await;
    two.check_new(&two.follow(source(&web)).await);
    assert_eq!(two.ranges(&web), [""; 0]);
}

#[tokio::test]
async fn false_bytes_are_never_kept_and_a_good_server_helps_at_once() {
    let two = Two::new().await;
    let mut other = two.pack.clone();
    other[100_000] ^= 1;
    let cut = two.pack[..two.pack.len() - 1].to_vec();
    let page = "Content-Type: text/html\r\n";
    let answer = |status: &'static str, headers: &'static str, body: &[u8]| {
        let body = body.to_vec();
        Box::new(move |_: &Asked, _: Reply| Reply::new(status, headers, &body))
            as Box<dyn Fn(&Asked, Reply) -> Reply + Send + Sync>
    };
    let endless = two.pack.clone();
    let cases = [
        (answer("200 OK", "", &other), "hash-mismatch"),
        (answer("200 OK", "", &cut), "hash-mismatch"),
        (answer("200 OK", "Content-Encoding: gzip\r\n", &two.pack), "not-a-release"),
        (answer("200 OK", page, b"<html>login</html>"), "not-a-release"),
        (
            Box::new(move |_: &Asked, _: Reply| {
                let bytes = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".as_slice(), &endless].concat();
                Reply { bytes, then: Then::Flood }
            }) as Box<_>,
            "hash-mismatch",
        ),
    ];
    for (pack, expected) in cases {
        let web = two.web(pack).await;
        assert_eq!(reason(&two.follow(source(&web)).await), expected);
        two.check_part(0);
        two.check_old();
        // A portal in the middle of a download loses nothing of what came before.
        two.leave(&two.pack[..70_000]);
        let report = two.follow(source(&web)).await;
        assert_eq!(reason(&report), expected);
        two.check_part(if report.bytes > 70_000 { 0 } else { 70_000 });
        std::fs::remove_file(two.part()).unwrap_or_default();
    }
    let web = Web::of(&two.office.repository()).await;
    two.check_new(&two.follow(source(&web)).await);
}

#[tokio::test]
async fn a_byte_now_and_then_is_not_waited_for_without_end() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let read = Duration::from_secs(5);
    let hasty = Line::new(None, Patience { connect: read, read, file: Duration::from_millis(300) }).unwrap();
    let good = good(&office.repository());
    let web = Web::start(move |asked| match good(asked) {
        reply if asked.path.starts_with("/p/") => reply.cut(1, Then::Drip),
        reply => reply,
    })
    .await;
    let report = terminal.follow_at(Arc::new(Network::on(&hasty, &web.address).unwrap()), None, today()).await;
    assert_eq!(reason(&report), "timeout");
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
}

#[tokio::test]
async fn halves_that_nobody_wants_any_more_do_not_fill_the_disk() {
    let two = Two::new().await;
    let packs = two.terminal.state().join("packs");
    for n in 0..9 {
        let old = packs.join(format!("{}.part", Sha256::of(&[n])));
        std::fs::write(&old, [0; 1000]).unwrap();
        let file = std::fs::File::options().write(true).open(&old).unwrap();
        let days = Duration::from_secs(86_400 * u64::from(n));
        file.set_modified(std::time::SystemTime::UNIX_EPOCH + days).unwrap();
    }
    let web = two.web(|_, reply| reply.cut(50_000, Then::Break)).await;
    assert_eq!(reason(&two.follow(source(&web)).await), "unreachable");
    let mut expected: Vec<_> = (6..9).map(|n| packs.join(format!("{}.part", Sha256::of(&[n])))).collect();
    expected.push(two.part());
    expected.sort();
    let left: Vec<_> = files_of(&packs).into_iter().filter(|path| path.extension().is_some()).collect();
    assert_eq!(left, expected);
    let web = Web::of(&two.office.repository()).await;
    two.check_new(&two.follow(source(&web)).await);
}

#[tokio::test]
async fn people_who_wait_are_told_how_much_is_here() {
    let office = Office::open().await;
    office.publish(large_hall("第一版")).await;
    let full = office.manifest().common().unwrap().full;
    let web = Web::of(&office.repository()).await;
    let (told, last) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (count, newest) = (Arc::clone(&told), Arc::clone(&last));
    let progress = Meter::new(move |bytes| {
        count.fetch_add(1, Ordering::Relaxed);
        assert!(newest.swap(bytes, Ordering::Relaxed) <= bytes);
    });
    let counted = Counted::telling(source(&web), progress);
    let mut body = counted.open_from(&layout::pack_name(&full.sha256), full.size, 70_000).await.unwrap();
    while body.next().await.unwrap().is_some() {}
    assert_eq!(last.load(Ordering::Relaxed), full.size);
    assert_eq!(counted.bytes(), full.size - 70_000);
    assert!(told.load(Ordering::Relaxed) > 2);
}

#[tokio::test]
async fn sources_on_one_line_share_its_connections() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let web = Web::of(&office.repository()).await;
    let line = line();
    for _ in 0..5 {
        let source = Network::on(&line, &web.address).unwrap();
        source.small(layout::TIMESTAMP, 1 << 20).await.unwrap();
    }
    assert_eq!((web.take_asked().len(), web.connections()), (5, 1));
}

#[test]
fn a_machine_without_any_certificates_still_follows_over_http() {
    let terminal = Terminal::new();
    let root = terminal.state().join("root.json");
    let follow = |address: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_kiosk"))
            .args(["sync", "--json", "--from", address, "--state"])
            .arg(terminal.state())
            .arg("--root")
            .arg(&root)
            .env("SSL_CERT_FILE", "/nonexistent/certificates")
            .env("SSL_CERT_DIR", "/nonexistent/certificates")
            .output()
            .unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        document["refused"][0]["reason"].as_str().unwrap().to_owned()
    };
    let office = tempfile::tempdir().unwrap();
    let keys = office.path().join("keys");
    let made = Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).args(["keys", "init"]).arg(&keys).status().unwrap();
    assert!(made.success());
    std::fs::copy(keys.join("root.json"), &root).unwrap();
    // Nobody listens there; the point is that it was tried.
    assert_eq!(
        (follow("http://127.0.0.1:9").as_str(), follow("https://127.0.0.1:9").as_str()),
        ("unreachable", "unreachable")
    );
}
