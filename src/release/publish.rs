//! Making the next release in a repository: packs, deltas, manifest and signed metadata.
//! Nothing that a terminal could be reading is changed: new files beside old ones, the timestamp last.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::base::digest::{RunningRoot, Sha256};
use crate::base::durable::{self, FileError, Lock, Scratch};
use crate::base::id::RecordId;
use crate::content::Mailbox;

use super::history::{self, DELTAS_FROM, MadeDelta, Past, Shelf};
use super::keys::{KeyFolder, KeysError, authority_of, later};
use super::layout;
use super::manifest::{Blob, MIN_PROGRAM, Manifest, ManifestError, PackRef, Segment};
use super::pack::{PackError, PackWriter};
use super::segment;
use super::signing::{SignedFile, Signer};
use super::source::{Fault, Folder, Source};
use super::trust::{self, METADATA_BYTES_MAX, TrustBytes, TrustError, Verified};

/// Why nothing was published. The repository is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is nothing to publish.
    #[error("没有任何记录，不能发布空内容")]
    Empty,
    /// Nothing was ever published there.
    #[error("{} 里还没有发布过内容", .0.display())]
    NothingYet(PathBuf),
    /// Two records with one id.
    #[error("编号{0}出现了两次")]
    Twice(RecordId),
    /// The folder holds something else.
    #[error("{} 里有别的文件，不是发布库；请换一个空文件夹", .0.display())]
    NotARepository(PathBuf),
    /// Somebody else is publishing with these keys right now.
    #[error("另一次发布正在用密钥文件夹 {}，请等它结束再试", .0.display())]
    Busy(PathBuf),
    /// The repository does not verify with these keys.
    #[error("{} 里已有的发布内容核对不上，没有改动它", repository.display())]
    Existing {
        /// The repository.
        repository: PathBuf,
        /// What is wrong.
        #[source]
        source: Box<TrustError>,
    },
    /// The repository has a newer root than the key folder: the keys were replaced since.
    #[error("{} 已经换用新的根证书，这个密钥文件夹已作废，请用换发后的密钥文件夹", .0.display())]
    OldKeys(PathBuf),
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

/// One record to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which record.
    pub id: RecordId,
    /// The part of the release that it belongs to.
    pub segment: String,
    /// Its canonical bytes.
    pub body: Vec<u8>,
}

impl Item {
    /// A record of an office, in the segment that it belongs to.
    pub fn new(id: RecordId, org: Option<&RecordId>, body: Vec<u8>) -> Self {
        Self { segment: segment::of(&id, org), id, body }
    }
}

/// A large file that records refer to by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlob {
    /// Kind of file, such as `image/png`.
    pub media: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What a release is made of.
#[derive(Debug, Clone, Default)]
pub struct Edition {
    /// All records.
    pub items: Vec<Item>,
    /// Large files that records refer to.
    pub blobs: Vec<NewBlob>,
    /// Whom residents' letters are sealed to, and who confirms them; none keeps those of the last release.
    pub mailbox: Option<Mailbox>,
    /// Oldest program that shall read it; none asks for nothing more than the format does.
    pub min_program: Option<String>,
}

/// A release that was made.
#[derive(Debug, Clone)]
pub struct Published {
    /// The manifest as signed.
    pub manifest: Manifest,
    /// Number of records.
    pub records: u64,
    /// Bytes of all full packs.
    pub packed_bytes: u64,
    /// The root over all records.
    pub state_root: Sha256,
    /// Until when terminals see it as fresh.
    pub expires: Timestamp,
    /// Old files that nobody needs any more and that were removed.
    pub pruned: usize,
}

