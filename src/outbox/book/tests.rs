use jiff::civil::date;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

fn now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds).unwrap()
}

fn number(n: u8) -> Number {
    Number::new(date(2026, 11, 22), [n, 1, 2, 3, 4, 5, 6])
}

fn book() -> (TempDir, Book) {
    let dir = TempDir::new().unwrap();
    let book = Book::open(dir.path()).unwrap();
    (dir, book)
}

fn post(book: &mut Book, uuid: &str, kind: LetterKind, at: Timestamp) {
    let posting = Posting { uuid, kind, number: None, sealed: uuid.as_bytes() };
    book.post(&posting, at).unwrap();
}

fn names(letters: &[Waiting]) -> Vec<&str> {
    letters.iter().map(|letter| letter.uuid.as_str()).collect()
}

fn key(letter: &Waiting) -> (String, Sha256) {
    (letter.uuid.clone(), letter.sha256)
}

#[test]
fn a_letter_that_somebody_waits_for_goes_first_and_stays_until_it_is_confirmed() {
    let (dir, mut book) = book();
    post(&mut book, "rating", LetterKind::Rating, now());
    let number = number(1);
    let posting = Posting { uuid: "request", kind: LetterKind::Application, number: Some(&number), sealed: b"sealed" };
    book.post(&posting, after(5)).unwrap();
    book.post(&posting, after(6)).unwrap();
    let next = book.next(10, after(7)).unwrap();
    assert_eq!(names(&next), ["request", "rating"]);
    assert_eq!(book.state_of(&number).unwrap(), Some(LetterState::Stored));
    // What a restart finds is what was there.
    drop(book);
    let mut book = Book::open(dir.path()).unwrap();
    assert_eq!(book.standing().unwrap().answered, 1);
    let other = ("request".to_owned(), Sha256::of(b"something else"));
    assert_eq!(book.confirmed(&[other], after(8)).unwrap(), 0);
    assert_eq!(book.confirmed(&[key(&next[0])], after(8)).unwrap(), 1);
    assert_eq!(book.confirmed(&[key(&next[0])], after(9)).unwrap(), 0, "confirmed twice is confirmed once");
    assert_eq!(book.state_of(&number).unwrap(), Some(LetterState::Delivered));
    assert_eq!(names(&book.next(10, after(10)).unwrap()), ["rating"]);
}

#[test]
fn the_same_name_never_stands_for_two_letters() {
    let (_dir, mut book) = book();
    post(&mut book, "a", LetterKind::Application, now());
    let other = Posting { uuid: "a", kind: LetterKind::Application, number: None, sealed: b"other" };
    assert!(matches!(book.post(&other, now()), Err(BookError::Other(_))));
    let huge = vec![0; SEALED_BYTES_MAX + 1];
    let huge = Posting { uuid: "b", kind: LetterKind::Application, number: None, sealed: &huge };
    assert!(matches!(book.post(&huge, now()), Err(BookError::Long)));
}

#[test]
fn a_failed_delivery_waits_longer_each_time_but_never_over_an_hour() {
    let (_dir, mut book) = book();
    post(&mut book, "a", LetterKind::Application, now());
    let mut at = now();
    for wait in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600] {
        book.later("a", Duration::ZERO, at).unwrap();
        let moment = |s: i64| Timestamp::from_second(at.as_second() + s).unwrap();
        assert_eq!(book.next(1, moment(wait - 1)).unwrap().len(), 0, "{wait}");
        assert_eq!(book.next(1, moment(wait)).unwrap().len(), 1, "{wait}");
        at = moment(wait);
    }
    book.later("a", Duration::from_secs(999_999), at).unwrap();
    assert_eq!(book.next(1, Timestamp::from_second(at.as_second() + WAIT_MAX_S).unwrap()).unwrap().len(), 1);
    // A clock that was years ahead when the delivery failed holds nothing back.
    book.later("a", Duration::ZERO, "2099-01-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(book.next(1, now()).unwrap().len(), 1);
}

