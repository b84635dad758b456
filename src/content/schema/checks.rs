//! What one reading of a record found wrong, and the checks of plain texts that rules are made of.
//! A failed check never stops the others, so that one reading names every wrong field of a record.

use super::At;

/// Longest title in characters; the longest of 1,135 real guides has 110.
pub const TITLE_CHARS_MAX: usize = 120;
/// Longest paragraph in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Most entries in a list of a record, where its rule says nothing else.
pub const LIST_MAX: usize = 200;
/// Longest web address in bytes; longer ones make QR codes that phones cannot read.
const URL_BYTES_MAX: usize = 400;
/// Longest host name in bytes (RFC 1035).
const HOST_BYTES_MAX: usize = 253;

/// A checked value, or the knowledge that its problem has been noted.
pub type Checked<T> = Result<T, Noted>;

/// Proof that a problem was noted; only [`Checks::refuse`] makes one.
#[derive(Debug, Clone, Copy)]
pub struct Noted(());

/// A field whose value is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}：{problem}")]
pub struct FieldError {
    /// The field's path, such as `material[2].form`; counted from 1 as people count.
    pub field: String,
    /// What is wrong with it and what would be right, in Chinese.
    pub problem: String,
}

impl FieldError {
    /// A problem with a field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// Where a record comes from, which decides how its values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// JSON of a pack, or TOML of an office: numbers and lists are what they are.
    Values,
    /// A row of a table: everything is a text in a cell.
    Cells,
}

/// The checks of one record and what they found.
#[derive(Debug)]
pub struct Checks {
    source: Source,
    problems: Vec<FieldError>,
}

impl Checks {
    /// Runs the checks of one record: its value, or everything that is wrong with it.
    pub fn run<T>(source: Source, check: impl FnOnce(&mut Self) -> Checked<T>) -> Result<T, Vec<FieldError>> {
        let mut checks = Self { source, problems: Vec::new() };
        match check(&mut checks) {
            Ok(value) if checks.problems.is_empty() => Ok(value),
            Ok(_) | Err(Noted(())) => Err(checks.problems),
        }
    }

    /// Whether every value is a text in a cell.
    pub fn reads_cells(&self) -> bool {
        self.source == Source::Cells
    }

    /// Notes a problem with a field.
    pub fn refuse(&mut self, at: &At<'_>, problem: impl Into<String>) -> Noted {
        self.problems.push(FieldError::new(at.to_string(), problem));
        Noted(())
    }

    /// A text of at most this many characters, with nothing unseen in it.
    pub fn bounded(&mut self, at: &At<'_>, value: String, chars_max: usize) -> Checked<String> {
        if value.trim().is_empty() {
            return Err(self.refuse(at, "不能为空"));
        }
        if let Some(c) = value.chars().find(|c| is_unseen(*c)) {
            return Err(self.refuse(at, format!("含有看不见的控制字符 U+{:04X}", u32::from(c))));
        }
        // A character takes at least a byte: counting is needed only for long texts.
        if value.len() > chars_max {
            let chars = value.chars().count();
            if chars > chars_max {
                return Err(self.refuse(at, format!("过长：{chars}字，最多{chars_max}字")));
            }
        }
        Ok(value)
    }

    /// A phone number as it is published: digits, at most two hyphens, 3 to 16 digits.
    pub fn phone(&mut self, at: &At<'_>, value: String) -> Checked<String> {
        let is_plain = value.chars().all(|c| c.is_ascii_digit() || c == '-');
        let digits = value.chars().filter(char::is_ascii_digit).count();
        if is_plain && (3..=16).contains(&digits) && value.len() - digits <= 2 {
            Ok(value)
        } else {
            Err(self.refuse(at, format!("“{value}”不是电话号码，应写成 0000-12345678 或 12345")))
        }
    }

    /// A host name.
    pub fn host(&mut self, at: &At<'_>, value: String) -> Checked<String> {
        if is_host(&value) {
            Ok(value)
        } else {
            Err(self.refuse(at, format!("“{value}”不是域名，应写成 www.example.gov.cn")))
        }
    }

    /// An https address.
    pub fn web_address(&mut self, at: &At<'_>, value: String) -> Checked<String> {
        if !is_host(host_of(&value)) {
            return Err(self.refuse(at, "网址应以 https:// 开头，后接域名"));
        }
        if value.len() > URL_BYTES_MAX || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(self.refuse(at, "网址过长或含有空白"));
        }
        Ok(value)
    }
}

/// The host of an https address; empty when it is none.
pub fn host_of(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default()
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
        Checks::run(Source::Values, check).err().and_then(|p| p.into_iter().next()).map(|p| p.to_string())
    }

    #[test]
    fn an_unseen_character_is_refused_by_its_code() {
        let bounded = |text: &str| problem(|c| c.bounded(&At::TOP.key("t"), text.into(), 9));
        assert_eq!(bounded("优待\u{1b}证").unwrap(), "t：含有看不见的控制字符 U+001B");
        assert_eq!(bounded("一\n二").unwrap(), "t：含有看不见的控制字符 U+000A");
        assert_eq!(bounded("优待\u{200b}证").unwrap(), "t：含有看不见的控制字符 U+200B");
        assert!(bounded("证gov\u{202e}nc").is_some());
        assert_eq!(bounded("一二三四五六七八九"), None);
        assert_eq!(bounded("一二三四五六七八九十").unwrap(), "t：过长：10字，最多9字");
    }

    #[test]
    fn phones_hosts_and_addresses_are_what_they_say() {
        let at = At::TOP.key("p");
        for good in ["12345", "0600-5550100", "400-555-0100", "13800000000"] {
            assert_eq!(problem(|c| c.phone(&at, good.into())), None, "{good}");
        }
        for bad in ["", "12", "0600 5550100", "（0600）5550100", "1-2-3-4-5", "见窗口"] {
            assert!(problem(|c| c.phone(&at, bad.into())).is_some(), "{bad}");
        }
        for bad in ["http://a.gov.cn/", "https://", "https:///x", "https://a b.cn", "https://u@a.cn/", "https://a..cn"]
        {
            assert!(problem(|c| c.web_address(&at, bad.into())).is_some(), "{bad}");
        }
        assert_eq!(problem(|c| c.web_address(&at, "https://www.a.gov.cn/x?y#z".into())), None);
    }
}
