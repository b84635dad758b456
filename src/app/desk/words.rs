//! The staff page in words: how content stands, what is on the stick, who brought what and when.
//! It decides nothing; whatever it does not know it leaves out.

use jiff::{Timestamp, Zoned};

use super::{Asked, Machine, Pad, StaffPage, Upkeep, letters};
use crate::base::chain::chain;
use crate::base::clock::china;
use crate::config::Publisher;
use crate::print::printer::PrintFault;
use crate::staff::{GateState, PIN_DIGITS_MIN};
use crate::store::Visit;
use crate::sync::{Freshness, Offer, Stage, Standing, StickSight};

/// Rows on one page of the history.
pub const HISTORY_ROWS: usize = 6;

/// How something stands: a publisher's content, a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingCard {
    /// Whose, or which.
    pub name: String,
    /// The verdict in a word or two.
    pub verdict: &'static str,
    /// Whether somebody should do something.
    pub needs_care: bool,
    /// Facts, one a line.
    pub lines: Vec<String>,
}

/// What is on the stick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StickCard {
    /// The state in one line.
    pub title: String,
    /// What it comes to; empty when the title says it all.
    pub verdict: &'static str,
    /// Facts, one a line.
    pub lines: Vec<String>,
    /// Whether somebody should take care.
    pub needs_care: bool,
    /// 从U盘更新 is there.
    pub can_import: bool,
    /// And it is what is to be done.
    pub is_newer: bool,
}

/// How far a pass has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressCard {
    /// Whose content, and what is being done.
    pub title: String,
    /// The sizes; empty before they are known.
    pub sizes: String,
    /// From 0 to 100; none before the size is known.
    pub percent: Option<u8>,
}

/// Something that came of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldLine {
    /// One sentence.
    pub text: String,
    /// It was refused, or did not work.
    pub needs_care: bool,
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Rows, newest first.
    pub rows: Vec<HistoryRow>,
    /// Which page, from 0.
    pub page: usize,
    /// How many there are.
    pub pages: usize,
}

/// One pass of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// When, who, from where.
    pub title: String,
    /// What came of it.
    pub result: String,
}

/// What the pad says over its keys.
pub fn pad_line(pad: &Pad, now: std::time::Duration, wall: Option<&Zoned>) -> String {
    if pad.is_checking {
        return "正在核对…".to_owned();
    }
    match &pad.gate {
        None => "请稍候…".to_owned(),
        Some(GateState::Open { tries_left }) if pad.was_wrong => format!("PIN 不对，还可以试{tries_left}次"),
        Some(GateState::Open { .. }) => format!("请输入 PIN（至少{PIN_DIGITS_MIN}位数字）"),
        Some(GateState::Locked { left }) => {
            let left = pad.locked_until.map_or(*left, |until| until.saturating_sub(now));
            let until = wall.and_then(|wall| wall.checked_add(left).ok());
            let until = until.map_or(String::new(), |until| format!("，到{}再试", clock_time(&until)));
            format!("PIN 试错太多，已锁定{until}（还有{}分钟）", left.as_secs().div_ceil(60))
        }
        Some(GateState::Nobody) => {
            "还没有设置工作人员。请管理员在本机运行“kiosk staff set 姓名”，设好 PIN 再来。".to_owned()
        }
        Some(GateState::Trouble { text }) => format!("现在不能验证 PIN：{text}"),
    }
}

