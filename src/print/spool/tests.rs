//! The book of receipts: which steps there are, what a restart makes of them, what is forgotten.
//! Real processes that are killed are in `tests/it/print_spool.rs`.

use super::super::document::Style;
use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn receipt(text: &str) -> Document {
    let mut document = Document::new();
    document.text(text, Style::PLAIN).cut();
    document
}

fn queue(spool: &mut Spool, key: &str) -> i64 {
    match spool.queue(key, 1, "小票", &receipt("甲"), NOW).unwrap() {
        Queued::New(id) => id,
        Queued::Known(..) => panic!("known"),
    }
}

/// Every file of the book as one heap of bytes.
fn bytes(folder: &Path) -> Vec<u8> {
    std::fs::read_dir(folder).unwrap().flatten().flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
}

fn contains(heap: &[u8], needle: &str) -> bool {
    heap.windows(needle.len()).any(|part| part == needle.as_bytes())
}

#[test]
fn a_burst_of_taps_is_one_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let id = queue(&mut spool, "1-1");
    assert_eq!(spool.queue("1-1", 1, "小票", &receipt("甲"), NOW).unwrap(), Queued::Known(id, State::Queued));
    assert_eq!(spool.entries().unwrap().len(), 1);
    // The same numbers after a restart are another tap.
    drop(spool);
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    assert_ne!(queue(&mut spool, "1-1"), id);
}

#[test]
fn only_the_steps_of_the_design_exist() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let id = queue(&mut spool, "a");
    for wrong in [State::AwaitConfirm, State::Printed] {
        assert!(matches!(spool.step(id, wrong, "", NOW), Err(SpoolError::Step { .. })), "{wrong:?}");
    }
    for right in [State::Sending, State::AwaitConfirm, State::Printed] {
        spool.step(id, right, "", NOW).unwrap();
    }
    for late in State::ALL {
        assert!(spool.step(id, late, "", NOW).is_err(), "{late:?}");
    }
}

#[test]
fn a_restart_sends_nothing_and_hands_everything_open_to_staff() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let steps: [&[State]; 4] = [
        &[],
        &[State::Sending],
        &[State::Sending, State::AwaitConfirm],
        &[State::Sending, State::AwaitConfirm, State::Printed],
    ];
    for (n, steps) in steps.iter().enumerate() {
        let id = queue(&mut spool, &n.to_string());
        steps.iter().for_each(|step| spool.step(id, *step, "", NOW).unwrap());
    }
    drop(spool);
    let spool = Spool::open(folder.path(), NOW).unwrap();
    let entries = spool.entries().unwrap();
    let seen: Vec<_> = entries.iter().rev().map(|e| (e.state, e.fact.as_str(), e.has_payload)).collect();
    assert_eq!(
        seen,
        [
            (State::NeedsOperator, "interrupted-queued", true),
            (State::NeedsOperator, "interrupted-sending", true),
            (State::NeedsOperator, "interrupted-await-confirm", true),
            (State::Printed, "", false),
        ]
    );
}

#[test]
fn nothing_personal_stays_in_any_file_once_a_receipt_is_done() {
    let name = "CANARY-340524198001010016";
    for ending in [&[State::Sending, State::AwaitConfirm, State::Printed][..], &[State::Expired], &[State::Cancelled]] {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), NOW).unwrap();
        let Queued::New(id) = spool.queue("a", 1, "小票", &receipt(name), NOW).unwrap() else { panic!() };
        assert!(contains(&bytes(folder.path()), name), "it was there");
        ending.iter().for_each(|step| spool.step(id, *step, "", NOW).unwrap());
        assert!(!contains(&bytes(folder.path()), name), "{ending:?}");
    }
}

#[test]
fn what_staff_never_looked_at_is_forgotten_after_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let id = queue(&mut spool, "a");
    spool.step(id, State::NeedsOperator, "stopped", NOW).unwrap();
    drop(spool);
    let day = NOW.checked_add(SignedDuration::from_hours(25)).unwrap();
    let spool = Spool::open(folder.path(), day).unwrap();
    let entry = &spool.entries().unwrap()[0];
    assert_eq!((entry.state, entry.fact.as_str(), entry.has_payload), (State::Cancelled, "too-old", false));
}

#[test]
fn the_book_has_one_writer_and_any_number_of_readers() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Spool::read(folder.path()).unwrap().is_empty());
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    assert!(matches!(Spool::open(folder.path(), NOW), Err(SpoolError::Taken(_))));
    queue(&mut spool, "a");
    assert_eq!(Spool::read(folder.path()).unwrap().len(), 1);
}

#[test]
fn a_foreign_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let other = Connection::open(folder.path().join(FILE)).unwrap();
    other.execute_batch("CREATE TABLE a (b)").unwrap();
    drop(other);
    assert!(matches!(Spool::open(folder.path(), NOW), Err(SpoolError::Foreign(_))));
}
