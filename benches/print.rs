//! How long receipts take: as text, drawn, fonts loaded for the first time, from the tap to the first byte; and memory.
//! The printer is a thread of this process on loopback; no device is opened.
#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used, missing_docs)] // A bench without its profile has nothing to measure; criterion's macro has no docs.

mod machine;

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::print::profile::Drawing;
use civic_kiosk::print::{
    Address, Align, Cell, Desk, Document, EscPosPrinter, Order, Payload, Press, Profile, Rule, Spool, Style, text,
};
use criterion::{Criterion, criterion_group, criterion_main};
use machine::memory_mb;

fn receipt() -> Document {
    let mut document = Document::new();
    document.title("一次性告知单").rule(Rule::Heavy);
    for n in 1..=28 {
        document.row(vec![
            Cell::fixed("□", 2, Align::Left),
            Cell::rest("申请人居民户口簿首页和本人页，变更过的带变更页"),
            Cell::fixed(&format!("{n}份"), 4, Align::Right),
        ]);
    }
    document.pair("电话", "0555-6781234").text("请带齐材料再来，少跑一趟。", Style::BOLD);
    document
}

/// About a thousand rows of dots: 31 lines and a name in a rare hanzi.
fn drawn_receipt() -> Document {
    let mut document = Document::new();
    document.title("一次性告知单").rule(Rule::Heavy).pair("申请人", "张𠮷");
    for n in 1..=14 {
        document.text(&format!("{n}、申请人居民户口簿首页和本人页，变更过的带变更页"), Style::PLAIN);
    }
    document.cut();
    document
}

fn profile() -> Profile {
    Profile::builtin("generic-80").unwrap_or_else(|error| panic!("{error}"))
}

fn encode(criterion: &mut Criterion) {
    let profile = profile();
    let document = receipt();
    criterion.bench_function("60-line receipt to bytes", |b| b.iter(|| text::encode(&document, &profile)));
    let mut with_code = receipt();
    with_code.qr(Payload::Link("https://www.example.gov.cn/guide/elder-card".to_owned())).cut();
    criterion.bench_function("the same with a drawn code", |b| b.iter(|| text::encode(&with_code, &profile)));
}

fn draw(criterion: &mut Criterion) {
    let before = memory_mb();
    let profile = profile();
    let document = drawn_receipt();
    let mut press = Press::new();
    let job = press.job(&document, &profile).unwrap();
    assert!(job.is_drawn && job.lacking.is_empty());
    let rows = job.bytes.len() / (profile.paper_width_dots / 8);
    criterion.bench_function(&format!("576 × {rows} receipt drawn, warm"), |b| {
        b.iter(|| black_box(press.job(&document, &profile)));
    });
    let other_scripts = "བོད་ཡིག ئۇيغۇرچە ᠮᠣᠩᠭᠣᠯ ꆈꌠꁱꂷ";
    let mut mixed = drawn_receipt();
    mixed.text(other_scripts, Style::PLAIN);
    black_box(press.job(&mixed, &profile).unwrap());
    println!("memory of drawing, all scripts: {:.0} MB resident more than before", memory_mb() - before);
    let mut cold = criterion.benchmark_group("cold");
    cold.sample_size(10);
    cold.bench_function("fonts found and the first receipt drawn", |b| {
        b.iter(|| black_box(Press::new().job(&document, &Profile { drawing: Drawing::Always, ..profile.clone() })));
    });
    cold.finish();
}

/// A ready printer that tells when the first byte of a receipt arrives.
fn printer() -> (Address, Receiver<Instant>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, arrived) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut packet = [0; 4_096];
            let mut has_begun = false;
            while let Ok(n @ 1..) = stream.read(&mut packet) {
                let bytes = &packet[..n];
                if bytes.starts_with(&[0x10, 0x04]) {
                    let _ = stream.write_all(&[0x12]);
                } else if !std::mem::replace(&mut has_begun, true) && tell.send(Instant::now()).is_err() {
                    return;
                }
                if bytes.ends_with(&[0x1D, 0x72, 0x01]) {
                    let _ = stream.write_all(&[0x00]);
                }
            }
        }
    });
    (Address::Tcp("127.0.0.1".to_owned(), port), arrived)
}

fn tap(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (address, arrived) = printer();
    let spool = Spool::open(folder.path(), clock.now()).unwrap();
    let printer = EscPosPrinter::new(&address, profile(), Arc::clone(&clock));
    let mut desk = Desk::with_spool(Box::new(printer), spool, clock);
    let document = receipt();
    let mut taps = 0;
    let mut group = criterion.benchmark_group("tap");
    group.sample_size(20);
    group.bench_function("tap to first byte, written down first", |b| {
        b.iter_custom(|n| {
            let mut sum = Duration::ZERO;
            for _ in 0..n {
                taps += 1;
                let key = taps.to_string();
                let start = Instant::now();
                let order = Order { key: &key, owner: 1, title: "小票", who: "", document: &document };
                desk.print(&order, &|| false, &mut |_| ()).unwrap();
                sum += arrived.recv().unwrap() - start;
            }
            sum
        });
    });
    group.finish();
}

criterion_group!(benches, encode, draw, tap);
criterion_main!(benches);
