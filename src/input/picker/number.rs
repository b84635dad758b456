//! Numbers that are checked as they are typed: plain ones, identity numbers, telephone numbers.
//! What is typed stays in the entry, shows in no debug output and goes with it.

use jiff::civil::Date;

use crate::base::check_digit::{is_built_as_id_card, is_id_card};
use crate::base::private::Private;

/// Digits of an identity number.
const ID_CHARS: usize = 18;
/// Most digits of a telephone number.
const PHONE_CHARS_MAX: usize = 12;
/// Digits of a mobile number.
const MOBILE_CHARS: usize = 11;

/// What sort of number is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// A whole number with so many digits at most.
    Plain(usize),
    /// An identity number: 17 digits and a digit or X.
    IdCard,
    /// A telephone number of this country.
    Phone,
}

/// How what is typed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// Nothing is typed.
    Empty,
    /// It may become right.
    Unfinished,
    /// It is right as it is.
    Right,
    /// It cannot become right any more, and why.
    Wrong(&'static str),
}

/// A number being typed.
#[derive(Debug)]
pub struct NumberEntry {
    kind: NumberKind,
    text: Private<String>,
}

impl NumberEntry {
    /// Nothing typed yet.
    pub fn new(kind: NumberKind) -> Self {
        Self { kind, text: Private::new(String::new()) }
    }

    /// Types a character; says whether it was taken.
    pub fn press(&mut self, c: char) -> bool {
        let c = c.to_ascii_uppercase();
        let length = self.text.reveal().len();
        let is_taken = match self.kind {
            NumberKind::Plain(most) => c.is_ascii_digit() && length < most,
            NumberKind::IdCard => match c {
                '0'..='9' => length < ID_CHARS,
                'X' => length == ID_CHARS - 1,
                _ => false,
            },
            NumberKind::Phone => c.is_ascii_digit() && length < PHONE_CHARS_MAX,
        };
        if is_taken {
            self.text = Private::new(format!("{}{c}", self.text.reveal()));
        }
        is_taken
    }

    /// Takes the last character back; says whether there was one.
    pub fn delete(&mut self) -> bool {
        let mut text = self.text.reveal().clone();
        let is_changed = text.pop().is_some();
        self.text = Private::new(text);
        is_changed
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        self.text.reveal()
    }

    /// What is typed in groups, as people read it out.
    pub fn shown(&self) -> String {
        let ends: &[usize] = match self.kind {
            NumberKind::Plain(_) => &[],
            NumberKind::IdCard => &[6, 14],
            NumberKind::Phone if self.text().starts_with('1') && self.text().len() > 5 => &[3, 7],
            NumberKind::Phone => &[],
        };
        let mut shown = String::new();
        for (at, c) in self.text().chars().enumerate() {
            if ends.contains(&at) {
                shown.push(' ');
            }
            shown.push(c);
        }
        shown
    }

    /// How it stands.
    pub fn state(&self) -> Number {
        let text = self.text();
        match self.kind {
            _ if text.is_empty() => Number::Empty,
            NumberKind::Plain(_) => Number::Right,
            NumberKind::IdCard => id_card(text),
            NumberKind::Phone => phone(text),
        }
    }
}

/// Every part as soon as it is there: the province, the day of birth, the check digit.
fn id_card(text: &str) -> Number {
    // The rest of a number that is right, so that one rule judges beginnings too.
    const REST: &str = "110101200001010000";
    let with_rest = |kept: usize| {
        let kept = text.get(..kept.min(text.len())).unwrap_or_default();
        format!("{kept}{}", REST.get(kept.len()..).unwrap_or_default())
    };
    if text.len() >= 2 && !is_built_as_id_card(&with_rest(2)) {
        return Number::Wrong("前两位不是省份代码，请核对");
    }
    if text.len() >= 14 && !is_built_as_id_card(&with_rest(14)) {
        return Number::Wrong("第7至14位不是出生日期，请核对");
    }
    match text.len() {
        ID_CHARS if is_id_card(text) => Number::Right,
        ID_CHARS => Number::Wrong("最后一位对不上，请核对"),
        _ => Number::Unfinished,
    }
}

