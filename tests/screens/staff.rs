//! The staff's side on the screen: coming in by the corner or the stick's line, the pad, the page, the way out.

use std::time::Duration;

use civic_kiosk::app::Event;
use civic_kiosk::app::desk::devices::QUESTIONS;
use civic_kiosk::app::desk::{DeskPlace, Machine};
use civic_kiosk::app::event::{ContentEvent, ContentTrouble};
use civic_kiosk::config::Publisher;
use civic_kiosk::print::spool::Entry;
use civic_kiosk::print::{PrinterStatus, Profile, State};
use civic_kiosk::store::Visit;
use civic_kiosk::sync::{Freshness, Offer, Order, Passed, Progress, Stage, Standing, StickSight, Told};
use i_slint_backend_testing::AccessibleRole;
use jiff::Timestamp;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};

use crate::elements::VARIANTS;
use crate::picture::check;
use crate::terminal::{PANEL, PIN, Terminal};

/// Millimetres of a key of the pad.
const KEY_MM_MIN: f64 = 20.0;
/// Millimetres of anything else that is touched (EN 301 549).
const TOUCH_MM_MIN: f64 = 12.7;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn visit(when: &str, place: &str, outcome: &str, release: u64, who: &str) -> Visit {
    Visit {
        at: at(when),
        place: place.to_owned(),
        outcome: outcome.to_owned(),
        release: Some(release),
        requests: 4,
        bytes: 90_000,
        reason: String::new(),
        text: if outcome == "refused" { "发布内容的签名不对".to_owned() } else { String::new() },
        who: who.to_owned(),
    }
}

fn standing() -> Told {
    let first = Standing {
        publisher: Publisher::First,
        name: "云川市政务服务中心".to_owned(),
        release: Some(12),
        issued: Some(at("2026-11-01T01:00:00Z")),
        expires: Some(at("2026-12-31T01:00:00Z")),
        freshness: Some(Freshness::Fresh),
        records: 568,
        from: "https://zwgk.example.gov.cn/kiosk/".to_owned(),
        next_check: Some(at("2026-11-20T01:45:00Z")),
        trouble: None,
        scrubbed: Some(at("2026-11-19T19:10:00Z")),
        history: vec![
            visit("2026-11-20T01:15:00Z", "https://zwgk.example.gov.cn/kiosk/", "current", 12, "定时"),
            visit("2026-11-18T02:20:00Z", "usb:/run/civic-kiosk/usb/a", "applied", 12, "李红"),
            visit("2026-11-17T02:20:00Z", "usb:/run/civic-kiosk/usb/a", "refused", 11, "王强"),
        ],
    };
    let second = Standing {
        publisher: Publisher::Second,
        name: "春江省政务公开办公室".to_owned(),
        release: Some(40),
        issued: Some(at("2026-08-01T01:00:00Z")),
        expires: Some(at("2026-11-10T01:00:00Z")),
        freshness: Some(Freshness::Expired),
        records: 12_804,
        from: String::new(),
        next_check: None,
        trouble: None,
        scrubbed: None,
        history: (1..=9)
            .rev()
            .map(|day| visit(&format!("2026-10-0{day}T02:00:00Z"), "usb:/run/b", "applied", 31 + day, "李红"))
            .collect(),
    };
    Told::Standing(vec![first, second])
}

fn offer() -> Told {
    Told::Stick(StickSight::Offers(Offer {
        publisher: Publisher::First,
        release: 13,
        issued: at("2026-11-19T01:00:00Z"),
        bytes: 12_340_000,
        files: 3,
        missing: 0,
        is_newer: true,
        is_expired: false,
    }))
}

fn progress(stage: Stage, done_bytes: u64) -> Told {
    Told::Progress(Progress { publisher: Publisher::First, stage, done_bytes, total_bytes: 12_340_000 })
}

