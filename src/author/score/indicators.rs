//! The four indicators that cities publish: services stocked, guides complete, time saved, services done on the spot.
//! They are computed from the records; nobody types them.

use std::collections::BTreeSet;
use std::fmt;

use crate::author::lint::Hall;
use crate::author::lint::elements::ELEMENTS;
use crate::base::id::RecordId;
use crate::content::{Guide, Handling, IndexItem};

/// The four indicators of an office, or of a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Indicators {
    /// 事项入库完整率: services with a guide, of all services known here.
    pub stocked: Share,
    /// 办事指南完整度: things told, of the eleven that each guide must tell.
    pub complete: Share,
    /// 时限压缩度: days saved by promises, of the days the law allows; guides whose two limits count the same days.
    pub saved: Share,
    /// 即办件比例: services done on the spot, of those with a guide.
    pub immediate: Share,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many of them.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// In tenths of a percent, rounded; none of nothing.
    pub fn per_mille(self) -> Option<u64> {
        (self.whole > 0).then(|| (self.part * 1_000 + self.whole / 2) / self.whole)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per_mille() {
            None => f.write_str("—"),
            Some(n) => write!(f, "{}.{}%", n / 10, n % 10),
        }
    }
}

impl Indicators {
    /// The four names, in the order of [`Indicators::shares`].
    pub const NAMES: [&'static str; 4] = ["事项入库完整率", "办事指南完整度", "时限压缩度", "即办件比例"];

    /// The four values.
    pub fn shares(&self) -> [Share; 4] {
        [self.stocked, self.complete, self.saved, self.immediate]
    }

    /// The indicators of one office, or of the whole hall.
    pub(super) fn of(hall: &Hall<'_>, office: Option<&RecordId>) -> Self {
        let is_its = |org: &RecordId| office.is_none_or(|office| office == org);
        let mut all = Self::default();
        let mut with_guide = BTreeSet::new();
        for (_, guide) in hall.guides().filter(|(_, guide)| is_its(&guide.org)) {
            with_guide.insert((guide.org.as_str(), guide.title.trim()));
            all.add(hall, guide);
        }
        let listed = hall.records::<IndexItem>().filter(|(_, item)| is_its(&item.org));
        let without: BTreeSet<_> = listed
            .map(|(_, item)| (item.org.as_str(), item.title.trim()))
            .filter(|item| !with_guide.contains(item))
            .collect();
        all.stocked.whole = all.stocked.part + count(without.len());
        all
    }

    fn add(&mut self, hall: &Hall<'_>, guide: &Guide) {
        let told = ELEMENTS.iter().filter(|element| (element.fault)(hall, guide).is_none()).count();
        self.stocked.part += 1;
        self.complete.part += count(told);
        self.complete.whole += count(ELEMENTS.len());
        self.immediate.part += u64::from(guide.handling == Handling::Immediate);
        self.immediate.whole += 1;
        let (legal, promise) = (guide.legal_limit, guide.promise_limit);
        // Zero days are on the spot, whatever they count.
        if legal.n > 0 && (legal.unit == promise.unit || promise.n == 0) {
            self.saved.part += u64::from(legal.n.saturating_sub(promise.n));
            self.saved.whole += u64::from(legal.n);
        }
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn shares_are_rounded_to_a_tenth() {
        let text = |part, whole| Share { part, whole }.to_string();
        assert_eq!(
            [text(1, 3), text(2, 3), text(925, 1000), text(0, 7), text(7, 7)],
            ["33.3%", "66.7%", "92.5%", "0.0%", "100.0%"]
        );
        assert_eq!(text(0, 0), "—");
        assert_eq!(text(1, 2000), "0.1%", "half a tenth is rounded up");
    }
}
