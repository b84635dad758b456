//! The ESC/POS command set as the public command reference has it, one command at a time.
//! What is not listed here is unknown and reported; nothing is skipped in silence.

/// One command or a run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Text bytes in the current mode.
    Text(Vec<u8>),
    /// `LF`
    LineFeed,
    /// `NUL`s, ignored by printers; hosts send them to close an unfinished command.
    Padding,
    /// `ESC @`
    Initialize,
    /// `ESC a n`: 0 left, 1 centre, 2 right.
    Justify(u8),
    /// `ESC E n`
    Emphasis(bool),
    /// `ESC - n`: thickness in dots.
    Underline(u8),
    /// `ESC !  n`
    PrintMode(u8),
    /// `GS !  n`: (width, height), 1 to 8.
    Size(u8, u8),
    /// `GS B n`
    Reverse(bool),
    /// `ESC t n`
    CodePage(u8),
    /// `ESC R n`
    CharacterSet(u8),
    /// `FS &` and `FS .`
    Hanzi(bool),
    /// `FS C n`: which code hanzi come in, where a printer has more than one.
    CodeSystem(u8),
    /// `ESC M n`
    Font(u8),
    /// `ESC { n`
    UpsideDown(bool),
    /// `ESC SP n` and `FS S`: dots left of and right of a character; whether it is for hanzi.
    Gap {
        /// Hanzi or single bytes.
        is_hanzi: bool,
        /// Dots on the left.
        left: u8,
        /// Dots on the right.
        right: u8,
    },
    /// `ESC $`
    MoveTo(u16),
    /// `ESC \`
    MoveBy(i16),
    /// `GS L`
    LeftMargin(u16),
    /// `GS W`
    AreaWidth(u16),
    /// `ESC d n`
    FeedLines(u8),
    /// `ESC J n`
    FeedDots(u8),
    /// `ESC 2`
    DefaultSpacing,
    /// `ESC 3 n`
    Spacing(u8),
    /// `GS V`: partial or not, dots fed before.
    Cut {
        /// Hangs by a point.
        is_partial: bool,
        /// Extra feed.
        feed: u8,
    },
    /// `GS v 0`: zoom of width and height, bytes a row, rows, dots.
    Raster {
        /// (width, height), 1 or 2.
        zoom: (u8, u8),
        /// Bytes in a row.
        row_bytes: usize,
        /// The rows.
        dots: Vec<u8>,
    },
    /// `GS ( k` 65: 1, 2 or micro.
    QrModel(u8),
    /// `GS ( k` 67: dots a module.
    QrModule(u8),
    /// `GS ( k` 69: 48 L to 51 H.
    QrCorrection(u8),
    /// `GS ( k` 80
    QrStore(Vec<u8>),
    /// `GS ( k` 81
    QrPrint,
    /// `GS r n`
    Transmit(u8),
    /// `GS a n`: automatic status back.
    AutoStatus(u8),
    /// `GS I n`: who made it, which model it is.
    Identity(u8),
    /// `GS e n m`: 3 holds the ticket out by m steps.
    Present(u8),
}

/// What stands at the start of the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// A command and its length.
    Command(Command, usize),
    /// The command is not complete yet.
    More,
    /// No command of the reference, or a wrong parameter; its length and what is wrong.
    Unknown(usize, String),
}

const NUL: u8 = 0x00;
const LF: u8 = 0x0A;
const DLE: u8 = 0x10;
const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;
/// Longest data of a code.
const CODE_BYTES_MAX: usize = 7_092;
/// Tallest raster that the reference allows.
const RASTER_ROWS_MAX: usize = 2_303;
/// Widest raster that the reference allows.
const RASTER_BYTES_MAX: usize = 128;

