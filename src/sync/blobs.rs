//! Pictures and other large files of a release, each named by its hash and kept beside the database.
//! They are fetched before the content changes, so that no record ever refers to one that is not here.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError, Partial};
use crate::release::{Blob, layout};

use super::fetch::{self, Object};
use super::{Fault, Refused, Source, Way};

/// The folder of the blobs.
pub(super) const BLOBS_DIR: &str = "blobs";
/// Which of them the live release needs.
const FILE: &str = "blobs.json";
const LIST_BYTES_MAX: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct NeededDoc {
    sha256: String,
    size: u64,
}

/// Clears away what a killed pass left of the list.
pub(super) fn forget_halves(state_dir: &Path) {
    durable::forget_halves(&state_dir.join(FILE));
}

/// Largest file that is shown; the office takes no larger picture.
const SHOWN_BYTES_MAX: u64 = 4 << 20;

/// Where the files of the live release are.
pub fn blob_folder(state_dir: &Path) -> PathBuf {
    state_dir.join(BLOBS_DIR)
}

/// A picture or other file of the live release, when it is here and what its name says.
pub fn kept_blob(state_dir: &Path, sha256: &Sha256) -> Option<Vec<u8>> {
    let path = state_dir.join(BLOBS_DIR).join(sha256.to_string());
    let bytes = durable::read(&path, SHOWN_BYTES_MAX).ok()?;
    (Sha256::of(&bytes) == *sha256).then_some(bytes)
}

/// Fetches one into `folder` and says where it is.
pub(super) async fn fetch(source: &dyn Source, blob: &Blob, folder: &Path) -> Result<PathBuf, Refused> {
    let object = Object { name: layout::blob_name(&blob.sha256), sha256: blob.sha256, size: blob.size };
    fetch::object(source, &object, folder).await
}

/// Whether one is here, by its size; its bytes were compared when it came, and are again by the scrub.
pub(super) fn is_here(state_dir: &Path, sha256: &Sha256, size: u64) -> bool {
    std::fs::metadata(state_dir.join(BLOBS_DIR).join(sha256.to_string())).is_ok_and(|m| m.len() == size)
}

/// Fetches those that are not here. Of a stick that lacks some, the rest is taken; the names of the lacking come back.
pub(super) async fn fetch_all(state_dir: &Path, source: &dyn Source, blobs: &[Blob]) -> Result<Vec<String>, Refused> {
    let folder = state_dir.join(BLOBS_DIR);
    let wanted: Vec<&Blob> = blobs.iter().filter(|blob| !is_here(state_dir, &blob.sha256, blob.size)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    durable::create_dir(&folder)?;
    fetch::enough_space(&folder, wanted.iter().map(|blob| blob.size).sum())?;
    let mut missing = Vec::new();
    for blob in wanted {
        match fetch(source, blob, &folder).await {
            Ok(_) => {}
            Err(Refused::Fault(Fault::NotFound { name })) if source.way() == Way::Stick => missing.push(name),
            Err(cause) => return Err(cause),
        }
    }
    Ok(missing)
}

/// Remembers what the live release needs, and removes every other blob.
pub(super) fn keep_only(state_dir: &Path, blobs: &[Blob]) -> Result<(), FileError> {
    let folder = state_dir.join(BLOBS_DIR);
    let needed: Vec<NeededDoc> =
        blobs.iter().map(|blob| NeededDoc { sha256: blob.sha256.to_string(), size: blob.size }).collect();
    let path = state_dir.join(FILE);
    if needed.is_empty() && !path.exists() {
        return Ok(());
    }
    let bytes = serde_json::to_vec(&needed).map_err(|e| FileError::new("写入", &path, e.into()))?;
    durable::write(&path, &bytes)?;
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_needed = needed.iter().any(|doc| name == doc.sha256.as_str());
        if !is_needed && !Partial::is_part(&entry.path()) {
            durable::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// What the live release needs and what is not here, as after a scrub took a damaged one away. A list that cannot be
/// read names nothing; the next release writes it anew.
pub(super) fn lacking(state_dir: &Path) -> Vec<Blob> {
    needed(state_dir).into_iter().filter(|blob| !is_here(state_dir, &blob.sha256, blob.size)).collect()
}

/// Compares every blob with its name, removes those that are not what they were, and says how many are lacking then.
pub(super) fn scrub(state_dir: &Path) -> u64 {
    let folder = state_dir.join(BLOBS_DIR);
    let mut lacking = 0;
    for blob in needed(state_dir) {
        let path = folder.join(blob.sha256.to_string());
        if !fetch::is_right(&path, blob.size, &blob.sha256) {
            // One that cannot be removed stays damaged; fetching it again replaces it.
            let _ = durable::remove(&path);
            lacking += 1;
        }
    }
    lacking
}

fn needed(state_dir: &Path) -> Vec<Blob> {
    let bytes = durable::read(&state_dir.join(FILE), LIST_BYTES_MAX).unwrap_or_default();
    let docs: Vec<NeededDoc> = serde_json::from_slice(&bytes).unwrap_or_default();
    let blob = |doc: NeededDoc| {
        let sha256 = Sha256::parse(&doc.sha256).ok()?;
        Some(Blob { sha256, size: doc.size, media: String::new() })
    };
    docs.into_iter().filter_map(blob).collect()
}
