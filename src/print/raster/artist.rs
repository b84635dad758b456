//! Letters for drawn receipts: the system's fonts, shaping for scripts that need it, glyphs kept once drawn.
//! It picks no other font for hanzi than Noto Sans CJK, so that every receipt of a hall looks alike.

use std::collections::HashMap;
use std::sync::Arc;

use fontique::{Attributes, Blob, QueryFamily, QueryStatus};
use parley::{
    FontContext, FontFamily, FontFamilyName, FontWeight, Layout, LayoutContext, PositionedLayoutItem, StyleProperty,
};
use swash::scale::{Render, ScaleContext, Source};
use swash::zeno::Transform;
use swash::{CacheKey, FontRef};

use super::glyph::{FRAME_DOTS, Glyph};
use crate::print::canvas::Canvas;
use crate::print::document::Size;

/// The fixed-width sister comes first: its Latin letters are exactly half as wide as a hanzi.
const FAMILIES: [&str; 2] = ["Noto Sans Mono CJK SC", "Noto Sans CJK SC"];
/// Height of normal letters in dots.
const LETTER_DOTS: f32 = 24.0;
/// How much a weight that a font lacks is made heavier, in dots.
const EMBOLDEN_DOTS: f32 = 0.9;
/// Most glyphs, and most widths of words, that are kept.
const KEPT_MAX: usize = 8_192;

/// Size and weight of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Letters {
    zoom: (u8, u8),
    is_bold: bool,
}

impl Letters {
    /// As a document names them.
    pub fn of(size: Size, is_bold: bool) -> Self {
        let zoom = match size {
            Size::Normal => (1, 1),
            Size::Tall => (1, 2),
            Size::Double => (2, 2),
        };
        Self { zoom, is_bold }
    }
}

/// A glyph with its place on a line.
pub struct Ink {
    glyph: Arc<Glyph>,
    x: isize,
    /// From the base line down.
    y: isize,
    lacking: Option<char>,
}

impl Ink {
    /// Its upper edge from the base line.
    pub fn top(&self) -> isize {
        self.y + self.glyph.top
    }

    /// Its lower edge from the base line.
    pub fn bottom(&self) -> isize {
        self.top() + self.glyph.height() as isize
    }

    /// The character that it frames, when there is no glyph for it.
    pub fn lacking(&self) -> Option<char> {
        self.lacking
    }

    /// Puts it on a canvas whose line begins at `left` and has its base line at `base`.
    pub fn stamp(&self, canvas: &mut Canvas, left: isize, base: isize) {
        self.glyph.stamp(canvas, left + self.x, base + self.y);
    }
}

#[derive(Clone)]
struct Face {
    data: Blob<u8>,
    index: u32,
    offset: u32,
    key: CacheKey,
}

/// Font, glyph, letters, made heavier.
type GlyphKey = (u64, u32, u16, Letters, bool);

/// Draws text.
pub struct Artist {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    scaler: ScaleContext,
    regular: Face,
    bold: Face,
    /// Fonts that shaping has chosen.
    others: HashMap<(u64, u32), Face>,
    glyphs: HashMap<GlyphKey, Arc<Glyph>>,
    /// Glyph and width in dots at normal size, of characters that the main font sets one after the other.
    plain: HashMap<char, Option<(u16, u16)>>,
    /// Whether any font has a character.
    known: HashMap<char, bool>,
    widths: HashMap<String, usize>,
}

