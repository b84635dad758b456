//! What a sync did, as a value and as the JSON that `kiosk sync --json` prints.
//! The words of the JSON are stable: scripts depend on them.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::base::chain::chain;
use crate::store::Store;

use super::Refused;

/// How a sync ended.
#[derive(Debug)]
pub enum Outcome {
    /// A release was made live.
    Applied,
    /// There was nothing newer.
    Current,
    /// Nothing was changed, for this reason.
    Refused(Refused),
}

/// How far the signed validity reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// Valid for some time.
    Fresh,
    /// Valid, but not for long: the publisher is late.
    Stale,
    /// No longer valid; what is live is still served, with a banner.
    Expired,
}

/// What a sync did.
#[derive(Debug)]
pub struct Report {
    /// Release live before.
    pub from: Option<u64>,
    /// Release live now.
    pub to: Option<u64>,
    /// How it ended.
    pub outcome: Outcome,
    /// Validity of what the source has; none when that was not learned.
    pub freshness: Option<Freshness>,
    /// Files asked for.
    pub requests: u64,
    /// Bytes received.
    pub bytes: u64,
    /// A damaged content database was moved here and built anew.
    pub set_aside: Option<PathBuf>,
}

/// The JSON of a [`Report`].
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct ReportDoc {
    pub from: Option<u64>,
    pub to: Option<u64>,
    pub outcome: &'static str,
    pub freshness: Option<Freshness>,
    pub requests: u64,
    pub bytes: u64,
    pub refused: Vec<RefusedDoc>,
}

/// The JSON of a [`Refused`].
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct RefusedDoc {
    pub reason: &'static str,
    pub text: String,
}

impl Outcome {
    /// The word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Current => "current",
            Self::Refused(_) => "refused",
        }
    }
}

impl Report {
    /// A sync that ended before it began, because its source could not be opened.
    pub fn not_started(state_dir: &Path, refused: Refused) -> Self {
        let outcome = Outcome::Refused(refused);
        let mut report =
            Self { from: None, to: None, outcome, freshness: None, requests: 0, bytes: 0, set_aside: None };
        report.tell_live(state_dir);
        report
    }

    /// Says what is live although nothing was done.
    pub(super) fn tell_live(&mut self, state_dir: &Path) {
        // Only told, so a store that cannot be opened now is no second failure.
        let live = Store::open_read_only(state_dir).and_then(|store| store.release()).ok().flatten();
        self.from = live.map(|live| live.number);
        self.to = self.from;
    }

    /// The refusal, if it was one.
    pub fn refused(&self) -> Option<&Refused> {
        match &self.outcome {
            Outcome::Refused(refused) => Some(refused),
            Outcome::Applied | Outcome::Current => None,
        }
    }

    /// One sentence for staff.
    pub fn sentence(&self) -> String {
        let freshness = match self.freshness {
            Some(Freshness::Stale) => "（有效期将满，请发布机构尽快更新）",
            Some(Freshness::Expired) => "（有效期已过，请发布机构尽快更新）",
            Some(Freshness::Fresh) | None => "",
        };
        match (&self.outcome, self.from, self.to) {
            (Outcome::Applied, Some(from), Some(to)) if from != to => {
                format!("已更新：第{from}次发布 → 第{to}次发布{freshness}")
            }
            (Outcome::Applied, _, Some(to)) => format!("已装入第{to}次发布{freshness}"),
            (Outcome::Current, _, Some(to)) => format!("已是最新：第{to}次发布{freshness}"),
            (Outcome::Applied | Outcome::Current, _, None) => "没有内容".to_owned(),
            (Outcome::Refused(refused), _, to) => {
                let kept = to.map_or("终端里还没有内容".to_owned(), |to| format!("仍用第{to}次发布"));
                format!("没有更新，{kept}。原因：{}", chain(refused))
            }
        }
    }
}

impl From<&Report> for ReportDoc {
    fn from(report: &Report) -> Self {
        let refused = report.refused().map(|r| RefusedDoc { reason: r.reason(), text: chain(r) });
        Self {
            from: report.from,
            to: report.to,
            outcome: report.outcome.word(),
            freshness: report.freshness,
            requests: report.requests,
            bytes: report.bytes,
            refused: refused.into_iter().collect(),
        }
    }
}
