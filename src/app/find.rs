//! The page where a resident types or writes what they look for. Pure; what is typed lives in this page alone.
//! Nothing of it is told in events' names or in debug output, and nothing outlives the page.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use crate::access::TextSize;
use crate::base::id::RecordId;
use crate::base::private::Private;
use crate::input::Candidate;
use crate::input::ink::Point;
use crate::input::picker::Tap;
use crate::session::VisitId;

use super::event::Turn;
use super::leaflet::{Row, Target};

mod board;
mod choose;
mod results;

pub use board::{Does, Press};
use choose::Picker;
pub use choose::day_of;

/// Most characters of what one looks for.
pub const TEXT_CHARS_MAX: usize = 60;
/// Most letters that wait to become characters.
pub const LETTERS_MAX: usize = 40;
/// Most strokes of a character.
pub const STROKES_MAX: usize = 40;
/// Most candidates on one page of the bar.
const BAR_MAX: usize = 8;
/// Room for candidates on the bar, in millimetres, what a character takes at normal size, and a key around it.
const BAR_MM: (f64, f64, f64) = (200.0, 10.0, 9.0);
/// The narrowest candidate.
const CANDIDATE_MM_MIN: f64 = 21.6;
/// A character is written when the hand rests so long.
const WRITTEN_AFTER: Duration = Duration::from_millis(1_500);

/// Which keys are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keys {
    /// Letters that become hanzi.
    #[default]
    Pinyin,
    /// The handwriting pad.
    Pad,
    /// Digits and what stands in document numbers.
    Digits,
    /// What else there is.
    More,
    /// Letters that stay letters.
    Letters,
    /// Punctuation.
    Symbols,
    /// A date to choose.
    Dates,
    /// A place to choose.
    Regions,
    /// Phrases to choose.
    Phrases,
}

/// A key; what it types shows in no debug output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit or a sign.
    Char(char),
    /// The last letter, stroke or character goes.
    Delete,
    /// Everything goes.
    Clear,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Strokes of a hand.
#[derive(Clone, Default, PartialEq)]
pub struct Strokes(pub Vec<Vec<Point>>);

impl fmt::Debug for Strokes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Strokes(…)")
    }
}

/// What a resident does on this page, and what is answered.
#[derive(Debug)]
pub enum FindEvent {
    /// A key.
    Key(Key),
    /// A candidate of the bar, by its place there.
    Pick(usize),
    /// The bar's page before or after.
    Bar(Turn),
    /// Other keys.
    Keys(Keys),
    /// A stroke on the pad.
    Stroke(Strokes),
    /// A cell or a tool of what can be chosen.
    Tap(Tap),
    /// What the finder says.
    Answered {
        /// Who asked.
        visit: VisitId,
        /// Which question.
        serial: u64,
        /// What it says.
        answer: Box<FindAnswer>,
    },
}

/// A question to the finder.
#[derive(Debug)]
pub struct FindAsk {
    /// Counts questions, so that a late answer changes nothing.
    pub serial: u64,
    /// What is looked for: the field with the letters that are not yet characters.
    pub query: Private<String>,
    /// Letters that wait to become characters.
    pub letters: Private<String>,
    /// Strokes that wait to become one.
    pub strokes: Strokes,
}

/// The answer of the finder; each part only where something was asked.
#[derive(Default, Clone)]
pub struct FindAnswer {
    /// What the letters or strokes may be.
    pub candidates: Vec<Candidate>,
    /// Where each syllable of the letters begins.
    pub syllables: Vec<usize>,
    /// Titles that fit, best first.
    pub titles: Vec<FoundTitle>,
    /// Titles that come near when nothing fits.
    pub near: Vec<FoundTitle>,
    /// Records in whose text the words stand; none until that is known.
    pub texts: Option<Vec<FoundTitle>>,
    /// There is a pad.
    pub has_pad: bool,
}

impl fmt::Debug for FindAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FindAnswer(…)")
    }
}

/// A record that was found.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundTitle {
    /// The record.
    pub id: RecordId,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    pub org: String,
    /// The bytes of the title that were asked for.
    pub marks: Vec<Range<usize>>,
}

