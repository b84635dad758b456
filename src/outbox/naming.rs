//! Names of letters that nobody can guess: the number on the receipt, and the name on every way of delivery.
//! They come from the cryptographic source of chance; without one there are none.

use aws_lc_rs::rand;
use jiff::civil::Date;

use crate::content::letter::Number;

/// The system gives no unpredictable bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("系统给不出随机数，不能编号")]
pub struct NoChance;

/// A number of a day.
pub fn number(day: Date) -> Result<Number, NoChance> {
    chosen().map(|chance| Number::new(day, chance))
}

/// A random UUID (RFC 9562, version 4).
pub fn uuid() -> Result<String, NoChance> {
    let mut bytes: [u8; 16] = chosen()?;
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = hex::encode(bytes);
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

/// Unpredictable bytes.
pub fn chosen<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn names_are_well_formed_and_do_not_repeat() {
        let uuids: BTreeSet<String> = (0..1_000).map(|_| uuid().unwrap()).collect();
        assert_eq!(uuids.len(), 1_000);
        assert!(uuids.iter().all(|u| u.len() == 36 && &u[14..15] == "4" && "89ab".contains(&u[19..20])), "{uuids:?}");
        let numbers: BTreeSet<_> = (0..1_000).map(|_| number(date(2026, 11, 22)).unwrap()).collect();
        assert_eq!(numbers.len(), 1_000);
        assert!(numbers.iter().all(|n| Number::parse(n.as_str()).as_ref() == Some(n)));
    }
}
