//! Making the next release in a repository: pack, manifest and signed metadata.
//! Nothing that a terminal could be reading is changed: new files beside old ones, the timestamp last.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use jiff::{SignedDuration, Timestamp};
use tough::editor::signed::SignedRole;
use tough::schema::{Hashes, KeyHolder, Metafile, Role, Snapshot, Target, Targets};
use tough::{TargetName, schema};

use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError, Scratch};
use crate::base::id::RecordId;

use super::keys::{KeyFolder, KeysError, SPEC_VERSION, authority_of, later};
use super::layout;
use super::manifest::{COMMON, MIN_PROGRAM, Manifest, ManifestError, PackRef, Segment};
use super::pack::{PackError, PackWriter};
use super::root;
use super::source::{Fault, Folder, Source};
use super::trust::{self, METADATA_BYTES_MAX, TrustBytes, TrustError, Verified};

/// How long the timestamp is good: a small city publishes at least every two months.
pub const TIMESTAMP_DAYS: i64 = 60;
/// How long the snapshot is good.
pub const SNAPSHOT_DAYS: i64 = 60;
/// How long the targets are good.
pub const TARGETS_DAYS: i64 = 365;

/// Why nothing was published. The repository is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is nothing to publish.
    #[error("没有任何记录，不能发布空内容")]
    Empty,
    /// Two records with one id.
    #[error("编号{0}出现了两次")]
    Twice(RecordId),
    /// The folder holds something else.
    #[error("{} 里有别的文件，不是发布库；请换一个空文件夹", .0.display())]
    NotARepository(PathBuf),
    /// The repository does not verify with these keys.
    #[error("{} 里已有的发布内容核对不上，没有改动它", repository.display())]
    Existing {
        /// The repository.
        repository: PathBuf,
        /// What is wrong.
        #[source]
        source: Box<TrustError>,
    },
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The pack cannot be made.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The manifest cannot be made.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Signing failed.
    #[error("不能签名：密钥文件夹里的密钥文件缺少、损坏，或者与 root.json 不是一套")]
    Sign(Box<tough::error::Error>),
}

impl From<tough::error::Error> for PublishError {
    fn from(source: tough::error::Error) -> Self {
        Self::Sign(Box::new(source))
    }
}

/// A release that was made.
#[derive(Debug, Clone)]
pub struct Published {
    /// The manifest as signed.
    pub manifest: Manifest,
    /// Number of records.
    pub records: u64,
    /// The pack.
    pub pack: PackRef,
    /// The state root.
    pub state_root: Sha256,
    /// Until when terminals see it as fresh.
    pub expires: Timestamp,
}

/// Publishes the records as the next release of `repository`, signed with the keys of `key_folder`.
pub async fn publish(
    records: Vec<(RecordId, Vec<u8>)>,
    key_folder: &Path,
    repository: &Path,
    now: Timestamp,
) -> Result<Published, PublishError> {
    let records = sorted(records)?;
    let keys = KeyFolder::open(key_folder)?;
    let before = existing(repository, &keys).await?;
    let (pack_bytes, limits) = pack(&records)?;
    let pack = PackRef { sha256: Sha256::of(&pack_bytes), size: pack_bytes.len() as u64, unpacked: limits.unpacked };
    let state_root = root::of_records(records.iter().map(|(id, bytes)| (id, bytes.as_slice())));
    let segment = Segment { state_root, records: limits.records, full: pack, deltas: Vec::new() };
    let issued = issued(now, before.as_ref());
    let manifest = Manifest {
        authority: before.as_ref().map_or_else(|| authority_of(&keys.root.signed), |b| b.manifest.authority.clone()),
        release: before.as_ref().map_or(1, |b| b.manifest.release + 1),
        issued,
        min_program: MIN_PROGRAM.to_owned(),
        segments: BTreeMap::from([(COMMON.to_owned(), segment)]),
        blobs: Vec::new(),
        recipients: Vec::new(),
    };
    let manifest_bytes = manifest.to_bytes()?;
    // What a terminal would refuse is never signed.
    Manifest::parse(&manifest_bytes)?;
    let signed = sign(&keys, before.as_ref(), &manifest_bytes, issued).await?;
    write(repository, &keys, &pack, &pack_bytes, &manifest_bytes, &signed)?;
    let expires = signed.expires;
    Ok(Published { records: limits.records, pack, state_root, expires, manifest })
}

fn sorted(records: Vec<(RecordId, Vec<u8>)>) -> Result<BTreeMap<RecordId, Vec<u8>>, PublishError> {
    if records.is_empty() {
        return Err(PublishError::Empty);
    }
    let mut sorted = BTreeMap::new();
    for (id, bytes) in records {
        if sorted.insert(id.clone(), bytes).is_some() {
            return Err(PublishError::Twice(id));
        }
    }
    Ok(sorted)
}

fn pack(records: &BTreeMap<RecordId, Vec<u8>>) -> Result<(Vec<u8>, super::pack::PackLimits), PackError> {
    let mut writer = PackWriter::new()?;
    for (id, bytes) in records {
        writer.put(id, bytes)?;
    }
    writer.finish()
}

