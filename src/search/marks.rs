//! Which part of a title was asked for, for the eye. It changes no rank.

use std::collections::HashSet;
use std::ops::Range;

use super::names::{Feature, Names, features};
use super::spell::Speller;
use super::text::{placed, significant};
use super::title::syllables;
use super::wish::unwrapped;

/// What was asked for, ready to be looked up in titles.
pub struct Marker<'a> {
    asked: HashSet<Feature>,
    sounds: HashSet<Feature>,
    speller: Option<&'a Speller<'a>>,
    names: &'a Names,
}

impl<'a> Marker<'a> {
    /// A marker for all that a query was taken to mean.
    pub fn new(asked: &[Vec<char>], speller: Option<&'a Speller<'a>>, names: &'a Names) -> Self {
        let mut all = HashSet::new();
        let mut sounds = HashSet::new();
        for text in asked {
            let wish = unwrapped(text);
            all.extend(features(&wish));
            sounds.extend(wish.windows(2).filter_map(|pair| names.sound(pair[0], pair[1])));
            let groups = syllables(&wish);
            sounds.extend(groups.windows(2).filter_map(|pair| Some(Feature::Sound(pair[0]?, pair[1]?))));
        }
        Self { asked: all, sounds, speller, names }
    }

    /// The bytes of a title that were asked for; `letters` is the name it was found by.
    pub fn marks(&self, title: &str, letters: &[u16]) -> Vec<Range<usize>> {
        let placed: Vec<(char, Range<usize>)> = placed(title).collect();
        let is_title = self.names.alphabet().get(letters.first().map_or(usize::MAX, |l| usize::from(*l)))
            == significant(title).first();
        if let Some(spelt) = self.speller.filter(|_| is_title).and_then(|speller| speller.find(letters)) {
            return joined(placed.into_iter().skip(spelt.at.start).take(spelt.at.len()).map(|(_, bytes)| bytes));
        }
        let is_asked = |a: char, b: char| {
            self.asked.contains(&Feature::Pair(a, b))
                || self.names.sound(a, b).is_some_and(|s| self.sounds.contains(&s))
        };
        let pairs = placed.windows(2).filter(|pair| is_asked(pair[0].0, pair[1].0));
        let marks = joined(pairs.map(|pair| pair[0].1.start..pair[1].1.end));
        if !marks.is_empty() {
            return marks;
        }
        joined(placed.into_iter().filter(|(c, _)| self.asked.contains(&Feature::One(*c))).map(|(_, bytes)| bytes))
    }
}

/// Ranges in order, those that touch made one.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
