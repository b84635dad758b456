//! Promises of the search over the whole sample hall and over common titles: labelled queries, one half of which the
//! search was tuned on; the other half was never looked at.

#![allow(clippy::print_stdout)] // The shares are worth reading in a log of tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use civic_kiosk::app::find::{FindAnswer, FindAsk};
use civic_kiosk::app::finder::{self, Finder};
use civic_kiosk::app::typing::Strokes;
use civic_kiosk::author::read_hall;
use civic_kiosk::base::clock::SimClock;
use civic_kiosk::base::digest::{Sha256, state_root};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::base::private::Private;
use civic_kiosk::content::Record;
use civic_kiosk::search::{Doc, Missed, Segmenter, TitleIndex, Words, text_of};
use civic_kiosk::session::VisitId;
use civic_kiosk::store::{Followed, FullText, NewRelease, Store, StoreError, Switch};

use crate::hall;
use crate::support::office::{Office, copy_dir, hall as small_hall, today};
use crate::support::terminal::Terminal;

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

#[test]
fn however_it_is_typed_the_same_is_found() {
    let index = hall_index();
    for query in [
        "身份证补领",
        "身份證補領",
        "ＳＦＺ",
        "ｓｈｅｎｆｅｎｚｈｅｎｇ",
        "身份证😀补领！！",
        "  身 份 证 ",
        "shenfenzheng",
    ] {
        let hits = index.find(query, 3).hits;
        assert!(hits.iter().any(|hit| hit.id.as_str() == "guide/id-card-reissue"), "{query}: {hits:?}");
    }
    let one = index.find("证", 20).hits;
    assert!(!one.is_empty() && one.iter().all(|hit| hit.title.contains('证')), "{one:?}");
    for nothing in ["xxqq", "bpmfdt", "，。！？…", "😀👍🏽", "vvvvv", "zhuangzhuangzhuangzhuang"] {
        assert!(index.find(nothing, 5).hits.is_empty(), "{nothing}: {:?}", index.find(nothing, 5).hits);
    }
    let long = format!("{}高龄津贴{}", "我".repeat(98), "吗".repeat(98));
    assert!(index.find(&long, 5).hits.iter().all(|hit| hit.score <= 1.0));
}

/// Longest wait for an answer that should come at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// The finding thread of a terminal, and what it answers.
struct Desk {
    finder: Finder,
    answers: Receiver<(VisitId, u64, FindAnswer)>,
    serial: u64,
}

impl Desk {
    fn over(folder: &Path) -> Self {
        let (sender, answers) = channel();
        let finder =
            Finder::spawn(vec![folder.to_owned()], Arc::new(SimClock::at(today())), move |visit, n, answer| {
                let _ = sender.send((visit, n, answer));
            });
        Self { finder, answers, serial: 0 }
    }

    fn ask(&mut self, visit: VisitId, query: &str) -> u64 {
        self.serial += 1;
        let (query, letters) = (Private::new(query.to_owned()), Private::new(String::new()));
        self.finder.ask(visit, FindAsk { serial: self.serial, query, letters, strokes: Strokes::default() });
        self.serial
    }

    /// The answer to a question that `is_it` waits for.
    fn answer(&self, serial: u64, is_it: impl Fn(&FindAnswer) -> bool) -> FindAnswer {
        loop {
            let (_, n, answer) = self.answers.recv_timeout(PATIENCE).expect("an answer");
            if n == serial && is_it(&answer) {
                return answer;
            }
        }
    }

    /// Asks, and waits until the texts are looked through too.
    fn settled(&mut self, visit: VisitId, query: &str) -> FindAnswer {
        let serial = self.ask(visit, query);
        self.answer(serial, |answer| answer.texts.is_some())
    }
}

