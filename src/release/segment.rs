//! Which part of a release a record belongs to, so that a terminal can leave out what its hall never shows.
//! It decides by the record's id and office alone; whatever it does not know goes to `common`, which everybody has.

use crate::base::id::RecordId;

/// The segment that every terminal has.
pub const COMMON: &str = "common";
/// Longest name of a segment.
pub const SEGMENT_BYTES_MAX: usize = 64;

/// Kinds that are bulk and looked up on one page only: the months of a village's board, the rows of lists and tables.
const BULK: &[(&str, &str)] = &[("month", "village"), ("row", "unit")];

/// The segment of a record. `org` is the office it belongs to.
///
/// What pages share and what people search for everywhere — the site, offices, windows, hours, guides, catalogues — is
/// common: nobody knows beforehand which office's guide a resident will ask for.
pub fn of(id: &RecordId, org: Option<&RecordId>) -> String {
    let Some((_, group)) = BULK.iter().find(|(kind, _)| *kind == id.kind()) else { return COMMON.to_owned() };
    let segment = format!("{group}/{}", org.map_or("", RecordId::name));
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
    fn months_of_a_board_are_of_the_village_and_rows_of_the_unit() {
        assert_eq!(segment("month/0525.2026-10", Some("org/0525")), "village/0525");
        assert_eq!(segment("row/quanze.MZ-1", Some("org/046")), "unit/046");
    }

    #[test]
    fn everything_else_and_everything_doubtful_is_common() {
        for (record, org) in [
            ("guide/a", Some("org/046")),
            ("org/046", None),
            ("site/main", None),
            ("village/0525", Some("org/0525")),
            ("month/a.2026-10", None),
            ("row/a.1", Some("org/Civil_Affairs")),
        ] {
            assert_eq!(segment(record, org), COMMON, "{record}");
        }
    }
}
