//! Fetching a pack to this machine's disk: copied once, hashed on the way, named only when the hash matched.
//! A pack that is there already, whichever way it came, is not fetched again.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::base::digest::{Running, Sha256};
use crate::base::durable::{FileError, Staged};
use crate::release::{PackRef, layout};

use super::{Body, Refused, Size, Source};

const READ_BYTES: usize = 256 << 10;
/// Kept free on the disk beside what a release takes.
const SPARE_BYTES: u64 = 64 << 20;
const MIB: u64 = 1 << 20;

/// Fetches a pack into `folder` and says where it is.
pub(super) async fn fetch(source: &dyn Source, pack: &PackRef, folder: &Path) -> Result<PathBuf, Refused> {
    let path = folder.join(pack.sha256.to_string());
    if is_there(&path, pack) {
        return Ok(path);
    }
    enough_space(folder, pack)?;
    let mut body = source.open(&layout::pack_name(&pack.sha256), Size::Exactly(pack.size)).await?;
    let mut staged = Staged::create(&path)?;
    let sha256 = copy(&mut *body, &mut staged, &path).await?;
    if sha256 != pack.sha256 {
        return Err(Refused::PackHash);
    }
    staged.commit()?;
    Ok(path)
}

async fn copy(body: &mut dyn Body, staged: &mut Staged, path: &Path) -> Result<Sha256, Refused> {
    let mut running = Running::default();
    while let Some(piece) = body.next().await? {
        running.update(&piece);
        staged.write_all(&piece).map_err(|source| FileError::new("写入", path, source))?;
    }
    Ok(running.finish())
}

pub(super) fn is_there(path: &Path, pack: &PackRef) -> bool {
    let is_size = std::fs::metadata(path).is_ok_and(|m| m.len() == pack.size);
    is_size && hash(path) == Some(pack.sha256)
}

fn hash(path: &Path) -> Option<Sha256> {
    let mut file = File::open(path).ok()?;
    let mut running = Running::default();
    let mut piece = vec![0; READ_BYTES];
    loop {
        match file.read(&mut piece).ok()? {
            0 => return Some(running.finish()),
            n => running.update(&piece[..n]),
        }
    }
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
