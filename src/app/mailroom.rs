//! The mailroom: what residents hand in gets its number, is sealed to the live release's keys and written into the book,
//! in that order, on a thread of its own. Nothing readable is written, and nobody is told of a number that is not kept.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Zoned;
use jiff::civil::Date;

use crate::base::chain::chain;
use crate::base::clock::{Clock, china};
use crate::base::private::Private;
use crate::content::letter::Number;
use crate::content::{Case, Due, LetterKind, Workdays};
use crate::outbox::{Book, BookError, LetterState, Posting, Sealer, naming};
use crate::session::VisitId;
use crate::store::{LiveRelease, Store, StoreError};

use super::event::{ContentTrouble, Event};
use super::hall;

pub use crate::content::case::last_four;
pub use crate::form::{HandIn, Postmark};

/// Letters that may wait for the mailroom: one visit hands in one at a time.
pub const ORDERS_MAX: usize = 8;
/// Taps whose letters are remembered, so that the same tap is the same letter.
const REMEMBERED_MAX: usize = 64;

/// Whether something can be handed in now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailOffer {
    /// Not known yet.
    #[default]
    Starting,
    /// Yes.
    Open,
    /// The release names nobody to seal to, or a key that is none: it was withdrawn, or there never was one.
    NoRecipients,
    /// As many letters lie here as may.
    Full,
    /// The book or the content cannot be used.
    Broken,
}

impl MailOffer {
    /// Whether it is offered.
    pub fn is_open(self) -> bool {
        self == Self::Open
    }

    /// Why it is not offered, for residents; empty when it is.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Starting => "提交功能正在准备，请过几秒再试。",
            Self::NoRecipients => "收件单位没有设置收件公钥，本机现在不能提交。可以到窗口办理。",
            Self::Full => "本机待送的信件已满，现在不能提交。可以到窗口办理。",
            Self::Broken => "本机现在不能保存信件，不能提交。可以到窗口办理。",
        }
    }
}

/// What was handed in and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// The number on the receipt; none where nobody waits for an answer.
    pub number: Option<Number>,
    /// When, by the terminal's clock.
    pub at: Zoned,
    /// By when it is answered.
    pub due: Due,
}

/// Why something was not handed in. Nothing of it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandInTrouble {
    /// The release names nobody to seal to any more.
    NoRecipients,
    /// As many letters lie here as may.
    Full,
    /// The disk is full.
    NoRoom,
    /// Larger than a letter can be.
    Long,
    /// Something else is being handed in.
    Busy,
    /// The book or the content cannot be used.
    Broken,
}

impl HandInTrouble {
    /// A short line, and what helps.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NoRecipients => {
                ("没有提交", "收件单位刚刚停用了收件公钥，内容没有送出，也没有保存。可以打印出来，到窗口办理。")
            }
            Self::Full => ("没有提交", "本机待送的信件已满，内容没有保存。可以打印出来，到窗口办理。"),
            Self::NoRoom => ("没有提交", "本机存储空间不够，内容没有保存。可以打印出来，到窗口办理。"),
            Self::Long => ("内容太多", "超过了一次能提交的长度，没有保存。请删短一些再提交。"),
            Self::Busy => ("请再点一次“提交”", "刚才本机正忙，内容还没有提交，填写的内容都在。"),
            Self::Broken => ("没有提交", "本机现在不能保存信件，内容没有保存。可以打印出来，到窗口办理。"),
        }
    }
}

/// What the mailroom needs.
pub struct Mailroom {
    /// Where the content is, nearest publisher first; the first one's release names whom to seal to.
    pub state_dirs: Vec<PathBuf>,
    /// What the office's machine calls this terminal.
    pub terminal: String,
    /// The book, shared with whoever delivers.
    pub book: Arc<Mutex<Book>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// How far something is that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What the office has published of it.
    pub case: Option<Case>,
    /// Where its letter is, when it was handed in at this terminal.
    pub here: Option<LetterState>,
}