/// The book of receipts: one that stopped halfway, a personal one that a crash cut short, eight that are done.
fn jobs() -> Vec<Entry> {
    let entry = |id: i64, state, fact: &str, has_payload| Entry {
        id,
        title: "小票".to_owned(),
        state,
        fact: fact.to_owned(),
        who: String::new(),
        is_copy: false,
        has_payload,
        queued: format!("2026-11-20T01:{:02}:00Z", 10 + id),
        changed: String::new(),
    };
    let mut jobs = vec![
        Entry {
            title: "测试页".to_owned(), who: "李红".to_owned(), ..entry(10, State::Printed, "confirmed", false)
        },
        entry(9, State::NeedsOperator, "stopped", true),
        entry(8, State::NeedsOperator, "interrupted-sending", false),
        entry(7, State::Expired, "visit-over", false),
    ];
    jobs.extend((1..7).rev().map(|id| entry(id, State::Printed, "sent", false)));
    jobs
}

/// Turns the screen until this is on it.
fn find(terminal: &mut Terminal, label: &str) {
    for _ in 0..20 {
        if !terminal.labelled(label).is_empty() {
            return;
        }
        terminal.touch("下一屏");
    }
    panic!("{label} is on no screen of this page");
}

/// Touches an answer to each question about the strip.
fn answer(terminal: &mut Terminal, choices: [usize; 4]) {
    for ((text, answers), choice) in QUESTIONS.into_iter().zip(choices) {
        find(terminal, text);
        find(terminal, answers[choice]);
        terminal.touch(answers[choice]);
    }
}

/// A terminal with a stick in, somebody at its pad.
fn at_pad(variant: &[&str]) -> Terminal {
    let mut terminal = Terminal::with_staff();
    terminal.screen.model.machine =
        Machine { name: "一楼一号机".to_owned(), printer: Some(Profile::load("generic-80").unwrap()) };
    *terminal.doings.jobs.borrow_mut() = jobs();
    terminal.wait(1);
    terminal.send(Event::Upkeep(standing()));
    terminal.send(Event::Upkeep(offer()));
    terminal.touch("发现U盘，工作人员请点这里");
    for tool in variant {
        terminal.touch(tool);
    }
    terminal
}

fn type_pin(terminal: &mut Terminal, pin: &str) {
    for digit in pin.chars() {
        terminal.touch(&digit.to_string());
    }
}

/// The same, in.
fn at_page(variant: &[&str]) -> Terminal {
    let mut terminal = at_pad(variant);
    type_pin(&mut terminal, PIN);
    terminal.touch("确定");
    assert!(terminal.screen.model.desk.as_ref().unwrap().page().is_some());
    terminal
}

fn look(name: &str, terminal: &Terminal) {
    check(name, &terminal.window().window().take_snapshot().unwrap());
}

/// Holds a finger on a point of the screen.
fn hold(terminal: &mut Terminal, position: LogicalPosition, for_ms: u64) {
    let window = terminal.window().window();
    window.dispatch_event(WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
    for _ in 0..for_ms / 50 {
        i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(50));
    }
    terminal.settle();
    let window = terminal.window().window();
    window.dispatch_event(WindowEvent::PointerReleased { position, button: PointerEventButton::Left });
    terminal.settle();
}

fn clock() -> LogicalPosition {
    LogicalPosition::new(1000.0, 60.0)
}

#[test]
fn three_seconds_on_the_clock_open_the_pad_and_a_short_touch_begins_a_visit() {
    let mut terminal = Terminal::with_staff();
    hold(&mut terminal, clock(), 1000);
    assert!(terminal.screen.model.visit.is_some(), "a resident touched");
    let mut terminal = Terminal::with_staff();
    hold(&mut terminal, clock(), 3200);
    assert!(terminal.screen.model.visit.is_none());
    assert!(matches!(terminal.screen.model.desk.as_ref().unwrap().place, DeskPlace::Pad(_)));
    terminal.touch("取消");
    assert_eq!(terminal.labelled("触摸开始").len(), 1);
    // Anywhere else a long touch is a touch.
    hold(&mut terminal, LogicalPosition::new(300.0, 900.0), 3200);
    assert!(terminal.screen.model.visit.is_some() && terminal.screen.model.desk.is_none());
}

#[test]
fn on_the_home_page_the_clock_asks_before_it_ends_a_visit() {
    let mut terminal = Terminal::with_staff();
    terminal.touch("触摸开始");
    hold(&mut terminal, clock(), 1000);
    assert_eq!(terminal.labelled("结束并进入").len(), 0);
    hold(&mut terminal, clock(), 3200);
    look("staff-asks", &terminal);
    terminal.touch("继续使用");
    assert!(terminal.screen.model.visit.is_some());
    hold(&mut terminal, clock(), 3200);
    terminal.touch("结束并进入");
    assert!(terminal.screen.model.visit.is_none() && terminal.screen.model.desk.is_some());
}

