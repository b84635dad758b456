//! The index of whole texts brought to the live release after a sync.
//! It only follows: what is searched is said by whoever asks.

use std::path::Path;

use crate::base::durable;
use crate::search::{Segmenter, text_of};
use crate::store::{Followed, FullText, Store, StoreError};

/// Whoever writes the index holds this.
const LOCK: &str = "search.lock";

/// Brings the index of texts of a state folder to its live release, record by record; a damaged one is made anew. It
/// takes as long as there are changed texts, and waits for another process that is at it.
pub fn follow_texts(state_dir: &Path) -> Result<Followed, StoreError> {
    let store = match Store::open_read_only(state_dir) {
        // Nothing has come of this publisher.
        Err(StoreError::Missing(_)) => return Ok(Followed::default()),
        store => store?,
    };
    let _lock = durable::wait_for_lock(&state_dir.join(LOCK))?;
    let cut = |record: &_| Segmenter.index_words(&text_of(record));
    match FullText::open(state_dir)?.follow(&store, cut) {
        Err(StoreError::Damaged { .. }) => FullText::anew(state_dir)?.follow(&store, cut),
        done => done,
    }
}
