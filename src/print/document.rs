//! What is printed, as pure data: no device, no paper width, no bytes.
//! Text is made clean when it enters; no control character ever gets in.

use serde::{Deserialize, Serialize};

use super::barcode::Barcode;
use super::picture::Picture;
use super::qr::Payload;

/// Stands on top of every copy that staff or a recovered printer make.
const COPY_LABEL: &str = "【补打】";

/// One receipt, from its first line to its cut.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    blocks: Vec<Block>,
    /// It is about one person; never stored, for such a receipt is never written down.
    #[serde(skip)]
    is_personal: bool,
}

/// One thing on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// A paragraph.
    Text {
        /// Clean text without line breaks.
        text: String,
        /// How it is set.
        style: Style,
    },
    /// A label and its value; the value keeps its own left edge when it wraps.
    Pair {
        /// Such as `电话`.
        label: String,
        /// What is said of it.
        value: String,
    },
    /// A row of a table.
    Row {
        /// From left to right; the fixed widths and one rest fill the line.
        cells: Vec<Cell>,
        /// Heavier print.
        is_bold: bool,
    },
    /// A line across the paper.
    Rule(Rule),
    /// A QR code in the middle.
    Qr(Payload),
    /// A barcode in the middle, its characters under it.
    Barcode(Barcode),
    /// A picture in the middle.
    Picture(Picture),
    /// Empty lines.
    Feed(u8),
    /// The end of the receipt.
    Cut,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// Size of the letters.
    pub size: Size,
    /// Heavier print.
    pub is_bold: bool,
    /// Where on the line.
    pub align: Align,
    /// Cells left free on the left.
    pub indent: u8,
}

/// Size of letters, as the printers have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    /// 24 dots high.
    #[default]
    Normal,
    /// Twice as high.
    Tall,
    /// Twice as high and wide.
    Double,
}

/// Where text stands on its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// A cell of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Clean text.
    pub text: String,
    /// How wide.
    pub width: CellWidth,
    /// Where in the cell.
    pub align: Align,
}

/// Width of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellWidth {
    /// So many half-width columns.
    Columns(u8),
    /// What the others leave.
    Rest,
}

/// Kinds of lines across the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// Between parts of a section.
    Light,
    /// Between sections.
    Heavy,
}

impl Document {
    /// An empty receipt.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, about one person: its content never reaches a disk.
    pub fn personal(mut self) -> Self {
        self.is_personal = true;
        self
    }

    /// Whether it is about one person.
    pub fn is_personal(&self) -> bool {
        self.is_personal
    }

    /// Everything on it, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// A headline in the middle, large.
    pub fn title(&mut self, text: &str) -> &mut Self {
        self.text(text, Style { size: Size::Double, is_bold: true, align: Align::Center, indent: 0 })
    }

    /// Text; each of its lines becomes a paragraph.
    pub fn text(&mut self, text: &str, style: Style) -> &mut Self {
        for line in text.lines() {
            self.blocks.push(Block::Text { text: clean(line), style });
        }
        self
    }

    /// A label and its value; nothing when the value is empty.
    pub fn pair(&mut self, label: &str, value: &str) -> &mut Self {
        let value = clean(value);
        if !value.trim().is_empty() {
            self.blocks.push(Block::Pair { label: clean(label), value });
        }
        self
    }

    /// A row of a table.
    pub fn row(&mut self, cells: Vec<Cell>) -> &mut Self {
        self.blocks.push(Block::Row { cells, is_bold: false });
        self
    }

    /// The heading row of a table.
    pub fn head(&mut self, cells: Vec<Cell>) -> &mut Self {
        self.blocks.push(Block::Row { cells, is_bold: true });
        self
    }

    /// A line across the paper.
    pub fn rule(&mut self, rule: Rule) -> &mut Self {
        self.blocks.push(Block::Rule(rule));
        self
    }

    /// A QR code in the middle.
    pub fn qr(&mut self, payload: Payload) -> &mut Self {
        self.blocks.push(Block::Qr(payload));
        self
    }

    /// A barcode in the middle, its characters under it.
    pub fn barcode(&mut self, barcode: Barcode) -> &mut Self {
        self.blocks.push(Block::Barcode(barcode));
        self
    }

    /// A picture in the middle.
    pub fn picture(&mut self, picture: Picture) -> &mut Self {
        self.blocks.push(Block::Picture(picture));
        self
    }

    /// The same receipt as a labelled copy: whoever sees both knows which came first.
    pub fn copy(&self) -> Self {
        let mut page = Self::new();
        page.text(COPY_LABEL, Style { size: Size::Double, is_bold: true, align: Align::Center, indent: 0 });
        page.text("前一张可能没有打全，以这一张为准", Style::CENTER).rule(Rule::Heavy);
        page.blocks.extend(self.blocks.iter().cloned());
        page.is_personal = self.is_personal;
        page
    }

