//! What can go wrong with the databases, in sentences that name the file.
//! SQLite's own codes are kept as the source, never shown alone.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::base::digest::Sha256;
use crate::base::durable::FileError;
use crate::base::id::RecordId;
use crate::content::FieldError;

/// Why a database operation failed. Whatever was live before still is.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database yet.
    #[error("还没有内容（{}），请先同步", .0.display())]
    Missing(PathBuf),
    /// The file is broken.
    #[error("数据库 {} 已损坏", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite or the check said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A SQLite file of another program.
    #[error("{} 不是本程序的数据库", .0.display())]
    Foreign(PathBuf),
    /// Made by a newer program.
    #[error("数据库 {} 是更新的程序写的（第{found}版），请升级程序", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i32,
    },
    /// The folder or file cannot be written.
    #[error("不能写入 {}", path.display())]
    NotWritable {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No space left.
    #[error("磁盘已满，不能写入 {}", path.display())]
    DiskFull {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody else is writing, or too many questions wait.
    #[error("数据库 {} 正忙，请稍后再试", .0.display())]
    Busy(PathBuf),
    /// The records do not add up to the signed state root; nothing was changed.
    #[error("内容的总校验值不符：应为{expected}，实为{actual}")]
    WrongRoot {
        /// Signed.
        expected: Sha256,
        /// Found.
        actual: Sha256,
    },
    /// A lower release number than the live one.
    #[error("第{number}次发布比现有的第{live}次旧")]
    Older {
        /// Offered.
        number: u64,
        /// Live.
        live: u64,
    },
    /// A record that this program cannot read.
    #[error("记录{id}不合规")]
    Record {
        /// Which one.
        id: RecordId,
        /// Which field.
        #[source]
        source: FieldError,
    },
    /// The records could not be read to their end; nothing was changed.
    #[error("内容没有读完")]
    Input(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Any other failure.
    #[error("不能{action} {}", path.display())]
    Sqlite {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The reading thread has ended.
    #[error("读取内容的服务已停止")]
    Closed,
}

impl StoreError {
    /// The situation behind a SQLite error.
    pub(crate) fn sqlite(action: &'static str, path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        let extended = source.sqlite_error().map(|e| e.extended_code);
        if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            // The log's index file could not grow: in practice a full disk.
            return Self::DiskFull { path, source: source.into() };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path, source: source.into() },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path, source: source.into() },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path, source: source.into() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path),
            _ => Self::Sqlite { action, path, source },
        }
    }
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        let path = error.path.clone();
        match error.source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull { path, source: error.into() },
            _ => Self::NotWritable { path, source: error.into() },
        }
    }
}
