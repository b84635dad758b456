//! Barcodes of numbers that staff scan: Code 128 (ISO/IEC 15417), drawn by us.
//! It takes nothing but printable ASCII and knows no printer's own barcode command: their code sets differ.

use serde::{Deserialize, Serialize};

/// Longest content in symbols: what fits 58 mm paper at two dots a module. Two digits of a long row are one symbol.
pub const SYMBOLS_MAX: usize = 12;
/// White modules that scanners need on both sides.
pub const QUIET_MODULES: usize = 10;
/// Height of the bars: 10 mm.
pub const HEIGHT_DOTS: usize = 80;

/// Start in code set B, and in C, where two digits make one symbol.
const START_B: usize = 104;
const START_C: usize = 105;
/// Goes from code set C to B, and back.
const TO_B: usize = 100;
const TO_C: usize = 99;
const STOP: usize = 106;
/// As many digits in a row are worth a change to code set C.
const DIGITS_MIN: usize = 4;

/// Widths of bars and spaces of each symbol, bar first.
const SYMBOLS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

/// A barcode that fits every paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barcode {
    text: String,
}

/// Why a text is no barcode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不能做条形码：只能是 1 到 {SYMBOLS_MAX} 个字母、数字和半角符号，长串数字两个算一个")]
pub struct BarcodeError(String);

impl Barcode {
    /// Takes printable ASCII.
    pub fn new(text: &str) -> Result<Self, BarcodeError> {
        let is_plain = text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        // The start symbol is none of the content.
        let is_short = || text.len() <= 2 * SYMBOLS_MAX && symbols(text.as_bytes()).len() <= SYMBOLS_MAX + 1;
        if !is_plain || text.is_empty() || !is_short() {
            return Err(BarcodeError(text.chars().take(40).collect()));
        }
        Ok(Self { text: text.to_owned() })
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bars (true) and spaces, a value a module, without the quiet zones.
    pub fn modules(&self) -> Vec<bool> {
        let mut symbols = symbols(self.text.as_bytes());
        let weighted = symbols.iter().enumerate().map(|(i, symbol)| symbol * i.max(1));
        symbols.push(weighted.sum::<usize>() % 103);
        symbols.push(STOP);
        let mut modules = Vec::new();
        for pattern in symbols.iter().filter_map(|symbol| SYMBOLS.get(*symbol)) {
            for (i, width) in pattern.bytes().enumerate() {
                modules.extend(std::iter::repeat_n(i % 2 == 0, usize::from(width - b'0')));
            }
        }
        modules
    }
}

/// Start, content and changes of code set, without check and stop.
fn symbols(text: &[u8]) -> Vec<usize> {
    let digits_at = |at: usize| text.iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
    let mut symbols = Vec::new();
    let mut is_c = false;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let digits = digits_at(at);
        let wants_c = if is_c { digits >= 2 } else { digits >= DIGITS_MIN };
        match (symbols.is_empty(), is_c, wants_c) {
            (true, _, true) => symbols.push(START_C),
            (true, _, false) => symbols.push(START_B),
            (false, true, false) => symbols.push(TO_B),
            (false, false, true) => symbols.push(TO_C),
            (false, true, true) | (false, false, false) => {}
        }
        is_c = wants_c;
        if is_c {
            let next = text.get(at + 1).copied().unwrap_or(b'0');
            symbols.push(usize::from(byte - b'0') * 10 + usize::from(next - b'0'));
            at += 2;
        } else {
            symbols.push(usize::from(byte - b' '));
            at += 1;
        }
    }
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_follow_the_standard() {
        // "Wikipedia" in set B has check 88; digits go in pairs in set C.
        assert_eq!(symbols(b"Wiki")[..2], [START_B, usize::from(b'W' - b' ')]);
        assert_eq!(symbols(b"123456"), [START_C, 12, 34, 56]);
        assert_eq!(symbols(b"SQ2026001"), [START_B, 51, 49, TO_C, 20, 26, 0, TO_B, 17]);
        let modules = Barcode::new("123456").unwrap().modules();
        assert_eq!(modules.len(), 11 * 5 + 13);
        assert!(modules[0] && *modules.last().unwrap());
    }

    #[test]
    fn only_short_plain_texts_become_barcodes() {
        assert!(Barcode::new("261122ABCDEFGH").is_ok(), "the number of a letter fits");
        for bad in ["", "中", "a\u{1b}", "ABCDEFGHIJKLM", "1234567890123456789012345"] {
            assert!(Barcode::new(bad).is_err(), "{bad}");
        }
    }
}
