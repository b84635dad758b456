//! From letters to hanzi: the words that fit, the sentence that was probably meant, and every character of the first
//! syllable, so that a name can be picked character by character. It remembers nothing between two calls.

use super::lexicon::{Lexicon, Node, Part, WordId};

/// Most letters that are looked at; the keyboard takes no more.
pub const LETTERS_MAX: usize = 60;
/// How many ways to say the letters before a place are kept.
const WAYS_MAX: usize = 4;
/// How many words of one pronunciation take part in a sentence.
const SENTENCE_WORDS_MAX: usize = 4;
/// Most characters of a word typed by its initials.
const INITIALS_MAX: usize = 8;
/// Added for a last syllable that is not finished.
const UNFINISHED_COST: f32 = 2.0;
/// Added for a syllable in a word of which only the initial was typed.
const INITIAL_COST: f32 = 2.0;
/// Added for a word typed by its initials alone, and for each of them.
const INITIALS_COST: (f32, f32) = (3.0, 1.5);
/// Added for each word of a sentence: long words are meant more often than many short ones.
const WORD_COST: f32 = 1.0;
/// Taken off where a given name follows a surname, where a character of given names does, and for each further one.
const NAME_GAIN: (f32, f32, f32) = (4.5, 3.0, 1.5);
/// Cost of a letter that begins no syllable; it stays a letter.
const LETTER_COST: f32 = 40.0;
/// Shorter words offered for each length.
const SHORTER_WORDS_MAX: usize = 12;

/// What may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The characters.
    pub text: String,
    /// How many of the letters they stand for, from the first on.
    pub consumed: usize,
}

/// The decoder of the pinyin keyboard.
pub struct Decoder {
    lexicon: Lexicon,
}

/// A word that the letters say from one place on.
#[derive(Debug, Clone, Copy)]
struct Edge {
    end: usize,
    word: WordId,
    cost: f32,
}

/// A way to say all letters before a place.
#[derive(Debug, Clone, Copy)]
struct Way {
    cost: f32,
    from: usize,
    /// Which of the ways there.
    rank: usize,
    /// None for a letter that stays a letter.
    word: Option<WordId>,
}

