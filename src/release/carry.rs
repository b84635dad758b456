//! Copying the newest release of a repository to a stick: what a terminal needs, nothing else, the timestamp last.
//! A stick holds the old release or the new one; it never looks whole when it is not.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::digest::{Running, Sha256};
use crate::base::durable::{self, FileError, Scratch, Staged};

use super::layout;
use super::manifest::Manifest;
use super::source::{Fault, Folder, Source};
use super::trust::{self, METADATA_BYTES_MAX, TrustBytes, TrustError, Verified};

const PIECE_BYTES: usize = 1 << 20;
/// Kept free on the stick for its own bookkeeping.
const SPARE_BYTES: u64 = 1 << 20;
/// Most roots that are looked for.
const ROOTS_MAX: u64 = 1000;
/// Most files that a sentence names.
const NAMED_MAX: usize = 3;
const MIB: u64 = 1 << 20;

/// Why a stick is not ready.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// The repository does not verify.
    #[error("发布库 {} 核对不上，没有复制", repository.display())]
    Repository {
        /// Which.
        repository: PathBuf,
        /// What is wrong.
        #[source]
        source: Box<TrustError>,
    },
    /// A file of the repository is not the signed one.
    #[error("发布库里的 {0} 缺少或已损坏，没有复制；请重新发布一次")]
    Damaged(String),
    /// The folder of the stick is not there.
    #[error("找不到 {}，U 盘插好了吗？", .0.display())]
    NoStick(PathBuf),
    /// The stick is full.
    #[error("U 盘空间不够：还要{needed_mib} MiB，只剩{free_mib} MiB；还缺{}", named(missing))]
    Full {
        /// What it takes.
        needed_mib: u64,
        /// What there is.
        free_mib: u64,
        /// Files that are not on it yet.
        missing: Vec<String>,
    },
    /// Writing to the stick failed.
    #[error("写 U 盘失败；还缺{}", named(missing))]
    Stick {
        /// Files that are not on it yet.
        missing: Vec<String>,
        /// Why.
        #[source]
        source: FileError,
    },
    /// A file of this machine failed.
    #[error(transparent)]
    File(#[from] FileError),
}

impl CarryError {
    /// The word that programs depend on.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Repository { .. } => "not-a-release",
            Self::Damaged(_) => "hash-mismatch",
            Self::NoStick(_) => "not-found",
            Self::Full { .. } => "disk-full",
            Self::Stick { .. } => "not-writable",
            Self::File(_) => "state-not-writable",
        }
    }

    /// What is not on the stick yet.
    pub fn missing(&self) -> &[String] {
        match self {
            Self::Full { missing, .. } | Self::Stick { missing, .. } => missing,
            Self::Repository { .. } | Self::Damaged(_) | Self::NoStick(_) | Self::File(_) => &[],
        }
    }
}

fn named(missing: &[String]) -> String {
    let some = missing.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join("、");
    format!("{}个文件（{some}{}）", missing.len(), if missing.len() > NAMED_MAX { "等" } else { "" })
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are on the stick.
    pub done: u64,
    /// Bytes that there will be.
    pub total: u64,
}

/// What is on the stick now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The release.
    pub manifest: Manifest,
    /// Files of the release.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were there already, as after an interrupted attempt.
    pub found: u64,
    /// Files of older releases that were removed.
    pub removed: u64,
}

/// A file to carry.
struct Load {
    name: String,
    size: u64,
    sha256: Sha256,
}

