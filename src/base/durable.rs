//! The only place that writes files: a file is either the old one or the whole new one.
//! It never leaves a half-written file under a name that somebody reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
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
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = File::create(&temporary).map_err(|source| FileError::new("创建文件", path, source))?;
        Ok(Self { file: Some(file), temporary, path: path.to_owned() })
    }

    /// Flushes, renames and flushes the folder: from here on the new file is the file.
    pub fn commit(mut self) -> Result<(), FileError> {
        let fail = |source| FileError::new("写入", &self.path, source);
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(fail)?;
        }
        fs::rename(&self.temporary, &self.path).map_err(fail)?;
        match self.path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => sync_dir(Path::new(".")),
            Some(folder) => sync_dir(folder),
            None => Ok(()),
        }
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

/// Writes a new file that only its owner may read (mode 0600); an existing one is never replaced.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    use std::os::unix::fs::OpenOptionsExt;
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
    _file: File,
}

/// Takes the lock file `path`, or says `None` when somebody else has it.
pub fn lock(path: &Path) -> Result<Option<Lock>, FileError> {
    let fail = |source| FileError::new("锁定", path, source);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(source)) => Err(fail(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
