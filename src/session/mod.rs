//! One resident's visit as one value: dropped at the end, nothing of it stays.
//! Pure: time is told to it, it never asks.

pub mod idle;

pub use idle::{Idle, IdleTurn};

/// Distinguishes visits, so that an answer for one that ended is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct VisitId(u64);

impl VisitId {
    /// The number that no visit has: visits are counted from one.
    pub const fn nobody() -> Self {
        Self(0)
    }

    /// The visit after this one.
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// A plain number, for traces that must tell visits apart.
    pub fn number(self) -> u64 {
        self.0
    }
}
