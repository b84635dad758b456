//! A terminal that follows a publisher, without a screen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::Arc;

use civic_kiosk::base::clock::SimClock;
use civic_kiosk::content::Record;
use civic_kiosk::store::{Store, StoreError};
use civic_kiosk::sync::{Outcome, Report, Source, Stick, Subscription, follow_once};
use jiff::Timestamp;
use tempfile::TempDir;

use super::office::{Office, id, today};

/// A terminal with its own state folder.
pub struct Terminal {
    folder: TempDir,
}

impl Terminal {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A terminal that has the office's newest release.
    pub async fn with(office: &Office) -> Self {
        let terminal = Self::new();
        let report = terminal.follow(&office.repository(), Some(&office.root())).await;
        assert!(matches!(report.outcome, Outcome::Applied), "{report:?}");
        terminal
    }

    pub fn state(&self) -> &Path {
        self.folder.path()
    }

    pub async fn follow(&self, stick: &Path, root: Option<&[u8]>) -> Report {
        self.follow_at(Arc::new(Stick::open(stick).unwrap()), root, today()).await
    }

    pub async fn follow_at(&self, source: Arc<dyn Source>, root: Option<&[u8]>, now: Timestamp) -> Report {
        self.follow_only(source, root, &Subscription::All, now).await
    }

    pub async fn follow_only(
        &self,
        source: Arc<dyn Source>,
        root: Option<&[u8]>,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Report {
        follow_once(self.state(), source, root, subscription, &SimClock::at(now)).await
    }

    pub fn live(&self) -> Option<u64> {
        match Store::open_read_only(self.state()) {
            Err(StoreError::Missing(_)) => None,
            store => store.unwrap().release().unwrap().map(|live| live.number),
        }
    }

    pub fn about(&self) -> String {
        let store = Store::open_read_only(self.state()).unwrap();
        match store.record(&id("org/civil")).unwrap() {
            Some(Record::Org(org)) => org.about,
            other => panic!("{other:?}"),
        }
    }
}

pub fn reason(report: &Report) -> &'static str {
    let refused = report.refused().unwrap_or_else(|| panic!("not refused: {report:?}"));
    assert_eq!(report.from, report.to, "{report:?}");
    refused.reason()
}
