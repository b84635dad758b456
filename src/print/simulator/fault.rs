//! The troubles that the virtual printer can be told to have.
//! Each is written as on the command line, such as `paper-out-after=200`.

use std::time::Duration;

/// One scripted trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Prints, but never answers.
    Silent,
    /// Answers with bytes that mean nothing.
    Garbage,
    /// Answers status questions but never confirms.
    NoConfirm,
    /// Each answer comes late.
    Late(Duration),
    /// Takes so many bytes a second.
    Slow(u64),
    /// Hangs up after so many bytes.
    CloseAfter(u64),
    /// The paper ends after so many bytes.
    PaperOutAfter(u64),
    /// The roll is near its end.
    PaperLow,
    /// The cover is open.
    CoverOpen,
    /// The knife is stuck.
    Cutter,
    /// The head is hot.
    Overheated,
    /// Says that it is offline.
    Offline,
    /// Whatever stops it is put right after so long, as by somebody with a roll of paper.
    MendAfter(Duration),
    /// When it is put right, it has forgotten what it had not printed.
    Forgets,
    /// Says that all is well, whatever is the matter.
    Lies,
    /// Reads so many bytes at once.
    Bite(u64),
    /// The ticket before is still in the presenter.
    TicketWaiting,
}

/// Why a text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "没有故障“{0}”：可用的有 silent、garbage、no-confirm、late[=毫秒]、slow[=每秒字节]、close-after=字节、\
     paper-out-after=字节、mend-after=毫秒、forgets、lies、bite=字节、paper-low、cover-open、cutter、overheated、offline、\
     ticket-waiting"
)]
pub struct FaultError(String);

impl Fault {
    /// Parses `name` or `name=number`.
    pub fn parse(text: &str) -> Result<Self, FaultError> {
        let bad = || FaultError(text.to_owned());
        let (name, number) = match text.split_once('=') {
            Some((name, number)) => (name, Some(number.parse::<u64>().map_err(|_| bad())?)),
            None => (text, None),
        };
        match (name, number) {
            ("silent", None) => Ok(Self::Silent),
            ("garbage", None) => Ok(Self::Garbage),
            ("no-confirm", None) => Ok(Self::NoConfirm),
            ("late", n) => Ok(Self::Late(Duration::from_millis(n.unwrap_or(3_000).min(60_000)))),
            ("slow", n) => Ok(Self::Slow(n.unwrap_or(500).max(1))),
            ("close-after", Some(n)) => Ok(Self::CloseAfter(n)),
            ("paper-out-after", Some(n)) => Ok(Self::PaperOutAfter(n)),
            ("paper-low", None) => Ok(Self::PaperLow),
            ("cover-open", None) => Ok(Self::CoverOpen),
            ("cutter", None) => Ok(Self::Cutter),
            ("overheated", None) => Ok(Self::Overheated),
            ("offline", None) => Ok(Self::Offline),
            ("mend-after", Some(n)) => Ok(Self::MendAfter(Duration::from_millis(n.min(600_000)))),
            ("forgets", None) => Ok(Self::Forgets),
            ("lies", None) => Ok(Self::Lies),
            ("bite", Some(n)) => Ok(Self::Bite(n.max(1))),
            ("ticket-waiting", None) => Ok(Self::TicketWaiting),
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_strictly() {
        assert_eq!(Fault::parse("paper-out-after=200"), Ok(Fault::PaperOutAfter(200)));
        assert_eq!(Fault::parse("slow"), Ok(Fault::Slow(500)));
        for bad in ["", "broken", "close-after", "close-after=x", "silent=3"] {
            assert!(Fault::parse(bad).unwrap_err().to_string().contains("paper-low"), "{bad}");
        }
    }
}
