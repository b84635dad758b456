//! The terminal: `kiosk run`. Wires settings, devices, services and the window together.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use civic_kiosk::app::desk::Machine;
use civic_kiosk::app::mailroom::Mailroom;
use civic_kiosk::app::model::Limits;
use civic_kiosk::app::night::Night;
use civic_kiosk::app::runner::{Devices, EVENTS_MAX, Runner};
use civic_kiosk::app::signage::Signage;
use civic_kiosk::app::{Event, Model};
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::durable;
use civic_kiosk::config::{Config, ConfigError, Setting};
use civic_kiosk::outbox::Book;
use civic_kiosk::print::simulator::{Notice, Settings, Simulator};
use civic_kiosk::print::{Address, EscPosPrinter};
use civic_kiosk::speech::headphones;
use civic_kiosk::speech::phonemes::Pronunciation;
use civic_kiosk::speech::voice::{Manner, Rate, Volume};
use civic_kiosk::staff::Gate;
use civic_kiosk::store::Reader;
use civic_kiosk::sync::{Post, Told, Upkeep};
use civic_kiosk::view::{Outlet, Screen, WindowMode, font};
use tokio::sync::mpsc;

use crate::Common;
use crate::out::{self, Outcome};
use crate::{devices, outbox, upkeep, values, voice};

/// Paper of the virtual printer: 80 mm.
const PAPER_DOTS: usize = 576;

#[derive(clap::Args)]
pub struct Args {
    /// A window instead of the whole screen, as WIDTHxHEIGHT in pixels.
    #[arg(long, value_name = "WxH", num_args = 0..=1, default_missing_value = "540x960", value_parser = values::size, help = "开一个窗口而不占满全屏，写成 宽x高 像素")]
    windowed: Option<(u32, u32)>,
    /// A virtual printer instead of the fitted one.
    #[arg(long, help = "用虚拟打印机演示，不用真打印机")]
    demo: bool,
    /// A wall screen that shows notices and boards and takes no touch.
    #[arg(long, help = "作墙面屏用：轮播公示公告和公开栏，不能触摸操作")]
    signage: bool,
    /// Where the virtual printer of --demo puts its receipts; the state folder's `receipts` otherwise.
    #[arg(
        long,
        value_name = "DIR",
        requires = "demo",
        help = "--demo 的凭条图片放在哪里，默认在数据文件夹的 receipts 里"
    )]
    receipts: Option<PathBuf>,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let mode = match args.windowed {
        None => WindowMode::FullScreen,
        Some((width_px, height_px)) => WindowMode::Windowed { width_px, height_px },
    };
    let (config, settings) = common.settings()?;
    let mut printer = devices::printer(&config, &settings)?;
    let mut upkeep_settings = upkeep::settings(&config, &settings)?;
    font::check(&config.font_family)?;
    durable::check_writable(&config.state_dir)?;
    // Fonts and the screen first: without them no service needs to start.
    let (events, inbox) = mpsc::channel(EVENTS_MAX);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let window = civic_kiosk::view::open(&Outlet::new(events.clone(), Arc::clone(&clock)))?;
    let receipts = args.receipts.unwrap_or_else(|| config.state_dir.join("receipts"));
    let simulator = args.demo.then(|| virtual_printer(&receipts)).transpose()?;
    if let (Some(simulator), Some((address, _))) = (&simulator, &mut printer) {
        *address = Address::Tcp(simulator.address().ip().to_string(), simulator.address().port());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;

    let profile = printer.as_ref().map(|(_, profile)| profile.clone());
    let machine = Machine { name: config.terminal_name.clone(), printer: profile };
    let printer = printer.map(|(address, profile)| {
        devices::desk(&config, Box::new(EscPosPrinter::new(&address, profile, Arc::clone(&clock))), &clock)
    });
    let limits = Limits {
        idle_s: config.idle_s,
        form_idle_s: config.form_idle_s,
        warning_s: config.warning_s,
        attract_turn_s: config.attract_turn_s,
        has_printer: printer.is_some(),
        staff_idle_s: config.staff_idle_s,
    };
    let post = if args.signage { None } else { post(&config, &settings)? };
    upkeep_settings.post.clone_from(&post);
    let mailroom = post.map(|post| Mailroom {
        state_dirs: upkeep::folders(&config),
        terminal: post.terminal,
        book: post.book,
        clock: Arc::clone(&clock),
    });
    let words = Pronunciation::default();
    Pronunciation::warm_up();
    learn_apart(&words, &config);
    let upkeep = {
        let _runtime = runtime.enter();
        let (to, words, config) = (events.clone(), words.clone(), config.clone());
        Upkeep::start(upkeep_settings, Arc::clone(&clock), move |told| {
            if let Told::Changed { .. } = &told {
                learn_apart(&words, &config);
            }
            // The screen reads how things stand again when it is asked; a full queue loses only a step of a bar.
            let _ = to.try_send(Event::Upkeep(told));
        })
    };
    let manner =
        Manner { rate: Rate::nearest(config.voice_rate_percent), volume: Volume::nearest(config.voice_volume_percent) };
    let devices = Devices {
        printer,
        profile_file: devices::profile_file(&config, &settings),
        voice: voice::voice(&config, &words, &clock)?,
        manner,
        rehearsal: voice::rehearsal(&config, common),
        gate: Some(Gate::new(config.staff_file(), &config.state_dir, Arc::clone(&clock))),
        office_printer: devices::office_printer(&config, &settings)?,
        mailroom,
        orders: Some(Box::new(move |order| upkeep.order(order))),
        searched: upkeep::folders(&config),
    };
    if let Some(device) = &config.headphones {
        let to = events.clone();
        // A socket that tells nothing leaves the hall listening: nothing private is said.
        if let Err(error) = headphones::watch(device, move |hearing| drop(to.try_send(Event::Headphones(hearing)))) {
            tracing::warn!("{}", chain(&error));
        }
    }
    let reader = Reader::over(upkeep::folders(&config));
    let runner = Runner::start(reader, devices, Arc::clone(&clock), events.clone());
    runtime.spawn(tick(Arc::clone(&clock), events));

    let mut model = Model::new(limits);
    model.machine = machine;
    model.manner = manner;
    model.has_a4 = config.a4_queue.is_some();
    model.night = Night::at(config.scrub_hour);
    model.signage = args.signage.then(Signage::default);
    model.keypad = config.keypad.clone();
    let screen = Screen::over(window, model, config.panel, runner);
    civic_kiosk::view::run(screen, mode, &config.font_family, clock, inbox)?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(Outcome::Done)
}

