//! What may stand in each authored TOML file: keys, kinds of value, which must be there.
//! It judges no value; the tests keep it equal to the wire shapes that the values become.

/// The kind of a value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A quoted text.
    Text,
    /// A whole number from 0 to this.
    Number(u64),
    /// `true` or `false`.
    Flag,
    /// A list of values of one kind.
    List(&'static Shape),
    /// Keys and values.
    Table(&'static [Key]),
}

/// One key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The kind of its value.
    pub shape: Shape,
    /// Whether it must be there.
    pub is_required: bool,
}

const fn must(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: true }
}

const fn may(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: false }
}

const TEXTS: Shape = Shape::List(&Shape::Text);
const SMALL: Shape = Shape::Number(u8::MAX as u64);

/// `site.toml`
pub const SITE: &[Key] = &[
    must("hall", Shape::Text),
    must("region", Shape::Text),
    must("publisher", Shape::Text),
    must("hotline", Shape::Text),
    must("help_desk", Shape::Text),
    must("help_phone", Shape::Text),
    must("hours", Shape::Text),
    must("address", Shape::Text),
    may("qr_hosts", TEXTS),
    may("frequent", TEXTS),
    may("attract", TEXTS),
    may("is_sample", Shape::Flag),
];

/// `hours.toml`: a list of opening hours.
pub const HOURS_FILE: &[Key] = &[must("hours", Shape::List(&Shape::Table(HOURS)))];

/// One set of opening hours.
pub const HOURS: &[Key] =
    &[must("id", Shape::Text), must("times", Shape::List(&Shape::Table(OPEN_TIMES))), may("note", Shape::Text)];

const OPEN_TIMES: &[Key] = &[may("season", Shape::Text), must("days", Shape::List(&SMALL)), must("spans", TEXTS)];

/// `items/*.toml`
pub const GUIDE: &[Key] = &[
    must("id", Shape::Text),
    must("title", Shape::Text),
    must("plain", Shape::Text),
    must("org", Shape::Text),
    must("kind", Shape::Text),
    must("levels", TEXTS),
    must("handling", Shape::Text),
    must("for_whom", TEXTS),
    must("legal_limit", Shape::Table(LIMIT)),
    must("promise_limit", Shape::Table(LIMIT)),
    must("visits", SMALL),
    must("channels", TEXTS),
    must("scope", Shape::Text),
    must("conditions", TEXTS),
    may("url", Shape::Text),
    must("published", Shape::Text),
    must("reviewed_by", Shape::Text),
    may("situation", Shape::List(&Shape::Table(SITUATION))),
    may("material", Shape::List(&Shape::Table(MATERIAL))),
    may("any_of", Shape::List(&Shape::Table(ANY_OF))),
    may("step", Shape::List(&Shape::Table(STEP))),
    must("fee", Shape::Table(FEE)),
    must("outcome", Shape::Table(OUTCOME)),
    must("contact", Shape::Table(CONTACT)),
    may("basis", Shape::List(&Shape::Table(BASIS))),
    may("faq", Shape::List(&Shape::Table(FAQ))),
];

const LIMIT: &[Key] = &[must("n", Shape::Number(u16::MAX as u64)), must("unit", Shape::Text)];
const SITUATION: &[Key] = &[must("question", Shape::Text), must("choices", Shape::List(&Shape::Table(CHOICE)))];
const CHOICE: &[Key] = &[must("key", Shape::Text), must("label", Shape::Text)];
const MATERIAL: &[Key] = &[
    must("id", Shape::Text),
    must("name", Shape::Text),
    must("form", Shape::Text),
    may("originals", SMALL),
    may("copies", SMALL),
    must("source", Shape::Text),
    must("need", Shape::Text),
    may("note", Shape::Text),
    may("only_for", TEXTS),
];
const ANY_OF: &[Key] = &[must("label", Shape::Text), must("materials", TEXTS)];
const STEP: &[Key] =
    &[must("name", Shape::Text), must("who", Shape::Text), must("what", Shape::Text), must("time", Shape::Text)];
