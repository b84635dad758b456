//! Promises of the upkeep: sticks are noticed and explained, servers are asked in turn, damage is found and repaired.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::base::clock::{Clock, SimClock};
use civic_kiosk::config::Publisher;
use civic_kiosk::search::Segmenter;
use civic_kiosk::store::{FullText, Store};
use civic_kiosk::sync::{
    Followed, Freshness, Network, Offer, Order, Passed, Stage, StickSight, Subscription, Told, Upkeep, UpkeepSettings,
};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::support::office::{Office, copy_dir, edition, guide, hall, in_days, record, today};
use crate::support::server::{Manner, Server};
use crate::support::terminal::Terminal;
use civic_kiosk::release::Item;

/// Longest wait for something that should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// A terminal whose upkeep is running, and a port for sticks.
struct Kept {
    terminal: Terminal,
    ports: TempDir,
    bag: TempDir,
    clock: Arc<SimClock>,
    upkeep: Upkeep,
    told: mpsc::UnboundedReceiver<Told>,
}

impl Kept {
    fn start(terminal: Terminal, change: impl FnOnce(&mut UpkeepSettings)) -> Self {
        let (ports, bag) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clock = Arc::new(SimClock::at(today()));
        let followed = Followed {
            publisher: Publisher::First,
            state_dir: terminal.state().to_owned(),
            server: None,
            subscription: Subscription::All,
        };
        let second = Followed {
            publisher: Publisher::Second,
            state_dir: Publisher::Second.state_dir(terminal.state()),
            ..followed.clone()
        };
        let mut settings = UpkeepSettings {
            followed: vec![followed, second],
            every: Duration::from_secs(900),
            scrub_hour: 3,
            factory: None,
            stick_folder: Some(ports.path().to_owned()),
            tick: Duration::from_millis(5),
        };
        change(&mut settings);
        let (sender, told) = mpsc::unbounded_channel();
        let upkeep = Upkeep::start(settings, Arc::clone(&clock) as Arc<dyn Clock>, move |told| {
            let _ = sender.send(told);
        });
        Self { terminal, ports, bag, clock, upkeep, told }
    }

    fn plug(&self, name: &str, repository: &Path) {
        // A mount appears at once and whole, and so it goes.
        copy_dir(repository, &self.bag.path().join(name).join("ZWGK"));
        std::fs::rename(self.bag.path().join(name), self.ports.path().join(name)).unwrap();
    }

    fn pull(&self, name: &str) {
        std::fs::rename(self.ports.path().join(name), self.bag.path().join(name)).unwrap();
        std::fs::remove_dir_all(self.bag.path().join(name)).unwrap();
    }

    async fn until<T>(&mut self, pick: impl Fn(&Told) -> Option<T>) -> T {
        let wait = async {
            while let Some(told) = self.told.recv().await {
                if let Some(found) = pick(&told) {
                    return found;
                }
            }
            panic!("the upkeep has ended");
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("nothing of the kind was told")
    }

    async fn sight(&mut self) -> StickSight {
        self.until(|told| match told {
            Told::Stick(StickSight::Looking) => None,
            Told::Stick(sight) => Some(sight.clone()),
            _ => None,
        })
        .await
    }

    async fn offer(&mut self) -> Offer {
        match self.sight().await {
            StickSight::Offers(offer) => offer,
            other => panic!("{other:?}"),
        }
    }

    async fn passed(&mut self) -> Passed {
        self.until(|told| match told {
            Told::Passed(passed) => Some(passed.clone()),
            _ => None,
        })
        .await
    }

    fn import(&self) {
        self.upkeep.order(Order::Import { who: "王芳".to_owned() });
    }
}

#[tokio::test]
async fn a_stick_is_noticed_taken_over_by_name_and_can_be_pulled_before_the_content_is_switched() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("二")).await;
    let mut kept = Kept::start(terminal, |_| {});
    kept.plug("sda1", &office.repository());
    let offer = kept.offer().await;
    assert_eq!((offer.release, offer.is_newer, offer.is_expired, offer.missing), (2, true, false, 0));
    assert!(offer.bytes > 0 && offer.files == 1, "{offer:?}");
    assert_eq!(kept.terminal.live(), Some(1), "nothing is taken over by itself");
    kept.import();
    let mut seen = Vec::new();
    loop {
        match kept.until(|told| Some(told.clone())).await {
            Told::Progress(progress) => seen.push(match progress.stage {
                Stage::Checking => "checking",
                Stage::Copying => "copying",
                Stage::Applying => "applying",
            }),
            Told::Stick(StickSight::CanBePulled) => seen.push("pull"),
            Told::Changed { .. } => seen.push("changed"),
            Told::Passed(passed) => {
                assert!(passed.is_applied && !passed.is_refused, "{passed:?}");
                break;
            }
            Told::Standing(_) | Told::Stick(_) => {}
        }
    }
    seen.dedup();
    let at = |word: &str| seen.iter().position(|seen| *seen == word).unwrap_or_else(|| panic!("{word}: {seen:?}"));
    assert!(at("copying") < at("pull") && at("pull") < at("changed"), "{seen:?}");
    assert_eq!(kept.terminal.live(), Some(2));
    let standing = kept.until_standing().await;
    assert_eq!((standing.release, standing.freshness), (Some(2), Some(Freshness::Fresh)));
    assert_eq!((standing.history[0].who.as_str(), standing.history[0].outcome.as_str()), ("王芳", "applied"));
    kept.pull("sda1");
    assert_eq!(kept.sight_until_absent().await, StickSight::Absent);
}