/// A stretch of text that is set in one way.
enum Run<'a> {
    Plain(&'a str),
    Shaped(&'a str),
    Lacking(char),
}

impl Artist {
    /// Finds the fonts of the system; none without Noto Sans CJK.
    pub fn new() -> Option<Self> {
        let mut fonts = FontContext::new();
        let regular = find(&mut fonts, FontWeight::NORMAL)?;
        let bold = find(&mut fonts, FontWeight::BOLD)?;
        Some(Self {
            fonts,
            layouts: LayoutContext::new(),
            scaler: ScaleContext::new(),
            regular,
            bold,
            others: HashMap::new(),
            glyphs: HashMap::new(),
            plain: HashMap::new(),
            known: HashMap::new(),
            widths: HashMap::new(),
        })
    }

    /// Width of a text at normal size, in dots.
    pub fn width(&mut self, text: &str) -> usize {
        if text.is_ascii() {
            return text.len() * super::CELL_DOTS;
        }
        let mut sum = 0;
        let mut all_plain = true;
        for c in text.chars() {
            match self.plain(c) {
                Some((_, wide)) => sum += usize::from(wide),
                None => {
                    all_plain = false;
                    break;
                }
            }
        }
        if all_plain {
            return sum;
        }
        if let Some(width) = self.widths.get(text) {
            return *width;
        }
        let letters = Letters::of(Size::Normal, false);
        let width = self.set(text, letters, 0, &mut Vec::new()).max(0) as usize;
        if self.widths.len() >= KEPT_MAX {
            self.widths.clear();
        }
        self.widths.insert(text.to_owned(), width);
        width
    }

    /// Sets a text from `left` on; returns how wide it is.
    pub fn set(&mut self, text: &str, letters: Letters, left: isize, inks: &mut Vec<Ink>) -> isize {
        let mut runs = self.runs(text);
        if text.chars().any(is_from_right) {
            runs.reverse();
        }
        let mut x = left;
        for run in runs {
            x += match run {
                Run::Plain(text) => self.set_plain(text, letters, x, inks),
                Run::Shaped(text) => self.set_shaped(text, letters, x, inks),
                Run::Lacking(c) => {
                    let zoom = (usize::from(letters.zoom.0), usize::from(letters.zoom.1));
                    inks.push(Ink { glyph: Glyph::frame(c, zoom), x, y: 0, lacking: Some(c) });
                    (FRAME_DOTS * zoom.0) as isize
                }
            };
        }
        x - left
    }

    fn runs<'a>(&mut self, text: &'a str) -> Vec<Run<'a>> {
        // Scripts that mix directions are ordered as a whole.
        let is_mixed = text.chars().any(is_from_right);
        let mut runs = Vec::new();
        let mut start = 0;
        let mut before: Option<bool> = None;
        for (at, c) in text.char_indices() {
            let is_plain = !is_mixed && self.plain(c).is_some();
            let is_lacking = !is_plain && !self.knows(c);
            if is_lacking || before.is_some_and(|was_plain| was_plain != is_plain) {
                runs.extend(before.take().map(|was_plain| run(&text[start..at], was_plain)));
                start = at;
            }
            if is_lacking {
                runs.push(Run::Lacking(c));
                start = at + c.len_utf8();
            } else {
                before = Some(is_plain);
            }
        }
        runs.extend(before.map(|was_plain| run(&text[start..], was_plain)));
        runs
    }

    fn set_plain(&mut self, text: &str, letters: Letters, left: isize, inks: &mut Vec<Ink>) -> isize {
        let mut x = left;
        for c in text.chars() {
            let Some((id, wide)) = self.plain(c) else { continue };
            if c != ' ' && c != '\u{3000}' {
                let face = if letters.is_bold { self.bold.clone() } else { self.regular.clone() };
                // The two weights need not number their glyphs alike.
                let id = if letters.is_bold { self.bold.glyph(c).unwrap_or(id) } else { id };
                if let Some(glyph) = self.glyph(&face, id, letters, false) {
                    inks.push(Ink { glyph, x, y: 0, lacking: None });
                }
            }
            x += isize::from(wide as i16) * isize::from(letters.zoom.0);
        }
        x - left
    }

    fn set_shaped(&mut self, text: &str, letters: Letters, left: isize, inks: &mut Vec<Ink>) -> isize {
        let layout = self.shape(text, letters);
        let mut wide = 0.0f32;
        let mut found = Vec::new();
        for line in layout.lines() {
            for item in line.items() {
                let PositionedLayoutItem::GlyphRun(run) = item else { continue };
                let (font, synthesis) = (run.run().font(), run.run().synthesis());
                let base = run.baseline();
                wide = wide.max(run.offset() + run.advance());
                for glyph in run.positioned_glyphs() {
                    found.push((font.clone(), synthesis.embolden(), glyph.id as u16, glyph.x, glyph.y - base));
                }
            }
        }
        // Tall letters are drawn twice as high, so their marks stand twice as far off.
        let stretch = if letters.zoom == (1, 2) { 2.0 } else { 1.0 };
        for (font, is_heavier, id, x, y) in found {
            let Some(face) = self.face(&font.data, font.index) else { continue };
            if let Some(glyph) = self.glyph(&face, id, letters, is_heavier) {
                let (x, y) = (left + x.round() as isize, (y * stretch).round() as isize);
                inks.push(Ink { glyph, x, y, lacking: None });
            }
        }
        wide.ceil() as isize
    }

    fn shape(&mut self, text: &str, letters: Letters) -> Layout<()> {
        let families: Vec<FontFamilyName<'_>> = FAMILIES.iter().map(|name| FontFamilyName::named(name)).collect();
        let weight = if letters.is_bold { FontWeight::BOLD } else { FontWeight::NORMAL };
        let size = LETTER_DOTS * f32::from(letters.zoom.0);
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, true);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(families.into())));
        builder.push_default(StyleProperty::FontSize(size));
        builder.push_default(StyleProperty::FontWeight(weight));
        let mut layout = builder.build(text);
        layout.break_all_lines(None);
        layout
    }

    /// Glyph and width of a character that the main font sets without shaping.
    fn plain(&mut self, c: char) -> Option<(u16, u16)> {
        if let Some(known) = self.plain.get(&c) {
            return *known;
        }
        let found = if needs_shaping(c) { None } else { self.regular.glyph(c) };
        let sized = found.map(|id| {
            let advance = self.regular.font().glyph_metrics(&[]).scale(LETTER_DOTS).advance_width(id);
            // The cells of a printer: half a hanzi, or one.
            let cells = (advance / super::CELL_DOTS as f32).round().max(1.0) as u16;
            (id, cells * super::CELL_DOTS as u16)
        });
        if self.plain.len() >= KEPT_MAX {
            self.plain.clear();
        }
        self.plain.insert(c, sized);
        sized
    }

    /// Whether any font of the system has a character.
    fn knows(&mut self, c: char) -> bool {
        if let Some(known) = self.known.get(&c) {
            return *known;
        }
        let layout = self.shape(c.encode_utf8(&mut [0; 4]), Letters::of(Size::Normal, false));
        let mut glyphs = layout.lines().flat_map(|line| {
            let items: Vec<u32> = line
                .items()
                .filter_map(|item| match item {
                    PositionedLayoutItem::GlyphRun(run) => Some(run.glyphs().map(|g| g.id).collect::<Vec<_>>()),
                    PositionedLayoutItem::InlineBox(_) => None,
                })
                .flatten()
                .collect();
            items
        });
        // A control of the script, such as a joiner, has no glyph of its own and needs none.
        let is_known = glyphs.all(|id| id != 0);
        if self.known.len() >= KEPT_MAX {
            self.known.clear();
        }
        self.known.insert(c, is_known);
        is_known
    }

    fn face(&mut self, data: &Blob<u8>, index: u32) -> Option<Face> {
        let key = (data.id(), index);
        if let Some(face) = self.others.get(&key) {
            return Some(face.clone());
        }
        let face = Face::open(data, index)?;
        self.others.insert(key, face.clone());
        Some(face)
    }

    fn glyph(&mut self, face: &Face, id: u16, letters: Letters, is_heavier: bool) -> Option<Arc<Glyph>> {
        let key = (face.data.id(), face.index, id, letters, is_heavier);
        if let Some(glyph) = self.glyphs.get(&key) {
            return Some(Arc::clone(glyph));
        }
        let (zoom_x, zoom_y) = (f32::from(letters.zoom.0), f32::from(letters.zoom.1));
        let mut scaler = self.scaler.builder(face.font()).size(LETTER_DOTS * zoom_x).hint(false).build();
        let mut render = Render::new(&[Source::Outline]);
        render.transform((zoom_y > zoom_x).then(|| Transform::scale(1.0, zoom_y / zoom_x)));
        render.embolden(if is_heavier { EMBOLDEN_DOTS * zoom_x } else { 0.0 });
        let image = render.render(&mut scaler, id)?;
        let place = image.placement;
        let glyph = Arc::new(Glyph::from_coverage(
            place.left as isize,
            -(place.top as isize),
            place.width as usize,
            &image.data,
        ));
        if self.glyphs.len() >= KEPT_MAX {
            self.glyphs.clear();
        }
        self.glyphs.insert(key, Arc::clone(&glyph));
        Some(glyph)
    }
}

