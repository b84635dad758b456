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

/// Replaces `path` with `bytes`: temporary file, fsync, rename, fsync of the folder.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = Staged::create(path)?;
    file.write_all(bytes).map_err(|source| FileError::new("写入", path, source))?;
    file.commit()
}

/// Appends one whole line (without its newline) and flushes it to disk.
pub fn append_line(path: &Path, line: &str) -> Result<(), FileError> {
    let fail = |source| FileError::new("写入", path, source);
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(fail)?;
    file.write_all(format!("{line}\n").as_bytes()).map_err(fail)?;
    file.sync_data().map_err(fail)
}

/// Opens an existing character device for reading and writing, as printers are, without blocking:
/// a printer without paper would otherwise hold its writer for ever.
pub fn open_device(path: &Path) -> Result<File, FileError> {
    /// `O_NONBLOCK` of Linux on x86, ARM, RISC-V and LoongArch.
    const NON_BLOCKING: i32 = 0o4000;
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(NON_BLOCKING);
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
}
