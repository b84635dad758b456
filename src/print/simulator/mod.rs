//! A virtual receipt printer: it listens like one, obeys ESC/POS strictly, answers, and draws what it prints.
//! It shares no code with the encoder, guesses at nothing and listens on loopback only.

mod command;
mod fault;
mod font;
mod machine;
mod paper;
mod server;

pub use command::{Command, Line, Parsed, Piece, parse};
pub use fault::{Fault, FaultError};
pub use font::FontMissing;
pub use machine::{Event, Machine, Output, Receipt};
pub use server::{Notice, Settings, Simulator, SimulatorError};
