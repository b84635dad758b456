//! Promises of the handwriting pad, measured on strokes of another origin (KanjiVG, fetched by deploy/setup.sh) that a
//! simulated hand makes unsteady, reorders and joins.

#![allow(clippy::print_stdout)] // The shares are worth reading in a log of tests.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use civic_kiosk::input::ink::{Ink, Point};

const WHEEL: &str = "kanjivg-20260714-py3-none-any.whl";
/// Every so many-th character is written.
const EVERY: usize = 21;

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32) / (1 << 24) as f32
    }

    /// Around 0, most within one.
    fn bell(&mut self) -> f32 {
        (0..4).map(|_| self.next()).sum::<f32>() - 2.0
    }
}

/// Characters of KanjiVG that have as many strokes as ours: written the same here and there.
fn written(ink: &Ink) -> Vec<(char, Vec<Vec<Point>>)> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    let wheel = cache.join("civic-kiosk/ink").join(WHEEL);
    let file = File::open(&wheel).unwrap_or_else(|e| panic!("{}: {e}; run deploy/setup.sh", wheel.display()));
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut found = BTreeMap::new();
    for (char, strokes) in ink.chars() {
        let Ok(mut entry) = archive.by_name(&format!("kanji/{:05x}.svg", u32::from(char))) else { continue };
        let mut svg = String::new();
        entry.read_to_string(&mut svg).unwrap();
        let drawn: Vec<Vec<Point>> =
            svg.split(" d=\"").skip(1).map(|rest| path(rest.split('"').next().unwrap())).collect();
        if drawn.len() == strokes {
            found.insert(char, drawn);
        }
    }
    assert!(found.len() > 2_000, "{}", found.len());
    found.into_iter().step_by(EVERY).collect()
}

/// The points of an SVG path of moves and cubic curves.
fn path(text: &str) -> Vec<Point> {
    let mut numbers: Vec<f32> = Vec::new();
    let mut points: Vec<Point> = Vec::new();
    let mut command = 'M';
    let mut last_control = None;
    let mut number = String::new();
    let mut tokens: Vec<(char, Vec<f32>)> = Vec::new();
    for c in text.chars().chain(['M']) {
        let ends = c.is_ascii_alphabetic()
            || c == ','
            || c == ' '
            || (c == '-' && !number.is_empty())
            || (c == '.' && number.contains('.'));
        if ends && !number.is_empty() {
            numbers.push(number.parse().unwrap());
            number.clear();
        }
        if c.is_ascii_alphabetic() {
            tokens.push((command, std::mem::take(&mut numbers)));
            command = c;
        } else if c.is_ascii_digit() || c == '.' || c == '-' {
            number.push(c);
        }
    }
    for (command, numbers) in tokens.into_iter().filter(|(_, numbers)| !numbers.is_empty()) {
        let at = points.last().copied().unwrap_or((0.0, 0.0));
        if command.eq_ignore_ascii_case(&'m') {
            points.push((numbers[0], numbers[1]));
            continue;
        }
        let size = if command.eq_ignore_ascii_case(&'c') { 6 } else { 4 };
        assert!("cCsS".contains(command), "{command}");
        let mut at = at;
        for part in numbers.chunks_exact(size) {
            let base = if command.is_ascii_lowercase() { at } else { (0.0, 0.0) };
            let place = |n: usize| (base.0 + part[n], base.1 + part[n + 1]);
            let (first, second, end) = match size {
                6 => (place(0), place(2), place(4)),
                _ => {
                    let mirrored: Point = last_control.map_or(at, |c: Point| (2.0 * at.0 - c.0, 2.0 * at.1 - c.1));
                    (mirrored, place(0), place(2))
                }
            };
            for n in 1..=6 {
                let t = n as f32 / 6.0;
                let mix = |a: f32, b: f32, c: f32, d: f32| {
                    let u = 1.0 - t;
                    u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
                };
                points.push((mix(at.0, first.0, second.0, end.0), mix(at.1, first.1, second.1, end.1)));
            }
            last_control = Some(second);
            at = end;
        }
    }
    points
}