/// How a publisher's content stands.
pub fn standing(standing: &Standing, now: Option<&Zoned>) -> StandingCard {
    let (verdict, needs_care) = match (&standing.trouble, standing.release, standing.freshness) {
        (Some(_), _, _) => ("读不全", true),
        (None, None, _) => ("还没有内容", true),
        (None, Some(_), Some(Freshness::Fresh)) => ("在有效期内", false),
        (None, Some(_), Some(Freshness::Stale)) => ("有效期快满", true),
        (None, Some(_), Some(Freshness::Expired)) => ("已过有效期", true),
        (None, Some(_), None) => ("有效期不明", true),
    };
    let mut lines = Vec::new();
    if let Some(trouble) = &standing.trouble {
        lines.push(trouble.clone());
    }
    if let Some(release) = standing.release {
        let issued = standing.issued.map_or(String::new(), |at| format!(" · {}签发", day(at)));
        lines.push(format!("第{release}次发布{issued} · {}条", standing.records));
    }
    if let Some(expires) = standing.expires {
        lines.push(format!("有效期至{}", day(expires)));
    }
    if let Some(last) = standing.history.first() {
        lines.push(format!("上次查看：{}，{}", moment(last.at, now), outcome(last)));
    }
    lines.push(match (standing.next_check, standing.from.is_empty()) {
        (Some(next), _) => format!("下次自动查看：{}", moment(next, now)),
        (None, true) => "只用U盘更新".to_owned(),
        (None, false) => "现在不自动查看".to_owned(),
    });
    if let Some(at) = standing.scrubbed {
        lines.push(format!("上次检查内容：{}", moment(at, now)));
    }
    let name = if standing.name.is_empty() { standing.publisher.label() } else { &standing.name };
    StandingCard { name: name.to_owned(), verdict, needs_care, lines }
}

/// What is on the stick; none when there is none.
pub fn stick(upkeep: &Upkeep) -> Option<StickCard> {
    let said = |title: &str, verdict: &'static str, lines: Vec<String>, needs_care: bool| {
        Some(StickCard { title: title.to_owned(), verdict, lines, needs_care, can_import: false, is_newer: false })
    };
    let mut card = match &upkeep.stick {
        StickSight::Absent => None,
        StickSight::Letters => {
            let (line, needs_care) = letters::stick(upkeep.letters.as_ref())
                .unwrap_or_else(|| ("本机不收信件，没有什么可拷的".to_owned(), false));
            said("取信的U盘", if letters::is_copying(upkeep) { "" } else { "可以拔出U盘了" }, vec![line], needs_care)
        }
        StickSight::Looking => said("正在查看U盘，请不要拔出", "", Vec::new(), false),
        StickSight::Refused { text } => said("U盘上的内容", "不能用", vec![text.clone()], true),
        StickSight::CanBePulled => said("要用的内容都复制到本机了", "可以拔出U盘了", Vec::new(), false),
        StickSight::Offers(offer) => Some(offered(upkeep, offer)),
    }?;
    // A stick that brings a release may come for letters too.
    if upkeep.stick != StickSight::Letters
        && let Some((line, needs_care)) = letters::stick(upkeep.letters.as_ref())
    {
        card.lines.push(line);
        card.needs_care |= needs_care;
        if letters::is_copying(upkeep) && upkeep.stick == StickSight::CanBePulled {
            card.verdict = "";
        }
    }
    Some(card)
}

fn offered(upkeep: &Upkeep, offer: &Offer) -> StickCard {
    let is_whole = offer.missing == 0;
    let live = upkeep.standing.iter().find(|s| s.publisher == offer.publisher).and_then(|s| s.release);
    let verdict = match (offer.is_expired, is_whole, offer.is_newer) {
        (true, _, _) => "签名已过有效期，请核对U盘来源后再更新",
        (false, false, _) => "U盘上的内容不完整",
        (false, true, true) => "比本机的内容新",
        (false, true, false) if live == Some(offer.release) => "本机已经是这次发布",
        (false, true, false) => "不比本机的内容新",
    };
    let lacks = (!is_whole).then(|| format!("缺少{}个文件；有的会先留下，等别的U盘或网络补齐", offer.missing));
    let copies = if offer.bytes == 0 {
        "内容都在本机了，不用再复制".to_owned()
    } else {
        format!("要复制{}个文件，{}", offer.files, size(offer.bytes))
    };
    StickCard {
        title: upkeep.name_of(offer.publisher).to_owned(),
        verdict,
        lines: [format!("第{}次发布 · {}签发", offer.release, day(offer.issued)), copies]
            .into_iter()
            .chain(lacks)
            .collect(),
        needs_care: offer.is_expired || !is_whole,
        can_import: true,
        is_newer: offer.is_newer,
    }
}

