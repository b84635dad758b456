//! How hanzi are pronounced: the syllables of Mandarin, what people type for them, and which of them sound alike.
//! It knows no words; which reading is right in a word is not its business, all of them count.

use std::collections::{BTreeSet, HashMap};
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// Most readings of a character that count.
pub const READINGS_MAX: usize = 4;
/// Longest syllable in letters: zhuang.
const LETTERS_MAX: usize = 6;

/// A syllable, by its place among all of them.
pub type SyllableId = u16;

/// What is known of one syllable.
#[derive(Debug)]
pub struct Syllable {
    /// What people type for it, the right spelling first.
    pub forms: Vec<String>,
    /// How many letters its initial has.
    pub initial_letters: usize,
    /// The group of the syllables that sound alike: zh as z, ch as c, sh as s, ng as n.
    pub folded: u16,
}

/// All syllables of Mandarin.
pub struct Sounds {
    syllables: Vec<Syllable>,
    by_form: HashMap<String, SyllableId>,
    /// Where the syllables of each first letter are.
    by_first: Vec<Range<SyllableId>>,
    groups: usize,
    /// For each of the common hanzi the group of its usual reading.
    usual: Vec<Option<u16>>,
}

/// The hanzi of which there is a table; the rarer ones are looked up.
const COMMON_HANZI: RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

/// The one table of syllables.
pub static SOUNDS: LazyLock<Sounds> = LazyLock::new(Sounds::new);

impl Sounds {
    fn new() -> Self {
        let spelt: BTreeSet<String> =
            COMMON_HANZI.filter_map(|c| c.to_pinyin()).filter_map(|p| spelling(p.plain())).collect();
        let mut groups: HashMap<String, u16> = HashMap::new();
        let mut syllables = Vec::new();
        let mut by_form = HashMap::new();
        for (id, text) in (0..).zip(&spelt) {
            let next = u16::try_from(groups.len()).unwrap_or(u16::MAX);
            let folded = *groups.entry(folded(text)).or_insert(next);
            let initial_letters = if text.get(1..2) == Some("h") { 2 } else { 1 };
            syllables.push(Syllable { forms: forms(text), initial_letters, folded });
            by_form.insert(text.clone(), id);
        }
        for (id, syllable) in (0..).zip(&syllables) {
            for form in &syllable.forms {
                by_form.entry(form.clone()).or_insert(id);
            }
        }
        // In the order of their letters, all of one first letter stand together.
        let before = |letter: u8| spelt.iter().take_while(|text| text.as_bytes() < [letter].as_slice()).count();
        let place = |letter: u8| SyllableId::try_from(before(letter)).unwrap_or(SyllableId::MAX);
        let by_first = (b'a'..=b'z').map(|letter| place(letter)..place(letter + 1)).collect();
        let mut sounds = Self { syllables, by_form, by_first, groups: groups.len(), usual: Vec::new() };
        sounds.usual = COMMON_HANZI.map(|c| sounds.usual_of(c)).collect();
        sounds
    }

    /// The group of the syllable in which a character is usually pronounced; none for what is no hanzi.
    pub fn usual(&self, c: char) -> Option<u16> {
        let place = u32::from(c).checked_sub(u32::from(*COMMON_HANZI.start())).and_then(|at| usize::try_from(at).ok());
        match place.and_then(|at| self.usual.get(at)) {
            Some(known) => *known,
            None => self.usual_of(c),
        }
    }

    fn usual_of(&self, c: char) -> Option<u16> {
        let id = spelling(c.to_pinyin()?.plain()).and_then(|text| self.by_form.get(&text).copied());
        id.or_else(|| self.readings(c).first().copied()).map(|id| self.folded(id))
    }

    /// How many groups of syllables there are that sound alike.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The syllables that begin with a letter; all that people type for one begins with the same.
    pub fn beginning_with(&self, letter: u8) -> Range<SyllableId> {
        let place = usize::from(letter.wrapping_sub(b'a'));
        self.by_first.get(place).cloned().unwrap_or(0..0)
    }

    /// All syllables, in the order of their ids.
    pub fn all(&self) -> &[Syllable] {
        &self.syllables
    }

    /// All readings of a character, the most usual first.
    pub fn readings(&self, c: char) -> Vec<SyllableId> {
        let mut readings: Vec<SyllableId> = Vec::new();
        let usual = c.to_pinyin().into_iter();
        let all = c.to_pinyin_multi().into_iter().flatten();
        for reading in usual.chain(all) {
            let id = spelling(reading.plain()).and_then(|text| self.by_form.get(&text)).copied();
            readings.extend(id.filter(|id| !readings.contains(id)));
        }
        readings.truncate(READINGS_MAX);
        readings
    }

    /// The group of syllables that sound like this one.
    pub fn folded(&self, id: SyllableId) -> SyllableId {
        self.syllables.get(usize::from(id)).map_or(id, |s| s.folded)
    }

