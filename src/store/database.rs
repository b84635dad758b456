//! Opening our SQLite files: who made them, which shape they have, how they are flushed.
//! A file without our mark is never written to.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::error::StoreError;
use crate::base::durable;

/// Marks our files (`ZWGK`).
const APPLICATION_ID: i32 = 0x5A57_474B;
/// How long a writer waits for another one.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A kind of database: its file name, its version and its tables.
pub(super) struct Kind {
    pub file: &'static str,
    pub version: i32,
    pub tables: &'static str,
    /// What makes the tables of version 1 those of version 2, and so on.
    pub steps: &'static [&'static str],
}

/// An open database that knows its file.
pub(super) struct Database {
    pub connection: Connection,
    pub path: PathBuf,
    /// The version of its tables.
    pub version: i32,
    /// Read as a file that nobody changes, because the log beside it cannot be opened.
    pub is_frozen: bool,
}

/// Opens for writing; makes the folder, the file and the tables when they are not there.
pub(super) fn open(dir: &Path, kind: &Kind) -> Result<Database, StoreError> {
    durable::create_dir(dir)?;
    let path = dir.join(kind.file);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut database = connect(path, flags)?;
    let is_new = database.is_empty()?;
    database.version = if is_new { kind.version } else { database.check_mark(kind)? };
    database.setup(is_new, kind)?;
    database.upgrade(kind)?;
    Ok(database)
}

/// Opens for reading only; a file that is not there is [`StoreError::Missing`]. Where the log's index cannot be made,
/// as on a full disk or a read-only folder, the file is read alone: what is there must stay on the screen.
pub(super) fn open_read_only(dir: &Path, kind: &Kind) -> Result<Database, StoreError> {
    let path = dir.join(kind.file);
    may_read(dir, &path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let error = match connect(path.clone(), flags).and_then(|database| known(database, kind)) {
        Err(StoreError::NotWritable { path, cause }) => StoreError::Unreadable { path, cause },
        Err(error @ (StoreError::DiskFull { .. } | StoreError::Sqlite { .. })) => error,
        result => return result,
    };
    let frozen = frozen(&path).and_then(|database| known(database, kind));
    frozen.map_err(|_| error)
}

/// Puts the finished database in `scratch` in the place of the one in `dir`; says where that one went.
pub(super) fn take_place(scratch: Database, dir: &Path, kind: &Kind) -> Result<Option<PathBuf>, StoreError> {
    // Everything into the one file, so that it can move alone.
    let blocked: i64 = scratch
        .connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(scratch.fail("写入"))?;
    let Database { connection, path: new, .. } = scratch;
    if blocked != 0 {
        return Err(StoreError::Busy(new));
    }
    connection.close().map_err(|(_, e)| StoreError::sqlite("写入", &new, e))?;
    let path = dir.join(kind.file);
    let aside = dir.join(format!("{}.damaged", kind.file));
    let is_there = path.symlink_metadata().is_ok();
    if is_there {
        durable::rename(&path, &aside)?;
    }
    // The log belongs to the old file; left behind it would be replayed into the new one.
    for suffix in ["-wal", "-shm"] {
        durable::remove(&dir.join(format!("{}{suffix}", kind.file)))?;
    }
    if let Err(error) = durable::rename(&new, &path) {
        // Better the old one than none.
        let _ = durable::rename(&aside, &path);
        return Err(error.into());
    }
    Ok(is_there.then_some(aside))
}

/// Says in our own terms why a file cannot be read. It is not opened for that: closing it would drop SQLite's locks.
fn may_read(dir: &Path, path: &Path) -> Result<(), StoreError> {
    match access(path, Access::READ_OK) {
        Ok(()) => Ok(()),
        Err(Errno::NOENT) => Err(StoreError::Missing(path.to_owned())),
        Err(Errno::NOTDIR) => Err(StoreError::NotAFolder(dir.to_owned())),
        Err(Errno::ACCESS | Errno::PERM) => Err(StoreError::NoPermission(path.to_owned())),
        Err(errno) => Err(StoreError::Unreadable { path: path.to_owned(), cause: errno.into() }),
    }
}

fn known(database: Database, kind: &Kind) -> Result<Database, StoreError> {
    if database.is_empty()? {
        return Err(StoreError::Missing(database.path));
    }
    let version = database.check_mark(kind)?;
    Ok(Database { version, ..database })
}

fn connect(path: PathBuf, flags: OpenFlags) -> Result<Database, StoreError> {
    let connection =
        Connection::open_with_flags(&path, flags).map_err(|e| StoreError::sqlite("打开数据库", &path, e))?;
    connection.busy_timeout(BUSY_WAIT).map_err(|e| StoreError::sqlite("打开数据库", &path, e))?;
    Ok(Database { connection, path, version: 0, is_frozen: false })
}

fn frozen(path: &Path) -> Result<Database, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let database = connect(address(path, "immutable=1").into(), flags)?;
    Ok(Database { path: path.to_owned(), is_frozen: true, ..database })
}

