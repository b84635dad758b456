//! The title index: from a few typed characters or letters to the records that were probably meant.
//! Below the threshold it answers with nothing: an empty list is more honest than a wrong one.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::base::id::RecordId;

use super::marks::Marker;
use super::names::{Feature, Letter, Names, features};
use super::ranks::Ranks;
use super::score::Scores;
use super::sound::SOUNDS;
use super::spell::{Speller, Spelling, Steps};
use super::text::significant;
use super::weigh::{PAIR_WEIGHT, rarity, weights_of_names};
use super::wish::{Words, contains, distinct, in_hall_words, unwrapped};

/// Least score of a hit, tried on the tuned half of the labelled queries.
const SCORE_MIN: f64 = 0.36;
/// Least score of what is offered when nothing was found.
const NEAR_MIN: f64 = 0.16;
/// What makes a score differ from another one whatever is lost in rounding.
const CLEARLY: f64 = 0.001;
/// How many near titles are offered at most.
const NEAR_MAX: usize = 3;
/// What words of offices are worth that stand in very many titles.
const COMMON_SHARE: f64 = 0.25;
/// What a pair is worth that only sounds alike.
const SOUND_SHARE: f64 = 0.5;
/// What characters are worth that stand strewn about a title, where the query has them side by side.
const STREWN_SHARE: f64 = 0.8;
/// Share of an office's name against the title itself.
const ORG_SHARE: f64 = 0.6;
/// Fit of a short name whose characters stand in the title in order, as 公租房 in 公共租赁住房.
const SHORT_NAME_FIT: f64 = 0.55;
/// Fewest characters of such a short name; two stand in order in many a title by chance.
const SHORT_NAME_CHARS_MIN: usize = 3;
/// Most characters of a short name in letters.
const SHORT_NAME_CHARS_MAX: usize = 5;
/// Fit of a title that stands word for word in a longer question, whatever else was said.
const INSIDE_FIT: f64 = 0.75;
/// How much of the score is how fully the title was named; it puts the shorter of two fitting titles first.
const TITLE_SHARE: f64 = 0.12;
/// How much of the score is what the record weighs whatever was asked.
const STATIC_SHARE: f64 = 0.2;
/// What the office's synonyms are worth against the words that were typed.
const SYNONYM_SHARE: f64 = 0.98;
/// Score of a title that says all the letters that were typed; more for each of the next three.
const SPELT: f64 = 0.55;
/// Added for letters that leave little to guess: nearly all of it for full pinyin, none for initials.
const SPELT_FULL: f64 = 0.15;
/// Added for how much of the title was typed.
const SPELT_TITLE: f64 = 0.22;
/// Added when the title begins with it.
const SPELT_FIRST: f64 = 0.04;
/// Most names of one record that stand before other records' by chance.
const NAMES_OF_ONE_MAX: usize = 4;
/// What letters are worth when only some of their syllables are in the title.
const SYLLABLES_SHARE: f64 = 0.85;

/// A record that can be found.
#[derive(Debug, Clone, PartialEq)]
pub struct Doc {
    /// The record.
    pub id: RecordId,
    /// What it is called.
    pub title: String,
    /// The name of the office it belongs to; empty when it belongs to none.
    pub org_name: String,
    /// Other names: a document number, the short name of an office.
    pub also: Vec<String>,
    /// What it weighs whatever is asked, from 0 to 1; breaks ties.
    pub weight: f64,
}

/// A record that fits, and how well: 0 to 1 in thousandths.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The record.
    pub id: RecordId,
    /// What it is called.
    pub title: String,
    /// How well it fits.
    pub score: f64,
    /// The bytes of the title that were asked for.
    pub marks: Vec<Range<usize>>,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// What fits, best first, ties in the order of ids.
    pub hits: Vec<Hit>,
    /// When nothing fits, the titles that come nearest; they may be something else altogether.
    pub near: Vec<Hit>,
}

/// Titles by their characters, pairs and sounds, in memory.
#[derive(Debug, Default)]
pub struct TitleIndex {
    docs: Vec<Doc>,
    /// Titles and other names; the owner of a name is the place of its record in `docs`.
    names: Names,
    /// Weight of all features of each name.
    weights: Vec<f32>,
    /// What the owner of each name weighs whatever is asked.
    statics: Vec<f32>,
    orgs: Vec<OrgName>,
    words: Words,
}

/// The name of an office and the names of what belongs to it.
#[derive(Debug)]
struct OrgName {
    features: Vec<Feature>,
    names: Vec<u32>,
}

