//! From what is said to how it sounds: words, toned pinyin, changes of tone, and the symbols of the neural voice.
//! It takes spoken text as [`super::reading`] makes it and changes no word of it.

mod context;
mod dictionary;
mod lexicon;
mod pronunciation;
mod respell;
mod sandhi;
mod symbols;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::base::words;
use dictionary::Dictionary;
use lexicon::Lexicon;

use super::reading::is_hanzi;

pub use pronunciation::Pronunciation;

/// Writes what is said in another way, such as with the model's symbols.
pub type Speller = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// What staff are told when the program was built without the tables of pronunciation.
pub const WITHOUT_TABLES: &str = "本程序构建时没有读音表，神经语音不可用；请运行 deploy/setup.sh 后重新构建";
/// Most characters that are cut into words at once; a sentence has a hundred.
const RUN_CHARS_MAX: usize = 1_000;

/// Turns spoken text into syllables and symbols.
#[derive(Debug, Clone)]
pub struct Phonemizer {
    tables: &'static Dictionary,
    built_in: &'static Lexicon,
    office: Arc<Lexicon>,
}

/// How a text sounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The symbols that the neural voice takes, marks of the sentence and blanks between words among them.
    pub symbols: String,
    /// The syllables in order; a letter of the alphabet counts as one.
    pub syllables: Vec<Syllable>,
}

/// One syllable and what it is written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syllable {
    /// Bytes of the spoken text; a character unknown to all tables has the three syllables of 生僻字.
    pub span: Range<usize>,
    /// Letters and tone, `v` for ü, 5 for no tone: `chong2`; a letter of the alphabet stands for itself.
    pub pinyin: String,
}

/// A word of a run of hanzi, a character each.
struct Word {
    syllables: Vec<Sounded>,
}

/// A character and its syllable.
struct Sounded {
    span: Range<usize>,
    hanzi: char,
    pinyin: Cow<'static, str>,
}

/// A stretch of the spoken text.
enum Run<'t> {
    Hanzi(Range<usize>, &'t str),
    Other(usize, char),
}

/// Whether tones change in the flow of speech or stay as the dictionary has them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tones {
    InSpeech,
    Citation,
}

impl Phonemizer {
    /// With the tables of this build and the words of government; none where the build had no tables.
    pub fn built_in() -> Option<&'static Self> {
        static BUILT_IN: LazyLock<Option<Phonemizer>> = LazyLock::new(|| {
            let tables = Dictionary::built_in()?;
            Some(Phonemizer { tables, built_in: Lexicon::built_in(), office: Arc::default() })
        });
        BUILT_IN.as_ref()
    }

    /// With the office's words in the place of those it had; a word whose syllables are not one a character is left out.
    pub fn with_lexicon(&self, words: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { office: Arc::new(Lexicon::of(words)), ..self.clone() }
    }

    /// How `spoken` sounds.
    pub fn say(&self, spoken: &str) -> Said {
        self.sound(spoken, Tones::InSpeech)
    }

    /// How `spoken` sounds word by word, before tones change each other.
    pub fn citation(&self, spoken: &str) -> Said {
        self.sound(spoken, Tones::Citation)
    }

    /// `spoken` for an engine that reads each character in its usual way: the others stand in with a character that
    /// sounds the same. As many characters as before, so that spans stay right.
    pub fn respell(&self, spoken: &str) -> String {
        respell::respell(self.tables, spoken, &self.citation(spoken).syllables)
    }

    fn sound(&self, spoken: &str, tones: Tones) -> Said {
        let mut voice = symbols::Line::default();
        for run in runs(spoken) {
            match run {
                Run::Hanzi(span, text) => {
                    let mut words = self.words(text, span.start);
                    if tones == Tones::InSpeech {
                        sandhi::apply(&mut words);
                    }
                    words.into_iter().for_each(|word| voice.word(word));
                }
                Run::Other(at, c) => voice.other(at, c),
            }
        }
        voice.end()
    }

    /// The words of a run of hanzi with the syllables of the dictionary, of the context and of the lexicons.
    fn words(&self, run: &str, offset: usize) -> Vec<Word> {
        let tokens = words::cut(run);
        let mut words: Vec<Word> = Vec::with_capacity(tokens.len());
        let mut at = offset;
        for token in &tokens {
            words.push(Word { syllables: self.tables.read(token, at) });
            at += token.len();
        }
        let is_phrase = |word: &str| self.tables.has(word);
        context::settle(&mut words, is_phrase);
        let mut sounded: Vec<&mut Sounded> = words.iter_mut().flat_map(|word| &mut word.syllables).collect();
        for (from, pinyin) in lexicon::found(run, &tokens, is_phrase, [&self.office, self.built_in]) {
            for (syllable, said) in sounded.iter_mut().skip(from).zip(pinyin.split(' ')) {
                syllable.pinyin = Cow::Owned(said.to_owned());
            }
        }
        words
    }
}

fn runs(spoken: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut chars = spoken.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_hanzi(c) {
            runs.push(Run::Other(at, c));
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut count = 1;
        while let Some((_, next)) = chars.next_if(|(_, next)| is_hanzi(*next) && count < RUN_CHARS_MAX) {
            end += next.len_utf8();
            count += 1;
        }
        runs.push(Run::Hanzi(at..end, spoken.get(at..end).unwrap_or_default()));
    }
    runs
}

#[cfg(test)]
mod tests;
