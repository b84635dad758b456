//! Each rule has a hall that breaks it and one that does not.

use std::collections::BTreeSet;
use std::process::Command;

use civic_kiosk::author::lint::{self, RULES};
use civic_kiosk::author::{self, Level};
use jiff::civil::date;

use crate::hall::{Hall, TODAY, told};

const CARD: &str = "items/card.toml";
const SUBSIDY: &str = "items/subsidy.toml";
const POLICY: &str = "policies/new/policy.md";
const INTERP: &str = "policies/new/interp.md";

fn whole() -> Hall {
    Hall::whole()
}

fn spoil(name: &str, from: &str, to: &str) -> Hall {
    whole().replace(name, from, to)
}

#[test]
fn the_whole_hall_breaks_no_rule() {
    let reading = whole().check();
    assert_eq!(told(&reading), Vec::<String>::new());
    let kinds: BTreeSet<_> = reading.records.iter().map(|a| a.record.id().kind()).collect();
    assert_eq!(kinds.len(), civic_kiosk::content::record::kinds().len(), "every kind of record is in it: {kinds:?}");
}

/// What is spoilt, and how the problem begins that must be told for it.
fn broken_halls() -> Vec<(Hall, &'static str)> {
    let mut halls = broken_files();
    halls.extend(broken_guides());
    halls.extend(unclean_halls());
    halls.extend(broken_records());
    halls
}

fn broken_files() -> Vec<(Hall, &'static str)> {
    vec![
        (whole().remove("site.toml"), "错误 F01 site.toml：缺少这个文件"),
        (spoil(CARD, "visits = 1", "visits = "), "错误 F02 items/card.toml 第"),
        (spoil(CARD, "plain =", "plane ="), "错误 F03 items/card.toml 第3行 plane"),
        (spoil(CARD, "visits = 1\n", ""), "错误 F04 items/card.toml visits"),
        (spoil(CARD, "visits = 1", "visits = \"一\""), "错误 F05 items/card.toml 第12行 visits"),
        (spoil(CARD, "kind = \"公共服务\"", "kind = \"服务\""), "错误 F06 items/card.toml 第5行 kind"),
        (spoil("index.csv", "i2,", "i1,"), "错误 F07 index.csv 第3行 id"),
        (spoil(CARD, "id = \"card\"", "id = \"cart\""), "错误 F08 items/card.toml 第1行 id"),
        (spoil("orgs.csv", "乡镇街道,乡级,,", "乡镇街道,乡级,cun,"), "错误 F09 orgs.csv 第5行 parent"),
        (spoil(CARD, "step1.png", "step9.png"), "错误 F10 items/card.toml 第"),
        (spoil(CARD, "originals = 1\n", ""), "错误 L03 items/card.toml 第"),
        (spoil(SUBSIDY, "standard = \"每份10元\"\n", ""), "错误 L05 items/subsidy.toml 第"),
        (spoil(CARD, "windows = [\"w1\"]", "windows = [\"w1\", \"w9\"]"), "错误 L07 items/card.toml 第"),
        (spoil(CARD, "www.small.example.gov.cn", "www.other.example.com"), "错误 L13 items/card.toml 第"),
    ]
}

