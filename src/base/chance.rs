//! Numbers that nobody can foresee from outside, to spread what many terminals would do at once.
//! They are no secrets: nothing that protects anybody may be made of them.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A number from 0 up to, but not including, 1.
pub fn part() -> f64 {
    /// Bits that fit into the fraction of a double.
    const BITS: u32 = 53;
    // Each state has keys of its own, which the standard library takes from the system's entropy.
    let bits = RandomState::new().build_hasher().finish() >> (u64::BITS - BITS);
    bits as f64 / (1_u64 << BITS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_over_the_whole_range() {
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let part = part();
            assert!((0.0..1.0).contains(&part));
            tenths[(part * 10.0) as usize] += 1;
        }
        assert!(tenths.iter().all(|n| (700..1300).contains(n)), "{tenths:?}");
    }
}
