//! The frames of a piece: which of them sound, and the stretches in which they are made, so that the first is heard
//! while the others are still silent. Pure; the model knows what a frame sounds like.

use std::ops::Range;

/// Channels of what is said in a frame.
pub(super) const CHANNELS: usize = 512;
/// Samples of a frame, which lasts 25 ms.
pub(super) const SAMPLES: usize = 600;
/// Frames that are made on either side of a stretch and thrown away: without them its edges would not know their
/// neighbours (measured: more change nothing that is heard).
pub(super) const CONTEXT: usize = 2;
/// Frames of the first stretch where somebody waits: half a second, long enough for the next to be made meanwhile.
const FIRST: usize = 20;
/// Longest that a stretch is meant to be: two seconds. Memory grows with it.
const LONGEST: usize = 80;
/// Shortest stretch, so that none is mostly context.
const SHORTEST: usize = 8;
/// How far a stretch may be from its wanted length, in percent, to end where the voice is quiet.
const AWAY_PERCENT: usize = 25;
/// Work that fills this share of the time that a stretch sounds leaves time for the next stretch, in thousandths.
const FILLED: u32 = 750;
/// Below this share of the way from the softest to the loudest frame nothing is heard (energy counts as hearing does).
const HEARD: f32 = 0.3;
/// Frames before the first and after the last that is loud enough, so that no consonant is cut.
const LEAD: usize = 1;
const TAIL: usize = 1;
/// A frame with a pitch below this, in hertz, is not voiced.
const VOICED_HZ: f32 = 40.0;

/// What a piece will sound like, frame by frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frames {
    /// Channel by channel.
    pub(super) content: Vec<f32>,
    /// Twice a frame, in hertz.
    pub(super) pitch: Vec<f32>,
    /// Twice a frame.
    pub(super) energy: Vec<f32>,
}

/// How long stretches are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    first: usize,
    growth: f32,
}

impl Plan {
    /// Nobody waits.
    pub(super) const STEADY: Self = Self { first: LONGEST, growth: 1.0 };

    /// Somebody waits: as this many milliseconds of work a second of sound allow.
    pub(super) fn soon(real_time_ms: u32) -> Self {
        Self { first: FIRST, growth: (FILLED as f32 / real_time_ms.max(1) as f32).clamp(1.0, 1.5) }
    }
}

impl Frames {
    /// Nothing if the three do not belong together.
    pub(super) fn new(content: &[f32], pitch: &[f32], energy: &[f32]) -> Option<Self> {
        let count = content.len() / CHANNELS;
        let fits = content.len() == count * CHANNELS && pitch.len() == count * 2 && energy.len() == count * 2;
        fits.then(|| Self { content: content.to_vec(), pitch: pitch.to_vec(), energy: energy.to_vec() })
    }

    pub(super) fn count(&self) -> usize {
        self.pitch.len() / 2
    }

