//! What the printer says about itself: `DLE EOT 1..4` read strictly.
//! Silence and nonsense are never taken for "ready".

use std::time::Duration;

use super::transport::{Transport, TransportError};

/// How long one answer may take.
const ANSWER_LIMIT: Duration = Duration::from_millis(1_000);
/// Quiet of this length means that nothing stale is on its way.
const DRAIN_QUIET: Duration = Duration::from_millis(20);
/// Most stale bytes thrown away before a question; more is a printer that talks without end.
const DRAIN_BYTES_MAX: usize = 4_096;
/// Most bytes looked at for one answer.
const ANSWER_BYTES_MAX: usize = 64;
/// Bits 0, 1 and 4 are fixed in every answer to `DLE EOT`; bit 7 is not, on some models.
const FIXED_MASK: u8 = 0b0001_0011;
const FIXED_VALUE: u8 = 0b0001_0010;

/// The state of a printer, as far as it can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterStatus {
    /// Can print.
    Ready,
    /// Can print; the roll is near its end.
    PaperLow,
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The knife is stuck.
    CutterFault,
    /// The head is too hot; it recovers by itself.
    Overheated,
    /// An error that only a person can clear.
    Fault,
    /// Says that it is offline, without a reason.
    Offline,
    /// Connected, but does not answer.
    Silent,
    /// Answers, but not in this language.
    Unclear,
    /// Cannot be reached at all.
    Unreachable,
    /// It has no way to answer; nothing is known.
    NotAsked,
}

impl PrinterStatus {
    /// Every status, for tests and the health page.
    pub const ALL: &[Self] = &[
        Self::Ready,
        Self::PaperLow,
        Self::PaperOut,
        Self::CoverOpen,
        Self::CutterFault,
        Self::Overheated,
        Self::Fault,
        Self::Offline,
        Self::Silent,
        Self::Unclear,
        Self::Unreachable,
        Self::NotAsked,
    ];

    /// Whether a receipt may be sent.
    pub fn can_print(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow | Self::NotAsked)
    }

    /// What the resident reads.
    pub fn resident_text(self) -> &'static str {
        match self {
            Self::Ready | Self::PaperLow => "打印机可以使用",
            Self::PaperOut => "打印机缺纸，请扫码带走或告诉工作人员",
            Self::CoverOpen => "打印机盖子没关好，请扫码带走或告诉工作人员",
            Self::CutterFault => "打印机卡纸，请扫码带走或告诉工作人员",
            Self::Overheated => "打印机需要歇一会儿，请扫码带走或过几分钟再试",
            Self::Fault => "打印机有故障，请扫码带走或告诉工作人员",
            Self::Offline | Self::Silent | Self::Unclear | Self::Unreachable => {
                "打印机没有回应，请扫码带走或告诉工作人员"
            }
            Self::NotAsked => "打印机可以使用，状态不明",
        }
    }

    /// What the log says.
    pub fn fact(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::PaperLow => "paper-low",
            Self::PaperOut => "paper-out",
            Self::CoverOpen => "cover-open",
            Self::CutterFault => "cutter-fault",
            Self::Overheated => "overheated",
            Self::Fault => "fault",
            Self::Offline => "offline",
            Self::Silent => "silent",
            Self::Unclear => "unclear",
            Self::Unreachable => "unreachable",
            Self::NotAsked => "not-asked",
        }
    }
}

/// The four answers of one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// To `DLE EOT 1`: printer.
    pub printer: u8,
    /// To `DLE EOT 2`: cause of being offline.
    pub offline: u8,
    /// To `DLE EOT 3`: errors.
    pub error: u8,
    /// To `DLE EOT 4`: paper.
    pub paper: u8,
}

/// One round of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// All four answered.
    Answered(Answers),
    /// No answer in time.
    Silent,
    /// Bytes came, but no valid answer.
    Unclear,
}

impl Answers {
    /// The worst thing that they say together: a printer that calls itself online may still be out of paper.
    pub fn status(self) -> PrinterStatus {
        if self.offline & 0x04 != 0 {
            return PrinterStatus::CoverOpen;
        }
        if self.paper & 0x60 != 0 || self.offline & 0x20 != 0 {
            return PrinterStatus::PaperOut;
        }
        if self.error & 0x08 != 0 {
            return PrinterStatus::CutterFault;
        }
        if self.error & 0x40 != 0 {
            return PrinterStatus::Overheated;
        }
        if self.error & 0x24 != 0 || self.offline & 0x40 != 0 {
            return PrinterStatus::Fault;
        }
        if self.printer & 0x08 != 0 {
            return PrinterStatus::Offline;
        }
        if self.paper & 0x0C != 0 { PrinterStatus::PaperLow } else { PrinterStatus::Ready }
    }
}

