//! A quick hash for small numbers such as characters and pairs of them.
//! It resists nobody who chooses the numbers; content is signed before it is counted.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by small numbers.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// An odd number whose bits are well mixed (2⁶⁴ by the golden ratio).
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The state of the hash.
#[derive(Debug, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(MIX);
        // Maps look at the lowest bits, and multiplying mixes upwards only.
        self.0 = mixed ^ (mixed >> 32);
    }
}