/// Publishes an edition as the next release of `repository`, signed with the keys of `key_folder`.
pub async fn publish(
    edition: Edition,
    key_folder: &Path,
    repository: &Path,
    now: Timestamp,
) -> Result<Published, PublishError> {
    let Edition { items, blobs, mailbox, min_program } = edition;
    let records = sorted(items)?;
    let keys = KeyFolder::open(key_folder)?;
    let _lock = lock(key_folder)?;
    let before = existing(repository, &keys).await?;
    let made = Made::new(repository, &records)?;
    let blobs: BTreeMap<Sha256, NewBlob> = blobs.into_iter().map(|blob| (Sha256::of(&blob.bytes), blob)).collect();
    let listed = blobs.iter().map(|(sha256, blob)| Blob {
        sha256: *sha256,
        size: blob.bytes.len() as u64,
        media: blob.media.clone(),
    });
    let state_root = made.state_root;
    let issued = issued(now, before.as_ref());
    let manifest = Manifest {
        authority: before.as_ref().map_or_else(|| authority_of(&keys.first_root()), |b| b.manifest.authority.clone()),
        release: before.as_ref().map_or(1, |b| b.manifest.release + 1),
        issued,
        min_program: min_program.unwrap_or_else(|| MIN_PROGRAM.to_owned()),
        state_root: Some(state_root),
        segments: made.segments,
        blobs: listed.collect(),
        mailbox: mailbox.or_else(|| before.as_ref().map(|b| b.manifest.mailbox.clone())).unwrap_or_default(),
    };
    let manifest_bytes = manifest.to_bytes()?;
    // What a terminal would refuse is never signed; that also keeps every pack within one file of a stick.
    Manifest::parse(&manifest_bytes)?;
    let signer = Signer::new(&keys, issued);
    let version = |role: fn(&Verified) -> u64| before.as_ref().map_or(0, role);
    let targets = signer.targets(version(|b| b.targets.version), &manifest_bytes).await?;
    let snapshot = signer.snapshot(version(|b| b.snapshot.version), &targets).await?;
    let timestamp = signer.timestamp(version(|b| b.timestamp.version), &snapshot).await?;
    let expires = targets.expires.min(snapshot.expires).min(timestamp.expires);
    let (targets_version, snapshot_version) = (targets.version, snapshot.version);

    let manifest_name = layout::manifest_name(&Sha256::of(&manifest_bytes));
    let files = made.files.into_iter().map(|(sha256, bytes)| (layout::pack_name(&sha256), bytes));
    let files = files.chain(blobs.into_iter().map(|(sha256, blob)| (layout::blob_name(&sha256), blob.bytes)));
    let files = files.chain([(manifest_name, manifest_bytes)]);
    write(repository, &keys, files, [targets, snapshot], timestamp)?;
    Ok(Published {
        records: records.len() as u64,
        packed_bytes: manifest.segments.values().map(|s| s.full.size).sum(),
        state_root,
        expires,
        pruned: history::prune(repository, &manifest, targets_version, snapshot_version),
        manifest,
    })
}

/// A record's hash, segment and bytes, by id.
type Records = BTreeMap<RecordId, (Sha256, String, Vec<u8>)>;

fn sorted(items: Vec<Item>) -> Result<Records, PublishError> {
    if items.is_empty() {
        return Err(PublishError::Empty);
    }
    let mut sorted = Records::new();
    for Item { id, segment, body } in items {
        let record = (Sha256::of(&body), segment, body);
        if sorted.insert(id.clone(), record).is_some() {
            return Err(PublishError::Twice(id));
        }
    }
    Ok(sorted)
}

/// The packs of a release, and what the manifest says of them.
struct Made {
    state_root: Sha256,
    segments: BTreeMap<String, Segment>,
    files: Vec<(Sha256, Vec<u8>)>,
}

impl Made {
    fn new(repository: &Path, records: &Records) -> Result<Self, PackError> {
        let mut whole = RunningRoot::default();
        // There is always a common segment, be it empty: terminals count on it.
        let mut shelves: BTreeMap<&str, Shelf<'_>> = BTreeMap::from([(segment::COMMON, Shelf::new())]);
        for (id, (sha256, segment, body)) in records {
            whole.add(id.as_str(), sha256);
            shelves.entry(segment).or_default().insert(id, (*sha256, body.as_slice()));
        }
        let past = history::releases(repository);
        let mut made = Self { state_root: whole.finish(), segments: BTreeMap::new(), files: Vec::new() };
        for (name, shelf) in &shelves {
            let segment = made.segment(repository, &past, name, shelf)?;
            made.segments.insert((*name).to_owned(), segment);
        }
        Ok(made)
    }

