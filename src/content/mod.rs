//! The hall's own words: site, offices, windows, opening hours, service guides.
//! Pure: it reads no file and no clock. Files and wire shapes are in `wire`, checked on the way in.

pub mod checklist;
pub mod guide;
pub mod hours;
pub mod limit;
pub mod org;
pub mod record;
pub mod wire;
pub mod workdays;

pub use checklist::{Answers, Checklist, ChecklistLine};
pub use guide::{
    AnyOf, Basis, Channel, Choice, Contact, Fee, Guide, Handling, Level, Limit, LimitUnit, Material, MaterialForm,
    Necessity, Outcome, ServiceKind, Situation, Step,
};
pub use hours::{DayReason, Hours, OpenDay, OpenTimes};
pub use limit::{LimitBase, Period, Promptness, PublishLimit, Term};
pub use org::{Org, Site, Window};
pub use record::{FieldError, Record};
pub use workdays::{Deadline, Footing, Named, Notice, OutOfReach, RequestDeadline, Workdays};
