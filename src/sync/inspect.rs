//! Looking at a repository as a terminal would, without a terminal: for the office, before the stick is handed out.
//! It changes nothing and says everything that a terminal would check.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::base::digest::{Sha256, state_root};
use crate::base::durable::{FileError, Scratch};
use crate::base::id::RecordId;
use crate::content::Record;
use crate::release::pack::Entry;
use crate::release::trust::{self, METADATA_BYTES_MAX};
use crate::release::{Alarm, Expiries, Manifest, PackReader, Segment, TrustBytes, Verified, alarms, layout};
use crate::store::StoreError;

use super::{Freshness, Refused, Source, blobs, freshness, pack};

/// A repository that holds.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The release.
    pub manifest: Manifest,
    /// Number of records over all segments.
    pub records: u64,
    /// Bytes of all packs.
    pub packed_bytes: u64,
    /// Bytes of all deltas.
    pub delta_bytes: u64,
    /// Bytes of all pictures and other large files.
    pub blob_bytes: u64,
    /// Bytes of all records when unpacked.
    pub unpacked_bytes: u64,
    /// Until when each signed part is good: root, targets, snapshot, timestamp.
    pub expires: Expiries,
    /// What of it expires soon.
    pub alarms: Vec<Alarm>,
    /// The verdict on the earliest of them.
    pub freshness: Freshness,
}

/// Verifies signatures, hashes, every record and the state roots; `scratch_dir` is a folder for temporary files.
pub async fn inspect(
    source: Arc<dyn Source>,
    root: &[u8],
    scratch_dir: &Path,
    now: Timestamp,
) -> Result<Inspection, Refused> {
    let scratch = Scratch::unique(scratch_dir, "kiosk-verify")?;
    let timestamp = source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await?;
    let trusted = TrustBytes { root: root.to_vec(), ..TrustBytes::default() };
    let verified = trust::open(Arc::clone(&source), &trusted, timestamp, scratch.path()).await?;
    verified.manifest.common().map_err(trust::TrustError::from)?;
    let mut inspection = begin(&verified, now);
    let mut whole = BTreeMap::new();
    for (name, segment) in &verified.manifest.segments {
        let records = records(&*source, segment, scratch.path()).await?;
        check_root(name, segment.state_root, state_root(&records))?;
        whole.extend(records);
        for delta in &segment.deltas {
            // What it leads to only a terminal with the old records can say, and it does; here it must be there.
            pack::fetch(&*source, &delta.pack, scratch.path()).await?;
            inspection.delta_bytes += delta.pack.size;
        }
        inspection.records += segment.records;
        inspection.packed_bytes += segment.full.size;
        inspection.unpacked_bytes += segment.full.unpacked;
    }
    for blob in &verified.manifest.blobs {
        blobs::fetch(&*source, blob, scratch.path()).await?;
        inspection.blob_bytes += blob.size;
    }
    if let Some(expected) = verified.manifest.state_root {
        check_root("", expected, state_root(&whole))?;
    }
    Ok(inspection)
}

/// Every record of a segment with its hash; each must be one that a terminal can read.
async fn records(
    source: &dyn Source,
    segment: &Segment,
    scratch: &Path,
) -> Result<BTreeMap<RecordId, Sha256>, Refused> {
    let file = pack::fetch(source, &segment.full, scratch).await?;
    let file = File::open(&file).map_err(|e| FileError::new("读取", &file, e))?;
    let mut records = BTreeMap::new();
    for entry in PackReader::new(BufReader::new(file), segment.limits()).map_err(Refused::Pack)? {
        if let Entry::Put { id, sha256, body } = entry.map_err(Refused::Pack)? {
            Record::from_bytes(&id, &body).map_err(|source| StoreError::Record { id: id.clone(), source })?;
            records.insert(id, sha256);
        }
    }
    Ok(records)
}

fn check_root(segment: &str, expected: Sha256, actual: Sha256) -> Result<(), Refused> {
    if expected == actual {
        return Ok(());
    }
    Err(StoreError::WrongRoot { segment: segment.to_owned(), expected, actual }.into())
}

fn begin(verified: &Verified, now: Timestamp) -> Inspection {
    Inspection {
        manifest: verified.manifest.clone(),
        records: 0,
        packed_bytes: 0,
        unpacked_bytes: 0,
        delta_bytes: 0,
        blob_bytes: 0,
        alarms: alarms(&verified.expiries(), now),
        expires: verified.expiries(),
        freshness: freshness(verified.expires(), now),
    }
}