#[test]
fn a_terminal_without_content_lets_staff_in_by_a_button() {
    let mut terminal = Terminal::with_staff();
    terminal.send(Event::Content(ContentEvent::Hall(Err(ContentTrouble::Empty))));
    terminal.touch("工作人员入口");
    type_pin(&mut terminal, PIN);
    terminal.touch("确定");
    assert_eq!(terminal.labelled("工作人员：李红").len(), 1);
}

#[test]
fn the_pad_shows_how_many_digits_are_typed_and_never_which() {
    let mut terminal = at_pad(&[]);
    type_pin(&mut terminal, "8315");
    terminal.touch("删除");
    assert_eq!(terminal.labelled("已输入3位").len(), 1);
    terminal.touch("确定");
    assert_eq!(terminal.labelled("已输入3位").len(), 1, "too short to be asked for");
    type_pin(&mut terminal, "527");
    terminal.touch("确定");
    assert_eq!(terminal.labelled("PIN 不对，还可以试4次").len(), 1);
    assert_eq!(terminal.labelled("已输入0位").len(), 1);
    for _ in 0..4 {
        type_pin(&mut terminal, "831527");
        terminal.touch("确定");
    }
    let locked = terminal.labels().into_iter().find(|label| label.contains("已锁定")).unwrap();
    assert!(locked.contains("到09:40再试") && locked.contains("还有10分钟"), "{locked}");
}

#[test]
fn without_anybody_on_the_list_the_pad_says_how_to_begin() {
    let mut terminal = Terminal::new();
    hold(&mut terminal, clock(), 3200);
    assert!(terminal.labels().iter().any(|label| label.contains("kiosk staff set")));
    type_pin(&mut terminal, PIN);
    assert_eq!(terminal.labelled("已输入0位").len(), 1);
}

#[test]
fn a_stick_is_taken_over_with_a_name_a_bar_and_the_word_to_pull_it() {
    let mut terminal = at_page(&[]);
    terminal.touch("从U盘更新");
    terminal.touch("从U盘更新");
    let who = "李红".to_owned();
    assert_eq!(*terminal.doings.orders.borrow(), [Order::Tell, Order::Import { who }]);
    for (stage, done, word) in [
        (Stage::Checking, 0, "云川市政务服务中心：正在核对"),
        (Stage::Copying, 6_170_000, "云川市政务服务中心：正在复制"),
        (Stage::Applying, 12_340_000, "云川市政务服务中心：正在换上"),
    ] {
        terminal.send(Event::Upkeep(progress(stage, done)));
        assert_eq!(terminal.labelled(word).len(), 1);
        if stage == Stage::Copying {
            assert_eq!(terminal.labelled("6.2 MB / 12.3 MB（50%）").len(), 1);
            look("staff-copying", &terminal);
        }
    }
    terminal.send(Event::Upkeep(Told::Passed(Passed {
        publisher: Publisher::First,
        is_applied: true,
        is_refused: false,
        sentence: "已更新到第13次发布。".to_owned(),
    })));
    terminal.send(Event::Upkeep(Told::Stick(StickSight::CanBePulled)));
    assert_eq!(terminal.labelled("可以拔出U盘了").len(), 1);
    assert_eq!(terminal.labelled("云川市政务服务中心：已更新到第13次发布。").len(), 1);
    terminal.send(Event::Upkeep(Told::Passed(Passed {
        publisher: Publisher::Second,
        is_applied: false,
        is_refused: true,
        sentence: "没有更新：发布内容的签名不对，本机的内容没有变，请联系春江省政务公开办公室重新制作U盘".to_owned(),
    })));
    look("staff-refused", &terminal);
    terminal.touch("退出");
    assert_eq!(terminal.labelled("可以拔出U盘了").len(), 1, "the attract screen says it too");
}