    fn segment(
        &mut self,
        repository: &Path,
        past: &[Past],
        name: &str,
        shelf: &Shelf<'_>,
    ) -> Result<Segment, PackError> {
        let mut root = RunningRoot::default();
        let mut writer = PackWriter::new()?;
        for (id, (sha256, body)) in shelf {
            root.add(id.as_str(), sha256);
            writer.put(id, body)?;
        }
        let (bytes, limits) = writer.finish()?;
        let full = PackRef { sha256: Sha256::of(&bytes), size: bytes.len() as u64, unpacked: limits.unpacked };
        self.files.push((full.sha256, bytes));
        let mut segment = Segment { state_root: root.finish(), records: limits.records, full, deltas: Vec::new() };
        // A state that did not change from one release to the next is one start, and the same state needs no delta.
        let mut starts = BTreeSet::from([segment.state_root]);
        for old in past.iter().take(DELTAS_FROM).filter_map(|past| past.manifest.segments.get(name)) {
            if !starts.insert(old.state_root) {
                continue;
            }
            if let Some(MadeDelta { delta, bytes }) =
                history::delta(repository, old, shelf, &segment.state_root, &segment.full)?
            {
                self.files.push((delta.pack.sha256, bytes));
                segment.deltas.push(delta);
            }
        }
        Ok(segment)
    }
}

/// The repository as it is, verified with our own root; `None` when there is none yet. Right after a rotation it is
/// still signed with keys that only an older root of ours names.
pub(super) async fn existing(repository: &Path, keys: &KeyFolder) -> Result<Option<Verified>, PublishError> {
    let fail =
        |source: TrustError| PublishError::Existing { repository: repository.to_owned(), source: Box::new(source) };
    let source = Arc::new(Folder(repository.to_owned()));
    let timestamp = match source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(Fault::NotFound { .. }) => return only_ours(repository).map(|()| None),
        Err(fault) => return Err(fail(fault.into())),
    };
    let mut first_error = None;
    for root in keys.roots_newest_first() {
        let scratch = Scratch::unique(&std::env::temp_dir(), "kiosk-pack")?;
        let trusted = TrustBytes { root: root.to_vec(), ..TrustBytes::default() };
        let source = Arc::clone(&source) as Arc<dyn Source>;
        match trust::open(source, &trusted, timestamp.clone(), scratch.path()).await {
            Ok(verified) if verified.root.version > keys.root.signed.version.get() => {
                return Err(PublishError::OldKeys(repository.to_owned()));
            }
            Ok(verified) => return Ok(Some(verified)),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    first_error.map_or(Ok(None), |error| Err(fail(error)))
}

/// One publisher at a time: two that start from the same release would give the same number to different content.
pub(super) fn lock(key_folder: &Path) -> Result<Lock, PublishError> {
    durable::lock_folder(key_folder)?.ok_or_else(|| PublishError::Busy(key_folder.to_owned()))
}

/// A folder without a timestamp may hold what a first build left when it was interrupted, and nothing else.
fn only_ours(repository: &Path) -> Result<(), PublishError> {
    let Ok(entries) = std::fs::read_dir(repository) else { return Ok(()) };
    let ours = [layout::TUF_DIR, layout::RELEASE_DIR, layout::PACK_DIR, layout::BLOB_DIR];
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

/// Writes packs and manifest, then the metadata, then the roots, and the timestamp last.
pub(super) fn write(
    repository: &Path,
    keys: &KeyFolder,
    files: impl Iterator<Item = (String, Vec<u8>)>,
    metadata: impl IntoIterator<Item = SignedFile>,
    timestamp: SignedFile,
) -> Result<(), FileError> {
    for dir in [layout::TUF_DIR, layout::RELEASE_DIR, layout::PACK_DIR, layout::BLOB_DIR] {
        durable::create_dir(&repository.join(dir))?;
    }
    let put = |name: &str, bytes: &[u8]| durable::write(&repository.join(name), bytes);
    for (name, bytes) in files {
        put(&name, &bytes)?;
    }
    for file in metadata {
        put(&file.name, &file.bytes)?;
    }
    // A terminal that sees a new root before the timestamp that its keys signed refuses this one pass and comes again.
    for (version, bytes) in keys.roots() {
        let name = layout::root_name(version);
        if !repository.join(&name).exists() {
            put(&name, bytes)?;
        }
    }
    // From this rename on the new release is the release.
    put(layout::TIMESTAMP, &timestamp.bytes)
}