/// The page.
#[derive(Default)]
pub struct FindPage {
    text: Private<String>,
    letters: Private<String>,
    strokes: Strokes,
    /// Which keys are shown.
    pub keys: Keys,
    /// What is being chosen.
    picker: Option<Picker>,
    /// The first candidate on the bar.
    bar: usize,
    serial: u64,
    answer: FindAnswer,
    /// When the last stroke ended, in elapsed time.
    last_stroke: Option<Duration>,
}

impl fmt::Debug for FindPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FindPage(…)")
    }
}

impl FindPage {
    /// The question for what stands there now.
    pub fn ask(&mut self) -> FindAsk {
        self.serial += 1;
        let query = format!("{}{}", self.text.reveal(), self.letters.reveal().replace('\'', ""));
        FindAsk {
            serial: self.serial,
            query: Private::new(query),
            letters: Private::new(self.letters.reveal().clone()),
            strokes: self.strokes.clone(),
        }
    }

    /// Whether one of these records stands among what was found.
    pub fn names(&self, records: &BTreeSet<RecordId>) -> bool {
        let FindAnswer { titles, near, texts, .. } = &self.answer;
        let mut all = titles.iter().chain(near).chain(texts.iter().flatten());
        all.any(|found| records.contains(&found.id))
    }

    /// Takes withdrawn records out of what was found; what stands in the field stays.
    pub fn forget(&mut self, gone: &BTreeSet<RecordId>) {
        let FindAnswer { titles, near, texts, .. } = &mut self.answer;
        for list in [titles, near].into_iter().chain(texts.as_mut()) {
            list.retain(|found| !gone.contains(&found.id));
        }
    }

    /// What stands in the field.
    pub fn text(&self) -> &str {
        self.text.reveal()
    }

    /// The letters that wait to become characters.
    pub fn letters(&self) -> &str {
        self.letters.reveal()
    }

    /// The same with their syllables apart, as the field shows them.
    pub fn composition(&self) -> String {
        let mut shown = String::new();
        for (at, letter) in self.letters().char_indices() {
            if at > 0 && self.answer.syllables.contains(&at) && !shown.ends_with('\'') {
                shown.push('\'');
            }
            shown.push(letter);
        }
        shown
    }

    /// The strokes that wait to become a character.
    pub fn strokes(&self) -> &Strokes {
        &self.strokes
    }

    /// The candidates on the page of the bar, in letters of this size.
    pub fn candidates(&self, size: TextSize) -> impl Iterator<Item = &str> {
        let shown = self.fitting(self.bar, size);
        self.answer.candidates.iter().skip(self.bar).take(shown).map(|candidate| candidate.text.as_str())
    }

    /// Whether the bar can be turned back and on.
    pub fn can_turn(&self, size: TextSize) -> (bool, bool) {
        (self.bar > 0, self.bar + self.fitting(self.bar, size) < self.answer.candidates.len())
    }

    /// How many candidates fit on the bar from one on; at least one.
    fn fitting(&self, start: usize, size: TextSize) -> usize {
        let factor = match size {
            TextSize::Normal => 1.0,
            TextSize::Large => 1.2,
            TextSize::ExtraLarge => 1.5,
        };
        let mut room = BAR_MM.0;
        let widths = self.answer.candidates.iter().skip(start).take(BAR_MAX).map(|candidate| {
            (candidate.text.chars().count() as f64 * BAR_MM.1 * factor + BAR_MM.2).max(CANDIDATE_MM_MIN)
        });
        let fitting = widths.take_while(|width| {
            room -= width;
            room >= 0.0
        });
        fitting.count().max(1)
    }

    /// Whether there is a pad to write on.
    pub fn has_pad(&self) -> bool {
        self.answer.has_pad
    }

