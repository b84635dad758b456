//! Promises of `content`: the sample hall is whole, and whatever is wrong in a hall is named by file and field.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use civic_kiosk::author::{self, Level, Reading, lint};
use civic_kiosk::content::schema::Seen;
use civic_kiosk::content::{Answers, ChecklistLine, Guide, Record, Site};
use tempfile::TempDir;

/// The day for which the sample hall was written.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content")
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/content").join(name)
}

/// A copy of the small hall in `tests/data/content/small`, to be spoilt by a test.
struct Hall(TempDir);

impl Hall {
    fn small() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("items")).unwrap();
        for name in ["site.toml", "orgs.csv", "windows.csv", "hours.toml", "items/card.toml"] {
            fs::copy(data("small").join(name), folder.path().join(name)).unwrap();
        }
        Self(folder)
    }

    fn write(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.0.path().join(name), bytes).unwrap();
        self
    }

    /// Replaces a text that must be there.
    fn replace(self, name: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.0.path().join(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replacen(from, to, 1))
    }

    fn remove(self, name: &str) -> Self {
        fs::remove_file(self.0.path().join(name)).unwrap();
        self
    }

    fn check(&self) -> Reading {
        author::check_hall(self.0.path(), TODAY)
    }
}

fn told(reading: &Reading) -> Vec<String> {
    reading.problems.iter().map(|p| format!("{} {p}", p.rule)).collect()
}

fn guides(reading: &Reading) -> Vec<&Guide> {
    reading
        .records
        .iter()
        .filter_map(|a| match &a.record {
            Record::Guide(guide) => Some(&**guide),
            _ => None,
        })
        .collect()
}

#[test]
fn the_sample_hall_has_no_error_and_few_warnings() {
    let reading = author::check_hall(&sample(), TODAY);
    assert!(reading.has_no_error(), "{:#?}", told(&reading));
    // A few things are late on purpose, so that boards and scores have something to show.
    assert!(reading.problems.len() <= 12, "{:#?}", told(&reading));
    let count = |kind: &str| reading.records.iter().filter(|a| a.record.id().kind() == kind).count();
    assert!(count("guide") >= 16 && count("org") >= 10 && count("window") >= 12, "a whole hall");
    assert!(guides(&reading).iter().all(|g| g.plain.chars().count() <= 40), "plain sentences are short");
    let with_url = guides(&reading).iter().filter(|g| g.imprint.url.is_some()).count();
    assert!(with_url > 4 && with_url < count("guide") - 4, "both kinds of QR code occur");
}

#[test]
fn the_sample_hall_is_marked_as_sample_and_names_no_real_phone() {
    let reading = author::read_hall(&sample());
    for authored in &reading.records {
        if let Some(site) = authored.record.get::<Site>() {
            assert!(site.is_sample);
        }
        authored.record.visit(&mut |at, seen| {
            let Seen::Phone(phone) = seen else { return };
            // 0600 is no area code of the country's numbering plan; the hotlines are everybody's.
            let is_nobodys = phone.starts_with("0600-555") || phone.len() <= 5;
            assert!(is_nobodys, "{} {at}: {phone}", authored.record.id());
        });
    }
}

#[test]
fn every_record_comes_back_from_its_bytes_the_same() {
    for authored in author::read_hall(&sample()).records {
        let bytes = authored.record.to_bytes();
        let back = Record::from_bytes(authored.record.id(), &bytes).unwrap();
        assert_eq!(back, authored.record);
        assert_eq!(back.to_bytes(), bytes);
    }
}

/// The list of papers for some choices, computed from the raw file without the product's types:
/// each line is the set of papers of which one is enough.
fn expected_lines(raw: &toml::Table, chosen: &BTreeSet<&str>) -> Vec<Vec<String>> {
    let empty = Vec::new();
    let list = |table: &toml::Table, key: &str| table.get(key).and_then(|v| v.as_array()).unwrap_or(&empty).clone();
    let wanted: Vec<String> = list(raw, "material")
        .iter()
        .map(|m| m.as_table().unwrap())
        .filter(|m| {
            let only: Vec<_> = list(m, "only_for");
            only.is_empty() || only.iter().any(|k| chosen.contains(k.as_str().unwrap()))
        })
        .map(|m| m["id"].as_str().unwrap().to_owned())
        .collect();
    let groups: Vec<Vec<String>> = list(raw, "any_of")
        .iter()
        .map(|g| list(g.as_table().unwrap(), "materials").iter().map(|m| m.as_str().unwrap().to_owned()).collect())
        .collect();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for id in wanted {
        let group = groups.iter().find(|g| g.contains(&id));
        match lines.iter_mut().find(|line| group.is_some_and(|g| g.contains(&line[0]))) {
            Some(line) => line.push(id),
            None => lines.push(vec![id]),
        }
    }
    lines
}

