//! Which printer is this: one strip that tries what models differ in, and the profile that its answers lead to.
//! It is written byte by byte, for no profile is known yet; each part begins with `ESC @`, so that none can spoil the next.

use std::path::Path;

use super::profile::{Cutter, Drawing, Profile, ProfileError};
use super::repertoire::Repertoire;
use crate::base::durable;

/// Widths of the bars in dots: the widest one that ends before the edge is the paper's.
pub const WIDTHS_DOTS: [u16; 4] = [384, 512, 576, 640];
/// Dots of a half-width letter.
const FONT_A_DOTS: usize = 12;
const INIT: &[u8] = &[0x1B, 0x40];
const HANZI_ON: &[u8] = &[0x1C, 0x26];

/// What staff see on the strip, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// A: the number beside the longest bar that is whole.
    pub width_dots: u16,
    /// B: how many of the three lines show their hanzi: 0 none, 1 GB 2312, 2 also GBK, 3 also GB 18030.
    pub hanzi_lines: u8,
    /// C: the two black bars are as far apart as the sample beside them; false when they are half as far.
    pub is_whole_feed: bool,
    /// D: the strip was cut.
    pub is_cut: bool,
}

/// The strip. It says in plain ASCII what to look for where hanzi may not come out.
pub fn strip() -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(INIT);
    bytes.extend_from_slice(b"CIVIC KIOSK - PRINTER TEST\n\nA. Longest whole bar:\n");
    for width in WIDTHS_DOTS {
        bytes.extend_from_slice(INIT);
        bytes.extend_from_slice(format!("{width}\n").as_bytes());
        bar(&mut bytes, width, 8);
    }
    bytes.extend_from_slice(INIT);
    bytes.extend_from_slice(b"\nB. Lines with hanzi:\n");
    // 国标 in GB 2312; 镕喆 in GBK; the sign of 2000 U+20BB7 in four bytes.
    for (n, codes) in
        [&[0xB9, 0xFA, 0xB1, 0xEA][..], &[0xE9, 0x46, 0x86, 0xB4], &[0x95, 0x34, 0xB2, 0x35]].iter().enumerate()
    {
        bytes.extend_from_slice(INIT);
        bytes.extend_from_slice(HANZI_ON);
        bytes.extend_from_slice(format!("{} ", n + 1).as_bytes());
        bytes.extend_from_slice(codes);
        bytes.extend_from_slice(b"\n");
    }
    bytes.extend_from_slice(INIT);
    bytes.extend_from_slice(b"\nC. Gap between the bars, 10 mm or 5 mm?\n");
    bar(&mut bytes, 200, 4);
    bytes.extend_from_slice(&[0x1B, 0x4A, 80]);
    bar(&mut bytes, 200, 4);
    bytes.extend_from_slice(INIT);
    bytes.extend_from_slice(b"\nD. Is the strip cut below?\n\n\n");
    bytes.extend_from_slice(&[0x1D, 0x56, 0x42, 0x00]);
    bytes
}

/// The built-in profile that fits best what staff have seen.
pub fn profile(seen: Seen) -> &'static str {
    let is_narrow = seen.width_dots < 512;
    match (seen.hanzi_lines, is_narrow, seen.is_whole_feed, seen.width_dots < 576) {
        (0, false, _, _) => "raster-80",
        (_, true, _, _) => "generic-58",
        (_, false, false, true) => "epson-tm-t88",
        (_, false, false, false) => "epson-tm-t82",
        (_, false, true, _) => "generic-80",
    }
}

/// What of the chosen profile has to be changed, as it stands in a profile; empty when it fits as it is.
pub fn differences(seen: Seen) -> Vec<String> {
    changes(seen).into_iter().map(|(key, value)| format!("{key} = {value}")).collect()
}

/// A whole profile for what was seen: the one that fits best, with what differs changed in its place.
pub fn profile_text(seen: Seen) -> String {
    let (name, changes) = (profile(seen), changes(seen));
    let mut text = format!("# 照识别条写成，底本是 {name}。\n");
    for line in Profile::builtin_text(name).lines() {
        let key = line.split_once('=').map_or("", |(key, _)| key.trim());
        match changes.iter().find(|(changed, _)| *changed == key) {
            Some((_, value)) => text.push_str(&format!("{key} = {value}\n")),
            None => text.push_str(&format!("{line}\n")),
        }
    }
    text
}

/// Writes that profile and reads it back, so that a terminal never starts with one that it cannot use.
pub fn write(path: &Path, seen: Seen) -> Result<Profile, ProfileError> {
    let text = profile_text(seen);
    Profile::parse(&text, path)?;
    durable::write(path, text.as_bytes())?;
    Profile::read(path)
}

