//! From a document to physical lines for one paper width.
//! It knows columns and dots, but no bytes and no device.

use super::document::{Align, Block, Cell, CellWidth, Document, Rule, Size, Style};
use super::profile::Profile;
use super::qr::{Correction, Matrix, Payload, QUIET_MODULES, QrError, capacity_bytes};
use super::repertoire;
use super::wrap::wrap;

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
/// Widest label of a pair.
const LABEL_COLUMNS_MAX: usize = 12;

/// What comes out of the printer, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// One line of text.
    Line(Line),
    /// A QR code.
    Qr(QrItem),
    /// Empty lines.
    Feed(u8),
    /// The cut.
    Cut,
}

/// One line of text that fits the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What stands on it.
    pub text: String,
    /// Its size.
    pub size: Size,
    /// Heavier print.
    pub is_bold: bool,
    /// Where it stands.
    pub align: Align,
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
}

/// Sets a document on the paper of `profile`.
pub fn lay_out(document: &Document, profile: &Profile) -> Result<Vec<Item>, LayoutError> {
    let setter = Setter { profile };
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
}

impl Setter<'_> {
    fn set(&self, block: &Block, items: &mut Vec<Item>) -> Result<(), LayoutError> {
        match block {
            Block::Text { text, style } => self.paragraph(text, *style, items),
            Block::Pair { label, value } => self.pair(label, value, items),
            Block::Row { cells, is_bold } => self.row(cells, *is_bold, items),
            Block::Rule(rule) => items.push(self.rule(*rule)),
            Block::Qr(payload) => items.push(Item::Qr(self.qr(payload)?)),
            Block::Feed(lines) => items.push(Item::Feed(*lines)),
            Block::Cut => items.push(Item::Cut),
        }
        Ok(())
    }

    fn paragraph(&self, text: &str, style: Style, items: &mut Vec<Item>) {
        let zoom = if style.size == Size::Double { 2 } else { 1 };
        let indent = usize::from(style.indent).min(self.profile.columns / 2);
        let width = (self.profile.columns - indent) / zoom;
        let lines = self.wrap(text, width);
        for line in balance(lines, style.align, |shorter| self.wrap(text, shorter), width) {
            let text = format!("{}{line}", " ".repeat(indent));
            items.push(Item::Line(Line { text, size: style.size, is_bold: style.is_bold, align: style.align }));
        }
    }

    fn pair(&self, label: &str, value: &str, items: &mut Vec<Item>) {
        let width = (self.width(label) + 2).min(LABEL_COLUMNS_MAX) as u8;
        let label = Cell { text: label.to_owned(), width: CellWidth::Columns(width), align: Align::Left };
        let value = Cell { text: value.to_owned(), width: CellWidth::Rest, align: Align::Left };
        self.cells(&[label, value], false, 0, items);
    }

    fn row(&self, cells: &[Cell], is_bold: bool, items: &mut Vec<Item>) {
        self.cells(cells, is_bold, GAP_COLUMNS, items);
    }

    fn cells(&self, cells: &[Cell], is_bold: bool, gap: usize, items: &mut Vec<Item>) {
        let fixed: usize = cells
            .iter()
            .map(|cell| match cell.width {
                CellWidth::Columns(n) => usize::from(n),
                CellWidth::Rest => 0,
            })
            .sum();
        let gaps = gap * cells.len().saturating_sub(1);
        let rest = self.profile.columns.saturating_sub(fixed + gaps).max(2);
        let columns: Vec<(usize, Align, Vec<String>)> = cells
            .iter()
            .map(|cell| {
                let width = match cell.width {
                    CellWidth::Columns(n) => usize::from(n),
                    CellWidth::Rest => rest,
                };
                (width, cell.align, self.wrap(&cell.text, width))
            })
            .collect();
        let height = columns.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or(0);
        for i in 0..height {
            let parts: Vec<String> = columns
                .iter()
                .map(|(width, align, lines)| self.pad(lines.get(i).map_or("", String::as_str), *width, *align))
                .collect();
            let text = parts.join(&" ".repeat(gap)).trim_end().to_owned();
            items.push(Item::Line(Line { text, size: Size::Normal, is_bold, align: Align::Left }));
        }
    }

    fn pad(&self, text: &str, width: usize, align: Align) -> String {
        let free = width.saturating_sub(self.width(text));
        let left = match align {
            Align::Left => 0,
            Align::Center => free / 2,
            Align::Right => free,
        };
        format!("{}{text}{}", " ".repeat(left), " ".repeat(free - left))
    }

    fn rule(&self, rule: Rule) -> Item {
        let sign = match rule {
            Rule::Light => '─',
            Rule::Heavy => '━',
        };
        let text = String::from(sign).repeat(self.profile.columns / 2);
        Item::Line(Line { text, size: Size::Normal, is_bold: false, align: Align::Left })
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

    fn wrap(&self, text: &str, width: usize) -> Vec<String> {
        wrap(text, width, &|c| self.columns(c))
    }

    fn width(&self, text: &str) -> usize {
        text.chars().map(|c| self.columns(c)).sum()
    }

    fn columns(&self, c: char) -> usize {
        repertoire::columns(c, self.profile.repertoire, self.profile.code_page)
    }
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
    use super::*;

    fn lines(document: &Document, profile: &str) -> Vec<String> {
        let profile = Profile::builtin(profile).unwrap();
        let items = lay_out(document, &profile).unwrap();
        items.into_iter().filter_map(|i| if let Item::Line(line) = i { Some(line.text) } else { None }).collect()
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
