//! Words with a number each, as a tree of characters in the bytes that the build packed: nothing of it is on the heap,
//! and only the pages that are looked at are in memory. `build/tree.rs` packs it.

use std::ops::Range;

/// Bytes of a node: the character above, the number of its word in the middle, its first child below.
const NODE: usize = 8;
const CHILD_BITS: u32 = 20;
const VALUE_BITS: u32 = 23;

/// A packed tree; one of no bytes has no words.
#[derive(Debug, Clone, Copy)]
pub struct Tree {
    bytes: &'static [u8],
}

/// A beginning of words, by its place.
#[derive(Clone, Copy)]
struct Node(usize);

/// Where all words begin.
const ROOT: Node = Node(0);

impl Tree {
    /// The tree that these bytes are.
    pub const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes }
    }

    /// The number of a word.
    pub fn get(&self, word: &str) -> Option<u32> {
        let end = word.chars().try_fold(ROOT, |node, c| self.step(node, c))?;
        self.value(end)
    }

    /// The words that a text begins with, the shortest first: how many characters each has, and its number.
    pub fn beginnings(&self, text: impl Iterator<Item = char>) -> impl Iterator<Item = (usize, u32)> {
        let nodes = text.scan(ROOT, |node, c| {
            *node = self.step(*node, c)?;
            Some(*node)
        });
        (1..).zip(nodes).filter_map(|(chars, node)| Some((chars, self.value(node)?)))
    }

    /// The beginning that is one character longer.
    fn step(&self, from: Node, c: char) -> Option<Node> {
        let Range { start, mut end } = self.children(from);
        let mut low = start;
        while low < end {
            let middle = low.midpoint(end);
            match self.char(middle).cmp(&u32::from(c)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(Node(middle)),
                std::cmp::Ordering::Greater => end = middle,
            }
        }
        None
    }

    /// The number of the word that ends here.
    fn value(&self, node: Node) -> Option<u32> {
        let value = self.node(node.0) >> CHILD_BITS & ((1 << VALUE_BITS) - 1);
        u32::try_from(value).ok().filter(|value| *value > 0)
    }

    fn children(&self, of: Node) -> Range<usize> {
        let first = |at: usize| usize::try_from(self.node(at) & ((1 << CHILD_BITS) - 1)).unwrap_or(0);
        first(of.0)..first(of.0 + 1)
    }

    fn char(&self, at: usize) -> u32 {
        u32::try_from(self.node(at) >> (CHILD_BITS + VALUE_BITS)).unwrap_or(u32::MAX)
    }

    fn node(&self, at: usize) -> u64 {
        let bytes = self.bytes.get(at * NODE..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
#[path = "../../../build/tree.rs"]
mod packer;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn tree(words: &BTreeMap<String, u32>) -> Tree {
        Tree::new(packer::pack(words).unwrap().leak())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_packed_tree_has_each_word_with_its_number_and_no_other(
            words in prop::collection::btree_map("[a-c一-三𠀀]{1,5}", 1u32..8_388_607, 0..40),
            others in prop::collection::vec("[a-d一-四𠀀]{0,6}", 0..40),
        ) {
            let tree = tree(&words);
            for word in words.keys().chain(&others) {
                prop_assert_eq!(tree.get(word), words.get(word).copied(), "{}", word);
                let begun: Vec<(usize, u32)> = tree.beginnings(word.chars()).collect();
                let ends = word.char_indices().map(|(at, c)| &word[..at + c.len_utf8()]);
                let known = (1..).zip(ends).filter_map(|(n, begin)| Some((n, *words.get(begin)?)));
                prop_assert_eq!(begun, known.collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_build_without_words_has_none() {
        let tree = Tree::new(&[]);
        assert!(tree.get("一").is_none() && tree.get("").is_none());
    }

    #[test]
    fn what_does_not_fit_is_refused_when_it_is_packed() {
        for number in [0, 1 << VALUE_BITS] {
            assert!(packer::pack(&BTreeMap::from([("一".to_owned(), number)])).is_err());
        }
    }
}
