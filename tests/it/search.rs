//! Promises of the search over the whole sample hall and over common titles: labelled queries, one half of which the
//! search was tuned on; the other half was never looked at.

#![allow(clippy::print_stdout)] // The shares are worth reading in a log of tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use civic_kiosk::app::finder;
use civic_kiosk::author::read_hall;
use civic_kiosk::base::digest::{Sha256, state_root};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Record;
use civic_kiosk::search::{Doc, Segmenter, TitleIndex, Words, text_of};
use civic_kiosk::store::{Followed, FullText, NewRelease, Store, StoreError, Switch};

use crate::hall;

/// A query and the records that answer it.
struct Labelled {
    query: String,
    right: BTreeSet<String>,
}

impl Labelled {
    /// The half is drawn by the query itself, so that nobody chooses.
    fn is_tuned(&self) -> bool {
        Sha256::of(self.query.as_bytes()).as_bytes()[0].is_multiple_of(2)
    }
}

/// How many queries of a half there are, and how many found a right record first or among the first five.
#[derive(Default)]
struct Tally {
    queries: usize,
    first: usize,
    in_five: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.queries += other.queries;
        self.first += other.first;
        self.in_five += other.in_five;
    }

    fn share(&self, n: usize) -> f64 {
        n as f64 / self.queries as f64
    }
}

