//! The terminal's state between two events: the hall, the devices, at most one visit.
//! A visit is one value; when it is dropped nothing of the resident stays.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use jiff::Zoned;
use jiff::civil::Date;

use crate::access::language::CONTENT_NOTE;
use crate::access::{Access, KeyAct, KeyName, Keypad, Language};
use crate::base::id::RecordId;
use crate::base::private::Private;
use crate::content::{Answers, LetterKind, Record};
use crate::print::status::PrinterStatus;
use crate::session::{Idle, VisitId};
use crate::speech::headphones::Hearing;
use crate::speech::voice::Manner;
use crate::store::{Listing, Opened, Shelf};

use super::desk::{Desk, Machine, Upkeep};
use super::event::ContentTrouble;
use super::find::FindPage;
use super::form::{Filling, Screen};
use super::hall::Hall;
use super::leaflet::{Around, Leaf, LeafKind, Leaflet, Offices, doors, lists};
use super::mailroom::MailOffer;
use super::night::Night;
use super::opinion::{Card, Opinions};
use super::picture::Picture;
pub use super::reading::{Mark, Read, Reading, SentencePlace};
use super::signage::Signage;
use super::stops::Stop;
use super::typing::Typing;

/// Pages one can go back through; older ones are forgotten.
pub const HISTORY_MAX: usize = 32;

/// What the update needs of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seconds without a touch before the warning.
    pub idle_s: u32,
    /// The same while a form is filled in.
    pub form_idle_s: u32,
    /// Seconds of the warning.
    pub warning_s: u32,
    /// Seconds of one attract text.
    pub attract_turn_s: u32,
    /// Is a printer fitted at all.
    pub has_printer: bool,
    /// Seconds without a touch before the staff page goes.
    pub staff_idle_s: u32,
}

/// The terminal's state.
#[derive(Debug)]
pub struct Model {
    /// Limits from the settings.
    pub limits: Limits,
    /// Elapsed time at the last tick.
    pub now: Duration,
    /// Wall time at the last tick; none before the first.
    pub wall: Option<Zoned>,
    /// The hall, or why there is none; `None` until the first answer.
    pub hall: Option<Result<Box<Hall>, ContentTrouble>>,
    /// The wall screen; none on a terminal that is touched.
    pub signage: Option<Signage>,
    /// The keypad of those who do not see the screen.
    pub keypad: Keypad,
    /// Is there a voice.
    pub voice: Voice,
    /// The printer's last known state.
    pub printer: PrinterStatus,
    /// When it was asked last, in elapsed time.
    pub asked_printer: Duration,
    /// An office printer for sheets of A4 is set up.
    pub has_a4: bool,
    /// Receipts, sheets and letters asked for since the start.
    pub taps: u64,
    /// Whether something can be handed in now.
    pub mailbox: MailOffer,
    /// The visit, if somebody is here.
    pub visit: Option<Visit>,
    /// The staff's side, if somebody opened it; there is no visit then.
    pub desk: Option<Desk>,
    /// Something was withdrawn during the visit: the next hall is taken at once.
    pub takes_hall: bool,
    /// What the upkeep of the content has told.
    pub upkeep: Upkeep,
    /// What staff want to know of the machine.
    pub machine: Machine,
    /// The id of the last visit, or of the last opening of the desk.
    pub last_visit: VisitId,
    /// Which attract text is shown.
    pub attract_turn: usize,
    /// When it was put up.
    pub attract_since: Duration,
    /// Who can hear what is read aloud.
    pub hearing: Hearing,
    /// How is read aloud at the start of a visit.
    pub manner: Manner,
    /// Whether clips are made while nobody is here.
    pub night: Night,
    /// Counts readouts, so that a late voice event cannot mark a new one.
    pub generation: u64,
}

