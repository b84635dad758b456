//! What is typed into a field: which keys serve it, what they take, how it is shown.
//! Whether the whole is right is for the form to say.

use crate::content::letter;
use crate::input::keys::Board;
use crate::input::picker::{Number, NumberEntry, NumberKind};

/// The end of a telephone or identity number that goes with a receipt's number.
const FOUR: usize = 4;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What somebody looks for.
    #[default]
    Wish,
    /// Any text.
    Text,
    /// The name of a person.
    Name,
    /// Where somebody lives.
    Address,
    /// A citizen's identity number.
    IdCard,
    /// Digits, so many at most.
    Digits(usize),
    /// A mobile number.
    Mobile,
    /// A telephone number with its area code.
    Phone,
    /// A sum.
    Money,
    /// A unified social credit code.
    Code,
    /// A mail address.
    Mail,
    /// A number plate.
    Plate,
    /// A day.
    Day,
    /// The number of a receipt.
    Receipt,
    /// The last four of a telephone or identity number.
    LastFour,
}

/// Which keys are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keys {
    /// Letters that become hanzi.
    #[default]
    Pinyin,
    /// The handwriting pad.
    Pad,
    /// Digits and what stands in document numbers.
    Digits,
    /// What else there is.
    More,
    /// Letters that stay letters.
    Letters,
    /// Punctuation.
    Symbols,
    /// A date to choose.
    Dates,
    /// A place to choose.
    Regions,
    /// Phrases to choose.
    Phrases,
    /// The one board that such a field needs.
    Only(Board),
}

type Ways = &'static [(&'static str, Keys)];

const ALL: Ways = &[("拼音", Keys::Pinyin), ("手写", Keys::Pad), ("数字", Keys::Digits), ("更多", Keys::More)];
const OF_NAMES: Ways = &[("拼音", Keys::Pinyin), ("手写", Keys::Pad), ("更多", Keys::More)];
const OF_DAYS: Ways = &[("选日期", Keys::Dates), ("数字", Keys::Only(Board::Day))];
const OF_ADDRESSES: Ways = &[
    ("拼音", Keys::Pinyin),
    ("手写", Keys::Pad),
    ("数字", Keys::Digits),
    ("选地区", Keys::Regions),
    ("更多", Keys::More),
];

const MORE: Ways = &[
    ("字母", Keys::Letters),
    ("标点", Keys::Symbols),
    ("选日期", Keys::Dates),
    ("选地区", Keys::Regions),
    ("常用词", Keys::Phrases),
];
const MORE_SIGNS: Ways = &[("字母", Keys::Letters), ("标点", Keys::Symbols)];

impl Sort {
    /// The ways of typing it; none where one board is all.
    pub(super) fn ways(self) -> Ways {
        match self {
            Self::Wish | Self::Text => ALL,
            Self::Name => OF_NAMES,
            Self::Address => OF_ADDRESSES,
            Self::Day => OF_DAYS,
            Self::IdCard
            | Self::Digits(_)
            | Self::Mobile
            | Self::Phone
            | Self::Money
            | Self::Code
            | Self::Mail
            | Self::Plate
            | Self::Receipt
            | Self::LastFour => &[],
        }
    }

    /// What is behind 更多.
    pub(super) fn more(self) -> Ways {
        match self {
            Self::Wish | Self::Text => MORE,
            Self::Name
            | Self::Address
            | Self::Day
            | Self::IdCard
            | Self::Digits(_)
            | Self::Mobile
            | Self::Phone
            | Self::Money
            | Self::Code
            | Self::Mail
            | Self::Plate
            | Self::Receipt
            | Self::LastFour => MORE_SIGNS,
        }
    }

    /// The keys one begins with.
    pub(super) fn first_keys(self) -> Keys {
        match self {
            Self::Wish | Self::Text | Self::Name | Self::Address => Keys::Pinyin,
            Self::Day => Keys::Dates,
            Self::IdCard | Self::LastFour => Keys::Only(Board::IdCard),
            Self::Receipt => Keys::Only(Board::Receipt),
            Self::Digits(_) | Self::Mobile => Keys::Only(Board::Plain),
            Self::Phone => Keys::Only(Board::Phone),
            Self::Money => Keys::Only(Board::Money),
            Self::Code => Keys::Only(Board::Code),
            Self::Mail => Keys::Only(Board::Mail),
            Self::Plate => Keys::Only(Board::Plate),
        }
    }

    /// Whether a character can come after what stands there.
    pub(super) fn takes(self, text: &str, c: char) -> bool {
        if self == Self::Receipt {
            return letter::Number::takes(text, c);
        }
        if self == Self::LastFour {
            // An X is the last sign of an identity number or none.
            return text.len() < FOUR && (c.is_ascii_digit() || (c == 'X' && text.len() + 1 == FOUR));
        }
        self.number(text).is_none_or(|mut entry| entry.press(c))
    }

