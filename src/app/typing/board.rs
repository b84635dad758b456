//! Everything of the keys that can be pressed, in the order in which it stands: for the keypad and the voice.
//! It adds nothing that is not shown.

use crate::access::TextSize;
use crate::app::event::Turn;
use crate::input::keys::{Board, spoken};
use crate::input::picker::Tap;

use super::{Key, Keys, Typing, TypingEvent};

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
    /// Types in another way.
    Way(usize),
    /// Chooses.
    Tap(Tap),
}

impl From<Does> for TypingEvent {
    fn from(does: Does) -> Self {
        match does {
            Does::Key(key) => Self::Key(key),
            Does::Pick(place) => Self::Pick(place),
            Does::Bar(turn) => Self::Bar(turn),
            Does::Way(way) => Self::Way(way),
            Does::Tap(tap) => Self::Tap(tap),
        }
    }
}

impl Typing {
    /// Everything that can be pressed, in letters of this size.
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
            let keys = self.board().into_iter().flat_map(|board| board.rows().iter().copied().flatten());
            let typed = keys.filter_map(|key| Some((spoken(key), key.chars().next()?)));
            presses.extend(typed.map(|(said, c)| press(said, Does::Key(Key::Char(c)))));
        }
        for (way, (label, keys)) in self.ways().enumerate() {
            presses.push(Press { is_on: Some(self.is_way(keys)), ..press(label, Does::Way(way)) });
        }
        presses.push(press("删除", Does::Key(Key::Delete)));
        presses.push(press("清空", Does::Key(Key::Clear)));
        presses
    }

    /// The keys that stand there; none where there is something to write on or to choose from.
    pub fn board(&self) -> Option<Board> {
        self.keys.board(self.sort, self.text())
    }

    /// The ways of typing that there are.
    pub fn ways(&self) -> impl Iterator<Item = (&'static str, Keys)> {
        let has_pad = self.has_pad;
        self.sort.ways().iter().copied().filter(move |(_, keys)| *keys != Keys::Pad || has_pad)
    }

    /// Whether this is the way that is on; what stands behind 更多 counts as it.
    pub fn is_way(&self, keys: Keys) -> bool {
        let is_known = self.sort.ways().iter().any(|(_, known)| *known == self.keys);
        keys == if is_known { self.keys } else { Keys::More }
    }
}