/// One resident's visit.
#[derive(Debug)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// The page shown.
    pub page: Page,
    /// Pages behind it, oldest first.
    pub history: Vec<Page>,
    /// Forms that were begun and left; who comes back finds them as they were.
    pub drafts: Vec<Box<Filling>>,
    /// What lies over the page.
    pub overlay: Overlay,
    /// Size, contrast, reach.
    pub access: Access,
    /// The idle timer.
    pub idle: Idle,
    /// How it is read aloud.
    pub manner: Manner,
    /// What is being read aloud.
    pub reading: Option<Reading>,
    /// The sentence at which who goes by keypad left the readout of the page, to take it up again.
    pub aside: Option<usize>,
    /// A receipt is on its way to the printer.
    pub printing: Option<Printing>,
    /// The idle warning lies over everything, with so many seconds left.
    pub idle_left_s: Option<u32>,
    /// Messages that wait until the resident has put away what lies over the page, the next one first.
    pub waiting: Vec<Message>,
    /// Letters on their way, by their taps.
    pub sent: Vec<u64>,
    /// The page that was asked for and has not come yet.
    pub wanted: Option<Want>,
    /// When staff were called last.
    pub called: Option<Duration>,
    /// Where one is who goes by keypad.
    pub focus: Focus,
    /// What somebody said of the hall, as far as it decides what they are asked.
    pub opinions: Opinions,
    /// Pictures of the page that is shown, by name; none where one has not come.
    pub pictures: Vec<(String, Option<Picture>)>,
}

/// Where one is who goes by keypad and ear. It may name what was typed, and shows in no debug output.
#[derive(Default)]
pub struct Focus {
    /// Which stop, from 0.
    pub at: usize,
    /// That stop, to find it again where others come and go.
    pub stop: Option<Stop>,
    /// What is shown.
    pub scene: Option<Scene>,
    /// Where one left what was shown before, so that one comes back to the same stop.
    pub trail: Vec<(Scene, usize)>,
    /// What was said of it last.
    pub said: Option<Private<String>>,
    /// What was typed when it was said.
    pub typed: Option<Private<String>>,
    /// What was pressed last, and when, in elapsed time.
    pub pressed: Option<(KeyAct, Duration)>,
    /// How it goes has not been said yet.
    pub is_new: bool,
}

impl fmt::Debug for Focus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Focus(…)")
    }
}

/// What is shown, to tell whether it is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    page: Shown,
    over: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Home,
    Door(Door),
    Offices(Offices, usize),
    List(Shelf, usize),
    Record(RecordId, usize, usize),
    Find,
    Form(LetterKind, RecordId, Screen),
}

impl Scene {
    /// What is shown in a visit now.
    pub fn of(visit: &Visit) -> Self {
        let page = match &visit.page {
            Page::Home => Shown::Home,
            Page::Door(door) => Shown::Door(*door),
            Page::Offices(which, page) => Shown::Offices(*which, *page),
            Page::List(page) => Shown::List(page.shelf.clone(), page.listing.page),
            Page::Record(page) => {
                let inside = page.opened.inside.as_ref().map_or(0, |inside| inside.page);
                Shown::Record(page.opened.record.id().clone(), page.part, inside)
            }
            Page::Find(_) => Shown::Find,
            Page::Form(filling) => {
                let about = filling.about();
                Shown::Form(about.kind, about.record.clone(), filling.screen())
            }
        };
        let over = match &visit.overlay {
            Overlay::None => None,
            Overlay::Help => Some("help"),
            Overlay::Keys(_) => Some("keys"),
            Overlay::Qr => Some("qr"),
            Overlay::Printing if visit.printing.as_ref().is_some_and(|p| p.waiting.is_some()) => Some("paper"),
            Overlay::Printing => Some("printing"),
            Overlay::Message(_) => Some("message"),
            Overlay::Staff => Some("staff"),
            Overlay::Rating(card) => Some(if card.asks_level() { "rating" } else { "reason" }),
        };
        Self { page, over }
    }
}

impl Visit {
    /// The field of the page; none where nothing can be typed.
    pub fn typing(&self) -> Option<&Typing> {
        match &self.page {
            Page::Find(page) => Some(&page.typing),
            Page::Form(filling) if filling.is_typed() => Some(&filling.typing),
            Page::Form(_) | Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) => None,
        }
    }

    /// What is typed on the page, as it is said to who may hear it; empty where nothing can be typed.
    pub fn typed(&self, may_hear: bool) -> String {
        let typed = self.typing().map_or_else(String::new, |field| format!("{}{}", field.text(), field.letters()));
        if may_hear || typed.is_empty() { typed } else { format!("已输入{}个字", typed.chars().count()) }
    }
}

/// A key that was pressed on the page of keys, and what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySeen {
    /// The key.
    pub key: KeyName,
    /// What it does.
    pub act: Option<KeyAct>,
}

