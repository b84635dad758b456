//! Everything below the results that can be pressed, in the order in which it stands: for the keypad and the voice.
//! It adds nothing that is not shown.

use crate::access::TextSize;
use crate::app::event::Turn;
use crate::input::keys::spoken;
use crate::input::picker::Tap;

use super::{FindEvent, FindPage, Key, Keys};

/// The ways of typing in their order.
const WAYS: [(&str, Keys); 4] =
    [("拼音", Keys::Pinyin), ("手写", Keys::Pad), ("数字", Keys::Digits), ("更多", Keys::More)];

/// Something to press.
#[derive(Clone, PartialEq, Eq)]
pub struct Press {
    /// How it is called and said.
    pub label: String,
    /// Whether it is the way of typing that is on; none where that is no question.
    pub is_on: Option<bool>,
    /// What it does.
    pub does: Does,
}

/// What pressing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Types.
    Key(Key),
    /// Takes a candidate.
    Pick(usize),
    /// Turns the bar of candidates.
    Bar(Turn),
    /// Shows other keys.
    Keys(Keys),
    /// Chooses.
    Tap(Tap),
}

impl From<Does> for FindEvent {
    fn from(does: Does) -> Self {
        match does {
            Does::Key(key) => Self::Key(key),
            Does::Pick(place) => Self::Pick(place),
            Does::Bar(turn) => Self::Bar(turn),
            Does::Keys(keys) => Self::Keys(keys),
            Does::Tap(tap) => Self::Tap(tap),
        }
    }
}

impl FindPage {
    /// Everything that can be pressed below the results, in letters of this size.
    pub fn presses(&self, size: TextSize) -> Vec<Press> {
        let press = |label: &str, does| Press { label: label.to_owned(), is_on: None, does };
        let mut presses = Vec::new();
        if let Some(sheet) = self.sheet() {
            for (at, tool) in sheet.tools.iter().enumerate().filter(|(_, tool)| tool.is_open) {
                presses.push(press(&tool.spoken, Does::Tap(Tap::Tool(at))));
            }
            for (row, cells) in sheet.rows.iter().enumerate() {
                for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.is_open) {
                    presses.push(press(&cell.spoken, Does::Tap(Tap::Cell(row, column))));
                }
            }
        } else {
            presses.extend(self.candidates(size).enumerate().map(|(at, text)| press(text, Does::Pick(at))));
            let (can_turn_back, can_turn_on) = self.can_turn(size);
            presses.extend(can_turn_back.then(|| press("‹ 前", Does::Bar(Turn::Back))));
            presses.extend(can_turn_on.then(|| press("后 ›", Does::Bar(Turn::On))));
            let keys = self.keys.board().into_iter().flat_map(|board| board.rows().iter().copied().flatten());
            let typed = keys.filter_map(|key| Some((spoken(key), key.chars().next()?)));
            presses.extend(typed.map(|(said, c)| press(said, Does::Key(Key::Char(c)))));
        }
        for (label, keys) in self.ways() {
            presses.push(Press { is_on: Some(self.keys.way() == keys), ..press(label, Does::Keys(keys)) });
        }
        presses.push(press("删除", Does::Key(Key::Delete)));
        presses.push(press("清空", Does::Key(Key::Clear)));
        presses
    }

    /// The ways of typing that there are.
    pub fn ways(&self) -> impl Iterator<Item = (&'static str, Keys)> {
        WAYS.into_iter().filter(|(_, keys)| *keys != Keys::Pad || self.has_pad())
    }
}