/// The book of residents' letters and how they are delivered; none where the book cannot be used, which is no reason to
/// show nothing.
fn post(config: &Config, settings: &[Setting]) -> Result<Option<Post>, ConfigError> {
    let uplink = outbox::uplink(config, settings)?;
    match Book::open(&config.state_dir) {
        Ok(book) => Ok(Some(Post {
            book: Arc::new(Mutex::new(book)),
            uplink,
            terminal: config.terminal_id.clone(),
            state_dir: config.state_dir.clone(),
        })),
        Err(error) => {
            tracing::error!("nothing can be handed in: {}", chain(&error));
            Ok(None)
        }
    }
}

/// The office's words of the live releases, read where nobody waits for them.
fn learn_apart(words: &Pronunciation, config: &Config) {
    let (words, folders) = (words.clone(), upkeep::folders(config));
    // Without the thread the words of the release before stay.
    let _ = std::thread::Builder::new().name("lexicon".to_owned()).spawn(move || voice::learn(&words, &folders));
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

/// A printer of 80 mm that lives as long as the returned simulator.
fn virtual_printer(folder: &Path) -> anyhow::Result<Simulator> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let settings = Settings { listen, out: folder.to_owned(), width_dots: PAPER_DOTS, faults: Vec::new() };
    let simulator = Simulator::start(settings, |notice| {
        if let Notice::Receipt { png, .. } = notice {
            out::message(&format!("小票 {}", png.display()));
        }
    })?;
    out::message(&format!("虚拟打印机 {}，小票在 {}", simulator.address(), folder.display()));
    Ok(simulator)
}
