//! The disclosure catalogues: one table a field, `catalogue/<field>.csv`.
//! The office that a row names is linked when it is one of this hall's; the name itself stays as it was published.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{file_names, inside, read_rows};
use crate::author::reading::Reading;
use crate::content::Org;

/// The folder of the catalogues.
const FOLDER: &str = "catalogue";
/// The table of the fields themselves.
const FIELDS: &str = "fields";

/// Reads every catalogue.
pub fn read(dir: &Path, reading: &mut Reading) {
    let names = match file_names(dir, FOLDER, "entry", ".csv", reading) {
        Ok(names) => names,
        Err(problem) => {
            reading.unread_kinds.insert("entry");
            reading.problems.push(*problem);
            return;
        }
    };
    let offices = offices(reading);
    for name in names.iter().filter(|name| *name != FIELDS) {
        let file = inside(FOLDER, &format!("{name}.csv"));
        read_rows(dir, &file, "entry", &["id", "field"], reading, |map, _| {
            let no = map.get("no").and_then(Json::as_str).unwrap_or_default();
            let id = json!(format!("{name}-{no}"));
            map.insert("id".to_owned(), id);
            map.insert("field".to_owned(), json!(name));
            let published = map.get("org").and_then(Json::as_str).unwrap_or_default();
            if let (false, Some(office)) = (map.contains_key("office"), offices.get(published)) {
                map.insert("office".to_owned(), json!(office));
            }
        });
    }
}

/// Offices by their full and short names.
fn offices(reading: &Reading) -> BTreeMap<String, String> {
    let orgs = reading.records.iter().filter_map(|a| a.record.get::<Org>());
    orgs.flat_map(|org| [&org.short, &org.name].map(|name| (name.clone(), org.id.name().to_owned()))).collect()
}
