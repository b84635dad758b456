//! The readout of a page: one queue, one owner thread, one sentence at a time.
//! It never blocks its caller, never speaks over itself, and tells nothing of a page that was left.

mod core;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::core::{Action, Command, Core};
use super::script::Script;
use super::voice::{Rate, Voice, VoiceEvent, VoiceEvents, Volume};
use crate::base::clock::Clock;

/// How often the limits are looked at while a voice speaks.
const TICK: Duration = Duration::from_millis(100);
/// What residents read until the voice has answered for the first time.
const STARTING: &str = "语音正在启动，请稍候";
/// No page is live: events of every generation are held back.
const NOBODY: u64 = u64::MAX;

/// Whether the voice button works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// The voice can speak.
    Ready,
    /// It cannot, with a short reason for residents.
    Unavailable(String),
}

/// What the player tells the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayerEvent {
    /// The voice has become usable.
    Ready,
    /// A sentence can be heard from now on.
    SentenceBegan {
        /// Of which `play`.
        generation: u64,
        /// Index in the script.
        index: usize,
    },
    /// The voice has come to this character.
    Mark {
        /// Of which `play`.
        generation: u64,
        /// Index in the script.
        index: usize,
        /// The shown character that is being said, counted in its paragraph.
        display_char: usize,
    },
    /// The script was read to its end.
    Finished {
        /// Of which `play`.
        generation: u64,
    },
    /// The script was stopped and the hall is silent.
    Stopped {
        /// Of which `play`.
        generation: u64,
    },
    /// There is no voice (any more); what was being read has ended.
    Unavailable {
        /// A short sentence for residents.
        reason: String,
    },
}

/// The player. Dropping it stops the voice.
pub struct Player {
    inputs: Sender<Input>,
    live: Arc<AtomicU64>,
    availability: Arc<Mutex<Availability>>,
    thread: Option<JoinHandle<()>>,
}

enum Input {
    Command(Command),
    Voice(VoiceEvent),
    Close,
}

impl Player {
    /// Starts the owner thread and, on it, the voice. `on_event` is called on that thread and must return at once.
    pub fn spawn(
        voice: Box<dyn Voice>,
        clock: Arc<dyn Clock>,
        on_event: impl Fn(PlayerEvent) + Send + 'static,
    ) -> Self {
        let (inputs, receiver) = channel();
        let availability = Arc::new(Mutex::new(Availability::Unavailable(STARTING.to_owned())));
        let live = Arc::new(AtomicU64::new(NOBODY));
        let owner = Owner {
            voice,
            clock,
            on_event: Box::new(on_event),
            core: Core::new(Availability::Unavailable(STARTING.to_owned())),
            live: Arc::clone(&live),
            availability: Arc::clone(&availability),
        };
        let from_voice = inputs.clone();
        let spawned = thread::Builder::new().name("player".to_owned()).spawn(move || owner.run(&receiver, from_voice));
        if let Err(error) = &spawned {
            let reason = format!("语音启动不了：{error}");
            *availability.lock().unwrap_or_else(PoisonError::into_inner) = Availability::Unavailable(reason);
        }
        Self { inputs, live, availability, thread: spawned.ok() }
    }

    /// Reads `script` from its beginning, in place of anything that is being read. Use a new generation each time.
    pub fn play(&self, generation: u64, script: Script) {
        self.play_from(generation, script, 0);
    }

    /// The same from a later sentence on; the sentences before it can be gone back to.
    pub fn play_from(&self, generation: u64, script: Script, sentence: usize) {
        self.live.store(generation, Ordering::SeqCst);
        self.send(Command::Play(generation, script, sentence));
    }

    /// Ends the readout; silence follows within 200 ms, then [`PlayerEvent::Stopped`].
    pub fn stop(&self) {
        self.live.store(NOBODY, Ordering::SeqCst);
        self.send(Command::Stop);
    }

    /// Silence, keeping the place.
    pub fn pause(&self) {
        self.send(Command::Pause);
    }

