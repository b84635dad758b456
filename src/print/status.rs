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
    /// The ticket before is still in the presenter.
    TicketWaiting,
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
        Self::TicketWaiting,
        Self::NotAsked,
    ];

    /// Whether a receipt may be sent.
    pub fn can_print(self) -> bool {
        matches!(self, Self::Ready | Self::PaperLow | Self::NotAsked)
    }

    /// Whether somebody in the hall can put it right at once, so that waiting makes sense.
    pub fn can_be_mended(self) -> bool {
        match self {
            Self::PaperOut | Self::CoverOpen | Self::CutterFault | Self::Overheated | Self::TicketWaiting => true,
            Self::Ready | Self::PaperLow | Self::NotAsked => false,
            Self::Fault | Self::Offline | Self::Silent | Self::Unclear | Self::Unreachable => false,
        }
    }

    /// What staff read; they need not be sent to the QR code.
    pub fn staff_text(self) -> &'static str {
        match self {
            Self::Ready => "可以使用",
            Self::PaperLow => "纸快用完了，请备好新纸卷",
            Self::PaperOut => "缺纸，请换纸卷",
            Self::CoverOpen => "盖子没关好，请按紧",
            Self::CutterFault => "卡纸或切刀卡住，请打开盖子取出纸屑",
            Self::Overheated => "打印头过热，请等几分钟",
            Self::Fault => "有故障，请关机再开；仍不行请报修",
            Self::Offline => "脱机，请看面板上的按键和指示灯",
            Self::Silent => "接上了但没有回答，请查看电源和数据线",
            Self::Unclear => "回答听不懂，请核对打印机型号设置",
            Self::Unreachable => "连接不上，请查看电源、数据线和地址设置",
            Self::TicketWaiting => "出纸口有一张小票没有取走",
            Self::NotAsked => "这台打印机不能回答状态",
        }
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
            Self::TicketWaiting => "上一张小票还在出纸口，取走后再打，或请扫码带走",
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
            Self::TicketWaiting => "ticket-waiting",
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

    /// Whether a presenter says, in bit 7 of its first answer, that a ticket has not been taken.
    pub fn has_ticket(self) -> bool {
        self.printer & 0x80 != 0
    }
}

/// What four bytes of automatic status say (`GS a`); none when they are no such bytes.
pub fn automatic([printer, error, paper, other]: [u8; 4]) -> Option<PrinterStatus> {
    let is_fixed = printer & 0x93 == 0x10 && [error, paper, other].iter().all(|byte| byte & 0x90 == 0);
    let status = if !is_fixed {
        return None;
    } else if printer & 0x20 != 0 {
        PrinterStatus::CoverOpen
    } else if paper & 0x0C != 0 {
        PrinterStatus::PaperOut
    } else if error & 0x08 != 0 {
        PrinterStatus::CutterFault
    } else if error & 0x20 != 0 {
        PrinterStatus::Fault
    } else if error & 0x40 != 0 {
        PrinterStatus::Overheated
    } else if printer & 0x08 != 0 {
        PrinterStatus::Offline
    } else if paper & 0x03 != 0 {
        PrinterStatus::PaperLow
    } else {
        PrinterStatus::Ready
    };
    Some(status)
}

/// Asks for automatic status once (`GS a 255`) and switches it off again.
pub fn ask_automatic(transport: &mut dyn Transport) -> Result<PrinterStatus, TransportError> {
    drain(transport)?;
    transport.write(&[0x1D, 0x61, 0xFF], ANSWER_LIMIT)?;
    let mut heard = Vec::new();
    let mut byte = [0];
    let status = loop {
        if transport.read(&mut byte, ANSWER_LIMIT)? == 0 {
            break if heard.is_empty() { PrinterStatus::Silent } else { PrinterStatus::Unclear };
        }
        heard.push(byte[0]);
        let last = heard.len().checked_sub(4).and_then(|from| <[u8; 4]>::try_from(&heard[from..]).ok());
        if let Some(status) = last.and_then(automatic) {
            break status;
        }
        if heard.len() == ANSWER_BYTES_MAX {
            break PrinterStatus::Unclear;
        }
    };
    transport.write(&[0x1D, 0x61, 0x00], ANSWER_LIMIT)?;
    Ok(status)
}

/// Asks the four questions, one at a time, and stops at the first that gets no answer.
pub fn ask(transport: &mut dyn Transport) -> Result<Round, TransportError> {
    ask_noting(transport, &mut Vec::new())
}

/// The same; `others` gets whatever came that answers no question, such as a confirmation that crossed it.
pub fn ask_noting(transport: &mut dyn Transport, others: &mut Vec<u8>) -> Result<Round, TransportError> {
    drain_noting(transport, others)?;
    let mut answers = [0; 4];
    for (n, answer) in (1..=4u8).zip(&mut answers) {
        transport.write(&[0x10, 0x04, n], ANSWER_LIMIT)?;
        match answer_byte(transport, others)? {
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
    drain_noting(transport, &mut Vec::new())
}

fn drain_noting(transport: &mut dyn Transport, others: &mut Vec<u8>) -> Result<(), TransportError> {
    let mut buffer = [0; 256];
    let mut thrown = 0;
    while thrown < DRAIN_BYTES_MAX {
        match transport.read(&mut buffer, DRAIN_QUIET)? {
            0 => return Ok(()),
            n => {
                thrown += n;
                others.extend_from_slice(&buffer[..n]);
            }
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

fn answer_byte(transport: &mut dyn Transport, others: &mut Vec<u8>) -> Result<Heard, TransportError> {
    let mut nonsense = 0;
    let mut byte = [0];
    while nonsense < ANSWER_BYTES_MAX {
        match transport.read(&mut byte, ANSWER_LIMIT)? {
            0 if nonsense == 0 => return Ok(Heard::Nothing),
            0 => return Ok(Heard::Nonsense),
            _ if byte[0] & FIXED_MASK == FIXED_VALUE => return Ok(Heard::Answer(byte[0])),
            _ => {
                nonsense += 1;
                others.push(byte[0]);
            }
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
    fn automatic_status_is_read_bit_by_bit() {
        let cases = [
            ([0x10, 0, 0, 0], Some(PrinterStatus::Ready)),
            ([0x14, 0, 3, 0x0F], Some(PrinterStatus::PaperLow)),
            ([0x18, 0, 0x0F, 0], Some(PrinterStatus::PaperOut)),
            ([0x38, 0, 0, 0], Some(PrinterStatus::CoverOpen)),
            ([0x18, 0x08, 0, 0], Some(PrinterStatus::CutterFault)),
            ([0x18, 0x40, 0, 0], Some(PrinterStatus::Overheated)),
            ([0x18, 0x20, 0, 0], Some(PrinterStatus::Fault)),
            ([0x18, 0, 0, 0], Some(PrinterStatus::Offline)),
            ([0x12, 0, 0, 0], None),
            ([0x10, 0x10, 0, 0], None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(automatic(bytes), expected, "{bytes:02X?}");
        }
    }

    #[test]
    fn a_ticket_in_the_presenter_is_bit_seven() {
        assert!(Answers { printer: 0x92, ..FINE }.has_ticket() && !FINE.has_ticket());
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
