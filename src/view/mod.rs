//! Pages on the screen: the only Rust that names slint. Two functions a page, `connect` and `show`.
//! Nothing here decides anything: callbacks become events, the model becomes properties.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use slint::VecModel;
use tokio::sync::mpsc;

use crate::access::Panel;
use crate::app::event::FormEvent;
use crate::app::model::{Overlay, Page};
use crate::app::{Event, Model};
use crate::base::clock::Clock;

mod art;
mod attract;
mod find;
pub mod font;
mod form;
mod home;
mod keys;
mod leaflet;
mod qr;
mod row;
mod shell;
mod signage;
mod staff;
mod typing;
mod window;

pub use ui::KioskWindow;
pub use window::{Screen, WindowError, WindowMode, open, run};

/// What the Slint compiler makes of `ui/`.
#[allow(missing_docs, unsafe_code, clippy::all, clippy::todo, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub mod ui {
    slint::include_modules!();
}

/// A second touch within this time on something that opens is the same touch of an unsteady hand.
const DOUBLE_TOUCH: Duration = Duration::from_millis(400);

/// Where the pages send what is touched.
#[derive(Clone)]
pub struct Outlet {
    events: mpsc::Sender<Event>,
    clock: Arc<dyn Clock>,
    opened: Rc<Cell<Option<Duration>>>,
}

impl Outlet {
    /// An outlet into a bounded queue.
    pub fn new(events: mpsc::Sender<Event>, clock: Arc<dyn Clock>) -> Self {
        Self { events, clock, opened: Rc::default() }
    }

    /// What the clock says, for events that tell when they happened.
    pub fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Sends an event; when the queue is full the touch is lost rather than the screen stuck.
    pub fn send(&self, event: Event) {
        if matches!(
            event,
            Event::Start
                | Event::Open(_)
                | Event::Print
                | Event::TakeAway
                | Event::Form(FormEvent::Press(..))
                | Event::Rate(_)
        ) {
            let now = self.clock.elapsed();
            let is_double = self.opened.get().is_some_and(|last| now.saturating_sub(last) < DOUBLE_TOUCH);
            if is_double {
                return;
            }
            self.opened.set(Some(now));
        }
        if self.events.try_send(event).is_err() {
            tracing::warn!("event queue is full, a touch was dropped");
        }
    }
}

/// Connects every page's callbacks.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    shell::connect(window, outlet);
    attract::connect(window, outlet);
    home::connect(window, outlet);
    leaflet::connect(window, outlet);
    find::connect(window, outlet);
    typing::connect(window, outlet);
    form::connect(window, outlet);
    staff::connect(window, outlet);
    keys::connect(window, outlet);
}

/// What is on the screen now, so that only what changed is sent again.
#[derive(Default)]
pub struct Shown {
    has_visit: bool,
    leaflet: leaflet::Shown,
    qr: qr::Shown,
    signage: signage::Shown,
}

/// Shows the model. Setting a property to what it already is costs no redraw.
pub fn show(window: &KioskWindow, model: &Model, panel: &Panel, shown: &mut Shown) {
    let leaflet = model.leaflet();
    staff::show(window, model);
    shell::show(window, model, leaflet.as_ref(), panel);
    keys::show(window, model, leaflet.as_ref());
    let Some(visit) = &model.visit else {
        attract::show(window, model);
        signage::show(window, model, &mut shown.signage);
        if std::mem::take(&mut shown.has_visit) {
            // Nothing of the visit stays in the window's properties either.
            *shown = Shown::default();
            leaflet::clear(window);
            find::clear(window);
            typing::clear(window);
            form::clear(window);
            qr::clear(window);
            shell::clear(window);
            keys::clear(window);
        }
        return;
    };
    shown.has_visit = true;
    match (&visit.page, leaflet) {
        (Page::Home, Some(leaflet)) => home::show(window, model, &leaflet),
        (Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_), Some(leaflet)) => {
            leaflet::show(window, model, leaflet, &mut shown.leaflet);
        }
        (Page::Find(page), Some(leaflet)) => find::show(window, model, page, &leaflet),
        (Page::Form(filling), Some(leaflet)) => {
            form::show(window, model, filling, &model.shown_stops(&leaflet));
            leaflet::show(window, model, leaflet, &mut shown.leaflet);
        }
        (_, None) => {}
    }
    if visit.overlay == Overlay::Qr {
        qr::show(window, model, &mut shown.qr);
    }
    // The page is switched last: its content is already there when it is first painted.
    shell::turn(window, model);
}

/// A list property: rows that changed are replaced one by one, so that the page neither jumps nor is built anew.
fn list_of<T: Clone + PartialEq + 'static>(old: &slint::ModelRc<T>, new: Vec<T>) -> Option<slint::ModelRc<T>> {
    use slint::Model as _;
    let is_vec = old.as_any().downcast_ref::<VecModel<T>>().is_some();
    if !is_vec || old.row_count() != new.len() {
        return Some(Rc::new(VecModel::from(new)).into());
    }
    for (i, row) in new.into_iter().enumerate() {
        if old.row_data(i).as_ref() != Some(&row) {
            old.set_row_data(i, row);
        }
    }
    None
}

/// The window a test needs: made, connected, not run.
pub fn window(outlet: &Outlet) -> Result<KioskWindow, slint::PlatformError> {
    let window = KioskWindow::new()?;
    connect(&window, outlet);
    Ok(window)
}
