//! The rules of single values: texts, numbers, dates, phones, terms and ids.
//! None of them guesses: what is not clearly right is refused with what would be.

use std::marker::PhantomData;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::{At, Checked, Checks, Form, Key, Kind, Map, Rule, See, Seen, Shape, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::base::id::RecordId;

/// A text, as it stands in a file or a cell.
pub(super) fn text_of(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<String> {
    match raw {
        Json::String(text) => Ok(text),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
            Err(c.refuse(at, "应为文字"))
        }
    }
}

/// A line of text of at most [`TITLE_CHARS_MAX`] characters.
pub enum Title {}
/// A paragraph of at most [`TEXT_CHARS_MAX`] characters.
pub enum Text {}
/// A cell of a table: a text of at most [`CELL_CHARS_MAX`] characters, or nothing.
pub enum Cell {}
/// A telephone number.
pub enum Phone {}
/// A host name.
pub enum Host {}
/// An https address.
pub enum Url {}
/// A name inside one record, such as a choice's key: letters, digits, dot, hyphen and underscore.
pub enum Name {}
/// A day, `2026-03-01`.
pub enum Day {}
/// Yes or no; no when it is not there.
pub enum Flag {}
/// A whole number from 0 to `MAX`; 0 when it is not there.
pub enum Num<const MAX: u32> {}
/// A whole number from 0 to `MAX` that must be there.
pub enum Count<const MAX: u32> {}
/// The place in the publisher's list: the row of its file. Offices do not write it.
pub enum RowNumber {}
/// The id of the record itself, written without its kind.
pub struct Id<K>(PhantomData<K>);
/// The id of the only record of its kind, `kind/main`; offices do not write it.
pub struct Only<K>(PhantomData<K>);
/// The id of a record of one kind, written without the kind.
pub struct Ref<K>(PhantomData<K>);
/// The id of a record of any kind, written whole.
pub enum AnyRef {}
/// One of the terms of an enum.
pub struct Term<T>(PhantomData<T>);

/// An enum of fixed terms.
pub trait Terms: Copy + PartialEq + Sized + 'static {
    /// Every term, in the order of the standard.
    const TERMS: &'static [(&'static str, Self)];
}

/// Longest cell of a table in characters.
pub const CELL_CHARS_MAX: usize = 500;

/// Rules of single texts: how it is written, its check, an example, and what a walk comes by.
macro_rules! texts {
    ($($rule:ident $form:expr, |$text:ident, $c:ident, $at:ident| $check:expr, |$n:pat_param| $example:expr $(, $seen:ident)?;)+) => { $(
        impl Rule for $rule {
            type Value = String;
            fn shape() -> Shape {
                Shape::Text($form)
            }
            fn read(raw: Json, $c: &mut Checks, $at: &At<'_>) -> Checked<String> {
                let $text = text_of(raw, $c, $at)?;
                $check
            }
            fn write(value: &String) -> Option<Json> {
                Some(json!(value))
            }
            fn example($n: usize) -> Json {
                json!($example)
            }
            $(
                fn visit(value: &String, at: &At<'_>, see: &mut See<'_>) {
                    see(at, Seen::$seen(value));
                }
            )?
        }
    )+ };
}

texts! {
    Title Form::Words, |text, c, at| c.bounded(at, text, TITLE_CHARS_MAX), |n| format!("示例{}", n + 1), Text;
    Text Form::Words, |text, c, at| c.bounded(at, text, TEXT_CHARS_MAX), |n| format!("这是第{}段示例文字。", n + 1), Text;
    Cell Form::Words,
        |text, c, at| if text.is_empty() { Ok(text) } else { c.bounded(at, text, CELL_CHARS_MAX) },
        |n| (n + 1).to_string(), Text;
    Phone Form::Phone, |text, c, at| c.phone(at, text), |_| "12345", Phone;
    Host Form::Like("www.example.gov.cn"), |text, c, at| c.host(at, text), |_| "www.example.gov.cn";
    Url Form::Link, |text, c, at| c.web_address(at, text), |_| "https://www.example.gov.cn/", Url;
    Name Form::Name,
        |text, c, at| RecordId::new("name", &text).map(|_| text).map_err(|e| c.refuse(at, e.to_string())),
        |n| format!("k{n}");
}

impl Rule for Day {
    type Value = Date;
    fn shape() -> Shape {
        Shape::Text(Form::Day)
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Date> {
        let text = text_of(raw, c, at)?;
        day(&text).ok_or_else(|| c.refuse(at, format!("日期应写成 2026-03-01，写的是“{text}”")))
    }
    fn write(value: &Date) -> Option<Json> {
        Some(json!(value.to_string()))
    }
    fn example(n: usize) -> Json {
        json!(format!("2026-03-{:02}", n % 28 + 1))
    }
}

/// A day written with all its digits; other ways of writing it would give other bytes for the same day.
pub(super) fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text && (1900..=2199).contains(&date.year()))
}