fn lines(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/search").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// The queries over the sample hall.
fn of_the_hall() -> Vec<Labelled> {
    let ids = |text: &str| text.split(' ').map(str::to_owned).collect();
    lines("hall.tsv").into_iter().map(|(query, right)| Labelled { query, right: ids(&right) }).collect()
}

fn hall_index() -> TitleIndex {
    finder::title_index(hall::hall_in("content").store.findables().unwrap().unwrap())
}

/// The common titles as an office's index with its lexicon, and the queries for them.
fn of_common_titles() -> (TitleIndex, Vec<Labelled>) {
    let lines = lines("titles.tsv");
    let name = |n: usize| format!("t{n}");
    let docs = lines.iter().enumerate().map(|(n, (title, _))| Doc {
        id: RecordId::new("guide", &name(n)).unwrap(),
        title: title.clone(),
        org_name: String::new(),
        also: Vec::new(),
        weight: 0.8,
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/search/synonyms.csv");
    let pairs: Vec<(String, String)> =
        csv::Reader::from_path(path).unwrap().deserialize().collect::<Result<_, _>>().unwrap();
    let index = TitleIndex::new(docs, Words::new(pairs.iter().map(|(a, b)| (a.as_str(), b.as_str()))));
    let right = |n: usize| [format!("guide/{}", name(n))].into();
    let queries = lines.iter().enumerate().map(|(n, (_, query))| Labelled { query: query.clone(), right: right(n) });
    (index, queries.collect())
}

/// Asks all queries; what the tuned half misses is shown, so that the search can be tuned on it.
fn tally(name: &str, index: &TitleIndex, queries: &[Labelled]) -> (Tally, Tally) {
    let (mut tuned, mut untouched) = (Tally::default(), Tally::default());
    for labelled in queries {
        let hits = index.find(&labelled.query, 5).hits;
        let place = hits.iter().position(|hit| labelled.right.contains(hit.id.as_str()));
        let half = if labelled.is_tuned() { &mut tuned } else { &mut untouched };
        half.queries += 1;
        half.first += usize::from(place == Some(0));
        half.in_five += usize::from(place.is_some());
        if labelled.is_tuned() && place != Some(0) {
            let found: Vec<String> = hits.iter().map(|hit| format!("{} {} {}", hit.id, hit.title, hit.score)).collect();
            println!("{name}: {} at {place:?}: {found:?}", labelled.query);
        }
    }
    for (half, of) in [("tuned", &tuned), ("untouched", &untouched)] {
        let (first, in_five) = (of.share(of.first), of.share(of.in_five));
        println!("{name}: {half} half, {} queries: first {first:.3}, among five {in_five:.3}", of.queries);
    }
    (tuned, untouched)
}

#[test]
fn what_people_type_is_found_first_or_nearly() {
    let hall = of_the_hall();
    let (titles, common) = of_common_titles();
    assert!(hall.len() >= 150 && titles.len() >= 230, "{} and {}", hall.len(), titles.len());
    let tallies = [("hall", hall_index(), hall), ("titles", titles, common)]
        .map(|(name, index, queries)| (name, queries.len(), tally(name, &index, &queries)));
    let mut all = (Tally::default(), Tally::default());
    for (name, queries, (tuned, untouched)) in tallies {
        assert!(untouched.queries >= queries * 2 / 5 && tuned.queries >= queries * 2 / 5, "{name}: uneven halves");
        assert!(untouched.share(untouched.first) >= 0.80, "{name}: {:.3} first", untouched.share(untouched.first));
        all.0.add(&tuned);
        all.1.add(&untouched);
    }
    for half in [all.0, all.1] {
        let (first, in_five) = (half.share(half.first), half.share(half.in_five));
        println!("all: {} queries: first {first:.3}, among five {in_five:.3}", half.queries);
        assert!(first >= 0.80 && in_five >= 0.92, "first {first:.3}, among five {in_five:.3}");
    }
}

#[test]
fn what_the_hall_does_not_have_is_not_found() {
    let index = hall_index();
    for query in ["公交卡充值", "xxqq", "wqxzkk", "快递", "天气", "😀", "，。？", "龘龘龘"] {
        let found = index.find(query, 5).hits;
        assert!(found.is_empty(), "{query}: {found:?}");
    }
}

#[test]
fn no_query_is_too_odd_to_be_answered() {
    let index = hall_index();
    let long_letters = "shenfenzheng".repeat(20);
    let long = "我想问问".repeat(50);
    for query in
        ["水", "s", "ü", "\u{0}", "\u{202e}证", "👨‍👩‍👧‍👦", "ＳＦＺ", long_letters.as_str(), long.as_str(), "𠀀𠀁", "%_*\"'"]
    {
        for hit in index.find(query, 10).hits {
            assert!((0.0..=1.0).contains(&hit.score), "{query}: {hit:?}");
            assert!(hit.marks.iter().all(|range| hit.title.get(range.clone()).is_some()), "{query}: {hit:?}");
        }
    }
}

fn words(record: &Record) -> String {
    Segmenter.index_words(&text_of(record))
}

/// What stands in the text of some record, in the words of a query.
fn in_texts(index: &FullText, query: &str) -> Vec<String> {
    let found = index.find(&Segmenter.query_words(query), 10).unwrap();
    found.into_iter().map(|id| id.as_str().to_owned()).collect()
}

/// The next release: one record says something else, one is gone.
fn next_release(store: &mut Store, changed: &Record, gone: &RecordId) {
    let live = store.release().unwrap().unwrap();
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let records = read_hall(&content).records.into_iter().map(|read| read.record);
    let mut hashes: BTreeMap<RecordId, Sha256> =
        records.map(|record| (record.id().clone(), Sha256::of(&record.to_bytes()))).collect();
    hashes.insert(changed.id().clone(), Sha256::of(&changed.to_bytes()));
    hashes.remove(gone);
    let root = state_root(&hashes);
    let release = NewRelease {
        authority: live.authority.clone(),
        number: live.number + 1,
        issued: live.issued,
        segments: [("common".to_owned(), root)].into(),
        state_root: Some(root),
        subscription: String::new(),
        mailbox: civic_kiosk::content::Mailbox::default(),
    };
    let change = |switch: &Switch<'_>| {
        switch.put("common", changed.id(), &changed.to_bytes())?;
        switch.delete("common", gone).map(|_| ())
    };
    store.apply::<StoreError>(&release, change).unwrap();
}

#[test]
fn what_stands_in_a_text_is_found_and_follows_each_release() {
    let hall = hall::hall_in("content");
    let folder = hall.folder.path();
    let mut index = FullText::open(folder).unwrap();
    let all = index.follow(&hall.store, words).unwrap();
    assert!(all.written > 500 && all.removed == 0, "{all:?}");
    assert_eq!(index.follow(&hall.store, words).unwrap(), Followed::default());
    assert!(
        in_texts(&index, "白底彩色照片").iter().any(|id| id.starts_with("guide/")),
        "{:?}",
        in_texts(&index, "照片")
    );
    assert_eq!(index.find(&[], 10).unwrap(), []);

    let id = |text| RecordId::parse(text).unwrap();
    let mut store = hall.store;
    let Some(Record::Notice(mut notice)) = store.record(&id("notice/tingdian-pingchuan")).unwrap() else { panic!() };
    notice.title = "长颈鹿展览通知".to_owned();
    assert_eq!(in_texts(&index, "长颈鹿"), [""; 0]);
    let gone = id("notice/tingshui-yanhe");
    assert!(in_texts(&index, "更换阀门临时停水").contains(&gone.as_str().to_owned()));
    next_release(&mut store, &Record::Notice(notice), &gone);
    assert_eq!(index.follow(&store, words).unwrap(), Followed { written: 1, removed: 1 });
    assert_eq!(in_texts(&index, "长颈鹿"), ["notice/tingdian-pingchuan"]);
    assert!(!in_texts(&index, "更换阀门临时停水").contains(&gone.as_str().to_owned()));
    for odd in ["\"", "NEAR(", "a* OR b", "-", "text:x", "龘龘"] {
        index.find(&[odd.to_owned()], 10).unwrap();
    }
}

#[test]
fn a_damaged_index_is_made_again() {
    let hall = hall::sample();
    let folder = hall.folder.path();
    let written = FullText::open(folder).unwrap().follow(&hall.store, words).unwrap().written;
    std::fs::write(folder.join("search.db"), b"no database, but long enough to be looked at by anybody".repeat(100))
        .unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("search.db{suffix}")));
    }
    let mut index = FullText::open(folder).unwrap();
    assert_eq!(index.follow(&hall.store, words).unwrap().written, written);
}