impl Progress {
    /// A short line, and what more is known.
    pub fn words(&self) -> (String, Vec<String>) {
        if let Some(case) = &self.case {
            let date = case.date;
            let mut lines = vec![format!("{}年{}月{}日更新", date.year(), date.month(), date.day())];
            lines.extend([&case.outcome, &case.collect].into_iter().filter(|text| !text.is_empty()).cloned());
            return (case.state.term().to_owned(), lines);
        }
        let (title, line) = match self.here {
            Some(LetterState::Stored) => ("还在本机", "已加密暂存，连上收件单位或者由工作人员取走后送达。"),
            Some(LetterState::Refused) => ("还没有送到", "收件服务器没有接收，信件还在本机，请告诉工作人员。"),
            Some(LetterState::Delivered) => ("已送达", "收件单位已经收到；办理进展公布后，可以在这里查到。"),
            None => ("没有查到", "请核对编号和后四位。刚提交的，要等单位公布进展后才能查到。"),
        };
        (title.to_owned(), vec![line.to_owned()])
    }
}

/// What can be asked of the mailroom.
pub enum Order {
    /// Say how far something is.
    Ask {
        /// For whom.
        visit: VisitId,
        /// Of which tap.
        tap: u64,
        /// Its number.
        number: Number,
        /// The last four characters that go with it, as [`last_four`] gives them.
        four: Private<String>,
    },
    /// Say whether something can be handed in.
    Look,
    /// Hand something in.
    HandIn {
        /// For whom.
        visit: VisitId,
        /// Of which tap.
        tap: u64,
        /// What.
        letter: Box<Private<HandIn>>,
    },
}

/// What of the live release a letter needs.
struct Live {
    release: LiveRelease,
    days: Workdays,
}

impl Mailroom {
    /// Works until nobody can order anything any more.
    pub fn attend(&self, inbox: &Receiver<Order>, tell: impl Fn(Event)) {
        let mut offered = None;
        let mut kept: VecDeque<(VisitId, u64, HandedIn)> = VecDeque::new();
        while let Ok(order) = inbox.recv() {
            match order {
                Order::Look => offered = None,
                Order::Ask { visit, tap, number, four } => {
                    tell(Event::Case { visit, tap, found: self.progress(&number, four.reveal()) });
                    continue;
                }
                Order::HandIn { visit, tap, letter } => {
                    // The same tap is the same letter, and its answer is the same.
                    let known = kept.iter().find(|(v, t, _)| (*v, *t) == (visit, tap)).map(|(.., done)| done.clone());
                    let result = match known {
                        Some(done) => Ok(done),
                        None => self.hand_in(letter.reveal()),
                    };
                    // Overwritten before anybody is told.
                    drop(letter);
                    if let Ok(done) = &result {
                        kept.truncate(REMEMBERED_MAX - 1);
                        kept.push_front((visit, tap, done.clone()));
                    }
                    tell(Event::HandedIn { visit, tap, result });
                }
            }
            let offer = self.offer();
            if offered.replace(offer) != Some(offer) {
                tell(Event::Mailbox(offer));
            }
        }
    }

    /// Whether something can be handed in now.
    pub fn offer(&self) -> MailOffer {
        let live = match self.live() {
            Ok(Some(live)) => live,
            Ok(None) => return MailOffer::NoRecipients,
            Err(error) => return broken("whom to seal to", &error),
        };
        if let Err(error) = Sealer::new(&live.release.mailbox.recipients) {
            tracing::warn!(error = %chain(&error), "nothing can be handed in");
            return MailOffer::NoRecipients;
        }
        match self.book().has_room(LetterKind::Application) {
            Ok(true) => MailOffer::Open,
            Ok(false) => MailOffer::Full,
            Err(error) => broken("the book of letters", &error),
        }
    }

