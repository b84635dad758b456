//! Promises that cross modules, each test named after the promise.
mod commands;
mod content;
mod print;
mod release;
mod speech;
mod support;
mod sync;
mod visit;

#[path = "../support/hall.rs"]
mod hall;
