//! A simulated voice: paced by the clock, with a transcript and scripted faults.
//! It makes no sound, and a fault happens only when it was asked for.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use super::{Utterance, Voice, VoiceEvent, VoiceEvents, Volume};
use crate::base::clock::Clock;
use crate::speech::diction::{Chime, Language};
use crate::speech::pace::Pace;

/// How often the simulator looks at the clock while it speaks.
const TICK: Duration = Duration::from_millis(10);

/// What goes wrong with the next sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimFault {
    /// No event at all, not even for a stop.
    Hang,
    /// It begins and never ends, and a stop is ignored.
    HangAfterBegin,
    /// The engine dies in the middle and stays dead.
    Die,
    /// It begins so much later.
    Late(Duration),
    /// It fails at once.
    Fail(String),
}

/// One line of the transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimLine {
    /// A sentence was begun.
    Spoke(String),
    /// A chime sounded.
    Chimed(Chime),
    /// It was said to its end.
    Ended,
    /// It was stopped.
    Stopped,
    /// A sentence was asked for while another sounded: the promise that a test must never see broken.
    Overlapped(String),
}

/// A voice for tests and for `--demo`.
pub struct SimVoice {
    clock: Arc<dyn Clock>,
    shared: Arc<Mutex<Shared>>,
    languages: Vec<Language>,
    commands: Option<Sender<Command>>,
}

/// The hand on the simulator: faults in, transcript out.
#[derive(Clone)]
pub struct SimVoiceControl(Arc<Mutex<Shared>>);

#[derive(Default)]
struct Shared {
    faults: VecDeque<SimFault>,
    transcript: Vec<SimLine>,
    speed_percent: u32,
    is_started: bool,
}

enum Command {
    Speak(Utterance),
    Stop,
}

impl SimVoice {
    /// A simulated voice that takes as long as a real one by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> (Self, SimVoiceControl) {
        let shared = Arc::new(Mutex::new(Shared { speed_percent: 100, ..Shared::default() }));
        let languages = vec![Language::Mandarin];
        (Self { clock, shared: Arc::clone(&shared), languages, commands: None }, SimVoiceControl(shared))
    }

    /// The same voice with other languages.
    pub fn speaking(self, languages: Vec<Language>) -> Self {
        Self { languages, ..self }
    }
}

impl SimVoiceControl {
    /// The next sentence meets this fault; several faults wait in line.
    pub fn fail_next(&self, fault: SimFault) {
        lock(&self.0).faults.push_back(fault);
    }

    /// Speaks so many times faster than people do, in percent.
    pub fn set_speed_percent(&self, percent: u32) {
        lock(&self.0).speed_percent = percent.max(1);
    }

    /// True once somebody has started it.
    pub fn is_started(&self) -> bool {
        lock(&self.0).is_started
    }

    /// What was spoken so far.
    pub fn transcript(&self) -> Vec<SimLine> {
        lock(&self.0).transcript.clone()
    }

    /// The sentences alone.
    pub fn spoken(&self) -> Vec<String> {
        let spoke = |line| if let SimLine::Spoke(text) = line { Some(text) } else { None };
        self.transcript().into_iter().filter_map(spoke).collect()
    }
}

impl Voice for SimVoice {
    fn start(&mut self, events: VoiceEvents) {
        lock(&self.shared).is_started = true;
        let (sender, receiver) = channel();
        let worker = Worker {
            clock: Arc::clone(&self.clock),
            shared: Arc::clone(&self.shared),
            events: events.clone(),
            sounding: None,
            is_dead: false,
        };
        let spawned = thread::Builder::new().name("sim-voice".to_owned()).spawn(move || worker.run(&receiver));
        match spawned {
            Ok(_) => self.commands = Some(sender),
            Err(error) => events.send(VoiceEvent::Unavailable(format!("模拟语音启动不了：{error}"))),
        }
    }

    fn languages(&self) -> Vec<Language> {
        self.languages.clone()
    }

    fn prepare(&mut self, _utterances: &[Utterance]) {}

    fn set_volume(&mut self, _volume: Volume) {}

