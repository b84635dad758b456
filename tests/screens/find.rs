//! Looking for things on the screen: typed and written by touch, found, opened, and gone with the visit.

use civic_kiosk::access::TextSize;
use civic_kiosk::app::Event;
use civic_kiosk::app::find::FindPage;
use civic_kiosk::app::model::Page;
use civic_kiosk::view::ui::{FindBridge, TypingBridge};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};

use crate::elements::{TOUCH_MM_MIN, VARIANTS, at, touchable};
use crate::picture::check;
use crate::terminal::{PANEL, Terminal};

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
    assert!(bridge.get_text().is_empty() && bridge.get_letters().is_empty());
    assert!(terminal.window().global::<TypingBridge>().get_ink().is_empty());
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
    let shown = terminal.window().global::<TypingBridge>().get_ink();
    assert_eq!(shown.matches('M').count(), 2, "{shown}");
    assert!(!terminal.labelled("十").is_empty(), "{:?}", terminal.labels());
    look("search-pad", &terminal);
    terminal.touch("删除");
    assert_eq!(terminal.window().global::<TypingBridge>().get_ink().matches('M').count(), 1);
    assert!(!terminal.labelled("一").is_empty());
    terminal.wait(3);
    assert_eq!(terminal.window().global::<FindBridge>().get_text(), "一");
    // Outside the box and without end.
    stroke(&mut terminal, &[(-3.0, -3.0), (9.0, 9.0)]);
    for _ in 0..60 {
        stroke(&mut terminal, &[(0.5, 0.5)]);
    }
}

fn text(terminal: &Terminal) -> String {
    terminal.window().global::<FindBridge>().get_text().to_string()
}

/// Everything that is behind 更多.
const SHEETS: [&str; 6] = ["更多", "字母", "标点", "选日期", "选地区", "常用词"];

fn sheet(name: &str, variant: &[&str]) -> Terminal {
    let mut terminal = at(FIND, variant);
    terminal.touch("更多");
    if name != "更多" {
        terminal.touch(name);
    }
    terminal
}

#[test]
fn a_village_of_the_hall_is_chosen_first_and_another_place_from_the_province_down() {
    let mut terminal = sheet("选地区", &[]);
    terminal.touch("柳林村");
    assert_eq!(text(&terminal), "柳林村");
    assert!(terminal.labels().iter().any(|label| label.starts_with("柳林村2026年")), "{:?}", terminal.labels());
    terminal.touch("清空");
    terminal.touch("更多");
    terminal.touch("选地区");
    for place in ["北京市", "东城区"] {
        terminal.touch(place);
    }
    terminal.touch("‹ 上一级");
    terminal.touch("西城区");
    terminal.touch("就选这里");
    assert_eq!(text(&terminal), "西城区");
    assert!(terminal.labels().iter().any(|label| label.contains("12345")), "{:?}", terminal.labels());
}

#[test]
fn a_day_is_chosen_and_finds_what_was_published_on_it() {
    let mut terminal = sheet("选日期", &[]);
    terminal.touch("‹ 前一月");
    terminal.touch("后一月 ›");
    terminal.touch("11月18日，星期三");
    assert_eq!(text(&terminal), "2026年11月18日");
    let labels = terminal.labels();
    assert!(labels.iter().any(|label| label.starts_with("2026年第三批公共租赁住房保障对象公示")), "{labels:?}");
}

#[test]
fn phrases_letters_and_signs_come_into_the_field() {
    let mut terminal = sheet("标点", &[]);
    terminal.touch("左书名号");
    terminal.touch("更多");
    terminal.touch("字母");
    terminal.touch("P");
    assert_eq!(text(&terminal), "《P");
    terminal.touch("更多");
    terminal.touch("常用词");
    let phrase = terminal.window().global::<TypingBridge>().get_sheet_rows();
    let phrase = slint::Model::row_data(&slint::Model::row_data(&phrase, 0).unwrap(), 0).unwrap().label;
    terminal.touch(&phrase);
    assert_eq!(text(&terminal), phrase.as_str(), "a phrase is the whole wish");
}