/// What is asked of the content for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// What.
    pub what: What,
    /// Which page of it, from 0.
    pub page: usize,
}

/// What a page shows that must be read first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A record.
    Record(RecordId),
    /// A list.
    List(Shelf),
}

/// A receipt on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printing {
    /// Of which record.
    pub record: RecordId,
    /// Since when, in elapsed time.
    pub since: Duration,
    /// What it waits for; none while it is being printed.
    pub waiting: Option<PrinterStatus>,
}

/// Is there a voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voice {
    /// Not yet known.
    Starting,
    /// Yes.
    Ready,
    /// No, with the reason for residents.
    Absent(String),
}

/// The four doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// 我要看
    Look,
    /// 我要办
    Do,
    /// 我要查
    Find,
    /// 我要问
    Ask,
}

/// A page.
#[derive(Debug)]
pub enum Page {
    /// Four doors.
    Home,
    /// What is behind a door.
    Door(Door),
    /// A page of offices.
    Offices(Offices, usize),
    /// A page of a list.
    List(Box<ListPage>),
    /// A record; a guide with the answers given.
    Record(Box<RecordPage>),
    /// Where one types or writes what one looks for.
    Find(Box<FindPage>),
    /// A form being filled in.
    Form(Box<Filling>),
}

/// A list that is open.
#[derive(Debug)]
pub struct ListPage {
    /// What it lists.
    pub shelf: Shelf,
    /// The page of it.
    pub listing: Listing,
}

/// A record that is open.
#[derive(Debug)]
pub struct RecordPage {
    /// The record and what its page needs.
    pub opened: Opened,
    /// The resident's answers to a guide's questions.
    pub answers: Answers,
    /// Which page of a long text, from 0.
    pub part: usize,
}

/// What lies over a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// Who helps.
    Help,
    /// What each key of the keypad does, and the one that was pressed last.
    Keys(Option<KeySeen>),
    /// The guide's QR code.
    Qr,
    /// A receipt is being printed.
    Printing,
    /// A message.
    Message(Message),
    /// Staff want to come in, and a visit is on.
    Staff,
    /// Somebody is asked how they found it.
    Rating(Card),
}

/// A message to the resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One short line.
    pub title: String,
    /// What happened and what to do.
    pub text: String,
    /// The QR code is offered as the other way.
    pub offers_qr: bool,
    /// Nothing takes its place before it is put away: it tells what is told once, such as a number.
    pub is_lasting: bool,
}

impl Page {
    /// Whether it shows one of these records or their titles. What comes from the hall is not counted.
    pub fn names(&self, records: &BTreeSet<RecordId>) -> bool {
        let among = |of: &[Record]| of.iter().any(|record| records.contains(record.id()));
        match self {
            // What is found is asked for again when it is opened.
            Self::Home | Self::Door(_) | Self::Offices(..) => false,
            Self::Find(page) => page.names(records),
            Self::Form(filling) => records.contains(&filling.about().record),
            Self::List(page) => among(&page.listing.records),
            Self::Record(page) => {
                let opened = &page.opened;
                records.contains(opened.record.id())
                    || among(&opened.near)
                    || opened.titles.iter().any(|title| records.contains(&title.id))
                    || opened.inside.as_ref().is_some_and(|inside| among(&inside.records))
            }
        }
    }
}

impl Model {
    /// The size, contrast and reach of whoever is here.
    pub fn access(&self) -> Access {
        let desk = self.desk.as_ref().map(|desk| desk.access);
        desk.or(self.visit.as_ref().map(|visit| visit.access)).unwrap_or_default()
    }

