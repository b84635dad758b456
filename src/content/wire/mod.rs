//! The shapes that cross a boundary: what authors write in TOML and what packs and databases hold as JSON.
//! Nothing here is trusted: `check` turns a shape into a domain value or names the field that is wrong.
//!
//! Texts are plain: a control character, a line break included, is refused with its field.
//! `check` names the first wrong field, which is enough where a record is simply refused;
//! `check_all` names every one, for the office that has to mend the file.

mod checks;
mod guide;
mod hours;
mod org;
mod parts;
mod site;

pub use checks::{LIST_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
pub use guide::GuideDoc;
pub use hours::{HoursDoc, OpenTimesDoc};
pub use org::{OrgDoc, WindowDoc};
pub use parts::{
    AnyOfDoc, BasisDoc, ChoiceDoc, ContactDoc, FaqDoc, FeeDoc, LimitDoc, MaterialDoc, OutcomeDoc, SituationDoc, StepDoc,
};
pub use site::SiteDoc;
