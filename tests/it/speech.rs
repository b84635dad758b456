//! Promises of `speech`.
