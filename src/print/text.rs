//! Lines to ESC/POS bytes: GB 18030 in hanzi mode, native or drawn QR, a real partial cut.
//! It refuses a character that the printer may lack, and lets no real-time command byte into a job.
//!
//! `escpos` builds the commands that it builds rightly; text, cut and hanzi mode are ours, because its encoder
//! sends UTF-8 or a lone 0x80, and its partial cut is a full one.

use std::cell::RefCell;

use escpos::driver::Driver;
use escpos::printer::Printer as Builder;
use escpos::utils::{JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use super::canvas::{Canvas, real_time_at};
use super::document::{Align, Document, Size};
use super::layout::{Item, LayoutError, Line, QrItem, lay_out};
use super::profile::{Cutter, Profile, QrPrinting};
use super::qr::Correction;
use super::repertoire::{self, Code, code};

/// Lines between the last text and the tear-off edge, on printers without a cutter.
const TEAR_OFF_LINES: u8 = 5;
/// `FS .`: leave hanzi mode.
const HANZI_OFF: &[u8] = &[0x1C, 0x2E];
/// `GS V 66 0`: feed to the knife, partial cut.
const PARTIAL_CUT: &[u8] = &[0x1D, 0x56, 0x42, 0x00];
/// `GS V 65 0`: feed to the knife, full cut.
const FULL_CUT: &[u8] = &[0x1D, 0x56, 0x41, 0x00];
/// What the command for the data of a code counts besides the data.
const QR_COUNTED_BYTES: usize = 3;

/// Why a document cannot become bytes for this printer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The printer's font may lack a character; it needs to be drawn.
    #[error("打印机字库没有“{character}”（U+{:04X}），所在行：{line}", *character as u32)]
    Character {
        /// The first such character.
        character: char,
        /// The line it stands on.
        line: String,
    },
    /// It does not fit the paper.
    #[error("内容排不下")]
    Layout(#[from] LayoutError),
    /// The command builder refused something.
    #[error("不能生成打印指令：{0}")]
    Command(String),
    /// It has to be drawn, and there is no font to draw with.
    #[error("凭条要画出来，但本机没有中文字体，请安装 Debian 软件包 fonts-noto-cjk")]
    NoFont,
    /// The bytes would contain a real-time command.
    #[error("打印数据第 {offset} 字节处出现实时指令")]
    RealTime {
        /// Where.
        offset: usize,
    },
}

/// The bytes of a whole receipt.
pub fn encode(document: &Document, profile: &Profile) -> Result<Vec<u8>, EncodeError> {
    let items = lay_out(document, profile)?;
    let mut encoder = Encoder::new(profile)?;
    for item in &items {
        encoder.item(item)?;
    }
    let bytes = encoder.finish()?;
    match real_time_at(&bytes) {
        Some(offset) => Err(EncodeError::RealTime { offset }),
        None => Ok(bytes),
    }
}

/// A line as one text, its pieces held apart by blanks.
pub fn padded(line: &Line, profile: &Profile) -> String {
    let mut text = String::new();
    let mut used = 0;
    for piece in &line.pieces {
        let free = piece.left.saturating_sub(used);
        text.extend(std::iter::repeat_n(' ', free));
        text.push_str(&piece.text);
        let wide: usize =
            piece.text.chars().map(|c| repertoire::columns(c, profile.repertoire, profile.code_page)).sum();
        used += free + wide;
    }
    text
}

/// The command that separates a receipt from the roll.
pub fn cut_command(profile: &Profile) -> Vec<u8> {
    match profile.cutter {
        Cutter::Partial => PARTIAL_CUT.to_vec(),
        Cutter::Full => FULL_CUT.to_vec(),
        Cutter::None => vec![0x1B, 0x64, TEAR_OFF_LINES],
    }
}

/// Collects what the builder writes.
#[derive(Default)]
struct Memory(RefCell<Vec<u8>>);

impl Driver for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _buffer: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

/// What the printer has been told, so that nothing is told twice.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mode {
    size: Size,
    is_bold: bool,
    align: Align,
}

const MODE_AFTER_INIT: Mode = Mode { size: Size::Normal, is_bold: false, align: Align::Left };

struct Encoder<'a> {
    profile: &'a Profile,
    builder: Builder<Memory>,
    mode: Mode,
}

impl<'a> Encoder<'a> {
    fn new(profile: &'a Profile) -> Result<Self, EncodeError> {
        let mut builder = Builder::new(Memory::default(), Protocol::default(), None);
        builder.init().map_err(builder_error)?;
        builder.custom(&profile.job_start).map_err(builder_error)?;
        builder.custom(&profile.hanzi_command).map_err(builder_error)?;
        Ok(Self { profile, builder, mode: MODE_AFTER_INIT })
    }

    fn finish(mut self) -> Result<Vec<u8>, EncodeError> {
        let end = self.profile.job_end.clone();
        self.raw(&end)?;
        self.builder.print().map_err(builder_error)?;
        Ok(self.builder.driver().0.into_inner())
    }

