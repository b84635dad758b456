//! What holds for every kind of record alike, shown on the example each kind gives of itself.

use super::*;
use crate::content::checklist::tests::guide;
use crate::content::schema::Shape;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn every_kind_shows_an_example_that_is_right() {
    let wrong = |info: &KindInfo| Record::read(info.kind, (info.example)(0), Source::Values).err();
    let problems: Vec<_> = kinds().iter().filter_map(|info| Some((info.kind, wrong(info)?))).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// The example of a kind as a record.
fn example(info: &KindInfo) -> Record {
    Record::read(info.kind, (info.example)(0), Source::Values).unwrap_or_else(|e| panic!("{}: {e:?}", info.kind))
}

fn record() -> Record {
    Record::from(guide())
}

#[test]
fn every_kind_comes_back_from_its_bytes_the_same() {
    for info in kinds() {
        let record = example(&info);
        let bytes = record.to_bytes();
        let back = Record::from_bytes(record.id(), &bytes).unwrap_or_else(|e| panic!("{}: {e}", info.kind));
        assert_eq!((back.clone(), back.to_bytes()), (record, bytes), "{}", info.kind);
        assert_eq!((back.id().kind(), back.label()), (info.kind, info.label));
        assert!(!back.title().is_empty());
    }
}

#[test]
fn every_key_that_must_be_there_is_missed_and_no_other() {
    for info in kinds() {
        for key in &info.keys {
            let mut map = (info.example)(0);
            map.remove(key.name);
            let problems = Record::read(info.kind, map, Source::Values).err().unwrap_or_default();
            // A key that may be missing can still be needed by another: the whole says so, at whichever of the two.
            let is_missed = problems.iter().any(|p| p.field == key.name && p.problem == "不能为空");
            assert_eq!(is_missed, key.is_required, "{} {}", info.kind, key.name);
        }
    }
}

#[test]
fn every_field_has_a_name_that_offices_know() {
    for info in kinds() {
        for key in &info.keys {
            assert!(key.label.chars().any(|c| c > '\u{2e80}'), "{} {} {:?}", info.kind, key.name, key.label);
        }
    }
}

#[test]
fn keys_are_sorted_and_nothing_empty_is_written() {
    let text = String::from_utf8(record().to_bytes()).unwrap();
    assert!(text.starts_with("{\"any_of\":[{\"label\":") && text.ends_with(",\"visits\":1}"), "{text}");
    assert!(!text.contains("\"\"") && !text.contains("null") && !text.contains("[]"), "{text}");
}

#[test]
fn bytes_under_a_wrong_id_are_refused() {
    let bytes = record().to_bytes();
    for (id, field) in [("guide/other", "id"), ("org/allowance", "name"), ("poem/allowance", "id")] {
        assert_eq!(Record::from_bytes(&RecordId::parse(id).unwrap(), &bytes).unwrap_err().field, field, "{id}");
    }
}

#[test]
fn a_row_of_a_table_reads_like_values_of_a_file() {
    let cells = json!({
        "id": "w1", "number": "1", "name": "综合", "org": "a", "place": "一楼", "hours": "hall",
        "has_low_counter": "是", "has_sign_language": "0", "order": 7,
    });
    let Json::Object(cells) = cells else { unreachable!() };
    let record = Record::read("window", cells.clone(), Source::Cells).unwrap();
    let window = record.get::<Window>().unwrap();
    assert_eq!((window.has_low_counter, window.has_sign_language, window.order), (true, false, 7));
    assert_eq!(Record::read("window", cells, Source::Values).unwrap_err()[0].field, "has_low_counter");
}

/// The places of an object: every value that is no list and no object, as a path.
fn leaves(value: &Json, path: &str, found: &mut Vec<String>) {
    match value {
        Json::Object(map) => map.iter().for_each(|(key, v)| leaves(v, &format!("{path}/{key}"), found)),
        Json::Array(list) => list.iter().enumerate().for_each(|(i, v)| leaves(v, &format!("{path}/{i}"), found)),
        _ => found.push(path.to_owned()),
    }
}

fn anything() -> impl Strategy<Value = Json> {
    prop_oneof![
        any::<String>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        Just(json!([])),
        Just(json!([[1], {"a": "b"}])),
        Just(json!({})),
        Just(json!("长".repeat(5_000))),
        Just(json!("2026-02-30")),
        Just(json!("a\u{202e}b")),
    ]
}

proptest! {
    #[test]
    fn whatever_stands_in_a_field_reading_ends_with_a_record_or_a_named_field(
        kind in 0..kinds().len(), at in any::<prop::sample::Index>(), value in anything(), cells in any::<bool>(),
    ) {
        let info = &kinds()[kind];
        let mut whole = Json::Object((info.example)(0));
        let mut paths = Vec::new();
        leaves(&whole, "", &mut paths);
        let path = at.get(&paths).clone();
        *whole.pointer_mut(&path).unwrap() = value;
        let Json::Object(map) = whole else { unreachable!() };
        let source = if cells { Source::Cells } else { Source::Values };
        match Record::read(info.kind, map, source) {
            Ok(record) => {
                let back = Record::from_bytes(record.id(), &record.to_bytes());
                prop_assert_eq!(back, Ok(record));
            }
            Err(problems) => prop_assert!(!problems.is_empty() && problems.iter().all(|p| !p.field.is_empty())),
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_never_a_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = record().to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = Record::from_bytes(record().id(), &bytes) {
            prop_assert_eq!(read.id().as_str(), "guide/allowance");
        }
    }

    #[test]
    fn texts_with_any_visible_character_travel_unchanged(text in "[一-龥a-zA-Z0-9（）“”\\\\ 😀]{0,20}[一-龥a-z]") {
        let mut map = serde_json::from_slice::<Map>(&record().to_bytes()).unwrap();
        map.insert("title".to_owned(), json!(text));
        let read = Record::read("guide", map, Source::Values).unwrap();
        prop_assert_eq!(read.title(), text.as_str());
        prop_assert_eq!(Record::from_bytes(read.id(), &read.to_bytes()).unwrap(), read);
    }
}

#[test]
fn no_kind_hides_a_list_in_a_list() {
    // Cells, forms and the TOML walk know lists of values and lists of parts, nothing deeper.
    fn deep(shape: &Shape, is_in_list: bool) -> bool {
        match shape {
            Shape::List(inner) => is_in_list || deep(inner, true),
            Shape::Table(keys) => keys.iter().any(|key| deep(&key.shape, false)),
            Shape::Text(_) | Shape::Term(_) | Shape::Number(_) | Shape::Flag => false,
        }
    }
    assert!(kinds().iter().all(|info| info.keys.iter().all(|key| !deep(&key.shape, false))));
}
