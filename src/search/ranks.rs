//! The best of very many, kept while they are counted. It judges nothing.

/// The names with the best scores so far, ties in their order.
#[derive(Debug)]
pub struct Ranks {
    limit: usize,
    /// What is missing to the full score in thousandths, and the name, as one number: the lower, the better.
    kept: Vec<u64>,
    /// What does not count any more.
    worst: u64,
}

impl Ranks {
    /// Room for so many.
    pub fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), worst: if limit == 0 { 0 } else { u64::MAX } }
    }

    /// Counts a name with a score from 0 to 1.
    pub fn add(&mut self, score: f64, name: usize) {
        let missing = 1_000_u64.saturating_sub((score * 1_000.0 + 0.5) as u64);
        let rank = missing << 32 | name as u64;
        if rank >= self.worst {
            return;
        }
        self.kept.push(rank);
        // Sorted out only now and then, so that most names cost one comparison.
        if self.kept.len() >= self.limit.saturating_mul(2) {
            let (_, worst, _) = self.kept.select_nth_unstable(self.limit - 1);
            self.worst = *worst + 1;
            self.kept.truncate(self.limit);
        }
    }

    /// Scores in thousandths and names, best first.
    pub fn best(mut self) -> impl Iterator<Item = (f64, usize)> {
        self.kept.sort_unstable();
        self.kept.truncate(self.limit);
        self.kept
            .into_iter()
            .map(|rank| ((1_000 - (rank >> 32).min(1_000)) as f64 / 1_000.0, (rank & 0xffff_ffff) as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_kept_in_order_however_many_there_are() {
        let mut ranks = Ranks::new(3);
        for name in 0..1_000 {
            ranks.add(f64::from(u32::try_from(name * 7 % 100).unwrap()) / 100.0, name);
        }
        assert_eq!(ranks.best().collect::<Vec<_>>(), [(0.99, 57), (0.99, 157), (0.99, 257)]);
        let mut none = Ranks::new(0);
        none.add(1.0, 1);
        assert_eq!(none.best().count(), 0);
        let mut few = Ranks::new(usize::MAX);
        few.add(0.5, 9);
        assert_eq!(few.best().collect::<Vec<_>>(), [(0.5, 9)]);
    }
}
