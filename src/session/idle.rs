//! When nobody touches the screen: first a warning, then the wipe.
//! Speech and printing hold the timer; during the warning nothing holds it but a touch.

use std::time::Duration;

/// The idle timer of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    since: Duration,
    limit: Duration,
    warning: Duration,
    is_warning: bool,
}

/// What a moment without touch brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleTurn {
    /// Nothing changes.
    Calm,
    /// The warning is up; so many seconds are left.
    Warning {
        /// Whole seconds left, rounded up.
        left_s: u32,
    },
    /// The visit is over.
    Over,
}

impl Idle {
    /// A timer that starts at `now` (elapsed time of the clock).
    pub fn start(now: Duration, idle_s: u32, warning_s: u32) -> Self {
        Self {
            since: now,
            limit: Duration::from_secs(u64::from(idle_s)),
            warning: Duration::from_secs(u64::from(warning_s)),
            is_warning: false,
        }
    }

    /// A touch or a key: the full time again, and the warning goes.
    pub fn touch(&mut self, now: Duration) {
        self.since = now;
        self.is_warning = false;
    }

    /// Changes the limit, when the resident's choices ask for more time.
    pub fn set_limit(&mut self, idle_s: u32) {
        self.limit = Duration::from_secs(u64::from(idle_s));
    }

    /// True while the warning is up.
    pub fn is_warning(&self) -> bool {
        self.is_warning
    }

    /// Tells the time. `is_held` is true while the terminal speaks or prints.
    pub fn tick(&mut self, now: Duration, is_held: bool) -> IdleTurn {
        if is_held && !self.is_warning {
            self.since = now;
            return IdleTurn::Calm;
        }
        let quiet = now.saturating_sub(self.since);
        if !self.is_warning {
            if quiet < self.limit {
                return IdleTurn::Calm;
            }
            // The warning starts when it is first shown, so that a late tick cannot shorten it.
            self.is_warning = true;
            self.since = now;
            return IdleTurn::Warning { left_s: seconds_up(self.warning) };
        }
        if quiet >= self.warning {
            return IdleTurn::Over;
        }
        IdleTurn::Warning { left_s: seconds_up(self.warning - quiet) }
    }
}

fn seconds_up(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_quiet_visit_is_warned_and_then_over() {
        let mut idle = Idle::start(s(0), 60, 30);
        assert_eq!(idle.tick(s(59), false), IdleTurn::Calm);
        assert_eq!(idle.tick(s(60), false), IdleTurn::Warning { left_s: 30 });
        assert_eq!(idle.tick(s(80), false), IdleTurn::Warning { left_s: 10 });
        assert_eq!(idle.tick(s(90), false), IdleTurn::Over);
    }

    #[test]
    fn a_late_tick_never_shortens_the_warning() {
        let mut idle = Idle::start(s(0), 60, 30);
        assert_eq!(idle.tick(s(500), false), IdleTurn::Warning { left_s: 30 });
        assert_eq!(idle.tick(s(501), false), IdleTurn::Warning { left_s: 29 });
    }

    #[test]
    fn speech_and_printing_hold_the_timer_and_a_touch_extends_without_limit() {
        let mut idle = Idle::start(s(0), 60, 30);
        assert_eq!(idle.tick(s(100), true), IdleTurn::Calm);
        assert_eq!(idle.tick(s(159), false), IdleTurn::Calm);
        for round in 1..50 {
            assert!(matches!(idle.tick(s(100 + round * 80), false), IdleTurn::Warning { .. }));
            idle.touch(s(100 + round * 80));
            assert!(!idle.is_warning());
        }
    }
}
