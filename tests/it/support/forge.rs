//! A publisher who signs anything: right keys, wrong content.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use civic_kiosk::base::digest::Sha256;
use civic_kiosk::release::keys::KeyFolder;
use serde_json::Value;
use tough::TargetName;
use tough::editor::signed::SignedRole;
use tough::key_source::{KeySource, LocalKeySource};
use tough::schema::{Hashes, KeyHolder, Metafile, Role, Root, Signed, Snapshot, Target, Targets, Timestamp};

use super::office::{Office, in_days};

impl Office {
    /// Signs the newest manifest again after it was changed, with versions one higher.
    pub async fn forge_manifest(&self, change: impl FnOnce(&mut Value)) {
        let targets = self.newest("targets");
        let signed: Signed<Targets> = serde_json::from_slice(&targets.1).unwrap();
        let old = signed.signed.targets.values().next().unwrap().hashes.sha256.clone().into_vec();
        let path = self.repository().join(format!("r/{}.release.json", hex::encode(old)));
        let mut manifest: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        change(&mut manifest);
        let bytes = manifest.to_string().into_bytes();
        let name = format!("r/{}.release.json", Sha256::of(&bytes));
        std::fs::write(self.repository().join(name), &bytes).unwrap();
        self.sign(&bytes, targets.0 + 1).await;
    }

    /// Replaces the pack of the newest manifest by other bytes, with everything signed to match them.
    pub async fn forge_pack(&self, pack: &[u8], unpacked: u64, records: u64) {
        let sha256 = Sha256::of(pack).to_string();
        std::fs::write(self.repository().join("p").join(&sha256), pack).unwrap();
        self.forge_manifest(|manifest| {
            let common = &mut manifest["segments"]["common"];
            common["full"] = serde_json::json!({ "sha256": sha256, "size": pack.len(), "unpacked": unpacked });
            common["records"] = records.into();
            // Else the delta would be taken, and the full pack not looked at.
            common["deltas"] = serde_json::json!([]);
        })
        .await;
    }

    /// Replaces the first delta of the newest manifest by other bytes, with everything signed to match them.
    pub async fn forge_delta(&self, delta: &[u8], unpacked: u64, records: u64) {
        let sha256 = Sha256::of(delta).to_string();
        std::fs::write(self.repository().join("p").join(&sha256), delta).unwrap();
        self.forge_manifest(|manifest| {
            let listed = &mut manifest["segments"]["common"]["deltas"][0];
            listed["sha256"] = sha256.into();
            listed["size"] = delta.len().into();
            listed["unpacked"] = unpacked.into();
            listed["records"] = records.into();
        })
        .await;
    }

    /// Publishes the next version of the root, signed by two of the root keys.
    pub async fn rotate_root(&self) {
        let folder = KeyFolder::open(&self.keys()).unwrap();
        let mut root: Root = folder.root.signed.clone();
        root.version = root.version.saturating_add(1);
        let keys: Vec<_> = (1..=3).map(|n| key(&self.keys(), &format!("root-{n}"))).collect();
        let holder = KeyHolder::Root(root.clone());
        let signed = SignedRole::new(root.clone(), &holder, &keys, &SystemRandom::new()).await.unwrap();
        let name = format!("tuf/{}.root.json", root.version);
        std::fs::write(self.repository().join(name), signed.buffer()).unwrap();
        std::fs::write(self.keys().join("root.json"), signed.buffer()).unwrap();
    }

    fn newest(&self, role: &str) -> (u64, Vec<u8>) {
        let file = |n: u64| self.repository().join(format!("tuf/{n}.{role}.json"));
        let n = (1..100).rev().find(|n| file(*n).exists()).unwrap();
        (n, std::fs::read(file(n)).unwrap())
    }

    async fn sign(&self, manifest: &[u8], version: u64) {
        let folder = KeyFolder::open(&self.keys()).unwrap();
        let holder = KeyHolder::Root(folder.root.signed.clone());
        let keys: Vec<_> = ["targets", "snapshot", "timestamp"].map(|role| key(&self.keys(), role)).into();
        let (rng, spec) = (SystemRandom::new(), "1.0.0".to_owned());
        let version = NonZeroU64::new(version).unwrap();

        let mut targets = Targets::new(spec.clone(), version, in_days(60));
        targets.delegations = None;
        let hashes = Hashes { sha256: Sha256::of(manifest).as_bytes().to_vec().into(), _extra: HashMap::new() };
        let length = manifest.len() as u64;
        let target = Target { length, hashes, custom: HashMap::new(), _extra: HashMap::new() };
        targets.targets.insert(TargetName::new("release.json").unwrap(), target);
        let targets = SignedRole::new(targets, &holder, &keys, &rng).await.unwrap();

        let mut snapshot = Snapshot::new(spec.clone(), version, in_days(60));
        snapshot.meta.insert("targets.json".to_owned(), meta(&targets));
        let snapshot = SignedRole::new(snapshot, &holder, &keys, &rng).await.unwrap();

        let mut timestamp = Timestamp::new(spec, version, in_days(60));
        timestamp.meta.insert("snapshot.json".to_owned(), meta(&snapshot));
        let timestamp = SignedRole::new(timestamp, &holder, &keys, &rng).await.unwrap();

        let tuf = self.repository().join("tuf");
        std::fs::write(tuf.join(format!("{version}.targets.json")), targets.buffer()).unwrap();
        std::fs::write(tuf.join(format!("{version}.snapshot.json")), snapshot.buffer()).unwrap();
        std::fs::write(tuf.join("timestamp.json"), timestamp.buffer()).unwrap();
    }
}

fn key(folder: &Path, name: &str) -> Box<dyn KeySource> {
    Box::new(LocalKeySource { path: folder.join(format!("{name}.pk8")) })
}

fn meta<T: Role + serde::Serialize>(role: &SignedRole<T>) -> Metafile {
    Metafile {
        length: Some(*role.length()),
        hashes: Some(Hashes { sha256: role.sha256().to_vec().into(), _extra: HashMap::new() }),
        version: role.signed().signed.version(),
        _extra: HashMap::new(),
    }
}
