//! Pages on the screen: the only Rust that names slint. Two functions a page, `connect` and `show`.
//! Nothing here decides anything: callbacks become events, the model becomes properties.

use std::rc::Rc;

use slint::VecModel;
use tokio::sync::mpsc;

use crate::access::Panel;
use crate::app::model::{Overlay, Page};
use crate::app::{Event, Model};

mod attract;
pub mod font;
mod home;
mod leaflet;
mod list;
mod qr;
mod shell;
mod window;

pub use ui::KioskWindow;
pub use window::{Screen, WindowError, WindowMode, open, run};

/// What the Slint compiler makes of `ui/`.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub mod ui {
    slint::include_modules!();
}

/// Where the pages send what is touched.
#[derive(Clone)]
pub struct Outlet(mpsc::Sender<Event>);

impl Outlet {
    /// An outlet into a bounded queue.
    pub fn new(events: mpsc::Sender<Event>) -> Self {
        Self(events)
    }

    /// Sends an event; when the queue is full the touch is lost rather than the screen stuck.
    pub fn send(&self, event: Event) {
        if self.0.try_send(event).is_err() {
            tracing::warn!("event queue is full, a touch was dropped");
        }
    }
}

/// Connects every page's callbacks.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    shell::connect(window, outlet);
    attract::connect(window, outlet);
    home::connect(window, outlet);
    list::connect(window, outlet);
    leaflet::connect(window, outlet);
}

/// What is on the screen now, so that only what changed is sent again.
#[derive(Default)]
pub struct Shown {
    leaflet: leaflet::Shown,
    qr: qr::Shown,
}

/// Shows the model. Setting a property to what it already is costs no redraw.
pub fn show(window: &KioskWindow, model: &Model, panel: &Panel, shown: &mut Shown) {
    shell::show(window, model, panel);
    let Some(visit) = &model.visit else {
        attract::show(window, model);
        *shown = Shown::default();
        return;
    };
    match &visit.page {
        Page::Home => home::show(window, model),
        Page::Look | Page::Do | Page::Find => list::show(window, model),
        Page::Office(_) | Page::Guide(_) | Page::Ask => leaflet::show(window, model, &mut shown.leaflet),
    }
    if visit.overlay == Overlay::Qr {
        qr::show(window, model, &mut shown.qr);
    }
    // The page is switched last: its content is already there when it is first painted.
    shell::turn(window, model);
}

/// A list property, replaced only when it differs.
fn list_of<T: Clone + PartialEq + 'static>(old: &slint::ModelRc<T>, new: Vec<T>) -> Option<slint::ModelRc<T>> {
    use slint::Model as _;
    let is_same = old.row_count() == new.len() && old.iter().zip(&new).all(|(a, b)| a == *b);
    (!is_same).then(|| Rc::new(VecModel::from(new)).into())
}

/// The window a test needs: made, connected, not run.
pub fn window(outlet: &Outlet) -> Result<KioskWindow, slint::PlatformError> {
    let window = KioskWindow::new()?;
    connect(&window, outlet);
    Ok(window)
}
