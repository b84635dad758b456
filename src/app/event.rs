//! Everything that can happen to the terminal. Closed: a new thing gets a new name here.
//! Events carry choices by index, never a resident's words.

use std::time::Duration;

use jiff::Zoned;

use crate::access::KeyName;
use crate::print::a4::A4Trouble;
use crate::print::desk::CopyFault;
use crate::print::printer::{Delivery, PrintFault};
use crate::print::profile::Profile;
use crate::print::spool::Entry;
use crate::print::status::PrinterStatus;
use crate::session::VisitId;
use crate::speech::headphones::Hearing;
use crate::staff::{Digit, GateState, Verdict};
use crate::store::{Listing, Opened};
use crate::sync::Told;

use super::desk::Asked;
use super::find::FindEvent;
use super::form::{Act, Rank};
use super::hall::Hall;
use super::leaflet::Place;
use super::mailroom::{HandInTrouble, HandedIn, MailOffer, Progress};
use super::model::Want;
use super::opinion::Rate;
use super::picture::Picture;
use super::typing::{Strokes, TypingEvent};

/// Something happened.
#[derive(Debug)]
pub enum Event {
    /// About once a second.
    Tick {
        /// Elapsed time of the clock.
        now: Duration,
        /// Wall time in the hall.
        wall: Zoned,
    },
    /// A touch that is no button, or a scroll.
    Touched,
    /// The attract screen was touched.
    Start,
    /// A row of the page that is shown.
    Open(usize),
    /// The page before or after in a long list.
    Turn(Turn),
    /// A page of a long list, from 0.
    Jump(usize),
    /// A choice of a guide's question.
    Choose {
        /// Which question.
        situation: usize,
        /// Which choice.
        choice: usize,
    },
    /// 打印清单
    Print,
    /// 扫码带走
    TakeAway,
    /// What is found on the page where one looks for things.
    Find(FindEvent),
    /// Something is typed, written or chosen into the field of the page.
    Typing(TypingEvent),
    /// Something on the pages of a form.
    Form(FormEvent),
    /// Something on the card that asks how somebody found it.
    Rate(Rate),
    /// A key of the keypad.
    Key {
        /// Which.
        key: KeyName,
        /// When, in elapsed time.
        at: Duration,
    },
    /// 语音按键操作
    EyesFree,
    /// 按键练习
    LearnKeys,
    /// 请工作人员过来
    CallStaff,
    /// A tool of the strip.
    Strip(Strip),
    /// A button of the readout that is on.
    Readout(Manage),
    /// A line of the page: it is read aloud from there on.
    ReadAt(Place),
    /// A button of the overlay: put it away.
    Close,
    /// The warning's button: go on.
    Extend,
    /// The content answered.
    Content(ContentEvent),
    /// The voice did something.
    Voice(VoiceEvent),
    /// Headphones were plugged in or pulled out.
    Headphones(Hearing),
    /// The printer did something.
    Printer(PrinterEvent),
    /// The upkeep of the content told something.
    Upkeep(Told),
    /// Whether something can be handed in now.
    Mailbox(MailOffer),
    /// What a resident wrote is kept, or why not.
    HandedIn {
        /// Whose.
        visit: VisitId,
        /// Of which tap.
        tap: u64,
        /// Its number, or why nothing was kept.
        result: Result<HandedIn, HandInTrouble>,
    },
    /// How far something is that was handed in.
    Case {
        /// Who asked.
        visit: VisitId,
        /// With which tap.
        tap: u64,
        /// What is known of it.
        found: Result<Progress, ContentTrouble>,
    },
    /// A sheet of A4 is with the office printer, or why not.
    FormPrinted {
        /// Whose.
        visit: VisitId,
        /// Of which tap.
        tap: u64,
        /// How.
        result: Result<(), A4Trouble>,
    },
    /// Staff did something, or the gate answered.
    Staff(StaffEvent),
}

/// What a resident does with a form besides typing and choosing.
#[derive(Debug)]
pub enum FormEvent {
    /// A button, by its place.
    Press(Rank, usize),
    /// What a button does.
    Do(Act),
    /// A stroke of the signature.
    Sign(Strokes),
}