impl Rule for Flag {
    type Value = bool;
    fn shape() -> Shape {
        Shape::Flag
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<bool> {
        if let (Json::String(text), true) = (&raw, c.reads_cells()) {
            return match text.to_lowercase().as_str() {
                "是" | "true" | "1" => Ok(true),
                "否" | "false" | "0" => Ok(false),
                other => Err(c.refuse(at, format!("应填“是”或“否”，写的是“{other}”"))),
            };
        }
        raw.as_bool().ok_or_else(|| c.refuse(at, "应为 true 或 false"))
    }
    fn write(value: &bool) -> Option<Json> {
        value.then(|| json!(true))
    }
    fn absent() -> Option<bool> {
        Some(false)
    }
    fn example(_n: usize) -> Json {
        json!(true)
    }
}

impl<const MAX: u32> Rule for Count<MAX> {
    type Value = u32;
    fn shape() -> Shape {
        Shape::Number(u64::from(MAX))
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<u32> {
        let number = match &raw {
            Json::String(text) if c.reads_cells() => text.parse::<u64>().ok(),
            other => other.as_u64(),
        };
        number
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n <= MAX)
            .ok_or_else(|| c.refuse(at, format!("应为 0 到 {MAX} 的整数")))
    }
    fn write(value: &u32) -> Option<Json> {
        Some(json!(value))
    }
    fn example(n: usize) -> Json {
        json!(u32::try_from(n + 1).unwrap_or(1).min(MAX))
    }
}

impl<const MAX: u32> Rule for Num<MAX> {
    type Value = u32;
    fn shape() -> Shape {
        Shape::Number(u64::from(MAX))
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<u32> {
        Count::<MAX>::read(raw, c, at)
    }
    fn write(value: &u32) -> Option<Json> {
        (*value != 0).then(|| json!(value))
    }
    fn absent() -> Option<u32> {
        Some(0)
    }
    fn example(n: usize) -> Json {
        json!(u32::try_from(n + 1).unwrap_or(1).min(MAX))
    }
}

impl Rule for RowNumber {
    type Value = u32;
    fn shape() -> Shape {
        Shape::Number(u64::from(u32::MAX))
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<u32> {
        raw.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| c.refuse(at, "应为整数"))
    }
    fn write(value: &u32) -> Option<Json> {
        (*value != 0).then(|| json!(value))
    }
    fn absent() -> Option<u32> {
        Some(0)
    }
    fn example(n: usize) -> Json {
        json!(n + 2)
    }
    fn keys(_key: &'static str, _label: &'static str) -> Vec<Key> {
        Vec::new()
    }
}

fn id_of<K: Kind>(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<RecordId> {
    let name = text_of(raw, c, at)?;
    RecordId::new(K::KIND, &name).map_err(|e| c.refuse(at, e.to_string()))
}

impl<K: Kind> Rule for Id<K> {
    type Value = RecordId;
    fn shape() -> Shape {
        Shape::Text(Form::Name)
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<RecordId> {
        id_of::<K>(raw, c, at)
    }
    fn write(value: &RecordId) -> Option<Json> {
        Some(json!(value.name()))
    }
    fn example(n: usize) -> Json {
        json!(format!("example-{}", n + 1))
    }
}

impl<K: Kind> Rule for Only<K> {
    type Value = RecordId;
    fn shape() -> Shape {
        Shape::Text(Form::Name)
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<RecordId> {
        let id = id_of::<K>(raw, c, at)?;
        if id.name() == ONLY { Ok(id) } else { Err(c.refuse(at, format!("应为 {ONLY}"))) }
    }
    fn write(_value: &RecordId) -> Option<Json> {
        None
    }
    fn absent() -> Option<RecordId> {
        RecordId::new(K::KIND, ONLY).ok()
    }
    fn example(_n: usize) -> Json {
        json!(ONLY)
    }
    fn keys(_key: &'static str, _label: &'static str) -> Vec<Key> {
        Vec::new()
    }
    fn show(_key: &'static str, _n: usize, _map: &mut Map) {}
}

/// The name of the only record of a kind.
const ONLY: &str = "main";

impl<K: Kind> Rule for Ref<K> {
    type Value = RecordId;
    fn shape() -> Shape {
        Shape::Text(Form::Name)
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<RecordId> {
        id_of::<K>(raw, c, at)
    }
    fn write(value: &RecordId) -> Option<Json> {
        Some(json!(value.name()))
    }
    fn example(n: usize) -> Json {
        json!(format!("example-{}", n + 1))
    }
    fn visit(value: &RecordId, at: &At<'_>, see: &mut See<'_>) {
        see(at, Seen::Reference(value));
    }
}

impl Rule for AnyRef {
    type Value = RecordId;
    fn shape() -> Shape {
        Shape::Text(Form::Like("guide/elder-card"))
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<RecordId> {
        let text = text_of(raw, c, at)?;
        RecordId::parse(&text).map_err(|e| c.refuse(at, e.to_string()))
    }
    fn write(value: &RecordId) -> Option<Json> {
        Some(json!(value.as_str()))
    }
    fn example(n: usize) -> Json {
        json!(format!("guide/example-{}", n + 1))
    }
    fn visit(value: &RecordId, at: &At<'_>, see: &mut See<'_>) {
        see(at, Seen::Reference(value));
    }
}

impl<T: Terms> Rule for Term<T> {
    type Value = T;
    fn shape() -> Shape {
        Shape::Term(T::TERMS.iter().map(|(term, _)| *term).collect())
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<T> {
        let text = text_of(raw, c, at)?;
        T::TERMS.iter().find(|(term, _)| *term == text).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<_> = T::TERMS.iter().map(|(term, _)| *term).collect();
            c.refuse(at, format!("不认识“{text}”，可以写：{}", known.join("、")))
        })
    }
    fn write(value: &T) -> Option<Json> {
        T::TERMS.iter().find(|(_, v)| v == value).map(|(term, _)| json!(term))
    }
    fn example(n: usize) -> Json {
        json!(T::TERMS[n % T::TERMS.len()].0)
    }
}
