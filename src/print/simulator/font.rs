//! Glyphs of the virtual printer, from the system's Noto Sans CJK.
//! It never falls back to another font: a receipt that looks different would prove nothing.

use std::collections::HashMap;

use fontique::{Attributes, Collection, CollectionOptions, FontWeight, QueryFamily, QueryStatus, SourceCache};
use swash::scale::{Render, ScaleContext, Source};
use swash::zeno::Transform;
use swash::{FontRef, GlyphId};

/// The fixed-width sister comes first: its Latin letters are exactly half as wide as a hanzi.
const FAMILIES: [&str; 2] = ["Noto Sans Mono CJK SC", "Noto Sans CJK SC"];
/// Height of a character cell in dots.
pub const CELL_DOTS: usize = 24;
/// Where the base line lies in a cell.
const BASELINE_DOTS: f32 = 20.5;
/// Most glyphs kept.
const CACHE_MAX: usize = 8_192;

/// The font is not on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("找不到字体 Noto Sans CJK SC，请安装 Debian 软件包 fonts-noto-cjk")]
pub struct FontMissing;

/// One glyph, drawn.
pub struct Glyph {
    /// Offset of its picture from the left edge of the cell.
    pub left: i32,
    /// Offset from the upper edge of the cell.
    pub top: i32,
    /// Dots in a row.
    pub width: usize,
    /// Coverage, 0 to 255, row by row.
    pub coverage: Vec<u8>,
}

/// Which glyph: character, weight, zoom.
type Key = (char, bool, u8, u8);

/// A source of glyphs in two weights.
pub struct Font {
    regular: Face,
    bold: Face,
    context: ScaleContext,
    cache: HashMap<Key, Option<Glyph>>,
}

struct Face {
    data: fontique::Blob<u8>,
    index: u32,
}

impl Font {
    /// Finds the font by name.
    pub fn find() -> Result<Self, FontMissing> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: true });
        let mut sources = SourceCache::default();
        let mut face = |weight| find_face(&mut collection, &mut sources, weight).ok_or(FontMissing);
        Ok(Self {
            regular: face(FontWeight::NORMAL)?,
            bold: face(FontWeight::BOLD)?,
            context: ScaleContext::new(),
            cache: HashMap::new(),
        })
    }

    /// Whether the font has a character.
    pub fn has(&self, c: char) -> bool {
        let font = FontRef::from_index(self.regular.data.as_ref(), self.regular.index as usize);
        font.is_some_and(|font| font.charmap().map(c) != 0)
    }

    /// The glyph of a character in a cell of `CELL_DOTS` times the zoom; none when the font lacks it.
    pub fn glyph(&mut self, c: char, is_bold: bool, zoom: (u8, u8)) -> Option<&Glyph> {
        let key = (c, is_bold, zoom.0, zoom.1);
        if self.cache.len() >= CACHE_MAX {
            self.cache.clear();
        }
        if !self.cache.contains_key(&key) {
            let face = if is_bold { &self.bold } else { &self.regular };
            let glyph = draw(face, &mut self.context, c, zoom);
            self.cache.insert(key, glyph);
        }
        self.cache.get(&key).and_then(Option::as_ref)
    }
}

fn find_face(collection: &mut Collection, sources: &mut SourceCache, weight: FontWeight) -> Option<Face> {
    let mut query = collection.query(sources);
    query.set_families(FAMILIES.map(QueryFamily::Named));
    query.set_attributes(Attributes { weight, ..Attributes::default() });
    let mut face = None;
    query.matches_with(|font| {
        face = Some(Face { data: font.blob.clone(), index: font.index });
        QueryStatus::Stop
    });
    face
}

fn draw(face: &Face, context: &mut ScaleContext, c: char, zoom: (u8, u8)) -> Option<Glyph> {
    let font = FontRef::from_index(face.data.as_ref(), face.index as usize)?;
    let id: GlyphId = font.charmap().map(c);
    if id == 0 {
        return None;
    }
    let (zoom_x, zoom_y) = (f32::from(zoom.0), f32::from(zoom.1));
    let size = CELL_DOTS as f32;
    let cell = if c.is_ascii() { size / 2.0 } else { size };
    // A proportional letter that is wider than its cell is squeezed into it.
    let advance = font.glyph_metrics(&[]).scale(size).advance_width(id);
    let squeeze = if advance > cell { cell / advance } else { 1.0 };
    let margin = (cell - advance * squeeze) / 2.0;
    let mut scaler = context.builder(font).size(size).hint(false).build();
    let image = Render::new(&[Source::Outline])
        .transform(Some(Transform::scale(zoom_x * squeeze, zoom_y)))
        .render(&mut scaler, id)?;
    let place = image.placement;
    Some(Glyph {
        left: place.left + (margin * zoom_x).round() as i32,
        top: (BASELINE_DOTS * zoom_y).round() as i32 - place.top,
        width: place.width as usize,
        coverage: image.data,
    })
}
