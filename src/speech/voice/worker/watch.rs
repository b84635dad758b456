//! The watchdog of a voice in a worker, pure: it decides when the worker is restarted and when a sentence has failed.
//! Whatever the engine does, after each `speak` it tells exactly one of End, Stopped and Failed.

mod state;

use std::time::Duration;

use self::state::{Speaking, State, Waiting};
use super::super::{Rate, Utterance, UtteranceId, VoiceEvent, Volume};
use super::Cut;
use super::limits::Limits;
use super::wire::{Order, Piece, Report};
use crate::speech::pace::{self, Pace};

/// What residents read when the engine failed twice.
const LOST: &str = "语音暂时不能使用，请阅读屏幕上的文字";
/// Starts that may fail in a row before the voice is called unavailable.
const STARTS_MAX: u32 = 2;
/// Deaths in a row, with nothing said between them, before the voice is called unavailable.
const DEATHS_MAX: u32 = 3;
/// The engine reports the end so much after the last sound (measured with a null sink).
const END_TAIL: Duration = Duration::from_millis(370);
/// How often a page hears how far the voice is.
const PROGRESS_EVERY: Duration = Duration::from_millis(80);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// Kill what runs and start anew.
    Start,
    /// Kill what runs.
    Kill,
    Order(Order),
    Tell(VoiceEvent),
}

/// The state of the worker and of the sentence.
pub(super) struct Watch {
    limits: Limits,
    state: State,
    pace: Pace,
    failed_starts: u32,
    deaths: u32,
    retry: Duration,
    is_ready: Option<bool>,
    volume: Volume,
    /// What a worker that is still starting shall prepare.
    coming: Option<Order>,
}

impl Watch {
    pub(super) fn new(limits: Limits) -> Self {
        let retry = limits.retry;
        let state = State::Starting { since: Duration::ZERO, waiting: None };
        Self {
            limits,
            state,
            pace: Pace::default(),
            failed_starts: 0,
            deaths: 0,
            retry,
            is_ready: None,
            volume: Volume::default(),
            coming: None,
        }
    }

    pub(super) fn start(&mut self, now: Duration) -> Vec<Action> {
        self.state = State::Starting { since: now, waiting: None };
        vec![Action::Start]
    }