#[test]
fn a_refused_stick_says_why_until_it_is_pulled() {
    let mut terminal = at_page(&[]);
    terminal.send(Event::Upkeep(Told::Stick(StickSight::Refused {
        text: "U盘上的内容不完整，缺少3个文件。".to_owned(),
    })));
    assert_eq!(terminal.labelled("U盘上的内容不完整，缺少3个文件。").len(), 1);
    assert_eq!(terminal.labelled("从U盘更新").len(), 0);
    terminal.send(Event::Upkeep(Told::Stick(StickSight::Absent)));
    assert_eq!(terminal.labelled("U盘").len(), 0);
}

#[test]
fn the_history_turns_page_by_page_and_tells_who_brought_what() {
    let mut terminal = at_page(&[]);
    let has = |terminal: &mut Terminal, label: &str| {
        for _ in 0..6 {
            if terminal.labelled(label).len() == 1 {
                return true;
            }
            terminal.touch("下一屏");
        }
        false
    };
    assert!(has(&mut terminal, "11月18日 10:20 · 李红 · U盘"));
    assert!(has(&mut terminal, "云川市政务服务中心：没有更新：发布内容的签名不对"));
    // At the end of the page stands the history's own button.
    (0..4).for_each(|_| terminal.touch("下一屏"));
    terminal.touch_last("下一页");
    assert!(has(&mut terminal, "10月1日 10:00 · 李红 · U盘"));
}

#[test]
fn a_test_page_is_printed_for_staff() {
    let mut terminal = at_page(&[]);
    terminal.touch_row("打印测试页");
    assert_eq!(terminal.doings.printed.get(), 1);
    assert!(terminal.screen.model.desk.as_ref().unwrap().page().unwrap().told.contains("打好了"));
}

#[test]
fn printer_paper_and_voice_are_told_and_a_change_is_there_within_two_seconds() {
    let mut terminal = at_page(&[]);
    find(&mut terminal, "识别打印机");
    for told in ["可以使用", "有纸", "可以朗读"] {
        assert_eq!(terminal.labelled(told).len(), 1, "{told}");
    }
    for status in [PrinterStatus::PaperOut, PrinterStatus::CoverOpen, PrinterStatus::Unreachable, PrinterStatus::Ready]
    {
        terminal.doings.printer.set(Some(status));
        terminal.wait(2);
        assert_eq!(terminal.labelled(status.staff_text()).len(), 1, "{status:?}");
        // What it says of itself keeps nobody from trying.
        terminal.send(Event::Touched);
    }
}

#[test]
fn a_receipt_that_stopped_halfway_is_printed_once_more_by_touch_and_the_copy_bears_a_name() {
    let mut terminal = at_page(&[]);
    find(&mut terminal, "补打");
    assert_eq!(terminal.labelled("补打").len(), 1, "only what can be printed has the button");
    terminal.touch_row("补打");
    assert_eq!(*terminal.doings.copies.borrow(), [(9, "李红".to_owned())]);
    assert_eq!(terminal.screen.model.desk.as_ref().unwrap().page().unwrap().told, "补打的小票打好了，请取走。");
    find(&mut terminal, "打印时程序中断或断电；个人的小票不留底，请居民重新打印");
    assert_eq!(terminal.labelled("补打").len(), 1, "only what can be printed has the button");
    find(&mut terminal, "今天 09:20 · 测试页 · 李红");
}

#[test]
fn an_unknown_printer_is_set_up_by_touch_alone() {
    let mut terminal = at_page(&[]);
    terminal.touch_row("识别打印机");
    find(&mut terminal, "用这份配置");
    terminal.touch("用这份配置");
    assert!(terminal.screen.model.desk.as_ref().unwrap().page().unwrap().identifying.is_some(), "nothing is answered");
    let page = |terminal: &Terminal| terminal.screen.model.desk.as_ref().unwrap().page().unwrap().told.clone();
    answer(&mut terminal, [0, 2, 1, 0]);
    find(&mut terminal, "通用 58 毫米热敏打印机");
    for line in ["feed_units_per_dot = 2", "cutter = \"partial\""] {
        assert_eq!(terminal.labelled(line).len(), 1, "{line}");
    }
    terminal.touch_row("用这份配置");
    assert_eq!(page(&terminal), "已换用“通用 58 毫米热敏打印机”的配置，请打印测试页核对。");
    let profile = terminal.screen.model.machine.printer.clone().unwrap();
    assert_eq!((profile.paper_width_dots, profile.feed_units_per_dot), (384, 2));
    assert!(terminal.screen.model.desk.as_ref().unwrap().page().unwrap().identifying.is_none());
}

