//! Keypad profiles: `kiosk-config/keypads/*.toml` → a checked [`Keypad`].
//! It refuses unknown functions, unknown keys, one key for two things, and a keypad with which one cannot get about.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::access::{KeyAct, KeyName, Keypad};
use crate::base::chain::chain;
use crate::base::{durable, toml_error};

/// Profiles that every terminal has.
const BUILTIN: &[(&str, &str)] = &[
    ("arrows", include_str!("../../kiosk-config/keypads/arrows.toml")),
    ("audionav", include_str!("../../kiosk-config/keypads/audionav.toml")),
];
/// Largest profile.
const FILE_BYTES_MAX: u64 = 16 * 1024;
/// What stands in the settings where there is no keypad.
const NONE: &str = "none";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Doc {
    keys: BTreeMap<String, Vec<String>>,
}

/// The profile of this name, or else of the file of this path; or what is wrong with it.
pub(super) fn load(name_or_path: &str) -> Result<Keypad, String> {
    if name_or_path == NONE {
        return Ok(Keypad::default());
    }
    if let Some((name, text)) = BUILTIN.iter().find(|(name, _)| *name == name_or_path) {
        return parse(text).map_err(|problem| format!("按键设置 {name}：{problem}"));
    }
    let path = Path::new(name_or_path);
    if !path.exists() {
        let names: Vec<&str> = BUILTIN.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "没有“{name_or_path}”。自带的有 {}，没有键盘写 {NONE}，也可以写文件路径",
            names.join("、")
        ));
    }
    let bytes = durable::read(path, FILE_BYTES_MAX).map_err(|error| chain(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("按键设置 {} 不是 UTF-8 文字", path.display()))?;
    parse(&text).map_err(|problem| format!("按键设置 {}：{problem}", path.display()))
}

fn parse(text: &str) -> Result<Keypad, String> {
    let doc: Doc = toml::from_str(text).map_err(|error| {
        let line = 1 + text.bytes().take(error.span().map_or(0, |span| span.start)).filter(|b| *b == b'\n').count();
        format!("第{line}行 {}", toml_error::in_chinese(text, &error))
    })?;
    let mut keys = Vec::new();
    for (function, names) in &doc.keys {
        let known = KeyAct::ALL.map(KeyAct::name);
        let Some(act) = KeyAct::ALL.into_iter().find(|act| act.name() == function) else {
            return Err(format!("没有“{function}”这个功能，只能是 {}", known.join("、")));
        };
        for name in names {
            let Some(key) = KeyName::parse(name) else {
                return Err(format!(
                    "{function}：没有“{name}”这个键，应是一个字符，或 Up、Down、Return、F1 这样的键名"
                ));
            };
            keys.push((key, act));
        }
    }
    Keypad::new(keys).map_err(|problem| problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_are_whole() {
        for (name, _) in BUILTIN {
            let keypad = load(name).unwrap();
            assert!(KeyAct::ALL.iter().all(|act| !act.is_needed() || keypad.keys(*act).count() > 0), "{name}");
        }
        assert!(load("none").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_profile_is_said_in_words() {
        let told = |text: &str| parse(text).unwrap_err();
        assert_eq!(told("[keys]\njump = [\"x\"]\n").split("，").next(), Some("没有“jump”这个功能"));
        assert!(told("[keys]\nnext = [\"Donw\"]\n").starts_with("next：没有“Donw”这个键"));
        assert_eq!(told("[keys]\nnext = [\"Down\"]\n"), "previous 没有设定按键");
        let twice = "[keys]\nnext = [\"Down\"]\nprevious = [\"Down\"]\n";
        assert_eq!(told(twice), "Down 同时用于 next 和 previous，一个键只能有一个功能");
        assert!(told("[keys\n").starts_with("第1行"));
        assert!(load("nowhere").unwrap_err().contains("arrows、audionav"));
    }
}
