//! The dictionary of words and the model that guesses new ones, from Debian's `python3-jieba` (MIT).
//! It keeps words, frequencies and probabilities as they are.

use std::collections::BTreeMap;

use crate::tree;

const FOLDER: &str = "/usr/lib/python3/dist-packages/jieba";
/// The states of a character in a word, in the order that the program has them.
const STATES: [&str; 4] = ["B", "E", "M", "S"];

const MISSING: &str =
    "no dictionary of words: install python3-jieba; without it texts are found and spoken by single characters";

/// The number of all words counted, eight bytes, then the tree of the words with how often each was counted.
pub fn pack() -> Result<Vec<u8>, String> {
    let text = read("dict.txt")?;
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    let mut total: u64 = 0;
    for line in text.lines() {
        let mut parts = line.trim_start_matches('\u{feff}').split(' ');
        if let (Some(word), Some(count)) = (parts.next(), parts.next().and_then(|count| count.parse::<u32>().ok())) {
            total += u64::from(count);
            words.insert(word.to_owned(), count);
        }
    }
    Ok([total.to_le_bytes().to_vec(), tree::pack(&words)?].concat())
}

/// The model: a character in four bytes and how likely it is in each of the four states, eight bytes each, in the order
/// of the characters. What the table does not have is as unlikely as the program makes it: not a number.
pub fn pack_guess() -> Result<Vec<u8>, String> {
    let text = read("finalseg/prob_emit.py")?;
    let mut chars: BTreeMap<u32, [f64; 4]> = BTreeMap::new();
    let mut state = None;
    for line in text.lines() {
        let mut line = line.trim_start_matches("P={").trim();
        if let Some(named) = STATES.iter().position(|state| line.starts_with(&format!("'{state}': {{"))) {
            state = Some(named);
            line = line.split_once('{').map_or(line, |(_, rest)| rest);
        }
        let entry = line.trim_end_matches(['}', ',']).split_once("': ");
        let code = entry.and_then(|(c, _)| u32::from_str_radix(c.strip_prefix("'\\u")?, 16).ok());
        let chance = entry.and_then(|(_, chance)| chance.parse().ok());
        if let (Some(code), Some(chance), Some(state)) = (code, chance, state) {
            chars.entry(code).or_insert([f64::NAN; 4])[state] = chance;
        }
    }
    if chars.is_empty() {
        return Err(format!("{FOLDER}/finalseg/prob_emit.py is not the table that was meant"));
    }
    let four = |chances: &[f64; 4]| chances.iter().flat_map(|chance| chance.to_le_bytes()).collect::<Vec<u8>>();
    Ok(chars.iter().flat_map(|(code, chances)| [code.to_le_bytes().to_vec(), four(chances)].concat()).collect())
}

fn read(name: &str) -> Result<String, String> {
    let path = format!("{FOLDER}/{name}");
    println!("cargo::rerun-if-changed={path}");
    std::fs::read_to_string(path).map_err(|_| MISSING.to_owned())
}
