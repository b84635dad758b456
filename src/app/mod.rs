//! The program's behaviour: a closed set of events, one pure update, effects for the runner.
//! It names no toolkit: [`crate::view`] shows the [`Model`] and sends [`Event`]s.

pub mod desk;
pub mod effect;
pub mod event;
pub mod find;
pub mod finder;
pub mod form;
pub mod hall;
pub mod leaflet;
pub mod mailroom;
pub mod model;
pub mod night;
pub mod notice;
pub mod opinion;
pub mod picture;
pub mod reading;
pub mod recital;
pub mod runner;
pub mod signage;
pub mod stops;
pub mod takeaway;
pub mod typing;
pub mod update;
pub mod worker;

pub use effect::Effect;
pub use event::Event;
pub use hall::Hall;
pub use model::Model;
pub use update::update;