    /// Goes on with the sentence at which it was paused.
    pub fn resume(&self) {
        self.send(Command::Resume);
    }

    /// The next sentence; after the last one the readout is finished.
    pub fn next(&self) {
        self.send(Command::Next);
    }

    /// The sentence before; at the first one, that one again.
    pub fn previous(&self) {
        self.send(Command::Previous);
    }

    /// This sentence again.
    pub fn repeat(&self) {
        self.send(Command::Repeat);
    }

    /// From this sentence of the script on, such as one that was touched.
    pub fn go(&self, sentence: usize) {
        self.send(Command::Go(sentence));
    }

    /// This is what may be read first if somebody asks, the likeliest first; it may be made now, and counts for nothing
    /// afterwards.
    pub fn prepare(&self, script: &Script) {
        let sounding = script.sentences.iter().filter(|sentence| sentence.is_heard());
        self.send(Command::Prepare(sounding.cloned().collect()));
    }

    /// Another loudness, from now on.
    pub fn set_volume(&self, volume: Volume) {
        self.send(Command::SetVolume(volume));
    }

    /// Another speed; the current sentence is said again with it.
    pub fn set_rate(&self, rate: Rate) {
        self.send(Command::SetRate(rate));
    }

    /// Whether the voice button works now.
    pub fn availability(&self) -> Availability {
        self.availability.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn send(&self, command: Command) {
        // The thread lives as long as this player; without it, availability says so.
        let _ = self.inputs.send(Input::Command(command));
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.live.store(NOBODY, Ordering::SeqCst);
        let _ = self.inputs.send(Input::Close);
        // No call of a voice waits for its engine, so the thread ends at once; a panic in it was reported by itself.
        if let Some(thread) = self.thread.take().filter(|t| t.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

struct Owner {
    voice: Box<dyn Voice>,
    clock: Arc<dyn Clock>,
    on_event: Box<dyn Fn(PlayerEvent) + Send>,
    core: Core,
    live: Arc<AtomicU64>,
    availability: Arc<Mutex<Availability>>,
}

impl Owner {
    fn run(mut self, inputs: &Receiver<Input>, from_voice: Sender<Input>) {
        self.voice.start(VoiceEvents::to(move |event| drop(from_voice.send(Input::Voice(event)))));
        loop {
            let input = if self.core.waits() {
                inputs.recv_timeout(TICK)
            } else {
                inputs.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            let now = self.clock.elapsed();
            let mut actions = match input {
                Ok(Input::Command(command)) => self.core.command(now, command),
                Ok(Input::Voice(event)) => self.core.voice(now, event),
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Ok(Input::Close) | Err(RecvTimeoutError::Disconnected) => break,
            };
            actions.extend(self.core.tick(now));
            for action in actions {
                self.act(action);
            }
        }
        self.voice.stop();
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Prepare(utterances) => self.voice.prepare(&utterances),
            Action::Speak(utterance) => self.voice.speak(utterance),
            Action::SetVolume(volume) => self.voice.set_volume(volume),
            Action::StopVoice => self.voice.stop(),
            Action::Tell(event) => {
                let availability = self.core.availability().clone();
                *self.availability.lock().unwrap_or_else(PoisonError::into_inner) = availability;
                if self.is_wanted(&event) {
                    (self.on_event)(event);
                }
            }
        }
    }

    /// A page that was left since this event arose hears nothing of it.
    fn is_wanted(&self, event: &PlayerEvent) -> bool {
        let live = self.live.load(Ordering::SeqCst);
        match event {
            PlayerEvent::SentenceBegan { generation, .. }
            | PlayerEvent::Mark { generation, .. }
            | PlayerEvent::Finished { generation } => *generation == live,
            PlayerEvent::Stopped { generation } => live == NOBODY || *generation == live,
            PlayerEvent::Ready | PlayerEvent::Unavailable { .. } => true,
        }
    }
}
