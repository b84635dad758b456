//! Promises to the one who publishes: repeatable, tidy, prolonged in time, re-keyed without losing anybody, carried whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::content::Mailbox;
use civic_kiosk::release::rotate::{Replace, rotate};
use civic_kiosk::release::{CarryError, Edition, KeysError, PublishError, carry, publish, refresh};
use civic_kiosk::sync::{Freshness, Stick, inspect};
use serde_json::Value;

use crate::support::office::{Office, copy_dir, edition, files_of, hall, in_days, today};
use crate::support::terminal::{Terminal, reason};

/// Names and bytes of the files of one folder.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let name = |file: &Path| file.file_name().unwrap().to_string_lossy().into_owned();
    files_of(folder).iter().map(|file| (name(file), std::fs::read(file).unwrap())).collect()
}

#[tokio::test]
async fn the_same_input_gives_the_same_bytes_but_for_signatures_and_dates() {
    let office = Office::open().await;
    let elsewhere = tempfile::tempdir().unwrap();
    for about in ["第一版", "第二版", "第三版"] {
        office.publish(hall(about)).await;
        let mut records = hall(about);
        records.reverse();
        publish(edition(records), &office.keys(), elsewhere.path(), today()).await.unwrap();
    }
    for dir in ["p", "r"] {
        assert_eq!(contents(&office.repository().join(dir)), contents(&elsewhere.path().join(dir)), "{dir}");
    }
    // Another day changes the manifest's date, and no pack.
    publish(edition(hall("第四版")), &office.keys(), elsewhere.path(), in_days(3)).await.unwrap();
    office.publish(hall("第四版")).await;
    assert_eq!(contents(&office.repository().join("p")), contents(&elsewhere.path().join("p")));
}

#[tokio::test]
async fn a_repository_does_not_grow_for_ever_and_foreign_files_stay() {
    let office = Office::open().await;
    office.publish(hall("0")).await;
    let mine = office.repository().join("p/说明.txt");
    std::fs::write(&mine, b"mine").unwrap();
    for n in 1..=13 {
        office.publish(hall(&n.to_string())).await;
    }
    let before = Terminal::with(&office).await;
    let made = office.publish(hall("14")).await;
    assert!(made.pruned > 0);
    let count = |dir: &str| files_of(&office.repository().join(dir)).len();
    let (packs, manifests, metadata) = (count("p"), count("r"), count("tuf"));
    office.publish(hall("15")).await;
    assert_eq!((packs, manifests, metadata), (count("p"), count("r"), count("tuf")), "as much goes as comes");
    assert!(mine.exists());
    let listed = office.manifest();
    assert_eq!(listed.common().unwrap().deltas.len(), 8);
    for pack in listed.packs() {
        assert!(office.pack(&pack).exists(), "what the newest release lists is never pruned");
    }
    let report = before.follow(&office.repository(), None).await;
    assert_eq!((report.to, report.by_delta), (Some(16), 1), "{report:?}");
}

#[tokio::test]
async fn an_old_pack_that_is_damaged_only_costs_its_delta() {
    let office = Office::open().await;
    let first = office.publish(hall("第一版")).await;
    std::fs::write(office.pack(&first.manifest.common().unwrap().full), b"x").unwrap();
    let second = office.publish(hall("第二版")).await;
    assert!(second.manifest.common().unwrap().deltas.is_empty());
    let third = office.publish(hall("第三版")).await;
    assert_eq!(third.manifest.common().unwrap().deltas.len(), 1);
}

