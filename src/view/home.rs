//! The home page: four doors and what is asked most.

use slint::{ComponentHandle, SharedString};

use crate::app::event::{Door, Event};
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
    let doors = DOORS.iter().map(|(verb, line)| ListRow { title: (*verb).into(), note: (*line).into() }).collect();
    if let Some(doors) = list_of(&bridge.get_doors(), doors) {
        bridge.set_doors(doors);
    }
    bridge.set_shelf(SHELF.into());
    let frequent: Vec<SharedString> = hall.frequent().map(|g| g.title.as_str().into()).collect();
    if let Some(frequent) = list_of(&bridge.get_frequent(), frequent) {
        bridge.set_frequent(frequent);
    }
}
