//! Promises of `release`: what the office makes is complete, repeatable, and never half there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Cursor;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use civic_kiosk::base::digest::Sha256;
use civic_kiosk::release::{KeysError, PackError, PackLimits, PackReader, PublishError, keys, pack::Entry};
use civic_kiosk::sync::{Freshness, Stick, inspect};
use proptest::prelude::*;

use crate::support::office::{Office, edition, files_of, hall, id, in_days, today};

#[tokio::test]
async fn a_key_folder_is_private_and_never_made_twice() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("keys");
    let made = keys::init(&dir, today()).await.unwrap();
    assert_eq!(made.private.len(), 6);
    for name in &made.private {
        assert_eq!(std::fs::metadata(dir.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    let root = std::fs::read(&made.root).unwrap();
    let error = keys::init(&dir, today()).await.unwrap_err();
    assert!(matches!(error, KeysError::NotEmpty(_)), "{error}");
    assert_eq!(std::fs::read(&made.root).unwrap(), root);
}

#[tokio::test]
async fn keys_that_cannot_all_be_made_leave_none() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("keys");
    // Nobody else's thing has a name like that, so an interrupted attempt is no hindrance.
    std::fs::create_dir_all(dir.join(".new-keys")).unwrap();
    std::fs::write(dir.join(".new-keys/root-1.pk8"), b"half").unwrap();
    assert_eq!(keys::init(&dir, today()).await.unwrap().private.len(), 6);
    assert_eq!(files_of(&dir).len(), 7);
    assert!(!dir.join(".new-keys").exists());

    // With room for a few small files only, as on a full disk.
    let script = r#"ulimit -f 0; exec "$0" keys init "$1""#;
    let full = folder.path().join("full");
    let output = std::process::Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_kiosk-pack")])
        .arg(&full)
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(!full.exists() || files_of(&full).iter().all(|f| f.to_str().unwrap().contains(".new-keys")));
}

#[tokio::test]
async fn a_built_release_verifies_and_says_what_it_holds() {
    let office = Office::open().await;
    let made = office.publish(hall("一")).await;
    assert_eq!((made.manifest.release, made.records), (1, 6));
    let stick = Arc::new(Stick::open(&office.repository()).unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let seen = inspect(stick, &office.root(), scratch.path(), today()).await.unwrap();
    assert_eq!((seen.manifest.release, seen.records, seen.freshness), (1, 6, Freshness::Fresh));
    assert_eq!(seen.manifest, made.manifest);
    assert_eq!(seen.packed_bytes, made.packed_bytes);
    let expires: Vec<_> = seen.expires.iter().map(|(role, at)| (*role, *at)).collect();
    assert_eq!(expires[1..], [("targets", in_days(365)), ("snapshot", in_days(60)), ("timestamp", in_days(60))]);
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test]
async fn the_same_records_give_the_same_pack_and_root() {
    let (one, two) = (Office::open().await, Office::open().await);
    let mut records = hall("一");
    let first = one.publish(records.clone()).await;
    records.reverse();
    let second = two.publish(records).await;
    assert_eq!(first.manifest.segments, second.manifest.segments);
    assert_eq!(first.state_root, second.state_root);
    assert_ne!(first.manifest.authority, second.manifest.authority);
}

#[tokio::test]
async fn the_next_release_counts_on_from_the_verified_last_one() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let second = office.publish(hall("二")).await;
    assert_eq!(second.manifest.release, 2);
    let third = office.publish_at(hall("二"), in_days(-400)).await.unwrap();
    assert_eq!(third.manifest.release, 3);
    assert!(third.manifest.issued > second.manifest.issued, "a clock that went back does not make it older");
    assert_eq!(third.manifest.authority, second.manifest.authority);
}

#[tokio::test]
async fn what_cannot_be_published_leaves_the_repository_as_it_was() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let before: Vec<_> = files_of(&office.repository()).into_iter().map(|p| (std::fs::read(&p).unwrap(), p)).collect();
    let is_untouched = || {
        let now: Vec<_> = files_of(&office.repository()).into_iter().map(|p| (std::fs::read(&p).unwrap(), p)).collect();
        now == before
    };
    assert!(matches!(office.publish_at(Vec::new(), today()).await, Err(PublishError::Empty)));
    let mut twice = hall("二");
    twice.push(twice[0].clone());
    assert!(matches!(office.publish_at(twice, today()).await, Err(PublishError::Twice(_))));
    let stranger = Office::open().await;
    let error =
        civic_kiosk::release::publish(edition(hall("二")), &stranger.keys(), &office.repository(), today()).await;
    assert!(matches!(error, Err(PublishError::Existing { .. })));
    assert!(is_untouched());
}

#[tokio::test]
async fn a_folder_with_other_files_is_no_repository() {
    let office = Office::open().await;
    std::fs::create_dir_all(office.repository()).unwrap();
    std::fs::write(office.repository().join("照片.jpg"), b"x").unwrap();
    let error = office.publish_at(hall("一"), today()).await.unwrap_err();
    assert!(matches!(error, PublishError::NotARepository(_)), "{error}");
    assert_eq!(files_of(&office.repository()).len(), 1);
}

#[tokio::test]
async fn a_build_that_stops_before_the_timestamp_leaves_the_old_release() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let timestamp = office.repository().join("tuf/timestamp.json");
    let old = std::fs::read(&timestamp).unwrap();
    office.publish(hall("二")).await;
    // Everything of the second release is there except the last rename.
    std::fs::write(&timestamp, old).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let stick = Arc::new(Stick::open(&office.repository()).unwrap());
    let seen = inspect(stick, &office.root(), scratch.path(), today()).await.unwrap();
    assert_eq!(seen.manifest.release, 1);
    let again = office.publish(hall("二")).await;
    assert_eq!(again.manifest.release, 2);
}

fn read(bytes: &[u8], unpacked: u64, records: u64) -> Result<Vec<Entry>, PackError> {
    PackReader::new(Cursor::new(bytes), PackLimits { unpacked, records })?.collect()
}

proptest! {
    /// Whatever bytes come, the reader ends with an answer.
    #[test]
    fn random_bytes_never_upset_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..600), records in 0_u64..9) {
        let _ = read(&bytes, 1 << 20, records);
        let framed = zstd::stream::encode_all(bytes.as_slice(), 1).unwrap();
        let _ = read(&framed, 1 << 20, records);
        let mut with_magic = b"ZWGKPAK1".to_vec();
        with_magic.extend(&bytes);
        let _ = read(&zstd::stream::encode_all(with_magic.as_slice(), 1).unwrap(), 1 << 20, records);
    }

    /// Every flipped byte of a packed file is noticed, also without the hash of the whole.
    #[test]
    fn a_flipped_byte_in_a_pack_is_noticed_or_harmless(at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let mut writer = civic_kiosk::release::PackWriter::new().unwrap();
        for name in ["a", "b", "c"] {
            writer.put(&id(&format!("org/{name}")), name.repeat(50).as_bytes()).unwrap();
        }
        let (bytes, limits) = writer.finish().unwrap();
        let good = read(&bytes, limits.unpacked, limits.records).unwrap();
        let mut bad = bytes.clone();
        let at = at.index(bad.len());
        bad[at] ^= flip;
        // zstd has unused bits in its header; what is decoded is either refused or the same.
        if let Ok(entries) = read(&bad, limits.unpacked, limits.records) {
            prop_assert_eq!(entries, good);
        }
        prop_assert_ne!(Sha256::of(&bad), Sha256::of(&bytes));
    }
}
