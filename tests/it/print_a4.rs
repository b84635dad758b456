//! A form on A4 through a real queue: Debian's CUPS, started for the test, with its shipped rules on what it keeps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::base::clock::china;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Record;
use civic_kiosk::content::letter::LetterEntry;
use civic_kiosk::print::a4::{A4Trouble, FormPage, OfficePrinter, Queue, pdf};
use jiff::civil::date;
use tempfile::TempDir;

use crate::support::program::free_port;
use crate::support::receiver::holds;

const CANARY: &str = "340524198001010016";
/// How often it is looked, and how long in between.
const TRIES: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(20);

fn page() -> FormPage {
    let form =
        match Record::from_bytes(&RecordId::parse("form/ysqgk").unwrap(), include_bytes!("../data/print/form.json")) {
            Ok(Record::Form(form)) => Arc::new(*form),
            other => panic!("{other:?}"),
        };
    let entry = |id: &str, label: &str, text: &str, value: &str| LetterEntry {
        id: id.into(),
        label: label.into(),
        copy: 0,
        text: text.into(),
        value: value.into(),
    };
    FormPage {
        form,
        office: "云川市人民政府办公室".into(),
        hall: "云川市政务服务中心".into(),
        at: date(2026, 11, 22).at(9, 5, 0, 0).to_zoned(china()).unwrap(),
        entries: vec![
            entry(
                "desc",
                "信息名称或者内容描述",
                "2025年柳林村道路硬化项目的验收报告，以及招标文件、合同、付款凭证。",
                "",
            ),
            entry("form", "提供方式", "电子文件", "electronic"),
            entry("get", "获取方式", "电子邮件", "email"),
            entry("name", "姓名", "买买提·艾合买提", ""),
            entry("idno", "居民身份证号码", CANARY, ""),
        ],
    }
}

/// CUPS with a queue whose printer keeps what it is sent.
struct Cups {
    folder: TempDir,
    port: u16,
    daemon: Child,
}

impl Cups {
    fn start() -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let dir = folder.path();
        for name in ["root", "spool", "cache", "state", "log", "out", "bin", "bin/backend"] {
            std::fs::create_dir(dir.join(name)).unwrap();
        }
        for name in ["daemon", "filter", "notifier"] {
            std::os::unix::fs::symlink(format!("/usr/lib/cups/{name}"), dir.join("bin").join(name)).unwrap();
        }
        let place = |name: &str| dir.join(name).display().to_string();
        let files = format!(
            "ServerBin {}\nServerRoot {}\nRequestRoot {}\nCacheDir {}\nStateDir {}\nAccessLog {}\nErrorLog {}\nPageLog {}\n\
             FileDevice Yes\nSandboxing relaxed\n",
            place("bin"),
            place("root"),
            place("spool"),
            place("cache"),
            place("state"),
            place("log/access"),
            place("log/error"),
            place("log/page"),
        );
        std::fs::write(dir.join("cups-files.conf"), files).unwrap();
        // What is shipped, but for the port, and for who may set up the queue of the test.
        let shipped =
            include_str!("../../deploy/cups/cupsd.conf").replace("127.0.0.1:631", &format!("127.0.0.1:{port}"));
        let conf = shipped.replace("    Require user root\n", "").replace("LogLevel warn", "LogLevel debug2");
        assert!(conf.contains("PreserveJobFiles No") && conf.contains(&port.to_string()));
        std::fs::write(dir.join("cupsd.conf"), conf).unwrap();
        let log = std::fs::File::create(dir.join("log/out")).unwrap();
        let daemon = Command::new("/usr/sbin/cupsd")
            .args(["-f", "-c", &place("cupsd.conf"), "-s", &place("cups-files.conf")])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let cups = Self { folder, port, daemon };
        // A printer that takes bytes as they come and keeps them: a raw queue to a file would keep none. As a backend that
        // nobody else may touch it is run by whoever runs the daemon.
        let backend = cups.folder.path().join("bin/backend/keep");
        std::fs::write(&backend, "#!/bin/sh\ncat \"${6:--}\" > \"${DEVICE_URI#keep:}\"\n").unwrap();
        std::fs::set_permissions(&backend, Permissions::from_mode(0o700)).unwrap();
        let device = format!("keep:{}", cups.printed().display());
        cups.until("the queue is set up", || cups.run("lpadmin", &["-p", "office", "-E", "-v", &device, "-m", "raw"]));
        cups
    }

    fn printed(&self) -> PathBuf {
        self.folder.path().join("out/page.pdf")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let server = format!("127.0.0.1:{}", self.port);
        let mut command = Command::new(format!("/usr/sbin/{program}"));
        command.args(["-h", &server]).args(arguments).output().unwrap().status.success()
    }

    fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..TRIES {
            if is_so() {
                return;
            }
            std::thread::sleep(BETWEEN);
        }
        let log = std::fs::read_to_string(self.folder.path().join("log/error")).unwrap_or_default();
        panic!("never: {what}\n{log}");
    }

    fn printer(&self, name: &str) -> OfficePrinter {
        let address = format!("http://127.0.0.1:{}/printers/{name}", self.port);
        OfficePrinter::new(Queue::parse(&address).unwrap())
    }
}

impl Drop for Cups {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

#[test]
fn a_form_goes_through_a_real_queue_and_nothing_of_it_stays_there() {
    let cups = Cups::start();
    cups.printer("office").print(&page()).unwrap();
    let sent = pdf(&page()).unwrap();
    cups.until("the sheet is out", || {
        std::fs::read(cups.printed()).is_ok_and(|printed| printed.len() >= sent.reveal().len())
    });
    assert!(std::fs::read(cups.printed()).unwrap() == *sent.reveal(), "what comes out is what was sent");
    let text = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(cups.printed()).arg("-").output().unwrap();
    assert!(String::from_utf8(text.stdout).unwrap().contains(CANARY));
    // Neither spool nor log keeps anything of it.
    let spool = cups.folder.path().join("spool");
    let is_data = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with('d');
    cups.until("the spool is empty", || !std::fs::read_dir(&spool).unwrap().flatten().any(|entry| is_data(&entry)));
    for place in ["spool", "cache", "state", "log"] {
        for secret in [CANARY.as_bytes(), sent.reveal()] {
            assert!(!holds(&cups.folder.path().join(place), secret), "{place}");
        }
    }
    // For people who want to look at it.
    if let Some(folder) = std::env::var_os("KEEP_RECEIPTS") {
        std::fs::copy(cups.printed(), PathBuf::from(folder).join("form-a4.pdf")).unwrap();
    }
}

#[test]
fn a_queue_that_does_not_print_is_told_before_anything_is_sent() {
    let cups = Cups::start();
    let trouble = |name: &str| cups.printer(name).print(&page()).unwrap_err().trouble();
    assert_eq!(trouble("nobody"), A4Trouble::Refused);
    assert!(cups.run("cupsdisable", &["office"]));
    assert_eq!(trouble("office"), A4Trouble::Stopped);
    assert!(cups.run("cupsenable", &["office"]) && cups.run("cupsreject", &["office"]));
    assert_eq!(trouble("office"), A4Trouble::Stopped);
    assert!(!cups.printed().exists());
    drop(cups);
    let gone = Queue::parse(&format!("http://127.0.0.1:{}/printers/office", free_port())).unwrap();
    assert_eq!(OfficePrinter::new(gone).print(&page()).unwrap_err().trouble(), A4Trouble::Away);
}
