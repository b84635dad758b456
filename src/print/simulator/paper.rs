//! The roll of the virtual printer: dots on a growing strip, and the PNG of one receipt.
//! It knows no command; it is told what to draw where.

use super::font::{CELL_DOTS, Font};

/// Longest receipt in dots: five metres.
pub const HEIGHT_MAX: usize = 40_000;
/// Dots under the last line, so that the picture does not end at the knife.
const MARGIN_DOTS: usize = 40;

/// A strip of paper, dark 0 to 255.
pub struct Paper {
    width: usize,
    dots: Vec<u8>,
    y: usize,
}

/// How far letters hang below their cell.
const TAIL_DOTS: usize = 4;

/// One character of a line, with the mode it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Left edge in dots, from the start of its line.
    pub at: usize,
    /// The character; none for bytes that are none.
    pub character: Option<char>,
    /// Half as wide as a hanzi.
    pub is_half: bool,
    /// Heavier.
    pub is_bold: bool,
    /// White on black.
    pub is_reverse: bool,
    /// Underline in dots.
    pub underline: u8,
    /// Zoom of width and height.
    pub zoom: (u8, u8),
}

impl Cell {
    /// Width in dots.
    pub fn width(&self) -> usize {
        let base = if self.is_half { CELL_DOTS / 2 } else { CELL_DOTS };
        base * usize::from(self.zoom.0)
    }

    /// Height in dots.
    pub fn height(&self) -> usize {
        CELL_DOTS * usize::from(self.zoom.1)
    }
}

impl Paper {
    /// Fresh paper.
    pub fn new(width: usize) -> Self {
        Self { width, dots: Vec::new(), y: 0 }
    }

    /// Width in dots.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether nothing has been printed or fed.
    pub fn is_fresh(&self) -> bool {
        self.y == 0
    }

    /// Whether the strip is as long as it may be.
    pub fn is_full(&self) -> bool {
        self.y >= HEIGHT_MAX
    }

    /// Moves the paper.
    pub fn feed(&mut self, dots: usize) {
        self.y = (self.y + dots).min(HEIGHT_MAX);
        let needed = self.y * self.width;
        if self.dots.len() < needed {
            self.dots.resize(needed, 0);
        }
    }

    /// Prints a line of characters beginning at `x`, on a common lower edge; then moves the paper by `advance`.
    pub fn line(&mut self, cells: &[Cell], x: usize, advance: usize, font: &mut Font) {
        let height = cells.iter().map(Cell::height).max().unwrap_or(0);
        for cell in cells {
            let at = x + cell.at;
            let top = self.y + height - cell.height();
            if cell.is_reverse {
                self.block(at, top, cell.width(), cell.height());
            }
            self.cell(cell, at, top, font);
            if cell.underline > 0 {
                self.block(at, top + cell.height(), cell.width(), usize::from(cell.underline));
            }
        }
        self.feed(advance.max(height));
    }

    fn cell(&mut self, cell: &Cell, x: usize, y: usize, font: &mut Font) {
        let Some(glyph) = cell.character.and_then(|c| font.glyph(c, cell.is_bold, cell.zoom)) else {
            // Not a character: a frame, as printers show it.
            if cell.character.is_none() {
                self.frame(x + 2, y + 2, cell.width().saturating_sub(4), cell.height().saturating_sub(4));
            }
            return;
        };
        for (i, coverage) in glyph.coverage.iter().enumerate() {
            let dx = glyph.left + (i % glyph.width) as i32;
            let dy = glyph.top + (i / glyph.width) as i32;
            // Tails of letters hang a little into the space between lines.
            let lowest = cell.height() + TAIL_DOTS * usize::from(cell.zoom.1);
            if dy < 0 || dy as usize >= lowest {
                continue;
            }
            if let Some(at) = x.checked_add_signed(dx as isize) {
                let value = if cell.is_reverse { 255 - *coverage } else { *coverage };
                self.mix(at, y + dy as usize, value, cell.is_reverse);
            }
        }
    }

    fn mix(&mut self, x: usize, y: usize, value: u8, is_reverse: bool) {
        if let Some(dot) = self.dot(x, y) {
            *dot = if is_reverse { (*dot).min(value) } else { (*dot).max(value) };
        }
    }

    fn block(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for row in y..y + height {
            for column in x..x + width {
                self.mix(column, row, 255, false);
            }
        }
    }

    fn frame(&mut self, x: usize, y: usize, width: usize, height: usize) {
        self.block(x, y, width, 1);
        self.block(x, y + height, width, 1);
        self.block(x, y, 1, height);
        self.block(x + width, y, 1, height);
    }

    /// Prints a picture of single dots beginning at `x`, without a gap to what is above.
    pub fn picture(&mut self, x: usize, width: usize, height: usize, is_dark: impl Fn(usize, usize) -> bool) {
        for row in 0..height {
            for column in 0..width {
                if is_dark(column, row) {
                    self.mix(x + column, self.y + row, 255, false);
                }
            }
        }
        self.feed(height);
    }

    fn dot(&mut self, x: usize, y: usize) -> Option<&mut u8> {
        if x >= self.width || y >= HEIGHT_MAX {
            return None;
        }
        let needed = (y + 1) * self.width;
        if self.dots.len() < needed {
            self.dots.resize(needed, 0);
        }
        self.dots.get_mut(y * self.width + x)
    }

    /// The strip so far as a grey PNG; the paper is white.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let rows = self.dots.len() / self.width;
        let height = rows.max(1) + MARGIN_DOTS;
        let mut grey = vec![255u8; self.width * height];
        for (pixel, dark) in grey.iter_mut().zip(&self.dots) {
            *pixel = 255 - dark;
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&grey)?;
        writer.finish()?;
        Ok(file)
    }
}