#[test]
fn every_path_of_every_sample_guide_gives_the_list_its_file_says() {
    let reading = author::read_hall(&sample());
    let mut paths = 0;
    for authored in &reading.records {
        let Record::Guide(guide) = &authored.record else { continue };
        let raw: toml::Table = fs::read_to_string(sample().join(&authored.file)).unwrap().parse().unwrap();
        let sizes: Vec<usize> = guide.situations.iter().map(|s| s.choices.len()).collect();
        for mut number in 0..sizes.iter().product::<usize>() {
            let mut answers = Answers::default();
            let mut chosen = BTreeSet::new();
            for (s, size) in sizes.iter().enumerate() {
                answers.choose(guide, s, number % size);
                chosen.insert(raw["situation"][s]["choices"][number % size]["key"].as_str().unwrap());
                number /= size;
            }
            let checklist = guide.checklist(&answers);
            let lines: Vec<Vec<String>> = checklist
                .lines
                .iter()
                .map(|line| match line {
                    ChecklistLine::Paper(m) => vec![m.id.clone()],
                    ChecklistLine::OneOf { papers, .. } => papers.iter().map(|m| m.id.clone()).collect(),
                })
                .collect();
            assert_eq!(lines, expected_lines(&raw, &chosen), "{} {chosen:?}", guide.id);
            assert!(!lines.is_empty(), "{} {chosen:?}", guide.id);
            paths += 1;
        }
    }
    assert!(paths > 60, "only {paths} paths walked");
}

#[test]
fn the_small_hall_is_right_before_it_is_spoilt() {
    assert_eq!(told(&Hall::small().check()), Vec::<String>::new());
}

#[test]
fn a_title_of_110_characters_can_be_published_with_a_warning() {
    let title = "长".repeat(110);
    let hall = Hall::small().replace("items/card.toml", "title = \"测试证办理\"", &format!("title = \"{title}\""));
    let reading = hall.check();
    assert!(reading.has_no_error());
    assert_eq!(told(&reading), ["L11 items/card.toml 第2行 title：名称有110字，超过40字，屏幕上不好读"]);
    assert_eq!(guides(&reading)[0].title, title);
}

#[test]
fn the_longest_real_title_is_kept_whole() {
    let hall = Hall::small();
    fs::copy(data("long-title.toml"), hall.0.path().join("items/long-title.toml")).unwrap();
    let reading = hall.check();
    assert!(reading.has_no_error(), "{:#?}", told(&reading));
    assert!(guides(&reading).iter().any(|g| g.title.chars().count() >= 100));
}

