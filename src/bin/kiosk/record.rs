//! A record of the terminal's store, for the commands that take `--record`.
//! It reads only, and says what is missing.

use anyhow::{Context, bail};
use civic_kiosk::app::Hall;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::{Guide, Record};
use civic_kiosk::store::{Store, StoreError};

use crate::Common;

const NOTHING: &str = "本机还没有内容，请先更新一次（kiosk sync）";

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

/// A guide with the hall it belongs to. The id may leave out `guide/`.
pub fn guide(common: &Common, id: &str) -> anyhow::Result<(Hall, Guide)> {
    let id = if id.contains('/') { RecordId::parse(id) } else { RecordId::new("guide", id) }?;
    let store = store(common)?;
    let overview = store.overview()?.context(NOTHING)?;
    match store.record(&id)? {
        Some(Record::Guide(guide)) => Ok((Hall::from(overview), *guide)),
        Some(_) => bail!("{id} 不是办事指南"),
        None => bail!("没有 {id} 这条内容"),
    }
}
