//! Packs words with a number each into the tree that `src/base/words/tree.rs` reads in place.

use std::collections::BTreeMap;
use std::ops::Range;

const CHILD_BITS: u32 = 20;
const VALUE_BITS: u32 = 23;

/// The tree level by level, the children of a node side by side in the order of their characters. The word's number is
/// at least 1. After the last node stands one more, so that the children of each end where those of the next begin.
pub fn pack(words: &BTreeMap<String, u32>) -> Result<Vec<u8>, String> {
    let words: Vec<(Vec<char>, u32)> = words.iter().map(|(word, number)| (word.chars().collect(), *number)).collect();
    if let Some((word, number)) = words.iter().find(|(_, number)| *number == 0 || *number >= 1 << VALUE_BITS) {
        return Err(format!("{}: {number} does not fit", word.iter().collect::<String>()));
    }
    let mut level: Vec<(char, Range<usize>)> = vec![('\0', 0..words.len())];
    let mut packed = Vec::new();
    let mut known = 1;
    let mut depth = 0;
    while !level.is_empty() {
        let mut next = Vec::new();
        for (c, range) in &level {
            let mut start = range.start;
            let ends = words[range.clone()].first().filter(|(word, _)| word.len() == depth);
            let number = ends.map_or(0, |(_, number)| *number);
            start += usize::from(ends.is_some());
            packed.extend(node(*c, number, known + next.len())?.to_le_bytes());
            while start < range.end {
                let first = words[start].0[depth];
                let same = words[start..range.end].iter().take_while(|(word, _)| word[depth] == first).count();
                next.push((first, start..start + same));
                start += same;
            }
        }
        known += next.len();
        level = next;
        depth += 1;
    }
    packed.extend(node('\0', 0, known)?.to_le_bytes());
    Ok(packed)
}

fn node(c: char, number: u32, child: usize) -> Result<u64, String> {
    match u64::try_from(child) {
        Ok(child) if child < 1 << CHILD_BITS => {
            Ok(u64::from(u32::from(c)) << (CHILD_BITS + VALUE_BITS) | u64::from(number) << CHILD_BITS | child)
        }
        _ => Err("too many words for the tree".to_owned()),
    }
}