/// A path as an address with a wish how it is opened.
fn address(path: &Path, wish: &str) -> String {
    let mut address = "file:".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{address}?{wish}")
}

impl Database {
    /// Adds another database of the same kind under a name of its own, as it would be opened for reading alone.
    pub fn attach(&mut self, other: Self, name: &str) -> Result<(), StoreError> {
        let wish = if other.is_frozen { "immutable=1" } else { "mode=ro" };
        let address = address(&other.path, wish);
        self.is_frozen |= other.is_frozen;
        self.connection
            .execute(&format!("ATTACH ?1 AS {name}"), [address])
            .map(|_| ())
            .map_err(|e| StoreError::sqlite("打开数据库", &other.path, e))
    }

    /// Makes an error of this file.
    pub fn fail(&self, action: &'static str) -> impl Fn(rusqlite::Error) -> StoreError + use<> {
        let path = self.path.clone();
        move |source| StoreError::sqlite(action, &path, source)
    }

    /// Damage that only we can see.
    pub fn damaged(&self, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), cause: what.into() }
    }

    /// Has SQLite look through the whole file, indexes too: a list with holes is damage.
    pub fn check(&self) -> Result<(), StoreError> {
        let said: String = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(self.fail("检查数据库"))?;
        if said == "ok" { Ok(()) } else { Err(self.damaged(said)) }
    }

    /// Whether there are changes beside the file that a frozen reader does not see.
    pub fn has_log(&self) -> bool {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        std::fs::metadata(log).is_ok_and(|m| m.len() > 0)
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        self.connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
            .map(|n| n == 0)
            .map_err(self.fail("打开数据库"))
    }

    fn check_mark(&self, kind: &Kind) -> Result<i32, StoreError> {
        let pragma = |name: &str| -> Result<i32, StoreError> {
            self.connection.pragma_query_value(None, name, |row| row.get(0)).map_err(self.fail("打开数据库"))
        };
        if pragma("application_id")? != APPLICATION_ID {
            return Err(StoreError::Foreign(self.path.clone()));
        }
        let found = pragma("user_version")?;
        if found > kind.version {
            return Err(StoreError::Newer { path: self.path.clone(), found });
        }
        Ok(found)
    }

    /// Brings the tables of an older program to today's shape, in one transaction.
    fn upgrade(&mut self, kind: &Kind) -> Result<(), StoreError> {
        let done = usize::try_from(self.version.max(1) - 1).unwrap_or(0);
        let steps = kind.steps.get(done..).unwrap_or_default();
        if steps.is_empty() {
            return Ok(());
        }
        let make = format!("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT;", steps.concat(), kind.version);
        self.connection.execute_batch(&make).map_err(self.fail("更新数据库"))?;
        self.version = kind.version;
        Ok(())
    }

    fn setup(&mut self, is_new: bool, kind: &Kind) -> Result<(), StoreError> {
        let fail = self.fail("准备数据库");
        // WAL lets readers keep their view while a release is applied; FULL makes a commit survive a power cut.
        let mode: String = self.connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)).map_err(&fail)?;
        if mode != "wal" {
            return Err(self.damaged(format!("journal_mode {mode}")));
        }
        self.connection.execute_batch("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;").map_err(&fail)?;
        if is_new {
            let make = format!(
                "BEGIN IMMEDIATE; {} PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={}; COMMIT;",
                kind.tables, kind.version
            );
            self.connection.execute_batch(&make).map_err(&fail)?;
        }
        Ok(())
    }
}

/// Numbers are at most 2^53, so this never saturates for what was checked before.
pub(super) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A negative number is damage; the caller's checks see it as 0.
pub(super) fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
