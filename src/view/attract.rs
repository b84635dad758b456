//! The attract page.

use slint::ComponentHandle;

use crate::app::event::Event;
use crate::app::model::Model;

use super::ui::AttractBridge;
use super::{KioskWindow, Outlet};

/// Any touch starts a visit.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let outlet = outlet.clone();
    window.global::<AttractBridge>().on_start(move || outlet.send(Event::Start));
}

/// Shows the text whose turn it is.
pub fn show(window: &KioskWindow, model: &Model) {
    let Some(hall) = model.ready_hall() else {
        return;
    };
    let bridge = window.global::<AttractBridge>();
    let texts = &hall.site.attract;
    bridge.set_turns(i32::try_from(texts.len()).unwrap_or(0));
    bridge.set_turn(i32::try_from(model.attract_turn).unwrap_or(0));
    bridge.set_text(texts.get(model.attract_turn).map_or("", String::as_str).into());
}
