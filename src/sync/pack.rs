//! Fetching a pack to this machine's disk, when there is space for what it brings.
//! What is in it is for others to look at.

use std::path::{Path, PathBuf};

use crate::release::{PackRef, layout};

use super::fetch::{self, Object};
use super::{Refused, Source};

/// Kept free on the disk beside what a release takes.
const SPARE_BYTES: u64 = 64 << 20;
const MIB: u64 = 1 << 20;

/// Fetches a pack into `folder` and says where it is.
pub(super) async fn fetch(source: &dyn Source, pack: &PackRef, folder: &Path) -> Result<PathBuf, Refused> {
    let object = Object { name: layout::pack_name(&pack.sha256), sha256: pack.sha256, size: pack.size };
    if !folder.join(pack.sha256.to_string()).exists() {
        enough_space(folder, pack)?;
    }
    fetch::object(source, &object, folder).await
}

/// The pack, the new rows, and the log that holds them until the switch.
fn enough_space(folder: &Path, pack: &PackRef) -> Result<(), Refused> {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let needed = pack.size + 3 * pack.unpacked + SPARE_BYTES;
    if free < needed {
        return Err(Refused::NoSpace { needed_mib: needed / MIB, free_mib: free / MIB });
    }
    Ok(())
}
