//! The system's voice: speech-dispatcher, run by us with our own settings and driven in a child process.
//! A crash or a hang of an engine costs a sentence; it never costs the terminal, and no call here waits for one.

mod process;
mod settings;
mod watch;
mod wire;
#[cfg(feature = "tts")]
mod worker;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::process::Process;
use self::watch::{Action, Watch};
use self::wire::Report;
use super::{Utterance, Voice, VoiceEvent, VoiceEvents};
use crate::base::chain::chain;
use crate::base::clock::Clock;

pub use self::watch::Limits;

/// How often the watchdog looks while it waits for something.
const TICK: Duration = Duration::from_millis(20);

/// Where the system's voice finds what it needs.
#[derive(Debug, Clone)]
pub struct SystemVoiceSettings {
    /// Folder for our daemon's settings, socket and log; made when missing.
    pub folder: PathBuf,
    /// The program that runs the worker: `kiosk`.
    pub worker_program: PathBuf,
    /// Its arguments: the hidden command `voice-worker`.
    pub worker_args: Vec<String>,
    /// The daemon: `speech-dispatcher`.
    pub daemon_program: PathBuf,
    /// How long the watchdog waits.
    pub limits: Limits,
}

impl SystemVoiceSettings {
    /// The settings of a terminal: everything below `state/voice`, the worker is this very program.
    pub fn of_terminal(state: &std::path::Path) -> std::io::Result<Self> {
        Ok(Self {
            folder: state.join("voice"),
            worker_program: std::env::current_exe()?,
            worker_args: vec!["voice-worker".to_owned()],
            daemon_program: PathBuf::from("speech-dispatcher"),
            limits: Limits::default(),
        })
    }
}

/// Why the worker process ended.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// Built without the feature `tts`.
    #[error("本程序没有编入系统语音")]
    NotBuilt,
    /// The daemon did not answer or has no engine.
    #[error("{0}")]
    Engine(String),
    /// The pipe to the terminal broke.
    #[error("不能与终端程序通信")]
    Pipe(#[source] std::io::Error),
}

/// The worker's side: reads commands from stdin, speaks, reports on stdout, ends with stdin.
pub fn voice_worker() -> Result<(), WorkerError> {
    #[cfg(feature = "tts")]
    return worker::run();
    #[cfg(not(feature = "tts"))]
    Err(WorkerError::NotBuilt)
}

/// The voice that the operating system has, through speech-dispatcher.
pub struct SystemVoice {
    settings: SystemVoiceSettings,
    clock: Arc<dyn Clock>,
    inputs: Option<Sender<Input>>,
    thread: Option<JoinHandle<()>>,
}

/// What reaches the owner thread.
enum Input {
    Speak(Utterance),
    Stop,
    Close,
    /// From the worker of this run; older runs are ignored.
    Report(u64, Report),
    /// The worker of this run has ended.
    Gone(u64),
}

impl SystemVoice {
    /// A voice that starts its daemon and worker when it is started.
    pub fn new(settings: SystemVoiceSettings, clock: Arc<dyn Clock>) -> Self {
        Self { settings, clock, inputs: None, thread: None }
    }

    fn send(&self, input: Input) {
        if let Some(inputs) = &self.inputs {
            // The thread ends only when this voice is dropped.
            let _ = inputs.send(input);
        }
    }
}

impl Voice for SystemVoice {
    fn start(&mut self, events: VoiceEvents) {
        if !cfg!(feature = "tts") {
            return events.send(VoiceEvent::Unavailable("本机没有安装语音".to_owned()));
        }
        let (inputs, receiver) = channel();
        let owner = Owner {
            watch: Watch::new(self.settings.limits.clone()),
            settings: self.settings.clone(),
            clock: Arc::clone(&self.clock),
            events: events.clone(),
            inputs: inputs.clone(),
            process: None,
            run: 0,
        };
        match thread::Builder::new().name("system-voice".to_owned()).spawn(move || owner.run(&receiver)) {
            Ok(thread) => (self.inputs, self.thread) = (Some(inputs), Some(thread)),
            Err(error) => events.send(VoiceEvent::Unavailable(format!("语音启动不了：{error}"))),
        }
    }

    fn prepare(&mut self, _utterance: &Utterance) {
        // The engine speaks live; there is nothing to make ahead.
    }

    fn speak(&mut self, utterance: Utterance) {
        self.send(Input::Speak(utterance));
    }

    fn stop(&mut self) {
        self.send(Input::Stop);
    }
}

impl Drop for SystemVoice {
    fn drop(&mut self) {
        self.send(Input::Close);
        // Closing kills and reaps two processes; nothing in it waits for an engine.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Owner {
    watch: Watch,
    settings: SystemVoiceSettings,
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
                Ok(Input::Speak(utterance)) => self.watch.speak(now, utterance),
                Ok(Input::Stop) => self.watch.stop(now),
                Ok(Input::Report(run, report)) if run == self.run => self.watch.report(now, report),
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
                    match Process::start(&self.settings, self.reports()) {
                        Ok(process) => self.process = Some(process),
                        Err(error) => {
                            tracing::warn!("{}", chain(&error));
                            actions.extend(self.watch.cannot_start(self.clock.elapsed(), &error.to_string()));
                        }
                    }
                }
                Action::Order(order) => {
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
    fn reports(&self) -> impl Fn(Option<Report>) + Send + 'static {
        let (run, inputs) = (self.run, self.inputs.clone());
        move |report| {
            drop(inputs.send(match report {
                Some(report) => Input::Report(run, report),
                None => Input::Gone(run),
            }));
        }
    }
}
