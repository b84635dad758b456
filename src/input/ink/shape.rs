//! A written character without its size and place: points spread evenly along its strokes, and what it looks like as a
//! grid of directions. It tells no strokes apart.

use super::Point;

/// Cells of the grid along one side.
const GRID: usize = 8;
/// Directions of a stroke.
const DIRECTIONS: usize = 8;
/// Numbers that describe a character.
const NUMBERS: usize = GRID * GRID * DIRECTIONS;
/// Numbers of the first look.
const COARSE_NUMBERS: usize = NUMBERS / 4;
/// How far apart points along a stroke are, in the unit square.
const STEP: f32 = 0.03;
/// How many times its standard deviation a character is wide.
const WIDTH_DEVIATIONS: f32 = 4.2;
/// A flat character is not blown up to a square: the shorter side counts as at least this share of the longer one.
const FLAT: f32 = 0.35;
/// Length one as a whole number; single numbers seldom exceed a fourth of it.
const FULL: f32 = 500.0;
/// A direction is known only of a line; a tap counts as a short one down to the right, as dots are written.
const TAP: f32 = 0.02;

/// Strokes in the unit square, their points evenly apart.
pub struct Shape {
    pub strokes: Vec<Vec<Point>>,
}

/// What a character looks like, as numbers of length one.
pub struct Features(Box<[i8; NUMBERS]>);

/// The same with four cells in one, for a first look at very many.
pub struct Coarse([i8; COARSE_NUMBERS]);

impl Shape {
    /// Centres strokes by their ink and scales them by its spread, so that one long tail moves nothing.
    pub fn of(strokes: &[Vec<Point>]) -> Self {
        let (mut weight, mut sum) = (0.0_f32, (0.0, 0.0));
        for (middle, length) in strokes.iter().flat_map(|stroke| lines(stroke)) {
            weight += length;
            sum = (sum.0 + middle.0 * length, sum.1 + middle.1 * length);
        }
        let all = || strokes.iter().flatten();
        if weight <= f32::EPSILON {
            // Taps only: each counts the same.
            weight = all().count().max(1) as f32;
            sum = all().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
        }
        let centre = (sum.0 / weight, sum.1 / weight);
        let mut spread = (0.0_f32, 0.0_f32);
        for pair in strokes.iter().flat_map(|stroke| stroke.windows(2)) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let (x, y) = ((pair[0].0 + pair[1].0) / 2.0 - centre.0, (pair[0].1 + pair[1].1) / 2.0 - centre.1);
            // A line spreads along itself too: one long line is no point.
            let length = dx.hypot(dy);
            spread.0 += (x * x + dx * dx / 12.0) * length;
            spread.1 += (y * y + dy * dy / 12.0) * length;
        }
        let deviation = ((spread.0 / weight).sqrt(), (spread.1 / weight).sqrt());
        let longest = deviation.0.max(deviation.1).max(f32::MIN_POSITIVE);
        let scale = |side: f32| 1.0 / (WIDTH_DEVIATIONS * side.max(longest * FLAT));
        let (sx, sy) = (scale(deviation.0), scale(deviation.1));
        let place = |point: &Point| (0.5 + (point.0 - centre.0) * sx, 0.5 + (point.1 - centre.1) * sy);
        let finite = |point: Point| if point.0.is_finite() && point.1.is_finite() { point } else { (0.5, 0.5) };
        let strokes = strokes.iter().map(|stroke| {
            let placed: Vec<Point> = stroke.iter().map(|p| finite(place(p))).collect();
            evenly(&placed)
        });
        Self { strokes: strokes.collect() }
    }

    /// Where which directions are, blurred so that a hand may be unsteady.
    pub fn features(&self) -> (Coarse, Features) {
        let mut grid = [0.0_f32; NUMBERS];
        for pair in self.strokes.iter().flat_map(|stroke| stroke.windows(2)) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let length = dx.hypot(dy);
            let turn = dy.atan2(dx) / std::f32::consts::TAU * DIRECTIONS as f32 + DIRECTIONS as f32;
            let middle = ((pair[0].0 + pair[1].0) / 2.0, (pair[0].1 + pair[1].1) / 2.0);
            let (first, share) = (turn.floor() as usize, turn.fract());
            for (direction, part) in [(first, 1.0 - share), (first + 1, share)] {
                add(&mut grid, direction % DIRECTIONS, middle, length * part);
            }
        }
        let blurred = blurred(&grid);
        let mut joined = [0.0_f32; COARSE_NUMBERS];
        for (n, value) in blurred.iter().enumerate() {
            let (direction, row, column) = (n / GRID / GRID, n / GRID % GRID / 2, n % GRID / 2);
            joined[(direction * GRID / 2 + row) * GRID / 2 + column] += value;
        }
        (Coarse(of_length_one(&joined)), Features(Box::new(of_length_one(&blurred))))
    }
}

