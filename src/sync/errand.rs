//! For whom a pass is made, and who is told how far it has come.
//! Telling never waits and never changes what the pass does.

use std::fmt;
use std::sync::Arc;

/// What a pass is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Signatures and versions.
    Checking,
    /// Fetching from stick or network.
    Copying,
    /// Everything is here and the source is no longer needed; the content is being changed.
    Applying,
}

/// Told the stage, the bytes that are here and the bytes that are wanted in all.
pub type Watch = Arc<dyn Fn(Stage, u64, u64) + Send + Sync>;

/// For whom, and who watches.
#[derive(Clone, Default)]
pub struct Errand {
    /// A member of staff, the schedule or a command, for the history.
    pub who: String,
    /// Who is told.
    pub watch: Option<Watch>,
}

impl Errand {
    /// On behalf of somebody whom nobody watches.
    pub fn of(who: &str) -> Self {
        Self { who: who.to_owned(), watch: None }
    }

    pub(super) fn tell(&self, stage: Stage, done_bytes: u64, total_bytes: u64) {
        if let Some(watch) = &self.watch {
            watch(stage, done_bytes, total_bytes);
        }
    }
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand").field("who", &self.who).finish_non_exhaustive()
    }
}
