//! A picture and what was expected: half size, so that the set stays small; `UPDATE_SCREENS=1` rewrites it.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use slint::{Rgba8Pixel, SharedPixelBuffer};

/// A pixel differs when a channel is off by more than this.
const CHANNEL_MAX: u8 = 24;
/// So many pixels in a million may differ: the edge of a glyph in another patch level of the font.
const DIFFERENT_PER_MILLION_MAX: usize = 500;

struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// Compares a snapshot with `expected/NAME.png`.
pub fn check(name: &str, snapshot: &SharedPixelBuffer<Rgba8Pixel>) {
    let actual = half(snapshot);
    let expected_path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screens/expected/{name}.png"));
    if std::env::var_os("UPDATE_SCREENS").is_some() {
        // An unchanged page keeps its file, byte for byte.
        if load(&expected_path).is_none_or(|old| different(&old, &actual) > 0) {
            save(&expected_path, &actual);
        }
        return;
    }
    let Some(expected) = load(&expected_path) else {
        panic!("{} is missing; look at the page, then run with UPDATE_SCREENS=1", expected_path.display());
    };
    let pixels = (actual.width * actual.height) as usize;
    let bad = different(&expected, &actual);
    if bad * 1_000_000 > DIFFERENT_PER_MILLION_MAX * pixels {
        let kept = kept(name);
        save(&kept, &actual);
        panic!("{name}: {bad} of {pixels} pixels differ; the actual picture is {}", kept.display());
    }
}

fn half(snapshot: &SharedPixelBuffer<Rgba8Pixel>) -> Picture {
    let (width, height) = (snapshot.width() / 2, snapshot.height() / 2);
    let pixels = snapshot.as_slice();
    let at = |x: u32, y: u32| pixels[(y * snapshot.width() + x) as usize];
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let four = [at(2 * x, 2 * y), at(2 * x + 1, 2 * y), at(2 * x, 2 * y + 1), at(2 * x + 1, 2 * y + 1)];
            let mean =
                |channel: fn(&Rgba8Pixel) -> u8| (four.iter().map(|p| u32::from(channel(p))).sum::<u32>() / 4) as u8;
            // Coarse steps compress well and show everything that a person sees.
            rgb.extend([mean(|p| p.r), mean(|p| p.g), mean(|p| p.b)].map(|c| c & 0xF8));
        }
    }
    Picture { width, height, rgb }
}

fn different(a: &Picture, b: &Picture) -> usize {
    if (a.width, a.height) != (b.width, b.height) {
        return usize::MAX / 2_000_000;
    }
    let is_off = |(a, b): (&[u8], &[u8])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > CHANNEL_MAX);
    a.rgb.chunks(3).zip(b.rgb.chunks(3)).filter(|pair| is_off(*pair)).count()
}

fn load(path: &Path) -> Option<Picture> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
    // A picture that was made smaller may hold a palette.
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().ok()?;
    // A picture of greys alone would be read as another shape: it must be three channels.
    if reader.output_color_type().0 != png::ColorType::Rgb {
        return None;
    }
    let mut rgb = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut rgb).ok()?;
    Some(Picture { width: info.width, height: info.height, rgb })
}

fn save(path: &Path, picture: &Picture) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().unwrap().write_image_data(&picture.rgb).unwrap();
}

/// Beside the test programs, outside the checkout.
fn kept(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(2).unwrap().join("screens").join(format!("{name}.png"))
}
