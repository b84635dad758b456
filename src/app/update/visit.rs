//! One visit: opening pages, touching, messages that wait their turn, devices that never answer.
//! It knows no other visit and no device.

use std::collections::BTreeSet;
use std::time::Duration;

use super::super::effect::Effect;
use super::super::event::Found;
use super::super::model::{HISTORY_MAX, ListPage, Message, Overlay, Page, Printing, RecordPage, Visit, Want, What};
use super::super::typing::Here;
use crate::base::id::RecordId;
use crate::content::Answers;

/// Forms that are kept as they were left; of more the oldest is forgotten.
const DRAFTS_MAX: usize = 3;
/// Messages that wait; of more the oldest is forgotten.
const WAITING_MAX: usize = 8;

pub(super) fn message(title: &str, text: &str, offers_qr: bool) -> Message {
    Message { title: title.to_owned(), text: text.to_owned(), offers_qr, is_lasting: false }
}

impl Visit {
    /// Opens a page; the one before can be gone back to.
    pub(super) fn go(&mut self, page: Page) {
        if self.history.len() == HISTORY_MAX {
            self.history.remove(0);
        }
        self.history.push(std::mem::replace(&mut self.page, page));
        self.wanted = None;
        self.put_away();
    }

    /// Goes back one step: what lies over the page goes first, then a step of a form, then the page.
    pub(super) fn back(&mut self, here: Here<'_>) {
        if self.overlay != Overlay::None {
            return self.put_away();
        }
        if let Page::Form(filling) = &mut self.page
            && (filling.back(here) || filling.is_busy())
        {
            return;
        }
        if let Some(page) = self.history.pop() {
            self.wanted = None;
            self.turn_to(page);
        }
    }

    /// Shows a page in the place of another; a form that was begun is kept as it was left.
    pub(super) fn turn_to(&mut self, page: Page) {
        if let Page::Form(filling) = std::mem::replace(&mut self.page, page)
            && !filling.is_blank()
            && (filling.receipt().is_none() || filling.is_busy())
            && !filling.is_inquiry()
        {
            if self.drafts.len() == DRAFTS_MAX {
                // One whose letter is on its way gets a receipt.
                let oldest = self.drafts.iter().position(|draft| !draft.is_busy()).unwrap_or(0);
                self.drafts.remove(oldest);
            }
            self.drafts.push(filling);
        }
    }

    /// Asks for a page; what is already on its way is not asked for twice.
    pub(super) fn want(&mut self, what: What, page: usize) -> Vec<Effect> {
        let want = Want { what, page };
        if self.wanted.as_ref() == Some(&want) {
            return Vec::new();
        }
        self.wanted = Some(want.clone());
        vec![Effect::Load { visit: self.id, want }]
    }

    /// Shows what came: another page of the same list takes its place, anything else can be gone back from.
    pub(super) fn show(&mut self, found: Found, want: Want) {
        match (found, want.what, &mut self.page) {
            (Found::List(listing), What::List(shelf), Page::List(page)) if page.shelf == shelf => {
                page.listing = listing
            }
            (Found::Record(opened), What::Record(id), Page::Record(page)) if *page.opened.record.id() == id => {
                page.opened = *opened;
            }
            (Found::List(listing), What::List(shelf), _) => self.go(Page::List(Box::new(ListPage { shelf, listing }))),
            (Found::Record(opened), What::Record(_), _) => {
                self.go(Page::Record(Box::new(RecordPage { opened: *opened, answers: Answers::default(), part: 0 })));
            }
            // The reader answers what it was asked.
            (Found::List(_), What::Record(_), _) | (Found::Record(_), What::List(_), _) => {}
        }
        self.wanted = None;
    }

