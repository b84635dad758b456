//! An office that publishes: keys, a repository, and a small hall to publish in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use civic_kiosk::base::digest::Sha256;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Record;
use civic_kiosk::release::{Edition, Item, Manifest, PackRef, PublishError, Published, keys, publish};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The day on which the tests happen.
pub fn today() -> Timestamp {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

/// Some days later.
pub fn in_days(days: i64) -> Timestamp {
    keys::later(today(), days)
}

pub fn id(text: &str) -> RecordId {
    RecordId::parse(text).unwrap()
}

/// One office with its own keys and repository.
pub struct Office {
    folder: TempDir,
}

impl Office {
    pub async fn open() -> Self {
        Self::open_at(today()).await
    }

    /// An office that opens on another day; programs read the clock of the machine.
    pub async fn open_at(now: Timestamp) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        keys::init(&office.keys(), now).await.unwrap();
        office
    }

    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    pub fn root(&self) -> Vec<u8> {
        std::fs::read(self.keys().join("root.json")).unwrap()
    }

    pub async fn publish(&self, records: Vec<(RecordId, Vec<u8>)>) -> Published {
        self.publish_at(records, today()).await.unwrap()
    }

    pub async fn publish_at(
        &self,
        records: Vec<(RecordId, Vec<u8>)>,
        now: Timestamp,
    ) -> Result<Published, PublishError> {
        self.publish_edition(edition(records), now).await
    }

    pub async fn publish_edition(&self, edition: Edition, now: Timestamp) -> Result<Published, PublishError> {
        publish(edition, &self.keys(), &self.repository(), now).await
    }

    /// The newest manifest, as it is signed.
    pub fn manifest(&self) -> Manifest {
        let read = |path: PathBuf| Manifest::parse(&std::fs::read(path).unwrap()).unwrap();
        let all = files_of(&self.repository().join("r")).into_iter().map(read);
        all.max_by_key(|manifest| manifest.release).unwrap()
    }

    /// The file of a pack.
    pub fn pack(&self, pack: &PackRef) -> PathBuf {
        self.repository().join("p").join(pack.sha256.to_string())
    }

    /// Deletes the deltas of the newest release; terminals take the full packs instead.
    pub fn lose_deltas(&self) {
        for delta in self.manifest().segments.values().flat_map(|segment| segment.deltas.clone()) {
            std::fs::remove_file(self.pack(&delta.pack)).unwrap();
        }
    }

    /// A copy of the repository as it is now.
    pub fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_dir(&self.repository(), copy.path());
        copy
    }
}

/// Everything in the segment that everybody has.
pub fn edition(records: Vec<(RecordId, Vec<u8>)>) -> Edition {
    let items = records.into_iter().map(|(id, body)| Item::new(id, None, body)).collect();
    Edition { items, ..Edition::default() }
}

pub fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file under a folder.
pub fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_of(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A hall with one office, one window and two guides; `about` is what differs between releases.
pub fn hall(about: &str) -> Vec<(RecordId, Vec<u8>)> {
    vec![
        record("site/main", site()),
        record("hours/hall", json!({"id": "hall", "times": [{"days": [1, 2, 3, 4, 5], "spans": ["09:00-12:00"]}]})),
        record("org/civil", org(about)),
        record("window/w1", window()),
        record("guide/elder-card", guide("elder-card", "老年人优待证办理")),
        record("guide/id-card", guide("id-card", "居民身份证补领")),
    ]
}

/// A hall whose pack has some hundred KiB, so that it comes in many pieces.
pub fn large_hall(about: &str) -> Vec<(RecordId, Vec<u8>)> {
    let mut records = hall(about);
    for n in 0..400 {
        let mut document = guide(&format!("g{n}"), "事项");
        let noise = |k: u32| Sha256::of(format!("{about} {n} {k}").as_bytes()).to_string();
        document["conditions"] = (0..16).map(noise).collect();
        records.push(record(&format!("guide/g{n}"), document));
    }
    records
}

pub fn record(id_text: &str, document: Value) -> (RecordId, Vec<u8>) {
    let id = id(id_text);
    let bytes = Record::from_bytes(&id, document.to_string().as_bytes()).unwrap().to_bytes();
    (id, bytes)
}

fn site() -> Value {
    json!({
        "hall": "清河市政务服务中心", "region": "清河市", "publisher": "清河市数据局", "hotline": "12345",
        "help_desk": "一楼导办台", "help_phone": "0000-1234567", "hours": "hall", "address": "清河市中心路1号",
        "qr_hosts": ["www.example.gov.cn"], "frequent": ["elder-card"], "attract": ["欢迎"], "is_sample": true,
    })
}

fn org(about: &str) -> Value {
    json!({
        "id": "civil", "name": "清河市民政局", "short": "民政局", "phone": "0000-1234567", "complain": "12345",
        "address": "清河市中心路2号", "about": about,
    })
}

fn window() -> Value {
    json!({
        "id": "w1", "number": "1", "name": "民政窗口", "org": "civil", "place": "一楼A区", "hours": "hall",
        "has_low_counter": true,
    })
}

pub fn guide(name: &str, title: &str) -> Value {
    json!({
        "id": name, "title": title, "plain": "带身份证来窗口办。", "org": "civil", "kind": "公共服务",
        "levels": ["县级"], "handling": "承诺件", "for_whom": ["个人"],
        "legal_limit": {"n": 20, "unit": "工作日"}, "promise_limit": {"n": 5, "unit": "工作日"}, "visits": 1,
        "channels": ["窗口办理"], "scope": "全市", "conditions": ["本市户籍"], "published": "2026-01-05",
        "reviewed_by": "张三",
        "material": [{"id": "id", "name": "身份证", "form": "原件", "originals": 1, "copies": 0,
                      "source": "申请人自备", "need": "必要"}],
        "step": [{"name": "受理", "who": "窗口", "what": "当场受理。", "time": "当场"}],
        "fee": {"charged": false}, "outcome": {"name": "优待证", "delivery": ["窗口领取"]},
        "contact": {"consult": "0000-1234567", "complain": "12345", "windows": ["w1"]},
        "basis": [{"title": "中华人民共和国老年人权益保障法"}],
    })
}