impl TitleIndex {
    /// An index of records and the office's own words.
    pub fn new(docs: impl IntoIterator<Item = Doc>, words: Words) -> Self {
        let mut docs: Vec<Doc> = docs.into_iter().collect();
        docs.sort_by(|a, b| a.id.cmp(&b.id));
        let owned = (0..).zip(&docs).flat_map(|(owner, doc)| {
            std::iter::once(doc.title.as_str())
                .chain(doc.also.iter().map(String::as_str))
                .map(move |name| (owner, name))
        });
        let names = Names::new(owned);
        let mut orgs: HashMap<&str, Vec<u32>> = HashMap::new();
        for name in 0..names.len() {
            let org = docs.get(names.owner(name)).map_or("", |doc| doc.org_name.as_str());
            orgs.entry(org).or_default().push(u32::try_from(name).unwrap_or(u32::MAX));
        }
        orgs.remove("");
        let orgs = orgs.into_iter().map(|(org, names)| OrgName { features: features(&significant(org)), names });
        let owner = |name: usize| docs.get(names.owner(name)).map_or(0.0, |doc| doc.weight.clamp(0.0, 1.0) as f32);
        let statics = (0..names.len()).map(owner).collect();
        let weights = weights_of_names(&names);
        Self { orgs: orgs.collect(), weights, statics, names, words, docs }
    }

    /// How many records can be found.
    pub fn len(&self) -> usize {
        self.docs.len()
    }

