//! Does what the update wants: asks the store, drives voice and printer, and answers with events.
//! It never waits: every device and the database have a thread of their own behind a queue.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tokio::sync::mpsc::Sender;

use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::base::digest::Sha256;
use crate::print::desk::{CopyFault, Desk, Order as Receipt, Progress};
use crate::print::document::Document;
use crate::print::identify::{self, Seen};
use crate::print::printer::{Delivery, PrintFault};
use crate::print::profile::Profile;
use crate::print::status::PrinterStatus;
use crate::session::VisitId;
use crate::speech::player::{Player, PlayerEvent};
use crate::speech::voice::{Manner, Voice};
use crate::staff::{Gate, GateState, Pin, Verdict};
use crate::store::StoreError;
use crate::store::reader::{Answer, Query, Reader};
use crate::sync::{Order, kept_blob};

use super::desk::devices::JOBS_MAX;
use super::effect::{Effect, ReadoutOrder};
use super::event::{ContentEvent, ContentTrouble, Event, Found, PrinterEvent, StaffEvent, VoiceEvent};
use super::find::FindEvent;
use super::finder::Finder;
use super::hall::Hall;
use super::model::What;
use super::picture::{PICTURES_MAX, Picture};

/// Events that may wait for the screen.
pub const EVENTS_MAX: usize = 256;
/// Receipts and questions that may wait for the printer.
const PRINTER_ORDERS_MAX: usize = 16;
/// Pictures that may wait to be read: those of two pages.
const PICTURE_ORDERS_MAX: usize = 2 * PICTURES_MAX;
/// Questions that may wait for the gate.
const GATE_ORDERS_MAX: usize = 4;

/// Whoever does effects: the runner, or a test.
pub trait Execute {
    /// Starts doing it and returns at once.
    fn execute(&mut self, effect: Effect);
}

/// The real devices of the terminal, or simulated ones.
pub struct Devices {
    /// The receipt printer with its book, if one is fitted.
    pub printer: Option<Desk>,
    /// Where staff may write what they found out about the printer; none where the settings name its profile.
    pub profile_file: Option<PathBuf>,
    /// The voice.
    pub voice: Box<dyn Voice>,
    /// Speed and loudness of the voice at the start of each visit.
    pub manner: Manner,
    /// Who lets staff in; none where nobody of the staff comes in.
    pub gate: Option<Gate>,
    /// Takes orders for the upkeep of the content; never waits.
    pub orders: Option<Box<dyn Fn(Order) + Send>>,
    /// Where the content is that can be searched, nearest publisher first.
    pub searched: Vec<PathBuf>,
}

/// The services behind the screen.
pub struct Runner {
    reader: Reader,
    player: Player,
    /// Speed and loudness at the start of each visit.
    manner: Manner,
    printer: Option<SyncSender<PrinterOrder>>,
    gate: Option<SyncSender<GateOrder>>,
    orders: Option<Box<dyn Fn(Order) + Send>>,
    finder: Finder,
    pictures: SyncSender<(VisitId, String)>,
    events: Sender<Event>,
    /// Number of the last visit that is over.
    over: Arc<AtomicU64>,
    /// The printer has a question that it has not answered yet.
    is_asked: Arc<AtomicBool>,
}

enum GateOrder {
    State(VisitId),
    Judge(VisitId, Pin),
}

