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

fn order<'a>(key: &'a str, document: &'a Document) -> Order<'a> {
    Order { key, owner: 1, title: "小票", who: "", document }
}

fn queue(spool: &mut Spool, key: &str) -> i64 {
    match spool.queue(&order(key, &receipt("甲")), NOW).unwrap() {
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
    assert_eq!(spool.queue(&order("1-1", &receipt("甲")), NOW).unwrap(), Queued::Known(id, State::Queued));
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
        let Queued::New(id) = spool.queue(&order("a", &receipt(name)), NOW).unwrap() else { panic!() };
        assert!(contains(&bytes(folder.path()), name), "it was there");
        ending.iter().for_each(|step| spool.step(id, *step, "", NOW).unwrap());
        assert!(!contains(&bytes(folder.path()), name), "{ending:?}");
    }
}

#[test]
fn a_personal_receipt_is_never_written_down_and_staff_can_still_copy_it_until_the_program_ends() {
    let name = "CANARY-340524198001010016";
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let document = receipt(name).personal();
    let Queued::New(id) = spool.queue(&order("a", &document), NOW).unwrap() else { panic!() };
    for step in [State::Sending, State::NeedsOperator] {
        spool.step(id, step, "stopped", NOW).unwrap();
        assert!(!contains(&bytes(folder.path()), name), "{step:?}");
    }
    assert_eq!(spool.document(id).unwrap(), Some(document));
    assert!(spool.entries().unwrap()[0].has_payload);
    drop(spool);
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let entry = spool.entries().unwrap().remove(0);
    assert_eq!((entry.state, entry.has_payload), (State::NeedsOperator, false), "staff still know of it");
    assert_eq!(spool.document(id).unwrap(), None);
    // Held in memory no longer than it is wanted, and never more than a few.
    for n in 0..2 * HELD_MAX {
        spool.queue(&order(&n.to_string(), &receipt(name).personal()), NOW).unwrap();
    }
    assert_eq!(spool.held.len(), HELD_MAX);
    let last = spool.entries().unwrap()[0].id;
    spool.step(last, State::Expired, "", NOW).unwrap();
    assert_eq!((spool.held.len(), spool.document(last).unwrap()), (HELD_MAX - 1, None));
}

#[test]
fn a_book_without_names_is_read_as_it_is_and_gets_them_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    queue(&mut spool, "a");
    drop(spool);
    let book = Connection::open(folder.path().join(FILE)).unwrap();
    book.execute_batch("ALTER TABLE job DROP COLUMN who; PRAGMA user_version=1;").unwrap();
    drop(book);
    assert_eq!(Spool::read(folder.path()).unwrap()[0].who, "");
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let copy = receipt("甲").copy();
    spool.queue(&Order { who: "李红", ..order("b", &copy) }, NOW).unwrap();
    let who: Vec<_> = spool.entries().unwrap().into_iter().map(|entry| entry.who).collect();
    assert_eq!(who, ["李红", ""]);
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
fn a_terminal_that_runs_for_months_forgets_them_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), NOW).unwrap();
    let personal = receipt("甲").personal();
    for (key, document) in [("a", &receipt("乙")), ("b", &personal)] {
        let Queued::New(id) = spool.queue(&order(key, document), NOW).unwrap() else { panic!() };
        spool.step(id, State::NeedsOperator, "stopped", NOW).unwrap();
    }
    let day = NOW.checked_add(SignedDuration::from_hours(25)).unwrap();
    spool.queue(&order("c", &receipt("丙")), day).unwrap();
    let entries = spool.entries().unwrap();
    let seen: Vec<_> = entries.iter().map(|entry| (entry.state, entry.has_payload)).collect();
    assert_eq!(seen, [(State::Queued, true), (State::Cancelled, false), (State::Cancelled, false)]);
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