    /// Whether nothing can be found.
    pub fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }

    /// What fits a query, at most so many.
    pub fn find(&self, query: &str, limit: usize) -> Found {
        let typed = significant(query);
        let mut scores = Scores::new(self.names.len());
        let mut asked = vec![typed.clone()];
        self.add_characters(&typed, 1.0, &mut scores);
        let official = self.words.in_official_words(&typed);
        let is_known = |word: &[char]| word.windows(2).all(|two| self.names.has_pair(two[0], two[1]));
        let plain = [Some(&typed), official.as_ref()].into_iter().flatten();
        for said in plain.flat_map(|text| in_hall_words(text, is_known)).chain(official.clone()) {
            self.add_characters(&said, SYNONYM_SHARE, &mut scores);
            asked.push(said);
        }
        let mut speller = None;
        if typed.iter().any(char::is_ascii_lowercase) {
            for spelling in [Spelling::Right, Spelling::Alike] {
                let Some(steps) = Steps::new(&typed, spelling).map(Rc::new) else { break };
                for means in self.words.spelt(&steps) {
                    self.add_characters(means, SYNONYM_SHARE, &mut scores);
                    asked.push(means.to_vec());
                }
                self.add_spelt(speller.insert(Speller::new(steps, &self.names)), typed.len(), &mut scores);
                if scores.best() >= SCORE_MIN {
                    break;
                }
            }
            self.add_syllables(&typed, &mut scores);
        }
        let marker = Marker::new(&asked, speller.as_ref(), &self.names);
        let hits = self.ranked(&scores, SCORE_MIN..=f64::INFINITY, limit, &marker);
        let near = match hits.is_empty() {
            true => self.ranked(&scores, NEAR_MIN..=SCORE_MIN, limit.min(NEAR_MAX), &marker),
            false => Vec::new(),
        };
        Found { hits, near }
    }

    /// The best records in a range of scores.
    fn ranked(&self, scores: &Scores, range: std::ops::RangeInclusive<f64>, limit: usize, m: &Marker) -> Vec<Hit> {
        // A record has few names: the best of them are among so many.
        let mut ranks = Ranks::new(limit.saturating_mul(NAMES_OF_ONE_MAX));
        for (name, score) in scores.iter().filter(|(_, score)| range.contains(score)) {
            let weight = self.statics.get(name).map_or(0.0, |weight| f64::from(*weight));
            ranks.add(score.min(1.0) * (1.0 - STATIC_SHARE) + weight * STATIC_SHARE, name);
        }
        let mut hits: Vec<Hit> = Vec::new();
        let mut owners = Vec::new();
        for (score, name) in ranks.best() {
            let owner = self.names.owner(name);
            let Some(doc) = self.docs.get(owner).filter(|_| !owners.contains(&owner)) else { continue };
            if hits.len() >= limit {
                break;
            }
            owners.push(owner);
            let marks = m.marks(&doc.title, self.names.letters(name));
            hits.push(Hit { id: doc.id.clone(), title: doc.title.clone(), score, marks });
        }
        hits
    }

    /// Counts the characters, pairs and sounds that names have in common with a query.
    fn add_characters(&self, typed: &[char], share: f64, scores: &mut Scores) {
        let wish = unwrapped(typed);
        let telling = features(&distinct(&wish));
        let weigh = |feature: Feature| {
            let share = if telling.binary_search(&feature).is_ok() { 1.0 } else { COMMON_SHARE };
            (feature, self.asked_weight(&feature) * share)
        };
        let asked: Vec<(Feature, f64)> = features(&wish).into_iter().map(weigh).collect();
        let asked_weight: f64 = asked.iter().map(|(_, weight)| weight).sum();
        if asked_weight <= 0.0 {
            return;
        }
        let ones_weight: f64 =
            asked.iter().filter(|(f, _)| matches!(f, Feature::One(_))).map(|(_, weight)| weight).sum();
        let mut found = vec![0.0_f32; self.names.len()];
        let mut has_pair = vec![false; self.names.len()];
        for &(feature, weight) in &asked {
            if let Feature::Pair(first, second) = feature
                && let Some(sound) = self.names.sound(first, second)
            {
                self.names.having(&sound).iter().for_each(|name| has_pair[*name as usize] = true);
                add(&mut found, self.names.having(&sound), weight * SOUND_SHARE);
                add(&mut found, self.names.having(&feature), weight * (1.0 - SOUND_SHARE));
            } else {
                add(&mut found, self.names.having(&feature), weight);
            }
        }
        let is_of_pairs = asked.iter().any(|(feature, _)| matches!(feature, Feature::Pair(..)));
        let of_titles = self.add_orgs(&asked, asked_weight, &mut found);
        let short: Vec<char> = wish.iter().copied().filter(|c| *c != ' ').collect();
        let (typed, short) = (self.letters_of(typed), self.letters_of(&short));
        // What cannot be shown any more is not worth a closer look.
        let least = if scores.best() > SCORE_MIN + CLEARLY { SCORE_MIN } else { NEAR_MIN };
        let worth = (least - TITLE_SHARE - CLEARLY) / (1.0 - TITLE_SHARE);
        for (name, of_query) in found.iter().enumerate().filter(|(_, of_query)| **of_query > 0.0) {
            let of_title = of_titles.as_ref().and_then(|of_titles| of_titles.get(name)).unwrap_or(of_query);
            let (of_query, of_title) = (f64::from(*of_query), f64::from(*of_title));
            let weight = self.weights.get(name).map_or(0.0, |w| f64::from(*w));
            // Only where every character was found can a title have them in order, or be named word for word.
            let may_be_in_order = of_title + 0.01 >= ones_weight || of_title > weight * 0.99;
            if !may_be_in_order && of_query < worth * asked_weight {
                continue;
            }
            let title_part = if weight > 0.0 { (of_title / weight).min(1.0) } else { 0.0 };
            let mut fit = (of_query / asked_weight).min(1.0);
            if is_of_pairs && !has_pair.get(name).is_some_and(|has| *has) {
                fit *= STREWN_SHARE;
            }
            if may_be_in_order {
                fit = fit.max(self.fit_by_order(&typed, &short, name));
            }
            scores.raise(name, share * (fit * (1.0 - TITLE_SHARE) + title_part * TITLE_SHARE));
        }
    }

    /// Counts what the offices' names have in common with a query, for all that is theirs; gives back what titles alone
    /// had, where there is a difference.
    fn add_orgs(&self, asked: &[(Feature, f64)], asked_weight: f64, found: &mut [f32]) -> Option<Vec<f32>> {
        let mut of_titles = None;
        for org in &self.orgs {
            let common = asked.iter().filter(|(feature, _)| org.features.binary_search(feature).is_ok());
            let weight: f64 = common.map(|(_, weight)| weight).sum();
            if weight <= 0.0 {
                continue;
            }
            of_titles.get_or_insert_with(|| found.to_vec());
            for name in &org.names {
                if let Some(sum) = found.get_mut(*name as usize) {
                    *sum += (weight * ORG_SHARE * (1.0 - f64::from(*sum) / asked_weight).max(0.0)) as f32;
                }
            }
        }
        of_titles
    }

    /// Counts the names that say all the letters of a query.
    fn add_spelt(&self, speller: &Speller, units: usize, scores: &mut Scores) {
        let mut look = |name: usize| {
            let letters = self.names.letters(name);
            let Some(spelt) = speller.find(letters) else { return };
            let full = 1.0 - spelt.at.len() as f64 / units.max(1) as f64;
            let title = spelt.at.len() as f64 / letters.len().max(1) as f64;
            let first = if spelt.at.start == 0 { SPELT_FIRST } else { 0.0 };
            scores.raise(name, SPELT + SPELT_FULL * full + SPELT_TITLE * title + first);
        };
        let Some(lists) = speller.candidates() else { return (0..self.names.len()).for_each(look) };
        let mut is_seen = vec![false; self.names.len()];
        for name in lists.into_iter().flatten().map(|name| *name as usize) {
            if !std::mem::replace(&mut is_seen[name], true) {
                look(name);
            }
        }
    }

    /// Counts the neighbouring syllables that names have in common with a long query in letters.
    fn add_syllables(&self, typed: &[char], scores: &mut Scores) {
        let groups = syllables(typed);
        let mut pairs: Vec<Feature> = groups.windows(2).filter_map(|p| Some(Feature::Sound(p[0]?, p[1]?))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let asked_weight: f64 = pairs.iter().map(|f| self.weight(f)).sum();
        if scores.best() < SCORE_MIN {
            let mut found = vec![0.0_f32; self.names.len()];
            for pair in &pairs {
                add(&mut found, self.names.having(pair), self.weight(pair));
            }
            for (name, sum) in found.iter().enumerate().filter(|(_, sum)| **sum > 0.0) {
                scores.raise(name, SYLLABLES_SHARE * f64::from(*sum) / asked_weight);
            }
        }
        // A short name by its syllables: getihu for 个体工商户.
        let short: Option<Vec<u16>> = groups.into_iter().collect();
        if let Some(short) = short.filter(|short| (SHORT_NAME_CHARS_MIN..=SHORT_NAME_CHARS_MAX).contains(&short.len()))
        {
            for name in self.names.saying(&short).map(|name| name as usize) {
                if self.names.says_in_order(name, &short) {
                    scores.raise(name, SYLLABLES_SHARE * SHORT_NAME_FIT);
                }
            }
        }
    }

    /// How much a feature of a query says: a pair that no title has may have been meant as one that sounds alike.
    fn asked_weight(&self, feature: &Feature) -> f64 {
        match feature {
            Feature::Pair(first, second) if self.names.having(feature).is_empty() => {
                self.names.sound(*first, *second).map_or_else(|| self.weight(feature), |sound| self.weight(&sound))
            }
            Feature::One(_) | Feature::Pair(..) | Feature::Sound(..) => self.weight(feature),
        }
    }

    /// How much a feature says: the rarer among the names, the more; an unknown one as much as the rarest.
    fn weight(&self, feature: &Feature) -> f64 {
        let base = rarity(self.names.len(), self.names.having(feature).len());
        match feature {
            Feature::One(_) => base,
            Feature::Pair(..) | Feature::Sound(..) => base * PAIR_WEIGHT,
        }
    }

    /// A text in the letters of the names' alphabet; what no name has is none of them.
    fn letters_of(&self, text: &[char]) -> Vec<Letter> {
        text.iter().map(|c| self.names.letter(*c)).collect()
    }

    /// How well a name fits by the order of characters alone.
    fn fit_by_order(&self, typed: &[Letter], short: &[Letter], name: usize) -> f64 {
        let name = self.names.letters(name);
        if contains(typed, name) {
            return INSIDE_FIT;
        }
        let mut rest = name.iter();
        let is_short_name = short.len() >= SHORT_NAME_CHARS_MIN && short.iter().all(|c| rest.any(|t| t == c));
        if is_short_name { SHORT_NAME_FIT } else { 0.0 }
    }
}

fn add(sums: &mut [f32], names: &[u32], weight: f64) {
    for name in names {
        if let Some(sum) = sums.get_mut(*name as usize) {
            *sum += weight as f32;
        }
    }
}

/// What is typed as groups of syllables that sound alike; none where letters are no syllables.
pub(super) fn syllables(typed: &[char]) -> Vec<Option<u16>> {
    let mut groups = Vec::new();
    let mut at = 0;
    while let Some(c) = typed.get(at) {
        let run: String = typed.iter().skip(at).take_while(|c| c.is_ascii_lowercase()).collect();
        if run.is_empty() {
            groups.push(SOUNDS.usual(*c));
            at += 1;
            continue;
        }
        match SOUNDS.split(&run) {
            Some(ids) => groups.extend(ids.into_iter().map(|id| Some(SOUNDS.folded(id)))),
            None => groups.push(None),
        }
        at += run.len();
    }
    groups
}

#[cfg(test)]
mod tests;
