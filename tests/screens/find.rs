//! Looking for things on the screen: typed and written by touch, found, opened, and gone with the visit.

use civic_kiosk::app::model::Page;
use civic_kiosk::view::ui::FindBridge;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};

use crate::elements::{VARIANTS, at};
use crate::picture::check;
use crate::terminal::Terminal;

const FIND: &[&str] = &["我要查", "打字或手写查找"];

fn typed(letters: &str, variant: &[&str]) -> Terminal {
    let mut terminal = at(FIND, variant);
    for letter in letters.chars() {
        terminal.touch(&letter.to_string());
    }
    terminal
}

fn look(name: &str, terminal: &Terminal) {
    check(name, &terminal.window().window().take_snapshot().unwrap());
}

/// A pen goes along a line on the pad, in parts of its width.
fn stroke(terminal: &mut Terminal, points: &[(f32, f32)]) {
    let pad = terminal.labelled("手写板：在方框里写一个字").remove(0);
    let (corner, size) = (pad.absolute_position(), pad.size());
    let left = corner.x + (size.width - size.height) / 2.0;
    let place = |(x, y): &(f32, f32)| LogicalPosition::new(left + x * size.height, corner.y + y * size.height);
    let window = terminal.window().window();
    let button = PointerEventButton::Left;
    window.dispatch_event(WindowEvent::PointerPressed { position: place(&points[0]), button });
    for point in points {
        window.dispatch_event(WindowEvent::PointerMoved { position: place(point) });
    }
    window.dispatch_event(WindowEvent::PointerReleased { position: place(&points[points.len() - 1]), button });
    terminal.settle();
}

#[test]
fn letters_are_typed_a_candidate_taken_and_a_result_opened() {
    let mut terminal = typed("sfz", &[]);
    let bridge = |terminal: &Terminal| terminal.window().global::<FindBridge>().get_text().to_string();
    assert!(terminal.labels().iter().any(|label| label.starts_with("居民身份证补领")), "{:?}", terminal.labels());
    terminal.touch("身份证");
    assert_eq!(bridge(&terminal), "身份证");
    terminal.touch("删除");
    assert_eq!(bridge(&terminal), "身份");
    terminal.touch("清空");
    assert_eq!(bridge(&terminal), "");
    for letter in ["f", "l", "y", "z"] {
        terminal.touch(letter);
    }
    terminal.touch_row("法律援助申请");
    let page = &terminal.screen.model.visit.as_ref().unwrap().page;
    assert!(matches!(page, Page::Record(page) if page.opened.record.id().as_str() == "guide/legal-aid"));
    terminal.touch("返回");
    assert_eq!(terminal.window().global::<FindBridge>().get_letters(), "f'l'y'z", "one comes back to where one was");
}

#[test]
fn what_was_typed_is_gone_with_the_visit_and_never_in_debug_output() {
    let mut terminal = typed("sfz", &[]);
    terminal.touch("身份证");
    let debug = format!("{:?}", terminal.screen.model.visit);
    assert!(!debug.contains("身份") && !debug.contains("sfz"), "{debug}");
    terminal.touch("结束");
    let bridge = terminal.window().global::<FindBridge>();
    assert!(bridge.get_text().is_empty() && bridge.get_letters().is_empty() && bridge.get_ink().is_empty());
    terminal.touch("触摸开始");
    for title in FIND {
        terminal.touch_row(title);
    }
    assert!(terminal.window().global::<FindBridge>().get_text().is_empty());
}

#[test]
fn when_nothing_is_found_the_page_says_what_to_do_instead() {
    let mut terminal = typed("xxqq", &[]);
    let labels = terminal.labels();
    assert!(labels.iter().any(|label| label == "没有找到"), "{labels:?}");
    assert!(labels.iter().any(|label| label.contains("12345")), "{labels:?}");
    terminal.touch("清空");
    look("search-nothing-typed", &terminal);
}

#[test]
fn a_character_is_written_taken_back_stroke_by_stroke_and_taken_when_the_hand_rests() {
    let mut terminal = at(FIND, &[]);
    terminal.touch("手写");
    stroke(&mut terminal, &[(0.1, 0.5), (0.5, 0.49), (0.9, 0.48)]);
    stroke(&mut terminal, &[(0.5, 0.1), (0.5, 0.5), (0.5, 0.95)]);
    let shown = terminal.window().global::<FindBridge>().get_ink();
    assert_eq!(shown.matches('M').count(), 2, "{shown}");
    assert!(!terminal.labelled("十").is_empty(), "{:?}", terminal.labels());
    look("search-pad", &terminal);
    terminal.touch("删除");
    assert_eq!(terminal.window().global::<FindBridge>().get_ink().matches('M').count(), 1);
    assert!(!terminal.labelled("一").is_empty());
    terminal.wait(3);
    assert_eq!(terminal.window().global::<FindBridge>().get_text(), "一");
    // Outside the box and without end.
    stroke(&mut terminal, &[(-3.0, -3.0), (9.0, 9.0)]);
    for _ in 0..60 {
        stroke(&mut terminal, &[(0.5, 0.5)]);
    }
}

#[test]
fn the_page_looks_as_it_was_approved_in_four_variants() {
    for (variant, tools) in VARIANTS {
        look(&format!("search-sfz-{variant}"), &typed("sfz", tools));
    }
    let mut terminal = at(FIND, &[]);
    terminal.touch("数字");
    look("search-digits", &terminal);
}
