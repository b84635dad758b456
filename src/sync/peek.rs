//! What a stick would bring, before anybody decides to take it: signatures, versions and the list of what is missing.
//! It changes nothing, holds no lock and reads no pack; whether the packs are right only the import can tell.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::base::durable::Scratch;
use crate::release::trust::{self, METADATA_BYTES_MAX};
use crate::release::{PackRef, TrustBytes, layout};
use crate::store::{Store, Trust};

use super::blobs;
use super::kept::{Kept, PACKS_DIR};
use super::plan::Plan;
use super::start::{earliest, may_follow_known, root};
use super::{Fault, Freshness, Refused, Size, Source, Subscription, Way, freshness};

/// A release that a terminal could take from a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// Its number.
    pub release: u64,
    /// When it was signed.
    pub issued: Timestamp,
    /// What is live now.
    pub live: Option<u64>,
    /// Bytes that would be copied.
    pub bytes: u64,
    /// Files that would be copied.
    pub files: u64,
    /// Those of them that the source does not have, or has in another size.
    pub missing: u64,
    /// Whether its signatures are still good.
    pub freshness: Freshness,
}

/// Looks at what `source` has for a terminal that follows somebody already.
pub async fn peek(
    state_dir: &Path,
    source: Arc<dyn Source>,
    subscription: &Subscription,
    now: Timestamp,
) -> Result<Peek, Refused> {
    if !Trust::file(state_dir).exists() {
        // Nobody of this name is followed, and looking must not make it seem so.
        return Err(Refused::NoRoot);
    }
    let known = Trust::open(state_dir)?.known()?;
    let root = root(&known, None)?;
    let now = known.trusted_time.map_or(now, |time| time.max(now));
    let store = Store::open_read_only(state_dir).ok();
    let live = store.as_ref().and_then(|store| store.release().ok().flatten());
    let roots = store.as_ref().and_then(|store| store.segments().ok()).unwrap_or_default();
    drop(store);
    let timestamp = source.small(layout::TIMESTAMP, METADATA_BYTES_MAX).await?;
    if let (Some(live), true) = (&live, known.timestamp.as_ref() == Some(&timestamp)) {
        let freshness = earliest(&known).map_or(Freshness::Expired, |expires| freshness(expires, now));
        let live_number = Some(live.number);
        return Ok(Peek {
            release: live.number,
            issued: live.issued,
            live: live_number,
            bytes: 0,
            files: 0,
            missing: 0,
            freshness,
        });
    }
    let scratch = Scratch::unique(state_dir, "peek")?;
    let trusted = TrustBytes {
        root,
        timestamp: known.timestamp.clone(),
        snapshot: known.snapshot.clone(),
        targets: known.targets.clone(),
    };
    let verified = trust::open(Arc::clone(&source), &trusted, timestamp, scratch.path()).await?;
    drop(scratch);
    let manifest = &verified.manifest;
    let live_number = live.as_ref().map(|live| live.number);
    may_follow_known(manifest, &known, live_number)?;
    let freshness = freshness(verified.expires(), now);
    if freshness == Freshness::Expired && source.way() == Way::Network {
        return Err(Refused::expired(verified.expires()));
    }
    let kept = Kept::read(state_dir);
    let plan = Plan::new(subscription.pick(manifest), &roots, |root| kept.has_room_after(root));
    let is_here = |pack: &PackRef| {
        let path = state_dir.join(PACKS_DIR).join(pack.sha256.to_string());
        std::fs::metadata(path).is_ok_and(|m| m.len() == pack.size)
    };
    let wanted: BTreeSet<_> = plan.packs().filter(|pack| !is_here(pack)).map(|pack| (pack.sha256, pack.size)).collect();
    let mut wanted: BTreeSet<_> = wanted.into_iter().map(|(sha256, size)| (layout::pack_name(&sha256), size)).collect();
    let blobs = subscription.blobs(manifest);
    let lacking = blobs.iter().filter(|blob| !blobs::is_here(state_dir, &blob.sha256, blob.size));
    wanted.extend(lacking.map(|blob| (layout::blob_name(&blob.sha256), blob.size)));
    let mut missing = 0;
    for (name, size) in &wanted {
        match source.open(name, Size::Exactly(*size)).await {
            Ok(_) => {}
            Err(Fault::NotFound { .. } | Fault::WrongSize { .. } | Fault::NotAFile { .. }) => missing += 1,
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(Peek {
        release: manifest.release,
        issued: manifest.issued,
        live: live_number,
        bytes: wanted.iter().map(|(_, size)| size).sum(),
        files: wanted.len() as u64,
        missing,
        freshness,
    })
}
