//! The best score of each name so far. It ranks nothing.

/// Scores by name; most names have none.
#[derive(Debug)]
pub struct Scores {
    of_names: Vec<f32>,
    best: f64,
}

impl Scores {
    /// No score for so many names.
    pub fn new(names: usize) -> Self {
        Self { of_names: vec![0.0; names], best: 0.0 }
    }

    /// A name is worth at least so much.
    pub fn raise(&mut self, name: usize, score: f64) {
        if let Some(known) = self.of_names.get_mut(name) {
            *known = known.max(score as f32);
            self.best = self.best.max(score);
        }
    }

    /// The highest score of all.
    pub fn best(&self) -> f64 {
        self.best
    }

    /// Every name that has a score, and its score.
    pub fn iter(&self) -> impl Iterator<Item = (usize, f64)> {
        self.of_names
            .iter()
            .enumerate()
            .filter(|(_, score)| **score > 0.0)
            .map(|(name, score)| (name, f64::from(*score)))
    }
}
