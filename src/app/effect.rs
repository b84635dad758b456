//! What the update wants done; the runner does it and answers with events.

use crate::base::private::Private;
use crate::content::letter::Number;
use crate::print::a4::FormPage;
use crate::print::document::Document;
use crate::print::identify::Seen;
use crate::session::VisitId;
use crate::speech::script::Script;
use crate::speech::voice::{Rate, Volume};
use crate::staff::Pin;
use crate::sync::Order;

use super::find::FindAsk;
use super::mailroom::HandIn;
use super::model::Want;

/// Something to do.
#[derive(Debug)]
pub enum Effect {
    /// Read the hall of the live release.
    LoadHall,
    /// Read what a page shows.
    Load {
        /// For whom.
        visit: VisitId,
        /// What.
        want: Want,
    },
    /// Read a picture of the release.
    LoadPicture {
        /// For whom.
        visit: VisitId,
        /// The name that the record gives it.
        name: String,
    },
    /// Find what is typed or written.
    Find {
        /// For whom.
        visit: VisitId,
        /// What.
        ask: FindAsk,
    },
    /// Read aloud.
    Speak {
        /// Which readout.
        generation: u64,
        /// What.
        script: Script,
        /// The sentence to begin with, from 0.
        from: usize,
    },
    /// Have ready what would be read first, here and on the pages that come next.
    Prepare {
        /// The beginning of the page, then titles.
        script: Script,
    },
    /// Read on differently.
    Readout(ReadoutOrder),
    /// Be silent at once.
    Silence,
    /// Print a receipt.
    Print {
        /// For whom.
        visit: VisitId,
        /// Counts taps, so that one tap is one receipt whatever happens.
        tap: u64,
        /// What staff read of it; it names neither page nor person.
        title: &'static str,
        /// Who of the staff asked for it; empty for residents.
        who: String,
        /// What.
        document: Box<Document>,
    },
    /// Ask the printer how it is.
    AskPrinter,
    /// Read the book of receipts.
    AskReceipts,
    /// Print a receipt of the book once more, labelled.
    Copy {
        /// Which opening of the desk asks.
        desk: VisitId,
        /// Its number in the book.
        id: i64,
        /// Who asked.
        who: String,
    },
    /// Print the strip that tells which printer it is.
    PrintStrip {
        /// Which opening of the desk asks.
        desk: VisitId,
    },
    /// Write the profile for what was seen on the strip, and print by it from now on.
    UseProfile {
        /// Which opening of the desk asks.
        desk: VisitId,
        /// What was seen.
        seen: Seen,
    },
    /// Have the upkeep of the content do something.
    Order(Order),
    /// Ask the gate how it stands.
    AskGate {
        /// Which opening of the pad asks.
        desk: VisitId,
    },
    /// Have the gate judge a PIN.
    CheckPin {
        /// Which opening of the pad asks.
        desk: VisitId,
        /// The PIN; it cannot be printed and is overwritten when dropped.
        pin: Pin,
    },
    /// Hand in what a resident wrote: it gets its number, is sealed and kept. The answer is [`super::Event::HandedIn`].
    HandIn {
        /// For whom.
        visit: VisitId,
        /// Counts taps, so that one tap is one letter whatever happens.
        tap: u64,
        /// What; it is overwritten when dropped.
        letter: Box<Private<HandIn>>,
    },
    /// Find out how far something is that was handed in. The answer is [`super::Event::Case`].
    AskCase {
        /// For whom.
        visit: VisitId,
        /// Counts taps, so that a late answer is not taken for another question's.
        tap: u64,
        /// Its number.
        number: Number,
        /// The last four characters that go with it; overwritten when dropped.
        four: Private<String>,
    },
    /// Find out whether something can be handed in.
    AskMailbox,
    /// Print a form on a sheet of A4. The answer is [`super::Event::FormPrinted`].
    PrintForm {
        /// For whom.
        visit: VisitId,
        /// Counts taps, so that one tap is one sheet whatever happens.
        tap: u64,
        /// What; it is overwritten when dropped.
        page: Box<Private<FormPage>>,
    },
    /// Make clips: it is night and nobody is here.
    Rehearse,
    /// Somebody is here, or the night is over: no more clips.
    EndRehearsal,
    /// A visit is over: what it had not printed yet is not printed any more.
    Forget {
        /// Which.
        visit: VisitId,
    },
}

/// What a readout that is on can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadoutOrder {
    /// Silence, keeping the place.
    Pause,
    /// Go on with the sentence at which it was paused.
    Resume,
    /// The next sentence.
    Next,
    /// The sentence before.
    Previous,
    /// This sentence again.
    Repeat,
    /// From this sentence on.
    Go(usize),
    /// Another speed.
    Rate(Rate),
    /// Another loudness.
    Volume(Volume),
}
