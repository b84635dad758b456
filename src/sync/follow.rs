//! One pass of following a publisher: look, verify, fetch, switch, remember.
//! Whatever goes wrong before the switch leaves the old content live, and nothing ever lowers the floor.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::base::chain::chain;
use crate::base::clock::{Clock, china};
use crate::base::digest::Sha256;
use crate::base::durable::{self, Lock, Scratch};
use crate::release::trust::{self, METADATA_BYTES_MAX};
use crate::release::{Manifest, TrustBytes, Verified, layout};
use crate::store::{Confirmed, Known, LiveRelease, Store, StoreError, Trust, Visit};

use super::apply;
use super::counted::Counted;
use super::errand::{Errand, Stage};
use super::kept::Kept;
use super::whole;
use super::{Freshness, Outcome, Refused, Report, Source, Subscription, Way};

/// With less validity than this left, the publisher is late.
pub const STALE_DAYS: i64 = 14;
pub(super) const LOCK_FILE: &str = "sync.lock";
const CHECK_DIR: &str = "check";

/// Follows `source` once, for nobody in particular. `first_root` is the root that a new terminal is told to trust;
/// later the state has it.
pub async fn follow_once(
    state_dir: &Path,
    source: Arc<dyn Source>,
    first_root: Option<&[u8]>,
    subscription: &Subscription,
    clock: &dyn Clock,
) -> Report {
    follow(state_dir, source, first_root, subscription, &Errand::default(), clock).await
}

/// Follows `source` once: `errand` says for whom, and who wants to know how far it has come.
pub async fn follow(
    state_dir: &Path,
    source: Arc<dyn Source>,
    first_root: Option<&[u8]>,
    subscription: &Subscription,
    errand: &Errand,
    clock: &dyn Clock,
) -> Report {
    let counted = Arc::new(Counted::new(source));
    let mut pass = Pass { subscription: subscription.clone(), errand: errand.clone(), ..Pass::default() };
    let outcome = match pass.run(state_dir, Arc::clone(&counted), first_root, clock).await {
        Ok(outcome) => outcome,
        Err(refused) => Outcome::Refused(refused),
    };
    let Pass { has_looked, mut report, .. } = pass;
    report.outcome = outcome;
    report.requests = counted.requests();
    report.bytes = counted.bytes();
    if !has_looked {
        report.tell_live(state_dir);
    }
    note(state_dir, &report, counted.place(), &errand.who, clock.now()).await;
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
#[derive(Default)]
pub(super) struct Pass {
    pub subscription: Subscription,
    pub errand: Errand,
    has_looked: bool,
    pub report: Report,
}

/// What is on this machine when a pass starts.
pub(super) struct Start {
    known: Known,
    /// The state could not be read; `known` is what the content tells.
    is_trust_lost: bool,
    live: Option<u64>,
    /// Which segments are live.
    subscription: String,
    /// Their state roots, as far as the content is whole.
    pub roots: BTreeMap<String, Sha256>,
    /// Why the content cannot be used as it is.
    pub trouble: Option<StoreError>,
    /// The content was damaged and has been rebuilt from the kept pack, with no need of a source.
    mended: Option<PathBuf>,
    /// When every record was last compared with what was signed; none when the content is not whole.
    whole_since: Option<Timestamp>,
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
        let has_root = first_root.is_some();
        let wall = clock.now();
        let start = blocking(state_dir, move |dir| start(dir, has_root, wall)).await??;
        self.begin(&start);
        self.errand.tell(Stage::Checking, 0, 0);
        let root = root(&start.known, first_root)?;
        let now = start.known.trusted_time.map_or(clock.now(), |time| time.max(clock.now()));

        let timestamp = source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await?;
        let is_known = start.known.timestamp.as_ref() == Some(&timestamp);
        let is_same = start.trouble.is_none() && start.subscription == self.subscription.word();
        if is_known && is_same && start.live == Some(start.known.floor) {
            // Byte for byte what was verified last time, and its release is live: nothing to fetch.
            if let Some(expires) = earliest(&start.known) {
                self.judge(expires, now, source.way(), Some(start.known.floor), &start)?;
            }
            return Ok(start.unchanged());
        }

        let scratch = Scratch::create(state_dir, CHECK_DIR)?;
        let Known { timestamp: seen, snapshot, targets, .. } = start.known.clone();
        let trusted = TrustBytes { root, timestamp: seen, snapshot, targets };
        let verified = trust::open(Arc::clone(&source) as Arc<dyn Source>, &trusted, timestamp, scratch.path()).await?;
        drop(scratch);
        let number = verified.manifest.release;
        may_follow(&verified.manifest, &start)?;
        self.judge(verified.expires(), now, source.way(), Some(number), &start)?;

        self.report.missing = self.subscription.missing(&verified.manifest);
        if start.live == Some(number) && is_same {
            self.confirm(state_dir, &start, trusted.root, verified).await?;
            return Ok(start.unchanged());
        }
        let set_aside = self.update(state_dir, &*source, &start, &verified.manifest).await?;
        self.report.to = Some(number);
        self.report.trouble = None;
        self.report.set_aside.extend(set_aside);
        let roots: Vec<Sha256> = verified.manifest.segments.values().map(|segment| segment.state_root).collect();
        self.confirm(state_dir, &start, trusted.root, verified).await?;
        // What was whole and was changed in one transaction is whole; what was built anew is whole since now.
        let since = if start.trouble.is_none() { start.whole_since } else { None }.unwrap_or(wall);
        let _ = blocking(state_dir, move |dir| Ok(whole::note(dir, since)?)).await;
        // A pack too many is no reason to call a finished update refused; the next pass clears it.
        let _ = Kept::read(state_dir).keep_only(state_dir, roots.iter());
        Ok(Outcome::Applied)
    }

    fn begin(&mut self, start: &Start) {
        self.has_looked = true;
        self.report.from = start.live;
        self.report.to = start.live;
        self.report.trouble = start.trouble.as_ref().map(|error| chain(error));
        self.report.set_aside.extend(start.mended.clone());
    }

    /// Remembers what was verified; lost trust is begun anew with it, and the rest of the old file is set aside.
    async fn confirm(
        &mut self,
        state_dir: &Path,
        start: &Start,
        old_root: Vec<u8>,
        verified: Verified,
    ) -> Result<(), Refused> {
        let confirmed = confirmed(&old_root, verified)?;
        let is_lost = start.is_trust_lost;
        let aside = blocking(state_dir, move |dir| {
            if is_lost {
                return Ok(Trust::rebuild(dir, &confirmed)?);
            }
            Trust::open(dir)?.confirm(&confirmed)?;
            Ok(None)
        });
        self.report.set_aside.extend(aside.await??);
        Ok(())
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
        self.report.freshness = Some(freshness);
        let is_wanted = number > Some(start.floor()) || number == start.live;
        match (freshness, way) {
            (Freshness::Fresh | Freshness::Stale, _) => Ok(()),
            (Freshness::Expired, Way::Stick) if is_wanted => Ok(()),
            (Freshness::Expired, _) => Err(Refused::Expired(expires.to_zoned(china()).date())),
        }
    }
}