/// The repository as it is, verified with our own root; `None` when there is none yet.
async fn existing(repository: &Path, keys: &KeyFolder) -> Result<Option<Verified>, PublishError> {
    let fail =
        |source: TrustError| PublishError::Existing { repository: repository.to_owned(), source: Box::new(source) };
    let source = Arc::new(Folder(repository.to_owned()));
    let timestamp = match source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(Fault::NotFound { .. }) => return only_ours(repository).map(|()| None),
        Err(fault) => return Err(fail(fault.into())),
    };
    let scratch = Scratch::unique(&std::env::temp_dir(), "kiosk-pack")?;
    let trusted = TrustBytes { root: keys.root_bytes.clone(), ..TrustBytes::default() };
    trust::open(source, &trusted, timestamp, scratch.path()).await.map(Some).map_err(fail)
}

/// A folder without a timestamp may hold what a first build left when it was interrupted, and nothing else.
fn only_ours(repository: &Path) -> Result<(), PublishError> {
    let Ok(entries) = std::fs::read_dir(repository) else { return Ok(()) };
    let ours = [layout::TUF_DIR, layout::RELEASE_DIR, layout::PACK_DIR];
    let is_ours = |name: &std::ffi::OsStr| ours.iter().any(|o| name == *o);
    if entries.flatten().all(|entry| is_ours(&entry.file_name())) {
        Ok(())
    } else {
        Err(PublishError::NotARepository(repository.to_owned()))
    }
}

/// Never before the last release, so that a publisher's clock that once ran ahead cannot lock it out.
fn issued(now: Timestamp, before: Option<&Verified>) -> Timestamp {
    let now = later(now, 0);
    match before {
        Some(before) if before.manifest.issued >= now => {
            before.manifest.issued.saturating_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX)
        }
        _ => now,
    }
}

struct SignedFiles {
    targets: (String, Vec<u8>),
    snapshot: (String, Vec<u8>),
    timestamp: Vec<u8>,
    expires: Timestamp,
}

async fn sign(
    keys: &KeyFolder,
    before: Option<&Verified>,
    manifest: &[u8],
    issued: Timestamp,
) -> Result<SignedFiles, PublishError> {
    let holder = KeyHolder::Root(keys.root.signed.clone());
    let signers = keys.publishing();
    let rng = SystemRandom::new();
    let next = |version: Option<u64>| NonZeroU64::MIN.saturating_add(version.unwrap_or(0));
    let spec = || SPEC_VERSION.to_owned();

    let version = next(before.map(|b| b.targets.version));
    let mut targets = Targets::new(spec(), version, later(issued, TARGETS_DAYS));
    targets.delegations = None;
    targets.targets.insert(TargetName::new(layout::MANIFEST)?, target(manifest));
    let targets = SignedRole::new(targets, &holder, &signers, &rng).await?;

    let version = next(before.map(|b| b.snapshot.version));
    let mut snapshot = Snapshot::new(spec(), version, later(issued, SNAPSHOT_DAYS));
    snapshot.meta.insert("targets.json".to_owned(), meta(&targets));
    let snapshot = SignedRole::new(snapshot, &holder, &signers, &rng).await?;

    let version = next(before.map(|b| b.timestamp.version));
    let mut timestamp = schema::Timestamp::new(spec(), version, later(issued, TIMESTAMP_DAYS));
    timestamp.meta.insert("snapshot.json".to_owned(), meta(&snapshot));
    let timestamp = SignedRole::new(timestamp, &holder, &signers, &rng).await?;

    let name = |file: String| format!("{}/{file}", layout::TUF_DIR);
    let expires =
        [targets.signed().signed.expires, snapshot.signed().signed.expires, timestamp.signed().signed.expires];
    Ok(SignedFiles {
        targets: (name(targets.signed().signed.filename(true)), targets.buffer().clone()),
        snapshot: (name(snapshot.signed().signed.filename(true)), snapshot.buffer().clone()),
        timestamp: timestamp.buffer().clone(),
        expires: expires.into_iter().min().unwrap_or(issued),
    })
}

fn target(bytes: &[u8]) -> Target {
    let sha256 = Sha256::of(bytes).as_bytes().to_vec().into();
    Target {
        length: bytes.len() as u64,
        hashes: Hashes { sha256, _extra: HashMap::new() },
        custom: HashMap::new(),
        _extra: HashMap::new(),
    }
}

fn meta<T: Role + serde::Serialize>(role: &SignedRole<T>) -> Metafile {
    let sha256 = role.sha256().to_vec().into();
    Metafile {
        length: Some(*role.length()),
        hashes: Some(Hashes { sha256, _extra: HashMap::new() }),
        version: role.signed().signed.version(),
        _extra: HashMap::new(),
    }
}

fn write(
    repository: &Path,
    keys: &KeyFolder,
    pack: &PackRef,
    pack_bytes: &[u8],
    manifest: &[u8],
    signed: &SignedFiles,
) -> Result<(), FileError> {
    for dir in [layout::TUF_DIR, layout::RELEASE_DIR, layout::PACK_DIR] {
        durable::create_dir(&repository.join(dir))?;
    }
    let put = |name: &str, bytes: &[u8]| durable::write(&repository.join(name), bytes);
    put(&layout::pack_name(&pack.sha256), pack_bytes)?;
    put(&layout::manifest_name(&Sha256::of(manifest)), manifest)?;
    put(&layout::root_name(keys.root.signed.version.get()), &keys.root_bytes)?;
    put(&signed.targets.0, &signed.targets.1)?;
    put(&signed.snapshot.0, &signed.snapshot.1)?;
    // From this rename on the new release is the release.
    put(layout::TIMESTAMP, &signed.timestamp)
}
