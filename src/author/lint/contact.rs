//! Rules on telephones: numbers as they are dialled.
//! They never call anybody; whether a number is answered is for the office to try.

use super::Rule;
use crate::author::problem::Problem;
use crate::author::reading::Reading;
use crate::content::schema::Seen;

/// L06: a number is a landline with its area code, a mobile, a hotline or a 400 number.
pub fn phone_forms(rule: &Rule, reading: &Reading) -> Vec<Problem> {
    let mut problems = Vec::new();
    for authored in &reading.records {
        authored.record.visit(&mut |at, seen| {
            if let Seen::Phone(phone) = seen
                && !is_dialled_so(phone)
            {
                let message = format!("“{phone}”写法不规范：座机写成 区号-号码，手机 11 位，热线 3 至 5 位");
                problems.push(rule.broken(authored, &at.to_string(), message));
            }
        });
    }
    problems
}

/// Numbering plan of the People's Republic (MIIT 2017): area codes 0xx and 0xxx, subscriber numbers of 7 or 8 digits.
fn is_dialled_so(phone: &str) -> bool {
    let digits =
        |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = phone.split('-').collect();
    match parts.as_slice() {
        [whole] if whole.starts_with('1') => {
            let is_mobile = digits(whole, &[11]) && !whole.starts_with("10") && !whole.starts_with("12");
            is_mobile || digits(whole, &[3, 5])
        }
        [whole] => (whole.starts_with("95") && digits(whole, &[5, 6, 8])) || (is_400(whole) && digits(whole, &[10])),
        ["400" | "800", middle, end] => digits(middle, &[3]) && digits(end, &[4]),
        [area, number] | [area, number, _] if area.starts_with('0') => {
            let has_extension = parts.get(2).is_none_or(|end| digits(end, &[1, 2, 3, 4, 5, 6]));
            digits(area, &[3, 4]) && digits(number, &[7, 8]) && !number.starts_with(['0', '1']) && has_extension
        }
        _ => false,
    }
}

fn is_400(whole: &str) -> bool {
    whole.starts_with("400") || whole.starts_with("800")
}

#[cfg(test)]
mod tests {
    use super::is_dialled_so;

    #[test]
    fn numbers_are_written_as_they_are_dialled() {
        for good in ["12345", "110", "12333", "0600-5550100", "010-65550100-12", "13800000000", "400-555-0100", "95500"]
        {
            assert!(is_dialled_so(good), "{good}");
        }
        for bad in ["5550100", "06005550100", "0600-555010", "12-345", "10-0", "1234", "12800000000", "0600-1550100"] {
            assert!(!is_dialled_so(bad), "{bad}");
        }
    }
}
