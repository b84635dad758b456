//! How long an office's item sheet takes to become rows: 5,000 rows of 56 columns in at most 2 s.
//! It opens no file; the workbook is made before the clock starts.
#![allow(clippy::panic, missing_docs)] // A bench without its workbook has nothing to measure; criterion's macro has no docs.

use civic_kiosk::author::import::{Options, drafts, guide_target, import_table};
use criterion::{Criterion, criterion_group, criterion_main};
use rust_xlsxwriter::{Workbook, XlsxError};

const ROWS: u32 = 5_000;

fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, column) in (0..).zip(guide_target().columns) {
        sheet.write(0, at, &column.label)?;
        for row in 1..=ROWS {
            match at % 4 {
                0 => sheet.write(row, at, format!("{}{row}：申请人自备原件一份", column.label))?,
                1 => sheet.write(row, at, f64::from(row) + 0.5)?,
                2 => sheet.write(row, at, "《中华人民共和国行政许可法》第二十九条")?,
                _ if column.key == "code" => sheet.write(row, at, format!("4401-{row:06}"))?,
                _ => sheet.write(row, at, "是")?,
            };
        }
    }
    book.save_to_buffer()
}

fn import(criterion: &mut Criterion) {
    let bytes = workbook().unwrap_or_else(|error| panic!("{error}"));
    let target = guide_target();
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10);
    group.bench_function("5,000 × 56 cells of .xlsx", |b| {
        b.iter(|| match import_table(&bytes, &target, &Options::default()) {
            Ok(imported) if imported.rows.len() == ROWS as usize => imported.rows.len(),
            Ok(imported) => panic!("{:?}", imported.report.refused.first()),
            Err(error) => panic!("{error}"),
        });
    });
    group.bench_function("and 5,000 draft guides of them", |b| {
        b.iter(|| import_table(&bytes, &target, &Options::default()).map(|imported| drafts(&imported).len()));
    });
    group.finish();
}

criterion_group!(benches, import);
criterion_main!(benches);