fn changes(seen: Seen) -> Vec<(&'static str, String)> {
    let Ok(chosen) = Profile::builtin(profile(seen)) else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    if usize::from(seen.width_dots) != chosen.paper_width_dots {
        let columns = usize::from(seen.width_dots) / FONT_A_DOTS;
        changes.extend([("paper_width_dots", seen.width_dots.to_string()), ("columns", columns.to_string())]);
    }
    let repertoire = match seen.hanzi_lines {
        0 => None,
        1 => Some(Repertoire::Gb2312),
        2 => Some(Repertoire::Gbk),
        _ => Some(Repertoire::Gb18030),
    };
    match repertoire {
        None if chosen.drawing != Drawing::Always => changes.push(("drawing", "\"always\"".to_owned())),
        Some(repertoire) if repertoire != chosen.repertoire => {
            let name = match repertoire {
                Repertoire::Gb2312 => "gb2312",
                Repertoire::Gbk => "gbk",
                Repertoire::Gb18030 => "gb18030",
            };
            changes.push(("repertoire", format!("\"{name}\"")));
        }
        None | Some(_) => {}
    }
    let units = if seen.is_whole_feed { 1 } else { 2 };
    if chosen.feed_units_per_dot != units && chosen.feed_units_per_dot != 0 {
        changes.push(("feed_units_per_dot", units.to_string()));
    }
    match (seen.is_cut, chosen.cutter) {
        (true, Cutter::None) => changes.push(("cutter", "\"partial\"".to_owned())),
        (false, Cutter::Partial | Cutter::Full) => changes.push(("cutter", "\"none\"".to_owned())),
        (true, Cutter::Partial | Cutter::Full) | (false, Cutter::None) => {}
    }
    changes
}

fn bar(bytes: &mut Vec<u8>, width: u16, rows: u16) {
    let stride = width / 8;
    bytes.extend_from_slice(&[0x1D, 0x76, 0x30, 0x00]);
    bytes.extend_from_slice(&stride.to_le_bytes());
    bytes.extend_from_slice(&rows.to_le_bytes());
    bytes.extend(std::iter::repeat_n(0xFF, usize::from(stride * rows)));
}

#[cfg(test)]
mod tests {
    use super::super::canvas::real_time_at;
    use super::*;

    const USUAL: Seen = Seen { width_dots: 576, hanzi_lines: 2, is_whole_feed: true, is_cut: true };

    #[test]
    fn what_was_seen_leads_to_a_profile_and_what_differs() {
        assert_eq!((profile(USUAL), differences(USUAL)), ("generic-80", vec![]));
        let narrow = Seen { width_dots: 384, is_cut: false, ..USUAL };
        assert_eq!((profile(narrow), differences(narrow)), ("generic-58", vec![]));
        let epson = Seen { hanzi_lines: 3, is_whole_feed: false, ..USUAL };
        assert_eq!((profile(epson), differences(epson)), ("epson-tm-t82", vec![]));
        let foreign = Seen { hanzi_lines: 0, ..USUAL };
        assert_eq!((profile(foreign), differences(foreign)), ("raster-80", vec![]));
        let odd = Seen { width_dots: 640, hanzi_lines: 1, is_cut: false, ..USUAL };
        let expected = ["paper_width_dots = 640", "columns = 53", "repertoire = \"gb2312\"", "cutter = \"none\""];
        assert_eq!((profile(odd), differences(odd)), ("generic-80", expected.map(str::to_owned).to_vec()));
        let half = Seen { is_whole_feed: false, ..narrow };
        assert_eq!((profile(half), differences(half)), ("generic-58", vec!["feed_units_per_dot = 2".to_owned()]));
    }

    #[test]
    fn every_answer_leads_to_a_profile_that_says_what_was_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("printer.toml");
        for width_dots in WIDTHS_DOTS {
            for n in 0..16u8 {
                let seen = Seen { width_dots, hanzi_lines: n % 4, is_whole_feed: n & 4 == 0, is_cut: n & 8 == 0 };
                let written = write(&path, seen).unwrap();
                assert_eq!(written, Profile::read(&path).unwrap());
                assert_eq!(written.paper_width_dots, usize::from(width_dots), "{seen:?}");
                assert_eq!(written.columns, usize::from(width_dots) / 12, "{seen:?}");
                assert_eq!(written.cutter != Cutter::None, seen.is_cut, "{seen:?}");
                assert_eq!(written.drawing == Drawing::Always, seen.hanzi_lines == 0, "{seen:?}");
                assert_eq!(written.feed_units_per_dot == 1, seen.is_whole_feed, "{seen:?}");
                let fonts = [Repertoire::Gb2312, Repertoire::Gbk, Repertoire::Gb18030];
                let font = usize::from(seen.hanzi_lines).checked_sub(1).map(|n| fonts[n]);
                assert!(font.is_none_or(|font| written.repertoire == font), "{seen:?}");
            }
        }
        assert_eq!(real_time_at(&strip()), None);
    }

    #[test]
    fn the_written_profile_keeps_its_explanations() {
        let text = profile_text(Seen { is_cut: false, ..USUAL });
        assert!(text.starts_with("# 照识别条写成，底本是 generic-80。\n"));
        assert!(text.contains("\ncutter = \"none\"\n") && text.contains("# 切刀：partial（半切）"), "{text}");
    }
}
