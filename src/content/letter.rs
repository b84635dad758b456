//! What a terminal hands over to the office: one document per letter, the same at the screen and at the desk.
//! It is only ever stored sealed; in memory it is overwritten when it is dropped.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::schema::terms;
use crate::base::private::{Private, Wipe};

/// The format written; letters of a newer one are refused.
pub const FORMAT: u32 = 1;
/// Largest letter in bytes before it is sealed: a form with every answer at its longest, and a signature.
pub const LETTER_BYTES_MAX: usize = 1 << 20;
/// Letters are filled up to a multiple of this, so that the length of what was sealed tells little.
const PADDING_BYTES: usize = 1024;

terms! {
    /// What a letter is.
    pub enum LetterKind {
        /// A request that the law gives an answer to, or a form for an office.
        Application = "申请",
        /// A suggestion, praise or complaint.
        Opinion = "意见建议",
        /// Something on a page is not right.
        Mistake = "内容有误",
        /// Answers to a survey.
        Survey = "调查问卷",
        /// How somebody found a page or the service.
        Rating = "评价",
        /// How often things were done, without who did them.
        Counts = "使用计数",
    }
}

impl LetterKind {
    /// Whether somebody was given a number for it and waits for an answer.
    pub fn is_answered(self) -> bool {
        match self {
            Self::Application | Self::Opinion | Self::Mistake => true,
            Self::Survey | Self::Rating | Self::Counts => false,
        }
    }
}

/// A letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// [`FORMAT`].
    pub format: u32,
    /// Its name on every way it is delivered.
    pub uuid: String,
    /// What it is: a term of [`LetterKind`].
    pub kind: String,
    /// The number on the receipt; none where nobody waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The record it belongs to, such as the form or the page with a mistake.
    pub record: String,
    /// That record's title.
    pub title: String,
    /// The office it is for; empty for the publisher.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub org: String,
    /// The release that was shown.
    pub release: u64,
    /// The terminal.
    pub terminal: String,
    /// When, with the hall's time zone.
    pub at: String,
    /// The last day for an answer as it stands on the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Member of staff who wrote for somebody, in their own words to the terminal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    /// What was entered, in order.
    pub entries: Vec<LetterEntry>,
}

/// One entry of a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterEntry {
    /// The question's id.
    pub id: String,
    /// The question.
    pub label: String,
    /// Which copy of its group, from 0.
    #[serde(default, skip_serializing_if = "is_first")]
    pub copy: usize,
    /// The answer as people read it.
    pub text: String,
    /// The answer as it was kept where that is something else: keys of options, strokes of a signature.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

impl LetterEntry {
    /// The strokes of a signature, points in thousandths of its field; none where the answer is something else.
    pub fn strokes(&self) -> Option<Vec<Vec<(u16, u16)>>> {
        let number = |n: &str| n.parse().ok().filter(|_| n.len() <= 4 && n.bytes().all(|b| b.is_ascii_digit()));
        let point = |p: &str| p.split_once(',').and_then(|(x, y)| Some((number(x)?, number(y)?)));
        if !self.value.contains(',') || !self.value.contains(' ') {
            return None;
        }
        self.value.split(';').map(|stroke| stroke.split(' ').map(point).collect()).collect()
    }
}

fn is_first(copy: &usize) -> bool {
    *copy == 0
}

/// Whom letters are sealed to and who may confirm them, as a release names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Public keys of the office, in the form of `age`: each of them opens every letter.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Public keys (Ed25519, in hex) of the desks whose permits and confirmations count.
    #[serde(default)]
    pub desks: Vec<String>,
}

/// Bytes that are no letter.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// Longer than any letter.
    #[error("信件过大，最多{LETTER_BYTES_MAX}字节")]
    Long,
    /// Not JSON of this shape.
    #[error("信件读不懂")]
    Shape(#[source] serde_json::Error),
    /// Written by a newer program.
    #[error("信件的格式是第{0}版，本程序只认识到第{FORMAT}版，请先升级程序")]
    Format(u32),
    /// A kind that is not known.
    #[error("不认识信件种类“{0}”")]
    Kind(String),
}

impl Letter {
    /// The bytes to be sealed, filled up with spaces.
    pub fn to_bytes(&self) -> Result<Private<Vec<u8>>, LetterError> {
        // Room from the start: a buffer that grows leaves copies of itself behind.
        let mut bytes = Private::new(Vec::with_capacity(LETTER_BYTES_MAX + PADDING_BYTES));
        let writer = Bounded { bytes: bytes.reveal_mut() };
        serde_json::to_writer(writer, self).map_err(|_| LetterError::Long)?;
        let padded = bytes.reveal().len().next_multiple_of(PADDING_BYTES);
        bytes.reveal_mut().resize(padded, b' ');
        Ok(bytes)
    }

