//! The terminal's state between two events: the hall, the devices, at most one visit.
//! A visit is one value; when it is dropped nothing of the resident stays.

use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;

use crate::access::Access;
use crate::base::id::RecordId;
use crate::content::{Answers, Guide, Window};
use crate::print::status::PrinterStatus;
use crate::session::{Idle, VisitId};

use super::event::ContentTrouble;
use super::hall::Hall;
use super::leaflet::{Leaf, LeafKind, Leaflet, Place, Row};

/// Pages one can go back through; older ones are forgotten.
pub const HISTORY_MAX: usize = 32;

/// What the update needs of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seconds without a touch before the warning.
    pub idle_s: u32,
    /// Seconds of the warning.
    pub warning_s: u32,
    /// Seconds of one attract text.
    pub attract_turn_s: u32,
    /// Is a printer fitted at all.
    pub has_printer: bool,
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
    /// Is there a voice.
    pub voice: Voice,
    /// The printer's last known state.
    pub printer: PrinterStatus,
    /// The visit, if somebody is here.
    pub visit: Option<Visit>,
    /// The id of the last visit.
    pub last_visit: VisitId,
    /// Which attract text is shown.
    pub attract_turn: usize,
    /// When it was put up.
    pub attract_since: Duration,
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
    /// What lies over the page.
    pub overlay: Overlay,
    /// Size, contrast, reach.
    pub access: Access,
    /// The idle timer.
    pub idle: Idle,
    /// What is being read aloud.
    pub reading: Option<Reading>,
    /// A receipt is on its way to the printer.
    pub printing: Option<Printing>,
    /// The idle warning lies over everything, with so many seconds left.
    pub idle_left_s: Option<u32>,
    /// A message that waits until the resident has put away what lies over the page.
    pub waiting: Option<Message>,
    /// The guide that was asked for and has not come yet.
    pub wanted: Option<RecordId>,
}

/// A receipt on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printing {
    /// Of which guide.
    pub guide: RecordId,
    /// Since when, in elapsed time.
    pub since: Duration,
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

/// A page.
#[derive(Debug)]
pub enum Page {
    /// Four doors.
    Home,
    /// 我要看: offices and what they are for.
    Look,
    /// 我要办: offices that serve.
    Do,
    /// 我要查: windows.
    Find,
    /// 我要问: whom to ask.
    Ask,
    /// One office.
    Office(RecordId),
    /// One guide with the answers given.
    Guide(Box<GuidePage>),
}

/// A guide that is open.
#[derive(Debug)]
pub struct GuidePage {
    /// The guide.
    pub guide: Guide,
    /// The resident's answers.
    pub answers: Answers,
}

/// What lies over a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// Who helps.
    Help,
    /// The guide's QR code.
    Qr,
    /// A receipt is being printed.
    Printing,
    /// A message.
    Message(Message),
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
}

