//! Promises of `sync` and `store`: the newest verified content, or the old one untouched.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use civic_kiosk::base::clock::SimClock;
use civic_kiosk::base::durable;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Record;
use civic_kiosk::release::root;
use civic_kiosk::store::{Answer, Confirmed, NewRelease, Query, Reader, Store, StoreError, Switch, Trust, Visit};
use civic_kiosk::sync::{
    Body, Fault, Freshness, Network, Patience, Report, ReportDoc, Size, Source, Stick, Subscription, Way, follow_once,
    source_of,
};
use serde_json::Value;

use crate::support::office::{Office, copy_dir, files_of, hall, id, in_days, today};
use crate::support::server::{Manner, Server};
use crate::support::terminal::{Terminal, reason};

fn hasty(address: &str) -> Arc<dyn Source> {
    let short = Duration::from_millis(300);
    Arc::new(Network::with_patience(address, Patience { connect: short, read: short, file: short }).unwrap())
}

#[tokio::test]
async fn a_release_comes_by_stick_and_the_next_one_too() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::new();
    let stick = tempfile::tempdir().unwrap();
    copy_dir(&office.repository(), &stick.path().join("ZWGK"));
    let report = terminal.follow(stick.path(), Some(&office.root())).await;
    assert_eq!((report.from, report.to, report.outcome.word()), (None, Some(1), "applied"));
    assert_eq!(report.freshness, Some(Freshness::Fresh));
    assert_eq!(terminal.about(), "第一版");

    office.publish(hall("第二版")).await;
    copy_dir(&office.repository(), &stick.path().join("ZWGK"));
    let report = terminal.follow(stick.path(), None).await;
    assert_eq!((report.from, report.to, report.outcome.word()), (Some(1), Some(2), "applied"));
    assert_eq!(terminal.about(), "第二版");
    assert_eq!(report.sentence(), "已更新：第1次发布 → 第2次发布");

    let store = Store::open_read_only(terminal.state()).unwrap();
    assert_eq!(store.site().unwrap().unwrap().hall, "清河市政务服务中心");
    assert_eq!((store.orgs().unwrap().len(), store.windows().unwrap().len(), store.hours().unwrap().len()), (1, 1, 1));
    let guides: Vec<_> = store.guides_of(&id("org/civil")).unwrap().into_iter().map(|t| t.title).collect();
    assert_eq!(guides, ["老年人优待证办理", "居民身份证补领"]);
    assert_eq!(store.titles().unwrap().len(), 4);
    assert_eq!(store.record(&id("guide/none")).unwrap(), None);

    let history = Trust::open_read_only(terminal.state()).unwrap().history(10).unwrap();
    assert_eq!(history.iter().map(|v| v.release).collect::<Vec<_>>(), [Some(2), Some(1)]);
}

#[tokio::test]
async fn no_change_over_the_network_is_one_small_request() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let server = Server::start(&office.repository(), Manner::Plain).await;
    let terminal = Terminal::new();
    let source = source_of(&server.address).unwrap();
    let first = terminal.follow_at(Arc::clone(&source), Some(&office.root()), today()).await;
    assert_eq!((first.to, first.outcome.word()), (Some(1), "applied"), "{first:?}");
    let before = server.count();
    assert_eq!(first.requests, before as u64);
    let again = terminal.follow_at(Arc::clone(&source), None, today()).await;
    assert_eq!((again.from, again.to, again.outcome.word()), (Some(1), Some(1), "current"));
    assert_eq!((server.count() - before, again.requests), (1, 1));
    assert!(again.bytes <= 1024, "{}", again.bytes);

    office.publish(hall("第二版")).await;
    let second = terminal.follow_at(source, None, today()).await;
    assert_eq!((second.from, second.to), (Some(1), Some(2)), "{second:?}");
    assert_eq!(terminal.about(), "第二版");
}

#[tokio::test]
async fn any_flipped_byte_is_refused_and_the_old_content_stays() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let old = files_of(&office.repository());
    office.publish(hall("第二版")).await;
    // Without the delta, which has its own promises, the full pack is read.
    office.lose_deltas();
    let copy = office.copy();
    let is_read = |file: &&std::path::PathBuf| {
        let name = file.strip_prefix(copy.path()).unwrap();
        let is_old = old.contains(&office.repository().join(name));
        !is_old || name.ends_with("timestamp.json") || name.ends_with("1.root.json")
    };
    let files = files_of(copy.path());
    let read: Vec<_> = files.iter().filter(is_read).collect();
    assert_eq!(read.len(), 6, "root, timestamp, snapshot, targets, manifest, pack");
    for file in read {
        let good = std::fs::read(file).unwrap();
        for (n, at) in (0..good.len()).step_by(good.len() / 20).chain([good.len() - 1]).enumerate() {
            let mut bad = good.clone();
            bad[at] ^= [0x01, 0x20, 0x80, 0xFF][n % 4];
            std::fs::write(file, &bad).unwrap();
            let report = terminal.follow(copy.path(), None).await;
            assert!(report.refused().is_some(), "{} at {at}: {report:?}", file.display());
            assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
        }
        std::fs::write(file, &good).unwrap();
    }
    let report = terminal.follow(copy.path(), None).await;
    assert_eq!(report.to, Some(2), "the same repository without a flip is taken: {report:?}");
}

