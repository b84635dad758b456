//! Number plates of the mainland (GA 36-2018), old and new energy.
//! It knows their form, not which of them were given out.

/// Short names of the provinces.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// What plates of special use end with.
const SPECIAL: &str = "挂学警港澳领使试超";

/// A plate in capital letters, or nothing when it is none.
pub fn read(text: &str) -> Option<String> {
    let text: String =
        text.chars().filter(|c| !matches!(c, '·' | '-' | '.' | '•')).flat_map(char::to_uppercase).collect();
    let chars: Vec<char> = text.chars().collect();
    let [province, office, number @ ..] = chars.as_slice() else { return None };
    let is_sign = |c: &char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !matches!(c, 'I' | 'O'));
    let (last, first) = number.split_last()?;
    let is_number = first.iter().all(is_sign)
        && match number.len() {
            5 => is_sign(last) || SPECIAL.contains(*last),
            6 => is_sign(last),
            _ => false,
        };
    let is_office = office.is_ascii_uppercase() && *office != 'I';
    (PROVINCES.contains(*province) && is_office && is_number).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_old_and_new_are_known() {
        for (written, kept) in [
            ("京A12345", "京A12345"),
            ("粤b·d12345", "粤BD12345"),
            ("豫U1234挂", "豫U1234挂"),
            ("沪AF00001", "沪AF00001"),
        ] {
            assert_eq!(read(written).as_deref(), Some(kept), "{written}");
        }
        for bad in ["", "京", "京A", "京A1234", "京A1234567", "A12345", "国A12345", "京I12345", "京A1234O", "京112345"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
