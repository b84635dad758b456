//! The whole model on the whole sample hall: everything is there, and whatever is spoilt in any file is named.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use civic_kiosk::author::{self, Level, Reading};
use civic_kiosk::content::participation::SurveyState;
use civic_kiosk::content::record::kinds;
use civic_kiosk::content::{
    Entry, FloorMap, Guide, Interpretation, ListHead, Policy, Qa, Record, Row, Survey, Topic, Village,
};
use proptest::prelude::*;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content")
}

fn all<'a, K: 'a>(reading: &'a Reading) -> Vec<&'a K>
where
    &'a K: TryFrom<&'a Record>,
{
    reading.records.iter().filter_map(|authored| authored.record.get::<K>()).collect()
}

#[test]
fn the_sample_hall_shows_every_kind_of_record_and_enough_of_each() {
    let reading = author::read_hall(&sample());
    let mut counts: BTreeMap<&str, usize> = kinds().iter().map(|info| (info.kind, 0)).collect();
    for authored in &reading.records {
        *counts.entry(authored.record.id().kind()).or_default() += 1;
    }
    assert!(counts.values().all(|n| *n > 0), "{counts:?}");
    for (kind, least) in [
        ("guide", 60),
        ("item", 200),
        ("field", 26),
        ("topic", 14),
        ("bundle", 8),
        ("policy", 20),
        ("village", 6),
        ("month", 72),
        ("list", 5),
        ("table", 4),
        ("map", 2),
        ("form", 6),
        ("survey", 3),
        ("notice", 20),
    ] {
        assert!(counts[kind] >= least, "{kind}: {} of {least}", counts[kind]);
    }
    let offices: BTreeSet<_> = all::<Guide>(&reading).iter().map(|guide| guide.org.clone()).collect();
    assert!(offices.len() >= 20, "guides of {} offices", offices.len());
}

#[test]
fn each_part_of_the_sample_hall_is_whole() {
    let reading = author::read_hall(&sample());
    let mut entries = BTreeMap::new();
    all::<Entry>(&reading).iter().for_each(|entry| *entries.entry(entry.field.clone()).or_insert(0) += 1);
    assert!(entries.len() >= 26 && entries.values().all(|n| *n >= 8), "{entries:?}");
    let rows = |list: &ListHead| all::<Row>(&reading).iter().filter(|row| row.sheet == list.id).count();
    assert!(all::<ListHead>(&reading).into_iter().any(|list| rows(list) >= 300), "one long list");
    // The two national excerpts are explained too; a document without an interpretation would be half published.
    for policy in all::<Policy>(&reading) {
        assert!(all::<Interpretation>(&reading).iter().any(|i| i.policy == policy.id), "{}", policy.id);
        assert!(all::<Qa>(&reading).iter().any(|qa| qa.policy.as_ref() == Some(&policy.id)), "{}", policy.id);
    }
    for topic in all::<Topic>(&reading) {
        assert!(!topic.policies.is_empty() && !topic.guides.is_empty() && !topic.data.is_empty(), "{}", topic.id);
    }
    assert!(all::<FloorMap>(&reading).iter().all(|map| map.places.iter().all(|place| map.route(place).is_some())));
    assert!(all::<Village>(&reading).iter().all(|village| !village.assets.is_empty()));
    let today = jiff::civil::date(2026, 11, 21);
    let states: Vec<_> = all::<Survey>(&reading).iter().map(|survey| survey.state(today)).collect();
    for state in [SurveyState::Open, SurveyState::Waiting, SurveyState::Published] {
        assert!(states.contains(&state), "{states:?}");
    }
    let words = |kind: &str| {
        let record = reading.records.iter().find(|a| a.record.id().kind() == kind).map(|a| &a.record);
        record.map_or(0, |record| {
            let mut texts = 0;
            record.visit(&mut |_, _| texts += 1);
            texts / 2
        })
    };
    assert!(words("synonyms") >= 60 && words("lexicon") >= 80, "{} {}", words("synonyms"), words("lexicon"));
}

#[test]
fn the_same_files_give_the_same_records() {
    let bytes = |reading: Reading| reading.records.iter().map(|a| a.record.to_bytes()).collect::<Vec<_>>();
    assert!(bytes(author::read_hall(&sample())) == bytes(author::read_hall(&sample())));
}

/// A copy of the sample hall that can be spoilt.
struct Copy {
    dir: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&sample(), dir.path());
        Self { dir }
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.dir.path().join(file)).unwrap()
    }

    /// What is told after one change of one file, which is then taken back.
    fn told_after(&self, file: &str, change: impl FnOnce(&str) -> String) -> Vec<String> {
        let old = self.read(file);
        let new = change(&old);
        assert_ne!(old, new, "{file} was changed");
        fs::write(self.dir.path().join(file), new).unwrap();
        let reading = author::read_hall(self.dir.path());
        fs::write(self.dir.path().join(file), old).unwrap();
        let errors = reading.problems.iter().filter(|p| p.level == Level::Error);
        errors.map(|p| format!("{} {p}", p.rule)).collect()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The first line of a table that is not its header, changed.
fn first_row(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1] = change(&lines[1]);
    lines.join("\n") + "\n"
}

