//! From fetched packs to live content: all segments in one transaction, or nothing.
//! What goes wrong is told with the segment, so that a delta can give way to the full pack.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::base::digest::Sha256;
use crate::base::durable::FileError;
use crate::base::id::RecordId;
use crate::release::pack::Entry;
use crate::release::{DeltaError, DeltaReader, Manifest, PackError, PackLimits, PackReader, PackRef, Segment, Target};
use crate::store::{LiveRelease, NewRelease, Store, StoreError, Switch};

use super::kept::{Kept, KeptPack, PACKS_DIR};
use super::plan::{Plan, Step};
use super::{Refused, Subscription};

const READ_BYTES: usize = 256 << 10;

/// A refusal, and the segment that it is about, if it is about one.
#[derive(Debug)]
pub(super) struct Failed {
    pub segment: Option<String>,
    pub cause: Box<Refused>,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        let segment = match &error {
            StoreError::WrongRoot { segment, .. } if !segment.is_empty() => Some(segment.clone()),
            _ => None,
        };
        Self { segment, cause: Box::new(error.into()) }
    }
}

/// What is to be live after a plan.
pub(super) fn new_release(manifest: &Manifest, plan: &Plan, subscription: &Subscription) -> NewRelease {
    let roots = plan.segments.iter().map(|(name, segment)| (name.clone(), segment.state_root));
    let is_whole = plan.segments.len() == manifest.segments.len();
    NewRelease {
        authority: manifest.authority.clone(),
        number: manifest.release,
        issued: manifest.issued,
        segments: roots.collect(),
        state_root: manifest.state_root.filter(|_| is_whole),
        subscription: subscription.word(),
        mailbox: manifest.mailbox.clone(),
    }
}

/// Makes a plan come true in whole content, and says which records are withdrawn by it.
pub(super) fn switch(state_dir: &Path, release: &NewRelease, plan: &Plan) -> Result<Vec<RecordId>, Failed> {
    Ok(Store::open(state_dir)?.apply(release, |switch| fill(switch, state_dir, plan))?.withdrawn)
}

/// Makes a plan come true in the place of content that is not whole.
pub(super) fn rebuild(state_dir: &Path, release: &NewRelease, plan: &Plan) -> Result<Option<PathBuf>, Failed> {
    Store::rebuild(state_dir, release, |switch| fill(switch, state_dir, plan))
}

/// Rebuilds damaged content from the packs it once came from; the state roots say whether it is the same.
pub(super) fn mend(
    state_dir: &Path,
    live: &LiveRelease,
    segments: BTreeMap<String, Sha256>,
) -> Option<Option<PathBuf>> {
    let kept = Kept::read(state_dir);
    let paths: Option<Vec<_>> = segments.iter().map(|(name, root)| Some((name.clone(), kept.path_to(root)?))).collect();
    let paths = paths?;
    let LiveRelease { authority, number, issued, state_root, subscription, mailbox, .. } = live.clone();
    let release =
        NewRelease { authority, number, issued, segments, state_root: Some(state_root), subscription, mailbox };
    let change = |switch: &Switch<'_>| -> Result<(), Failed> {
        for (name, packs) in &paths {
            for pack in packs {
                let path = pack.path(state_dir);
                match pack.from {
                    None => full(switch, name, &path, pack.limits())?,
                    Some(from) => delta(switch, name, &path, pack.limits(), (from, pack.to))?,
                }
            }
        }
        Ok(())
    };
    Store::rebuild(state_dir, &release, change).ok()
}

/// The packs of a plan as they are kept.
pub(super) fn packs(plan: &Plan) -> Vec<KeptPack> {
    let pack = |(_, segment, step): (&str, &Segment, &Step)| {
        let to = segment.state_root;
        match step {
            Step::Keep => None,
            Step::Delta(delta) => {
                Some(KeptPack { pack: delta.pack, records: delta.records, from: Some(delta.from_root), to })
            }
            Step::Full => Some(KeptPack { pack: segment.full, records: segment.records, from: None, to }),
        }
    };
    plan.iter().filter_map(pack).collect()
}

fn fill(switch: &Switch<'_>, state_dir: &Path, plan: &Plan) -> Result<(), Failed> {
    let path = |pack: &PackRef| state_dir.join(PACKS_DIR).join(pack.sha256.to_string());
    for (name, segment, step) in plan.iter() {
        match step {
            Step::Keep => {}
            Step::Delta(way) => {
                let roots = (way.from_root, segment.state_root);
                delta(switch, name, &path(&way.pack), way.limits(), roots)?;
            }
            Step::Full => full(switch, name, &path(&segment.full), segment.limits())?,
        }
    }
    Ok(())
}

fn full(switch: &Switch<'_>, segment: &str, path: &Path, limits: PackLimits) -> Result<(), Failed> {
    let failed = |cause: Refused| Failed { segment: Some(segment.to_owned()), cause: Box::new(cause) };
    switch.clear(segment)?;
    let file = open(path).map_err(|e| failed(e.into()))?;
    let entries = PackReader::new(file, limits).map_err(|e| failed(Refused::Pack(e)))?;
    for entry in entries {
        match entry.map_err(|e| failed(Refused::Pack(e)))? {
            Entry::Put { id, body, .. } => switch.put(segment, &id, &body).map_err(|e| failed(e.into()))?,
            // A full pack has nothing to delete.
            Entry::Delete { id } => return Err(failed(Refused::Pack(PackError::Order(id)))),
        }
    }
    Ok(())
}

fn delta(
    switch: &Switch<'_>,
    segment: &str,
    path: &Path,
    limits: PackLimits,
    (from, to): (Sha256, Sha256),
) -> Result<(), Failed> {
    let failed = |cause: Refused| Failed { segment: Some(segment.to_owned()), cause: Box::new(cause) };
    let file = open(path).map_err(|e| failed(e.into()))?;
    let reader = DeltaReader::open(file, limits, &from, &to).map_err(|e| failed(Refused::Delta(e)))?;
    reader.apply(&mut Records { switch, segment }).map_err(failed)
}

fn open(path: &Path) -> Result<BufReader<File>, FileError> {
    let file = File::open(path).map_err(|source| FileError::new("读取", path, source))?;
    Ok(BufReader::with_capacity(READ_BYTES, file))
}

/// The records of one segment, for a delta.
struct Records<'a, 'b> {
    switch: &'a Switch<'b>,
    segment: &'a str,
}

impl Target for Records<'_, '_> {
    type Error = Refused;

    fn old(&mut self, id: &RecordId) -> Result<Option<Vec<u8>>, Refused> {
        Ok(self.switch.body(self.segment, id)?)
    }

    fn put(&mut self, id: &RecordId, body: &[u8]) -> Result<(), Refused> {
        Ok(self.switch.put(self.segment, id, body)?)
    }

    fn delete(&mut self, id: &RecordId) -> Result<bool, Refused> {
        Ok(self.switch.delete(self.segment, id)?)
    }
}

impl From<DeltaError> for Refused {
    fn from(error: DeltaError) -> Self {
        Self::Delta(error)
    }
}
