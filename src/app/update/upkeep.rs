//! What the upkeep of the content tells: kept for the staff page.
//! It gives no order by itself.

use crate::base::id::RecordId;
use crate::sync::{StickSight, Told};

use super::super::desk::{Desk, DeskPlace, UPKEEP_SILENCE_MAX};
use super::super::effect::Effect;
use super::super::mailroom::MailOffer;
use super::super::model::Model;

pub(super) fn upkeep(model: &mut Model, told: Told) -> Vec<Effect> {
    model.upkeep.heard = model.now;
    match told {
        Told::Standing(standing) => model.upkeep.standing = standing,
        Told::Stick(stick) => {
            model.upkeep.is_importing &= matches!(stick, StickSight::Offers(_));
            model.upkeep.stick = stick;
        }
        Told::Progress(progress) => model.upkeep.progress = Some(progress),
        Told::Passed(passed) => {
            settle(model);
            model.upkeep.passed.retain(|other| other.publisher != passed.publisher);
            model.upkeep.passed.push(passed);
        }
        Told::Changed { withdrawn } => return changed(model, withdrawn),
        Told::Letters(letters) => {
            model.upkeep.letters = Some(letters);
            // What was delivered makes room.
            return if model.mailbox == MailOffer::Full { vec![Effect::AskMailbox] } else { Vec::new() };
        }
    }
    Vec::new()
}

/// Nothing is running any more, as far as is known.
fn settle(model: &mut Model) {
    model.upkeep.progress = None;
    model.upkeep.is_importing = false;
    if let Some(Desk { place: DeskPlace::Page(page), .. }) = &mut model.desk {
        page.asked = None;
    }
}

/// A pass that broke without a word must not bar the next one for ever.
pub(super) fn upkeep_tick(model: &mut Model) {
    if model.now.saturating_sub(model.upkeep.heard) >= UPKEEP_SILENCE_MAX {
        settle(model);
    }
}

/// A release applied during a visit is shown after it, unless something was withdrawn: that goes at once.
fn changed(model: &mut Model, withdrawn: Vec<RecordId>) -> Vec<Effect> {
    let Some(visit) = &mut model.visit else { return vec![Effect::LoadHall] };
    if withdrawn.is_empty() {
        // Whom letters are sealed to counts at once: a key may have been taken back.
        return vec![Effect::AskMailbox];
    }
    model.takes_hall = true;
    let mut effects = vec![Effect::LoadHall];
    effects.extend(visit.withdraw(&withdrawn.into_iter().collect()));
    effects
}