/// What is spoilt in which file, and the beginning of what must be told about it.
#[test]
fn whatever_is_wrong_is_named_by_file_and_field() {
    let card = "items/card.toml";
    let spoil = |name: &str, from: &str, to: &str| Hall::small().replace(name, from, to);
    let cases: Vec<(Hall, &str)> = vec![
        (spoil(card, "title = \"测试证办理\"", "title = \"测试证办理"), "F02 items/card.toml 第2行：TOML 写法不对"),
        (spoil(card, "plain =", "plane ="), "F03 items/card.toml 第3行 plane：不认识这一项，是不是“plain”？"),
        (spoil(card, "plain =", "plane ="), "F04 items/card.toml plain：缺少这一项"),
        (spoil(card, "visits = 1", "visits = \"一次\""), "F05 items/card.toml 第11行 visits：应为整数"),
        (spoil(card, "visits = 1", "visits = 256"), "F05 items/card.toml 第11行 visits：应为 0 到 99"),
        (spoil(card, "kind = \"公共服务\"", "kind = \"服务\""), "F06 items/card.toml 第5行 kind：不认识“服务”"),
        (spoil(card, "测试证办理", "测试\\u001b证"), "F06 items/card.toml 第2行 title：含有看不见的控制字符 U+001B"),
        (spoil(card, "测试证办理", "测试\\n证"), "F06 items/card.toml 第2行 title：含有看不见的控制字符 U+000A"),
        (spoil(card, "测试证办理", &"长".repeat(121)), "F06 items/card.toml 第2行 title：过长：121字"),
        (spoil(card, "id = \"card\"", "id = \"cart\""), "F08 items/card.toml 第1行 id：编号“cart”应与文件名“card”相同"),
        (spoil(card, "2026-03-01", "2026-02-30"), "F06 items/card.toml 第15行 published："),
        (spoil(card, "org = \"first\"", "org = \"third\""), "L07 items/card.toml 第4行 org：orgs.csv 里没有“third”"),
        (
            spoil(card, "windows = [\"w1\"]", "windows = [\"w1\", \"w9\"]"),
            "L07 items/card.toml 第63行 contact.windows[2]：",
        ),
        (
            spoil(card, "only_for = [\"agent\"]", "only_for = [\"nobody\"]"),
            "L09 items/card.toml 第40行 material[2].only_for：",
        ),
        (spoil(card, "form = \"原件\"\n", ""), "F04 items/card.toml 第22行 material[1].form：缺少这一项"),
        (spoil(card, "originals = 1\n", ""), "L03 items/card.toml 第22行 material[1].originals："),
        (spoil(card, "charged = false", "charged = true"), "L05 items/card.toml 第51行 fee.standard："),
        (
            spoil(card, "charged = false", "charged = true\nstandard = \"10元\""),
            "L05 items/card.toml 第51行 fee.basis：",
        ),
        (
            spoil(card, "consult = \"0600-5550000\"", "consult = \"见窗口\""),
            "L06 items/card.toml 第61行 contact.consult：",
        ),
        (
            spoil(card, "https://www.small.example.gov.cn/", "https://www.other.example.com/"),
            "L13 items/card.toml 第14行 url：",
        ),
        (
            spoil("site.toml", "hours = \"hall\"", "hours = \"night\""),
            "L07 site.toml 第7行 hours：hours.toml 里没有“night”",
        ),
        (
            spoil("site.toml", "[\"card\"]", "[\"card\", \"gone\"]"),
            "L07 site.toml 第10行 frequent[2]：items/ 里没有“gone”",
        ),
        (
            spoil("site.toml", "is_sample = true", "is_sample = \"是\""),
            "F05 site.toml 第11行 is_sample：应为true 或 false",
        ),
        (Hall::small().remove("site.toml"), "F01 site.toml：缺少这个文件"),
        (Hall::small().remove("orgs.csv"), "F01 orgs.csv：缺少这个文件"),
        (Hall::small().remove("windows.csv"), "F01 windows.csv：缺少这个文件"),
        (Hall::small().remove("hours.toml"), "F01 hours.toml：缺少这个文件"),
        (Hall::small().remove("items/card.toml"), "F01 items：没有办事指南"),
        (Hall::small().write("items/notes.docx", b"PK"), "F01 items/notes.docx：不是 .toml 文件，不会发布"),
        (Hall::small().write("orgs.csv", b"id,name\n\xb2\xe2"), "F01 orgs.csv 第2行：文字编码不是 UTF-8"),
        (Hall::small().write(card, b"id = \"\xff\""), "F01 items/card.toml 第1行：文字编码不是 UTF-8"),
        (Hall::small().write(card, vec![b'#'; 4 * 1024 * 1024 + 1]), "F01 items/card.toml：文件过大"),
        (Hall::small().write("windows.csv", ""), "F04 windows.csv：文件是空的"),
        (spoil("orgs.csv", "id,name", "id,nmae"), "F03 orgs.csv 第1行 nmae：不认识这一列，是不是“name”？"),
        (spoil("orgs.csv", "id,name", "id,nmae"), "F04 orgs.csv 第1行 name：缺少这一列"),
        (spoil("orgs.csv", "second,", "first,"), "F07 orgs.csv 第3行 id：编号“first”已用于 orgs.csv第2行"),
        (spoil("orgs.csv", "二局,,", "二局,second,"), "F09 orgs.csv 第3行 parent：上级机构绕成了圈：second → second"),
        (spoil("orgs.csv", "12345", "一二三"), "L06 orgs.csv 第2行 complain："),
        (spoil("windows.csv", ",hall,是", ",hall,有"), "F06 windows.csv 第2行 has_low_counter：应填“是”或“否”"),
        (spoil("windows.csv", "w1,1,", "w 1,1,"), "F06 windows.csv 第2行 id："),
        (spoil("hours.toml", "09:00-12:00", "09:00~12:00"), "F06 hours.toml 第6行 hours[1].times[1].spans[1]："),
        (spoil("hours.toml", "id = \"hall\"", "id = \"hall\"\nday = 1"), "F03 hours.toml 第3行 hours[1].day："),
    ];
    let mut untold = Vec::new();
    for (hall, expected) in cases {
        let found = told(&hall.check());
        if !found.iter().any(|f| f.starts_with(expected)) {
            untold.push((expected, found));
        }
    }
    assert!(untold.is_empty(), "{untold:#?}");
}

