//! The virtual printer without its line: bytes in; answers, receipts and complaints out.
//! It obeys the command reference to the letter and complains about everything else.

use std::time::Duration;

use encoding_rs::GB18030;
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use super::command::{Command, Line, Parsed, Piece, parse};
use super::fault::Fault;
use super::font::{Font, FontMissing};
use super::paper::{Cell, Paper};

/// Line spacing after `ESC @`.
const SPACING_DOTS: usize = 30;
/// Bytes that it holds while it is stopped; what comes after them is not taken.
const HELD_BYTES_MAX: usize = 1024 * 1024;
/// Most complaints kept for one receipt.
const PROBLEMS_MAX: usize = 100;
/// Lines and blocks of code page 1 of the reference, 0x80 to 0x9F.
const PAGE_1_LINES: &str = "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯";
/// Code page 19 of the reference: PC858, 0x80 to 0xFF.
const PC858: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// What comes out of the machine.
#[derive(Debug, Default)]
pub struct Output {
    /// Bytes for the host.
    pub replies: Vec<u8>,
    /// Receipts and complaints, in order.
    pub events: Vec<Event>,
}

/// Something worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A receipt was cut, or torn off at the end of the connection.
    Receipt(Receipt),
    /// Bytes that are no command, or a command where it is not allowed.
    Problem {
        /// Position in everything received.
        offset: u64,
        /// The first bytes, in hexadecimal.
        bytes: String,
        /// What is wrong.
        problem: String,
    },
}

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The decoded text, a line a line; codes and pictures in brackets.
    pub text: String,
    /// The picture.
    pub png: Vec<u8>,
    /// Ended by a cut.
    pub is_cut: bool,
    /// Complaints about it.
    pub problems: Vec<String>,
}

struct Mode {
    is_hanzi: bool,
    code_page: u8,
    zoom: (u8, u8),
    is_bold: bool,
    is_reverse: bool,
    underline: u8,
    justify: u8,
    spacing: usize,
    margin: usize,
    /// None is the whole width of the paper.
    area: Option<usize>,
    /// Dots left and right of a single-byte character and of a hanzi.
    gaps: [(usize, usize); 2],
}

impl Default for Mode {
    fn default() -> Self {
        // Hanzi mode is off until told, so that a host that forgets to switch it on is noticed.
        Self {
            is_hanzi: false,
            code_page: 0,
            zoom: (1, 1),
            is_bold: false,
            is_reverse: false,
            underline: 0,
            justify: 0,
            spacing: SPACING_DOTS,
            margin: 0,
            area: None,
            gaps: [(0, 0); 2],
        }
    }
}

struct StoredCode {
    model: u8,
    module_dots: usize,
    correction: EcLevel,
    data: Vec<u8>,
}

impl Default for StoredCode {
    fn default() -> Self {
        // What the reference sets after `ESC @`.
        Self { model: 2, module_dots: 3, correction: EcLevel::L, data: Vec::new() }
    }
}

/// The virtual printer.
pub struct Machine {
    font: Font,
    faults: Vec<Fault>,
    line: Line,
    pending: Vec<u8>,
    /// Bytes obeyed so far, without status questions.
    taken: u64,
    mode: Mode,
    code: StoredCode,
    cells: Vec<Cell>,
    /// Where the next character goes, from the left margin.
    cursor: usize,
    /// Bytes of a hanzi that is not complete.
    half: Vec<u8>,
    paper: Paper,
    text: String,
    problems: Vec<String>,
    output: Output,
    /// Time as it was told last, and since when it is stopped.
    now: Duration,
    stopped_since: Option<Duration>,
    /// Somebody has put right whatever stopped it.
    is_mended: bool,
    /// Automatic status is on; the last four bytes that it sent.
    automatic: Option<[u8; 4]>,
}

impl Machine {
    /// A printer with `width` dots a line.
    pub fn new(width: usize, faults: Vec<Fault>) -> Result<Self, FontMissing> {
        Ok(Self {
            font: Font::find()?,
            faults,
            line: Line::default(),
            pending: Vec::new(),
            taken: 0,
            mode: Mode::default(),
            code: StoredCode::default(),
            cells: Vec::new(),
            cursor: 0,
            half: Vec::new(),
            paper: Paper::new(width),
            text: String::new(),
            problems: Vec::new(),
            output: Output::default(),
            now: Duration::ZERO,
            stopped_since: None,
            is_mended: false,
            automatic: None,
        })
    }

