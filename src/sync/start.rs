//! What is on this machine when a pass starts: what is trusted, what is live, what is damaged.
//! It takes the folder's lock, repairs what it can from kept packs, and changes nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::base::digest::Sha256;
use crate::base::durable::{self, Lock};
use crate::release::{Manifest, trust};
use crate::store::{Known, LiveRelease, Store, StoreError, Trust};

use super::{Outcome, Refused, apply, whole};

/// Held by the one pass that may change the folder.
pub(super) const LOCK_FILE: &str = "sync.lock";

/// What is on this machine when a pass starts.
pub(super) struct Start {
    pub known: Known,
    /// The state could not be read; `known` is what the content tells.
    pub is_trust_lost: bool,
    pub live: Option<u64>,
    /// Which segments are live.
    pub subscription: String,
    /// Their state roots, as far as the content is whole.
    pub roots: BTreeMap<String, Sha256>,
    /// Why the content cannot be used as it is.
    pub trouble: Option<StoreError>,
    /// The content was damaged and has been rebuilt from the kept pack, with no need of a source.
    pub mended: Option<PathBuf>,
    /// When every record was last compared with what was signed; none when the content is not whole.
    pub whole_since: Option<Timestamp>,
    _lock: Lock,
}

impl Start {
    /// The outcome when the source has nothing newer.
    pub fn unchanged(&self) -> Outcome {
        if self.mended.is_some() { Outcome::Applied } else { Outcome::Current }
    }

    /// The floor counts what is live too: a crash between the switch and the remembering lowers nothing.
    pub fn floor(&self) -> u64 {
        self.known.floor.max(self.live.unwrap_or(0))
    }
}

/// Looks at what is here, holding the folder for this pass alone.
pub(super) fn start(state_dir: &Path, has_root: bool, now: Timestamp) -> Result<Start, Refused> {
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
pub(super) fn root(known: &Known, first_root: Option<&[u8]>) -> Result<Vec<u8>, Refused> {
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

/// When the first of what is known expires.
pub(super) fn earliest(known: &Known) -> Option<Timestamp> {
    [&known.root, &known.timestamp, &known.snapshot, &known.targets]
        .into_iter()
        .flatten()
        .filter_map(|bytes| trust::expires(bytes))
        .min()
}

/// Whether a release may take the place of what is live and has been seen.
pub(super) fn may_follow(manifest: &Manifest, start: &Start) -> Result<(), Refused> {
    may_follow_known(manifest, &start.known, start.live)
}

/// The same for what is known without a pass.
pub(super) fn may_follow_known(manifest: &Manifest, known: &Known, live: Option<u64>) -> Result<(), Refused> {
    if let Some(ours) = known.authority.as_ref().filter(|ours| **ours != manifest.authority) {
        return Err(Refused::ForeignAuthority { found: manifest.authority.clone(), ours: ours.clone() });
    }
    let floor = known.floor.max(live.unwrap_or(0));
    if manifest.release < floor {
        return Err(Refused::OlderThanFloor { number: manifest.release, floor });
    }
    Ok(())
}
