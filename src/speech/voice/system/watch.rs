//! The watchdog of the system's voice, pure: it decides when the daemon is restarted and when a sentence has failed.
//! Whatever the engine does, after each `speak` it tells exactly one of End, Stopped and Failed.

use std::time::Duration;

use super::super::{Rate, Utterance, UtteranceId, VoiceEvent};
use super::wire::{Order, Report};
use crate::speech::pace::Pace;

/// What residents read when the engine failed twice.
const LOST: &str = "语音暂时不能使用，请阅读屏幕上的文字";
/// Starts that may fail in a row before the voice is called unavailable.
const STARTS_MAX: u32 = 2;
/// The engine reports the end so much after the last sound (measured with a null sink).
const END_TAIL: Duration = Duration::from_millis(370);
/// How often a page hears how far the voice is.
const PROGRESS_EVERY: Duration = Duration::from_millis(80);

/// How long the watchdog waits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From the start of the daemon until it can speak.
    pub start: Duration,
    /// From `speak` to the first sound.
    pub begin: Duration,
    /// Beyond twice the estimate of a sentence.
    pub end_extra: Duration,
    /// From a stop to its confirmation; then the daemon is killed, which silences it.
    pub stop: Duration,
    /// Until an engine that was given up is tried again; doubles each time.
    pub retry: Duration,
    /// The longest such wait.
    pub retry_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(8),
            begin: Duration::from_millis(1500),
            end_extra: Duration::from_secs(3),
            stop: Duration::from_millis(150),
            retry: Duration::from_secs(5),
            retry_max: Duration::from_secs(300),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// Kill what runs and start anew.
    Start,
    /// Kill what runs.
    Kill,
    Order(Order),
    Tell(VoiceEvent),
}

enum State {
    /// Given up until then.
    Down {
        again_at: Duration,
        reason: String,
    },
    /// The daemon is starting; the sentence waits for it.
    Starting {
        since: Duration,
        waiting: Option<Waiting>,
    },
    Idle,
    Speaking(Speaking),
    Stopping {
        id: UtteranceId,
        since: Duration,
    },
}

struct Waiting {
    utterance: Utterance,
    /// The engine has failed this sentence once.
    is_second_try: bool,
    /// The page has heard of its beginning.
    has_begun: bool,
}

struct Speaking {
    sentence: Waiting,
    asked_at: Duration,
    sounds_since: Option<Duration>,
    said_chars: usize,
    told_at: Duration,
}

/// The state of the daemon, the worker and the sentence.
pub(super) struct Watch {
    limits: Limits,
    state: State,
    pace: Pace,
    failed_starts: u32,
    retry: Duration,
    is_ready: Option<bool>,
}

impl Watch {
    pub(super) fn new(limits: Limits) -> Self {
        let retry = limits.retry;
        let state = State::Starting { since: Duration::ZERO, waiting: None };
        Self { limits, state, pace: Pace::default(), failed_starts: 0, retry, is_ready: None }
    }

    pub(super) fn start(&mut self, now: Duration) -> Vec<Action> {
        self.state = State::Starting { since: now, waiting: None };
        vec![Action::Start]
    }

