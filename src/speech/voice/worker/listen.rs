//! The worker's ear: orders of the terminal, read on a thread of their own from the first moment on.
//! A worker never outlives its terminal, whatever its engine does.

use std::io;
use std::thread;
use std::time::Duration;

use super::WorkerError;
use super::wire::{self, Order, Report};

/// What an engine gets for its own end before the process ends without asking it.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Brings every order of the terminal to `take`, and `None` when the terminal is gone; `take` says whether anybody
/// still listens. A model that loads and a sound server that hangs end with the process.
pub(in super::super) fn listen(take: impl Fn(Option<Order>) -> bool + Send + 'static) -> Result<(), WorkerError> {
    let read = move || {
        wire::read_lines(io::stdin().lock(), |order| take(Some(order)));
        take(None);
        thread::sleep(LAST_WORDS);
        std::process::exit(0);
    };
    thread::Builder::new().name("orders".to_owned()).spawn(read).map(drop).map_err(WorkerError::Pipe)
}

/// Tells the terminal.
pub(in super::super) fn say(report: &Report) -> Result<(), WorkerError> {
    wire::write_line(&mut io::stdout().lock(), report).map_err(WorkerError::Pipe)
}
