//! The words of the pinyin keyboard, sorted by their syllables: a tree to walk, and the words of each run of initials.
//! Its own data is read once; words of the hall are added, words of a person never.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pinyin::ToPinyin;

use super::picker::Regions;
use super::vocabulary::{GIVEN_CHARS, GIVEN_NAMES, SURNAMES};

/// The dictionary as the build packed it; empty when the build had none.
const DICTIONARY: &str = include_str!(concat!(env!("OUT_DIR"), "/pinyin.tsv"));
/// Weight of a word of the hall: more than an everyday word, for it is what people come to type.
const OWN_WEIGHT: u32 = 6_000;
/// Weight of a given name.
const GIVEN_NAME_WEIGHT: u32 = 600;
/// Weight of a province, city or county: known everywhere, meant less often than an everyday word.
const DIVISION_WEIGHT: u32 = 60;
/// Longest word of the hall that is taken in, in characters.
const WORD_CHARS_MAX: usize = 16;
/// Most words of the hall.
const OWN_WORDS_MAX: usize = 20_000;
/// Most words kept for one run of initials.
const INITIALS_WORDS_MAX: usize = 24;

/// A word of the hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWord {
    /// The word.
    pub word: String,
    /// Its syllables where the office says them: `chong2 qing4`.
    pub pinyin: Option<String>,
}

/// A word by its place among all of them.
pub(super) type WordId = u32;

/// The words.
pub struct Lexicon {
    /// All texts, one after the other.
    text: String,
    words: Vec<Word>,
    nodes: Vec<Node>,
    /// Words of two and more characters by their initials, the most common first.
    by_initials: HashMap<String, Vec<WordId>>,
    syllables: Vec<String>,
    is_complete: bool,
}

#[derive(Debug)]
struct Word {
    start: u32,
    bytes: u16,
    chars: u8,
    part: Part,
    cost: f32,
}

/// What part of a name a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A surname of one character, or one of two.
    Surname,
    /// A given name.
    Given,
    /// A character that given names are made of.
    OfGiven,
    /// A surname that is also a character of given names.
    Either,
    /// None.
    Other,
}

/// A place in the tree of syllables.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The syllable that leads here.
    pub syllable: u16,
    /// Where the next nodes are, in the order of their syllables.
    pub children: Range<u32>,
    /// The words that end here, the most common first.
    pub words: Range<WordId>,
}

/// A word while the tree is made.
struct Entry<'a> {
    syllables: Vec<u16>,
    word: &'a str,
    weight: u32,
}

impl Lexicon {
    /// The dictionary of the build with the hall's own words.
    pub fn new(own: &[OwnWord]) -> Self {
        let readings = Readings::new(DICTIONARY);
        let mut spelt: Vec<(String, &str, u32)> = readings.lines().collect();
        let own = own.iter().filter(|own| own.word.chars().count() <= WORD_CHARS_MAX).take(OWN_WORDS_MAX);
        for own in own {
            let said = own.pinyin.as_deref().map(without_tones).or_else(|| readings.of(&own.word));
            spelt.extend(said.map(|said| (said, own.word.as_str(), OWN_WEIGHT)));
        }
        for name in GIVEN_NAMES.split_whitespace().chain(SURNAMES.split_whitespace().filter(|s| s.len() > 3)) {
            spelt.extend(readings.of(name).map(|said| (said, name, GIVEN_NAME_WEIGHT)));
        }
        for name in Regions::of_build().names().filter(|name| !readings.by_word.contains_key(name)) {
            spelt.extend(readings.of(name).map(|said| (said, name, DIVISION_WEIGHT)));
        }
        // Every character can be picked, also those of names that no dictionary lists.
        let all =
            ('\u{4e00}'..='\u{9fa5}').filter_map(|c| Some((c.to_string(), c.to_pinyin()?.plain().replace('ü', "v"))));
        let others: Vec<(String, String)> = all.filter(|(c, _)| !readings.by_word.contains_key(c.as_str())).collect();
        spelt.extend(others.iter().map(|(c, said)| (said.clone(), c.as_str(), 0)));
        Self::of(spelt, !readings.is_empty())
    }

    /// Whether the build had its dictionary; without it there are single characters and the hall's own words.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether this is a word of the language or of the hall, and no part of a person's name.
    pub fn has_common(&self, word: &str) -> bool {
        let mut all = (0..).zip(&self.words);
        word.chars().count() > 1 && all.any(|(id, known)| known.part == Part::Other && self.word(id) == word)
    }

