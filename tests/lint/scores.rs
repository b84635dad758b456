//! The points of an office can be checked with pencil and paper, and the page needs nothing but itself.

use std::fs;
use std::process::Command;

use civic_kiosk::author::score::{Colour, OfficeScore, Score, Share, score};

use crate::hall::{Hall, TODAY};

fn scored(hall: &Hall) -> Score {
    score(&hall.check(), TODAY)
}

fn office<'a>(score: &'a Score, name: &str) -> &'a OfficeScore {
    score.offices.iter().find(|office| office.id.name() == name).unwrap()
}

fn share(part: u64, whole: u64) -> Share {
    Share { part, whole }
}

#[test]
fn a_hall_without_a_problem_has_full_points() {
    let score = scored(&Hall::whole());
    assert!(score.offices.iter().all(|office| office.points == 100 && office.colour() == Colour::Green));
    let mut names: Vec<_> = score.offices.iter().map(|office| office.id.name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["cun", "first", "second", "shequ", "zhen"]);
    assert_eq!((score.silent.len(), score.common.len()), (0, 0));
}

#[test]
fn every_point_taken_off_is_explained() {
    let hall = Hall::whole()
        // The second office: two errors (2 × 5).
        .replace("items/subsidy.toml", "conditions = [\"住在小城\"]", "conditions = [\"待补\"]")
        .replace("tables/money.csv", "张*", "张三")
        // The first office: a late answer (3) and a negative reform (1).
        .replace("replies.csv", "2026-11-16,能借", "2026-10-30,能借")
        .replace("lists/reform.csv", "butie,3,3", "butie,3,4")
        // The village: nothing on the board of a quarter (2).
        .replace("village/cun/2026-08.csv", "村务,dibao", "村务,");
    let score = scored(&hall);
    let points = |name| office(&score, name).points;
    assert_eq!([points("first"), points("second"), points("cun"), points("shequ")], [96, 90, 98, 100]);
    let second = office(&score, "second");
    let deductions: Vec<_> = second.deductions.iter().map(|d| (d.rule, d.problems.len(), d.points)).collect();
    assert_eq!(deductions, [("L01", 1, 5), ("L18", 1, 5)]);
    assert_eq!(second.deductions[1].problems[0].1, "张三", "the row's title");
    let order: Vec<_> = score.offices.iter().map(|office| office.points).collect();
    assert!(order.is_sorted_by(|a, b| a >= b));
}

#[test]
fn one_habit_alone_makes_nobody_red() {
    let rows: String = (0..500).map(|n| format!("more-{n},1,2\n")).collect();
    let score = scored(&Hall::whole().add("lists/reform.csv", &rows));
    assert_eq!((office(&score, "first").points, office(&score, "first").colour()), (90, Colour::Green));
}

/// Twenty services: 4 on the spot, 10 with 20 → 5 working days, 5 with 10 → 10 days, 1 whose limits count differently.
#[test]
fn the_four_indicators_are_those_computed_by_hand() {
    let template = fs::read_to_string(crate::hall::data("whole").join("items/subsidy.toml")).unwrap();
    let mut hall = Hall::whole().remove("items/subsidy.toml").remove("bundles/both.toml");
    fs::remove_dir(hall.dir().join("bundles")).unwrap();
    let text = |n: usize, handling: &str, legal: &str, promise: &str| {
        template
            .replace("id = \"subsidy\"", &format!("id = \"s{n}\""))
            .replace("测试补贴申领", &format!("测试补贴{n}"))
            .replace("承诺件", handling)
            .replace("{ n = 20, unit = \"工作日\" }", legal)
            .replace("{ n = 10, unit = \"工作日\" }", promise)
    };
    for n in 0..20 {
        let item = match n {
            0..4 => text(n, "即办件", "{ n = 0, unit = \"工作日\" }", "{ n = 0, unit = \"工作日\" }"),
            4..14 => text(n, "承诺件", "{ n = 20, unit = \"工作日\" }", "{ n = 5, unit = \"工作日\" }"),
            14..19 => text(n, "承诺件", "{ n = 10, unit = \"日\" }", "{ n = 10, unit = \"日\" }"),
            _ => text(n, "承诺件", "{ n = 30, unit = \"日\" }", "{ n = 10, unit = \"工作日\" }"),
        };
        // Two of them do not say who may apply.
        let item = if n < 2 { item.replace("住在小城", "待定") } else { item };
        hall = hall.write(&format!("items/s{n}.toml"), item);
    }
    // Five more are only listed, one of them under the name of a guide.
    let listed: String = (0..4).map(|n| format!("x{n},只有目录{n},second,公共服务,,,\n")).collect();
    hall = hall.add("index.csv", &listed).add("index.csv", "x9,测试补贴7,second,公共服务,,,\n");
    let indicators = office(&scored(&hall), "second").indicators;
    // 20 guides; 4 + 测试事项二 of the small hall are without one.
    assert_eq!(indicators.stocked, share(20, 25));
    // 20 × 11 things, two of them missing.
    assert_eq!(indicators.complete, share(218, 220));
    // 10 × 15 days saved of 10 × 20 + 5 × 10 days; on the spot and mixed limits count for nothing.
    assert_eq!(indicators.saved, share(150, 250));
    assert_eq!(indicators.immediate, share(4, 20));
    let texts = indicators.shares().map(|share| share.to_string());
    assert_eq!(texts, ["80.0%", "99.1%", "60.0%", "20.0%"]);
}

#[test]
fn the_page_stands_alone_and_holds_nothing_unescaped() {
    let hall = Hall::whole().replace("orgs.csv", "小城第一局,", "小城<script>第一局&“局”,").replace(
        "items/card.toml",
        "测试证办理",
        &"长".repeat(41),
    );
    let page = scored(&hall).html();
    for outside in ["<script", "http:", "https:", "src=", "@import", "url(", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("小城&lt;script&gt;第一局&amp;“局”"));
    for said in [
        "<i aria-hidden=\"true\">●</i>绿",
        "100 − ",
        "名称有41字",
        "items/card.toml 第2行",
        "示例内容",
        "2026年11月21日",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let opened = page.matches("<section").count();
    assert_eq!(opened, page.matches("</section>").count());
    assert_eq!(page.matches("<div").count(), page.matches("</div>").count());
}

#[test]
fn the_command_writes_two_tables_and_a_page() {
    let hall = Hall::whole().replace("items/card.toml", "测试证办理", &"长".repeat(41));
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("score");
    let args = ["score", hall.dir().to_str().unwrap(), "--out", folder.to_str().unwrap(), "--today", "2026-11-21"];
    let run = || Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).args(args).output().unwrap();
    let output = run();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("●绿 99分 小城第一局"), "{text}");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let (offices, deductions, page) = (read("score.csv"), read("deductions.csv"), read("score.html"));
    assert!(offices.starts_with("\u{feff}机构编号,机构,得分,等级,标记,"), "{offices}");
    assert!(offices.contains("first,小城第一局,99,绿,●,"), "{offices}");
    let rows: Vec<_> = deductions.lines().collect();
    assert_eq!(rows.len(), 2, "{deductions}");
    assert!(rows[1].starts_with("first,小城第一局,L11,事项名称不超过40字,提醒,1,10,1,guide/card,"), "{deductions}");
    run();
    assert_eq!(
        [read("score.csv"), read("deductions.csv"), read("score.html")],
        [offices, deductions, page],
        "the same again"
    );
}
