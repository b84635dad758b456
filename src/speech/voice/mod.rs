//! One voice: takes a sentence, says it, tells how far it is. Engines, simulator and silence behind one trait.
//! It queues nothing: one sentence at a time, and the player sees to the order.

mod ladder;
pub mod neural;
mod rehearsal;
mod silent;
mod sim;
mod system;
mod threaded;
mod worker;

use std::fmt;
use std::sync::Arc;

use super::diction::{Chime, Diction, Language};

pub use ladder::Ladder;
pub use rehearsal::Rehearsal;
pub use silent::SilentVoice;
pub use sim::{SimFault, SimLine, SimVoice, SimVoiceControl};
pub use system::{SystemVoiceSettings, system_worker};
pub use worker::wire::{Piece, Say};
pub use worker::{Limits, WorkerError, WorkerVoice};

/// Longest text of one utterance in characters; sentences are far shorter.
pub const UTTERANCE_CHARS_MAX: usize = 1000;

/// The speed of speech, in seven steps from 75 % to 200 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u16);

impl Rate {
    /// The steps in percent of the normal speed.
    pub const STEPS_PERCENT: [u16; 7] = [75, 90, 100, 125, 150, 175, 200];
    /// The normal speed.
    pub const NORMAL: Self = Self(100);

    /// The step nearest to `percent`.
    pub fn nearest(percent: u16) -> Self {
        let nearest = Self::STEPS_PERCENT.into_iter().min_by_key(|step| step.abs_diff(percent));
        Self(nearest.unwrap_or(100))
    }

    /// Percent of the normal speed.
    pub fn percent(self) -> u16 {
        self.0
    }

    /// The next slower step, or the slowest.
    pub fn slower(self) -> Self {
        Self(Self::STEPS_PERCENT.into_iter().rev().find(|step| *step < self.0).unwrap_or(75))
    }

    /// The next faster step, or the fastest.
    pub fn faster(self) -> Self {
        Self(Self::STEPS_PERCENT.into_iter().find(|step| *step > self.0).unwrap_or(200))
    }
}

impl Default for Rate {
    fn default() -> Self {
        Self::NORMAL
    }
}

/// How loud, in five steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume(u16);

impl Volume {
    /// The steps in percent of full loudness; none is silence, which would look like a broken voice.
    pub const STEPS_PERCENT: [u16; 5] = [25, 40, 60, 80, 100];

    /// The step nearest to `percent`.
    pub fn nearest(percent: u16) -> Self {
        let nearest = Self::STEPS_PERCENT.into_iter().min_by_key(|step| step.abs_diff(percent));
        Self(nearest.unwrap_or(80))
    }

    /// Percent of full loudness.
    pub fn percent(self) -> u16 {
        self.0
    }

    /// The next softer step, or the softest.
    pub fn softer(self) -> Self {
        Self(Self::STEPS_PERCENT.into_iter().rev().find(|step| *step < self.0).unwrap_or(25))
    }

    /// The next louder step, or the loudest.
    pub fn louder(self) -> Self {
        Self(Self::STEPS_PERCENT.into_iter().find(|step| *step > self.0).unwrap_or(100))
    }
}

impl Default for Volume {
    fn default() -> Self {
        Self(80)
    }
}

/// How a text is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// How fast.
    pub rate: Rate,
    /// How loud.
    pub volume: Volume,
}

/// Names one utterance in the events about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtteranceId(pub u64);

/// One sentence for the voice.
#[derive(Clone, PartialEq, Eq)]
pub struct Utterance {
    /// Its name in events.
    pub id: UtteranceId,
    /// What is said, already readable.
    pub text: String,
    /// How fast.
    pub rate: Rate,
    /// In whose voice, in which language.
    pub diction: Diction,
    /// A chime in the place of the text.
    pub chime: Option<Chime>,
}

impl Utterance {
    /// An utterance that is safe for every engine: control characters are gone and the length is bounded.
    pub fn new(id: UtteranceId, text: &str, rate: Rate) -> Self {
        let text = text.chars().filter(|c| !c.is_control()).take(UTTERANCE_CHARS_MAX).collect();
        Self { id, text, rate, diction: Diction::default(), chime: None }
    }

