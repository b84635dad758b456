//! Public keys of the office: those that residents' letters are sealed to, in the form of `age` (`age1…`), and those of
//! the desks that confirm them. It refuses a mistyped key: what is sealed to nobody can never be read.

use crate::content::Mailbox;

/// First part of a public key, before the separator.
const PREFIX: &str = "age";
/// Letters of bech32 (BIP 173), by value.
const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What stands before the key of a desk.
pub const DESK: &str = "desk ";
/// 32 bytes in letters of five bits, and six letters of checksum.
const LETTERS_AFTER_PREFIX: usize = 52 + 6;

/// A text that is no public key of `age`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// Another shape.
    #[error("“{0}”不是 age 公钥，应以 age1 开头，共62个小写字母和数字")]
    Shape(String),
    /// The right shape, but a letter is wrong.
    #[error("公钥“{0}”的校验不对，可能抄错了一个字母")]
    Checksum(String),
    /// No key of a desk.
    #[error("“{0}”不是收件台公钥，desk 后面应是64个小写十六进制数字")]
    Desk(String),
}

/// Checks one public key.
pub fn check(text: &str) -> Result<(), RecipientError> {
    let shape = || RecipientError::Shape(text.chars().take(80).collect());
    let letters = text.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('1')).ok_or_else(shape)?;
    if letters.len() != LETTERS_AFTER_PREFIX {
        return Err(shape());
    }
    let value = |letter: u8| LETTERS.iter().position(|l| *l == letter).and_then(|v| u32::try_from(v).ok());
    let values: Option<Vec<u32>> = letters.bytes().map(value).collect();
    let prefix = || PREFIX.bytes().map(u32::from);
    let expanded = prefix().map(|c| c >> 5).chain([0]).chain(prefix().map(|c| c & 31));
    let all = expanded.chain(values.ok_or_else(shape)?);
    if checksum(all) == 1 { Ok(()) } else { Err(RecipientError::Checksum(text.to_owned())) }
}

/// Whether a text is the public half of a desk's key: Ed25519, 64 small hexadecimal digits.
pub fn is_desk(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Reads the office's public keys as `kiosk-pack keys desk` writes them: one a line, `age1…` or `desk …`. Empty lines
/// and comments (`#`) are passed over.
pub fn read(text: &str) -> Result<Mailbox, RecipientError> {
    let mut mailbox = Mailbox::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix(DESK) {
            Some(key) if is_desk(key.trim()) => mailbox.desks.push(key.trim().to_owned()),
            Some(key) => return Err(RecipientError::Desk(key.trim().chars().take(80).collect())),
            None => {
                check(line)?;
                mailbox.recipients.push(line.to_owned());
            }
        }
    }
    Ok(mailbox)
}

/// The checksum of bech32: 1 over a text with the right one.
fn checksum(values: impl Iterator<Item = u32>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1, |sum, value| {
        let next = ((sum & 0x01ff_ffff) << 5) ^ value;
        GENERATOR.iter().enumerate().filter(|(i, _)| (sum >> 25) >> i & 1 == 1).fold(next, |sum, (_, g)| sum ^ g)
    })
}

/// A key for tests; nobody has the private half.
#[cfg(test)]
pub const EXAMPLE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_public_keys_has_both_kinds() {
        let desk = "0f".repeat(32);
        let text = format!("# 收件公钥\n\n{EXAMPLE}\ndesk {desk}\n");
        let read_back = Mailbox { recipients: vec![EXAMPLE.into()], desks: vec![desk.clone()] };
        assert_eq!(read(&text), Ok(read_back));
        assert_eq!(read("desk 0F"), Err(RecipientError::Desk("0F".into())));
        assert!(matches!(read(&desk), Err(RecipientError::Shape(_))));
    }

    #[test]
    fn a_mistyped_key_is_noticed() {
        assert_eq!(check(EXAMPLE), Ok(()));
        let swapped = EXAMPLE.replacen("z7", "7z", 1);
        assert_eq!(check(&swapped), Err(RecipientError::Checksum(swapped.clone())));
        for bad in ["", "age1", "age1xyz", &EXAMPLE.to_uppercase(), &EXAMPLE[..61], &format!("{EXAMPLE}p")] {
            assert!(matches!(check(bad), Err(RecipientError::Shape(_))), "{bad}");
        }
    }
}
