//! The only place that writes files: a file is either the old one or the whole new one.
//! It never leaves a half-written file under a name that somebody reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

/// A file operation that failed, with what was being done to which path.
#[derive(Debug, thiserror::Error)]
#[error("不能{action} {}", path.display())]
pub struct FileError {
    /// What was being done, as a Chinese verb.
    pub action: &'static str,
    /// To which file or folder.
    pub path: PathBuf,
    /// Why it failed.
    #[source]
    pub source: io::Error,
}

impl FileError {
    /// A failure of `action` on `path`.
    pub fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self { action, path: path.to_owned(), source }
    }
}

/// Reads a whole file of at most `max_bytes`.
pub fn read(path: &Path, max_bytes: u64) -> Result<Vec<u8>, FileError> {
    let fail = |source| FileError::new("读取", path, source);
    let size = fs::metadata(path).map_err(fail)?.len();
    if size > max_bytes {
        return Err(fail(io::Error::other(format!("文件过大（{size} 字节，上限 {max_bytes}）"))));
    }
    fs::read(path).map_err(fail)
}

/// Creates a folder and its parents.
pub fn create_dir(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|source| FileError::new("创建文件夹", path, source))
}

/// Makes sure that a folder is there and can be written to, before anything depends on it.
pub fn check_writable(folder: &Path) -> Result<(), FileError> {
    create_dir(folder)?;
    let probe = folder.join(format!(".probe.{}.tmp", std::process::id()));
    let result = File::create(&probe).and_then(|file| file.sync_all());
    let _ = fs::remove_file(&probe);
    result.map_err(|source| FileError::new("写入文件夹", folder, source))
}

/// Replaces `path` with `bytes`: temporary file, fsync, rename, fsync of the folder.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = Staged::create(path)?;
    file.write_all(bytes).map_err(|source| FileError::new("写入", path, source))?;
    file.commit()
}

/// Replaces `path` with `bytes` like [`write`], readable by its owner only (mode 0600). The owner stays who it was, or
/// becomes the folder's: what an administrator writes, the terminal must be able to read.
pub fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut staged = Staged::create_with(path, OpenOptions::new().mode(0o600))?;
    let fail = |source| FileError::new("写入", path, source);
    if let Some(file) = &staged.file {
        let owner = fs::metadata(path).or_else(|_| fs::metadata(folder_of(path))).map_err(fail)?;
        if owner.uid() != file.metadata().map_err(fail)?.uid() {
            // Only the administrator may give a file away; anybody else keeps it.
            let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
        }
    }
    staged.write_all(bytes).map_err(fail)?;
    staged.commit()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Opens an existing character device for reading and writing, as printers are, without blocking:
/// a printer without paper would otherwise hold its writer for ever.
pub fn open_device(path: &Path) -> Result<File, FileError> {
    /// `O_NONBLOCK` and `O_NOCTTY` of Linux on x86, ARM, RISC-V and LoongArch.
    const NON_BLOCKING: i32 = 0o4000;
    /// A serial printer must not become the terminal that controls this process.
    const NO_CONTROL: i32 = 0o400;
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(NON_BLOCKING | NO_CONTROL);
    options.open(path).map_err(|source| FileError::new("打开设备", path, source))
}

/// Opens an input device for reading; a read waits for the next event.
pub fn open_input(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(|source| FileError::new("打开设备", path, source))
}

/// Makes renames inside `folder` survive a power cut.
pub fn sync_dir(folder: &Path) -> Result<(), FileError> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|source| FileError::new("同步文件夹", folder, source))
}

/// A new file that takes its name only when it is complete; dropped before that, it leaves nothing.
pub struct Staged {
    file: Option<File>,
    temporary: PathBuf,
    path: PathBuf,
}

impl Staged {
    /// Starts a new version of `path` beside it.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        Self::create_with(path, &mut OpenOptions::new())
    }

    fn create_with(path: &Path, options: &mut OpenOptions) -> Result<Self, FileError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = options.write(true).create(true).truncate(true).open(&temporary);
        let file = file.map_err(|source| FileError::new("创建文件", path, source))?;
        Ok(Self { file: Some(file), temporary, path: path.to_owned() })
    }

    /// Flushes, renames and flushes the folder: from here on the new file is the file.
    pub fn commit(mut self) -> Result<(), FileError> {
        let fail = |source| FileError::new("写入", &self.path, source);
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(fail)?;
        }
        fs::rename(&self.temporary, &self.path).map_err(fail)?;
        sync_dir(folder_of(&self.path))
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("文件已关闭")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a commit the name is gone and this does nothing; otherwise the half file goes.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// So much of a growing file is at risk in a power cut.
const PART_SYNC_BYTES: u64 = 8 << 20;
const PART_READ_BYTES: usize = 256 << 10;
/// What is added to the name of a file that is not complete.
const PART_ENDING: &str = ".part";