fn broken_guides() -> Vec<(Hall, &'static str)> {
    let photo = "need = \"必要\"\n";
    vec![
        (spoil(SUBSIDY, "windows = [\"w2\"]", "windows = []"), "错误 L01 items/subsidy.toml 第"),
        (
            spoil(SUBSIDY, "conditions = [\"住在小城\"]", "conditions = [\"（待补）\"]"),
            "错误 L01 items/subsidy.toml 第16行 conditions",
        ),
        (spoil("catalogue/yanglao.csv", "政府网站、公开查阅点", ""), "错误 L01 catalogue/yanglao.csv 第2行 channels"),
        (
            spoil("catalogue/yanglao.csv", ",小城第二局,政府", ",外地某局,政府"),
            "提醒 L01 catalogue/yanglao.csv 第2行 complain",
        ),
        (spoil(CARD, "本人照片", "本人照片等材料"), "错误 L02 items/card.toml 第"),
        (spoil(CARD, "本人照片", "办好相关手续的凭证"), "错误 L02 items/card.toml 第"),
        (spoil(SUBSIDY, "{ n = 10", "{ n = 30"), "错误 L04 items/subsidy.toml 第"),
        (
            spoil(
                SUBSIDY,
                "promise_limit = { n = 10, unit = \"工作日\" }",
                "promise_limit = { n = 10, unit = \"日\" }",
            ),
            "错误 L04 items/subsidy.toml 第",
        ),
        (spoil(CARD, "consult = \"0600-5550000\"", "consult = \"06005550000\""), "提醒 L06 items/card.toml 第"),
        (
            spoil(SUBSIDY, "channels = [\"窗口办理\", \"网上办理\"]", "channels = [\"窗口办理\"]"),
            "错误 L08 items/subsidy.toml 第11行 visits",
        ),
        (spoil(CARD, photo, "need = \"必要\"\nonly_for = [\"agent\"]\n"), "错误 L09 items/card.toml 第"),
        (
            whole().write(
                "items/card2.toml",
                std::fs::read_to_string(crate::hall::data("whole").join(CARD))
                    .unwrap()
                    .replace("id = \"card\"", "id = \"card2\""),
            ),
            "提醒 L10 items/card2.toml 第2行 title",
        ),
        (spoil(CARD, "测试证办理", &"长".repeat(41)), "提醒 L11 items/card.toml 第2行 title：名称有41字"),
        (
            spoil(CARD, "11440100007482575H3", "11440100007482576H3"),
            "提醒 L12 items/card.toml 第6行 code.impl：统一社会信用代码“11440100007482576H”校验不通过",
        ),
        (
            spoil("orgs.csv", "11440100007482575H", "11440100007482575h"),
            "提醒 L12 orgs.csv 第2行 uscc：统一社会信用代码“11440100007482575h”的字母应大写",
        ),
        (
            spoil("index.csv", "11440100007482575H3440118009001", "11440100007482575X3440118009001"),
            "提醒 L12 index.csv 第2行 code",
        ),
        (spoil(CARD, "policy = \"new\"", "policy = \"old\""), "错误 L14 items/card.toml 第"),
        (spoil(CARD, "[\"policy/new\"]", "[\"policy/old\"]"), "提醒 L14 items/card.toml 第"),
        (spoil(POLICY, "reviewed_by", "expires = \"2026-11-20\"\nreviewed_by"), "错误 L14 items/card.toml 第"),
        (spoil("qa.csv", "first,,,2026", "first,old,,2026"), "提醒 L14 qa.csv 第2行 policy"),
        (spoil(CARD, "2026-03-01", "2025-11-20"), "提醒 L16 items/card.toml 第"),
        (
            spoil("notices/tz.md", "published = \"2026-10-16\"", "published = \"2026-05-20\""),
            "提醒 L16 notices/tz.md 第6行 published",
        ),
        (spoil("progress.csv", ",2026-10-01", ",2026-08-20"), "提醒 L16 progress.csv 第2行 updated"),
        (
            spoil(SUBSIDY, "conditions = [\"住在小城\"]", "conditions = [\"有本地暂住证\"]"),
            "提醒 L17 items/subsidy.toml 第16行 conditions[1]：“暂住证”是过时的说法，应为：居住证",
        ),
        (spoil(CARD, "conditions = [\"住在小城\"]", "conditions = [\"用旧版说法\"]"), "提醒 L17 items/card.toml 第"),
        (
            spoil("site.toml", "region", "attract = [\"政府信息公开申请15个工作日内答复\"]\nregion"),
            "提醒 L17 site.toml 第2行 attract[1]",
        ),
        (spoil(SUBSIDY, "最多10个工作日。", &"很长的话".repeat(11)), "提醒 L19 items/subsidy.toml 第"),
        (
            spoil(CARD, "带一张照片，当场领测试证。", &"很长的话".repeat(8)),
            "提醒 L19 items/card.toml 第3行 plain：一句话说明有32字，超过30字",
        ),
        (spoil(CARD, "把照片递给窗口里的工作人员", ""), "错误 L20 items/card.toml 第"),
        (
            spoil(
                INTERP,
                "三步领补贴：第一步带身份证到2号窗口，第二步工作人员当场核对，第三步10个工作日内到账。",
                "流程图",
            ),
            "提醒 L20 policies/new/interp.md 第",
        ),
        (spoil(CARD, "到1号窗口", "到9号窗口"), "提醒 L28 items/card.toml 第"),
        (spoil(SUBSIDY, "到2号补贴窗口", "到2号医保窗口"), "提醒 L28 items/subsidy.toml 第"),
    ]
}

