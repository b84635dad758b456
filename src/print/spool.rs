//! The book of receipts: each one with its state, safe against a pulled plug, in a database of its own.
//! It never lets a receipt be sent twice, and never writes the content of a personal one down.
//!
//! What a personal receipt says stays in memory and goes with the program; its row in the book stays, so that staff
//! know of it. Everything else is overwritten in the file as soon as its receipt is done.
//!
//! `Queued → Sending → AwaitConfirm → Printed`; whatever may have left something on paper without being confirmed ends
//! as `NeedsOperator`. What a crash interrupted is never sent again by itself: its resident may be gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::document::Document;
use crate::base::durable::{self, FileError, Lock};
use crate::base::private::Private;

/// The database in the state folder.
const FILE: &str = "spool.db";
const LOCK_FILE: &str = "spool.lock";
/// Marks our files (`ZWGP`).
const APPLICATION_ID: i32 = 0x5A57_4750;
const VERSION: i32 = 2;
/// Books of this version do not say who asked for a copy.
const VERSION_NAMELESS: i32 = 1;
/// Most jobs that the book keeps.
const JOBS_MAX: i64 = 1_000;
/// Most personal receipts whose content is held in memory; the oldest goes first.
const HELD_MAX: usize = 20;
/// Longest stored document; far more than a receipt of all lines.
const PAYLOAD_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What staff have not looked at for so long, nobody misses.
const OPERATOR_LIMIT: SignedDuration = SignedDuration::from_hours(24);
/// How long a writer waits for another one.
const BUSY_WAIT: std::time::Duration = std::time::Duration::from_secs(2);

const TABLES: &str = "
    CREATE TABLE run (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL);
    INSERT INTO run VALUES (1, 0);
    CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        run INTEGER NOT NULL,
        owner INTEGER NOT NULL,
        title TEXT NOT NULL,
        state TEXT NOT NULL,
        fact TEXT NOT NULL,
        is_copy INTEGER NOT NULL,
        queued TEXT NOT NULL,
        changed TEXT NOT NULL,
        payload BLOB,
        who TEXT NOT NULL DEFAULT ''
    );
";

/// Where a receipt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Accepted; nothing has been sent.
    Queued,
    /// Bytes are leaving.
    Sending,
    /// All bytes are out.
    AwaitConfirm,
    /// On paper, or sent to a printer that cannot say more.
    Printed,
    /// Something may be on paper; a person has to look.
    NeedsOperator,
    /// Its visit ended before anything was sent.
    Expired,
    /// Not printed, and its resident was told; or done with by staff.
    Cancelled,
}

/// A receipt to be printed.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// The same for every tap of a burst.
    pub key: &'a str,
    /// Number of the visit that it belongs to.
    pub owner: u64,
    /// What staff read of it; it names neither page nor person.
    pub title: &'a str,
    /// Who of the staff asked for it; empty for residents.
    pub who: &'a str,
    /// What is printed.
    pub document: &'a Document,
}

/// One receipt in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// What it is, without saying about what or whom.
    pub title: String,
    /// Where it is.
    pub state: State,
    /// Why it is there, for the log; [`fact_text`](super::outcome::fact_text) says it for staff.
    pub fact: String,
    /// Who of the staff asked for it; empty for residents.
    pub who: String,
    /// It is labelled as a copy.
    pub is_copy: bool,
    /// It can still be printed.
    pub has_payload: bool,
    /// When it was asked for.
    pub queued: String,
    /// When its state last changed.
    pub changed: String,
}

/// What became of a request to queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// A new job.
    New(i64),
    /// The same tap again.
    Known(i64, State),
}

