//! Following a publisher: by stick or by network, with the same checks, into the store or not at all.
//! It never shows anything and never decides when to look; it is told a source and gives back a report.

mod apply;
mod counted;
mod fetch;
mod follow;
mod inspect;
mod kept;
mod network;
mod pack;
mod place;
mod plan;
mod refused;
mod report;
mod stick;
mod subscription;
mod update;

pub use crate::release::source::{Body, Fault, Newer, Size, Source, Validators, Way};
pub use counted::{Counted, Progress};
pub use follow::{follow_once, freshness};
pub use inspect::{Inspection, inspect};
pub use network::{Line, Network, Patience};
pub use place::{PlaceError, check_place, source_of};
pub use refused::Refused;
pub use report::{DeltaRefused, Freshness, Outcome, Report, ReportDoc};
pub use stick::Stick;
pub use subscription::{Subscription, SubscriptionError};
