//! Does what the update wants: asks the store, drives voice and printer, and answers with events.
//! It never waits: every device and the database have a thread of their own behind a queue.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use tokio::sync::mpsc::Sender;

use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::base::digest::Sha256;
use crate::base::private::Private;
use crate::print::a4::{A4Trouble, FormPage, OfficePrinter};
use crate::print::desk::{CopyFault, Desk};
use crate::print::printer::PrintFault;
use crate::print::status::PrinterStatus;
use crate::session::VisitId;
use crate::speech::player::{Player, PlayerEvent};
use crate::speech::voice::{Manner, Rehearsal, Voice};
use crate::staff::{Gate, GateState, Pin, Verdict};
use crate::store::StoreError;
use crate::store::reader::{Answer, Query, Reader};
use crate::sync::{Order, kept_blob};

use super::effect::{Effect, ReadoutOrder};
use super::event::{ContentEvent, ContentTrouble, Event, Found, PrinterEvent, StaffEvent, VoiceEvent};
use super::find::FindEvent;
use super::finder::Finder;
use super::hall::Hall;
use super::mailroom::{self, HandIn, HandInTrouble, MailOffer, Mailroom};
use super::model::What;
use super::picture::{PICTURES_MAX, Picture};
use super::worker::Worker;
use clerk::{Clerk, PrinterOrder};

mod clerk;

/// Events that may wait for the screen.
pub const EVENTS_MAX: usize = 256;
/// Receipts and questions that may wait for the printer.
const PRINTER_ORDERS_MAX: usize = 16;
/// Pictures that may wait to be read: those of two pages.
const PICTURE_ORDERS_MAX: usize = 2 * PICTURES_MAX;
/// Sheets that may wait for the office printer.
const SHEETS_MAX: usize = 2;
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
    /// Makes clips by night; none where none are wanted.
    pub rehearsal: Option<Rehearsal>,
    /// Who lets staff in; none where nobody of the staff comes in.
    pub gate: Option<Gate>,
    /// The office printer for sheets of A4, if one is set up.
    pub office_printer: Option<OfficePrinter>,
    /// Where residents' letters are numbered, sealed and kept; none where nothing can be handed in.
    pub mailroom: Option<Mailroom>,
    /// Takes orders for the upkeep of the content; never waits.
    pub orders: Option<Box<dyn Fn(Order) + Send>>,
    /// Where the content is that can be searched, nearest publisher first.
    pub searched: Vec<PathBuf>,
}

/// The services behind the screen.
pub struct Runner {
    reader: Reader,
    player: Player,
    rehearsal: Option<Rehearsal>,
    /// Speed and loudness at the start of each visit.
    manner: Manner,
    printer: Worker<PrinterOrder>,
    office_printer: Worker<SheetOrder>,
    mailroom: Worker<mailroom::Order>,
    gate: Worker<GateOrder>,
    orders: Option<Box<dyn Fn(Order) + Send>>,
    finder: Finder,
    pictures: Worker<(VisitId, String)>,
    events: Sender<Event>,
    /// Number of the last visit that is over.
    over: Arc<AtomicU64>,
    /// The printer has a question that it has not answered yet.
    is_asked: Arc<AtomicBool>,
}

struct SheetOrder {
    visit: VisitId,
    tap: u64,
    page: Box<Private<FormPage>>,
}

enum GateOrder {
    State(VisitId),
    Judge(VisitId, Pin),
}

impl Runner {
    /// Starts voice and printer threads; `reader` is already running.
    pub fn start(reader: Reader, devices: Devices, clock: Arc<dyn Clock>, events: Sender<Event>) -> Self {
        let to = events.clone();
        let player = Player::spawn(devices.voice, Arc::clone(&clock), move |event| {
            if let Some(event) = voice_event(event) {
                send(&to, Event::Voice(event));
            }
        });
        let (manner, rehearsal) = (devices.manner, devices.rehearsal);
        player.set_rate(manner.rate);
        player.set_volume(manner.volume);
        let over = Arc::new(AtomicU64::new(0));
        let is_asked = Arc::new(AtomicBool::new(false));
        let printer = devices.printer.map_or_else(Worker::absent, |desk| {
            let profile_file = devices.profile_file;
            let (over, is_asked, events) = (Arc::clone(&over), Arc::clone(&is_asked), events.clone());
            let clerk = Clerk { desk, profile_file, over, is_asked, events };
            Worker::spawn("printer", PRINTER_ORDERS_MAX, move |inbox| clerk.attend(inbox))
        });
        let office_printer = devices.office_printer.map_or_else(Worker::absent, |printer| {
            let (over, to) = (Arc::clone(&over), events.clone());
            Worker::spawn("office-printer", SHEETS_MAX, move |inbox| print_sheets(printer, &over, inbox, &to))
        });
        let mailroom = devices.mailroom.map_or_else(Worker::absent, |mailroom| {
            let to = events.clone();
            // It waits for room: the number of a letter that is kept is never lost to a busy screen.
            let tell = move |event| drop(to.blocking_send(event));
            Worker::spawn("mailroom", mailroom::ORDERS_MAX, move |inbox| mailroom.attend(inbox, tell))
        });
        let gate = devices.gate.map_or_else(Worker::absent, |gate| {
            let to = events.clone();
            Worker::spawn("gate", GATE_ORDERS_MAX, move |inbox| keep_gate(gate, inbox, &to))
        });
        let (folders, to) = (devices.searched.clone(), events.clone());
        let pictures = Worker::spawn("pictures", PICTURE_ORDERS_MAX, move |inbox| fetch_pictures(&folders, inbox, &to));
        let to = events.clone();
        let finder = Finder::spawn(devices.searched, clock, move |visit, serial, answer| {
            send(&to, Event::Find(FindEvent::Answered { visit, serial, answer: Box::new(answer) }));
        });
        Self {
            reader,
            player,
            rehearsal,
            manner,
            printer,
            office_printer,
            mailroom,
            gate,
            orders: devices.orders,
            finder,
            pictures,
            events,
            over,
            is_asked,
        }
    }

