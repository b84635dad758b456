//! The neural voice: Mandarin from a model on this machine, in a worker process, with clips of what was said before.
//! Nothing leaves the machine, and no file is loaded that was not compared with its checksum.

#[cfg(feature = "neural")]
pub mod clips;
pub mod files;
#[cfg(feature = "neural")]
pub mod fill;
#[cfg(feature = "neural")]
pub mod model;
mod pieces;
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
use super::worker::process::{Process, StartError};
use super::worker::{Cut, Engine, Limits, Reports, WorkerError, WorkerVoice};
use super::{Rate, Utterance};
use crate::base::clock::Clock;

pub use self::pieces::Speller;
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
    /// Name of the voice, such as `zf_xiaobei`.
    pub voice: String,
    /// Folders of clips, the one for new ones first.
    pub clips: Vec<PathBuf>,
    /// Gives the model's symbols of what is said.
    pub spell: Speller,
    /// The program that runs the worker: `kiosk`.
    pub worker_program: PathBuf,
    /// See [`SLOW_ABOVE_MS`].
    pub slow_above_ms: u32,
    /// How long the watchdog waits.
    pub limits: Limits,
}

impl NeuralVoiceSettings {
    /// The settings of a terminal; the worker is this very program.
    pub fn of_terminal(state: &Path, files: &Path, voice: &str, spell: Speller) -> io::Result<Self> {
        Ok(Self {
            files: files.to_owned(),
            voice: voice.to_owned(),
            clips: vec![state.join("voice").join("clips")],
            spell,
            worker_program: std::env::current_exe()?,
            slow_above_ms: SLOW_ABOVE_MS,
            limits: Self::limits(),
        })
    }

    /// How long the watchdog of this voice waits: the model takes a second or two to load.
    pub fn limits() -> Limits {
        Limits {
            start: Duration::from_secs(12),
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
        argument("--voice", self.settings.voice.clone().into());
        argument("--slow-above-ms", self.settings.slow_above_ms.to_string().into());
        for folder in &self.settings.clips {
            argument("--clips", folder.clone().into());
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
        pieces::cut(&utterance.text, &self.settings.voice, utterance.rate, &self.settings.spell)
    }

    fn measured(&mut self, real_time_ms: u32) {
        // Slow once is not slow for ever: the next worker measures again.
        self.real_time_ms = Some(real_time_ms).filter(|ms| *ms <= self.settings.slow_above_ms);
    }
}

/// What a text is made of: the pieces that are made one by one, with their names and the pauses after them.
pub fn pieces_of(text: &str, voice: &str, rate: Rate, spell: &Speller) -> Vec<TextPiece> {
    let piece = |cut: Cut| TextPiece { key: cut.piece.key, symbols: cut.piece.symbols, pause_ms: cut.piece.pause_ms };
    pieces::cut(text, voice, rate, spell).into_iter().map(piece).collect()
}

/// One piece of a text, for whoever makes sounds without a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPiece {
    /// Names its sound.
    pub key: String,
    /// The model's symbols.
    pub symbols: String,
    /// The silence after it at normal rate.
    pub pause_ms: u32,
}
