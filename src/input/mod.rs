//! Typing and writing without a keyboard: from letters and strokes to the characters that were probably meant.
//! It learns nothing, logs nothing and keeps nothing of what was entered.

pub mod ink;
pub mod keys;
mod lexicon;
pub mod picker;
mod pinyin;
mod vocabulary;

pub use lexicon::{Lexicon, OwnWord};
pub use pinyin::{Candidate, Decoder};