impl Start {
    /// The outcome when the source has nothing newer.
    fn unchanged(&self) -> Outcome {
        if self.mended.is_some() { Outcome::Applied } else { Outcome::Current }
    }

    /// The floor counts what is live too: a crash between the switch and the remembering lowers nothing.
    fn floor(&self) -> u64 {
        self.known.floor.max(self.live.unwrap_or(0))
    }
}

fn start(state_dir: &Path, has_root: bool, now: Timestamp) -> Result<Start, Refused> {
    if state_dir.is_file() {
        return Err(StoreError::NotAFolder(state_dir.to_owned()).into());
    }
    durable::create_dir(state_dir)?;
    let lock_file = state_dir.join(LOCK_FILE);
    let lock = durable::lock(&lock_file)?.ok_or(Refused::Busy(lock_file))?;
    let noted = whole::noted(state_dir);
    let Content { live, mut roots, mut trouble } = content(state_dir, noted.is_some())?;
    let (known, is_trust_lost) = known(state_dir, has_root, live.as_ref())?;
    let mut mended = None;
    if let (Some(live), Some(_)) = (live.as_ref().filter(|live| live.number >= known.floor), &trouble)
        && let Some(aside) = apply::mend(state_dir, live, roots.clone())
    {
        mended = aside;
        trouble = None;
    }
    let mut whole_since = noted;
    if trouble.is_some() {
        // Nothing can be built on what is damaged.
        roots.clear();
        whole_since = None;
    } else if noted.is_none() && !is_trust_lost && whole::note(state_dir, now).is_ok() {
        whole_since = Some(now);
    }
    let subscription = live.as_ref().map_or_else(String::new, |live| live.subscription.clone());
    let live = live.map(|live| live.number);
    Ok(Start { known, is_trust_lost, live, subscription, roots, trouble, mended, whole_since, _lock: lock })
}

