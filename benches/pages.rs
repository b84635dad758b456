//! Every page of the sample hall, opened and painted as the terminal does it: store, model, layout, changed pixels.
//! And a list of a thousand rows, paged and scrolled. Nothing is asserted; `--bench` prints the figures.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../tests/support/hall.rs"]
#[allow(dead_code)]
mod hall;

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use civic_kiosk::access::Panel;
use civic_kiosk::app::event::{Event, Strip, Turn};
use civic_kiosk::app::leaflet::Target;
use civic_kiosk::app::runner::{EVENTS_MAX, Execute};
use civic_kiosk::app::{Effect, Model};
use civic_kiosk::base::clock::SystemClock;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Record;
use civic_kiosk::view::{Outlet, Screen};
use slint::platform::software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, PhysicalSize};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use hall::{Sample, hall_in, morning, with_rows};

const PANEL: Panel = Panel { width_px: 1080, height_px: 1920, diagonal_inch: 21.5, screen_bottom_mm: 650 };
/// Rows of the long table.
const ROWS: usize = 1_000;
/// Frames of scrolling.
const FRAMES: usize = 120;
/// Pixels that a finger moves in a frame.
const FRAME_PX: f32 = 24.0;

struct Bench {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Bench {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

/// Answers of the store, read when they are asked for; nothing else of what the update wants.
struct Reads {
    sample: Sample,
    events: Sender<Event>,
}

impl Execute for Reads {
    fn execute(&mut self, effect: Effect) {
        let event = match effect {
            Effect::Load { visit, want } => self.sample.answer(visit, want),
            _ => return,
        };
        self.events.try_send(event).unwrap();
    }
}

struct Terminal {
    screen: Screen<Reads>,
    events: Receiver<Event>,
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
    pixels: Vec<PremultipliedRgbaColor>,
}

impl Terminal {
    fn new(bench: (Rc<MinimalSoftwareWindow>, Rc<Cell<Duration>>), sample: Sample) -> Self {
        let (sender, events) = channel(EVENTS_MAX);
        let model: Model = sample.model();
        let outlet = Outlet::new(sender.clone(), Arc::new(SystemClock::new()));
        let screen = Screen::new(model, PANEL, &outlet, Reads { sample, events: sender }).unwrap();
        screen.window.show().unwrap();
        let pixels = vec![PremultipliedRgbaColor::default(); 1080 * 1920];
        let mut terminal = Self { screen, events, window: bench.0, now: bench.1, pixels };
        terminal.window.set_size(PhysicalSize::new(1080, 1920));
        terminal.send(Event::Tick { now: Duration::from_secs(1), wall: morning() });
        terminal.send(Event::Start);
        terminal
    }

    /// Applies an event with everything that follows, and paints what changed.
    fn send(&mut self, event: Event) -> Duration {
        let begin = Instant::now();
        self.apply(event);
        self.paint();
        begin.elapsed()
    }

    fn apply(&mut self, event: Event) {
        self.screen.apply(event);
        while let Ok(event) = self.events.try_recv() {
            self.screen.apply(event);
        }
    }

    fn paint(&mut self) {
        self.now.set(self.now.get() + Duration::from_millis(16));
        slint::platform::update_timers_and_animations();
        let pixels = &mut self.pixels;
        self.window.draw_if_needed(|renderer| {
            renderer.render(pixels, 1080);
        });
    }

    fn scroll(&mut self, delta_y: f32) -> Duration {
        let begin = Instant::now();
        let position = LogicalPosition::new(540.0, 900.0);
        self.window.dispatch_event(WindowEvent::PointerScrolled { position, delta_x: 0.0, delta_y });
        self.paint();
        begin.elapsed()
    }
}

/// Every page that can be come to, and how long each took from the touch to the painted page; the ways there are gone
/// without painting, the shortest first.
fn pages(terminal: &mut Terminal) -> Vec<(Duration, String)> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut ways: VecDeque<Vec<usize>> = VecDeque::from([Vec::new()]);
    let mut times = Vec::new();
    while let Some(way) = ways.pop_front() {
        terminal.apply(Event::Strip(Strip::Home));
        if let Some((last, before)) = way.split_last() {
            before.iter().for_each(|row| terminal.apply(Event::Open(*row)));
            let took = terminal.send(Event::Open(*last));
            times.push((took, terminal.screen.model.leaflet().unwrap().title().to_owned()));
        }
        let leaflet = terminal.screen.model.leaflet().unwrap();
        for (row, to) in leaflet.rows.iter().chain(&leaflet.links).map(|row| &row.to).enumerate() {
            if *to != Target::Find && known.insert(format!("{to:?}")) {
                ways.push_back([way.clone(), vec![row]].concat());
            }
        }
    }
    times
}

fn tell(what: &str, promise_ms: u32, mut times: Vec<(Duration, String)>) {
    times.sort();
    let ms = |at: usize| times[at.min(times.len() - 1)].0.as_secs_f64() * 1000.0;
    let (n, slowest) = (times.len(), &times[times.len() - 1].1);
    println!(
        "{what}: median {:.1} ms, p95 {:.1} ms, worst {:.1} ms ({slowest}) of {n} (≤ {promise_ms})",
        ms(n / 2),
        ms((n * 95).div_ceil(100) - 1),
        ms(n - 1)
    );
}

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    let now = Rc::new(Cell::new(Duration::ZERO));
    let bench = (Rc::clone(&window), Rc::clone(&now));
    slint::platform::set_platform(Box::new(Bench { window, now })).unwrap();

    let mut terminal = Terminal::new(bench.clone(), hall_in("content"));
    tell("page change, every page of the sample hall", 50, pages(&mut terminal));
    drop(terminal);

    let (sample, table): (Sample, RecordId) = with_rows("tests/data/hall", ROWS);
    let has = |record: &Record| record.id() == &table;
    assert!(sample.store.record(&table).unwrap().is_some_and(|record| has(&record)));
    let mut terminal = Terminal::new(bench, sample);
    let title = terminal.screen.runner.sample.store.record(&table).unwrap().unwrap().title().to_owned();
    for row in ["我要查", "数据表", &title] {
        let leaflet = terminal.screen.model.leaflet().unwrap();
        let at = leaflet.rows.iter().chain(&leaflet.links).position(|known| known.title == row).expect(row);
        terminal.send(Event::Open(at));
    }
    let turns = (0..FRAMES).map(|_| (terminal.send(Event::Turn(Turn::On)), "a page".to_owned())).collect();
    tell("a table of 1,000 rows turned page by page", 50, turns);
    let frames = (0..FRAMES).map(|n| {
        let way = if n / 40 % 2 == 0 { -FRAME_PX } else { FRAME_PX };
        (terminal.scroll(way), "a frame".to_owned())
    });
    tell("the same scrolled, CPU a frame", 16, frames.collect());
}
