//! A text as search sees it: its significant characters, narrow, lower case and simplified, and where each stands.
//! It knows nothing of weights or titles.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Most significant characters of a text that are looked at; a title has at most 120.
pub const CHARS_MAX: usize = 120;

/// Traditional characters and the simplified ones that titles are written with.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let lines = include_str!("traditional.txt").lines().filter(|line| !line.starts_with('#'));
    let chars: Vec<char> = lines.flat_map(str::chars).collect();
    chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The significant characters of a text: letters, digits and Han, narrow, lower case and simplified.
/// Blanks, punctuation, symbols and emoji are passed over, so that 老年人，优待 still has its neighbours.
pub fn significant(text: &str) -> Vec<char> {
    placed(text).map(|(c, _)| c).take(CHARS_MAX).collect()
}

/// The significant characters of a text with the bytes each of them takes there.
pub fn placed(text: &str) -> impl Iterator<Item = (char, Range<usize>)> {
    text.char_indices().filter_map(|(at, c)| {
        let plain = plain(c);
        plain.is_alphanumeric().then_some((plain, at..at + c.len_utf8()))
    })
}

/// Whether a character is pronounced in syllables.
pub fn is_hanzi(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Full-width forms (U+FF01–FF5E) as the narrow ones that keyboards type, capitals as small letters, traditional
/// characters as simplified ones.
fn plain(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let small = narrow.to_lowercase().next().unwrap_or(narrow);
    if is_hanzi(small) { SIMPLIFIED.get(&small).copied().unwrap_or(small) } else { small }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_blanks_marks_and_script_make_no_difference() {
        assert_eq!(significant("Ａ１　老年 人，优待证！😀"), significant("a1老年人优待证"));
        assert_eq!(significant("殘疾人證補辦"), significant("残疾人证补办"));
        assert!(significant("，。！？ …—😀👍🏽").is_empty());
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(significant(&"证".repeat(5_000)).len(), CHARS_MAX);
    }

    #[test]
    fn every_character_knows_its_bytes() {
        let text = "（Ａ）證";
        let back: Vec<_> = placed(text).map(|(c, at)| (c, &text[at])).collect();
        assert_eq!(back, [('a', "Ａ"), ('证', "證")]);
    }
}
