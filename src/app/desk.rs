//! The staff's side of the terminal: the PIN pad, and behind it the staff page. Never there together with a visit.
//! It holds a PIN only while it is typed, and nothing of a resident at any time.

use std::time::Duration;

use crate::access::Access;
use crate::config::Publisher;
use crate::print::identify::Seen;
use crate::print::profile::Profile;
use crate::print::spool::Entry;
use crate::session::VisitId;
use crate::staff::{GateState, Pin};
use crate::sync::{Letters, Passed, Progress, Standing, StickSight};

pub mod devices;
pub mod letters;
pub mod words;

/// A pad that nobody types on goes away after so long.
pub const PAD_IDLE: Duration = Duration::from_secs(30);

/// What the upkeep has not said a word of for so long is taken for ended.
pub const UPKEEP_SILENCE_MAX: Duration = Duration::from_secs(300);

/// Somebody of the staff is here, or says so.
#[derive(Debug)]
pub struct Desk {
    /// Tells this opening from every other one, and from visits: a late answer opens nothing.
    pub id: VisitId,
    /// Size, contrast, reach.
    pub access: Access,
    /// The last touch, in elapsed time.
    pub since: Duration,
    /// What is shown.
    pub place: DeskPlace,
}

/// What of the desk is shown.
#[derive(Debug)]
pub enum DeskPlace {
    /// Who is there has not said who it is.
    Pad(Pad),
    /// Somebody who has.
    Page(StaffPage),
}

/// The PIN pad.
#[derive(Debug, Default)]
pub struct Pad {
    /// What is typed.
    pub pin: Pin,
    /// A PIN is being checked.
    pub is_checking: bool,
    /// The last PIN was wrong.
    pub was_wrong: bool,
    /// How the gate stands; none before it has said so.
    pub gate: Option<GateState>,
    /// Until when it is locked, in elapsed time.
    pub locked_until: Option<Duration>,
}

/// The staff page.
#[derive(Debug)]
pub struct StaffPage {
    /// Who came in.
    pub who: String,
    /// Which page of the history, from 0.
    pub history_page: usize,
    /// What was asked for and has not answered yet: a check or a scrub. An import belongs to the stick.
    pub asked: Option<Asked>,
    /// What is on its way to the printer for staff.
    pub printing: Option<StaffPrint>,
    /// The receipts of the book, newest first.
    pub jobs: Vec<Entry>,
    /// Which page of them, from 0.
    pub jobs_page: usize,
    /// The strip is printed and somebody reads it.
    pub identifying: Option<Identifying>,
    /// What became of the last thing that was asked for.
    pub told: String,
}

/// What staff have printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffPrint {
    /// 打印测试页
    TestPage,
    /// 打印自检记录
    SelfCheck,
    /// 补打
    Copy,
    /// 识别打印机
    Strip,
}

/// What somebody has read on the strip of a printer that is not known yet, question by question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identifying {
    /// Which choice was taken of each of [`devices::QUESTIONS`].
    pub chosen: [Option<usize>; 4],
}

/// What was asked of the upkeep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// 从U盘更新
    Import,
    /// 从网络更新
    Check,
    /// 检查内容
    Scrub,
}

/// What the upkeep has told so far.
#[derive(Debug)]
pub struct Upkeep {
    /// How the content of every publisher stands.
    pub standing: Vec<Standing>,
    /// What is known of the stick.
    pub stick: StickSight,
    /// How far the pass that is running has come.
    pub progress: Option<Progress>,
    /// The stick's release was ordered, and the stick is still needed.
    pub is_importing: bool,
    /// The passes since somebody came in or asked, one of each publisher.
    pub passed: Vec<Passed>,
    /// How residents' letters stand; none where nothing can be handed in.
    pub letters: Option<Letters>,
    /// When it was last heard of, in elapsed time.
    pub heard: Duration,
}

/// What staff want to know of the machine.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The terminal's name.
    pub name: String,
    /// What the printer understands, for its test page; none where no printer is fitted.
    pub printer: Option<Profile>,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self {
            standing: Vec::new(),
            stick: StickSight::Absent,
            progress: None,
            is_importing: false,
            passed: Vec::new(),
            letters: None,
            heard: Duration::ZERO,
        }
    }
}

impl Upkeep {
    /// Whether this can be asked now: there is a source for it, and nothing of its kind is running. A stick does not
    /// wait for the network.
    pub fn can_be_asked(&self, asked: Asked) -> bool {
        let is_idle = self.progress.is_none() && !self.is_importing;
        match asked {
            Asked::Import => matches!(self.stick, StickSight::Offers(_)) && !self.is_importing,
            Asked::Check => is_idle && self.has_server(),
            Asked::Scrub => is_idle && self.standing.iter().any(|standing| standing.release.is_some()),
        }
    }

    /// Whether letters lie here that were refused and can be sent again.
    pub fn has_refused_letters(&self) -> bool {
        self.letters.as_ref().is_some_and(|letters| letters.standing.refused > 0)
    }

    /// Whether any publisher is asked over the network.
    pub fn has_server(&self) -> bool {
        self.standing.iter().any(|standing| !standing.from.is_empty())
    }

    /// What residents know a publisher as.
    pub fn name_of(&self, publisher: Publisher) -> &str {
        let known = self.standing.iter().find(|standing| standing.publisher == publisher);
        known.map(|standing| standing.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(publisher.label())
    }
}

impl Desk {
    /// A desk with its pad, nothing typed.
    pub fn pad(id: VisitId, now: Duration) -> Self {
        Self { id, access: Access::default(), since: now, place: DeskPlace::Pad(Pad::default()) }
    }

    /// The staff page, when somebody came in.
    pub fn page(&self) -> Option<&StaffPage> {
        match &self.place {
            DeskPlace::Page(page) => Some(page),
            DeskPlace::Pad(_) => None,
        }
    }
}

impl StaffPage {
    /// The page as it opens.
    pub fn of(who: String) -> Self {
        Self {
            who,
            history_page: 0,
            asked: None,
            printing: None,
            jobs: Vec::new(),
            jobs_page: 0,
            identifying: None,
            told: String::new(),
        }
    }
}

impl Pad {
    /// A digit can be typed.
    pub fn takes_digits(&self) -> bool {
        !self.is_checking && matches!(self.gate, None | Some(GateState::Open { .. }))
    }

    /// 确定 does something.
    pub fn can_be_asked(&self) -> bool {
        !self.is_checking && matches!(self.gate, Some(GateState::Open { .. })) && self.pin.is_long_enough()
    }
}

impl StaffPrint {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::TestPage => "测试页",
            Self::SelfCheck => "自检记录",
            Self::Copy => "补打的小票",
            Self::Strip => "识别条",
        }
    }
}

impl Identifying {
    /// What was seen, once every question is answered.
    pub fn seen(&self) -> Option<Seen> {
        let [width, hanzi, feed, cut] = self.chosen;
        Some(Seen {
            width_dots: *crate::print::identify::WIDTHS_DOTS.get(width?)?,
            hanzi_lines: u8::try_from(hanzi?).ok()?,
            is_whole_feed: feed? == 0,
            is_cut: cut? == 0,
        })
    }
}
