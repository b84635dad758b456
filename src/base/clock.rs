//! The only place that asks what time it is; everything else is given a [`Clock`].
//! It never decides whether the time can be trusted: that is the sync's task.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// Wall time and elapsed time, real or simulated.
pub trait Clock: Send + Sync {
    /// Wall time as the machine believes it.
    fn now(&self) -> Timestamp;
    /// Time since the clock was made; never goes back.
    fn elapsed(&self) -> Duration;

    /// Wall time in China Standard Time, the only zone of the halls.
    fn local(&self) -> Zoned {
        self.now().to_zoned(china())
    }

    /// The hall's calendar day.
    fn today(&self) -> Date {
        self.local().date()
    }
}

/// China Standard Time. A fixed offset: the country has had no daylight saving since 1991.
pub fn china() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// The machine's clock.
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts counting elapsed time now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that moves only when told to.
pub struct SimClock {
    time: Mutex<(Timestamp, Duration)>,
}

impl SimClock {
    /// A clock standing at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { time: Mutex::new((now, Duration::ZERO)) }
    }

    /// Moves wall and elapsed time forward together.
    pub fn advance(&self, by: Duration) {
        let mut time = self.time.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        time.0 = time
            .0
            .saturating_add(jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX);
        time.1 = time.1.saturating_add(by);
    }

    /// Sets the wall time alone, as a wrong battery or an operator would.
    pub fn set_wall(&self, now: Timestamp) {
        self.time.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).0 = now;
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.time.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).0
    }

    fn elapsed(&self) -> Duration {
        self.time.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).1
    }
}
