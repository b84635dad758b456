//! Rules on personal data: identity numbers, mobile numbers and bank cards do not stand in what everybody reads.
//! A message never repeats the number it is about.

use super::{Hall, Rule};
use crate::author::problem::{Level, Problem};
use crate::base::check_digit::{is_built_as_id_card, is_uscc, passes_luhn};
use crate::content::table::{Column, ColumnKind, Mask};
use crate::content::{Row, Table};

/// Signs that stand for a hidden character.
const STARS: &[char] = &['*', '＊', '×', '某', '○', '●', '■'];
/// Fewest hidden characters of a masked number.
const HIDDEN_MIN: usize = 4;
/// Most digits of a masked identity or account number that may still be seen.
const SEEN_MAX: usize = 10;
/// Most digits that may stand without any star: the last four.
const LAST_DIGITS: usize = 4;
/// Headings of columns that hold people's names.
const NAME_HEADINGS: &[&str] = &["姓名", "户主", "购机者", "申请人", "领取人", "受益人", "联系人", "家长", "监护人"];

/// A number that tells who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Personal {
    IdCard,
    Mobile,
    BankCard,
}

impl Personal {
    fn name(self) -> &'static str {
        match self {
            Self::IdCard => "身份证号",
            Self::Mobile => "手机号",
            Self::BankCard => "银行卡号",
        }
    }

    fn masked(self) -> &'static str {
        match self {
            Self::IdCard => "只留后四位",
            Self::Mobile => "写成 138****1234",
            Self::BankCard => "只留后四位",
        }
    }
}

/// L18: nobody finds a neighbour's numbers on the screen.
pub fn exposed(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    hall.each_text(|authored, at, text| {
        for found in numbers_in(text) {
            let message = format!("写有{}，不能公开；要公开的请遮盖（{}）", found.name(), found.masked());
            problems.push(rule.broken(authored, &hall.place(&authored.record, at), message));
        }
    });
    for (authored, row) in hall.records::<Row>() {
        let Some(sheet) = hall.sheet(&row.sheet) else { continue };
        for (column, cell) in sheet.columns.iter().zip(&row.cells) {
            if let Some(mask) = column.mask.filter(|mask| !is_masked(*mask, cell)) {
                let message = format!("“{}”一列应遮盖{}，这一格没有遮盖", column.label, mask.term());
                problems.push(rule.broken(authored, &column.id, message));
            }
        }
    }
    problems.extend(hall.records::<Table>().flat_map(|(authored, table)| {
        let columns = table.sheet.columns.iter().enumerate().filter(|(_, column)| is_open_name(column));
        columns.map(|(i, column)| {
            let message = format!("“{}”一列是人名，请遮盖后写 mask = \"姓名\"", column.label);
            rule.broken_as(Level::Warning, authored, &format!("column[{}].mask", i + 1), message)
        })
    }));
    problems
}

fn is_open_name(column: &Column) -> bool {
    column.mask.is_none() && column.kind == ColumnKind::Text && NAME_HEADINGS.iter().any(|h| column.label.contains(h))
}

fn is_masked(mask: Mask, cell: &str) -> bool {
    let hidden = cell.chars().filter(|c| STARS.contains(c)).count();
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let is_name = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c) && !STARS.contains(&c);
    match mask {
        Mask::PersonName => hidden > 0 || !cell.chars().any(is_name),
        Mask::Phone => digits <= LAST_DIGITS || (hidden >= HIDDEN_MIN && digits <= 7),
        Mask::IdCard | Mask::Account => digits <= LAST_DIGITS || (hidden >= HIDDEN_MIN && digits <= SEEN_MAX),
    }
}

/// Personal numbers in a text, each sort told once.
fn numbers_in(text: &str) -> Vec<Personal> {
    let mut found = Vec::new();
    // Most texts hold no eleven digits at all.
    if text.bytes().filter(u8::is_ascii_digit).count() < 11 && !text.contains(|c| ('０'..='９').contains(&c)) {
        return found;
    }
    let narrow: String = text.chars().map(narrowed).collect();
    for run in narrow.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'))) {
        for sort in run_numbers(run) {
            if !found.contains(&sort) {
                found.push(sort);
            }
        }
    }
    found
}

/// Digits typed with a Chinese keyboard are digits all the same.
fn narrowed(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        'Ｘ' | 'ｘ' => 'X',
        c => c,
    }
}

