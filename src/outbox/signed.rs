//! What the desk of the office signs for a stick: the permit to take letters along, and the confirmation that they came.
//! Ed25519 over the exact bytes of the body with its purpose in front, so that one is never taken for the other.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::base::digest::Sha256;
use crate::base::private::Private;

/// Largest permit or confirmation in bytes: 100,000 letters in one confirmation.
pub const SIGNED_BYTES_MAX: u64 = 16 << 20;
/// The terminal that stands for all.
const EVERY: &str = "*";

/// What can be signed, with the words that stand in front of it.
pub trait Purpose: Serialize + DeserializeOwned {
    /// Different for each.
    const WORDS: &'static str;
}

/// The right to take letters along on this stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permit {
    /// Terminals it is for; `*` for all.
    pub terminals: Vec<String>,
    /// Until when.
    pub until: Timestamp,
}

/// Letters that have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The terminal they came from.
    pub terminal: String,
    /// Name and SHA-256 of each sealed letter.
    pub letters: Vec<(String, String)>,
}

impl Purpose for Permit {
    const WORDS: &'static str = "civic-kiosk permit 1\n";
}

impl Purpose for Ack {
    const WORDS: &'static str = "civic-kiosk ack 1\n";
}

/// A body and who signed it, as they stand in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    /// The body, as it was signed.
    body: String,
    /// The public key, in hex.
    key: String,
    /// The signature, in hex.
    signature: String,
}

/// Why something signed does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Not of this shape.
    #[error("文件读不懂")]
    Shape,
    /// By somebody whom the release does not name.
    #[error("签名的人不在这次发布认可的名单里")]
    Stranger,
    /// The signature does not hold.
    #[error("签名不对，文件可能被改过")]
    Forged,
    /// Another terminal's.
    #[error("不是给本机的")]
    NotForUs,
    /// Its time is over.
    #[error("许可已过期")]
    Over,
    /// The private key cannot be used.
    #[error("签名私钥不能用")]
    Key,
}

impl Permit {
    /// Whether it lets this terminal hand out its letters now.
    pub fn check(&self, terminal: &str, now: Timestamp) -> Result<(), SignedError> {
        if !self.terminals.iter().any(|t| t == EVERY || t == terminal) {
            return Err(SignedError::NotForUs);
        }
        if now > self.until { Err(SignedError::Over) } else { Ok(()) }
    }
}

impl Ack {
    /// The letters, when it is for this terminal.
    pub fn letters_of(&self, terminal: &str) -> Result<Vec<(String, Sha256)>, SignedError> {
        if self.terminal != terminal {
            return Err(SignedError::NotForUs);
        }
        let letter = |(uuid, sha256): &(String, String)| {
            Sha256::parse(sha256).map(|sha256| (uuid.clone(), sha256)).map_err(|_| SignedError::Shape)
        };
        self.letters.iter().map(letter).collect()
    }
}

/// The signing key of the desk.
pub struct DeskKey {
    pair: Ed25519KeyPair,
}

impl DeskKey {
    /// Makes one: what goes into its file, in hex.
    pub fn generate() -> Result<Private<String>, SignedError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| SignedError::Key)?;
        Ok(Private::new(hex::encode(document.as_ref())))
    }

    /// Reads its file.
    pub fn read(file: &str) -> Result<Self, SignedError> {
        let document = Private::new(hex::decode(file.trim()).map_err(|_| SignedError::Key)?);
        let pair = Ed25519KeyPair::from_pkcs8(document.reveal()).map_err(|_| SignedError::Key)?;
        Ok(Self { pair })
    }

    /// The public half, as a release names it.
    pub fn public(&self) -> String {
        hex::encode(self.pair.public_key())
    }

    /// Signs.
    pub fn sign<T: Purpose>(&self, it: &T) -> Result<Vec<u8>, SignedError> {
        let body = serde_json::to_string(it).map_err(|_| SignedError::Shape)?;
        let signature = hex::encode(self.pair.sign(&message::<T>(&body)));
        serde_json::to_vec_pretty(&Signed { body, key: self.public(), signature }).map_err(|_| SignedError::Shape)
    }
}

/// Reads something signed by one of the desks that the release names.
pub fn verify<T: Purpose>(file: &[u8], desks: &[String]) -> Result<T, SignedError> {
    let signed: Signed = serde_json::from_slice(file).map_err(|_| SignedError::Shape)?;
    if !desks.contains(&signed.key) {
        return Err(SignedError::Stranger);
    }
    let (Ok(key), Ok(signature)) = (hex::decode(&signed.key), hex::decode(&signed.signature)) else {
        return Err(SignedError::Forged);
    };
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&message::<T>(&signed.body), &signature)
        .map_err(|_| SignedError::Forged)?;
    serde_json::from_str(&signed.body).map_err(|_| SignedError::Shape)
}

fn message<T: Purpose>(body: &str) -> Vec<u8> {
    [T::WORDS.as_bytes(), body.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T01:00:00Z".parse().unwrap()
    }

    fn permit(terminal: &str) -> Permit {
        Permit { terminals: vec![terminal.into()], until: "2026-12-31T00:00:00Z".parse().unwrap() }
    }

    fn key() -> DeskKey {
        DeskKey::read(DeskKey::generate().unwrap().reveal()).unwrap()
    }

    #[test]
    fn a_permit_counts_for_its_terminal_until_its_day() {
        let key = key();
        let file = key.sign(&permit("k01")).unwrap();
        let read: Permit = verify(&file, &[key.public()]).unwrap();
        assert_eq!(read, permit("k01"));
        assert_eq!(read.check("k01", now()), Ok(()));
        assert_eq!(read.check("k02", now()), Err(SignedError::NotForUs));
        assert_eq!(read.check("k01", "2027-01-01T00:00:00Z".parse().unwrap()), Err(SignedError::Over));
        assert_eq!(permit("*").check("k02", now()), Ok(()));
    }

    #[test]
    fn nothing_forged_counts_and_a_permit_is_no_confirmation() {
        let (ours, theirs) = (key(), key());
        let file = String::from_utf8(ours.sign(&permit("k01")).unwrap()).unwrap();
        let read = |file: &str, desks: &[String]| verify::<Permit>(file.as_bytes(), desks);
        assert_eq!(read(&file, &[theirs.public()]), Err(SignedError::Stranger));
        assert_eq!(read(&file.replace("k01", "k02"), &[ours.public()]), Err(SignedError::Forged));
        let renamed = file.replace(&ours.public(), &theirs.public());
        assert_eq!(read(&renamed, &[theirs.public()]), Err(SignedError::Forged));
        assert_eq!(read("{}", &[ours.public()]), Err(SignedError::Shape));
        assert_eq!(verify::<Ack>(file.as_bytes(), &[ours.public()]), Err(SignedError::Forged));
        assert!(DeskKey::read("zz").is_err() && DeskKey::read("00").is_err());
    }

    #[test]
    fn a_confirmation_counts_for_its_terminal_alone() {
        let sha256 = Sha256::of(b"sealed");
        let ack = Ack { terminal: "k01".into(), letters: vec![("a".into(), sha256.to_string())] };
        assert_eq!(ack.letters_of("k01"), Ok(vec![("a".into(), sha256)]));
        assert_eq!(ack.letters_of("k02"), Err(SignedError::NotForUs));
        let odd = Ack { letters: vec![("a".into(), "b".into())], ..ack };
        assert_eq!(odd.letters_of("k01"), Err(SignedError::Shape));
    }
}