#[tokio::test]
async fn recipients_are_checked_and_stay_until_others_are_given() {
    let office = Office::open().await;
    let key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".to_owned();
    let mailbox = |recipients| Mailbox { recipients, ..Mailbox::default() };
    let with = |keys: Option<Vec<String>>| Edition { mailbox: keys.map(mailbox), ..edition(hall("一")) };
    let mistyped = key.replace("ql3", "q3l");
    let error = office.publish_edition(with(Some(vec![mistyped])), today()).await.unwrap_err();
    assert!(matches!(error, PublishError::Manifest(_)), "{error}");
    assert!(!office.repository().exists());
    office.publish_edition(with(Some(vec![key.clone()])), today()).await.unwrap();
    let second = office.publish_edition(with(None), today()).await.unwrap();
    assert_eq!(second.manifest.mailbox.recipients, [key]);
    let third = office.publish_edition(with(Some(Vec::new())), today()).await.unwrap();
    assert!(third.manifest.mailbox.recipients.is_empty());
    let newer = Edition { min_program: Some("99.0.0".to_owned()), ..edition(hall("一")) };
    let error = office.publish_edition(newer, today()).await.unwrap_err();
    assert!(error.to_string().contains("99.0.0"), "what we cannot check ourselves is not signed: {error}");
}

#[tokio::test]
async fn a_refresh_makes_an_unchanged_release_fresh_again() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let source = || Arc::new(Stick::open(&office.repository()).unwrap());
    assert_eq!(terminal.follow_at(source(), None, in_days(55)).await.freshness, Some(Freshness::Stale));
    let (packs, manifests) = (contents(&office.repository().join("p")), contents(&office.repository().join("r")));
    // The keys of snapshot and timestamp are enough.
    let drawer = office.keys().join("drawer");
    std::fs::create_dir(&drawer).unwrap();
    for name in ["root-1", "root-2", "root-3", "targets"] {
        let key = format!("{name}.pk8");
        std::fs::rename(office.keys().join(&key), drawer.join(&key)).unwrap();
    }
    let done = refresh(&office.repository(), &office.keys(), in_days(55)).await.unwrap();
    assert_eq!(done.manifest.release, 1);
    assert_eq!(done.expires[1..], [("targets", in_days(365)), ("snapshot", in_days(115)), ("timestamp", in_days(115))]);
    assert!(done.alarms.is_empty());
    assert_eq!(contents(&office.repository().join("p")), packs);
    assert_eq!(contents(&office.repository().join("r")), manifests);
    let report = terminal.follow_at(source(), None, in_days(70)).await;
    assert_eq!((report.outcome.word(), report.freshness), ("current", Some(Freshness::Fresh)), "{report:?}");
    // What a refresh cannot prolong it gives alarm about, in time.
    let done = refresh(&office.repository(), &office.keys(), in_days(350)).await.unwrap();
    let alarms: Vec<_> = done.alarms.iter().map(|alarm| (alarm.role, alarm.days_left)).collect();
    assert_eq!(alarms, [("targets", 15)]);
    let scratch = tempfile::tempdir().unwrap();
    let seen = inspect(source(), &office.root(), scratch.path(), in_days(400)).await.unwrap();
    let alarms: Vec<_> = seen.alarms.iter().map(|alarm| (alarm.role, alarm.days_left)).collect();
    assert_eq!(alarms, [("targets", -35), ("snapshot", 10), ("timestamp", 10)]);
    // A clock that went back makes nothing expire at once, and without a repository there is nothing to do.
    let done = refresh(&office.repository(), &office.keys(), in_days(-400)).await.unwrap();
    assert_eq!(done.expires[3], ("timestamp", in_days(60)));
    let nothing = refresh(&drawer, &office.keys(), today()).await.unwrap_err();
    assert!(matches!(nothing, PublishError::NothingYet(_) | PublishError::NotARepository(_)), "{nothing}");
}

/// A chain of key folders: each the successor of the one before, with all keys new.
async fn rotated(office: &Office, times: usize) -> Vec<PathBuf> {
    let mut folders = vec![office.keys()];
    for n in 1..=times {
        let next = office.keys().with_file_name(format!("keys-{n}"));
        rotate(folders.last().unwrap(), &next, &Replace::All, today()).await.unwrap();
        folders.push(next);
    }
    folders
}

