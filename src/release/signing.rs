//! Signed metadata of a repository: targets over the manifest, snapshot over targets, timestamp over snapshot.
//! It decides no version and no date; it signs what it is told with the keys it is given.

use std::collections::HashMap;
use std::num::NonZeroU64;

use aws_lc_rs::rand::SystemRandom;
use jiff::Timestamp;
use tough::TargetName;
use tough::editor::signed::SignedRole;
use tough::schema::{self, Hashes, KeyHolder, Metafile, Role, Snapshot, Target, Targets};

use crate::base::digest::Sha256;

use super::keys::{KeyFolder, SPEC_VERSION, later};
use super::layout;

/// How long the timestamp is good: a small city publishes at least every two months.
pub const TIMESTAMP_DAYS: i64 = 60;
/// How long the snapshot is good.
pub const SNAPSHOT_DAYS: i64 = 60;
/// How long the targets are good.
pub const TARGETS_DAYS: i64 = 365;

/// A signed file: its name in the repository and what it says of itself.
#[derive(Debug, Clone)]
pub(super) struct SignedFile {
    pub name: String,
    pub version: u64,
    pub bytes: Vec<u8>,
    pub expires: Timestamp,
}

/// Who signs, and when.
pub(super) struct Signer<'a> {
    keys: &'a KeyFolder,
    at: Timestamp,
    rng: SystemRandom,
}

type Signed = Result<SignedFile, tough::error::Error>;

impl<'a> Signer<'a> {
    pub fn new(keys: &'a KeyFolder, at: Timestamp) -> Self {
        Self { keys, at, rng: SystemRandom::new() }
    }

    /// The list of what a release is: one manifest.
    pub async fn targets(&self, after: u64, manifest: &[u8]) -> Signed {
        let mut targets = Targets::new(spec(), next(after), later(self.at, TARGETS_DAYS));
        targets.delegations = None;
        let hashes = Hashes { sha256: Sha256::of(manifest).as_bytes().to_vec().into(), _extra: HashMap::new() };
        let length = manifest.len() as u64;
        let target = Target { length, hashes, custom: HashMap::new(), _extra: HashMap::new() };
        targets.targets.insert(TargetName::new(layout::MANIFEST)?, target);
        let name = format!("{}/{}", layout::TUF_DIR, targets.filename(true));
        self.sign(targets, name).await
    }

    /// The version of the targets that is the newest.
    pub async fn snapshot(&self, after: u64, targets: &SignedFile) -> Signed {
        let mut snapshot = Snapshot::new(spec(), next(after), later(self.at, SNAPSHOT_DAYS));
        snapshot.meta.insert("targets.json".to_owned(), meta(targets));
        let name = format!("{}/{}", layout::TUF_DIR, snapshot.filename(true));
        self.sign(snapshot, name).await
    }

    /// The snapshot that is the newest.
    pub async fn timestamp(&self, after: u64, snapshot: &SignedFile) -> Signed {
        let mut timestamp = schema::Timestamp::new(spec(), next(after), later(self.at, TIMESTAMP_DAYS));
        timestamp.meta.insert("snapshot.json".to_owned(), meta(snapshot));
        self.sign(timestamp, layout::TIMESTAMP.to_owned()).await
    }

    async fn sign<T: Role + serde::Serialize>(&self, role: T, name: String) -> Signed {
        let holder = KeyHolder::Root(self.keys.root.signed.clone());
        let (version, expires) = (role.version().get(), role.expires());
        // Only the role's own key is opened: to refresh a timestamp nobody needs the key of the targets.
        let signed = SignedRole::new(role, &holder, &[self.keys.of_role(T::TYPE)], &self.rng).await?;
        Ok(SignedFile { name, version, bytes: signed.buffer().clone(), expires })
    }
}

fn spec() -> String {
    SPEC_VERSION.to_owned()
}

fn next(after: u64) -> NonZeroU64 {
    NonZeroU64::MIN.saturating_add(after)
}

fn meta(file: &SignedFile) -> Metafile {
    let sha256 = Sha256::of(&file.bytes).as_bytes().to_vec().into();
    Metafile {
        length: Some(file.bytes.len() as u64),
        hashes: Some(Hashes { sha256, _extra: HashMap::new() }),
        version: NonZeroU64::new(file.version).unwrap_or(NonZeroU64::MIN),
        _extra: HashMap::new(),
    }
}
