//! Promises of deltas: a small step when it is right, the full pack when it is not, and never a trace of a wrong one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Read;
use std::path::Path;

use civic_kiosk::base::digest::Sha256;
use civic_kiosk::release::delta::{Change, DeltaWriter};
use civic_kiosk::store::Store;
use civic_kiosk::sync::{Report, source_of};
use serde_json::Value;

use crate::support::office::{Office, copy_dir, files_of, guide, hall, id, record, today};
use crate::support::server::{Manner, Server};
use crate::support::terminal::{Terminal, reason};

/// An office with two releases and a terminal that has the first.
async fn behind() -> (Office, Terminal) {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    (office, terminal)
}

fn whole(terminal: &Terminal) {
    Store::open_read_only(terminal.state()).unwrap().verify().unwrap();
}

/// Follows with a terminal that is as this one was, so that each case starts from the same state.
async fn follow_like(terminal: &Terminal, repository: &Path) -> (Terminal, Report) {
    let twin = Terminal::new();
    copy_dir(terminal.state(), twin.state());
    let report = twin.follow(repository, None).await;
    (twin, report)
}

/// The delta was refused for this reason, the full pack was taken, and nothing of the delta is left.
fn assert_full_taken((terminal, report): &(Terminal, Report), expected: &str) {
    let refused: Vec<_> = report.delta_refused.iter().map(|d| (d.segment.as_str(), d.cause.reason())).collect();
    assert_eq!(refused, [("common", expected)], "{report:?}");
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
    assert_eq!((report.by_delta, report.by_full), (0, 1));
    assert!(report.sentence().contains("增量包不能用，改用了完整包"), "{}", report.sentence());
    assert_eq!(terminal.about(), "第二版");
    whole(terminal);
    assert_eq!(files_of(&terminal.state().join("packs")).len(), 1, "only the full pack is kept");
}

#[tokio::test]
async fn the_next_release_is_one_small_delta_in_few_requests() {
    let (office, terminal) = behind().await;
    let mut records = hall("第三版");
    records.retain(|(id, _)| id.as_str() != "guide/id-card");
    records.push(record("guide/new", guide("new", "新办事项")));
    office.publish(records).await;
    let server = Server::start(&office.repository(), Manner::Plain).await;
    let report = terminal.follow_at(source_of(&server.address).unwrap(), None, today()).await;
    assert_eq!((report.outcome.word(), report.from, report.to), ("applied", Some(1), Some(3)), "{report:?}");
    assert_eq!((report.by_delta, report.by_full), (1, 0));
    assert!(report.delta_refused.is_empty());
    assert!(report.requests <= 8, "{}", report.requests);
    whole(&terminal);
    let store = Store::open_read_only(terminal.state()).unwrap();
    assert_eq!(terminal.about(), "第三版");
    assert!(store.record(&id("guide/new")).unwrap().is_some());
    assert!(store.record(&id("guide/id-card")).unwrap().is_none());
    let again = terminal.follow_at(source_of(&server.address).unwrap(), None, today()).await;
    assert_eq!((again.outcome.word(), again.requests), ("current", 1));
}

#[tokio::test]
async fn who_missed_a_few_releases_takes_one_delta_and_who_missed_many_the_full_pack() {
    let office = Office::open().await;
    office.publish(hall("1")).await;
    let long_away = Terminal::with(&office).await;
    office.publish(hall("2")).await;
    let away = Terminal::with(&office).await;
    for n in 3..=10 {
        office.publish(hall(&n.to_string())).await;
    }
    let report = away.follow(&office.repository(), None).await;
    assert_eq!((report.from, report.to, report.by_delta, report.by_full), (Some(2), Some(10), 1, 0), "{report:?}");
    let report = long_away.follow(&office.repository(), None).await;
    assert_eq!((report.from, report.to, report.by_delta, report.by_full), (Some(1), Some(10), 0, 1), "{report:?}");
    assert!(report.delta_refused.is_empty());
    for terminal in [away, long_away] {
        assert_eq!(terminal.about(), "10");
        whole(&terminal);
    }
}

#[tokio::test]
async fn going_back_to_old_words_is_a_release_like_any_other() {
    let (office, terminal) = behind().await;
    let third = office.publish(hall("第一版")).await;
    let roots: Vec<Sha256> = third.manifest.common().unwrap().deltas.iter().map(|d| d.from_root).collect();
    assert_eq!(roots.len(), 1, "from the second release; the first is what it is again");
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(3)), "{report:?}");
    assert_eq!((report.by_delta, report.by_full, terminal.about().as_str()), (0, 0, "第一版"));
    whole(&terminal);
}

