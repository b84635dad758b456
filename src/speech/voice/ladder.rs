//! Several voices, best first: a sentence that one cannot say is said by the next, and each comes back when it is well.
//! It never has two of them sound at once, and starts one only when those above it have failed.

use std::sync::mpsc::{Receiver, Sender};

use super::threaded::{Call, Owner, Threaded};
use super::{Utterance, UtteranceId, Voice, VoiceEvent, VoiceEvents, Volume};
use crate::speech::diction::{Diction, Language, Speaker};

/// Voices in their order. Those that speak no Mandarin are started by the first sentence in their language.
pub type Ladder = Threaded<Rungs>;

/// The voices before they are started.
pub struct Rungs(Vec<Rung>);

struct Rung {
    name: &'static str,
    voice: Box<dyn Voice>,
    languages: Vec<Language>,
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

impl Ladder {
    /// Voices with their names for the log, best first.
    pub fn of(voices: Vec<(&'static str, Box<dyn Voice>)>) -> Self {
        let rung = |(name, voice): (_, Box<dyn Voice>)| {
            let languages = voice.languages();
            Rung { name, voice, languages, standing: Standing::Unstarted }
        };
        Self::by(Rungs(voices.into_iter().map(rung).collect()))
    }
}

/// What a voice has told, with its place.
pub type Told = (usize, VoiceEvent);

impl Owner for Rungs {
    type News = Told;
    const THREAD: &'static str = "voices";

    fn languages(&self) -> Vec<Language> {
        // A text in a language that none has is excused in Mandarin.
        vec![Language::Mandarin, Language::English, Language::Cantonese]
    }

    fn serve(self, events: VoiceEvents, calls: &Receiver<Call<Told>>, back: Sender<Call<Told>>) {
        let climber =
            Climber { rungs: self.0, events, back, current: None, volume: None, standing_told: None, excused: None };
        climber.run(calls);
    }
}

/// The sentence that is being said, and by whom.
struct Current {
    utterance: Utterance,
    rung: usize,
    has_begun: bool,
    is_stopping: bool,
    /// It stands in for a sentence in a language that nobody speaks, and marks no character of it.
    is_excuse: bool,
}

struct Climber {
    rungs: Vec<Rung>,
    events: VoiceEvents,
    back: Sender<Call<Told>>,
    current: Option<Current>,
    volume: Option<Volume>,
    /// What was told last of being able to speak.
    standing_told: Option<VoiceEvent>,
    /// The language that nobody speaks and that was excused just now; its other sentences are passed over.
    excused: Option<Language>,
}

impl Climber {
    fn run(mut self, calls: &Receiver<Call<Told>>) {
        self.start_from(0);
        for call in calls {
            match call {
                Call::Speak(utterance) => {
                    self.excused = self.excused.take_if(|language| *language == utterance.diction.language);
                    self.speak_from(0, utterance, false);
                }
                Call::Prepare(utterances) => self.prepare(utterances),
                Call::Volume(volume) => {
                    self.volume = Some(volume);
                    let is_started = |rung: &&mut Rung| rung.standing != Standing::Unstarted;
                    self.rungs.iter_mut().filter(is_started).for_each(|rung| rung.voice.set_volume(volume));
                }
                Call::Stop => self.stop(),
                Call::News((index, event)) => self.told(index, event),
                Call::Close => return,
            }
        }
    }

    /// Starts the first voice for Mandarin from this one on: that is what a hall cannot do without.
    fn start_from(&mut self, from: usize) {
        let speaks = |index: &usize| self.rungs.get(*index).is_some_and(|rung| rung.speaks(Language::Mandarin));
        if let Some(index) = (from..self.rungs.len()).find(speaks) {
            self.start(index);
        }
    }

    fn start(&mut self, index: usize) {
        let back = self.back.clone();
        let Some(rung) = self.rungs.get_mut(index).filter(|rung| rung.standing == Standing::Unstarted) else { return };
        rung.standing = Standing::Starting;
        rung.voice.start(VoiceEvents::to(move |event| drop(back.send(Call::News((index, event))))));
        if let Some(volume) = self.volume {
            rung.voice.set_volume(volume);
        }
    }

    /// Who would say something in this language now, from this one on: the first that can, or else that may soon.
    fn speaker(&self, from: usize, language: Language) -> Option<usize> {
        let standing =
            |index: &usize| self.rungs.get(*index).filter(|rung| rung.speaks(language)).map(|rung| &rung.standing);
        let of = |wanted: Standing| (from..self.rungs.len()).find(|index| standing(index) == Some(&wanted));
        of(Standing::Ready).or_else(|| of(Standing::Starting)).or_else(|| of(Standing::Unstarted))
    }

