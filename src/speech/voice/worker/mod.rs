//! A voice that lives in a child process, with a watchdog over it; speech-dispatcher and the neural voice are both one.
//! A crash or a hang of an engine costs a sentence; it never costs the terminal, and no call here waits for one.

mod limits;
pub(super) mod process;
mod watch;
pub(super) mod wire;

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::process::{Process, StartError};
use self::watch::{Action, Watch};
use self::wire::{Order, Piece, Report};
use super::{Utterance, Voice, VoiceEvent, VoiceEvents, Volume};
use crate::base::chain::chain;
use crate::base::clock::Clock;

pub use self::limits::Limits;

/// How often the watchdog looks while it waits for something.
const TICK: Duration = Duration::from_millis(20);

/// Where reports of a worker go; `None` says that it has ended.
pub(super) type Reports = Box<dyn Fn(Option<Report>) + Send>;

/// A part of a text for an engine that speaks symbols.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    /// The characters of the text that it says.
    pub(super) chars: Range<usize>,
    /// What the worker gets.
    pub(super) piece: Piece,
}

/// An engine that runs in a worker.
pub(super) trait Engine: Send {
    /// Name for the log.
    fn name(&self) -> &'static str;
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
pub struct WorkerVoice {
    engine: Option<Box<dyn Engine>>,
    limits: Limits,
    clock: Arc<dyn Clock>,
    inputs: Option<Sender<Input>>,
    thread: Option<JoinHandle<()>>,
}

/// What reaches the owner thread.
enum Input {
    Speak(Utterance),
    Prepare(Vec<Utterance>),
    Volume(Volume),
    Stop,
    Close,
    /// From the worker of this run; older runs are ignored.
    Report(u64, Report),
    /// The worker of this run has ended.
    Gone(u64),
}

impl WorkerVoice {
    pub(super) fn new(engine: Box<dyn Engine>, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { engine: Some(engine), limits, clock, inputs: None, thread: None }
    }

    fn send(&self, input: Input) {
        if let Some(inputs) = &self.inputs {
            // The thread ends only when this voice is dropped.
            let _ = inputs.send(input);
        }
    }
}

impl Voice for WorkerVoice {
    fn start(&mut self, events: VoiceEvents) {
        let Some(engine) = self.engine.take() else { return };
        let (inputs, receiver) = channel();
        let owner = Owner {
            watch: Watch::new(self.limits.clone()),
            engine,
            clock: Arc::clone(&self.clock),
            events: events.clone(),
            inputs: inputs.clone(),
            process: None,
            run: 0,
        };
        match thread::Builder::new().name("voice".to_owned()).spawn(move || owner.run(&receiver)) {
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

impl Drop for WorkerVoice {
    fn drop(&mut self) {
        self.send(Input::Close);
        // Closing kills and reaps processes; nothing in it waits for an engine.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Owner {
    watch: Watch,
    engine: Box<dyn Engine>,
    clock: Arc<dyn Clock>,
    events: VoiceEvents,
    inputs: Sender<Input>,
    process: Option<Process>,
    run: u64,
}

impl Owner {
    fn run(mut self, inputs: &Receiver<Input>) {
        let actions = self.watch.start(self.clock.elapsed());
        self.act(actions);
        loop {
            let now = self.clock.elapsed();
            let input = match self.watch.wait(now) {
                Some(wait) => inputs.recv_timeout(wait.max(TICK)),
                None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let now = self.clock.elapsed();
            let mut actions = match input {
                Ok(Input::Speak(utterance)) => {
                    let cuts = self.engine.cut(&utterance);
                    self.watch.speak(now, utterance, cuts)
                }
                Ok(Input::Prepare(utterances)) => {
                    let rate = utterances.first().map(|u| u.rate).unwrap_or_default();
                    let cuts = utterances.iter().flat_map(|u| self.engine.cut(u)).collect();
                    self.watch.prepare(now, rate, cuts)
                }
                Ok(Input::Volume(volume)) => self.watch.set_volume(volume),
                Ok(Input::Stop) => self.watch.stop(now),
                Ok(Input::Report(run, report)) if run == self.run => {
                    if let Report::Speed { real_time_ms, .. } = report {
                        self.engine.measured(real_time_ms);
                    }
                    self.watch.report(now, report)
                }
                Ok(Input::Gone(run)) if run == self.run => self.watch.gone(now),
                Ok(Input::Report(..) | Input::Gone(_)) | Err(RecvTimeoutError::Timeout) => Vec::new(),
                Ok(Input::Close) | Err(RecvTimeoutError::Disconnected) => return,
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
        let (run, inputs) = (self.run, self.inputs.clone());
        Box::new(move |report| {
            drop(inputs.send(match report {
                Some(report) => Input::Report(run, report),
                None => Input::Gone(run),
            }));
        })
    }
}
