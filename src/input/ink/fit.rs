//! Two characters stroke by stroke: which stroke of one is which of the other, in any order, and how far they are apart.
//! A hand may join two or three strokes that follow each other; it does not part them.

use super::Point;
use super::shape::{Shape, evenly};

/// Points by which two strokes are compared.
const POINTS: usize = 6;
/// Most strokes that follow each other and are written as one.
const JOINED_MAX: usize = 3;
/// Added for each join: a character written as it should be comes before one that needs a join.
const JOIN_COST: f32 = 0.03;
/// Distance of a stroke that the other character does not have.
const MISSING: f32 = 0.45;
/// How much a difference of direction counts against one of place.
const DIRECTION_SHARE: f32 = 0.5;

/// A stroke as few points, the ways between them, and its length.
#[derive(Debug, Clone)]
struct Line {
    points: [Point; POINTS],
    length: f32,
}

/// A character as strokes to compare.
#[derive(Debug, Clone)]
pub struct Outline {
    strokes: Vec<Line>,
}

impl Outline {
    /// The strokes of a shape.
    pub fn of(shape: &Shape) -> Self {
        Self { strokes: shape.strokes.iter().map(|stroke| Line::of(stroke)).collect() }
    }

    /// How many strokes there are.
    pub fn strokes(&self) -> usize {
        self.strokes.len()
    }

    /// Strokes from one on, so many of them, as one.
    fn joined(&self) -> Vec<(usize, usize, Line)> {
        let mut joined = Vec::new();
        for count in 2..=JOINED_MAX {
            for (start, lines) in self.strokes.windows(count).enumerate() {
                let points: Vec<Point> = lines.iter().flat_map(|line| line.points).collect();
                joined.push((start, count, Line::of(&evenly(&points))));
            }
        }
        joined
    }
}

impl Line {
    /// Of points that are evenly apart.
    fn of(stroke: &[Point]) -> Self {
        let length = stroke.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).sum();
        let mut points = [(0.0, 0.0); POINTS];
        for (n, point) in points.iter_mut().enumerate() {
            let along = n as f32 / (POINTS - 1) as f32 * stroke.len().saturating_sub(1) as f32;
            let (first, share) = (along.floor() as usize, along.fract());
            let (a, b) = (stroke.get(first), stroke.get(first + 1).or(stroke.get(first)));
            if let (Some(a), Some(b)) = (a, b) {
                *point = (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share);
            }
        }
        Self { points, length }
    }

    fn distance(&self, other: &Self) -> f32 {
        let (mut places, mut turns) = (0.0, 0.0);
        let mut before: Option<Point> = None;
        for (a, b) in self.points.iter().zip(&other.points) {
            let apart = (a.0 - b.0, a.1 - b.1);
            places += (apart.0 * apart.0 + apart.1 * apart.1).sqrt();
            if let Some(before) = before {
                // The difference of two steps is the step between two differences.
                let turn = (apart.0 - before.0, apart.1 - before.1);
                turns += (turn.0 * turn.0 + turn.1 * turn.1).sqrt();
            }
            before = Some(apart);
        }
        places / POINTS as f32 + DIRECTION_SHARE * turns
    }
}

/// How far the strokes of a hand are from those of a template: 0 for the same.
pub fn fit(hand: &Outline, template: &Outline) -> f32 {
    let mut pairs: Vec<(f32, usize, usize, usize)> = Vec::new();
    // Joins are looked for only where the hand made fewer strokes.
    let joined = if hand.strokes.len() < template.strokes.len() { template.joined() } else { Vec::new() };
    for (h, stroke) in hand.strokes.iter().enumerate() {
        for (t, other) in template.strokes.iter().enumerate() {
            pairs.push((stroke.distance(other), h, t, 1));
        }
        for (start, count, other) in &joined {
            pairs.push((stroke.distance(other) + JOIN_COST * (count - 1) as f32, h, *start, *count));
        }
    }
    // The nearest first; long strokes weigh more in the sum.
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut is_used = vec![false; hand.strokes.len()];
    let mut is_taken = vec![false; template.strokes.len()];
    let (mut sum, mut weight) = (0.0, 0.0);
    for (distance, h, start, count) in pairs {
        let taken = start..start + count;
        let is_free = !is_used.get(h).copied().unwrap_or(true)
            && is_taken.get(taken.clone()).is_some_and(|taken| taken.iter().all(|t| !t));
        if is_free && distance < MISSING * 2.0 {
            is_used[h] = true;
            is_taken[taken].fill(true);
            let length = hand.strokes.get(h).map_or(0.0, |stroke| stroke.length) + 0.1;
            sum += distance.min(MISSING) * length;
            weight += length;
        }
    }
    let left_over = hand.strokes.iter().zip(&is_used).filter(|(_, used)| !**used).map(|(stroke, _)| stroke.length);
    let missing = template.strokes.iter().zip(&is_taken).filter(|(_, taken)| !**taken).map(|(stroke, _)| stroke.length);
    for length in left_over.chain(missing) {
        sum += MISSING * (length + 0.1);
        weight += length + 0.1;
    }
    if weight > 0.0 { sum / weight } else { MISSING }
}
