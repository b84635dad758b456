//! Promises of `content`.
