//! One pass of following a publisher: look, verify, fetch, switch, remember.
//! Whatever goes wrong before the switch leaves the old content live, and nothing ever lowers the floor.

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::base::digest::Sha256;
use crate::base::durable::Scratch;
use crate::release::trust::{self, METADATA_BYTES_MAX};
use crate::release::{TrustBytes, Verified, layout};
use crate::store::{Confirmed, Known, ServerAnswer, Trust, Visit};

use super::counted::Counted;
use super::errand::{Errand, Gauge};
use super::kept::Kept;
use super::start::{Start, earliest, may_follow, root, start};
use super::whole;
use super::{Fault, Freshness, Newer, Outcome, Refused, Report, Source, Subscription, Validators, Way, blobs};

/// With less validity than this left, the publisher is late.
pub const STALE_DAYS: i64 = 14;
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
    let gauge = Gauge::of(errand);
    let counted = Arc::new(Counted::telling(source, gauge.meter()));
    let mut pass = Pass { subscription: subscription.clone(), gauge, has_looked: false, report: Report::default() };
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

/// The newest timestamp of a source, and what it calls that version. A server that knows what we have sends nothing.
async fn timestamp(source: &dyn Source, known: &Known) -> Result<(Vec<u8>, Option<Validators>), Refused> {
    let seen = known.answer.as_ref().filter(|answer| source.way() == Way::Network && answer.place == source.place());
    let seen = seen.and_then(|answer| Validators::new(answer.etag.as_deref(), answer.modified.as_deref()));
    let have = known.timestamp.as_ref().zip(seen);
    let seen = have.as_ref().map(|(_, seen)| seen);
    match source.small_if_new(layout::TIMESTAMP, METADATA_BYTES_MAX, seen).await? {
        Newer::Changed { bytes, validators } => Ok((bytes, validators)),
        Newer::Same => match have {
            Some((bytes, seen)) => Ok((bytes.clone(), Some(seen))),
            // Nobody asked for it.
            None => Err(Fault::NotFound { name: layout::TIMESTAMP.to_owned() }.into()),
        },
    }
}

/// Remembers what a server calls the timestamp that is known now. Only a shortcut: when it cannot be written, the next
/// look costs a few hundred bytes more.
async fn remember(state_dir: &Path, start: &Start, source: &dyn Source, validators: Option<Validators>) {
    if source.way() != Way::Network {
        return;
    }
    let answer = validators.map(|v| ServerAnswer {
        place: source.place(),
        etag: v.etag().map(str::to_owned),
        modified: v.last_modified().map(str::to_owned),
    });
    if answer != start.known.answer {
        let _ = blocking(state_dir, move |dir| Ok(Trust::open(dir)?.note_answer(answer.as_ref())?)).await;
    }
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
pub(super) struct Pass {
    pub subscription: Subscription,
    pub gauge: Gauge,
    has_looked: bool,
    pub report: Report,
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
        self.gauge.checking();
        let root = root(&start.known, first_root)?;
        let now = start.known.trusted_time.map_or(clock.now(), |time| time.max(clock.now()));

        let (timestamp, validators) = timestamp(&*source, &start.known).await?;
        let is_known = start.known.timestamp.as_ref() == Some(&timestamp);
        let is_same = start.trouble.is_none() && start.subscription == self.subscription.word();
        if is_known && is_same && start.live == Some(start.known.floor) {
            // Byte for byte what was verified last time, and its release is live: nothing to fetch.
            if let Some(expires) = earliest(&start.known) {
                self.judge(expires, now, source.way(), Some(start.known.floor), &start)?;
            }
            remember(state_dir, &start, &*source, validators).await;
            self.complete(state_dir, &*source).await?;
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
            remember(state_dir, &start, &*source, validators).await;
            self.complete(state_dir, &*source).await?;
            return Ok(start.unchanged());
        }
        self.update(state_dir, &*source, &start, &verified.manifest).await?;
        self.report.to = Some(number);
        self.report.trouble = None;
        let needed = self.subscription.blobs(&verified.manifest);
        let roots: Vec<Sha256> = verified.manifest.segments.values().map(|segment| segment.state_root).collect();
        self.confirm(state_dir, &start, trusted.root, verified).await?;
        remember(state_dir, &start, &*source, validators).await;
        // What was whole and was changed in one transaction is whole; what was built anew is whole since now.
        let since = if start.trouble.is_none() { start.whole_since } else { None }.unwrap_or(wall);
        let _ = blocking(state_dir, move |dir| Ok(whole::note(dir, since)?)).await;
        // A pack too many is no reason to call a finished update refused; the next pass clears it.
        let _ = Kept::read(state_dir).keep_only(state_dir, roots.iter());
        let _ = blobs::keep_only(state_dir, &needed);
        Ok(Outcome::Applied)
    }

    /// Fetches pictures of the live release that a scrub took away.
    async fn complete(&mut self, state_dir: &Path, source: &dyn Source) -> Result<(), Refused> {
        let lacking = blobs::lacking(state_dir);
        match blobs::fetch_all(state_dir, source, &lacking).await?.first() {
            None => Ok(()),
            Some(first) => Err(Fault::NotFound { name: first.clone() }.into()),
        }
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
            (Freshness::Expired, _) => Err(Refused::expired(expires)),
        }
    }
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
