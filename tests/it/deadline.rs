//! Promises of `kiosk deadline`: the right day without any content, estimates called so, wrong values refused.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn deadline(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
    command.arg("deadline").args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn said(arguments: &[&str]) -> String {
    let output = deadline(arguments);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{arguments:?}");
    text(&output.stdout).to_owned()
}

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(&[arguments, &["--json"]].concat())).unwrap()
}

#[test]
fn a_request_has_a_last_day_and_one_after_putting_off() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let state = ["--state", state.to_str().unwrap()];
    let answer = document(&[&state[..], &["--received", "2026-09-10"]].concat());
    let expected = json!({
        "received": "2026-09-10", "limit": "20个工作日内", "due": "2026-10-14", "is_estimate": false,
        "extended": "2026-11-11", "extended_is_estimate": false, "remark": null,
    });
    assert_eq!(answer, expected);
    assert!(!folder.path().join("state").exists(), "asking leaves nothing behind");
    assert_eq!(document(&["--received", "2026-9-10", "--limit", "20工作日"]), expected);
    assert_eq!(
        said(&["--received", "2025-12-31"]),
        "收到：2025-12-31（周三）\n期限：20个工作日内\n最后一天：2026-01-29（周四）\n依申请公开经批准延长后：2026-03-04（周三）\n"
    );
}

#[test]
fn a_day_that_no_notice_settles_is_called_an_estimate() {
    let answer = document(&["--received", "2026-11-27"]);
    assert_eq!((&answer["due"], &answer["is_estimate"]), (&json!("2026-12-25"), &json!(false)));
    assert_eq!(answer["extended_is_estimate"], json!(true));
    assert_eq!(answer["remark"], json!("次年放假安排未公布，按周末推算"));
    let lines = said(&["--received", "2026-12-20", "--limit", "十个工作日内"]);
    assert!(lines.contains("最后一天：2027-01-01（周五）（推算）\n注意：次年放假安排未公布，按周末推算\n"), "{lines}");
}

#[test]
fn limits_are_taken_as_offices_write_them() {
    for (limit, due) in [
        ("7日", "2026-09-17"),
        ("15日内", "2026-09-28"),
        ("自信息形成或者变更之日起3个工作日内", "2026-09-15"),
        ("每季度的首个月20日", "2026-10-20"),
        ("65535个工作日", "2277-11-28"),
    ] {
        let answer = document(&["--received", "2026-09-10", "--limit", limit]);
        assert_eq!((&answer["due"], &answer["extended"]), (&json!(due), &Value::Null), "{limit}");
    }
    assert!(said(&["--received", "2999-12-31", "--limit", "65535工作日"]).contains("（推算）"));
}

#[test]
fn wrong_days_and_limits_end_with_2_and_a_reason() {
    for (arguments, complaint) in [
        (&["--received", "昨天"][..], "“--received <DATE>”的值“昨天”不对：应写成 2026-09-10"),
        (&["--received", "2026-02-30"], "“--received <DATE>”的值“2026-02-30”不对：没有这一天"),
        (&["--received", "2026-09-10-1"], "“--received <DATE>”的值“2026-09-10-1”不对：应写成 2026-09-10"),
        (&["--received", "9999-12-31"], "“--received <DATE>”的值“9999-12-31”不对：年份应在 1949 至 2999 之间"),
        (&["--received", "2026-09-10", "--limit", "很快"], "“--limit <LIMIT>”的值“很快”不对：应写成 20工作日、7日"),
        (&["--received", "2026-09-10", "--limit", "0工作日"], "“--limit <LIMIT>”的值“0工作日”不对：应写成"),
        (
            &["--received", "2026-09-10", "--limit", "及时公开"],
            "“--limit <LIMIT>”的值“及时公开”不对：这种时限没有到期的日子",
        ),
        (&[], "缺少 --received <DATE>"),
    ] {
        let output = deadline(arguments);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{arguments:?}");
        let complaints: Vec<&str> = text(&output.stderr).lines().collect();
        assert!(complaints[0].starts_with(complaint), "{complaints:?}");
        assert_eq!(complaints[1..], ["用法有误，kiosk --help 查看用法"]);
    }
}

#[test]
fn its_help_is_chinese() {
    let help = said(&["--help"]);
    assert!(help.contains("\n用法：kiosk deadline"), "{help}");
    assert!(help.lines().filter(|line| !line.trim().is_empty()).all(|line| !line.is_ascii()), "{help}");
}
