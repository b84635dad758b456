//! The ground floor: clock, durable files, ids, private values, error chains.
//! No word of the domain lives here.

pub mod chain;
pub mod clock;
pub mod digest;
pub mod durable;
pub mod id;
pub mod private;
