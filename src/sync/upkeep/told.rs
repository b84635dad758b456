//! What the upkeep tells: how each publisher's content stands, what is on a stick, how far a pass has come.
//! Only facts about releases; it holds nothing of a resident and nothing secret.

use jiff::Timestamp;

use crate::base::id::RecordId;
use crate::config::Publisher;
use crate::outbox;
use crate::store::Visit;

use super::super::{Freshness, Stage};

/// Something that staff, or the screen, should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// How the content of every publisher stands; sent at the start and whenever something of it changes.
    Standing(Vec<Standing>),
    /// A stick was put in, looked at, or pulled.
    Stick(StickSight),
    /// How far the pass that is running has come.
    Progress(Progress),
    /// A pass is over.
    Passed(Passed),
    /// The content that is live changed: the hall is read anew, and what was withdrawn must not stay on the screen.
    Changed {
        /// Records that were live before and are not any more.
        withdrawn: Vec<RecordId>,
    },
    /// How residents' letters stand; sent at the start and whenever something of it changes.
    Letters(Letters),
}

/// How the content of one publisher stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub publisher: Publisher,
    /// What residents see as the publisher's name: the hall of its content; empty before the first release.
    pub name: String,
    /// The live release; none before the first.
    pub release: Option<u64>,
    /// When it was signed.
    pub issued: Option<Timestamp>,
    /// Until when its signatures are good.
    pub expires: Option<Timestamp>,
    /// The verdict on that.
    pub freshness: Option<Freshness>,
    /// How many records it has.
    pub records: u64,
    /// The address that is asked, empty where only sticks come.
    pub from: String,
    /// When the network is asked next; none where it is not.
    pub next_check: Option<Timestamp>,
    /// Why the content cannot be read, or not all of it.
    pub trouble: Option<String>,
    /// When every record was last compared with what was signed.
    pub scrubbed: Option<Timestamp>,
    /// The newest passes, newest first.
    pub history: Vec<Visit>,
}

/// What is known of the stick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StickSight {
    /// None is in.
    Absent,
    /// It is being looked at.
    Looking,
    /// It carries a release.
    Offers(Offer),
    /// It carries no release and comes for letters.
    Letters,
    /// It carries nothing that this terminal takes, and why. Told until it is pulled.
    Refused {
        /// One sentence for staff.
        text: String,
    },
    /// Everything that was wanted is copied; it can be pulled.
    CanBePulled,
}

/// The release on a stick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Whose.
    pub publisher: Publisher,
    /// Its number.
    pub release: u64,
    /// When it was signed.
    pub issued: Timestamp,
    /// What would be copied, in bytes; 0 when all of it is here.
    pub bytes: u64,
    /// How many files that are.
    pub files: u64,
    /// Files of them that the stick lacks; what it has is kept until another stick or the network brings the rest.
    pub missing: u64,
    /// Whether it is newer than what is live.
    pub is_newer: bool,
    /// Its signatures are out of date; only staff can bring it.
    pub is_expired: bool,
}

/// How residents' letters stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letters {
    /// What lies in the book.
    pub standing: outbox::Standing,
    /// Letters that the office confirmed since the start.
    pub delivered: usize,
    /// Whether they are sent over the network at all.
    pub has_server: bool,
    /// Why the last delivery left letters waiting, or why the book cannot be used.
    pub trouble: Option<String>,
    /// What a stick that came for letters did; none while none is in.
    pub stick: Option<StickMail>,
}

/// What a stick that came for letters did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StickMail {
    /// They are being copied; it must not be pulled.
    Copying,
    /// It can be pulled.
    Done {
        /// Letters written.
        written: usize,
        /// Letters that were on it already.
        already: usize,
        /// Letters that the office had confirmed and that are gone from here.
        confirmed: usize,
        /// Why a confirmation on it did not count.
        ack_refused: Option<String>,
    },
    /// Nothing was copied, and why.
    Refused {
        /// One sentence for staff.
        text: String,
    },
}

/// How far a pass has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Whose content.
    pub publisher: Publisher,
    /// What is being done.
    pub stage: Stage,
    /// Bytes fetched so far.
    pub done_bytes: u64,
    /// Bytes to fetch in all; 0 before that is known.
    pub total_bytes: u64,
}

/// A pass that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Whose content.
    pub publisher: Publisher,
    /// Whether a release was made live.
    pub is_applied: bool,
    /// Whether it was refused or failed.
    pub is_refused: bool,
    /// One sentence for staff.
    pub sentence: String,
}

/// What the upkeep is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Ask every publisher's server now.
    Check {
        /// Who wants it, for the history.
        who: String,
    },
    /// Take over what the stick offers.
    Import {
        /// Who brought it, for the history.
        who: String,
    },
    /// Send letters now: one was handed in.
    Deliver,
    /// Send letters again that the office's machine refused.
    RetryRefused,
    /// Compare every record with what was signed, and repair what is damaged.
    Scrub,
    /// Tell everything again, for a page that has just been opened.
    Tell,
}