#[tokio::test]
async fn five_rotations_are_followed_at_once_from_a_stick() {
    let office = Office::open().await;
    let first = office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let folders = rotated(&office, 5).await;
    let newest = folders.last().unwrap();
    let made = publish(edition(hall("第二版")), newest, &office.repository(), today()).await.unwrap();
    assert_eq!(made.manifest.authority, first.manifest.authority, "the publisher stays who it is");
    let stick = tempfile::tempdir().unwrap();
    carry(&office.repository(), stick.path(), |_| {}).await.unwrap();

    // One root between is missing: nobody can say that the newest one is right.
    let gap = tempfile::tempdir().unwrap();
    copy_dir(stick.path(), gap.path());
    std::fs::remove_file(gap.path().join("ZWGK/tuf/4.root.json")).unwrap();
    assert_eq!(reason(&terminal.follow(gap.path(), None).await), "bad-signature");
    assert_eq!((terminal.live(), terminal.about().as_str()), (Some(1), "第一版"));

    let report = terminal.follow(stick.path(), None).await;
    assert_eq!((report.outcome.word(), report.to, report.by_delta), ("applied", Some(2), 1), "{report:?}");
    // From now on the old keys are worth nothing: we sign no more with them, and what others sign is refused.
    for repository in [office.repository(), stick.path().join("ZWGK")] {
        let error = publish(edition(hall("假的")), &office.keys(), &repository, today()).await.unwrap_err();
        assert!(matches!(error, PublishError::OldKeys(_)), "{error}");
        let error = refresh(&repository, &office.keys(), today()).await.unwrap_err();
        assert!(matches!(error, PublishError::OldKeys(_)), "{error}");
    }
    office.forge_manifest(|manifest| manifest["release"] = 3.into()).await;
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "bad-signature");
    assert_eq!(terminal.about(), "第二版");
    // The first root is still the same publisher's; a new terminal may begin with it or with the newest.
    assert_eq!(terminal.follow(stick.path(), Some(&office.root())).await.outcome.word(), "current");
    for root in [office.root(), std::fs::read(newest.join("root.json")).unwrap()] {
        let fresh = Terminal::new();
        assert_eq!(fresh.follow(stick.path(), Some(&root)).await.to, Some(2));
    }
}

#[tokio::test]
async fn a_rotation_needs_two_old_and_two_new_root_keys() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let take = |names: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        copy_dir(&office.keys(), folder.path());
        names.iter().for_each(|name| std::fs::remove_file(folder.path().join(format!("{name}.pk8"))).unwrap());
        folder
    };
    let new = tempfile::tempdir().unwrap();
    let next = |n: u8| new.path().join(n.to_string());
    let one_key = take(&["root-1", "root-3"]);
    let error = rotate(one_key.path(), &next(1), &Replace::All, today()).await.unwrap_err();
    assert!(matches!(error, KeysError::TooFewRootKeys { which: "旧", found: 1, needed: 2, .. }), "{error}");
    assert!(!next(1).exists(), "all of it or nothing");
    let two_keys = take(&["root-1"]);
    let lost = Replace::Only(vec!["root-1".to_owned()]);
    let made = rotate(two_keys.path(), &next(2), &lost, today()).await.unwrap();
    assert_eq!(made.private.len(), 6, "the lost key has a successor");
    let no_key = take(&["timestamp"]);
    let error = rotate(no_key.path(), &next(3), &lost, today()).await.unwrap_err();
    assert!(matches!(error, KeysError::MissingKey { name, .. } if name == "timestamp.pk8"));
    let error = rotate(&office.keys(), &next(3), &Replace::Only(vec!["root".to_owned()]), today()).await.unwrap_err();
    assert!(matches!(error, KeysError::NoSuchKey(_)));
    let error = rotate(&office.keys(), &next(2), &Replace::All, today()).await.unwrap_err();
    assert!(matches!(error, KeysError::NotEmpty(_)));

    // A root that one old key only has signed is refused by the terminal.
    rotate(&office.keys(), &next(4), &Replace::All, today()).await.unwrap();
    publish(edition(hall("第二版")), &next(4), &office.repository(), today()).await.unwrap();
    let path = office.repository().join("tuf/2.root.json");
    let good = std::fs::read(&path).unwrap();
    let mut root: Value = serde_json::from_slice(&good).unwrap();
    let old: Value = serde_json::from_slice(&office.root()).unwrap();
    let old_ids = old["signed"]["roles"]["root"]["keyids"].as_array().unwrap().clone();
    let signatures = root["signatures"].as_array_mut().unwrap();
    let mut kept = 0;
    signatures.retain(|signature| {
        let is_old = old_ids.contains(&signature["keyid"]);
        kept += usize::from(is_old);
        !is_old || kept == 1
    });
    std::fs::write(&path, root.to_string()).unwrap();
    assert_eq!(reason(&terminal.follow(&office.repository(), None).await), "bad-signature");
    std::fs::write(&path, &good).unwrap();
    assert_eq!(terminal.follow(&office.repository(), None).await.to, Some(2));
}

