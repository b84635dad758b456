//! The wall screen: it goes through notices and boards by itself, and no touch or key starts anything.

use civic_kiosk::app::Event;
use civic_kiosk::app::event::ContentEvent;
use civic_kiosk::app::signage::Signage;
use slint::ComponentHandle;
use slint::platform::{Key, PointerEventButton, WindowEvent};
use slint::{LogicalPosition, SharedString};

use crate::picture::check;
use crate::terminal::Terminal;

fn wall(width: u32, height: u32) -> Terminal {
    let mut terminal = Terminal::sized(width, height);
    terminal.screen.model.signage = Some(Signage::default());
    let hall = terminal.screen.runner.sample.hall.clone();
    terminal.send(Event::Content(ContentEvent::Hall(Ok(Box::new(hall)))));
    terminal
}

#[test]
fn the_wall_goes_through_what_is_current_and_begins_again() {
    let mut terminal = wall(1080, 1920);
    let turns = terminal.screen.model.signage.as_ref().unwrap().place().1;
    let mut shown = Vec::new();
    for _ in 0..turns {
        let slide = terminal.screen.model.signage.as_ref().unwrap().slide().unwrap().clone();
        assert!(!terminal.labelled(&slide.title).is_empty(), "{}", slide.title);
        assert!(!slide.lines.is_empty(), "{} says nothing", slide.title);
        shown.push(slide.title);
        terminal.wait(12);
    }
    let first = shown[0].clone();
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), turns, "each is shown once");
    assert!(turns >= 3);
    assert_eq!(terminal.screen.model.signage.as_ref().unwrap().slide().unwrap().title, first);
}

#[test]
fn nobody_starts_a_visit_at_the_wall() {
    let mut terminal = wall(1080, 1920);
    let button = PointerEventButton::Left;
    for y in [100.0, 900.0, 1800.0] {
        let position = LogicalPosition::new(540.0, y);
        let window = terminal.window().window();
        window.dispatch_event(WindowEvent::PointerPressed { position, button });
        window.dispatch_event(WindowEvent::PointerReleased { position, button });
        let text = SharedString::from(Key::DownArrow);
        window.dispatch_event(WindowEvent::KeyPressed { text });
        terminal.settle();
    }
    assert!(terminal.screen.model.visit.is_none());
}

#[test]
fn the_wall_looks_as_it_was_approved() {
    for (name, width, height) in [("signage", 1080, 1920), ("signage-lying", 1920, 1080)] {
        let terminal = wall(width, height);
        check(name, &terminal.window().window().take_snapshot().unwrap());
    }
}