    /// Reads a letter that was opened.
    pub fn parse(bytes: &[u8]) -> Result<Self, LetterError> {
        if bytes.len() > LETTER_BYTES_MAX + PADDING_BYTES {
            return Err(LetterError::Long);
        }
        let letter: Self = serde_json::from_slice(bytes).map_err(LetterError::Shape)?;
        if letter.format == 0 || letter.format > FORMAT {
            return Err(LetterError::Format(letter.format));
        }
        if letter.letter_kind().is_none() {
            return Err(LetterError::Kind(letter.kind.clone()));
        }
        Ok(letter)
    }

    /// What it is.
    pub fn letter_kind(&self) -> Option<LetterKind> {
        LetterKind::from_term(&self.kind)
    }
}

impl Wipe for Letter {
    fn wipe(&mut self) {
        self.entries.wipe();
    }
}

impl Wipe for Vec<LetterEntry> {
    fn wipe(&mut self) {
        for entry in self {
            entry.text.wipe();
            entry.value.wipe();
        }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({} {})", self.kind, self.uuid)
    }
}

/// Writes as much as fits, so that the buffer never grows.
struct Bounded<'a> {
    bytes: &'a mut Vec<u8>,
}

impl std::io::Write for Bounded<'_> {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + more.len() > LETTER_BYTES_MAX {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The number on a receipt: the day and eight symbols that nobody can guess, the last of which checks the others.
/// `261122-7K4P-9QXM`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(String);

/// Symbols of a number: none that is taken for another when it is read aloud or written down.
const SYMBOLS: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTUWXYZ";
const SYMBOLS_CHOSEN: usize = 7;
const DAY_DIGITS: usize = 6;
/// Symbols between the two hyphens.
const MIDDLE: usize = 4;

impl Number {
    /// Symbols of a number without its hyphens.
    pub const SYMBOLS_MAX: usize = DAY_DIGITS + SYMBOLS_CHOSEN + 1;

    /// Whether the next symbol after these is still one of the day's digits.
    pub fn is_in_day(typed: &str) -> bool {
        typed.len() < DAY_DIGITS
    }

    /// Whether a symbol can come after these.
    pub fn takes(typed: &str, c: char) -> bool {
        match typed.len() {
            0..DAY_DIGITS => c.is_ascii_digit(),
            DAY_DIGITS..Self::SYMBOLS_MAX => u8::try_from(c).is_ok_and(|c| SYMBOLS.contains(&c)),
            _ => false,
        }
    }

    /// What is typed of a number, set as it is printed.
    pub fn set(typed: &str) -> String {
        let mut set = String::new();
        for (at, c) in typed.chars().enumerate() {
            if at == DAY_DIGITS || at == DAY_DIGITS + MIDDLE {
                set.push('-');
            }
            set.push(c);
        }
        set
    }

    /// Whether there is such a day as the digits typed so far say; so there is while they are not all there.
    pub fn has_day(typed: &str) -> bool {
        let Some(head) = typed.get(..DAY_DIGITS) else { return true };
        let two = |at: usize| head.get(at..at + 2).and_then(|two| two.parse::<i8>().ok());
        let day = |(year, month, day): (i8, i8, i8)| Date::new(2000 + i16::from(year), month, day).ok();
        two(0).zip(two(2)).zip(two(4)).and_then(|((y, m), d)| day((y, m, d))).is_some()
    }

    /// A number of a day, of bytes that must be unpredictable.
    pub fn new(day: Date, chance: [u8; SYMBOLS_CHOSEN]) -> Self {
        let head = format!("{:02}{:02}{:02}", day.year().rem_euclid(100), day.month(), day.day());
        let mut symbols: Vec<u8> = chance.iter().map(|byte| SYMBOLS[usize::from(*byte) % SYMBOLS.len()]).collect();
        symbols.push(check_symbol(head.bytes().chain(symbols.iter().copied())));
        let symbols: String = symbols.into_iter().map(char::from).collect();
        Self(format!("{head}-{}-{}", &symbols[..4], &symbols[4..]))
    }

    /// Reads a number as somebody typed it: small letters, with or without hyphens. A slip of one symbol is noticed.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(20).collect::<String>().to_uppercase();
        let bytes = plain.as_bytes();
        let (head, symbols) = bytes.split_at_checked(DAY_DIGITS)?;
        let is_built = head.iter().all(u8::is_ascii_digit)
            && symbols.len() == SYMBOLS_CHOSEN + 1
            && symbols.iter().all(|s| SYMBOLS.contains(s));
        if !is_built || check_symbol(bytes[..bytes.len() - 1].iter().copied()) != symbols[SYMBOLS_CHOSEN] {
            return None;
        }
        Some(Self(format!("{}-{}-{}", &plain[..6], &plain[6..10], &plain[10..])))
    }

    /// As it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A symbol that changes when any one of the others does: weights are not divisible by the prime number of symbols.
