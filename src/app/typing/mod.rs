//! What is typed, written or chosen into one field: keys, candidates, the pad, dates and places to choose. Pure.
//! It finds nothing and judges nothing; what stands in it shows in no debug output and goes with it.

use std::fmt;
use std::time::Duration;

use jiff::civil::Date;

use crate::access::TextSize;
use crate::base::private::Private;
use crate::input::Candidate;
use crate::input::ink::Point;
use crate::input::picker::Tap;

use super::event::Turn;
use super::find::{FindAnswer, FindAsk};
use super::hall::Hall;

mod board;
mod choose;
mod sort;

pub use board::{Does, Press};
use choose::Picker;
pub use choose::{day_of, written};
pub use sort::{Keys, Sort};

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

/// What a resident does with the keys.
#[derive(Debug)]
pub enum TypingEvent {
    /// A key.
    Key(Key),
    /// A candidate of the bar, by its place there.
    Pick(usize),
    /// The bar's page before or after.
    Bar(Turn),
    /// Another way of typing, by its place.
    Way(usize),
    /// A stroke on the pad.
    Stroke(Strokes),
    /// A cell or a tool of what can be chosen.
    Tap(Tap),
}

/// What can be chosen depends on the hall and the day.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// The hall.
    pub hall: &'a Hall,
    /// The day in it.
    pub today: Date,
}

/// A field that is being typed into.
#[derive(Default)]
pub struct Typing {
    sort: Sort,
    /// Most characters.
    chars_max: usize,
    text: Private<String>,
    letters: Private<String>,
    strokes: Strokes,
    keys: Keys,
    /// What is being chosen.
    picker: Option<Picker>,
    candidates: Vec<Candidate>,
    /// Where each syllable of the letters begins.
    syllables: Vec<usize>,
    /// The first candidate on the bar.
    bar: usize,
    has_pad: bool,
    /// Counts questions, so that a late answer changes nothing.
    serial: u64,
    /// When the last stroke ended, in elapsed time.
    last_stroke: Option<Duration>,
}

impl fmt::Debug for Typing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typing(…)")
    }
}

impl Typing {
    /// An empty field.
    pub fn new(sort: Sort, chars_max: usize) -> Self {
        Self { sort, chars_max, keys: sort.first_keys(), ..Self::default() }
    }

    /// Goes over to another field that holds this; an answer to an older question changes nothing in it.
    pub fn begin(&mut self, sort: Sort, chars_max: usize, text: &str, here: Here<'_>) {
        let (serial, has_pad) = (self.serial + 1, self.has_pad);
        *self = Self { serial, has_pad, text: Private::new(text.to_owned()), ..Self::new(sort, chars_max) };
        self.show_keys(sort.first_keys(), here);
    }

    /// The question for what waits to become characters, with what is looked for.
    pub fn ask(&mut self, query: Private<String>) -> FindAsk {
        self.serial += 1;
        FindAsk {
            serial: self.serial,
            query,
            letters: Private::new(self.letters().to_owned()),
            strokes: self.strokes.clone(),
        }
    }

    /// Takes what an answer says of letters and strokes; says whether it is the answer to the newest question.
    pub fn take(&mut self, serial: u64, answer: &mut FindAnswer) -> bool {
        let is_newest = serial == self.serial;
        if is_newest {
            self.candidates = std::mem::take(&mut answer.candidates);
            self.syllables = std::mem::take(&mut answer.syllables);
            self.has_pad = answer.has_pad;
        }
        is_newest
    }

    /// What is typed here.
    pub fn sort(&self) -> Sort {
        self.sort
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
            if at > 0 && self.syllables.contains(&at) && !shown.ends_with('\'') {
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

    /// Which keys are shown.
    pub fn keys(&self) -> Keys {
        self.keys
    }

    /// The candidates on the page of the bar, in letters of this size.
    pub fn candidates(&self, size: TextSize) -> impl Iterator<Item = &str> {
        let shown = self.fitting(self.bar, size);
        self.candidates.iter().skip(self.bar).take(shown).map(|candidate| candidate.text.as_str())
    }

    /// Whether the bar can be turned back and on.
    pub fn can_turn(&self, size: TextSize) -> (bool, bool) {
        (self.bar > 0, self.bar + self.fitting(self.bar, size) < self.candidates.len())
    }

    /// How many candidates fit on the bar from one on; at least one.
    fn fitting(&self, start: usize, size: TextSize) -> usize {
        let factor = match size {
            TextSize::Normal => 1.0,
            TextSize::Large => 1.2,
            TextSize::ExtraLarge => 1.5,
        };
        let mut room = BAR_MM.0;
        let widths = self.candidates.iter().skip(start).take(BAR_MAX).map(|candidate| {
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
        self.has_pad
    }

    /// Whether nothing is typed yet.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty() && self.letters().is_empty()
    }

    /// Does what a resident does; says whether anything changed that stands or waits in the field.
    pub fn apply(&mut self, event: TypingEvent, now: Duration, size: TextSize, here: Here<'_>) -> bool {
        match event {
            TypingEvent::Key(key) => self.press(key),
            TypingEvent::Pick(place) => self.pick(place),
            TypingEvent::Stroke(strokes) => self.draw(strokes, now),
            TypingEvent::Bar(turn) => {
                self.turn_bar(turn, size);
                false
            }
            TypingEvent::Way(way) => {
                let keys = self.ways().nth(way).map(|(_, keys)| keys);
                if let Some(keys) = keys {
                    self.show_keys(keys, here);
                }
                false
            }
            TypingEvent::Tap(tap) => self.tap(tap, here),
        }
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
                let has_room = self.text().chars().count() < self.chars_max;
                if !has_room || c.is_control() || !self.sort.takes(self.text(), c) {
                    return false;
                }
                self.text = Private::new(format!("{}{c}", self.text()));
            }
            Key::Delete if !self.strokes.0.is_empty() => {
                self.strokes.0.pop();
            }
            Key::Delete if !self.letters().is_empty() => {
                // Syllable by syllable, once it is known where the last one begins.
                let starts = self.syllables.iter().filter(|start| **start < self.letters().len());
                let start = starts.max().copied().unwrap_or(self.letters().len().saturating_sub(1));
                let rest = self.letters().get(..start).unwrap_or_default().trim_end_matches('\'').to_owned();
                self.letters = Private::new(rest);
            }
            Key::Delete if !self.text().is_empty() => self.text = Private::new(shortened(self.text())),
            Key::Delete => return false,
            Key::Clear => {
                self.text = Private::new(String::new());
                self.let_go();
                self.last_stroke = None;
            }
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
        let Some(candidate) = self.candidates.get(self.bar + place) else { return false };
        let room = self.chars_max.saturating_sub(self.text().chars().count());
        let taken: String = candidate.text.chars().take(room).collect();
        self.text = Private::new(format!("{}{taken}", self.text()));
        let rest = self.letters().get(candidate.consumed..).unwrap_or_default().trim_start_matches('\'').to_owned();
        self.letters = Private::new(rest);
        self.strokes = Strokes::default();
        self.last_stroke = None;
        self.candidates.clear();
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

    /// What waits to become characters goes, with what it could become.
    fn let_go(&mut self) {
        self.letters = Private::new(String::new());
        self.strokes = Strokes::default();
        self.candidates.clear();
        self.syllables.clear();
        self.bar = 0;
    }
}

fn shortened(text: &str) -> String {
    let mut text = text.to_owned();
    text.pop();
    text
}

#[cfg(test)]
mod tests;
