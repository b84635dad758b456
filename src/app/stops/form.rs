//! The stops of a form's pages: the page, its tools, the field with its keys, the bar that leads on.
//! What a resident wrote is not said to the whole hall.

use crate::access::TextSize;

use super::{Deed, Role, Spot, Stop, find, leaflet_stops};
use crate::app::form::{Button, Filling, Standing};
use crate::app::leaflet::{HUSHED, Leaflet, Part, Place};

pub(super) fn stops(filling: &Filling, leaflet: &Leaflet, standing: &Standing<'_>, size: TextSize) -> Vec<Stop> {
    let has_field = filling.is_typed() || filling.is_signed();
    // What is written is the last line of the page, and stands in the field.
    let mut page = leaflet.clone();
    if has_field {
        page.body.clear();
    }
    let mut stops = leaflet_stops(&page);
    for stop in &mut stops {
        stop.said = said(stop, leaflet);
    }
    let buttons = filling.buttons(standing);
    let button = |button: &Button| Stop::button(&button.label, Deed::Fill(button.act));
    stops.extend(buttons.tools.iter().map(button));
    if has_field {
        stops.push(field(filling, standing));
    }
    if filling.is_typed() {
        stops.extend(find::keys(&filling.typing, size));
    }
    stops.extend(buttons.bar.iter().map(button));
    stops
}

/// What is said in the place of a line or row that holds what may not be said.
fn said(stop: &Stop, leaflet: &Leaflet) -> Option<String> {
    match stop.spot {
        Spot::Row(at) if leaflet.hushed.contains(&Place::Row(at, Part::Note)) => {
            Some(format!("{}，{HUSHED}", leaflet.rows.get(at)?.title))
        }
        Spot::Body(at) if leaflet.hushed.contains(&Place::Body(at, Part::Value)) => {
            Some(format!("{}，{HUSHED}", leaflet.body.get(at)?.name))
        }
        _ => None,
    }
}

/// The field with what stands in it.
fn field(filling: &Filling, standing: &Standing<'_>) -> Stop {
    let name = filling.field_name();
    let letters = if filling.is_typed() { filling.typing.composition() } else { String::new() };
    let text = format!("{}{letters}", filling.entry());
    let label = if text.is_empty() { name.to_owned() } else { format!("{name}：{text}") };
    let is_hushed = !text.is_empty() && !filling.may_say_entry(standing);
    Stop { said: is_hushed.then(|| format!("{name}：{HUSHED}")), ..Stop::read(Role::Field, label, Spot::Labelled) }
}
