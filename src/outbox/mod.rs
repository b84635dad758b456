//! Letters to the office: sealed before the first write, kept until the office has confirmed them, carried by network
//! or by a stick with a permit. The terminal itself can read none of them.

pub mod book;
pub mod desk;
pub mod naming;
pub mod seal;
pub mod signed;
pub mod stick;

pub use book::{Book, BookError, LetterState, Posting, Standing, Waiting};
pub use seal::{Opener, SealError, Sealer};
