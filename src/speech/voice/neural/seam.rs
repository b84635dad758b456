//! Stretches of sound become one: each runs a little into the next, and one fades as the other comes.
//! Pure; it keeps no more than the end of the last stretch.

use std::ops::Range;

/// Samples that a stretch gives away at an inner end, and as many that it takes from beyond it: 2.5 ms each.
const HALF: usize = 60;
/// Samples over which a piece comes and goes, against clicks.
const FADE: usize = 240;

/// Where the last stretch ended.
#[derive(Debug, Default)]
pub(super) struct Seam {
    /// The samples around the end; none before the first stretch.
    end: Vec<f32>,
}

impl Seam {
    /// What can be played of a stretch: `own` of its samples belong to it, those around them to its neighbours.
    pub(super) fn join(&mut self, samples: &[f32], own: Range<usize>, is_last: bool) -> Vec<f32> {
        let is_first = self.end.is_empty();
        let from = if is_first { own.start } else { own.start.saturating_sub(HALF) };
        let to = if is_last { own.end } else { own.end.saturating_sub(HALF) };
        let mut joined = samples.get(from..to.max(from)).unwrap_or_default().to_vec();
        for (at, (sample, before)) in joined.iter_mut().zip(&self.end).enumerate() {
            let share = at as f32 / (HALF * 2) as f32;
            *sample = *sample * share + before * (1.0 - share);
        }
        let share = |from_edge: usize| (from_edge as f32 / FADE as f32).min(1.0);
        if is_first {
            joined.iter_mut().enumerate().take(FADE).for_each(|(at, sample)| *sample *= share(at));
        }
        if is_last {
            joined.iter_mut().rev().enumerate().take(FADE).for_each(|(at, sample)| *sample *= share(at));
        }
        self.end = samples.get(to..to + HALF * 2).unwrap_or_default().to_vec();
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave() -> Vec<f32> {
        (0..3000).map(|at| (at as f32 * 0.05).sin()).collect()
    }

    #[test]
    fn stretches_of_one_sound_are_that_sound_again() {
        let whole = wave();
        let mut seam = Seam::default();
        let mut joined = seam.join(&whole[..1200], 0..1000, false);
        joined.extend(seam.join(&whole[800..2300], 200..1200, false));
        joined.extend(seam.join(&whole[1800..], 200..1200, true));
        assert_eq!(joined.len(), whole.len());
        let differs = |(at, (a, b)): (usize, (&f32, &f32))| (a - b).abs() > 1e-4 && (FADE..3000 - FADE).contains(&at);
        assert!(!joined.iter().zip(&whole).enumerate().any(differs));
        assert_eq!((joined[0], joined[2999]), (0.0, 0.0), "it comes and goes without a click");
    }

    #[test]
    fn two_stretches_that_differ_do_not_click() {
        let mut seam = Seam::default();
        let mut joined = seam.join(&[0.5; 1200], 0..1000, false);
        joined.extend(seam.join(&[-0.5; 1200], 200..1200, true));
        let jump = joined.windows(2).map(|two| (two[1] - two[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.02, "{jump}");
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(Seam::default().join(&[], 0..0, true).is_empty());
        assert!(Seam::default().join(&[1.0; 10], 0..5, false).is_empty());
    }
}