    /// What comes next is made ready by whoever says what comes first; others speak live.
    fn prepare(&mut self, utterances: Vec<Utterance>) {
        let speaker = |utterance: &Utterance| self.speaker(0, utterance.diction.language);
        let Some(index) = utterances.first().and_then(speaker) else { return };
        let its: Vec<Utterance> = utterances.iter().filter(|u| speaker(u) == Some(index)).cloned().collect();
        if let Some(rung) = self.rungs.get_mut(index).filter(|rung| rung.standing != Standing::Unstarted) {
            rung.voice.prepare(&its);
        }
    }

    fn speak_from(&mut self, from: usize, utterance: Utterance, has_begun: bool) {
        let Some(index) = self.speaker(from, utterance.diction.language) else {
            return self.excuse(utterance, has_begun);
        };
        self.start(index);
        if let Some(rung) = self.rungs.get_mut(index) {
            rung.voice.speak(utterance.clone());
        }
        self.current = Some(Current { utterance, rung: index, has_begun, is_stopping: false, is_excuse: false });
    }

    /// Nobody speaks its language: that is said once, in Mandarin, and the page goes on. Without Mandarin it fails.
    fn excuse(&mut self, utterance: Utterance, has_begun: bool) {
        let (id, language) = (utterance.id, utterance.diction.language);
        if language == Language::Mandarin || self.speaker(0, Language::Mandarin).is_none() {
            let reason = self.reason();
            return self.events.send(VoiceEvent::Failed(id, reason));
        }
        if self.excused.replace(language) == Some(language) {
            if !has_begun {
                self.events.send(VoiceEvent::Begin(id));
            }
            return self.events.send(VoiceEvent::End(id));
        }
        let mandarin = Diction { speaker: Speaker::Interface, language: Language::Mandarin };
        let said = Utterance::new(id, language.excuse(), utterance.rate).in_diction(mandarin);
        self.speak_from(0, said, has_begun);
        if let Some(current) = &mut self.current {
            current.is_excuse = true;
        }
    }

    fn stop(&mut self) {
        self.excused = None;
        if let Some(current) = &mut self.current {
            current.is_stopping = true;
            if let Some(rung) = self.rungs.get_mut(current.rung) {
                rung.voice.stop();
            }
        }
    }

    fn told(&mut self, index: usize, event: VoiceEvent) {
        match event {
            VoiceEvent::Ready => self.stands(index, Standing::Ready),
            VoiceEvent::Unavailable(reason) => self.is_down(index, reason),
            VoiceEvent::Begin(id) => {
                if let Some(current) = self.current.as_mut().filter(|c| c.is(index, id))
                    && !std::mem::replace(&mut current.has_begun, true)
                {
                    self.events.send(VoiceEvent::Begin(id));
                }
            }
            VoiceEvent::Progress(id, _) => {
                if self.current.as_ref().is_some_and(|c| c.is(index, id) && !c.is_excuse) {
                    self.events.send(event);
                }
            }
            VoiceEvent::End(id) | VoiceEvent::Stopped(id) => {
                if self.current.take_if(|c| c.is(index, id)).is_some() {
                    self.events.send(event);
                }
            }
            VoiceEvent::Failed(id, reason) => self.failed(index, id, reason),
        }
    }

    fn is_down(&mut self, index: usize, reason: String) {
        let Some(rung) = self.rungs.get(index) else { return };
        tracing::warn!(voice = rung.name, reason, "this voice cannot speak");
        let is_needed = rung.speaks(Language::Mandarin);
        self.stands(index, Standing::Down(reason));
        if is_needed {
            self.start_from(index + 1);
            self.tell_standing();
        }
    }

