//! Every name a record can be found by, as numbers: its characters, and for each feature the names that have it.
//! It answers where something stands; what that is worth is for others to say.

use std::collections::BTreeSet;

use super::quick::QuickMap;
use super::sound::{READINGS_MAX, SOUNDS, SyllableId};
use super::text::{is_hanzi, significant};

/// A character by its place in the alphabet.
pub type Letter = u16;
/// A character that is in no name.
pub const NO_LETTER: Letter = Letter::MAX;
/// No syllable, and no group of syllables.
const SILENT: SyllableId = SyllableId::MAX;

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
    letters: QuickMap<char, Letter>,
    /// How each character of the alphabet may be pronounced, the most usual first.
    readings: Vec<[SyllableId; READINGS_MAX]>,
    /// The groups of syllables of each character of the alphabet.
    sounds: Vec<Vec<u16>>,
    /// The characters that are pronounced in each group of syllables.
    sounding: Vec<Vec<Letter>>,
    /// The characters of all names, one after the other.
    chars: Vec<Letter>,
    /// Where each name begins, and where the last one ends.
    starts: Vec<u32>,
    /// Whose name it is.
    owners: Vec<u32>,
    /// Which list is that of two neighbouring characters.
    pairs: QuickMap<u32, u32>,
    /// Where each list of names begins in `places`: those of characters, then of sounds, then of pairs.
    list_starts: Vec<u32>,
    places: Vec<u32>,
}

