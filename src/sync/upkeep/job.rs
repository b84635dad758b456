//! What the upkeep does, one at a time.
//! It says whom a job is about; the keeper does it.

use std::path::PathBuf;

use crate::config::Publisher;

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    /// Take over the release that came with the program.
    Factory,
    /// Take over what a stick offers.
    Import { publisher: Publisher, dir: PathBuf, who: String },
    /// Ask a publisher's server.
    Network { publisher: Publisher, who: String },
    /// Look for damage.
    Scrub(Publisher),
}

impl Job {
    /// Whose content it is about.
    pub fn publisher(&self) -> Publisher {
        match self {
            Self::Factory => Publisher::First,
            Self::Import { publisher, .. } | Self::Network { publisher, .. } | Self::Scrub(publisher) => *publisher,
        }
    }

    /// Whether somebody waits for a stick.
    pub fn is_import(&self) -> bool {
        matches!(self, Self::Import { .. })
    }
}
