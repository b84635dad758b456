//! The checks that shapes are made of: each turns one raw field into a value and notes what is wrong.
//! A failed check never stops the others, so that one reading names every wrong field of a record.

use crate::base::id::RecordId;
use crate::content::record::FieldError;

/// Longest title in characters; the longest of 1,135 real guides has 110.
pub const TITLE_CHARS_MAX: usize = 120;
/// Longest paragraph in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Most entries in any list of a record.
pub const LIST_MAX: usize = 200;
/// Longest web address in bytes; longer ones make QR codes that phones cannot read.
const URL_BYTES_MAX: usize = 400;
/// Longest host name in bytes (RFC 1035).
const HOST_BYTES_MAX: usize = 253;

/// A checked value, or the knowledge that its problem has been noted.
pub(super) type Checked<T> = Result<T, Noted>;

/// Proof that a problem was noted; only [`Checks::refuse`] makes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted(());

/// The checks of one record and what they found.
#[derive(Default)]
pub(super) struct Checks {
    problems: Vec<FieldError>,
}

impl Checks {
    /// Runs the checks of one record: its value, or everything that is wrong with it.
    pub fn run<T>(check: impl FnOnce(&mut Self) -> Checked<T>) -> Result<T, Vec<FieldError>> {
        let mut checks = Self::default();
        match check(&mut checks) {
            Ok(value) if checks.problems.is_empty() => Ok(value),
            Ok(_) | Err(Noted(())) => Err(checks.problems),
        }
    }

    /// Notes a problem with a field.
    pub fn refuse(&mut self, field: impl Into<String>, problem: impl Into<String>) -> Noted {
        self.problems.push(FieldError::new(field, problem));
        Noted(())
    }

    /// A record's id.
    pub fn id(&mut self, field: &str, kind: &str, name: &str) -> Checked<RecordId> {
        RecordId::new(kind, name).map_err(|e| self.refuse(field, e.to_string()))
    }

    /// A key inside one record.
    pub fn key(&mut self, field: &str, value: String) -> Checked<String> {
        match RecordId::new("key", &value) {
            Ok(_) => Ok(value),
            Err(e) => Err(self.refuse(field, e.to_string())),
        }
    }

    /// A line of text.
    pub fn title(&mut self, field: &str, value: String) -> Checked<String> {
        self.bounded(field, value, TITLE_CHARS_MAX)
    }

    /// A paragraph.
    pub fn text(&mut self, field: &str, value: String) -> Checked<String> {
        self.bounded(field, value, TEXT_CHARS_MAX)
    }

    /// A paragraph, or nothing.
    pub fn optional_text(&mut self, field: &str, value: String) -> Checked<String> {
        if value.is_empty() { Ok(value) } else { self.text(field, value) }
    }

    fn bounded(&mut self, field: &str, value: String, chars_max: usize) -> Checked<String> {
        if value.trim().is_empty() {
            return Err(self.refuse(field, "不能为空"));
        }
        if let Some(c) = value.chars().find(|c| is_unseen(*c)) {
            return Err(self.refuse(field, format!("含有看不见的控制字符 U+{:04X}", u32::from(c))));
        }
        let chars = value.chars().count();
        if chars > chars_max {
            return Err(self.refuse(field, format!("过长：{chars}字，最多{chars_max}字")));
        }
        Ok(value)
    }

    /// A phone number as it is published: digits, at most two hyphens, 3 to 16 digits.
    pub fn phone(&mut self, field: &str, value: String) -> Checked<String> {
        let is_plain = value.chars().all(|c| c.is_ascii_digit() || c == '-');
        let digits = value.chars().filter(char::is_ascii_digit).count();
        if is_plain && (3..=16).contains(&digits) && value.len() - digits <= 2 {
            Ok(value)
        } else {
            Err(self.refuse(field, format!("“{value}”不是电话号码，应写成 0000-12345678 或 12345")))
        }
    }

    /// A phone number, or nothing.
    pub fn optional_phone(&mut self, field: &str, value: String) -> Checked<String> {
        if value.is_empty() { Ok(value) } else { self.phone(field, value) }
    }

    /// A host name.
    pub fn host(&mut self, field: &str, value: String) -> Checked<String> {
        if is_host(&value) {
            Ok(value)
        } else {
            Err(self.refuse(field, format!("“{value}”不是域名，应写成 www.example.gov.cn")))
        }
    }

