//! One record of any kind, and the bytes it travels as.
//! The bytes are canonical: the same record always gives the same ones, so hashes can be compared.

use crate::base::id::RecordId;

use super::wire::{GuideDoc, HoursDoc, OrgDoc, SiteDoc, WindowDoc};
use super::{Guide, Hours, Org, Site, Window};

/// A checked record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// `site/main`
    Site(Box<Site>),
    /// `org/…`
    Org(Box<Org>),
    /// `window/…`
    Window(Box<Window>),
    /// `hours/…`
    Hours(Box<Hours>),
    /// `guide/…`
    Guide(Box<Guide>),
}

/// A field whose value is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}：{problem}")]
pub struct FieldError {
    /// The field's path, such as `material[2].form`; counted from 1 as people count.
    pub field: String,
    /// What is wrong with it and what would be right, in Chinese.
    pub problem: String,
}

impl FieldError {
    /// A problem with a field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

impl Record {
    /// The record's id.
    pub fn id(&self) -> &RecordId {
        match self {
            Self::Site(site) => &site.id,
            Self::Org(org) => &org.id,
            Self::Window(window) => &window.id,
            Self::Hours(hours) => &hours.id,
            Self::Guide(guide) => &guide.id,
        }
    }

    /// What a list or a search result calls it.
    pub fn title(&self) -> &str {
        match self {
            Self::Site(site) => &site.hall,
            Self::Org(org) => &org.name,
            Self::Window(window) => &window.name,
            Self::Hours(hours) => hours.id.as_str(),
            Self::Guide(guide) => &guide.title,
        }
    }

    /// The office it belongs to.
    pub fn org(&self) -> Option<&RecordId> {
        match self {
            Self::Site(_) | Self::Hours(_) => None,
            Self::Org(org) => org.parent.as_ref(),
            Self::Window(window) => Some(&window.org),
            Self::Guide(guide) => Some(&guide.org),
        }
    }

    /// The canonical bytes: JSON with sorted keys and no blanks.
    pub fn to_bytes(&self) -> Vec<u8> {
        let value = match self {
            Self::Site(site) => serde_json::to_value(SiteDoc::from(&**site)),
            Self::Org(org) => serde_json::to_value(OrgDoc::from(&**org)),
            Self::Window(window) => serde_json::to_value(WindowDoc::from(&**window)),
            Self::Hours(hours) => serde_json::to_value(HoursDoc::from(&**hours)),
            Self::Guide(guide) => serde_json::to_value(GuideDoc::from(&**guide)),
        };
        // The shapes hold strings, numbers and lists only; serde_json's own map keeps keys sorted.
        value.unwrap_or_default().to_string().into_bytes()
    }

    /// Reads the bytes of a record whose id is known from the pack or the database.
    pub fn from_bytes(id: &RecordId, bytes: &[u8]) -> Result<Self, FieldError> {
        let shape = |e: serde_json::Error| FieldError::new("json", e.to_string());
        let record = match id.kind() {
            "site" => Self::Site(Box::new(serde_json::from_slice::<SiteDoc>(bytes).map_err(shape)?.check()?)),
            "org" => Self::Org(Box::new(serde_json::from_slice::<OrgDoc>(bytes).map_err(shape)?.check()?)),
            "window" => Self::Window(Box::new(serde_json::from_slice::<WindowDoc>(bytes).map_err(shape)?.check()?)),
            "hours" => Self::Hours(Box::new(serde_json::from_slice::<HoursDoc>(bytes).map_err(shape)?.check()?)),
            "guide" => Self::Guide(Box::new(serde_json::from_slice::<GuideDoc>(bytes).map_err(shape)?.check()?)),
            other => return Err(FieldError::new("id", format!("不认识的类别“{other}”"))),
        };
        if record.id() == id {
            Ok(record)
        } else {
            Err(FieldError::new("id", format!("应为 {id}，实为 {}", record.id())))
        }
    }
}
