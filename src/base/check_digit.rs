//! Numbers that carry their own check: identity cards (GB 11643), unified social credit codes (GB 32100), bank cards.
//! It only computes; it neither keeps nor prints a number it was given.

use jiff::civil::Date;

/// First two digits of an identity number: the provinces (GB/T 2260).
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];
/// Weights of the first 17 digits of an identity number (GB 11643).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters of identity numbers by remainder.
const ID_CHECKS: &[u8; 11] = b"10X98765432";
/// The 31 symbols of a unified social credit code: no I, O, S, V, Z.
const USCC_SYMBOLS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of its first 17 symbols: powers of 3 modulo 31.
const USCC_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Whether a text has the build of an identity number: 18 characters, a province, a day of birth that existed.
/// The check digit is not looked at, so that a mistyped number still counts as somebody's.
pub fn is_built_as_id_card(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_number = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || matches!(bytes[17], b'X' | b'x'));
    if !is_number {
        return false;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(0);
    let small = |from: usize, to: usize| i8::try_from(part(from, to)).unwrap_or(0);
    let province = u8::try_from(part(0, 2)).unwrap_or(0);
    let is_day = Date::new(part(6, 10), small(10, 12), small(12, 14)).is_ok();
    PROVINCES.contains(&province) && (1900..=2099).contains(&part(6, 10)) && is_day
}

/// Whether a text is an identity number whose check digit is right (GB 11643); a lower-case x counts.
pub fn is_id_card(text: &str) -> bool {
    if !is_built_as_id_card(text) {
        return false;
    }
    let bytes = text.as_bytes();
    let sum: u32 = bytes.iter().zip(ID_WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    let check = ID_CHECKS[usize::try_from(sum % 11).unwrap_or(0)];
    bytes[17].to_ascii_uppercase() == check
}

/// Whether a text is a unified social credit code whose check symbol is right (GB 32100).
pub fn is_uscc(text: &str) -> bool {
    if text.len() != 18 {
        return false;
    }
    let values: Option<Vec<usize>> =
        text.bytes().map(|b| USCC_SYMBOLS.iter().position(|symbol| *symbol == b)).collect();
    values.is_some_and(|values| {
        let sum: usize = values.iter().zip(USCC_WEIGHTS).map(|(value, weight)| value * weight).sum();
        values[17] == (31 - sum % 31) % 31
    })
}

/// Whether digits pass the check that bank cards pass (Luhn, ISO/IEC 7812-1).
pub fn passes_luhn(digits: &str) -> bool {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| match (i % 2, u32::from(b - b'0')) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_identity_number_is_known_by_its_check_digit() {
        // The example of the standard, and one whose check is X in both cases.
        for good in ["11010519491231002X", "11010519491231002x", "440524188001010014".replace("1880", "1980").as_str()]
        {
            assert!(is_built_as_id_card(good), "{good}");
        }
        assert!(is_id_card("11010519491231002X") && is_id_card("11010519491231002x"));
        assert!(!is_id_card("110105194912310021") && is_built_as_id_card("110105194912310021"));
        for bad in ["110105194902310021", "990105194912310021", "11010519491231002", "11010518491231002X", "二"] {
            assert!(!is_built_as_id_card(bad), "{bad}");
        }
    }

    #[test]
    fn a_credit_code_is_known_by_its_check_symbol() {
        for good in ["91350100M000100Y43", "11440100007482575H"] {
            assert!(is_uscc(good), "{good}");
        }
        for bad in ["91350100M000100Y44", "91350100m000100y43", "TE5116020105116050", "", "9135010"] {
            assert!(!is_uscc(bad), "{bad}");
        }
    }

    #[test]
    fn a_card_number_is_known_by_its_last_digit() {
        assert!(passes_luhn("4111111111111111") && passes_luhn("79927398713"));
        assert!(!passes_luhn("4111111111111112") && !passes_luhn("") && !passes_luhn("41１1"));
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_a_panic(text in any::<String>(), number in "[0-9X]{18}") {
            let _ = (is_id_card(&text), is_uscc(&text), passes_luhn(&text), is_id_card(&number), is_uscc(&number));
        }
    }
}
