//! The symbols of the neural voice: IPA with an arrow for the tone, as its makers wrote them for its training.
//! It knows syllables and letters one by one; which of them are said is decided before.

use super::{Said, Syllable, Word};

/// Initials with their symbols, longer ones first.
const INITIALS: [(&str, &str); 21] = [
    ("zh", "ꭧ"),
    ("ch", "ꭧʰ"),
    ("sh", "ʂ"),
    ("b", "p"),
    ("p", "pʰ"),
    ("m", "m"),
    ("f", "f"),
    ("d", "t"),
    ("t", "tʰ"),
    ("n", "n"),
    ("l", "l"),
    ("g", "k"),
    ("k", "kʰ"),
    ("h", "x"),
    ("j", "ʨ"),
    ("q", "ʨʰ"),
    ("x", "ɕ"),
    ("r", "ɻ"),
    ("z", "ʦ"),
    ("c", "ʦʰ"),
    ("s", "s"),
];

/// Finals in full spelling with their symbols before and after the tone.
const FINALS: [(&str, &str, &str); 36] = [
    ("a", "a", ""),
    ("ai", "ai", ""),
    ("an", "a", "n"),
    ("ang", "a", "ŋ"),
    ("ao", "au", ""),
    ("e", "ɤ", ""),
    ("ei", "ei", ""),
    ("en", "ə", "n"),
    ("eng", "ə", "ŋ"),
    ("i", "i", ""),
    ("ia", "ja", ""),
    ("ian", "jɛ", "n"),
    ("iang", "ja", "ŋ"),
    ("iao", "jau", ""),
    ("ie", "je", ""),
    ("in", "i", "n"),
    ("iou", "jou", ""),
    ("ing", "i", "ŋ"),
    ("iong", "jʊ", "ŋ"),
    ("io", "wo", ""),
    ("ong", "ʊ", "ŋ"),
    ("ou", "ou", ""),
    ("u", "u", ""),
    ("uei", "wei", ""),
    ("ua", "wa", ""),
    ("uai", "wai", ""),
    ("uan", "wa", "n"),
    ("uen", "wə", "n"),
    ("uang", "wa", "ŋ"),
    ("ueng", "wə", "ŋ"),
    ("uo", "wo", ""),
    ("o", "wo", ""),
    ("v", "y", ""),
    ("ve", "ɥe", ""),
    ("van", "ɥɛ", "n"),
    ("vn", "y", "n"),
];

/// Syllables that are no initial and final.
const WHOLE: [(&str, &str, &str); 8] = [
    ("er", "ɚ", ""),
    ("o", "ɔ", ""),
    ("m", "m", ""),
    ("n", "n", ""),
    ("ng", "ŋ", ""),
    ("hm", "hm", ""),
    ("hng", "hŋ", ""),
    ("wong", "ʊ", "ŋ"),
];

/// The names of the letters A to Z.
const LETTERS: [&str; 26] = [
    "ˈA",
    "bˈi",
    "sˈi",
    "dˈi",
    "ˈi",
    "ˈɛf",
    "ʤˈi",
    "ˈAʧ",
    "ˈI",
    "ʤˈA",
    "kˈA",
    "ˈɛl",
    "ˈɛm",
    "ˈɛn",
    "ˈO",
    "pˈi",
    "kjˈu",
    "ˈɑɹ",
    "ˈɛs",
    "tˈi",
    "jˈu",
    "vˈi",
    "dˈʌbᵊlju",
    "ˈɛks",
    "wˈI",
    "zˈi",
];

/// Digits that reached the voice as digits.
const DIGITS: [&str; 10] = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"];

