//! What a record weighs whatever is asked: what most people come for stands first among equals.
//! It counts nobody's visits.

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