    /// Some of them.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let channels = self.content.chunks_exact(self.count().max(1));
        let half = range.start * 2..range.end * 2;
        Self {
            content: channels.flat_map(|channel| channel.get(range.clone()).unwrap_or_default()).copied().collect(),
            pitch: self.pitch.get(half.clone()).unwrap_or_default().to_vec(),
            energy: self.energy.get(half).unwrap_or_default().to_vec(),
        }
    }

    /// From the first to the last that is heard: the model is silent for 0.4 s before and for most of a second after.
    pub(super) fn sounding(&self) -> Range<usize> {
        let (softest, loudest) = self.energy.iter().fold((f32::MAX, f32::MIN), |(s, l), e| (s.min(*e), l.max(*e)));
        let limit = softest + (loudest - softest) * HEARD;
        let first = self.energy.iter().position(|e| *e > limit).unwrap_or_default() / 2;
        let last = self.energy.iter().rposition(|e| *e > limit).map_or(first, |at| at / 2);
        first.saturating_sub(LEAD)..(last + 1 + TAIL).min(self.count())
    }

    /// The stretches of what sounds, in order and without a gap; each ends where the voice is quiet.
    pub(super) fn stretches(&self, plan: Plan) -> Vec<Range<usize>> {
        let Range { mut start, end } = self.sounding();
        let (mut stretches, mut wanted) = (Vec::new(), plan.first);
        while end - start > wanted + wanted * AWAY_PERCENT / 100 + SHORTEST {
            let away = wanted * AWAY_PERCENT / 100;
            let places = start + wanted - away..=start + wanted + away;
            let at = places.min_by(|a, b| self.loudness(*a).total_cmp(&self.loudness(*b))).unwrap_or(start + wanted);
            stretches.push(start..at);
            // As much sound as there now is gives time for the next.
            wanted = (((at - start) as f32 * plan.growth) as usize).clamp(SHORTEST * 2, LONGEST);
            start = at;
        }
        stretches.push(start..end);
        stretches
    }

    /// How much is heard where a frame begins; a voice counts more than any breath.
    fn loudness(&self, frame: usize) -> f32 {
        let around = |values: &[f32]| {
            [(frame * 2).saturating_sub(1), frame * 2].map(|at| values.get(at).copied().unwrap_or_default())
        };
        let voiced = around(&self.pitch).iter().filter(|hertz| **hertz > VOICED_HZ).count();
        around(&self.energy).iter().sum::<f32>() + 10.0 * voiced as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Silence, then syllables of eight frames with two quiet ones between them, then silence.
    fn frames(before: usize, syllables: usize, after: usize) -> Frames {
        let syllable = [-9.0, -8.0, 4.0, 6.0, 8.0, 7.0, 6.0, 5.0, 3.0, -5.0];
        let silence = |n| std::iter::repeat_n(-9.5f32, n);
        let sounds = std::iter::repeat_n(syllable, syllables).flatten();
        let energy: Vec<f32> = silence(before).chain(sounds).chain(silence(after)).collect();
        let twice = |of: &dyn Fn(f32) -> f32| energy.iter().flat_map(|e| [of(*e), of(*e)]).collect::<Vec<f32>>();
        let content: Vec<f32> =
            (0..CHANNELS).flat_map(|c| (0..energy.len()).map(move |f| (c * 1000 + f) as f32)).collect();
        Frames::new(&content, &twice(&|e| if e > 0.0 { 200.0 } else { 8.0 }), &twice(&|e| e)).unwrap()
    }

    #[test]
    fn the_silence_around_a_piece_is_not_made() {
        assert_eq!(frames(18, 3, 40).sounding(), 18 + 2 - LEAD..18 + 29 + TAIL);
        assert!(frames(0, 0, 0).stretches(Plan::STEADY).iter().all(Range::is_empty));
    }

    #[test]
    fn somebody_who_waits_hears_half_a_second_first_and_every_stretch_ends_where_it_is_quiet() {
        let frames = frames(18, 20, 40);
        let stretches = frames.stretches(Plan::soon(600));
        assert!((14..=27).contains(&stretches[0].len()), "{stretches:?}");
        assert!(stretches.iter().all(|s| (SHORTEST..=LONGEST * 3 / 2).contains(&s.len())), "{stretches:?}");
        for cut in stretches.iter().skip(1).map(|stretch| stretch.start) {
            assert!(frames.energy[cut * 2] < 0.0 && frames.energy[cut * 2 - 1] < 0.0, "cut in a voice at {cut}");
        }
        assert!(Plan::soon(400).growth > Plan::soon(700).growth && Plan::soon(2000).growth >= 1.0);
        assert!(frames.stretches(Plan::STEADY).len() < stretches.len());
    }

    #[test]
    fn while_a_stretch_sounds_the_next_can_be_made() {
        let frames = frames(18, 60, 40);
        for real_time_ms in [400, 500, 600, 700] {
            let stretches = frames.stretches(Plan::soon(real_time_ms));
            // The measured time is that of 20 frames with their context.
            let work = |s: &Range<usize>| (s.len() + 2 * CONTEXT) as f32 * real_time_ms as f32 / 1200.0;
            for two in stretches.windows(2) {
                assert!(work(&two[1]) <= 1.2 * two[0].len() as f32, "{real_time_ms}: {two:?}");
            }
        }
    }

    #[test]
    fn a_part_is_what_it_was_within_the_whole() {
        let frames = frames(2, 1, 2);
        let part = frames.part(3..5);
        assert_eq!((part.count(), &part.content[..4]), (2, &[3.0, 4.0, 1003.0, 1004.0][..]));
        assert_eq!(part.energy, frames.energy[6..10]);
        assert_eq!(Frames::new(&[0.0; CHANNELS], &[0.0; 2], &[0.0; 3]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn stretches_cover_what_sounds_in_order(
            energy in prop::collection::vec(-10.0f32..10.0, 0..600), real_time_ms in 1u32..3000
        ) {
            let count = energy.len() / 2;
            let frames = Frames::new(&vec![0.0; count * CHANNELS], &energy[..count * 2], &energy[..count * 2]).unwrap();
            for plan in [Plan::STEADY, Plan::soon(real_time_ms)] {
                let stretches = frames.stretches(plan);
                prop_assert_eq!(stretches[0].start..stretches.last().unwrap().end, frames.sounding());
                prop_assert!(stretches.windows(2).all(|two| two[0].end == two[1].start && !two[0].is_empty()));
            }
        }
    }
}
