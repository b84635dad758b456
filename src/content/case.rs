//! How far an application has come, for whoever holds its number and the last four characters of the telephone or
//! identity number that went with it. Neither stands in a release: a row is found by a slow, salted hash of both.
//!
//! A number has seven symbols of 29 that nobody can guess, and four digits: 10^14 pairs a day of receipt. A fast hash would
//! be searched through in hours; this one takes milliseconds of one processor each, so that all pairs of one day take
//! tens of thousands of processor years. Whoever holds the number can try all four digits: they are no secret from them.

use argon2::{Algorithm, Argon2, Params, Version};

use super::letter::Number;
use super::schema::{At, Blank, Checked, Checks, Day, Id, Map, Name, RowNumber, Term, Text, fields, kind, terms};
use crate::base::id::RecordId;

/// Bytes of the hash that a row is named by.
const KEY_BYTES: usize = 20;
/// Bytes of the office's salt.
pub const SALT_BYTES: usize = 16;
const MEMORY_KIB: u32 = 8 * 1024;
const PASSES: u32 = 2;
const DIGITS: usize = 4;

fields! {
    /// How far an application has come: a row of `cases.csv`, written by `kiosk-pack cases`.
    pub struct Case {
        /// `case/…`: the hash.
        id: Id<Case> = "编号",
        /// What it was hashed with; one office has one.
        salt: Name = "盐值",
        /// How far it is.
        state: Term<CaseState> = "进展",
        /// Since when.
        date: Day = "日期",
        /// What came of it, without anything personal.
        outcome: Blank<Text> = "结果",
        /// How to get the answer.
        collect: Blank<Text> = "怎么领取",
        /// Place in the file.
        order: RowNumber = "顺序",
    }
    keeps Case::is_hashed, shows Case::example_of_a_hash
}
kind!(Case: "case" = "办理进展");

terms! {
    /// How far an application is.
    pub enum CaseState {
        /// Confirmed by both sides, or registered.
        Received = "已收到",
        /// The applicant must add something.
        Supplement = "要补正",
        /// Being worked on.
        Handling = "办理中",
        /// Put off with leave.
        Extended = "已延期",
        /// Answered.
        Answered = "已答复",
    }
}

impl Case {
    fn is_hashed(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let is_hex = |text: &str, bytes: usize| {
            text.len() == 2 * bytes && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        if !is_hex(self.id.name(), KEY_BYTES) {
            return Err(c.refuse(&at.key("id"), "这个文件由“kiosk-pack cases”生成，不要手工改"));
        }
        if !is_hex(&self.salt, SALT_BYTES) {
            return Err(c.refuse(&at.key("salt"), "这个文件由“kiosk-pack cases”生成，不要手工改"));
        }
        Ok(())
    }

    fn example_of_a_hash(map: &mut Map) {
        map.insert("id".to_owned(), "0f".repeat(KEY_BYTES).into());
        map.insert("salt".to_owned(), "5a".repeat(SALT_BYTES).into());
    }
}

/// The last four characters of a telephone or identity number as they are compared; none when they are none.
pub fn last_four(text: &str) -> Option<String> {
    let signs: Vec<char> = text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let four: String = signs.get(signs.len().checked_sub(DIGITS)?..)?.iter().collect();
    let (head, last) = four.split_at(DIGITS - 1);
    let is_four = head.bytes().all(|b| b.is_ascii_digit()) && last.bytes().all(|b| b.is_ascii_digit() || b == b'X');
    is_four.then_some(four)
}

/// The row of a number and its four characters under an office's salt; slow on purpose.
pub fn case_id(number: &Number, four: &str, salt: &str) -> Option<RecordId> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(KEY_BYTES)).ok()?;
    let mut key = [0; KEY_BYTES];
    let secret = format!("civic-kiosk case 1\n{number}\n{four}");
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hasher.hash_password_into(secret.as_bytes(), salt.as_bytes(), &mut key).ok()?;
    RecordId::new("case", &hex::encode(key)).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_row_is_found_by_number_digits_and_salt_together_alone() {
        let number = Number::new(date(2026, 11, 22), [1; 7]);
        let other = Number::new(date(2026, 11, 22), [2; 7]);
        let salt = "00".repeat(SALT_BYTES);
        let id = case_id(&number, "002X", &salt).unwrap();
        assert_eq!(case_id(&number, "002X", &salt), Some(id.clone()));
        assert_eq!(id.name().len(), 2 * KEY_BYTES);
        for another in [
            case_id(&other, "002X", &salt),
            case_id(&number, "0021", &salt),
            case_id(&number, "002X", &"01".repeat(SALT_BYTES)),
        ] {
            assert_ne!(another, Some(id.clone()));
        }
    }

    #[test]
    fn the_last_four_are_read_however_they_are_written() {
        for (written, four) in [
            ("11010519491231002x", Some("002X")),
            ("138-1234 5678", Some("5678")),
            (" 5678 ", Some("5678")),
            ("678", None),
            ("", None),
            ("56a8", None),
            ("X678", None),
            ("一二三四", None),
        ] {
            assert_eq!(last_four(written).as_deref(), four, "{written}");
        }
    }
}
