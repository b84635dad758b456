//! Every page headless, as a picture and as a tree of labelled elements, touched as a finger touches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test that cannot go on has failed.

mod case_pages;
#[path = "../support/cases.rs"]
mod cases;
mod contrast;
mod elements;
mod find;
mod form;
#[path = "../support/forms.rs"]
mod forms;
#[path = "../support/hall.rs"]
mod hall;
mod keypad;
mod opinion;
mod picture;
mod pictures;
mod signage;
mod sizes;
mod staff;
mod terminal;
mod visit;
