//! How long a sentence takes and how far the voice has come in it, by its syllables.
//! It measures nothing itself; the owner of the voice tells it how long the last sentences took.

use std::time::Duration;

use super::reading::is_hanzi;
use super::voice::Rate;

/// Time of a syllable at normal rate before anything was learned (espeak-ng at its normal rate, measured).
const SYLLABLE_MS: f64 = 290.0;
/// Bounds of what can be learned, so that one odd sentence cannot spoil the mark.
const SYLLABLE_MS_MIN: f64 = 80.0;
const SYLLABLE_MS_MAX: f64 = 900.0;
/// Weight of the newest sentence in what is learned.
const NEWEST: f64 = 0.3;
/// Sentences shorter than this teach nothing: most of their time is the engine's own.
const TEACHING_SYLLABLES: f64 = 5.0;

/// What has been learned about the speed of a voice.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    syllable_ms: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { syllable_ms: SYLLABLE_MS }
    }
}

impl Pace {
    /// How long `text` will take.
    pub fn estimate(&self, text: &str, rate: Rate) -> Duration {
        let syllables: f64 = text.chars().map(weight).sum();
        Duration::from_millis((syllables * self.syllable_ms * 100.0 / f64::from(rate.percent())) as u64)
    }

    /// How many characters of `text` have been said after `spoken_for`; never more than there are.
    pub fn char_at(&self, text: &str, rate: Rate, spoken_for: Duration) -> usize {
        let per_syllable = self.syllable_ms * 100.0 / f64::from(rate.percent());
        let said = spoken_for.as_secs_f64() * 1000.0 / per_syllable;
        let mut sum = 0.0;
        text.chars()
            .take_while(|c| {
                sum += weight(*c);
                sum <= said
            })
            .count()
    }

    /// Learns from a sentence that took `took`.
    pub fn learn(&mut self, text: &str, rate: Rate, took: Duration) {
        let syllables: f64 = text.chars().map(weight).sum();
        if syllables < TEACHING_SYLLABLES {
            return;
        }
        let measured = took.as_secs_f64() * 1000.0 * f64::from(rate.percent()) / 100.0 / syllables;
        let measured = measured.clamp(SYLLABLE_MS_MIN, SYLLABLE_MS_MAX);
        self.syllable_ms = self.syllable_ms * (1.0 - NEWEST) + measured * NEWEST;
    }
}

/// How many characters of `text` have been said when `share` of its sound has been heard, 0 to 1.
pub fn char_within(text: &str, share: f64) -> usize {
    // The pause after the last character is not part of the sound.
    let sounding = text.trim_end_matches(['，', '：', '；', '、', '。', '！', '？']);
    let whole: f64 = sounding.chars().map(weight).sum();
    if share >= 1.0 {
        return text.chars().count();
    }
    let mut sum = 0.0;
    let said = sounding.chars().take_while(|c| {
        sum += weight(*c);
        sum <= whole * share
    });
    said.count()
}

/// Syllables that a character takes, pauses included.
fn weight(c: char) -> f64 {
    match c {
        _ if is_hanzi(c) => 1.0,
        '，' | '：' | '；' => 1.0,
        '、' => 0.7,
        '。' | '！' | '？' => 0.3,
        _ if c.is_alphanumeric() => 1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "请带身份证原件，到一楼取号。";

    #[test]
    fn a_faster_rate_takes_less_time() {
        let pace = Pace::default();
        let normal = pace.estimate(TEXT, Rate::NORMAL);
        let fast = pace.estimate(TEXT, Rate::nearest(200));
        assert!((normal / 2).abs_diff(fast) < Duration::from_millis(2), "{normal:?} {fast:?}");
        assert!((3000..5000).contains(&normal.as_millis()), "{normal:?}");
    }

    #[test]
    fn the_mark_moves_on_and_stays_inside_the_sentence() {
        let pace = Pace::default();
        let mut last = 0;
        for ms in (0..9000).step_by(100) {
            let at = pace.char_at(TEXT, Rate::NORMAL, Duration::from_millis(ms));
            assert!(at >= last && at <= TEXT.chars().count());
            last = at;
        }
        assert_eq!(last, TEXT.chars().count());
    }

    #[test]
    fn the_pace_is_learned_from_what_was_heard() {
        let mut pace = Pace::default();
        let slow = pace.estimate(TEXT, Rate::NORMAL) * 2;
        for _ in 0..20 {
            pace.learn(TEXT, Rate::NORMAL, slow);
        }
        let now = pace.estimate(TEXT, Rate::NORMAL);
        assert!(now > slow * 9 / 10 && now <= slow, "{now:?} {slow:?}");
        pace.learn("好", Rate::NORMAL, Duration::from_secs(60));
        assert_eq!(pace.estimate(TEXT, Rate::NORMAL), now);
    }
}
