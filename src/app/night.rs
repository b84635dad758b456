//! The hours of the night in which nobody is here: what will be asked for is spoken for the clips.
//! It makes nothing itself, and ends with the first touch.

use std::time::Duration;

use super::effect::Effect;
use super::model::Model;

/// Nobody has been here for so long.
const QUIET: Duration = Duration::from_secs(600);
/// How many hours from the set one on are night.
const NIGHT_HOURS: u32 = 3;

/// Whether the terminal makes clips by night, and what it is doing about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Night {
    /// The hour in which the night begins; none where no clips are made.
    pub hour: Option<u32>,
    /// When somebody was here last, in elapsed time.
    busy_at: Duration,
    is_on: bool,
}

impl Night {
    /// From this hour on.
    pub fn at(hour: u32) -> Self {
        Self { hour: Some(hour), ..Self::default() }
    }
}

/// After every event: begins in the quiet of the night, and stops before anything else is done for who comes.
pub(super) fn turn(model: &mut Model, effects: &mut Vec<Effect>) {
    let is_used = model.visit.is_some() || model.desk.is_some();
    // Where no clips are made nothing is kept of when somebody was here.
    if is_used && model.night.hour.is_some() {
        model.night.busy_at = model.now;
    }
    let hour = model.wall.as_ref().and_then(|wall| u32::try_from(wall.hour()).ok());
    let is_night = model.night.hour.zip(hour).is_some_and(|(from, now)| (now + 24 - from) % 24 < NIGHT_HOURS);
    let is_quiet = !is_used && model.now.saturating_sub(model.night.busy_at) >= QUIET;
    let is_wanted = is_night && !is_used && (is_quiet || model.night.is_on);
    if is_wanted == model.night.is_on {
        return;
    }
    model.night.is_on = is_wanted;
    match is_wanted {
        true => effects.push(Effect::Rehearse),
        false => effects.insert(0, Effect::EndRehearsal),
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::model::Limits;
    use super::super::update;
    use super::*;

    fn model() -> Model {
        let limits = Limits {
            idle_s: 90,
            form_idle_s: 120,
            warning_s: 30,
            attract_turn_s: 10,
            has_printer: false,
            staff_idle_s: 120,
        };
        let mut model = Model::new(limits);
        model.night = Night::at(3);
        model
    }

    fn tick(model: &mut Model, minutes: u64, wall: &str) -> Vec<&'static str> {
        let wall = format!("2026-11-22T{wall}+08:00[Asia/Shanghai]").parse().unwrap();
        let now = Duration::from_secs(60 * minutes);
        told(&update(model, Event::Tick { now, wall }))
    }

    fn told(effects: &[Effect]) -> Vec<&'static str> {
        let word = |effect: &Effect| match effect {
            Effect::Rehearse => Some("rehearse"),
            Effect::EndRehearsal => Some("end"),
            _ => None,
        };
        effects.iter().filter_map(word).collect()
    }

    #[test]
    fn clips_are_made_in_the_quiet_of_the_night_only() {
        let mut model = model();
        assert_eq!(tick(&mut model, 11, "02:59:00"), [""; 0]);
        assert_eq!(tick(&mut model, 12, "03:00:00"), ["rehearse"]);
        assert_eq!(tick(&mut model, 13, "03:01:00"), [""; 0]);
        assert_eq!(tick(&mut model, 200, "06:00:00"), ["end"]);
        model.night = Night::default();
        assert_eq!(tick(&mut model, 1300, "03:00:00"), [""; 0]);
    }
}
