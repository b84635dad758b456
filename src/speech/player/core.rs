//! The player's rules, pure: commands and voice events in, actions out.
//! It never speaks over a sentence that still sounds, and never tells anything of a script that was replaced.

use std::time::Duration;

use super::super::pace::Pace;
use super::super::script::{Script, Sentence};
use super::super::voice::{Rate, Utterance, UtteranceId, VoiceEvent, Volume};
use super::{Availability, PlayerEvent};

/// A voice that has not begun after this long is given up; every voice of a ladder has tried again by then.
pub(super) const BEGIN_LIMIT: Duration = Duration::from_secs(40);
/// Beyond the estimate of a sentence, times [`END_FACTOR`], a voice that has not ended is given up.
pub(super) const END_LIMIT: Duration = Duration::from_secs(20);
const END_FACTOR: u32 = 4;
/// A voice that does not confirm a stop for so long is called unavailable.
pub(super) const STOP_LIMIT: Duration = Duration::from_secs(3);
/// Sentences that are prepared while one sounds.
const PREPARED: usize = 2;
/// What residents read when a voice gives no sign of life.
const NO_ANSWER: &str = "语音没有响应，请阅读屏幕上的文字";

/// What a page asks of the player.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// From this sentence on.
    Play(u64, Script, usize),
    Stop,
    Pause,
    Resume,
    Next,
    Previous,
    Repeat,
    /// From this sentence on, such as one that was touched.
    Go(usize),
    SetRate(Rate),
    SetVolume(Volume),
    /// Nothing is read yet; these sentences are what would come first.
    Prepare(Vec<Sentence>),
}

/// What the player's thread has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Prepare(Vec<Utterance>),
    Speak(Utterance),
    SetVolume(Volume),
    StopVoice,
    Tell(PlayerEvent),
}

/// The state of the readout.
pub(super) struct Core {
    playing: Option<Playing>,
    voice: VoiceState,
    availability: Availability,
    rate: Rate,
    last_id: u64,
}

struct Playing {
    generation: u64,
    script: Script,
    index: usize,
    is_paused: bool,
}

/// What is known of the voice.
#[derive(Clone, Copy)]
enum VoiceState {
    Idle,
    /// Saying the current sentence.
    Speaking {
        id: UtteranceId,
        since: Duration,
        limit: Duration,
        has_begun: bool,
    },
    /// Asked to stop; nothing else may begin before it has.
    Stopping {
        id: UtteranceId,
        since: Duration,
        teller: Option<u64>,
    },
}

impl Core {
    pub(super) fn new(starting: Availability) -> Self {
        Self { playing: None, voice: VoiceState::Idle, availability: starting, rate: Rate::NORMAL, last_id: 0 }
    }

    pub(super) fn availability(&self) -> &Availability {
        &self.availability
    }

    /// True while time matters: somebody must look at the limits.
    pub(super) fn waits(&self) -> bool {
        !matches!(self.voice, VoiceState::Idle)
    }

    pub(super) fn command(&mut self, now: Duration, command: Command) -> Vec<Action> {
        let mut actions = Vec::new();
        match command {
            Command::Play(generation, script, from) => self.play(now, generation, script, from, &mut actions),
            Command::Stop => self.stop(now, &mut actions),
            Command::SetRate(rate) => {
                let changed = self.rate != rate;
                self.rate = rate;
                // Whoever asks for slower speech wants to hear this sentence again, slower.
                if changed && self.playing.as_ref().is_some_and(|p| !p.is_paused) {
                    self.go(now, |index| index, &mut actions);
                }
            }
            Command::Pause => {
                if let Some(playing) = &mut self.playing {
                    playing.is_paused = true;
                    self.silence(now, None, &mut actions);
                }
            }
            Command::Resume => {
                if self.playing.as_ref().is_some_and(|p| p.is_paused) {
                    self.go(now, |index| index, &mut actions);
                }
            }
            Command::Next => self.go(now, |index| index + 1, &mut actions),
            Command::Previous => self.previous(now, &mut actions),
            Command::Repeat => self.go(now, |index| index, &mut actions),
            Command::Go(target) => self.go(now, |_| target, &mut actions),
            Command::SetVolume(volume) => actions.push(Action::SetVolume(volume)),
            // While something is read, what comes next is known better.
            Command::Prepare(sentences) if self.playing.is_none() => {
                actions.push(Action::Prepare(self.unasked(sentences.iter())));
            }
            Command::Prepare(_) => {}
        }
        actions
    }

