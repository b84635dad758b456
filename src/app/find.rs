//! The page where a resident types or writes what they look for. Pure; what is typed lives in this page alone.
//! Nothing of it is told in events' names or in debug output, and nothing outlives the page.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use crate::base::id::RecordId;
use crate::base::private::Private;
use crate::input::Candidate;
use crate::session::VisitId;

use super::leaflet::{Row, Target};
use super::typing::{Sort, Strokes, Typing};

mod results;

/// Most characters of what one looks for.
pub const TEXT_CHARS_MAX: usize = 60;

/// What is answered to what is typed.
#[derive(Debug)]
pub enum FindEvent {
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
pub struct FindPage {
    /// The field.
    pub typing: Typing,
    answer: FindAnswer,
}

impl Default for FindPage {
    fn default() -> Self {
        Self { typing: Typing::new(Sort::Wish, TEXT_CHARS_MAX), answer: FindAnswer::default() }
    }
}

impl fmt::Debug for FindPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FindPage(…)")
    }
}

impl FindPage {
    /// The question for what stands there now.
    pub fn ask(&mut self) -> FindAsk {
        let query = format!("{}{}", self.text(), self.letters().replace('\'', ""));
        self.typing.ask(Private::new(query))
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
        self.typing.text()
    }

    /// The letters that wait to become characters.
    pub fn letters(&self) -> &str {
        self.typing.letters()
    }

    /// Whether nothing is typed yet.
    pub fn is_empty(&self) -> bool {
        self.typing.is_empty()
    }

    /// Takes an answer, unless another question was asked meanwhile.
    pub fn take(&mut self, serial: u64, mut answer: FindAnswer) {
        if self.typing.take(serial, &mut answer) {
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
