//! The neural voice: Mandarin from a model on this machine, in a worker process, with clips of what was said before.
//! Nothing leaves the machine, and no file is loaded that was not compared with its checksum.

#[cfg(feature = "neural")]
pub mod carried;
#[cfg(feature = "neural")]
pub mod clips;
#[cfg_attr(not(feature = "neural"), allow(dead_code))] // Then only whether it is installed is asked.
mod english;
pub mod files;
#[cfg(feature = "neural")]
pub mod fill;
#[cfg(feature = "neural")]
mod frames;
#[cfg(feature = "neural")]
pub mod model;
#[cfg(feature = "neural")]
pub mod norms;
mod pieces;
#[cfg(feature = "neural")]
mod seam;
#[cfg(feature = "neural")]
mod shelf;
#[cfg(feature = "neural")]
pub mod sound;
#[cfg(feature = "neural")]
mod speaker;
#[cfg(feature = "neural")]
mod studio;
#[cfg(feature = "neural")]
mod worker;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use self::files::VoiceFiles;
use super::Utterance;
#[cfg(feature = "neural")]
use super::worker::WorkerError;
use super::worker::process::{Process, StartError};
use super::worker::{Cut, Engine, Limits, Reports, WorkerVoice};
use crate::base::clock::Clock;
use crate::speech::diction::{Diction, Language, Speaker};
use crate::speech::phonemes::Speller;

pub use self::english::is_installed as has_english;
pub use self::pieces::of_sentence;
#[cfg(feature = "neural")]
pub use self::worker::NeuralWorkerSettings;

/// Milliseconds of work a second of sound above which a machine plays only what is there already.
pub const SLOW_ABOVE_MS: u32 = 900;
/// Memory that the worker may take before it fails rather than the terminal.
const MEMORY_MAX_KB: u32 = 640 * 1024;
/// Lower than the terminal's priority: a touch is answered before a sentence is made.
const NICE: &str = "5";

/// Where the neural voice finds what it needs.
#[derive(Clone)]
pub struct NeuralVoiceSettings {
    /// Folder of the voice data.
    pub files: PathBuf,
    /// The names of its voices.
    pub cast: Cast,
    /// Folders of clips, the one for new ones first.
    pub clips: Vec<PathBuf>,
    /// Folders into which releases bring clips.
    pub carried: Vec<PathBuf>,
    /// Gives the model's symbols of what is said.
    pub spell: Speller,
    /// The program that runs the worker: `kiosk`.
    pub worker_program: PathBuf,
    /// See [`SLOW_ABOVE_MS`].
    pub slow_above_ms: u32,
    /// How long the watchdog waits.
    pub limits: Limits,
}

/// Which of the voices says what, by their names, such as `zf_xiaobei`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// What the office has published.
    pub content: String,
    /// What the terminal itself says.
    pub interface: String,
    /// English; none where there is no voice for it.
    pub english: Option<String>,
}

impl Cast {
    /// One voice for all that is Mandarin.
    pub fn of(voice: &str) -> Self {
        Self { content: voice.to_owned(), interface: voice.to_owned(), english: None }
    }

    fn voice(&self, diction: Diction) -> Option<&str> {
        match (diction.language, diction.speaker) {
            (Language::Mandarin, Speaker::Content) => Some(&self.content),
            (Language::Mandarin, Speaker::Interface) => Some(&self.interface),
            (Language::English, _) => self.english.as_deref(),
            (Language::Cantonese, _) => None,
        }
    }
}

impl NeuralVoiceSettings {
    /// The settings of a terminal; the worker is this very program.
    pub fn of_terminal(state: &Path, files: &Path, cast: Cast, spell: Speller) -> io::Result<Self> {
        Ok(Self {
            files: files.to_owned(),
            cast,
            clips: vec![Self::own_clips(state)],
            carried: Vec::new(),
            spell,
            worker_program: std::env::current_exe()?,
            slow_above_ms: SLOW_ABOVE_MS,
            limits: Self::limits(),
        })
    }

    /// Where a terminal keeps the clips that it makes.
    pub fn own_clips(state: &Path) -> PathBuf {
        state.join("voice").join("clips")
    }

    /// How long the watchdog of this voice waits: the model takes a second or two to load, and many times that while
    /// the machine is busy with something else, which is no reason to begin anew.
    pub fn limits() -> Limits {
        Limits {
            start: Duration::from_secs(12),
            start_extra: Duration::from_secs(80),
            begin: Duration::from_secs(5),
            release: Some(Duration::from_secs(600)),
            ..Limits::default()
        }
    }
}

impl WorkerVoice {
    /// The neural voice.
    pub fn neural(settings: NeuralVoiceSettings, clock: Arc<dyn Clock>) -> Self {
        let limits = settings.limits.clone();
        Self::new(Box::new(Neural { settings, real_time_ms: None }), limits, clock)
    }
}

/// The worker's side: reads commands from stdin, speaks, reports on stdout, ends with stdin.
#[cfg(feature = "neural")]
pub fn neural_worker(settings: NeuralWorkerSettings) -> Result<(), WorkerError> {
    worker::run(settings)
}

struct Neural {
    settings: NeuralVoiceSettings,
    /// Measured by the first worker; later ones start without measuring.
    real_time_ms: Option<u32>,
}

impl Engine for Neural {
    fn name(&self) -> &'static str {
        "neural"
    }

    fn languages(&self) -> Vec<Language> {
        [Language::Mandarin].into_iter().chain(self.settings.cast.english.as_ref().map(|_| Language::English)).collect()
    }

    fn start(&mut self, reports: Reports) -> Result<Process, StartError> {
        if !cfg!(feature = "neural") {
            return Err(StartError::NotInstalled(io::ErrorKind::Unsupported.into()));
        }
        let has_clips = self.settings.clips.iter().any(|folder| folder.is_dir());
        // Looking costs nothing; a process that could only say no would.
        if let Err(error) = VoiceFiles::open(&self.settings.files)
            && !has_clips
        {
            return Err(StartError::Unusable(error.to_string()));
        }
        let mut arguments: Vec<OsString> = vec!["voice-worker".into(), "neural".into()];
        let mut argument = |name: &str, value: OsString| arguments.extend([name.into(), value]);
        argument("--files", self.settings.files.clone().into());
        argument("--voice", self.settings.cast.content.clone().into());
        argument("--slow-above-ms", self.settings.slow_above_ms.to_string().into());
        for folder in &self.settings.clips {
            argument("--clips", folder.clone().into());
        }
        for folder in &self.settings.carried {
            argument("--carried", folder.clone().into());
        }
        if let Some(known) = self.real_time_ms {
            argument("--real-time-ms", known.to_string().into());
        }
        // The shell sets what only a process can set for itself, and becomes the worker.
        let limits = format!("ulimit -d {MEMORY_MAX_KB}; exec nice -n {NICE} \"$0\" \"$@\"");
        let mut worker = Command::new("sh");
        worker.arg("-c").arg(limits).arg(&self.settings.worker_program).args(arguments);
        Process::start(&mut worker, None, reports)
    }

    fn cut(&self, utterance: &Utterance) -> Vec<Cut> {
        let Utterance { text, rate, diction, chime, .. } = utterance;
        pieces::of(text, *diction, *chime, &self.settings.cast, *rate, &self.settings.spell)
    }

    fn measured(&mut self, real_time_ms: u32) {
        // Slow once is not slow for ever: the next worker measures again.
        self.real_time_ms = Some(real_time_ms).filter(|ms| *ms <= self.settings.slow_above_ms);
    }
}
