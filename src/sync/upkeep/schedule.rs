//! When a publisher's server is asked again, and when the content is looked through for damage. Pure.
//! Chance comes from outside, as a number from 0 to 1: ten thousand terminals must not come at the same moment.

use std::time::Duration;

use jiff::{Timestamp, Zoned};

/// A failed look waits for the usual time doubled so often at most.
const DOUBLED_MAX: u32 = 3;
/// A waiting time differs by so much from the usual one, to either side.
const SPREAD: f64 = 0.25;
/// No server keeps a terminal away for longer.
const LATER_MAX: Duration = Duration::from_secs(24 * 3600);
/// Content that was looked through within this time is not looked through again.
const SCRUB_FRESH_HOURS: i32 = 20;
/// A terminal that was off in so many nights does it by day.
const SCRUB_LATE_HOURS: i32 = 36;

/// The wait of a terminal that has just started. After a power cut a whole city starts at once, so the first look may
/// come at any moment of the usual time.
pub fn first(every: Duration, chance: f64) -> Duration {
    every.mul_f64(chance.clamp(0.0, 1.0))
}

/// The wait after a look. `failures` counts failed looks in a row; `later` is what the server asked for.
pub fn next(every: Duration, failures: u32, later: Option<Duration>, chance: f64) -> Duration {
    let usual = every.saturating_mul(1 << failures.min(DOUBLED_MAX));
    let spread = usual.mul_f64(1.0 - SPREAD + 2.0 * SPREAD * chance.clamp(0.0, 1.0));
    match later {
        None => spread,
        // All who were sent away come back spread over the usual time after what was asked for.
        Some(later) => spread.max(later.min(LATER_MAX) + first(every, chance)),
    }
}

/// Whether the content is to be looked through now: at night once a day, by day when that was missed. `last` is none
/// when it never was.
pub fn is_scrub_due(now: &Zoned, last: Option<Timestamp>, hour: u32) -> bool {
    let Some(last) = last else { return true };
    let age = now.timestamp().duration_since(last);
    // A last time that lies ahead was written by a clock that ran ahead.
    if age.is_negative() || age.as_hours() >= i64::from(SCRUB_LATE_HOURS) {
        return true;
    }
    u32::try_from(now.hour()) == Ok(hour) && age.as_hours() >= i64::from(SCRUB_FRESH_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::china;
    use proptest::prelude::*;

    const EVERY: Duration = Duration::from_secs(15 * 60);

    /// A generator that gives the same numbers in every run.
    fn chances() -> impl FnMut() -> f64 {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    /// Looks a minute at a server, over some hours, of terminals that all start at once.
    fn looks(terminals: usize, hours: usize, mut is_down: impl FnMut(Duration) -> bool) -> Vec<usize> {
        let mut chance = chances();
        let mut minutes = vec![0; hours * 60];
        for _ in 0..terminals {
            let (mut at, mut failures) = (first(EVERY, chance()), 0);
            while let Some(minute) = minutes.get_mut((at.as_secs() / 60) as usize) {
                *minute += 1;
                failures = if is_down(at) { failures + 1 } else { 0 };
                at += next(EVERY, failures, None, chance());
            }
        }
        minutes
    }

    #[test]
    fn ten_thousand_terminals_never_come_at_once() {
        let (terminals, hours) = (10_000, 24);
        let an_hour_without = |at: Duration| (6..7).contains(&(at.as_secs() / 3600));
        for minutes in [looks(terminals, hours, |_| false), looks(terminals, hours, an_hour_without)] {
            let mean = minutes.iter().sum::<usize>() as f64 / minutes.len() as f64;
            let peak = *minutes.iter().max().unwrap() as f64;
            assert!(peak <= 3.0 * mean, "peak {peak}, mean {mean}");
            assert!((550.0..750.0).contains(&mean), "{mean}");
        }
    }

    #[test]
    fn those_who_were_sent_away_come_back_spread_and_not_too_early() {
        let mut chance = chances();
        let later = Duration::from_secs(3600);
        let mut minutes = [0_usize; 60];
        for _ in 0..10_000 {
            let wait = next(EVERY, 1, Some(later), chance());
            assert!(wait >= later);
            minutes[((wait - later).as_secs() / 60) as usize] += 1;
        }
        assert!(*minutes.iter().max().unwrap() <= 3 * 10_000 / 15);
        assert!(next(EVERY, 1, Some(Duration::MAX), 0.5) <= LATER_MAX + EVERY);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_short_and_never_without_end(
            minutes in 1_u64..1440, failures in any::<u32>(), later in proptest::option::of(any::<u64>()), chance in 0.0..1.0_f64,
        ) {
            let every = Duration::from_secs(60 * minutes);
            let wait = next(every, failures, later.map(Duration::from_secs), chance);
            prop_assert!(wait >= every.mul_f64(0.75));
            prop_assert!(wait <= (LATER_MAX + every).max(every.mul_f64(8.0 * 1.25)));
            prop_assert!(first(every, chance) <= every);
        }
    }

    #[test]
    fn content_is_looked_through_at_night_or_when_the_nights_were_missed() {
        let at = |text: &str| text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(china()).unwrap();
        let last = Some(at("2026-11-20T03:10:00").timestamp());
        for (now, is_due) in [
            ("2026-11-20T03:50:00", false),
            ("2026-11-20T14:00:00", false),
            ("2026-11-21T02:59:00", false),
            ("2026-11-21T03:00:00", true),
            ("2026-11-21T09:00:00", false),
            ("2026-11-21T16:00:00", true),
            ("2026-11-19T09:00:00", true),
        ] {
            assert_eq!(is_scrub_due(&at(now), last, 3), is_due, "{now}");
        }
        assert!(is_scrub_due(&at("2026-11-21T09:00:00"), None, 3));
    }
}
