//! Drawings of a page: floors from their numbers, pictures of the release.
//! It decodes nothing and opens nothing; a picture that has not come takes no room.

use std::rc::Rc;

use slint::{Image, Rgb8Pixel, SharedPixelBuffer, VecModel};

use crate::app::leaflet::Art;
use crate::app::leaflet::plan::{Plan, Tone};
use crate::app::picture::Picture;

use super::ui;

/// The pictures of the page, as the toolkit has them.
#[derive(Default)]
pub struct Pictures(Vec<(String, Image)>);

impl Pictures {
    /// Takes what has come; says whether there is a new one.
    pub fn take(&mut self, pictures: &[(String, Option<Picture>)]) -> bool {
        let came = || pictures.iter().filter_map(|(name, picture)| Some((name, picture.as_ref()?)));
        self.0.retain(|(name, _)| came().any(|(known, _)| known == name));
        let before = self.0.len();
        for (name, picture) in came() {
            if self.0.iter().all(|(known, _)| known != name) {
                self.0.push((name.clone(), image(picture)));
            }
        }
        self.0.len() > before
    }

    /// The picture of a line; an empty one where there is none.
    pub fn of(&self, art: Option<&Art>) -> Image {
        match art {
            Some(Art::Picture(name)) => {
                self.0.iter().find(|(known, _)| known == name).map_or_else(Image::default, |(_, image)| image.clone())
            }
            Some(Art::Plan(_)) | None => Image::default(),
        }
    }
}

/// The floor of a line; an empty one where there is none.
pub fn plan(art: Option<&Art>) -> ui::Plan {
    match art {
        Some(Art::Plan(plan)) => floor(plan),
        Some(Art::Picture(_)) | None => ui::Plan::default(),
    }
}

fn floor(plan: &Plan) -> ui::Plan {
    let spot = |(x, y): (u16, u16)| ui::PlanSpot { x: x.into(), y: y.into() };
    let areas = plan.areas.iter().enumerate().map(|(i, area)| ui::PlanArea {
        number: i32::try_from(i + 1).unwrap_or(0),
        name: area.name.as_str().into(),
        outline: area.outline.as_str().into(),
        x: area.bounds.0.into(),
        y: area.bounds.1.into(),
        width: area.bounds.2.into(),
        height: area.bounds.3.into(),
        tone: match area.tone {
            Tone::Service => ui::PlanTone::Service,
            Tone::Public => ui::PlanTone::Public,
            Tone::Passage => ui::PlanTone::Passage,
            Tone::Plain => ui::PlanTone::Plain,
        },
    });
    ui::Plan {
        width: plan.size.0.into(),
        height: plan.size.1.into(),
        areas: Rc::new(VecModel::from_iter(areas)).into(),
        here: spot(plan.here),
        places: Rc::new(VecModel::from_iter(plan.places.iter().copied().map(spot))).into(),
        way: plan.way.as_str().into(),
        has_goal: plan.goal.is_some(),
        goal: spot(plan.goal.unwrap_or_default()),
    }
}

fn image(picture: &Picture) -> Image {
    // The decoder gives three bytes for each pixel.
    let is_whole = picture.rgb.len() as u64 == 3 * u64::from(picture.width) * u64::from(picture.height);
    if !is_whole {
        return Image::default();
    }
    Image::from_rgb8(SharedPixelBuffer::<Rgb8Pixel>::clone_from_slice(&picture.rgb, picture.width, picture.height))
}