    /// Whether nothing is typed yet.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty() && self.letters().is_empty()
    }

    /// Applies a key; says whether anything changed.
    pub fn press(&mut self, key: Key) -> bool {
        match key {
            Key::Char(c) if self.keys == Keys::Pinyin && (c.is_ascii_lowercase() || c == '\'') => {
                let is_mark_alone = c == '\'' && (self.letters().is_empty() || self.letters().ends_with('\''));
                if is_mark_alone || self.letters().len() >= LETTERS_MAX {
                    return false;
                }
                self.letters = Private::new(format!("{}{c}", self.letters()));
            }
            Key::Char(c) => {
                if self.text().chars().count() >= TEXT_CHARS_MAX || c.is_control() {
                    return false;
                }
                self.text = Private::new(format!("{}{c}", self.text()));
            }
            Key::Delete if !self.strokes.0.is_empty() => {
                self.strokes.0.pop();
            }
            Key::Delete if !self.letters().is_empty() => {
                // Syllable by syllable, once it is known where the last one begins.
                let starts = self.answer.syllables.iter().filter(|start| **start < self.letters().len());
                let start = starts.max().copied().unwrap_or(self.letters().len().saturating_sub(1));
                let rest = self.letters().get(..start).unwrap_or_default().trim_end_matches('\'').to_owned();
                self.letters = Private::new(rest);
            }
            Key::Delete if !self.text().is_empty() => self.text = Private::new(shortened(self.text())),
            Key::Delete => return false,
            Key::Clear => *self = Self { keys: self.keys, serial: self.serial, ..Self::default() },
        }
        self.bar = 0;
        true
    }

    /// Adds a stroke; says whether there was room.
    pub fn draw(&mut self, strokes: Strokes, now: Duration) -> bool {
        self.last_stroke = Some(now);
        let room = STROKES_MAX.saturating_sub(self.strokes.0.len());
        let before = self.strokes.0.len();
        self.strokes.0.extend(strokes.0.into_iter().take(room));
        self.bar = 0;
        self.strokes.0.len() > before
    }

    /// Takes a candidate of the bar; says whether there was one.
    pub fn pick(&mut self, place: usize) -> bool {
        let Some(candidate) = self.answer.candidates.get(self.bar + place) else { return false };
        let room = TEXT_CHARS_MAX.saturating_sub(self.text().chars().count());
        let taken: String = candidate.text.chars().take(room).collect();
        self.text = Private::new(format!("{}{taken}", self.text()));
        let rest = self.letters().get(candidate.consumed..).unwrap_or_default().trim_start_matches('\'').to_owned();
        self.letters = Private::new(rest);
        self.strokes = Strokes::default();
        self.last_stroke = None;
        self.answer.candidates.clear();
        self.bar = 0;
        true
    }

    /// Turns the bar.
    pub fn turn_bar(&mut self, turn: Turn, size: TextSize) {
        let (_, can_turn_on) = self.can_turn(size);
        match turn {
            Turn::On if can_turn_on => self.bar += self.fitting(self.bar, size),
            Turn::On => {}
            Turn::Back => {
                // The page before is the last that ends where this one begins.
                let mut start = 0;
                while start + self.fitting(start, size) < self.bar {
                    start += self.fitting(start, size);
                }
                self.bar = start;
            }
        }
    }

    /// The hand rests: the first candidate is taken; says whether there was one.
    pub fn rest(&mut self, now: Duration) -> bool {
        let is_over = self.last_stroke.is_some_and(|last| now.saturating_sub(last) >= WRITTEN_AFTER);
        is_over && !self.strokes.0.is_empty() && self.pick(0)
    }

    /// Takes an answer, unless another question was asked meanwhile.
    pub fn take(&mut self, serial: u64, answer: FindAnswer) {
        if serial == self.serial {
            self.answer = answer;
        }
    }

    /// The marks of the rows, in their order on the page.
    pub fn marks_of(&self, row: &Row) -> &[Range<usize>] {
        let Target::Record(id) = &row.to else { return &[] };
        let all = self.answer.titles.iter().chain(&self.answer.near);
        all.filter(|found| found.id == *id).map(|found| found.marks.as_slice()).next().unwrap_or_default()
    }
}

fn shortened(text: &str) -> String {
    let mut text = text.to_owned();
    text.pop();
    text
}

#[cfg(test)]
mod tests;
