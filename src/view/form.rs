//! The pages of a form: what stands besides the leaflet, the field, the signature, the buttons.
//! What is shown is emptied with the visit.

use std::rc::Rc;

use slint::{ComponentHandle, SharedString, VecModel};

use crate::app::event::{Event, FormEvent};
use crate::app::form::{Button, Filling, Rank};
use crate::app::leaflet::Place;
use crate::app::model::Model;
use crate::app::stops::{Role, Stop};
use crate::app::typing::Sort;
use crate::content::form::FieldKind;

use super::typing::{Pen, path_of};
use super::ui::{FormBridge, FormButton};
use super::{KioskWindow, Outlet, list_of, typing};

/// The signature's box is three times as wide as it is high; it is drawn in thousandths of its width.
const BOX_SHAPE: f32 = 3.0;

/// Connects buttons and signature.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<FormBridge>();
    let place = |n: i32| usize::try_from(n).unwrap_or(usize::MAX);
    let to = outlet.clone();
    bridge.on_press_tool(move |n| to.send(Event::Form(FormEvent::Press(Rank::Tool, place(n)))));
    let to = outlet.clone();
    bridge.on_press_bar(move |n| to.send(Event::Form(FormEvent::Press(Rank::Bar, place(n)))));
    let pen = Pen::new(BOX_SHAPE);
    let weak = window.as_weak();
    let show = move |ink: &str| {
        if let Some(window) = weak.upgrade() {
            window.global::<FormBridge>().set_ink(ink.into());
        }
    };
    let weak = window.as_weak();
    let ink = move || weak.upgrade().map_or_else(String::new, |window| window.global::<FormBridge>().get_ink().into());
    let (down, moved) = (pen.clone(), pen.clone());
    let (show_down, ink_down) = (show.clone(), ink.clone());
    bridge.on_pen_down(move |x, y| down.down((x, y), &ink_down(), &show_down));
    bridge.on_pen_moved(move |x, y| moved.moved((x, y), &ink(), &show));
    let to = outlet.clone();
    bridge.on_pen_up(move || {
        if let Some(strokes) = pen.up() {
            to.send(Event::Form(FormEvent::Sign(strokes)));
        }
    });
}

/// Shows field, keys and buttons; the leaflet is shown as of every page.
pub fn show(window: &KioskWindow, model: &Model, filling: &Filling, stops: &[Stop]) {
    let bridge = window.global::<FormBridge>();
    let say = |text: &str| SharedString::from(&*model.say(text));
    let progress = filling.progress();
    bridge.set_has_progress(progress.is_some());
    bridge.set_progress(progress.map_or(0.0, |(step, of)| step as f32 / of.max(1) as f32));
    bridge.set_has_field(filling.is_typed() || filling.is_signed());
    bridge.set_has_keys(filling.is_typed());
    bridge.set_is_signed(filling.is_signed());
    bridge.set_name(say(filling.field_name()));
    bridge.set_text(filling.entry().into());
    bridge.set_letters(if filling.is_typed() { filling.typing.composition() } else { String::new() }.into());
    let is_long = filling.typing.sort() == Sort::Address
        || filling.question().is_some_and(|(_, field)| field.kind == FieldKind::LongText);
    bridge.set_is_long(is_long);
    let field = stops.iter().find(|stop| stop.role == Role::Field);
    bridge.set_stop(field.map_or("", |stop| stop.label.as_str()).into());
    bridge.set_is_read(matches!(model.mark().map(|mark| mark.place), Some(Place::Body(..))));
    let signature = filling.signature();
    bridge.set_ink(path_of(&signature, BOX_SHAPE).into());
    let hall = model.ready_hall();
    let buttons = hall.map(|hall| filling.buttons(&model.standing(hall))).unwrap_or_default();
    let shown = |button: &Button| FormButton { text: say(&button.label), is_primary: button.is_primary };
    if let Some(tools) = list_of(&bridge.get_tools(), buttons.tools.iter().map(shown).collect()) {
        bridge.set_tools(tools);
    }
    if let Some(bar) = list_of(&bridge.get_bar(), buttons.bar.iter().map(shown).collect()) {
        bridge.set_bar(bar);
    }
    if filling.is_typed() {
        typing::show(window, model, &filling.typing);
    }
}

/// Empties the pages.
pub fn clear(window: &KioskWindow) {
    let bridge = window.global::<FormBridge>();
    bridge.set_has_field(false);
    bridge.set_name(SharedString::new());
    bridge.set_text(SharedString::new());
    bridge.set_letters(SharedString::new());
    bridge.set_stop(SharedString::new());
    bridge.set_ink(SharedString::new());
    bridge.set_tools(Rc::new(VecModel::default()).into());
    bridge.set_bar(Rc::new(VecModel::default()).into());
}
