//! Following a publisher: by stick or by network, with the same checks, into the store or not at all.
//! One pass is told a source and gives back a report; the upkeep decides when. Nothing here ever shows anything.

mod apply;
mod blobs;
mod counted;
mod errand;
mod fetch;
mod follow;
mod inspect;
mod kept;
mod network;
mod pack;
mod peek;
mod place;
mod plan;
mod refused;
mod report;
mod start;
mod stick;
mod subscription;
mod texts;
mod update;
mod upkeep;
mod uplink;
mod whole;

pub use crate::release::source::{Body, Fault, Newer, Size, Source, Validators, Way};
pub use blobs::{blob_folder, kept_blob};
pub use counted::{Counted, Meter};
pub use errand::{Errand, Stage, Watch};
pub use follow::{follow, follow_once, freshness};
pub use inspect::{Inspection, inspect};
pub use network::{Line, Network, Patience};
pub use peek::{Peek, peek};
pub use place::{PlaceError, check_place, source_of, source_on};
pub use refused::Refused;
pub use report::{DeltaRefused, Freshness, Outcome, Report, ReportDoc};
pub use stick::Stick;
pub use subscription::{Subscription, SubscriptionError};
pub use texts::follow_texts;
pub use upkeep::{
    Followed, Letters, Offer, Order, Passed, Post, Progress, Standing, StickMail, StickSight, Told, Upkeep,
    UpkeepSettings, standing,
};
pub use uplink::{Delivery, Uplink};
pub use whole::{Scrub, scrub};
