//! What can be written in a content file: `kiosk-pack fields`. It prints the same definitions that are checked.

use std::fmt::Write as _;

use civic_kiosk::content::record::{KindInfo, kinds};
use civic_kiosk::content::schema::{Key, Shape};
use serde_json::{Value, json};

use crate::out::{self, Outcome};

#[derive(clap::Args)]
pub struct Args {
    /// The kind, such as guide or notice; all kinds when left out.
    #[arg(value_name = "KIND", help = "类别，例如 guide、notice；不写则列出全部类别")]
    kind: Option<String>,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let kinds = kinds();
    let Some(wanted) = args.kind else {
        let document = kinds.iter().map(|info| json!({ "kind": info.kind, "label": info.label })).collect();
        out::answer(json, &Value::Array(document), || {
            kinds.iter().map(|info| format!("{:16} {}", info.kind, info.label)).collect::<Vec<_>>().join("\n")
        });
        return Ok(Outcome::Done);
    };
    let Some(info) = kinds.iter().find(|info| info.kind == wanted || info.label == wanted) else {
        let known: Vec<_> = kinds.iter().map(|info| format!("{}（{}）", info.kind, info.label)).collect();
        anyhow::bail!("没有类别“{wanted}”。可以写：{}", known.join("、"));
    };
    out::answer(json, &document(info), || table(info));
    Ok(Outcome::Done)
}

fn document(info: &KindInfo) -> Value {
    json!({ "kind": info.kind, "label": info.label, "fields": fields(&info.keys) })
}

fn fields(keys: &[Key]) -> Value {
    let field = |key: &Key| {
        let inner = match inner(&key.shape) {
            Some(keys) => fields(keys),
            None => Value::Null,
        };
        json!({ "key": key.name, "label": key.label, "required": key.is_required, "value": value(&key.shape), "fields": inner })
    };
    keys.iter().map(field).collect()
}

/// The fields of a part, alone or in a list.
fn inner(shape: &Shape) -> Option<&[Key]> {
    match shape {
        Shape::Table(keys) => Some(keys),
        Shape::List(entry) => inner(entry),
        Shape::Text(_) | Shape::Term(_) | Shape::Number(_) | Shape::Flag => None,
    }
}

fn table(info: &KindInfo) -> String {
    let mut text = format!("{}（{}）\n带 * 的必须写。\n", info.label, info.kind);
    rows(&info.keys, 0, &mut text);
    text.trim_end().to_owned()
}

fn rows(keys: &[Key], depth: usize, text: &mut String) {
    for key in keys {
        let mark = if key.is_required { '*' } else { ' ' };
        let name = format!("{}{}", "  ".repeat(depth), key.name);
        let _ = writeln!(text, "{mark} {name:24} {}：{}", key.label, value(&key.shape));
        if let Some(inner) = inner(&key.shape) {
            rows(inner, depth + 1, text);
        }
    }
}

fn value(shape: &Shape) -> String {
    match shape {
        Shape::Text(form) => form.wanted(),
        Shape::Term(terms) => terms.join("、"),
        Shape::Number(max) => format!("0 到 {max} 的整数"),
        Shape::Flag => "是或否（TOML 里写 true、false）".to_owned(),
        Shape::List(entry) => match &**entry {
            Shape::Table(_) => "若干段".to_owned(),
            entry => format!("若干个{}", value(entry)),
        },
        Shape::Table(_) => "一段".to_owned(),
    }
}
