//! From a document to physical lines for one paper width.
//! It knows columns and dots, but no bytes and no device.

use super::barcode::{self, Barcode};
use super::document::{Align, Block, Cell, CellWidth, Document, Rule, Size, Style};
use super::picture::Picture;
use super::profile::Profile;
use super::qr::{Correction, Matrix, Payload, QUIET_MODULES, QrError, capacity_bytes};
use super::repertoire;
use super::wrap::wrap;

/// Width of a half-width character at normal size, on every printer of the kind.
pub const CELL_DOTS: usize = 12;
/// Most lines of one receipt: about two metres of paper.
pub const LINES_MAX: usize = 600;
/// Smallest module that phones read from worn thermal paper.
pub const MODULE_DOTS_MIN: usize = 4;
/// Modules larger than this only waste paper.
const MODULE_DOTS_MAX: usize = 7;
/// Side of a code, quiet zone included, that is large enough: 32 mm.
const QR_SIDE_DOTS: usize = 256;
/// Empty columns between two cells.
const GAP_COLUMNS: usize = 1;
/// Narrowest cell of a row: one hanzi.
const REST_COLUMNS_MIN: usize = 2;
/// Width of a barcode's module: as wide as the paper allows.
const BARCODE_MODULE_DOTS: [usize; 2] = [3, 2];
/// Longest picture: as long as paper is wide, twice.
const PICTURE_DOTS_MAX: usize = 1_200;
/// Widest label of a pair.
const LABEL_COLUMNS_MAX: usize = 12;

/// What comes out of the printer, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// One line of text.
    Line(Line),
    /// A QR code.
    Qr(QrItem),
    /// A barcode.
    Barcode(BarcodeItem),
    /// A picture.
    Picture(Picture),
    /// Empty lines.
    Feed(u8),
    /// The cut.
    Cut,
}

/// One line of text that fits the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What stands on it, from left to right.
    pub pieces: Vec<Piece>,
    /// Its size.
    pub size: Size,
    /// Heavier print.
    pub is_bold: bool,
    /// Where it stands.
    pub align: Align,
}

/// Text with its place on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Left edge in half-width cells of the line's size; the line's alignment moves all pieces together.
    pub left: usize,
    /// What is printed.
    pub text: String,
}

/// A barcode that fits the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarcodeItem {
    /// Bars and spaces.
    pub barcode: Barcode,
    /// Width of a module in dots.
    pub module_dots: usize,
}

/// A QR code that fits the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrItem {
    /// What it carries.
    pub text: String,
    /// Its modules.
    pub matrix: Matrix,
    /// Side of a module in dots.
    pub module_dots: usize,
    /// Its error correction.
    pub correction: Correction,
}

/// Why a document cannot be set on this paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Longer than [`LINES_MAX`].
    #[error("内容过长，超过一张凭条的 {LINES_MAX} 行")]
    TooLong,
    /// The code does not fit the paper.
    #[error("二维码放不下")]
    Qr(#[source] QrError),
    /// The barcode does not fit the paper.
    #[error("条形码放不下")]
    Barcode,
    /// The picture does not fit the paper.
    #[error("图片比纸宽，或太长")]
    Picture,
}

impl Size {
    /// How much wider than normal.
    pub fn zoom(self) -> usize {
        match self {
            Self::Normal | Self::Tall => 1,
            Self::Double => 2,
        }
    }
}

/// Sets a document on the paper of `profile` with the widths that the printer's own font has.
pub fn lay_out(document: &Document, profile: &Profile) -> Result<Vec<Item>, LayoutError> {
    lay_out_with(document, profile, &|text| {
        text.chars().map(|c| repertoire::columns(c, profile.repertoire, profile.code_page)).sum::<usize>() * CELL_DOTS
    })
}

/// Sets a document on the paper of `profile`; `measure` tells the width of a text in dots at normal size.
pub fn lay_out_with(
    document: &Document,
    profile: &Profile,
    measure: &dyn Fn(&str) -> usize,
) -> Result<Vec<Item>, LayoutError> {
    let setter = Setter { profile, measure };
    let mut items = Vec::new();
    for block in document.blocks() {
        setter.set(block, &mut items)?;
        if items.len() > LINES_MAX {
            return Err(LayoutError::TooLong);
        }
    }
    Ok(items)
}

struct Setter<'a> {
    profile: &'a Profile,
    measure: &'a dyn Fn(&str) -> usize,
}

