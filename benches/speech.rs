//! What a page costs before it is heard: its reading and its sounds, and the memory of the dictionaries.
#![allow(clippy::print_stdout, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::path::Path;

use civic_kiosk::author::read_hall;
use civic_kiosk::content::schema::Seen;
use civic_kiosk::speech::Script;
use civic_kiosk::speech::phonemes::Phonemizer;
use criterion::Criterion;

/// A page longer than any of the hall.
const PAGE_CHARS: usize = 10_000;

fn memory_mb() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4096.0 / 1e6
}

/// Lines of the sample hall, as many as make a page of so many characters.
fn page() -> Vec<String> {
    let hall = read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let (mut lines, mut chars) = (Vec::new(), 0);
    for authored in hall.records {
        authored.record.visit(&mut |_, seen| {
            if let Seen::Text(text) = seen
                && chars < PAGE_CHARS
            {
                let line: String = text.chars().take(PAGE_CHARS - chars).collect();
                chars += line.chars().count();
                lines.push(line);
            }
        });
    }
    lines
}

fn main() {
    // Tests build this program and start it without the flag: measuring belongs to `cargo bench` alone.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("measured by `cargo bench --bench speech`");
    }
    let lines = page();
    let before = memory_mb();
    let voice = Phonemizer::built_in().expect("run deploy/setup.sh: the tables of pronunciation are missing");
    let syllables = voice.say("你好").syllables.len();
    println!("speech/memory of the dictionaries: {:.1} MB ({syllables} syllables said)", memory_mb() - before);
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("speech/reading of 10,000 characters", |b| {
        b.iter(|| Script::of_lines(black_box(&lines)).sentences.len());
    });
    criterion.bench_function("speech/reading and phonemes of 10,000 characters", |b| {
        b.iter(|| {
            let script = Script::of_lines(black_box(&lines));
            script.sentences.iter().map(|sentence| voice.say(&sentence.spoken).symbols.len()).sum::<usize>()
        });
    });
    criterion.final_summary();
}
