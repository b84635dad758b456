//! Promises of `kiosk-pack preview`: what the terminal will show, say and print, from the office's files alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::office::copy_dir;

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hall")
}

fn preview(content: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk-pack"))
        .args(["preview", "--content"])
        .arg(content)
        .args(["--today", "2026-11-20"])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_record_is_shown_said_and_printed_without_a_release() {
    let said = preview(&folder(), &["notice/gongzufang", "--width", "58"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let at = |text: &str| said.stdout.find(text).unwrap_or_else(|| panic!("{text} is missing: {}", said.stdout));
    assert!(at("== 屏幕 ==") < at("公示期还剩4天"));
    assert!(at("公示期还剩4天") < at("== 朗读 =="));
    assert!(at("== 朗读 ==") < at("公示期还剩四天"));
    assert!(at("公示期还剩四天") < at("== 小票 =="));
    let receipt = &said.stdout[at("== 小票 ==")..];
    assert!(receipt.lines().all(|line| line.chars().count() <= 32 || line.contains("二维码")), "{receipt}");
}

#[test]
fn the_same_comes_as_one_json_document() {
    let said = preview(&folder(), &["elder-card", "--json"]);
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["record"], "guide/elder-card");
    assert_eq!(document["screen"][0]["head"][0]["kind"], "Title");
    assert!(document["speech"].as_array().unwrap().len() > 20);
    assert!(document["receipt"].as_array().unwrap().iter().any(|line| line.as_str().unwrap().contains("一次性告知单")));
}

#[test]
fn an_unknown_record_is_answered_with_the_one_that_was_meant() {
    let said = preview(&folder(), &["policy/laolin-butie"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.is_empty());
    assert!(
        said.stderr.contains("没有 policy/laolin-butie") && said.stderr.contains("是不是：policy/laoling-butie"),
        "{}",
        said.stderr
    );
}

#[test]
fn the_errors_of_a_record_are_told_with_file_and_line() {
    let hall = tempfile::tempdir().unwrap();
    copy_dir(&folder(), hall.path());
    let file = hall.path().join("notices/gongzufang.md");
    let text = fs::read_to_string(&file).unwrap().replace("kind = \"公示\"", "kind = \"通告\"");
    fs::write(&file, text).unwrap();
    let said = preview(hall.path(), &["notice/gongzufang"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("notices/gongzufang.md 第5行 kind：不认识“通告”"), "{}", said.stderr);
    // Another record is not held up by it.
    assert_eq!(preview(hall.path(), &["policy/laoling-butie"]).code, Some(0));
}
