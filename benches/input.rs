//! The figures of the pinyin keyboard and the handwriting pad: time per key and per character, and memory.
//! Ends with an error when a promise is broken.
#![allow(clippy::print_stdout, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod machine;

use std::time::{Duration, Instant};

use civic_kiosk::input::ink::{Ink, Point};
use civic_kiosk::input::{Decoder, Lexicon};
use machine::memory_mb;

const TYPED: &[&str] = &[
    "shenfenzheng",
    "sfz",
    "wodeshenfenzhengdiule",
    "zenmeshenqingdibao",
    "yyzz",
    "bpmfdtnlgkhjqx",
    "zhangguilan",
    "xianzaikeyima",
    "yiyiyiyiyiyi",
    "shishishishi",
    "ouyangxiufen",
    "xxqq",
    "jiehundengji",
    "gaolingjintie",
];

fn spread(name: &str, mut times: Vec<Duration>, share: usize) -> Duration {
    times.sort();
    let late = times[(times.len() * share / 100).min(times.len() - 1)];
    println!("{name}: p50 {:.2?}  p{share} {late:.2?}  worst {:.2?}", times[times.len() / 2], times[times.len() - 1]);
    late
}

/// A made-up character of so many strokes: lines that cross, as most characters do.
fn character(strokes: usize, seed: usize) -> Vec<Vec<Point>> {
    let place = |n: usize| ((n * 37 + seed * 17) % 97) as f32;
    (0..strokes)
        .map(|s| {
            let (from, to) = ((place(s), place(s + 5)), (place(s + 11), place(s + 23)));
            (0..=20)
                .map(|n| n as f32 / 20.0)
                .map(|t| (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t))
                .collect()
        })
        .collect()
}

fn main() {
    // Tests build this program and start it without the flag: measuring belongs to `cargo bench` alone.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("measured by `cargo bench --bench input`");
    }
    let before = memory_mb();
    let start = Instant::now();
    let decoder = Decoder::new(Lexicon::new(&[]));
    println!("keyboard: made in {:.1?}, memory +{:.0} MB", start.elapsed(), memory_mb() - before);
    let mut times = Vec::new();
    for typed in TYPED.iter().cycle().take(TYPED.len() * 5) {
        for at in 1..=typed.len() {
            let start = Instant::now();
            std::hint::black_box(decoder.candidates(&typed[..at], 40));
            times.push(start.elapsed());
        }
    }
    let key = spread("a key", times, 99);

    let before = memory_mb();
    let start = Instant::now();
    let ink = Ink::new().expect("deploy/setup.sh packs the strokes; the build had none");
    println!("pad: made in {:.1?}, memory +{:.0} MB", start.elapsed(), memory_mb() - before);
    let mut times = Vec::new();
    for n in 0..200 {
        let strokes = character(1 + n % 20, n);
        let start = Instant::now();
        std::hint::black_box(ink.recognise(&strokes, 8));
        times.push(start.elapsed());
    }
    let written = spread("a character", times, 95);
    assert!(key <= Duration::from_millis(1), "a key takes longer than 1 ms");
    assert!(written <= Duration::from_millis(20), "a character takes longer than 20 ms");
}