#[test]
fn offices_above_each_other_are_told_once_with_the_whole_circle() {
    let hall = Hall::small().replace("orgs.csv", "一局,,", "一局,second,").replace("orgs.csv", "二局,,", "二局,first,");
    assert_eq!(told(&hall.check()), ["F09 orgs.csv 第2行 parent：上级机构绕成了圈：first → second → first"]);
}

#[test]
fn problems_of_all_files_are_told_at_once() {
    let hall = Hall::small()
        .replace("site.toml", "hotline = \"12345\"", "hotline = \"\"")
        .replace("orgs.csv", "first,", "fi rst,")
        .replace("hours.toml", "days = [1, 2, 3, 4, 5]", "days = [8]")
        .replace("items/card.toml", "kind = \"公共服务\"", "kind = \"x\"")
        .replace("items/card.toml", "reviewed_by = \"第一局\"", "reviewed_by = \"\"");
    let reading = hall.check();
    let files: BTreeSet<_> = reading.problems.iter().map(|p| p.file.to_string_lossy().into_owned()).collect();
    assert_eq!(
        files,
        ["hours.toml", "items/card.toml", "orgs.csv", "site.toml", "windows.csv"].map(String::from).into()
    );
    let of_card = reading.problems.iter().filter(|p| p.file == Path::new("items/card.toml")).count();
    assert_eq!(of_card, 2, "{:#?}", told(&reading));
}

#[test]
fn a_broken_record_is_not_told_again_as_a_dead_reference() {
    let hall = Hall::small().replace("hours.toml", "days = [1, 2, 3, 4, 5]", "days = [8]");
    let found = told(&hall.check());
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = told(&Hall::small().remove("windows.csv").check());
    assert_eq!(found, ["F01 windows.csv：缺少这个文件"]);
}

#[test]
fn an_empty_folder_and_a_missing_one_are_named() {
    let empty = tempfile::tempdir().unwrap();
    let found = told(&author::check_hall(empty.path(), TODAY));
    assert!(found.contains(&"F01 site.toml：缺少这个文件".to_owned()), "{found:#?}");
    assert!(found.iter().any(|f| f.starts_with("F01 items：缺少这个文件夹")), "{found:#?}");
    let gone = author::check_hall(&empty.path().join("gone"), TODAY);
    assert_eq!(gone.problems.len(), 1);
    assert!(gone.problems[0].message.contains("gone"));
}

#[test]
fn each_rule_of_the_trade_has_a_hall_that_breaks_it_alone() {
    let card = "items/card.toml";
    let spoil = |from: &str, to: &str| Hall::small().replace(card, from, to);
    let twin = {
        let text = fs::read_to_string(data("small").join(card)).unwrap().replace("id = \"card\"", "id = \"card2\"");
        Hall::small().write("items/card2.toml", text)
    };
    let no_paper = spoil("only_for = [\"agent\"]", "only_for = [\"agent\"]\nneed_not = 1");
    let no_paper = no_paper.replace(card, "\nneed_not = 1", "").replace(
        card,
        "need = \"必要\"\n",
        "need = \"必要\"\nonly_for = [\"agent\"]\n",
    );
    let cases = [
        (spoil("name = \"本人照片\"", "name = \"本人照片等材料\""), "L02", "material[1].name"),
        (spoil("promise_limit = { n = 0", "promise_limit = { n = 3"), "L04", "promise_limit"),
        (spoil("handling = \"即办件\"", "handling = \"承诺件\""), "L04", "handling"),
        (spoil("consult = \"0600-5550000\"", "consult = \"06005550000\""), "L06", "contact.consult"),
        (spoil("visits = 1", "visits = 0"), "L08", "visits"),
        (no_paper, "L09", "material"),
        (twin, "L10", "title"),
        (spoil("测试证办理", &"长".repeat(41)), "L11", "title"),
    ];
    for (hall, rule, field) in cases {
        let reading = hall.check();
        let found: BTreeSet<_> = reading.problems.iter().map(|p| (p.rule, p.field.as_deref().unwrap())).collect();
        // L04 may name both sides of one contradiction.
        assert!(found.contains(&(rule, field)), "{rule} {field}: {found:?}");
        assert!(found.iter().all(|(r, _)| *r == rule), "{rule}: {found:?}");
        let level = lint::RULES.iter().find(|r| r.id == rule).unwrap().level;
        assert!(reading.problems.iter().all(|p| p.level == level && p.record.is_some() && p.row.is_some()));
    }
}

