//! The staff page in words: how content stands, what is on the stick, who brought what and when.
//! It decides nothing; whatever it does not know it leaves out.

use jiff::{Timestamp, Zoned};

use super::{Asked, Pad, StaffPage, Upkeep};
use crate::base::chain::chain;
use crate::base::clock::china;
use crate::print::printer::PrintFault;
use crate::print::status::PrinterStatus;
use crate::staff::{GateState, PIN_DIGITS_MIN};
use crate::store::Visit;
use crate::sync::{Freshness, Offer, Stage, Standing, StickSight};

/// Rows on one page of the history.
pub const HISTORY_ROWS: usize = 6;

/// How a publisher's content stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingCard {
    /// Whose.
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
    /// Facts, one a line.
    pub lines: Vec<String>,
    /// Whether somebody should take care.
    pub needs_care: bool,
    /// 从U盘更新 can be touched.
    pub can_import: bool,
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
        lines.push(format!("上次更新：{}，{}", moment(last.at, now), outcome(last)));
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
    let plain = |title: &str, lines: Vec<String>, needs_care: bool| {
        Some(StickCard { title: title.to_owned(), lines, needs_care, can_import: false })
    };
    match &upkeep.stick {
        StickSight::Absent => None,
        StickSight::Looking => plain("正在查看U盘，请不要拔出", Vec::new(), false),
        StickSight::Refused { text } => plain("U盘上的内容不能用", vec![text.clone()], true),
        StickSight::CanBePulled => plain("可以拔出U盘了", Vec::new(), false),
        StickSight::Offers(offer) => Some(offered(upkeep, offer)),
    }
}

fn offered(upkeep: &Upkeep, offer: &Offer) -> StickCard {
    let mut lines = vec![
        format!("第{}次发布 · {}签发", offer.release, day(offer.issued)),
        if offer.bytes == 0 {
            "内容都在本机了，不用再复制".to_owned()
        } else {
            format!("要复制 {}", size(offer.bytes))
        },
        if offer.is_newer { "比本机的内容新" } else { "不比本机的内容新" }.to_owned(),
    ];
    if offer.is_expired {
        lines.push("签名已过有效期：请核对U盘来源后再更新".to_owned());
    }
    StickCard {
        title: upkeep.name_of(offer.publisher).to_owned(),
        lines,
        needs_care: offer.is_expired,
        can_import: true,
    }
}

/// The line on the attract screen while a stick is in; none when there is none.
pub fn stick_line(upkeep: &Upkeep) -> Option<&'static str> {
    let is_changing = upkeep.progress.is_some();
    match &upkeep.stick {
        StickSight::Absent => None,
        StickSight::CanBePulled => Some("可以拔出U盘了"),
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

/// What stands under the buttons: what is going on, or what came of it.
pub fn told(page: &StaffPage, upkeep: &Upkeep) -> Vec<String> {
    let asked = page.asked.filter(|_| upkeep.progress.is_none()).map(|asked| match asked {
        Asked::Import => "正在准备从U盘更新…",
        Asked::Check => "正在查看网络上有没有新内容…",
        Asked::Scrub => "正在检查内容，内容多时要等几分钟…",
    });
    let passed = upkeep.passed.iter().map(|one| format!("{}：{}", upkeep.name_of(one.publisher), one.sentence));
    let page = Some(page.told.clone()).filter(|told| !told.is_empty());
    asked.map(str::to_owned).into_iter().chain(passed).chain(page).collect()
}

/// The passes of all publishers, newest first, cut into pages.
pub fn history(upkeep: &Upkeep, now: Option<&Zoned>, page: usize) -> History {
    let is_alone = upkeep.standing.len() < 2;
    let mut all: Vec<(&Standing, &Visit)> = upkeep
        .standing
        .iter()
        .flat_map(|standing| standing.history.iter().map(move |visit| (standing, visit)))
        .collect();
    all.sort_by_key(|(_, visit)| std::cmp::Reverse(visit.at));
    let pages = all.len().div_ceil(HISTORY_ROWS);
    let page = page.min(pages.saturating_sub(1));
    let rows = all.iter().skip(page * HISTORY_ROWS).take(HISTORY_ROWS).map(|(standing, visit)| {
        let whose = if is_alone { String::new() } else { format!("{}：", upkeep.name_of(standing.publisher)) };
        HistoryRow {
            title: format!("{} · {} · {}", moment(visit.at, now), person(&visit.who), place(&visit.place)),
            result: format!("{whose}{}", outcome(visit)),
        }
    });
    History { rows: rows.collect(), page, pages }
}

/// The printer's state for staff: they need not be sent to the QR code.
pub fn printer(status: PrinterStatus) -> &'static str {
    let text = status.resident_text();
    text.split_once("，请").map_or(text, |(state, _)| state)
}

/// Why nothing was printed, for staff.
pub fn printer_fault(fault: &PrintFault) -> String {
    match fault {
        PrintFault::NotReady(status) | PrintFault::Stopped(status) => printer(*status).to_owned(),
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

fn person(who: &str) -> &str {
    match who {
        "" => "命令行",
        "schedule" => "定时",
        name => name,
    }
}

fn place(place: &str) -> &'static str {
    if place.starts_with("http://") || place.starts_with("https://") { "网络" } else { "U盘" }
}

/// `2026年11月1日`.
fn day(at: Timestamp) -> String {
    let day = at.to_zoned(china());
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `09:15` today, `11月20日 09:15` this year, with the year otherwise.
fn moment(at: Timestamp, now: Option<&Zoned>) -> String {
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