    /// Whether it says that it is a copy.
    pub fn is_copy(&self) -> bool {
        matches!(self.blocks.first(), Some(Block::Text { text, .. }) if text == COPY_LABEL)
    }

    /// Empty lines.
    pub fn feed(&mut self, lines: u8) -> &mut Self {
        self.blocks.push(Block::Feed(lines));
        self
    }

    /// The end of the receipt.
    pub fn cut(&mut self) -> &mut Self {
        self.blocks.push(Block::Cut);
        self
    }
}

impl Cell {
    /// A cell of fixed width.
    pub fn fixed(text: &str, columns: u8, align: Align) -> Self {
        Self { text: clean(text), width: CellWidth::Columns(columns), align }
    }

    /// The cell that takes what the others leave.
    pub fn rest(text: &str) -> Self {
        Self { text: clean(text), width: CellWidth::Rest, align: Align::Left }
    }
}

impl Style {
    /// Plain text at the left edge.
    pub const PLAIN: Self = Self { size: Size::Normal, is_bold: false, align: Align::Left, indent: 0 };
    /// Heavier text at the left edge.
    pub const BOLD: Self = Self { size: Size::Normal, is_bold: true, align: Align::Left, indent: 0 };
    /// Plain text in the middle.
    pub const CENTER: Self = Self { size: Size::Normal, is_bold: false, align: Align::Center, indent: 0 };

    /// The same, moved in from the left edge.
    pub const fn indented(self, columns: u8) -> Self {
        Self { indent: columns, ..self }
    }
}

/// Text without anything that a printer could take for a command, and with the same signs under their common codes.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        let before = cleaned.chars().next_back();
        cleaned.extend(clean_char(c, before));
    }
    cleaned
}

fn clean_char(c: char, before: Option<char>) -> Option<char> {
    match c {
        // Inside a Mongolian word the narrow space ties a suffix to its stem and shapes it.
        '\u{202f}' if before.is_some_and(is_mongolian) => Some(c),
        // Joiners that shape Uyghur and Mongolian letters.
        '\u{200c}' | '\u{200d}' if before.is_some_and(|b| is_mongolian(b) || is_arabic(b)) => Some(c),
        // Word processors leave these where a person sees a blank.
        '\u{a0}' | '\t' | '\n' | '\r' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => Some(' '),
        // U+00A5 has no GB code; the full-width sign is the one that price lists use.
        '¥' => Some('￥'),
        // The same signs under codes that GBK lacks.
        // (The dash of times and ranges is as wide as a hanzi where a printer has it at all.)
        '\u{2010}'..='\u{2013}' | '\u{2212}' => Some('-'),
        '\u{2022}' => Some('·'),
        '\u{301c}' => Some('～'),
        // Invisible: joiners, marks of direction, byte order marks, soft hyphens, tags.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => None,
        // Variation selectors: the character itself is what a receipt needs.
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }
}

fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1800}'..='\u{18af}')
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_byte_survives_in_text() {
        let attack = "甲\u{1b}@乙\u{1d}V\u{0}\u{10}\u{4}\u{1}丙\u{9c}\u{7f}";
        assert_eq!(clean(attack), "甲@乙V丙");
    }

    #[test]
    fn blanks_and_yen_take_their_printable_form() {
        assert_eq!(clean("收费\u{a0}¥5.00"), "收费 ￥5.00");
        assert_eq!(clean("a\u{200b}b\u{feff}\u{2022}"), "ab·");
    }

    #[test]
    fn selectors_and_tags_go_and_joiners_stay_where_they_shape_letters() {
        assert_eq!(clean("葛\u{e0100}❤\u{fe0f}\u{e0041}x\u{200d}y"), "葛❤xy");
        assert_eq!(clean("ᠮᠣᠩᠭᠣᠯ\u{202f}ᠤᠨ 甲\u{202f}乙"), "ᠮᠣᠩᠭᠣᠯ\u{202f}ᠤᠨ 甲 乙");
        assert_eq!(clean("ئۇ\u{200d}ي"), "ئۇ\u{200d}ي");
    }

    #[test]
    fn a_copy_says_so_and_keeps_everything() {
        let mut document = Document::new();
        document.text("甲", Style::PLAIN).cut();
        assert!(!document.is_copy());
        let copy = document.copy();
        assert!(copy.is_copy() && copy.blocks().ends_with(document.blocks()));
        let stored = serde_json::to_string(&copy).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&stored).unwrap(), copy);
    }

    #[test]
    fn each_line_of_a_text_becomes_a_paragraph() {
        let mut document = Document::new();
        document.text("一\r\n二", Style::PLAIN);
        assert_eq!(document.blocks().len(), 2);
    }
}
