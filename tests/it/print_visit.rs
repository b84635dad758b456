//! Promises of printing during a visit: what is asked when, what the resident sees while paper is missing.
//! No printer is here; what one tells is written in the test.

use std::time::Duration;

use civic_kiosk::app::event::{PrinterEvent, Strip};
use civic_kiosk::app::model::Overlay;
use civic_kiosk::app::{Effect, Event, Model, update};
use civic_kiosk::print::printer::Delivery;
use civic_kiosk::print::status::PrinterStatus;

use crate::hall::{morning, sample};
use crate::visit::at_guide;

fn tick(model: &mut Model, second: u64) -> Vec<Effect> {
    update(model, Event::Tick { now: Duration::from_secs(second), wall: morning() })
}

fn asks(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::AskPrinter))
}

fn printing() -> Model {
    let mut model = at_guide(&sample(), "elder-card");
    update(&mut model, Event::Print);
    model
}

fn waits(model: &mut Model, status: PrinterStatus) {
    let visit = model.last_visit;
    update(model, Event::Printer(PrinterEvent::Waiting { visit, status }));
}

fn overlay(model: &Model) -> &Overlay {
    &model.visit.as_ref().unwrap().overlay
}

#[test]
fn the_printer_is_asked_every_second_of_a_visit_and_seldom_otherwise() {
    let mut model = at_guide(&sample(), "elder-card");
    let asked = (1..=30).filter(|second| asks(&tick(&mut model, *second))).count();
    assert!(asked >= 29, "{asked}");
    update(&mut model, Event::Strip(Strip::End));
    let asked = (31..=90).filter(|second| asks(&tick(&mut model, *second))).count();
    assert!((3..=5).contains(&asked), "{asked} in a minute");
}

#[test]
fn a_printer_at_work_is_not_asked() {
    let mut model = printing();
    assert!((1..=20).all(|second| !asks(&tick(&mut model, second))));
}

#[test]
fn missing_paper_is_shown_at_once_and_the_message_comes_when_the_receipt_does() {
    let mut model = printing();
    waits(&mut model, PrinterStatus::PaperOut);
    assert_eq!(*overlay(&model), Overlay::Printing);
    assert_eq!(model.visit.as_ref().unwrap().printing.as_ref().unwrap().waiting, Some(PrinterStatus::PaperOut));
    assert_eq!(model.printer, PrinterStatus::PaperOut);
    let visit = model.last_visit;
    update(&mut model, Event::Printer(PrinterEvent::Resumed { visit }));
    assert_eq!(model.visit.as_ref().unwrap().printing.as_ref().unwrap().waiting, None);
    update(&mut model, Event::Printer(PrinterEvent::Done { visit, result: Ok(Delivery::Continued) }));
    let Overlay::Message(message) = overlay(&model) else { panic!("no message") };
    assert!(message.text.contains("两段"), "{}", message.text);
}

#[test]
fn who_looks_at_something_else_while_waiting_is_not_disturbed_and_cannot_print_twice() {
    let mut model = printing();
    waits(&mut model, PrinterStatus::PaperOut);
    update(&mut model, Event::Close);
    waits(&mut model, PrinterStatus::CoverOpen);
    assert_eq!(*overlay(&model), Overlay::None);
    let again = update(&mut model, Event::Print);
    assert!(!again.iter().any(|effect| matches!(effect, Effect::Print { .. })));
    assert_eq!(*overlay(&model), Overlay::Printing, "the help comes back instead");
}

#[test]
fn waiting_for_paper_holds_the_visit_for_minutes_but_not_for_ever() {
    let mut model = printing();
    waits(&mut model, PrinterStatus::PaperOut);
    for second in 1..=170 {
        tick(&mut model, second);
        waits(&mut model, PrinterStatus::PaperOut);
    }
    assert!(model.visit.is_some(), "still waiting");
    let mut effects = Vec::new();
    for second in 171..=600 {
        effects.extend(tick(&mut model, second));
    }
    assert!(model.visit.is_none());
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Forget { .. })), "and the receipt goes with it");
}
