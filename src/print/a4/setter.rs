//! Text of a page set in lines: shaped with the system's fonts, each glyph with its place and the text it stands for.
//! A character that no font has is told; nothing is left out and nothing becomes a `?`.

use std::ops::Range;

use fontique::Blob;
use parley::{
    FontContext, FontFamily, FontFamilyName, FontWeight, LayoutContext, LineHeight, PositionedLayoutItem, StyleProperty,
};
use swash::FontRef;

/// The font of forms.
const FAMILY: &str = "Noto Sans CJK SC";
/// Lines stand apart by so many heights of their letters.
const LINE_HEIGHT: f32 = 1.5;

/// Why a page cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// There is no font at all.
    #[error("本机没有字体 {FAMILY}")]
    NoFont,
    /// No font of the system has a character.
    #[error("没有字形的字 U+{:04X}", u32::from(*.0))]
    Lacking(char),
    /// A font cannot be cut down to what the page needs.
    #[error("字体不能用：{0}")]
    Font(String),
    /// More than a form ever has.
    #[error("内容过长，超过{0}页")]
    Long(usize),
}

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As text.
    Regular,
    /// As headings.
    Bold,
}

/// A font file that pages are set with.
pub struct Face {
    data: Blob<u8>,
    /// Which font of a collection.
    pub index: u32,
}

/// One glyph on a line.
pub struct Glyph {
    /// Which face of the setter.
    pub face: usize,
    /// Its number in that font.
    pub id: u16,
    /// From the line's left end, in points.
    pub x: f32,
    /// From the line's base line upwards.
    pub rise: f32,
    /// The characters it stands for; none where an earlier glyph stands for them.
    pub text: Vec<char>,
}

/// A line of text.
pub struct Line {
    /// Its glyphs.
    pub glyphs: Vec<Glyph>,
    /// Size of its letters in points.
    pub size: f32,
    /// How wide it is.
    pub width: f32,
}

impl Line {
    /// How high it is with what lies between it and the next one.
    pub fn height(&self) -> f32 {
        self.size * LINE_HEIGHT
    }

    /// From its upper edge to its base line.
    pub fn base(&self) -> f32 {
        self.size * (LINE_HEIGHT / 2.0 + 0.38)
    }
}

/// Sets text.
pub struct Setter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    faces: Vec<Face>,
}

impl Setter {
    /// Finds the fonts of the system; none without the font of forms.
    pub fn new() -> Option<Self> {
        let mut fonts = FontContext::new();
        fonts.collection.family_id(FAMILY)?;
        Some(Self { fonts, layouts: LayoutContext::new(), faces: Vec::new() })
    }

    /// The fonts used so far.
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// A text in lines of at most this width; an empty text is one empty line.
    pub fn lines(&mut self, text: &str, size: f32, weight: Weight, width: f32) -> Result<Vec<Line>, SetError> {
        if text.is_empty() {
            return Ok(vec![Line { glyphs: Vec::new(), size, width: 0.0 }]);
        }
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        let family = FontFamily::List(vec![FontFamilyName::named(FAMILY)].into());
        builder.push_default(StyleProperty::FontFamily(family));
        builder.push_default(StyleProperty::FontSize(size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(LINE_HEIGHT)));
        builder.push_default(StyleProperty::FontWeight(match weight {
            Weight::Regular => FontWeight::NORMAL,
            Weight::Bold => FontWeight::BOLD,
        }));
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        let mut lines = Vec::new();
        for shaped in layout.lines() {
            let mut line = Line { glyphs: Vec::new(), size, width: shaped.metrics().advance };
            for item in shaped.items() {
                let PositionedLayoutItem::GlyphRun(run) = item else { continue };
                let font = run.run().font();
                let face = self.face(&font.data, font.index);
                let mut x = run.offset();
                for cluster in run.run().visual_clusters() {
                    let mut stands_for = chars(text, cluster.text_range());
                    for glyph in cluster.glyphs() {
                        let id = u16::try_from(glyph.id).unwrap_or(0);
                        if id == 0 && stands_for.iter().any(|c| !c.is_control()) {
                            return Err(SetError::Lacking(stands_for.first().copied().unwrap_or_default()));
                        }
                        let text = std::mem::take(&mut stands_for);
                        if id != 0 {
                            line.glyphs.push(Glyph { face, id, x: x + glyph.x, rise: -glyph.y, text });
                        }
                        x += glyph.advance;
                    }
                }
            }
            lines.push(line);
        }
        Ok(lines)
    }

    fn face(&mut self, data: &Blob<u8>, index: u32) -> usize {
        let known = self.faces.iter().position(|face| face.data.id() == data.id() && face.index == index);
        known.unwrap_or_else(|| {
            self.faces.push(Face { data: data.clone(), index });
            self.faces.len() - 1
        })
    }
}

impl Face {
    /// The font file.
    pub fn file(&self) -> &[u8] {
        self.data.as_ref()
    }

    /// How wide a glyph is, in thousandths of its size.
    pub fn width_of(&self, id: u16) -> f32 {
        FontRef::from_index(self.file(), self.index as usize)
            .map_or(1000.0, |font| font.glyph_metrics(&[]).scale(1000.0).advance_width(id))
    }
}

fn chars(text: &str, range: Range<usize>) -> Vec<char> {
    text.get(range).unwrap_or_default().chars().collect()
}