    /// Takes bytes from the line.
    pub fn feed(&mut self, bytes: &[u8]) -> Output {
        for piece in self.line.take(bytes) {
            match piece {
                Piece::Data(data) => {
                    self.pending.extend_from_slice(&data);
                    self.run();
                }
                Piece::StatusQuestion(n) => {
                    if !self.pending.is_empty() && !self.is_stopped() && !self.has(Fault::Lies) {
                        self.complain("数据中间出现实时指令", &[0x10, 0x04, n]);
                    }
                    let answer = self.status(n);
                    self.output.replies.push(answer);
                }
            }
        }
        self.tell_change();
        std::mem::take(&mut self.output)
    }

    /// Tells the time since it was switched on; whatever stops it may be put right by then.
    pub fn pass(&mut self, now: Duration) -> Output {
        self.now = now;
        if (self.is_stopped() || self.stops_by(Fault::TicketWaiting)) && self.stopped_since.is_none() {
            self.stopped_since = Some(now);
        }
        let mend = self.faults.iter().find_map(|fault| match fault {
            Fault::MendAfter(by) => Some(*by),
            _ => None,
        });
        if let (Some(by), Some(since)) = (mend, self.stopped_since)
            && !self.is_mended
            && now.saturating_sub(since) >= by
        {
            self.mend();
        }
        self.tell_change();
        std::mem::take(&mut self.output)
    }

    /// Whether it has taken as many bytes as it can hold while it is stopped.
    pub fn is_full(&self) -> bool {
        self.pending.len() >= HELD_BYTES_MAX
    }

    /// The connection ended: what stands on the paper is torn off, unless the printer is not done with it.
    pub fn hang_up(&mut self) -> Output {
        self.automatic = None;
        if !self.paper.is_fresh() && !self.is_stopped() {
            self.tear_off(false);
        }
        std::mem::take(&mut self.output)
    }

    /// New paper, a closed cover: what was printed so far hangs on the old roll.
    fn mend(&mut self) {
        self.is_mended = true;
        if !self.paper.is_fresh() {
            self.tear_off(false);
        }
        if self.has(Fault::Forgets) {
            self.pending.clear();
            self.half.clear();
            self.cells.clear();
            self.cursor = 0;
            self.mode = Mode::default();
            self.code = StoredCode::default();
        }
        self.run();
    }

    /// Automatic status goes out when it changes.
    fn tell_change(&mut self) {
        let now = self.automatic_status();
        if self.automatic.is_some_and(|last| last != now) {
            self.automatic = Some(now);
            self.output.replies.extend_from_slice(&now);
        }
    }