/// The line on the attract screen while a stick is in; none when there is none.
pub fn stick_line(upkeep: &Upkeep) -> Option<&'static str> {
    let is_changing = upkeep.is_importing;
    if letters::is_copying(upkeep) {
        return Some("正在往U盘拷贝信件，请不要拔出");
    }
    match &upkeep.stick {
        StickSight::Absent => None,
        StickSight::CanBePulled | StickSight::Letters => Some("可以拔出U盘了"),
        StickSight::Looking => Some("正在查看U盘，请不要拔出"),
        StickSight::Offers(_) if is_changing => Some("正在从U盘更新，请不要拔出"),
        StickSight::Offers(_) | StickSight::Refused { .. } => Some("发现U盘，工作人员请点这里"),
    }
}

/// How far the pass has come; none when nothing is running.
pub fn progress(upkeep: &Upkeep) -> Option<ProgressCard> {
    let progress = upkeep.progress.as_ref()?;
    let stage = match progress.stage {
        Stage::Checking => "正在核对",
        Stage::Copying => "正在复制",
        Stage::Applying => "正在换上",
    };
    let (done, total) = (progress.done_bytes.min(progress.total_bytes), progress.total_bytes);
    let percent = (total > 0).then(|| u8::try_from(u128::from(done) * 100 / u128::from(total)).unwrap_or(100));
    let sizes = if total > 0 { format!("{} / {}", size(done), size(total)) } else { String::new() };
    Some(ProgressCard { title: format!("{}：{stage}", upkeep.name_of(progress.publisher)), sizes, percent })
}

/// What is going on, and what came of what was asked for.
pub fn told(page: &StaffPage, upkeep: &Upkeep) -> Vec<ToldLine> {
    let plain = |text: String| ToldLine { text, needs_care: false };
    let asked = page.asked.or(upkeep.is_importing.then_some(Asked::Import));
    let asked = asked.filter(|_| upkeep.progress.is_none()).map(|asked| match asked {
        Asked::Import => "正在准备从U盘更新，请不要拔出…",
        Asked::Check => "正在查看网络上有没有新内容…",
        Asked::Scrub => "正在检查内容，内容多时要等几分钟…",
    });
    let passed = upkeep.passed.iter().map(|one| ToldLine {
        text: format!("{}{}", whose(upkeep, one.publisher), one.sentence),
        needs_care: one.is_refused,
    });
    asked.map(|text| plain(text.to_owned())).into_iter().chain(passed).collect()
}

/// The passes of all publishers, newest first, cut into pages.
pub fn history(upkeep: &Upkeep, now: Option<&Zoned>, page: usize) -> History {
    let mut all: Vec<(&Standing, &Visit)> = upkeep
        .standing
        .iter()
        .flat_map(|standing| standing.history.iter().map(move |visit| (standing, visit)))
        .collect();
    all.sort_by_key(|(_, visit)| std::cmp::Reverse(visit.at));
    let pages = all.len().div_ceil(HISTORY_ROWS);
    let page = page.min(pages.saturating_sub(1));
    let rows = all.iter().skip(page * HISTORY_ROWS).take(HISTORY_ROWS).map(|(standing, visit)| {
        let whose = whose(upkeep, standing.publisher);
        HistoryRow {
            title: format!("{} · {} · {}", moment(visit.at, now), visit.who, place(&visit.place)),
            result: format!("{whose}{}", outcome(visit)),
        }
    });
    History { rows: rows.collect(), page, pages }
}

/// Whose a line is, where there is more than one publisher.
fn whose(upkeep: &Upkeep, publisher: Publisher) -> String {
    if upkeep.standing.len() < 2 { String::new() } else { format!("{}：", upkeep.name_of(publisher)) }
}

/// Name and program of the machine.
pub fn machine(machine: &Machine) -> String {
    format!("{} · 程序 {}", machine.name, env!("CARGO_PKG_VERSION"))
}

/// Why nothing was printed, for staff.
pub fn printer_fault(fault: &PrintFault) -> String {
    match fault {
        PrintFault::NotReady(status) | PrintFault::Stopped(status) => format!("打印机{}", status.staff_text()),
        other => chain(other),
    }
}

