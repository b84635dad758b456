//! Titles found as one types.
//! It searches titles and office names only, keeps nothing of what was asked, and says so when nothing fits.

mod features;
mod title;

pub use title::{Hit, TitleIndex};