    /// A terminal that has just started.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            now: Duration::ZERO,
            wall: None,
            hall: None,
            signage: None,
            keypad: Keypad::default(),
            voice: Voice::Starting,
            printer: PrinterStatus::NotAsked,
            asked_printer: Duration::ZERO,
            has_a4: false,
            taps: 0,
            mailbox: MailOffer::default(),
            visit: None,
            desk: None,
            takes_hall: false,
            upkeep: Upkeep::default(),
            machine: Machine::default(),
            manner: Manner::default(),
            night: Night::default(),
            hearing: Hearing::default(),
            last_visit: VisitId::default(),
            attract_turn: 0,
            attract_since: Duration::ZERO,
            generation: 0,
        }
    }

    /// `11月21日 星期六` and `09:30`; empty before the first tick.
    pub fn date_and_time(&self) -> (String, String) {
        let Some(wall) = &self.wall else {
            return (String::new(), String::new());
        };
        let weekday =
            ["一", "二", "三", "四", "五", "六", "日"][wall.weekday().to_monday_zero_offset().rem_euclid(7) as usize];
        let date = format!("{}月{}日 星期{weekday}", wall.month(), wall.day());
        (date, format!("{:02}:{:02}", wall.hour(), wall.minute()))
    }

    /// The hall, when there is one.
    pub fn ready_hall(&self) -> Option<&Hall> {
        self.hall.as_ref()?.as_ref().ok().map(|hall| &**hall)
    }

    /// Content date and release.
    pub fn content_line(&self) -> String {
        let Some(hall) = self.ready_hall() else {
            return String::new();
        };
        let issued = hall.issued;
        let sample = if hall.site.is_sample { " · 样例内容" } else { "" };
        format!("内容截至{}年{}月{}日 · 第{}版{sample}", issued.year(), issued.month(), issued.day(), hall.release)
    }

    /// Why no receipt can be printed now; empty when one can, or where there is no printer at all.
    pub fn printer_note(&self) -> &'static str {
        if !self.limits.has_printer || self.printer.can_print() { "" } else { self.printer.resident_text() }
    }

    /// The page as a leaflet: what it shows, in reading order, in the visit's language.
    pub fn leaflet(&self) -> Option<Leaflet> {
        Some(self.source_leaflet()?.in_language(self.access().language))
    }

    /// The same in the language in which everything is written; line for line and part for part what is shown.
    pub fn source_leaflet(&self) -> Option<Leaflet> {
        let hall = self.ready_hall()?;
        let today = self.today(hall);
        let page = &self.visit.as_ref()?.page;
        let mut leaflet = self.page_leaflet(page, hall, today);
        let has_content = matches!(page, Page::List(_) | Page::Record(_));
        if has_content && self.access().language != Language::Chinese {
            leaflet.head.push(Leaf::new(LeafKind::Note, CONTENT_NOTE));
        }
        Some(leaflet)
    }

    /// Words of ours in the language of whoever is here.
    pub fn say<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.access().language.say(text)
    }

    fn page_leaflet(&self, page: &Page, hall: &Hall, today: Date) -> Leaflet {
        match page {
            Page::Home => doors::home(hall),
            Page::Find(page) => page.leaflet(hall),
            Page::Form(filling) => filling.leaflet(&self.standing(hall)),
            Page::Door(door) => {
                let mut leaflet = doors::door(*door, hall, today);
                self.offer_behind(*door, &mut leaflet, &self.standing(hall));
                leaflet
            }
            Page::Offices(which, page) => doors::offices(*which, *page, hall),
            Page::List(page) => lists::listing(&page.shelf, &page.listing, hall, today),
            Page::Record(page) => {
                let around = Around { hall, today, opened: &page.opened, part: page.part };
                let mut leaflet = Leaflet::of_record(&around, &page.answers);
                self.offer(&mut leaflet, &page.opened, &self.standing(hall));
                leaflet
            }
        }
    }

    /// The day in the hall; the day of the content before the first tick.
    pub fn today(&self, hall: &Hall) -> Date {
        self.wall.as_ref().map_or(hall.issued, Zoned::date)
    }

    /// Where one is, and what is being read: the page's title and the current sentence, or what stands under the title.
    pub fn headline(&self, leaflet: &Leaflet) -> (String, String) {
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let hall = self.ready_hall().map_or("", |hall| hall.site.hall.as_str());
        let is_home = leaflet.title().is_empty();
        let title = or(leaflet.title(), hall);
        let lead = if is_home { self.say(WELCOME).into_owned() } else { leaflet.lead().to_owned() };
        let spoken = self.mark().and_then(|mark| {
            let paragraphs = leaflet.paragraphs();
            let (_, text) = paragraphs.iter().find(|(place, _)| *place == mark.place)?;
            Some(text.chars().skip(mark.start).take(mark.end - mark.start).collect())
        });
        (title, spoken.unwrap_or(lead))
    }
}

/// Under the hall's name on the home page.
const WELCOME: &str = "您要做什么？请触摸选择。";
