//! The signed release.