#[tokio::test]
async fn a_delta_with_any_flipped_byte_is_refused_and_the_full_pack_is_taken() {
    let (office, terminal) = behind().await;
    let delta = office.pack(&office.manifest().common().unwrap().deltas[0].pack);
    let good = std::fs::read(&delta).unwrap();
    for at in (0..good.len()).step_by(good.len() / 12).chain([good.len() - 1]) {
        let mut bad = good.clone();
        bad[at] ^= 0x20;
        std::fs::write(&delta, &bad).unwrap();
        assert_full_taken(&follow_like(&terminal, &office.repository()).await, "hash-mismatch");
    }
    std::fs::write(&delta, &good[..good.len() / 2]).unwrap();
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "hash-mismatch");
    std::fs::remove_file(&delta).unwrap();
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "not-found");
    std::os::unix::fs::symlink("/etc/hostname", &delta).unwrap();
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "not-a-file");
    // When the full pack is wrong as well, the old release stays.
    let full = office.pack(&office.manifest().common().unwrap().full);
    std::fs::write(&full, b"x").unwrap();
    let (twin, report) = follow_like(&terminal, &office.repository()).await;
    assert_eq!(reason(&report), "hash-mismatch");
    assert_eq!((report.delta_refused.len(), twin.live(), twin.about().as_str()), (1, Some(1), "第一版"));
    whole(&twin);
}

#[tokio::test]
async fn one_releases_delta_under_another_releases_manifest_is_refused() {
    let (office, terminal) = behind().await;
    let of_second = office.manifest().common().unwrap().deltas[0].clone();
    let bytes = std::fs::read(office.pack(&of_second.pack)).unwrap();
    // The same office's third release, with the second one's delta in its list.
    let third = office.publish(hall("第三版")).await;
    office
        .forge_manifest(|manifest| {
            let deltas = manifest["segments"]["common"]["deltas"].as_array_mut().unwrap();
            deltas.retain(|delta| delta["from_root"] == of_second.from_root.to_string());
        })
        .await;
    office.forge_delta(&bytes, of_second.pack.unpacked, of_second.records).await;
    let (twin, report) = follow_like(&terminal, &office.repository()).await;
    assert_eq!(report.delta_refused[0].cause.reason(), "other-release");
    assert_eq!((report.by_full, twin.about().as_str()), (1, "第三版"));
    whole(&twin);
    // Even when its head claims to be the right one.
    let to = *third.manifest.common().unwrap().state_root.as_bytes();
    let mut disguised = bytes.clone();
    disguised[40..72].copy_from_slice(&to);
    office.forge_delta(&disguised, of_second.pack.unpacked, of_second.records).await;
    let (twin, report) = follow_like(&terminal, &office.repository()).await;
    assert_eq!(report.delta_refused[0].cause.reason(), "wrong-state-root");
    assert_eq!((report.by_full, twin.about().as_str()), (1, "第三版"));
    whole(&twin);
}

/// The head of a delta between the two releases, for bodies that no honest publisher makes.
fn head(office: &Office) -> Vec<u8> {
    let segment = office.manifest().common().unwrap().clone();
    let (bytes, _) = DeltaWriter::new(&segment.deltas[0].from_root, &segment.state_root).finish().unwrap();
    bytes
}

fn with_frames(mut file: Vec<u8>, frames: &[&[u8]]) -> Vec<u8> {
    for frame in frames {
        file.extend((frame.len() as u32).to_le_bytes());
        file.extend(*frame);
    }
    file
}

#[tokio::test]
async fn bombs_and_lies_in_a_signed_delta_leave_no_trace() {
    let (office, terminal) = behind().await;
    let head = head(&office);
    let mut squeezed = zstd::stream::write::Encoder::new(Vec::new(), 19).unwrap();
    squeezed.window_log(23).unwrap();
    std::io::copy(&mut std::io::repeat(0).take(16 << 20), &mut squeezed).unwrap();
    let bomb = with_frames(head.clone(), &[&squeezed.finish().unwrap()]);
    office.forge_delta(&bomb, 1000, 5).await;
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "too-big");

    // A frame that wants a window of 2 GiB: magic, one descriptor byte, the window byte.
    let wide = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 21 << 3, 0x01, 0x00, 0x00];
    office.forge_delta(&with_frames(head.clone(), &[&wide]), 1000, 5).await;
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "bad-delta");

    // A length of 4 GiB with nothing behind it.
    let long = [head.clone(), u32::MAX.to_le_bytes().to_vec()].concat();
    office.forge_delta(&long, 4 << 30, 5).await;
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "too-big");

    // It deletes a record that nobody has, after it has changed one.
    let segment = office.manifest().common().unwrap().clone();
    let mut writer = DeltaWriter::new(&segment.deltas[0].from_root, &segment.state_root);
    writer.add(&id("guide/elder-card"), Change::Deleted).unwrap();
    writer.add(&id("guide/nobody-has-it"), Change::Deleted).unwrap();
    let (bytes, limits) = writer.finish().unwrap();
    office.forge_delta(&bytes, limits.unpacked, limits.records).await;
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "bad-delta");

    // It brings something that is no record.
    let mut writer = DeltaWriter::new(&segment.deltas[0].from_root, &segment.state_root);
    writer.add(&id("guide/elder-card"), Change::New(b"{}")).unwrap();
    let (bytes, limits) = writer.finish().unwrap();
    office.forge_delta(&bytes, limits.unpacked, limits.records).await;
    assert_full_taken(&follow_like(&terminal, &office.repository()).await, "bad-record");
}