    /// Whether a word is in it.
    pub fn has(&self, word: &str) -> bool {
        (0..).zip(&self.words).any(|(id, _)| self.word(id) == word)
    }

    pub(super) fn word(&self, id: WordId) -> &str {
        let word = self.words.get(id as usize);
        word.and_then(|w| self.text.get(w.start as usize..w.start as usize + usize::from(w.bytes))).unwrap_or_default()
    }

    /// How many characters a word has.
    pub(super) fn chars(&self, id: WordId) -> usize {
        self.words.get(id as usize).map_or(0, |w| usize::from(w.chars))
    }

    /// What part of a name a word may be.
    pub(super) fn part(&self, id: WordId) -> Part {
        self.words.get(id as usize).map_or(Part::Other, |w| w.part)
    }

    /// The rarer the word, the higher.
    pub(super) fn cost(&self, id: WordId) -> f32 {
        self.words.get(id as usize).map_or(f32::INFINITY, |w| w.cost)
    }

    pub(super) fn root(&self) -> &Node {
        const NOTHING: &Node = &Node { syllable: 0, children: 0..0, words: 0..0 };
        self.nodes.first().unwrap_or(NOTHING)
    }

    pub(super) fn children(&self, node: &Node) -> &[Node] {
        self.nodes.get(node.children.start as usize..node.children.end as usize).unwrap_or_default()
    }

    pub(super) fn syllable(&self, id: u16) -> &str {
        self.syllables.get(usize::from(id)).map_or("", String::as_str)
    }

    /// Words of two and more characters with these initials, the most common first.
    pub(super) fn with_initials(&self, initials: &str) -> &[WordId] {
        self.by_initials.get(initials).map(Vec::as_slice).unwrap_or_default()
    }

    fn of(spelt: Vec<(String, &str, u32)>, is_complete: bool) -> Self {
        let mut syllables: Vec<String> =
            spelt.iter().flat_map(|(said, ..)| said.split(' ')).map(str::to_owned).collect();
        syllables.sort_unstable();
        syllables.dedup();
        syllables.shrink_to_fit();
        let place = |said: &str| {
            syllables.binary_search_by(|s| s.as_str().cmp(said)).ok().and_then(|at| u16::try_from(at).ok())
        };
        let mut entries: Vec<Entry<'_>> = spelt
            .iter()
            .filter_map(|(said, word, weight)| {
                let syllables = said.split(' ').map(place).collect::<Option<Vec<_>>>()?;
                Some(Entry { syllables, word, weight: *weight })
            })
            .collect();
        entries.sort_by(|a, b| a.syllables.cmp(&b.syllables).then(a.word.cmp(b.word)).then(b.weight.cmp(&a.weight)));
        entries.dedup_by(|b, a| a.syllables == b.syllables && a.word == b.word);
        entries.sort_by(|a, b| a.syllables.cmp(&b.syllables).then(b.weight.cmp(&a.weight)).then(a.word.cmp(b.word)));
        let names = NameWords::new();
        let total: f64 = entries.iter().map(|e| f64::from(e.weight) + 1.0).sum();
        let mut lexicon = Self {
            text: String::new(),
            words: Vec::with_capacity(entries.len()),
            nodes: vec![Node::default()],
            by_initials: HashMap::new(),
            syllables: Vec::new(),
            is_complete,
        };
        for entry in &entries {
            let start = u32::try_from(lexicon.text.len()).unwrap_or(u32::MAX);
            lexicon.text.push_str(entry.word);
            lexicon.words.push(Word {
                start,
                bytes: u16::try_from(entry.word.len()).unwrap_or(0),
                chars: u8::try_from(entry.syllables.len()).unwrap_or(u8::MAX),
                part: names.part(entry.word),
                cost: -((f64::from(entry.weight) + 1.0) / total).ln() as f32,
            });
        }
        lexicon.grow(0, &entries, 0..entries.len(), 0);
        lexicon.fill_initials(&entries, &syllables);
        lexicon.syllables = syllables;
        lexicon
    }