/// Why the book cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Another program has it.
    #[error("打印队列 {} 正被另一个程序使用", .0.display())]
    Taken(PathBuf),
    /// The lock or the folder.
    #[error("打印队列不能用")]
    File(#[from] FileError),
    /// Not our file, or of a newer program.
    #[error("{} 不是本程序的打印队列", .0.display())]
    Foreign(PathBuf),
    /// SQLite refused.
    #[error("不能{action}打印队列 {}", path.display())]
    Sqlite {
        /// What was being done.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// The document is too large or cannot be read back.
    #[error("打印队列里的小票读不出来")]
    Document(#[source] serde_json::Error),
    /// A step that the states do not allow.
    #[error("小票 {id} 不能变为“{}”", to.text())]
    Step {
        /// Which job.
        id: i64,
        /// Wanted state.
        to: State,
    },
}

impl State {
    const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sending,
        Self::AwaitConfirm,
        Self::Printed,
        Self::NeedsOperator,
        Self::Expired,
        Self::Cancelled,
    ];

    /// Its name in the book and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::AwaitConfirm => "await-confirm",
            Self::Printed => "printed",
            Self::NeedsOperator => "needs-operator",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// What staff read.
    pub fn text(self) -> &'static str {
        match self {
            Self::Queued => "等待打印",
            Self::Sending => "正在发送",
            Self::AwaitConfirm => "等打印机确认",
            Self::Printed => "已打印",
            Self::NeedsOperator => "需要查看，可以补打",
            Self::Expired => "已过期，没有打印",
            Self::Cancelled => "已取消",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Nothing follows.
    fn is_final(self) -> bool {
        match self {
            Self::Printed | Self::Expired | Self::Cancelled => true,
            Self::Queued | Self::Sending | Self::AwaitConfirm | Self::NeedsOperator => false,
        }
    }

    /// What a state may follow.
    fn predecessors(self) -> &'static [Self] {
        match self {
            Self::Queued => &[],
            Self::Sending => &[Self::Queued, Self::AwaitConfirm, Self::Sending],
            Self::AwaitConfirm => &[Self::Sending],
            Self::Printed => &[Self::AwaitConfirm],
            Self::NeedsOperator => &[Self::Queued, Self::Sending, Self::AwaitConfirm],
            Self::Expired => &[Self::Queued],
            // A try of which no byte was taken goes back to the start and may be given up.
            Self::Cancelled => &[Self::Queued, Self::Sending, Self::NeedsOperator],
        }
    }
}

/// The book, open for its only writer.
pub struct Spool {
    connection: Connection,
    path: PathBuf,
    /// Counts starts of the program, so that visits of different runs are told apart.
    run: i64,
    /// What personal receipts say, by number.
    held: BTreeMap<i64, Private<String>>,
    _lock: Lock,
}

impl Spool {
    /// Opens the book in a folder; what an earlier run left unfinished is handed to staff.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, SpoolError> {
        durable::create_dir(folder)?;
        let path = folder.join(FILE);
        let lock = durable::lock(&folder.join(LOCK_FILE))?.ok_or_else(|| SpoolError::Taken(path.clone()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = connect(&path, flags)?;
        let mut spool = Self { connection, path, run: 0, held: BTreeMap::new(), _lock: lock };
        spool.prepare()?;
        spool.recover(now)?;
        Ok(spool)
    }

    /// All jobs, newest first, for staff; the book may be in use.
    pub fn read(folder: &Path) -> Result<Vec<Entry>, SpoolError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        entries(&connection).map_err(|source| SpoolError::Sqlite { action: "读取", path, source })
    }

    /// All jobs, newest first.
    pub fn entries(&self) -> Result<Vec<Entry>, SpoolError> {
        let mut all = entries(&self.connection).map_err(self.fail("读取"))?;
        for entry in &mut all {
            entry.has_payload |= self.held.contains_key(&entry.id);
        }
        Ok(all)
    }

    /// Takes a receipt in. The same key again is the same tap.
    pub fn queue(&mut self, order: &Order<'_>, now: Timestamp) -> Result<Queued, SpoolError> {
        self.give_up_old(now)?;
        let payload = serde_json::to_string(order.document).map_err(SpoolError::Document)?;
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(self.fail("写入")(rusqlite::Error::ToSqlConversionFailure("小票过长".into())));
        }
        let key = format!("{}-{}", self.run, order.key);
        let known = self
            .connection
            .query_row("SELECT id, state FROM job WHERE key = ?1", [&key], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })
            .optional()
            .map_err(self.fail("读取"))?;
        if let Some((id, state)) = known {
            return Ok(Queued::Known(id, State::parse(&state).unwrap_or(State::NeedsOperator)));
        }
        let owner = i64::try_from(order.owner).unwrap_or(i64::MAX);
        let is_personal = order.document.is_personal();
        let written = (!is_personal).then_some(payload.as_bytes());
        self.connection
            .execute(
                "INSERT INTO job (key, run, owner, title, state, fact, is_copy, queued, changed, payload, who)
                 VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7, ?7, ?8, ?9)",
                params![
                    key,
                    self.run,
                    owner,
                    order.title,
                    State::Queued.name(),
                    order.document.is_copy(),
                    now.to_string(),
                    written,
                    order.who
                ],
            )
            .map_err(self.fail("写入"))?;
        let id = self.connection.last_insert_rowid();
        if is_personal {
            if self.held.len() == HELD_MAX {
                self.held.pop_first();
            }
            self.held.insert(id, Private::new(payload));
        }
        Ok(Queued::New(id))
    }

    /// Moves a job on; a step that the states do not allow is an error and changes nothing.
    pub fn step(&mut self, id: i64, to: State, fact: &str, now: Timestamp) -> Result<(), SpoolError> {
        let from: Vec<String> = to.predecessors().iter().map(|state| format!("'{}'", state.name())).collect();
        let payload = if to.is_final() { "NULL" } else { "payload" };
        let change = format!(
            "UPDATE job SET state = ?1, fact = ?2, changed = ?3, payload = {payload} WHERE id = ?4 AND state IN ({})",
            from.join(",")
        );
        let changed = self
            .connection
            .execute(&change, params![to.name(), fact, now.to_string(), id])
            .map_err(self.fail("写入"))?;
        if changed == 0 {
            return Err(SpoolError::Step { id, to });
        }
        if !to.is_final() {
            return Ok(());
        }
        self.held.remove(&id);
        self.forget()
    }

    /// What a job prints, as long as it is kept.
    pub fn document(&self, id: i64) -> Result<Option<Document>, SpoolError> {
        if let Some(held) = self.held.get(&id) {
            let document: Document = serde_json::from_str(held.reveal()).map_err(SpoolError::Document)?;
            return Ok(Some(document.personal()));
        }
        let payload: Option<Option<Vec<u8>>> = self
            .connection
            .query_row("SELECT payload FROM job WHERE id = ?1", [id], |row| row.get(0))
            .optional()
            .map_err(self.fail("读取"))?;
        payload.flatten().map(|bytes| serde_json::from_slice(&bytes)).transpose().map_err(SpoolError::Document)
    }

    fn fail(&self, action: &'static str) -> impl Fn(rusqlite::Error) -> SpoolError + use<> {
        let path = self.path.clone();
        move |source| SpoolError::Sqlite { action, path: path.clone(), source }
    }

    fn prepare(&mut self) -> Result<(), SpoolError> {
        let fail = self.fail("准备");
        let pragma = |name: &str| self.connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        let tables: i64 =
            self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(&fail)?;
        // FULL makes a step survive a pulled plug; what is deleted is overwritten.
        self.connection
            .execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;")
            .map_err(&fail)?;
        if tables == 0 {
            let make = format!(
                "BEGIN IMMEDIATE; {TABLES} PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION}; COMMIT;"
            );
            self.connection.execute_batch(&make).map_err(&fail)?;
        } else if pragma("application_id").map_err(&fail)? != APPLICATION_ID {
            return Err(SpoolError::Foreign(self.path.clone()));
        } else {
            match pragma("user_version").map_err(&fail)? {
                VERSION => {}
                VERSION_NAMELESS => {
                    let add = format!(
                        "BEGIN IMMEDIATE; ALTER TABLE job ADD COLUMN who TEXT NOT NULL DEFAULT '';
                         PRAGMA user_version={VERSION}; COMMIT;"
                    );
                    self.connection.execute_batch(&add).map_err(&fail)?;
                }
                _ => return Err(SpoolError::Foreign(self.path.clone())),
            }
        }
        self.run = self
            .connection
            .query_row("UPDATE run SET number = number + 1 RETURNING number", [], |row| row.get(0))
            .map_err(&fail)?;
        Ok(())
    }

    /// Whatever was not finished when the program ended, and whatever is too old.
    fn recover(&mut self, now: Timestamp) -> Result<(), SpoolError> {
        let fail = self.fail("整理");
        let tidy = self.connection.transaction().map_err(&fail)?;
        tidy.execute(
            "UPDATE job SET fact = 'interrupted-' || state, state = 'needs-operator', changed = ?1
             WHERE state IN ('queued', 'sending', 'await-confirm')",
            [now.to_string()],
        )
        .map_err(&fail)?;
        tidy.execute("DELETE FROM job WHERE id <= (SELECT max(id) FROM job) - ?1 AND payload IS NULL", [JOBS_MAX])
            .map_err(&fail)?;
        tidy.commit().map_err(&fail)?;
        self.give_up_old(now)?;
        self.forget()
    }

    /// What staff have not looked at for a day is not kept any longer; a terminal runs for months.
    fn give_up_old(&mut self, now: Timestamp) -> Result<(), SpoolError> {
        let old = now.saturating_sub(OPERATOR_LIMIT).unwrap_or(Timestamp::MIN).to_string();
        let given_up = self
            .connection
            .execute(
                "UPDATE job SET fact = 'too-old', state = 'cancelled', payload = NULL
                 WHERE state = 'needs-operator' AND changed < ?1",
                [old],
            )
            .map_err(self.fail("整理"))?;
        if given_up == 0 {
            return Ok(());
        }
        let kept = entries(&self.connection).map_err(self.fail("读取"))?;
        self.held.retain(|id, _| kept.iter().any(|entry| entry.id == *id && !entry.state.is_final()));
        self.forget()
    }

    /// Takes what was purged out of the log too.
    fn forget(&mut self) -> Result<(), SpoolError> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(self.fail("整理"))
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, SpoolError> {
    let fail = |source| SpoolError::Sqlite { action: "打开", path: path.to_owned(), source };
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    connection.busy_timeout(BUSY_WAIT).map_err(fail)?;
    Ok(connection)
}

fn entries(connection: &Connection) -> rusqlite::Result<Vec<Entry>> {
    // The book of a program before the last one, read while that program still runs, knows no names.
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let who = if version == VERSION_NAMELESS { "''" } else { "who" };
    let mut query = connection.prepare(&format!(
        "SELECT id, title, state, fact, is_copy, payload IS NOT NULL, queued, changed, {who} FROM job ORDER BY id DESC",
    ))?;
    let rows = query.query_map([], entry)?;
    rows.collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let state: String = row.get(2)?;
    Ok(Entry {
        id: row.get(0)?,
        title: row.get(1)?,
        state: State::parse(&state).unwrap_or(State::NeedsOperator),
        fact: row.get(3)?,
        is_copy: row.get(4)?,
        has_payload: row.get(5)?,
        queued: row.get(6)?,
        changed: row.get(7)?,
        who: row.get(8)?,
    })
}

#[cfg(test)]
mod tests;
