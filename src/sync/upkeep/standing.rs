//! How the content of a publisher stands, read from its two databases.
//! It changes nothing of what they say and believes nothing that the pass did not verify.

use std::path::Path;

use jiff::Timestamp;

use crate::base::chain::chain;
use crate::config::Publisher;
use crate::store::{Known, Store, StoreError, Trust};

use super::super::freshness;
use super::super::start::earliest;
use super::Standing;

/// Passes that staff see.
const HISTORY_SHOWN: u32 = 50;

/// Reads it all; what cannot be read is said as the trouble.
pub fn standing(publisher: Publisher, state_dir: &Path, now: Timestamp) -> Standing {
    let mut standing = Standing {
        publisher,
        name: String::new(),
        release: None,
        issued: None,
        expires: None,
        freshness: None,
        records: 0,
        from: String::new(),
        next_check: None,
        trouble: None,
        scrubbed: None,
        history: Vec::new(),
    };
    let content = Store::open_read_only(state_dir).and_then(|store| Ok((store.release()?, store.site()?)));
    match content {
        Ok((release, site)) => {
            standing.name = site.map_or_else(String::new, |site| site.hall.as_str().to_owned());
            if let Some(live) = release {
                standing.release = Some(live.number);
                standing.issued = Some(live.issued);
                standing.records = live.records;
            }
        }
        Err(StoreError::Missing(_)) => {}
        Err(error) => standing.trouble = Some(chain(&error)),
    }
    match trust(state_dir).and_then(|trust| trust_of(&trust)) {
        Ok((known, scrubbed, history)) => {
            let now = known.trusted_time.map_or(now, |time| time.max(now));
            standing.expires = earliest(&known).filter(|_| standing.release.is_some());
            standing.freshness = standing.expires.map(|expires| freshness(expires, now));
            standing.scrubbed = scrubbed;
            standing.history = history;
        }
        Err(StoreError::Missing(_)) => {}
        Err(error) => standing.trouble = standing.trouble.or_else(|| Some(chain(&error))),
    }
    standing
}

/// A database of an older program is taken along where it can be written; otherwise it is read as far as it goes.
fn trust(state_dir: &Path) -> Result<Trust, StoreError> {
    match Trust::file(state_dir).exists().then(|| Trust::open(state_dir)) {
        Some(Ok(trust)) => Ok(trust),
        Some(Err(_)) | None => Trust::open_read_only(state_dir),
    }
}

type Trusted = (Known, Option<Timestamp>, Vec<crate::store::Visit>);

fn trust_of(trust: &Trust) -> Result<Trusted, StoreError> {
    Ok((trust.known()?, trust.scrubbed()?.map(|scrubbed| scrubbed.at), trust.history(HISTORY_SHOWN)?))
}
