//! The hall's own words: every kind of record an office publishes, checked.
//! Pure: it reads no file and no clock. `schema` says how a definition becomes checks, bytes and columns.

pub mod schema;

pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod checklist;
pub mod due;
pub mod form;
pub mod guide;
pub mod hours;
pub mod imprint;
pub mod letter;
pub mod limit;
pub mod map;
pub mod notice;
pub mod opening;
pub mod org;
pub mod participation;
pub mod policy;
pub mod progress;
pub mod record;
pub mod table;
pub mod topic;
pub mod village;
pub mod words;
pub mod workdays;

pub use calendar::Calendar;
pub use case::Case;
pub use catalogue::{CatalogueField, Entry};
pub use checklist::{Answers, Checklist, ChecklistLine};
pub use due::Due;
pub use form::Form;
pub use guide::{
    AnyOf, Basis, Channel, Choice, Contact, Faq, Fee, Guide, Handling, Level, Limit, LimitUnit, Material, MaterialForm,
    Necessity, Outcome, ServiceKind, Situation, Step,
};
pub use hours::{Hours, OpenTimes};
pub use imprint::Imprint;
pub use letter::{Letter, LetterKind, Mailbox};
pub use limit::PublishLimit;
pub use map::FloorMap;
pub use notice::{Event, Notice};
pub use org::{Agent, Device, Org, Site, Window};
pub use participation::{Reply, Survey};
pub use policy::{Interpretation, Policy, Qa};
pub use progress::{Project, Task};
pub use record::Record;
pub use schema::FieldError;
pub use table::{ListHead, Row, Table};
pub use topic::{Bundle, IndexItem, Topic};
pub use village::{BoardMonth, Village, VillageRules};
pub use words::{Lexicon, Style, Synonyms};
pub use workdays::Workdays;
