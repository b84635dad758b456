//! The shown text as the rules look at it: one half-width character for each character on the screen.
//! It changes no count: position 7 here is character 7 of the page, so spans need no translation.

/// Shown text with full-width digits, letters and signs folded to half width.
pub(super) struct Shown {
    chars: Vec<char>,
}

impl Shown {
    pub(super) fn of(text: &str) -> Self {
        Self { chars: text.chars().map(fold).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    pub(super) fn before(&self, index: usize) -> Option<char> {
        self.at(index.checked_sub(1)?)
    }

    /// The characters of a range; an impossible range is empty.
    pub(super) fn slice(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).unwrap_or_default().iter().collect()
    }

    /// True when `word` stands at `index`.
    pub(super) fn has(&self, index: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, c)| self.at(index + offset) == Some(c))
    }

    /// True when `word` ends just before `index`.
    pub(super) fn ends_with(&self, index: usize, word: &str) -> bool {
        index.checked_sub(word.chars().count()).is_some_and(|start| self.has(start, word))
    }

    /// The first of `words` that stands at `index`.
    pub(super) fn first_of<'w>(&self, index: usize, words: &[&'w str]) -> Option<&'w str> {
        words.iter().copied().find(|word| self.has(index, word))
    }

    pub(super) fn is_digit(&self, index: usize) -> bool {
        self.at(index).is_some_and(|c| c.is_ascii_digit())
    }

    /// True when a run of digits starts here, not in the middle of one.
    pub(super) fn starts_digits(&self, index: usize) -> bool {
        self.is_digit(index) && !self.before(index).is_some_and(|c| c.is_ascii_digit())
    }

    /// End of the run of digits at `index`.
    pub(super) fn digits_end(&self, index: usize) -> usize {
        self.run_end(index, |c| c.is_ascii_digit())
    }

    /// End of the run of characters that `fits` accepts.
    pub(super) fn run_end(&self, index: usize, fits: impl Fn(char) -> bool) -> usize {
        let mut end = index;
        while self.at(end).is_some_and(&fits) {
            end += 1;
        }
        end
    }

    /// The first index at or after `index` that is not a blank.
    pub(super) fn skip_blanks(&self, index: usize) -> usize {
        self.run_end(index, is_blank)
    }

    /// The last character before `index` that is not a blank, with its index.
    pub(super) fn word_before(&self, index: usize) -> Option<(usize, char)> {
        (0..index).rev().filter_map(|i| Some((i, self.at(i)?))).find(|(_, c)| !is_blank(*c))
    }

    /// A number of `least..=most` digits, with its end.
    pub(super) fn small(&self, index: usize, least: usize, most: usize) -> Option<(u32, usize)> {
        let end = self.digits_end(index);
        if !(least..=most).contains(&(end - index)) {
            return None;
        }
        Some((self.slice(index, end).parse().ok()?, end))
    }
}

/// Blanks inside a line.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n' && c != '\r'
}

/// Marks that join two ends of a range when numbers stand on both sides.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '─' | '~' | '～' | '〜' | '∼')
}

/// Chinese characters.
pub(in crate::speech) fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' | '〇')
}

/// Characters that an engine can say; a text without any is silence.
pub(in crate::speech) fn sounds(c: char) -> bool {
    c.is_alphanumeric() || is_hanzi(c)
}

/// Folds what is a digit, a letter or a sign of arithmetic; marks of the sentence stay as they are,
/// so that the pause in `12，345` is never taken for a thousands separator.
fn fold(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => half(c),
        '％' | '＋' | '－' | '／' | '．' | '＝' | '＜' | '＞' | '＃' | '＆' | '＠' | '＿' | '＊' | '＄' => {
            half(c)
        }
        '￥' => '¥',
        _ => c,
    }
}

fn half(c: char) -> char {
    char::from_u32((c as u32).wrapping_sub(0xFEE0)).unwrap_or(c)
}
