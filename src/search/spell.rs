//! Names found by what is typed of their pronunciation: in full, by initials, unfinished, and mixed with hanzi.
//! What was typed must all be there in a row; it guesses no letter that is missing.

use std::ops::Range;
use std::rc::Rc;

use super::names::{Letter, Names};
use super::sound::{SOUNDS, Syllable, SyllableId};

/// Longest query that is spelt, in letters and hanzi; a place in it is a bit of a number.
const UNITS_MAX: usize = 60;

/// A query as steps: from which place of it a syllable leads to which.
#[derive(Debug)]
pub struct Steps {
    query: Vec<char>,
    /// For each syllable and each place, the places it leads to, as bits.
    of_syllables: Vec<u64>,
    /// For each syllable the places it leads on from, as bits.
    begins: Vec<u64>,
}

/// The steps of a query in the alphabet of names.
#[derive(Debug)]
pub struct Speller<'a> {
    steps: Rc<Steps>,
    names: &'a Names,
    /// For each character of the alphabet the places it leads on from, as bits.
    begins: Vec<u64>,
    /// The same where it stands in the query itself.
    same: Vec<u64>,
    /// What each character is as the first of a match.
    firsts: Vec<First>,
}

/// What a character is as the first of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// It says nothing of how the query begins.
    No,
    /// It says how the query begins.
    Begins,
    /// It says all of the query.
    All,
}

/// Where a name says what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelt {
    /// The characters of the name, by their places among its significant ones.
    pub at: Range<usize>,
}

/// How far what was typed may be from the right spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Letter by letter.
    Right,
    /// z for zh, n for ng and the other way round.
    Alike,
}

impl Steps {
    /// The steps of a query; none when it has no letters or is too long.
    pub fn new(query: &[char], spelling: Spelling) -> Option<Self> {
        let units = query.len();
        if units == 0 || units > UNITS_MAX || !query.iter().any(char::is_ascii_lowercase) {
            return None;
        }
        let syllables = SOUNDS.all().len();
        let mut steps =
            Self { query: query.to_vec(), of_syllables: vec![0; syllables * units], begins: vec![0; syllables] };
        for at in 0..units {
            let run: String = query.iter().skip(at).take_while(|c| c.is_ascii_lowercase()).collect();
            for id in run.bytes().next().map_or(0..0, |first| SOUNDS.beginning_with(first)) {
                let id = usize::from(id);
                let bits = SOUNDS.all().get(id).map_or(0, |syllable| ends(syllable, &run, at, spelling));
                steps.of_syllables[id * units + at] = bits;
                steps.begins[id] |= u64::from(bits != 0) << at;
            }
        }
        Some(steps)
    }

    /// How many letters were typed.
    pub fn letters(&self) -> usize {
        self.query.iter().filter(|c| c.is_ascii_lowercase()).count()
    }

    fn units(&self) -> usize {
        self.query.len()
    }

    fn ends(&self, syllable: SyllableId, at: usize) -> u64 {
        self.of_syllables.get(usize::from(syllable) * self.units() + at).copied().unwrap_or(0)
    }

    /// The groups of the syllables that lead on from a place, each with all the places it leads to.
    fn groups(&self, at: usize) -> Vec<(u16, u64)> {
        let mut groups: Vec<(u16, u64)> = Vec::new();
        let letter = self.query.get(at).and_then(|c| u8::try_from(*c).ok()).unwrap_or(0);
        for id in SOUNDS.beginning_with(letter) {
            let (group, ends) = (SOUNDS.folded(id), self.ends(id, at));
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, known)) => *known |= ends,
                None => groups.push((group, ends)),
            }
        }
        groups.retain(|(_, ends)| *ends != 0);
        groups
    }
}

impl<'a> Speller<'a> {
    /// The steps in the alphabet of these names.
    pub fn new(steps: Rc<Steps>, names: &'a Names) -> Self {
        let mut same = vec![0; names.alphabet().len()];
        for (at, c) in steps.query.iter().enumerate() {
            if let Some(bits) = same.get_mut(usize::from(names.letter(*c))) {
                *bits |= 1_u64 << at;
            }
        }
        let begins = same.iter().enumerate().map(|(letter, same)| {
            let of_syllable = |id: SyllableId| steps.begins.get(usize::from(id)).copied().unwrap_or(0);
            names.readings(letter).fold(*same, |bits, id| bits | of_syllable(id))
        });
        let begins: Vec<u64> = begins.collect();
        let mut speller = Self { steps, names, begins, same, firsts: Vec::new() };
        let whole = 1 << speller.steps.units();
        let first = |(letter, begins): (usize, &u64)| match begins & 1 != 0 {
            true if speller.step(letter, 0) & whole != 0 => First::All,
            true => First::Begins,
            false => First::No,
        };
        speller.firsts = speller.begins.iter().enumerate().map(first).collect();
        speller
    }

    /// Where a name says all of the query, at its first such place.
    pub fn find(&self, letters: &[Letter]) -> Option<Spelt> {
        for (start, letter) in letters.iter().enumerate() {
            // Most characters are no beginning: one look, and on.
            match self.firsts.get(usize::from(*letter))? {
                First::No => {}
                First::All => return Some(Spelt { at: start..start + 1 }),
                First::Begins => {
                    if let Some(length) = self.end(letters.get(start..)?) {
                        return Some(Spelt { at: start..start + length });
                    }
                }
            }
        }
        None
    }

