//! Dots on a strip of paper, and the commands that bring them there: bands of `GS v 0`, `ESC J` for what is empty.
//! It lets no real-time command into a picture, not across the border of two bands either.

use super::barcode::{HEIGHT_DOTS, QUIET_MODULES as BARCODE_QUIET_MODULES};
use super::layout::{BarcodeItem, QrItem};
use super::picture::Picture;
use super::profile::Profile;
use super::qr::QUIET_MODULES;

/// So many empty rows are worth a command of their own; fewer would only make the paper stop.
const EMPTY_ROWS_MIN: usize = 12;
/// Most units of one `ESC J`.
const FEED_UNITS_MAX: usize = 255;
/// Tallest strip: five metres.
pub const ROWS_MAX: usize = 40_000;
/// `DLE` followed by one of these is obeyed by printers even inside data: `EOT`, `ENQ`, `DC4`.
const REAL_TIME: [u8; 3] = [0x04, 0x05, 0x14];
const DLE: u8 = 0x10;

/// A strip of paper that grows downwards.
pub struct Canvas {
    /// Bytes in a row.
    stride: usize,
    rows: Vec<u8>,
}

impl Canvas {
    /// Empty paper, `width_dots` wide; a multiple of 8.
    pub fn new(width_dots: usize) -> Self {
        Self { stride: (width_dots / 8).max(1), rows: Vec::new() }
    }

    /// Dots in a row.
    pub fn width(&self) -> usize {
        self.stride * 8
    }