#[tokio::test]
async fn content_without_signature_or_of_other_keys_is_refused() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let unsigned = office.copy();
    let timestamp = unsigned.path().join("tuf/timestamp.json");
    let mut document: Value = serde_json::from_slice(&std::fs::read(&timestamp).unwrap()).unwrap();
    document["signatures"] = Value::Array(Vec::new());
    std::fs::write(&timestamp, document.to_string()).unwrap();
    assert_eq!(reason(&terminal.follow(unsigned.path(), None).await), "bad-signature");

    let stranger = Office::open().await;
    stranger.publish(hall("别人的")).await;
    assert_eq!(reason(&terminal.follow(&stranger.repository(), None).await), "foreign-root");
    let report = terminal.follow(&stranger.repository(), Some(&stranger.root())).await;
    assert_eq!(reason(&report), "foreign-root", "--root does not replace the trust of a terminal");
    // Without the root file that would give it away, the signatures still do.
    std::fs::remove_file(stranger.repository().join("tuf/1.root.json")).unwrap();
    assert_eq!(reason(&terminal.follow(&stranger.repository(), None).await), "bad-signature");
    assert_eq!(terminal.about(), "第一版");
}

#[tokio::test]
async fn a_new_terminal_needs_a_root_and_an_honest_one() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::new();
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "no-root");
    assert_eq!(reason(&terminal.follow(&office.repository(), Some(b"{}")).await), "no-root");
    let mut root: Value = serde_json::from_slice(&office.root()).unwrap();
    let signatures = root["signatures"].as_array_mut().unwrap();
    signatures.truncate(1);
    let one_key = root.to_string();
    assert_eq!(reason(&terminal.follow(&office.repository(), Some(one_key.as_bytes())).await), "no-root");
    assert_eq!(terminal.live(), None);
}

#[tokio::test]
async fn an_older_release_is_refused_even_when_all_other_files_were_zeroed() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let first = office.copy();
    office.publish(hall("第二版")).await;
    let terminal = Terminal::with(&office).await;
    assert_eq!(reason(&terminal.follow(first.path(), None).await), "older-than-floor");
    for file in files_of(terminal.state()) {
        if file.extension().is_none_or(|e| e != "db") {
            std::fs::write(&file, b"").unwrap();
        }
    }
    assert_eq!(reason(&terminal.follow(first.path(), None).await), "older-than-floor");
    assert_eq!(terminal.about(), "第二版");
}

#[tokio::test]
async fn a_lost_or_damaged_content_database_is_rebuilt_and_the_floor_stays() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let first = office.copy();
    office.publish(hall("第二版")).await;
    let terminal = Terminal::with(&office).await;
    let content = terminal.state().join("content.db");
    std::fs::write(&content, vec![0x5A; 8192]).unwrap();
    assert!(matches!(Store::open_read_only(terminal.state()).err(), Some(StoreError::Damaged { .. })));
    let report = terminal.follow(first.path(), None).await;
    assert_eq!(reason(&report), "older-than-floor");
    assert!(report.set_aside.is_empty(), "nothing better is there yet");
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.from, report.to, report.outcome.word()), (None, Some(2), "applied"));
    assert_eq!(report.set_aside, [terminal.state().join("content.db.damaged")]);
    assert_eq!(terminal.about(), "第二版");

    std::fs::remove_file(&content).unwrap();
    // The pack is kept on the terminal, so a source that has lost it is no hindrance.
    for pack in files_of(&office.repository().join("p")) {
        std::fs::remove_file(pack).unwrap();
    }
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.to, report.outcome.word()), (Some(2), "applied"), "{report:?}");
}

/// Overwrites some bytes of the database where `text` stands, as a bad sector does; the pages stay valid.
fn overwrite(terminal: &Terminal, text: &str) {
    let path = terminal.state().join("content.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let at: Vec<_> = (0..bytes.len() - text.len()).filter(|&at| bytes[at..].starts_with(text.as_bytes())).collect();
    assert!(!at.is_empty(), "{text}");
    for at in at {
        bytes[at..at + text.len()].fill(b'x');
    }
    std::fs::write(&path, bytes).unwrap();
}

fn unreachable() -> Arc<dyn Source> {
    hasty("http://127.0.0.1:9")
}

#[tokio::test]
async fn one_damaged_record_is_noticed_and_repaired() {
    let office = Office::open().await;
    office.publish(hall("这是民政局的第一版介绍")).await;
    let terminal = Terminal::with(&office).await;
    for text in ["民政局的第一版", "居民身份证补领"] {
        overwrite(&terminal, text);
        assert!(Store::open_read_only(terminal.state()).unwrap().verify().is_err());
        let report = terminal.follow(&office.repository(), None).await;
        assert_eq!((report.from, report.to, report.outcome.word()), (Some(1), Some(1), "applied"), "{report:?}");
        assert_eq!(report.sentence(), "现有内容有损坏，已用第1次发布修复");
        Store::open_read_only(terminal.state()).unwrap().verify().unwrap();
        assert_eq!(terminal.about(), "这是民政局的第一版介绍");
        assert_eq!(terminal.follow(&office.repository(), None).await.outcome.word(), "current");
    }
    // The kept pack repairs without any source.
    overwrite(&terminal, "民政局的第一版");
    let report = terminal.follow_at(unreachable(), None, today()).await;
    assert_eq!(reason(&report), "unreachable");
    assert_eq!((terminal.about().as_str(), report.set_aside.len()), ("这是民政局的第一版介绍", 1));
    assert!(report.sentence().contains("仍用第1次发布"), "{}", report.sentence());
    // Without it, the source does.
    overwrite(&terminal, "民政局的第一版");
    std::fs::remove_dir_all(terminal.state().join("packs")).unwrap();
    let report = terminal.follow_at(unreachable(), None, today()).await;
    assert!(report.sentence().contains("现有的第1次发布有损坏"), "{}", report.sentence());
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.to, report.outcome.word(), report.trouble), (Some(1), "applied", None));
    assert_eq!(terminal.about(), "这是民政局的第一版介绍");
}