/// What staff do.
#[derive(Debug)]
pub enum StaffEvent {
    /// The corner of the clock was held, or the line that a stick brings was touched.
    Enter,
    /// 结束并进入: the visit that is on may end.
    EnterAnyway,
    /// A digit of the pad.
    Digit(Digit),
    /// 删除
    Delete,
    /// 确定
    Submit,
    /// 取消 or 退出
    Leave,
    /// How the gate stands.
    Gate {
        /// Which opening of the pad asked.
        desk: VisitId,
        /// What it said.
        state: GateState,
    },
    /// What became of a PIN.
    Judged {
        /// Which opening of the pad asked.
        desk: VisitId,
        /// Who it is, or why not.
        verdict: Verdict,
    },
    /// Something for the upkeep.
    Ask(Asked),
    /// 重新发送被拒的信件
    RetryLetters,
    /// 打印测试页
    PrintTest,
    /// 打印自检记录
    PrintCheck,
    /// 识别打印机
    Identify,
    /// What was read on the strip.
    Saw {
        /// Which question.
        question: usize,
        /// Which answer.
        choice: usize,
    },
    /// 用这份配置
    UseProfile,
    /// 不换了
    KeepProfile,
    /// 补打, of a receipt on the page of the list that is shown.
    Copy(usize),
    /// The list's page before or after.
    TurnJobs(Turn),
    /// The history's page before or after.
    Turn(Turn),
}

/// Which way a long list is turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// 上一页
    Back,
    /// 下一页
    On,
}

/// The tools that stand on every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strip {
    /// 返回
    Back,
    /// 首页
    Home,
    /// 朗读 or 停止
    Read,
    /// 大字
    Size,
    /// 对比
    Contrast,
    /// 低位
    Reach,
    /// 语言
    Language,
    /// 热线 and 人工窗口
    Help,
    /// 结束
    End,
}

/// Answers of the content store.
#[derive(Debug)]
pub enum ContentEvent {
    /// The hall of the live release, or why there is none.
    Hall(Result<Box<Hall>, ContentTrouble>),
    /// What was asked for in a visit.
    Page {
        /// Who asked.
        visit: VisitId,
        /// For what.
        want: Want,
        /// What was found; `None` when the release does not have it.
        found: Result<Option<Found>, ContentTrouble>,
    },
    /// A picture that was asked for.
    Picture {
        /// Who asked.
        visit: VisitId,
        /// The name that the record gives it.
        name: String,
        /// The picture; `None` when it is not here.
        picture: Option<Picture>,
    },
}

/// What the content found for a page.
#[derive(Debug)]
pub enum Found {
    /// A record with what its page needs.
    Record(Box<Opened>),
    /// A page of a list.
    List(Listing),
}

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentTrouble {
    /// Nothing was ever synced.
    Empty,
    /// The database cannot be read.
    Damaged,
}

/// The buttons of a readout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manage {
    /// 暂停 or 继续
    Pause,
    /// 上一句
    Earlier,
    /// 下一句
    Later,
    /// 重读
    Repeat,
    /// 慢一点
    Slower,
    /// 快一点
    Faster,
    /// 小声
    Softer,
    /// 大声
    Louder,
}

impl ContentTrouble {
    /// A short line, and what helps.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Empty => ("本机还没有内容", "工作人员用U盘或网络更新一次，就可以使用。"),
            Self::Damaged => ("本机内容读不出来", "工作人员重新更新一次，就可以恢复。"),
        }
    }
}

/// What the voice reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceEvent {
    /// There is a voice.
    Available,
    /// A sentence begins.
    Sentence {
        /// Of which readout.
        generation: u64,
        /// Its index in the script.
        index: usize,
    },
    /// The voice has come to this character.
    Mark {
        /// Of which readout.
        generation: u64,
        /// The sentence's index in the script.
        index: usize,
        /// The shown character, counted in its paragraph.
        at: usize,
    },
    /// The readout is over.
    Finished {
        /// Which.
        generation: u64,
    },
    /// There is no voice (any more), with the reason for residents.
    Unavailable(String),
}

/// What the printer reports.
#[derive(Debug)]
pub enum PrinterEvent {
    /// Its state, seen in passing.
    Status(PrinterStatus),
    /// A job waits until somebody helps the printer.
    Waiting {
        /// Whose.
        visit: VisitId,
        /// For what.
        status: PrinterStatus,
    },
    /// A job that waited goes on.
    Resumed {
        /// Whose.
        visit: VisitId,
    },
    /// A job ended.
    Done {
        /// Whose.
        visit: VisitId,
        /// How.
        result: Result<Delivery, PrintFault>,
    },
    /// The receipts of its book, newest first.
    Receipts(Vec<Entry>),
    /// A copy ended.
    Copied {
        /// Which opening of the desk asked.
        desk: VisitId,
        /// How.
        result: Result<Delivery, CopyFault>,
    },
    /// The strip was sent, or not.
    Strip {
        /// Which opening of the desk asked.
        desk: VisitId,
        /// How.
        result: Result<(), PrintFault>,
    },
    /// It is taken for another model from now on, or why not.
    Profiled {
        /// Which opening of the desk asked.
        desk: VisitId,
        /// The model, or a sentence for staff.
        result: Result<Box<Profile>, String>,
    },
}