/// What is live, as far as that can be read, and what is wrong with it.
struct Content {
    live: Option<LiveRelease>,
    roots: BTreeMap<String, Sha256>,
    trouble: Option<StoreError>,
}

/// Looks at the content. Nothing is changed: the damaged rest is shown until there is something better. What nobody
/// wrote to since it was whole is not looked through again; the nightly scrub does that.
fn content(state_dir: &Path, is_untouched: bool) -> Result<Content, Refused> {
    let verify = |store: &Store| if is_untouched { Ok(()) } else { store.verify() };
    let look = |store: Store| (store.release(), store.segments().unwrap_or_default(), verify(&store));
    let (live, roots, trouble) = match Store::open_read_only(state_dir).map(look) {
        Ok((Ok(live), roots, Ok(()))) => (live, roots, None),
        Ok((live, roots, Err(error))) => (live.ok().flatten(), roots, Some(error)),
        Ok((Err(error), ..)) | Err(error) => (None, BTreeMap::new(), Some(error)),
    };
    match trouble {
        None | Some(StoreError::Missing(_)) => Ok(Content { live, roots, trouble: None }),
        // A newer program's content is not damaged, and what is busy now may be whole.
        Some(error @ (StoreError::Newer { .. } | StoreError::Busy(_))) => Err(error.into()),
        Some(error) => Ok(Content { live, roots, trouble: Some(error) }),
    }
}

/// What is trusted; when that is lost and a root was given, the content still tells the authority and the floor.
fn known(state_dir: &Path, has_root: bool, live: Option<&LiveRelease>) -> Result<(Known, bool), Refused> {
    let looked = Trust::open(state_dir).and_then(|trust| trust.check().and_then(|()| trust.known()));
    match looked {
        Ok(known) if known.root.as_ref().is_none_or(|root| trust::first_root(root).is_ok()) => {
            return Ok((known, false));
        }
        Ok(_) | Err(StoreError::Damaged { .. } | StoreError::Foreign(_)) => {}
        Err(error) => return Err(error.into()),
    }
    if !has_root {
        return Err(Refused::TrustLost(Trust::file(state_dir)));
    }
    let known = live.map_or_else(Known::default, |live| Known {
        authority: Some(live.authority.clone()),
        floor: live.number,
        trusted_time: Some(live.issued),
        ..Known::default()
    });
    Ok((known, true))
}

/// The root of the state goes before the one on the command line: trust is given once.
fn root(known: &Known, first_root: Option<&[u8]>) -> Result<Vec<u8>, Refused> {
    match (&known.root, first_root) {
        (Some(root), None) => Ok(root.clone()),
        (Some(root), Some(first)) if trust::is_same_publisher(root, first, known.authority.as_deref()) => {
            Ok(root.clone())
        }
        (Some(_), Some(_)) => Err(Refused::OtherRoot),
        (None, Some(first)) => Ok(first.to_vec()),
        (None, None) => Err(Refused::NoRoot),
    }
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

fn confirmed(old_root: &[u8], verified: Verified) -> Result<Confirmed, Refused> {
    let first = trust::first_root(old_root)?;
    let roots = std::iter::once(first).chain(verified.new_roots).map(|root| (root.version, root.bytes));
    Ok(Confirmed {
        roots: roots.collect(),
        timestamp: (verified.timestamp.version, verified.timestamp.bytes),
        snapshot: (verified.snapshot.version, verified.snapshot.bytes),
        targets: (verified.targets.version, verified.targets.bytes),
        authority: verified.manifest.authority,
        release: verified.manifest.release,
        issued: verified.manifest.issued,
    })
}

/// Databases and disks are kept off the threads that serve sockets.
pub(super) async fn blocking<T: Send + 'static>(
    state_dir: &Path,
    work: impl FnOnce(&Path) -> Result<T, Refused> + Send + 'static,
) -> Result<Result<T, Refused>, Refused> {
    let dir = state_dir.to_owned();
    tokio::task::spawn_blocking(move || work(&dir)).await.map_err(|_| Refused::Interrupted)
}

/// The history is for people; when it cannot be written, the report still tells.
async fn note(state_dir: &Path, report: &Report, place: String, who: &str, at: Timestamp) {
    let refused = report.refused();
    if matches!(refused, Some(Refused::Busy(_) | Refused::File(_) | Refused::TrustLost(_))) {
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
        text: refused.map_or(String::new(), |r| chain(r)),
        who: who.to_owned(),
    };
    let _ = blocking(state_dir, move |dir| Ok(Trust::open(dir)?.note(&visit)?)).await;
}