/// Copies the newest release of `repository` to the folder `ZWGK` in `stick`. Run again it goes on where it stopped.
pub async fn carry(repository: &Path, stick: &Path, mut tell: impl FnMut(Progress)) -> Result<Carried, CarryError> {
    if !stick.is_dir() {
        return Err(CarryError::NoStick(stick.to_owned()));
    }
    let verified = verified(repository).await?;
    let (loads, timestamp) = loads(repository, &verified)?;
    let base = stick.join(layout::STICK_DIR);
    let (found, wanted): (Vec<&Load>, Vec<&Load>) = loads.iter().partition(|load| is_there(&base, load));
    let total = loads.iter().map(|load| load.size).sum::<u64>() + timestamp.len() as u64;
    let mut progress = Progress { done: found.iter().map(|load| load.size).sum(), total };
    tell(progress);
    let missing = |from: usize| -> Vec<String> {
        wanted.iter().skip(from).map(|load| load.name.clone()).chain([layout::TIMESTAMP.to_owned()]).collect()
    };
    prepare(&base).map_err(|source| failed(stick, source, missing(0), total - progress.done))?;
    enough_space(stick, total - progress.done, || missing(0))?;
    for (n, load) in wanted.iter().enumerate() {
        let before = progress.done;
        let copied = copy(repository, &base, load, &mut |bytes| {
            tell(Progress { done: before + bytes, total });
        });
        match copied {
            Ok(()) => progress.done += load.size,
            Err(Copy::Repository) => return Err(CarryError::Damaged(load.name.clone())),
            Err(Copy::Stick(source)) => return Err(failed(stick, source, missing(n), total - before)),
        }
    }
    // The folders' own names are flushed too, before anything can look whole.
    let write = durable::sync_dir(&base)
        .and_then(|()| durable::sync_dir(stick))
        .and_then(|()| durable::write(&base.join(layout::TIMESTAMP), &timestamp));
    write.map_err(|source| failed(stick, source, missing(wanted.len()), timestamp.len() as u64))?;
    tell(Progress { done: total, total });
    let removed = clear(&base, &loads);
    let (files, found) = (loads.len() as u64 + 1, found.len() as u64);
    Ok(Carried { manifest: verified.manifest, files, bytes: total, found, removed })
}

/// The repository, verified with its own newest root: whoever carries it need not have the keys.
async fn verified(repository: &Path) -> Result<Verified, CarryError> {
    let fail =
        |source: TrustError| CarryError::Repository { repository: repository.to_owned(), source: Box::new(source) };
    let source: Arc<dyn Source> = Arc::new(Folder(repository.to_owned()));
    let timestamp = source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await.map_err(|e| fail(e.into()))?;
    let mut root = None;
    for version in 1..=ROOTS_MAX {
        match source.small(&layout::root_name(version), METADATA_BYTES_MAX).await {
            Ok(bytes) => root = Some(bytes),
            Err(Fault::NotFound { .. }) if root.is_some() => break,
            Err(Fault::NotFound { .. }) => {}
            Err(fault) => return Err(fail(fault.into())),
        }
    }
    let trusted = TrustBytes { root: root.unwrap_or_default(), ..TrustBytes::default() };
    let scratch = Scratch::unique(&std::env::temp_dir(), "kiosk-pack")?;
    trust::open(source, &trusted, timestamp, scratch.path()).await.map_err(fail)
}

/// Every file of the release but the timestamp, which comes apart.
fn loads(repository: &Path, verified: &Verified) -> Result<(Vec<Load>, Vec<u8>), CarryError> {
    let packs: BTreeSet<(Sha256, u64)> = verified.manifest.packs().map(|pack| (pack.sha256, pack.size)).collect();
    let mut loads: Vec<Load> =
        packs.into_iter().map(|(sha256, size)| Load { name: layout::pack_name(&sha256), size, sha256 }).collect();
    loads.extend(verified.manifest.blobs.iter().map(|blob| Load {
        name: layout::blob_name(&blob.sha256),
        size: blob.size,
        sha256: blob.sha256,
    }));
    let whole = |name: String, bytes: &[u8]| Load { name, size: bytes.len() as u64, sha256: Sha256::of(bytes) };
    let manifest = &verified.manifest_bytes;
    loads.push(whole(layout::manifest_name(&Sha256::of(manifest)), manifest));
    let metadata = |role: &str, version| format!("{}/{version}.{role}.json", layout::TUF_DIR);
    loads.push(whole(metadata("targets", verified.targets.version), &verified.targets.bytes));
    loads.push(whole(metadata("snapshot", verified.snapshot.version), &verified.snapshot.bytes));
    for version in 1..=verified.root.version {
        let path = repository.join(layout::root_name(version));
        // A repository may begin with a later root; a gap above that is found by the check of the terminal's kind.
        if path.exists() {
            let bytes = durable::read(&path, METADATA_BYTES_MAX)?;
            loads.push(whole(layout::root_name(version), &bytes));
        }
    }
    Ok((loads, verified.timestamp.bytes.clone()))
}

