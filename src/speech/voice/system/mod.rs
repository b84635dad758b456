//! The system's voice: speech-dispatcher, run by us with our own settings and driven in a child process.
//! Nothing of the machine's own daemon is used or changed.

#[cfg(feature = "tts")]
mod client;
mod settings;

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use self::settings::{LONELY_LIMIT_S, MODULE, OFFICE_MODULE, Places};
use super::Utterance;
use super::worker::process::{Group, Process, StartError};
use super::worker::{Cut, Engine, Limits, Reports, WorkerError, WorkerVoice};
use crate::base::clock::Clock;
use crate::speech::diction::Language;
use crate::speech::phonemes::Speller;

/// Tells the worker which engine the daemon must have.
const MODULE_ENV: &str = "CIVIC_KIOSK_VOICE_MODULE";
/// A daemon for another language than Mandarin ends when nobody has needed it for so long.
const FOREIGN_RELEASE: Duration = Duration::from_secs(600);
/// Counts the runs of this program, so that each has files of its own.
static RUNS: AtomicU64 = AtomicU64::new(1);

/// Where the system's voice finds what it needs.
#[derive(Clone)]
pub struct SystemVoiceSettings {
    /// Folder for our daemon's settings, socket and log; made when missing.
    pub folder: PathBuf,
    /// The program that runs the worker: `kiosk`.
    pub worker_program: PathBuf,
    /// Its arguments: the hidden command `voice-worker`.
    pub worker_args: Vec<String>,
    /// The daemon: `speech-dispatcher`.
    pub daemon_program: PathBuf,
    /// The settings of a generic module of speech-dispatcher, for an engine of the office's own.
    pub module: Option<PathBuf>,
    /// What it speaks.
    pub language: Language,
    /// Writes a text so that an engine without our tables reads each character right.
    pub respell: Option<Speller>,
    /// How long the watchdog waits.
    pub limits: Limits,
}

impl SystemVoiceSettings {
    /// The settings of a terminal: everything below `state/voice`, the worker is this very program.
    pub fn of_terminal(state: &std::path::Path) -> io::Result<Self> {
        Ok(Self {
            folder: state.join("voice"),
            worker_program: std::env::current_exe()?,
            worker_args: vec!["voice-worker".to_owned()],
            daemon_program: PathBuf::from("speech-dispatcher"),
            module: None,
            language: Language::Mandarin,
            respell: None,
            limits: Limits::default(),
        })
    }

    /// The same daemon in another language: started by the first sentence in it, and let go when it is not needed.
    /// Every machine with espeak-ng has both; an engine of the office's own is asked for Mandarin only.
    pub fn speaking(&self, language: Language) -> Self {
        Self {
            folder: self.folder.join(settings::tag(language)),
            module: None,
            respell: None,
            language,
            limits: Limits { release: Some(FOREIGN_RELEASE), ..self.limits.clone() },
            ..self.clone()
        }
    }
}

impl WorkerVoice {
    /// The voice that the operating system has, through speech-dispatcher.
    pub fn system(settings: SystemVoiceSettings, clock: Arc<dyn Clock>) -> Self {
        let limits = settings.limits.clone();
        Self::new(Box::new(System(settings)), limits, clock)
    }
}

/// The worker's side: reads commands from stdin, speaks, reports on stdout, ends with stdin.
pub fn system_worker() -> Result<(), WorkerError> {
    #[cfg(feature = "tts")]
    return client::run();
    #[cfg(not(feature = "tts"))]
    Err(WorkerError::NotBuilt)
}

struct System(SystemVoiceSettings);

impl Engine for System {
    fn name(&self) -> &'static str {
        "speech-dispatcher"
    }

    fn languages(&self) -> Vec<Language> {
        vec![self.0.language]
    }

    fn start(&mut self, reports: Reports) -> Result<Process, StartError> {
        if !cfg!(feature = "tts") {
            return Err(StartError::NotInstalled(io::ErrorKind::Unsupported.into()));
        }
        let places = Places::prepare(
            &self.0.folder,
            RUNS.fetch_add(1, Ordering::Relaxed),
            self.0.language,
            self.0.module.as_deref(),
        )?;
        let mut address = std::ffi::OsString::from("unix_socket:");
        address.push(&places.socket);
        let daemon = Daemon::start(&self.0, places)?;
        let mut worker = Command::new(&self.0.worker_program);
        worker
            .args(&self.0.worker_args)
            .env("SPEECHD_ADDRESS", address)
            .env(MODULE_ENV, if self.0.module.is_some() { OFFICE_MODULE } else { MODULE })
            // A daemon that the library would start by itself reads /etc and speaks with the wrong voice.
            .env("SPEECHD_CMD", "/bin/false");
        Process::start(&mut worker, Some(Box::new(daemon)), reports)
    }

    fn cut(&self, _utterance: &Utterance) -> Vec<Cut> {
        Vec::new()
    }

    fn wording(&self, text: String) -> String {
        self.0.respell.as_ref().map_or(text.clone(), |respell| respell(&text))
    }
}

/// Our daemon; dropping it leaves no process and no file of its run.
struct Daemon {
    _group: Group,
    places: Places,
}

impl Daemon {
    fn start(settings: &SystemVoiceSettings, places: Places) -> Result<Self, StartError> {
        let mut command = Command::new(&settings.daemon_program);
        command
            .arg("--run-single")
            .args(["--communication-method", "unix_socket", "--timeout", LONELY_LIMIT_S])
            .arg("--config-dir")
            .arg(&places.config_dir)
            .arg("--log-dir")
            .arg(&places.log_dir)
            .arg("--socket-path")
            .arg(&places.socket)
            .arg("--pid-file")
            .arg(&places.pid_file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let group = Group::start(&mut command).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StartError::NotInstalled(error),
            _ => StartError::Spawn(error),
        })?;
        Ok(Self { _group: group, places })
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.places.remove();
    }
}
