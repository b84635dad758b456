//! Rules made of rules: lists, parts, what may be missing, and shared blocks of fields.
//! They add the place of what is inside, so that a wrong cell in a wrong entry is named exactly.

use std::marker::PhantomData;

use serde_json::{Value as Json, json};

use super::{At, Checked, Checks, Fields, Key, LIST_MAX, Map, Rule, See, Shape};

/// A value that may be missing.
pub struct May<R>(PhantomData<R>);
/// A text that may be empty, and is when its key is missing.
pub struct Blank<R>(PhantomData<R>);
/// Values of one rule, from `MIN` to `MAX` of them; none when the key is missing and `MIN` is 0.
/// In a cell they are separated by `；`, ids and terms also by `、`.
pub struct List<R, const MIN: usize = 0, const MAX: usize = LIST_MAX>(PhantomData<R>);
/// Fields of their own, under one key.
pub struct Part<T>(PhantomData<T>);
/// Fields of their own, written among those around them.
pub struct Flat<T>(PhantomData<T>);

impl<R: Rule> Rule for May<R> {
    type Value = Option<R::Value>;
    fn shape() -> Shape {
        R::shape()
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Self::Value> {
        match raw {
            Json::String(text) if text.is_empty() => Ok(None),
            raw => R::read(raw, c, at).map(Some),
        }
    }
    fn write(value: &Self::Value) -> Option<Json> {
        // A value that its own rule leaves out must be written here, or it would come back as missing.
        value.as_ref().map(|v| R::write(v).unwrap_or_else(|| json!(0)))
    }
    fn absent() -> Option<Self::Value> {
        Some(None)
    }
    fn example(n: usize) -> Json {
        R::example(n)
    }
    fn visit(value: &Self::Value, at: &At<'_>, see: &mut See<'_>) {
        if let Some(value) = value {
            R::visit(value, at, see);
        }
    }
}

impl<R: Rule<Value = String>> Rule for Blank<R> {
    type Value = String;
    fn shape() -> Shape {
        R::shape()
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<String> {
        match raw {
            Json::String(text) if text.is_empty() => Ok(text),
            raw => R::read(raw, c, at),
        }
    }
    fn write(value: &String) -> Option<Json> {
        if value.is_empty() { None } else { R::write(value) }
    }
    fn absent() -> Option<String> {
        Some(String::new())
    }
    fn example(n: usize) -> Json {
        R::example(n)
    }
    fn visit(value: &String, at: &At<'_>, see: &mut See<'_>) {
        if !value.is_empty() {
            R::visit(value, at, see);
        }
    }
}

impl<R: Rule, const MIN: usize, const MAX: usize> Rule for List<R, MIN, MAX> {
    type Value = Vec<R::Value>;
    fn shape() -> Shape {
        Shape::List(Box::new(R::shape()))
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Self::Value> {
        let entries = match raw {
            Json::Array(entries) => entries,
            Json::String(text) if c.reads_cells() => split(&text, &R::shape()),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
                return Err(c.refuse(at, "应为列表"));
            }
        };
        if entries.len() > MAX {
            return Err(c.refuse(at, format!("过长：{}项，最多{MAX}项", entries.len())));
        }
        if entries.len() < MIN {
            return Err(c.refuse(at, format!("至少要有{MIN}项")));
        }
        // Collected in two turns: the first checks every entry, the second stops at a failed one.
        let checked: Vec<_> =
            entries.into_iter().enumerate().map(|(i, entry)| R::read(entry, c, &at.entry(i))).collect();
        checked.into_iter().collect()
    }
    fn write(value: &Self::Value) -> Option<Json> {
        let entries = || value.iter().map(|v| R::write(v).unwrap_or_else(|| json!(0))).collect();
        (!value.is_empty()).then(|| Json::Array(entries()))
    }
    fn absent() -> Option<Self::Value> {
        (MIN == 0).then(Vec::new)
    }
    fn example(n: usize) -> Json {
        Json::Array((n..n + MIN.max(1)).map(R::example).collect())
    }
    fn visit(value: &Self::Value, at: &At<'_>, see: &mut See<'_>) {
        for (i, entry) in value.iter().enumerate() {
            R::visit(entry, &at.entry(i), see);
        }
    }
}

/// The values of one cell. A `、` may stand inside a sentence, but never inside a term.
fn split(cell: &str, inner: &Shape) -> Vec<Json> {
    let is_term = matches!(inner, Shape::Term(_));
    let is_edge = |c: char| matches!(c, '；' | ';' | '\n') || (is_term && matches!(c, '、' | ',' | '，'));
    cell.split(is_edge).map(str::trim).filter(|part| !part.is_empty()).map(|part| json!(part)).collect()
}

fn object_of(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Map> {
    match raw {
        Json::Object(map) => Ok(map),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(c.refuse(at, "应为一段，有自己的各项"))
        }
    }
}

impl<T: Fields> Rule for Part<T> {
    type Value = T;
    fn shape() -> Shape {
        Shape::Table(T::keys())
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<T> {
        let mut map = object_of(raw, c, at)?;
        T::read(&mut map, c, at)
    }
    fn write(value: &T) -> Option<Json> {
        let mut map = Map::new();
        value.write(&mut map);
        Some(Json::Object(map))
    }
    fn example(n: usize) -> Json {
        Json::Object(T::example(n))
    }
    fn visit(value: &T, at: &At<'_>, see: &mut See<'_>) {
        value.visit(at, see);
    }
}

impl<T: Fields> Rule for Flat<T> {
    type Value = T;
    fn shape() -> Shape {
        Shape::Table(T::keys())
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<T> {
        Part::<T>::read(raw, c, at)
    }
    fn write(value: &T) -> Option<Json> {
        Part::<T>::write(value)
    }
    fn example(n: usize) -> Json {
        Part::<T>::example(n)
    }
    fn take(map: &mut Map, _key: &'static str, c: &mut Checks, at: &At<'_>) -> Checked<T> {
        T::read(map, c, at)
    }
    fn put(value: &T, _key: &'static str, map: &mut Map) {
        value.write(map);
    }
    fn keys(_key: &'static str, _label: &'static str) -> Vec<Key> {
        T::keys()
    }
    fn look(value: &T, _key: &'static str, at: &At<'_>, see: &mut See<'_>) {
        value.visit(at, see);
    }
    fn show(_key: &'static str, n: usize, map: &mut Map) {
        map.extend(T::example(n));
    }
}