enum PrinterOrder {
    Ask,
    Print { visit: VisitId, tap: u64, title: &'static str, who: String, document: Box<Document> },
    Receipts,
    Copy { desk: VisitId, id: i64, who: String },
    Strip { desk: VisitId },
    Use { desk: VisitId, seen: Seen },
}

/// What staff are told who would change what the settings say.
const PROFILE_IS_SET: &str = "设置文件里写明了打印机配置，请改那里的 printer.profile";

impl Runner {
    /// Starts voice and printer threads; `reader` is already running.
    pub fn start(reader: Reader, devices: Devices, clock: Arc<dyn Clock>, events: Sender<Event>) -> Self {
        let to = events.clone();
        let player = Player::spawn(devices.voice, Arc::clone(&clock), move |event| {
            if let Some(event) = voice_event(event) {
                send(&to, Event::Voice(event));
            }
        });
        let manner = devices.manner;
        player.set_rate(manner.rate);
        player.set_volume(manner.volume);
        let over = Arc::new(AtomicU64::new(0));
        let is_asked = Arc::new(AtomicBool::new(false));
        let printer = devices.printer.map(|desk| {
            let (orders, inbox) = sync_channel(PRINTER_ORDERS_MAX);
            let clerk = Clerk {
                desk,
                profile_file: devices.profile_file,
                over: Arc::clone(&over),
                is_asked: Arc::clone(&is_asked),
                events: events.clone(),
            };
            // Without the thread the inbox is gone, and every order is answered as undeliverable.
            let _ = thread::Builder::new().name("printer".to_owned()).spawn(move || clerk.attend(&inbox));
            orders
        });
        let gate = devices.gate.map(|gate| {
            let (orders, inbox) = sync_channel(GATE_ORDERS_MAX);
            let to = events.clone();
            // Without the thread nobody comes in.
            let _ = thread::Builder::new().name("gate".to_owned()).spawn(move || keep_gate(gate, &inbox, &to));
            orders
        });
        let (pictures, inbox) = sync_channel(PICTURE_ORDERS_MAX);
        let (folders, to) = (devices.searched.clone(), events.clone());
        // Without the thread every picture is told by its words.
        let _ = thread::Builder::new().name("pictures".to_owned()).spawn(move || fetch_pictures(&folders, &inbox, &to));
        let to = events.clone();
        let finder = Finder::spawn(devices.searched, clock, move |visit, serial, answer| {
            send(&to, Event::Find(FindEvent::Answered { visit, serial, answer: Box::new(answer) }));
        });
        Self { reader, player, manner, printer, gate, orders: devices.orders, finder, pictures, events, over, is_asked }
    }

    fn load_picture(&self, visit: VisitId, name: String) {
        if self.pictures.try_send((visit, name)).is_err() {
            tracing::warn!("a picture is not shown: too many are waiting");
        }
    }

    /// The gate answers in its own time: a hash is slow on purpose.
    fn ask_gate(&self, desk: VisitId, order: GateOrder) {
        let is_taken = self.gate.as_ref().is_some_and(|gate| gate.try_send(order).is_ok());
        if !is_taken {
            let verdict = Verdict::Refused(GateState::Nobody);
            send(&self.events, Event::Staff(StaffEvent::Judged { desk, verdict }));
            send(&self.events, Event::Staff(StaffEvent::Gate { desk, state: GateState::Nobody }));
        }
    }

