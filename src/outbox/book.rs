//! The book of letters that wait for the office, safe against a pulled plug, in a database of its own.
//! It sees sealed letters only, drops none that somebody holds a number for, and forgets one only after the office has
//! confirmed it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::seal::SEALED_BYTES_MAX;
use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError, Lock};
use crate::content::LetterKind;
use crate::content::letter::Number;

/// The database in the state folder.
const FILE: &str = "outbox.db";
const LOCK_FILE: &str = "outbox.lock";
/// Marks our files (`ZWGO`).
const APPLICATION_ID: i32 = 0x5A57_474F;
const VERSION: i32 = 1;
/// Letters that somebody waits for: when so many lie here, no more are taken.
pub const ANSWERED_MAX: u32 = 5_000;
/// Letters nobody waits for: the oldest give way.
pub const UNANSWERED_MAX: u32 = 20_000;
/// Bytes of all letters; the disk is for content too.
pub const BYTES_MAX: i64 = 512 << 20;
/// Delivered letters whose number is still known.
const REMEMBERED_MAX: u32 = 20_000;
/// First wait after a failed delivery, doubled each time.
const WAIT_FIRST_S: i64 = 30;
const WAIT_MAX_S: i64 = 60 * 60;
/// How long a writer waits for another one.
const BUSY_WAIT: Duration = Duration::from_secs(2);

const TABLES: &str = "
    CREATE TABLE letter (
        uuid TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        is_answered INTEGER NOT NULL,
        tag BLOB,
        sha256 BLOB NOT NULL,
        sealed BLOB NOT NULL,
        made_s INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        not_before_s INTEGER NOT NULL DEFAULT 0,
        refused TEXT
    );
    CREATE INDEX letter_next ON letter (is_answered DESC, made_s, uuid) WHERE refused IS NULL;
    CREATE INDEX letter_tag ON letter (tag);
    CREATE TABLE delivered (tag BLOB PRIMARY KEY, at_s INTEGER NOT NULL) WITHOUT ROWID;
";

/// A sealed letter on its way into the book.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// Its name on every way.
    pub uuid: &'a str,
    /// What it is.
    pub kind: LetterKind,
    /// The number on the receipt.
    pub number: Option<&'a Number>,
    /// The letter, sealed.
    pub sealed: &'a [u8],
}

/// A letter that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub uuid: String,
    /// SHA-256 of the sealed bytes.
    pub sha256: Sha256,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// Where a letter is, for whoever holds its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// 已暂存: here, and not yet with the office.
    Stored,
    /// 已送达: the office has confirmed it.
    Delivered,
    /// 被拒: the office's machine did not take it; staff must look.
    Refused,
}

/// What lies in the book, for staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Letters somebody waits for.
    pub answered: u32,
    /// Letters nobody waits for.
    pub unanswered: u32,
    /// Letters that the office's machine refused.
    pub refused: u32,
    /// When the oldest was written.
    pub oldest: Option<Timestamp>,
    /// Why the last delivery failed, of any letter.
    pub last_refusal: Option<String>,
}

/// Why the book cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Another program has it.
    #[error("待送信件 {} 正被另一个程序使用（终端开着时，送信和往U盘拷信由它自己做）", .0.display())]
    Taken(PathBuf),
    /// The lock or the folder.
    #[error("待送信件不能用")]
    File(#[from] FileError),
    /// Not our file, or of a newer program.
    #[error("{} 不是本程序的待送信件", .0.display())]
    Foreign(PathBuf),
    /// No room for a letter that may not be dropped.
    #[error("待送信件已满")]
    Full,
    /// The same name with another content.
    #[error("信件 {0} 已有另一份")]
    Other(String),
    /// Larger than any sealed letter.
    #[error("信件过大")]
    Long,
    /// SQLite refused.
    #[error("不能{action}待送信件 {}", path.display())]
    Sqlite {
        /// What was being done, as a Chinese verb.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why it failed.
        source: rusqlite::Error,
    },
}