    /// Rows so far.
    pub fn height(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Makes the strip longer by empty rows; it never grows beyond [`ROWS_MAX`].
    pub fn feed(&mut self, rows: usize) {
        let rows = rows.min(ROWS_MAX.saturating_sub(self.height()));
        self.rows.resize(self.rows.len() + rows * self.stride, 0);
    }

    /// Whether there is ink.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width() && self.rows.get(y * self.stride + x / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Puts ink on a dot of the strip; outside of it nothing happens.
    pub fn ink(&mut self, x: usize, y: usize) {
        if x < self.width()
            && let Some(byte) = self.rows.get_mut(y * self.stride + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Puts a row of packed dots at `x`, which may lie left of the paper; what is outside is lost.
    pub fn stamp(&mut self, x: isize, y: usize, packed: &[u8]) {
        let Some(row) = self.rows.get_mut(y * self.stride..(y + 1) * self.stride) else {
            return;
        };
        let (byte, shift) = (x.div_euclid(8), x.rem_euclid(8) as u32);
        for (i, dots) in packed.iter().enumerate() {
            let at = byte + i as isize;
            let spread = u16::from_be_bytes([*dots, 0]) >> shift;
            for (at, part) in [at, at + 1].into_iter().zip(spread.to_be_bytes()) {
                if let Some(byte) = usize::try_from(at).ok().and_then(|at| row.get_mut(at)) {
                    *byte |= part;
                }
            }
        }
    }

    /// A code with its quiet zone, in the middle at the end of the strip.
    pub fn qr(&mut self, qr: &QrItem) {
        let dots = qr.module_dots;
        let side = (qr.matrix.size() + 2 * QUIET_MODULES) * dots;
        let left = (self.width().saturating_sub(side) / 2) / dots * dots + QUIET_MODULES * dots;
        let top = self.height() + QUIET_MODULES * dots;
        self.feed(side);
        for y in 0..qr.matrix.size() * dots {
            for x in 0..qr.matrix.size() * dots {
                if qr.matrix.is_dark(x / dots, y / dots) {
                    self.ink(left + x, top + y);
                }
            }
        }
    }

    /// A barcode in the middle at the end of the strip.
    pub fn barcode(&mut self, item: &BarcodeItem) {
        let modules = item.barcode.modules();
        let width = (modules.len() + 2 * BARCODE_QUIET_MODULES) * item.module_dots;
        let left = self.width().saturating_sub(width) / 2 + BARCODE_QUIET_MODULES * item.module_dots;
        let top = self.height();
        self.feed(HEIGHT_DOTS);
        for (i, _) in modules.iter().enumerate().filter(|(_, is_bar)| **is_bar) {
            for x in 0..item.module_dots {
                (top..top + HEIGHT_DOTS).for_each(|y| self.ink(left + i * item.module_dots + x, y));
            }
        }
    }

    /// A picture in the middle at the end of the strip.
    pub fn picture(&mut self, picture: &Picture) {
        let left = self.width().saturating_sub(picture.width()) / 2;
        let top = self.height();
        self.feed(picture.height());
        for y in 0..picture.height() {
            (0..picture.width()).filter(|x| picture.is_dark(*x, y)).for_each(|x| self.ink(left + x, top + y));
        }
    }

    /// The commands that print the strip from top to bottom.
    pub fn commands(mut self, profile: &Profile) -> Vec<u8> {
        defuse(&mut self.rows);
        let empty = vec![0; self.stride];
        let rows: Vec<&[u8]> = self.rows.chunks(self.stride).collect();
        let feeds = profile.feed_units_per_dot > 0;
        let mut bytes = Vec::with_capacity(self.rows.len() + 64);
        let mut at = 0;
        while at < rows.len() {
            let blank = rows[at..].iter().take_while(|row| **row == empty).count();
            if feeds && (blank >= EMPTY_ROWS_MIN || at + blank == rows.len()) {
                feed(&mut bytes, blank * profile.feed_units_per_dot);
                at += blank;
                continue;
            }
            let end = (at + profile.raster_rows_max).min(rows.len());
            // A band ends where a long empty stretch begins.
            let end =
                if feeds { (at + 1..end).find(|row| is_blank_from(&rows, *row, &empty)).unwrap_or(end) } else { end };
            band(&mut bytes, self.stride, &rows[at..end]);
            at = end;
        }
        bytes
    }
}

/// Where a real-time command begins in `bytes`, if anywhere.
pub fn real_time_at(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == DLE && REAL_TIME.contains(&pair[1]))
}

/// Breaks up every real-time command in a picture by one more dot of ink.
pub fn defuse(picture: &mut [u8]) {
    let mut from = 0;
    while let Some(at) = real_time_at(&picture[from..]) {
        // The last dot of the first byte: 0x10 becomes 0x11.
        picture[from + at] |= 1;
        from += at + 1;
    }
}

fn is_blank_from(rows: &[&[u8]], at: usize, empty: &[u8]) -> bool {
    // The rest of the strip counts however short it is.
    rows.iter().skip(at).take(EMPTY_ROWS_MIN).all(|row| *row == empty)
}

/// `GS v 0`, not enlarged.
fn band(bytes: &mut Vec<u8>, stride: usize, rows: &[&[u8]]) {
    bytes.extend_from_slice(&[0x1D, 0x76, 0x30, 0x00]);
    bytes.extend_from_slice(&(stride as u16).to_le_bytes());
    bytes.extend_from_slice(&(rows.len() as u16).to_le_bytes());
    rows.iter().for_each(|row| bytes.extend_from_slice(row));
}

/// `ESC J`, as often as it takes.
fn feed(bytes: &mut Vec<u8>, mut units: usize) {
    while units > 0 {
        let step = units.min(FEED_UNITS_MAX);
        bytes.extend_from_slice(&[0x1B, 0x4A, step as u8]);
        units -= step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic() -> Profile {
        Profile::builtin("generic-80").unwrap()
    }

    #[test]
    fn a_strip_goes_out_in_bands_and_empty_rows_are_fed() {
        let mut canvas = Canvas::new(576);
        canvas.feed(400);
        for y in (10..210).chain(390..391) {
            canvas.ink(0, y);
        }
        let bytes = canvas.commands(&generic());
        // Ten empty rows are too few to feed; 128 rows a band; 180 and 9 empty ones.
        assert_eq!(bytes[..8], [0x1D, 0x76, 0x30, 0, 72, 0, 128, 0]);
        let second = 8 + 128 * 72;
        assert_eq!(bytes[second..second + 8], [0x1D, 0x76, 0x30, 0, 72, 0, 82, 0]);
        let third = second + 8 + 82 * 72;
        assert_eq!(bytes[third..third + 11], [0x1B, 0x4A, 180, 0x1D, 0x76, 0x30, 0, 72, 0, 1, 0]);
        assert_eq!(bytes[third + 11 + 72..], [0x1B, 0x4A, 9]);
    }

    #[test]
    fn printers_with_half_steps_are_fed_twice_as_many() {
        let mut canvas = Canvas::new(576);
        canvas.feed(200);
        let epson = Profile { feed_units_per_dot: 2, ..generic() };
        assert_eq!(canvas.commands(&epson), [0x1B, 0x4A, 255, 0x1B, 0x4A, 145]);
        let mut canvas = Canvas::new(576);
        canvas.feed(100);
        let unfed = Profile { feed_units_per_dot: 0, ..generic() };
        assert_eq!(canvas.commands(&unfed).len(), 8 + 100 * 72);
    }

    #[test]
    fn a_stamp_may_hang_over_both_edges() {
        let mut canvas = Canvas::new(16);
        canvas.feed(1);
        canvas.stamp(-4, 0, &[0xFF]);
        canvas.stamp(13, 0, &[0xFF]);
        canvas.stamp(0, 5, &[0xFF]);
        let row: Vec<bool> = (0..16).map(|x| canvas.is_dark(x, 0)).collect();
        let dark: Vec<usize> = (0..16).filter(|x| row[*x]).collect();
        assert_eq!(dark, [0, 1, 2, 3, 13, 14, 15]);
    }

    #[test]
    fn a_picture_that_spells_a_real_time_command_loses_one_dot_not_the_receipt() {
        let mut picture = vec![0x10, 0x04, 0xFF, 0x10, 0x10, 0x14, 0x10, 0x05];
        defuse(&mut picture);
        assert_eq!(real_time_at(&picture), None);
        assert_eq!(picture, [0x11, 0x04, 0xFF, 0x10, 0x11, 0x14, 0x11, 0x05]);
    }

    #[test]
    fn no_real_time_command_stands_across_the_border_of_two_bands() {
        // The last byte of one band and the first of the next lie side by side once a printer has taken the header out.
        let mut canvas = Canvas::new(576);
        canvas.feed(256);
        canvas.rows[128 * 72 - 1] = 0x10;
        canvas.rows[128 * 72] = 0x04;
        let bytes = canvas.commands(&generic());
        assert_eq!(real_time_at(&bytes), None);
        assert!(bytes.contains(&0x11));
    }

    proptest::proptest! {
        #[test]
        fn no_strip_ever_spells_a_real_time_command(
            rows in proptest::collection::vec(proptest::sample::select(vec![0u8, 0x10, 0x04, 0x05, 0x14]), 72 * 3..72 * 140),
            units in 0usize..=2,
        ) {
            let mut canvas = Canvas::new(576);
            canvas.feed(rows.len() / 72);
            let length = canvas.rows.len();
            canvas.rows.copy_from_slice(&rows[..length]);
            let bytes = canvas.commands(&Profile { feed_units_per_dot: units, ..generic() });
            proptest::prop_assert_eq!(real_time_at(&bytes), None);
        }
    }
}