fn check_symbol(symbols: impl Iterator<Item = u8>) -> u8 {
    let value = |i: usize, symbol: u8| match i {
        0..DAY_DIGITS => usize::from(symbol.wrapping_sub(b'0')),
        _ => SYMBOLS.iter().position(|known| *known == symbol).unwrap_or(0),
    };
    let sum: usize = symbols.enumerate().map(|(i, symbol)| (i + 1) * value(i, symbol)).sum();
    SYMBOLS[sum % SYMBOLS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn letter(text: &str) -> Letter {
        Letter {
            format: FORMAT,
            uuid: "0b8f…".into(),
            kind: LetterKind::Application.term().into(),
            number: Some("261122-7K4P-9QXM".into()),
            record: "form/ysqgk".into(),
            title: "政府信息公开申请表".into(),
            org: "org/zhengfuban".into(),
            release: 7,
            terminal: "k01".into(),
            at: "2026-11-22T09:00:00+08:00".into(),
            due: Some("2026-12-21".into()),
            helper: None,
            entries: vec![LetterEntry {
                id: "name".into(),
                label: "姓名".into(),
                copy: 0,
                text: text.into(),
                value: String::new(),
            }],
        }
    }

    #[test]
    fn a_letter_is_read_as_it_was_written_and_its_length_tells_little() {
        let (short, long) = (letter("张三"), letter("欧阳小明"));
        let bytes = short.to_bytes().unwrap();
        assert_eq!(Letter::parse(bytes.reveal()).unwrap(), short);
        assert_eq!(bytes.reveal().len(), long.to_bytes().unwrap().reveal().len());
        assert!(bytes.reveal().len().is_multiple_of(PADDING_BYTES));
        assert_eq!(format!("{short:?}"), "Letter(申请 0b8f…)");
    }

    #[test]
    fn a_letter_too_long_or_of_another_time_is_refused() {
        assert!(matches!(letter(&"长".repeat(LETTER_BYTES_MAX)).to_bytes(), Err(LetterError::Long)));
        let read = |change: fn(&mut Letter)| {
            let mut letter = letter("张三");
            change(&mut letter);
            Letter::parse(letter.to_bytes().unwrap().reveal())
        };
        assert!(matches!(read(|l| l.format = 2), Err(LetterError::Format(2))));
        assert!(matches!(read(|l| l.format = 0), Err(LetterError::Format(0))));
        assert!(matches!(read(|l| l.kind = "别的".into()), Err(LetterError::Kind(_))));
        assert!(matches!(Letter::parse(b"{"), Err(LetterError::Shape(_))));
        assert!(matches!(Letter::parse(&vec![b' '; LETTER_BYTES_MAX * 2]), Err(LetterError::Long)));
    }

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        let number = Number::new(date(2026, 11, 22), [5, 200, 31, 7, 99, 0, 255]);
        assert_eq!(number.as_str().len(), "261122-7K4P-9QXM".len());
        for typed in [number.to_string(), number.to_string().to_lowercase(), number.to_string().replace('-', " ")] {
            assert_eq!(Number::parse(&typed), Some(number.clone()), "{typed}");
        }
        for bad in ["", "261122", "261122-7K4P", "一二三四五六-7K4P-9QXM", "261122-7K4P-9QXMM"] {
            assert_eq!(Number::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_number_is_typed_symbol_by_symbol_and_set_as_it_is_printed() {
        let number = Number::new(date(2026, 11, 22), [5, 200, 31, 7, 99, 0, 255]);
        let mut typed = String::new();
        for c in number.as_str().chars().filter(|c| *c != '-') {
            assert!(Number::takes(&typed, c) && Number::has_day(&typed), "{typed} {c}");
            assert!(!Number::takes(&typed, 'O') && !Number::takes(&typed, '-') && !Number::takes(&typed, '七'));
            typed.push(c);
        }
        assert_eq!((typed.len(), Number::set(&typed)), (Number::SYMBOLS_MAX, number.to_string()));
        assert!(!Number::takes(&typed, '7'), "it has an end");
        assert!(!Number::takes("261122", '1') && Number::takes("26112", '1'), "0 and 1 stand in the day alone");
        assert_eq!((Number::set("261122"), Number::set("2611227K4P9")), ("261122".into(), "261122-7K4P-9".into()));
        assert!(!Number::has_day("261322") && !Number::has_day("260230") && Number::has_day("2613"));
    }

    proptest! {
        #[test]
        fn one_wrong_symbol_in_a_number_is_noticed(chance in any::<[u8; SYMBOLS_CHOSEN]>(), at in 0..14_usize, other in 0..29_usize) {
            let number = Number::new(date(2026, 11, 22), chance);
            let mut plain: Vec<u8> = number.as_str().bytes().filter(|b| *b != b'-').collect();
            let wrong = if at < 6 { b'0' + (other % 10) as u8 } else { SYMBOLS[other] };
            prop_assume!(plain[at] != wrong);
            plain[at] = wrong;
            prop_assert_eq!(Number::parse(std::str::from_utf8(&plain).unwrap()), None);
        }

        #[test]
        fn any_bytes_are_no_letter_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
            let _ = Letter::parse(&bytes);
            let _ = Number::parse(&text);
        }
    }
}