impl BookError {
    /// Whether the disk is full.
    pub fn is_disk_full(&self) -> bool {
        let code = match self {
            Self::Sqlite { source, .. } => source.sqlite_error_code(),
            Self::Taken(_) | Self::File(_) | Self::Foreign(_) | Self::Full | Self::Other(_) | Self::Long => None,
        };
        code == Some(rusqlite::ErrorCode::DiskFull)
    }
}

/// The book. One program holds it at a time.
pub struct Book {
    connection: Connection,
    path: PathBuf,
    _lock: Lock,
}

impl Book {
    /// Opens or makes the book of a state folder.
    pub fn open(dir: &Path) -> Result<Self, BookError> {
        durable::create_dir(dir)?;
        let path = dir.join(FILE);
        let Some(lock) = durable::lock(&dir.join(LOCK_FILE))? else { return Err(BookError::Taken(path)) };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(|source| BookError::Sqlite {
            action: "打开",
            path: path.clone(),
            source,
        })?;
        let book = Self { connection, path, _lock: lock };
        book.setup()?;
        Ok(book)
    }

    /// What lies in the book of a state folder, also while another program has it; none where there is no book.
    pub fn look(dir: &Path) -> Result<Option<Standing>, BookError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let fail = |source| BookError::Sqlite { action: "读取", path: path.clone(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(fail)?;
        connection.busy_timeout(BUSY_WAIT).map_err(fail)?;
        stands(&connection).map(Some).map_err(fail)
    }

    /// Takes a letter in; it survives a pulled plug when this returns. The same letter again is the same letter.
    pub fn post(&mut self, posting: &Posting<'_>, now: Timestamp) -> Result<(), BookError> {
        if posting.sealed.len() > SEALED_BYTES_MAX {
            return Err(BookError::Long);
        }
        let sha256 = Sha256::of(posting.sealed);
        let path = self.path.clone();
        let fail = |source| BookError::Sqlite { action: "写入", path: path.clone(), source };
        let transaction = self.connection.transaction().map_err(fail)?;
        let known: Option<Vec<u8>> = transaction
            .query_row("SELECT sha256 FROM letter WHERE uuid = ?1", [posting.uuid], |row| row.get(0))
            .optional()
            .map_err(fail)?;
        match known {
            Some(known) if known == sha256.as_bytes() => return Ok(()),
            Some(_) => return Err(BookError::Other(posting.uuid.to_owned())),
            None => {}
        }
        let is_answered = posting.kind.is_answered();
        let (letters, bytes) = load(&transaction, is_answered).map_err(fail)?;
        let fits_bytes = bytes + posting.sealed.len() as i64 <= BYTES_MAX;
        match is_answered {
            true if letters >= ANSWERED_MAX || !fits_bytes => return Err(BookError::Full),
            false if !fits_bytes => return Err(BookError::Full),
            false if letters >= UNANSWERED_MAX => {
                transaction.execute(DROP_OLDEST, []).map_err(fail)?;
            }
            true | false => {}
        }
        let tag = posting.number.map(tag);
        transaction
            .execute(
                "INSERT INTO letter (uuid, kind, is_answered, tag, sha256, sealed, made_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    posting.uuid,
                    posting.kind.term(),
                    is_answered,
                    tag.as_ref().map(|t| t.as_bytes().as_slice()),
                    sha256.as_bytes().as_slice(),
                    posting.sealed,
                    now.as_second()
                ],
            )
            .map_err(fail)?;
        transaction.commit().map_err(fail)
    }

    /// Whether a letter of this kind would be taken now. A form whose letter would not be is not offered.
    pub fn has_room(&self, kind: LetterKind) -> Result<bool, BookError> {
        let (letters, bytes) = load(&self.connection, kind.is_answered()).map_err(|e| self.fail("读取", e))?;
        let fits = bytes + SEALED_BYTES_MAX as i64 <= BYTES_MAX;
        Ok(fits && (!kind.is_answered() || letters < ANSWERED_MAX))
    }