#[tokio::test]
async fn what_can_still_be_read_stays_until_there_is_something_better() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    std::fs::remove_dir_all(terminal.state().join("packs")).unwrap();
    let content = terminal.state().join("content.db");
    let mut bytes = std::fs::read(&content).unwrap();
    let last_page = bytes.len() - 4096;
    bytes[last_page..last_page + 8].fill(0xFF);
    std::fs::write(&content, &bytes).unwrap();
    let report = terminal.follow_at(unreachable(), None, today()).await;
    assert_eq!((reason(&report), report.to), ("unreachable", Some(1)));
    assert_eq!(std::fs::read(&content).unwrap(), bytes);
    assert!(!report.sentence().contains("还没有内容"), "{}", report.sentence());
    // A pass that gets as far as the pack, and no further, changes nothing either.
    office.forge_pack(b"no pack", 1 << 20, 6).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "bad-pack");
    assert_eq!(std::fs::read(&content).unwrap(), bytes);
    office.publish(hall("第三版")).await;
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), report.set_aside.len()), ("applied", 1), "{report:?}");
    assert_eq!(terminal.about(), "第三版");
    assert_eq!(std::fs::read(terminal.state().join("content.db.damaged")).unwrap(), bytes);
}

#[tokio::test]
async fn content_is_read_where_nothing_can_be_written() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    // A link in the place of the log's index stops everybody from opening it, root too.
    let index = terminal.state().join("content.db-shm");
    std::os::unix::fs::symlink("/nonexistent/index", &index).unwrap();
    assert_eq!(terminal.about(), "第一版");
    let state = terminal.state().to_str().unwrap();
    let (code, hits, message) = kiosk(&["search", "--json", "--state", state, "身份证"]);
    assert_eq!((code, hits[0]["id"].as_str()), (0, Some("guide/id-card")), "{message}");
    let reader = Reader::spawn(terminal.state());
    assert_eq!(number(ask(&reader, Query::Release)), Some(1));
    // And it goes on when that is over.
    std::fs::remove_file(&index).unwrap();
    office.publish(hall("第二版")).await;
    terminal.follow(&office.repository(), None).await;
    assert_eq!(number(ask(&reader, Query::Release)), Some(2));
}

#[tokio::test]
async fn lost_trust_is_given_again_and_the_floor_stays() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let first = office.copy();
    office.publish(hall("第二版")).await;
    let stranger = Office::open().await;
    stranger.publish(hall("别人的")).await;
    stranger.publish(hall("别人的")).await;
    let terminal = Terminal::with(&office).await;
    let state = terminal.state().join("state.db");
    std::fs::write(&state, vec![0x5A; 8192]).unwrap();
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!(reason(&report), "state-damaged");
    assert!(report.sentence().contains("--root"), "{}", report.sentence());
    assert_eq!(reason(&terminal.follow(first.path(), Some(&office.root())).await), "older-than-floor");
    let report = terminal.follow(&stranger.repository(), Some(&stranger.root())).await;
    assert_eq!(reason(&report), "foreign-authority");
    assert_eq!(std::fs::read(&state).unwrap(), vec![0x5A; 8192]);
    let report = terminal.follow(&office.repository(), Some(&office.root())).await;
    assert_eq!((report.to, report.outcome.word()), (Some(2), "current"), "{report:?}");
    assert_eq!(report.set_aside, [terminal.state().join("state.db.damaged")]);
    assert_eq!(Trust::open_read_only(terminal.state()).unwrap().known().unwrap().floor, 2);
    assert_eq!(reason(&terminal.follow(first.path(), None).await), "older-than-floor");
    assert_eq!(terminal.follow(&office.repository(), None).await.outcome.word(), "current");
}

#[tokio::test]
async fn content_that_cannot_be_read_is_not_called_missing() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let content = terminal.state().join("content.db");
    std::fs::remove_dir_all(terminal.state().join("packs")).unwrap();
    std::fs::remove_file(&content).unwrap();
    let other = rusqlite::Connection::open(&content).unwrap();
    other.execute_batch("CREATE TABLE photo (name TEXT)").unwrap();
    drop(other);
    let report = terminal.follow_at(unreachable(), None, today()).await;
    assert!(report.sentence().contains("现有内容读不出来"), "{}", report.sentence());
    assert!(report.sentence().contains("不是本程序的数据库"), "{}", report.sentence());
    let document = serde_json::to_value(ReportDoc::from(&report)).unwrap();
    assert!(document["content_error"].is_string(), "{document}");
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), report.set_aside.len()), ("applied", 1), "{report:?}");
    let aside = rusqlite::Connection::open(terminal.state().join("content.db.damaged")).unwrap();
    aside.query_row("SELECT count(*) FROM photo", [], |_| Ok(())).unwrap();
    assert_eq!(terminal.about(), "第一版");
}

