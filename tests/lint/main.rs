//! Promises of `lint` and `score`: a whole small hall breaks no rule, each rule has a change that breaks it, named by
//! file and row, and the points of an office can be checked by hand.
#![allow(clippy::unwrap_used)]

mod hall;
mod rules;
mod scores;