/// The symbols of a syllable such as `chong2`; none where it is no syllable.
pub(super) fn of(pinyin: &str) -> Option<String> {
    let (letters, tone) = pinyin.split_at_checked(pinyin.len().checked_sub(1)?)?;
    let arrow = match tone {
        "1" => "→",
        "2" => "↗",
        "3" => "↓",
        "4" => "↘",
        "5" => "",
        _ => return None,
    };
    if let Some((_, before, after)) = WHOLE.iter().find(|(whole, ..)| *whole == letters) {
        return Some(format!("{before}{arrow}{after}"));
    }
    let (initial, symbol) = INITIALS.iter().find(|(initial, _)| letters.starts_with(initial)).unwrap_or(&("", ""));
    let last = full(initial, letters.get(initial.len()..)?);
    if last == "i" && matches!(*initial, "zh" | "ch" | "sh" | "r" | "z" | "c" | "s") {
        return Some(format!("{symbol}ɨ{arrow}"));
    }
    let (_, before, after) = FINALS.iter().find(|(known, ..)| *known == last)?;
    Some(format!("{symbol}{before}{arrow}{after}"))
}

/// A final in full spelling: `you` is iou, `jun` is vn, `gui` is uei.
fn full(initial: &str, letters: &str) -> String {
    if initial.is_empty() {
        return match letters.split_at_checked(1) {
            Some(("y", rest)) if rest.starts_with('u') => rest.replacen('u', "v", 1),
            Some(("y", rest)) if rest.starts_with('i') => rest.to_owned(),
            Some(("y", rest)) => format!("i{rest}"),
            Some(("w", rest)) if rest.starts_with('u') => rest.to_owned(),
            Some(("w", rest)) => format!("u{rest}"),
            _ => letters.to_owned(),
        };
    }
    if matches!(initial, "j" | "q" | "x") && letters.starts_with('u') {
        return letters.replacen('u', "v", 1);
    }
    match letters {
        "iu" => "iou",
        "ui" => "uei",
        "un" => "uen",
        "ue" => "ve",
        _ => letters,
    }
    .to_owned()
}

/// A line of symbols as it grows.
#[derive(Default)]
pub(super) struct Line {
    said: Said,
}

impl Line {
    /// A word of hanzi; words are parted by a blank.
    pub(super) fn word(&mut self, word: Word) {
        self.part();
        for syllable in word.syllables {
            self.said.symbols.push_str(&of(&syllable.pinyin).unwrap_or_default());
            self.said.syllables.push(Syllable { span: syllable.span, pinyin: syllable.pinyin.into_owned() });
        }
    }

    /// A character at byte `at` that is no hanzi: a letter, a digit or a mark; anything else is not heard.
    pub(super) fn other(&mut self, at: usize, c: char) {
        let syllable = |pinyin: String| Syllable { span: at..at + c.len_utf8(), pinyin };
        if let Some(letter) = c.is_ascii_alphabetic().then(|| c.to_ascii_uppercase()) {
            self.part();
            let name = LETTERS.get(usize::from(letter as u8 - b'A')).copied().unwrap_or_default();
            self.said.symbols.push_str(name);
            self.said.syllables.push(syllable(letter.to_string()));
        } else if let Some(digit) = c.to_digit(10).and_then(|d| DIGITS.get(d as usize)) {
            self.part();
            self.said.symbols.push_str(&of(digit).unwrap_or_default());
            self.said.syllables.push(syllable((*digit).to_owned()));
        } else if let Some(mark) = mark(c) {
            let ends_blank = self.said.symbols.trim_end_matches(' ').len();
            self.said.symbols.truncate(ends_blank);
            self.said.symbols.push(mark);
            self.said.symbols.push(' ');
        }
    }

    /// The finished line.
    pub(super) fn end(mut self) -> Said {
        let end = self.said.symbols.trim_end().len();
        self.said.symbols.truncate(end);
        self.said
    }

    fn part(&mut self) {
        if !self.said.symbols.is_empty() && !self.said.symbols.ends_with(' ') {
            self.said.symbols.push(' ');
        }
    }
}

/// The marks at which the voice pauses.
fn mark(c: char) -> Option<char> {
    match c {
        '，' | '、' | ',' => Some(','),
        '。' | '．' | '.' => Some('.'),
        '！' | '!' => Some('!'),
        '？' | '?' => Some('?'),
        '：' | ':' => Some(':'),
        '；' | ';' => Some(';'),
        '…' | '—' => Some(c),
        _ => None,
    }
}