#[tokio::test]
async fn staff_read_chinese_and_programs_get_the_detail() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let report = terminal.follow_at(unreachable(), None, today()).await;
    assert_eq!(report.sentence(), "没有更新，仍用第1次发布。原因：连不上 http://127.0.0.1:9/");
    let document = serde_json::to_value(ReportDoc::from(&report)).unwrap();
    assert!(document["refused"][0]["detail"].is_string(), "{document}");
    let other = Office::open().await;
    other.publish(hall("别人的")).await;
    std::fs::remove_file(other.repository().join("tuf/1.root.json")).unwrap();
    let report = terminal.follow(&other.repository(), None).await;
    assert_eq!(report.sentence(), "没有更新，仍用第1次发布。原因：timestamp.json 的签名不对或缺少签名");
    std::fs::write(terminal.state().join("content.db"), vec![0x5A; 8192]).unwrap();
    std::fs::remove_dir_all(terminal.state().join("packs")).unwrap();
    let sentence = terminal.follow_at(unreachable(), None, today()).await.sentence();
    assert!(!sentence.contains("Error") && sentence.contains("已损坏"), "{sentence}");
}

#[test]
fn the_commands_tell_no_content_and_no_folder_apart() {
    let terminal = Terminal::new();
    let state = terminal.state().to_str().unwrap().to_owned();
    let nothing = "本机还没有内容，请先更新一次（kiosk sync）";
    let search = |state: &str| kiosk(&["search", "--state", state, "身份证"]);
    assert_eq!((search(&state).0, search(&state).2.trim()), (1, nothing));
    drop(Store::open(terminal.state()).unwrap());
    assert_eq!((search(&state).0, search(&state).2.trim()), (1, nothing));
    let file = terminal.state().join("file");
    std::fs::write(&file, b"x").unwrap();
    let file = file.to_str().unwrap();
    let expected = format!("{file} 不是文件夹");
    assert_eq!((search(file).0, search(file).2.trim()), (1, expected.as_str()));
    let (code, _, message) = kiosk(&["read", "--state", file, "--record", "guide/id-card"]);
    assert_eq!((code, message.trim()), (1, expected.as_str()));
    let (code, status, _) = kiosk(&["status", "--json", "--state", file]);
    assert_eq!((code, status["content_error"].as_str()), (1, Some(expected.as_str())));
    let (code, report, _) = kiosk(&["sync", "--json", "--state", file, "--from", "http://127.0.0.1:9"]);
    assert_eq!((code, report["refused"][0]["text"].as_str()), (1, Some(expected.as_str())));
}

#[tokio::test]
async fn a_search_answers_each_line_whatever_is_in_it() {
    use std::io::Write;
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let mut search = Command::new(env!("CARGO_BIN_EXE_kiosk"))
        .args(["search", "--stdin", "--state"])
        .arg(terminal.state())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = b"\xFF\xFE\n".to_vec();
    input.extend(b"a".repeat(3 << 20));
    input.extend("\n身份证\r\n身份证".as_bytes());
    let mut stdin = search.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = search.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0], Value::Array(Vec::new()));
    assert_eq!(answers[2][0]["id"], "guide/id-card");
    assert_eq!(answers[3], answers[2]);
}

#[tokio::test]
async fn a_foreign_or_damaged_state_is_told_and_not_touched() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let state = terminal.state().join("state.db");
    std::fs::write(&state, b"this is no database, and long enough to be looked at".repeat(20)).unwrap();
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!(report.refused().unwrap().reason(), "state-damaged");
    assert!(report.sentence().contains("state.db"), "{}", report.sentence());
    assert_eq!(terminal.about(), "第一版");
}

#[tokio::test]
async fn a_missing_or_cut_pack_is_refused() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let made = office.publish(hall("第二版")).await;
    office.lose_deltas();
    let pack = office.repository().join(format!("p/{}", made.manifest.common().unwrap().full.sha256));
    let bytes = std::fs::read(&pack).unwrap();
    std::fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "hash-mismatch");
    std::fs::remove_file(&pack).unwrap();
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "not-found");
    std::fs::write(&pack, &bytes).unwrap();
    assert_eq!(terminal.follow(&office.repository(), None).await.to, Some(2));
}

#[tokio::test]
async fn links_pipes_and_folders_on_a_stick_are_not_files() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let made = office.publish(hall("第二版")).await;
    office.lose_deltas();
    let pack = format!("p/{}", made.manifest.common().unwrap().full.sha256);
    for name in [pack.as_str(), "tuf/timestamp.json"] {
        let copy = office.copy();
        let path = copy.path().join(name);
        let elsewhere = copy.path().join("elsewhere");
        std::fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(reason(&terminal.follow(copy.path(), None).await), "not-a-file", "a link as {name}");
        std::fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(reason(&terminal.follow(copy.path(), None).await), "not-a-file", "a pipe as {name}");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(reason(&terminal.follow(copy.path(), None).await), "not-a-file", "a folder as {name}");
    }
    let copy = office.copy();
    std::fs::rename(copy.path().join("p"), copy.path().join("q")).unwrap();
    std::os::unix::fs::symlink("q", copy.path().join("p")).unwrap();
    assert_eq!(reason(&terminal.follow(copy.path(), None).await), "not-a-file", "a linked folder");
}

