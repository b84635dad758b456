//! The releases that a repository has had: what deltas start from, and what may go.
//! It trusts nothing of them: an old pack that does not add up to its state root is left out, and the names of files
//! to remove are only ever such as this program makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use crate::base::digest::{RunningRoot, Sha256};
use crate::base::durable;
use crate::base::id::RecordId;

use super::delta::{Change, DeltaWriter};
use super::layout;
use super::manifest::{Delta, MANIFEST_BYTES_MAX, Manifest, PackRef, Segment};
use super::pack::{Entry, PackError, PackLimits, PackReader};

/// Deltas start from so many of the last releases; a terminal that missed more takes the full pack.
pub const DELTAS_FROM: usize = 8;
/// Files that only older releases need stay for so many releases more, for terminals that are just fetching them.
pub const GRACE_RELEASES: usize = 2;
/// A delta with more old and new bytes than this saves nothing over the full pack.
const DELTA_BYTES_MAX: usize = 256 << 20;
/// Most manifests looked at.
const MANIFESTS_MAX: usize = 1000;

/// The records of one segment with their hashes.
pub(super) type Shelf<'a> = BTreeMap<&'a RecordId, (Sha256, &'a [u8])>;

/// A release of before.
pub(super) struct Past {
    pub manifest: Manifest,
    name: String,
}

/// The releases whose manifests are there, newest first. What cannot be read as one is none.
pub(super) fn releases(repository: &Path) -> Vec<Past> {
    let Ok(entries) = fs::read_dir(repository.join(layout::RELEASE_DIR)) else { return Vec::new() };
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let bytes = durable::read(&entry.path(), MANIFEST_BYTES_MAX).ok()?;
        let is_whole = name.strip_suffix(&format!(".{}", layout::MANIFEST)) == Some(&*Sha256::of(&bytes).to_string());
        let manifest = Manifest::parse(&bytes).ok().filter(|_| is_whole)?;
        Some(Past { manifest, name: format!("{}/{name}", layout::RELEASE_DIR) })
    };
    let mut releases: Vec<Past> = entries.flatten().take(MANIFESTS_MAX).filter_map(read).collect();
    releases.sort_by_key(|past| std::cmp::Reverse(past.manifest.release));
    releases
}

/// A delta that was made, with its bytes.
pub(super) struct MadeDelta {
    pub delta: Delta,
    pub bytes: Vec<u8>,
}

/// How an old state becomes the new one, from an old full pack; none when the pack is not there or not whole, or when
/// the delta would not be smaller than the full pack.
pub(super) fn delta(
    repository: &Path,
    old: &Segment,
    new: &Shelf<'_>,
    to_root: &Sha256,
    full: &PackRef,
) -> Result<Option<MadeDelta>, PackError> {
    let Some(changes) = changes(repository, old, new)? else { return Ok(None) };
    let mut writer = DeltaWriter::new(&old.state_root, to_root);
    for (id, old) in &changes {
        let change = match (old, new.get(id)) {
            (Some(old), Some((_, new))) => Change::Changed { old, new },
            (None, Some((_, new))) => Change::New(new),
            (_, None) => Change::Deleted,
        };
        writer.add(id, change).map_err(unwritable)?;
    }
    let (bytes, PackLimits { unpacked, records }) = writer.finish().map_err(unwritable)?;
    let pack = PackRef { sha256: Sha256::of(&bytes), size: bytes.len() as u64, unpacked };
    let delta = Delta { from_root: old.state_root, records, pack };
    Ok((pack.size < full.size).then_some(MadeDelta { delta, bytes }))
}

/// Ids of the records that differ, with the old body where there was one.
type Changes = BTreeMap<RecordId, Option<Vec<u8>>>;

