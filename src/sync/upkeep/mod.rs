//! The upkeep of the content while the terminal runs: when the network is asked, what a stick brings, the nightly scrub.
//! It decides when; how is one pass of [`follow`](super::follow). It never waits for the screen and shows nothing.

mod told;

pub use told::{Offer, Order, Passed, Progress, Standing, StickSight, Told};