fn prepare(base: &Path) -> Result<(), FileError> {
    for dir in [layout::TUF_DIR, layout::RELEASE_DIR, layout::PACK_DIR, layout::BLOB_DIR] {
        let folder = base.join(dir);
        durable::create_dir(&folder)?;
        // Halves of an interrupted attempt; no file of a release ends so.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|ending| ending == "tmp") {
                durable::remove(&entry.path())?;
            }
        }
    }
    Ok(())
}

fn enough_space(stick: &Path, wanted: u64, missing: impl Fn() -> Vec<String>) -> Result<(), CarryError> {
    let Some(free) = free_bytes(stick) else { return Ok(()) };
    let needed = wanted + SPARE_BYTES;
    if free >= needed {
        return Ok(());
    }
    Err(CarryError::Full { needed_mib: needed.div_ceil(MIB), free_mib: free / MIB, missing: missing() })
}

fn free_bytes(stick: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(stick).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn failed(stick: &Path, source: FileError, missing: Vec<String>, needed: u64) -> CarryError {
    match source.source.kind() {
        io::ErrorKind::StorageFull => CarryError::Full {
            needed_mib: needed.div_ceil(MIB),
            free_mib: free_bytes(stick).unwrap_or(0) / MIB,
            missing,
        },
        _ => CarryError::Stick { missing, source },
    }
}

/// Where copying went wrong.
enum Copy {
    Repository,
    Stick(FileError),
}

fn copy(repository: &Path, base: &Path, load: &Load, tell: &mut dyn FnMut(u64)) -> Result<(), Copy> {
    let target = base.join(&load.name);
    let stick = |source: io::Error| Copy::Stick(FileError::new("写入", &target, source));
    let mut file = File::open(repository.join(&load.name)).map_err(|_| Copy::Repository)?;
    let mut staged = Staged::create(&target).map_err(Copy::Stick)?;
    let mut running = Running::default();
    let mut done = 0;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let n = file.read(&mut piece).map_err(|_| Copy::Repository)?;
        if n == 0 {
            break;
        }
        running.update(&piece[..n]);
        staged.write_all(&piece[..n]).map_err(stick)?;
        done += n as u64;
        tell(done.min(load.size));
    }
    if running.finish() != load.sha256 {
        return Err(Copy::Repository);
    }
    // Flushed to the stick itself and named only then.
    staged.commit().map_err(Copy::Stick)
}

fn is_there(base: &Path, load: &Load) -> bool {
    let path = base.join(&load.name);
    if !fs::symlink_metadata(&path).is_ok_and(|m| m.is_file() && m.len() == load.size) {
        return false;
    }
    let hash = || -> io::Result<Sha256> {
        let mut file = File::open(&path)?;
        let mut running = Running::default();
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(running.finish()),
                n => running.update(&piece[..n]),
            }
        }
    };
    hash().is_ok_and(|sha256| sha256 == load.sha256)
}

/// Removes files of older releases, and only such as have our names.
fn clear(base: &Path, loads: &[Load]) -> u64 {
    let keep: BTreeSet<&str> = loads.iter().map(|load| load.name.as_str()).chain([layout::TIMESTAMP]).collect();
    let is_ours = |dir: &str, name: &str| match dir {
        layout::PACK_DIR | layout::BLOB_DIR => Sha256::parse(name).is_ok(),
        layout::RELEASE_DIR => name.strip_suffix(".release.json").is_some_and(|sha256| Sha256::parse(sha256).is_ok()),
        _ => name.ends_with(".targets.json") || name.ends_with(".snapshot.json"),
    };
    let mut removed = 0;
    for dir in [layout::PACK_DIR, layout::BLOB_DIR, layout::RELEASE_DIR, layout::TUF_DIR] {
        for entry in fs::read_dir(base.join(dir)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_old = is_ours(dir, &name) && !keep.contains(format!("{dir}/{name}").as_str());
            // An old file too many does no harm.
            if is_old && durable::remove(&entry.path()).is_ok() {
                removed += 1;
            }
        }
    }
    removed
}
