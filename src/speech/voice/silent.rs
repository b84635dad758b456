//! No voice at all: it says why, and every sentence fails with that reason.
//! It never pretends to speak.

use super::{Utterance, Voice, VoiceEvent, VoiceEvents, Volume};
use crate::speech::diction::Language;

/// The voice of a terminal that has none.
pub struct SilentVoice {
    reason: String,
    languages: Vec<Language>,
    events: Option<VoiceEvents>,
}

impl SilentVoice {
    /// Silence for `reason`, a short sentence for residents.
    pub fn new(reason: &str) -> Self {
        Self { reason: reason.to_owned(), languages: vec![Language::Mandarin], events: None }
    }

    /// The silence of these languages.
    pub fn speaking(self, languages: Vec<Language>) -> Self {
        Self { languages, ..self }
    }

    fn send(&self, event: VoiceEvent) {
        if let Some(events) = &self.events {
            events.send(event);
        }
    }
}

impl Voice for SilentVoice {
    fn start(&mut self, events: VoiceEvents) {
        self.events = Some(events);
        self.send(VoiceEvent::Unavailable(self.reason.clone()));
    }

    fn languages(&self) -> Vec<Language> {
        self.languages.clone()
    }

    fn prepare(&mut self, _utterances: &[Utterance]) {}

    fn set_volume(&mut self, _volume: Volume) {}

    fn speak(&mut self, utterance: Utterance) {
        self.send(VoiceEvent::Failed(utterance.id, self.reason.clone()));
    }

    fn stop(&mut self) {}
}