    fn load_picture(&self, visit: VisitId, name: String) {
        if self.pictures.order((visit, name)).is_err() {
            tracing::warn!("a picture is not shown: too many are waiting");
        }
    }

    /// The gate answers in its own time: a hash is slow on purpose.
    fn ask_gate(&self, desk: VisitId, order: GateOrder) {
        if self.gate.order(order).is_err() {
            let verdict = Verdict::Refused(GateState::Nobody);
            send(&self.events, Event::Staff(StaffEvent::Judged { desk, verdict }));
            send(&self.events, Event::Staff(StaffEvent::Gate { desk, state: GateState::Nobody }));
        }
    }

    /// Hands an order to the printer's thread; without one, or behind a full queue, the answer is `refused`.
    fn order(&self, order: PrinterOrder, refused: impl FnOnce(PrintFault) -> PrinterEvent) {
        if self.printer.order(order).is_err() {
            let fault = PrintFault::NotReady(PrinterStatus::Offline);
            send(&self.events, Event::Printer(refused(fault)));
        }
    }
}

impl Runner {
    /// A letter that cannot be taken is overwritten here, and whoever wrote it still has it on the screen.
    fn hand_in(&self, visit: VisitId, tap: u64, letter: Box<Private<HandIn>>) {
        if self.mailroom.order(mailroom::Order::HandIn { visit, tap, letter }).is_err() {
            let trouble = if self.mailroom.is_there() { HandInTrouble::Busy } else { HandInTrouble::Broken };
            send(&self.events, Event::HandedIn { visit, tap, result: Err(trouble) });
        }
    }

    /// Another release may name others to seal to, or nobody.
    fn ask_mailbox(&self) {
        // Behind a full queue the answer comes with what is handed in.
        if self.mailroom.order(mailroom::Order::Look).is_err() && !self.mailroom.is_there() {
            send(&self.events, Event::Mailbox(MailOffer::Broken));
        }
    }

    fn print_form(&self, visit: VisitId, tap: u64, page: Box<Private<FormPage>>) {
        if self.office_printer.order(SheetOrder { visit, tap, page }).is_err() {
            let trouble = if self.office_printer.is_there() { A4Trouble::Busy } else { A4Trouble::Away };
            send(&self.events, Event::FormPrinted { visit, tap, result: Err(trouble) });
        }
    }
}

impl Execute for Runner {
    fn execute(&mut self, effect: Effect) {
        match effect {
            Effect::Find { visit, ask } => self.finder.ask(visit, ask),
            Effect::LoadHall => {
                self.finder.reload();
                self.ask_mailbox();
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
            Effect::HandIn { visit, tap, letter } => self.hand_in(visit, tap, letter),
            Effect::AskCase { visit, tap, number, four } => {
                if self.mailroom.order(mailroom::Order::Ask { visit, tap, number, four }).is_err() {
                    send(&self.events, Event::Case { visit, tap, found: Err(ContentTrouble::Damaged) });
                }
            }
            Effect::AskMailbox => self.ask_mailbox(),
            Effect::PrintForm { visit, tap, page } => self.print_form(visit, tap, page),
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
            Effect::Rehearse => self.rehearsal.iter_mut().for_each(Rehearsal::begin),
            Effect::EndRehearsal => self.rehearsal.iter_mut().for_each(Rehearsal::end),
            Effect::AskPrinter => {
                // One question at a time: behind a slow answer they would keep a receipt waiting.
                if self.printer.is_there()
                    && !self.is_asked.swap(true, Ordering::AcqRel)
                    && self.printer.order(PrinterOrder::Ask).is_err()
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

/// Prints sheets of A4; the next resident does not get the paper of the one before.
fn print_sheets(mut printer: OfficePrinter, over: &AtomicU64, inbox: &Receiver<SheetOrder>, events: &Sender<Event>) {
    while let Ok(SheetOrder { visit, tap, page }) = inbox.recv() {
        if visit.number() <= over.load(Ordering::Acquire) {
            continue;
        }
        let result = printer.print(page.reveal());
        drop(page);
        let trouble = result.map_err(|fault| {
            tracing::warn!(error = %chain(&fault), "a sheet of A4");
            fault.trouble()
        });
        send(events, Event::FormPrinted { visit, tap, result: trouble });
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