fn unclean_halls() -> Vec<(Hall, &'static str)> {
    let notice = |text: &str| spoil("notices/tz.md", "旧版测试证还可以用。", text);
    vec![
        (spoil("site.toml", "[\"www.", "[\"www.somebody.com\", \"www."), "提醒 L15 site.toml 第9行 qr_hosts[1]"),
        (notice("推进标(biāo)准(zhǔn)化"), "提醒 L15 notices/tz.md body[1]：汉字后面带着拼音"),
        (notice("政务\u{e5e5}公开"), "错误 L15 notices/tz.md body[1]：有乱码字符 U+E5E5"),
        (notice("政务\u{fffd}公开"), "错误 L15 notices/tz.md body[1]：有乱码字符 U+FFFD"),
        (notice("国办发〔201954号"), "提醒 L15 notices/tz.md body[1]：“〔”没有配“〕”"),
        (notice("有<b>粗体</b>"), "提醒 L15 notices/tz.md body[1]：有网页代码“b”"),
        (notice("残废军人"), "提醒 L15 notices/tz.md body[1]：“残废”是 style.toml 的禁用词"),
        (notice("請到政務服務中心辦理"), "提醒 L15 notices/tz.md body[1]：有"),
        (spoil("lists/ssj-plan.csv", "第一项", "残废"), "提醒 L15 lists/ssj-plan.csv 第2行 name：“残废”"),
        (notice("联系人手机13800138000"), "错误 L18 notices/tz.md body[1]：写有手机号"),
        (notice("身份证11010519491231002X"), "错误 L18 notices/tz.md body[1]：写有身份证号"),
        (notice("卡号4111111111111111"), "错误 L18 notices/tz.md body[1]：写有银行卡号"),
        (spoil("replies.csv", "已经加了坡道。", "请打13800138000。"), "错误 L18 replies.csv 第2行 reply"),
        (spoil("village/cun/2026-08.csv", "共3户", "张三11010519491231002X"), "错误 L18 village/cun/2026-08.csv 第"),
        (spoil("tables/money.csv", "张*", "张三"), "错误 L18 tables/money.csv 第2行 name：“领取人”一列应遮盖姓名"),
        (spoil("tables/money.csv", "138****1234", "0600-5551234"), "错误 L18 tables/money.csv 第2行 tel"),
        (spoil("tables/money.toml", "mask = \"姓名\"\n", ""), "提醒 L18 tables/money.toml 第"),
    ]
}

