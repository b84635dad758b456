//! A picture of the content, ready to be drawn. It is decoded off the screen's thread and within bounds.
//! It opens no file.

use std::fmt;
use std::sync::Arc;

/// Longest side in pixels.
pub const SIDE_PX_MAX: u32 = 4_320;
/// Most pixels; a page of the largest panel.
pub const PIXELS_MAX: u64 = 8_300_000;
/// Most pictures of one page.
pub const PICTURES_MAX: usize = 20;

/// A picture in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green, blue for each pixel, row by row.
    pub rgb: Arc<[u8]>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}×{})", self.width, self.height)
    }
}

/// Why a file is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// No PNG, or a damaged one.
    #[error("图片解不开")]
    Png(#[from] png::DecodingError),
    /// Larger than any page.
    #[error("图片太大：{0}×{1} 像素")]
    TooLarge(u32, u32),
}

impl Picture {
    /// A picture from a PNG file's bytes; what is transparent becomes white paper.
    pub fn decode(bytes: &[u8]) -> Result<Self, PictureError> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let (width, height) = (reader.info().width, reader.info().height);
        let is_too_large = width.max(height) > SIDE_PX_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX;
        let too_large = || PictureError::TooLarge(width, height);
        if is_too_large || width == 0 || height == 0 {
            return Err(too_large());
        }
        let mut pixels = vec![0; reader.output_buffer_size().ok_or_else(too_large)?];
        let frame = reader.next_frame(&mut pixels)?;
        pixels.truncate(frame.buffer_size());
        let on_paper = |value: u8, alpha: u8| {
            let (value, alpha) = (u16::from(value), u16::from(alpha));
            u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        let rgb = match frame.color_type {
            png::ColorType::Rgb | png::ColorType::Indexed => pixels,
            png::ColorType::Grayscale => pixels.iter().flat_map(|v| [*v; 3]).collect(),
            png::ColorType::GrayscaleAlpha => pixels
                .chunks_exact(2)
                .flat_map(|p| if let [v, a] = p { [on_paper(*v, *a); 3] } else { [255; 3] })
                .collect(),
            png::ColorType::Rgba => pixels
                .chunks_exact(4)
                .flat_map(|p| {
                    if let [r, g, b, a] = p { [on_paper(*r, *a), on_paper(*g, *a), on_paper(*b, *a)] } else { [255; 3] }
                })
                .collect(),
        };
        Ok(Self { width, height, rgb: rgb.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32, color: png::ColorType, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        drop(writer);
        bytes
    }

    #[test]
    fn every_sort_of_png_becomes_three_colours_and_what_is_transparent_is_paper() {
        let grey = Picture::decode(&png_of(2, 1, png::ColorType::Grayscale, &[7, 9])).unwrap();
        assert_eq!(&*grey.rgb, [7, 7, 7, 9, 9, 9]);
        let clear = Picture::decode(&png_of(1, 1, png::ColorType::Rgba, &[9, 9, 9, 0])).unwrap();
        assert_eq!(&*clear.rgb, [255, 255, 255]);
        let solid = Picture::decode(&png_of(1, 1, png::ColorType::GrayscaleAlpha, &[9, 255])).unwrap();
        assert_eq!(&*solid.rgb, [9, 9, 9]);
    }

    #[test]
    fn what_is_damaged_or_larger_than_a_page_is_refused() {
        let whole = png_of(2, 2, png::ColorType::Rgb, &[1; 12]);
        for end in 0..whole.len() - 12 {
            assert!(Picture::decode(&whole[..end]).is_err(), "{end}");
        }
        let wide = png_of(SIDE_PX_MAX + 1, 1, png::ColorType::Grayscale, &vec![0; SIDE_PX_MAX as usize + 1]);
        assert!(matches!(Picture::decode(&wide), Err(PictureError::TooLarge(4_321, 1))));
    }
}