fn outcome(visit: &Visit) -> String {
    let release = visit.release.map_or(String::new(), |release| format!("第{release}次发布"));
    match visit.outcome.as_str() {
        "applied" => format!("更新到{release}"),
        "current" => format!("已是最新（{release}）"),
        _ if visit.text.is_empty() => "没有更新".to_owned(),
        _ => format!("没有更新：{}", visit.text),
    }
}

fn place(place: &str) -> &'static str {
    let is_network = place.starts_with("http://") || place.starts_with("https://");
    if is_network { "网络" } else { "U盘" }
}

/// `2026年11月1日`.
fn day(at: Timestamp) -> String {
    let day = at.to_zoned(china());
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `09:15` today, `11月20日 09:15` this year, with the year otherwise.
pub(super) fn moment(at: Timestamp, now: Option<&Zoned>) -> String {
    let at = at.to_zoned(china());
    let time = clock_time(&at);
    match now {
        Some(now) if now.date() == at.date() => format!("今天 {time}"),
        Some(now) if now.year() == at.year() => format!("{}月{}日 {time}", at.month(), at.day()),
        _ => format!("{}年{}月{}日 {time}", at.year(), at.month(), at.day()),
    }
}

fn clock_time(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Megabytes as sticks count them, with one decimal.
fn size(bytes: u64) -> String {
    if bytes > 0 && bytes < 100_000 {
        return "不到 0.1 MB".to_owned();
    }
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sync::Progress;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn now() -> Zoned {
        at("2026-11-20T01:30:00Z").to_zoned(china())
    }

    fn standing_of(freshness: Freshness) -> Standing {
        Standing {
            publisher: Publisher::Second,
            name: String::new(),
            release: Some(7),
            issued: Some(at("2026-10-01T00:00:00Z")),
            expires: Some(at("2026-11-30T16:00:00Z")),
            freshness: Some(freshness),
            records: 568,
            from: String::new(),
            next_check: None,
            trouble: None,
            scrubbed: None,
            history: Vec::new(),
        }
    }

    fn passes(days: impl Iterator<Item = i8>, who: &str) -> Vec<Visit> {
        let pass = |day| Visit {
            at: jiff::civil::date(2026, 10, day).at(9, 0, 0, 0).to_zoned(china()).unwrap().timestamp(),
            place: "usb:/run/a".to_owned(),
            outcome: "applied".to_owned(),
            release: Some(7),
            requests: 1,
            bytes: 1,
            reason: String::new(),
            text: String::new(),
            who: who.to_owned(),
        };
        days.map(pass).collect()
    }

    #[test]
    fn every_verdict_of_the_content_has_a_word_and_what_needs_care_is_marked() {
        for (freshness, word, needs_care) in [
            (Freshness::Fresh, "在有效期内", false),
            (Freshness::Stale, "有效期快满", true),
            (Freshness::Expired, "已过有效期", true),
        ] {
            let card = standing(&standing_of(freshness), Some(&now()));
            assert_eq!((card.verdict, card.needs_care), (word, needs_care));
            assert_eq!(card.name, "第二发布机构", "a publisher without content has its place as a name");
            assert_eq!(card.lines, ["第7次发布 · 2026年10月1日签发 · 568条", "有效期至2026年12月1日", "只用U盘更新"]);
        }
        let damaged = Standing { trouble: Some("3条内容损坏".to_owned()), ..standing_of(Freshness::Fresh) };
        let card = standing(&damaged, None);
        assert_eq!((card.verdict, card.lines[0].as_str()), ("读不全", "3条内容损坏"));
        let empty = Standing { release: None, issued: None, expires: None, ..standing_of(Freshness::Fresh) };
        assert_eq!(standing(&empty, None).verdict, "还没有内容");
    }

    #[test]
    fn an_offer_says_whose_it_is_how_much_it_is_and_what_is_wrong_with_it() {
        let whole = Offer {
            publisher: Publisher::First,
            release: 13,
            issued: at("2026-11-19T01:00:00Z"),
            bytes: 12_340_000,
            files: 3,
            missing: 0,
            is_newer: true,
            is_expired: false,
        };
        let card_of = |offer: &Offer| {
            let stick_sight = StickSight::Offers(offer.clone());
            stick(&Upkeep { stick: stick_sight, ..Upkeep::default() }).unwrap()
        };
        let card = card_of(&whole);
        assert_eq!((card.title.as_str(), card.verdict, card.needs_care), ("本大厅", "比本机的内容新", false));
        assert_eq!(card.lines, ["第13次发布 · 2026年11月19日签发", "要复制3个文件，12.3 MB"]);
        let old = card_of(&Offer { is_newer: false, bytes: 0, files: 0, ..whole.clone() });
        assert_eq!((old.verdict, old.lines[1].as_str()), ("不比本机的内容新", "内容都在本机了，不用再复制"));
        let same = Offer { publisher: Publisher::Second, release: 7, is_newer: false, ..whole.clone() };
        let standing = vec![standing_of(Freshness::Fresh)];
        let known = Upkeep { stick: StickSight::Offers(same), standing, ..Upkeep::default() };
        assert_eq!(stick(&known).unwrap().verdict, "本机已经是这次发布");
        let half = card_of(&Offer { missing: 2, ..whole.clone() });
        assert!(half.needs_care && half.lines[2].starts_with("缺少2个文件"), "{half:?}");
        assert!(card_of(&Offer { is_expired: true, ..whole }).verdict.contains("已过有效期"));
    }

    #[test]
    fn the_history_of_all_publishers_is_one_list_newest_first() {
        let first =
            Standing { history: passes((1..=9).rev().map(|n| 2 * n), "李红"), ..standing_of(Freshness::Fresh) };
        let second = Standing { history: passes([17, 3].into_iter(), "王强"), ..standing_of(Freshness::Fresh) };
        let upkeep = Upkeep { standing: vec![first, second], ..Upkeep::default() };
        let titles =
            |page| history(&upkeep, Some(&now()), page).rows.into_iter().map(|row| row.title).collect::<Vec<_>>();
        assert_eq!(titles(0)[..2], ["10月18日 09:00 · 李红 · U盘", "10月17日 09:00 · 王强 · U盘"]);
        assert_eq!((titles(0).len(), titles(1).len()), (HISTORY_ROWS, 11 - HISTORY_ROWS));
        assert_eq!(titles(1), titles(99), "there is no page after the last");
        assert_eq!(history(&Upkeep::default(), None, 3), History::default());
    }

    #[test]
    fn sizes_are_the_megabytes_of_sticks() {
        let told = [0, 1, 99_999, 100_000, 12_340_000, 1_949_999_999, u64::MAX].map(size);
        assert_eq!(told[..6], ["0.0 MB", "不到 0.1 MB", "不到 0.1 MB", "0.1 MB", "12.3 MB", "1950.0 MB"]);
    }

    #[test]
    fn a_bar_never_runs_over_and_is_not_drawn_before_the_size_is_known() {
        let at = |done_bytes, total_bytes| {
            let progress = Progress { publisher: Publisher::First, stage: Stage::Copying, done_bytes, total_bytes };
            progress_of(progress).percent
        };
        fn progress_of(one: Progress) -> ProgressCard {
            progress(&Upkeep { progress: Some(one), ..Upkeep::default() }).unwrap()
        }
        assert_eq!([at(0, 0), at(0, 10), at(5, 10), at(30, 10)], [None, Some(0), Some(50), Some(100)]);
        assert_eq!(at(u64::MAX, u64::MAX), Some(100));
    }

    #[test]
    fn a_locked_pad_counts_down_and_says_when_it_opens() {
        let pad = Pad {
            gate: Some(GateState::Locked { left: Duration::from_secs(600) }),
            locked_until: Some(Duration::from_secs(700)),
            ..Pad::default()
        };
        let told = pad_line(&pad, Duration::from_secs(220), Some(&now()));
        assert_eq!(told, "PIN 试错太多，已锁定，到09:38再试（还有8分钟）");
    }
}
