//! Whether the content is known to be whole: it was looked through, and nobody wrote to its file since.
//! A disk that loses bytes by itself is not noticed here; that is what the nightly scrub is for.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::base::chain::chain;
use crate::base::durable;
use crate::store::{Scrubbed, Store, StoreError, Trust};

use super::kept::Kept;
use super::start::LOCK_FILE;
use super::{Refused, apply, blobs};

/// What a scrub found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrub {
    /// What was wrong with the content; none when it was whole.
    pub trouble: Option<String>,
    /// It was rebuilt from the kept packs; otherwise the next pass has to fetch it.
    pub is_mended: bool,
    /// Where the damaged database went.
    pub set_aside: Option<PathBuf>,
    /// Kept packs that were damaged and are gone; the next repair will need a source for them.
    pub bad_packs: u64,
}

impl Scrub {
    /// One sentence for staff.
    pub fn sentence(&self) -> String {
        match &self.trouble {
            None if self.bad_packs > 0 => {
                format!("检查完毕，内容完好；备用的内容包有{}个损坏，已经删除", self.bad_packs)
            }
            None => "检查完毕，内容完好".to_owned(),
            Some(trouble) if self.is_mended => format!("内容有损坏（{trouble}），已经修复"),
            Some(trouble) => format!("内容有损坏（{trouble}），请用U盘或网络更新一次"),
        }
    }
}

/// Compares every record and every kept pack with what was signed, and rebuilds what is damaged from the kept packs.
/// What cannot be rebuilt stays on the screen as far as it can be read, until a source brings it anew.
pub fn scrub(state_dir: &Path, now: Timestamp) -> Result<Scrub, Refused> {
    let lock_file = state_dir.join(LOCK_FILE);
    let _lock = durable::lock(&lock_file)?.ok_or(Refused::Busy(lock_file))?;
    let mut scrub = Scrub {
        trouble: None,
        is_mended: false,
        set_aside: None,
        bad_packs: Kept::read(state_dir).drop_bad(state_dir),
    };
    let bad_blobs = blobs::scrub(state_dir);
    let looked = Store::open_read_only(state_dir).and_then(|store| store.verify());
    match looked {
        // Where only pictures lack, the records are whole all the same.
        Ok(()) => note(state_dir, now)?,
        Err(StoreError::Missing(_)) => {}
        Err(error @ (StoreError::Newer { .. } | StoreError::Busy(_))) => return Err(error.into()),
        Err(error) => {
            scrub.trouble = Some(chain(&error));
            forget(state_dir)?;
            if let Some(aside) = mend(state_dir) {
                scrub.is_mended = true;
                scrub.set_aside = aside;
                note(state_dir, now)?;
            }
        }
    }
    if bad_blobs > 0 && (scrub.trouble.is_none() || scrub.is_mended) {
        // The text is whole; the pictures come with the next pass.
        scrub.trouble = Some(format!("有{bad_blobs}个图片文件损坏"));
        scrub.is_mended = false;
    }
    Ok(scrub)
}

fn mend(state_dir: &Path) -> Option<Option<PathBuf>> {
    let store = Store::open_read_only(state_dir).ok()?;
    let live = store.release().ok()??;
    let segments = store.segments().ok()?;
    let floor = Trust::open(state_dir).and_then(|trust| trust.known()).map_or(0, |known| known.floor);
    drop(store);
    if live.number < floor { None } else { apply::mend(state_dir, &live, segments) }
}

/// Since when the content is known to be whole; none when it has to be looked through.
pub(super) fn noted(state_dir: &Path) -> Option<Timestamp> {
    let noted = Trust::open(state_dir).and_then(|trust| trust.scrubbed()).ok()??;
    (noted.mark == Store::mark(state_dir)).then_some(noted.at)
}

/// Remembers that the content, as its file is now, was whole at `at`.
pub(super) fn note(state_dir: &Path, at: Timestamp) -> Result<(), StoreError> {
    Trust::open(state_dir)?.note_whole(&Scrubbed { at, mark: Store::mark(state_dir) })
}

fn forget(state_dir: &Path) -> Result<(), StoreError> {
    Trust::open(state_dir)?.forget_whole()
}
