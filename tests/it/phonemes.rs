//! The pronunciation of the sample hall beside another's: misaki's answers stand in `tests/data/speech/misaki.tsv`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use civic_kiosk::author::read_hall;
use civic_kiosk::content::schema::Seen;
use civic_kiosk::speech::Script;
use civic_kiosk::speech::phonemes::{Phonemizer, Said};

/// One sentence in so many of the hall is compared, chosen by its own text, so that a change of one leaves the others.
const ONE_IN: u64 = 4;
/// Shorter sentences are titles of columns and the like.
const CHARS_MIN: usize = 8;
/// As promised: of so many sentences and so great a share of syllables.
const SENTENCES_MIN: usize = 2_000;
const SHARE_MIN: f64 = 0.99;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech").join(name)
}

/// What the voice says of the sample hall, each sentence once.
fn sentences() -> BTreeSet<String> {
    let hall = read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let mut sentences = BTreeSet::new();
    for authored in hall.records {
        authored.record.visit(&mut |_, seen| {
            if let Seen::Text(text) = seen {
                let script = Script::of_lines(&text.lines().collect::<Vec<_>>());
                sentences.extend(script.sentences.into_iter().map(|s| s.spoken));
            }
        });
    }
    sentences.retain(|said| said.chars().count() >= CHARS_MIN);
    sentences
}

fn is_chosen(sentence: &str) -> bool {
    let hash =
        sentence.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    hash % ONE_IN == 0
}

/// The syllables of hanzi, with the hanzi.
fn of_hanzi<'t>(text: &'t str, said: &'t Said) -> Vec<(&'t str, &'t str)> {
    let hanzi = |at: &std::ops::Range<usize>| text[at.clone()].chars().all(|c| !c.is_ascii());
    said.syllables
        .iter()
        .filter(|syllable| hanzi(&syllable.span))
        .map(|s| (&text[s.span.clone()], s.pinyin.as_str()))
        .collect()
}

/// The judged differences: how the hanzi stands between its neighbours, misaki's syllable, ours.
fn judged() -> BTreeSet<String> {
    let text = std::fs::read_to_string(data("misaki-differs.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').take(4).collect::<Vec<_>>().join("\t")).collect()
}

#[test]
fn the_hall_is_pronounced_as_an_independent_reader_does() {
    let voice = Phonemizer::built_in().expect("run deploy/setup.sh: the tables of pronunciation are missing");
    if std::env::var_os("UPDATE_MISAKI").is_some() {
        let chosen: Vec<String> = sentences().into_iter().filter(|s| is_chosen(s)).collect();
        std::fs::write(data("sentences.txt"), chosen.join("\n") + "\n").unwrap();
        return;
    }
    let answers = std::fs::read_to_string(data("misaki.tsv")).unwrap();
    let (mut compared, mut sentences, mut equal) = (0_usize, 0_usize, 0_usize);
    let mut differences: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for line in answers.lines().filter(|line| !line.starts_with('#')) {
        let (text, theirs) = line.split_once('\t').unwrap();
        let said = voice.citation(text);
        let ours = of_hanzi(text, &said);
        let theirs: Vec<&str> = theirs.split(' ').collect();
        assert_eq!(ours.len(), theirs.len(), "{text}");
        sentences += 1;
        for (at, ((hanzi, our), their)) in ours.iter().zip(&theirs).enumerate() {
            compared += 1;
            if our == their {
                equal += 1;
                continue;
            }
            let near = |i: Option<usize>| i.and_then(|i| ours.get(i)).map_or("", |(hanzi, _)| *hanzi);
            let place = format!("{}\t{hanzi}{}\t{their}\t{our}", near(at.checked_sub(1)), near(Some(at + 1)));
            differences.entry(place).or_insert((0, text.to_owned())).0 += 1;
        }
    }
    let share = equal as f64 / compared as f64;
    println!(
        "{sentences} sentences, {compared} syllables, {:.3} % equal, {} differences",
        share * 100.0,
        compared - equal
    );
    let judged = judged();
    let new: Vec<String> = differences
        .iter()
        .filter(|(place, _)| !judged.contains(*place))
        .map(|(place, (count, text))| format!("{place}\t{count}\t{text}"))
        .collect();
    assert!(new.is_empty(), "{} not judged yet:\n{}", new.len(), new.join("\n"));
    let gone: Vec<&String> = judged.iter().filter(|place| !differences.contains_key(*place)).collect();
    assert!(gone.is_empty(), "listed, but no difference any more: {gone:?}");
    assert!(sentences >= SENTENCES_MIN, "{sentences} sentences");
    assert!(share >= SHARE_MIN, "{share}");
}

#[test]
fn the_compared_sentences_are_those_of_the_sample_hall() {
    let answers = std::fs::read_to_string(data("misaki.tsv")).unwrap();
    let compared: BTreeSet<&str> =
        answers.lines().filter(|l| !l.starts_with('#')).filter_map(|line| Some(line.split_once('\t')?.0)).collect();
    let hall = sentences();
    let shared = compared.iter().filter(|text| hall.contains(**text)).count();
    // The content may go on; when half of it is new, the answers are made anew (tests/python/misaki_answers.py).
    assert!(shared * 2 > compared.len(), "{shared} of {} are still said", compared.len());
}
