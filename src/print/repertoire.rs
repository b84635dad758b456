//! Which characters a printer can print as text, and by which codes.
//! A character that the printer's font may lack has no code here: a wrong sign on paper is worse than none.

use std::sync::OnceLock;

use encoding_rs::GB18030;
use unicode_width::UnicodeWidthChar;

/// The characters that a printer's built-in font has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repertoire {
    /// GB 2312-80: 6763 hanzi.
    Gb2312,
    /// GBK: 21003 hanzi, two bytes each.
    Gbk,
    /// GB 18030 with the four-byte hanzi.
    Gb18030,
}

/// A single-byte table for Latin letters, outside hanzi mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePage {
    /// The printer prints nothing but ASCII and hanzi.
    None,
    /// PC858: western European letters and the euro sign.
    Pc858,
}

/// How one character travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// One ASCII byte, half a hanzi wide.
    Ascii(u8),
    /// One byte of the code page, outside hanzi mode, half a hanzi wide.
    Page(char),
    /// Two bytes in hanzi mode.
    Double([u8; 2]),
    /// Four bytes in hanzi mode.
    Quad([u8; 4]),
}

/// Letters of PC858 that are worth leaving hanzi mode for.
const PC858_LETTERS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£ØáíóúñÑÁÂÀãÃðÐÊËÈÍÎÏÌÓßÔÒõÕþÞÚÛÙýÝ€";

impl Code {
    /// Width on paper in half-width columns.
    pub fn columns(self) -> usize {
        match self {
            Self::Ascii(_) | Self::Page(_) => 1,
            Self::Double(_) | Self::Quad(_) => 2,
        }
    }
}

/// The code of a character, or none when the font may lack it.
pub fn code(c: char, repertoire: Repertoire, page: CodePage) -> Option<Code> {
    if c.is_ascii() {
        return (!c.is_ascii_control()).then_some(Code::Ascii(c as u8));
    }
    if page == CodePage::Pc858 && PC858_LETTERS.contains(c) {
        return Some(Code::Page(c));
    }
    match two_bytes(c) {
        Some([lead, trail]) => {
            let has = match repertoire {
                Repertoire::Gb2312 => is_gb2312(lead, trail),
                Repertoire::Gbk => is_gbk(lead, trail),
                Repertoire::Gb18030 => true,
            };
            has.then_some(Code::Double([lead, trail]))
        }
        None if repertoire == Repertoire::Gb18030 && is_rare_hanzi(c) => four_bytes(c).map(Code::Quad),
        None => None,
    }
}

/// Width in columns, also of characters that have no code: layout must not depend on what can be printed.
pub fn columns(c: char, repertoire: Repertoire, page: CodePage) -> usize {
    match code(c, repertoire, page) {
        Some(code) => code.columns(),
        // Ambiguous widths are wide in hanzi mode; combining marks take no room.
        None => c.width_cjk().unwrap_or(0),
    }
}

/// The two-byte GB 18030 codes of the basic plane, as a table: `encoding_rs` looks each hanzi up by linear search.
fn two_bytes(c: char) -> Option<[u8; 2]> {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = vec![0u16; 0x1_0000];
        for lead in 0x81..=0xFEu8 {
            for trail in (0x40..=0x7Eu8).chain(0x80..=0xFE) {
                let pair = [lead, trail];
                let (text, had_errors) = GB18030.decode_without_bom_handling(&pair);
                let mut chars = text.chars();
                if let (Some(c), None, false) = (chars.next(), chars.next(), had_errors)
                    && let Some(slot) = table.get_mut(c as usize)
                    && !is_private(c)
                    // The blank has a second code (A3 A0) that printers do not know; the first is the standard's.
                    && *slot == 0
                {
                    *slot = u16::from_be_bytes(pair);
                }
            }
        }
        table
    });
    table.get(c as usize).copied().filter(|code| *code != 0).map(u16::to_be_bytes)
}

