//! Looking at a repository as a terminal would, without a terminal: for the office, before the stick is handed out.
//! It changes nothing and says everything that a terminal would check.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::base::durable::Scratch;
use crate::base::id::RecordId;
use crate::content::Record;
use crate::release::pack::Entry;
use crate::release::trust::{self, METADATA_BYTES_MAX};
use crate::release::{Manifest, TrustBytes, Verified, layout, root};
use crate::store::StoreError;

use super::{Freshness, Refused, Source, freshness, pack};

/// A repository that holds.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The release.
    pub manifest: Manifest,
    /// Number of records over all segments.
    pub records: u64,
    /// Bytes of all packs.
    pub packed_bytes: u64,
    /// Bytes of all records when unpacked.
    pub unpacked_bytes: u64,
    /// Until when each signed part is good: root, targets, snapshot, timestamp.
    pub expires: [(&'static str, Timestamp); 4],
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
    for segment in verified.manifest.segments.values() {
        let file = pack::fetch(&*source, &segment.full, scratch.path()).await?;
        let mut records: Vec<(RecordId, Vec<u8>)> = Vec::new();
        for entry in pack::open(&file, segment)? {
            if let Entry::Put { id, body, .. } = entry.map_err(Refused::Pack)? {
                Record::from_bytes(&id, &body).map_err(|source| StoreError::Record { id: id.clone(), source })?;
                records.push((id, body));
            }
        }
        let actual = root::of_records(records.iter().map(|(id, body)| (id, body.as_slice())));
        if actual != segment.state_root {
            return Err(StoreError::WrongRoot { expected: segment.state_root, actual }.into());
        }
        inspection.records += segment.records;
        inspection.packed_bytes += segment.full.size;
        inspection.unpacked_bytes += segment.full.unpacked;
    }
    Ok(inspection)
}

fn begin(verified: &Verified, now: Timestamp) -> Inspection {
    Inspection {
        manifest: verified.manifest.clone(),
        records: 0,
        packed_bytes: 0,
        unpacked_bytes: 0,
        expires: [
            ("root", verified.root.expires),
            ("targets", verified.targets.expires),
            ("snapshot", verified.snapshot.expires),
            ("timestamp", verified.timestamp.expires),
        ],
        freshness: freshness(verified.expires(), now),
    }
}
