//! A repository on a USB stick, which anybody may have prepared.
//! It never lists the stick: it opens names that are fixed or signed, follows no link, leaves no mount, reads only
//! regular files of the signed size, and reads each once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;

use crate::release::layout;

use super::{Body, Fault, Size, Source, Way};

const PIECE_BYTES: usize = 256 << 10;

/// An opened stick.
#[derive(Debug)]
pub struct Stick {
    dir: PathBuf,
    /// The repository's folder; names are opened beneath it even when the path now leads elsewhere.
    base: OwnedFd,
    device: u64,
}

impl Stick {
    /// Opens the stick mounted at `dir`, or a folder that is itself a repository.
    pub fn open(dir: &Path) -> Result<Self, Fault> {
        let fault = |errno: Errno| match errno {
            Errno::NOENT | Errno::NOTDIR => Fault::NotFound { name: dir.display().to_string() },
            other => Fault::Unreadable { name: dir.display().to_string(), source: other.into() },
        };
        let folder = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(dir, folder, Mode::empty()).map_err(fault)?;
        let device = rustix::fs::fstat(&root).map_err(fault)?.st_dev;
        let has_tuf = |base: &OwnedFd| beneath(base, layout::TUF_DIR, folder).is_ok();
        let zwgk = beneath(&root, layout::STICK_DIR, folder).ok().filter(has_tuf);
        let base = match zwgk {
            Some(base) => base,
            None if has_tuf(&root) => root,
            None => return Err(Fault::Empty { place: dir.display().to_string() }),
        };
        Ok(Self { dir: dir.to_owned(), base, device })
    }

    fn file(&self, name: &str, size: Size) -> Result<File, Fault> {
        // Without NONBLOCK, opening a pipe would wait for ever for somebody to write.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let name = name.to_owned();
        let file = match beneath(&self.base, &name, flags) {
            Ok(fd) => File::from(fd),
            Err(Errno::NOENT) => return Err(Fault::NotFound { name }),
            Err(Errno::LOOP | Errno::XDEV | Errno::NOTDIR | Errno::NXIO) => return Err(Fault::NotAFile { name }),
            Err(errno) => return Err(Fault::Unreadable { name, source: errno.into() }),
        };
        let metadata = match file.metadata() {
            Ok(metadata) => metadata,
            Err(source) => return Err(Fault::Unreadable { name, source }),
        };
        if !metadata.is_file() || metadata.dev() != self.device {
            return Err(Fault::NotAFile { name });
        }
        match size {
            Size::Exactly(expected) if metadata.len() != expected => {
                Err(Fault::WrongSize { name, expected, actual: metadata.len() })
            }
            Size::AtMost(bytes_max) if metadata.len() > bytes_max => Err(Fault::TooBig { name, bytes_max }),
            Size::Exactly(_) | Size::AtMost(_) => Ok(file),
        }
    }
}

/// Opens `name` beneath `base`. Kernels and containers without openat2 get the same rules step by step.
fn beneath(base: &OwnedFd, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::BENEATH | ResolveFlags::NO_XDEV;
    match openat2(base, name, flags, Mode::empty(), resolve) {
        Err(Errno::NOSYS | Errno::PERM) => step_by_step(base, name, flags),
        result => result,
    }
}

fn step_by_step(base: &OwnedFd, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(Errno::XDEV);
    }
    let Some((folder, file)) = name.split_once('/') else {
        return openat(base, name, flags | OFlags::NOFOLLOW, Mode::empty());
    };
    let walk = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = openat(base, folder, walk, Mode::empty())?;
    step_by_step(&folder, file, flags)
}

#[async_trait]
impl Source for Stick {
    fn way(&self) -> Way {
        Way::Stick
    }

    fn place(&self) -> String {
        format!("usb:{}", self.dir.display())
    }

    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault> {
        let file = self.file(name, size)?;
        Ok(Box::new(StickBody { file: Some(file), name: name.to_owned(), size, read: 0 }))
    }

    async fn open_from(&self, name: &str, size: u64, from: u64) -> Result<Box<dyn Body>, Fault> {
        let size = Size::Exactly(size);
        let mut file = self.file(name, size)?;
        let unreadable = |source| Fault::Unreadable { name: name.to_owned(), source };
        file.seek(SeekFrom::Start(from)).map_err(unreadable)?;
        Ok(Box::new(StickBody { file: Some(file), name: name.to_owned(), size, read: from }))
    }
}

struct StickBody {
    file: Option<File>,
    name: String,
    size: Size,
    read: u64,
}

#[async_trait]
impl Body for StickBody {
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        let Some(mut file) = self.file.take() else { return Ok(None) };
        // A slow or dying stick must not hold up the other tasks.
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let n = loop {
                match file.read(&mut piece) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    result => break result?,
                }
            };
            piece.truncate(n);
            Ok::<_, io::Error>((file, piece))
        });
        let unreadable = |source| Fault::Unreadable { name: self.name.clone(), source };
        let (file, piece) = read.await.map_err(|e| unreadable(io::Error::other(e)))?.map_err(unreadable)?;
        self.read += piece.len() as u64;
        if let Some(fault) = wrong_size(&self.name, self.size, self.read, piece.is_empty()) {
            return Err(fault);
        }
        if piece.is_empty() {
            return Ok(None);
        }
        self.file = Some(file);
        Ok(Some(piece.into()))
    }
}

/// What is wrong with having read so much, at the end or before it.
pub(super) fn wrong_size(name: &str, size: Size, read: u64, is_end: bool) -> Option<Fault> {
    let name = || name.to_owned();
    match size {
        Size::Exactly(expected) if read > expected || (is_end && read != expected) => {
            Some(Fault::WrongSize { name: name(), expected, actual: read })
        }
        Size::AtMost(bytes_max) if read > bytes_max => Some(Fault::TooBig { name: name(), bytes_max }),
        Size::Exactly(_) | Size::AtMost(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_opening_refuse_links_and_ways_out() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("tuf")).unwrap();
        std::fs::write(dir.path().join("tuf/a"), b"x").unwrap();
        std::os::unix::fs::symlink("a", dir.path().join("tuf/link")).unwrap();
        std::os::unix::fs::symlink("tuf", dir.path().join("way")).unwrap();
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let folder = OFlags::RDONLY | OFlags::DIRECTORY;
        let base = rustix::fs::open(dir.path(), folder, Mode::empty()).unwrap();
        for open in [beneath, step_by_step] {
            assert!(open(&base, "tuf/a", flags).is_ok());
            for bad in ["tuf/link", "way/a", "../etc/passwd", "tuf/../../x", "/etc/passwd", "tuf/none"] {
                assert!(open(&base, bad, flags).is_err(), "{bad}");
            }
        }
    }
}
