//! The pages that are a title and rows: look, do, find.

use slint::ComponentHandle;

use crate::app::event::Event;
use crate::app::model::Model;

use super::ui::{ListBridge, ListRow};
use super::{KioskWindow, Outlet, list_of};

/// A row opens what it names.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let outlet = outlet.clone();
    window
        .global::<ListBridge>()
        .on_open(move |index| outlet.send(Event::Open(usize::try_from(index).unwrap_or(usize::MAX))));
}

/// Shows the rows of the page.
pub fn show(window: &KioskWindow, model: &Model) {
    let Some(leaflet) = model.leaflet() else {
        return;
    };
    let bridge = window.global::<ListBridge>();
    let mut head = leaflet.head.iter().map(|leaf| leaf.name.as_str().into());
    bridge.set_title(head.next().unwrap_or_default());
    bridge.set_lead(head.next().unwrap_or_default());
    let rows: Vec<ListRow> = leaflet
        .rows
        .iter()
        .map(|row| ListRow { title: row.title.as_str().into(), note: row.note.as_str().into() })
        .collect();
    if let Some(rows) = list_of(&bridge.get_rows(), rows) {
        bridge.set_rows(rows);
    }
}
