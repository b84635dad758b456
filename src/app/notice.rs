//! What residents must know of the content's age and state, in one short line.
//! It decides nothing: the signatures and the scrub do.

use crate::config::Publisher;
use crate::sync::Freshness;

use super::model::Model;

/// What residents must know of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentNotice {
    /// It is not renewed as it should be.
    Stale,
    /// Its signatures are out of date.
    Expired,
    /// Part of it cannot be read.
    Damaged,
}

impl ContentNotice {
    /// One short line.
    pub fn text(self) -> &'static str {
        match self {
            Self::Stale => "内容有一段时间没有更新，办事前请向窗口核对",
            Self::Expired => "内容已过有效期，仅供参考，以窗口答复为准",
            Self::Damaged => "部分内容暂时读不出来，请问窗口工作人员",
        }
    }

    /// Whether it is said strongly.
    pub fn is_strong(self) -> bool {
        self != Self::Stale
    }
}

impl Model {
    /// What is to be said on every page, if anything; the hall's own publisher counts.
    pub fn content_notice(&self) -> Option<ContentNotice> {
        let own = self.upkeep.standing.iter().find(|standing| standing.publisher == Publisher::First)?;
        if own.trouble.is_some() {
            return Some(ContentNotice::Damaged);
        }
        match own.freshness? {
            Freshness::Fresh => None,
            Freshness::Stale => Some(ContentNotice::Stale),
            Freshness::Expired => Some(ContentNotice::Expired),
        }
    }
}
