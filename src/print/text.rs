//! Lines to ESC/POS bytes: GB 18030 in hanzi mode, native or drawn QR, a real partial cut.
//! It refuses a character that the printer may lack, and lets no real-time command byte into a job.
//!
//! `escpos` builds the commands that it builds rightly; text, cut and hanzi mode are ours, because its encoder
//! sends UTF-8 or a lone 0x80, and its partial cut is a full one.

use std::cell::RefCell;

use escpos::driver::Driver;
use escpos::printer::Printer as Builder;
use escpos::utils::{JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use super::document::{Align, Document, Size};
use super::layout::{Item, LayoutError, Line, QrItem, lay_out};
use super::profile::{Cutter, Profile, QrPrinting};
use super::qr::{Correction, QUIET_MODULES};
use super::repertoire::{Code, code};

/// Most rows of one `GS v 0`: cheap printers have little memory.
const BAND_ROWS_MAX: usize = 128;
/// Lines between the last text and the tear-off edge, on printers without a cutter.
const TEAR_OFF_LINES: u8 = 5;
/// `FS .`: leave hanzi mode.
const HANZI_OFF: &[u8] = &[0x1C, 0x2E];
/// `GS V 66 0`: feed to the knife, partial cut.
const PARTIAL_CUT: &[u8] = &[0x1D, 0x56, 0x42, 0x00];
/// `DLE` followed by one of these is obeyed by printers even inside data: `EOT`, `ENQ`, `DC4`.
const REAL_TIME: [u8; 3] = [0x04, 0x05, 0x14];
const DLE: u8 = 0x10;

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

/// Where a real-time command begins in `bytes`, if anywhere.
pub fn real_time_at(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == DLE && REAL_TIME.contains(&pair[1]))
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
        builder.init().map_err(builder_error)?.custom(&profile.hanzi_command).map_err(builder_error)?;
        Ok(Self { profile, builder, mode: MODE_AFTER_INIT })
    }

    fn finish(mut self) -> Result<Vec<u8>, EncodeError> {
        self.builder.print().map_err(builder_error)?;
        Ok(self.builder.driver().0.into_inner())
    }

    fn item(&mut self, item: &Item) -> Result<(), EncodeError> {
        match item {
            Item::Line(line) => self.line(line),
            Item::Qr(qr) => self.qr(qr),
            Item::Feed(lines) => self.builder.feeds(*lines).map(drop).map_err(builder_error),
            Item::Cut => self.cut(),
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
        let mut bytes = Vec::with_capacity(line.text.len());
        let mut chars = line.text.chars().peekable();
        while let Some(c) = chars.next() {
            let lacking = || EncodeError::Character { character: c, line: line.text.clone() };
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
        let is_native = self.profile.qr == QrPrinting::Native && qr.text.is_ascii();
        if !is_native {
            return self.drawn_qr(qr);
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

    /// The code as a picture, in the middle of the paper by its own white margin: not every printer centres pictures.
    fn drawn_qr(&mut self, qr: &QrItem) -> Result<(), EncodeError> {
        self.set(MODE_AFTER_INIT)?;
        let row_bytes = self.profile.paper_width_dots / 8;
        let side = (qr.matrix.size() + 2 * QUIET_MODULES) * qr.module_dots;
        let left = (self.profile.paper_width_dots.saturating_sub(side) / 2) / qr.module_dots * qr.module_dots;
        let mut rows = vec![0u8; row_bytes * side];
        for y in 0..side {
            for x in 0..side {
                let module = |dots: usize| (dots / qr.module_dots).checked_sub(QUIET_MODULES);
                let (Some(mx), Some(my)) = (module(x), module(y)) else { continue };
                let at = left + x;
                if qr.matrix.is_dark(mx, my)
                    && let Some(byte) = rows.get_mut(y * row_bytes + at / 8)
                {
                    *byte |= 0x80 >> (at % 8);
                }
            }
        }
        defuse(&mut rows);
        for band in rows.chunks(row_bytes * BAND_ROWS_MAX) {
            let height = band.len() / row_bytes;
            let mut command = vec![0x1D, 0x76, 0x30, 0x00];
            command.extend_from_slice(&(row_bytes as u16).to_le_bytes());
            command.extend_from_slice(&(height as u16).to_le_bytes());
            command.extend_from_slice(band);
            self.raw(&command)?;
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<(), EncodeError> {
        match self.profile.cutter {
            Cutter::Partial => self.raw(PARTIAL_CUT),
            Cutter::Full => self.builder.cut().map(drop).map_err(builder_error),
            Cutter::None => self.builder.feeds(TEAR_OFF_LINES).map(drop).map_err(builder_error),
        }
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.builder.custom(bytes).map(drop).map_err(builder_error)
    }
}

/// Breaks up every real-time command in a picture by turning one dot.
fn defuse(picture: &mut [u8]) {
    while let Some(at) = real_time_at(picture) {
        // The last dot of the first byte: 0x10 becomes 0x11.
        picture[at] |= 1;
    }
}

fn builder_error(error: escpos::errors::PrinterError) -> EncodeError {
    EncodeError::Command(error.to_string())
}

#[cfg(test)]
mod tests;