/// A new file that is put together over several attempts, with restarts and power cuts between them: `NAME.part` until
/// it is complete. Dropped before that, it stays for the next attempt; only one holds it at a time. Whether its bytes
/// are right is for the caller to say.
pub struct Partial {
    file: File,
    part: PathBuf,
    path: PathBuf,
    length: u64,
    unsynced: u64,
    is_named: bool,
}

impl Partial {
    /// Opens what earlier attempts left of `path`, or begins. A rest longer than `max_bytes` is thrown away.
    pub fn open(path: &Path, max_bytes: u64) -> Result<Self, FileError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(PART_ENDING);
        let part = path.with_file_name(name);
        let fail = |source| FileError::new("打开文件", &part, source);
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&part).map_err(fail)?;
        file.try_lock().map_err(|error| fail(error.into()))?;
        let length = file.metadata().map_err(fail)?.len();
        let path = path.to_owned();
        let mut partial = Self { file, part, path, length, unsynced: 0, is_named: false };
        if length > max_bytes {
            partial.restart()?;
        }
        Ok(partial)
    }

    /// Whether a file of this name is somebody's half.
    pub fn is_part(path: &Path) -> bool {
        path.to_string_lossy().ends_with(PART_ENDING)
    }

    /// Bytes that are here.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Shows everything that is here, piece by piece.
    pub fn read(&mut self, mut see: impl FnMut(&[u8])) -> Result<(), FileError> {
        let fail = |source| FileError::new("读取", &self.part, source);
        self.file.seek(SeekFrom::Start(0)).map_err(fail)?;
        let mut rest = (&mut self.file).take(self.length);
        let mut piece = vec![0; PART_READ_BYTES];
        loop {
            match rest.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(n) => see(&piece[..n]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(fail(source)),
            }
        }
    }

    /// Adds bytes at the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let fail = |source| FileError::new("写入", &self.part, source);
        self.file.seek(SeekFrom::Start(self.length)).map_err(fail)?;
        self.file.write_all(bytes).map_err(fail)?;
        self.length += bytes.len() as u64;
        self.unsynced += bytes.len() as u64;
        if self.unsynced >= PART_SYNC_BYTES { self.sync() } else { Ok(()) }
    }

    /// Throws away what is here and begins anew.
    pub fn restart(&mut self) -> Result<(), FileError> {
        self.file.set_len(0).map_err(|source| FileError::new("写入", &self.part, source))?;
        (self.length, self.unsynced) = (0, 0);
        Ok(())
    }

    /// Makes what is here survive a power cut.
    pub fn sync(&mut self) -> Result<(), FileError> {
        self.unsynced = 0;
        self.file.sync_data().map_err(|source| FileError::new("写入", &self.part, source))
    }

    /// Flushes, renames and flushes the folder: from here on the file is complete under its name.
    pub fn commit(mut self) -> Result<(), FileError> {
        self.file.sync_all().map_err(|source| FileError::new("写入", &self.part, source))?;
        rename(&self.part, &self.path)?;
        self.is_named = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Nothing is nothing to go on from.
        if self.length == 0 && !self.is_named {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Writes a new file that only its owner may read (mode 0600); an existing one is never replaced.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let fail = |source| FileError::new("创建文件", path, source);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fail)
}

/// Renames within one folder and makes it survive a power cut.
pub fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    fs::rename(from, to).map_err(|source| FileError::new("改名", from, source))?;
    to.parent().map_or(Ok(()), sync_dir)
}

/// Removes a file; one that is not there is no failure.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(FileError::new("删除文件", path, source)),
        _ => Ok(()),
    }
}

/// Removes an empty folder; anything else stays as it is.
pub fn remove_empty_dir(path: &Path) -> Result<(), FileError> {
    fs::remove_dir(path).map_err(|source| FileError::new("删除文件夹", path, source))
}

/// How many names a new folder tries.
const SCRATCH_TRIES: u32 = 1000;