#[test]
fn the_self_check_is_printed_for_staff() {
    let mut terminal = at_page(&[]);
    terminal.touch_row("打印自检记录");
    assert_eq!(terminal.doings.printed.get(), 1);
    assert!(terminal.screen.model.desk.as_ref().unwrap().page().unwrap().told.contains("自检记录打好了"));
}

#[test]
fn the_staff_side_leaves_by_itself_and_nothing_of_it_stays() {
    let mut fresh = Terminal::with_staff();
    fresh.wait(1);
    let before = fresh.window().window().take_snapshot().unwrap();
    let mut terminal = at_page(&["大字", "对比", "低位"]);
    terminal.wait(105);
    assert!(terminal.labels().iter().any(|label| label.contains("秒后自动退出")));
    terminal.wait(15);
    terminal.send(Event::Upkeep(Told::Stick(StickSight::Absent)));
    let after = terminal.window().window().take_snapshot().unwrap();
    assert!(before.as_bytes() == after.as_bytes(), "the attract screen differs from a fresh start");
}

#[test]
fn everything_staff_touch_is_large_labelled_inside_the_window_and_in_reach() {
    let px_per_mm = PANEL.px_per_mm(1080, 1920);
    for (variant, tools) in VARIANTS {
        let (mut devices, mut identify, mut jobs) = (at_page(tools), at_page(tools), at_page(tools));
        find(&mut devices, "打印自检记录");
        identify.touch_row("识别打印机");
        find(&mut identify, "D　纸切断了吗？");
        find(&mut jobs, "补打");
        let more = [("devices", devices), ("identify", identify), ("jobs", jobs)];
        for (page, terminal) in [("pad", at_pad(tools)), ("staff", at_page(tools))].into_iter().chain(more) {
            let buttons: Vec<_> = terminal
                .elements()
                .into_iter()
                .filter(|e| matches!(e.accessible_role(), Some(AccessibleRole::Button | AccessibleRole::RadioButton)))
                .collect();
            assert!(buttons.len() >= if page == "pad" { 16 } else { 5 }, "{page}/{variant}: {}", buttons.len());
            for element in buttons {
                let label = element.accessible_label().unwrap_or_default();
                let (size, position) = (element.size(), element.absolute_position());
                let place = format!("{page}/{variant}: “{label}”");
                assert!(!label.is_empty(), "{place} has no label");
                let smaller = f64::from(size.width.min(size.height)) / px_per_mm;
                let least = if page == "pad" { KEY_MM_MIN } else { TOUCH_MM_MIN };
                assert!(smaller >= least - 0.01, "{place} is {smaller:.1} mm");
                assert!(position.x >= 0.0 && position.x + size.width <= 1080.5, "{place} leaves the window");
                if page == "pad" {
                    assert!(position.y + size.height <= 1920.5, "{place} is below the window");
                }
                if variant == "low" {
                    // Where a page was turned, its upper edge may cut what stands there.
                    let seen = if matches!(page, "pad" | "staff") { position.y } else { position.y + size.height };
                    assert!(seen >= 1920.0 * 0.4 - 1.0, "{place} at {} is out of reach", position.y);
                }
            }
        }
    }
}

#[test]
fn the_staff_side_looks_as_it_was_approved() {
    for (variant, tools) in VARIANTS {
        look(&format!("pad-{variant}"), &at_pad(tools));
        let mut page = at_page(tools);
        look(&format!("staff-{variant}"), &page);
        find(&mut page, "打印自检记录");
        look(&format!("staff-devices-{variant}"), &page);
        page.touch_row("识别打印机");
        answer(&mut page, [1, 1, 0, 1]);
        find(&mut page, "repertoire = \"gb2312\"");
        look(&format!("staff-identify-{variant}"), &page);
        let mut page = at_page(tools);
        find(&mut page, "居民已离开；已过期，没有打印");
        look(&format!("staff-jobs-{variant}"), &page);
    }
    let mut terminal = Terminal::with_staff();
    terminal.send(Event::Upkeep(offer()));
    look("attract-stick", &terminal);
}
