//! The hidden command `kiosk voice-worker`: the process in which a voice lives.
//! Nobody runs it by hand; it speaks for the terminal that started it and ends with it.

use std::path::PathBuf;

use civic_kiosk::speech::voice;
use clap::Subcommand;

use crate::Common;
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
        /// Folders into which releases bring clips.
        #[arg(long)]
        carried: Vec<PathBuf>,
        /// Slower machines do not speak live.
        #[arg(long)]
        slow_above_ms: u32,
        /// What an earlier worker measured.
        #[arg(long)]
        real_time_ms: Option<u32>,
    },
    /// Makes clips of what the live releases have to say.
    Rehearse,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    match args.engine {
        None => voice::system_worker()?,
        #[cfg(feature = "neural")]
        Some(Engine::Neural { files, voice, clips, carried, slow_above_ms, real_time_ms }) => {
            use civic_kiosk::speech::voice::neural::{NeuralWorkerSettings, neural_worker};
            neural_worker(NeuralWorkerSettings { files, voice, clips, carried, slow_above_ms, real_time_ms })?;
        }
        #[cfg(not(feature = "neural"))]
        Some(Engine::Neural { .. }) => return Err(voice::WorkerError::NotBuilt.into()),
        Some(Engine::Rehearse) => rehearse(common)?,
    }
    Ok(Outcome::Done)
}

/// Clips of the home page and of the beginning of every page, then of the rest, as far as there is room. It ends with
/// its terminal, whose end of the pipe closes.
#[cfg(feature = "neural")]
fn rehearse(common: &Common) -> anyhow::Result<()> {
    use std::io::Read;
    use std::ops::ControlFlow;

    use civic_kiosk::app::recital::{Extent, recite, recite_home};
    use civic_kiosk::base::clock::{Clock, SystemClock};
    use civic_kiosk::speech::voice::neural::fill::Filler;
    use civic_kiosk::store::Store;

    use crate::{upkeep, voice};

    std::thread::Builder::new().name("terminal".to_owned()).spawn(|| {
        // Nothing is ever said on it: whatever ends the reading is the end.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    })?;
    let (config, _) = common.settings()?;
    let spell = voice::words(&config).symbols();
    let store = Store::open_together(&upkeep::folders(&config))?;
    let own = voice::own_clips(&config);
    let room_bytes = u64::from(config.voice_clips_mb) * 1_000_000;
    let filler = Filler::new(&voice::files(&config), &own, &config.voice_clips, voice::cast(&config), spell);
    let mut filler = filler.beside(&voice::carried(&config)).within(room_bytes);
    let until_full =
        |filler: &Filler| if filler.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let today = SystemClock::new().local().date();
    recite_home(&store, |sentence| {
        filler.want(sentence);
        until_full(&filler)
    })?;
    for extent in [Extent::Beginnings, Extent::Rest] {
        recite(&store, today, extent, |_, sentence| {
            filler.want(sentence);
            until_full(&filler)
        })?;
    }
    filler.prune()?;
    filler.make(|_| ControlFlow::Continue(()))?;
    Ok(())
}

#[cfg(not(feature = "neural"))]
fn rehearse(_: &Common) -> anyhow::Result<()> {
    Err(voice::WorkerError::NotBuilt.into())
}
