//! The state root: one value for all records that a terminal should have after a release.
//! It does not say which record is wrong, only that one is.

use std::collections::BTreeMap;

use crate::base::digest::{Sha256, state_root};
use crate::base::id::RecordId;

/// The root over records given with their bytes; a later record of the same id replaces the earlier one.
pub fn of_records<'a>(records: impl IntoIterator<Item = (&'a RecordId, &'a [u8])>) -> Sha256 {
    let hashes: BTreeMap<_, _> = records.into_iter().map(|(id, bytes)| (id.clone(), Sha256::of(bytes))).collect();
    state_root(&hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_every_byte_does() {
        let id = |name: &str| RecordId::new("org", name).unwrap();
        let (a, b) = (id("a"), id("b"));
        let root = of_records([(&a, b"1".as_slice()), (&b, b"2")]);
        assert_eq!(root, of_records([(&b, b"2".as_slice()), (&a, b"1")]));
        assert_ne!(root, of_records([(&a, b"2".as_slice()), (&b, b"1")]));
    }
}