/// Asks the four questions, one at a time, and stops at the first that gets no answer.
pub fn ask(transport: &mut dyn Transport) -> Result<Round, TransportError> {
    drain(transport)?;
    let mut answers = [0; 4];
    for (n, answer) in (1..=4u8).zip(&mut answers) {
        transport.write(&[0x10, 0x04, n], ANSWER_LIMIT)?;
        match answer_byte(transport)? {
            Heard::Answer(byte) => *answer = byte,
            Heard::Nothing => return Ok(Round::Silent),
            Heard::Nonsense => return Ok(Round::Unclear),
        }
    }
    let [printer, offline, error, paper] = answers;
    Ok(Round::Answered(Answers { printer, offline, error, paper }))
}

/// Throws away what an earlier question may still bring.
pub fn drain(transport: &mut dyn Transport) -> Result<(), TransportError> {
    let mut buffer = [0; 256];
    let mut thrown = 0;
    while thrown < DRAIN_BYTES_MAX {
        match transport.read(&mut buffer, DRAIN_QUIET)? {
            0 => return Ok(()),
            n => thrown += n,
        }
    }
    Ok(())
}

/// Whether a byte is the answer to `GS r 1`: bit 4 is clear, as in no answer to `DLE EOT`.
pub fn is_confirmation(byte: u8) -> bool {
    byte & 0x10 == 0 && byte & 0x60 == 0
}

/// Whether the answer to `GS r 1` says that the paper has ended.
pub fn confirms_paper_end(byte: u8) -> bool {
    byte & 0x0C != 0
}

enum Heard {
    Answer(u8),
    Nothing,
    Nonsense,
}

fn answer_byte(transport: &mut dyn Transport) -> Result<Heard, TransportError> {
    let mut nonsense = 0;
    let mut byte = [0];
    while nonsense < ANSWER_BYTES_MAX {
        match transport.read(&mut byte, ANSWER_LIMIT)? {
            0 if nonsense == 0 => return Ok(Heard::Nothing),
            0 => return Ok(Heard::Nonsense),
            _ if byte[0] & FIXED_MASK == FIXED_VALUE => return Ok(Heard::Answer(byte[0])),
            _ => nonsense += 1,
        }
    }
    Ok(Heard::Nonsense)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Answers = Answers { printer: 0x12, offline: 0x12, error: 0x12, paper: 0x12 };

    #[test]
    fn each_bit_is_read_as_its_trouble() {
        let cases = [
            (FINE, PrinterStatus::Ready),
            (Answers { paper: 0x1E, ..FINE }, PrinterStatus::PaperLow),
            (Answers { paper: 0x7E, ..FINE }, PrinterStatus::PaperOut),
            (Answers { offline: 0x32, ..FINE }, PrinterStatus::PaperOut),
            (Answers { offline: 0x16, ..FINE }, PrinterStatus::CoverOpen),
            (Answers { error: 0x1A, ..FINE }, PrinterStatus::CutterFault),
            (Answers { error: 0x52, ..FINE }, PrinterStatus::Overheated),
            (Answers { error: 0x32, ..FINE }, PrinterStatus::Fault),
            (Answers { printer: 0x1A, ..FINE }, PrinterStatus::Offline),
            (Answers { printer: 0x92, offline: 0x92, error: 0x92, paper: 0x92 }, PrinterStatus::Ready),
        ];
        for (answers, expected) in cases {
            assert_eq!(answers.status(), expected, "{answers:02X?}");
        }
    }

    #[test]
    fn an_online_printer_without_paper_is_out_of_paper() {
        let lying = Answers { printer: 0x12, offline: 0x12, error: 0x12, paper: 0x72 };
        assert_eq!(lying.status(), PrinterStatus::PaperOut);
    }

    #[test]
    fn only_three_states_allow_printing_and_silence_is_none_of_them() {
        let can: Vec<_> = PrinterStatus::ALL.iter().filter(|s| s.can_print()).collect();
        assert_eq!(can, [&PrinterStatus::Ready, &PrinterStatus::PaperLow, &PrinterStatus::NotAsked]);
    }

    #[test]
    fn every_trouble_tells_the_resident_what_to_do() {
        for status in PrinterStatus::ALL.iter().filter(|s| !s.can_print()) {
            assert!(status.resident_text().contains("请扫码带走"), "{status:?}");
        }
    }

    #[test]
    fn flow_control_and_status_bytes_are_no_confirmation() {
        for byte in [0x11, 0x13, 0x12, 0x1E, 0x72, 0xFF] {
            assert!(!is_confirmation(byte), "{byte:02X}");
        }
        assert!(is_confirmation(0x00) && is_confirmation(0x03) && is_confirmation(0x0F));
    }
}