/// Reads the command that begins `bytes`.
pub fn parse(bytes: &[u8]) -> Parsed {
    let Some(first) = bytes.first() else {
        return Parsed::More;
    };
    match *first {
        LF => Parsed::Command(Command::LineFeed, 1),
        NUL => Parsed::Command(Command::Padding, bytes.iter().take_while(|b| **b == NUL).count()),
        ESC => escape(bytes),
        FS => chinese(bytes),
        GS => group(bytes),
        DLE => Parsed::Unknown(1, "没有这条 DLE 指令".to_owned()),
        b if b < 0x20 || b == 0x7F => Parsed::Unknown(1, "没有这个控制字符".to_owned()),
        _ => {
            let length = bytes.iter().take_while(|b| **b >= 0x20 && **b != 0x7F).count();
            Parsed::Command(Command::Text(bytes[..length].to_vec()), length)
        }
    }
}

fn escape(bytes: &[u8]) -> Parsed {
    match (bytes.get(1), bytes.get(2)) {
        (None, _) => Parsed::More,
        (Some(b'@'), _) => Parsed::Command(Command::Initialize, 2),
        (Some(b'2'), _) => Parsed::Command(Command::DefaultSpacing, 2),
        (Some(b'a' | b'E' | b'-' | b'!' | b't' | b'R' | b'd' | b'J' | b'3'), None) => Parsed::More,
        (Some(b'a'), Some(n @ (0..=2 | 48..=50))) => Parsed::Command(Command::Justify(n % 48), 3),
        (Some(b'E'), Some(n)) => Parsed::Command(Command::Emphasis(n & 1 == 1), 3),
        (Some(b'-'), Some(n @ (0..=2 | 48..=50))) => Parsed::Command(Command::Underline(n % 48), 3),
        (Some(b'!'), Some(n)) => Parsed::Command(Command::PrintMode(*n), 3),
        (Some(b't'), Some(n)) => Parsed::Command(Command::CodePage(*n), 3),
        (Some(b'R'), Some(n @ 0..=17)) => Parsed::Command(Command::CharacterSet(*n), 3),
        (Some(b'd'), Some(n)) => Parsed::Command(Command::FeedLines(*n), 3),
        (Some(b'J'), Some(n)) => Parsed::Command(Command::FeedDots(*n), 3),
        (Some(b'3'), Some(n)) => Parsed::Command(Command::Spacing(*n), 3),
        (Some(b'M' | b'{' | b' ' | b'$' | b'\\'), None) => Parsed::More,
        (Some(b'M'), Some(n)) => Parsed::Command(Command::Font(n % 48), 3),
        (Some(b'{'), Some(n)) => Parsed::Command(Command::UpsideDown(n & 1 == 1), 3),
        (Some(b' '), Some(n)) => Parsed::Command(Command::Gap { is_hanzi: false, left: 0, right: *n }, 3),
        (Some(b'$'), Some(_)) => pair(bytes, |low, high| Command::MoveTo(u16::from_le_bytes([low, high]))),
        (Some(b'\\'), Some(_)) => pair(bytes, |low, high| Command::MoveBy(i16::from_le_bytes([low, high]))),
        (Some(b'a' | b'-' | b'R'), Some(n)) => Parsed::Unknown(3, format!("参数 {n} 超出范围")),
        (Some(_), _) => Parsed::Unknown(2, "没有这条 ESC 指令".to_owned()),
    }
}

/// A command with two bytes of parameters.
fn pair(bytes: &[u8], command: impl Fn(u8, u8) -> Command) -> Parsed {
    match bytes.get(2..4) {
        Some([low, high]) => Parsed::Command(command(*low, *high), 4),
        _ => Parsed::More,
    }
}

fn chinese(bytes: &[u8]) -> Parsed {
    match (bytes.get(1), bytes.get(2)) {
        (None, _) | (Some(b'-' | b'S' | b'C'), None) => Parsed::More,
        (Some(b'C'), Some(n @ (0..=2 | 48..=50))) => Parsed::Command(Command::CodeSystem(n % 48), 3),
        (Some(b'&'), _) => Parsed::Command(Command::Hanzi(true), 2),
        (Some(b'.'), _) => Parsed::Command(Command::Hanzi(false), 2),
        (Some(b'-'), Some(n @ (0..=2 | 48..=50))) => Parsed::Command(Command::Underline(n % 48), 3),
        (Some(b'S'), Some(_)) => pair(bytes, |left, right| Command::Gap { is_hanzi: true, left, right }),
        (Some(_), _) => Parsed::Unknown(2, "没有这条 FS 指令".to_owned()),
    }
}

