//! A voice that lives in a child process, with a watchdog over it; speech-dispatcher and the neural voice are both one.
//! A crash or a hang of an engine costs a sentence; it never costs the terminal, and no call here waits for one.

mod limits;
#[cfg_attr(not(any(feature = "neural", feature = "tts")), allow(dead_code))] // Then there is no worker.
pub(super) mod listen;
pub(super) mod process;
mod watch;
pub(super) mod wire;

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use self::process::{Process, StartError};
use self::watch::{Action, Watch};
use self::wire::{Order, Piece, Report};
use super::threaded::{Call, Owner, Threaded};
use super::{Utterance, VoiceEvents};
use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::speech::diction::Language;

pub use self::limits::Limits;

/// How often the watchdog looks while it waits for something.
const TICK: Duration = Duration::from_millis(20);

/// Where reports of a worker go; `None` says that it has ended.
pub type Reports = Box<dyn Fn(Option<Report>) + Send>;

/// A part of a text for an engine that speaks symbols.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The characters of the text that it says.
    pub chars: Range<usize>,
    /// What the worker gets.
    pub piece: Piece,
}

/// An engine that runs in a worker.
pub trait Engine: Send {
    /// Name for the log.
    fn name(&self) -> &'static str;
    /// What it can say.
    fn languages(&self) -> Vec<Language>;
    /// Starts the worker with everything that it needs.
    fn start(&mut self, reports: Reports) -> Result<Process, StartError>;
    /// Cuts a text for an engine that speaks symbols; nothing for one that speaks text.
    fn cut(&self, utterance: &Utterance) -> Vec<Cut>;
    /// The text as this engine reads it right; as many characters as before.
    fn wording(&self, text: String) -> String {
        text
    }
    /// A worker has measured how long a second of sound takes.
    fn measured(&mut self, _real_time_ms: u32) {}
}

/// Why a worker process ended.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// Built without the engine.
    #[error("本程序没有编入这种语音")]
    NotBuilt,
    /// The engine cannot speak.
    #[error("{0}")]
    Engine(String),
    /// The pipe to the terminal broke.
    #[error("不能与终端程序通信")]
    Pipe(#[source] std::io::Error),
}

/// A voice in a child process.
pub type WorkerVoice = Threaded<Minder>;

/// The engine with its watchdog, before they are started.
pub struct Minder {
    engine: Box<dyn Engine>,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

/// What comes from a worker.
pub enum News {
    /// From the worker of this run; older runs are ignored.
    Report(u64, Report),
    /// The worker of this run has ended.
    Gone(u64),
}

impl WorkerVoice {
    pub(super) fn new(engine: Box<dyn Engine>, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self::by(Minder { engine, limits, clock })
    }
}

impl Owner for Minder {
    type News = News;
    const THREAD: &'static str = "voice";

    fn languages(&self) -> Vec<Language> {
        self.engine.languages()
    }

    fn serve(self, events: VoiceEvents, calls: &Receiver<Call<News>>, back: Sender<Call<News>>) {
        let Self { engine, limits, clock } = self;
        Keeper { watch: Watch::new(limits), engine, clock, events, back, process: None, run: 0 }.serve(calls);
    }
}

struct Keeper {
    watch: Watch,
    engine: Box<dyn Engine>,
    clock: Arc<dyn Clock>,
    events: VoiceEvents,
    back: Sender<Call<News>>,
    process: Option<Process>,
    run: u64,
}

impl Keeper {
    fn serve(mut self, calls: &Receiver<Call<News>>) {
        let actions = self.watch.start(self.clock.elapsed());
        self.act(actions);
        loop {
            let now = self.clock.elapsed();
            let call = match self.watch.wait(now) {
                Some(wait) => calls.recv_timeout(wait.max(TICK)),
                None => calls.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let now = self.clock.elapsed();
            let mut actions = match call {
                Ok(Call::Speak(utterance)) => {
                    let cuts = self.engine.cut(&utterance);
                    self.watch.speak(now, utterance, cuts)
                }
                Ok(Call::Prepare(utterances)) => {
                    let rate = utterances.first().map(|u| u.rate).unwrap_or_default();
                    let cuts = utterances.iter().flat_map(|u| self.engine.cut(u)).collect();
                    self.watch.prepare(now, rate, cuts)
                }
                Ok(Call::Volume(volume)) => self.watch.set_volume(volume),
                Ok(Call::Stop) => self.watch.stop(now),
                Ok(Call::News(News::Report(run, report))) if run == self.run => {
                    if let Report::Speed { real_time_ms, .. } = report {
                        self.engine.measured(real_time_ms);
                    }
                    self.watch.report(now, report)
                }
                Ok(Call::News(News::Gone(run))) if run == self.run => self.watch.gone(now),
                Ok(Call::News(_)) | Err(RecvTimeoutError::Timeout) => Vec::new(),
                Ok(Call::Close) | Err(RecvTimeoutError::Disconnected) => return,
            };
            actions.extend(self.watch.tick(now));
            self.act(actions);
        }
    }

    fn act(&mut self, actions: Vec<Action>) {
        let mut actions: std::collections::VecDeque<Action> = actions.into();
        while let Some(action) = actions.pop_front() {
            match action {
                Action::Kill => self.process = None,
                Action::Start => {
                    self.process = None;
                    self.run += 1;
                    match self.engine.start(self.reports()) {
                        Ok(process) => self.process = Some(process),
                        Err(error) => {
                            tracing::warn!(engine = self.engine.name(), "{}", chain(&error));
                            actions.extend(self.watch.cannot_start(self.clock.elapsed(), &error.to_string()));
                        }
                    }
                }
                Action::Order(order) => {
                    let order = match order {
                        Order::Speak { id, text, rate_percent, volume_percent, pieces } => {
                            let text = self.engine.wording(text);
                            Order::Speak { id, text, rate_percent, volume_percent, pieces }
                        }
                        Order::Prepare { .. } | Order::Volume { .. } | Order::Stop => order,
                    };
                    // A pipe that breaks is followed by the worker's end, which the watchdog handles.
                    if let Some(process) = &self.process {
                        process.order(order);
                    }
                }
                Action::Tell(event) => self.events.send(event),
            }
        }
    }

    /// Brings the reports of the current run to this thread.
    fn reports(&self) -> Reports {
        let (run, back) = (self.run, self.back.clone());
        Box::new(move |report| {
            drop(back.send(Call::News(match report {
                Some(report) => News::Report(run, report),
                None => News::Gone(run),
            })));
        })
    }
}
