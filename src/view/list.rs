//! The pages that are a title and rows: look, do, find.

use slint::ComponentHandle;

use crate::app::event::Event;
use crate::app::leaflet::{Leaflet, Place};
use crate::app::model::Model;

use super::ui::ListBridge;
use super::{KioskWindow, Outlet, list_of};

/// A row opens what it names.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let outlet = outlet.clone();
    window
        .global::<ListBridge>()
        .on_open(move |index| outlet.send(Event::Open(usize::try_from(index).unwrap_or(usize::MAX))));
}

/// Shows the rows of the page.
pub fn show(window: &KioskWindow, model: &Model, leaflet: &Leaflet) {
    let bridge = window.global::<ListBridge>();
    let mut head = leaflet.head.iter().map(|leaf| leaf.name.as_str().into());
    bridge.set_title(head.next().unwrap_or_default());
    bridge.set_lead(head.next().unwrap_or_default());
    let read = model.mark().map(|mark| mark.place);
    bridge.set_reading(match read {
        Some(Place::Head(line, _)) => i32::try_from(line + 1).unwrap_or(0),
        _ => 0,
    });
    let rows = super::leaflet::list_rows(leaflet, read);
    if let Some(rows) = list_of(&bridge.get_rows(), rows) {
        bridge.set_rows(rows);
    }
}
