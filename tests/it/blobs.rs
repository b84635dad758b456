//! Promises of pictures: they come with the release, before the records that show them, and damage is repaired.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use civic_kiosk::base::digest::Sha256;
use civic_kiosk::release::{Edition, NewBlob, carry};
use civic_kiosk::speech::voice::neural::carried::{self, Carried};
use civic_kiosk::sync::{Stick, Subscription, blob_folder, scrub};

use crate::support::office::{Office, edition, files_of, hall, today};
use crate::support::terminal::{Terminal, reason};

fn picture(text: &str) -> NewBlob {
    NewBlob { media: "image/png".to_owned(), bytes: text.repeat(2000).into_bytes() }
}

async fn publish(office: &Office, about: &str, pictures: &[&str]) {
    let blobs = pictures.iter().map(|text| picture(text)).collect();
    office.publish_edition(Edition { blobs, ..edition(hall(about)) }, today()).await.unwrap();
}

fn name(text: &str) -> String {
    Sha256::of(&picture(text).bytes).to_string()
}

fn here(terminal: &Terminal) -> Vec<String> {
    let folder = terminal.state().join("blobs");
    let mut names: Vec<String> =
        files_of(&folder).iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn sorted(texts: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = texts.iter().map(|text| name(text)).collect();
    names.sort();
    names
}

fn blob(folder: &Path, text: &str) -> PathBuf {
    folder.join("b").join(name(text))
}

#[tokio::test]
async fn pictures_come_with_the_release_and_go_when_nobody_shows_them() {
    let office = Office::open().await;
    publish(&office, "一", &["甲", "乙", "甲"]).await;
    let terminal = Terminal::with(&office).await;
    assert_eq!(here(&terminal), sorted(&["甲", "乙"]), "the same picture is carried once");
    publish(&office, "二", &["乙", "丙"]).await;
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!(report.to, Some(2), "{report:?}");
    assert_eq!(here(&terminal), sorted(&["乙", "丙"]));
    // Releases of before keep theirs for a while, for terminals that are just fetching them.
    assert!(blob(&office.repository(), "甲").exists());
    for about in ["三", "四", "五"] {
        publish(&office, about, &["丙"]).await;
    }
    assert!(!blob(&office.repository(), "甲").exists() && blob(&office.repository(), "丙").exists());
}

#[tokio::test]
async fn a_release_whose_picture_is_missing_or_wrong_is_not_shown() {
    let office = Office::open().await;
    publish(&office, "一", &["甲"]).await;
    let terminal = Terminal::with(&office).await;
    publish(&office, "二", &["甲", "乙"]).await;
    let (cut, spoilt) = (office.copy(), office.copy());
    std::fs::remove_file(blob(cut.path(), "乙")).unwrap();
    assert_eq!(reason(&terminal.follow(cut.path(), None).await), "not-found");
    let mut bytes = std::fs::read(blob(spoilt.path(), "乙")).unwrap();
    bytes[77] ^= 1;
    std::fs::write(blob(spoilt.path(), "乙"), bytes).unwrap();
    assert_eq!(reason(&terminal.follow(spoilt.path(), None).await), "hash-mismatch");
    assert_eq!((terminal.live(), here(&terminal)), (Some(1), sorted(&["甲"])));
    assert_eq!(terminal.follow(&office.repository(), None).await.to, Some(2));
}

#[tokio::test]
async fn a_damaged_picture_is_found_by_the_scrub_and_fetched_again_though_the_release_is_the_same() {
    let office = Office::open().await;
    publish(&office, "一", &["甲", "乙"]).await;
    let terminal = Terminal::with(&office).await;
    let file = terminal.state().join("blobs").join(name("甲"));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[5] ^= 4;
    std::fs::write(&file, bytes).unwrap();
    let found = scrub(terminal.state(), today()).unwrap();
    assert!(found.trouble.as_deref().is_some_and(|text| text.contains("1个图片")) && !found.is_mended, "{found:?}");
    assert_eq!(here(&terminal), sorted(&["乙"]), "a wrong picture is shown to nobody");
    let report = terminal.follow(&office.repository(), None).await;
    assert_eq!((report.outcome.word(), here(&terminal)), ("current", sorted(&["甲", "乙"])), "{report:?}");
    assert_eq!(scrub(terminal.state(), today()).unwrap().trouble, None);
}

#[tokio::test]
async fn a_stick_carries_the_pictures_and_the_office_sees_when_one_is_wrong() {
    let office = Office::open().await;
    publish(&office, "一", &["甲", "乙"]).await;
    let stick = tempfile::tempdir().unwrap();
    carry(&office.repository(), stick.path(), |_| {}).await.unwrap();
    let terminal = Terminal::new();
    let report = terminal.follow(stick.path(), Some(&office.root())).await;
    assert_eq!((report.to, here(&terminal)), (Some(1), sorted(&["甲", "乙"])), "{report:?}");
    let scratch = tempfile::tempdir().unwrap();
    let look = || Arc::new(Stick::open(stick.path()).unwrap());
    let seen = civic_kiosk::sync::inspect(look(), &office.root(), scratch.path(), today()).await.unwrap();
    assert_eq!(seen.blob_bytes, 2 * picture("甲").bytes.len() as u64);
    std::fs::write(blob(&stick.path().join("ZWGK"), "甲"), b"other").unwrap();
    civic_kiosk::sync::inspect(look(), &office.root(), scratch.path(), today()).await.unwrap_err();
}

// ---- clips of speech ------------------------------------------------------------------------------------------

fn clips(said: &str) -> NewBlob {
    let clips = [(Sha256::of(said.as_bytes()), said.repeat(50).into_bytes())].into();
    NewBlob { media: carried::MEDIA.to_owned(), bytes: carried::pack(&clips).unwrap() }
}

async fn publish_with(office: &Office, about: &str, blobs: Vec<NewBlob>) {
    office.publish_edition(Edition { blobs, ..edition(hall(about)) }, today()).await.unwrap();
}

#[tokio::test]
async fn clips_come_with_the_release_change_with_it_and_are_left_out_where_nobody_wants_them() {
    let office = Office::open().await;
    publish_with(&office, "一", vec![picture("甲"), clips("请取号"), clips("请排队")]).await;
    let terminal = Terminal::with(&office).await;
    let mut heard = Carried::in_folders(&[blob_folder(terminal.state())]);
    let name = |said: &str| Sha256::of(said.as_bytes());
    assert_eq!(heard.get(&name("请取号")).unwrap(), "请取号".repeat(50).into_bytes());
    publish_with(&office, "二", vec![picture("甲"), clips("请排队"), clips("请办理")]).await;
    assert_eq!(terminal.follow(&office.repository(), None).await.to, Some(2));
    heard.look_again();
    assert_eq!(["请取号", "请排队", "请办理"].map(|said| heard.has(&name(said))), [false, true, true]);

    // Who wants none has the pictures all the same, and no clip stays or comes back.
    let unheard = Subscription::All.unheard();
    let source = || Arc::new(Stick::open(&office.repository()).unwrap());
    let report = terminal.follow_only(source(), None, &unheard, today()).await;
    assert!(report.refused().is_none(), "{report:?}");
    assert_eq!(here(&terminal), sorted(&["甲"]));
    publish_with(&office, "三", vec![picture("乙"), clips("请办理")]).await;
    assert_eq!(terminal.follow_only(source(), None, &unheard, today()).await.to, Some(3));
    assert_eq!(here(&terminal), sorted(&["乙"]));
    // And who wants them again gets them.
    terminal.follow_only(source(), None, &Subscription::All, today()).await;
    heard.look_again();
    assert!(heard.has(&name("请办理")));
}