/// What a hand makes of strokes: leaning, uneven, each stroke a little out of place. The drawing is 109 units wide.
fn unsteady(strokes: &[Vec<Point>], chance: &mut Chance) -> Vec<Vec<Point>> {
    let (lean, turn) = (chance.bell() * 0.10, chance.bell() * 0.08);
    let (wide, tall) = (1.0 + chance.bell() * 0.12, 1.0 + chance.bell() * 0.12);
    let hand = |stroke: &Vec<Point>| {
        let shift = (chance.bell() * 3.0, chance.bell() * 3.0);
        let size = 1.0 + chance.bell() * 0.08;
        let first = stroke[0];
        let mut points = Vec::new();
        for point in stroke {
            let (x, y) = (first.0 + (point.0 - first.0) * size - 54.5, first.1 + (point.1 - first.1) * size - 54.5);
            let (x, y) = ((x + lean * y) * wide, (y + turn * x) * tall);
            points.push((x + shift.0 + chance.bell() * 0.8, y + shift.1 + chance.bell() * 0.8));
        }
        points
    };
    strokes.iter().map(hand).collect()
}

/// Some strokes run into the next one.
fn joined(strokes: &[Vec<Point>], share: f32, chance: &mut Chance) -> Vec<Vec<Point>> {
    let mut joined: Vec<Vec<Point>> = Vec::new();
    for stroke in strokes {
        match joined.last_mut() {
            Some(last) if chance.next() < share => last.extend(stroke),
            _ => joined.push(stroke.clone()),
        }
    }
    joined
}

fn reordered(strokes: &[Vec<Point>], chance: &mut Chance) -> Vec<Vec<Point>> {
    let mut strokes = strokes.to_vec();
    for n in (1..strokes.len()).rev() {
        strokes.swap(n, (chance.next() * (n + 1) as f32) as usize % (n + 1));
    }
    strokes
}

fn tally(ink: &Ink, name: &str, written: &[(char, Vec<Vec<Point>>)]) -> (f64, f64) {
    let (mut first, mut in_five) = (0, 0);
    for (char, strokes) in written {
        let place = ink.recognise(strokes, 5).iter().position(|c| c == char);
        first += usize::from(place == Some(0));
        in_five += usize::from(place.is_some());
    }
    let all = written.len() as f64;
    let (first, in_five) = (f64::from(first as u32) / all, f64::from(in_five as u32) / all);
    println!("{name}, {all} characters: first {first:.3}, among five {in_five:.3}");
    (first, in_five)
}

#[test]
fn an_unsteady_hand_is_read_in_any_order_and_with_joined_strokes() {
    let ink = Ink::new().expect("deploy/setup.sh packs the strokes; the build had none");
    let drawn = written(&ink);
    let mut chance = Chance(20_260_714);
    let noisy: Vec<_> = drawn.iter().map(|(c, strokes)| (*c, unsteady(strokes, &mut chance))).collect();
    let mixed: Vec<_> = noisy.iter().map(|(c, strokes)| (*c, reordered(strokes, &mut chance))).collect();
    let run_on: Vec<_> = noisy.iter().map(|(c, strokes)| (*c, joined(strokes, 0.15, &mut chance))).collect();
    let of_noisy = tally(&ink, "medium noise", &noisy);
    let of_mixed = tally(&ink, "in any order", &mixed);
    let of_run_on = tally(&ink, "15 % joined", &run_on);
    assert!(of_noisy.0 >= 0.96 && of_noisy.1 >= 0.99, "medium noise: {of_noisy:?}");
    assert!(of_mixed.0 >= 0.96 && of_mixed.1 >= 0.99, "in any order: {of_mixed:?}");
    assert!(of_run_on.0 >= 0.88 && of_run_on.1 >= 0.95, "joined: {of_run_on:?}");
}
