//! Promises of `print`.
