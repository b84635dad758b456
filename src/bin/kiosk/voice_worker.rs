//! The hidden command `kiosk voice-worker`: the process in which a voice lives.
//! Nobody runs it by hand; it speaks for the terminal that started it and ends with it.

use std::path::PathBuf;

use civic_kiosk::speech::voice;
use clap::Subcommand;

use crate::out::Outcome;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    engine: Option<Engine>,
}

/// Which voice; without one it is the system's.
#[derive(Subcommand)]
enum Engine {
    /// The neural voice.
    Neural {
        /// Folder of the voice data.
        #[arg(long)]
        files: PathBuf,
        /// Name of the voice.
        #[arg(long)]
        voice: String,
        /// Folders of clips.
        #[arg(long)]
        clips: Vec<PathBuf>,
        /// Slower machines do not speak live.
        #[arg(long)]
        slow_above_ms: u32,
        /// What an earlier worker measured.
        #[arg(long)]
        real_time_ms: Option<u32>,
    },
}

pub fn run(args: Args) -> anyhow::Result<Outcome> {
    match args.engine {
        None => voice::system_worker()?,
        #[cfg(feature = "neural")]
        Some(Engine::Neural { files, voice, clips, slow_above_ms, real_time_ms }) => {
            use civic_kiosk::speech::voice::neural::{NeuralWorkerSettings, neural_worker};
            neural_worker(NeuralWorkerSettings { files, voice, clips, slow_above_ms, real_time_ms })?;
        }
        #[cfg(not(feature = "neural"))]
        Some(Engine::Neural { .. }) => return Err(voice::WorkerError::NotBuilt.into()),
    }
    Ok(Outcome::Done)
}
