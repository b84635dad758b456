//! What the voice knows of pronunciation, as `deploy/setup.sh` packed it from the tables of pypinyin (MIT).
//! It packs it once more, into a tree that is read in place; words of the office come with the release.

use std::collections::{BTreeMap, HashMap};

use crate::{cached, tree};

const MISSING: &str = "no tables of pronunciation: run deploy/setup.sh; without them the neural voice stays silent";

/// The tree of the words in bytes, before it their number, after it what the words sound like, a line each; and the
/// homophones as they are.
pub fn pack() -> Result<(Vec<u8>, Vec<u8>), String> {
    let text = String::from_utf8(cached("phonemes/phonemes.tsv", MISSING)?).map_err(|_| MISSING.to_owned())?;
    let parts = text.strip_prefix("# words\n").and_then(|text| text.split_once("# homophones\n"));
    let Some((words, homophones)) = parts else { return Err(MISSING.to_owned()) };
    // Words that sound alike share their line; the first line is empty, so that no place is 0.
    let mut lines = "\n".to_owned();
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut packed: BTreeMap<String, u32> = BTreeMap::new();
    for (word, said) in words.lines().filter_map(|line| line.split_once('\t')) {
        let place = *places.entry(said).or_insert_with(|| {
            let place = u32::try_from(lines.len()).unwrap_or(u32::MAX);
            lines.push_str(said);
            lines.push('\n');
            place
        });
        packed.insert(word.to_owned(), place);
    }
    let tree = tree::pack(&packed)?;
    let length = u32::try_from(tree.len()).map_err(|_| "too many words".to_owned())?;
    Ok(([length.to_le_bytes().to_vec(), tree, lines.into_bytes()].concat(), homophones.as_bytes().to_vec()))
}
