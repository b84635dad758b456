//! The title index of a release, made of what the store says can be found.
//! It reads nothing and keeps nothing of what was asked.

use std::collections::BTreeSet;

use crate::input::OwnWord;
use crate::search::{Doc, Segmenter, TitleIndex, Words, weight_of};
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

/// The words of the hall that people come to type: those of its titles, offices and lexicons.
pub fn own_words(findables: &Findables) -> Vec<OwnWord> {
    let said = findables.pronounced.iter().map(|(word, pinyin)| (word.clone(), Some(pinyin.clone())));
    let of_lexicons = findables.synonyms.iter().flat_map(|(word, means)| [word.clone(), means.clone()]);
    let of_offices = findables.records.iter().filter(|r| r.title.id.kind() == "org");
    let of_offices = of_offices.flat_map(|r| [r.title.title.clone(), r.also.clone()]);
    // Rows of lists say again what the guides say.
    let titles = findables.records.iter().filter(|r| r.title.id.kind() != "row").map(|r| r.title.title.as_str());
    let of_titles = titles.flat_map(|title| Segmenter.query_words(title));
    let mut seen = BTreeSet::new();
    let spelt = of_lexicons.chain(of_offices).chain(of_titles).map(|word| (word, None));
    said.chain(spelt)
        .filter(|(word, _)| word.chars().count() > 1 && seen.insert(word.clone()))
        .map(|(word, pinyin)| OwnWord { word, pinyin })
        .collect()
}
