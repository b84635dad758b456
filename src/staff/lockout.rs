//! Five wrong PINs in a row lock the gate: ten minutes, then twice as long each time, at most an hour.
//! Pure. No clock that is set back, and no restart, ends a lock early.

use std::time::Duration;

use jiff::Timestamp;

/// Wrong PINs in a row before the gate locks, and again before each further lock.
pub const TRIES_MAX: u32 = 5;
/// The first lock.
const LOCK_FIRST: Duration = Duration::from_secs(10 * 60);
/// The longest lock.
const LOCK_MAX: Duration = Duration::from_secs(60 * 60);

/// A moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Elapsed time; never goes back, starts anew with the program.
    pub elapsed: Duration,
    /// Wall time; goes wherever somebody sets it.
    pub wall: Timestamp,
}

/// What must survive a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Noted {
    /// Wrong PINs in a row.
    pub failures: u32,
    /// When the last of them was typed, in wall time.
    pub at: Option<Timestamp>,
}

/// The count of wrong PINs, and the lock that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lockout {
    noted: Noted,
    /// Until when, in elapsed time. While the program runs no wall clock is asked.
    until: Option<Duration>,
}

impl Lockout {
    /// Goes on after a restart. Elapsed time began anew, so only the wall clock can tell what part of a lock is over;
    /// where it stands before the last try it was set back, and the whole lock begins again.
    pub fn resume(noted: Noted, now: Moment) -> Self {
        let passed = noted.at.and_then(|at| Duration::try_from(now.wall.duration_since(at)).ok()).unwrap_or_default();
        let left =
            lock_after(noted.failures).map(|length| length.saturating_sub(passed)).filter(|left| !left.is_zero());
        Self { noted, until: left.map(|left| now.elapsed.saturating_add(left)) }
    }

    /// How long the gate stays locked; none when it is open.
    pub fn left(&self, elapsed: Duration) -> Option<Duration> {
        self.until.and_then(|until| until.checked_sub(elapsed)).filter(|left| !left.is_zero())
    }

    /// Wrong PINs until the next lock.
    pub fn tries_left(&self) -> u32 {
        TRIES_MAX - self.noted.failures % TRIES_MAX
    }

    /// Counts a try as a wrong one; done before it is judged, so that pulling the plug wins nothing.
    pub fn count(&mut self, now: Moment) {
        self.noted.failures = self.noted.failures.saturating_add(1);
        self.noted.at = Some(now.wall);
        self.until = lock_after(self.noted.failures).map(|length| now.elapsed.saturating_add(length));
    }

    /// The PIN was right: everything counted is forgotten.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// What must survive a restart.
    pub fn noted(&self) -> Noted {
        self.noted
    }
}

/// The lock that the last of so many wrong PINs in a row brings.
fn lock_after(failures: u32) -> Option<Duration> {
    if failures == 0 || !failures.is_multiple_of(TRIES_MAX) {
        return None;
    }
    let doublings = (failures / TRIES_MAX - 1).min(8);
    Some((LOCK_FIRST * 2u32.pow(doublings)).min(LOCK_MAX))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    const fn minutes(n: u64) -> Duration {
        Duration::from_secs(60 * n)
    }

    fn moment(elapsed: Duration, wall_s: i64) -> Moment {
        Moment { elapsed, wall: Timestamp::from_second(1_760_000_000 + wall_s).unwrap() }
    }

    #[test]
    fn five_wrong_pins_lock_for_ten_minutes_then_twenty_and_at_most_an_hour() {
        let mut lockout = Lockout::default();
        let mut now = Duration::ZERO;
        for expected in [10, 20, 40, 60, 60, 60] {
            for tries_left in (0..TRIES_MAX).rev() {
                assert_eq!(lockout.left(now), None);
                lockout.count(moment(now, 0));
                if tries_left > 0 {
                    assert_eq!(lockout.tries_left(), tries_left);
                }
            }
            assert_eq!(lockout.left(now), Some(minutes(expected)));
            assert_eq!(lockout.left(now + minutes(expected) - Duration::from_secs(1)), Some(Duration::from_secs(1)));
            now += minutes(expected);
        }
        lockout.forget();
        assert_eq!((lockout.tries_left(), lockout.noted()), (TRIES_MAX, Noted::default()));
    }

    #[test]
    fn a_restart_keeps_the_count_and_the_rest_of_the_lock() {
        let mut lockout = Lockout::default();
        for _ in 0..TRIES_MAX {
            lockout.count(moment(minutes(7), 0));
        }
        let after = |wall_s| Lockout::resume(lockout.noted(), moment(Duration::ZERO, wall_s)).left(Duration::ZERO);
        assert_eq!(after(4 * 60), Some(minutes(6)));
        assert_eq!(after(10 * 60), None);
        assert_eq!(after(-3600), Some(minutes(10)), "a clock set back begins the lock again");
        let mut lockout = Lockout::default();
        lockout.count(moment(Duration::ZERO, 0));
        assert_eq!(Lockout::resume(lockout.noted(), moment(Duration::ZERO, 9)).tries_left(), TRIES_MAX - 1);
    }

    /// What can happen to a terminal with a locked gate.
    #[derive(Debug, Clone)]
    enum Happening {
        Wait(u16),
        SetBack(u16),
        Restart,
        Try,
    }

    fn happenings() -> impl Strategy<Value = Vec<Happening>> {
        let one = prop_oneof![
            (0u16..3000).prop_map(Happening::Wait),
            (0u16..9000).prop_map(Happening::SetBack),
            Just(Happening::Restart),
            Just(Happening::Try),
            Just(Happening::Try),
        ];
        proptest::collection::vec(one, 0..80)
    }

    proptest! {
        #[test]
        fn whatever_happens_no_lock_ends_early_and_none_is_for_ever(happenings in happenings()) {
            let mut lockout = Lockout::default();
            // True time, the program's elapsed time, and how far the wall clock lags behind true time.
            let (mut real, mut start, mut lag) = (0u64, 0u64, 0i64);
            let (mut failures, mut locked_until) = (0u32, 0u64);
            for happening in happenings {
                let now = |real: u64, start: u64, lag: i64| {
                    let wall = SignedDuration::from_secs(i64::try_from(real).unwrap() - lag);
                    Moment {
                        elapsed: Duration::from_secs(real - start),
                        wall: Timestamp::from_second(1_760_000_000).unwrap() + wall,
                    }
                };
                match happening {
                    Happening::Wait(s) => real += u64::from(s),
                    Happening::SetBack(s) => lag += i64::from(s),
                    Happening::Restart => {
                        start = real;
                        lockout = Lockout::resume(lockout.noted(), now(real, start, lag));
                    }
                    Happening::Try if lockout.left(Duration::from_secs(real - start)).is_none() => {
                        lockout.count(now(real, start, lag));
                        failures += 1;
                        if let Some(length) = lock_after(failures) {
                            locked_until = real + length.as_secs();
                        }
                    }
                    Happening::Try => {}
                }
                prop_assert_eq!(lockout.noted().failures, failures);
                let left = lockout.left(Duration::from_secs(real - start));
                prop_assert!(real >= locked_until || left.is_some(), "unlocked {} s early", locked_until - real);
                prop_assert!(left.is_none_or(|left| left <= LOCK_MAX));
            }
        }
    }
}
