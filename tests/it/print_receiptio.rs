//! The virtual printer against an independent program: npm `receiptio` prints on it and asks it how it is.
//! It is installed by `deploy/setup.sh`, outside of the checkout.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use crate::print::{Hall, hall_at, read_qr};

fn program() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").expect("HOME")).join(".cache");
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    let program = cache.join("civic-kiosk/npm/node_modules/receiptio/bin/cli.js");
    assert!(program.is_file(), "run deploy/setup.sh: {} is missing", program.display());
    program
}

/// A printer at the raw port of an own loopback address: receiptio knows no other port.
fn printer(last: u8, faults: &[&str]) -> (Hall, String) {
    let address = SocketAddr::from(([127, 0, 91, last], 9_100));
    (hall_at(address, 576, faults), address.ip().to_string())
}

/// What receiptio says.
fn receiptio(arguments: &[&str], source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.receipt");
    std::fs::write(&file, source).unwrap();
    let output = Command::new("node").arg(program()).args(arguments).arg(&file).output().unwrap();
    // The result goes where messages go; on the other side stand receipts.
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[test]
fn its_status_questions_are_answered_as_by_a_printer() {
    for (last, fault, expected) in [
        (1, None, "online"),
        (2, Some("paper-out-after=0"), "paperempty"),
        (3, Some("cover-open"), "coveropen"),
        (4, Some("cutter"), "error"),
        (5, Some("paper-low"), "online"),
    ] {
        let (_hall, address) = printer(last, fault.as_slice());
        assert_eq!(receiptio(&["-d", &address, "-q", "printer", "-p", "escpos"], ""), expected, "{fault:?}");
    }
}

#[test]
fn its_receipts_are_printed_and_confirmed_without_a_complaint() {
    let (hall, address) = printer(6, &[]);
    let source = "^^^政务服务中心\n\n老年人优待证 | 1份\n身份证 | 原件\n---\n\"加粗\" _下划线_\n\n{code:https://www.example.gov.cn/a;option:qrcode,4,m}\n";
    assert_eq!(receiptio(&["-d", &address, "-p", "generic", "-c", "48", "-l", "zh-hans"], source), "success");
    let (text, png) = hall.receipt();
    for part in ["政务服务中心", "老年人优待证", "身份证"] {
        assert!(text.contains(part), "{part} is not on\n{text}");
    }
    assert_eq!(read_qr(&png), "https://www.example.gov.cn/a");
}

#[test]
fn paper_that_ends_during_its_receipt_is_told_to_it() {
    let (_hall, address) = printer(7, &["paper-out-after=60"]);
    assert_eq!(
        receiptio(&["-d", &address, "-p", "generic", "-l", "zh-hans", "-t", "5"], "一\n二\n三\n四\n五\n"),
        "paperempty"
    );
}