#[test]
fn what_is_wrong_in_any_kind_of_file_is_named_with_its_place() {
    let hall = Copy::new();
    let month = "village/liulin/2026-09.csv";
    let closing = hall.read(month).lines().last().unwrap().to_owned();
    type Change = Box<dyn Fn(&str) -> String>;
    let replace = |a: &'static str, b: &'static str| -> Change { Box::new(move |text| text.replacen(a, b, 1)) };
    let cases: Vec<(&str, Change, &str)> = vec![
        (month, Box::new(move |text| text.replace(&closing, "财务,,本月结余,2026-09-30,,,,1.00,,,,")), "收支不平"),
        (month, replace("本月结余", "本月余额"), "缺少“本月结余”一行"),
        ("village/liulin/profile.toml", replace("id = \"liulin\"", "id = \"other\""), "F08"),
        ("village/liulin/assets.csv", replace("name,qty", "name,amount"), "village/liulin/assets.csv 第1行 amount"),
        ("village/rules.toml", replace("cycle = \"每月\"", "cycle = \"每周\""), "不认识“每周”"),
        ("catalogue/huji.csv", replace(",主动,", ",不予,"), "不予公开的，要写理由"),
        ("catalogue/huji.csv", replace("全社会", "大家"), "public：应写成 特定群体：申请人"),
        ("catalogue/fields.csv", replace("huji,", "hukou,"), "catalogue/fields.csv 里没有“huji”"),
        ("lists/quanze.toml", replace("key = \"code\"", "key = \"codes\""), "lists/quanze.toml"),
        (
            "lists/quanze.csv",
            Box::new(|text| first_row(text, |row| row.replacen("MZ-", "民政-", 1))),
            "lists/quanze.csv 第2行",
        ),
        ("lists/qingjian.csv", Box::new(|text| first_row(text, |row| format!("{row},多"))), "lists/qingjian.csv 第2行"),
        ("tables/nongji-butie.toml", replace("total = \"", "total = \"-"), "总额应大于 0"),
        ("policies/laoling-butie/policy.md", replace("+++\n", "---\n"), "第一行应为 +++"),
        (
            "policies/laoling-butie/policy.md",
            replace("status = \"现行\"", "status = \"有效\""),
            "不认识“有效”，可以写：现行",
        ),
        ("policies/laoling-butie/qa.csv", replace("id,question", "id,ask"), "qa.csv 第1行 ask"),
        ("surveys/gongjiao-xianlu.toml", replace("close = \"", "close = \"1"), "close：日期应写成"),
        ("projects.csv", replace("2026-", "2036-"), "projects.csv 第2行"),
        ("replies.csv", Box::new(|text| first_row(text, |row| row.replacen(",20", ",19", 1))), ""),
        ("forms/ysqgk.toml", replace("ask_consent = true", "ask_consent = false"), "必须先征得同意"),
        ("map/f1.toml", replace("here_node = \"", "here_node = \"no-"), "没有路口"),
        ("topics/yanglao.toml", replace("guides = [", "guides = [\"nothing\", "), "items/ 里没有“nothing”"),
        (
            "lexicon.csv",
            Box::new(|text| {
                first_row(text, |row| row.rsplit_once(' ').map_or_else(|| format!("{row} a1"), |(a, _)| a.to_owned()))
            }),
            "lexicon.csv 第2行",
        ),
        ("synonyms.csv", Box::new(|text| first_row(text, |_| text.lines().nth(2).unwrap().to_owned())), "写了两次"),
        ("calendar/2026.toml", replace("2026-", "2026/"), "calendar/2026.toml"),
        ("events.csv", replace("09:00-", "9点-"), "应写成 09:00-12:00"),
    ];
    let mut untold = Vec::new();
    for (file, change, expected) in cases {
        let told = hall.told_after(file, change);
        if !expected.is_empty() && !told.iter().any(|line| line.contains(expected)) {
            untold.push((file, expected, told));
        }
    }
    assert!(untold.is_empty(), "{untold:#?}");
}

/// Every file of the sample hall, read once.
fn files() -> Vec<String> {
    fn walk(dir: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, root, found),
                path => found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned()),
            }
        }
    }
    let mut found = Vec::new();
    walk(&sample(), &sample(), &mut found);
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_file_cut_or_filled_with_rubbish_harms_no_other_and_never_the_program(
        file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), rubbish in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        // One hall is enough: every case puts its file back.
        thread_local!(static HALL: Copy = Copy::new());
        HALL.with(|hall| -> Result<(), TestCaseError> {
            let files = files();
            let file = file.get(&files);
            let path = hall.dir.path().join(file);
            let old = fs::read(&path).unwrap();
            let at = at.index(old.len() + 1);
            let mut new = old[..at].to_vec();
            new.extend(&rubbish);
            if rubbish.len() % 2 == 0 {
                new.extend(&old[at..]);
            }
            fs::write(&path, &new).unwrap();
            let reading = author::read_hall(hall.dir.path());
            fs::write(&path, &old).unwrap();
            // References, ids and the allowed hosts tie files together; everything else stays where it is.
            let ties = ["L07", "L13", "F07"];
            let strangers = reading.problems.iter().filter(|p| p.level == Level::Error && !ties.contains(&p.rule));
            let others: Vec<_> = strangers.filter(|p| p.file != Path::new(file)).collect();
            prop_assert!(others.is_empty(), "{file}: {others:?}");
            Ok(())
        })?;
    }
}
