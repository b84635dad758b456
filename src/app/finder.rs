//! The title index of a release, made of what the store says can be found.
//! It reads nothing and keeps nothing of what was asked.

use std::collections::BTreeSet;

use crate::search::{Doc, TitleIndex, Words, weight_of};
use crate::store::{Findable, Findables};

/// The index of everything that can be found.
pub fn title_index(findables: Findables) -> TitleIndex {
    let Findables { records, orgs, synonyms, frequent, .. } = findables;
    let frequent: BTreeSet<_> = frequent.into_iter().collect();
    let words = Words::new(synonyms.iter().map(|(word, means)| (word.as_str(), means.as_str())));
    let docs = records.into_iter().map(|Findable { title, also }| {
        let org_name = title.org.as_ref().and_then(|org| orgs.get(org)).cloned().unwrap_or_default();
        let weight = weight_of(title.id.kind(), frequent.contains(&title.id));
        let also = if also.is_empty() { Vec::new() } else { vec![also] };
        Doc { id: title.id, title: title.title, org_name, also, weight }
    });
    TitleIndex::new(docs, words)
}