#[test]
fn what_the_office_refused_stays_for_staff_and_for_a_stick() {
    let (_dir, mut book) = book();
    let number = number(2);
    let posting = Posting { uuid: "a", kind: LetterKind::Application, number: Some(&number), sealed: b"s" };
    book.post(&posting, now()).unwrap();
    book.refused("a", "HTTP 409").unwrap();
    assert_eq!(book.state_of(&number).unwrap(), Some(LetterState::Refused));
    assert_eq!(book.next(1, after(9999)).unwrap(), []);
    assert_eq!(names(&book.unconfirmed("", 10).unwrap()), ["a"]);
    let standing = book.standing().unwrap();
    assert_eq!((standing.refused, standing.last_refusal.as_deref()), (1, Some("HTTP 409")));
    assert_eq!(book.try_refused_again().unwrap(), 1);
    assert_eq!(names(&book.next(1, now()).unwrap()), ["a"]);
}

#[test]
fn nobodys_application_is_dropped_for_a_rating() {
    let (_dir, mut book) = book();
    book.connection.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO letter (uuid, kind, is_answered, sha256, sealed, made_s)
        SELECT ?2 || printf('%06d', i), '评价', ?3, x'00', x'00', i FROM n";
    book.connection.execute(fill, params![UNANSWERED_MAX, "r", false]).unwrap();
    book.connection.execute(fill, params![ANSWERED_MAX - 1, "a", true]).unwrap();
    book.connection.execute_batch("COMMIT").unwrap();
    assert!(book.has_room(LetterKind::Application).unwrap() && book.has_room(LetterKind::Rating).unwrap());
    post(&mut book, "one more rating", LetterKind::Rating, now());
    let standing = book.standing().unwrap();
    assert_eq!((standing.answered, standing.unanswered), (ANSWERED_MAX - 1, UNANSWERED_MAX));
    assert_eq!(book.unconfirmed("r", 1).unwrap()[0].uuid, "r000002", "the oldest gave way");
    post(&mut book, "the last request", LetterKind::Application, now());
    assert!(!book.has_room(LetterKind::Application).unwrap() && book.has_room(LetterKind::Rating).unwrap());
    let more = Posting { uuid: "too many", kind: LetterKind::Application, number: None, sealed: b"s" };
    assert!(matches!(book.post(&more, now()), Err(BookError::Full)));
    assert_eq!(book.standing().unwrap().answered, ANSWERED_MAX);
}

#[test]
fn two_programs_never_hold_the_book_and_a_foreign_file_is_left_alone() {
    let (dir, book) = book();
    assert!(matches!(Book::open(dir.path()), Err(BookError::Taken(_))));
    drop(book);
    let foreign = TempDir::new().unwrap();
    Connection::open(foreign.path().join(FILE)).unwrap().execute_batch("PRAGMA user_version = 7").unwrap();
    assert!(matches!(Book::open(foreign.path()), Err(BookError::Foreign(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    /// Whatever happens in whatever order, a letter with a number is stored, refused or delivered, and never nowhere.
    #[test]
    fn no_letter_with_a_number_is_ever_lost(acts in prop::collection::vec((0..5_u8, 0..4_u8), 1..40)) {
        let (dir, book) = book();
        book.connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        let mut book = Some(book);
        let mut confirmed = std::collections::BTreeSet::new();
        let mut posted = std::collections::BTreeSet::new();
        for (i, (act, n)) in acts.into_iter().enumerate() {
            let uuid = format!("letter-{n}");
            let at = after(i as i64);
            let here = book.as_mut().unwrap();
            match act {
                0 if !confirmed.contains(&n) => {
                    let number = number(n);
                    let posting = Posting { uuid: &uuid, kind: LetterKind::Opinion, number: Some(&number), sealed: uuid.as_bytes() };
                    here.post(&posting, at).unwrap();
                    posted.insert(n);
                }
                1 => if here.confirmed(&[(uuid.clone(), Sha256::of(uuid.as_bytes()))], at).unwrap() > 0 { confirmed.insert(n); },
                2 => here.refused(&uuid, "HTTP 400").unwrap(),
                3 => here.later(&uuid, Duration::from_secs(5), at).unwrap(),
                _ => {
                    drop(book.take());
                    book = Some(Book::open(dir.path()).unwrap());
                }
            }
            for n in &posted {
                let state = book.as_ref().unwrap().state_of(&number(*n)).unwrap();
                prop_assert_eq!(state == Some(LetterState::Delivered), confirmed.contains(n));
                prop_assert!(state.is_some());
            }
        }
    }
}