    /// Numbers, seals and keeps a letter. When this returns, it survives a pulled plug, or nothing of it was kept.
    pub fn hand_in(&self, letter: &HandIn) -> Result<HandedIn, HandInTrouble> {
        // Asked anew for every letter: what a release takes back a moment ago counts now.
        let live = match self.live() {
            Ok(Some(live)) => live,
            Ok(None) => return Err(HandInTrouble::NoRecipients),
            Err(error) => return Err(failed("whom to seal to", &error)),
        };
        let sealer = Sealer::new(&live.release.mailbox.recipients).map_err(|error| {
            failed("whom to seal to", &error);
            HandInTrouble::NoRecipients
        })?;
        let at = self.clock.local();
        let issued = live.release.issued.to_zoned(china()).date();
        // A clock behind the release that it shows is wrong.
        let today = Some(at.date()).filter(|today| *today >= issued);
        let due = letter.answer.as_ref().map_or(Due::Unpromised, |answer| answer.due(today, &live.days));
        let number = match letter.kind.is_answered() {
            true => Some(self.free_number(today.unwrap_or(issued))?),
            false => None,
        };
        let uuid = naming::uuid().map_err(|error| failed("a letter's name", &error))?;
        let postmark =
            Postmark { uuid: &uuid, number: number.as_ref(), terminal: &self.terminal, at: &at, due: due.date() };
        let bytes = letter.letter(&postmark).reveal().to_bytes().map_err(|_| HandInTrouble::Long)?;
        let sealed = sealer.seal(bytes.reveal()).map_err(|error| failed("the seal", &error))?;
        drop(bytes);
        let posting = Posting { uuid: &uuid, kind: letter.kind, number: number.as_ref(), sealed: &sealed };
        self.book().post(&posting, at.timestamp()).map_err(refused)?;
        tracing::info!(kind = letter.kind.term(), "a letter was handed in");
        Ok(HandedIn { number, at, due })
    }

    /// How far the application with this number is.
    pub fn progress(&self, number: &Number, four: &str) -> Result<Progress, ContentTrouble> {
        let case = match Store::open_together(&self.state_dirs) {
            Err(StoreError::Missing(_)) => Ok(None),
            store => store.and_then(|store| store.case(number, four)),
        };
        let case = case.map_err(|error| {
            tracing::error!(error = %chain(&error), "a case could not be looked up");
            ContentTrouble::Damaged
        })?;
        // What the office has published goes before what this terminal knows; without a book that is nothing.
        let here = self.book().state_of(number).unwrap_or_default();
        Ok(Progress { case, here })
    }

    /// A number that no letter of this book has.
    fn free_number(&self, day: Date) -> Result<Number, HandInTrouble> {
        loop {
            let number = naming::number(day).map_err(|error| failed("a letter's number", &error))?;
            let known = self.book().state_of(&number).map_err(|error| failed("the book of letters", &error))?;
            if known.is_none() {
                return Ok(number);
            }
        }
    }

    /// None before the first release.
    fn live(&self) -> Result<Option<Live>, StoreError> {
        let store = match Store::open_together(&self.state_dirs) {
            Err(StoreError::Missing(_)) => return Ok(None),
            store => store?,
        };
        let Some(release) = store.release()? else { return Ok(None) };
        let days = hall::workdays(&store.calendars()?);
        Ok(Some(Live { release, days }))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(error: BookError) -> HandInTrouble {
    let trouble = failed("the book of letters", &error);
    match error {
        BookError::Full => HandInTrouble::Full,
        BookError::Long => HandInTrouble::Long,
        error if error.is_disk_full() => HandInTrouble::NoRoom,
        BookError::Taken(_)
        | BookError::File(_)
        | BookError::Foreign(_)
        | BookError::Other(_)
        | BookError::Sqlite { .. } => trouble,
    }
}

fn broken(what: &'static str, error: &(dyn std::error::Error + 'static)) -> MailOffer {
    tracing::error!(what, error = %chain(error), "nothing can be handed in");
    MailOffer::Broken
}

/// Told to the log once, where it happens; the letter itself is never in it.
fn failed(what: &'static str, error: &(dyn std::error::Error + 'static)) -> HandInTrouble {
    tracing::error!(what, error = %chain(error), "a letter was not handed in");
    HandInTrouble::Broken
}
