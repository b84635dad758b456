//! From the answer of the store to the painted guide page, without the window system: model, leaflet, layout, pixels.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/support/hall.rs"]
mod hall;

use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::access::Panel;
use civic_kiosk::app::event::Strip;
use civic_kiosk::app::model::{Want, What};
use civic_kiosk::app::runner::Execute;
use civic_kiosk::app::{Effect, Event};
use civic_kiosk::base::clock::SystemClock;
use civic_kiosk::view::{Outlet, Screen};
use criterion::{Criterion, criterion_group, criterion_main};
use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use slint::{ComponentHandle, PhysicalSize};

/// Effects are not part of this measurement.
struct Nobody;

impl Execute for Nobody {
    fn execute(&mut self, _effect: Effect) {}
}

fn guide(criterion: &mut Criterion) {
    let options =
        TestingBackendOptions { mock_time: true, renderer_name: Some("software".into()), ..Default::default() };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let sample = hall::sample();
    let (sender, _receiver) = tokio::sync::mpsc::channel(16);
    let panel = Panel { width_px: 1080, height_px: 1920, diagonal_inch: 21.5, screen_bottom_mm: 650 };
    let outlet = Outlet::new(sender, Arc::new(SystemClock::new()));
    let mut screen = Screen::new(sample.model(), panel, &outlet, Nobody).unwrap();
    screen.window.window().set_size(PhysicalSize::new(1080, 1920));
    screen.window.show().unwrap();
    screen.apply(Event::Start);
    let want = Want { what: What::Record(sample.guide("elder-allowance").id.clone()), page: 0 };
    // On the home page the shelf stands behind the four doors.
    let row = 4 + sample.hall.frequent().position(|g| g.id.name() == "elder-card").unwrap();
    criterion.bench_function("store answer → painted guide page, 1080×1920", |bench| {
        bench.iter_custom(|rounds| {
            let mut total = Duration::ZERO;
            for _ in 0..rounds {
                screen.apply(Event::Strip(Strip::Home));
                screen.apply(Event::Open(row));
                screen.model.visit.as_mut().unwrap().wanted = Some(want.clone());
                let event = sample.answer(screen.model.last_visit, want.clone());
                let start = std::time::Instant::now();
                screen.apply(event);
                std::hint::black_box(screen.window.window().take_snapshot().unwrap());
                total += start.elapsed();
            }
            total
        });
    });
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = guide }
criterion_main!(benches);
