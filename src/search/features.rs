//! A text as search sees it: its significant characters, and the pairs of neighbours among them.
//! It knows nothing of weights or titles.

use std::collections::BTreeSet;

/// Most significant characters of a text that are looked at; a title has at most 120.
const CHARS_MAX: usize = 120;

/// One thing two texts can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A character.
    One(char),
    /// Two neighbouring characters.
    Pair(char, char),
}

/// The significant characters of a text: letters, digits and Han, narrow and lower case.
/// Blanks, punctuation, symbols and emoji are passed over, so that 老年人，优待 still has its neighbours.
pub fn significant(text: &str) -> Vec<char> {
    text.chars().map(narrow).flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).take(CHARS_MAX).collect()
}

/// The features of significant characters, each once, in a fixed order. A blank parts neighbours.
pub fn features(chars: &[char]) -> BTreeSet<Feature> {
    let ones = chars.iter().filter(|c| **c != ' ').map(|c| Feature::One(*c));
    let pairs = chars.windows(2).filter(|p| !p.contains(&' ')).map(|p| Feature::Pair(p[0], p[1]));
    ones.chain(pairs).collect()
}

/// Full-width forms (U+FF01–FF5E) as the narrow ones that keyboards type.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_blanks_and_marks_make_no_difference() {
        assert_eq!(significant("Ａ１　老年 人，优待证！😀"), significant("a1老年人优待证"));
        assert!(significant("，。！？ …—😀👍🏽").is_empty());
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(significant(&"证".repeat(5_000)).len(), CHARS_MAX);
    }
}
