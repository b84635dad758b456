//! How each segment gets to its new state: it is there already, by a delta, or by the full pack.
//! Pure: it is told what is live and what is offered. A delta that failed once is not tried again in the same pass.

use std::collections::BTreeMap;

use crate::base::digest::Sha256;
use crate::release::{Delta, PackRef, Segment};

/// What is done for one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// It is live as it is.
    Keep,
    /// The live state leads to the new one by this delta.
    Delta(Delta),
    /// All records come anew.
    Full,
}

/// What is done for each segment that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub segments: BTreeMap<String, Segment>,
    pub steps: BTreeMap<String, Step>,
}

impl Plan {
    /// The shortest way for each segment. `live` has the roots of whole content, or nothing; `may_delta` says of a
    /// live root whether a delta from it can still be kept for repairs.
    pub fn new(
        segments: BTreeMap<String, Segment>,
        live: &BTreeMap<String, Sha256>,
        may_delta: impl Fn(&Sha256) -> bool,
    ) -> Self {
        let step = |name: &String, segment: &Segment| {
            let Some(root) = live.get(name) else { return Step::Full };
            if *root == segment.state_root {
                return Step::Keep;
            }
            let delta = segment.deltas.iter().find(|delta| delta.from_root == *root);
            // More than the full pack would be no shortcut, whatever was signed.
            let delta = delta.filter(|delta| delta.pack.size < segment.full.size && may_delta(root));
            delta.map_or(Step::Full, |delta| Step::Delta(delta.clone()))
        };
        let steps = segments.iter().map(|(name, segment)| (name.clone(), step(name, segment))).collect();
        Self { segments, steps }
    }

    /// Takes the full pack for a segment after all; says whether that is something else than before.
    pub fn take_full(&mut self, segment: &str) -> bool {
        match self.steps.get_mut(segment) {
            None | Some(Step::Full) => false,
            Some(step) => {
                *step = Step::Full;
                true
            }
        }
    }

    /// The segments with what is done for them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Segment, &Step)> {
        self.segments.iter().filter_map(|(name, segment)| Some((name.as_str(), segment, self.steps.get(name)?)))
    }

    /// The packs that it needs.
    pub fn packs(&self) -> impl Iterator<Item = &PackRef> {
        self.iter().filter_map(|(_, segment, step)| match step {
            Step::Keep => None,
            Step::Delta(delta) => Some(&delta.pack),
            Step::Full => Some(&segment.full),
        })
    }

    /// How many segments come by delta, and how many anew.
    pub fn counts(&self) -> (u64, u64) {
        let count = |is: fn(&Step) -> bool| self.steps.values().filter(|step| is(step)).count() as u64;
        (count(|step| matches!(step, Step::Delta(_))), count(|step| matches!(step, Step::Full)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(name: &str) -> Sha256 {
        Sha256::of(name.as_bytes())
    }

    fn segment(to: &str, from: &[(&str, u64)]) -> Segment {
        let pack = |size| PackRef { sha256: root(&format!("{to}{size}")), size, unpacked: 100 };
        let delta = |(from, size): &(&str, u64)| Delta { from_root: root(from), records: 1, pack: pack(*size) };
        Segment { state_root: root(to), records: 1, full: pack(50), deltas: from.iter().map(delta).collect() }
    }

    #[test]
    fn the_shortest_way_is_taken_and_a_failed_one_is_not_tried_again() {
        let segments = BTreeMap::from([
            ("same".to_owned(), segment("a", &[("b", 1)])),
            ("near".to_owned(), segment("c", &[("x", 1), ("b", 2)])),
            ("far".to_owned(), segment("c", &[("x", 1)])),
            ("large".to_owned(), segment("c", &[("b", 50)])),
            ("new".to_owned(), segment("c", &[("b", 1)])),
        ]);
        let live = [("same", "a"), ("near", "b"), ("far", "b"), ("large", "b"), ("gone", "z")];
        let live = live.map(|(name, state)| (name.to_owned(), root(state))).into();
        let mut plan = Plan::new(segments.clone(), &live, |_| true);
        let step = |plan: &Plan, name: &str| plan.steps[name].clone();
        assert_eq!(step(&plan, "same"), Step::Keep);
        assert!(matches!(step(&plan, "near"), Step::Delta(delta) if delta.from_root == root("b")));
        for full in ["far", "large", "new"] {
            assert_eq!(step(&plan, full), Step::Full, "{full}");
        }
        assert_eq!(plan.counts(), (1, 3));
        assert!(plan.take_full("near"));
        assert!(!plan.take_full("near"));
        assert_eq!(Plan::new(segments, &live, |_| false).counts(), (0, 4));
    }
}
