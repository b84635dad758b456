//! Times of the day: 9:00, 13:30, 9：05.
//! Anything that is no time of a day is left to the other rules.

use super::Said;
use super::hanzi::whole;
use super::text::Shown;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    if !shown.starts_digits(at) || goes_on(shown, at) {
        return None;
    }
    let (hour, hour_end) = shown.small(at, 1, 2)?;
    let (minute, minute_end) = after_colon(shown, hour_end)?;
    if hour > 24 || minute > 59 {
        return None;
    }
    let seconds = after_colon(shown, minute_end).filter(|(second, _)| *second < 60);
    let hour = if hour == 2 { "两".to_owned() } else { whole(u64::from(hour)) };
    let mut said = format!("{hour}点");
    if minute > 0 || seconds.is_some() {
        said.push_str(&two_places(minute));
        said.push('分');
    }
    let Some((second, end)) = seconds else {
        return Said::word(minute_end, said);
    };
    Said::word(end, format!("{said}{}秒", two_places(second)))
}

/// True inside 16:9:30 or 1.5:30; a colon after a word, as in 时间：8:30, is a mark of the sentence.
fn goes_on(shown: &Shown, at: usize) -> bool {
    shown.before(at).is_some_and(|c| matches!(c, ':' | '：' | '.'))
        && at.checked_sub(2).is_some_and(|i| shown.is_digit(i))
}

fn after_colon(shown: &Shown, at: usize) -> Option<(u32, usize)> {
    matches!(shown.at(at)?, ':' | '：').then(|| shown.small(at + 1, 2, 2))?
}

fn two_places(value: u32) -> String {
    let zero = if (1..10).contains(&value) { "零" } else { "" };
    format!("{zero}{}", whole(u64::from(value)))
}
