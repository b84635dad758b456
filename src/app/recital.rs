//! What a release has to say aloud, the most wanted first: for clips that are made before anybody asks.
//! It knows public records only, and says nothing itself.

use std::ops::ControlFlow;

use jiff::civil::Date;

use super::Hall;
use super::leaflet::{Around, Leaflet, doors};
use crate::base::id::RecordId;
use crate::content::Answers;
use crate::speech::Script;
use crate::speech::script::Sentence;
use crate::store::{Store, StoreError};

/// Sentences of each page that belong to its beginning: the title, what it is, and the first of its text.
const BEGINNING: usize = 4;

/// How much of each page is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The doors and every page's first sentences: what is heard while the rest is being made.
    Beginnings,
    /// What follows them.
    Rest,
}

/// Gives the sentences of everything that can be opened, in the order of the ids, to `take` until it has had enough.
/// A first release that is still to come has none.
pub fn recite(
    store: &Store,
    today: Date,
    extent: Extent,
    mut take: impl FnMut(&RecordId, &Sentence) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let (Some(overview), Some(findables)) = (store.overview()?, store.findables()?) else { return Ok(()) };
    let hall = Hall::from(overview);
    for found in findables.records {
        let id = found.title.id;
        let Some(opened) = store.opened(&id, 0)? else { continue };
        let around = Around { hall: &hall, today, opened: &opened, part: 0 };
        let pages = Leaflet::parts_of_record(&around, &Answers::default());
        if pages.iter().any(|page| said(page, extent, |sentence| take(&id, sentence)).is_break()) {
            return Ok(());
        }
    }
    Ok(())
}

/// The sentences of the home page, which belongs to no record.
pub fn recite_home(store: &Store, take: impl FnMut(&Sentence) -> ControlFlow<()>) -> Result<(), StoreError> {
    if let Some(overview) = store.overview()? {
        let _ = said(&doors::home(&Hall::from(overview)), Extent::Beginnings, take);
    }
    Ok(())
}

fn said(page: &Leaflet, extent: Extent, mut take: impl FnMut(&Sentence) -> ControlFlow<()>) -> ControlFlow<()> {
    let lines: Vec<&str> = page.paragraphs().into_iter().map(|(_, text)| text).collect();
    let script = Script::of_lines(&lines);
    let sounding = || script.sentences.iter().filter(|sentence| sentence.is_heard());
    match extent {
        Extent::Beginnings => sounding().take(BEGINNING).try_for_each(&mut take),
        Extent::Rest => sounding().skip(BEGINNING).try_for_each(&mut take),
    }
}