    /// The four bytes of `GS a`, bit by bit from the reference.
    fn automatic_status(&self) -> [u8; 4] {
        let bit = |is_set: bool, mask: u8| if is_set && !self.has(Fault::Lies) { mask } else { 0 };
        let is_open = self.stops_by(Fault::CoverOpen);
        let is_low = self.has(Fault::PaperLow) || self.is_paper_out();
        [
            0x10 | bit(self.is_stopped(), 0x08) | bit(is_open, 0x20),
            bit(self.stops_by(Fault::Cutter), 0x08) | bit(self.stops_by(Fault::Overheated), 0x40),
            bit(is_low, 0x03) | bit(self.is_paper_out(), 0x0C),
            0x00,
        ]
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Whether this trouble stops it still.
    fn stops_by(&self, fault: Fault) -> bool {
        !self.is_mended && self.has(fault)
    }

    fn is_paper_out(&self) -> bool {
        !self.is_mended && self.faults.iter().any(|fault| matches!(fault, Fault::PaperOutAfter(n) if self.taken >= *n))
    }

    fn is_stopped(&self) -> bool {
        self.is_paper_out()
            || self.stops_by(Fault::CoverOpen)
            || self.stops_by(Fault::Cutter)
            || self.stops_by(Fault::Overheated)
            || self.stops_by(Fault::Offline)
    }

    /// The answer to `DLE EOT n`, bit by bit from the reference.
    fn status(&self, n: u8) -> u8 {
        let bit = |is_set: bool, mask: u8| if is_set && !self.has(Fault::Lies) { mask } else { 0 };
        let bits = match n {
            1 => bit(self.is_stopped(), 0x08) | bit(self.stops_by(Fault::TicketWaiting), 0x80),
            2 => {
                let has_error = self.stops_by(Fault::Cutter) || self.stops_by(Fault::Overheated);
                bit(self.stops_by(Fault::CoverOpen), 0x04) | bit(self.is_paper_out(), 0x20) | bit(has_error, 0x40)
            }
            3 => bit(self.stops_by(Fault::Cutter), 0x08) | bit(self.stops_by(Fault::Overheated), 0x40),
            _ => {
                let is_low = self.has(Fault::PaperLow) || self.is_paper_out();
                bit(is_low, 0x0C) | bit(self.is_paper_out(), 0x60)
            }
        };
        0x12 | bits
    }

    fn run(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        let mut at = 0;
        while at < pending.len() {
            if self.is_stopped() {
                // It holds what comes until somebody puts it right.
                self.stopped_since.get_or_insert(self.now);
                break;
            }
            let rest = &pending[at..];
            let length = match parse(rest) {
                Parsed::More => break,
                Parsed::Command(command, length) => {
                    if !matches!(command, Command::Text(_)) {
                        self.close_half();
                    }
                    self.obey(command);
                    length
                }
                Parsed::Unknown(length, problem) => {
                    self.close_half();
                    let length = length.min(rest.len());
                    self.complain(&problem, &rest[..length]);
                    length
                }
            };
            at += length;
            self.taken += length as u64;
        }
        pending.drain(..at);
        self.pending = pending;
        if self.paper.is_full() {
            self.complain("凭条太长", &[]);
            self.tear_off(false);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Text(bytes) => self.print_text(&bytes),
            Command::LineFeed => self.end_line(),
            Command::Padding => {}
            Command::Initialize => {
                self.cells.clear();
                self.cursor = 0;
                self.mode = Mode::default();
                self.code = StoredCode::default();
            }
            Command::Justify(n) => {
                if !self.cells.is_empty() {
                    self.complain("对齐指令不在行首", &[0x1B, b'a', n]);
                }
                self.mode.justify = n;
            }
            Command::Emphasis(is_on) => self.mode.is_bold = is_on,
            Command::Underline(n) => self.mode.underline = n,
            Command::PrintMode(n) => self.print_mode(n),
            Command::Size(width, height) => self.mode.zoom = (width, height),
            Command::Reverse(is_on) => self.mode.is_reverse = is_on,
            Command::CodePage(n) => self.mode.code_page = n,
            Command::CharacterSet(0) => {}
            Command::CharacterSet(n) => self.complain("没有这个国家字符集", &[0x1B, b'R', n]),
            Command::Hanzi(is_on) => self.mode.is_hanzi = is_on,
            Command::CodeSystem(0) => {}
            Command::CodeSystem(n) => self.complain("没有这种汉字编码", &[0x1C, b'C', n]),
            Command::Font(0) | Command::UpsideDown(false) => {}
            Command::Font(n) => self.complain("没有这种字体", &[0x1B, b'M', n]),
            Command::UpsideDown(true) => self.complain("不会倒印", &[0x1B, b'{', 1]),
            Command::Gap { is_hanzi, left, right } => {
                self.mode.gaps[usize::from(is_hanzi)] = (usize::from(left), usize::from(right));
            }
            Command::MoveTo(n) => self.cursor = usize::from(n),
            Command::MoveBy(n) => self.cursor = self.cursor.saturating_add_signed(isize::from(n)),
            Command::LeftMargin(n) => {
                self.refuse_inside_line(b'L');
                self.mode.margin = usize::from(n);
            }
            Command::AreaWidth(n) => {
                self.refuse_inside_line(b'W');
                self.mode.area = Some(usize::from(n));
            }
            Command::FeedLines(n) => {
                self.end_open_line();
                self.paper.feed(usize::from(n) * self.mode.spacing);
                self.text.extend(std::iter::repeat_n('\n', usize::from(n)));
            }
            Command::FeedDots(n) => {
                self.end_open_line();
                self.paper.feed(usize::from(n));
            }
            Command::DefaultSpacing => self.mode.spacing = SPACING_DOTS,
            Command::Spacing(n) => self.mode.spacing = usize::from(n),
            Command::Cut { feed, .. } => self.cut(feed),
            Command::Raster { zoom, row_bytes, dots } => self.raster(zoom, row_bytes, &dots),
            Command::QrModel(model) => self.code.model = model,
            Command::QrModule(dots) => self.code.module_dots = usize::from(dots),
            Command::QrCorrection(n) => {
                self.code.correction = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H][usize::from(n - 48) % 4];
            }
            Command::QrStore(data) => {
                self.refuse_real_time(&data);
                self.code.data = data;
            }
            Command::QrPrint => self.print_code(),
            Command::Transmit(1) => self.confirm(),
            Command::Transmit(n) => self.complain("没有钱箱可查", &[0x1D, b'r', n]),
            Command::AutoStatus(0) => self.automatic = None,
            Command::AutoStatus(_) => {
                let now = self.automatic_status();
                self.automatic = Some(now);
                self.output.replies.extend_from_slice(&now);
            }
            Command::Identity(n) => self.introduce(n),
            // It only moves what was cut already.
            Command::Present(_) => {}
        }
    }