/// A folder for one task; it disappears with everything in it.
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes the folder `name` in `parent`, which nobody else may be using: what an interrupted task left there is
    /// thrown away.
    pub fn create(parent: &Path, name: &str) -> Result<Self, FileError> {
        let path = parent.join(name);
        match fs::remove_dir_all(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(FileError::new("清空文件夹", &path, source));
            }
            _ => {}
        }
        private_dir(&path).map_err(|source| FileError::new("创建文件夹", &path, source))?;
        Ok(Self { path })
    }

    /// Makes a new folder in a place shared with others, such as `/tmp`; never takes over one that is there.
    pub fn unique(parent: &Path, prefix: &str) -> Result<Self, FileError> {
        let mut path = parent.to_owned();
        for n in 0..SCRATCH_TRIES {
            path = parent.join(format!("{prefix}-{}-{n}", std::process::id()));
            match private_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(FileError::new("创建文件夹", &path, source)),
            }
        }
        Err(FileError::new("创建文件夹", &path, io::ErrorKind::AlreadyExists.into()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn private_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the next task of this name starts.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The right to be the only one at work; ends when dropped, also when the process dies.
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    /// Closing alone is not enough: a child that is just being started still holds a copy of the file for a moment.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Takes the lock file `path`, or says `None` when somebody else has it.
pub fn lock(path: &Path) -> Result<Option<Lock>, FileError> {
    let fail = |source| FileError::new("锁定", path, source);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { file })),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(source)) => Err(fail(source)),
    }
}

/// The same, but waits until the other one is done.
pub fn wait_for_lock(path: &Path) -> Result<Lock, FileError> {
    let fail = |source| FileError::new("锁定", path, source);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fail)?;
    file.lock().map_err(fail)?;
    Ok(Lock { file })
}

/// The same with a folder itself, which may be one that nobody can write to.
pub fn lock_folder(path: &Path) -> Result<Option<Lock>, FileError> {
    let fail = |source| FileError::new("锁定", path, source);
    let folder = File::open(path).map_err(fail)?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(Lock { file: folder })),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(source)) => Err(fail(source)),
    }
}

/// Removes what writers of `path` left that were killed half way. Only for whoever is the one writer of it.
pub fn forget_halves(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let beginning = format!("{}.", name.to_string_lossy());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let other = entry.file_name().to_string_lossy().into_owned();
        let is_half = other.strip_prefix(&beginning).and_then(|rest| rest.strip_suffix(".tmp"));
        if is_half.is_some_and(|pid| !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit())) {
            // One that stays does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_killed_writers_are_cleared_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["list.json", "list.json.123.tmp", "list.json.tmp", "list.json.a1.tmp", "other.json.9.tmp"] {
            fs::write(folder.path().join(name), b"x").unwrap();
        }
        forget_halves(&folder.path().join("list.json"));
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["list.json", "list.json.a1.tmp", "list.json.tmp", "other.json.9.tmp"]);
    }

    #[test]
    fn an_abandoned_write_leaves_the_old_file_and_no_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, b"old").unwrap();
        let mut staged = Staged::create(&path).unwrap();
        staged.write_all(b"half").unwrap();
        drop(staged);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_half_file_waits_for_the_next_attempt_under_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pack");
        let mut partial = Partial::open(&path, 10).unwrap();
        partial.append(b"half").unwrap();
        assert!(Partial::open(&path, 10).is_err(), "only one works on it");
        drop(partial);
        assert!(!path.exists());

        let mut partial = Partial::open(&path, 10).unwrap();
        let mut seen = Vec::new();
        partial.read(|piece| seen.extend_from_slice(piece)).unwrap();
        assert_eq!((seen.as_slice(), partial.length()), (b"half".as_slice(), 4));
        partial.append(b" and half").unwrap();
        partial.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"half and half");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_half_file_that_is_too_long_or_empty_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pack");
        drop(Partial::open(&path, 10).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(folder.path().join("pack.part"), b"12345678901").unwrap();
        assert_eq!(Partial::open(&path, 11).unwrap().length(), 11);
        assert_eq!(Partial::open(&path, 10).unwrap().length(), 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = write(Path::new("/nonexistent/a.json"), b"x").unwrap_err();
        assert_eq!(error.to_string(), "不能创建文件 /nonexistent/a.json");
    }

    #[test]
    fn a_private_file_is_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root-1.pk8");
        write_private(&path, b"key").unwrap();
        assert!(write_private(&path, b"other").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_private_file_that_is_replaced_stays_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.toml");
        for bytes in [&b"one"[..], b"two"] {
            replace_private(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_one_holds_a_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sync.lock");
        let first = lock(&path).unwrap();
        assert!(first.is_some());
        assert!(lock(&path).unwrap().is_none());
        drop(first);
        assert!(lock(&path).unwrap().is_some());
    }
}
