//! The terminal: `kiosk run`. Wires settings, devices, services and the window together.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use civic_kiosk::app::model::Limits;
use civic_kiosk::app::runner::{Devices, EVENTS_MAX, Runner};
use civic_kiosk::app::{Event, Model};
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::durable;
use civic_kiosk::config::{Config, VoiceEngine};
use civic_kiosk::print::simulator;
use civic_kiosk::print::{Address, EscPosPrinter, Printer, Profile};
use civic_kiosk::speech::voice::{Silent, SystemVoice, Voice};
use civic_kiosk::store::Reader;
use civic_kiosk::view::{Outlet, Screen, WindowMode};
use tokio::sync::mpsc;

use crate::Common;
use crate::out::{self, Outcome};



#[derive(clap::Args)]
pub struct Args {
    /// A window instead of the whole screen, as WIDTHxHEIGHT in pixels.
    #[arg(long, value_name = "WxH", num_args = 0..=1, default_missing_value = "540x960")]
    windowed: Option<String>,
    /// A virtual printer instead of the fitted one.
    #[arg(long)]
    demo: bool,
    /// Where the virtual printer of --demo puts its receipts; the state folder's `receipts` otherwise.
    #[arg(long, value_name = "DIR", requires = "demo")]
    receipts: Option<PathBuf>,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let mode = match args.windowed.as_deref().map(size) {
        None => WindowMode::FullScreen,
        Some(Some((width_px, height_px))) => WindowMode::Windowed { width_px, height_px },
        Some(None) => {
            out::message("--windowed 应写成 宽x高，例如 1080x1920");
            return Ok(Outcome::WrongUsage);
        }
    };
    let config = common.settings()?.0;
    durable::check_writable(&config.state_dir)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;

    let (events, inbox) = mpsc::channel(EVENTS_MAX);
    let receipts = args.demo.then(|| args.receipts.unwrap_or_else(|| config.state_dir.join("receipts")));
    let printer = printer(&config, receipts, &clock, &runtime)?;
    let limits = Limits {
        idle_s: config.idle_s,
        warning_s: config.warning_s,
        attract_turn_s: config.attract_turn_s,
        has_printer: printer.is_some(),
    };
    let devices = Devices { printer, voice: voice(&config, &clock), rate_percent: config.voice_rate_percent };
    let reader = Reader::spawn(&config.state_dir);
    let runner = Runner::start(reader, devices, Arc::clone(&clock), events.clone());
    runtime.spawn(tick(Arc::clone(&clock), events.clone()));

    let screen = Screen::new(Model::new(limits), config.panel, &Outlet::new(events), runner)?;
    civic_kiosk::view::run(screen, mode, &config.font_family, clock, inbox)?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(Outcome::Done)
}

/// Tells the time once a second until nobody listens.
async fn tick(clock: Arc<dyn Clock>, events: mpsc::Sender<Event>) {
    let mut interval = tokio::time::interval(Duration::from_secs(1));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        interval.tick().await;
        let event = Event::Tick { now: clock.elapsed(), wall: clock.local() };
        if let Err(mpsc::error::TrySendError::Closed(_)) = events.try_send(event) {
            return;
        }
    }
}

fn printer(
    config: &Config,
    receipts: Option<PathBuf>,
    clock: &Arc<dyn Clock>,
    runtime: &tokio::runtime::Runtime,
) -> anyhow::Result<Option<Box<dyn Printer>>> {
    let Some(settings) = &config.printer else {
        return Ok(None);
    };
    let profile = Profile::load(&settings.profile)?;
    let to = match receipts {
        Some(folder) => {
            let listening = runtime.block_on(simulator::start(&folder)).context("虚拟打印机启动不了")?;
            out::message(&format!("虚拟打印机 {listening}，小票在 {}", folder.display()));
            format!("tcp://{listening}")
        }
        None => settings.to.clone(),
    };
    let address = Address::parse(&to)?;
    Ok(Some(Box::new(EscPosPrinter::new(address, profile, Arc::clone(clock)))))
}

fn voice(config: &Config, clock: &Arc<dyn Clock>) -> Box<dyn Voice> {
    match config.voice {
        VoiceEngine::System => Box::new(SystemVoice::new(&config.state_dir, Arc::clone(clock))),
        VoiceEngine::None => Box::new(Silent::new("本机没有装语音")),
    }
}

fn size(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(['x', 'X', '×'])?;
    let size: (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    ((240..=8192).contains(&size.0) && (240..=8192).contains(&size.1)).then_some(size)
}
