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
use crate::content::{Due, LetterKind, Workdays};
use crate::outbox::{Book, BookError, Posting, SealError, Sealer, chosen};
use crate::session::VisitId;
use crate::store::{LiveRelease, Store, StoreError};

use super::event::Event;
use super::hall;

pub use crate::form::{HandIn, Postmark};

/// Letters that may wait for the mailroom: one visit hands in one at a time.
pub const LETTERS_MAX: usize = 8;
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
