//! The wall screen: notices, boards and events of the live release, one after the other. Nobody touches it.
//! It decides what is shown and for how long; it starts no visit and keeps nothing of anybody. Pure.

use std::time::Duration;

use jiff::civil::Date;

use crate::content::notice::PeriodState;
use crate::content::{Answers, Record};
use crate::print::qr::Payload;
use crate::session::VisitId;
use crate::store::{Listing, Of, Opened, Shelf};

use super::effect::Effect;
use super::event::Found;
use super::hall::Hall;
use super::leaflet::{Around, Leaf, LeafKind, Leaflet};
use super::model::{Want, What};
use super::takeaway;

/// What is shown, in this order.
const KINDS: [&str; 4] = ["notice", "event", "month", "task"];
/// Most records of a kind.
const OF_A_KIND_MAX: usize = 6;
/// Most lines and characters of one; the rest is behind its code.
const LINES_MAX: usize = 7;
const CHARS_MAX: usize = 220;
/// Whoever reads from three metres needs more time than who stands before a page.
const TURN_S_MIN: u32 = 12;
/// Who asks the content for the wall: no visit has this number.
pub const WALL: VisitId = VisitId::nobody();

/// The wall screen.
#[derive(Debug, Default)]
pub struct Signage {
    slides: Vec<Slide>,
    /// Of which release they are.
    release: Option<u64>,
    turn: usize,
    since: Duration,
}

/// One thing on the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slide {
    /// What it is, such as 公示公告.
    pub label: String,
    /// Its title.
    pub title: String,
    /// What there is room for.
    pub lines: Vec<String>,
    /// The code that leads to all of it.
    pub payload: Payload,
    record: crate::base::id::RecordId,
}

impl Signage {
    /// A hall has come: what is shown is read anew when the release is another one.
    pub(super) fn renew(&mut self, hall: &Hall, today: Date) -> Vec<Effect> {
        if self.release == Some(hall.release) {
            return Vec::new();
        }
        self.release = Some(hall.release);
        self.slides.clear();
        self.turn = 0;
        let of = |kind| if kind == "event" { Of::From(today) } else { Of::All };
        let lists = KINDS.into_iter().filter(|kind| hall.count(kind) > 0);
        lists.map(|kind| load(What::List(Shelf { kind, of: of(kind) }))).collect()
    }

    /// The content has answered: of a list its first records are asked for, a record is shown.
    pub(super) fn take(&mut self, found: Found, hall: &Hall, today: Date) -> Vec<Effect> {
        match found {
            Found::List(Listing { records, .. }) => {
                let ids = records.iter().take(OF_A_KIND_MAX).map(|record| record.id().clone());
                ids.map(|id| load(What::Record(id))).collect()
            }
            Found::Record(opened) => {
                let slide = slide(hall, today, &opened);
                let is_there = |slide: &Slide| self.slides.iter().any(|shown| shown.record == slide.record);
                if let Some(slide) = slide.filter(|slide| !is_there(slide)) {
                    self.slides.push(slide);
                }
                Vec::new()
            }
        }
    }

    /// Time passes: the next one, after the last the first.
    pub(super) fn tick(&mut self, now: Duration, turn_s: u32) {
        let turn = Duration::from_secs(u64::from(turn_s.max(TURN_S_MIN)));
        if now.saturating_sub(self.since) >= turn {
            self.since = now;
            self.turn = if self.slides.is_empty() { 0 } else { (self.turn + 1) % self.slides.len() };
        }
    }

    /// What is shown now; nothing while there is nothing.
    pub fn slide(&self) -> Option<&Slide> {
        self.slides.get(self.turn)
    }

    /// Which of how many.
    pub fn place(&self) -> (usize, usize) {
        (self.turn, self.slides.len())
    }
}

fn load(what: What) -> Effect {
    Effect::Load { visit: WALL, want: Want { what, page: 0 } }
}

/// A record as it hangs on the wall; none when it is over.
fn slide(hall: &Hall, today: Date, opened: &Opened) -> Option<Slide> {
    let is_over = match &opened.record {
        Record::Notice(notice) => notice.state(today) == Some(PeriodState::Over) || notice.imprint.is_over(today),
        _ => false,
    };
    if is_over {
        return None;
    }
    let page = Leaflet::of_record(&Around { hall, today, opened, part: 0 }, &Answers::default());
    let mut left = CHARS_MAX;
    let is_line = |leaf: &&Leaf| !matches!(leaf.kind, LeafKind::Title | LeafKind::Heading | LeafKind::Subheading);
    let lines = page
        .head
        .iter()
        .chain(&page.body)
        .filter(is_line)
        .map(|leaf| leaf.parts().map(|(_, text)| text).collect::<Vec<_>>().join("　"));
    let lines = lines.take_while(|line| {
        let length = line.chars().count();
        let fits = length <= left;
        left = left.saturating_sub(length);
        fits
    });
    Some(Slide {
        label: opened.record.label().to_owned(),
        title: page.title().to_owned(),
        lines: lines.take(LINES_MAX).collect(),
        payload: takeaway::payload(hall, opened, &Answers::default(), None),
        record: opened.record.id().clone(),
    })
}
