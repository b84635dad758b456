//! Handwriting: from strokes to the characters they most look like, in whatever order the strokes were made.
//! It keeps no stroke; without its packed templates there is no pad.

mod fit;
mod shape;

use fit::{Outline, fit};
use shape::{Coarse, Features, Shape};

/// The strokes of all characters as the build packed them; empty when the build had none.
const TEMPLATES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/strokes.bin"));
/// Most strokes that are looked at; the richest character in use has 36.
pub const STROKES_MAX: usize = 48;
/// Most points of a stroke that are looked at.
pub const POINTS_MAX: usize = 512;
/// Characters compared in every cell after the coarse look.
const LIKELY_MAX: usize = 700;
/// Characters compared stroke by stroke after the first look.
const CLOSE_MAX: usize = 120;
/// How much the comparison stroke by stroke counts against the first look.
const FIT_SHARE: f32 = 0.6;

/// Strokes and parts that are characters of the list but no words: nobody means them.
const PARTS: &str = "丶丨丿亅乀乁亠冂冖冫凵勹匚匸卩厶夂夊宀尢屮巛廴廾弋彐彡彳攴疒癶禸襾豸髟鬯鬲黽";
/// Taken off for such a part.
const PART_COST: f32 = 0.08;

/// A place on the pad; any unit, y down.
pub type Point = (f32, f32);

/// The recogniser of the handwriting pad.
pub struct Ink {
    templates: Vec<Template>,
}

struct Template {
    char: char,
    coarse: Coarse,
    features: Features,
    outline: Outline,
}

impl Ink {
    /// Whether the build had strokes.
    pub fn is_built() -> bool {
        !TEMPLATES.is_empty()
    }

    /// The recogniser; none when the build had no strokes.
    pub fn new() -> Option<Self> {
        let mut templates = Vec::new();
        let mut at = 0;
        while let Some((char, strokes)) = next_template(TEMPLATES, &mut at) {
            let shape = Shape::of(&unpacked(TEMPLATES, strokes));
            let (coarse, features) = shape.features();
            templates.push(Template { char, coarse, features, outline: Outline::of(&shape) });
        }
        (!templates.is_empty()).then_some(Self { templates })
    }

    /// How many characters it knows.
    pub fn len(&self) -> usize {
        self.templates.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// Each character it knows and the number of its strokes.
    pub fn chars(&self) -> impl Iterator<Item = (char, usize)> {
        self.templates.iter().map(|t| (t.char, t.outline.strokes()))
    }

    /// The characters that strokes most look like, the likest first; empty when there is nothing to be seen.
    pub fn recognise(&self, strokes: &[Vec<Point>], limit: usize) -> Vec<char> {
        let strokes = sensible(strokes);
        if strokes.is_empty() {
            return Vec::new();
        }
        let shape = Shape::of(&strokes);
        let (coarse, features) = shape.features();
        let order = |a: &(f32, &Template), b: &(f32, &Template)| b.0.total_cmp(&a.0).then(a.1.char.cmp(&b.1.char));
        let mut close: Vec<(f32, &Template)> = self.templates.iter().map(|t| (coarse.likeness(&t.coarse), t)).collect();
        keep(&mut close, LIKELY_MAX.max(limit), order);
        for (likeness, template) in &mut close {
            *likeness = features.likeness(&template.features);
        }
        keep(&mut close, CLOSE_MAX.max(limit), order);
        let outline = Outline::of(&shape);
        for (likeness, template) in &mut close {
            *likeness -= FIT_SHARE * fit(&outline, &template.outline);
            if PARTS.contains(template.char) {
                *likeness -= PART_COST;
            }
        }
        close.sort_by(order);
        close.into_iter().take(limit).map(|(_, template)| template.char).collect()
    }
}

/// The first so many in an order, themselves in no order.
fn keep<T>(all: &mut Vec<T>, many: usize, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    if many > 0 && all.len() > many {
        all.select_nth_unstable_by(many - 1, order);
        all.truncate(many);
    }
}

/// Strokes within the limits; what is no number is left out, and so is a stroke without a point.
fn sensible(strokes: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let is_number = |point: &&Point| point.0.is_finite() && point.1.is_finite();
    let points = |stroke: &Vec<Point>| -> Vec<Point> {
        let bounded = stroke.iter().filter(is_number).take(POINTS_MAX);
        bounded.map(|(x, y)| (x.clamp(-1e6, 1e6), y.clamp(-1e6, 1e6))).collect()
    };
    strokes.iter().take(STROKES_MAX).map(points).filter(|stroke| !stroke.is_empty()).collect()
}

/// The next character of the packed bytes, and where its strokes are.
fn next_template(bytes: &[u8], at: &mut usize) -> Option<(char, std::ops::Range<usize>)> {
    let head = bytes.get(*at..*at + 5)?;
    let char = char::from_u32(u32::from_le_bytes([head[0], head[1], head[2], head[3]]))?;
    let start = *at + 4;
    let mut end = start + 1;
    for _ in 0..head[4] {
        end += 1 + usize::from(*bytes.get(end)?) * 2;
    }
    *at = end;
    Some((char, start..end))
}

fn unpacked(bytes: &[u8], range: std::ops::Range<usize>) -> Vec<Vec<Point>> {
    let mut rest = bytes.get(range).unwrap_or_default().iter().map(|byte| f32::from(*byte));
    let count = rest.next().unwrap_or(0.0) as usize;
    let mut strokes = Vec::with_capacity(count);
    for _ in 0..count {
        let points = rest.next().unwrap_or(0.0) as usize;
        strokes.push((0..points).map_while(|_| Some((rest.next()?, rest.next()?))).collect());
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_nonsense_are_answered_without_a_stall() {
        let ink = Ink::new().expect("the build had no strokes");
        assert!(ink.len() > 9_000 && !ink.is_empty());
        assert!(ink.recognise(&[], 8).is_empty());
        assert!(ink.recognise(&[Vec::new()], 8).is_empty());
        assert!(ink.recognise(&[vec![(f32::NAN, 1.0)]], 8).is_empty());
        let tap = vec![(5.0, 5.0)];
        assert_eq!(ink.recognise(std::slice::from_ref(&tap), 8).len(), 8);
        assert_eq!(ink.recognise(&vec![tap; 500], 8).len(), 8);
        let far = vec![(-1e30, 1e30), (1e30, -1e30)];
        assert_eq!(ink.recognise(&[far], 8).len(), 8);
        let long: Vec<Point> = (0..50_000).map(|n| (n as f32, (n % 100) as f32)).collect();
        assert_eq!(ink.recognise(&vec![long; 3], 8).len(), 8);
    }

    #[test]
    fn plain_characters_are_read() {
        let ink = Ink::new().expect("the build had no strokes");
        let line = |a: Point, b: Point| vec![a, b];
        let one = line((10.0, 50.0), (90.0, 48.0));
        assert_eq!(ink.recognise(std::slice::from_ref(&one), 1), ['一']);
        let ten = [one.clone(), line((50.0, 10.0), (50.0, 95.0))];
        assert!(ink.recognise(&ten, 2).contains(&'十'));
        let three =
            [line((20.0, 15.0), (80.0, 14.0)), line((25.0, 50.0), (75.0, 49.0)), line((10.0, 90.0), (95.0, 88.0))];
        assert_eq!(ink.recognise(&three, 1), ['三']);
    }
}