impl Names {
    /// Names, each with its owner.
    pub fn new<'a>(names: impl Iterator<Item = (u32, &'a str)>) -> Self {
        let mut new = Self { starts: vec![0], ..Self::default() };
        for (owner, name) in names {
            for c in significant(name) {
                // More distinct characters than there are in use are not found.
                let Some(letter) = new.learnt(c) else { continue };
                new.chars.push(letter);
            }
            new.owners.push(owner);
            new.starts.push(u32::try_from(new.chars.len()).unwrap_or(u32::MAX));
        }
        new.chars.shrink_to_fit();
        new.learn_sounds();
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
    pub fn letters(&self, name: usize) -> &[Letter] {
        match (self.starts.get(name), self.starts.get(name + 1)) {
            (Some(start), Some(end)) => self.chars.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Each distinct character once.
    pub fn alphabet(&self) -> &[char] {
        &self.alphabet
    }

    /// The place of a character in the alphabet; [`NO_LETTER`] when no name has it.
    pub fn letter(&self, c: char) -> Letter {
        self.letters.get(&c).copied().unwrap_or(NO_LETTER)
    }

    /// The syllables a character of the alphabet is pronounced in.
    pub fn readings(&self, letter: usize) -> impl Iterator<Item = SyllableId> {
        self.readings.get(letter).into_iter().flatten().copied().take_while(|id| *id != SILENT)
    }

    /// How two neighbouring hanzi usually sound.
    pub fn sound(&self, first: char, second: char) -> Option<Feature> {
        let usual = |c: char| match self.readings.get(usize::from(self.letter(c))) {
            Some(readings) => Some(SOUNDS.folded(readings[0])).filter(|_| readings[0] != SILENT),
            None => SOUNDS.usual(c),
        };
        Some(Feature::Sound(usual(first)?, usual(second)?))
    }

    /// The names that have a feature, in their order.
    pub fn having(&self, feature: &Feature) -> &[u32] {
        match *feature {
            Feature::One(c) => self.with_letter(self.letter(c)),
            Feature::Pair(a, b) => {
                self.pairs.get(&pair(self.letter(a), self.letter(b))).map_or(&[], |list| self.list(*list as usize))
            }
            Feature::Sound(first, second) => self.with_sounds(first, second),
        }
    }

    /// Whether two characters stand side by side in any name.
    pub fn has_pair(&self, first: char, second: char) -> bool {
        self.pairs.contains_key(&pair(self.letter(first), self.letter(second)))
    }

    /// The names that have a character of the alphabet.
    pub fn with_letter(&self, letter: Letter) -> &[u32] {
        let letter = usize::from(letter);
        if letter < self.alphabet.len() { self.list(letter) } else { &[] }
    }

    /// The names in which a character of one group of syllables stands before one of another.
    pub fn with_sounds(&self, first: u16, second: u16) -> &[u32] {
        let groups = SOUNDS.groups();
        let (first, second) = (usize::from(first), usize::from(second));
        if first < groups && second < groups { self.list(self.alphabet.len() + first * groups + second) } else { &[] }
    }

    /// The names of each character, and those of each pair of them.
    pub fn lists(&self) -> (impl Iterator<Item = &[u32]>, impl Iterator<Item = &[u32]>) {
        let ones = (0..self.alphabet.len()).map(|list| self.list(list));
        (ones, self.pairs.values().map(|list| self.list(*list as usize)))
    }

    /// The names that may say all of these groups of syllables: those that say the rarest of them, some of them twice.
    pub fn saying(&self, groups: &[u16]) -> impl Iterator<Item = u32> {
        let sounding = |group: &u16| self.sounding.get(usize::from(*group)).map(Vec::as_slice).unwrap_or_default();
        let names = |group: &&u16| -> usize { sounding(group).iter().map(|l| self.with_letter(*l).len()).sum() };
        let rarest = groups.iter().min_by_key(names).map(sounding).unwrap_or_default();
        rarest.iter().flat_map(|letter| self.with_letter(*letter).iter().copied())
    }

    /// Whether a name says these groups of syllables in this order, whatever stands between them.
    pub fn says_in_order(&self, name: usize, groups: &[u16]) -> bool {
        let mut rest = self.letters(name).iter().filter_map(|letter| self.sounds.get(usize::from(*letter)));
        groups.iter().all(|group| rest.any(|sounds| sounds.contains(group)))
    }

    fn list(&self, list: usize) -> &[u32] {
        match (self.list_starts.get(list), self.list_starts.get(list + 1)) {
            (Some(start), Some(end)) => self.places.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    fn learnt(&mut self, c: char) -> Option<Letter> {
        if let Some(letter) = self.letters.get(&c) {
            return Some(*letter);
        }
        let letter = Letter::try_from(self.alphabet.len()).ok().filter(|letter| *letter != NO_LETTER)?;
        self.alphabet.push(c);
        self.letters.insert(c, letter);
        Some(letter)
    }

    fn learn_sounds(&mut self) {
        self.sounding = vec![Vec::new(); SOUNDS.groups()];
        for (letter, c) in (0..).zip(&self.alphabet) {
            let mut readings = [SILENT; READINGS_MAX];
            let of_char = if is_hanzi(*c) { SOUNDS.readings(*c) } else { Vec::new() };
            readings.iter_mut().zip(of_char).for_each(|(place, id)| *place = id);
            let known = readings.iter().filter(|id| **id != SILENT).map(|id| SOUNDS.folded(*id));
            let groups: Vec<u16> = known.collect::<BTreeSet<u16>>().into_iter().collect();
            for group in &groups {
                if let Some(sounding) = self.sounding.get_mut(usize::from(*group)) {
                    sounding.push(letter);
                }
            }
            self.readings.push(readings);
            self.sounds.push(groups);
        }
    }

    /// Counts first and fills then, so that nothing is kept twice.
    fn fill_lists(&mut self) {
        let before_pairs = self.alphabet.len() + SOUNDS.groups() * SOUNDS.groups();
        for name in 0..self.len() {
            let range = self.starts[name] as usize..self.starts[name + 1] as usize;
            for two in self.chars[range].windows(2) {
                let next = u32::try_from(before_pairs + self.pairs.len()).unwrap_or(u32::MAX);
                self.pairs.entry(pair(two[0], two[1])).or_insert(next);
            }
        }
        let lists = before_pairs + self.pairs.len();
        let mut starts = vec![0_u32; lists + 1];
        self.each_list_once(lists, |list, _| starts[list + 1] += 1);
        for list in 0..lists {
            starts[list + 1] += starts[list];
        }
        let mut places = vec![0; starts[lists] as usize];
        let mut next = starts.clone();
        self.each_list_once(lists, |list, name| {
            places[next[list] as usize] = name;
            next[list] += 1;
        });
        (self.list_starts, self.places) = (starts, places);
    }

    /// Tells each name to the lists it belongs to, once each.
    fn each_list_once(&self, lists: usize, mut tell: impl FnMut(usize, u32)) {
        let mut last = vec![u32::MAX; lists];
        let groups = SOUNDS.groups();
        for name in 0..u32::try_from(self.len()).unwrap_or(u32::MAX) {
            let mut once = |list: usize| {
                if let Some(known) = last.get_mut(list).filter(|known| **known != name) {
                    *known = name;
                    tell(list, name);
                }
            };
            let letters = self.letters(name as usize);
            letters.iter().for_each(|letter| once(usize::from(*letter)));
            for two in letters.windows(2) {
                let (first, second) = (usize::from(two[0]), usize::from(two[1]));
                if let Some(list) = self.pairs.get(&pair(two[0], two[1])) {
                    once(*list as usize);
                }
                for a in &self.sounds[first] {
                    for b in &self.sounds[second] {
                        once(self.alphabet.len() + usize::from(*a) * groups + usize::from(*b));
                    }
                }
            }
        }
    }
}

fn pair(first: Letter, second: Letter) -> u32 {
    u32::from(first) << 16 | u32::from(second)
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