#[tokio::test]
async fn a_refresh_after_a_rotation_signs_everything_with_the_new_keys() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let terminal = Terminal::with(&office).await;
    let folders = rotated(&office, 1).await;
    let done = refresh(&office.repository(), &folders[1], in_days(1)).await.unwrap();
    assert_eq!(done.manifest.release, 1);
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), report.to), ("current", Some(1)), "{report:?}");
    let fresh = Terminal::new();
    let root = std::fs::read(folders[1].join("root.json")).unwrap();
    assert_eq!(fresh.follow(&office.repository(), Some(&root)).await.to, Some(1));
}

#[tokio::test]
async fn a_stick_holds_the_old_release_until_the_new_one_is_whole() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let stick = tempfile::tempdir().unwrap();
    std::fs::write(stick.path().join("照片.jpg"), b"photo").unwrap();
    let carried = carry(&office.repository(), stick.path(), |_| {}).await.unwrap();
    assert_eq!((carried.files, carried.found, carried.removed), (6, 0, 0));
    let second = office.publish(hall("第二版")).await;
    let broken = office.pack(&second.manifest.common().unwrap().full);
    let good = std::fs::read(&broken).unwrap();
    std::fs::write(&broken, vec![0; good.len()]).unwrap();
    let empty = tempfile::tempdir().unwrap();
    for stick in [stick.path(), empty.path()] {
        let error = carry(&office.repository(), stick, |_| {}).await.unwrap_err();
        assert!(matches!(error, CarryError::Damaged(_)), "{error}");
        assert_eq!(error.reason(), "hash-mismatch");
    }
    let terminal = Terminal::new();
    assert_eq!(terminal.follow(stick.path(), Some(&office.root())).await.to, Some(1), "still whole, still the old one");
    let report = Terminal::new().follow(empty.path(), Some(&office.root())).await;
    assert_eq!(reason(&report), "not-found", "a stick that was not finished does not look as if it were");

    // Half a file of an attempt that was interrupted is no hindrance, and what is there is not copied again.
    std::fs::write(&broken, &good).unwrap();
    std::fs::write(stick.path().join("ZWGK/p/half.1234.tmp"), b"half").unwrap();
    let mut seen = Vec::new();
    let carried = carry(&office.repository(), stick.path(), |progress| seen.push(progress)).await.unwrap();
    assert!(carried.found > 0 && carried.removed > 0, "{carried:?}");
    assert!(seen.is_sorted_by_key(|progress| progress.done));
    assert_eq!(seen.last().unwrap().done, seen.last().unwrap().total);
    assert_eq!(terminal.follow(stick.path(), None).await.to, Some(2));
    let fresh = Terminal::new();
    assert_eq!(fresh.follow(stick.path(), Some(&office.root())).await.to, Some(2));
    let left = files_of(&stick.path().join("ZWGK"));
    assert_eq!(left.len() as u64, carried.files, "what only the old release needed is gone: {left:?}");
    assert!(stick.path().join("照片.jpg").exists());
    let again = carry(&office.repository(), stick.path(), |_| {}).await.unwrap();
    assert_eq!((again.found + 1, again.removed), (again.files, 0));
}

