//! Promises that cross modules, each test named after the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test that cannot go on has failed.

mod blobs;
mod case_pages;
mod commands;
mod content;
mod deadline;
mod delta;
mod form;
mod hand;
mod import;
mod keypad;
mod language;
mod letters;
mod network;
mod office;
mod opinion;
mod pages;
mod phonemes;
mod preview;
mod print;
mod print_a4;
mod print_faults;
mod print_hall;
mod print_letters;
mod print_receiptio;
mod print_spool;
mod print_visit;
mod publisher;
mod publishers;
mod release;
mod search;
mod segments;
mod servers;
mod speech;
mod staff;
mod support;
mod sync;
mod typing;
mod upkeep;
mod visit;
mod voice;
mod withdrawn;
mod words;
mod writing;

#[path = "../support/cases.rs"]
mod cases;
#[path = "../support/forms.rs"]
mod forms;
#[path = "../support/hall.rs"]
mod hall;
