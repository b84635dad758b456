//! A readout as the screen knows it: what is read, where its sentences stand, how far it has come.
//! It reads nothing; that is the player's task.

use std::time::Duration;

use super::leaflet::Place;
use super::model::{Model, Visit};

/// A readout.
#[derive(Debug)]
pub struct Reading {
    /// What is read.
    pub of: Read,
    /// Which.
    pub generation: u64,
    /// For each sentence: the paragraph and the characters of it.
    pub sentences: Vec<SentencePlace>,
    /// For each paragraph: where it stands on the page.
    pub places: Vec<Place>,
    /// The sentence that is being spoken.
    pub current: Option<usize>,
    /// The character that is being spoken, counted in its paragraph.
    pub at: Option<usize>,
    /// Silent for now, keeping its place.
    pub is_paused: bool,
    /// Last sign of life of the voice, in elapsed time.
    pub since: Duration,
}

/// What is read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// The whole page.
    Page,
    /// The stop one has come to.
    Stop,
}

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentencePlace {
    /// Index of the paragraph.
    pub paragraph: usize,
    /// First character in the paragraph.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// What is shown says the same in other words: all of it is marked.
    pub is_other_words: bool,
}

/// The sentence to mark on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The paragraph's place.
    pub place: Place,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The character that is being said.
    pub at: Option<usize>,
}

impl Visit {
    /// The sentence to which the readout of the page has come, also where it is put aside; none where it is not read.
    pub fn readout_at(&self) -> Option<usize> {
        let of_page = self.reading.as_ref().filter(|reading| reading.of == Read::Page);
        self.aside.or(of_page.map(|reading| reading.current.unwrap_or(0)))
    }

    /// Whether the readout of the page is silent for now, keeping its place.
    pub fn is_readout_paused(&self) -> bool {
        self.aside.is_some() || self.reading.as_ref().is_some_and(|reading| reading.is_paused)
    }
}

impl Model {
    /// The sentence being spoken, if any.
    pub fn mark(&self) -> Option<Mark> {
        let reading = self.visit.as_ref()?.reading.as_ref()?;
        let sentence = reading.sentences.get(reading.current?)?;
        let place = *reading.places.get(sentence.paragraph)?;
        let at = reading.at.filter(|_| !sentence.is_other_words);
        Some(Mark { place, start: sentence.start, end: sentence.end, at })
    }
}
