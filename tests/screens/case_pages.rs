//! Asking how far an application is, on the screen: by touch, in every variant, all of it listed and said; a blank form
//! by touch; and the pages of a form in English.

use civic_kiosk::access::Panel;
use civic_kiosk::app::event::{Event, Strip};
use civic_kiosk::app::form::Screen;
use civic_kiosk::view::ui::{FormBridge, TypingBridge};
use slint::{ComponentHandle, Model as _};

use crate::cases::{FOUR, number, typed};
use crate::elements::VARIANTS;
use crate::form::{all_is_listed, all_is_within_reach, keys, look, panels, screen};
use crate::hall::sample;
use crate::terminal::{PANEL, Terminal};

const WAY: [&str; 2] = ["我要问", "我的申请办到哪一步了"];

/// From the door to the answer, with what is done on each screen before it is left.
fn through(panel: Panel, variant: &[&str], mut see: impl FnMut(&mut Terminal, &str)) -> Terminal {
    let mut terminal = Terminal::of(sample(), panel);
    terminal.touch("触摸开始");
    for tool in variant {
        terminal.touch(tool);
    }
    for title in WAY {
        terminal.touch_row(title);
    }
    see(&mut terminal, "day");
    keys(&mut terminal, &typed()[..9]);
    see(&mut terminal, "number");
    keys(&mut terminal, &typed()[9..]);
    terminal.touch("下一步");
    keys(&mut terminal, FOUR);
    see(&mut terminal, "four");
    terminal.touch("查询");
    assert_eq!(screen(&terminal), Screen::Case);
    see(&mut terminal, "answer");
    terminal
}

#[test]
fn it_goes_by_touch_and_leaves_nothing_in_the_window() {
    let mut terminal = through(PANEL, &[], |terminal, name| {
        let window = terminal.window().global::<FormBridge>();
        let shown = [("day", ""), ("number", "261120-7X4"), ("four", FOUR), ("answer", "")];
        let expected = shown.iter().find(|(known, _)| *known == name).unwrap().1;
        assert_eq!(window.get_text().as_str(), expected, "{name}");
        // Digits for the day, then the symbols of a number, then digits and X.
        let rows = terminal.window().global::<TypingBridge>().get_key_rows();
        let count: usize = rows.iter().map(|row| row.row_count()).sum();
        let keys = [("day", 10), ("number", 29), ("four", 11)].into_iter().find(|(known, _)| *known == name);
        assert!(keys.is_none_or(|(_, keys)| keys == count), "{name}: {count} keys");
    });
    let labels = terminal.labels();
    for line in ["已答复", "2026年11月18日更新", "予以公开", number().as_str()] {
        assert!(labels.iter().any(|label| label == line), "{line}: {labels:?}");
    }
    terminal.touch("朗读");
    let spoken = terminal.doings.spoken.borrow().concat();
    assert!(spoken.contains("予以公开") && spoken.contains("这里不读出来"), "{spoken}");
    terminal.touch("完成");
    assert!(terminal.labels().iter().any(|label| label.starts_with(WAY[1])), "back at the door");
    terminal.touch("结束");
    let form = terminal.window().global::<FormBridge>();
    assert!(form.get_text().is_empty() && form.get_stop().is_empty());
    assert!(!format!("{:?}", terminal.screen.model).contains(FOUR));
}

#[test]
fn every_button_is_a_stop_and_every_text_is_said() {
    through(PANEL, &[], all_is_listed);
}

#[test]
fn everything_is_large_labelled_in_the_window_and_within_reach_on_every_panel() {
    for (panel_name, panel) in panels() {
        for (variant, tools) in VARIANTS {
            let place = format!("{panel_name}/{variant}");
            through(panel, tools, |terminal, name| all_is_within_reach(terminal, panel, &format!("{place}/{name}")));
        }
    }
}

#[test]
fn in_english_and_extra_large_the_bar_stays_on_the_smallest_panel() {
    let [.., (_, panel)] = panels();
    through(panel, &["大字", "大字"], |terminal, name| {
        if name != "four" {
            return;
        }
        terminal.touch("语言/EN");
        let bar = terminal.window().global::<FormBridge>().get_bar();
        assert_eq!(bar.row_count(), 3);
        for button in bar.iter() {
            let found = terminal.labelled(&button.text).remove(0);
            let right = found.absolute_position().x + found.size().width;
            assert!(right <= panel.width_px as f32 + 0.5, "“{}” ends at {right}", button.text);
        }
        terminal.send(Event::Strip(Strip::Language));
        terminal.send(Event::Strip(Strip::Language));
    });
}

#[test]
fn its_pages_look_as_they_were_approved() {
    for (variant, tools) in VARIANTS {
        through(PANEL, tools, |terminal, name| {
            if name != "day" {
                look(&format!("case-{name}-{variant}"), terminal);
            }
        });
    }
}

#[test]
fn a_blank_form_is_printed_by_touch() {
    let mut terminal = Terminal::new();
    terminal.touch("触摸开始");
    for title in ["我要问", "表格", "政府信息公开申请表", "打印空白样表"] {
        terminal.touch_row(title);
    }
    assert_eq!(terminal.doings.printed.get(), 1);
    assert!(!terminal.labelled("打好了").is_empty());
}

#[test]
fn the_buttons_of_a_form_are_in_the_language_that_was_chosen() {
    let mut terminal = Terminal::new();
    terminal.touch("触摸开始");
    for title in ["我要问", "表格", "政府信息公开申请表", "在这里填写"] {
        terminal.touch_row(title);
    }
    terminal.touch("语言/EN");
    for label in ["Begin", "Have staff fill it in", "How your entries are kept"] {
        assert_eq!(terminal.labelled(label).len(), 1, "{label}: {:?}", terminal.labels());
    }
    look("fill-intro-english", &terminal);
    terminal.touch("Begin");
    look("fill-gate-english", &terminal);
}