    /// Hands an order to the printer's thread; without one, or behind a full queue, the answer is `refused`.
    fn order(&self, order: PrinterOrder, refused: impl FnOnce(PrintFault) -> PrinterEvent) {
        let is_taken = self.printer.as_ref().is_some_and(|orders| orders.try_send(order).is_ok());
        if !is_taken {
            let fault = PrintFault::NotReady(PrinterStatus::Offline);
            send(&self.events, Event::Printer(refused(fault)));
        }
    }
}

impl Execute for Runner {
    fn execute(&mut self, effect: Effect) {
        match effect {
            Effect::Find { visit, ask } => self.finder.ask(visit, ask),
            Effect::LoadHall => {
                self.finder.reload();
                let to = self.events.clone();
                self.reader.ask(Query::Overview, move |answer| {
                    send(&to, Event::Content(ContentEvent::Hall(hall(answer))));
                });
            }
            Effect::Load { visit, want } => {
                let to = self.events.clone();
                let query = match &want.what {
                    What::Record(id) => Query::Opened(id.clone(), want.page),
                    What::List(shelf) => Query::List(shelf.clone(), want.page),
                };
                self.reader.ask(query, move |answer| {
                    send(&to, Event::Content(ContentEvent::Page { visit, want, found: found(answer) }));
                });
            }
            Effect::LoadPicture { visit, name } => self.load_picture(visit, name),
            Effect::Speak { generation, script, from } => self.player.play_from(generation, script, from),
            Effect::Silence => self.player.stop(),
            Effect::Prepare { script } => self.player.prepare(&script),
            Effect::Readout(order) => match order {
                ReadoutOrder::Pause => self.player.pause(),
                ReadoutOrder::Resume => self.player.resume(),
                ReadoutOrder::Next => self.player.next(),
                ReadoutOrder::Previous => self.player.previous(),
                ReadoutOrder::Repeat => self.player.repeat(),
                ReadoutOrder::Go(sentence) => self.player.go(sentence),
                ReadoutOrder::Rate(rate) => self.player.set_rate(rate),
                ReadoutOrder::Volume(volume) => self.player.set_volume(volume),
            },
            Effect::Print { visit, tap, title, who, document } => {
                let order = PrinterOrder::Print { visit, tap, title, who, document };
                self.order(order, |fault| PrinterEvent::Done { visit, result: Err(fault) });
            }
            Effect::AskReceipts => {
                self.order(PrinterOrder::Receipts, |_| PrinterEvent::Receipts(Vec::new()));
            }
            Effect::Copy { desk, id, who } => self.order(PrinterOrder::Copy { desk, id, who }, |fault| {
                PrinterEvent::Copied { desk, result: Err(CopyFault::Print(fault)) }
            }),
            Effect::PrintStrip { desk } => {
                self.order(PrinterOrder::Strip { desk }, |fault| PrinterEvent::Strip { desk, result: Err(fault) })
            }
            Effect::UseProfile { desk, seen } => self.order(PrinterOrder::Use { desk, seen }, |fault| {
                PrinterEvent::Profiled { desk, result: Err(chain(&fault)) }
            }),
            Effect::Order(order) => match &self.orders {
                Some(take) => take(order),
                None => tracing::warn!("nobody takes orders for the content"),
            },
            Effect::AskGate { desk } => self.ask_gate(desk, GateOrder::State(desk)),
            Effect::CheckPin { desk, pin } => self.ask_gate(desk, GateOrder::Judge(desk, pin)),
            Effect::Forget { visit } => {
                self.over.store(visit.number(), Ordering::Release);
                self.finder.forget(visit);
                // The next resident hears what everybody hears.
                self.player.stop();
                self.player.set_rate(self.manner.rate);
                self.player.set_volume(self.manner.volume);
            }
            Effect::AskPrinter => {
                // One question at a time: behind a slow answer they would keep a receipt waiting.
                if let Some(orders) = &self.printer
                    && !self.is_asked.swap(true, Ordering::AcqRel)
                    && orders.try_send(PrinterOrder::Ask).is_err()
                {
                    self.is_asked.store(false, Ordering::Release);
                }
            }
        }
    }
}

/// Sends an event; a full queue means that the screen is stuck, and waiting would only spread it.
fn send(events: &Sender<Event>, event: Event) {
    if events.try_send(event).is_err() {
        tracing::error!("event queue is full or closed");
    }
}

/// Reads and decodes pictures on a thread of its own.
fn fetch_pictures(folders: &[PathBuf], inbox: &Receiver<(VisitId, String)>, events: &Sender<Event>) {
    while let Ok((visit, name)) = inbox.recv() {
        let sha256 = name.split('.').next().and_then(|stem| Sha256::parse(stem).ok());
        let bytes = sha256.and_then(|sha256| folders.iter().find_map(|folder| kept_blob(folder, &sha256)));
        let picture = bytes.and_then(|bytes| {
            Picture::decode(&bytes).inspect_err(|error| tracing::warn!(error = %chain(error), "a picture")).ok()
        });
        send(events, Event::Content(ContentEvent::Picture { visit, name, picture }));
    }
}

fn keep_gate(mut gate: Gate, inbox: &Receiver<GateOrder>, events: &Sender<Event>) {
    while let Ok(order) = inbox.recv() {
        let event = match order {
            GateOrder::State(desk) => StaffEvent::Gate { desk, state: gate.state() },
            GateOrder::Judge(desk, pin) => StaffEvent::Judged { desk, verdict: gate.judge(&pin) },
        };
        send(events, Event::Staff(event));
    }
}

/// Attends to the printer on a thread of its own.
struct Clerk {
    desk: Desk,
    profile_file: Option<PathBuf>,
    over: Arc<AtomicU64>,
    is_asked: Arc<AtomicBool>,
    events: Sender<Event>,
}

impl Clerk {
    fn attend(mut self, inbox: &Receiver<PrinterOrder>) {
        while let Ok(order) = inbox.recv() {
            let event = match order {
                PrinterOrder::Ask => {
                    let status = self.desk.status();
                    self.is_asked.store(false, Ordering::Release);
                    PrinterEvent::Status(status)
                }
                // The next resident does not get the paper of the one before.
                PrinterOrder::Print { visit, .. } if self.is_over(visit) => continue,
                PrinterOrder::Print { visit, tap, title, who, document } => {
                    let key = format!("{}-{tap}", visit.number());
                    let owner = visit.number();
                    self.print(visit, &Receipt { key: &key, owner, title, who: &who, document: &document })
                }
                PrinterOrder::Receipts => {
                    let mut entries = self.desk.entries();
                    entries.truncate(JOBS_MAX);
                    PrinterEvent::Receipts(entries)
                }
                PrinterOrder::Copy { desk, id, who } => self.copy(desk, id, &who),
                PrinterOrder::Strip { desk } => PrinterEvent::Strip { desk, result: self.desk.identify() },
                PrinterOrder::Use { desk, seen } => PrinterEvent::Profiled { desk, result: self.use_profile(seen) },
            };
            send(&self.events, Event::Printer(event));
        }
    }

