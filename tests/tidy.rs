//! The rules of the house, kept by a test: layers, who may touch what, where colours live, what every file says.
//! A rule that has to bend bends in a list below, with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test that cannot go on has failed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest Rust file of the product, tests at its end left out.
const FILE_LINES_MAX: usize = 420;
/// Files that are longer, with the reason.
const LONG_FILES: &[(&str, &str)] =
    &[("src/print/simulator/machine.rs", "the interpreter: one state, one match over the whole command set")];
/// Longest README of a folder.
const README_LINES_MAX: usize = 60;

/// Each module and its layer; a module uses only strictly lower ones.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("access", 1),
    ("config", 1),
    ("content", 1),
    ("author", 2),
    ("health", 2),
    ("form", 2),
    ("input", 2),
    ("outbox", 2),
    ("print", 2),
    ("release", 2),
    ("search", 2),
    ("session", 2),
    ("speech", 2),
    ("store", 2),
    ("staff", 3),
    ("sync", 3),
    ("app", 4),
    ("view", 5),
];

/// `from → to` that the layers forbid, with the reason why it stands.
const LAYER_EXCEPTIONS: &[(&str, &str, &str)] =
    &[("config", "access", "settings carry the panel's geometry, and access is pure")];

/// A word and the only places where it may stand.
const OWNERS: &[(&str, &[&str])] = &[
    ("slint::", &["src/view/"]),
    // The book of receipts is a device's own, not content, and must work where content is damaged.
    ("rusqlite", &["src/store/", "src/print/spool", "src/outbox/book"]),
    ("reqwest", &["src/sync/"]),
    ("Instant::now", &["src/base/clock.rs"]),
    ("SystemTime::now", &["src/base/clock.rs"]),
    ("Timestamp::now", &["src/base/clock.rs"]),
    ("Zoned::now", &["src/base/clock.rs"]),
    ("fs::write", &["src/base/durable.rs"]),
    ("File::create", &["src/base/durable.rs"]),
    ("OpenOptions", &["src/base/durable.rs"]),
    ("fs::rename", &["src/base/durable.rs"]),
    ("fs::create_dir", &["src/base/durable.rs"]),
    ("println!", &["src/bin/kiosk/out.rs"]),
    ("eprintln!", &["src/bin/kiosk/out.rs"]),
    ("todo!(", &[]),
    ("unimplemented!(", &[]),
    ("#[ignore", &[]),
];

/// Code that knows no file, no clock, no thread, no socket, no chance.
const PURE: &[&str] = &[
    "src/access/",
    "src/content/",
    "src/session/",
    "src/staff/lockout.rs",
    "src/staff/pin.rs",
    "src/app/desk.rs",
    "src/app/desk/",
    "src/app/form/",
    "src/app/opinion/",
    "src/app/typing/",
    "src/app/update.rs",
    "src/app/update/",
    "src/app/leaflet/",
    "src/app/stops/",
    "src/app/reading.rs",
    "src/app/signage.rs",
    "src/app/picture.rs",
    "src/app/takeaway.rs",
    "src/app/model.rs",
    "src/app/notice.rs",
    "src/app/hall.rs",
];
const IMPURE_WORDS: &[&str] =
    &["std::fs", "std::net", "std::thread", "tokio::", "Clock>", "rand::", "std::process", "std::env"];