    /// An https address.
    pub fn web_address(&mut self, field: &str, value: String) -> Checked<String> {
        let rest = value.strip_prefix("https://").unwrap_or_default();
        if !is_host(rest.split(['/', '?', '#']).next().unwrap_or_default()) {
            return Err(self.refuse(field, "网址应以 https:// 开头，后接域名"));
        }
        if value.len() > URL_BYTES_MAX || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(self.refuse(field, "网址过长或含有空白"));
        }
        Ok(value)
    }

    /// One of the national standard's terms.
    pub fn term<T: Copy>(&mut self, field: &str, value: &str, terms: &[(&str, T)]) -> Checked<T> {
        terms.iter().find(|(t, _)| *t == value).map(|(_, v)| *v).ok_or_else(|| {
            let known: Vec<_> = terms.iter().map(|(t, _)| *t).collect();
            self.refuse(field, format!("不认识“{value}”，可以写：{}", known.join("、")))
        })
    }

    /// Checks every entry of a list under `field[n]`, counted from 1.
    pub fn each<A, B>(
        &mut self,
        field: &str,
        list: Vec<A>,
        mut check: impl FnMut(&mut Self, &str, A) -> Checked<B>,
    ) -> Checked<Vec<B>> {
        if list.len() > LIST_MAX {
            return Err(self.refuse(field, format!("过长：{}项，最多{LIST_MAX}项", list.len())));
        }
        // Collected in two turns: the first checks every entry, the second stops at a failed one.
        let checked: Vec<_> =
            list.into_iter().enumerate().map(|(i, entry)| check(self, &format!("{field}[{}]", i + 1), entry)).collect();
        checked.into_iter().collect()
    }
}

/// The first problem, for callers that only refuse.
pub(super) fn first(problems: Vec<FieldError>) -> FieldError {
    problems.into_iter().next().unwrap_or_else(|| FieldError::new("", "内容不完整"))
}

/// The names of some records, as files and packs write them.
pub(super) fn names(ids: &[RecordId]) -> Vec<String> {
    ids.iter().map(|id| id.name().to_owned()).collect()
}

/// Characters that do something without being seen: controls, zero widths, line and direction marks.
/// They come along when text is pasted from a web page, and break search, voice and receipts.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_host(value: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && l.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    value.contains('.') && value.len() <= HOST_BYTES_MAX && value.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem<T>(check: impl FnOnce(&mut Checks) -> Checked<T>) -> Option<String> {
        Checks::run(check).err().map(|p| first(p).to_string())
    }

    #[test]
    fn every_wrong_field_is_named_not_only_the_first() {
        let problems = Checks::run(|c| {
            let a = c.title("a", String::new());
            let b = c.each("b", vec!["x".to_owned(), "\u{7}".to_owned(), "\n".to_owned()], Checks::text);
            Ok((a?, b?))
        })
        .unwrap_err();
        let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["a", "b[2]", "b[3]"]);
    }

    #[test]
    fn a_control_character_is_refused_by_its_code() {
        assert_eq!(problem(|c| c.title("t", "优待\u{1b}证".into())).unwrap(), "t：含有看不见的控制字符 U+001B");
        assert_eq!(problem(|c| c.text("t", "一\n二".into())).unwrap(), "t：含有看不见的控制字符 U+000A");
        assert_eq!(problem(|c| c.text("t", "优待\u{200b}证".into())).unwrap(), "t：含有看不见的控制字符 U+200B");
        assert!(problem(|c| c.text("t", "证gov\u{202e}nc".into())).is_some());
    }

    #[test]
    fn a_title_of_110_characters_is_fine_and_of_121_is_not() {
        assert_eq!(problem(|c| c.title("t", "长".repeat(110))), None);
        assert_eq!(problem(|c| c.title("t", "长".repeat(121))).unwrap(), "t：过长：121字，最多120字");
    }

    #[test]
    fn phones_hosts_and_addresses_are_what_they_say() {
        for good in ["12345", "0600-5550100", "400-555-0100", "13800000000"] {
            assert_eq!(problem(|c| c.phone("p", good.into())), None, "{good}");
        }
        for bad in ["", "12", "0600 5550100", "（0600）5550100", "1-2-3-4-5", "见窗口"] {
            assert!(problem(|c| c.phone("p", bad.into())).is_some(), "{bad}");
        }
        for bad in ["http://a.gov.cn/", "https://", "https:///x", "https://a b.cn", "https://u@a.cn/", "https://a..cn"]
        {
            assert!(problem(|c| c.web_address("u", bad.into())).is_some(), "{bad}");
        }
        assert_eq!(problem(|c| c.web_address("u", "https://www.a.gov.cn/x?y#z".into())), None);
    }

    #[test]
    fn a_list_has_a_limit() {
        let long = vec![String::from("x"); LIST_MAX + 1];
        assert_eq!(problem(|c| c.each("l", long, Checks::text)).unwrap(), "l：过长：201项，最多200项");
    }
}