fn changes(repository: &Path, old: &Segment, new: &Shelf<'_>) -> Result<Option<Changes>, PackError> {
    let Ok(file) = File::open(repository.join(layout::pack_name(&old.full.sha256))) else { return Ok(None) };
    let mut changes = Changes::new();
    let mut root = RunningRoot::default();
    let mut bytes = 0;
    let mut rest = new.iter().peekable();
    // Both are in the order of ids, so they are walked side by side.
    for entry in PackReader::new(BufReader::new(file), old.limits())? {
        let Ok(Entry::Put { id, sha256, body }) = entry else { return Ok(None) };
        root.add(id.as_str(), &sha256);
        while let Some((added, (_, body))) = rest.next_if(|(next, _)| ***next < id) {
            bytes += body.len();
            changes.insert((*added).clone(), None);
        }
        match rest.next_if(|(next, _)| ***next == id) {
            Some((_, (same, _))) if *same == sha256 => {}
            other => {
                bytes += body.len() + other.map_or(0, |(_, (_, body))| body.len());
                changes.insert(id, Some(body));
            }
        }
        if bytes > DELTA_BYTES_MAX {
            return Ok(None);
        }
    }
    if root.finish() != old.state_root {
        return Ok(None);
    }
    changes.extend(rest.map(|(added, _)| ((*added).clone(), None)));
    Ok(Some(changes))
}

fn unwritable(error: super::delta::DeltaError) -> PackError {
    PackError::Unwritable(std::io::Error::other(error))
}

/// Removes what only releases before the last ones needed, and says how many files went. Nobody misses what cannot be
/// removed now: the next release tries again.
pub(super) fn prune(repository: &Path, current: &Manifest, targets: u64, snapshot: u64) -> usize {
    let past = releases(repository);
    let keep = keep(&past, current);
    let mut removed = 0;
    let mut sweep = |dir: &str, is_kept: &dyn Fn(&str) -> Option<bool>| {
        let Ok(entries) = fs::read_dir(repository.join(dir)) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            // A name that this program would not give is somebody else's file.
            if is_kept(&name) == Some(false) && durable::remove(&entry.path()).is_ok() {
                removed += 1;
            }
        }
    };
    sweep(layout::PACK_DIR, &|name| Some(keep.contains(&layout::pack_name(&Sha256::parse(name).ok()?))));
    sweep(layout::BLOB_DIR, &|name| Some(keep.contains(&layout::blob_name(&Sha256::parse(name).ok()?))));
    sweep(layout::RELEASE_DIR, &|name| {
        Sha256::parse(name.strip_suffix(layout::MANIFEST)?.strip_suffix('.')?).ok()?;
        Some(keep.contains(&format!("{}/{name}", layout::RELEASE_DIR)))
    });
    sweep(layout::TUF_DIR, &|name| {
        let (version, role) = name.split_once('.')?;
        let version: u64 = version.parse().ok()?;
        let newest = match role {
            "targets.json" => targets,
            "snapshot.json" => snapshot,
            // Roots stay for ever: a terminal that was away for years follows them one by one.
            _ => return None,
        };
        Some(version + (GRACE_RELEASES as u64) >= newest)
    });
    removed
}

/// Everything that the current release, the releases in grace and the next deltas need.
fn keep(past: &[Past], current: &Manifest) -> BTreeSet<String> {
    let blobs = |of: &Manifest| of.blobs.iter().map(|blob| layout::blob_name(&blob.sha256)).collect::<Vec<_>>();
    let mut keep: BTreeSet<String> = current.packs().map(|pack| layout::pack_name(&pack.sha256)).collect();
    keep.extend(blobs(current));
    for (age, past) in past.iter().filter(|past| past.manifest.release <= current.release).enumerate() {
        if age <= GRACE_RELEASES {
            keep.extend(past.manifest.packs().map(|pack| layout::pack_name(&pack.sha256)));
            keep.extend(blobs(&past.manifest));
        }
        if age <= DELTAS_FROM + GRACE_RELEASES {
            keep.extend(past.manifest.segments.values().map(|s| layout::pack_name(&s.full.sha256)));
            keep.insert(past.name.clone());
        }
    }
    keep
}