    /// A chime, which says nothing.
    pub fn chime(id: UtteranceId, chime: Chime) -> Self {
        Self { chime: Some(chime), ..Self::new(id, "", Rate::NORMAL) }
    }

    /// The same text in another voice or language.
    pub fn in_diction(self, diction: Diction) -> Self {
        Self { diction, ..self }
    }
}

impl fmt::Debug for Utterance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is read may be a resident's own words; a log names the utterance only.
        write!(f, "Utterance({}, {} chars)", self.id.0, self.text.chars().count())
    }
}

/// What a voice tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceEvent {
    /// The voice can speak.
    Ready,
    /// The voice cannot speak, with the reason for residents and staff.
    Unavailable(String),
    /// The first sound of the utterance.
    Begin(UtteranceId),
    /// So many characters of the utterance's text have been said.
    Progress(UtteranceId, usize),
    /// The utterance was said to its end.
    End(UtteranceId),
    /// The utterance was stopped and nothing of it can be heard any more.
    Stopped(UtteranceId),
    /// The utterance cannot be said, with the reason.
    Failed(UtteranceId, String),
}

/// Where a voice sends its events.
#[derive(Clone)]
pub struct VoiceEvents(Arc<dyn Fn(VoiceEvent) + Send + Sync>);

impl VoiceEvents {
    /// Events go to `deliver`, which must return at once: it is called by the thread that owns the engine.
    pub fn to(deliver: impl Fn(VoiceEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(deliver))
    }

    /// Sends one event.
    pub fn send(&self, event: VoiceEvent) {
        (self.0)(event);
    }
}

impl From<std::sync::mpsc::Sender<VoiceEvent>> for VoiceEvents {
    fn from(sender: std::sync::mpsc::Sender<VoiceEvent>) -> Self {
        // A receiver that is gone wants no more events.
        Self::to(move |event| drop(sender.send(event)))
    }
}

/// A voice. No call waits for the engine. After `speak` comes exactly one of End, Stopped and Failed, also when
/// the engine hangs or dies; only then may the next `speak` follow.
pub trait Voice: Send {
    /// Starts the engine; called once, before anything else. Ready or Unavailable follows.
    fn start(&mut self, events: VoiceEvents);
    /// What it can say; nothing else is asked of it.
    fn languages(&self) -> Vec<Language> {
        vec![Language::Mandarin]
    }
    /// These sentences will probably come next, all at one rate: an engine that needs time may make their sound now.
    /// What it was told before and is not among them may be dropped.
    fn prepare(&mut self, utterances: &[Utterance]);
    /// Says one sentence.
    fn speak(&mut self, utterance: Utterance);
    /// Another loudness, from now on.
    fn set_volume(&mut self, volume: Volume);
    /// Silence, within 200 ms; without an utterance it does nothing.
    fn stop(&mut self);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_gone_before_an_engine_sees_the_text() {
        let utterance = Utterance::new(UtteranceId(1), "请\0取\u{1b}号\n", Rate::NORMAL);
        assert_eq!(utterance.text, "请取号");
        assert_eq!(format!("{utterance:?}"), "Utterance(1, 3 chars)");
    }

    #[test]
    fn the_rate_has_seven_steps_and_two_ends() {
        assert_eq!(Rate::nearest(10), Rate::nearest(75));
        assert_eq!(Rate::nearest(160).percent(), 150);
        assert_eq!(Rate::NORMAL.faster().percent(), 125);
        assert_eq!(Rate::NORMAL.slower().percent(), 90);
        assert_eq!(Rate::nearest(75).slower().percent(), 75);
        assert_eq!(Rate::nearest(200).faster().percent(), 200);
    }

    #[test]
    fn the_volume_has_steps_and_never_becomes_silence() {
        let mut volume = Volume::default();
        for _ in 0..9 {
            volume = volume.softer();
        }
        assert_eq!(volume.percent(), 25);
        assert_eq!(volume.louder().percent(), 40);
        assert_eq!(Volume::nearest(100).louder().percent(), 100);
    }
}
