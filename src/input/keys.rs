//! The boards of our keyboard: which keys stand where, and how each is said to who does not see them.
//! It types nothing itself.

/// A board of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Board {
    /// 26 letters that become hanzi.
    Pinyin,
    /// 26 letters that stay letters.
    Letters,
    /// Digits and what stands in document and identity numbers.
    Digits,
    /// Punctuation.
    Symbols,
}

impl Board {
    /// The keys, row by row.
    pub fn rows(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Pinyin => &[
                &["q", "w", "e", "r", "t", "y", "u", "i", "o", "p"],
                &["a", "s", "d", "f", "g", "h", "j", "k", "l"],
                &["z", "x", "c", "v", "b", "n", "m", "'"],
            ],
            Self::Letters => &[
                &["Q", "W", "E", "R", "T", "Y", "U", "I", "O", "P"],
                &["A", "S", "D", "F", "G", "H", "J", "K", "L"],
                &["Z", "X", "C", "V", "B", "N", "M", "-"],
            ],
            Self::Digits => &[&["1", "2", "3", "4", "5"], &["6", "7", "8", "9", "0"], &["X", "〔", "〕", "号", "年"]],
            Self::Symbols => &[
                &["，", "。", "、", "？", "！", "：", "；"],
                &["“", "”", "《", "》", "（", "）", "〔", "〕"],
                &["—", "…", "·", "-", "/", "%", "@"],
            ],
        }
    }
}

/// How a key is said; a single letter or digit is said as itself.
pub fn spoken(key: &str) -> &str {
    match key {
        "'" => "分隔号",
        "，" => "逗号",
        "。" => "句号",
        "、" => "顿号",
        "？" => "问号",
        "！" => "感叹号",
        "：" => "冒号",
        "；" => "分号",
        "“" => "左引号",
        "”" => "右引号",
        "《" => "左书名号",
        "》" => "右书名号",
        "（" => "左括号",
        "）" => "右括号",
        "〔" => "左六角括号",
        "〕" => "右六角括号",
        "—" => "破折号",
        "…" => "省略号",
        "·" => "间隔号",
        "-" => "短横线",
        "/" => "斜线",
        "%" => "百分号",
        "@" => "圈a",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_key_is_one_character_and_no_two_on_a_board_are_said_alike() {
        for board in [Board::Pinyin, Board::Letters, Board::Digits, Board::Symbols] {
            let keys: Vec<&str> = board.rows().iter().flat_map(|row| row.iter().copied()).collect();
            assert!(keys.iter().all(|key| key.chars().count() == 1));
            let said: BTreeSet<&str> = keys.iter().map(|key| spoken(key)).collect();
            assert_eq!(said.len(), keys.len(), "{board:?}");
            assert!(said.iter().all(|said| said.chars().all(char::is_alphanumeric)), "{said:?}");
        }
        let letters: String = Board::Pinyin.rows().concat().concat();
        assert!(('a'..='z').all(|letter| letters.contains(letter)));
    }
}