fn broken_records() -> Vec<(Hall, &'static str)> {
    let late = "published = \"2026-10-14\"";
    vec![
        (spoil("village/cun/2026-09.csv", ",,,,1200,", ",,,,1201,").replace("village/cun/2026-09.csv", ",,,,1300,", ",,,,1301,"), "错误 L21 village/cun/2026-09.csv 第2行 opening"),
        (spoil("village/cun/2026-08.csv", "村务,dibao", "村务,"), "提醒 L22 village/cun/2026-09.csv：应公开未公开：2026-07至2026-09没有“低保名单”"),
        (spoil("village/shequ/2026-10.csv", "财务,ledger", "财务,"), "提醒 L22 village/shequ/2026-10.csv：应公开未公开：2026-10没有“收支明细”"),
        (whole().remove("village/shequ/2026-10.csv"), "提醒 L22 village/shequ/profile.toml：缺2026-10的公开栏"),
        (whole().remove("lists/ssj-plan.toml").remove("lists/ssj-plan.csv"), "错误 L23 lists/ssj-inspectors.toml 第6行 part：双随机一公开缺“抽查计划”"),
        (spoil(INTERP, "{c2}", "{c2, c9}"), "错误 L24 policies/new/interp.md sections[1].cites：《小城补贴办法》里没有编号为“c9”的条款"),
        (spoil("policies/new/qa.csv", ",c2,", ",c3,"), "错误 L24 policies/new/qa.csv 第2行 cites"),
        (spoil("qa.csv", "first,,,", "first,,c1,"), "错误 L24 qa.csv 第2行 cites：写了条款，没有写是哪份文件"),
        (spoil(INTERP, late, "published = \"2026-10-16\""), "提醒 L25 policies/new/interp.md 第5行 published：文件2026-10-12公布，解读应在2026-10-15前公布"),
        (whole().remove(INTERP), "错误 L26 policies/new/policy.md 第10行 needs_interpretation"),
        (spoil("map/f1.toml", "target = \"window/w2\"", "target = \"window/w1\""), "提醒 L27 windows.csv 第3行 id：2号窗口“补贴”不在任何一张平面图上"),
        (spoil("windows.csv", "w2,2,补贴", "w2,1,补贴"), "提醒 L28 windows.csv 第3行 name：1号窗口有两个名称"),
        (spoil("lists/reform.csv", "butie,3,3", "butie,3,4"), "提醒 L29 lists/reform.csv 第3行 now：材料改革前3、改革后4"),
        (spoil("topics/all.toml", "data = [\"list/reform\"]", "data = []"), "提醒 L30 topics/all.toml 第9行 data：“数据查询”是空的"),
        (spoil("bundles/both.toml", "guide = \"subsidy\"", ""), "提醒 L30 bundles/both.toml 第6行 guides[2]：“subsidy”"),
        (spoil("tables/money.toml", "total = \"1000\"", "total = \"500\""), "提醒 L31 tables/money.toml 第"),
        (spoil("replies.csv", "2026-11-16,能借", "2026-10-30,能借"), "提醒 L32 replies.csv 第3行 replied：2026-10-30的留言应在2026-11-20前答复"),
        (spoil("surveys/s1.toml", "2026-11-10", "2026-10-21"), "提醒 L33 surveys/s1.toml 第6行 close：2026-10-21已截止，应在2026-11-20前公布结果"),
        (spoil("index.csv", "测试事项二,second", "测试事项一,first"), "提醒 L34 index.csv 第3行 title：与 index.csv第2行 的事项目录同名"),
        (spoil("index.csv", "测试事项一", "测试证办理"), "提醒 L34 index.csv 第2行 title：items/card.toml 已有同名的办事指南"),
        (whole().add("synonyms.csv", "补钱,补助\n"), "提醒 L35 synonyms.csv 第4行 entries[3]：“补钱”指“补助”，那一个又指“补贴”"),
        (spoil("lexicon.csv", "chong2 qing4 lu4", "zhong4 qing4 lu4"), "提醒 L35 lexicon.csv 第3行 entries[2]"),
        (spoil("events.csv", "2026-11-28", "2026-10-21"), "提醒 L36 events.csv 第2行 date"),
        (spoil("notices/gs.md", "2026-11-24", "2026-11-20"), "提醒 L36 notices/gs.md 第7行 is_pinned"),
        (spoil("notices/tz.md", "reviewed_by", "expires = \"2026-11-20\"\nreviewed_by"), "提醒 L36 notices/tz.md 第7行 expires"),
        (whole().add("orgs.csv", "zu,小城东镇南村一组,一组,,村级,cun,,0600-5550003,12345,南村,hall,组\nhu,小城东镇南村一组一号,一号,,村级,zu,,0600-5550003,12345,南村,hall,户\n"), "提醒 L37 orgs.csv 第8行 parent：机构在第4级，最多3级"),
        (spoil(POLICY, "signed = \"2026-10-09\"", "signed = \"2026-09-01\""), "提醒 L38 policies/new/policy.md 第11行 published：2026-09-01成文，应在2026-09-29前公开"),
        (spoil("tables/money.toml", "published = \"2026-11-02\"", "published = \"2026-10-02\""), "提醒 L38 catalogue/yanglao.csv 第2行 time_limit：“每月10日前”：2026-10-02以后应在2026-11-10前再公开一次"),
        (spoil("notices/tz.md", "published = \"2026-10-16\"", "published = \"2026-11-22\""), "提醒 L39 notices/tz.md 第6行 published：2026-11-22还没有到"),
    ]
}