    /// Letters as whole syllables, as few as possible; none when they are not made of syllables.
    pub fn split(&self, letters: &str) -> Option<Vec<SyllableId>> {
        // For each place the fewest syllables that lead there, and the last of them.
        let mut best: Vec<Option<(usize, usize, SyllableId)>> = vec![None; letters.len() + 1];
        *best.first_mut()? = Some((0, 0, 0));
        for end in 1..=letters.len() {
            for start in end.saturating_sub(LETTERS_MAX)..end {
                let Some((count, ..)) = best[start] else { continue };
                let Some(id) = letters.get(start..end).and_then(|part| self.by_form.get(part)) else { continue };
                if best[end].is_none_or(|(fewest, ..)| count + 1 < fewest) {
                    best[end] = Some((count + 1, start, *id));
                }
            }
        }
        let mut end = letters.len();
        let mut syllables = Vec::new();
        while end > 0 {
            let (_, start, id) = best[end]?;
            syllables.push(id);
            end = start;
        }
        syllables.reverse();
        Some(syllables)
    }
}

/// ü is typed as v; what is no syllable of letters is left out.
fn spelling(plain: &str) -> Option<String> {
    let text = plain.replace('ü', "v").replace('ê', "e");
    (text.bytes().all(|b| b.is_ascii_lowercase()) && text.len() <= LETTERS_MAX && has_vowel(&text)).then_some(text)
}

fn has_vowel(text: &str) -> bool {
    text.contains(['a', 'e', 'i', 'o', 'u', 'v'])
}

fn folded(text: &str) -> String {
    let (initial, rest) = parts(text);
    let final_ = rest.strip_suffix('g').filter(|r| r.ends_with('n')).unwrap_or(rest);
    format!("{}{final_}", initial.trim_end_matches('h'))
}

/// What people type for a syllable: as it is spelt, then with the other of each pair of sounds that many do not tell
/// apart, then with the other letters for ü.
fn forms(text: &str) -> Vec<String> {
    let (initial, rest) = parts(text);
    let initials: Vec<&str> = match initial {
        "z" | "zh" => vec!["z", "zh"],
        "c" | "ch" => vec!["c", "ch"],
        "s" | "sh" => vec!["s", "sh"],
        other => vec![other],
    };
    let stem = rest.strip_suffix('g').filter(|r| r.ends_with('n')).unwrap_or(rest);
    let finals = if stem.ends_with('n') { vec![stem.to_owned(), format!("{stem}g")] } else { vec![rest.to_owned()] };
    let mut forms = vec![text.to_owned()];
    for initial in &initials {
        for final_ in &finals {
            forms.push(format!("{initial}{final_}"));
        }
    }
    if text.contains('v') {
        forms.extend([text.replace('v', "u"), text.replace('v', "yu")]);
    }
    let mut seen = BTreeSet::new();
    forms.retain(|form| seen.insert(form.clone()));
    forms
}

/// Initial and final; a syllable without an initial begins with its first letter all the same.
fn parts(text: &str) -> (&str, &str) {
    if text.starts_with(['a', 'e', 'o']) {
        return ("", text);
    }
    text.split_at(if text.get(1..2) == Some("h") { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_syllables_of_mandarin_are_known_and_no_others() {
        let count = SOUNDS.all().len();
        assert!((395..=430).contains(&count), "{count}");
        for text in ["zhuang", "lv", "nv", "er", "a", "xiong", "shen"] {
            assert_eq!(SOUNDS.split(text).map(|s| s.len()), Some(1), "{text}");
        }
        for text in ["xxqq", "vv", "i", "bpm", "shenf"] {
            assert_eq!(SOUNDS.split(text), None, "{text}");
        }
    }

    #[test]
    fn letters_are_split_into_as_few_syllables_as_can_be() {
        let spelt = |letters| {
            let ids = SOUNDS.split(letters).unwrap_or_default();
            ids.iter().map(|id| SOUNDS.all()[usize::from(*id)].forms[0].as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(spelt("shenfenzheng"), "shen fen zheng");
        assert_eq!(spelt("jiuye"), "jiu ye");
        assert_eq!(spelt(""), "");
    }

    #[test]
    fn what_sounds_alike_is_one_group() {
        let group = |text: &str| SOUNDS.split(text).map(|ids| SOUNDS.folded(ids[0]));
        assert_eq!(group("zhang"), group("zan"));
        assert_eq!(group("sheng"), group("sen"));
        assert_ne!(group("lin"), group("lan"));
        assert_ne!(group("ge"), group("he"));
    }

    #[test]
    fn a_character_of_many_readings_is_found_by_each() {
        let readings = SOUNDS.readings('行');
        for text in ["xing", "hang"] {
            assert!(readings.contains(&SOUNDS.split(text).unwrap()[0]), "{text}");
        }
        assert!(SOUNDS.readings('a').is_empty() && SOUNDS.readings('😀').is_empty());
    }
}