#[tokio::test]
async fn bombs_and_lies_that_are_properly_signed_are_refused() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let bomb = zstd::stream::encode_all(std::io::repeat(0).take(1 << 30), 1).unwrap();
    office.forge_pack(&bomb, 1 << 20, 6).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "bad-pack");

    let mut plain = b"ZWGKPAK1\x01\x05org/a".to_vec();
    plain.extend([0; 32]);
    plain.extend((3_u32 << 20).to_le_bytes());
    plain.resize(32 << 20, 0);
    let bomb = zstd::stream::encode_all(plain.as_slice(), 1).unwrap();
    office.forge_pack(&bomb, 1 << 20, 1).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "too-big");

    let mut writer = civic_kiosk::release::PackWriter::new().unwrap();
    writer.put(&id("org/civil"), b"{\"id\":\"civil\"}").unwrap();
    let (pack, limits) = writer.finish().unwrap();
    office.forge_pack(&pack, limits.unpacked, limits.records).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "bad-record");
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
}

#[tokio::test]
async fn a_switch_that_does_not_add_up_is_undone() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let reader = Store::open_read_only(terminal.state()).unwrap();
    office.forge_manifest(|m| m["segments"]["common"]["state_root"] = "00".repeat(32).into()).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "wrong-state-root");
    assert_eq!(reader.release().unwrap().unwrap().number, 1);
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
    office.publish(hall("第三版")).await;
    assert_eq!(terminal.follow(&office.repository(), None).await.outcome.word(), "applied");
    assert_eq!(terminal.about(), "第三版");
}

#[tokio::test]
async fn another_authority_a_newer_format_and_a_newer_program_are_refused() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    office.forge_manifest(|m| m["authority"] = "somebody-else".into()).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "foreign-authority");
    office.forge_manifest(|m| m["min_program"] = "99.0.0".into()).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "program-too-old");
    office.forge_manifest(|m| m["format"] = 3.into()).await;
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!(reason(&report), "program-too-old");
    assert!(report.sentence().contains("请先升级程序"), "{}", report.sentence());
    assert_eq!(terminal.about(), "第一版");
}

#[tokio::test]
async fn expired_content_is_refused_from_the_network_and_taken_from_a_stick_when_newer() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let old = office.copy();
    office.publish(hall("第二版")).await;
    let server = Server::start(&office.repository(), Manner::Plain).await;
    let stick = |path: &Path| -> Arc<dyn Source> { Arc::new(Stick::open(path).unwrap()) };

    let report = terminal.follow_at(source_of(&server.address).unwrap(), None, in_days(61)).await;
    assert_eq!((reason(&report), report.freshness), ("expired", Some(Freshness::Expired)));
    let report = terminal.follow_at(stick(&office.repository()), None, in_days(61)).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
    assert_eq!(report.freshness, Some(Freshness::Expired));
    let report = terminal.follow_at(stick(&office.repository()), None, in_days(50)).await;
    assert_eq!((report.outcome.word(), report.freshness), ("current", Some(Freshness::Stale)));
    let report = terminal.follow_at(stick(old.path()), None, in_days(400)).await;
    assert_eq!(reason(&report), "older-than-floor");
    assert_eq!(terminal.about(), "第二版");
}

#[tokio::test]
async fn a_wrong_clock_does_no_lasting_harm() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let server = Server::start(&office.repository(), Manner::Plain).await;
    let source = || source_of(&server.address).unwrap();
    let ahead = "2099-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(reason(&terminal.follow_at(source(), None, ahead).await), "expired");
    let report = terminal.follow_at(source(), None, "1970-01-01T00:00:00Z".parse().unwrap()).await;
    assert_eq!((report.outcome.word(), report.freshness), ("applied", Some(Freshness::Fresh)), "{report:?}");
}

#[tokio::test]
async fn a_rotated_root_is_followed_and_a_damaged_one_is_not() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.rotate_root().await;
    office.publish(hall("第二版")).await;
    let damaged = office.copy();
    let path = damaged.path().join("tuf/2.root.json");
    let mut root: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let signature = root["signatures"][0]["sig"].as_str().unwrap().replacen(['0', '1', '2'], "e", 1);
    root["signatures"][0]["sig"] = signature.into();
    std::fs::write(&path, root.to_string()).unwrap();
    assert_eq!(reason(&terminal.follow(damaged.path(), None).await), "bad-signature");
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
    office.rotate_root().await;
    office.publish(hall("第三版")).await;
    assert_eq!(terminal.follow(&office.repository(), None).await.to, Some(3));
}

