//! The wall screen, as the page shows it.
//! It decides nothing: which slide is up, and for how long, the model says.

use slint::{ComponentHandle, SharedString};

use crate::app::model::Model;
use crate::app::signage::Slide;

use super::ui::SignageBridge;
use super::{KioskWindow, list_of, qr};

/// The slide that is up, so that its code is drawn once.
#[derive(Default)]
pub struct Shown(Option<Slide>);

/// Shows the slide whose turn it is.
pub fn show(window: &KioskWindow, model: &Model, shown: &mut Shown) {
    let Some(signage) = &model.signage else {
        return;
    };
    let bridge = window.global::<SignageBridge>();
    let (turn, turns) = signage.place();
    bridge.set_turn(i32::try_from(turn).unwrap_or(0));
    bridge.set_turns(i32::try_from(turns).unwrap_or(0));
    let Some(slide) = signage.slide().filter(|slide| shown.0.as_ref() != Some(slide)) else {
        return;
    };
    bridge.set_label(slide.label.as_str().into());
    bridge.set_title(slide.title.as_str().into());
    let lines = slide.lines.iter().map(SharedString::from).collect();
    if let Some(lines) = list_of(&bridge.get_lines(), lines) {
        bridge.set_lines(lines);
    }
    bridge.set_code(qr::image_of(&slide.payload).unwrap_or_default());
    shown.0 = Some(slide.clone());
}
