//! The stops of the page where one types: the field, what was found, candidates, keys.
//! Who writes by hand does so by touch; the keys are here for who does not see the pad.

use crate::access::TextSize;

use super::{Deed, Role, Spot, State, Stop, leaf_stop, row_stops};
use crate::app::event::Turn;
use crate::app::find::{FindPage, Key, Keys};
use crate::app::leaflet::Leaflet;

/// The keys of each board, in their order on the screen.
const LETTERS: &str = "qwertyuiopasdfghjklzxcvbnm'";
const DIGITS: &str = "1234567890X〔〕号年";

pub(super) fn stops(page: &FindPage, leaflet: &Leaflet, size: TextSize) -> Vec<Stop> {
    let typed = format!("{}{}", page.text(), page.composition());
    let field = if typed.is_empty() { "要查的内容".to_owned() } else { format!("要查的内容：{typed}") };
    let mut stops = vec![Stop::read(Role::Field, field, Spot::Labelled)];
    stops.push(Stop::read(Role::Text, leaflet.lead(), Spot::Labelled));
    row_stops(&leaflet.rows, 0, |_| Spot::Labelled, &mut stops);
    stops.extend(leaflet.body.iter().map(|leaf| leaf_stop(leaf, Spot::Labelled)));
    let candidates = page.candidates(size).enumerate();
    stops.extend(candidates.map(|(i, text)| Stop::button(text, Deed::Pick(i))));
    let (can_turn_back, can_turn_on) = page.can_turn(size);
    if can_turn_back {
        stops.push(Stop::button("‹ 前", Deed::Bar(Turn::Back)));
    }
    if can_turn_on {
        stops.push(Stop::button("后 ›", Deed::Bar(Turn::On)));
    }
    let keys = match page.keys {
        Keys::Pinyin => LETTERS,
        Keys::Digits => DIGITS,
        Keys::Pad => "",
    };
    stops.extend(keys.chars().map(|key| Stop::button(key, Deed::Key(Key::Char(key)))));
    let way = |label: &str, keys| {
        Stop::button(label, Deed::Keys(keys)).being(if page.keys == keys { State::Chosen } else { State::NotChosen })
    };
    stops.push(way("拼音", Keys::Pinyin));
    if page.has_pad() {
        stops.push(way("手写", Keys::Pad));
    }
    stops.push(way("数字", Keys::Digits));
    stops.push(Stop::button("删除", Deed::Key(Key::Delete)));
    stops.push(Stop::button("清空", Deed::Key(Key::Clear)));
    stops
}
