//! Promises of segments: a terminal takes the parts that its hall shows, each checked by itself and all together.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use civic_kiosk::release::{Edition, Item};
use civic_kiosk::store::Store;
use civic_kiosk::sync::{Report, ReportDoc, Stick, Subscription, inspect};

use crate::support::office::{Office, edition, guide, hall, id, record, today};
use crate::support::terminal::{Terminal, reason};

/// The small hall, and two units with a guide each; `about` is what differs between releases.
fn units(about: &str, of_a: &str) -> Edition {
    let mut edition = edition(hall(about));
    for (segment, name, title) in [("unit/a", "of-a", of_a), ("unit/b", "of-b", "乙单位的事项")] {
        let (id, body) = record(&format!("guide/{name}"), guide(name, title));
        edition.items.push(Item { id, segment: segment.to_owned(), body });
    }
    edition
}

fn only(names: &[&str]) -> Subscription {
    Subscription::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

async fn follow(terminal: &Terminal, office: &Office, subscription: &Subscription) -> Report {
    let stick = Arc::new(Stick::open(&office.repository()).unwrap());
    terminal.follow_only(stick, Some(&office.root()), subscription, today()).await
}

fn has(terminal: &Terminal, record: &str) -> bool {
    let store = Store::open_read_only(terminal.state()).unwrap();
    store.verify().unwrap();
    store.record(&id(record)).unwrap().is_some()
}

#[tokio::test]
async fn a_terminal_takes_only_the_segments_it_subscribes_to() {
    let office = Office::open().await;
    let made = office.publish_edition(units("第一版", "甲单位的事项"), today()).await.unwrap();
    assert_eq!(made.manifest.segments.keys().collect::<Vec<_>>(), ["common", "unit/a", "unit/b"]);
    let (all, some) = (Terminal::new(), Terminal::new());
    let report = follow(&all, &office, &Subscription::All).await;
    assert_eq!((report.outcome.word(), report.by_full), ("applied", 3), "{report:?}");
    let report = follow(&some, &office, &only(&["unit/a"])).await;
    assert_eq!((report.outcome.word(), report.by_full), ("applied", 2), "{report:?}");
    assert!(has(&all, "guide/of-a") && has(&all, "guide/of-b"));
    assert!(has(&some, "guide/of-a") && !has(&some, "guide/of-b"));

    // Only one unit changes: the others cost nothing.
    office.publish_edition(units("第一版", "甲单位改了名的事项"), today()).await.unwrap();
    for (terminal, subscription) in [(&all, Subscription::All), (&some, only(&["unit/a"]))] {
        let report = follow(terminal, &office, &subscription).await;
        assert_eq!((report.to, report.by_delta, report.by_full), (Some(2), 1, 0), "{report:?}");
        assert!(has(terminal, "guide/of-a"));
        assert_eq!(follow(terminal, &office, &subscription).await.requests, 1);
    }
}

#[tokio::test]
async fn a_changed_subscription_is_followed_without_a_new_release() {
    let office = Office::open().await;
    office.publish_edition(units("第一版", "甲单位的事项"), today()).await.unwrap();
    let terminal = Terminal::new();
    follow(&terminal, &office, &only(&["unit/a"])).await;
    let report = follow(&terminal, &office, &only(&["unit/b"])).await;
    assert_eq!((report.outcome.word(), report.by_full), ("applied", 1), "{report:?}");
    assert_eq!(report.sentence(), "已按订阅的分区重新装入第1次发布");
    assert!(!has(&terminal, "guide/of-a") && has(&terminal, "guide/of-b"));
    let report = follow(&terminal, &office, &only(&["unit/b"])).await;
    assert_eq!((report.outcome.word(), report.requests), ("current", 1));
    follow(&terminal, &office, &Subscription::All).await;
    assert!(has(&terminal, "guide/of-a") && has(&terminal, "guide/of-b"));
}

#[tokio::test]
async fn a_segment_that_the_release_does_not_have_is_told_and_the_rest_is_taken() {
    let office = Office::open().await;
    office.publish_edition(units("第一版", "甲单位的事项"), today()).await.unwrap();
    let terminal = Terminal::new();
    let report = follow(&terminal, &office, &only(&["unit/a", "village/0525"])).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(1)), "{report:?}");
    let document = serde_json::to_value(ReportDoc::from(&report)).unwrap();
    assert_eq!(document["missing"], serde_json::json!(["village/0525"]));
}