impl Kept {
    async fn until_standing(&mut self) -> civic_kiosk::sync::Standing {
        self.upkeep.order(Order::Tell);
        self.until(|told| match told {
            Told::Standing(standings) => standings.first().cloned(),
            _ => None,
        })
        .await
    }

    async fn sight_until_absent(&mut self) -> StickSight {
        self.until(|told| match told {
            Told::Stick(StickSight::Absent) => Some(StickSight::Absent),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn a_foreign_an_old_and_an_empty_stick_are_explained_until_they_are_pulled() {
    let (office, other) = (Office::open().await, Office::open().await);
    office.publish(hall("一")).await;
    let old = office.copy();
    office.publish(hall("二")).await;
    let terminal = Terminal::with(&office).await;
    other.publish(hall("别处")).await;
    let mut kept = Kept::start(terminal, |_| {});
    kept.plug("sda1", &other.repository());
    assert_eq!(kept.sight().await, StickSight::Refused { text: "这是别的发布机构的内容（根证书不同）".to_owned() });
    kept.import();
    kept.pull("sda1");
    assert_eq!(kept.sight().await, StickSight::Absent, "a refused stick is never taken over");
    kept.plug("sda1", old.path());
    let StickSight::Refused { text } = kept.sight().await else { panic!("an old stick is offered") };
    assert!(text.contains("旧"), "{text}");
    kept.pull("sda1");
    assert_eq!(kept.sight().await, StickSight::Absent);
    // A release of which the timestamp was never written: the copying was broken off.
    let cut = office.copy();
    std::fs::remove_file(cut.path().join("tuf/timestamp.json")).unwrap();
    kept.plug("sda1", cut.path());
    let StickSight::Refused { text } = kept.sight().await else { panic!("half a stick is offered") };
    assert!(text.contains("timestamp.json"), "{text}");
    assert_eq!(kept.terminal.live(), Some(2));
    assert!(!Publisher::Second.state_dir(kept.terminal.state()).exists(), "who is not followed gets no folder");
}

/// A hall whose villages have records in segments of their own.
fn villages(about: &str) -> Vec<Item> {
    let mut items = edition(hall(about)).items;
    for village in ["a", "b", "c"] {
        let body = serde_json::json!({
            "id": format!("{village}-x"), "name": format!("{village}{about}"), "short": "村", "phone": "0000-1234567",
            "complain": "12345", "address": "清河市", "about": about,
        });
        let (id, body) = crate::support::office::record(&format!("org/{village}-x"), body);
        items.push(Item { id, segment: format!("village/{village}"), body });
    }
    items
}

#[tokio::test]
async fn two_sticks_with_half_each_make_one_release() {
    let office = Office::open().await;
    let publish = async |about: &str| {
        let edition = civic_kiosk::release::Edition { items: villages(about), ..Default::default() };
        office.publish_edition(edition, today()).await.unwrap();
    };
    publish("一").await;
    let terminal = Terminal::with(&office).await;
    publish("二").await;
    office.lose_deltas();
    let fulls: Vec<_> = office.manifest().segments.values().map(|s| s.full.sha256.to_string()).collect();
    assert_eq!(fulls.len(), 4);
    let half = |is_kept: fn(usize) -> bool| {
        let copy = office.copy();
        for (_, name) in fulls.iter().enumerate().filter(|(i, _)| !is_kept(*i)) {
            std::fs::remove_file(copy.path().join("p").join(name)).unwrap();
        }
        copy
    };
    let (even, odd) = (half(|i| i % 2 == 0), half(|i| i % 2 == 1));
    let mut kept = Kept::start(terminal, |_| {});
    kept.plug("sda1", even.path());
    let offer = kept.offer().await;
    assert!(offer.missing >= 2, "{offer:?}");
    kept.import();
    let passed = kept.passed().await;
    assert!(passed.is_refused && passed.sentence.contains("不完整"), "{passed:?}");
    assert_eq!(kept.terminal.live(), Some(1));
    kept.pull("sda1");
    kept.plug("sdb1", odd.path());
    while kept.sight().await == StickSight::Absent {}
    kept.import();
    let passed = kept.passed().await;
    assert!(passed.is_applied, "{passed:?}");
    assert_eq!(kept.terminal.live(), Some(2));
}

#[tokio::test]
async fn servers_are_asked_when_they_are_due_and_an_import_goes_before_a_slow_line() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("二")).await;
    let server = Server::start(&office.repository(), Manner::Hangs("timestamp")).await;
    let address = server.address.clone();
    let mut kept = Kept::start(terminal, |settings| {
        settings.followed[0].server = Some(Arc::new(Network::new(&address).unwrap()));
    });
    kept.until(|told| matches!(told, Told::Standing(_)).then_some(())).await;
    assert_eq!(server.count(), 0, "it is not asked at once");
    kept.clock.advance(Duration::from_secs(901));
    server.hung.notified().await;
    assert_eq!(kept.terminal.live(), Some(1));
    kept.plug("sda1", &office.repository());
    let offer = kept.offer().await;
    assert_eq!(offer.release, 2);
    kept.import();
    let passed = kept.passed().await;
    assert!(passed.is_applied, "{passed:?}");
    assert_eq!(kept.terminal.live(), Some(2));
}

/// Records whose texts hold the words, as soon as there are as many as expected.
async fn in_texts(state: &Path, words: &str, expected: usize) -> usize {
    let look = || {
        // Until the first texts are there, so is no index.
        let index = FullText::open_read_only(state).ok()?;
        index.find(&Segmenter.query_words(words), 10).ok().map(|found| found.len())
    };
    for _ in 0..PATIENCE.as_millis() / 20 {
        if look() == Some(expected) {
            return expected;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    look().unwrap_or_default()
}

#[tokio::test]
async fn what_a_stick_brings_and_takes_away_is_searched_without_anybody_asking() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let mut kept = Kept::start(Terminal::with(&office).await, |_| {});
    let mut next = hall("一");
    next.retain(|(id, _)| id.as_str() != "guide/id-card");
    next.push(record("guide/plaque", guide("plaque", "光荣牌悬挂")));
    office.publish(next).await;
    kept.plug("sda1", &office.repository());
    kept.offer().await;
    kept.import();
    assert!(kept.passed().await.is_applied);
    assert_eq!(in_texts(kept.terminal.state(), "悬挂", 1).await, 1);
    assert_eq!(in_texts(kept.terminal.state(), "补领", 0).await, 0);
}

#[tokio::test]
async fn a_terminal_with_nothing_shows_what_came_with_the_program_and_then_what_the_server_has() {
    let office = Office::open().await;
    office.publish(hall("出厂")).await;
    let factory = office.copy();
    std::fs::write(factory.path().join("root.json"), office.root()).unwrap();
    office.publish(hall("新")).await;
    let server = Server::start(&office.repository(), Manner::Plain).await;
    let address = server.address.clone();
    let folder = factory.path().to_owned();
    let mut kept = Kept::start(Terminal::new(), |settings| {
        settings.factory = Some(folder);
        settings.followed[0].server = Some(Arc::new(Network::new(&address).unwrap()));
    });
    assert!(kept.passed().await.is_applied);
    assert!(kept.passed().await.is_applied);
    assert_eq!(kept.terminal.live(), Some(2));
    let history = kept.until_standing().await.history;
    let who: Vec<_> = history.iter().map(|visit| visit.who.as_str()).collect();
    assert_eq!(who, ["定时", "出厂"]);
}

#[tokio::test]
async fn the_nightly_scrub_finds_what_the_disk_lost_and_repairs_it() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let terminal = Terminal::with(&office).await;
    let mut kept = Kept::start(terminal, |_| {});
    kept.until(|told| matches!(told, Told::Standing(_)).then_some(())).await;
    spoil_quietly(kept.terminal.state());
    assert!(Store::open_read_only(kept.terminal.state()).unwrap().verify().is_err());
    // Through the night: it is looked through once, and again after the next one.
    kept.clock.advance(Duration::from_secs(40 * 3600));
    let passed = kept.passed().await;
    assert!(passed.is_applied && passed.sentence.contains("已经修复"), "{passed:?}");
    Store::open_read_only(kept.terminal.state()).unwrap().verify().unwrap();
    assert_eq!(kept.terminal.about(), "一");
}

/// Changes one byte of a record as a failing disk does: nobody wrote, so times and sizes are as they were.
fn spoil_quietly(state: &Path) {
    let path = state.join("content.db");
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let text = "带身份证来窗口办。".as_bytes();
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    bytes[at + 2] ^= 1;
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &bytes[at..at + text.len()], at as u64).unwrap();
    file.set_modified(before).unwrap();
}

#[tokio::test]
async fn what_expired_is_said_and_only_a_stick_brings_more_of_it() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let terminal = Terminal::with(&office).await;
    office.publish(hall("二")).await;
    let mut kept = Kept::start(terminal, |_| {});
    kept.clock.set_wall(in_days(400));
    kept.plug("sda1", &office.repository());
    let offer = kept.offer().await;
    assert!(offer.is_expired && offer.is_newer);
    kept.import();
    assert!(kept.passed().await.is_applied);
    let standing = kept.until_standing().await;
    assert_eq!((standing.release, standing.freshness), (Some(2), Some(Freshness::Expired)));
}
