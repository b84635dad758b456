//! Every name a record can be found by, as numbers: its characters, and for each feature the names that have it.
//! It answers where something stands; what that is worth is for others to say.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::sound::SOUNDS;
use super::text::{is_hanzi, significant};

/// One thing two texts can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A character.
    One(char),
    /// Two neighbouring characters.
    Pair(char, char),
    /// Two neighbouring syllables, by their groups that sound alike.
    Sound(u16, u16),
}

/// Names in memory.
#[derive(Debug, Default)]
pub struct Names {
    /// Each distinct character once; names are made of places in this list.
    alphabet: Vec<char>,
    /// Where in the alphabet a character is.
    letters: HashMap<char, u16>,
    /// The characters of all names, one after the other.
    chars: Vec<u16>,
    /// Where each name begins, and where the last one ends.
    starts: Vec<u32>,
    /// Whose name it is.
    owners: Vec<u32>,
    /// The groups of syllables of each character of the alphabet.
    sounds: Vec<Vec<u16>>,
    /// Where the list of each feature is in `places`.
    lists: HashMap<Feature, u32>,
    list_starts: Vec<u32>,
    places: Vec<u32>,
}

impl Names {
    /// Names, each with its owner.
    pub fn new<'a>(names: impl Iterator<Item = (u32, &'a str)>) -> Self {
        let mut new = Self { starts: vec![0], ..Self::default() };
        for (owner, name) in names {
            for c in significant(name) {
                let next = u16::try_from(new.alphabet.len());
                let letter = match (new.letters.get(&c), next) {
                    (Some(letter), _) => *letter,
                    (None, Ok(next)) => {
                        new.alphabet.push(c);
                        new.letters.insert(c, next);
                        next
                    }
                    // More distinct characters than there are in use; this one is not found.
                    (None, Err(_)) => continue,
                };
                new.chars.push(letter);
            }
            new.owners.push(owner);
            new.starts.push(u32::try_from(new.chars.len()).unwrap_or(u32::MAX));
        }
        new.fill_lists();
        new
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Whose name it is.
    pub fn owner(&self, name: usize) -> usize {
        self.owners.get(name).map_or(usize::MAX, |owner| *owner as usize)
    }

    /// The characters of a name as places in the alphabet.
    pub fn letters(&self, name: usize) -> &[u16] {
        self.range(name).and_then(|range| self.chars.get(range)).unwrap_or_default()
    }

    /// The characters of a name.
    pub fn chars(&self, name: usize) -> impl Iterator<Item = char> {
        self.letters(name).iter().filter_map(|letter| self.alphabet.get(usize::from(*letter)).copied())
    }

    /// Each distinct character once.
    pub fn alphabet(&self) -> &[char] {
        &self.alphabet
    }

    /// The names that have a feature, in their order.
    pub fn having(&self, feature: &Feature) -> &[u32] {
        let Some(list) = self.lists.get(feature).map(|list| *list as usize) else { return &[] };
        match (self.list_starts.get(list), self.list_starts.get(list + 1)) {
            (Some(start), Some(end)) => self.places.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether a name says these groups of syllables in this order, whatever stands between them.
    pub fn says_in_order(&self, name: usize, groups: &[u16]) -> bool {
        let mut rest = self.letters(name).iter().filter_map(|letter| self.sounds.get(usize::from(*letter)));
        groups.iter().all(|group| rest.any(|sounds| sounds.contains(group)))
    }

    fn range(&self, name: usize) -> Option<Range<usize>> {
        Some(*self.starts.get(name)? as usize..*self.starts.get(name + 1)? as usize)
    }

    /// Counts first and fills then, so that nothing is kept twice.
    fn fill_lists(&mut self) {
        self.sounds = self.alphabet.iter().map(|c| sounds_of(*c)).collect();
        let mut lists: HashMap<Feature, u32> = HashMap::new();
        let mut counts: Vec<u32> = Vec::new();
        for name in 0..self.len() {
            for feature in self.features_of(name) {
                let list = *lists.entry(feature).or_insert_with(|| {
                    counts.push(0);
                    u32::try_from(counts.len() - 1).unwrap_or(u32::MAX)
                });
                counts[list as usize] += 1;
            }
        }
        let mut starts = Vec::with_capacity(counts.len() + 1);
        let mut total = 0_u32;
        for count in &counts {
            starts.push(total);
            total += count;
        }
        starts.push(total);
        let mut places = vec![0; total as usize];
        let mut next: Vec<u32> = starts.clone();
        for name in 0..self.len() {
            for feature in self.features_of(name) {
                let Some(at) = lists.get(&feature).and_then(|list| next.get_mut(*list as usize)) else { continue };
                places[*at as usize] = u32::try_from(name).unwrap_or(u32::MAX);
                *at += 1;
            }
        }
        (self.lists, self.list_starts, self.places) = (lists, starts, places);
    }

    fn features_of(&self, name: usize) -> Vec<Feature> {
        let letters = self.letters(name);
        let mut features = features(&self.chars(name).collect::<Vec<_>>());
        let sounds = |letter: &u16| self.sounds.get(usize::from(*letter)).map(Vec::as_slice).unwrap_or_default();
        for pair in letters.windows(2) {
            for first in sounds(&pair[0]) {
                features.extend(sounds(&pair[1]).iter().map(|second| Feature::Sound(*first, *second)));
            }
        }
        features.sort_unstable();
        features.dedup();
        features
    }
}

/// The characters and pairs of a text, each once. A blank parts neighbours.
pub fn features(chars: &[char]) -> Vec<Feature> {
    let ones = chars.iter().filter(|c| **c != ' ').map(|c| Feature::One(*c));
    let pairs = chars.windows(2).filter(|p| !p.contains(&' ')).map(|p| Feature::Pair(p[0], p[1]));
    let mut features: Vec<Feature> = ones.chain(pairs).collect();
    features.sort_unstable();
    features.dedup();
    features
}

/// The groups of syllables a character is pronounced in, each once.
pub fn sounds_of(c: char) -> Vec<u16> {
    if !is_hanzi(c) {
        return Vec::new();
    }
    let groups: BTreeSet<u16> = SOUNDS.readings(c).into_iter().map(|id| SOUNDS.folded(id)).collect();
    groups.into_iter().collect()
}
