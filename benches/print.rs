//! How long a receipt takes to become bytes: 60 lines in at most 1 ms.
//! It opens no device.
#![allow(clippy::panic, missing_docs)] // A bench without its profile has nothing to measure; criterion's macro has no docs.

use civic_kiosk::print::{Align, Cell, Document, Payload, Profile, Rule, Style, text};
use criterion::{Criterion, criterion_group, criterion_main};

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

fn encode(criterion: &mut Criterion) {
    let profile = Profile::builtin("generic-80").unwrap_or_else(|error| panic!("{error}"));
    let document = receipt();
    criterion.bench_function("60-line receipt to bytes", |b| b.iter(|| text::encode(&document, &profile)));
    let mut with_code = receipt();
    with_code.qr(Payload::Link("https://www.example.gov.cn/guide/elder-card".to_owned())).cut();
    criterion.bench_function("the same with a drawn code", |b| b.iter(|| text::encode(&with_code, &profile)));
}

criterion_group!(benches, encode);
criterion_main!(benches);
