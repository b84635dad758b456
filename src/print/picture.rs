//! Pictures of one bit a dot: made from grey, by a threshold for drawings and by dithering for photographs.
//! It never enlarges: a receipt printer shows a small picture as it is.

use serde::{Deserialize, Serialize};

/// Largest side of a source picture; what is larger is refused before it takes memory.
const SIDE_MAX: usize = 4_096;
/// Darker than this is ink.
const THRESHOLD: u8 = 128;

/// A picture, one bit a dot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    width: usize,
    /// Rows of whole bytes, the leftmost dot in the highest bit.
    rows: Vec<u8>,
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Lines, letters, a seal: each dot is ink or not.
    Line,
    /// A photograph: greys become patterns.
    Photo,
}

/// A grey picture that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("图片大小不对：{width}×{height}，{bytes} 个点；每边 1 到 {SIDE_MAX}")]
pub struct PictureError {
    width: usize,
    height: usize,
    bytes: usize,
}

impl Picture {
    /// From grey values, 0 black and 255 white, made narrower when it is wider than `width_max` dots.
    pub fn from_grey(
        grey: &[u8],
        width: usize,
        height: usize,
        tone: Tone,
        width_max: usize,
    ) -> Result<Self, PictureError> {
        let sides = 1..=SIDE_MAX;
        if !sides.contains(&width) || !sides.contains(&height) || grey.len() != width * height || width_max == 0 {
            return Err(PictureError { width, height, bytes: grey.len() });
        }
        let (mut grey, width) =
            if width > width_max { shrink(grey, width, height, width_max) } else { (grey.to_vec(), width) };
        if tone == Tone::Photo {
            dither(&mut grey, width);
        }
        Ok(Self::pack(&grey, width))
    }

    /// Dots in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.rows.len() / self.stride()
    }

    /// Whether there is ink; nothing outside has any.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.rows.get(y * self.stride() + x / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    fn stride(&self) -> usize {
        self.width.div_ceil(8).max(1)
    }

    fn pack(grey: &[u8], width: usize) -> Self {
        let rows = grey.chunks(width).flat_map(|row| {
            row.chunks(8).map(|dots| {
                let bits = dots.iter().enumerate().filter(|(_, dot)| **dot < THRESHOLD);
                bits.fold(0u8, |byte, (i, _)| byte | (0x80 >> i))
            })
        });
        Self { width, rows: rows.collect() }
    }
}

/// The mean of the dots that fall on one.
fn shrink(grey: &[u8], width: usize, height: usize, narrow: usize) -> (Vec<u8>, usize) {
    let low = (height * narrow / width).max(1);
    let span = |i: usize, from: usize, to: usize| (i * from / to, ((i + 1) * from / to).max(i * from / to + 1));
    let mut small = Vec::with_capacity(narrow * low);
    for y in 0..low {
        let (top, bottom) = span(y, height, low);
        for x in 0..narrow {
            let (left, right) = span(x, width, narrow);
            let rows = grey.chunks(width).take(bottom).skip(top);
            let sum: usize = rows.flat_map(|row| row.iter().take(right).skip(left)).map(|dot| usize::from(*dot)).sum();
            small.push((sum / ((bottom - top) * (right - left))) as u8);
        }
    }
    (small, narrow)
}

/// Floyd–Steinberg: what a dot is too dark or too light is shared among its neighbours.
fn dither(grey: &mut [u8], width: usize) {
    let mut errors = vec![0i32; width + 2];
    for row in grey.chunks_mut(width) {
        let mut next = vec![0i32; width + 2];
        let mut right = 0;
        for (x, dot) in row.iter_mut().enumerate() {
            let wanted = i32::from(*dot) + (errors[x + 1] + right) / 16;
            let is_light = wanted >= i32::from(THRESHOLD);
            let error = wanted - if is_light { 255 } else { 0 };
            *dot = if is_light { 255 } else { 0 };
            right = error * 7;
            next[x] += error * 3;
            next[x + 1] += error * 5;
            next[x + 2] += error;
        }
        errors = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(picture: &Picture) -> usize {
        (0..picture.height()).map(|y| (0..picture.width()).filter(|x| picture.is_dark(*x, y)).count()).sum()
    }

    #[test]
    fn a_drawing_keeps_its_edge_and_a_photo_its_grey() {
        let grey = vec![100u8; 64 * 64];
        assert_eq!(ink(&Picture::from_grey(&grey, 64, 64, Tone::Line, 576).unwrap()), 64 * 64);
        let photo = ink(&Picture::from_grey(&grey, 64, 64, Tone::Photo, 576).unwrap());
        let expected = 64 * 64 * (255 - 100) / 255;
        assert!(photo.abs_diff(expected) < expected / 50, "{photo} of {expected}");
    }

    #[test]
    fn a_wide_picture_is_made_narrow_and_a_small_one_left_alone() {
        let mut grey = vec![255u8; 1_152 * 10];
        grey.chunks_mut(1_152).for_each(|row| row[..576].fill(0));
        let picture = Picture::from_grey(&grey, 1_152, 10, Tone::Line, 576).unwrap();
        assert_eq!((picture.width(), picture.height()), (576, 5));
        assert!(picture.is_dark(287, 4) && !picture.is_dark(288, 4) && !picture.is_dark(576, 0));
        let small = Picture::from_grey(&[0, 255, 0], 3, 1, Tone::Line, 576).unwrap();
        assert_eq!((small.width(), small.height(), small.is_dark(1, 0), small.is_dark(2, 0)), (3, 1, false, true));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for (width, height, bytes) in [(0, 1, 0), (2, 2, 3), (5_000, 1, 5_000)] {
            assert!(Picture::from_grey(&vec![0; bytes], width, height, Tone::Line, 576).is_err());
        }
    }
}