/// Numbers in letters, digits, blanks and hyphens: whole words, or groups as people set them apart.
fn run_numbers(run: &str) -> Vec<Personal> {
    let groups: Vec<&str> = run.split([' ', '-']).collect();
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    let mut found = Vec::new();
    for from in 0..groups.len() {
        for (shape, sort) in [
            (&[11][..], Personal::Mobile),
            (&[3, 4, 4], Personal::Mobile),
            (&[18], Personal::IdCard),
            (&[6, 8, 4], Personal::IdCard),
        ] {
            let to = from + shape.len();
            if lengths.get(from..to) == Some(shape) && is_number(sort, &groups[from..to].concat()) {
                found.push(sort);
            }
        }
        let fours = lengths[from..].iter().take_while(|n| **n == 4).count();
        let card = match fours {
            0 | 1 => groups[from].to_owned(),
            // 6222 0200 1234 5678 901: groups of four and what is left.
            n => groups[from..]
                .iter()
                .take(n + usize::from(n >= 4 && lengths.get(from + n).is_some_and(|l| *l < 4)))
                .copied()
                .collect(),
        };
        if is_number(Personal::BankCard, &card) {
            found.push(Personal::BankCard);
        }
    }
    found
}

fn is_number(sort: Personal, text: &str) -> bool {
    match sort {
        Personal::IdCard => is_built_as_id_card(text) && !is_uscc(&text.to_ascii_uppercase()),
        Personal::Mobile => {
            let second = text.as_bytes().get(1).copied().unwrap_or_default();
            text.starts_with('1') && (b'3'..=b'9').contains(&second) && text.bytes().all(|b| b.is_ascii_digit())
        }
        // Cards of Chinese banks begin with 62, older ones with the digits of the international networks.
        Personal::BankCard => {
            let is_card = text.starts_with("62") || text.starts_with(['4', '5']) || text.starts_with("9558");
            (16..=19).contains(&text.len())
                && is_card
                && passes_luhn(text)
                && !is_built_as_id_card(text)
                && !is_uscc(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_people_are_found_however_they_are_set() {
        use Personal::{BankCard, IdCard, Mobile};
        for (text, expected) in [
            ("联系人张三，13800138000", Mobile),
            ("电话138-0013-8000转", Mobile),
            ("１３８００１３８０００", Mobile),
            ("身份证11010519491231002X。", IdCard),
            ("证号 110105 19491231 002x", IdCard),
            ("证号110105194912310021（写错一位）", IdCard),
            ("卡号6222021234567890128", BankCard),
            ("卡号 4111 1111 1111 1111", BankCard),
        ] {
            let card_check = text.replace("6222021234567890128", &luhn("622202123456789012"));
            assert_eq!(numbers_in(&card_check), [expected], "{text}");
        }
    }

    fn luhn(head: &str) -> String {
        (0..10).map(|d| format!("{head}{d}")).find(|card| passes_luhn(card)).unwrap()
    }

    #[test]
    fn official_numbers_and_masked_ones_are_nobodys() {
        for text in [
            "0600-5550100",
            "12345",
            "138****1234",
            "1101***********02X",
            "11440100007482575H3440118009000",
            "统一社会信用代码 91350100M000100Y43",
            "511A0138000000-511602000000-000-115113010833722043-1-00",
            "2026-11-21 09:00-12:00",
            "云政办发〔2026〕3号，2026年11月21日",
            "400-555-0100",
            "凭证号 20261100123456",
        ] {
            assert_eq!(numbers_in(text), [], "{text}");
        }
    }

    #[test]
    fn a_mask_hides_what_it_says() {
        for (mask, cell) in [
            (Mask::PersonName, "张*"),
            (Mask::PersonName, "王某某"),
            (Mask::PersonName, ""),
            (Mask::IdCard, "002X"),
            (Mask::IdCard, "1101**********002X"),
            (Mask::Phone, "138****1234"),
            (Mask::Phone, "1234"),
            (Mask::Account, "尾号 0128"),
        ] {
            assert!(is_masked(mask, cell), "{cell}");
        }
        for (mask, cell) in [
            (Mask::PersonName, "张三"),
            (Mask::IdCard, "11010519491231002X"),
            (Mask::IdCard, "110105194912**002X"),
            (Mask::Phone, "13800138000"),
            (Mask::Phone, "138**381234"),
            (Mask::Account, "6222021234567890"),
        ] {
            assert!(!is_masked(mask, cell), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through(text in any::<String>(), digits in "[0-9 \\-Xx]{0,60}") {
            let _ = (numbers_in(&text), numbers_in(&digits), is_masked(Mask::IdCard, &text));
        }
    }
}