    fn item(&mut self, item: &Item) -> Result<(), EncodeError> {
        match item {
            Item::Line(line) => self.line(line),
            Item::Qr(qr) => self.qr(qr),
            Item::Barcode(barcode) => self.drawn(|canvas| canvas.barcode(barcode)),
            Item::Picture(picture) => self.drawn(|canvas| canvas.picture(picture)),
            Item::Feed(lines) => self.builder.feeds(*lines).map(drop).map_err(builder_error),
            Item::Cut => self.raw(&cut_command(self.profile)),
        }
    }

    fn line(&mut self, line: &Line) -> Result<(), EncodeError> {
        let bytes = self.text_bytes(line)?;
        self.set(Mode { size: line.size, is_bold: line.is_bold, align: line.align })?;
        self.raw(&bytes)?;
        self.raw(b"\n")
    }

    /// The line's text with the switches between hanzi mode and code page that it needs.
    fn text_bytes(&self, line: &Line) -> Result<Vec<u8>, EncodeError> {
        let text = padded(line, self.profile);
        let mut bytes = Vec::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let lacking = || EncodeError::Character { character: c, line: text.clone() };
            match code(c, self.profile.repertoire, self.profile.code_page).ok_or_else(lacking)? {
                Code::Ascii(byte) => bytes.push(byte),
                Code::Double(pair) => bytes.extend_from_slice(&pair),
                Code::Quad(four) => bytes.extend_from_slice(&four),
                Code::Page(first) => {
                    let mut run = String::from(first);
                    let is_page = |c: &char| {
                        matches!(code(*c, self.profile.repertoire, self.profile.code_page), Some(Code::Page(_)))
                    };
                    while let Some(next) = chars.next_if(is_page) {
                        run.push(next);
                    }
                    bytes.extend(self.page_bytes(&run)?);
                }
            }
        }
        Ok(bytes)
    }

    /// In hanzi mode a code-page byte would swallow the next one as its second half.
    fn page_bytes(&self, run: &str) -> Result<Vec<u8>, EncodeError> {
        let mut builder = Builder::new(Memory::default(), Protocol::default(), None);
        builder
            .custom(HANZI_OFF)
            .and_then(|b| b.page_code(PageCode::PC858))
            .and_then(|b| b.write(run))
            .and_then(|b| b.custom(&self.profile.hanzi_command))
            .and_then(Builder::print)
            .map_err(builder_error)?;
        Ok(builder.driver().0.into_inner())
    }

    fn set(&mut self, mode: Mode) -> Result<(), EncodeError> {
        if mode.align != self.mode.align {
            let justify = match mode.align {
                Align::Left => JustifyMode::LEFT,
                Align::Center => JustifyMode::CENTER,
                Align::Right => JustifyMode::RIGHT,
            };
            self.builder.justify(justify).map_err(builder_error)?;
        }
        if mode.size != self.mode.size {
            let (width, height) = match mode.size {
                Size::Normal => (1, 1),
                Size::Tall => (1, 2),
                Size::Double => (2, 2),
            };
            self.builder.size(width, height).map_err(builder_error)?;
        }
        if mode.is_bold != self.mode.is_bold {
            self.builder.bold(mode.is_bold).map_err(builder_error)?;
        }
        self.mode = mode;
        Ok(())
    }

    fn qr(&mut self, qr: &QrItem) -> Result<(), EncodeError> {
        // Firmware may take Chinese for Shift JIS, and a length of 0x0410 would read as a real-time command;
        // such codes are drawn.
        let counted = (qr.text.len() + QR_COUNTED_BYTES) as u16;
        let is_native = self.profile.qr == QrPrinting::Native
            && qr.text.is_ascii()
            && real_time_at(&counted.to_le_bytes()).is_none();
        if !is_native {
            return self.drawn(|canvas| canvas.qr(qr));
        }
        self.set(Mode { align: Align::Center, ..MODE_AFTER_INIT })?;
        let level = match qr.correction {
            Correction::Low => QRCodeCorrectionLevel::L,
            Correction::Medium => QRCodeCorrectionLevel::M,
        };
        let option = QRCodeOption::new(QRCodeModel::Model2, qr.module_dots as u8, level);
        self.builder.qrcode_option(&qr.text, option).map(drop).map_err(builder_error)?;
        self.raw(b"\n")
    }

    /// A picture on its own white strip as wide as the paper: not every printer centres pictures.
    fn drawn(&mut self, draw: impl FnOnce(&mut Canvas)) -> Result<(), EncodeError> {
        self.set(MODE_AFTER_INIT)?;
        let mut canvas = Canvas::new(self.profile.paper_width_dots);
        draw(&mut canvas);
        self.raw(&canvas.commands(self.profile))
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.builder.custom(bytes).map(drop).map_err(builder_error)
    }
}

fn builder_error(error: escpos::errors::PrinterError) -> EncodeError {
    EncodeError::Command(error.to_string())
}

#[cfg(test)]
mod tests;