/// A readout.
#[derive(Debug)]
pub struct Reading {
    /// Which.
    pub generation: u64,
    /// For each sentence: the paragraph and the characters of it.
    pub sentences: Vec<SentencePlace>,
    /// For each paragraph: where it stands on the page.
    pub places: Vec<Place>,
    /// The sentence that is being spoken.
    pub current: Option<usize>,
    /// Last sign of life of the voice, in elapsed time.
    pub since: Duration,
}

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentencePlace {
    /// Index of the paragraph.
    pub paragraph: usize,
    /// First character in the paragraph.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// The sentence to mark on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The paragraph's place.
    pub place: Place,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

impl Model {
    /// A terminal that has just started.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            now: Duration::ZERO,
            wall: None,
            hall: None,
            voice: Voice::Starting,
            printer: PrinterStatus::NotAsked,
            visit: None,
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

    /// The page as a leaflet: what it shows, in reading order.
    pub fn leaflet(&self) -> Option<Leaflet> {
        let hall = self.ready_hall()?;
        let leaflet = match &self.visit.as_ref()?.page {
            Page::Home => {
                let rows = DOORS.iter().map(|(verb, line)| Row::new(*verb, *line)).collect();
                let mut shelf = hall.frequent().map(|g| Leaf::new(LeafKind::Text, &g.title)).peekable();
                let heading = shelf.peek().map(|_| Leaf::new(LeafKind::Heading, SHELF));
                Leaflet { rows, body: heading.into_iter().chain(shelf).collect(), ..Leaflet::default() }
            }
            Page::Look => Leaflet::of_rows(LOOK.0, LOOK.1, office_rows(hall)),
            Page::Do => Leaflet::of_rows(DO.0, DO.1, serving_rows(hall)),
            Page::Find => Leaflet::of_rows(FIND.0, FIND.1, window_rows(hall)),
            Page::Ask => Leaflet::of_ask(hall),
            Page::Office(id) => Leaflet::of_org(hall.org(id)?, hall),
            Page::Guide(page) => Leaflet::of_guide(&page.guide, &page.answers, hall),
        };
        Some(leaflet)
    }

    /// Where one is, and what is being read: the page's title and the current sentence, or what stands under the title.
    pub fn headline(&self, leaflet: &Leaflet) -> (String, String) {
        let mut head = leaflet.head.iter().map(|leaf| leaf.name.clone());
        let hall = self.ready_hall().map_or(String::new(), |hall| hall.site.hall.clone());
        let (title, lead) = (head.next().unwrap_or(hall), head.next().unwrap_or_else(|| WELCOME.to_owned()));
        let spoken = self.mark().and_then(|mark| {
            let paragraphs = leaflet.paragraphs();
            let (_, text) = paragraphs.iter().find(|(place, _)| *place == mark.place)?;
            Some(text.chars().skip(mark.start).take(mark.end - mark.start).collect())
        });
        (title, spoken.unwrap_or(lead))
    }

    /// The sentence being spoken, if any.
    pub fn mark(&self) -> Option<Mark> {
        let reading = self.visit.as_ref()?.reading.as_ref()?;
        let sentence = reading.sentences.get(reading.current?)?;
        let place = *reading.places.get(sentence.paragraph)?;
        Some(Mark { place, start: sentence.start, end: sentence.end })
    }
}

/// Under the hall's name on the home page.
const WELCOME: &str = "您要做什么？请触摸选择。";
/// Heading of the shelf of what is asked most.
pub const SHELF: &str = "大家常办";
/// Title and lead of 我要看.
pub const LOOK: (&str, &str) = ("我要看", "各部门是做什么的，在哪里，怎么联系");
/// Title and lead of 我要办.
pub const DO: (&str, &str) = ("我要办", "请选部门");
/// Title and lead of 我要查.
pub const FIND: (&str, &str) = ("我要查", "窗口在哪里，几点开门；点一下看能办什么");
/// The four doors: verb and what is behind it.
pub const DOORS: [(&str, &str); 4] = [
    ("我要看", "各部门职责、地址和电话"),
    ("我要办", "办什么事，带什么材料"),
    ("我要查", "窗口在哪里，几点开门"),
    ("我要问", "咨询、投诉、申请公开"),
];

/// All offices with what they are for.
fn office_rows(hall: &Hall) -> Vec<Row> {
    hall.orgs.iter().map(|org| Row::new(&org.name, &org.about)).collect()
}

/// Offices that serve, with how many things can be done there.
fn serving_rows(hall: &Hall) -> Vec<Row> {
    hall.serving_orgs().map(|org| Row::new(&org.name, format!("{}件事", hall.guides_of(&org.id).count()))).collect()
}

/// Windows with place and hours.
fn window_rows(hall: &Hall) -> Vec<Row> {
    let row = |w: &Arc<Window>| {
        let hours = hall.hours(&w.hours).map_or(String::new(), |h| format!("，{}", h.lines().join("；")));
        Row::new(format!("{}号窗口 {}", w.number, w.name), format!("{}{hours}", w.place))
    };
    hall.windows.iter().map(row).collect()
}