    /// How long nothing can happen by itself; `None` while only a command can change anything.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        match &self.state {
            State::Idle { since } => self.limits.release.map(|release| (*since + release).saturating_sub(now)),
            State::Resting => None,
            State::Down { again_at, .. } => Some(again_at.saturating_sub(now)),
            State::Starting { since, .. } => {
                let on_time = (*since + self.limits.start).saturating_sub(now);
                let late = (*since + self.start_max()).saturating_sub(now);
                Some(if on_time.is_zero() { late } else { on_time })
            }
            State::Speaking(_) | State::Stopping { .. } => Some(Duration::ZERO),
        }
    }

    pub(super) fn speak(&mut self, now: Duration, utterance: Utterance, cuts: Vec<Cut>) -> Vec<Action> {
        let sentence = Waiting { utterance, cuts, is_second_try: false, has_begun: false };
        match &mut self.state {
            State::Idle { .. } => self.say(now, sentence),
            State::Resting => {
                self.state = State::Starting { since: now, waiting: Some(sentence) };
                vec![Action::Start]
            }
            State::Starting { waiting: waiting @ None, .. } => {
                *waiting = Some(sentence);
                Vec::new()
            }
            State::Down { reason, .. } => {
                vec![Action::Tell(VoiceEvent::Failed(sentence.utterance.id, reason.clone()))]
            }
            // The contract is one sentence at a time; a second one fails rather than sounds over the first.
            State::Starting { .. } | State::Speaking(_) | State::Stopping { .. } => {
                vec![Action::Tell(VoiceEvent::Failed(sentence.utterance.id, LOST.to_owned()))]
            }
        }
    }

    /// These sentences will probably come next. A worker that rests is woken: somebody is here.
    pub(super) fn prepare(&mut self, now: Duration, rate: Rate, cuts: Vec<Cut>) -> Vec<Action> {
        let order = Order::Prepare { rate_percent: rate.percent(), pieces: pieces(&cuts) };
        match &mut self.state {
            State::Idle { since } => {
                *since = now;
                vec![Action::Order(order)]
            }
            State::Speaking(_) | State::Stopping { .. } => vec![Action::Order(order)],
            State::Starting { .. } => {
                self.coming = Some(order);
                Vec::new()
            }
            State::Resting => {
                self.coming = Some(order);
                self.state = State::Starting { since: now, waiting: None };
                vec![Action::Start]
            }
            State::Down { .. } => Vec::new(),
        }
    }

    pub(super) fn set_volume(&mut self, volume: Volume) -> Vec<Action> {
        self.volume = volume;
        match self.state {
            State::Idle { .. } | State::Speaking(_) | State::Stopping { .. } => {
                vec![Action::Order(Order::Volume { percent: volume.percent() })]
            }
            State::Resting | State::Starting { .. } | State::Down { .. } => Vec::new(),
        }
    }

    pub(super) fn stop(&mut self, now: Duration) -> Vec<Action> {
        match &mut self.state {
            State::Speaking(speaking) => {
                let id = speaking.sentence.utterance.id;
                self.state = State::Stopping { id, since: now };
                vec![Action::Order(Order::Stop)]
            }
            State::Starting { waiting, .. } => match waiting.take() {
                Some(sentence) => vec![Action::Tell(VoiceEvent::Stopped(sentence.utterance.id))],
                None => Vec::new(),
            },
            State::Idle { .. } | State::Resting | State::Down { .. } | State::Stopping { .. } => Vec::new(),
        }
    }

    pub(super) fn report(&mut self, now: Duration, report: Report) -> Vec<Action> {
        match report {
            Report::Ready => self.ready(now),
            Report::Unusable { reason } => {
                tracing::warn!("voice: {reason}");
                self.start_failed(now, &reason)
            }
            Report::Speed { real_time_ms, is_live } => {
                if !is_live {
                    tracing::warn!(
                        "voice: needs {real_time_ms} ms for a second of sound; only what is there is played"
                    );
                }
                Vec::new()
            }
            Report::Begin { id } => self.begin(now, UtteranceId(id)),
            Report::Sounding { id, piece, length_ms } => self.sounding(now, UtteranceId(id), piece, length_ms),
            Report::End { id } | Report::Stopped { id } => self.silent(now, UtteranceId(id)),
            Report::Refused { id, reason } => {
                tracing::warn!("voice refused a sentence: {reason}");
                if self.current() == Some(UtteranceId(id)) { self.recover(now) } else { Vec::new() }
            }
            Report::Lacking { id, reason } => self.lacking(now, UtteranceId(id), reason),
        }
    }

    /// The worker has ended.
    pub(super) fn gone(&mut self, now: Duration) -> Vec<Action> {
        match self.state {
            State::Starting { .. } => self.start_failed(now, LOST),
            // Let go by us.
            State::Down { .. } | State::Resting => Vec::new(),
            State::Idle { .. } | State::Speaking(_) | State::Stopping { .. } => self.recover(now),
        }
    }

    /// The processes could not even be started.
    pub(super) fn cannot_start(&mut self, now: Duration, reason: &str) -> Vec<Action> {
        self.failed_starts = STARTS_MAX;
        self.start_failed(now, reason)
    }

    pub(super) fn tick(&mut self, now: Duration) -> Vec<Action> {
        match &self.state {
            State::Idle { since } => {
                let is_over = self.limits.release.is_some_and(|release| now.saturating_sub(*since) >= release);
                if !is_over {
                    return Vec::new();
                }
                self.state = State::Resting;
                vec![Action::Kill]
            }
            State::Down { again_at, .. } if now >= *again_at => self.start(now),
            State::Starting { since, .. } if now.saturating_sub(*since) > self.start_max() => {
                self.start_failed(now, LOST)
            }
            State::Starting { since, .. } if now.saturating_sub(*since) > self.limits.start => self.late(),
            State::Stopping { since, .. } if now.saturating_sub(*since) > self.limits.stop => self.recover(now),
            State::Speaking(speaking) if self.is_overdue(now, speaking) => {
                tracing::warn!(
                    "voice: no {} in time",
                    if speaking.sounds_since.is_some() { "end" } else { "beginning" }
                );
                self.recover(now)
            }
            State::Speaking(_) => self.progress(now),
            State::Resting | State::Down { .. } | State::Starting { .. } | State::Stopping { .. } => Vec::new(),
        }
    }

    fn is_overdue(&self, now: Duration, speaking: &Speaking) -> bool {
        let Utterance { text, rate, .. } = &speaking.sentence.utterance;
        match speaking.sounds_since {
            None => now.saturating_sub(speaking.asked_at) > self.limits.begin,
            Some(since) => now.saturating_sub(since) > self.pace.estimate(text, *rate) * 2 + self.limits.end_extra,
        }
    }

    fn say(&mut self, now: Duration, sentence: Waiting) -> Vec<Action> {
        let Utterance { id, text, rate, .. } = sentence.utterance.clone();
        if sentence.cuts.is_empty() && !text.chars().any(crate::speech::reading::sounds) {
            // Marks alone make an engine answer with an error or with nothing; nothing is what they sound like. So is a
            // chime to an engine that has none.
            self.state = State::Idle { since: now };
            return vec![Action::Tell(VoiceEvent::Begin(id)), Action::Tell(VoiceEvent::End(id))];
        }
        let pieces = pieces(&sentence.cuts);
        self.state = State::Speaking(Speaking {
            sentence,
            asked_at: now,
            sounds_since: None,
            piece: None,
            said_chars: 0,
            told_at: now,
        });
        let (rate_percent, volume_percent) = (rate.percent(), self.volume.percent());
        vec![Action::Order(Order::Speak { id: id.0, text, rate_percent, volume_percent, pieces })]
    }

    fn ready(&mut self, now: Duration) -> Vec<Action> {
        let State::Starting { waiting, .. } = &mut self.state else { return Vec::new() };
        let waiting = waiting.take();
        self.state = State::Idle { since: now };
        let mut actions = self.set_ready(true, VoiceEvent::Ready);
        let coming = self.coming.take();
        if let Some(sentence) = waiting {
            actions.extend(self.say(now, sentence));
        }
        actions.extend(coming.map(Action::Order));
        actions
    }

    fn begin(&mut self, now: Duration, id: UtteranceId) -> Vec<Action> {
        let State::Speaking(speaking) = &mut self.state else { return Vec::new() };
        if speaking.sentence.utterance.id != id || speaking.sounds_since.is_some() {
            return Vec::new();
        }
        (self.failed_starts, self.deaths) = (0, 0);
        self.retry = self.limits.retry;
        speaking.sounds_since = Some(now);
        speaking.told_at = now;
        let is_first = !std::mem::replace(&mut speaking.sentence.has_begun, true);
        if is_first { vec![Action::Tell(VoiceEvent::Begin(id))] } else { Vec::new() }
    }

    /// A piece whose length is known begins to sound.
    fn sounding(&mut self, now: Duration, id: UtteranceId, piece: usize, length_ms: u32) -> Vec<Action> {
        if let State::Speaking(speaking) = &mut self.state
            && speaking.sentence.utterance.id == id
        {
            speaking.piece = Some((piece, now, Duration::from_millis(u64::from(length_ms))));
        }
        Vec::new()
    }

    /// The engine is well and has not got this sentence.
    fn lacking(&mut self, now: Duration, id: UtteranceId, reason: String) -> Vec<Action> {
        if self.current() != Some(id) {
            return Vec::new();
        }
        let was_stopping = matches!(self.state, State::Stopping { .. });
        self.state = State::Idle { since: now };
        let event = if was_stopping { VoiceEvent::Stopped(id) } else { VoiceEvent::Failed(id, reason) };
        vec![Action::Tell(event)]
    }

    /// The sentence has come to its end or was cut off.
    fn silent(&mut self, now: Duration, id: UtteranceId) -> Vec<Action> {
        if self.current() != Some(id) {
            return Vec::new();
        }
        let state = std::mem::replace(&mut self.state, State::Idle { since: now });
        match state {
            State::Speaking(speaking) => {
                if let Some(since) = speaking.sounds_since {
                    let Utterance { text, rate, .. } = &speaking.sentence.utterance;
                    self.pace.learn(text, *rate, now.saturating_sub(since).saturating_sub(END_TAIL));
                }
                let begun = speaking.sentence.has_begun;
                let begin = (!begun).then_some(Action::Tell(VoiceEvent::Begin(id)));
                begin.into_iter().chain([Action::Tell(VoiceEvent::End(id))]).collect()
            }
            State::Stopping { .. } => vec![Action::Tell(VoiceEvent::Stopped(id))],
            State::Idle { .. } | State::Resting | State::Starting { .. } | State::Down { .. } => Vec::new(),
        }
    }

    fn progress(&mut self, now: Duration) -> Vec<Action> {
        let State::Speaking(speaking) = &mut self.state else { return Vec::new() };
        let Some(since) = speaking.sounds_since else { return Vec::new() };
        if now.saturating_sub(speaking.told_at) < PROGRESS_EVERY {
            return Vec::new();
        }
        speaking.told_at = now;
        let Utterance { id, text, rate, .. } = &speaking.sentence.utterance;
        let cut = speaking.piece.and_then(|(piece, from, length)| {
            speaking.sentence.cuts.get(piece).map(|cut| (cut.chars.clone(), now.saturating_sub(from), length))
        });
        let said = match cut {
            // Its length is known: the mark is paced over it and cannot run away from the voice.
            Some((chars, heard, length)) => {
                let share = heard.as_secs_f64() / length.as_secs_f64().max(0.001);
                let part: String = text.chars().skip(chars.start).take(chars.len()).collect();
                chars.start + pace::char_within(&part, share)
            }
            None => self.pace.char_at(text, *rate, now.saturating_sub(since)),
        };
        if said <= speaking.said_chars {
            return Vec::new();
        }
        speaking.said_chars = said;
        vec![Action::Tell(VoiceEvent::Progress(*id, said))]
    }

    /// The engine has failed: once per sentence it is started anew, then the sentence fails.
    fn recover(&mut self, now: Duration) -> Vec<Action> {
        let state = std::mem::replace(&mut self.state, State::Idle { since: now });
        self.deaths += 1;
        let mut actions = vec![Action::Start];
        let waiting = match state {
            State::Speaking(Speaking { sentence, .. }) if !sentence.is_second_try => {
                Some(Waiting { is_second_try: true, ..sentence })
            }
            State::Speaking(Speaking { sentence, .. }) => return self.give_up(now, LOST, Some(sentence)),
            State::Stopping { id, .. } => {
                // Killed is silent.
                actions.push(Action::Tell(VoiceEvent::Stopped(id)));
                None
            }
            State::Starting { waiting, .. } => waiting,
            State::Idle { .. } | State::Resting | State::Down { .. } => None,
        };
        if self.deaths > DEATHS_MAX {
            // A worker that starts and dies, starts and dies, is not started for ever.
            actions.remove(0);
            actions.extend(self.give_up(now, LOST, waiting));
            return actions;
        }
        self.state = State::Starting { since: now, waiting };
        actions
    }

    fn start_max(&self) -> Duration {
        self.limits.start + self.limits.start_extra
    }

    /// Others speak for a worker that is still starting; it is told when it can.
    fn late(&mut self) -> Vec<Action> {
        let State::Starting { waiting, .. } = &mut self.state else { return Vec::new() };
        let sentence = waiting.take();
        let mut actions = self.set_ready(false, VoiceEvent::Unavailable(LOST.to_owned()));
        actions.extend(sentence.map(|s| Action::Tell(VoiceEvent::Failed(s.utterance.id, LOST.to_owned()))));
        actions
    }

    fn start_failed(&mut self, now: Duration, reason: &str) -> Vec<Action> {
        let State::Starting { waiting, .. } = &mut self.state else { return Vec::new() };
        let waiting = waiting.take();
        self.failed_starts += 1;
        if self.failed_starts < STARTS_MAX {
            self.state = State::Starting { since: now, waiting };
            return vec![Action::Start];
        }
        self.give_up(now, reason, waiting)
    }

    /// Unavailable for a while; then it is tried again by itself.
    fn give_up(&mut self, now: Duration, reason: &str, sentence: Option<Waiting>) -> Vec<Action> {
        self.state = State::Down { again_at: now + self.retry, reason: reason.to_owned() };
        self.retry = (self.retry * 2).min(self.limits.retry_max);
        // From now on one start a try: two in a row only spend what a machine without a sound device does not have.
        self.failed_starts = STARTS_MAX - 1;
        let mut actions = vec![Action::Kill];
        actions.extend(self.set_ready(false, VoiceEvent::Unavailable(reason.to_owned())));
        if let Some(sentence) = sentence {
            actions.push(Action::Tell(VoiceEvent::Failed(sentence.utterance.id, reason.to_owned())));
        }
        actions
    }

    fn set_ready(&mut self, is_ready: bool, event: VoiceEvent) -> Vec<Action> {
        let changed = self.is_ready.replace(is_ready) != Some(is_ready);
        if changed { vec![Action::Tell(event)] } else { Vec::new() }
    }

    fn current(&self) -> Option<UtteranceId> {
        match &self.state {
            State::Speaking(speaking) => Some(speaking.sentence.utterance.id),
            State::Stopping { id, .. } => Some(*id),
            State::Idle { .. } | State::Resting | State::Starting { .. } | State::Down { .. } => None,
        }
    }
}

fn pieces(cuts: &[Cut]) -> Vec<Piece> {
    cuts.iter().map(|cut| cut.piece.clone()).collect()
}

#[cfg(test)]
mod tests;
