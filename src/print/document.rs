//! What is printed, as pure data: no device, no paper width, no bytes.
//! Text is made clean when it enters; no control character ever gets in.

use super::qr::Payload;

/// One receipt, from its first line to its cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    blocks: Vec<Block>,
}

/// One thing on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Empty lines.
    Feed(u8),
    /// The end of the receipt.
    Cut,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Clean text.
    pub text: String,
    /// How wide.
    pub width: CellWidth,
    /// Where in the cell.
    pub align: Align,
}

/// Width of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellWidth {
    /// So many half-width columns.
    Columns(u8),
    /// What the others leave.
    Rest,
}

/// Kinds of lines across the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    text.chars().filter_map(clean_char).collect()
}

fn clean_char(c: char) -> Option<char> {
    match c {
        // Word processors leave these where a person sees a blank.
        '\u{a0}' | '\t' | '\n' | '\r' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => Some(' '),
        // U+00A5 has no GB code; the full-width sign is the one that price lists use.
        '¥' => Some('￥'),
        // The same signs under codes that GBK lacks.
        // (The dash of times and ranges is as wide as a hanzi where a printer has it at all.)
        '\u{2010}'..='\u{2013}' | '\u{2212}' => Some('-'),
        '\u{2022}' => Some('·'),
        '\u{301c}' => Some('～'),
        // Invisible: joiners, marks of direction, byte order marks, soft hyphens.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        '\u{fe00}'..='\u{fe0f}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }
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
    fn each_line_of_a_text_becomes_a_paragraph() {
        let mut document = Document::new();
        document.text("一\r\n二", Style::PLAIN);
        assert_eq!(document.blocks().len(), 2);
    }
}