fn phone(text: &str) -> Number {
    let is_of = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    match text.len() {
        // 12345, 110, 95588 and the like are as long as they are.
        3..=5 if is_of(&["1", "9"]) => Number::Right,
        _ if text.starts_with('1') && text.len() >= 2 && !matches!(text.as_bytes().get(1), Some(b'3'..=b'9')) => {
            Number::Wrong("手机号第二位是3至9，请核对")
        }
        MOBILE_CHARS if text.starts_with('1') => Number::Right,
        12 if text.starts_with('1') => Number::Wrong("手机号是11位，请核对"),
        10..=12 if text.starts_with('0') => Number::Right,
        7..=8 if !is_of(&["0", "1"]) => Number::Right,
        10 if is_of(&["400", "800"]) => Number::Right,
        9 | 11.. if !is_of(&["0", "1", "400", "800"]) => Number::Wrong("位数不对，请核对"),
        _ => Number::Unfinished,
    }
}

/// What number of a person a text is or begins to be, where none belongs; none when it is nothing of the sort.
pub fn personal_number(text: &str) -> Option<&'static str> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x')).collect();
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i16>().ok());
    let small = |from: usize, to: usize| part(from, to).and_then(|n| i8::try_from(n).ok()).unwrap_or(0);
    let year = part(6, 10).filter(|year| (1900..=2099).contains(year));
    let is_id_card = (14..=ID_CHARS).contains(&digits.len())
        && year.is_some_and(|year| Date::new(year, small(10, 12), small(12, 14)).is_ok());
    let is_mobile = digits.len() == MOBILE_CHARS && digits.starts_with('1') && phone(&digits) == Number::Right;
    match (is_id_card, is_mobile) {
        (true, _) => Some("身份证号"),
        (false, true) => Some("手机号"),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(kind: NumberKind, text: &str) -> NumberEntry {
        let mut entry = NumberEntry::new(kind);
        text.chars().for_each(|c| {
            entry.press(c);
        });
        entry
    }

    #[test]
    fn an_identity_number_is_checked_as_soon_as_each_part_is_there() {
        let state = |text: &str| typed(NumberKind::IdCard, text).state();
        assert_eq!(state(""), Number::Empty);
        for unfinished in ["1", "11", "110105194912", "11010519491231", "11010519491231002"] {
            assert_eq!(state(unfinished), Number::Unfinished, "{unfinished}");
        }
        assert_eq!(state("11010519491231002x"), Number::Right);
        for wrong in ["99", "11010519491331", "11010518001231", "110105194912310021"] {
            assert!(matches!(state(wrong), Number::Wrong(_)), "{wrong}");
        }
        let mut entry = typed(NumberKind::IdCard, "1X10105194912310 02X99");
        assert_eq!((entry.text(), entry.shown().as_str()), ("11010519491231002X", "110105 19491231 002X"));
        assert!(entry.delete());
        assert_eq!(entry.state(), Number::Unfinished);
        assert!(!format!("{entry:?}").contains("1949"));
    }

    #[test]
    fn telephone_numbers_of_all_sorts_are_right_and_others_are_told() {
        let state = |text: &str| typed(NumberKind::Phone, text).state();
        for right in ["110", "12345", "13812345678", "06005550311", "01012345678", "5550311", "4001234567", "95588"] {
            assert_eq!(state(right), Number::Right, "{right}");
        }
        for unfinished in ["1", "138123", "0600", "555"] {
            assert_eq!(state(unfinished), Number::Unfinished, "{unfinished}");
        }
        for wrong in ["123456", "138123456789", "555031122"] {
            assert!(matches!(state(wrong), Number::Wrong(_)), "{wrong}");
        }
        assert_eq!(typed(NumberKind::Phone, "13812345678").shown(), "138 1234 5678");
    }

    #[test]
    fn a_plain_number_takes_digits_alone_and_has_an_end() {
        let entry = typed(NumberKind::Plain(4), "1a2-3456");
        assert_eq!((entry.text(), entry.state()), ("1234", Number::Right));
        assert!(!NumberEntry::new(NumberKind::Plain(0)).delete());
    }

    #[test]
    fn a_number_of_a_person_is_known_where_it_does_not_belong() {
        for text in ["11010519491231002X", "我的是11010519491231002", "110105 19491231"] {
            assert_eq!(personal_number(text), Some("身份证号"), "{text}");
        }
        assert_eq!(personal_number("13812345678"), Some("手机号"));
        for text in ["云政办发〔2026〕3号", "12345678901234567890", "12345", "06005550311", ""] {
            assert_eq!(personal_number(text), None, "{text}");
        }
    }
}
