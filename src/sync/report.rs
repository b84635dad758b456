//! What a sync did, as a value and as the JSON that `kiosk sync --json` prints.
//! The words of the JSON are stable: scripts depend on them.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::base::chain::chain;
use crate::base::id::RecordId;
use crate::store::{Store, StoreError};

use super::Refused;

/// How a sync ended.
#[derive(Debug, Default)]
pub enum Outcome {
    /// A release was made live.
    Applied,
    /// There was nothing newer.
    #[default]
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
#[derive(Debug, Default)]
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
    /// Why the content that is there cannot be read, or not all of it; none when it is whole or there is none.
    pub trouble: Option<String>,
    /// Segments that came by delta, and segments that came whole.
    pub by_delta: u64,
    /// See `by_delta`.
    pub by_full: u64,
    /// Deltas that could not be used; the full pack came in their place, if anything did.
    pub delta_refused: Vec<DeltaRefused>,
    /// Segments that are subscribed to and that the release does not have.
    pub missing: Vec<String>,
    /// Records that were live before and are not any more.
    pub withdrawn: Vec<RecordId>,
    /// Damaged or foreign databases that were moved here and built anew.
    pub set_aside: Vec<PathBuf>,
}

/// A delta that could not be used.
#[derive(Debug)]
pub struct DeltaRefused {
    /// Of which segment.
    pub segment: String,
    /// Why.
    pub cause: Refused,
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
    pub by_delta: u64,
    pub by_full: u64,
    pub refused: Vec<RefusedDoc>,
    /// Left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delta_refused: Vec<RefusedDoc>,
    /// Subscribed segments that the release does not have; left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Why the content that is there cannot be read; left out when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_error: Option<String>,
}

/// The JSON of a [`Refused`].
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct RefusedDoc {
    pub reason: &'static str,
    pub text: String,
    /// Of which segment; left out when it is not about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// What a library said, in its own language; left out when there is nothing of the kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
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
        let mut report = Self { outcome: Outcome::Refused(refused), ..Self::default() };
        report.tell_live(state_dir);
        report
    }

    /// Says what is live although nothing was done.
    pub(super) fn tell_live(&mut self, state_dir: &Path) {
        // Only told, so a store that cannot be opened now is no second failure.
        match Store::open_read_only(state_dir).and_then(|store| store.release()) {
            Ok(live) => self.from = live.map(|live| live.number),
            Err(StoreError::Missing(_)) => self.from = None,
            Err(error) => self.trouble = Some(chain(&error)),
        }
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
                format!("已更新：第{from}次发布 → 第{to}次发布{freshness}{}", self.detour())
            }
            (Outcome::Applied, Some(_), Some(to)) if self.set_aside.is_empty() => {
                format!("已按订阅的分区重新装入第{to}次发布{freshness}")
            }
            (Outcome::Applied, Some(_), Some(to)) => format!("现有内容有损坏，已用第{to}次发布修复{freshness}"),
            (Outcome::Applied, None, Some(to)) => format!("已装入第{to}次发布{freshness}"),
            (Outcome::Current, _, Some(to)) => format!("已是最新：第{to}次发布{freshness}"),
            (Outcome::Applied | Outcome::Current, _, None) => "没有内容".to_owned(),
            (Outcome::Refused(refused), _, to) => {
                let reason = chain(refused);
                format!("没有更新，{}。原因：{reason}", self.kept(to, &reason))
            }
        }
    }

    /// Why it took longer than it should have.
    fn detour(&self) -> String {
        match self.delta_refused.first() {
            Some(refused) => format!("（增量包不能用，改用了完整包。原因：{}）", chain(&refused.cause)),
            None => String::new(),
        }
    }

    /// What residents see while nothing was updated.
    fn kept(&self, live: Option<u64>, reason: &str) -> String {
        match (live, self.trouble.as_deref()) {
            (Some(live), None) => format!("仍用第{live}次发布"),
            (Some(live), Some(trouble)) => format!("现有的第{live}次发布有损坏（{trouble}）"),
            // Said once is enough.
            (None, Some(trouble)) if trouble == reason => "现有内容读不出来".to_owned(),
            (None, Some(trouble)) => format!("现有内容读不出来（{trouble}）"),
            (None, None) => "终端里还没有内容".to_owned(),
        }
    }
}

impl From<&Report> for ReportDoc {
    fn from(report: &Report) -> Self {
        let doc = |r: &Refused, segment| RefusedDoc { reason: r.reason(), text: chain(r), segment, detail: r.detail() };
        let refused = report.refused().map(|r| doc(r, None));
        let deltas = report.delta_refused.iter().map(|d| doc(&d.cause, Some(d.segment.clone())));
        Self {
            from: report.from,
            to: report.to,
            outcome: report.outcome.word(),
            freshness: report.freshness,
            requests: report.requests,
            bytes: report.bytes,
            by_delta: report.by_delta,
            by_full: report.by_full,
            refused: refused.into_iter().collect(),
            delta_refused: deltas.collect(),
            missing: report.missing.clone(),
            content_error: report.trouble.clone(),
        }
    }
}