#[tokio::test]
async fn trouble_on_the_line_has_a_name_and_an_end() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>".to_vec();
    let plain_page = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>".to_vec();
    let away = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/login\r\nContent-Length: 0\r\n\r\n".to_vec();
    let squeezed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b".to_vec();
    let broken = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".to_vec();
    let cases = [
        (Manner::Always(page), "not-a-release"),
        (Manner::Always(plain_page), "not-a-release"),
        (Manner::Always(away), "not-a-release"),
        (Manner::Always(squeezed), "not-a-release"),
        (Manner::Always(broken), "not-a-release"),
        (Manner::CutOff("/p/", 10), "unreachable"),
        (Manner::CutOff("timestamp", 10), "unreachable"),
        (Manner::Endless("/p/"), "hash-mismatch"),
        (Manner::Endless("timestamp"), "too-big"),
        (Manner::Hangs(""), "timeout"),
    ];
    for (manner, expected) in cases {
        let server = Server::start(&office.repository(), manner).await;
        let report = terminal.follow_at(hasty(&server.address), None, today()).await;
        assert_eq!(reason(&report), expected, "{report:?}");
        assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
    }
    let nobody = terminal.follow_at(hasty("http://127.0.0.1:9"), None, today()).await;
    assert_eq!(reason(&nobody), "unreachable");
    let packs = files_of(&terminal.state().join("packs"));
    let named: Vec<_> = packs.iter().filter(|path| path.extension().is_none()).collect();
    assert_eq!(named.len(), 1, "nothing half-fetched has a name: {packs:?}");
}

/// A stick that is pulled after so many openings of files, or in the middle of the last one.
#[derive(Debug)]
struct Pulled {
    stick: Stick,
    files_left: AtomicUsize,
}

fn gone(name: &str) -> Fault {
    Fault::Unreadable { name: name.to_owned(), source: std::io::ErrorKind::NotConnected.into() }
}

#[async_trait::async_trait]
impl Source for Pulled {
    fn way(&self) -> Way {
        Way::Stick
    }

    fn place(&self) -> String {
        "usb:pulled".to_owned()
    }

    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault> {
        let left = self.files_left.load(Ordering::Relaxed);
        self.files_left.store(left.saturating_sub(1), Ordering::Relaxed);
        match left {
            0 => Err(gone(name)),
            1 => Ok(Box::new(HalfBody {
                body: self.stick.open(name, size).await?,
                name: name.to_owned(),
                is_gone: false,
            })),
            _ => self.stick.open(name, size).await,
        }
    }
}

struct HalfBody {
    body: Box<dyn Body>,
    name: String,
    is_gone: bool,
}

#[async_trait::async_trait]
impl Body for HalfBody {
    async fn next(&mut self) -> Result<Option<bytes::Bytes>, Fault> {
        if self.is_gone {
            return Err(gone(&self.name));
        }
        self.is_gone = true;
        Ok(self.body.next().await?.map(|piece| piece.slice(..piece.len() / 2)))
    }
}

#[tokio::test]
async fn a_pulled_stick_leaves_the_old_content_live() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("第二版")).await;
    let mut refused = 0;
    loop {
        let stick = Stick::open(&office.repository()).unwrap();
        let pulled = Arc::new(Pulled { stick, files_left: AtomicUsize::new(refused) });
        let state = terminal.state().to_owned();
        // As the terminal's own runner does it.
        let task =
            tokio::spawn(
                async move { follow_once(&state, pulled, None, &Subscription::All, &SimClock::at(today())).await },
            );
        let report = task.await.unwrap();
        if report.refused().is_none() {
            break;
        }
        assert_eq!(reason(&report), "unreadable", "after {refused} files");
        assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
        refused += 1;
    }
    // Timestamp, root, the next root that is not there, snapshot, targets, manifest, pack; each cut in the middle.
    assert!((7..=8).contains(&refused), "{refused}");
    assert_eq!(terminal.about(), "第二版");
}

#[tokio::test]
async fn a_killed_sync_leaves_the_old_content_and_frees_the_folder() {
    let office = Office::open().await;
    let now = civic_kiosk::base::clock::Clock::now(&civic_kiosk::base::clock::SystemClock::new());
    office.publish_at(hall("第一版"), now).await.unwrap();
    let terminal = Terminal::with(&office).await;
    office.publish_at(hall("第二版"), now).await.unwrap();
    let server = Server::start(&office.repository(), Manner::Hangs("/p/")).await;
    let mut sync = Command::new(env!("CARGO_BIN_EXE_kiosk"))
        .args(["sync", "--from", &server.address, "--state"])
        .arg(terminal.state())
        .spawn()
        .unwrap();
    server.hung.notified().await;
    sync.kill().unwrap();
    sync.wait().unwrap();
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));
    let report = terminal.follow_at(Arc::new(Stick::open(&office.repository()).unwrap()), None, now).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
    let packs = files_of(&terminal.state().join("packs"));
    assert_eq!(packs.len(), 2, "the full pack and the delta are kept, the half pack is gone: {packs:?}");
}

fn new_release(number: u64, records: &[(RecordId, Vec<u8>)]) -> NewRelease {
    let state_root = root::of_records(records.iter().map(|(id, body)| (id, body.as_slice())));
    NewRelease {
        authority: "office".to_owned(),
        number,
        issued: today(),
        segments: [("common".to_owned(), state_root)].into(),
        state_root: Some(state_root),
        subscription: String::new(),
        mailbox: civic_kiosk::content::Mailbox::default(),
    }
}

/// Brings exactly these records, one segment.
fn fill(switch: &Switch<'_>, records: &[(RecordId, Vec<u8>)]) -> Result<(), StoreError> {
    switch.clear("common")?;
    records.iter().try_for_each(|(id, body)| switch.put("common", id, body))
}

