//! The ground floor: clock, durable files, ids, private values, words, error chains, TOML's complaints in Chinese.
//! No word of the domain lives here.

pub mod chain;
pub mod chance;
pub mod check_digit;
pub mod clock;
pub mod cores;
pub mod digest;
pub mod durable;
pub mod id;
pub mod private;
pub mod toml_error;
pub mod words;
