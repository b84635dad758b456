//! From what is shown to what is said: every number, mark and sign of a guide gets its Mandarin reading.
//! It drops nothing silently: each character of the text belongs to exactly one [`Piece`], in order.

mod code;
mod date;
mod document;
mod hanzi;
mod identity;
mod latin;
mod list;
mod mask;
mod money;
mod number;
mod percent;
mod phone;
mod range;
mod symbol;
mod text;
mod time;
mod unit;
mod web;

use text::Shown;
pub(in crate::speech) use text::{is_hanzi, sounds};

/// What a piece does in the flow of speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is said.
    Word,
    /// A mark that ends a sentence.
    Stop,
    /// A mark at which a long sentence may be cut.
    Clause,
    /// A bracket or a bullet: a short pause where words stand on both sides, otherwise nothing.
    Pause,
    /// Nothing is heard: blanks, quotes, control characters.
    Silent,
}

/// Some characters of the shown text and how they are said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// First character, counted in characters.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// What is said; empty only for what makes no sound.
    pub spoken: String,
    /// Its part in the sentence.
    pub kind: Kind,
}

/// What a rule found: it ends before `end` and is said as `spoken`.
struct Said {
    end: usize,
    spoken: String,
    kind: Kind,
}

impl Said {
    fn word(end: usize, spoken: impl Into<String>) -> Option<Self> {
        Some(Self { end, spoken: spoken.into(), kind: Kind::Word })
    }
}

type Rule = fn(&Shown, usize) -> Option<Said>;

/// The rules in order; the first that fits a place has it. Addresses come before all, as anything may stand in them.
const RULES: [(&str, Rule); 17] = [
    ("web", web::rule),
    ("covered with stars", mask::rule),
    ("document number", document::rule),
    ("identity number", identity::rule),
    ("code", code::rule),
    ("telephone", phone::rule),
    ("date", date::rule),
    ("time", time::rule),
    ("range", range::rule),
    ("money", money::rule),
    ("percent and fraction", percent::rule),
    ("unit", unit::rule),
    ("list mark", list::rule),
    ("Latin letters", latin::rule),
    ("number", number::rule),
    ("symbol", symbol::rule),
    ("as written", symbol::as_written),
];

/// Reads a text: pieces that touch each other and cover every character from the first to the last.
pub fn read(text: &str) -> Vec<Piece> {
    let shown = Shown::of(text);
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < shown.len() {
        let said = RULES
            .iter()
            .find_map(|(_, rule)| rule(&shown, start).filter(|said| said.end > start && said.end <= shown.len()));
        // The last rule takes anything; should it ever not, the character is passed over, never the program.
        let said = said.unwrap_or(Said { end: start + 1, spoken: String::new(), kind: Kind::Silent });
        pieces.push(Piece { start, end: said.end, spoken: said.spoken, kind: said.kind });
        start = said.end;
    }
    pieces
}

#[cfg(test)]
mod tests;