    /// The next letters to deliver: those somebody waits for first, the oldest first.
    pub fn next(&self, most: usize, now: Timestamp) -> Result<Vec<Waiting>, BookError> {
        // A time that lies further ahead than any wait was written by a clock that was wrong.
        let sql = "SELECT uuid, sha256, sealed FROM letter
            WHERE refused IS NULL AND (not_before_s <= ?1 OR not_before_s > ?1 + ?2)
            ORDER BY is_answered DESC, made_s, uuid LIMIT ?3";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.rows(sql, params![now.as_second(), WAIT_MAX_S, most])
    }

    /// Every letter that is not confirmed, refused ones too: what goes onto a stick. From after a name, for the next part.
    pub fn unconfirmed(&self, after: &str, most: usize) -> Result<Vec<Waiting>, BookError> {
        let sql = "SELECT uuid, sha256, sealed FROM letter WHERE uuid > ?1 ORDER BY uuid LIMIT ?2";
        self.rows(sql, params![after, i64::try_from(most).unwrap_or(i64::MAX)])
    }

    /// The office has confirmed letters with this content: they are forgotten here but for their numbers' tags. Says
    /// how many were here. A confirmation of another content is none.
    pub fn confirmed(&mut self, letters: &[(String, Sha256)], now: Timestamp) -> Result<usize, BookError> {
        let path = self.path.clone();
        let fail = |source| BookError::Sqlite { action: "写入", path: path.clone(), source };
        let transaction = self.connection.transaction().map_err(fail)?;
        let mut were_here = 0;
        {
            let mut remember = transaction.prepare(REMEMBER).map_err(fail)?;
            let mut forget = transaction.prepare("DELETE FROM letter WHERE uuid = ?1 AND sha256 = ?2").map_err(fail)?;
            for (uuid, sha256) in letters {
                let sha256 = sha256.as_bytes().as_slice();
                remember.execute(params![uuid, sha256, now.as_second()]).map_err(fail)?;
                were_here += forget.execute(params![uuid, sha256]).map_err(fail)?;
            }
        }
        transaction.execute(FORGET_OLDEST, [REMEMBERED_MAX]).map_err(fail)?;
        transaction.commit().map_err(fail)?;
        Ok(were_here)
    }

    /// A delivery failed; the letter waits, longer each time, or as long as the server asked.
    pub fn later(&mut self, uuid: &str, asked: Duration, now: Timestamp) -> Result<(), BookError> {
        let asked = i64::try_from(asked.as_secs()).unwrap_or(WAIT_MAX_S);
        let sql = "UPDATE letter SET tries = min(tries + 1, 20),
            not_before_s = ?2 + min(?4, max(?3, ?5 << min(tries, 10))) WHERE uuid = ?1";
        let values = params![uuid, now.as_second(), asked, WAIT_MAX_S, WAIT_FIRST_S];
        self.connection.execute(sql, values).map(drop).map_err(|e| self.fail("写入", e))
    }

    /// The office's machine will not take it. It stays, for a stick and for staff.
    pub fn refused(&mut self, uuid: &str, why: &str) -> Result<(), BookError> {
        let sql = "UPDATE letter SET refused = ?2 WHERE uuid = ?1";
        self.connection.execute(sql, params![uuid, why]).map(drop).map_err(|e| self.fail("写入", e))
    }

    /// Staff have put right what was wrong: refused letters are tried again.
    pub fn try_refused_again(&mut self) -> Result<usize, BookError> {
        let sql = "UPDATE letter SET refused = NULL, tries = 0, not_before_s = 0 WHERE refused IS NOT NULL";
        self.connection.execute(sql, []).map_err(|e| self.fail("写入", e))
    }

    /// Where the letter with this number is; none when it was never here or is long done.
    pub fn state_of(&self, number: &Number) -> Result<Option<LetterState>, BookError> {
        let tag = tag(number);
        let fail = |e| self.fail("读取", e);
        let refused: Option<bool> = self
            .connection
            .query_row("SELECT refused IS NOT NULL FROM letter WHERE tag = ?1", [tag.as_bytes().as_slice()], |r| {
                r.get(0)
            })
            .optional()
            .map_err(fail)?;
        if let Some(is_refused) = refused {
            return Ok(Some(if is_refused { LetterState::Refused } else { LetterState::Stored }));
        }
        let delivered = "SELECT EXISTS (SELECT 1 FROM delivered WHERE tag = ?1)";
        let is_delivered: bool =
            self.connection.query_row(delivered, [tag.as_bytes().as_slice()], |r| r.get(0)).map_err(fail)?;
        Ok(is_delivered.then_some(LetterState::Delivered))
    }