    pub(super) fn voice(&mut self, now: Duration, event: VoiceEvent) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            VoiceEvent::Ready => self.set_availability(Availability::Ready, &mut actions),
            VoiceEvent::Unavailable(reason) => {
                self.set_availability(Availability::Unavailable(reason), &mut actions);
            }
            VoiceEvent::Begin(id) => self.begin(now, id, &mut actions),
            VoiceEvent::Progress(id, spoken_char) => self.progress(id, spoken_char, &mut actions),
            VoiceEvent::End(id) => self.ended(now, id, &mut actions),
            VoiceEvent::Stopped(id) => {
                if self.is_current(id) {
                    self.silent_now(now, &mut actions);
                }
            }
            VoiceEvent::Failed(id, reason) => self.failed(now, id, reason, &mut actions),
        }
        actions
    }

    /// Looks at the limits.
    pub(super) fn tick(&mut self, now: Duration) -> Vec<Action> {
        let mut actions = Vec::new();
        match self.voice {
            VoiceState::Speaking { id, since, limit, .. } if now.saturating_sub(since) > limit => {
                self.playing = None;
                self.voice = VoiceState::Stopping { id, since: now, teller: None };
                actions.push(Action::StopVoice);
                self.lose_voice(&mut actions);
            }
            VoiceState::Stopping { since, .. }
                if now.saturating_sub(since) > STOP_LIMIT && self.availability == Availability::Ready =>
            {
                self.playing = None;
                self.lose_voice(&mut actions);
            }
            VoiceState::Idle | VoiceState::Speaking { .. } | VoiceState::Stopping { .. } => {}
        }
        actions
    }

    fn play(&mut self, now: Duration, generation: u64, script: Script, index: usize, actions: &mut Vec<Action>) {
        self.playing = None;
        self.silence(now, None, actions);
        if let Availability::Unavailable(reason) = &self.availability {
            return actions.push(Action::Tell(PlayerEvent::Unavailable { reason: reason.clone() }));
        }
        self.playing = Some(Playing { generation, script, index, is_paused: false });
        self.speak_if_idle(now, actions);
    }

    fn stop(&mut self, now: Duration, actions: &mut Vec<Action>) {
        let Some(playing) = self.playing.take() else {
            return self.silence(now, None, actions);
        };
        let told = Some(playing.generation);
        self.silence(now, told, actions);
        if matches!(self.voice, VoiceState::Idle) {
            actions.push(Action::Tell(PlayerEvent::Stopped { generation: playing.generation }));
        }
    }

    fn previous(&mut self, now: Duration, actions: &mut Vec<Action>) {
        let before = |playing: &Playing| {
            let sentences = playing.script.sentences.iter().take(playing.index);
            sentences.rev().zip((0..playing.index).rev()).find(|(s, _)| s.is_heard()).map_or(0, |(_, i)| i)
        };
        if let Some(target) = self.playing.as_ref().map(before) {
            self.go(now, |_| target, actions);
        }
    }

    /// Moves to another sentence and says it as soon as the voice is silent.
    fn go(&mut self, now: Duration, target: impl Fn(usize) -> usize, actions: &mut Vec<Action>) {
        let Some(playing) = &mut self.playing else { return };
        playing.index = target(playing.index);
        playing.is_paused = false;
        self.silence(now, None, actions);
        self.speak_if_idle(now, actions);
    }

    /// Asks the voice to stop when it speaks; `teller` is the generation that wants to hear of it.
    fn silence(&mut self, now: Duration, teller: Option<u64>, actions: &mut Vec<Action>) {
        match &mut self.voice {
            VoiceState::Idle => {}
            VoiceState::Speaking { id, .. } => {
                self.voice = VoiceState::Stopping { id: *id, since: now, teller };
                actions.push(Action::StopVoice);
            }
            VoiceState::Stopping { teller: old, .. } => *old = teller,
        }
    }

    fn speak_if_idle(&mut self, now: Duration, actions: &mut Vec<Action>) {
        if !matches!(self.voice, VoiceState::Idle) {
            return;
        }
        let Some(playing) = self.playing.as_mut().filter(|p| !p.is_paused) else { return };
        while playing.script.sentences.get(playing.index).is_some_and(|s| !s.is_heard()) {
            playing.index += 1;
        }
        let Some(sentence) = playing.script.sentences.get(playing.index) else {
            let generation = playing.generation;
            self.playing = None;
            return actions.push(Action::Tell(PlayerEvent::Finished { generation }));
        };
        self.last_id += 1;
        let id = UtteranceId(self.last_id);
        self.voice = VoiceState::Speaking { id, since: now, limit: BEGIN_LIMIT, has_begun: false };
        actions.push(Action::Speak(utterance(id, sentence, self.rate)));
        let rest = self.playing.iter().flat_map(|playing| playing.script.sentences.iter().skip(playing.index + 1));
        let next = self.unasked(rest.filter(|sentence| sentence.is_heard()).take(PREPARED));
        if !next.is_empty() {
            actions.push(Action::Prepare(next));
        }
    }

    /// Sentences as utterances that nobody has asked for yet.
    fn unasked<'s>(&self, sentences: impl Iterator<Item = &'s Sentence>) -> Vec<Utterance> {
        let id = UtteranceId(self.last_id + 1);
        sentences.map(|sentence| utterance(id, sentence, self.rate)).collect()
    }

    fn begin(&mut self, now: Duration, id: UtteranceId, actions: &mut Vec<Action>) {
        let VoiceState::Speaking { id: current, has_begun: false, .. } = self.voice else { return };
        let Some(playing) = self.playing.as_ref().filter(|_| current == id) else { return };
        let Some(sentence) = playing.script.sentences.get(playing.index) else { return };
        let limit = END_LIMIT + Pace::default().estimate(&sentence.spoken, self.rate) * END_FACTOR;
        self.voice = VoiceState::Speaking { id, since: now, limit, has_begun: true };
        let (generation, index) = (playing.generation, playing.index);
        actions.push(Action::Tell(PlayerEvent::SentenceBegan { generation, index }));
    }

    fn progress(&mut self, id: UtteranceId, spoken_char: usize, actions: &mut Vec<Action>) {
        let VoiceState::Speaking { id: current, has_begun: true, .. } = self.voice else { return };
        let Some(playing) = self.playing.as_ref().filter(|_| current == id) else { return };
        let Some(sentence) = playing.script.sentences.get(playing.index) else { return };
        actions.push(Action::Tell(PlayerEvent::Mark {
            generation: playing.generation,
            index: playing.index,
            display_char: sentence.display_at(spoken_char),
        }));
    }

    fn ended(&mut self, now: Duration, id: UtteranceId, actions: &mut Vec<Action>) {
        if !self.is_current(id) {
            return;
        }
        if let (VoiceState::Speaking { .. }, Some(playing)) = (self.voice, &mut self.playing) {
            playing.index += 1;
        }
        self.silent_now(now, actions);
    }

    fn failed(&mut self, now: Duration, id: UtteranceId, reason: String, actions: &mut Vec<Action>) {
        if !self.is_current(id) {
            return;
        }
        if let VoiceState::Speaking { .. } = self.voice {
            self.playing = None;
            actions.push(Action::Tell(PlayerEvent::Unavailable { reason }));
            // One sentence failed, the voice did not say that it is gone: the next page may try again.
            if self.availability == Availability::Ready {
                actions.push(Action::Tell(PlayerEvent::Ready));
            }
        }
        self.silent_now(now, actions);
    }

    /// The voice is silent: tells who waited for it and goes on with what is to be said.
    fn silent_now(&mut self, now: Duration, actions: &mut Vec<Action>) {
        if let VoiceState::Stopping { teller: Some(generation), .. } = self.voice {
            actions.push(Action::Tell(PlayerEvent::Stopped { generation }));
        }
        self.voice = VoiceState::Idle;
        if self.availability == Availability::Unavailable(NO_ANSWER.to_owned()) {
            self.set_availability(Availability::Ready, actions);
        }
        self.speak_if_idle(now, actions);
    }

    fn is_current(&self, id: UtteranceId) -> bool {
        match self.voice {
            VoiceState::Idle => false,
            VoiceState::Speaking { id: current, .. } | VoiceState::Stopping { id: current, .. } => current == id,
        }
    }

    fn lose_voice(&mut self, actions: &mut Vec<Action>) {
        self.set_availability(Availability::Unavailable(NO_ANSWER.to_owned()), actions);
    }

    fn set_availability(&mut self, availability: Availability, actions: &mut Vec<Action>) {
        if self.availability == availability {
            return;
        }
        self.availability = availability;
        actions.push(Action::Tell(match &self.availability {
            Availability::Ready => PlayerEvent::Ready,
            Availability::Unavailable(reason) => PlayerEvent::Unavailable { reason: reason.clone() },
        }));
    }
}

fn utterance(id: UtteranceId, sentence: &Sentence, rate: Rate) -> Utterance {
    match sentence.chime {
        Some(chime) => Utterance::chime(id, chime),
        None => Utterance::new(id, &sentence.spoken, rate).in_diction(sentence.diction),
    }
}

#[cfg(test)]
mod tests;
