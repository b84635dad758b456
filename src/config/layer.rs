//! One settings file laid over the defaults, key by key, remembering where each value came from.
//! It knows keys and types only from the defaults; ranges are the caller's.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::ConfigError;
use crate::base::toml_error;

/// One setting in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Dotted key, such as `session.idle_s`.
    pub key: String,
    /// Its value as TOML.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The built-in defaults.
    Default,
    /// A line of the settings file.
    File(PathBuf, usize),
    /// The command line.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("默认"),
            Self::File(path, line) => write!(f, "{} 第{line}行", path.display()),
            Self::CommandLine => f.write_str("命令行"),
        }
    }
}

/// Lays `file` over `defaults`.
pub fn merge(defaults: &str, file: Option<(&Path, &str)>) -> Result<(Table, Vec<Setting>), ConfigError> {
    let built_in = Path::new("default.toml");
    let mut table: Table = defaults.parse().map_err(|e| syntax(built_in, defaults, &e))?;
    let mut settings = Vec::new();
    for (section, values) in &table {
        for (key, value) in values.as_table().into_iter().flatten() {
            let key = format!("{section}.{key}");
            settings.push(Setting { key, value: value.to_string(), origin: Origin::Default });
        }
    }
    let Some((path, text)) = file else {
        return Ok((table, settings));
    };
    // Parsed twice: spans for the places, values for the settings.
    let values: Table = text.parse().map_err(|e| syntax(path, text, &e))?;
    let spans = DeTable::parse(text).map_err(|e| syntax(path, text, &e))?;
    for (section, entry) in &values {
        let span = key_span(spans.get_ref(), section);
        let Some(known) = table.get_mut(section).and_then(Value::as_table_mut) else {
            return Err(unknown(path, line_of(text, span), section, settings.iter().map(|s| &s.key)));
        };
        let Some(entries) = entry.as_table() else {
            let line = line_of(text, span);
            return Err(ConfigError::WrongType {
                path: path.into(), line, key: section.clone(), wanted: "一组设置"
            });
        };
        let inner = spans.get_ref().get(section.as_str()).and_then(|v| match v.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        });
        for (name, value) in entries {
            let key = format!("{section}.{name}");
            let line = line_of(text, inner.and_then(|t| key_span(t, name)));
            let Some(default) = known.get_mut(name) else {
                return Err(unknown(path, line, &key, settings.iter().map(|s| &s.key)));
            };
            let value = widen(value, default);
            if !value.same_type(default) {
                return Err(ConfigError::WrongType { path: path.into(), line, key, wanted: type_name(default) });
            }
            if let Some(setting) = settings.iter_mut().find(|s| s.key == key) {
                setting.value = value.to_string();
                setting.origin = Origin::File(path.into(), line);
            }
            *default = value;
        }
    }
    Ok((table, settings))
}

/// A whole number where a decimal is wanted.
fn widen(value: &Value, default: &Value) -> Value {
    match (value, default) {
        (Value::Integer(n), Value::Float(_)) => {
            i32::try_from(*n).map_or_else(|_| value.clone(), |n| Value::Float(f64::from(n)))
        }
        _ => value.clone(),
    }
}

fn key_span<'a>(table: &DeTable<'a>, key: &str) -> Option<Range<usize>> {
    table.keys().find(|k| k.get_ref() == key).map(Spanned::span)
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let end = span.map_or(0, |s| s.start.min(text.len()));
    text.as_bytes()[..end].iter().filter(|b| **b == b'\n').count() + 1
}

fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    ConfigError::Syntax {
        path: path.into(),
        line: line_of(text, error.span()),
        message: toml_error::in_chinese(text, error),
    }
}

fn unknown<'a>(path: &Path, line: usize, key: &str, known: impl Iterator<Item = &'a String>) -> ConfigError {
    let hint = known.map(|k| (distance(key, k), k)).filter(|(d, _)| *d <= 3).min().map(|(_, k)| k.clone());
    ConfigError::UnknownKey { path: path.into(), line, key: key.to_owned(), hint }
}

/// Edit distance of two keys.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = corner + usize::from(ca != *cb);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "文字（加引号）",
        Value::Integer(_) => "整数",
        Value::Float(_) => "数字",
        Value::Boolean(_) => "true 或 false",
        Value::Datetime(_) => "日期",
        Value::Array(_) => "列表",
        Value::Table(_) => "一组设置",
    }
}
