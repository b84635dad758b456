//! How often people looked for something and nothing was found, for the office that may add it.
//! Of what was looked for it keeps words of the hall or of the language alone, never what a person wrote freely, and no
//! time but the day of the first.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::base::durable::{self, FileError};

use super::text::significant;
use super::wish::unwrapped;

/// The file in the state folder.
const FILE: &str = "missed.json";
const FILE_BYTES_MAX: u64 = 256 << 10;
/// Most words that are counted one by one; what comes later counts in the sum alone.
const TERMS_MAX: usize = 500;

/// The counters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The day of the first of them.
    pub since: Option<Date>,
    /// How many searches ended without a result.
    pub searches: u64,
    /// How many of them looked for each of these words.
    pub terms: BTreeMap<String, u64>,
}

impl Missed {
    /// The counters of a terminal; zero where there are none yet or they cannot be read.
    pub fn read(state_dir: &Path) -> Self {
        let bytes = durable::read(&state_dir.join(FILE), FILE_BYTES_MAX).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Counts a search; `word` is what it looked for, where that is a word everybody knows.
    pub fn count(&mut self, word: Option<&str>, today: Date) {
        self.since = self.since.or(Some(today));
        self.searches = self.searches.saturating_add(1);
        let Some(word) = word else { return };
        if let Some(known) = self.terms.get_mut(word) {
            *known = known.saturating_add(1);
        } else if self.terms.len() < TERMS_MAX {
            self.terms.insert(word.to_owned(), 1);
        }
    }

    /// Keeps the counters.
    pub fn write(&self, state_dir: &Path) -> Result<(), FileError> {
        durable::write(&state_dir.join(FILE), serde_json::json!(self).to_string().as_bytes())
    }

    /// The words, those most looked for first.
    pub fn most(&self) -> Vec<(&str, u64)> {
        let mut terms: Vec<(&str, u64)> = self.terms.iter().map(|(word, n)| (word.as_str(), *n)).collect();
        terms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        terms
    }
}

/// What a query looks for, without the words that people wrap a wish in.
pub fn wish_of(query: &str) -> String {
    unwrapped(&significant(query)).into_iter().filter(|c| *c != ' ').collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn counters_outlive_a_restart_and_never_grow_without_end() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Missed::read(folder.path()), Missed::default());
        let mut missed = Missed::default();
        for n in 0..2_000 {
            missed.count(Some(&format!("词{n}")), date(2026, 11, 22));
        }
        missed.count(Some("词7"), date(2026, 11, 23));
        missed.count(None, date(2026, 11, 23));
        missed.write(folder.path()).unwrap();
        let kept = Missed::read(folder.path());
        assert_eq!((kept.searches, kept.terms.len(), kept.since), (2_002, TERMS_MAX, Some(date(2026, 11, 22))));
        assert_eq!(kept.most()[0], ("词7", 2));
        std::fs::write(folder.path().join(FILE), b"{").unwrap();
        assert_eq!(Missed::read(folder.path()).searches, 0);
    }

    #[test]
    fn a_wish_is_what_is_looked_for() {
        assert_eq!(wish_of("我想办护照，怎么办？"), "办护照");
        assert_eq!(wish_of("护照"), "护照");
    }
}
