//! Names found by what is typed of their pronunciation: in full, by initials, unfinished, and mixed with hanzi.
//! What was typed must all be there in a row; it guesses no letter that is missing.

use std::ops::Range;

use super::names::Names;
use super::sound::{SOUNDS, Syllable};
use super::text::is_hanzi;

/// Longest query that is spelt, in letters and hanzi; a place in it is a bit of a number.
const UNITS_MAX: usize = 60;

/// A query as steps: from which place of it a character of a name leads to which.
#[derive(Debug)]
pub struct Speller {
    units: usize,
    /// For each character of the alphabet and each place, the places it leads to, as bits.
    steps: Vec<u64>,
    /// For each character the places it leads on from, as bits.
    begins: Vec<u64>,
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

impl Speller {
    /// Makes the steps of a query for the names' alphabet; none when it has no letters or is too long.
    pub fn new(query: &[char], names: &Names, spelling: Spelling) -> Option<Self> {
        let units = query.len();
        if units == 0 || units > UNITS_MAX || !query.iter().any(char::is_ascii_lowercase) {
            return None;
        }
        let letters = |at: usize| query.iter().skip(at).take_while(|c| c.is_ascii_lowercase()).collect();
        let runs: Vec<String> = (0..units).map(letters).collect();
        let ends_of = |syllable: &Syllable| -> Vec<u64> {
            runs.iter().enumerate().map(|(at, run)| ends(syllable, run, at, spelling)).collect()
        };
        let of_syllables: Vec<Vec<u64>> = SOUNDS.all().iter().map(ends_of).collect();
        let alphabet = names.alphabet();
        let mut steps = vec![0; alphabet.len() * units];
        let mut begins = vec![0; alphabet.len()];
        for (letter, c) in alphabet.iter().enumerate() {
            let row = &mut steps[letter * units..(letter + 1) * units];
            for (at, unit) in query.iter().enumerate().filter(|(_, unit)| *unit == c) {
                debug_assert!(unit == c);
                row[at] |= 1 << (at + 1);
            }
            if is_hanzi(*c) {
                for id in SOUNDS.readings(*c) {
                    let Some(ends) = of_syllables.get(usize::from(id)) else { continue };
                    row.iter_mut().zip(ends).for_each(|(step, end)| *step |= end);
                }
            }
            begins[letter] = row.iter().enumerate().filter(|(_, s)| **s != 0).fold(0, |bits, (at, _)| bits | 1 << at);
        }
        Some(Self { units, steps, begins })
    }

    /// Where a name says all of the query, at its first such place.
    pub fn find(&self, letters: &[u16]) -> Option<Spelt> {
        (0..letters.len()).find_map(|start| {
            let first = *letters.get(start)?;
            // Most characters are no beginning: one look, and on.
            if self.begins.get(usize::from(first))? & 1 == 0 {
                return None;
            }
            self.end(letters.get(start..)?).map(|length| Spelt { at: start..start + length })
        })
    }

    /// How many characters it takes from here to say all of the query.
    fn end(&self, letters: &[u16]) -> Option<usize> {
        let mut reached = 1_u64;
        for (at, letter) in letters.iter().enumerate() {
            let letter = usize::from(*letter);
            let mut open = reached & self.begins.get(letter)?;
            if open == 0 {
                return None;
            }
            reached = 0;
            while open != 0 {
                reached |= self.steps.get(letter * self.units + open.trailing_zeros() as usize)?;
                open &= open - 1;
            }
            if reached & (1 << self.units) != 0 {
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
        Speller::new(&query, &names, spelling)?.find(names.letters(0)).map(|spelt| spelt.at)
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
