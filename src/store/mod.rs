//! SQLite on this machine.
