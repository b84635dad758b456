//! Fetching one object that is named by its hash: what broke off is gone on with, from whichever source comes next.
//! Nothing gets its name before the hash over every byte matched, and nothing is tried more than twice.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::base::digest::{Running, Sha256};
use crate::base::durable::{self, FileError, Partial};

use super::{Body, Fault, Refused, Size, Source};

const READ_BYTES: usize = 256 << 10;
/// Kept free on the disk beside what a release takes.
const SPARE_BYTES: u64 = 64 << 20;
const MIB: u64 = 1 << 20;
/// So much is gathered before it is hashed and written.
const WRITE_BYTES: usize = 64 << 10;
/// Halves of other objects that are kept: enough for a stick and a server in turn, too few to fill a disk.
const OTHER_PARTS_MAX: usize = 3;

/// An object as the signed manifest names it.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// Its file in the repository.
    pub name: String,
    pub sha256: Sha256,
    pub size: u64,
}

/// Fetches an object into `folder` and says where it is. One that is there already, whichever way it came, is not
/// fetched again; of one that is there in part, only the rest is.
pub(super) async fn object(source: &dyn Source, object: &Object, folder: &Path) -> Result<PathBuf, Refused> {
    let path = folder.join(object.sha256.to_string());
    let (target, wanted) = (path.clone(), object.clone());
    let begun = apart(move || begin(&target, &wanted)).await?;
    let Some(growing) = begun else { return Ok(path) };
    let half = match growing.part.length() {
        0 => growing,
        from => match source.open_from(&object.name, object.size, from).await {
            Ok(body) => match growing.take(body, object).await? {
                Taken::Whole => return Ok(path),
                // The beginning may have been wrong, or the rest: neither is kept, and the source gets a second chance.
                Taken::Wrong(growing) => growing,
            },
            // A server that answers a question about a part wrongly may know the whole.
            Err(Fault::NotARelease { .. } | Fault::WrongSize { .. }) => growing,
            Err(fault) => return Err(fault.into()),
        },
    };
    let body = source.open(&object.name, Size::Exactly(object.size)).await?;
    match half.restart()?.take(body, object).await? {
        Taken::Whole => Ok(path),
        Taken::Wrong(growing) => {
            growing.restart()?;
            Err(Refused::PackHash)
        }
    }
}

/// What is here of an object; `None` when it is complete and right.
fn begin(path: &Path, object: &Object) -> Result<Option<Growing>, Refused> {
    if is_right(path, object.size, &object.sha256) {
        return Ok(None);
    }
    forget_old_parts(path);
    let mut part = Partial::open(path, object.size)?;
    let mut running = Running::default();
    part.read(|piece| running.update(piece))?;
    let growing = Growing { part, running };
    if growing.part.length() < object.size {
        return Ok(Some(growing));
    }
    // The power went between the last byte and the name.
    match growing.finish(object)? {
        Taken::Whole => Ok(None),
        Taken::Wrong(growing) => Ok(Some(growing.restart()?)),
    }
}

/// A half object with the hash of what is here.
struct Growing {
    part: Partial,
    running: Running,
}

/// What became of a half object.
enum Taken {
    /// It is complete, right and has its name.
    Whole,
    /// It is complete and not what was signed.
    Wrong(Growing),
}

impl Growing {
    fn restart(mut self) -> Result<Self, FileError> {
        self.part.restart()?;
        Ok(Self { part: self.part, running: Running::default() })
    }

    /// Takes what a body brings. When it breaks off, what came is kept for the next attempt.
    async fn take(mut self, mut body: Box<dyn Body>, object: &Object) -> Result<Taken, Refused> {
        let mut gathered = Vec::with_capacity(2 * WRITE_BYTES);
        loop {
            let piece = match body.next().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(fault) => {
                    self.broke_off(gathered, &fault).await?;
                    return Err(fault.into());
                }
            };
            gathered.extend_from_slice(&piece);
            if gathered.len() >= WRITE_BYTES {
                (self, gathered) = apart(move || self.write(gathered)).await?;
            }
        }
        let object = object.clone();
        apart(move || self.write(gathered)?.0.finish(&object)).await
    }

    fn write(mut self, mut gathered: Vec<u8>) -> Result<(Self, Vec<u8>), Refused> {
        self.running.update(&gathered);
        if let Err(error) = self.part.append(&gathered) {
            // A full disk is needed by others, and by the next attempt.
            let _ = self.part.restart();
            return Err(error.into());
        }
        gathered.clear();
        Ok((self, gathered))
    }

    async fn broke_off(self, gathered: Vec<u8>, fault: &Fault) -> Result<(), Refused> {
        let is_of_the_line =
            matches!(fault, Fault::Unreachable { .. } | Fault::Timeout { .. } | Fault::Unreadable { .. });
        apart(move || {
            if is_of_the_line {
                Ok(self.write(gathered)?.0.part.sync()?)
            } else {
                // More or fewer bytes than were signed: this is another file.
                self.restart().map(drop).map_err(Refused::from)
            }
        })
        .await
    }

    fn finish(self, object: &Object) -> Result<Taken, Refused> {
        let Self { part, running } = self;
        if part.length() != object.size || running.finish() != object.sha256 {
            return Ok(Taken::Wrong(Self { part, running: Running::default() }));
        }
        part.commit()?;
        Ok(Taken::Whole)
    }
}

/// Disks are kept off the threads that serve sockets.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refused> + Send + 'static) -> Result<T, Refused> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Refused::Interrupted)?
}

/// Whether so many bytes fit on the disk of a folder, and some more for everybody else.
pub(super) fn enough_space(folder: &Path, bytes: u64) -> Result<(), Refused> {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let needed = bytes.saturating_add(SPARE_BYTES);
    if free < needed {
        return Err(Refused::NoSpace { needed_mib: needed / MIB, free_mib: free / MIB });
    }
    Ok(())
}

/// Whether a file is there and is what was signed.
pub(super) fn is_right(path: &Path, size: u64, sha256: &Sha256) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.len() == size) && hash(path).as_ref() == Some(sha256)
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

/// Halves of releases that nobody wants any more; the newest few may still be wanted.
fn forget_old_parts(path: &Path) {
    let Some(entries) = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else { return };
    let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_other = |part: &PathBuf| Partial::is_part(part) && !part.to_string_lossy().contains(&own);
    let parts = entries.flatten().map(|entry| entry.path()).filter(is_other);
    let time = |part: &PathBuf| part.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut parts: Vec<_> = parts.map(|part| (time(&part), part)).collect();
    parts.sort();
    let old = parts.len().saturating_sub(OTHER_PARTS_MAX);
    // One too many does no harm; the next fetch tries again.
    parts.iter().take(old).for_each(|(_, part)| drop(durable::remove(part)));
}