fn four_bytes(c: char) -> Option<[u8; 4]> {
    let mut buffer = [0; 4];
    let (bytes, _, had_errors) = GB18030.encode(c.encode_utf8(&mut buffer));
    if had_errors { None } else { <[u8; 4]>::try_from(&*bytes).ok() }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

/// Extensions A, B and later: single signs that need no shaping.
fn is_rare_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{9fa6}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// The rows of GB 2312-80, without what later standards put between them.
fn is_gb2312(lead: u8, trail: u8) -> bool {
    match lead {
        0xA1 | 0xA3 => trail >= 0xA1,
        0xA2 => matches!(trail, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC),
        0xA4 => (0xA1..=0xF3).contains(&trail),
        0xA5 => (0xA1..=0xF6).contains(&trail),
        0xA6 => matches!(trail, 0xA1..=0xB8 | 0xC1..=0xD8),
        0xA7 => matches!(trail, 0xA1..=0xC1 | 0xD1..=0xF1),
        0xA8 => matches!(trail, 0xA1..=0xBA | 0xC5..=0xE9),
        0xA9 => (0xA4..=0xEF).contains(&trail),
        0xD7 => (0xA1..=0xF9).contains(&trail),
        0xB0..=0xF7 => trail >= 0xA1,
        _ => false,
    }
}

/// GBK, without the two-byte codes that GB 18030 added (among them the euro sign).
fn is_gbk(lead: u8, trail: u8) -> bool {
    !matches!(
        (lead, trail),
        (0xA2, 0xAB..=0xB0 | 0xE3 | 0xE4 | 0xEF | 0xF0 | 0xFD | 0xFE)
            | (0xA6, 0xD9..=0xDF | 0xEC | 0xED | 0xF3 | 0xF6..=0xFE)
            | (0xA8, 0xBC | 0xBF)
            | (0xA9, 0x89..=0x95)
            | (0xFE, 0x50..=0xA0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(c: char) -> Option<Code> {
        code(c, Repertoire::Gbk, CodePage::None)
    }

    #[test]
    fn hanzi_take_two_bytes_and_four_only_when_the_printer_has_them() {
        assert_eq!(gbk('中'), Some(Code::Double([0xD6, 0xD0])));
        assert_eq!(gbk('￥'), Some(Code::Double([0xA3, 0xA4])));
        for repertoire in [Repertoire::Gb2312, Repertoire::Gbk, Repertoire::Gb18030] {
            assert_eq!(
                code('\u{3000}', repertoire, CodePage::None),
                Some(Code::Double([0xA1, 0xA1])),
                "{repertoire:?}"
            );
        }
        for rare in ['㼆', '𠮷'] {
            assert_eq!(gbk(rare), None);
            assert!(matches!(code(rare, Repertoire::Gb18030, CodePage::None), Some(Code::Quad(_))));
        }
        assert_eq!(code('𠮷', Repertoire::Gb18030, CodePage::None), Some(Code::Quad([0x95, 0x34, 0xB2, 0x35])));
    }

    #[test]
    fn the_euro_sign_is_no_gbk_character() {
        assert_eq!(gbk('€'), None);
        assert_eq!(code('€', Repertoire::Gb18030, CodePage::None), Some(Code::Double([0xA2, 0xE3])));
        assert_eq!(code('€', Repertoire::Gbk, CodePage::Pc858), Some(Code::Page('€')));
    }

    #[test]
    fn gb2312_knows_fewer_signs_than_gbk() {
        assert_eq!(code('镕', Repertoire::Gb2312, CodePage::None), None);
        assert!(gbk('镕').is_some());
        assert_eq!(gbk('é'), Some(Code::Double([0xA8, 0xA6])));
    }

    #[test]
    fn scripts_that_need_shaping_are_never_sent_as_text() {
        for c in ['བ', 'ئ', 'ᠮ', 'ꀀ', '\u{301}', '😀'] {
            assert_eq!(code(c, Repertoire::Gb18030, CodePage::None), None, "{c}");
        }
    }

    #[test]
    fn every_table_code_agrees_with_the_library() {
        for c in ('\u{80}'..='\u{ffff}').filter(|c| !is_private(*c)) {
            if let Some(bytes) = two_bytes(c) {
                let text = c.to_string();
                let (expected, _, _) = GB18030.encode(&text);
                // The library writes a few signs of 2022 another way; those that differ must at least read back.
                if *expected != bytes {
                    let (back, _) = GB18030.decode_without_bom_handling(&bytes);
                    assert_eq!(back, text);
                }
            }
        }
    }
}
