//! The title index: from a few typed characters or letters to the records that were probably meant.
//! Below the threshold it answers with nothing: an empty list is more honest than a wrong one.

use std::collections::HashMap;
use std::ops::Range;

use crate::base::id::RecordId;

use super::marks::Marker;
use super::names::{Feature, Names, features};
use super::score::Scores;
use super::sound::SOUNDS;
use super::spell::{Speller, Spelling};
use super::text::{is_hanzi, significant};
use super::wish::{Words, contains, distinct, in_hall_words, unwrapped};

/// Least score of a hit, tried on the tuned half of the labelled queries.
const SCORE_MIN: f64 = 0.36;
/// Least score of what is offered when nothing was found.
const NEAR_MIN: f64 = 0.16;
/// How many near titles are offered at most.
const NEAR_MAX: usize = 3;
/// Weight of a pair against a single character: neighbours say much more than characters strewn about.
const PAIR_WEIGHT: f64 = 2.0;
/// A character in most titles still says a little.
const WEIGHT_MIN: f64 = 0.15;
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
        let mut index = Self { orgs: orgs.collect(), weights: Vec::new(), names, words, docs: Vec::new() };
        index.weights = (0..index.names.len())
            .map(|name| {
                let chars: Vec<char> = index.names.chars(name).collect();
                features(&chars).iter().map(|f| index.weight(f)).sum::<f64>() as f32
            })
            .collect();
        index.docs = docs;
        index
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
        let plain = [Some(&typed), official.as_ref()].into_iter().flatten();
        for said in plain.flat_map(|text| in_hall_words(text)).chain(official.clone()) {
            self.add_characters(&said, SYNONYM_SHARE, &mut scores);
            asked.push(said);
        }
        let mut speller = None;
        if typed.iter().any(char::is_ascii_lowercase) {
            for spelling in [Spelling::Right, Spelling::Alike] {
                for means in self.words.spelt(&typed, spelling) {
                    self.add_characters(means, SYNONYM_SHARE, &mut scores);
                    asked.push(means.to_vec());
                }
                speller = Speller::new(&typed, &self.names, spelling);
                if let Some(speller) = &speller {
                    self.add_spelt(speller, typed.len(), &mut scores);
                }
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
        let fitting = scores.iter().filter(|(_, score)| range.contains(score)).filter_map(|(name, score)| {
            let owner = self.names.owner(name);
            let doc = self.docs.get(owner)?;
            let score = score.min(1.0) * (1.0 - STATIC_SHARE) + doc.weight.clamp(0.0, 1.0) * STATIC_SHARE;
            Some((thousandths(score), owner, name))
        });
        let mut ranked: Vec<(f64, usize, usize)> = fitting.collect();
        let order = |a: &(f64, usize, usize), b: &(f64, usize, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        // A record has few names: the best of them are among so many.
        let enough = limit.saturating_mul(4);
        if ranked.len() > enough && enough > 0 {
            ranked.select_nth_unstable_by(enough - 1, order);
            ranked.truncate(enough);
        }
        ranked.sort_by(order);
        let mut hits: Vec<Hit> = Vec::new();
        let mut owners = Vec::new();
        for (score, owner, name) in ranked {
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
                && let Some(sound) = sound_of(first, second)
            {
                self.names.having(&sound).iter().for_each(|name| has_pair[*name as usize] = true);
                add(&mut found, self.names.having(&sound), weight * SOUND_SHARE);
                add(&mut found, self.names.having(&feature), weight * (1.0 - SOUND_SHARE));
            } else {
                add(&mut found, self.names.having(&feature), weight);
            }
        }
        let of_titles = found.clone();
        let is_of_pairs = asked.iter().any(|(feature, _)| matches!(feature, Feature::Pair(..)));
        for org in &self.orgs {
            let common = asked.iter().filter(|(feature, _)| org.features.binary_search(feature).is_ok());
            let weight: f64 = common.map(|(_, weight)| weight).sum();
            for name in org.names.iter().filter(|_| weight > 0.0) {
                if let Some(sum) = found.get_mut(*name as usize) {
                    *sum += (weight * ORG_SHARE * (1.0 - f64::from(*sum) / asked_weight).max(0.0)) as f32;
                }
            }
        }
        for (name, (of_query, of_title)) in found.iter().zip(&of_titles).enumerate().filter(|(_, (q, _))| **q > 0.0) {
            let (of_query, of_title) = (f64::from(*of_query), f64::from(*of_title));
            let weight = self.weights.get(name).map_or(0.0, |w| f64::from(*w));
            let title_part = if weight > 0.0 { (of_title / weight).min(1.0) } else { 0.0 };
            let mut fit = (of_query / asked_weight).min(1.0);
            if is_of_pairs && !has_pair.get(name).is_some_and(|has| *has) {
                fit *= STREWN_SHARE;
            }
            // Only where every character was found can a title have them in order, or be named word for word.
            if of_title + 0.01 >= ones_weight || title_part > 0.99 {
                fit = fit.max(self.fit_by_order(typed, &wish, name));
            }
            scores.raise(name, share * (fit * (1.0 - TITLE_SHARE) + title_part * TITLE_SHARE));
        }
    }

    /// Counts the names that say all the letters of a query.
    fn add_spelt(&self, speller: &Speller, units: usize, scores: &mut Scores) {
        for name in 0..self.names.len() {
            let letters = self.names.letters(name);
            let Some(spelt) = speller.find(letters) else { continue };
            let full = 1.0 - spelt.at.len() as f64 / units.max(1) as f64;
            let title = spelt.at.len() as f64 / letters.len().max(1) as f64;
            let first = if spelt.at.start == 0 { SPELT_FIRST } else { 0.0 };
            scores.raise(name, SPELT + SPELT_FULL * full + SPELT_TITLE * title + first);
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
            for name in (0..self.names.len()).filter(|name| self.names.says_in_order(*name, &short)) {
                scores.raise(name, SYLLABLES_SHARE * SHORT_NAME_FIT);
            }
        }
    }

    /// How much a feature of a query says: a pair that no title has may have been meant as one that sounds alike.
    fn asked_weight(&self, feature: &Feature) -> f64 {
        match feature {
            Feature::Pair(first, second) if self.names.having(feature).is_empty() => {
                sound_of(*first, *second).map_or_else(|| self.weight(feature), |sound| self.weight(&sound))
            }
            Feature::One(_) | Feature::Pair(..) | Feature::Sound(..) => self.weight(feature),
        }
    }

    /// How much a feature says: the rarer among the names, the more; an unknown one as much as the rarest.
    fn weight(&self, feature: &Feature) -> f64 {
        let all = self.names.len().max(1) as f64;
        let having = self.names.having(feature).len().max(1) as f64;
        let rarity = ((all + 1.0) / having).ln() / (all + 1.0).ln();
        let base = rarity.max(WEIGHT_MIN);
        match feature {
            Feature::One(_) => base,
            Feature::Pair(..) | Feature::Sound(..) => base * PAIR_WEIGHT,
        }
    }

    /// How well a name fits by the order of characters alone.
    fn fit_by_order(&self, typed: &[char], wish: &[char], name: usize) -> f64 {
        let name: Vec<char> = self.names.chars(name).collect();
        if contains(typed, &name) {
            return INSIDE_FIT;
        }
        let mut rest = name.iter();
        let short: Vec<char> = wish.iter().copied().filter(|c| *c != ' ').collect();
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

/// How two neighbouring hanzi usually sound.
pub(super) fn sound_of(first: char, second: char) -> Option<Feature> {
    let group = |c| is_hanzi(c).then(|| SOUNDS.readings(c).first().map(|id| SOUNDS.folded(*id))).flatten();
    Some(Feature::Sound(group(first)?, group(second)?))
}

/// What is typed as groups of syllables that sound alike; none where letters are no syllables.
pub(super) fn syllables(typed: &[char]) -> Vec<Option<u16>> {
    let mut groups = Vec::new();
    let mut at = 0;
    while let Some(c) = typed.get(at) {
        let run: String = typed.iter().skip(at).take_while(|c| c.is_ascii_lowercase()).collect();
        if run.is_empty() {
            groups.push(SOUNDS.readings(*c).first().map(|id| SOUNDS.folded(*id)));
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

fn thousandths(score: f64) -> f64 {
    (score * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests;
