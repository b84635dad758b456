//! Sheets as a PDF: text that can be searched and copied, in fonts cut down to the glyphs that stand on them.
//! It carries no metadata: neither who, nor when, nor by which program.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::{GlyphRemapper, subset};

use super::setter::{Face, SetError, Setter};
use super::sheet::{HEIGHT, Mark, Sheet, WIDTH};

/// Room from the start: a buffer that grows leaves copies of itself behind.
const PDF_BYTES: usize = 2 << 20;
const CONTENT_BYTES: usize = 512 << 10;
const FRAME_POINTS: f32 = 0.6;
const STROKE_POINTS: f32 = 1.2;
const IDENTITY: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// What of a font stands on the sheets.
#[derive(Default)]
struct Used {
    glyphs: GlyphRemapper,
    /// What each glyph stands for, by its number in the font that is cut down.
    texts: BTreeMap<u16, Vec<char>>,
    widths: BTreeMap<u16, f32>,
}

/// Writes it.
pub fn write(sheets: &[Sheet], setter: &Setter) -> Result<Vec<u8>, SetError> {
    let used = used(sheets, setter.faces());
    let mut next = 1..;
    let mut new_ref = || Ref::new(next.next().unwrap_or(1));
    let (catalog, tree) = (new_ref(), new_ref());
    let mut pdf = Pdf::with_capacity(PDF_BYTES);
    pdf.catalog(catalog).pages(tree);
    let mut fonts = Vec::new();
    for (face, used) in setter.faces().iter().zip(&used) {
        let font = new_ref();
        fonts.push(font);
        embed(&mut pdf, font, [new_ref(), new_ref(), new_ref(), new_ref()], face, used)?;
    }
    let pages: Vec<(Ref, Ref)> = sheets.iter().map(|_| (new_ref(), new_ref())).collect();
    pdf.pages(tree).kids(pages.iter().map(|(page, _)| *page)).count(i32::try_from(pages.len()).unwrap_or(i32::MAX));
    for (sheet, (page, content)) in sheets.iter().zip(pages) {
        let mut written = pdf.page(page);
        written.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
        let mut resources = written.resources();
        let mut named = resources.fonts();
        for (i, font) in fonts.iter().enumerate() {
            named.pair(Name(name(i).as_bytes()), *font);
        }
        named.finish();
        resources.finish();
        written.finish();
        pdf.stream(content, &drawn(sheet, &used));
    }
    Ok(pdf.finish())
}

fn used(sheets: &[Sheet], faces: &[Face]) -> Vec<Used> {
    let mut used: Vec<Used> = faces.iter().map(|_| Used::default()).collect();
    for mark in sheets.iter().flatten() {
        let Mark::Text { line, .. } = mark else { continue };
        for glyph in &line.glyphs {
            let (Some(used), Some(face)) = (used.get_mut(glyph.face), faces.get(glyph.face)) else { continue };
            let id = used.glyphs.remap(glyph.id);
            used.widths.entry(id).or_insert_with(|| face.width_of(glyph.id));
            if !glyph.text.is_empty() {
                used.texts.entry(id).or_insert_with(|| glyph.text.clone());
            }
        }
    }
    used
}

fn name(i: usize) -> String {
    format!("F{i}")
}

/// A font with its outlines, its widths and what its glyphs stand for.
fn embed(pdf: &mut Pdf, font: Ref, parts: [Ref; 4], face: &Face, used: &Used) -> Result<(), SetError> {
    let [cid, descriptor, file, unicode] = parts;
    let cut = subset(face.file(), face.index, &used.glyphs).map_err(|error| SetError::Font(error.to_string()))?;
    let outlines = table(&cut, b"CFF ");
    let label = format!("SUBSET+Form{}", font.get());
    let label = Name(label.as_bytes());
    pdf.type0_font(font)
        .base_font(label)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(unicode);
    let mut written = pdf.cid_font(cid);
    written.base_font(label).system_info(IDENTITY).font_descriptor(descriptor).default_width(1000.0);
    match outlines {
        Some(_) => written.subtype(CidFontType::Type0),
        None => written.subtype(CidFontType::Type2).cid_to_gid_map_predefined(Name(b"Identity")),
    };
    let mut widths = written.widths();
    for (id, width) in &used.widths {
        widths.consecutive(*id, [*width]);
    }
    widths.finish();
    written.finish();
    let mut written = pdf.font_descriptor(descriptor);
    written
        .name(label)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(-1000.0, -500.0, 3000.0, 1500.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(733.0)
        .stem_v(80.0);
    match outlines {
        Some(_) => written.font_file3(file),
        None => written.font_file2(file),
    };
    written.finish();
    match outlines {
        Some(outlines) => pdf.stream(file, outlines).pair(Name(b"Subtype"), Name(b"CIDFontType0C")),
        None => pdf.stream(file, &cut).pair(Name(b"Length1"), i32::try_from(cut.len()).unwrap_or(i32::MAX)),
    };
    let mut map = UnicodeCmap::new(Name(b"Form"), IDENTITY);
    for (id, text) in &used.texts {
        map.pair_with_multiple(*id, text.iter().copied());
    }
    pdf.cmap(unicode, &map.finish());
    Ok(())
}

/// A table of a font file.
fn table<'a>(file: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let number = |at: usize, bytes: usize| {
        let part = file.get(at..at + bytes)?;
        Some(part.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    (0..number(4, 2)?).find_map(|i| {
        let entry = 12 + 16 * i;
        let is_it = file.get(entry..entry + 4)? == tag;
        let (offset, length) = (number(entry + 8, 4)?, number(entry + 12, 4)?);
        if is_it { file.get(offset..offset + length) } else { None }
    })
}

/// The marks of a sheet; the PDF counts from below.
fn drawn(sheet: &Sheet, used: &[Used]) -> Vec<u8> {
    let mut content = Content::with_capacity(CONTENT_BYTES);
    content.set_line_width(FRAME_POINTS);
    for mark in sheet {
        match mark {
            Mark::Frame { x, y, width, height } => {
                content.rect(*x, HEIGHT - y - height, *width, *height).stroke();
            }
            Mark::Stroke(points) => stroke(&mut content, points),
            Mark::Text { x, y, line } => {
                content.begin_text();
                let mut set_in = None;
                for glyph in &line.glyphs {
                    let Some(id) = used.get(glyph.face).and_then(|used| used.glyphs.get(glyph.id)) else { continue };
                    if set_in.replace(glyph.face) != Some(glyph.face) {
                        content.set_font(Name(name(glyph.face).as_bytes()), line.size);
                    }
                    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x + glyph.x, HEIGHT - y + glyph.rise]);
                    content.show(Str(&id.to_be_bytes()));
                }
                content.end_text();
            }
        }
    }
    content.finish().to_vec()
}

fn stroke(content: &mut Content, points: &[(f32, f32)]) {
    let [(x, y), rest @ ..] = points else { return };
    content.save_state();
    content.set_line_width(STROKE_POINTS).move_to(*x, HEIGHT - y);
    // A dot is a stroke too.
    if rest.is_empty() {
        content.line_to(*x + STROKE_POINTS, HEIGHT - y);
    }
    for (x, y) in rest {
        content.line_to(*x, HEIGHT - y);
    }
    content.stroke().restore_state();
}