impl Setter<'_> {
    fn set(&self, block: &Block, items: &mut Vec<Item>) -> Result<(), LayoutError> {
        match block {
            Block::Text { text, style } => self.paragraph(text, *style, items),
            Block::Pair { label, value } => self.pair(label, value, items),
            Block::Row { cells, is_bold } => self.row(cells, *is_bold, items),
            Block::Rule(rule) => items.push(self.rule(*rule)),
            Block::Qr(payload) => items.push(Item::Qr(self.qr(payload)?)),
            Block::Barcode(barcode) => self.barcode(barcode, items)?,
            Block::Picture(picture) => items.push(self.picture(picture)?),
            Block::Feed(lines) => items.push(Item::Feed(*lines)),
            Block::Cut => items.push(Item::Cut),
        }
        Ok(())
    }

    fn paragraph(&self, text: &str, style: Style, items: &mut Vec<Item>) {
        let zoom = style.size.zoom();
        let left = usize::from(style.indent).min(self.profile.columns / 2) / zoom;
        let width = self.profile.columns / zoom - left;
        // What is written from the right begins at the right.
        let align = if style.align == Align::Left && is_from_right(text) { Align::Right } else { style.align };
        let lines = self.wrap(text, width);
        for text in balance(lines, align, |shorter| self.wrap(text, shorter), width) {
            items.push(Item::Line(Line {
                pieces: vec![Piece { left, text }],
                size: style.size,
                is_bold: style.is_bold,
                align,
            }));
        }
    }

    fn pair(&self, label: &str, value: &str, items: &mut Vec<Item>) {
        let width = (self.columns_of(label) + 2).min(LABEL_COLUMNS_MAX) as u8;
        let label = Cell { text: label.to_owned(), width: CellWidth::Columns(width), align: Align::Left };
        let value = Cell { text: value.to_owned(), width: CellWidth::Rest, align: Align::Left };
        self.cells(&[label, value], false, 0, items);
    }

    fn row(&self, cells: &[Cell], is_bold: bool, items: &mut Vec<Item>) {
        self.cells(cells, is_bold, GAP_COLUMNS, items);
    }

    fn cells(&self, cells: &[Cell], is_bold: bool, gap: usize, items: &mut Vec<Item>) {
        let widths = self.widths(cells, gap);
        let columns: Vec<Vec<String>> =
            cells.iter().zip(&widths).map(|(cell, width)| self.wrap(&cell.text, *width)).collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        for i in 0..height {
            let mut pieces = Vec::new();
            let mut edge = 0;
            for ((cell, width), lines) in cells.iter().zip(&widths).zip(&columns) {
                if let Some(text) = lines.get(i).filter(|text| !text.is_empty()) {
                    let free = width.saturating_sub(self.columns_of(text));
                    let left = match cell.align {
                        Align::Left => 0,
                        Align::Center => free / 2,
                        Align::Right => free,
                    };
                    pieces.push(Piece { left: edge + left, text: text.clone() });
                }
                edge += width + gap;
            }
            items.push(Item::Line(Line { pieces, size: Size::Normal, is_bold, align: Align::Left }));
        }
    }

    /// The columns of each cell; what is too much for the paper is taken from the widest fixed one.
    fn widths(&self, cells: &[Cell], gap: usize) -> Vec<usize> {
        let room = self.profile.columns.saturating_sub(gap * cells.len().saturating_sub(1));
        let mut widths: Vec<usize> = cells
            .iter()
            .map(|cell| match cell.width {
                CellWidth::Columns(n) => usize::from(n),
                CellWidth::Rest => 0,
            })
            .collect();
        let rests = cells.iter().filter(|cell| cell.width == CellWidth::Rest).count();
        while widths.iter().sum::<usize>() + rests * REST_COLUMNS_MIN > room {
            match widths.iter_mut().max().filter(|widest| **widest > REST_COLUMNS_MIN) {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
        let free = room.saturating_sub(widths.iter().sum());
        for (cell, width) in cells.iter().zip(&mut widths) {
            if cell.width == CellWidth::Rest {
                *width = (free / rests.max(1)).max(REST_COLUMNS_MIN);
            }
        }
        widths
    }

    fn rule(&self, rule: Rule) -> Item {
        let sign = match rule {
            Rule::Light => '─',
            Rule::Heavy => '━',
        };
        let text = String::from(sign).repeat(self.profile.columns / 2);
        let pieces = vec![Piece { left: 0, text }];
        Item::Line(Line { pieces, size: Size::Normal, is_bold: false, align: Align::Left })
    }

    fn barcode(&self, barcode: &Barcode, items: &mut Vec<Item>) -> Result<(), LayoutError> {
        let modules = barcode.modules().len() + 2 * barcode::QUIET_MODULES;
        let fits = |dots: &usize| modules * dots <= self.profile.paper_width_dots;
        let module_dots = BARCODE_MODULE_DOTS.into_iter().find(fits).ok_or(LayoutError::Barcode)?;
        items.push(Item::Barcode(BarcodeItem { barcode: barcode.clone(), module_dots }));
        self.paragraph(barcode.text(), Style::CENTER, items);
        Ok(())
    }

    fn picture(&self, picture: &Picture) -> Result<Item, LayoutError> {
        let fits = picture.width() <= self.profile.paper_width_dots && picture.height() <= PICTURE_DOTS_MAX;
        if fits { Ok(Item::Picture(picture.clone())) } else { Err(LayoutError::Picture) }
    }

    fn qr(&self, payload: &Payload) -> Result<QrItem, LayoutError> {
        let size_max = (self.profile.paper_width_dots / MODULE_DOTS_MIN).saturating_sub(2 * QUIET_MODULES);
        let bytes_max = capacity_bytes(size_max, Correction::of(payload.as_str()));
        let text = payload.fit(bytes_max).map_err(LayoutError::Qr)?;
        let matrix = Matrix::encode(&text).map_err(LayoutError::Qr)?;
        let side = matrix.size() + 2 * QUIET_MODULES;
        let module_dots = (QR_SIDE_DOTS / side).clamp(MODULE_DOTS_MIN, MODULE_DOTS_MAX);
        if side * module_dots > self.profile.paper_width_dots {
            return Err(LayoutError::Qr(QrError::TooLong { bytes: text.len(), bytes_max }));
        }
        let correction = Correction::of(&text);
        Ok(QrItem { text, matrix, module_dots, correction })
    }

    fn wrap(&self, text: &str, columns: usize) -> Vec<String> {
        wrap(text, columns.max(2) * CELL_DOTS, self.measure)
    }

    /// Columns that a text takes, whole ones.
    fn columns_of(&self, text: &str) -> usize {
        (self.measure)(text).div_ceil(CELL_DOTS)
    }
}

/// Whether the first letter of a text belongs to a script that runs from right to left.
fn is_from_right(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphabetic());
    first.is_some_and(|c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'))
}

/// Centred lines read best when they are about equally long: no single character alone on the last one.
fn balance(lines: Vec<String>, align: Align, wrap: impl Fn(usize) -> Vec<String>, width: usize) -> Vec<String> {
    if align != Align::Center || lines.len() < 2 {
        return lines;
    }
    let count = lines.len();
    let mut best = lines;
    for narrower in (width / 2..width).rev() {
        let candidate = wrap(narrower);
        if candidate.len() > count {
            break;
        }
        best = candidate;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::super::text::padded;
    use super::*;

    fn lines(document: &Document, profile: &str) -> Vec<String> {
        let profile = Profile::builtin(profile).unwrap();
        let items = lay_out(document, &profile).unwrap();
        let lines = items.iter().filter_map(|i| if let Item::Line(line) = i { Some(line) } else { None });
        lines.map(|line| padded(line, &profile)).collect()
    }

    #[test]
    fn a_row_keeps_its_columns_when_a_cell_wraps() {
        let mut document = Document::new();
        document.row(vec![
            Cell::fixed("□", 2, Align::Left),
            Cell::rest("申请人的居民户口簿或者公安机关出具的户籍证明"),
            Cell::fixed("原件1份，复印件2份", 10, Align::Right),
        ]);
        assert_eq!(
            lines(&document, "generic-80"),
            ["□ 申请人的居民户口簿或者公安机关出具  原件1份，", "   的户籍证明                          复印件2份"]
        );
    }

    #[test]
    fn a_pair_keeps_its_left_edge() {
        let mut document = Document::new();
        document.pair("地址", "示例市示例县人民路一百二十三号政务服务中心");
        assert_eq!(lines(&document, "generic-58"), ["地址  示例市示例县人民路一百二十", "      三号政务服务中心"]);
    }

    #[test]
    fn centred_headlines_are_balanced() {
        let mut document = Document::new();
        document.title("老年人优待证办理一次性告知单");
        assert_eq!(lines(&document, "generic-80"), ["老年人优待证办", "理一次性告知单"]);
    }

    #[test]
    fn a_row_too_wide_for_the_paper_is_made_narrower_and_loses_nothing() {
        let mut document = Document::new();
        document.row(vec![
            Cell::fixed("一二三四五", 30, Align::Left),
            Cell::fixed("六七", 30, Align::Left),
            Cell::rest("八"),
        ]);
        let lines = lines(&document, "generic-58");
        assert!(lines.iter().all(|line| line.chars().map(|c| if c == ' ' { 1 } else { 2 }).sum::<usize>() <= 32));
        assert_eq!(lines.concat().replace(' ', ""), "一二三四五六七八");
    }

    #[test]
    fn an_endless_document_is_refused() {
        let mut document = Document::new();
        document.text(&"一\n".repeat(LINES_MAX + 1), Style::PLAIN);
        let profile = Profile::builtin("generic-80").unwrap();
        assert_eq!(lay_out(&document, &profile), Err(LayoutError::TooLong));
    }

    #[test]
    fn a_text_code_is_cut_to_what_narrow_paper_can_carry() {
        let mut document = Document::new();
        document.qr(Payload::Text("带好身份证。".repeat(80)));
        let narrow = Profile::builtin("generic-58").unwrap();
        let items = lay_out(&document, &narrow).unwrap();
        let Item::Qr(qr) = &items[0] else { panic!("no code") };
        assert!(qr.module_dots >= MODULE_DOTS_MIN);
        assert!((qr.matrix.size() + 2 * QUIET_MODULES) * qr.module_dots <= 384);
        assert!(qr.text.contains("内容较长"));
    }
}
