//! The window on the real screen: one pump on the UI thread takes events, updates the model and shows it.
//! It opens no file, no socket and no database.

use std::sync::Arc;

use slint::ComponentHandle;
use tokio::sync::mpsc::Receiver;

use crate::access::Panel;
use crate::app::runner::Execute;
use crate::app::{Effect, Event, Model, update};
use crate::base::clock::Clock;

use super::{KioskWindow, Outlet, Shown, show, ui};

/// How the window stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowMode {
    /// The whole screen, without decoration.
    FullScreen,
    /// A window of this size, for the office and for the demo.
    Windowed {
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
    },
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No screen to draw on. What the toolkit says of it is no source: it names files of its own build.
    #[error("打不开窗口：没有可用的显示。请检查 DISPLAY 或 WAYLAND_DISPLAY，或先启动图形界面")]
    NoDisplay(slint::PlatformError),
}

/// A window with its model: what one event changes is on the screen when [`Screen::apply`] returns.
pub struct Screen<E: Execute> {
    /// The window.
    pub window: KioskWindow,
    /// The state it shows.
    pub model: Model,
    /// Who does the effects.
    pub runner: E,
    panel: Panel,
    shown: Shown,
}

impl<E: Execute> Screen<E> {
    /// Makes and connects the window; nothing is shown yet.
    pub fn new(model: Model, panel: Panel, outlet: &Outlet, runner: E) -> Result<Self, WindowError> {
        Ok(Self::over(open(outlet)?, model, panel, runner))
    }

    /// The same in a window that is there already, for who starts no service before there is a screen.
    pub fn over(window: KioskWindow, model: Model, panel: Panel, runner: E) -> Self {
        Self { window, model, runner, panel, shown: Shown::default() }
    }

    /// Applies one event, starts its effects and shows the result.
    pub fn apply(&mut self, event: Event) {
        for effect in update(&mut self.model, event) {
            self.runner.execute(effect);
        }
        self.show();
    }

    /// Shows the model as it is.
    pub fn show(&mut self) {
        show(&self.window, &self.model, &self.panel, &mut self.shown);
    }
}

/// Makes and connects the window, or says that there is no display; nothing is shown yet.
pub fn open(outlet: &Outlet) -> Result<KioskWindow, WindowError> {
    super::window(outlet).map_err(WindowError::NoDisplay)
}

/// Runs the window until it is closed. The font is one that [`super::font::check`] accepts. The first events are already in the queue or come from the services.
pub fn run<E: Execute + 'static>(
    mut screen: Screen<E>,
    mode: WindowMode,
    font_family: &str,
    clock: Arc<dyn Clock>,
    mut events: Receiver<Event>,
) -> Result<(), WindowError> {
    screen.window.global::<ui::Tokens>().set_font(font_family.into());
    let window = screen.window.clone_strong();
    match mode {
        WindowMode::FullScreen => window.window().set_fullscreen(true),
        WindowMode::Windowed { width_px, height_px } => {
            window.window().set_size(slint::PhysicalSize::new(width_px, height_px));
        }
    }
    screen.runner.execute(Effect::LoadHall);
    screen.runner.execute(Effect::AskPrinter);
    screen.runner.execute(Effect::AskMailbox);
    screen.apply(Event::Tick { now: clock.elapsed(), wall: clock.local() });
    let pump = async move {
        while let Some(event) = events.recv().await {
            screen.apply(event);
        }
    };
    // Kept until the window closes; dropping the handle does not cancel the pump.
    let _pump = slint::spawn_local(pump);
    window.run().map_err(WindowError::NoDisplay)
}
