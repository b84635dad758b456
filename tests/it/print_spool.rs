//! Promises of the book of receipts when the plug is pulled: a real process is killed in every state.
//! The process is this test program, started anew with one test and a word in its environment.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::print::simulator::Notice;
use civic_kiosk::print::spool::Entry;
use civic_kiosk::print::{
    Address, Delivery, Desk, Document, EscPosPrinter, Order, Profile, Spool, State, Transport, TransportError,
};

use crate::print::{Hall, hall, note};

/// What the child is told: folder of the book, port of the printer.
const FOLDER: &str = "CIVIC_KIOSK_TEST_SPOOL";
const PORT: &str = "CIVIC_KIOSK_TEST_PORT";

/// The child's line takes half of the receipt and then nothing more.
const STUCK: &str = "CIVIC_KIOSK_TEST_STUCK";
/// The child's visit is over when the receipt comes to the printer.
const OVER: &str = "CIVIC_KIOSK_TEST_OVER";

struct Stuck(Box<dyn Transport>);

impl Transport for Stuck {
    fn target(&self) -> String {
        self.0.target()
    }
    fn open(&mut self) -> Result<(), TransportError> {
        self.0.open()
    }
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), TransportError> {
        if bytes.len() < 100 {
            return self.0.write(bytes, limit);
        }
        self.0.write(&bytes[..bytes.len() / 2], limit)?;
        std::thread::sleep(Duration::from_secs(60));
        Ok(())
    }
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> Result<usize, TransportError> {
        self.0.read(buffer, limit)
    }
    fn finish(&mut self) -> Result<(), TransportError> {
        self.0.finish()
    }
    fn abandon(&mut self) {
        self.0.abandon();
    }
    fn can_answer(&self) -> bool {
        self.0.can_answer()
    }
}

fn receipt() -> Document {
    note(&(1..=60).map(|n| format!("第{n}行")).collect::<Vec<_>>().join("\n"))
}

fn desk(folder: &Path, port: u16) -> Desk {
    desk_over(folder, |clock| Address::Tcp("127.0.0.1".to_owned(), port).transport(9_600, clock))
}

fn desk_over(folder: &Path, line: impl FnOnce(Arc<dyn Clock>) -> Box<dyn Transport>) -> Desk {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let profile = Profile::builtin("generic-80").unwrap();
    let printer = EscPosPrinter::over(line(Arc::clone(&clock)), profile, Arc::clone(&clock));
    let spool = Spool::open(folder, clock.now()).unwrap();
    Desk::with_spool(Box::new(printer), spool, clock)
}

/// The child: prints one receipt and then stays alive until it is killed. Without its word it checks the same, briefly.
#[test]
fn child_prints_and_stays() {
    let word = std::env::var_os(FOLDER).zip(std::env::var(PORT).ok());
    let Some((folder, port)) = word else {
        let (own, printer) = (tempfile::tempdir().unwrap(), hall(576, &[]));
        let mut desk = desk(own.path(), printer.simulator.address().port());
        let order = Order { key: "1", owner: 1, title: "小票", who: "", document: &receipt() };
        assert_eq!(desk.print(&order, &|| false, &mut |_| ()).unwrap(), Delivery::Confirmed);
        return;
    };
    let port = port.parse().unwrap();
    let folder = Path::new(&folder);
    let mut desk = if std::env::var_os(STUCK).is_some() {
        desk_over(folder, |clock| Box::new(Stuck(Address::Tcp("127.0.0.1".to_owned(), port).transport(9_600, clock))))
    } else {
        desk(folder, port)
    };
    let order = Order { key: "1", owner: 1, title: "小票", who: "", document: &receipt() };
    let is_over = std::env::var_os(OVER).is_some();
    let _ = desk.print(&order, &|| is_over, &mut |_| ());
    std::thread::sleep(Duration::from_secs(60));
}

struct Scene {
    folder: tempfile::TempDir,
    hall: Hall,
    child: Child,
}