    fn speak(&mut self, utterance: Utterance) {
        if let Some(commands) = &self.commands {
            // The thread ends only when this sender is dropped.
            let _ = commands.send(Command::Speak(utterance));
        }
    }

    fn stop(&mut self) {
        if let Some(commands) = &self.commands {
            let _ = commands.send(Command::Stop);
        }
    }
}

struct Worker {
    clock: Arc<dyn Clock>,
    shared: Arc<Mutex<Shared>>,
    events: VoiceEvents,
    sounding: Option<Sounding>,
    is_dead: bool,
}

struct Sounding {
    utterance: Utterance,
    fault: Option<SimFault>,
    begins_at: Duration,
    has_begun: bool,
    said_chars: usize,
}

impl Worker {
    fn run(mut self, commands: &Receiver<Command>) {
        self.events.send(VoiceEvent::Ready);
        loop {
            let command = match &self.sounding {
                None => commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(_) => commands.recv_timeout(TICK),
            };
            match command {
                Ok(Command::Speak(utterance)) => self.speak(utterance),
                Ok(Command::Stop) => self.stop(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.tick();
        }
    }

    fn speak(&mut self, utterance: Utterance) {
        if self.is_dead {
            return self.events.send(VoiceEvent::Failed(utterance.id, "模拟语音已停止工作".to_owned()));
        }
        let mut shared = lock(&self.shared);
        if self.sounding.is_some() {
            return shared.transcript.push(SimLine::Overlapped(utterance.text));
        }
        let fault = shared.faults.pop_front();
        if let Some(SimFault::Fail(reason)) = fault {
            drop(shared);
            return self.events.send(VoiceEvent::Failed(utterance.id, reason));
        }
        shared.transcript.push(match utterance.chime {
            Some(chime) => SimLine::Chimed(chime),
            None => SimLine::Spoke(utterance.text.clone()),
        });
        let late = if let Some(SimFault::Late(by)) = fault { by } else { Duration::ZERO };
        let begins_at = self.clock.elapsed() + late;
        self.sounding = Some(Sounding { utterance, fault, begins_at, has_begun: false, said_chars: 0 });
    }

    fn stop(&mut self) {
        let hangs = |s: &Sounding| matches!(s.fault, Some(SimFault::Hang | SimFault::HangAfterBegin));
        if self.sounding.as_ref().is_some_and(hangs) {
            return;
        }
        if let Some(sounding) = self.sounding.take() {
            lock(&self.shared).transcript.push(SimLine::Stopped);
            self.events.send(VoiceEvent::Stopped(sounding.utterance.id));
        }
    }

    fn tick(&mut self) {
        let now = self.clock.elapsed();
        let speed = lock(&self.shared).speed_percent;
        let Some(sounding) = &mut self.sounding else { return };
        if sounding.fault == Some(SimFault::Hang) || now < sounding.begins_at {
            return;
        }
        let id = sounding.utterance.id;
        if !sounding.has_begun {
            sounding.has_begun = true;
            self.events.send(VoiceEvent::Begin(id));
        }
        if sounding.fault == Some(SimFault::HangAfterBegin) {
            return;
        }
        let spoken_for = (now - sounding.begins_at) * speed / 100;
        let Utterance { text, rate, .. } = &sounding.utterance;
        let said_chars = Pace::default().char_at(text, *rate, spoken_for);
        if sounding.fault == Some(SimFault::Die) && said_chars > text.chars().count() / 2 {
            self.is_dead = true;
            self.sounding = None;
            let reason = "模拟语音已停止工作";
            self.events.send(VoiceEvent::Failed(id, reason.to_owned()));
            return self.events.send(VoiceEvent::Unavailable(reason.to_owned()));
        }
        if said_chars > sounding.said_chars {
            sounding.said_chars = said_chars;
            self.events.send(VoiceEvent::Progress(id, said_chars));
        }
        if spoken_for >= Pace::default().estimate(text, *rate) {
            self.sounding = None;
            lock(&self.shared).transcript.push(SimLine::Ended);
            self.events.send(VoiceEvent::End(id));
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
