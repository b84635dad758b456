//! The home page: four doors and what is asked most.

use slint::{ComponentHandle, SharedString};

use crate::app::event::{Door, Event};
use crate::app::hall::GuideTitle;
use crate::app::leaflet::Place;
use crate::app::model::{DOORS, Model, SHELF};

use super::ui::{self, HomeBridge, ListRow};
use super::{KioskWindow, Outlet, list_of};

/// Connects doors and shelf.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<HomeBridge>();
    let to = outlet.clone();
    bridge.on_open(move |door| {
        to.send(Event::Door(match door {
            ui::Door::Look => Door::Look,
            ui::Door::Do => Door::Do,
            ui::Door::Find => Door::Find,
            ui::Door::Ask => Door::Ask,
        }));
    });
    let to = outlet.clone();
    bridge.on_open_frequent(move |index| to.send(Event::Open(usize::try_from(index).unwrap_or(usize::MAX))));
}

/// Shows doors and shelf.
pub fn show(window: &KioskWindow, model: &Model) {
    let Some(hall) = model.ready_hall() else {
        return;
    };
    let bridge = window.global::<HomeBridge>();
    let read = model.mark().map(|mark| mark.place);
    let is_door = |i: usize| matches!(read, Some(Place::Row(row, _)) if row == i);
    // In the readout the shelf's heading is the first line below the doors.
    let is_line = |i: usize| matches!(read, Some(Place::Body(line, _)) if line == i);
    let doors = DOORS.iter().enumerate();
    let doors =
        doors.map(|(i, (verb, line))| ListRow { title: (*verb).into(), note: (*line).into(), is_read: is_door(i) });
    if let Some(doors) = list_of(&bridge.get_doors(), doors.collect()) {
        bridge.set_doors(doors);
    }
    bridge.set_shelf(SHELF.into());
    bridge.set_is_shelf_read(is_line(0));
    let row = |(i, g): (usize, &GuideTitle)| ListRow {
        title: g.title.as_str().into(),
        note: SharedString::new(),
        is_read: is_line(i + 1),
    };
    if let Some(frequent) = list_of(&bridge.get_frequent(), hall.frequent().enumerate().map(row).collect()) {
        bridge.set_frequent(frequent);
    }
}
