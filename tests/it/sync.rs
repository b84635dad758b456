//! Promises of `sync`.
