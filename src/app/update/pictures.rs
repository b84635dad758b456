//! Pictures of the page that is open: asked for once, kept while it is shown.
//! A picture that does not come is told by its words alone.

use super::super::effect::Effect;
use super::super::leaflet::Leaflet;
use super::super::model::{Model, Page};
use super::super::picture::{PICTURES_MAX, Picture};
use crate::session::VisitId;

/// After every event: the pictures of another page are let go, those of this one are asked for.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(visit) = &mut model.visit else {
        return Vec::new();
    };
    let names = match &visit.page {
        Page::Record(page) => names_of(&page.opened.record),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Find(_) | Page::Form(_) => Vec::new(),
    };
    visit.pictures.retain(|(name, _)| names.contains(name));
    let mut effects = Vec::new();
    for name in names {
        if visit.pictures.iter().all(|(known, _)| *known != name) {
            visit.pictures.push((name.clone(), None));
            effects.push(Effect::LoadPicture { visit: visit.id, name });
        }
    }
    effects
}

/// A picture has come, or never will.
pub(super) fn came(model: &mut Model, id: VisitId, name: &str, picture: Option<Picture>) {
    let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id) else {
        return;
    };
    if let Some((_, place)) = visit.pictures.iter_mut().find(|(known, _)| known == name) {
        *place = picture;
    }
}

fn names_of(record: &crate::content::Record) -> Vec<String> {
    let mut names: Vec<String> = Leaflet::pictures_of(record).into_iter().map(str::to_owned).collect();
    names.truncate(PICTURES_MAX);
    names
}
