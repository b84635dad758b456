//! Record ids: `kind/name`, fixed for ever once published.
//! They are never built from what a resident typed.

use std::fmt;
use std::sync::Arc;

/// Longest id in bytes; real implementation codes reach 55.
pub const ID_BYTES_MAX: usize = 96;

/// The id of one record, such as `guide/elder-card`; cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(Arc<str>);

/// Why a text is not a record id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not `kind/name`.
    #[error("编号“{0}”应写成“类别/名称”")]
    Shape(String),
    /// A character outside `a-z 0-9 . _ -` (upper case only in the name).
    #[error("编号“{0}”只能用字母、数字、点、横线和下划线")]
    Character(String),
    /// Longer than [`ID_BYTES_MAX`].
    #[error("编号“{0}”过长（最多 {ID_BYTES_MAX} 字节）")]
    Long(String),
}

impl RecordId {
    /// Parses `kind/name`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let Some((kind, name)) = text.split_once('/') else {
            return Err(IdError::Shape(text.to_owned()));
        };
        Self::new(kind, name)
    }

    /// Joins a kind and a name.
    pub fn new(kind: &str, name: &str) -> Result<Self, IdError> {
        let text = format!("{kind}/{name}");
        if kind.is_empty() || name.is_empty() {
            return Err(IdError::Shape(text));
        }
        if text.len() > ID_BYTES_MAX {
            return Err(IdError::Long(text));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let lower = |c: char| c.is_ascii_lowercase() || c == '-';
        if !kind.chars().all(lower) || !name.chars().all(plain) || name.starts_with('.') {
            return Err(IdError::Character(text));
        }
        Ok(Self(text.into()))
    }

    /// The part before the slash.
    pub fn kind(&self) -> &str {
        self.0.split_once('/').map_or("", |(kind, _)| kind)
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kind_slash_name() {
        let id = RecordId::parse("guide/elder-card").unwrap();
        assert_eq!((id.kind(), id.name()), ("guide", "elder-card"));
    }

    #[test]
    fn paths_and_blanks_are_no_ids() {
        for bad in ["guide", "guide/", "/x", "guide/../x", "guide/a b", "Guide/x", "guide/.x", "guide/老"] {
            assert!(RecordId::parse(bad).is_err(), "{bad}");
        }
        assert!(matches!(RecordId::new("guide", &"x".repeat(100)), Err(IdError::Long(_))));
    }
}