    /// The next voice says it, from its beginning; the last one's failure is the sentence's.
    fn failed(&mut self, index: usize, id: UtteranceId, reason: String) {
        let Some(current) = self.current.take_if(|c| c.is(index, id)) else { return };
        if current.is_stopping {
            return self.events.send(VoiceEvent::Stopped(id));
        }
        let language = current.utterance.diction.language;
        if language == Language::Mandarin && self.speaker(index + 1, language).is_none() {
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

    /// Ready as soon as one can speak Mandarin, unavailable when none can and none is starting.
    fn tell_standing(&mut self) {
        let any = |wanted: Standing| self.mandarin().any(|rung| rung.standing == wanted);
        let event = if any(Standing::Ready) {
            VoiceEvent::Ready
        } else if any(Standing::Starting) || any(Standing::Unstarted) {
            return;
        } else {
            VoiceEvent::Unavailable(self.reason())
        };
        if self.standing_told.as_ref() != Some(&event) {
            self.standing_told = Some(event.clone());
            self.events.send(event);
        }
    }

    fn mandarin(&self) -> impl DoubleEndedIterator<Item = &Rung> {
        self.rungs.iter().filter(|rung| rung.speaks(Language::Mandarin))
    }

    /// Why nobody can speak: what the last one says, which every machine should have.
    fn reason(&self) -> String {
        let down = |rung: &Rung| if let Standing::Down(reason) = &rung.standing { Some(reason.clone()) } else { None };
        self.mandarin().rev().find_map(down).unwrap_or_else(|| "本机没有装语音".to_owned())
    }
}

impl Rung {
    fn speaks(&self, language: Language) -> bool {
        self.languages.contains(&language)
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
    use std::sync::mpsc::{Receiver, channel};
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

    fn in_english(id: u64, text: &str) -> Utterance {
        let diction = Diction { language: Language::English, ..Diction::default() };
        Utterance::new(UtteranceId(id), text, Rate::NORMAL).in_diction(diction)
    }

    #[test]
    fn english_goes_to_the_voice_that_speaks_it_and_starts_it_only_then() {
        let (mandarin, mandarin_hand) = SimVoice::new(Arc::new(SystemClock::new()));
        let (english, english_hand) = SimVoice::new(Arc::new(SystemClock::new()));
        let english = english.speaking(vec![Language::English]);
        mandarin_hand.set_speed_percent(5000);
        english_hand.set_speed_percent(5000);
        let (sender, events) = channel();
        let mut ladder = Ladder::of(vec![("mandarin", Box::new(mandarin)), ("english", Box::new(english))]);
        ladder.start(sender.into());
        told(&events, |e| *e == VoiceEvent::Ready);
        assert!(!english_hand.is_started());
        ladder.speak(in_english(1, "Please take a number."));
        told(&events, |e| *e == VoiceEvent::End(UtteranceId(1)));
        ladder.speak(sentence(2));
        told(&events, |e| *e == VoiceEvent::End(UtteranceId(2)));
        assert_eq!(english_hand.spoken(), ["Please take a number."]);
        assert_eq!(mandarin_hand.spoken(), ["请到一楼取号。"]);
    }

    #[test]
    fn a_language_that_nobody_speaks_is_excused_once_and_the_page_goes_on() {
        let (mandarin, hand) = SimVoice::new(Arc::new(SystemClock::new()));
        hand.set_speed_percent(5000);
        let (sender, events) = channel();
        let mut ladder = Ladder::of(vec![("mandarin", Box::new(mandarin))]);
        ladder.start(sender.into());
        told(&events, |e| *e == VoiceEvent::Ready);
        for id in [1, 2] {
            ladder.speak(in_english(id, "Please take a number."));
            let seen = told(&events, |e| *e == VoiceEvent::End(UtteranceId(id)));
            assert!(!seen.iter().any(|e| matches!(e, VoiceEvent::Progress(..))), "{seen:?}");
        }
        ladder.speak(sentence(3));
        told(&events, |e| *e == VoiceEvent::End(UtteranceId(3)));
        assert_eq!(hand.spoken(), [Language::English.excuse(), "请到一楼取号。"]);
        // After Mandarin it is said again.
        ladder.speak(in_english(4, "Thank you."));
        told(&events, |e| *e == VoiceEvent::End(UtteranceId(4)));
        assert_eq!(hand.spoken().len(), 3);
    }

    #[test]
    fn an_english_voice_that_fails_is_excused_in_mandarin() {
        let (mandarin, hand) = SimVoice::new(Arc::new(SystemClock::new()));
        hand.set_speed_percent(5000);
        let english = SilentVoice::new("没有英文语音").speaking(vec![Language::English]);
        let (sender, events) = channel();
        let mut ladder = Ladder::of(vec![("mandarin", Box::new(mandarin)), ("english", Box::new(english))]);
        ladder.start(sender.into());
        told(&events, |e| *e == VoiceEvent::Ready);
        ladder.speak(in_english(1, "Please take a number."));
        let seen = told(&events, |e| *e == VoiceEvent::End(UtteranceId(1)));
        assert!(!seen.iter().any(|e| matches!(e, VoiceEvent::Unavailable(_) | VoiceEvent::Failed(..))), "{seen:?}");
        assert_eq!(hand.spoken(), [Language::English.excuse()]);
    }
}