#[tokio::test]
async fn one_units_pack_under_another_units_name_is_refused() {
    let office = Office::open().await;
    office.publish_edition(units("第一版", "甲单位的事项"), today()).await.unwrap();
    let terminal = Terminal::new();
    follow(&terminal, &office, &Subscription::All).await;
    office.publish_edition(units("第二版", "甲单位改了名的事项"), today()).await.unwrap();
    office
        .forge_manifest(|manifest| {
            let segments = &mut manifest["segments"];
            let full = segments["unit/b"]["full"].clone();
            segments["unit/a"]["full"] = full;
            segments["unit/a"]["deltas"] = serde_json::json!([]);
        })
        .await;
    assert_eq!(reason(&follow(&terminal, &office, &Subscription::All).await), "wrong-state-root");
    assert_eq!(terminal.about(), "第一版");
    let stick = Arc::new(Stick::open(&office.repository()).unwrap());
    let scratch = tempfile::tempdir().unwrap();
    let seen = inspect(stick, &office.root(), scratch.path(), today()).await;
    assert_eq!(seen.unwrap_err().reason(), "wrong-state-root", "the office's own check says so too");
    assert!(has(&terminal, "guide/of-a"));
    // One record in two segments does not pass as two.
    office.publish_edition(units("第三版", "甲单位改了名的事项"), today()).await.unwrap();
    office
        .forge_manifest(|manifest| {
            let segments = &mut manifest["segments"];
            segments["unit/c"] = segments["unit/b"].clone();
        })
        .await;
    assert_eq!(reason(&follow(&terminal, &office, &Subscription::All).await), "wrong-state-root");
    assert_eq!(terminal.about(), "第一版");
}

#[tokio::test]
async fn a_whole_root_that_does_not_hold_is_refused() {
    let office = Office::open().await;
    office.publish_edition(units("第一版", "甲单位的事项"), today()).await.unwrap();
    office.forge_manifest(|manifest| manifest["state_root"] = "00".repeat(32).into()).await;
    let terminal = Terminal::new();
    assert_eq!(reason(&follow(&terminal, &office, &Subscription::All).await), "wrong-state-root");
    assert_eq!(terminal.live(), None);
}

#[tokio::test]
async fn a_record_that_moves_to_another_segment_stays_one_record() {
    let office = Office::open().await;
    office.publish_edition(units("第一版", "甲单位的事项"), today()).await.unwrap();
    let terminal = Terminal::new();
    follow(&terminal, &office, &Subscription::All).await;
    for segment in ["unit/b", "common", "unit/a"] {
        let mut moved = units("第一版", "甲单位的事项");
        let item = moved.items.iter_mut().find(|item| item.id.as_str() == "guide/of-a").unwrap();
        segment.clone_into(&mut item.segment);
        let made = office.publish_edition(moved, today()).await.unwrap();
        let report = follow(&terminal, &office, &Subscription::All).await;
        assert_eq!((report.outcome.word(), report.to), ("applied", Some(made.manifest.release)), "{report:?}");
        assert!(has(&terminal, "guide/of-a") && has(&terminal, "guide/of-b"));
    }
    // And when its old segment is gone altogether.
    let mut moved = units("第一版", "甲单位的事项");
    moved.items.iter_mut().for_each(|item| "common".clone_into(&mut item.segment));
    office.publish_edition(moved, today()).await.unwrap();
    follow(&terminal, &office, &Subscription::All).await;
    assert!(has(&terminal, "guide/of-a") && has(&terminal, "guide/of-b"));
    assert_eq!(Store::open_read_only(terminal.state()).unwrap().segments().unwrap().len(), 1);
}
