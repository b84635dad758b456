//! What the TOML parser complains about, in the language of those who write the files.
//! It adds nothing to what the parser knows; a complaint it has no words for is passed on in brackets.

/// The parser's commonest complaints.
const KNOWN: &[(&str, &str)] = &[
    ("duplicate key", "同一项写了两次"),
    ("invalid basic string", "文字没有用英文引号收尾"),
    ("invalid literal string", "文字没有用英文引号收尾"),
    ("invalid multi-line", "文字没有用三个英文引号收尾"),
    ("invalid unquoted key", "项的名称只能用字母、数字、横线和下划线"),
    ("key with no value", "缺少等号和值"),
    ("missing value", "等号后面没有值"),
    ("unclosed array", "列表缺少收尾的 ]"),
    ("unclosed inline table", "缺少收尾的 }"),
    ("unclosed table", "段名缺少收尾的 ]"),
    ("string values must be quoted", "文字要加英文引号"),
];

/// What is wrong in `text`, in Chinese.
pub fn in_chinese(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start);
    if let Some(c) = control_character(text, at) {
        return format!("文字里有看不见的控制字符 U+{:04X}，请删去", u32::from(c));
    }
    let message = error.message();
    let known = KNOWN.iter().find(|(english, _)| message.contains(english));
    known.map_or_else(|| format!("不合 TOML 的写法（{message}）"), |(_, chinese)| (*chinese).to_owned())
}

/// The first character on the line of the error that TOML allows nowhere: it is the cause whatever the parser says.
fn control_character(text: &str, at: usize) -> Option<char> {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.split('\n').next()?;
    line.strip_suffix('\r').unwrap_or(line).chars().find(|c| c.is_ascii_control() && *c != '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        in_chinese(text, &text.parse::<toml::Table>().unwrap_err())
    }

    #[test]
    fn complaints_are_told_in_chinese_and_name_control_characters() {
        assert_eq!(told("a = 1\nb = \"老年\u{7}人\"\n"), "文字里有看不见的控制字符 U+0007，请删去");
        assert_eq!(told("a = 'x\u{1b}y'\n"), "文字里有看不见的控制字符 U+001B，请删去");
        assert_eq!(told("a = \"\"\"\n一\u{7f}二\"\"\"\n"), "文字里有看不见的控制字符 U+007F，请删去");
        assert_eq!(told("a = \"没有收尾\r\nb = 2\r\n"), "文字没有用英文引号收尾");
        assert_eq!(told("[a\n"), "段名缺少收尾的 ]");
        assert!(told("a = 1e\n").starts_with("不合 TOML 的写法（"));
    }
}
