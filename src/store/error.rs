//! What can go wrong with the databases, in sentences that name the file.
//! What SQLite or the system said is kept for logs and programs; staff never read it.

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
    #[error("还没有内容（{}），请先更新一次（kiosk sync）", .0.display())]
    Missing(PathBuf),
    /// The state folder is a file.
    #[error("{} 不是文件夹", .0.display())]
    NotAFolder(PathBuf),
    /// We may not read the file or its folder.
    #[error("没有权限读取 {}", .0.display())]
    NoPermission(PathBuf),
    /// The file cannot be opened for reading.
    #[error("不能读取 {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: Cause,
    },
    /// The file is broken.
    #[error("数据库 {} 已损坏", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite or the check said.
        cause: Cause,
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
        cause: Cause,
    },
    /// No space left.
    #[error("磁盘已满，不能写入 {}", path.display())]
    DiskFull {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: Cause,
    },
    /// Somebody else is writing, or too many questions wait.
    #[error("数据库 {} 正忙，请稍后再试", .0.display())]
    Busy(PathBuf),
    /// The records do not add up to the signed state root; nothing was changed.
    #[error("内容的总校验值不符{}：应为{expected}，实为{actual}", if segment.is_empty() { String::new() } else { format!("（{segment}）") })]
    WrongRoot {
        /// Which segment; empty for the whole.
        segment: String,
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
    /// Any other failure.
    #[error("不能{action} {}", path.display())]
    Sqlite {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What SQLite said.
        cause: rusqlite::Error,
    },
    /// The reading thread has ended.
    #[error("读取内容的服务已停止")]
    Closed,
}

/// What a library or the system said; kept out of the sentences for people.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// What the library said, for programs.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Damaged { cause, .. }
            | Self::Unreadable { cause, .. }
            | Self::NotWritable { cause, .. }
            | Self::DiskFull { cause, .. } => Some(cause.to_string()),
            Self::Sqlite { cause, .. } => Some(cause.to_string()),
            Self::Missing(_)
            | Self::NotAFolder(_)
            | Self::NoPermission(_)
            | Self::Foreign(_)
            | Self::Newer { .. }
            | Self::Busy(_)
            | Self::WrongRoot { .. }
            | Self::Older { .. }
            | Self::Record { .. }
            | Self::Closed => None,
        }
    }

    /// The situation behind a SQLite error.
    pub(crate) fn sqlite(action: &'static str, path: &Path, cause: rusqlite::Error) -> Self {
        use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
        let path = path.to_owned();
        let extended = cause.sqlite_error().map(|e| e.extended_code);
        if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            // The log's index file could not grow: in practice a full disk.
            return Self::DiskFull { path, cause: cause.into() };
        }
        if let FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..) =
            cause
        {
            // We never wrote such a value.
            return Self::Damaged { path, cause: cause.into() };
        }
        match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path, cause: cause.into() },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path, cause: cause.into() },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path, cause: cause.into() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path),
            _ => Self::Sqlite { action, path, cause },
        }
    }
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        let path = error.path.clone();
        match error.source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull { path, cause: error.source.into() },
            _ => Self::NotWritable { path, cause: error.source.into() },
        }
    }
}
