//! Searches that ended without a result, told from words that are still being typed.
//! It holds the last of them until the visit goes on or ends, and hands on no word that a person made up.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::base::chain::chain;
use crate::base::private::Private;
use crate::search::{Missed, wish_of};
use crate::session::VisitId;

use super::Indexes;

/// Fewest characters of what counts as a search.
const CHARS_MIN: usize = 2;

/// The last search that found nothing, as long as it may still be typed on.
#[derive(Default)]
pub(super) struct Lost {
    last: Option<(VisitId, Private<String>)>,
}

impl Lost {
    /// Nothing was found, and the fingers rest.
    pub fn note(&mut self, visit: VisitId, query: &str) {
        if query.chars().count() >= CHARS_MIN {
            self.last = Some((visit, Private::new(query.to_owned())));
        }
    }

    /// Something else is asked: the search before was one, unless it is only being typed on.
    pub fn asked(&mut self, visit: VisitId, query: &str, dirs: &[PathBuf], indexes: &Indexes, today: Date) {
        let Some((asker, before)) = &self.last else { return };
        if *asker == visit && query == before.reveal() {
            return;
        }
        if *asker == visit && query.starts_with(before.reveal()) {
            self.last = None;
            return;
        }
        self.end(dirs, Some(indexes), today);
    }

    /// The search is over: it is counted, and its words are forgotten.
    pub fn end(&mut self, dirs: &[PathBuf], indexes: Option<&Indexes>, today: Date) {
        let (Some((_, query)), Some(dir)) = (self.last.take(), dirs.first()) else { return };
        let wish = Private::new(wish_of(query.reveal()));
        let known = indexes.filter(|indexes| indexes.knows(wish.reveal())).map(|_| wish.reveal().as_str());
        let mut missed = Missed::read(dir);
        missed.count(known, today);
        if let Err(error) = missed.write(dir) {
            tracing::warn!(error = %chain(&error), "a search without a result could not be counted");
        }
    }
}
