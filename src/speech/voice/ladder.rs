//! Several voices, best first: a sentence that one cannot say is said by the next, and each comes back when it is well.
//! It never has two of them sound at once, and starts one only when those above it have failed.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::{Utterance, UtteranceId, Voice, VoiceEvent, VoiceEvents, Volume};

/// Voices in their order.
pub struct Ladder {
    rungs: Option<Vec<Rung>>,
    inputs: Option<Sender<Input>>,
    thread: Option<JoinHandle<()>>,
}

struct Rung {
    name: &'static str,
    voice: Box<dyn Voice>,
    standing: Standing,
}

#[derive(Clone, PartialEq, Eq)]
enum Standing {
    /// Not needed yet.
    Unstarted,
    Starting,
    Ready,
    Down(String),
}

enum Input {
    Speak(Utterance),
    Prepare(Vec<Utterance>),
    Volume(Volume),
    Stop,
    Close,
    Told(usize, VoiceEvent),
}

impl Ladder {
    /// Voices with their names for the log, best first.
    pub fn of(voices: Vec<(&'static str, Box<dyn Voice>)>) -> Self {
        let rung = |(name, voice)| Rung { name, voice, standing: Standing::Unstarted };
        Self { rungs: Some(voices.into_iter().map(rung).collect()), inputs: None, thread: None }
    }

    fn send(&self, input: Input) {
        if let Some(inputs) = &self.inputs {
            // The thread ends only when this voice is dropped.
            let _ = inputs.send(input);
        }
    }
}

impl Voice for Ladder {
    fn start(&mut self, events: VoiceEvents) {
        let Some(rungs) = self.rungs.take() else { return };
        let (inputs, receiver) = channel();
        let owner =
            Owner { rungs, events: events.clone(), inputs: inputs.clone(), current: None, volume: None, told: None };
        match thread::Builder::new().name("voices".to_owned()).spawn(move || owner.run(&receiver)) {
            Ok(thread) => (self.inputs, self.thread) = (Some(inputs), Some(thread)),
            Err(error) => events.send(VoiceEvent::Unavailable(format!("语音启动不了：{error}"))),
        }
    }

    fn prepare(&mut self, utterances: &[Utterance]) {
        self.send(Input::Prepare(utterances.to_vec()));
    }

    fn speak(&mut self, utterance: Utterance) {
        self.send(Input::Speak(utterance));
    }

    fn set_volume(&mut self, volume: Volume) {
        self.send(Input::Volume(volume));
    }

