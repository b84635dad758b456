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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::tests::guide;
    use proptest::prelude::*;

    fn record() -> Record {
        Record::Guide(Box::new(guide()))
    }

    #[test]
    fn the_same_record_always_has_the_same_bytes() {
        let bytes = record().to_bytes();
        assert_eq!(bytes, record().clone().to_bytes());
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.starts_with("{\"any_of\":[{\"label\":") && text.ends_with(",\"visits\":1}"), "keys are sorted");
        assert_eq!(Record::from_bytes(record().id(), &bytes).unwrap(), record());
    }

    #[test]
    fn bytes_under_a_wrong_id_are_refused() {
        let bytes = record().to_bytes();
        for (id, field) in [("guide/other", "id"), ("org/allowance", "json"), ("poem/allowance", "id")] {
            assert_eq!(Record::from_bytes(&RecordId::parse(id).unwrap(), &bytes).unwrap_err().field, field, "{id}");
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_refused_or_read_never_a_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = record().to_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(read) = Record::from_bytes(record().id(), &bytes) {
                prop_assert_eq!(read.id().as_str(), "guide/allowance");
            }
        }
    }
}