fn group(bytes: &[u8]) -> Parsed {
    match (bytes.get(1), bytes.get(2)) {
        (None, _) => Parsed::More,
        (Some(b'!' | b'B' | b'r' | b'a' | b'V' | b'v' | b'(' | b'L' | b'W' | b'I' | b'e'), None) => Parsed::More,
        (Some(b'L'), Some(_)) => pair(bytes, |low, high| Command::LeftMargin(u16::from_le_bytes([low, high]))),
        (Some(b'W'), Some(_)) => pair(bytes, |low, high| Command::AreaWidth(u16::from_le_bytes([low, high]))),
        (Some(b'!'), Some(n)) if n & 0x88 == 0 => Parsed::Command(Command::Size((n >> 4) + 1, (n & 7) + 1), 3),
        (Some(b'B'), Some(n)) => Parsed::Command(Command::Reverse(n & 1 == 1), 3),
        (Some(b'r'), Some(n @ (1 | 2 | 49 | 50))) => Parsed::Command(Command::Transmit(n % 48), 3),
        (Some(b'a'), Some(n)) => Parsed::Command(Command::AutoStatus(*n), 3),
        (Some(b'I'), Some(n @ (1..=3 | 49..=51 | 65..=69))) => Parsed::Command(Command::Identity(*n), 3),
        (Some(b'e'), Some(3)) => match bytes.get(3) {
            Some(steps) => Parsed::Command(Command::Present(*steps), 4),
            None => Parsed::More,
        },
        (Some(b'V'), Some(m)) => cut(*m, bytes),
        (Some(b'v'), Some(b'0')) => raster(bytes),
        (Some(b'('), Some(b'k')) => code(bytes),
        (Some(b'!' | b'r'), Some(n)) => Parsed::Unknown(3, format!("参数 {n} 超出范围")),
        (Some(_), _) => Parsed::Unknown(2, "没有这条 GS 指令".to_owned()),
    }
}

fn cut(m: u8, bytes: &[u8]) -> Parsed {
    match (m, bytes.get(3)) {
        (0 | 48, _) => Parsed::Command(Command::Cut { is_partial: false, feed: 0 }, 3),
        (1 | 49, _) => Parsed::Command(Command::Cut { is_partial: true, feed: 0 }, 3),
        (65 | 66, None) => Parsed::More,
        (65 | 66, Some(n)) => Parsed::Command(Command::Cut { is_partial: m == 66, feed: *n }, 4),
        _ => Parsed::Unknown(3, format!("没有切纸方式 {m}")),
    }
}

fn raster(bytes: &[u8]) -> Parsed {
    let Some([m, xl, xh, yl, yh]) = bytes.get(3..8).and_then(|b| <[u8; 5]>::try_from(b).ok()) else {
        return Parsed::More;
    };
    let row_bytes = usize::from(u16::from_le_bytes([xl, xh]));
    let rows = usize::from(u16::from_le_bytes([yl, yh]));
    let zoom = match m {
        0 | 48 => (1, 1),
        1 | 49 => (2, 1),
        2 | 50 => (1, 2),
        3 | 51 => (2, 2),
        _ => return Parsed::Unknown(8, format!("没有图像方式 {m}")),
    };
    if row_bytes == 0 || row_bytes > RASTER_BYTES_MAX || rows == 0 || rows > RASTER_ROWS_MAX {
        return Parsed::Unknown(8, format!("图像大小 {row_bytes}×{rows} 超出范围"));
    }
    let end = 8 + row_bytes * rows;
    match bytes.get(8..end) {
        None => Parsed::More,
        Some(dots) => Parsed::Command(Command::Raster { zoom, row_bytes, dots: dots.to_vec() }, end),
    }
}

