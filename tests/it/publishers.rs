//! Promises of a terminal that follows more than one publisher: each by its own trust, all on one screen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::sync::Arc;

use civic_kiosk::app::hall::Hall;
use civic_kiosk::app::leaflet::{Around, Leaflet};
use civic_kiosk::base::clock::SimClock;
use civic_kiosk::config::Publisher;
use civic_kiosk::content::{Answers, Record};
use civic_kiosk::store::{Of, Shelf, Store, StoreError};
use civic_kiosk::sync::{Outcome, Stick, Subscription, follow_once};
use serde_json::json;

use crate::support::office::{Office, hall, id, record, today};
use crate::support::terminal::{Terminal, reason};

async fn follow(terminal: &Terminal, publisher: Publisher, office: &Office) {
    let dir = publisher.state_dir(terminal.state());
    let stick = Arc::new(Stick::open(&office.repository()).unwrap());
    let root = office.root();
    let report = follow_once(&dir, stick, Some(&root), &Subscription::All, &SimClock::at(today())).await;
    assert!(matches!(report.outcome, Outcome::Applied), "{report:?}");
}

fn folders(terminal: &Terminal) -> Vec<PathBuf> {
    Publisher::ALL.iter().map(|publisher| publisher.state_dir(terminal.state())).collect()
}

fn about(store: &Store, office: &str) -> Option<String> {
    match store.record(&id(office)).unwrap() {
        Some(Record::Org(org)) => Some(org.about),
        None => None,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_nearest_publisher_goes_first_and_the_others_add_what_it_does_not_have() {
    let (district, city) = (Office::open().await, Office::open().await);
    district.publish(hall("区里的民政局")).await;
    let mut records = hall("市里的民政局");
    records.push(record(
        "org/railway",
        json!({"id": "railway", "name": "清河市铁路办公室", "short": "铁路办", "phone": "0000-1234568",
               "complain": "12345", "address": "清河市站前路1号", "about": "市里才有"}),
    ));
    city.publish(records).await;
    let terminal = Terminal::new();
    assert!(matches!(Store::open_together(&folders(&terminal)), Err(StoreError::Missing(_))));
    follow(&terminal, Publisher::Second, &city).await;
    let store = Store::open_together(&folders(&terminal)).unwrap();
    assert_eq!(about(&store, "org/civil").unwrap(), "市里的民政局");
    drop(store);

    follow(&terminal, Publisher::First, &district).await;
    let store = Store::open_together(&folders(&terminal)).unwrap();
    assert_eq!(about(&store, "org/civil").unwrap(), "区里的民政局");
    assert_eq!(about(&store, "org/railway").unwrap(), "市里才有");
    let all = store.listing(&Shelf { kind: "org", of: Of::All }, 0).unwrap();
    assert_eq!((all.total, store.orgs().unwrap().len()), (2, 2), "nothing stands there twice");
    assert_eq!(store.listing(&Shelf { kind: "guide", of: Of::Office(id("org/civil")) }, 0).unwrap().total, 2);
    // What stands there says whose release it comes from.
    assert_eq!(store.opened(&id("org/civil"), 0).unwrap().unwrap().source, None);
    let railway = store.opened(&id("org/railway"), 0).unwrap().unwrap();
    let source = railway.source.clone().expect("it is the other publisher's");
    assert_eq!((source.number, source.issued), (city.manifest().release, city.manifest().issued));
    let overview = store.overview().unwrap().unwrap();
    let hall = Hall::from(overview.clone());
    let around = Around { hall: &hall, today: hall.issued, opened: &railway, part: 0 };
    let page = Leaflet::of_record(&around, &Answers::default());
    let footer = format!("· {}第{}版 · 内容截至", source.publisher, source.number);
    assert!(page.body.iter().any(|leaf| leaf.name.contains(&footer)), "{footer}: {:?}", page.body);
    assert_eq!(overview.release.authority, district.manifest().authority, "the hall is the nearest publisher's");
}

#[tokio::test]
async fn one_publishers_signature_is_worth_nothing_under_the_others_name() {
    let (district, city) = (Office::open().await, Office::open().await);
    district.publish(hall("区")).await;
    city.publish(hall("市")).await;
    let terminal = Terminal::with(&district).await;
    follow(&terminal, Publisher::Second, &city).await;
    city.publish(hall("市二")).await;
    let report = terminal.follow(&city.repository(), None).await;
    assert_eq!(reason(&report), "foreign-root");
    let second = Publisher::Second.state_dir(terminal.state());
    let stick = Arc::new(Stick::open(&district.repository()).unwrap());
    let report = follow_once(&second, stick, None, &Subscription::All, &SimClock::at(today())).await;
    assert_eq!(reason(&report), "foreign-root");
}
