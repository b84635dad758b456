//! Receipts drawn as a whole, for characters that the printer's font lacks and printers without a Chinese font.
//! A character without a glyph on this machine is framed with its code and told; nothing ever becomes a `?`.

mod artist;
mod glyph;

use std::cell::RefCell;

use super::canvas::{Canvas, real_time_at};
use super::document::{Align, Document, Size};
use super::layout::{CELL_DOTS, Item, Line, Piece, lay_out_with};
use super::profile::Profile;
use super::text::{EncodeError, cut_command};
use super::wrap::wrap;

pub use artist::Artist;
use artist::{Ink, Letters};

/// Height of a line of normal letters, their own 24 dots and the gap.
pub const LINE_DOTS: usize = 30;
/// Dots above the base line in a line of normal letters.
const ABOVE_DOTS: isize = 24;
/// Stands at the end of a receipt with framed codes.
const LACKING_NOTE: &str = "方框里是本机没有字形的字的编码，请以屏幕为准";

/// A drawn receipt.
pub struct Drawn {
    /// Everything to be sent.
    pub bytes: Vec<u8>,
    /// Characters without a glyph, each once.
    pub lacking: Vec<char>,
}

/// The bytes of a receipt, every line of it drawn.
pub fn encode(document: &Document, profile: &Profile, artist: &mut Artist) -> Result<Drawn, EncodeError> {
    let artist = RefCell::new(artist);
    let items = lay_out_with(document, profile, &|text| artist.borrow_mut().width(text))?;
    let mut sheet = Sheet { profile, canvas: Canvas::new(profile.paper_width_dots), lacking: Vec::new() };
    let mut bytes = [&[0x1B, 0x40], profile.job_start.as_slice()].concat();
    let artist = artist.into_inner();
    let mut lacking_told = 0;
    for item in &items {
        match item {
            Item::Line(line) => sheet.line(line, artist),
            Item::Qr(qr) => sheet.canvas.qr(qr),
            Item::Barcode(barcode) => sheet.canvas.barcode(barcode),
            Item::Picture(picture) => sheet.canvas.picture(picture),
            Item::Feed(lines) => sheet.canvas.feed(usize::from(*lines) * LINE_DOTS),
            Item::Cut => {
                sheet.tell_lacking(lacking_told, artist);
                lacking_told = sheet.lacking.len();
                bytes.extend(sheet.turn_in());
                bytes.extend(cut_command(profile));
            }
        }
    }
    sheet.tell_lacking(lacking_told, artist);
    bytes.extend(sheet.turn_in());
    bytes.extend_from_slice(&profile.job_end);
    match real_time_at(&bytes) {
        Some(offset) => Err(EncodeError::RealTime { offset }),
        None => Ok(Drawn { bytes, lacking: sheet.lacking }),
    }
}

struct Sheet<'a> {
    profile: &'a Profile,
    canvas: Canvas,
    lacking: Vec<char>,
}

impl Sheet<'_> {
    /// A line at the end of the sheet; it grows for scripts that stack their letters.
    fn line(&mut self, line: &Line, artist: &mut Artist) {
        let zoom = line.size.zoom();
        let letters = Letters::of(line.size, line.is_bold);
        let mut inks: Vec<Ink> = Vec::new();
        let mut end = 0;
        for Piece { left, text } in &line.pieces {
            let left = left * CELL_DOTS * zoom;
            end = end.max(left as isize + artist.set(text, letters, left as isize, &mut inks));
        }
        let free = (self.canvas.width() as isize - end).max(0);
        let offset = match line.align {
            Align::Left => 0,
            Align::Center => free / 2,
            Align::Right => free,
        };
        let tall = if line.size == Size::Normal { 1 } else { 2 };
        let above = inks.iter().map(|ink| -ink.top()).max().unwrap_or(0).max(ABOVE_DOTS * tall);
        let below = inks.iter().map(Ink::bottom).max().unwrap_or(0) + 1;
        let letters_dots = (LINE_DOTS as isize - ABOVE_DOTS).max(below);
        let top = self.canvas.height() as isize;
        self.canvas.feed((above + letters_dots).max(0) as usize);
        for ink in inks {
            if let Some(c) = ink.lacking().filter(|c| !self.lacking.contains(c)) {
                self.lacking.push(c);
            }
            ink.stamp(&mut self.canvas, offset, top + above);
        }
    }

    fn tell_lacking(&mut self, told: usize, artist: &mut Artist) {
        if self.lacking.len() == told {
            return;
        }
        let width = self.profile.columns * CELL_DOTS;
        for text in wrap(LACKING_NOTE, width, &|text| text.chars().count() * 2 * CELL_DOTS) {
            let pieces = vec![Piece { left: 0, text }];
            self.line(&Line { pieces, size: Size::Normal, is_bold: false, align: Align::Left }, artist);
        }
    }

    /// The commands of what was drawn since the last cut.
    fn turn_in(&mut self) -> Vec<u8> {
        let canvas = std::mem::replace(&mut self.canvas, Canvas::new(self.profile.paper_width_dots));
        canvas.commands(self.profile)
    }
}

#[cfg(test)]
mod tests;
