//! One pass of following a publisher: look, verify, fetch, switch, remember.
//! Whatever goes wrong before the switch leaves the old content live, and nothing ever lowers the floor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::base::clock::{Clock, china};
use crate::base::durable::{self, Lock, Scratch};
use crate::base::id::RecordId;
use crate::release::pack::Entry;
use crate::release::trust::{self, METADATA_BYTES_MAX};
use crate::release::{Manifest, PackError, TrustBytes, Verified, layout};
use crate::store::{Confirmed, Known, NewRelease, Store, StoreError, Trust, Visit, set_aside};

use super::counted::Counted;
use super::{Freshness, Outcome, Refused, Report, Source, Way, pack};

/// With less validity than this left, the publisher is late.
pub const STALE_DAYS: i64 = 14;
const LOCK_FILE: &str = "sync.lock";
const PACKS_DIR: &str = "packs";
const CHECK_DIR: &str = "check";

/// Follows `source` once. `first_root` is the root that a new terminal is told to trust; later the state has it.
pub async fn follow_once(
    state_dir: &Path,
    source: Arc<dyn Source>,
    first_root: Option<&[u8]>,
    clock: &dyn Clock,
) -> Report {
    let counted = Arc::new(Counted::new(source));
    let mut pass = Pass { from: None, to: None, freshness: None, set_aside: None };
    let outcome = match pass.run(state_dir, Arc::clone(&counted), first_root, clock).await {
        Ok(outcome) => outcome,
        Err(refused) => Outcome::Refused(refused),
    };
    let Pass { from, to, freshness, set_aside } = pass;
    let (requests, bytes) = (counted.requests(), counted.bytes());
    let mut report = Report { from, to, outcome, freshness, requests, bytes, set_aside };
    if from.is_none() && report.refused().is_some() {
        // It may have been refused before the store was looked at.
        report.tell_live(state_dir);
    }
    note(state_dir, &report, counted.place(), clock.now()).await;
    report
}

/// How far a validity reaches at a time.
pub fn freshness(expires: Timestamp, now: Timestamp) -> Freshness {
    let stale_from = expires.saturating_sub(SignedDuration::from_hours(24 * STALE_DAYS)).unwrap_or(Timestamp::MIN);
    match now {
        now if now > expires => Freshness::Expired,
        now if now > stale_from => Freshness::Stale,
        _ => Freshness::Fresh,
    }
}

/// What is learned during a pass and told even when it is refused.
struct Pass {
    from: Option<u64>,
    to: Option<u64>,
    freshness: Option<Freshness>,
    set_aside: Option<PathBuf>,
}

/// What is on this machine when a pass starts.
struct Start {
    known: Known,
    live: Option<u64>,
    set_aside: Option<PathBuf>,
    _lock: Lock,
}

impl Pass {
    async fn run(
        &mut self,
        state_dir: &Path,
        source: Arc<Counted>,
        first_root: Option<&[u8]>,
        clock: &dyn Clock,
    ) -> Result<Outcome, Refused> {
        let start = blocking(state_dir, start).await??;
        self.from = start.live;
        self.to = start.live;
        self.set_aside.clone_from(&start.set_aside);
        let root = root(&start.known, first_root)?;
        let now = start.known.trusted_time.map_or(clock.now(), |time| time.max(clock.now()));

        let timestamp = source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await?;
        let is_known = start.known.timestamp.as_ref() == Some(&timestamp);
        if is_known && start.live == Some(start.known.floor) {
            // Byte for byte what was verified last time, and its release is live: nothing to fetch.
            if let Some(expires) = earliest(&start.known) {
                self.judge(expires, now, source.way(), Some(start.known.floor), &start)?;
            }
            return Ok(Outcome::Current);
        }

        let scratch = Scratch::create(state_dir, CHECK_DIR)?;
        let Known { timestamp: seen, snapshot, targets, .. } = start.known.clone();
        let trusted = TrustBytes { root, timestamp: seen, snapshot, targets };
        let verified = trust::open(Arc::clone(&source) as Arc<dyn Source>, &trusted, timestamp, scratch.path()).await?;
        drop(scratch);
        let number = verified.manifest.release;
        may_follow(&verified.manifest, &start)?;
        self.judge(verified.expires(), now, source.way(), Some(number), &start)?;

        if start.live == Some(number) {
            confirm(state_dir, trusted.root, verified).await?;
            return Ok(Outcome::Current);
        }
        let packs = state_dir.join(PACKS_DIR);
        durable::create_dir(&packs)?;
        let full = verified.manifest.common().map_err(trust::TrustError::from)?.full;
        let file = pack::fetch(&*source, &full, &packs).await?;
        let manifest = verified.manifest.clone();
        blocking(state_dir, move |dir| apply(dir, &manifest, &file)).await??;
        self.to = Some(number);
        confirm(state_dir, trusted.root, verified).await?;
        // A pack too many is no reason to call a finished update refused; the next pass clears it.
        let _ = pack::keep_only(&packs, &full);
        Ok(Outcome::Applied)
    }

    /// Expired content is refused from the network; a stick in staff's hands may bring it when it is newer than all
    /// that was seen, or is what we have already.
    fn judge(
        &mut self,
        expires: Timestamp,
        now: Timestamp,
        way: Way,
        number: Option<u64>,
        start: &Start,
    ) -> Result<(), Refused> {
        let freshness = freshness(expires, now);
        self.freshness = Some(freshness);
        let is_wanted = number > Some(start.floor()) || number == start.live;
        match (freshness, way) {
            (Freshness::Fresh | Freshness::Stale, _) => Ok(()),
            (Freshness::Expired, Way::Stick) if is_wanted => Ok(()),
            (Freshness::Expired, _) => Err(Refused::Expired(expires.to_zoned(china()).date())),
        }
    }
}

