//! Sealing letters to the office's public keys and opening them with its private one, in the format of `age`
//! (age-encryption.org/v1): other programs open what we sealed.
//! It knows nothing of what is inside, and keeps no key of its own.

use std::io::{Read, Write};
use std::iter;

use age::secrecy::ExposeSecret;
use age::x25519;

use crate::base::private::Private;

/// Largest sealed letter: the letter, its header, and a stanza for every recipient.
pub const SEALED_BYTES_MAX: usize = (1 << 20) + (64 << 10);

/// Why a letter cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The release names nobody.
    #[error("这次发布没有收件公钥，不能加密")]
    Nobody,
    /// A key that is none.
    #[error("“{0}”不是收件公钥")]
    Recipient(String),
    /// A private key that is none.
    #[error("不是解密私钥，应有一行以 AGE-SECRET-KEY-1 开头")]
    Identity,
    /// The library refused.
    #[error("不能加密")]
    Seal(#[source] std::io::Error),
    /// Sealed to somebody else.
    #[error("不是封给这把私钥的")]
    NotOurs,
    /// Damaged, or no sealed letter at all.
    #[error("密封件已损坏")]
    Damaged,
    /// More inside than any letter has.
    #[error("密封件过大")]
    Long,
}

/// Seals to every key that the release names, so that each of them opens it.
pub struct Sealer {
    recipients: Vec<x25519::Recipient>,
}

impl Sealer {
    /// A sealer for these keys (`age1…`).
    pub fn new(recipients: &[String]) -> Result<Self, SealError> {
        if recipients.is_empty() {
            return Err(SealError::Nobody);
        }
        let parsed = recipients.iter().map(|text| text.parse().map_err(|_| SealError::Recipient(text.clone())));
        Ok(Self { recipients: parsed.collect::<Result<_, _>>()? })
    }

    /// Seals a letter.
    pub fn seal(&self, letter: &[u8]) -> Result<Vec<u8>, SealError> {
        let recipients = self.recipients.iter().map(|r| r as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(|_| SealError::Nobody)?;
        let mut sealed = Vec::with_capacity(letter.len() + 4096);
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(SealError::Seal)?;
        writer.write_all(letter).map_err(SealError::Seal)?;
        writer.finish().map_err(SealError::Seal)?;
        Ok(sealed)
    }
}

/// Opens what was sealed to one private key. Only the office has one.
pub struct Opener {
    identity: x25519::Identity,
}

impl Opener {
    /// Makes a new private key: the line of its file, and the public key for the release.
    pub fn generate() -> (Private<String>, String) {
        let identity = x25519::Identity::generate();
        (Private::new(identity.to_string().expose_secret().to_owned()), identity.to_public().to_string())
    }

    /// Reads the file of a private key as `age-keygen` writes it: comments, and one line with the key.
    pub fn read(file: &str) -> Result<Self, SealError> {
        let mut lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (key, None) = (lines.next().ok_or(SealError::Identity)?, lines.next()) else {
            return Err(SealError::Identity);
        };
        Ok(Self { identity: key.parse().map_err(|_| SealError::Identity)? })
    }

    /// Opens a letter.
    pub fn open(&self, sealed: &[u8]) -> Result<Private<Vec<u8>>, SealError> {
        let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| SealError::Damaged)?;
        let reader = decryptor.decrypt(iter::once(&self.identity as &dyn age::Identity)).map_err(|e| match e {
            age::DecryptError::NoMatchingKeys => SealError::NotOurs,
            _ => SealError::Damaged,
        })?;
        let mut letter = Private::new(Vec::with_capacity(sealed.len()));
        reader.take(SEALED_BYTES_MAX as u64 + 1).read_to_end(letter.reveal_mut()).map_err(|_| SealError::Damaged)?;
        if letter.reveal().len() > SEALED_BYTES_MAX { Err(SealError::Long) } else { Ok(letter) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_office_opens_a_letter() {
        let (key, public) = Opener::generate();
        let (other_key, other_public) = Opener::generate();
        let sealed = Sealer::new(&[public.clone(), other_public]).unwrap().seal("张三".as_bytes()).unwrap();
        for key in [key, other_key] {
            let file = format!("# created: 2026-11-22\n# public key: …\n{}\n", key.reveal());
            assert_eq!(Opener::read(&file).unwrap().open(&sealed).unwrap().reveal(), "张三".as_bytes());
        }
        let (stranger, _) = Opener::generate();
        let stranger = Opener::read(stranger.reveal()).unwrap();
        assert!(matches!(stranger.open(&sealed), Err(SealError::NotOurs)));
        assert!(!sealed.windows(3).any(|part| part == "张".as_bytes()));
        assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    }

    #[test]
    fn keys_that_are_none_are_told() {
        assert!(matches!(Sealer::new(&[]), Err(SealError::Nobody)));
        assert!(matches!(Sealer::new(&["age1abc".into()]), Err(SealError::Recipient(_))));
        let (key, public) = Opener::generate();
        for bad in ["", "# only a comment", &public, &format!("{0}\n{0}", key.reveal())] {
            assert!(matches!(Opener::read(bad), Err(SealError::Identity)), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn a_damaged_letter_is_told_and_never_opened_as_something_else(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let (key, public) = Opener::generate();
            let mut sealed = Sealer::new(&[public]).unwrap().seal(b"letter").unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(Opener::read(key.reveal()).unwrap().open(&sealed).is_err());
        }
    }
}