    /// How long nothing can happen by itself; `None` while only a command can change anything.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        match &self.state {
            State::Idle => None,
            State::Down { again_at, .. } => Some(again_at.saturating_sub(now)),
            State::Starting { since, .. } => Some((*since + self.limits.start).saturating_sub(now)),
            State::Speaking(_) | State::Stopping { .. } => Some(Duration::ZERO),
        }
    }

    pub(super) fn speak(&mut self, now: Duration, utterance: Utterance) -> Vec<Action> {
        let sentence = Waiting { utterance, is_second_try: false, has_begun: false };
        match &mut self.state {
            State::Idle => self.say(now, sentence),
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
            State::Idle | State::Down { .. } | State::Stopping { .. } => Vec::new(),
        }
    }

    pub(super) fn report(&mut self, now: Duration, report: Report) -> Vec<Action> {
        match report {
            Report::Ready => self.ready(now),
            Report::Unusable { reason } => {
                tracing::warn!("voice: {reason}");
                self.start_failed(now, &reason)
            }
            Report::Begin { id } => self.begin(now, UtteranceId(id)),
            Report::End { id } | Report::Stopped { id } => self.silent(now, UtteranceId(id)),
            Report::Refused { id, reason } => {
                tracing::warn!("voice refused a sentence: {reason}");
                if self.current() == Some(UtteranceId(id)) { self.recover(now) } else { Vec::new() }
            }
        }
    }

    /// The worker has ended.
    pub(super) fn gone(&mut self, now: Duration) -> Vec<Action> {
        match self.state {
            State::Starting { .. } => self.start_failed(now, LOST),
            State::Down { .. } => Vec::new(),
            State::Idle | State::Speaking(_) | State::Stopping { .. } => self.recover(now),
        }
    }

    /// The processes could not even be started.
    pub(super) fn cannot_start(&mut self, now: Duration, reason: &str) -> Vec<Action> {
        self.failed_starts = STARTS_MAX;
        self.start_failed(now, reason)
    }

    pub(super) fn tick(&mut self, now: Duration) -> Vec<Action> {
        match &self.state {
            State::Idle => Vec::new(),
            State::Down { again_at, .. } if now >= *again_at => self.start(now),
            State::Starting { since, .. } if now.saturating_sub(*since) > self.limits.start => {
                self.start_failed(now, LOST)
            }
            State::Stopping { since, .. } if now.saturating_sub(*since) > self.limits.stop => self.recover(now),
            State::Speaking(speaking) if self.is_overdue(now, speaking) => {
                tracing::warn!(
                    "voice: no {} in time",
                    if speaking.sounds_since.is_some() { "end" } else { "beginning" }
                );
                self.recover(now)
            }
            State::Speaking(_) => self.progress(now),
            State::Down { .. } | State::Starting { .. } | State::Stopping { .. } => Vec::new(),
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
        let Utterance { id, text, rate } = sentence.utterance.clone();
        if !text.chars().any(crate::speech::reading::sounds) {
            // Marks alone make an engine answer with an error or with nothing; nothing is what they sound like.
            self.state = State::Idle;
            return vec![Action::Tell(VoiceEvent::Begin(id)), Action::Tell(VoiceEvent::End(id))];
        }
        self.state =
            State::Speaking(Speaking { sentence, asked_at: now, sounds_since: None, said_chars: 0, told_at: now });
        vec![Action::Order(Order::Speak { id: id.0, text, engine_rate: engine_rate(rate) })]
    }

    fn ready(&mut self, now: Duration) -> Vec<Action> {
        let State::Starting { waiting, .. } = &mut self.state else { return Vec::new() };
        let waiting = waiting.take();
        self.state = State::Idle;
        let mut actions = self.set_ready(true, VoiceEvent::Ready);
        if let Some(sentence) = waiting {
            actions.extend(self.say(now, sentence));
        }
        actions
    }

    fn begin(&mut self, now: Duration, id: UtteranceId) -> Vec<Action> {
        let State::Speaking(speaking) = &mut self.state else { return Vec::new() };
        if speaking.sentence.utterance.id != id || speaking.sounds_since.is_some() {
            return Vec::new();
        }
        self.failed_starts = 0;
        self.retry = self.limits.retry;
        speaking.sounds_since = Some(now);
        speaking.told_at = now;
        let is_first = !std::mem::replace(&mut speaking.sentence.has_begun, true);
        if is_first { vec![Action::Tell(VoiceEvent::Begin(id))] } else { Vec::new() }
    }

    /// The sentence has come to its end or was cut off.
    fn silent(&mut self, now: Duration, id: UtteranceId) -> Vec<Action> {
        if self.current() != Some(id) {
            return Vec::new();
        }
        let state = std::mem::replace(&mut self.state, State::Idle);
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
            State::Idle | State::Starting { .. } | State::Down { .. } => Vec::new(),
        }
    }

    fn progress(&mut self, now: Duration) -> Vec<Action> {
        let State::Speaking(speaking) = &mut self.state else { return Vec::new() };
        let Some(since) = speaking.sounds_since else { return Vec::new() };
        if now.saturating_sub(speaking.told_at) < PROGRESS_EVERY {
            return Vec::new();
        }
        speaking.told_at = now;
        let Utterance { id, text, rate } = &speaking.sentence.utterance;
        let said = self.pace.char_at(text, *rate, now.saturating_sub(since));
        if said <= speaking.said_chars {
            return Vec::new();
        }
        speaking.said_chars = said;
        vec![Action::Tell(VoiceEvent::Progress(*id, said))]
    }

    /// The engine has failed: once per sentence it is started anew, then the sentence fails.
    fn recover(&mut self, now: Duration) -> Vec<Action> {
        let state = std::mem::replace(&mut self.state, State::Idle);
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
            State::Idle | State::Down { .. } => None,
        };
        self.state = State::Starting { since: now, waiting };
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
        self.failed_starts = 0;
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
            State::Idle | State::Starting { .. } | State::Down { .. } => None,
        }
    }
}

/// Our rate on the daemon's scale. Its module speaks 80 words a minute at -100, 170 at 0 and 449 at 100.
fn engine_rate(rate: Rate) -> f32 {
    let words = 170.0 * f32::from(rate.percent()) / 100.0;
    if words < 170.0 { (words - 170.0) / 90.0 * 100.0 } else { (words - 170.0) / 279.0 * 100.0 }
}

#[cfg(test)]
mod tests;