    /// Lists of names among which all are that say the query; none when they would be longer than all names.
    pub fn candidates(&self) -> Option<Vec<&'a [u32]>> {
        let names = self.names;
        // What is no letter must stand in the name itself.
        let others = self.steps.query.iter().filter(|c| !c.is_ascii_lowercase()).map(|c| names.letter(*c));
        if let Some(rarest) = others.map(|l| names.with_letter(l)).min_by_key(|list| list.len()) {
            return Some(vec![rarest]);
        }
        // One character that says all of it, or two neighbours that say how it begins.
        let all = (0..).zip(&self.firsts).filter(|(_, first)| **first == First::All);
        let mut lists: Vec<&[u32]> = all.map(|(letter, _)| names.with_letter(letter)).collect();
        let mut seconds: Vec<Option<Vec<(u16, u64)>>> = vec![None; self.steps.units()];
        for (first, ends) in self.steps.groups(0) {
            let mut is_second = vec![false; SOUNDS.groups()];
            for (at, groups) in seconds.iter_mut().enumerate().filter(|(at, _)| ends >> at & 1 != 0) {
                for (group, _) in groups.get_or_insert_with(|| self.steps.groups(at)) {
                    is_second[usize::from(*group)] = true;
                }
            }
            let second = (0..).zip(is_second).filter(|(_, is)| *is).map(|(group, _)| group);
            lists.extend(second.map(|second| names.with_sounds(first, second)));
        }
        // Letters that stand in names as they are.
        lists.extend(self.steps.query.iter().map(|c| names.with_letter(names.letter(*c))));
        let longest: usize = lists.iter().map(|list| list.len()).sum();
        (longest <= names.len()).then_some(lists)
    }

    /// The places of the query that a character leads to from one place, as bits.
    fn step(&self, letter: usize, at: usize) -> u64 {
        let same = self.same.get(letter).map_or(0, |bits| (bits >> at & 1) << (at + 1));
        self.names.readings(letter).fold(same, |bits, id| bits | self.steps.ends(id, at))
    }

    /// How many characters it takes from here to say all of the query.
    fn end(&self, letters: &[Letter]) -> Option<usize> {
        let mut reached = 1_u64;
        for (at, letter) in letters.iter().enumerate() {
            let mut open = reached & self.begins.get(usize::from(*letter))?;
            if open == 0 {
                return None;
            }
            reached = 0;
            while open != 0 {
                reached |= self.step(usize::from(*letter), open.trailing_zeros() as usize);
                open &= open - 1;
            }
            if reached & (1 << self.steps.units()) != 0 {
                return Some(at + 1);
            }
        }
        None
    }
}

/// The places of the query that a syllable leads to from one place, as bits.
fn ends(syllable: &Syllable, run: &str, at: usize, spelling: Spelling) -> u64 {
    let forms = match spelling {
        Spelling::Right => &syllable.forms[..1],
        Spelling::Alike => &syllable.forms[..],
    };
    // All forms of a syllable begin with the same letter.
    let Some(right) = forms.first().filter(|right| right.as_bytes().first() == run.as_bytes().first()) else {
        return 0;
    };
    let mut bits = 0;
    for form in forms {
        if run.starts_with(form.as_str()) {
            bits |= 1 << (at + form.len());
        }
        // Unfinished, where no letter follows.
        if form.starts_with(run) {
            bits |= 1 << (at + run.len());
        }
    }
    bits |= 1 << (at + 1);
    if syllable.initial_letters == 2 && run.get(..2) == right.get(..2) {
        bits |= 1 << (at + 2);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(query: &str, name: &str, spelling: Spelling) -> Option<Range<usize>> {
        let names = Names::new(std::iter::once((0, name)));
        let query: Vec<char> = query.chars().collect();
        let steps = Rc::new(Steps::new(&query, spelling)?);
        let speller = Speller::new(steps, &names);
        let found = speller.find(names.letters(0)).map(|spelt| spelt.at);
        // Whoever is found is among the candidates.
        assert!(found.is_none() || speller.candidates().is_none_or(|lists| lists.iter().any(|list| !list.is_empty())));
        found
    }

    #[test]
    fn a_name_is_found_in_full_by_initials_unfinished_and_mixed() {
        let title = "居民身份证补领";
        for (query, found) in [
            ("shenfenzheng", 2..5),
            ("sfz", 2..5),
            ("shfzh", 2..5),
            ("shenfenz", 2..5),
            ("shenfenzhengb", 2..6),
            ("jum", 0..2),
            ("身份zheng", 2..5),
            ("身fz补ling", 2..7),
            ("juminshenfenzhengbuling", 0..7),
        ] {
            assert_eq!(at(query, title, Spelling::Right), Some(found), "{query}");
        }
        for query in ["xxqq", "sfzz", "shenzheng", "身份补", "zsf"] {
            assert_eq!(at(query, title, Spelling::Right), None, "{query}");
        }
    }

    #[test]
    fn sounds_that_many_do_not_tell_apart_are_found_when_asked_for() {
        assert_eq!(at("senfenzen", "居民身份证补领", Spelling::Right), None);
        assert_eq!(at("senfenzen", "居民身份证补领", Spelling::Alike), Some(2..5));
        assert_eq!(at("yinhang", "银行开户", Spelling::Right), Some(0..2), "the less usual reading");
        assert_eq!(at("lvshi", "律师执业", Spelling::Alike), Some(0..2));
        assert_eq!(at("lushi", "律师执业", Spelling::Alike), Some(0..2));
    }

    #[test]
    fn a_query_without_letters_or_without_end_is_not_spelt() {
        assert_eq!(at("身份证", "身份证", Spelling::Right), None);
        assert_eq!(at(&"s".repeat(200), "身份证", Spelling::Right), None);
        assert_eq!(at(&"s".repeat(UNITS_MAX), &"身".repeat(90), Spelling::Right), Some(0..UNITS_MAX));
    }
}