    /// Model id, features, version; or names in a block that begins with `_` and ends with NUL.
    fn introduce(&mut self, n: u8) {
        let block = match n {
            65 => "_1.0",
            66 => "_CIVIC",
            67 => "_VIRTUAL",
            68 => "_0",
            69 => "_CHINA GB18030",
            _ => {
                self.output.replies.push(0x02);
                return;
            }
        };
        self.output.replies.extend_from_slice(block.as_bytes());
        self.output.replies.push(0);
    }

    fn refuse_inside_line(&mut self, command: u8) {
        if !self.cells.is_empty() {
            self.complain("指令不在行首", &[0x1D, command]);
        }
    }

    /// Dots between the margins.
    fn area(&self) -> usize {
        let room = self.paper.width().saturating_sub(self.mode.margin);
        self.mode.area.map_or(room, |area| area.min(room))
    }

    fn print_mode(&mut self, n: u8) {
        if n & 0x01 != 0 {
            self.complain("没有小字体", &[0x1B, b'!', n]);
        }
        self.mode.is_bold = n & 0x08 != 0;
        self.mode.zoom = (1 + (n >> 5 & 1), 1 + (n >> 4 & 1));
        self.mode.underline = n >> 7;
    }

    fn print_text(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if !self.mode.is_hanzi {
                self.single(*byte);
                continue;
            }
            self.half.push(*byte);
            let problem = match self.half.as_slice() {
                [0x20..=0x7E] => None,
                // The second half of the pair is still to come, or the second pair of four.
                [0x81..=0xFE] | [0x81..=0xFE, 0x30..=0x39] | [_, 0x30..=0x39, 0x81..=0xFE] => continue,
                [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE] | [_, _, _, 0x30..=0x39] => None,
                _ => Some("不是 GB18030 编码"),
            };
            let code = std::mem::take(&mut self.half);
            match problem {
                None => self.hanzi(&code),
                Some(problem) => {
                    self.complain(problem, &code);
                    self.put(None, true);
                }
            }
        }
    }

    fn hanzi(&mut self, code: &[u8]) {
        let (text, had_errors) = GB18030.decode_without_bom_handling(code);
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !had_errors => self.put(Some(c), code.len() == 1),
            _ => {
                self.complain("不是 GB18030 编码", code);
                self.put(None, code.len() == 1);
            }
        }
    }

    fn single(&mut self, byte: u8) {
        let character = match (byte, self.mode.code_page) {
            (0x20..=0x7E, _) => Some(char::from(byte)),
            (0x80..=0x9F, 1) => PAGE_1_LINES.chars().nth(usize::from(byte - 0x80)),
            (0x80.., 19) => PC858.chars().nth(usize::from(byte - 0x80)),
            _ => None,
        };
        if character.is_none() {
            self.complain("汉字模式之外的高位字节，代码页里没有", &[byte]);
        }
        self.put(character, true);
    }

    fn close_half(&mut self) {
        if !self.half.is_empty() {
            let code = std::mem::take(&mut self.half);
            self.complain("半个汉字", &code);
            self.put(None, true);
        }
    }

    fn put(&mut self, character: Option<char>, is_half: bool) {
        let mode = &self.mode;
        let (left, right) = mode.gaps[usize::from(!is_half)];
        let zoom = usize::from(mode.zoom.0);
        let mut cell = Cell {
            at: self.cursor + left * zoom,
            character,
            is_half,
            is_bold: mode.is_bold,
            is_reverse: mode.is_reverse,
            underline: mode.underline,
            zoom: mode.zoom,
        };
        if cell.at + cell.width() > self.area() {
            self.complain("一行超出纸宽", &[]);
            self.end_line();
            cell.at = 0;
        }
        self.cursor = cell.at + cell.width() + right * zoom;
        self.cells.push(cell);
    }

    fn end_open_line(&mut self) {
        if !self.cells.is_empty() {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        self.cursor = 0;
        self.text.extend(cells.iter().map(|cell| cell.character.unwrap_or('\u{fffd}')));
        self.text.push('\n');
        if let Some(lacking) = cells.iter().filter_map(|c| c.character).find(|c| !self.font.has(*c)) {
            self.complain(&format!("字体里没有“{lacking}”"), &[]);
        }
        let x = self.justified(cells.iter().map(|cell| cell.at + cell.width()).max().unwrap_or(0));
        self.paper.line(&cells, x, self.mode.spacing, &mut self.font);
    }

    fn justified(&self, width: usize) -> usize {
        let free = self.area().saturating_sub(width);
        let offset = match self.mode.justify {
            1 => free / 2,
            2 => free,
            _ => 0,
        };
        self.mode.margin + offset
    }

    fn raster(&mut self, zoom: (u8, u8), row_bytes: usize, dots: &[u8]) {
        if !self.cells.is_empty() {
            self.complain("图像不在行首", &[0x1D, b'v', b'0']);
            self.end_line();
        }
        self.refuse_real_time(dots);
        let (zoom_x, zoom_y) = (usize::from(zoom.0), usize::from(zoom.1));
        let (width, height) = (row_bytes * 8 * zoom_x, dots.len() / row_bytes * zoom_y);
        if width > self.paper.width() {
            self.complain("图像超出纸宽", &[0x1D, b'v', b'0']);
        }
        let x = self.justified(width);
        self.paper.picture(x, width, height, |column, row| {
            let (column, row) = (column / zoom_x, row / zoom_y);
            dots.get(row * row_bytes + column / 8).is_some_and(|byte| byte & (0x80 >> (column % 8)) != 0)
        });
        // Bands of one picture are one picture.
        let note = format!("[图像 {width} 点宽]\n");
        if !self.text.ends_with(&note) {
            self.text.push_str(&note);
        }
    }

    fn print_code(&mut self) {
        if !self.cells.is_empty() {
            self.complain("二维码不在行首", &[0x1D, b'(', b'k']);
            self.end_line();
        }
        if self.code.model != 2 {
            self.complain("二维码不是 Model 2，手机扫不出", &[0x1D, b'(', b'k']);
            return;
        }
        let Some(code) = symbol(&self.code.data, self.code.correction) else {
            self.complain("二维码没有数据或数据过长", &[0x1D, b'(', b'k']);
            return;
        };
        let module = self.code.module_dots;
        let side = code.width() * module;
        if side > self.paper.width() {
            self.complain("二维码超出纸宽，没有印", &[0x1D, b'(', b'k']);
            return;
        }
        let x = self.justified(side);
        self.paper.picture(x, side, side, |column, row| code[(column / module, row / module)] == Color::Dark);
        let data = String::from_utf8_lossy(&self.code.data).into_owned();
        self.text.push_str(&format!("[二维码 {data}]\n"));
    }

    fn confirm(&mut self) {
        let is_answering = !self.has(Fault::NoConfirm);
        if is_answering {
            self.output.replies.push(if self.has(Fault::PaperLow) { 0x03 } else { 0x00 });
        }
    }

    fn cut(&mut self, feed: u8) {
        if !self.cells.is_empty() {
            self.complain("切纸不在行首", &[0x1D, b'V']);
            self.end_line();
        }
        self.paper.feed(usize::from(feed));
        self.tear_off(true);
    }

    fn tear_off(&mut self, is_cut: bool) {
        let width = self.paper.width();
        let paper = std::mem::replace(&mut self.paper, Paper::new(width));
        let text = std::mem::take(&mut self.text);
        let mut problems = std::mem::take(&mut self.problems);
        let png = paper.png().unwrap_or_else(|error| {
            problems.push(format!("画不出图：{error}"));
            Vec::new()
        });
        self.output.events.push(Event::Receipt(Receipt { text, png, is_cut, problems }));
    }

    /// Printers obey these even inside data.
    fn refuse_real_time(&mut self, data: &[u8]) {
        if let Some(pair) = data.windows(2).find(|p| p[0] == 0x10 && matches!(p[1], 0x04 | 0x05 | 0x14)) {
            self.complain("数据中间出现实时指令", pair);
        }
    }

    fn complain(&mut self, problem: &str, bytes: &[u8]) {
        // A flood of the same says nothing new; a receipt keeps and tells a limited number.
        if self.problems.len() >= PROBLEMS_MAX {
            return;
        }
        let hex: Vec<String> = bytes.iter().take(8).map(|b| format!("{b:02X}")).collect();
        let bytes = hex.join(" ");
        self.problems.push(if bytes.is_empty() { problem.to_owned() } else { format!("{problem}：{bytes}") });
        self.output.events.push(Event::Problem { offset: self.taken, bytes, problem: problem.to_owned() });
    }
}

/// The smallest code that holds the data, in byte mode as printers do it.
fn symbol(data: &[u8], level: EcLevel) -> Option<QrCode> {
    if data.is_empty() {
        return None;
    }
    (1..=40).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(data).and_then(|()| bits.push_terminator(level)).ok()?;
        QrCode::with_bits(bits, level).ok()
    })
}

#[cfg(test)]
mod tests;
