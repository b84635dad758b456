//! Every page in four variants, and every overlay, as a picture.

use civic_kiosk::app::Event;
use civic_kiosk::app::event::{ContentEvent, ContentTrouble};
use slint::ComponentHandle;

use crate::elements::{PAGES, VARIANTS, at};
use crate::picture::check;
use crate::terminal::Terminal;

fn look(name: &str, terminal: &Terminal) {
    check(name, &terminal.window().window().take_snapshot().unwrap());
}

const IN_EVERY_VARIANT: [&str; 11] =
    ["home", "look", "do", "find", "ask", "office", "guide", "list", "map", "month", "table"];

#[test]
fn every_page_looks_as_it_was_approved_in_four_variants() {
    for (page, touches) in PAGES {
        for (variant, tools) in VARIANTS {
            // The pages that set the style are kept in every variant, the others as most people see them.
            let is_kept_by_itself = page == "steps";
            if (variant == "normal" && !is_kept_by_itself) || IN_EVERY_VARIANT.contains(&page) {
                look(&format!("{page}-{variant}"), &at(touches, tools));
            }
        }
    }
}

#[test]
fn a_step_is_shown_with_its_picture() {
    let page = PAGES.iter().find(|(name, _)| *name == "steps").unwrap().1;
    let mut terminal = at(page, &[]);
    let alt = "图示：一个人在取号机上按“取号”，拿一张号。";
    while terminal.labelled(alt).len() < 2 {
        terminal.touch("下一屏");
    }
    look("steps-picture", &terminal);
}

#[test]
fn the_attract_screen_and_a_terminal_without_content_look_as_they_were_approved() {
    let mut terminal = Terminal::new();
    look("attract", &terminal);
    terminal.send(Event::Content(ContentEvent::Hall(Err(ContentTrouble::Empty))));
    look("trouble", &terminal);
}

#[test]
fn every_overlay_looks_as_it_was_approved() {
    let guide = PAGES[8].1;
    let mut terminal = at(guide, &[]);
    terminal.touch("朗读");
    look("reading", &terminal);
    for (name, touch) in
        [("qr", "扫码带走"), ("printed", "打印清单"), ("help", "人工帮助：热线12345，一楼1号咨询导办台")]
    {
        let mut terminal = at(guide, &[]);
        terminal.touch(touch);
        look(name, &terminal);
    }
    for (name, tools) in [("paper", &[][..]), ("paper-extra-large", &["大字", "大字"])] {
        let mut terminal = at(guide, tools);
        terminal.doings.is_waiting.set(true);
        terminal.touch("打印清单");
        look(name, &terminal);
    }
    let mut terminal = at(guide, &["大字", "大字"]);
    terminal.wait(121);
    look("idle-extra-large", &terminal);
}

#[test]
fn the_other_languages_look_as_they_were_approved() {
    for (name, tools) in [("english", &["语言/EN"][..]), ("traditional", &["语言/EN", "繁體中文"])] {
        let mut terminal = at(&[], tools);
        look(&format!("home-{name}"), &terminal);
        for title in PAGES[8].1 {
            let title = terminal.screen.model.say(title).into_owned();
            terminal.touch_row(&title);
        }
        look(&format!("guide-{name}"), &terminal);
    }
}

#[test]
fn after_a_visit_in_another_language_the_screen_is_that_of_a_new_terminal() {
    let fresh = Terminal::new().window().window().take_snapshot().unwrap();
    let mut terminal = at(&["我要办"], &["语言/EN"]);
    terminal.touch("End");
    let after = terminal.window().window().take_snapshot().unwrap();
    assert!(fresh.as_bytes() == after.as_bytes(), "something of the visit stays on the screen");
}
