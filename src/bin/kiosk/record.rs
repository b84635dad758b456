//! A record of the terminal's store, for the commands that take `--record`.
//! It reads only, and says what is missing.

use anyhow::{Context, bail};
use civic_kiosk::app::Hall;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::store::{Opened, Store, StoreError};

use crate::Common;

/// What is said on a terminal before its first release.
pub const NOTHING: &str = "本机还没有内容，请先更新一次（kiosk sync）";

/// The content, when there is some.
pub fn store(common: &Common) -> anyhow::Result<Store> {
    let store = match Store::open_read_only(&common.settings()?.0.state_dir) {
        Err(StoreError::Missing(_)) => bail!(NOTHING),
        store => store?,
    };
    if store.release()?.is_none() {
        bail!(NOTHING);
    }
    Ok(store)
}

/// A record with what its page needs, and the hall it belongs to. The id of a guide may leave out `guide/`.
pub fn opened(common: &Common, id: &RecordId) -> anyhow::Result<(Hall, Opened)> {
    let store = store(common)?;
    let overview = store.overview()?.context(NOTHING)?;
    match store.opened(id, 0)? {
        Some(opened) => Ok((Hall::from(overview), opened)),
        None => bail!("没有 {id} 这条内容"),
    }
}
