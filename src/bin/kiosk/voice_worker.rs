//! The hidden command `kiosk voice-worker`: the process in which the system's voice lives.
//! Nobody runs it by hand; it speaks for the terminal that started it and ends with it.

use crate::out::Outcome;

pub fn run() -> anyhow::Result<Outcome> {
    civic_kiosk::speech::voice::voice_worker()?;
    Ok(Outcome::Done)
}