impl Features {
    /// How alike two characters look: 1 for the same.
    pub fn likeness(&self, other: &Self) -> f32 {
        likeness(self.0.as_slice(), other.0.as_slice())
    }
}

impl Coarse {
    /// How alike two characters look from afar: 1 for the same.
    pub fn likeness(&self, other: &Self) -> f32 {
        likeness(&self.0, &other.0)
    }
}

fn likeness(one: &[i8], other: &[i8]) -> f32 {
    let mut sum = 0_i32;
    for (a, b) in one.iter().zip(other) {
        sum += i32::from(*a) * i32::from(*b);
    }
    sum as f32 / (FULL * FULL)
}

/// Roots, so that one long stroke does not outshine all others, scaled to length one.
fn of_length_one<const N: usize>(values: &[f32; N]) -> [i8; N] {
    let roots = values.map(|value| value.max(0.0).sqrt());
    let length = roots.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    roots.map(|root| (root / length * FULL).clamp(0.0, 127.0) as i8)
}

/// The middles of a stroke's lines and their lengths.
fn lines(stroke: &[Point]) -> impl Iterator<Item = (Point, f32)> {
    stroke.windows(2).map(|pair| {
        let middle = ((pair[0].0 + pair[1].0) / 2.0, (pair[0].1 + pair[1].1) / 2.0);
        (middle, (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1))
    })
}

/// The same stroke with points evenly apart; a tap becomes a short line.
pub fn evenly(stroke: &[Point]) -> Vec<Point> {
    let Some(first) = stroke.first().copied() else { return Vec::new() };
    let total: f32 = lines(stroke).map(|(_, length)| length).sum();
    if total < TAP {
        return vec![first, (first.0 + TAP, first.1 + TAP)];
    }
    let steps = ((total / STEP).ceil() as usize).clamp(2, 400);
    let step = total / steps as f32;
    let mut even = vec![first];
    let mut gone = 0.0;
    for pair in stroke.windows(2) {
        let length = (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
        while length > 0.0 && even.len() < steps && even.len() as f32 * step <= gone + length {
            let share = (even.len() as f32 * step - gone) / length;
            even.push((pair[0].0 + (pair[1].0 - pair[0].0) * share, pair[0].1 + (pair[1].1 - pair[0].1) * share));
        }
        gone += length;
    }
    even.extend(stroke.last());
    even
}

/// Shares a weight among the four cells around a place; what lies outside counts at the rim.
fn add(grid: &mut [f32; NUMBERS], direction: usize, place: Point, weight: f32) {
    let most = (GRID - 1) as f32;
    let (x, y) = ((place.0 * GRID as f32 - 0.5).clamp(0.0, most), (place.1 * GRID as f32 - 0.5).clamp(0.0, most));
    let (column, row) = (x.floor() as usize, y.floor() as usize);
    let (right, down) = (x.fract(), y.fract());
    for (c, r, part) in [
        (column, row, (1.0 - right) * (1.0 - down)),
        (column + 1, row, right * (1.0 - down)),
        (column, row + 1, (1.0 - right) * down),
        (column + 1, row + 1, right * down),
    ] {
        if part > 0.0
            && let Some(cell) = grid.get_mut((direction * GRID + r) * GRID + c)
        {
            *cell += weight * part;
        }
    }
}

/// Each cell with a share of its neighbours, direction by direction.
fn blurred(grid: &[f32; NUMBERS]) -> [f32; NUMBERS] {
    let at = |direction: usize, row: isize, column: isize| match (usize::try_from(row), usize::try_from(column)) {
        (Ok(row), Ok(column)) if row < GRID && column < GRID => grid[(direction * GRID + row) * GRID + column],
        _ => 0.0,
    };
    let mut blurred = [0.0; NUMBERS];
    for (n, cell) in blurred.iter_mut().enumerate() {
        let (direction, row, column) = (n / GRID / GRID, (n / GRID % GRID) as isize, (n % GRID) as isize);
        for (rows, weight) in [(-1, 0.25), (0, 0.5), (1, 0.25)] {
            for (columns, share) in [(-1, 0.25), (0, 0.5), (1, 0.25)] {
                *cell += weight * share * at(direction, row + rows, column + columns);
            }
        }
    }
    blurred
}