#[tokio::test]
async fn a_missing_or_full_stick_says_what_is_missing() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let error = carry(&office.repository(), Path::new("/nonexistent/stick"), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("U 盘插好了吗"), "{error}");
    // A stick that is full: only where this machine lets us make one.
    let stick = tempfile::tempdir().unwrap();
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=900k", "none"]).arg(stick.path()).output();
    if !mount.is_ok_and(|done| done.status.success()) {
        eprintln!("not shown here: making a small disk needs root");
        return;
    }
    let answer = carry(&office.repository(), stick.path(), |_| {}).await;
    let looks_empty = !stick.path().join("ZWGK/tuf/timestamp.json").exists();
    Command::new("umount").arg(stick.path()).status().unwrap();
    let error = answer.unwrap_err();
    assert_eq!((error.reason(), error.missing().len()), ("disk-full", 6));
    assert!(error.to_string().contains("U 盘空间不够") && error.to_string().contains("还缺6个文件"), "{error}");
    assert!(looks_empty);
}

fn pack(arguments: &[&str]) -> (i32, Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).args(arguments).output().unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), document, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn the_commands_of_the_publisher_say_what_they_did() {
    let office = Office::open().await;
    // The commands know the real time only, so this release was made some days before now.
    let now = SystemClock::new().now();
    office.publish_at(hall("第一版"), now).await.unwrap();
    let (repository, keys) = (office.repository(), office.keys());
    let (repository, keys) = (repository.to_str().unwrap(), keys.to_str().unwrap());
    let (code, done, message) = pack(&["refresh", "--json", repository, "--keys", keys]);
    assert_eq!((code, done["release"].as_u64()), (0, Some(1)), "{message}");
    assert!(done["expires"]["timestamp"].is_string() && done["alarms"].is_array(), "{done}");
    // The test's root was made for another day; the alarm says so in words too when it is near.
    let stick = tempfile::tempdir().unwrap();
    let stick = stick.path().to_str().unwrap();
    let (code, done, message) = pack(&["to-usb", "--json", repository, stick]);
    assert_eq!((code, done["release"].as_u64(), done["files"].as_u64()), (0, Some(1), Some(6)), "{message}");
    assert!(message.contains("█"), "{message}");
    let (code, refused, _) = pack(&["to-usb", "--json", repository, "/nonexistent/stick"]);
    assert_eq!((code, refused["refused"][0]["reason"].as_str()), (1, Some("not-found")));
    let new = office.keys().with_file_name("new-keys");
    let (code, made, message) =
        pack(&["keys", "rotate", "--json", keys, new.to_str().unwrap(), "--replace", "timestamp"]);
    assert_eq!((code, made["private"].as_array().map(Vec::len)), (0, Some(6)), "{message}");
    let (code, _, message) = pack(&["keys", "rotate", keys, new.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(message.contains("请换一个空文件夹"), "{message}");
    let (code, seen, message) = pack(&["verify", "--json", stick, "--root", &format!("{keys}/root.json")]);
    assert_eq!((code, seen["release"].as_u64()), (0, Some(1)), "{message}");
    assert!(seen["expires"]["root"].is_string() && seen["alarms"].is_array(), "{seen}");
}

#[tokio::test]
async fn two_publishers_at_once_never_give_one_number_to_two_releases() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let lock = civic_kiosk::base::durable::lock_folder(&office.keys()).unwrap().unwrap();
    let busy = office.publish_at(hall("二"), today()).await;
    assert!(matches!(busy, Err(civic_kiosk::release::PublishError::Busy(_))), "{busy:?}");
    let busy = civic_kiosk::release::refresh(&office.repository(), &office.keys(), today()).await;
    assert!(matches!(busy, Err(civic_kiosk::release::PublishError::Busy(_))), "{busy:?}");
    drop(lock);
    assert_eq!(office.publish(hall("二")).await.manifest.release, 2);
}