#[tokio::test]
async fn a_line_that_breaks_while_the_delta_comes_is_no_reason_to_fetch_more() {
    let (office, terminal) = behind().await;
    let server = Server::start(&office.repository(), Manner::CutOff("/p/", 10)).await;
    let report = terminal.follow_at(source_of(&server.address).unwrap(), None, today()).await;
    assert_eq!(reason(&report), "unreachable");
    assert!(report.delta_refused.is_empty(), "{report:?}");
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
}

#[tokio::test]
async fn damage_after_a_delta_is_mended_from_what_is_kept_here() {
    let (office, terminal) = behind().await;
    terminal.follow(&office.repository(), None).await;
    office.publish(hall("第三版")).await;
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.to, report.by_delta), (Some(3), 1), "{report:?}");
    assert_eq!(files_of(&terminal.state().join("packs")).len(), 3, "a full pack and two deltas");
    let database = rusqlite::Connection::open(terminal.state().join("content.db")).unwrap();
    database.execute("UPDATE record SET body = x'00' WHERE id = 'org/civil'", []).unwrap();
    drop(database);
    let nobody = source_of("http://127.0.0.1:9").unwrap();
    let report = terminal.follow_at(nobody, None, today()).await;
    assert_eq!((reason(&report), report.set_aside.len()), ("unreachable", 1), "{report:?}");
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(3), "第三版"));
    whole(&terminal);
    // A list of packs that was lost only means that the source is needed.
    std::fs::write(terminal.state().join("packs.json"), b"[{").unwrap();
    let database = rusqlite::Connection::open(terminal.state().join("content.db")).unwrap();
    database.execute("UPDATE record SET body = x'00' WHERE id = 'org/civil'", []).unwrap();
    drop(database);
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), report.by_full, report.set_aside.len()), ("applied", 1, 1), "{report:?}");
    whole(&terminal);
}

/// What the first program made: no segments, no subscription.
#[tokio::test]
async fn the_database_of_the_first_program_is_read_and_taken_along() {
    let (office, terminal) = behind().await;
    let database = rusqlite::Connection::open(terminal.state().join("content.db")).unwrap();
    let back = "DROP INDEX record_by_segment; ALTER TABLE record DROP COLUMN segment; DROP TABLE segment;
        ALTER TABLE release DROP COLUMN subscription; ALTER TABLE release DROP COLUMN mailbox;
        PRAGMA user_version = 1;";
    database.execute_batch(back).unwrap();
    drop(database);
    std::fs::remove_file(terminal.state().join("packs.json")).unwrap();
    let store = Store::open_read_only(terminal.state()).unwrap();
    store.verify().unwrap();
    assert_eq!(store.titles().unwrap().len(), 4);
    assert_eq!(store.release().unwrap().unwrap().number, 1);
    drop(store);
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.to, report.by_delta, report.by_full), (Some(2), 1, 0), "{report:?}");
    assert_eq!(terminal.about(), "第二版");
    whole(&terminal);
}

#[tokio::test]
async fn a_delta_is_never_larger_than_what_it_replaces_and_says_so_in_the_answer() {
    let (office, terminal) = behind().await;
    let segment = office.manifest().common().unwrap().clone();
    assert!(segment.deltas.iter().all(|delta| delta.pack.size < segment.full.size));
    let report = terminal.follow(&office.repository(), None).await;
    let document = serde_json::to_value(civic_kiosk::sync::ReportDoc::from(&report)).unwrap();
    assert_eq!((document["by_delta"].as_u64(), document["by_full"].as_u64()), (Some(1), Some(0)));
    assert_eq!(document.get("delta_refused"), None::<&Value>);
}