impl Start {
    /// The floor counts what is live too: a crash between the switch and the remembering lowers nothing.
    fn floor(&self) -> u64 {
        self.known.floor.max(self.live.unwrap_or(0))
    }
}

fn start(state_dir: &Path) -> Result<Start, Refused> {
    durable::create_dir(state_dir)?;
    let lock_file = state_dir.join(LOCK_FILE);
    let lock = durable::lock(&lock_file)?.ok_or(Refused::Busy(lock_file))?;
    let known = Trust::open(state_dir)?.known()?;
    let mut moved = None;
    let live = match Store::open(state_dir).and_then(|store| store.check().and_then(|()| store.release())) {
        Ok(live) => live,
        Err(StoreError::Damaged { .. }) => {
            moved = Some(set_aside(state_dir)?);
            Store::open(state_dir)?.release()?
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Start { known, live: live.map(|l| l.number), set_aside: moved, _lock: lock })
}

/// The root of the state goes before the one on the command line: trust is given once.
fn root(known: &Known, first_root: Option<&[u8]>) -> Result<Vec<u8>, Refused> {
    match (&known.root, first_root) {
        (Some(root), None) => Ok(root.clone()),
        (Some(root), Some(first)) if is_same_authority(root, first) => Ok(root.clone()),
        (Some(_), Some(_)) => Err(Refused::OtherRoot),
        (None, Some(first)) => Ok(first.to_vec()),
        (None, None) => Err(Refused::NoRoot),
    }
}

/// After a rotation the root file of the first day still names the same authority, by one key at least.
fn is_same_authority(root: &[u8], first: &[u8]) -> bool {
    let keyids = |bytes: &[u8]| -> Vec<String> {
        let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
        let ids = value["signed"]["roles"]["root"]["keyids"].as_array().cloned().unwrap_or_default();
        ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let ours = keyids(root);
    keyids(first).iter().any(|id| ours.contains(id))
}

fn earliest(known: &Known) -> Option<Timestamp> {
    [&known.root, &known.timestamp, &known.snapshot, &known.targets]
        .into_iter()
        .flatten()
        .filter_map(|bytes| trust::expires(bytes))
        .min()
}

fn may_follow(manifest: &Manifest, start: &Start) -> Result<(), Refused> {
    if let Some(ours) = start.known.authority.as_ref().filter(|ours| **ours != manifest.authority) {
        return Err(Refused::ForeignAuthority { found: manifest.authority.clone(), ours: ours.clone() });
    }
    if manifest.release < start.floor() {
        return Err(Refused::OlderThanFloor { number: manifest.release, floor: start.floor() });
    }
    Ok(())
}

fn apply(state_dir: &Path, manifest: &Manifest, file: &Path) -> Result<(), Refused> {
    let segment = manifest.common().map_err(trust::TrustError::from)?;
    let release = NewRelease {
        authority: manifest.authority.clone(),
        number: manifest.release,
        issued: manifest.issued,
        state_root: segment.state_root,
    };
    let records = pack::open(file, segment)?.map(|entry| entry.and_then(put));
    Store::open(state_dir)?.apply(&release, records)?;
    Ok(())
}

/// A full pack has nothing to delete.
fn put(entry: Entry) -> Result<(RecordId, Vec<u8>), PackError> {
    match entry {
        Entry::Put { id, body, .. } => Ok((id, body)),
        Entry::Delete { id } => Err(PackError::Order(id)),
    }
}

async fn confirm(state_dir: &Path, old_root: Vec<u8>, verified: Verified) -> Result<(), Refused> {
    let first = trust::first_root(&old_root)?;
    let roots = std::iter::once(first).chain(verified.new_roots).map(|root| (root.version, root.bytes));
    let confirmed = Confirmed {
        roots: roots.collect(),
        timestamp: (verified.timestamp.version, verified.timestamp.bytes),
        snapshot: (verified.snapshot.version, verified.snapshot.bytes),
        targets: (verified.targets.version, verified.targets.bytes),
        authority: verified.manifest.authority,
        release: verified.manifest.release,
        issued: verified.manifest.issued,
    };
    blocking(state_dir, move |dir| Ok(Trust::open(dir)?.confirm(&confirmed)?)).await?
}

/// Databases and disks are kept off the threads that serve sockets.
async fn blocking<T: Send + 'static>(
    state_dir: &Path,
    work: impl FnOnce(&Path) -> Result<T, Refused> + Send + 'static,
) -> Result<Result<T, Refused>, Refused> {
    let dir = state_dir.to_owned();
    tokio::task::spawn_blocking(move || work(&dir)).await.map_err(|_| Refused::Interrupted)
}

/// The history is for people; when it cannot be written, the report still tells.
async fn note(state_dir: &Path, report: &Report, place: String, at: Timestamp) {
    let refused = report.refused();
    if matches!(refused, Some(Refused::Busy(_) | Refused::File(_))) {
        return;
    }
    let visit = Visit {
        at,
        place,
        outcome: report.outcome.word().to_owned(),
        release: report.to,
        requests: report.requests,
        bytes: report.bytes,
        reason: refused.map_or("", Refused::reason).to_owned(),
        text: refused.map_or(String::new(), |r| crate::base::chain::chain(r)),
    };
    let noted = blocking(state_dir, move |dir| Ok(Trust::open(dir)?.note(&visit)?)).await;
    if !matches!(noted, Ok(Ok(()))) {
        tracing::warn!("the sync history could not be written");
    }
}