#[test]
fn a_number_of_a_person_is_not_asked_for_and_the_page_says_so() {
    let mut terminal = at(FIND, &[]);
    terminal.touch("数字");
    for digit in "11010519491231".chars() {
        terminal.touch(&digit.to_string());
    }
    assert!(terminal.labels().iter().any(|label| label.contains("用不着身份证号")), "{:?}", terminal.labels());
}

#[test]
fn whatever_can_be_chosen_is_large_labelled_and_inside_the_window() {
    let px_per_mm = PANEL.px_per_mm(1080, 1920);
    for name in SHEETS {
        for (variant, tools) in VARIANTS {
            let terminal = sheet(name, tools);
            for element in touchable(&terminal) {
                let label = element.accessible_label().unwrap_or_default();
                let (size, corner) = (element.size(), element.absolute_position());
                let place = format!("{name}/{variant}: “{label}”");
                assert!(!label.is_empty(), "{place} has no label");
                assert!(f64::from(size.width.min(size.height)) / px_per_mm >= TOUCH_MM_MIN, "{place}: {size:?}");
                assert!(corner.x >= 0.0 && corner.x + size.width <= 1080.5, "{place} leaves the window");
                assert!(corner.y >= 0.0 && corner.y + size.height <= 1920.5, "{place} leaves the window");
            }
            // Nothing of it slips under the strip.
            let strip = terminal
                .elements()
                .into_iter()
                .find(|e| e.accessible_label().is_some_and(|label| label.starts_with("人工帮助")));
            let last = terminal.labelled("清空").remove(0);
            let bottom = last.absolute_position().y + last.size().height;
            assert!(bottom <= strip.unwrap().absolute_position().y + 0.5, "{name}/{variant} is cut off");
        }
    }
}

/// What can be pressed below the results, as the keypad is told.
fn pressed(terminal: &mut Terminal, label: &str) {
    let page = |terminal: &Terminal, with: &dyn Fn(&FindPage) -> Option<Event>| match &terminal
        .screen
        .model
        .visit
        .as_ref()
        .unwrap()
        .page
    {
        Page::Find(page) => with(page),
        _ => None,
    };
    let event = page(terminal, &|page| {
        let press = page.typing.presses(TextSize::Normal).into_iter().find(|press| press.label == label)?;
        Some(Event::Typing(press.does.into()))
    });
    terminal.send(event.unwrap_or_else(|| panic!("“{label}” cannot be pressed")));
}

#[test]
fn everything_that_can_be_touched_can_be_pressed_without_seeing_it_and_types_the_same() {
    for name in ["", "数字", "更多", "标点", "选日期", "选地区"] {
        let mut terminal = at(FIND, &[]);
        match name {
            "" => ["s", "f", "z"].iter().for_each(|letter| terminal.touch(letter)),
            "数字" | "更多" => terminal.touch(name),
            _ => terminal = sheet(name, &[]),
        }
        let Page::Find(page) = &terminal.screen.model.visit.as_ref().unwrap().page else { panic!() };
        for press in page.typing.presses(TextSize::Normal) {
            assert!(!terminal.labelled(&press.label).is_empty(), "{name}: “{}” is not shown", press.label);
        }
    }
    let mut terminal = at(FIND, &[]);
    for letter in ["s", "f", "z"] {
        pressed(&mut terminal, letter);
    }
    pressed(&mut terminal, "身份证");
    assert_eq!(text(&terminal), "身份证");
    for label in ["更多", "选地区", "柳林村"] {
        pressed(&mut terminal, label);
    }
    assert_eq!(text(&terminal), "身份证柳林村");
}

#[test]
fn the_page_looks_as_it_was_approved_in_four_variants() {
    for (variant, tools) in VARIANTS {
        look(&format!("search-sfz-{variant}"), &typed("sfz", tools));
    }
    let mut terminal = at(FIND, &[]);
    terminal.touch("数字");
    look("search-digits", &terminal);
    look("search-signs", &sheet("标点", &[]));
    look("search-more", &sheet("更多", &[]));
    look("search-phrases", &sheet("常用词", &[]));
    for (variant, tools) in VARIANTS {
        look(&format!("search-day-{variant}"), &sheet("选日期", tools));
        look(&format!("search-place-{variant}"), &sheet("选地区", tools));
        let mut nothing = typed("xxqq", tools);
        nothing.wait(1);
        look(&format!("search-nothing-{variant}"), &nothing);
    }
}