    fn stop(&mut self) {
        self.send(Input::Stop);
    }
}

impl Drop for Ladder {
    fn drop(&mut self) {
        self.send(Input::Close);
        // Dropping a voice waits for no engine.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The sentence that is being said, and by whom.
struct Current {
    utterance: Utterance,
    rung: usize,
    has_begun: bool,
    is_stopping: bool,
}

struct Owner {
    rungs: Vec<Rung>,
    events: VoiceEvents,
    inputs: Sender<Input>,
    current: Option<Current>,
    volume: Option<Volume>,
    /// What was told last of being able to speak.
    told: Option<VoiceEvent>,
}

impl Owner {
    fn run(mut self, inputs: &Receiver<Input>) {
        self.start(0);
        for input in inputs {
            match input {
                Input::Speak(utterance) => self.speak_from(0, utterance, false),
                Input::Prepare(utterances) => {
                    if let Some(rung) = self.speaker(0).and_then(|index| self.rungs.get_mut(index)) {
                        rung.voice.prepare(&utterances);
                    }
                }
                Input::Volume(volume) => {
                    self.volume = Some(volume);
                    let is_started = |rung: &&mut Rung| rung.standing != Standing::Unstarted;
                    self.rungs.iter_mut().filter(is_started).for_each(|rung| rung.voice.set_volume(volume));
                }
                Input::Stop => {
                    if let Some(current) = &mut self.current {
                        current.is_stopping = true;
                        if let Some(rung) = self.rungs.get_mut(current.rung) {
                            rung.voice.stop();
                        }
                    }
                }
                Input::Told(index, event) => self.told(index, event),
                Input::Close => return,
            }
        }
    }

    fn start(&mut self, index: usize) {
        let inputs = self.inputs.clone();
        let Some(rung) = self.rungs.get_mut(index).filter(|rung| rung.standing == Standing::Unstarted) else { return };
        rung.standing = Standing::Starting;
        rung.voice.start(VoiceEvents::to(move |event| drop(inputs.send(Input::Told(index, event)))));
        if let Some(volume) = self.volume {
            rung.voice.set_volume(volume);
        }
    }

    /// Who would speak now, from this one on: the first that can, or else the first that may soon.
    fn speaker(&self, from: usize) -> Option<usize> {
        let standing = |index: &usize| self.rungs.get(*index).map(|rung| &rung.standing);
        let of = |wanted: Standing| (from..self.rungs.len()).find(|index| standing(index) == Some(&wanted));
        of(Standing::Ready).or_else(|| of(Standing::Starting)).or_else(|| of(Standing::Unstarted))
    }

    fn speak_from(&mut self, from: usize, utterance: Utterance, has_begun: bool) {
        let Some(index) = self.speaker(from) else {
            let reason = self.reason();
            return self.events.send(VoiceEvent::Failed(utterance.id, reason));
        };
        self.start(index);
        if let Some(rung) = self.rungs.get_mut(index) {
            rung.voice.speak(utterance.clone());
        }
        self.current = Some(Current { utterance, rung: index, has_begun, is_stopping: false });
    }

    fn told(&mut self, index: usize, event: VoiceEvent) {
        match event {
            VoiceEvent::Ready => self.stands(index, Standing::Ready),
            VoiceEvent::Unavailable(reason) => {
                if let Some(rung) = self.rungs.get(index) {
                    tracing::warn!(voice = rung.name, reason, "this voice cannot speak");
                }
                self.stands(index, Standing::Down(reason));
                self.start(index + 1);
                self.tell_standing();
            }
            VoiceEvent::Begin(id) => {
                if let Some(current) = self.current.as_mut().filter(|c| c.is(index, id))
                    && !std::mem::replace(&mut current.has_begun, true)
                {
                    self.events.send(VoiceEvent::Begin(id));
                }
            }
            VoiceEvent::Progress(id, _) | VoiceEvent::End(id) | VoiceEvent::Stopped(id) => {
                let Some(current) = self.current.take_if(|c| c.is(index, id)) else { return };
                if let VoiceEvent::Progress(..) = event {
                    self.current = Some(current);
                }
                self.events.send(event);
            }
            VoiceEvent::Failed(id, reason) => self.failed(index, id, reason),
        }
    }

    /// The next voice says it, from its beginning; the last one's failure is the sentence's.
    fn failed(&mut self, index: usize, id: UtteranceId, reason: String) {
        let Some(current) = self.current.take_if(|c| c.is(index, id)) else { return };
        if current.is_stopping {
            return self.events.send(VoiceEvent::Stopped(id));
        }
        if self.speaker(index + 1).is_none() {
            return self.events.send(VoiceEvent::Failed(id, reason));
        }
        tracing::warn!("a sentence goes to the next voice: {reason}");
        self.speak_from(index + 1, current.utterance, current.has_begun);
    }

    fn stands(&mut self, index: usize, standing: Standing) {
        if let Some(rung) = self.rungs.get_mut(index) {
            rung.standing = standing;
        }
        self.tell_standing();
    }

    /// Ready as soon as one can speak, unavailable when none can and none is starting.
    fn tell_standing(&mut self) {
        let any = |wanted: Standing| self.rungs.iter().any(|rung| rung.standing == wanted);
        let event = if any(Standing::Ready) {
            VoiceEvent::Ready
        } else if any(Standing::Starting) || any(Standing::Unstarted) {
            return;
        } else {
            VoiceEvent::Unavailable(self.reason())
        };
        if self.told.as_ref() != Some(&event) {
            self.told = Some(event.clone());
            self.events.send(event);
        }
    }

    /// Why nobody can speak: what the last one says, which every machine should have.
    fn reason(&self) -> String {
        let down = |rung: &Rung| if let Standing::Down(reason) = &rung.standing { Some(reason.clone()) } else { None };
        self.rungs.iter().rev().find_map(down).unwrap_or_else(|| "本机没有装语音".to_owned())
    }
}

impl Current {
    fn is(&self, rung: usize, id: UtteranceId) -> bool {
        self.rung == rung && self.utterance.id == id
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rate, SilentVoice, SimFault, SimVoice};
    use super::*;
    use crate::base::clock::SystemClock;
    use std::sync::Arc;
    use std::sync::mpsc::Receiver;
    use std::time::Duration;

    fn told(events: &Receiver<VoiceEvent>, wanted: impl Fn(&VoiceEvent) -> bool) -> Vec<VoiceEvent> {
        let mut seen = Vec::new();
        loop {
            seen.push(events.recv_timeout(Duration::from_secs(20)).unwrap());
            if wanted(seen.last().unwrap()) {
                return seen;
            }
        }
    }

    fn sentence(id: u64) -> Utterance {
        Utterance::new(UtteranceId(id), "请到一楼取号。", Rate::NORMAL)
    }

    #[test]
    fn a_sentence_that_the_best_voice_cannot_say_is_said_by_the_next() {
        let (best, best_hand) = SimVoice::new(Arc::new(SystemClock::new()));
        let (next, next_hand) = SimVoice::new(Arc::new(SystemClock::new()));
        best_hand.set_speed_percent(5000);
        next_hand.set_speed_percent(5000);
        best_hand.fail_next(SimFault::Fail("没有模型".to_owned()));
        let (sender, events) = channel();
        let mut ladder = Ladder::of(vec![("best", Box::new(best)), ("next", Box::new(next))]);
        ladder.start(sender.into());
        told(&events, |e| *e == VoiceEvent::Ready);
        ladder.speak(sentence(1));
        let seen = told(&events, |e| matches!(e, VoiceEvent::End(_) | VoiceEvent::Failed(..)));
        assert_eq!(seen.last(), Some(&VoiceEvent::End(UtteranceId(1))));
        assert_eq!((best_hand.spoken().len(), next_hand.spoken().len()), (0, 1));
        ladder.speak(sentence(2));
        told(&events, |e| *e == VoiceEvent::End(UtteranceId(2)));
        assert_eq!(best_hand.spoken().len(), 1, "the best voice is asked first again");
    }

    #[test]
    fn a_voice_that_dies_in_a_sentence_is_followed_by_one_that_says_it_whole() {
        let (best, best_hand) = SimVoice::new(Arc::new(SystemClock::new()));
        let (next, next_hand) = SimVoice::new(Arc::new(SystemClock::new()));
        best_hand.set_speed_percent(2000);
        next_hand.set_speed_percent(2000);
        best_hand.fail_next(SimFault::Die);
        let (sender, events) = channel();
        let mut ladder = Ladder::of(vec![("best", Box::new(best)), ("next", Box::new(next))]);
        ladder.start(sender.into());
        told(&events, |e| *e == VoiceEvent::Ready);
        ladder.speak(sentence(1));
        let seen = told(&events, |e| matches!(e, VoiceEvent::End(_) | VoiceEvent::Failed(..)));
        let begins = seen.iter().filter(|e| matches!(e, VoiceEvent::Begin(_))).count();
        assert_eq!((begins, seen.last()), (1, Some(&VoiceEvent::End(UtteranceId(1)))), "{seen:?}");
        assert_eq!(next_hand.spoken(), ["请到一楼取号。"]);
    }

    #[test]
    fn when_none_can_speak_the_reason_is_told_once() {
        let silent = |reason| Box::new(SilentVoice::new(reason)) as Box<dyn Voice>;
        let (sender, events) = channel();
        let mut ladder = Ladder::of(vec![("best", silent("没有语音数据")), ("next", silent("本机没有安装语音服务"))]);
        ladder.start(sender.into());
        let reason = "本机没有安装语音服务".to_owned();
        assert_eq!(told(&events, |_| true), [VoiceEvent::Unavailable(reason.clone())]);
        ladder.speak(sentence(1));
        assert_eq!(told(&events, |_| true), [VoiceEvent::Failed(UtteranceId(1), reason)]);
        drop(ladder);
        assert!(events.try_recv().is_err());
    }
}
