//! How this hall says its words while the terminal runs: the office's words change with the release.
//! It reads no release itself; who does tells it the words.

use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use super::dictionary::Dictionary;
use super::lexicon::Lexicon;
use super::{Phonemizer, Speller};

/// The office's words, shared by all who speak; clones are the same words.
#[derive(Debug, Clone, Default)]
pub struct Pronunciation {
    office: Arc<RwLock<Arc<Lexicon>>>,
}

impl Pronunciation {
    /// True when this build has the tables; it does not read them.
    pub fn has_tables() -> bool {
        Dictionary::is_packed()
    }

    /// Reads tables and dictionary on a thread of their own, so that the first sentence does not wait for them and the
    /// window never does.
    pub fn warm_up() {
        // Without the thread the first sentence reads them.
        let _ = thread::Builder::new().name("words".to_owned()).spawn(|| {
            Phonemizer::built_in().map(|voice| voice.say("朗读").syllables.len());
        });
    }

    /// The words of the live release, in the place of those before.
    pub fn learn(&self, words: impl IntoIterator<Item = (String, String)>) {
        let lexicon = Arc::new(Lexicon::of(words));
        *self.office.write().unwrap_or_else(PoisonError::into_inner) = lexicon;
    }

    /// As it is now; none where the build had no tables.
    pub fn now(&self) -> Option<Phonemizer> {
        let office = Arc::clone(&self.office.read().unwrap_or_else(PoisonError::into_inner));
        Phonemizer::built_in().map(|built_in| Phonemizer { office, ..built_in.clone() })
    }

    /// Gives the model's symbols; none without tables.
    pub fn symbols(&self) -> Speller {
        let own = self.clone();
        Arc::new(move |text: &str| own.now().map(|voice| voice.say(text).symbols).unwrap_or_default())
    }

    /// Writes a text for engines without tables; without tables of our own as it was.
    pub fn respelling(&self) -> Speller {
        let own = self.clone();
        Arc::new(move |text: &str| own.now().map_or_else(|| text.to_owned(), |voice| voice.respell(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_release_changes_symbols_and_respelling_of_who_speaks_already() {
        assert!(Pronunciation::has_tables(), "run deploy/setup.sh: the tables of pronunciation are missing");
        let words = Pronunciation::default();
        let (symbols, respelling) = (words.symbols(), words.respelling());
        let (said, written) = (symbols("平川重路"), respelling("平川重路"));
        words.learn([("平川重路".to_owned(), "ping2 chuan1 chong2 lu4".to_owned())]);
        assert_ne!(symbols("平川重路"), said);
        assert_ne!(respelling("平川重路"), written);
        assert_eq!(respelling("平川重路").chars().count(), 4);
        words.learn([("平川重路".to_owned(), "ping2 chuan1 zhong4 lu4".to_owned())]);
        assert_eq!(symbols("平川重路"), said);
        words.learn([]);
        assert_eq!(respelling("平川重路"), written);
    }

    #[test]
    fn of_two_publishers_the_nearer_ones_word_counts() {
        let words = Pronunciation::default();
        words.learn([("重庆".to_owned(), "zhong4 qing4".to_owned()), ("重庆".to_owned(), "chong2 qing4".to_owned())]);
        let syllables = words.now().unwrap().say("重庆").syllables;
        assert_eq!(syllables[0].pinyin, "zhong4");
    }
}
