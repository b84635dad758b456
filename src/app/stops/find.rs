//! The stops of the page where one types: the field, what was found, and everything that can be pressed.
//! Who writes by hand does so by touch; the keys are here for who does not see the pad.

use crate::access::TextSize;

use super::{Deed, Role, Spot, State, Stop, leaf_stop, row_stops};
use crate::app::find::FindPage;
use crate::app::leaflet::Leaflet;
use crate::app::typing::Typing;

pub(super) fn stops(page: &FindPage, leaflet: &Leaflet, size: TextSize) -> Vec<Stop> {
    let typed = format!("{}{}", page.text(), page.typing.composition());
    let field = if typed.is_empty() { "要查的内容".to_owned() } else { format!("要查的内容：{typed}") };
    let mut stops = vec![Stop::read(Role::Field, field, Spot::Labelled)];
    stops.push(Stop::read(Role::Text, leaflet.lead(), Spot::Labelled));
    row_stops(&leaflet.rows, 0, |_| Spot::Labelled, &mut stops);
    stops.extend(leaflet.body.iter().map(|leaf| leaf_stop(leaf, Spot::Labelled)));
    stops.extend(keys(&page.typing, size));
    stops
}

/// What can be pressed or chosen to type something.
pub(super) fn keys(typing: &Typing, size: TextSize) -> impl Iterator<Item = Stop> {
    let heading = typing.sheet().map(|sheet| Stop::read(Role::Heading, sheet.heading, Spot::Labelled));
    let keys = typing.presses(size).into_iter().map(|press| {
        let state = match press.is_on {
            None => State::Plain,
            Some(true) => State::Chosen,
            Some(false) => State::NotChosen,
        };
        Stop::button(press.label, Deed::Press(press.does)).being(state)
    });
    heading.into_iter().chain(keys)
}
