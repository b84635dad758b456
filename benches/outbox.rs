//! A field's check, sealing and storing a letter, delivering 10,000 letters to a server on this machine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::digest::Sha256;
use civic_kiosk::content::form::{FieldKind, FormField};
use civic_kiosk::content::letter::{FORMAT, Letter, LetterEntry, LetterKind};
use civic_kiosk::form::check;
use civic_kiosk::outbox::{Book, Opener, Posting, Sealer};
use civic_kiosk::sync::{Line, Uplink};
use criterion::Criterion;
use jiff::civil::date;

const LETTERS: usize = 10_000;

fn field(kind: FieldKind) -> FormField {
    FormField { is_required: true, is_personal: true, ..FormField::of("f", "项目", kind) }
}

fn letter(uuid: &str) -> Letter {
    let entry = |n: usize| LetterEntry {
        id: format!("f{n}"),
        label: "信息名称或者内容描述".into(),
        copy: 0,
        text: "2025年柳林村道路硬化项目的验收报告".into(),
        value: String::new(),
    };
    Letter {
        format: FORMAT,
        uuid: uuid.into(),
        kind: LetterKind::Application.term().into(),
        number: None,
        record: "form/ysqgk".into(),
        title: "政府信息公开申请表".into(),
        org: String::new(),
        release: 1,
        terminal: "k01".into(),
        at: "2026-11-22T09:00:00+08:00".into(),
        due: None,
        helper: None,
        entries: (0..20).map(entry).collect(),
    }
}

fn main() {
    // `cargo test` runs benches too, and has nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    let today = date(2026, 11, 22);
    let card = field(FieldKind::IdCard);
    let text = field(FieldKind::LongText);
    let words = "路".repeat(500);
    criterion
        .bench_function("field/identity number", |b| b.iter(|| check(&card, black_box("11010519491231002X"), today)));
    criterion.bench_function("field/500 characters", |b| b.iter(|| check(&text, black_box(&words), today)));

    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::open(folder.path()).unwrap();
    let sealer = Sealer::new(&[Opener::generate().1]).unwrap();
    let now = SystemClock::new().now();
    let mut count = 0;
    let mut post = |kind| {
        let uuid = format!("letter-{count:06}");
        count += 1;
        let sealed = sealer.seal(letter(&uuid).to_bytes().unwrap().reveal()).unwrap();
        book.post(&Posting { uuid: &uuid, kind, number: None, sealed: &sealed }, now).unwrap();
    };
    criterion.bench_function("letter/seal and store", |b| b.iter(|| post(LetterKind::Rating)));
    criterion.final_summary();
    deliver();
}

fn deliver() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::open(folder.path()).unwrap();
    let sealer = Sealer::new(&[Opener::generate().1]).unwrap();
    let clock = SystemClock::new();
    for n in 0..LETTERS {
        let uuid = format!("letter-{n:06}");
        let sealed = sealer.seal(letter(&uuid).to_bytes().unwrap().reveal()).unwrap();
        let posting = Posting { uuid: &uuid, kind: LetterKind::Rating, number: None, sealed: &sealed };
        book.post(&posting, clock.now()).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || while answer(&stream).is_some() {});
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let uplink = Uplink::on(&Line::shared().unwrap(), &address, "k01").unwrap();
    let start = Instant::now();
    let done = runtime.block_on(uplink.deliver(&Arc::new(Mutex::new(book)), &clock)).unwrap();
    assert_eq!(done.delivered, LETTERS, "{done:?}");
    println!("letter/deliver: {:.0} letters a second", LETTERS as f64 / start.elapsed().as_secs_f64());
}

/// Takes one letter and confirms it.
fn answer(mut stream: &TcpStream) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|n| n.parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let sha256 = Sha256::of(&body).to_string();
    write!(stream, "HTTP/1.1 201 Created\r\nContent-Length: {}\r\n\r\n{sha256}", sha256.len()).ok()
}
