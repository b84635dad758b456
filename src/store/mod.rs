//! SQLite on this machine: the live content (`content.db`), the full-text index made of it (`search.db`) and what is
//! trusted (`state.db`), in the state folder.
//! It never believes a file it did not make, and it switches releases in one transaction or not at all.

pub mod catalog;
mod content;
mod database;
mod error;
mod findable;
mod full_text;
mod parts;
pub mod reader;
mod switch;
mod trust;

pub use catalog::{Count, Listing, Of, Opened, PAGE_RECORDS, Shelf};
pub use content::{LiveRelease, Overview, Source, Store, Title};
pub use error::{Cause, StoreError};
pub use findable::{Findable, Findables};
pub use full_text::{Followed, FullText};
pub use parts::By;
pub use reader::{Answer, Query, Reader};
pub use switch::{NewRelease, Switch, Switched};
pub use trust::{Confirmed, Known, Scrubbed, ServerAnswer, Trust, Visit};