#[test]
fn readers_keep_the_old_view_until_the_switch() {
    let terminal = Terminal::new();
    let mut store = Store::open(terminal.state()).unwrap();
    let (old, new) = (hall("第一版"), hall("第二版"));
    store.apply(&new_release(1, &old), |switch| fill(switch, &old)).unwrap();
    let reader = Store::open_read_only(terminal.state()).unwrap();
    let looked = |switch: &Switch<'_>| {
        switch.clear("common")?;
        for (id, body) in &new {
            switch.put("common", id, body)?;
            assert_eq!(reader.release().unwrap().unwrap().number, 1);
            assert_eq!(reader.titles().unwrap().len(), 4);
            assert_eq!(terminal.about(), "第一版");
        }
        Ok::<_, StoreError>(())
    };
    store.apply(&new_release(2, &new), looked).unwrap();
    assert_eq!(reader.release().unwrap().unwrap().number, 2);
    assert_eq!(terminal.about(), "第二版");
}

#[test]
fn a_store_undoes_what_breaks_off_and_never_goes_back() {
    let terminal = Terminal::new();
    let mut store = Store::open(terminal.state()).unwrap();
    let (old, new) = (hall("第一版"), hall("第二版"));
    store.apply(&new_release(5, &old), |switch| fill(switch, &old)).unwrap();
    let broken = |switch: &Switch<'_>| fill(switch, &new[..3]).and(Err(StoreError::Closed));
    assert!(matches!(store.apply(&new_release(6, &new), broken), Err(StoreError::Closed)));
    let apply = |store: &mut Store, release: &NewRelease, records: &[(RecordId, Vec<u8>)]| {
        store.apply(release, |switch| fill(switch, records))
    };
    assert!(matches!(apply(&mut store, &new_release(6, &old), &new), Err(StoreError::WrongRoot { .. })));
    assert!(matches!(apply(&mut store, &new_release(6, &new), &new[1..]), Err(StoreError::WrongRoot { .. })));
    let whole = NewRelease { state_root: Some(root::of_records([])), ..new_release(6, &new) };
    let answer = apply(&mut store, &whole, &new);
    assert!(matches!(answer, Err(StoreError::WrongRoot { segment, .. }) if segment.is_empty()));
    let older = apply(&mut store, &new_release(4, &new), &new);
    assert!(matches!(older, Err(StoreError::Older { number: 4, live: 5 })));
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(5), "第一版"));
}

#[test]
fn the_floor_and_the_trusted_time_only_rise_and_the_history_ends() {
    let terminal = Terminal::new();
    let mut trust = Trust::open(terminal.state()).unwrap();
    let confirmed = |release: u64, days: i64| Confirmed {
        roots: vec![(1, b"root".to_vec())],
        timestamp: (release, b"timestamp".to_vec()),
        snapshot: (release, b"snapshot".to_vec()),
        targets: (release, b"targets".to_vec()),
        authority: "office".to_owned(),
        release,
        issued: in_days(days),
    };
    trust.confirm(&confirmed(9, 30)).unwrap();
    trust.confirm(&confirmed(3, 1)).unwrap();
    let known = trust.known().unwrap();
    assert_eq!((known.floor, known.trusted_time), (9, Some(in_days(30))));
    for n in 0..250 {
        let visit = Visit {
            at: in_days(n),
            place: "usb:/media".to_owned(),
            outcome: "current".to_owned(),
            release: Some(9),
            requests: 1,
            bytes: 600,
            reason: String::new(),
            text: String::new(),
            who: "命令".to_owned(),
        };
        trust.note(&visit).unwrap();
    }
    let history = trust.history(1000).unwrap();
    assert_eq!((history.len(), history[0].at), (200, in_days(249)));
}

/// The stored repository was made by the first program and is never made again.
#[tokio::test]
async fn a_release_of_the_first_format_is_still_taken() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/release/format-1");
    let root = std::fs::read(golden.join("root.json")).unwrap();
    let terminal = Terminal::new();
    let report = terminal.follow(&golden, Some(&root)).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
    assert_eq!(terminal.about(), "第二版");
}

#[test]
fn a_database_of_another_program_or_time_is_never_written() {
    let terminal = Terminal::new();
    let path = terminal.state().join("content.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE photo (name TEXT)").unwrap();
    for open in [Store::open, Store::open_read_only] {
        assert!(matches!(open(terminal.state()).err(), Some(StoreError::Foreign(p)) if p == path));
    }
    drop(other);
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Store::open_read_only(terminal.state()).err(), Some(StoreError::Missing(_))));
    drop(Store::open(terminal.state()).unwrap());
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    assert!(matches!(Store::open(terminal.state()).err(), Some(StoreError::Newer { found: 99, .. })));
}

#[tokio::test]
async fn only_one_sync_works_on_a_state_folder() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::new();
    let first = durable::lock(&terminal.state().join("sync.lock")).unwrap();
    assert!(first.is_some());
    let report = terminal.follow(&office.repository(), Some(&office.root())).await;
    assert_eq!(reason(&report), "busy");
    assert!(report.sentence().contains("另一次同步正在进行"), "{}", report.sentence());
    drop(first);
    assert_eq!(terminal.follow(&office.repository(), Some(&office.root())).await.to, Some(1));
}

#[tokio::test]
async fn a_state_folder_that_cannot_be_written_is_named() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    // Not even root can make folders there.
    let state = Path::new("/proc/civic-kiosk");
    let source: Arc<dyn Source> = Arc::new(Stick::open(&office.repository()).unwrap());
    let report = follow_once(state, source, Some(&office.root()), &Subscription::All, &SimClock::at(today())).await;
    assert_eq!(reason(&report), "state-not-writable");
    assert!(report.sentence().contains("/proc/civic-kiosk"), "{}", report.sentence());
}