/// Starts the child against a printer, with words in its environment.
fn started(faults: &[&str], words: &[&str]) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let hall = hall(576, faults);
    let mut program = Command::new(std::env::current_exe().unwrap());
    program
        .args(["--exact", "print_spool::child_prints_and_stays"])
        .env(FOLDER, folder.path())
        .env(PORT, hall.simulator.address().port().to_string())
        .envs(words.iter().map(|word| (word, "1")))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = program.spawn().unwrap();
    Scene { folder, hall, child }
}

/// The same, killed when its receipt has come to `state`.
fn killed_in(state: State, faults: &[&str]) -> Scene {
    let words: &[&str] = match state {
        State::Sending => &[STUCK],
        State::Expired => &[OVER],
        _ => &[],
    };
    let mut scene = started(faults, words);
    scene.until(|entries| entries.first().is_some_and(|entry| entry.state == state));
    scene.kill();
    scene
}

impl Scene {
    fn port(&self) -> u16 {
        self.hall.simulator.address().port()
    }

    /// Looks into the book until it says so.
    fn until(&self, is_so: impl Fn(&[Entry]) -> bool) {
        let patience = Instant::now() + Duration::from_secs(40);
        loop {
            let seen = Spool::read(self.folder.path()).unwrap_or_default();
            if is_so(&seen) {
                return;
            }
            assert!(Instant::now() < patience, "it never came to that: {seen:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// SIGKILL: nothing of the process runs any more.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Nothing of the receipt's content is in any file.
    fn holds_nothing(&self) {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        let heap: Vec<u8> = files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect();
        let content = "第60行".as_bytes();
        assert!(!heap.windows(content.len()).any(|part| part == content), "the content is still there");
    }

    fn entries(&self) -> Vec<Entry> {
        Spool::read(self.folder.path()).unwrap()
    }

    /// Texts of all receipts so far.
    fn receipts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        while let Ok(notice) = self.hall.notices.recv_timeout(Duration::from_millis(700)) {
            if let Notice::Receipt { txt, .. } = notice {
                texts.push(std::fs::read_to_string::<PathBuf>(txt).unwrap());
            }
        }
        texts
    }
}

fn unlabelled_ends(receipts: &[String]) -> usize {
    receipts.iter().filter(|text| !text.contains("【补打】")).map(|text| text.matches("第60行").count()).sum()
}

#[test]
fn killed_while_queued_nothing_prints_by_itself_and_staff_can_print_it() {
    let scene = killed_in(State::Queued, &["cover-open", "mend-after=2500"]);
    std::thread::sleep(Duration::from_millis(2_500));
    let mut desk = desk(scene.folder.path(), scene.port());
    let entry = scene.entries().remove(0);
    assert_eq!((entry.state, entry.fact.as_str()), (State::NeedsOperator, "interrupted-queued"));
    assert!(scene.receipts().is_empty(), "a restart prints nothing");
    assert_eq!(desk.copy(entry.id, "李红", &|| false, &mut |_| ()).unwrap(), Delivery::Confirmed);
    let receipts = scene.receipts();
    assert!(receipts.len() == 1 && receipts[0].contains("【补打】"), "{receipts:?}");
}

#[test]
fn killed_while_sending_at_most_one_unlabelled_copy_exists() {
    let scene = killed_in(State::Sending, &[]);
    let mut desk = desk(scene.folder.path(), scene.port());
    let entry = scene.entries().remove(0);
    assert_eq!((entry.state, entry.fact.as_str()), (State::NeedsOperator, "interrupted-sending"));
    let before = scene.receipts();
    assert!(before.len() == 1 && unlabelled_ends(&before) == 0, "half of it was torn off: {before:?}");
    assert!(matches!(
        desk.copy(entry.id, "李红", &|| false, &mut |_| ()).unwrap(),
        Delivery::Confirmed | Delivery::Sent
    ));
    let after = scene.receipts();
    assert!(unlabelled_ends(&before) + unlabelled_ends(&after) <= 1);
    assert!(after.iter().any(|text| text.contains("【补打】")), "{after:?}");
}

#[test]
fn killed_while_waiting_for_the_confirmation_it_is_not_printed_again() {
    let scene = killed_in(State::AwaitConfirm, &["no-confirm"]);
    let desk = desk(scene.folder.path(), scene.port());
    let entry = desk.spool().unwrap().entries().unwrap().remove(0);
    assert_eq!((entry.state, entry.fact.as_str()), (State::NeedsOperator, "interrupted-await-confirm"));
    assert_eq!(unlabelled_ends(&scene.receipts()), 1);
}

#[test]
fn killed_after_it_was_printed_it_stays_printed_and_is_forgotten() {
    let scene = killed_in(State::Printed, &[]);
    let mut desk = desk(scene.folder.path(), scene.port());
    let entry = desk.spool().unwrap().entries().unwrap().remove(0);
    assert_eq!((entry.state, entry.has_payload), (State::Printed, false));
    assert!(desk.copy(entry.id, "李红", &|| false, &mut |_| ()).is_err());
    assert_eq!(unlabelled_ends(&scene.receipts()), 1);
}

#[test]
fn killed_while_staff_are_needed_staff_are_needed_still() {
    let scene = killed_in(State::NeedsOperator, &["close-after=300"]);
    let desk = desk(scene.folder.path(), scene.port());
    let entry = desk.spool().unwrap().entries().unwrap().remove(0);
    assert_eq!((entry.state, entry.fact.as_str(), entry.has_payload), (State::NeedsOperator, "broken", true));
    assert_eq!(unlabelled_ends(&scene.receipts()), 0);
}

#[test]
fn killed_after_it_expired_it_never_prints_and_nothing_of_it_is_left() {
    let scene = killed_in(State::Expired, &[]);
    let mut desk = desk(scene.folder.path(), scene.port());
    let entry = desk.spool().unwrap().entries().unwrap().remove(0);
    assert_eq!((entry.state, entry.fact.as_str(), entry.has_payload), (State::Expired, "visit-over", false));
    assert!(desk.copy(entry.id, "李红", &|| false, &mut |_| ()).is_err(), "its resident is gone");
    assert!(scene.receipts().is_empty());
    drop(desk);
    scene.holds_nothing();
}

#[test]
fn killed_at_any_moment_there_is_at_most_one_unlabelled_receipt_and_no_job_is_lost() {
    for wait_ms in [0, 3, 10, 20, 40, 80, 160, 400] {
        let mut scene = started(&[], &[]);
        scene.until(|entries| !entries.is_empty());
        std::thread::sleep(Duration::from_millis(wait_ms));
        scene.kill();
        let mut desk = desk(scene.folder.path(), scene.port());
        let entry = desk.spool().unwrap().entries().unwrap().remove(0);
        match entry.state {
            State::NeedsOperator => {
                assert!(entry.has_payload, "{wait_ms} ms: the job is lost");
                desk.copy(entry.id, "李红", &|| false, &mut |_| ()).unwrap();
            }
            State::Printed => assert!(!entry.has_payload, "{wait_ms} ms"),
            other => panic!("{wait_ms} ms: {other:?} after a start"),
        }
        let receipts = scene.receipts();
        let unlabelled = unlabelled_ends(&receipts);
        let whole = receipts.iter().filter(|text| text.contains("第60行")).count();
        assert!(unlabelled <= 1 && whole >= 1, "{wait_ms} ms: {unlabelled} of {whole}");
    }
}

#[test]
fn killed_after_it_was_cancelled_nothing_of_it_is_left() {
    let scene = killed_in(State::Cancelled, &["silent"]);
    // The last trace, in SQLite's log, goes when the terminal starts again.
    drop(desk(scene.folder.path(), scene.port()));
    scene.holds_nothing();
    assert!(scene.receipts().is_empty());
}