    /// What is wrong with it already, before it is whole.
    pub fn early_fault(self, text: &str) -> Option<&'static str> {
        if self == Self::Receipt {
            return receipt_fault(text);
        }
        match self.number(text)?.state() {
            Number::Wrong(why) => Some(why),
            Number::Empty | Number::Unfinished | Number::Right => None,
        }
    }

    /// As people read it out: digits in groups.
    pub fn shown(self, text: &str) -> String {
        if self == Self::Receipt {
            return letter::Number::set(text);
        }
        self.number(text).map_or_else(|| text.to_owned(), |entry| entry.shown())
    }

    fn number(self, text: &str) -> Option<NumberEntry> {
        let kind = match self {
            Self::IdCard => NumberKind::IdCard,
            Self::Digits(most) => NumberKind::Plain(most),
            Self::Mobile => NumberKind::Phone,
            Self::Wish
            | Self::Text
            | Self::Name
            | Self::Address
            | Self::Phone
            | Self::Money
            | Self::Code
            | Self::Mail
            | Self::Plate
            | Self::Day
            | Self::Receipt
            | Self::LastFour => return None,
        };
        let mut entry = NumberEntry::new(kind);
        for c in text.chars() {
            entry.press(c);
        }
        Some(entry)
    }
}

/// What is wrong with the number of a receipt already.
fn receipt_fault(typed: &str) -> Option<&'static str> {
    if !letter::Number::has_day(typed) {
        return Some("编号前6位是日期，没有这一天，请对着回执再看一遍");
    }
    let is_whole = typed.len() >= letter::Number::SYMBOLS_MAX;
    (is_whole && letter::Number::parse(typed).is_none()).then_some("编号有一位不对，请对着回执再看一遍")
}

impl Keys {
    /// The keys that stand there in a field of this sort that holds this; none where there is something to write on or
    /// to choose from.
    pub fn board(self, sort: Sort, text: &str) -> Option<Board> {
        match self {
            Self::Pinyin if sort == Sort::Name => Some(Board::NamePinyin),
            Self::Pinyin => Some(Board::Pinyin),
            Self::Letters => Some(Board::Letters),
            Self::Digits => Some(Board::Digits),
            Self::Symbols => Some(Board::Symbols),
            // A plate begins with its province.
            Self::Only(Board::Plate) if text.is_empty() => Some(Board::Provinces),
            // The number of a receipt begins with its day.
            Self::Only(Board::Receipt) if letter::Number::is_in_day(text) => Some(Board::Plain),
            Self::Only(board) => Some(board),
            Self::Pad | Self::More | Self::Dates | Self::Regions | Self::Phrases => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTS: [Sort; 15] = [
        Sort::Wish,
        Sort::Text,
        Sort::Name,
        Sort::Address,
        Sort::IdCard,
        Sort::Digits(6),
        Sort::Mobile,
        Sort::Phone,
        Sort::Money,
        Sort::Code,
        Sort::Mail,
        Sort::Plate,
        Sort::Day,
        Sort::Receipt,
        Sort::LastFour,
    ];

    #[test]
    fn every_sort_begins_with_one_of_its_ways_or_needs_none() {
        for sort in SORTS {
            let first = sort.first_keys();
            let is_way = sort.ways().iter().any(|(_, keys)| *keys == first);
            assert!(is_way || (sort.ways().is_empty() && first.board(sort, "").is_some()), "{sort:?}");
        }
    }

    #[test]
    fn an_identity_number_takes_digits_and_an_x_at_its_end_and_nothing_else() {
        assert!(Sort::IdCard.takes("1101051949123100", '2') && !Sort::IdCard.takes("110", 'X'));
        assert!(Sort::IdCard.takes("11010519491231002", 'x') && !Sort::IdCard.takes("11010519491231002X", '1'));
        assert_eq!(Sort::IdCard.early_fault("11010519491331"), Some("第7至14位不是出生日期，请核对"));
        assert_eq!(Sort::IdCard.shown("11010519491231002X"), "110105 19491231 002X");
        assert!(Sort::Digits(6).takes("12345", '6') && !Sort::Digits(6).takes("123456", '7'));
    }

    #[test]
    fn a_receipt_s_number_begins_with_the_digits_of_a_day_and_tells_a_slip_at_once() {
        let number = letter::Number::new(jiff::civil::date(2026, 11, 22), [5, 200, 31, 7, 99, 0, 255]);
        let plain = number.as_str().replace('-', "");
        let keys = Sort::Receipt.first_keys();
        assert_eq!(keys.board(Sort::Receipt, "26112"), Some(Board::Plain));
        assert_eq!(keys.board(Sort::Receipt, "261122"), Some(Board::Receipt));
        assert_eq!(Sort::Receipt.shown(&plain), number.to_string());
        for at in 0..=plain.len() {
            assert_eq!(Sort::Receipt.early_fault(&plain[..at]), None);
        }
        assert!(Sort::Receipt.early_fault("261322").is_some_and(|fault| fault.contains("没有这一天")));
        let slip: String = plain.char_indices().map(|(at, c)| if at == 9 && c != 'Z' { 'Z' } else { c }).collect();
        assert!(Sort::Receipt.early_fault(&slip).is_some_and(|fault| fault.contains("有一位不对")), "{slip}");
    }

    #[test]
    fn the_last_four_are_digits_and_an_x_at_their_end() {
        assert!(Sort::LastFour.takes("002", 'X') && Sort::LastFour.takes("567", '8'));
        assert!(
            !Sort::LastFour.takes("00", 'X') && !Sort::LastFour.takes("5678", '9') && !Sort::LastFour.takes("", 'Q')
        );
    }
}
