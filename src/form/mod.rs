//! A form being filled in: what an answer may be, which questions are asked, what is handed over at the end.
//! What a resident writes is held in memory that is overwritten when it is dropped; nothing here keeps or logs it.

pub mod entry;
pub mod letter;
mod plate;
pub mod sheet;

pub use entry::{Wrong, check};
pub use letter::{HandIn, Postmark};
pub use sheet::{Agrees, Consent, Line, Sheet, Slot, Step};
