//! The pages that are a title and rows: look, do, find.

use slint::ComponentHandle;

use crate::app::event::Event;
use crate::app::model::{DO, FIND, LOOK, Model, Page, serving_rows, window_rows};

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
    let (Some(hall), Some(visit)) = (model.ready_hall(), &model.visit) else {
        return;
    };
    let ((title, lead), rows) = match visit.page {
        Page::Look => (LOOK, hall.orgs.iter().map(|o| (o.name.clone(), o.about.clone())).collect()),
        Page::Do => (DO, serving_rows(hall)),
        Page::Find => (FIND, window_rows(hall)),
        Page::Home | Page::Ask | Page::Office(_) | Page::Guide(_) => return,
    };
    let bridge = window.global::<ListBridge>();
    bridge.set_title(title.into());
    bridge.set_lead(lead.into());
    let rows: Vec<ListRow> =
        rows.into_iter().map(|(title, note)| ListRow { title: title.into(), note: note.into() }).collect();
    if let Some(rows) = list_of(&bridge.get_rows(), rows) {
        bridge.set_rows(rows);
    }
}
