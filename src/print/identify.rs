//! Which printer is this: one strip that tries what models differ in, and the profile that its answers lead to.
//! It is written byte by byte, for no profile is known yet; each part begins with `ESC @`, so that none can spoil the next.

use super::profile::Profile;

/// Widths of the bars in dots: the widest one that ends before the edge is the paper's.
const WIDTHS_DOTS: [u16; 4] = [384, 512, 576, 640];
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

/// What of the chosen profile has to be changed by hand, in words for staff; empty when it fits as it is.
pub fn differences(seen: Seen) -> Vec<String> {
    let Ok(chosen) = Profile::builtin(profile(seen)) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if usize::from(seen.width_dots) != chosen.paper_width_dots {
        let columns = usize::from(seen.width_dots) / 12;
        lines.push(format!("paper_width_dots = {}，columns = {columns}", seen.width_dots));
    }
    let repertoire = ["（没有字库）", "gb2312", "gbk", "gb18030"][usize::from(seen.hanzi_lines.min(3))];
    let has = ["gb2312", "gbk", "gb18030"][chosen.repertoire as usize % 3];
    if seen.hanzi_lines == 0 && chosen.drawing != super::profile::Drawing::Always {
        lines.push("drawing = \"always\"".to_owned());
    } else if seen.hanzi_lines > 0 && repertoire != has {
        lines.push(format!("repertoire = \"{repertoire}\""));
    }
    let cuts = chosen.cutter != super::profile::Cutter::None;
    match (seen.is_cut, cuts) {
        (true, false) => lines.push("cutter = \"partial\"".to_owned()),
        (false, true) => lines.push("cutter = \"none\"".to_owned()),
        (true, true) | (false, false) => {}
    }
    lines
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
        let expected = ["paper_width_dots = 640，columns = 53", "repertoire = \"gb2312\"", "cutter = \"none\""];
        assert_eq!((profile(odd), differences(odd)), ("generic-80", expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn every_answer_leads_to_a_profile_that_exists() {
        for width_dots in WIDTHS_DOTS {
            for n in 0..16u8 {
                let seen = Seen { width_dots, hanzi_lines: n % 4, is_whole_feed: n & 4 == 0, is_cut: n & 8 == 0 };
                Profile::builtin(profile(seen)).unwrap();
            }
        }
        assert_eq!(real_time_at(&strip()), None);
    }
}