    /// Makes the node of entries that share their first syllables, and those below it.
    fn grow(&mut self, node: usize, entries: &[Entry<'_>], range: Range<usize>, depth: usize) {
        let ending = entries[range.clone()].iter().take_while(|e| e.syllables.len() == depth).count();
        let id = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let first_child = self.nodes.len();
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut start = range.start + ending;
        while start < range.end {
            let syllable = entries[start].syllables[depth];
            let same = entries[start..range.end].iter().take_while(|e| e.syllables[depth] == syllable).count();
            self.nodes.push(Node { syllable, ..Node::default() });
            groups.push(start..start + same);
            start += same;
        }
        self.nodes[node].words = id(range.start)..id(range.start + ending);
        self.nodes[node].children = id(first_child)..id(self.nodes.len());
        for (child, group) in (first_child..).zip(groups) {
            self.grow(child, entries, group, depth + 1);
        }
    }

    fn fill_initials(&mut self, entries: &[Entry<'_>], syllables: &[String]) {
        for (id, entry) in (0..).zip(entries).filter(|(_, entry)| entry.syllables.len() > 1) {
            let first = |syllable: &u16| syllables.get(usize::from(*syllable)).and_then(|s| s.chars().next());
            let initials: String = entry.syllables.iter().filter_map(first).collect();
            self.by_initials.entry(initials).or_default().push(id);
        }
        for ids in self.by_initials.values_mut() {
            ids.sort_by(|a, b| self.words[*a as usize].cost.total_cmp(&self.words[*b as usize].cost));
            ids.truncate(INITIALS_WORDS_MAX);
            ids.shrink_to_fit();
        }
    }
}

/// The words that names are made of.
struct NameWords {
    surnames: HashSet<&'static str>,
    given: HashSet<&'static str>,
    of_given: HashSet<char>,
}

impl NameWords {
    fn new() -> Self {
        let given: HashSet<&str> = GIVEN_NAMES.split_whitespace().collect();
        let of_given = given.iter().flat_map(|name| name.chars()).chain(GIVEN_CHARS.chars()).collect();
        Self { surnames: SURNAMES.split_whitespace().collect(), given, of_given }
    }

    fn part(&self, word: &str) -> Part {
        let is_of_given = word.len() <= 4 && word.chars().all(|c| self.of_given.contains(&c));
        match (self.surnames.contains(word), self.given.contains(word), is_of_given) {
            (true, _, true) => Part::Either,
            (true, ..) => Part::Surname,
            (_, true, _) => Part::Given,
            (_, _, true) => Part::OfGiven,
            _ => Part::Other,
        }
    }
}

/// What the dictionary says of how words are pronounced.
struct Readings<'a> {
    lines: Vec<(&'a str, &'a str, u32)>,
    /// Each word with its most common reading.
    by_word: HashMap<&'a str, (&'a str, u32)>,
}

impl<'a> Readings<'a> {
    fn new(dictionary: &'a str) -> Self {
        let lines: Vec<(&str, &str, u32)> = dictionary
            .lines()
            .filter_map(|line| {
                let mut parts = line.split('\t');
                Some((parts.next()?, parts.next()?, parts.next()?.parse().ok()?))
            })
            .collect();
        let mut by_word: HashMap<&str, (&str, u32)> = HashMap::with_capacity(lines.len());
        for (word, said, weight) in &lines {
            let known = by_word.entry(word).or_insert((said, *weight));
            if *weight > known.1 {
                *known = (said, *weight);
            }
        }
        Self { lines, by_word }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn lines(&self) -> impl Iterator<Item = (String, &'a str, u32)> {
        self.lines.iter().map(|(word, said, weight)| ((*said).to_owned(), *word, *weight))
    }

    /// How a word is said, by the longest known words in it; none when it is not all hanzi.
    fn of(&self, word: &str) -> Option<String> {
        let mut said = Vec::new();
        let mut rest = word;
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(WORD_CHARS_MAX);
            let longest = ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| {
                let part = rest.get(..end)?;
                self.by_word.get(part).map(|(said, _)| (end, (*said).to_owned()))
            });
            let first = rest.chars().next()?;
            let (end, part) = match longest {
                Some(found) => found,
                None => (first.len_utf8(), first.to_pinyin()?.plain().replace('ü', "v")),
            };
            said.push(part);
            rest = rest.get(end..)?;
        }
        (!said.is_empty()).then(|| said.join(" "))
    }
}

fn without_tones(pinyin: &str) -> String {
    pinyin.chars().filter(|c| !c.is_ascii_digit()).collect()
}
