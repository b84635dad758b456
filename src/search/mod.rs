//! Titles found as one types, and the words of whole texts for those found by what stands in them.
//! It keeps nothing of what was asked, and says so when nothing fits.

mod body;
mod marks;
mod missed;
mod names;
mod quick;
mod ranks;
mod score;
mod sound;
mod spell;
mod text;
mod title;
mod weigh;
mod wish;

pub use body::{Segmenter, text_of};
pub use missed::{Missed, wish_of};
pub use title::{Doc, Found, Hit, TitleIndex};
pub use weigh::weight_of;
pub use wish::Words;
