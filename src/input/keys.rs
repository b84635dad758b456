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
    /// The letters that become hanzi, with the dot in the names of many peoples.
    NamePinyin,
    /// Digits alone.
    Plain,
    /// Digits and X.
    IdCard,
    /// Digits and what stands between the parts of a number.
    Phone,
    /// Digits and the point.
    Money,
    /// Digits and what stands between the parts of a date.
    Day,
    /// Digits and the capital letters of credit codes.
    Code,
    /// What follows the day in the number of a receipt.
    Receipt,
    /// What mail addresses are written with.
    Mail,
    /// What a number plate begins with.
    Provinces,
    /// What follows on a number plate.
    Plate,
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
            Self::NamePinyin => &[
                &["q", "w", "e", "r", "t", "y", "u", "i", "o", "p"],
                &["a", "s", "d", "f", "g", "h", "j", "k", "l"],
                &["z", "x", "c", "v", "b", "n", "m", "'", "·"],
            ],
            Self::Plain => &[&["1", "2", "3"], &["4", "5", "6"], &["7", "8", "9"], &["0"]],
            Self::IdCard => &[&["1", "2", "3"], &["4", "5", "6"], &["7", "8", "9"], &["X", "0"]],
            Self::Phone | Self::Day => &[&["1", "2", "3"], &["4", "5", "6"], &["7", "8", "9"], &["-", "0"]],
            Self::Money => &[&["1", "2", "3"], &["4", "5", "6"], &["7", "8", "9"], &[".", "0"]],
            Self::Code => &[
                &["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"],
                &["Q", "W", "E", "R", "T", "Y", "U", "P"],
                &["A", "D", "F", "G", "H", "J", "K", "L"],
                &["X", "C", "B", "N", "M"],
            ],
            Self::Receipt => &[
                &["2", "3", "4", "5", "6", "7", "8", "9"],
                &["Q", "W", "E", "R", "T", "Y", "U", "P"],
                &["A", "D", "F", "G", "H", "J", "K"],
                &["Z", "X", "C", "B", "N", "M"],
            ],
            Self::Mail => &[
                &["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"],
                &["q", "w", "e", "r", "t", "y", "u", "i", "o", "p"],
                &["a", "s", "d", "f", "g", "h", "j", "k", "l", "@"],
                &["z", "x", "c", "v", "b", "n", "m", ".", "-", "_"],
            ],
            Self::Provinces => &[
                &["京", "津", "沪", "渝", "冀", "豫", "云", "辽"],
                &["黑", "湘", "皖", "鲁", "新", "苏", "浙", "赣"],
                &["鄂", "桂", "甘", "晋", "蒙", "陕", "吉", "闽"],
                &["贵", "粤", "青", "藏", "川", "宁", "琼"],
            ],
            Self::Plate => &[
                &["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"],
                &["Q", "W", "E", "R", "T", "Y", "U", "P"],
                &["A", "S", "D", "F", "G", "H", "J", "K", "L"],
                &["Z", "X", "C", "V", "B", "N", "M"],
                &["挂", "学", "警", "港", "澳", "领", "使", "试", "超"],
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
        "." => "点",
        "_" => "下划线",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::content::letter::Number;

    #[test]
    fn every_key_is_one_character_and_no_two_on_a_board_are_said_alike() {
        let boards = [
            Board::Pinyin,
            Board::Letters,
            Board::Digits,
            Board::Symbols,
            Board::NamePinyin,
            Board::Plain,
            Board::IdCard,
            Board::Phone,
            Board::Money,
            Board::Day,
            Board::Code,
            Board::Receipt,
            Board::Mail,
            Board::Provinces,
            Board::Plate,
        ];
        for board in boards {
            let keys: Vec<&str> = board.rows().iter().flat_map(|row| row.iter().copied()).collect();
            assert!(keys.iter().all(|key| key.chars().count() == 1));
            let said: BTreeSet<&str> = keys.iter().map(|key| spoken(key)).collect();
            assert_eq!(said.len(), keys.len(), "{board:?}");
            assert!(said.iter().all(|said| said.chars().all(char::is_alphanumeric)), "{said:?}");
        }
        let letters: String = Board::Pinyin.rows().concat().concat();
        assert!(('a'..='z').all(|letter| letters.contains(letter)));
    }

    #[test]
    fn the_keys_for_a_receipt_s_number_are_its_symbols_and_no_others() {
        let keys: String = Board::Receipt.rows().concat().concat();
        for c in ('\u{21}'..='\u{7E}').chain(['七', '，']) {
            assert_eq!(keys.contains(c), Number::takes("261122", c), "{c}");
        }
        let digits: String = Board::Plain.rows().concat().concat();
        assert!(('0'..='9').all(|c| Number::takes("2611", c) && digits.contains(c)), "{digits}");
    }
}