impl Decoder {
    /// A decoder for these words.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon }
    }

    /// Whether the build had its dictionary.
    pub fn is_complete(&self) -> bool {
        self.lexicon.is_complete()
    }

    /// Whether this is a word of the language or of the hall, and no part of a person's name.
    pub fn has_common(&self, word: &str) -> bool {
        self.lexicon.has_common(word)
    }

    /// What may have been meant, the likeliest first. Letters are a to z, with ' between syllables where wanted.
    pub fn candidates(&self, letters: &str, limit: usize) -> Vec<Candidate> {
        let letters = typed(letters);
        if letters.is_empty() || limit == 0 {
            return Vec::new();
        }
        let edges: Vec<Vec<Edge>> = (0..letters.len()).map(|start| self.edges(&letters, start)).collect();
        let mut found = Found { candidates: Vec::new(), limit };
        let sentences = self.sentences(&letters, &edges);
        let mut first: Vec<Edge> = edges.into_iter().next().unwrap_or_default();
        first.sort_by(|a, b| b.end.cmp(&a.end).then(a.cost.total_cmp(&b.cost)));
        self.add_words(&letters, &sentences, &first, &mut found);
        for edge in first.iter().filter(|edge| self.lexicon.chars(edge.word) == 1) {
            found.add(self.lexicon.word(edge.word).to_owned(), edge.end);
        }
        found.candidates
    }

    /// Where each syllable of the letters begins, as the keyboard shows and deletes them.
    pub fn syllable_starts(&self, letters: &str) -> Vec<usize> {
        let letters = typed(letters);
        // The fewest pieces that lead to each place, and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; letters.len() + 1];
        if let Some(start) = best.first_mut() {
            *start = Some((0, 0));
        }
        for start in 0..letters.len() {
            let Some(pieces) = best.get(start).copied().flatten().map(|(pieces, _)| pieces) else { continue };
            let rest = letters.get(start..).unwrap_or_default();
            let mut lengths = vec![(1, 2)];
            for child in self.lexicon.children(self.lexicon.root()) {
                let syllable = self.lexicon.syllable(child.syllable);
                if rest.starts_with(syllable) {
                    lengths.push((syllable.len(), 1));
                } else if syllable.starts_with(rest) {
                    lengths.push((rest.len(), 1));
                }
            }
            for (length, cost) in lengths {
                if let Some(place) = best.get_mut(start + length)
                    && place.is_none_or(|(known, _)| pieces + cost < known)
                {
                    *place = Some((pieces + cost, start));
                }
            }
        }
        let mut starts = Vec::new();
        let mut end = letters.len();
        while end > 0 {
            let Some((_, start)) = best.get(end).copied().flatten() else { break };
            starts.push(start);
            end = start;
        }
        starts.reverse();
        starts
    }

    /// The best sentence, words for all letters, the other sentences, then shorter words, the longest first.
    fn add_words(&self, letters: &str, sentences: &[String], first: &[Edge], found: &mut Found) {
        found.add(sentences.first().cloned().unwrap_or_default(), letters.len());
        let is_word = |edge: &&Edge| self.lexicon.chars(edge.word) > 1;
        for edge in first.iter().filter(is_word).filter(|edge| edge.end == letters.len()) {
            found.add(self.lexicon.word(edge.word).to_owned(), edge.end);
        }
        for sentence in sentences {
            found.add(sentence.clone(), letters.len());
        }
        let mut of_length = (0, 0);
        for edge in first.iter().filter(is_word).filter(|edge| edge.end < letters.len()) {
            of_length = if of_length.0 == edge.end { (edge.end, of_length.1 + 1) } else { (edge.end, 1) };
            if of_length.1 <= SHORTER_WORDS_MAX {
                found.add(self.lexicon.word(edge.word).to_owned(), edge.end);
            }
        }
    }

    /// All words that the letters say from a place on.
    fn edges(&self, letters: &str, start: usize) -> Vec<Edge> {
        let mut edges = Vec::new();
        let start_of_word = skip_mark(letters, start);
        self.walk(letters, start_of_word, self.lexicon.root(), 0, 0.0, &mut edges);
        self.add_by_initials(letters, start_of_word, &mut edges);
        edges
    }

    /// Goes down the tree as far as the letters say its syllables.
    fn walk(&self, letters: &str, at: usize, node: &Node, depth: usize, cost: f32, edges: &mut Vec<Edge>) {
        let at = skip_mark(letters, at);
        let Some(rest) = letters.get(at..).filter(|rest| !rest.is_empty()) else { return };
        let until_mark = rest.split('\'').next().unwrap_or_default();
        for child in self.lexicon.children(node) {
            let syllable = self.lexicon.syllable(child.syllable);
            if syllable.as_bytes().first() != rest.as_bytes().first() {
                continue;
            }
            let is_last = until_mark.len() == rest.len() || rest.get(until_mark.len() + 1..) == Some("");
            let (length, added) = if until_mark.starts_with(syllable) {
                (syllable.len(), 0.0)
            } else if is_last && syllable.starts_with(until_mark) {
                (until_mark.len(), UNFINISHED_COST)
            } else if depth > 0 {
                (initial_length(rest, syllable), INITIAL_COST)
            } else {
                continue;
            };
            let (end, cost) = (at + length, cost + added);
            let words = child.words.clone();
            edges.extend(words.map(|word| Edge { end, word, cost: cost + self.lexicon.cost(word) }));
            self.walk(letters, end, child, depth + 1, cost, edges);
        }
    }

    /// Words of which only the initials are typed, and single characters of one initial.
    fn add_by_initials(&self, letters: &str, start: usize, edges: &mut Vec<Edge>) {
        let mut initials = String::new();
        let mut end = start;
        while let Some(letter) = letters.get(end..).and_then(|rest| rest.chars().next()) {
            if initials.len() >= INITIALS_MAX || letter == '\'' {
                break;
            }
            initials.push(letter);
            end += if matches!(letter, 'z' | 'c' | 's') && letters.get(end + 1..end + 2) == Some("h") { 2 } else { 1 };
            let added = INITIALS_COST.0 + INITIALS_COST.1 * initials.len() as f32;
            let words = self.lexicon.with_initials(&initials).iter();
            edges.extend(words.map(|word| Edge { end, word: *word, cost: added + self.lexicon.cost(*word) }));
        }
        let Some(first) = letters.get(start..).and_then(|rest| rest.chars().next()) else { return };
        let same = |node: &&Node| self.lexicon.syllable(node.syllable).starts_with(first);
        let end = start
            + if letters.get(start..).is_some_and(|r| r.starts_with("zh") || r.starts_with("ch") || r.starts_with("sh"))
            {
                2
            } else {
                1
            };
        if end < letters.len() {
            let initial = letters.get(start..end).unwrap_or_default();
            for node in self.lexicon.children(self.lexicon.root()).iter().filter(same) {
                if !self.lexicon.syllable(node.syllable).starts_with(initial) {
                    continue;
                }
                let added = INITIALS_COST.0 + INITIALS_COST.1;
                let words = node.words.clone().take(SENTENCE_WORDS_MAX);
                edges.extend(words.map(|word| Edge { end, word, cost: added + self.lexicon.cost(word) }));
            }
        }
    }

    /// The likeliest ways to say all letters, the best first.
    fn sentences(&self, letters: &str, edges: &[Vec<Edge>]) -> Vec<String> {
        let mut ways: Vec<Vec<Way>> = vec![Vec::new(); letters.len() + 1];
        if let Some(start) = ways.first_mut() {
            start.push(Way { cost: 0.0, from: 0, rank: 0, word: None });
        }
        for start in 0..letters.len() {
            let before: Vec<Way> = ways.get(start).cloned().unwrap_or_default();
            if before.is_empty() {
                continue;
            }
            let mut steps: Vec<(usize, f32, Option<WordId>)> =
                edges.get(start).into_iter().flatten().map(|e| (e.end, e.cost + WORD_COST, Some(e.word))).collect();
            steps.push((start + 1, LETTER_COST, None));
            for (end, cost, word) in steps {
                let Some(there) = ways.get_mut(end) else { continue };
                for (rank, before) in before.iter().enumerate() {
                    let cost = before.cost + cost - self.name_gain(before.word, word);
                    let way = Way { cost, from: start, rank, word };
                    if there.len() == WAYS_MAX && there.last().is_some_and(|worst| worst.cost <= way.cost) {
                        continue;
                    }
                    let place = there.partition_point(|known| known.cost <= way.cost);
                    there.insert(place, way);
                    there.truncate(WAYS_MAX);
                }
            }
        }
        let last = ways.last().map_or(0, Vec::len);
        (0..last).map(|rank| self.spoken(letters, &ways, rank)).collect()
    }

    /// How much likelier a word is after another one because the two are a name.
    fn name_gain(&self, before: Option<WordId>, word: Option<WordId>) -> f32 {
        let (Some(before), Some(word)) = (before, word) else { return 0.0 };
        match (self.lexicon.part(before), self.lexicon.part(word)) {
            (Part::Surname | Part::Either, Part::Given) => NAME_GAIN.0,
            (Part::Surname, Part::OfGiven | Part::Either) => NAME_GAIN.1,
            (Part::Either | Part::OfGiven, Part::OfGiven | Part::Either) => NAME_GAIN.2,
            _ => 0.0,
        }
    }

    fn spoken(&self, letters: &str, ways: &[Vec<Way>], rank: usize) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let (mut at, mut rank) = (letters.len(), rank);
        while at > 0 {
            let Some(way) = ways.get(at).and_then(|ways| ways.get(rank)) else { break };
            parts.push(match way.word {
                Some(word) => self.lexicon.word(word),
                None => letters.get(way.from..at).filter(|letter| *letter != "'").unwrap_or_default(),
            });
            (at, rank) = (way.from, way.rank);
        }
        parts.reverse();
        parts.concat()
    }
}

/// Candidates so far, each text once.
struct Found {
    candidates: Vec<Candidate>,
    limit: usize,
}

impl Found {
    fn add(&mut self, text: String, consumed: usize) {
        let is_new = self.candidates.iter().all(|known| known.text != text);
        if is_new && self.candidates.len() < self.limit && !text.is_empty() {
            self.candidates.push(Candidate { text, consumed });
        }
    }
}

/// The letters that count: small, without anything else, and no more than the keyboard takes.
fn typed(letters: &str) -> String {
    let small = letters.chars().map(|c| c.to_ascii_lowercase());
    small.filter(|c| c.is_ascii_lowercase() || *c == '\'').take(LETTERS_MAX).collect()
}

fn skip_mark(letters: &str, at: usize) -> usize {
    at + letters.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches('\'').len())
}

/// How many letters of an initial are typed: sh for shen, or s.
fn initial_length(rest: &str, syllable: &str) -> usize {
    let is_double = ["zh", "ch", "sh"].iter().any(|i| syllable.starts_with(i) && rest.starts_with(i));
    if is_double { 2 } else { 1 }
}
