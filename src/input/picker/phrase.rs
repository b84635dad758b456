//! Phrases that need no typing: what the office's content names most. It makes none up.

use super::{Cell, Sheet, TURNS, Tap, page_of};

/// Rows and columns of a sheet.
const SHAPE: (usize, usize) = (5, 2);
/// Most phrases that are offered.
const PHRASES_MAX: usize = 60;
/// Longest phrase that fits on its cell, in characters.
const PHRASE_CHARS_MAX: usize = 14;

/// A phrase being chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhrasePicker {
    phrases: Vec<String>,
    page: usize,
}

impl PhrasePicker {
    /// A picker of these phrases, each once; those that do not fit on a cell are left out.
    pub fn new(phrases: impl IntoIterator<Item = String>) -> Self {
        let mut taken: Vec<String> = Vec::new();
        for phrase in phrases {
            let fits = (1..=PHRASE_CHARS_MAX).contains(&phrase.chars().count());
            if fits && taken.len() < PHRASES_MAX && !taken.contains(&phrase) {
                taken.push(phrase);
            }
        }
        Self { phrases: taken, page: 0 }
    }

    /// What is shown.
    pub fn sheet(&self) -> Sheet {
        let labels: Vec<&str> = self.phrases.iter().map(String::as_str).collect();
        let (rows, can_turn) = page_of(&labels, self.page, SHAPE.0, SHAPE.1);
        let tools = TURNS.iter().zip(can_turn).map(|(label, is_open)| Cell::new(*label, is_open)).collect();
        Sheet { heading: "常用词".to_owned(), tools, heads: Vec::new(), rows }
    }

    /// Takes a touch; the phrase when one was chosen.
    pub fn tap(&mut self, tap: Tap) -> Option<String> {
        let many = SHAPE.0 * SHAPE.1;
        match tap {
            Tap::Tool(0) => self.page = self.page.saturating_sub(1),
            Tap::Tool(1) if (self.page + 1) * many < self.phrases.len() => self.page += 1,
            Tap::Tool(_) => {}
            Tap::Cell(row, column) if row < SHAPE.0 && column < SHAPE.1 => {
                return self.phrases.get(self.page * many + row * SHAPE.1 + column).cloned();
            }
            Tap::Cell(..) => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_on_some_page_once_and_long_ones_are_left_out() {
        let phrases = (0..25).map(|n| format!("事项{n}")).chain(["事项1".to_owned(), "长".repeat(15), String::new()]);
        let mut picker = PhrasePicker::new(phrases);
        let mut seen = Vec::new();
        for _ in 0..9 {
            for row in 0..6 {
                seen.extend((0..3).filter_map(|column| picker.tap(Tap::Cell(row, column))));
            }
            if !picker.sheet().tools[1].is_open {
                break;
            }
            picker.tap(Tap::Tool(1));
        }
        assert_eq!(seen, (0..25).map(|n| format!("事项{n}")).collect::<Vec<_>>());
        assert_eq!(picker.sheet().rows.len(), 3);
        for _ in 0..5 {
            picker.tap(Tap::Tool(0));
        }
        assert!(!picker.sheet().tools[0].is_open && PhrasePicker::new([]).sheet().rows.is_empty());
    }
}
