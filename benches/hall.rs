//! The sample hall from its files to checked records, as an office waits for it after each change.
#![allow(missing_docs)]

use std::path::Path;

use civic_kiosk::author::read_hall;
use criterion::{Criterion, criterion_group, criterion_main};

fn hall(criterion: &mut Criterion) {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    criterion.bench_function("hall/load", |b| b.iter(|| read_hall(&content).records.len()));
}

criterion_group!(benches, hall);
criterion_main!(benches);
