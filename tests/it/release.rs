//! Promises of `release`.
