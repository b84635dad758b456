//! SHA-256 values and the root over a set of records: what releases are compared by.
//! It reads no file and knows no record's content.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256 as Hasher};

use super::id::RecordId;

/// A SHA-256 value, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是64位小写十六进制的SHA-256值")]
pub struct DigestError(String);

impl Sha256 {
    /// The value of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hasher::digest(bytes).into())
    }

    /// Takes 32 raw bytes, as packs and databases hold them.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses the written form; upper case is refused so that a value has one spelling.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let fail = || DigestError(text.chars().take(80).collect());
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(fail());
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| fail())?;
        Ok(Self(bytes))
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A SHA-256 value in the making, for bytes that come in pieces.
#[derive(Default)]
pub struct Running(Hasher);

impl Running {
    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The value of everything taken.
    pub fn finish(self) -> Sha256 {
        Sha256(self.0.finalize().into())
    }
}

/// The root over a set of records: SHA-256 over `id`, a zero byte and the record's 32 bytes, in the order of ids.
/// No id contains a zero byte, so two sets never give the same input.
pub fn state_root(records: &BTreeMap<RecordId, Sha256>) -> Sha256 {
    let mut running = RunningRoot::default();
    records.iter().for_each(|(id, sha256)| running.add(id.as_str(), sha256));
    running.finish()
}

/// The root over a set of records in the making, for records that come one by one in the order of their ids.
#[derive(Default)]
pub struct RunningRoot(Running);

impl RunningRoot {
    /// Takes the next record.
    pub fn add(&mut self, id: &str, sha256: &Sha256) {
        self.0.update(id.as_bytes());
        self.0.update(&[0]);
        self.0.update(sha256.as_bytes());
    }

    /// The root over everything taken.
    pub fn finish(self) -> Sha256 {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_spelling() {
        let value = Sha256::of(b"hall");
        assert_eq!(Sha256::parse(&value.to_string()), Ok(value));
        assert!(Sha256::parse(&value.to_string().to_uppercase()).is_err());
        assert!(Sha256::parse("00").is_err());
    }

    #[test]
    fn pieces_hash_as_the_whole() {
        let mut running = Running::default();
        running.update(b"ha");
        running.update(b"ll");
        assert_eq!(running.finish(), Sha256::of(b"hall"));
    }

    #[test]
    fn a_moved_border_between_id_and_value_changes_the_root() {
        let root =
            |id: &str, body: &[u8]| state_root(&BTreeMap::from([(RecordId::parse(id).unwrap(), Sha256::of(body))]));
        assert_ne!(root("guide/a", b"x"), root("guide/b", b"x"));
        assert_ne!(root("guide/a", b"x"), root("guide/a", b"y"));
    }
}
