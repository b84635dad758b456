//! Opening our SQLite files: who made them, which shape they have, how they are flushed.
//! A file without our mark is never written to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

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
}

/// An open database that knows its file.
pub(super) struct Database {
    pub connection: Connection,
    pub path: PathBuf,
}

/// Opens for writing; makes the folder, the file and the tables when they are not there.
pub(super) fn open(dir: &Path, kind: &Kind) -> Result<Database, StoreError> {
    durable::create_dir(dir)?;
    let path = dir.join(kind.file);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut database = connect(path, flags)?;
    let is_new = database.is_empty()?;
    if !is_new {
        database.check_mark(kind)?;
    }
    database.setup(is_new, kind)?;
    Ok(database)
}

/// Opens for reading only; a file that is not there is [`StoreError::Missing`].
pub(super) fn open_read_only(dir: &Path, kind: &Kind) -> Result<Database, StoreError> {
    let path = dir.join(kind.file);
    if !path.exists() {
        return Err(StoreError::Missing(path));
    }
    let database = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    if database.is_empty()? {
        return Err(StoreError::Missing(database.path));
    }
    database.check_mark(kind)?;
    Ok(database)
}

fn connect(path: PathBuf, flags: OpenFlags) -> Result<Database, StoreError> {
    let connection =
        Connection::open_with_flags(&path, flags).map_err(|e| StoreError::sqlite("打开数据库", &path, e))?;
    connection.busy_timeout(BUSY_WAIT).map_err(|e| StoreError::sqlite("打开数据库", &path, e))?;
    Ok(Database { connection, path })
}

impl Database {
    /// Makes an error of this file.
    pub fn fail(&self, action: &'static str) -> impl Fn(rusqlite::Error) -> StoreError + use<> {
        let path = self.path.clone();
        move |source| StoreError::sqlite(action, &path, source)
    }

    /// Damage that only we can see.
    pub fn damaged(&self, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), source: what.into() }
    }

    /// Has SQLite look through the whole file.
    pub fn check(&self) -> Result<(), StoreError> {
        let said: String = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(self.fail("检查数据库"))?;
        if said == "ok" { Ok(()) } else { Err(self.damaged(said)) }
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        self.connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
            .map(|n| n == 0)
            .map_err(self.fail("打开数据库"))
    }

    fn check_mark(&self, kind: &Kind) -> Result<(), StoreError> {
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