#[test]
fn a_module_uses_only_lower_layers() {
    let mut broken = String::new();
    for (path, text) in product_files() {
        let Some(own) = module_of(&path) else { continue };
        let own_layer = layer(&own).unwrap_or_else(|| panic!("{own} has no layer in tests/tidy.rs"));
        for used in modules_used(&text) {
            let Some(used_layer) = layer(&used) else { continue };
            let is_excepted = LAYER_EXCEPTIONS.iter().any(|(from, to, _)| *from == own && *to == used);
            if used != own && used_layer >= own_layer && !is_excepted {
                let _ = writeln!(broken, "{} uses {used} (layer {used_layer}) from layer {own_layer}", path.display());
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn dangerous_words_stay_with_their_owners() {
    let mut broken = String::new();
    for (path, text) in product_files() {
        let name = path.to_string_lossy().into_owned();
        for (word, owners) in OWNERS {
            let lines = code_lines(&text).filter(|(_, line)| has_word(line, word));
            for (number, line) in lines {
                if !owners.iter().any(|owner| name.starts_with(owner)) {
                    let _ = writeln!(broken, "{name}:{number}: {word} belongs to {owners:?}: {}", line.trim());
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn the_pure_core_knows_no_outside_world() {
    let mut broken = String::new();
    for (path, text) in product_files() {
        let name = path.to_string_lossy().into_owned();
        if !PURE.iter().any(|pure| name.starts_with(pure)) {
            continue;
        }
        for (number, line) in code_lines(&text) {
            if let Some(word) = IMPURE_WORDS.iter().find(|word| line.contains(**word)) {
                let _ = writeln!(broken, "{name}:{number}: {word} in pure code");
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    let mut broken = String::new();
    for (path, text) in product_files() {
        if path.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        if !text.starts_with("//!") {
            let _ = writeln!(broken, "{}: begins without saying what it is", path.display());
        }
        let lines = code_lines(&text).count();
        let is_excepted = LONG_FILES.iter().any(|(file, _)| Path::new(file) == path);
        if lines > FILE_LINES_MAX && !is_excepted {
            let _ = writeln!(broken, "{}: {lines} lines, at most {FILE_LINES_MAX}", path.display());
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn colours_and_sizes_live_in_the_tokens_only() {
    let mut broken = String::new();
    for path in files("ui", "slint") {
        let name = path.to_string_lossy().into_owned();
        if name == "ui/tokens.slint" || name == "ui/parts/icons.slint" {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            // The ground of a QR code is white in every theme, or phones do not read it.
            let has_colour = line.match_indices('#').any(|(at, _)| {
                line[at + 1..].chars().take_while(char::is_ascii_hexdigit).count() >= 6
                    && !line[at..].starts_with("#ffffff")
            });
            let has_size = line.match_indices("px").any(|(at, _)| {
                let digits: String = line[..at].chars().rev().take_while(|c| c.is_ascii_digit()).collect();
                !digits.is_empty() && !matches!(digits.as_str(), "0" | "1" | "2") && !name.ends_with("kiosk.slint")
            });
            if has_colour || has_size {
                let _ = writeln!(broken, "{name}:{}: {}", number + 1, line.trim());
            }
        }
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn buttons_say_what_they_are() {
    for path in files("ui", "slint") {
        let text = read(&path);
        let is_part = path.starts_with("ui/parts") || path.ends_with("kiosk.slint") || path.ends_with("attract.slint");
        assert!(
            is_part || !text.contains("TouchArea"),
            "{}: a bare TouchArea has no role and no label",
            path.display()
        );
    }
}

#[test]
fn every_folder_has_a_readme_of_one_screen() {
    for folder in ["src", "ui", "content", "kiosk-config", "tests", "benches", "deploy"] {
        let path = Path::new(folder).join("README.md");
        assert!(path.is_file(), "{} is missing", path.display());
        let lines = read(&path).lines().count();
        assert!(lines <= README_LINES_MAX, "{}: {lines} lines", path.display());
    }
    for file in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "LICENSE",
        "NOTICE",
        "Makefile",
    ] {
        assert!(Path::new(file).is_file(), "{file} is missing");
    }
}

#[test]
fn the_project_names_no_machine_of_its_makers() {
    let home = ["/ro", "ot/"].concat();
    let work = ["/wo", "rk/"].concat();
    let shared = ["../sha", "red"].concat();
    for path in tracked_texts() {
        let text = read(&path);
        for word in [&home, &work, &shared] {
            assert!(!text.contains(word.as_str()), "{}: {word}", path.display());
        }
    }
}

fn product_files() -> Vec<(PathBuf, String)> {
    files("src", "rs")
        .into_iter()
        .map(|path| {
            let text = read(&path);
            (path, text)
        })
        .collect()
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no {ending} files in {folder}");
    found
}

fn tracked_texts() -> Vec<PathBuf> {
    let endings = ["rs", "slint", "toml", "md", "sh", "py", "csv", "service", "rules"];
    let mut found: Vec<PathBuf> = ["Makefile", ".ci/run", "NOTICE"].iter().map(PathBuf::from).collect();
    for folder in ["src", "ui", "content", "kiosk-config", "tests", "benches", "deploy"] {
        for ending in endings {
            if has_any(folder, ending) {
                found.extend(files(folder, ending));
            }
        }
    }
    for file in fs::read_dir(".").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e == "md" || e == "toml") {
            found.push(path);
        }
    }
    found
}

fn has_any(folder: &str, ending: &str) -> bool {
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                return true;
            }
        }
    }
    false
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Lines of code with their numbers: no comments, and nothing from the tests at the end of the file.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(i, line)| (i + 1, line))
}

/// `println!` must not be found inside `eprintln!`.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_'))
}

fn module_of(path: &Path) -> Option<String> {
    let mut parts = path.components().map(|c| c.as_os_str().to_string_lossy().into_owned());
    (parts.next()? == "src").then_some(())?;
    let module = parts.next()?;
    (module != "lib.rs" && module != "bin").then_some(module)
}

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().copied().collect::<BTreeMap<_, _>>().get(module).copied()
}

/// Modules named after `crate::`, grouped imports included.
fn modules_used(text: &str) -> Vec<String> {
    let code: String = code_lines(text).map(|(_, line)| format!("{line}\n")).collect();
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or_default();
            used.extend(inside.split(',').map(|part| part.trim().split("::").next().unwrap_or_default().to_owned()));
        } else {
            used.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    used
}
