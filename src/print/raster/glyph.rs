//! One drawn glyph as packed dots, and the frame that stands for a character without one.
//! It knows no font.

use std::sync::Arc;

use crate::print::canvas::Canvas;

/// Coverage from which a dot is ink: thin strokes must not break on thermal paper.
const INK_COVERAGE: u8 = 96;
/// Side of the frame.
pub const FRAME_DOTS: usize = 24;
/// The frame's own size within it, and where it begins.
const FRAME_INSET: usize = 1;
/// Digits in a row of the frame.
const FRAME_DIGITS: usize = 3;

/// Dots of a glyph, placed relative to the pen on the base line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph {
    /// Left edge from the pen.
    pub left: isize,
    /// Top edge from the base line; negative is above it.
    pub top: isize,
    stride: usize,
    rows: Vec<u8>,
}

impl Glyph {
    /// From coverage, 0 to 255, row by row.
    pub fn from_coverage(left: isize, top: isize, width: usize, coverage: &[u8]) -> Self {
        let stride = width.div_ceil(8);
        if stride == 0 {
            return Self { left, top, stride: 1, rows: Vec::new() };
        }
        let rows = coverage.chunks(width).flat_map(|row| {
            row.chunks(8).map(|dots| {
                let ink = dots.iter().enumerate().filter(|(_, dot)| **dot >= INK_COVERAGE);
                ink.fold(0u8, |byte, (i, _)| byte | (0x80 >> i))
            })
        });
        Self { left, top, stride, rows: rows.collect() }
    }

    /// The frame with a character's code, zoomed.
    pub fn frame(c: char, zoom: (usize, usize)) -> Arc<Self> {
        let mut coverage = vec![0u8; FRAME_DOTS * FRAME_DOTS];
        let mut ink = |x: usize, y: usize| {
            if let Some(dot) = coverage.get_mut(y * FRAME_DOTS + x) {
                *dot = 255;
            }
        };
        let (low, high) = (FRAME_INSET, FRAME_DOTS - 1 - FRAME_INSET);
        for i in low..=high {
            [(i, low), (i, high), (low, i), (high, i)].into_iter().for_each(|(x, y)| ink(x, y));
        }
        let code = format!("{:06X}", c as u32);
        for (n, digit) in code.chars().filter_map(|d| d.to_digit(16)).enumerate() {
            let (x, y) = (4 + n % FRAME_DIGITS * 6, 4 + n / FRAME_DIGITS * 9);
            for (row, bits) in DIGITS[digit as usize % 16].iter().enumerate() {
                (0..5).filter(|column| bits & (0x10 >> column) != 0).for_each(|column| ink(x + column, y + row));
            }
        }
        let (width, height) = (FRAME_DOTS * zoom.0, FRAME_DOTS * zoom.1);
        let zoomed: Vec<u8> = (0..width * height)
            .map(|i| coverage.get(i / width / zoom.1 * FRAME_DOTS + i % width / zoom.0).copied().unwrap_or(0))
            .collect();
        Arc::new(Self::from_coverage(0, -(21 * zoom.1 as isize), width, &zoomed))
    }

    /// Rows of dots.
    pub fn height(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Puts it on a canvas with the pen at `x` on the base line `y`.
    pub fn stamp(&self, canvas: &mut Canvas, x: isize, y: isize) {
        for (i, row) in self.rows.chunks(self.stride).enumerate() {
            if let Ok(at) = usize::try_from(y + self.top + i as isize) {
                canvas.stamp(x + self.left, at, row);
            }
        }
    }
}

/// Hexadecimal digits, five dots wide and seven high.
const DIGITS: [[u8; 7]; 16] = [
    [0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E],
    [0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E],
    [0x0E, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1F],
    [0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E],
    [0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02],
    [0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E],
    [0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E],
    [0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08],
    [0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E],
    [0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C],
    [0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11],
    [0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E],
    [0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E],
    [0x1C, 0x12, 0x11, 0x11, 0x11, 0x12, 0x1C],
    [0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F],
    [0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x10],
];