#[test]
fn whatever_breaks_a_rule_is_told_by_level_file_and_row() {
    let mut untold = Vec::new();
    for (hall, expected) in broken_halls() {
        let found = told(&hall.check());
        if !found.iter().any(|f| f.starts_with(expected)) {
            untold.push((expected, found));
        }
    }
    assert!(untold.is_empty(), "{untold:#?}");
}

#[test]
fn every_rule_has_a_hall_that_breaks_it() {
    let broken: BTreeSet<&str> = broken_halls().iter().map(|(_, told)| told.split(' ').nth(1).unwrap()).collect();
    let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(broken, all);
}

#[test]
fn the_table_is_in_order_and_each_rule_says_what_it_asks() {
    assert!(RULES.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(RULES.iter().all(|rule| !rule.asks.is_empty() && rule.asks.chars().count() <= 45));
    assert!(lint::rule("L18").is_some_and(|rule| rule.level == Level::Error), "personal data is no matter of taste");
}

#[test]
fn days_of_grace_end_on_their_day() {
    let count = |hall: &Hall, rule: &str, day| hall.check_on(day).problems.iter().filter(|p| p.rule == rule).count();
    // The board of October must hang by the 20th of November.
    let hall = whole().remove("village/shequ/2026-10.csv");
    assert_eq!([count(&hall, "L22", date(2026, 11, 20)), count(&hall, "L22", date(2026, 11, 21))], [0, 1]);
    // Fifteen working days from Friday, 30 October end on Friday, 20 November.
    let hall = spoil("replies.csv", "2026-11-16,能借", "2026-10-30,能借");
    assert_eq!([count(&hall, "L32", date(2026, 11, 20)), count(&hall, "L32", date(2026, 11, 21))], [0, 1]);
    // The survey closed on the 10th of November; thirty days later is the 10th of December.
    assert_eq!([count(&whole(), "L33", date(2026, 12, 10)), count(&whole(), "L33", date(2026, 12, 11))], [0, 1]);
    assert_eq!([count(&whole(), "L36", date(2026, 11, 24)), count(&whole(), "L36", date(2026, 11, 25))], [0, 1]);
    assert_eq!([count(&whole(), "L39", date(2026, 11, 16)), count(&whole(), "L39", date(2026, 11, 15))], [0, 2]);
}

#[test]
fn a_problem_never_repeats_a_number_of_somebody() {
    let numbers = ["13800138000", "11010519491231002X", "4111111111111111"];
    for number in numbers {
        let reading = spoil("notices/tz.md", "旧版测试证还可以用。", number).check();
        assert!(!reading.problems.is_empty() && reading.problems.iter().all(|p| !p.to_string().contains(number)));
    }
}

#[test]
fn a_hall_of_many_records_is_checked_in_seconds() {
    // 40,000 rows and 10,000 services: enough for anything quadratic to take minutes.
    let rows: String = (0..40_000).map(|n| format!("shixiang-{n},{},{}\n", n % 7 + 3, n % 3)).collect();
    let items: String = (0..10_000).map(|n| format!("many-{n},测试事项第{n}号,first,公共服务,,,\n")).collect();
    let hall = whole().add("lists/reform.csv", &rows).add("index.csv", &items);
    let reading = author::read_hall(hall.dir());
    assert!(reading.records.len() > 50_000);
    let begun = std::time::Instant::now();
    let problems = lint::lint(&reading, TODAY);
    assert!(problems.is_empty(), "{:?}", &problems[..problems.len().min(5)]);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

fn pack(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_prints_its_rules_and_keeps_to_the_given_day() {
    let (code, table, _) = pack(&["lint", "--rules"]);
    assert_eq!(code, Some(0));
    assert_eq!(table.lines().count(), RULES.len());
    assert!(table.contains("L18 错误 公开的文字和表格里没有个人信息"), "{table}");
    let (_, rules, _) = pack(&["lint", "--rules", "--json"]);
    let rules: serde_json::Value = serde_json::from_str(&rules).unwrap();
    assert_eq!((&rules[0]["rule"], &rules[0]["while_reading"]), (&"F01".into(), &true.into()));
    let hall = whole();
    let dir = hall.dir().to_str().unwrap();
    let (code, text, _) = pack(&["lint", dir, "--today", "2026-11-21"]);
    assert_eq!((code, text.trim()), (Some(0), "读到2份办事指南：0个错误，0个提醒。"));
    let (code, text, _) = pack(&["lint", dir, "--today", "2027-11-21"]);
    assert!(code == Some(0) && text.contains("提醒 L16 items/card.toml"), "{text}");
    assert_eq!(pack(&["lint", dir, "--today", "21.11.2026"]).0, Some(2));
    assert_eq!(pack(&["lint"]).0, Some(2));
}

#[test]
fn many_warnings_of_one_rule_are_counted_not_listed() {
    let rows: String = (0..50).map(|n| format!("more-{n},1,2\n")).collect();
    let hall = whole().add("lists/reform.csv", &rows);
    let (code, text, _) = pack(&["lint", hall.dir().to_str().unwrap(), "--today", "2026-11-21"]);
    assert_eq!(code, Some(0));
    assert_eq!(text.lines().filter(|line| line.starts_with("提醒 L29 lists/")).count(), 20, "{text}");
    assert!(text.contains("提醒 L29 改革后的数不大于改革前：共50处，列出前20处，全部见 --json"), "{text}");
}

#[test]
fn an_error_keeps_a_release_from_being_built_and_a_warning_does_not() {
    let keys = tempfile::tempdir().unwrap();
    let made = pack(&["keys", "init", keys.path().join("k").to_str().unwrap()]);
    assert_eq!(made.0, Some(0), "{}", made.2);
    let build = |hall: &Hall, name: &str| {
        let (k, out) = (keys.path().join("k"), keys.path().join(name));
        pack(&["build", hall.dir().to_str().unwrap(), "--keys", k.to_str().unwrap(), "--out", out.to_str().unwrap()])
    };
    let exposed = spoil("notices/tz.md", "旧版测试证还可以用。", "手机13800138000");
    let (code, _, messages) = build(&exposed, "refused");
    assert_eq!(code, Some(1));
    assert!(messages.contains("错误 L18 notices/tz.md") && messages.contains("没有发布"), "{messages}");
    assert!(!keys.path().join("refused/timestamp.json").exists());
    let worded = spoil(CARD, "测试证办理", &"长".repeat(41));
    let (code, _, messages) = build(&worded, "made");
    assert!(code == Some(0) && messages.contains("提醒 L11 items/card.toml"), "{messages}");
}
