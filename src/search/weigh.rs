//! What a record weighs whatever is asked, and what a character says: what stands in few titles tells more.
//! It counts nobody's visits.

use super::names::Names;

/// A character in most titles still says a little.
const WEIGHT_MIN: f64 = 0.15;
/// Weight of a pair against a single character: neighbours say much more than characters strewn about.
pub(super) const PAIR_WEIGHT: f64 = 2.0;

/// What a record of this kind weighs, from 0 to 1; more when the hall names it among the frequent ones.
pub fn weight_of(kind: &str, is_frequent: bool) -> f64 {
    let of_kind = match kind {
        "guide" => 0.9,
        "bundle" => 0.8,
        "form" | "org" | "item" => 0.6,
        "notice" | "policy" | "event" => 0.5,
        "interpretation" | "qa" | "survey" | "topic" | "list" | "table" | "village" | "task" | "project" => 0.4,
        "window" | "reply" => 0.3,
        "field" => 0.2,
        "entry" => 0.1,
        // Rows of lists say again what the guides say, and there are very many.
        "row" | "month" => 0.0,
        _ => 0.3,
    };
    if is_frequent { 1.0 } else { of_kind }
}

/// How much it says to stand in so many of all names.
pub(super) fn rarity(all: usize, having: usize) -> f64 {
    let (all, having) = (all.max(1) as f64, having.max(1) as f64);
    (((all + 1.0) / having).ln() / (all + 1.0).ln()).max(WEIGHT_MIN)
}

/// The weight of all characters and pairs of each name.
pub(super) fn weights_of_names(names: &Names) -> Vec<f32> {
    let mut weights = vec![0.0; names.len()];
    let mut add = |list: &[u32], share: f64| {
        let weight = rarity(names.len(), list.len()) * share;
        list.iter().for_each(|name| weights[*name as usize] += weight);
    };
    let (ones, pairs) = names.lists();
    ones.for_each(|list| add(list, 1.0));
    pairs.for_each(|list| add(list, PAIR_WEIGHT));
    weights.into_iter().map(|weight| weight as f32).collect()
}
