//! Rules on codes: the unified social credit codes of offices, and those that national item codes begin with.
//! Other codes are opaque: provinces write them in forms of their own.

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::author::reading::Authored;
use crate::base::check_digit::is_uscc;
use crate::content::{IndexItem, Org};

/// Length of a unified social credit code.
const USCC_CHARS: usize = 18;
/// Length of a national item code: a credit code and 13 more (GB/T 39554.1).
const ITEM_CODE_CHARS: usize = 31;

/// L12: a mistyped credit code names nobody.
pub fn credit_codes(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |authored: &Authored, field: &str, code: Option<&str>| {
        if let Some(code) = code.filter(|code| !is_uscc(code)) {
            problems.push(rule.broken(authored, field, fault(code)));
        }
    };
    for (authored, org) in hall.records::<Org>() {
        check(authored, "uscc", Some(org.uscc.as_str()).filter(|code| !code.is_empty()));
    }
    for (authored, item) in hall.records::<IndexItem>() {
        check(authored, "code", head(&item.code));
    }
    for (authored, guide) in hall.guides() {
        let Some(code) = &guide.code else { continue };
        check(authored, "code.impl", head(&code.implementing));
        check(authored, "code.biz", head(&code.business));
    }
    problems
}

/// The credit code that an item code begins with; none when it is written in another form.
fn head(code: &str) -> Option<&str> {
    let is_national = code.len() == ITEM_CODE_CHARS && code.bytes().all(|b| b.is_ascii_alphanumeric());
    is_national.then(|| &code[..USCC_CHARS])
}

fn fault(code: &str) -> String {
    if code.chars().count() != USCC_CHARS {
        return format!("统一社会信用代码应有{USCC_CHARS}位，写的是“{code}”");
    }
    if is_uscc(&code.to_ascii_uppercase()) {
        return format!("统一社会信用代码“{code}”的字母应大写");
    }
    format!("统一社会信用代码“{code}”校验不通过，请核对有没有写错一位")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_in_the_national_form_are_taken_apart() {
        assert_eq!(head("11440100007482575H3440118009000"), Some("11440100007482575H"));
        for other in
            ["511A0138000000-511602000000-000-115113010833722043-1-00", "", "000109013000", "一二三四五六七八九十"]
        {
            assert_eq!(head(other), None, "{other}");
        }
        assert!(fault("91350100m000100y43").contains("大写"));
        assert!(fault("91350100M000100Y44").contains("校验不通过"));
        assert!(fault("TE51").contains("18位"));
    }
}