fn code(bytes: &[u8]) -> Parsed {
    let Some([low, high]) = bytes.get(3..5).and_then(|b| <[u8; 2]>::try_from(b).ok()) else {
        return Parsed::More;
    };
    let length = usize::from(u16::from_le_bytes([low, high]));
    let end = 5 + length;
    if !(3..=CODE_BYTES_MAX).contains(&length) {
        return Parsed::Unknown(5, format!("二维码指令长度 {length} 超出范围"));
    }
    let Some(body) = bytes.get(5..end) else {
        return Parsed::More;
    };
    let command = match body {
        [49, 65, model @ 49..=51, 0] => Command::QrModel(model - 48),
        [49, 67, dots @ 1..=16] => Command::QrModule(*dots),
        [49, 69, level @ 48..=51] => Command::QrCorrection(*level),
        [49, 80, 48, data @ ..] if !data.is_empty() => Command::QrStore(data.to_vec()),
        [49, 81, 48] => Command::QrPrint,
        [kind, function, ..] => {
            return Parsed::Unknown(end, format!("不支持的二维码指令：类别 {kind}，功能 {function}"));
        }
        _ => return Parsed::Unknown(end, "二维码指令太短".to_owned()),
    };
    Parsed::Command(command, end)
}

/// What comes over the line, with the status questions taken out: printers answer those at once, whatever they are at.
#[derive(Debug, Default)]
pub struct Line {
    held: Vec<u8>,
}

/// A piece of what came over the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes for the interpreter.
    Data(Vec<u8>),
    /// `DLE EOT n`, n from 1 to 4.
    StatusQuestion(u8),
}

impl Line {
    /// Takes bytes in; a question may be cut in two by the line.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        let mut data = Vec::new();
        let mut rest = &all[..];
        while let Some(byte) = rest.first() {
            match rest {
                [DLE, 0x04, n @ 1..=4, ..] => {
                    if !data.is_empty() {
                        pieces.push(Piece::Data(std::mem::take(&mut data)));
                    }
                    pieces.push(Piece::StatusQuestion(*n));
                    rest = &rest[3..];
                }
                [DLE] | [DLE, 0x04] => {
                    self.held = rest.to_vec();
                    break;
                }
                _ => {
                    data.push(*byte);
                    rest = &rest[1..];
                }
            }
        }
        if !data.is_empty() {
            pieces.push(Piece::Data(data));
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_cut_in_two_waits_for_its_rest() {
        let whole = [0x1D, 0x28, 0x6B, 4, 0, 49, 65, 50, 0];
        for n in 1..whole.len() {
            assert_eq!(parse(&whole[..n]), Parsed::More, "{n}");
        }
        assert_eq!(parse(&whole), Parsed::Command(Command::QrModel(2), 9));
    }

    #[test]
    fn what_the_reference_does_not_have_is_unknown() {
        for bytes in [&[0x1B, 0x99][..], &[0x1D, b'V', 7], &[0x07], &[0x10, 0x14, 1], &[0x1B, b'a', 9], &[0x1C, b'x']] {
            assert!(matches!(parse(bytes), Parsed::Unknown(..)), "{bytes:02X?}");
        }
    }

    #[test]
    fn a_status_question_is_heard_inside_data_and_across_packets() {
        let mut line = Line::default();
        assert_eq!(line.take(&[b'a', DLE]), [Piece::Data(vec![b'a'])]);
        assert_eq!(line.take(&[0x04]), []);
        assert_eq!(line.take(&[0x02, b'b']), [Piece::StatusQuestion(2), Piece::Data(vec![b'b'])]);
        assert_eq!(line.take(&[DLE, DLE]), [Piece::Data(vec![DLE])]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_taken_apart_to_the_end(bytes in proptest::collection::vec(0u8.., 0..300)) {
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                match parse(rest) {
                    Parsed::Command(_, n) | Parsed::Unknown(n, _) => {
                        proptest::prop_assert!(n > 0);
                        rest = &rest[n.min(rest.len())..];
                    }
                    Parsed::More => break,
                }
            }
        }
    }
}
