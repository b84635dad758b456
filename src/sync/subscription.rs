//! Which segments of a release a terminal takes.
//! `common` is always among them; a segment that a release does not have is told, and no reason to refuse the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::release::segment::{COMMON, is_name};
use crate::release::{Blob, Manifest, Segment};

/// The segments that a terminal's hall shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Subscription {
    /// Everything.
    #[default]
    All,
    /// These, and `common`.
    Only(BTreeSet<String>),
    /// Of that, nothing that is only to be heard.
    Unheard(Box<Subscription>),
}

/// Kinds of files that are only to be heard.
const AUDIO: &str = "audio/";

/// A name that no segment has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是内容分区的名称，应写成 unit/046 或 village/0525 这样")]
pub struct SubscriptionError(pub String);

impl Subscription {
    /// From a list of names as the settings have it; an empty list is everything.
    pub fn of(names: &[String]) -> Result<Self, SubscriptionError> {
        if let Some(bad) = names.iter().find(|name| !is_name(name)) {
            return Err(SubscriptionError(bad.clone()));
        }
        if names.is_empty() {
            return Ok(Self::All);
        }
        Ok(Self::Only(names.iter().cloned().chain([COMMON.to_owned()]).collect()))
    }

    /// The same without files that are only to be heard.
    pub fn unheard(self) -> Self {
        match self {
            Self::Unheard(_) => self,
            Self::All | Self::Only(_) => Self::Unheard(Box::new(self)),
        }
    }

    /// The files of a release that are wanted.
    pub(super) fn blobs(&self, manifest: &Manifest) -> Vec<Blob> {
        match self {
            Self::All | Self::Only(_) => manifest.blobs.clone(),
            Self::Unheard(_) => manifest.blobs.iter().filter(|blob| !blob.media.starts_with(AUDIO)).cloned().collect(),
        }
    }

    /// One text for each subscription, to notice that it has changed; empty for everything.
    pub(super) fn word(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Only(names) => names.iter().map(String::as_str).collect::<Vec<_>>().join(","),
            Self::Unheard(of) => format!("{};unheard", of.word()),
        }
    }

    /// The segments of a release that are wanted.
    pub(super) fn pick(&self, manifest: &Manifest) -> BTreeMap<String, Segment> {
        let is_wanted = |name: &String| match self {
            Self::Only(names) => names.contains(name),
            Self::All | Self::Unheard(_) => true,
        };
        if let Self::Unheard(of) = self {
            return of.pick(manifest);
        }
        let wanted = manifest.segments.iter().filter(|(name, _)| is_wanted(name));
        wanted.map(|(name, segment)| (name.clone(), segment.clone())).collect()
    }

    /// Segments that are wanted and that the release does not have.
    pub(super) fn missing(&self, manifest: &Manifest) -> Vec<String> {
        match self {
            Self::All => Vec::new(),
            Self::Only(names) => names.iter().filter(|name| !manifest.segments.contains_key(*name)).cloned().collect(),
            Self::Unheard(of) => of.missing(manifest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_always_has_common_and_an_empty_one_is_everything() {
        let of = |names: &[&str]| Subscription::of(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&[]).unwrap().word(), "");
        assert_eq!(of(&["unit/046"]).unwrap().unheard().unheard().word(), "common,unit/046;unheard");
        assert_eq!(of(&["unit/046", "unit/046"]).unwrap().word(), "common,unit/046");
        for bad in ["", "Unit/046", "unit/", "a/b/c", "../x", "a,b"] {
            assert_eq!(of(&[bad]), Err(SubscriptionError(bad.to_owned())));
        }
    }
}