    /// What lies here.
    pub fn standing(&self) -> Result<Standing, BookError> {
        stands(&self.connection).map_err(|e| self.fail("读取", e))
    }

    fn rows(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Waiting>, BookError> {
        let fail = |e| self.fail("读取", e);
        let mut statement = self.connection.prepare(sql).map_err(fail)?;
        let waiting = |row: &Row<'_>| {
            let sealed: Vec<u8> = row.get(2)?;
            Ok(Waiting { uuid: row.get(0)?, sha256: Sha256::of(&sealed), sealed })
        };
        statement.query_map(values, waiting).and_then(Iterator::collect).map_err(fail)
    }

    fn setup(&self) -> Result<(), BookError> {
        let fail = |e| self.fail("打开", e);
        let connection = &self.connection;
        connection.busy_timeout(BUSY_WAIT).map_err(fail)?;
        let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(fail);
        let (mark, version) = (pragma("application_id")?, pragma("user_version")?);
        if (mark, version) != (0, 0) && (mark, version) != (APPLICATION_ID, VERSION) {
            return Err(BookError::Foreign(self.path.clone()));
        }
        // What is confirmed is gone from the disk too, sealed as it was.
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;";
        connection.execute_batch(settings).map_err(fail)?;
        if mark == 0 {
            let mark = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};");
            connection.execute_batch(&format!("BEGIN; {TABLES} {mark} COMMIT;")).map_err(fail)?;
        }
        Ok(())
    }

    fn fail(&self, action: &'static str, source: rusqlite::Error) -> BookError {
        BookError::Sqlite { action, path: self.path.clone(), source }
    }
}

const REMEMBER: &str = "INSERT OR REPLACE INTO delivered
    SELECT tag, ?3 FROM letter WHERE uuid = ?1 AND sha256 = ?2 AND tag IS NOT NULL";
const DROP_OLDEST: &str =
    "DELETE FROM letter WHERE uuid = (SELECT uuid FROM letter WHERE NOT is_answered ORDER BY made_s, uuid LIMIT 1)";
const FORGET_OLDEST: &str =
    "DELETE FROM delivered WHERE tag IN (SELECT tag FROM delivered ORDER BY at_s DESC LIMIT -1 OFFSET ?1)";

fn stands(connection: &Connection) -> Result<Standing, rusqlite::Error> {
    let sql = "SELECT count(*) FILTER (WHERE is_answered), count(*) FILTER (WHERE NOT is_answered),
        count(*) FILTER (WHERE refused IS NOT NULL), min(made_s), max(refused) FROM letter";
    let standing = |row: &Row<'_>| {
        let oldest: Option<i64> = row.get(3)?;
        Ok(Standing {
            answered: row.get(0)?,
            unanswered: row.get(1)?,
            refused: row.get(2)?,
            oldest: oldest.and_then(|s| Timestamp::from_second(s).ok()),
            last_refusal: row.get(4)?,
        })
    };
    connection.query_row(sql, [], standing)
}

/// Letters of one sort, and bytes of all.
fn load(connection: &Connection, is_answered: bool) -> Result<(u32, i64), rusqlite::Error> {
    let sql = "SELECT count(*) FILTER (WHERE is_answered = ?1), coalesce(sum(length(sealed)), 0) FROM letter";
    connection.query_row(sql, [is_answered], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What is kept of a number: enough to know it again, too little to guess it from.
fn tag(number: &Number) -> Sha256 {
    Sha256::of(format!("civic-kiosk number\n{number}").as_bytes())
}

#[cfg(test)]
#[path = "book/tests.rs"]
mod tests;
