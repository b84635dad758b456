//! What the upkeep of the content tells: kept for the staff page.
//! It gives no order by itself.

use crate::base::id::RecordId;
use crate::sync::Told;

use super::super::desk::{Asked, DeskPlace, StaffPage};
use super::super::effect::Effect;
use super::super::model::Model;

pub(super) fn upkeep(model: &mut Model, told: Told) -> Vec<Effect> {
    match told {
        Told::Standing(standing) => {
            let scrubbed = |of: &[crate::sync::Standing]| of.iter().map(|s| s.scrubbed).collect::<Vec<_>>();
            let is_scrubbed = scrubbed(&standing) != scrubbed(&model.upkeep.standing);
            model.upkeep.standing = standing;
            if let Some(page) = asked_page(model, &[Asked::Scrub]).filter(|_| is_scrubbed) {
                page.asked = None;
                page.told = "内容检查完了，结果在上面。".to_owned();
            }
        }
        Told::Stick(stick) => model.upkeep.stick = stick,
        Told::Progress(progress) => model.upkeep.progress = Some(progress),
        Told::Passed(passed) => {
            model.upkeep.progress = None;
            if let Some(page) = asked_page(model, &[Asked::Import, Asked::Check]) {
                page.asked = None;
            }
            model.upkeep.passed.retain(|other| other.publisher != passed.publisher);
            model.upkeep.passed.push(passed);
        }
        Told::Changed { withdrawn } => return changed(model, withdrawn),
    }
    Vec::new()
}

/// A release applied during a visit is shown after it, unless something was withdrawn: that goes at once.
fn changed(model: &mut Model, withdrawn: Vec<RecordId>) -> Vec<Effect> {
    let Some(visit) = &mut model.visit else { return vec![Effect::LoadHall] };
    if withdrawn.is_empty() {
        return Vec::new();
    }
    model.takes_hall = true;
    let mut effects = vec![Effect::LoadHall];
    effects.extend(visit.withdraw(&withdrawn.into_iter().collect()));
    effects
}

/// The staff page, when it waits for one of these.
fn asked_page<'a>(model: &'a mut Model, asked: &[Asked]) -> Option<&'a mut StaffPage> {
    match &mut model.desk.as_mut()?.place {
        DeskPlace::Page(page) => Some(page).filter(|page| page.asked.is_some_and(|one| asked.contains(&one))),
        DeskPlace::Pad(_) => None,
    }
}