    /// Takes withdrawn records off the screen: pages of them go, and a page that only names them is read anew.
    pub(super) fn withdraw(&mut self, gone: &BTreeSet<RecordId>) -> Vec<Effect> {
        // What a resident typed is worth keeping; only the answers go.
        for page in &mut self.history {
            if let Page::Find(page) = page {
                page.forget(gone);
            }
        }
        self.history.retain(|page| !page.names(gone));
        self.drafts.retain(|draft| !gone.contains(&draft.about().record));
        if !self.page.names(gone) {
            return Vec::new();
        }
        if let Page::Find(page) = &mut self.page {
            page.forget(gone);
            return super::find::asked(self);
        }
        let mut effects = self.silence();
        self.cover(Overlay::None);
        self.waiting.retain(|message| message.is_lasting);
        self.wanted = None;
        let again = match &self.page {
            Page::Record(page) if gone.contains(page.opened.record.id()) => None,
            Page::Record(page) => {
                let turned = page.opened.inside.as_ref().map_or(0, |inside| inside.page);
                Some((What::Record(page.opened.record.id().clone()), turned))
            }
            Page::List(page) => Some((What::List(page.shelf.clone()), page.listing.page)),
            // A form that is withdrawn is taken by nobody any more.
            Page::Form(_) => None,
            Page::Home | Page::Door(_) | Page::Offices(..) | Page::Find(_) => return effects,
        };
        match again {
            Some((what, page)) => {
                self.put_away();
                effects.extend(self.want(what, page));
            }
            None => {
                self.page = self.history.pop().unwrap_or(Page::Home);
                self.say("这一页刚刚撤下", "内容已更新，请重新选择，或问工作人员。");
            }
        }
        effects
    }

    /// The full time again; when the warning was up it goes, and its voice with it.
    pub(super) fn touch(&mut self, now: Duration) -> Vec<Effect> {
        self.idle.touch(now);
        if self.idle_left_s.take().is_some() { vec![Effect::Silence] } else { Vec::new() }
    }

    pub(super) fn silence(&mut self) -> Vec<Effect> {
        self.aside = None;
        if self.reading.take().is_some() { vec![Effect::Silence] } else { Vec::new() }
    }

    /// Takes away what lies over the page; a message that waited comes up.
    pub(super) fn put_away(&mut self) {
        self.overlay = if self.waiting.is_empty() { Overlay::None } else { Overlay::Message(self.waiting.remove(0)) };
    }

    /// Lays something over the page; a message that must be read comes up again after it.
    pub(super) fn cover(&mut self, overlay: Overlay) {
        if let Overlay::Message(message) = std::mem::replace(&mut self.overlay, overlay)
            && message.is_lasting
        {
            self.waiting.insert(0, message);
        }
    }

    pub(super) fn say(&mut self, title: &str, text: &str) {
        self.tell(message(title, text, false));
    }

    /// Says what is told once and must not be missed.
    pub(super) fn say_for_sure(&mut self, title: &str, text: &str) {
        self.tell(Message { is_lasting: true, ..message(title, text, false) });
    }

    /// Shows a message, or lets it wait while the resident looks at something else.
    pub(super) fn tell(&mut self, message: Message) {
        let is_free = match &self.overlay {
            Overlay::None => true,
            Overlay::Printing => !message.is_lasting,
            Overlay::Message(shown) => !shown.is_lasting && !message.is_lasting,
            Overlay::Qr | Overlay::Help | Overlay::Keys(_) | Overlay::Staff | Overlay::Rating(_) => false,
        };
        if is_free {
            self.overlay = Overlay::Message(message);
            return;
        }
        // Of what may be missed only the newest waits.
        self.waiting.retain(|waiting| waiting.is_lasting || message.is_lasting);
        if self.waiting.len() == WAITING_MAX {
            self.waiting.remove(0);
        }
        self.waiting.push(message);
    }

    /// A device that has not answered for so long never will: the visit must be able to end.
    pub(super) fn give_up(&mut self, now: Duration) -> Vec<Effect> {
        // A receipt that waits for paper gives signs of life; it ends with the visit.
        let is_silent = |p: &Printing| p.waiting.is_none() && now.saturating_sub(p.since) > PRINTING_MAX;
        if self.printing.as_ref().is_some_and(is_silent) {
            self.printing = None;
            self.tell(message(
                "打印机没有回应",
                "没有出票，请告诉工作人员，或扫码带走。",
                matches!(self.page, Page::Record(_)),
            ));
        }
        if self.reading.as_ref().is_some_and(|r| !r.is_paused && now.saturating_sub(r.since) > SENTENCE_MAX) {
            return self.silence();
        }
        Vec::new()
    }
}

impl Printing {
    /// Whether it still keeps the visit from ending by itself: paper comes within minutes, or the resident has left.
    pub(super) fn holds(&self, now: Duration) -> bool {
        self.waiting.is_none() || now.saturating_sub(self.since) <= PAPER_MAX
    }
}

/// Nobody waits longer for a roll of paper without touching the screen.
const PAPER_MAX: Duration = Duration::from_secs(180);
/// No receipt takes longer, also on a slow line.
const PRINTING_MAX: Duration = Duration::from_secs(180);
/// No sentence takes longer, also at the slowest rate.
const SENTENCE_MAX: Duration = Duration::from_secs(90);
