//! From the office's files to checked records, on the office's machine.
//! It changes no file and signs nothing; what is wrong comes back as a list of problems, never as a panic.

pub mod cases;
pub mod import;
pub mod lint;
pub mod score;

mod file;
mod links;
mod nearest;
mod pictures;
mod problem;
mod reading;
mod sources;
mod table;
mod tree;

pub use lint::lint;
pub use problem::{Level, Problem};
pub use reading::{Asset, Authored, Reading, check_hall, read_hall};
