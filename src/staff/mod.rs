//! Who may open the staff page: people with PINs, a lock-out that survives a restart, one gate in front of both.
//! There is no PIN from the factory, and no PIN is ever written, logged or shown: only its argon2id hash is kept.

mod gate;
mod lockout;
mod people;
mod pin;

pub use gate::{Gate, GateState, Verdict};
pub use lockout::{Lockout, Moment, Noted, TRIES_MAX};
pub use people::{PEOPLE_MAX, People, PeopleError};
pub use pin::{Digit, PIN_DIGITS_MAX, PIN_DIGITS_MIN, Pin, PinError};