/// Asks the reading thread and waits for its answer.
fn ask(reader: &Reader, query: Query) -> Result<Answer, StoreError> {
    let (send, receive) = mpsc::channel();
    reader.ask(query, move |answer| send.send(answer).unwrap());
    receive.recv_timeout(Duration::from_secs(20)).unwrap()
}

fn number(answer: Result<Answer, StoreError>) -> Option<u64> {
    match answer.unwrap() {
        Answer::Release(live) => live.map(|live| live.number),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_reading_thread_sees_each_new_release_without_a_restart() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::new();
    let reader = Reader::spawn(terminal.state());
    assert_eq!(number(ask(&reader, Query::Release)), None);
    assert_eq!(ask(&reader, Query::Titles).unwrap(), Answer::Titles(Vec::new()));
    terminal.follow(&office.repository(), Some(&office.root())).await;
    assert_eq!(number(ask(&reader, Query::Release)), Some(1));
    office.publish(hall("第二版")).await;
    terminal.follow(&office.repository(), None).await;
    assert_eq!(number(ask(&reader, Query::Release)), Some(2));
    let Answer::Record(Some(Record::Guide(guide))) = ask(&reader, Query::Record(id("guide/id-card"))).unwrap() else {
        panic!("no guide");
    };
    assert_eq!(guide.title, "居民身份证补领");

    // Another file under the same name, as after damage.
    std::fs::write(terminal.state().join("content.db"), vec![0x5A; 8192]).unwrap();
    terminal.follow(&office.repository(), None).await;
    assert_eq!(number(ask(&reader, Query::Release)), Some(2));
}

fn kiosk(arguments: &[&str]) -> (i32, Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk")).args(arguments).output().unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), document, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn the_command_says_what_it_did_in_words_and_exit_codes() {
    let office = Office::open().await;
    let records = hall("第一版");
    // The command knows the real time only, so this release is made now.
    office
        .publish_at(records, civic_kiosk::base::clock::Clock::now(&civic_kiosk::base::clock::SystemClock::new()))
        .await
        .unwrap();
    let terminal = Terminal::new();
    let state = terminal.state().to_str().unwrap();
    let from = format!("usb:{}", office.repository().display());
    let root = office.keys().join("root.json");
    let root = root.to_str().unwrap();

    let (code, report, _) = kiosk(&["sync", "--json", "--state", state, "--from", &from]);
    assert_eq!((code, report["refused"][0]["reason"].as_str()), (1, Some("no-root")));
    let (code, report, _) = kiosk(&["sync", "--json", "--state", state, "--from", &from, "--root", root]);
    assert_eq!((code, report["outcome"].as_str(), report["to"].as_u64()), (0, Some("applied"), Some(1)));
    assert_eq!((report["from"].clone(), report["refused"].clone()), (Value::Null, Value::Array(Vec::new())));
    let (code, report, _) = kiosk(&["sync", "--json", "--state", state, "--from", &from]);
    assert_eq!((code, report["outcome"].as_str(), report["from"].as_u64()), (0, Some("current"), Some(1)));
    let (code, report, _) = kiosk(&["sync", "--json", "--state", state, "--from", "usb:/nonexistent"]);
    assert_eq!((code, report["refused"][0]["reason"].as_str()), (1, Some("not-found")));
    assert_eq!(report["to"].as_u64(), Some(1));
    let (code, _, message) = kiosk(&["sync", "--state", state, "--from", "ftp://x"]);
    assert_eq!(code, 2);
    assert!(message.contains("usb:文件夹"), "{message}");
    assert_eq!(kiosk(&["sync", "--state", state]).0, 2);
}

#[tokio::test]
async fn the_office_can_check_a_repository_before_it_goes_out() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let root = office.keys().join("root.json");
    let verify = |repository: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_kiosk-pack"))
            .args(["verify", "--json"])
            .arg(repository)
            .arg("--root")
            .arg(&root)
            .output()
            .unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap(), document)
    };
    let (code, seen) = verify(&office.repository());
    assert_eq!((code, seen["release"].as_u64(), seen["records"].as_u64()), (0, Some(1), Some(6)), "{seen}");
    let (code, seen) = verify(tempfile::tempdir().unwrap().path());
    assert_eq!((code, seen["refused"][0]["reason"].as_str()), (1, Some("not-found")));
    let copy = office.copy();
    for file in files_of(copy.path()) {
        let good = std::fs::read(&file).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        std::fs::write(&file, &bad).unwrap();
        assert_eq!(verify(copy.path()).0, 1, "{}", file.display());
        std::fs::write(&file, &good).unwrap();
    }
}

#[test]
fn a_report_has_the_promised_shape() {
    let report = Report::not_started(Path::new("/nonexistent"), civic_kiosk::sync::Refused::NoRoot);
    let document = serde_json::to_value(ReportDoc::from(&report)).unwrap();
    let keys: Vec<_> = document.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["by_delta", "by_full", "bytes", "freshness", "from", "outcome", "refused", "requests", "to"]);
    assert_eq!(document["refused"][0]["reason"], "no-root");
}