#[test]
fn limits_of_different_units_and_promises_beyond_the_law_are_errors() {
    let promised = || Hall::small().replace("items/card.toml", "handling = \"即办件\"", "handling = \"承诺件\"");
    let limits = |legal: &str, promise: &str| {
        promised()
            .replace("items/card.toml", "legal_limit = { n = 0, unit = \"工作日\" }", &format!("legal_limit = {legal}"))
            .replace(
                "items/card.toml",
                "promise_limit = { n = 0, unit = \"工作日\" }",
                &format!("promise_limit = {promise}"),
            )
    };
    let fields = |hall: Hall| -> Vec<String> {
        hall.check().problems.iter().map(|p| format!("{} {}", p.rule, p.field.clone().unwrap())).collect()
    };
    let days = |n: u16| format!("{{ n = {n}, unit = \"日\" }}");
    let working = |n: u16| format!("{{ n = {n}, unit = \"工作日\" }}");
    assert_eq!(fields(limits(&days(20), &working(10))), ["L04 promise_limit.unit"]);
    assert_eq!(fields(limits(&working(5), &working(10))), ["L04 promise_limit.n"]);
    assert_eq!(fields(limits(&working(10), &working(10))), Vec::<String>::new());
}

#[test]
fn too_many_combinations_of_answers_are_refused_not_walked() {
    let mut text = fs::read_to_string(data("small").join("items/card.toml")).unwrap();
    for q in 0..60 {
        text.push_str(&format!(
            "\n[[situation]]\nquestion = \"问{q}\"\nchoices = [{{ key = \"y{q}\", label = \"是\" }}, {{ key = \"n{q}\", label = \"否\" }}]\n"
        ));
    }
    let reading = Hall::small().write("items/card.toml", text).check();
    assert_eq!(reading.problems.len(), 1);
    assert_eq!((reading.problems[0].rule, reading.problems[0].level), ("L09", Level::Error));
}

fn pack_lint(args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).arg("lint").args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn lint_says_by_exit_code_and_json_what_it_found() {
    let sample = sample();
    let (code, text) = pack_lint(&[sample.to_str().unwrap(), "--today", "2026-11-21"]);
    assert_eq!(code, Some(0));
    let last = text.trim().lines().last().unwrap();
    assert!(last.starts_with("读到") && last.contains("份办事指南：0个错误，"), "{last}");
    let hall = Hall::small().replace("items/card.toml", "kind = \"公共服务\"", "kind = \"x\"");
    let dir = hall.0.path().to_str().unwrap();
    let (code, text) = pack_lint(&[dir, "--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(code, Some(1));
    assert_eq!(found[0]["rule"], "F06");
    assert_eq!(found[0]["level"], "error");
    assert_eq!(found[0]["file"], "items/card.toml");
    assert_eq!((&found[0]["row"], &found[0]["field"]), (&5.into(), &"kind".into()));
    assert_eq!(found[0]["record"], "guide/card");
    assert!(found[0]["message"].as_str().unwrap().contains("可以写：行政许可"));
    assert_eq!(pack_lint(&[]).0, Some(2));
    assert_eq!(pack_lint(&["--colour", dir]).0, Some(2));
}

#[test]
fn what_is_no_file_or_no_folder_is_named() {
    let hall = Hall::small();
    fs::create_dir(hall.0.path().join("items/folder.toml")).unwrap();
    std::os::unix::fs::symlink("nowhere", hall.0.path().join("items/link.toml")).unwrap();
    assert_eq!(told(&hall.check()), ["F01 items/folder.toml：这不是一个文件", "F01 items/link.toml：文件打不开"]);
    let hall = Hall::small().remove("items/card.toml");
    fs::remove_dir(hall.0.path().join("items")).unwrap();
    let found = told(&hall.write("items", "").check());
    assert!(found.contains(&"F01 items：缺少这个文件夹，办事指南放在这里".to_owned()), "{found:#?}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    #[test]
    fn a_damaged_file_never_stops_the_reading(
        file in 0..5usize, at in proptest::prelude::any::<proptest::sample::Index>(),
        cut in 0..40usize, put in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..12),
    ) {
        let hall = Hall::small();
        let name = ["site.toml", "orgs.csv", "windows.csv", "hours.toml", "items/card.toml"][file];
        let mut bytes = fs::read(hall.0.path().join(name)).unwrap();
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, put);
        let reading = hall.write(name, bytes).check();
        // Whatever came of it, each problem has a place and says something.
        for problem in &reading.problems {
            proptest::prop_assert!(!problem.file.as_os_str().is_empty() && !problem.message.is_empty());
        }
    }
}
