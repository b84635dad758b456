//! Which part of a release a record belongs to, so that a terminal can leave out what its hall never shows.
//! It decides by the record's id and office alone; whatever it does not know goes to `common`, which everybody has.

use crate::base::id::RecordId;

/// The segment that every terminal has.
pub const COMMON: &str = "common";
/// Longest name of a segment.
pub const SEGMENT_BYTES_MAX: usize = 64;

/// Kinds that only the village's own board shows: its month tables, assets, decisions.
const OF_A_VILLAGE: &str = "village";
/// Kinds that only the unit's own page shows: its public catalogue and the documents in it.
const OF_A_UNIT: &[&str] = &["catalogue", "document"];

/// The segment of a record. `org` is the office it belongs to.
///
/// What pages share and what people search for everywhere — the site, offices, windows, hours, guides — is common:
/// nobody knows beforehand which office's guide a resident will ask for.
pub fn of(id: &RecordId, org: Option<&RecordId>) -> String {
    let kind = id.kind();
    let group = match kind.split('-').next() {
        Some(OF_A_VILLAGE) => "village",
        Some(first) if OF_A_UNIT.contains(&first) => "unit",
        _ => return COMMON.to_owned(),
    };
    // The village's own page is of the village it describes.
    let name = org.map_or(if kind == OF_A_VILLAGE { id.name() } else { "" }, RecordId::name);
    let segment = format!("{group}/{name}");
    // A name that cannot be a segment's keeps its records in the part that everybody has: too much, never too little.
    if is_name(&segment) { segment } else { COMMON.to_owned() }
}

/// Whether a text may name a segment: lower case, digits and hyphens, and one slash at most.
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.len() <= SEGMENT_BYTES_MAX
        && text.matches('/').count() <= 1
        && text.split('/').all(|part| !part.is_empty() && part.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(record: &str, org: Option<&str>) -> String {
        let org = org.map(|org| RecordId::parse(org).unwrap());
        of(&RecordId::parse(record).unwrap(), org.as_ref())
    }

    #[test]
    fn what_a_board_alone_shows_is_of_its_village_or_unit() {
        assert_eq!(segment("village-month/a", Some("org/0525")), "village/0525");
        assert_eq!(segment("village/0525", None), "village/0525");
        assert_eq!(segment("document/notice-1", Some("org/046")), "unit/046");
        assert_eq!(segment("catalogue/a", Some("org/046")), "unit/046");
    }

    #[test]
    fn everything_else_and_everything_doubtful_is_common() {
        for (record, org) in [
            ("guide/a", Some("org/046")),
            ("org/046", None),
            ("site/main", None),
            ("villager/a", Some("org/046")),
            ("document/a", None),
            ("document/a", Some("org/Civil_Affairs")),
        ] {
            assert_eq!(segment(record, org), COMMON, "{record}");
        }
    }
}