#[test]
fn who_types_fast_while_another_release_comes_gets_an_answer_of_one_of_the_two() {
    let mut hall = hall::hall_in("content");
    let mut desk = Desk::over(hall.folder.path());
    let visit = VisitId::default().next();
    let first = desk.ask(visit, "停电");
    desk.answer(first, |_| true);
    let id = |text| RecordId::parse(text).unwrap();
    let Some(Record::Notice(mut notice)) = hall.store.record(&id("notice/tingdian-pingchuan")).unwrap() else {
        panic!()
    };
    notice.title = "长颈鹿展览通知".to_owned();
    let typed = "请问最低生活保障申请要带什么材料";
    let mut last = 0;
    for (at, c) in typed.char_indices() {
        last = desk.ask(visit, &typed[..at + c.len_utf8()]);
        if c == '活' {
            next_release(&mut hall.store, &Record::Notice(notice.clone()), &id("notice/tingshui-yanhe"));
            desk.finder.reload();
        }
    }
    let answer = desk.answer(last, |_| true);
    assert!(answer.titles.iter().any(|found| found.id.as_str() == "guide/minimum-living"), "the newest is answered");
    let answer = desk.settled(visit, "长颈鹿展览");
    assert_eq!(answer.titles.first().map(|found| found.id.as_str()), Some("notice/tingdian-pingchuan"));
    let answer = desk.settled(visit, "延河路停水");
    assert!(answer.titles.iter().all(|found| found.id.as_str() != "notice/tingshui-yanhe"), "what is gone is gone");
}

#[test]
fn searches_without_a_result_are_counted_with_no_word_that_a_person_made_up() {
    let hall = hall::hall_in("content");
    // What is in the texts is known from the start: half an index would find less.
    civic_kiosk::sync::follow_texts(hall.folder.path()).unwrap();
    let mut desk = Desk::over(hall.folder.path());
    let visit = VisitId::default().next();
    // Typed on, given up, and another one; then the visit is over, and somebody else comes.
    for query in ["长", "长颈", "长颈鹿", "张桂兰", "身份证"] {
        desk.settled(visit, query);
    }
    desk.settled(visit, "恐龙");
    desk.finder.forget(visit);
    desk.settled(visit.next(), "低保");
    let missed = Missed::read(hall.folder.path());
    let words: Vec<&str> = missed.most().into_iter().map(|(word, _)| word).collect();
    assert_eq!(BTreeSet::from_iter(words.iter().copied()), BTreeSet::from(["恐龙", "长颈鹿"]), "{missed:?}");
    assert_eq!(missed.searches, 3, "{missed:?}");
    let kept = std::fs::read_to_string(hall.folder.path().join("missed.json")).unwrap();
    assert!(!kept.contains("桂兰") && !kept.contains("欠") && !kept.contains("身份证"), "{kept}");

    let state = hall.folder.path().to_str().unwrap();
    let args = ["--state", state, "--json", "search", "--missed"];
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk")).args(args).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["searches"], missed.searches);
    assert_eq!(told["words"].as_array().unwrap().len(), words.len());
}

#[test]
fn a_day_finds_what_was_published_on_it_and_what_comes_nearest() {
    let hall = hall::hall_in("content");
    let mut desk = Desk::over(hall.folder.path());
    let visit = VisitId::default().next();
    let answer = desk.settled(visit, "2026年11月19日");
    assert!(answer.titles.iter().any(|found| found.id.kind() == "notice"), "a notice of that day");
    assert!(answer.titles.iter().all(|found| found.org.contains("2026-11-19")));
    let answer = desk.settled(visit, "2031年1月1日");
    assert!(answer.titles.is_empty() && !answer.near.is_empty());
}

/// `kiosk sync` from a stick with all that the office has published.
fn sync(office: &Office, state: &Path) {
    let stick = tempfile::tempdir().unwrap();
    copy_dir(&office.repository(), &stick.path().join("ZWGK"));
    let root = stick.path().join("root.json");
    std::fs::write(&root, office.root()).unwrap();
    let from = format!("usb:{}", stick.path().display());
    let args = ["--state", state.to_str().unwrap(), "sync", "--from", &from, "--root", root.to_str().unwrap()];
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk")).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_sync_brings_the_index_of_texts_along_deletions_included() {
    let now = jiff::Timestamp::now();
    let office = Office::open_at(now).await;
    let publish = |records| office.publish_at(records, now);
    publish(small_hall("第一版")).await.unwrap();
    let terminal = Terminal::new();
    sync(&office, terminal.state());
    let index = FullText::open_read_only(terminal.state()).unwrap();
    assert!(in_texts(&index, "老年人优待证办理").iter().any(|id| id.starts_with("guide/")));
    let mut rest = small_hall("第二版");
    rest.retain(|(id, bytes)| id.kind() != "guide" || !String::from_utf8_lossy(bytes).contains("老年人优待证"));
    publish(rest).await.unwrap();
    sync(&office, terminal.state());
    let index = FullText::open_read_only(terminal.state()).unwrap();
    let found = in_texts(&index, "老年人优待证办理");
    assert!(found.iter().all(|id| !id.contains("elder")), "{found:?}");
}