const FEE: &[Key] = &[must("charged", Shape::Flag), may("standard", Shape::Text), may("basis", Shape::Text)];
const OUTCOME: &[Key] = &[must("name", Shape::Text), must("delivery", TEXTS)];
const CONTACT: &[Key] = &[must("consult", Shape::Text), must("complain", Shape::Text), must("windows", TEXTS)];
const BASIS: &[Key] =
    &[must("title", Shape::Text), may("number", Shape::Text), may("article", Shape::Text), may("text", Shape::Text)];
const FAQ: &[Key] = &[must("question", Shape::Text), must("answer", Shape::Text)];

/// The known key that an unknown one was probably meant to be.
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Two letters in five may be wrong; more is another word.
    let limit = (unknown.chars().count() * 2 / 5).max(1);
    known
        .map(|name| (distance(&unknown.to_lowercase(), name), name))
        .filter(|(d, name)| *d <= limit || name.starts_with(unknown) || unknown.starts_with(name))
        .min()
        .map(|(_, name)| name)
}

/// Edits between two words, a swap of neighbours counting as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::wire::{GuideDoc, HoursDoc, SiteDoc};
    use serde_json::{Value, json};

    /// A value that has every key of a shape.
    fn full(shape: &Shape) -> Value {
        match shape {
            Shape::Text => json!("x"),
            Shape::Number(max) => json!(max),
            Shape::Flag => json!(true),
            Shape::List(inner) => json!([full(inner)]),
            Shape::Table(keys) => Value::Object(keys.iter().map(|k| (k.name.to_owned(), full(&k.shape))).collect()),
        }
    }

    /// Every value that lacks exactly one key, with that key's path and whether it must be there.
    fn each_without_one(keys: &'static [Key]) -> Vec<(String, Value, bool)> {
        let whole = full(&Shape::Table(keys));
        let mut all = Vec::new();
        for key in keys {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(key.name);
            all.push((key.name.to_owned(), lacking, key.is_required));
            let (inner, is_list) = match key.shape {
                Shape::Table(inner) => (inner, false),
                Shape::List(Shape::Table(inner)) => (*inner, true),
                _ => continue,
            };
            for (path, value, is_required) in each_without_one(inner) {
                let mut lacking = whole.clone();
                lacking[key.name] = if is_list { json!([value]) } else { value };
                all.push((format!("{}.{path}", key.name), lacking, is_required));
            }
        }
        all
    }

    fn agrees<D: serde::de::DeserializeOwned + serde::Serialize>(keys: &'static [Key]) {
        let whole = full(&Shape::Table(keys));
        let doc: D = serde_json::from_value(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(doc).unwrap(), whole, "the same keys in table and shape");
        for (path, lacking, is_required) in each_without_one(keys) {
            assert_eq!(serde_json::from_value::<D>(lacking).is_err(), is_required, "{path}");
        }
    }

    #[test]
    fn the_table_of_keys_agrees_with_the_wire_shapes() {
        agrees::<SiteDoc>(SITE);
        agrees::<HoursDoc>(HOURS);
        agrees::<GuideDoc>(GUIDE);
    }

    #[test]
    fn a_misspelt_key_finds_its_neighbour() {
        let names = || GUIDE.iter().map(|k| k.name);
        assert_eq!(nearest("tilte", names()), Some("title"));
        assert_eq!(nearest("materials", names()), Some("material"));
        assert_eq!(nearest("Title", names()), Some("title"));
        assert_eq!(nearest("promise_limits", names()), Some("promise_limit"));
        assert_eq!(nearest("plane", names()), Some("plain"));
        assert_eq!(nearest("颜色", names()), None);
        assert_eq!(nearest("weather", names()), None);
    }
}
