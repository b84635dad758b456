//! Asking how somebody found it: after a guide was printed or read to its end, and when they leave.
//! A card never covers what somebody is busy with, and with the last one nothing of the visit is left.

use super::super::effect::Effect;
use super::super::hall::Hall;
use super::super::model::{Model, Overlay, Page, Read, Visit};
use super::super::opinion::{Card, Rate, Rated, release_of};
use super::visit::message;
use super::{acted, end, start};
use crate::content::Record;

/// The card for the guide of the page.
pub(super) fn of_page(visit: &Visit, hall: &Hall) -> Option<Card> {
    let Page::Record(page) = &visit.page else { return None };
    let Record::Guide(guide) = &page.opened.record else { return None };
    Some(Card::new(Rated::Page, guide.id.clone(), &guide.title, release_of(hall, &page.opened)))
}

/// The same when what is read aloud was the end of it.
pub(super) fn of_page_read(model: &Model) -> Option<Card> {
    let visit = model.visit.as_ref()?;
    let is_page = visit.reading.as_ref().is_some_and(|reading| reading.of == Read::Page);
    let is_end = || {
        let pages = model.source_leaflet().and_then(|leaflet| leaflet.pages);
        pages.is_none_or(|pages| pages.page + 1 >= pages.pages)
    };
    let hall = model.ready_hall()?;
    if is_page && is_end() { of_page(visit, hall) } else { None }
}

/// Puts up the card that waits, once nothing lies over its page and nothing is read; who has gone elsewhere is let be.
pub(super) fn put_up(model: &mut Model) {
    let is_open = model.mailbox.is_open();
    let Some(visit) = &mut model.visit else { return };
    let Some(card) = visit.opinions.due() else { return };
    let is_here = matches!(&visit.page, Page::Record(page) if page.opened.record.id() == card.record());
    if !is_here || !is_open {
        visit.opinions.forget_due();
        return;
    }
    let is_calm = visit.overlay == Overlay::None && visit.reading.is_none() && visit.idle_left_s.is_none();
    if is_calm && let Some(card) = visit.opinions.take_due() {
        visit.overlay = Overlay::Rating(card);
    }
}

/// Something on the card was touched.
pub(super) fn rate(model: &mut Model, rate: Rate) -> Vec<Effect> {
    let tap = model.taps + 1;
    model.taps = tap;
    let mut is_over = false;
    let mut effects = acted(model, |_, visit| {
        let Overlay::Rating(card) = &mut visit.overlay else { return Vec::new() };
        let (letter, is_done) = match rate {
            Rate::Skip => (None, true),
            Rate::Choose(choice) => {
                let letter = card.take(choice);
                (letter, card.is_done())
            }
        };
        is_over = is_done && card.is_farewell();
        if is_done {
            visit.put_away();
            // Who does not see that the card is gone is told that it counted.
            if letter.is_some() && !is_over && visit.access.is_eyes_free {
                visit.tell(message("谢谢您", "您的评价已经收到。", false));
            }
        }
        let Some(letter) = letter else { return Vec::new() };
        visit.opinions.sends(tap);
        vec![Effect::HandIn { visit: visit.id, tap, letter: Box::new(letter) }]
    });
    if is_over {
        effects.extend(end(model));
    }
    effects
}

/// 结束: who was served is asked how, on a page on which nothing of the visit stands any more.
pub(super) fn finish(model: &mut Model) -> Vec<Effect> {
    let Some(card) = farewell(model) else { return end(model) };
    let Some(visit) = model.visit.take() else { return Vec::new() };
    let (access, manner) = (visit.access, visit.manner);
    let mut effects = visit.reading.is_some().then_some(Effect::Silence).into_iter().collect::<Vec<_>>();
    effects.push(Effect::Forget { visit: visit.id });
    drop(visit);
    effects.extend(start(model));
    if let Some(visit) = &mut model.visit {
        (visit.access, visit.manner) = (access, manner);
        visit.overlay = Overlay::Rating(card);
    }
    effects
}

fn farewell(model: &Model) -> Option<Card> {
    let visit = model.visit.as_ref()?;
    if !model.mailbox.is_open() || !visit.opinions.asks_at_end() || visit.is_farewell() {
        return None;
    }
    let hall = model.ready_hall()?;
    Some(Card::new(Rated::Visit, hall.site.id.clone(), &hall.site.hall, hall.release))
}

impl Visit {
    /// Whether it is over but for the card that asks how it was.
    pub(in crate::app) fn is_farewell(&self) -> bool {
        matches!(&self.overlay, Overlay::Rating(card) if card.is_farewell())
    }
}
