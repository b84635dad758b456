//! The thread that makes sounds: one piece after the other, the most wanted first, halted when nobody wants it any more.
//! It plays nothing and keeps nothing.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use ort::session::RunOptions;

use super::super::Rate;
use super::super::worker::wire::Say;
use super::files::VoiceFiles;
use super::model::{Model, ModelError, Part};
use super::worker::{Input, Inputs, NeuralWorkerSettings};
use crate::base::chain::chain;
use crate::base::clock::{Clock, SystemClock};

/// 请带身份证原件: said to nobody, to learn how fast this machine is.
const MEASURE: &str = "ʨʰi↓ŋtai↘ ʂə→nfə↘nꭧə↘ŋ ɥɛ↗nʨjɛ↘n,";

/// A machine that is busy with something else is measured again before it is called slow.
const MEASURES_MAX: u32 = 3;
/// A piece in the making goes on when it is among so many that are wanted next.
const SOON: usize = 2;

/// A piece that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Want {
    pub(super) key: String,
    pub(super) say: Say,
    pub(super) voice: String,
    pub(super) rate: Rate,
}

/// The hand on the thread.
pub(super) struct Studio {
    shared: Arc<(Mutex<Wants>, Condvar)>,
}

#[derive(Default)]
struct Wants {
    list: Vec<Want>,
    current: Option<Making>,
}

/// What is being made.
struct Making {
    key: String,
    halt: Arc<RunOptions>,
    is_halted: bool,
}

impl Studio {
    /// Loads the model on a thread of its own; [`Input::Studio`] follows.
    pub(super) fn start(settings: NeuralWorkerSettings, inputs: Inputs) -> io::Result<Self> {
        let shared = Arc::new((Mutex::new(Wants::default()), Condvar::new()));
        let own = Arc::clone(&shared);
        thread::Builder::new().name("studio".to_owned()).spawn(move || {
            match opened(&settings) {
                Ok((model, real_time_ms)) => {
                    // A worker that is gone wants nothing.
                    if inputs.send(Input::Studio(Ok(real_time_ms))).is_ok() {
                        work(model, &own, &inputs);
                    }
                }
                Err(error) => drop(inputs.send(Input::Studio(Err(chain(&error))))),
            }
        })?;
        Ok(Self { shared })
    }

    /// Replaces what is wanted; a piece in the making that is not soon wanted is halted. While a sentence that is
    /// being said is not there to its end, only the first is soon enough.
    pub(super) fn want(&self, mut list: Vec<Want>, is_waited_for: bool) {
        let mut wants = lock(&self.shared.0);
        let soon = if is_waited_for { 1 } else { SOON };
        if let Some(making) = &mut wants.current {
            let is_wanted = list.iter().take(soon).any(|want| want.key == making.key);
            if is_wanted && !making.is_halted {
                list.retain(|want| want.key != making.key);
            } else {
                // One that cannot be halted ends by itself; one that is wanted after all is made anew.
                making.is_halted = making.halt.terminate().is_ok();
            }
        }
        wants.list = list;
        self.shared.1.notify_one();
    }
}

/// The model, and the milliseconds that it needs for a second of sound.
fn opened(settings: &NeuralWorkerSettings) -> Result<(Model, u32), ModelError> {
    let mut model = Model::load(VoiceFiles::open(&settings.files)?)?;
    if let Some(known) = settings.real_time_ms {
        model.hurry(known);
        return Ok((model, known));
    }
    // Measured in stretches as short as they will be on a machine that is just fast enough.
    model.hurry(settings.slow_above_ms);
    let clock = SystemClock::new();
    let mut best_ms = u32::MAX;
    for _ in 0..MEASURES_MAX {
        let before = clock.elapsed();
        let mut sound_ms = 0;
        let mut part = |part: Part| sound_ms = part.piece_ms;
        model.render(MEASURE, &settings.voice, Rate::NORMAL, &RunOptions::new()?, &mut part)?;
        let took_ms = (clock.elapsed() - before).as_millis() as u64;
        let real_time_ms = took_ms * 1000 / u64::from(sound_ms.max(1));
        best_ms = best_ms.min(u32::try_from(real_time_ms).unwrap_or(u32::MAX));
        if best_ms <= settings.slow_above_ms {
            break;
        }
    }
    model.hurry(best_ms);
    Ok((model, best_ms))
}

fn work(mut model: Model, shared: &(Mutex<Wants>, Condvar), inputs: &Inputs) {
    loop {
        let Ok(halt) = RunOptions::new().map(Arc::new) else { return };
        let want = {
            let mut wants = lock(&shared.0);
            while wants.list.is_empty() {
                wants = shared.1.wait(wants).unwrap_or_else(PoisonError::into_inner);
            }
            let want = wants.list.remove(0);
            wants.current = Some(Making { key: want.key.clone(), halt: Arc::clone(&halt), is_halted: false });
            want
        };
        let mut is_gone = false;
        let mut part = |part| is_gone |= inputs.send(Input::Made(want.key.clone(), part)).is_err();
        let result = model.make(&want.say, &want.voice, want.rate, &halt, &mut part);
        let is_halted = lock(&shared.0).current.take().is_some_and(|making| making.is_halted);
        if let Err(error) = result {
            let reason = (!is_halted).then(|| chain(&error));
            is_gone |= inputs.send(Input::Unmade(want.key, reason)).is_err();
        }
        if is_gone {
            return;
        }
    }
}

fn lock(wants: &Mutex<Wants>) -> MutexGuard<'_, Wants> {
    wants.lock().unwrap_or_else(PoisonError::into_inner)
}