    fn print(&mut self, visit: VisitId, receipt: &Receipt<'_>) -> PrinterEvent {
        let (over, mut tell) = self.watch(visit);
        let result = self.desk.print(receipt, &over, &mut tell);
        note(result.as_ref());
        PrinterEvent::Done { visit, result }
    }

    fn copy(&mut self, desk: VisitId, id: i64, who: &str) -> PrinterEvent {
        let (over, mut tell) = self.watch(desk);
        let result = self.desk.copy(id, who, &over, &mut tell);
        note(result.as_ref());
        PrinterEvent::Copied { desk, result }
    }

    /// Whether a visit is over, and how to tell it of its receipt; the same again is no news.
    fn watch(&self, visit: VisitId) -> (impl Fn() -> bool + use<>, impl FnMut(Progress) + use<>) {
        let (over, events) = (Arc::clone(&self.over), self.events.clone());
        let mut last = None;
        let tell = move |progress| {
            if last.replace(progress) != Some(progress) {
                send(&events, Event::Printer(told(visit, progress)));
            }
        };
        (move || visit.number() <= over.load(Ordering::Acquire), tell)
    }

    fn use_profile(&mut self, seen: Seen) -> Result<Box<Profile>, String> {
        let path = self.profile_file.as_deref().ok_or_else(|| PROFILE_IS_SET.to_owned())?;
        let profile = identify::write(path, seen).map_err(|error| chain(&error))?;
        self.desk.set_profile(profile.clone());
        Ok(Box::new(profile))
    }

    fn is_over(&self, visit: VisitId) -> bool {
        visit.number() <= self.over.load(Ordering::Acquire)
    }
}

fn note(result: Result<&Delivery, &(impl std::error::Error + 'static)>) {
    match result {
        Ok(delivery) => tracing::info!(outcome = delivery.fact(), "receipt"),
        Err(fault) => tracing::warn!(error = %chain(fault), "receipt"),
    }
}

fn told(visit: VisitId, progress: Progress) -> PrinterEvent {
    match progress {
        Progress::Waiting(status) => PrinterEvent::Waiting { visit, status },
        Progress::Resumed => PrinterEvent::Resumed { visit },
    }
}

fn voice_event(event: PlayerEvent) -> Option<VoiceEvent> {
    match event {
        PlayerEvent::Ready => Some(VoiceEvent::Available),
        PlayerEvent::Unavailable { reason } => {
            tracing::warn!(reason, "no voice");
            Some(VoiceEvent::Unavailable(reason))
        }
        PlayerEvent::SentenceBegan { generation, index } => Some(VoiceEvent::Sentence { generation, index }),
        PlayerEvent::Finished { generation } => Some(VoiceEvent::Finished { generation }),
        PlayerEvent::Mark { generation, index, display_char } => {
            Some(VoiceEvent::Mark { generation, index, at: display_char })
        }
        // A stop is always our own.
        PlayerEvent::Stopped { .. } => None,
    }
}

fn found(answer: Result<Answer, StoreError>) -> Result<Option<Found>, ContentTrouble> {
    match answer {
        Ok(Answer::Opened(opened)) => Ok(opened.map(Found::Record)),
        Ok(Answer::List(listing)) => Ok(listing.map(Found::List)),
        Ok(_) => Ok(None),
        Err(_) => {
            // What a resident opens is nobody's business: the log does not name the record.
            tracing::error!("a record could not be read");
            Err(ContentTrouble::Damaged)
        }
    }
}

fn hall(answer: Result<Answer, StoreError>) -> Result<Box<Hall>, ContentTrouble> {
    match answer {
        Ok(Answer::Overview(Some(overview))) => Ok(Box::new(Hall::from(*overview))),
        Ok(_) => Err(ContentTrouble::Empty),
        Err(error) => {
            tracing::error!(error = %chain(&error), "the content cannot be read");
            Err(ContentTrouble::Damaged)
        }
    }
}
