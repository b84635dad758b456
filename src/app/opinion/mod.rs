//! What residents think: surveys, ratings, suggestions, and that something on a page is not right.
//! Nobody is asked twice in a visit, and nothing here keeps who somebody is.

use std::collections::BTreeSet;

use super::form::About;
use super::mailroom::HandInTrouble;
use crate::base::id::RecordId;
use crate::content::LetterKind;

mod boxes;
mod offer;
mod rating;
mod survey;

pub use boxes::{MISTAKE, SUGGESTION, mistake, release_of, suggestion};
pub use rating::{Card, Rate, Rated, SKIP};
pub use survey::survey;

/// What somebody has said in a visit, as far as it decides what they are asked.
#[derive(Debug, Default)]
pub struct Opinions {
    /// Surveys that were handed in.
    answered: BTreeSet<RecordId>,
    /// What was put up to be rated.
    asked: BTreeSet<RecordId>,
    /// What is put up as soon as nothing lies over its page.
    due: Option<Card>,
    /// Something was looked up, printed or handed in.
    is_served: bool,
    /// The rating that is on its way.
    sends: Option<u64>,
}

impl Opinions {
    /// Whether a survey was handed in in this visit.
    pub fn has_answered(&self, survey: &RecordId) -> bool {
        self.answered.contains(survey)
    }

    /// Something was handed in.
    pub(in crate::app) fn handed_in(&mut self, about: &About) {
        self.is_served = true;
        if about.kind == LetterKind::Survey {
            self.answered.insert(about.record.clone());
        }
    }

    /// Somebody was served, so that they can say how.
    pub(in crate::app) fn served(&mut self) {
        self.is_served = true;
    }

    /// Puts up a card as soon as it disturbs nobody; what was asked before is not asked again.
    pub(in crate::app) fn wants(&mut self, card: Card) {
        if !self.asked.contains(card.record()) {
            self.due = Some(card);
        }
    }

    /// The card that waits.
    pub(in crate::app) fn due(&self) -> Option<&Card> {
        self.due.as_ref()
    }

    /// Forgets the card that waits: it would disturb.
    pub(in crate::app) fn forget_due(&mut self) {
        self.due = None;
    }

    /// Takes the card that waits; from now on it was asked.
    pub(in crate::app) fn take_due(&mut self) -> Option<Card> {
        let card = self.due.take()?;
        self.asked.insert(card.record().clone());
        Some(card)
    }

    /// Whether somebody who leaves is asked: they were served, and were asked nothing before.
    pub(in crate::app) fn asks_at_end(&self) -> bool {
        self.is_served && self.asked.is_empty()
    }

    /// A rating is on its way with this tap.
    pub(in crate::app) fn sends(&mut self, tap: u64) {
        self.sends = Some(tap);
    }

    /// What to say when the rating of this tap was not kept; none where it was none, or was kept.
    pub(in crate::app) fn failed<T>(
        &mut self,
        tap: u64,
        result: &Result<T, HandInTrouble>,
    ) -> Option<(&'static str, &'static str)> {
        let is_ours = self.sends == Some(tap);
        if is_ours {
            self.sends = None;
        }
        (is_ours && result.is_err()).then_some(("评价没有记下", "本机现在不能保存评价，请以后再评，谢谢您。"))
    }
}
