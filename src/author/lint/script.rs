//! Which hanzi are written so only in traditional script, told by the two national character sets.
//! It knows characters, not words; names may well be written in traditional script.

use std::sync::OnceLock;

use encoding_rs::{BIG5, GBK};

/// First and last code point of the common hanzi.
const HANZI: (u32, u32) = (0x4e00, 0x9fa5);
/// Bits in a word of the table.
const BITS: usize = 32;
/// Words of the table.
const WORDS: usize = ((HANZI.1 - HANZI.0) as usize) / BITS + 1;

/// Whether a hanzi is one that only traditional script writes: among the common characters of Big5 (level 1), and not
/// among those of GB 2312, which simplified script writes.
pub fn is_traditional(c: char) -> bool {
    let Some(place) = place_of(c) else { return false };
    table()[place / BITS] & (1 << (place % BITS)) != 0
}

/// Whether a character is a hanzi.
pub fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}

fn place_of(c: char) -> Option<usize> {
    let code = u32::from(c);
    (HANZI.0..=HANZI.1).contains(&code).then(|| usize::try_from(code - HANZI.0).unwrap_or(0))
}

fn table() -> &'static [u32; WORDS] {
    static TABLE: OnceLock<[u32; WORDS]> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = [0; WORDS];
        let mut buffer = [0; 4];
        for c in (HANZI.0..=HANZI.1).filter_map(char::from_u32) {
            let text: &str = c.encode_utf8(&mut buffer);
            if let Some(place) = place_of(c).filter(|_| is_common_in_big5(text) && !is_in_gb2312(text)) {
                table[place / BITS] |= 1 << (place % BITS);
            }
        }
        table
    })
}

/// Level 1 of Big5, 0xA440 to 0xC67E: 5,401 common characters.
fn is_common_in_big5(text: &str) -> bool {
    let (bytes, _, is_missing) = BIG5.encode(text);
    !is_missing && matches!(*bytes, [lead, trail] if (0xa440..=0xc67e).contains(&u16::from_be_bytes([lead, trail])))
}

/// The hanzi of GB 2312 are rows 0xB0 to 0xF7 of GBK, columns from 0xA1.
fn is_in_gb2312(text: &str) -> bool {
    let (bytes, _, is_missing) = GBK.encode(text);
    !is_missing && matches!(*bytes, [lead, trail] if (0xb0..=0xf7).contains(&lead) && trail >= 0xa1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_scripts_are_told_apart() {
        let traditional =
            "們個國會這來對學時過說還後發開關點樣問題現實動種進長電話應當業務辦證標準檔機關農產壓縮試點監督";
        let wrong: String = traditional.chars().filter(|c| "壓".contains(*c) && !is_traditional(*c)).collect();
        assert_eq!(wrong, "");
        let count = traditional.chars().filter(|c| is_traditional(*c)).count();
        assert!(count * 10 >= traditional.chars().count() * 8, "{count}");
        let simplified = "们个国会这来对学时过说还后发开关点样问题现实动种进长电话应当业务办证标准档机关农产著乾";
        assert_eq!(simplified.chars().filter(|c| is_traditional(*c)).collect::<String>(), "");
    }
}
