//! How long the watchdog of a voice waits for each thing.
//! It watches nothing by itself.

use std::time::Duration;

/// How long the watchdog waits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From the start of the worker until it can speak; then others speak for it.
    pub start: Duration,
    /// How much longer a worker may still be loading on a busy machine before it is killed.
    pub start_extra: Duration,
    /// From `speak` to the first sound.
    pub begin: Duration,
    /// Beyond twice the estimate of a sentence.
    pub end_extra: Duration,
    /// From a stop to its confirmation; then the worker is killed, which silences it.
    pub stop: Duration,
    /// Until an engine that was given up is tried again; doubles each time.
    pub retry: Duration,
    /// The longest such wait.
    pub retry_max: Duration,
    /// A worker that was not needed for so long ends and gives its memory back; `None` keeps it.
    pub release: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(8),
            start_extra: Duration::ZERO,
            begin: Duration::from_millis(1500),
            end_extra: Duration::from_secs(3),
            stop: Duration::from_millis(150),
            retry: Duration::from_secs(10),
            retry_max: Duration::from_secs(600),
            release: None,
        }
    }
}
