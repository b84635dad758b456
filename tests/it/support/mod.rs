//! Builders, simulators and fault injection for the promises.

pub mod forge;
pub mod office;
pub mod program;
pub mod receiver;
pub mod server;
pub mod terminal;
pub mod web;
