//! Every page headless, as a picture and as a tree of labelled elements, touched as a finger touches.

mod elements;
#[path = "../support/hall.rs"]
mod hall;
mod picture;
mod pictures;
mod terminal;
mod visit;