impl Face {
    fn open(data: &Blob<u8>, index: u32) -> Option<Self> {
        let font = FontRef::from_index(data.as_ref(), index as usize)?;
        Some(Self { data: data.clone(), index, offset: font.offset, key: font.key })
    }

    fn font(&self) -> FontRef<'_> {
        FontRef { data: self.data.as_ref(), offset: self.offset, key: self.key }
    }

    fn glyph(&self, c: char) -> Option<u16> {
        Some(self.font().charmap().map(c)).filter(|id| *id != 0)
    }
}

fn run(text: &str, is_plain: bool) -> Run<'_> {
    if is_plain { Run::Plain(text) } else { Run::Shaped(text) }
}

fn find(fonts: &mut FontContext, weight: FontWeight) -> Option<Face> {
    let mut query = fonts.collection.query(&mut fonts.source_cache);
    query.set_families(FAMILIES.map(QueryFamily::Named));
    query.set_attributes(Attributes { weight, ..Attributes::default() });
    let mut face = None;
    query.matches_with(|font| {
        face = Face::open(&font.blob, font.index);
        QueryStatus::Stop
    });
    face
}

/// Marks that stand on letters, and scripts whose letters change with their neighbours.
fn needs_shaping(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{109f}' | '\u{1780}'..='\u{1cff}' | '\u{a840}'..='\u{abff}' | '\u{fb1d}'..='\u{fdff}')
        || unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}
