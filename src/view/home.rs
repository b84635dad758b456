//! The home page: four doors and what is asked most.

use slint::ComponentHandle;

use crate::app::event::Event;
use crate::app::leaflet::Leaflet;
use crate::app::model::Model;

use super::row::list_rows;
use super::ui::HomeBridge;
use super::{KioskWindow, Outlet, list_of};

/// Connects doors and shelf.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let to = outlet.clone();
    window
        .global::<HomeBridge>()
        .on_open(move |index| to.send(Event::Open(usize::try_from(index).unwrap_or(usize::MAX))));
}

/// Shows doors and shelf.
pub fn show(window: &KioskWindow, model: &Model, leaflet: &Leaflet) {
    let bridge = window.global::<HomeBridge>();
    let read = model.mark().map(|mark| mark.place);
    if let Some(doors) = list_of(&bridge.get_doors(), list_rows(&leaflet.rows, 0, read)) {
        bridge.set_doors(doors);
    }
    let shelf = list_rows(&leaflet.links, leaflet.rows.len(), read);
    if let Some(frequent) = list_of(&bridge.get_frequent(), shelf) {
        bridge.set_frequent(frequent);
    }
}
