//! What this terminal trusts and has seen: roots, newest metadata, the floor of release numbers, the trusted time.
//! The floor and the trusted time only ever rise. The history holds counts and reasons, nothing about people.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::database::{self, Database, Kind, from_sql, to_sql};
use super::error::StoreError;
use crate::base::durable::Scratch;

/// How many syncs are remembered.
const HISTORY_MAX: i64 = 200;

/// Where a new state database is made before it takes the place of a damaged one.
const REBUILD_DIR: &str = "rebuild-state";

const STATE: Kind = Kind {
    file: "state.db",
    version: 2,
    tables: "
        CREATE TABLE root (version INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE role (name TEXT PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE TABLE fact (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            authority TEXT NOT NULL,
            floor INTEGER NOT NULL,
            trusted_time TEXT NOT NULL
        );
        CREATE TABLE sync (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            place TEXT NOT NULL,
            outcome TEXT NOT NULL,
            release INTEGER,
            requests INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            reason TEXT NOT NULL,
            text TEXT NOT NULL,
            who TEXT NOT NULL DEFAULT ''
        );
        CREATE TABLE scrub (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL, mark TEXT NOT NULL);
        CREATE TABLE answer (one INTEGER PRIMARY KEY CHECK (one = 1), place TEXT NOT NULL, etag TEXT, modified TEXT);
    ",
    steps: &["
        ALTER TABLE sync ADD COLUMN who TEXT NOT NULL DEFAULT '';
        CREATE TABLE scrub (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL, mark TEXT NOT NULL);
        CREATE TABLE answer (one INTEGER PRIMARY KEY CHECK (one = 1), place TEXT NOT NULL, etag TEXT, modified TEXT);
    "],
};

/// The state database.
pub struct Trust {
    database: Database,
}

/// What was known before a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The newest trusted root.
    pub root: Option<Vec<u8>>,
    /// The newest verified timestamp.
    pub timestamp: Option<Vec<u8>>,
    /// The newest verified snapshot.
    pub snapshot: Option<Vec<u8>>,
    /// The newest verified targets.
    pub targets: Option<Vec<u8>>,
    /// Whom we follow.
    pub authority: Option<String>,
    /// No release below this number is accepted.
    pub floor: u64,
    /// It is at least this late.
    pub trusted_time: Option<Timestamp>,
    /// What a server called the timestamp that is known.
    pub answer: Option<ServerAnswer>,
}

/// What a server called a version of the timestamp, so that it can be asked for newer ones only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAnswer {
    /// Which server.
    pub place: String,
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub modified: Option<String>,
}

/// What a successful sync confirmed: versions and files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Roots by version; the highest is the trusted one.
    pub roots: Vec<(u64, Vec<u8>)>,
    /// The timestamp.
    pub timestamp: (u64, Vec<u8>),
    /// The snapshot.
    pub snapshot: (u64, Vec<u8>),
    /// The targets.
    pub targets: (u64, Vec<u8>),
    /// Whom we follow.
    pub authority: String,
    /// The release now live.
    pub release: u64,
    /// When it was signed.
    pub issued: Timestamp,
}

/// One line of the sync history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub place: String,
    /// `applied`, `current` or `refused`.
    pub outcome: String,
    /// The release live afterwards.
    pub release: Option<u64>,
    /// Files asked for.
    pub requests: u64,
    /// Bytes received.
    pub bytes: u64,
    /// Short word for the reason of a refusal, or empty.
    pub reason: String,
    /// The sentence shown, or empty.
    pub text: String,
    /// Who brought it: a member of staff, the schedule, a command.
    pub who: String,
}

/// When the content was last known to be whole, and what its file looked like then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// When.
    pub at: Timestamp,
    /// The file's [`mark`](super::Store::mark); another one means that somebody else wrote to it.
    pub mark: String,
}

impl Trust {
    /// Opens the state for writing; makes an empty one when there is none.
    pub fn open(state_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { database: database::open(state_dir, &STATE)? })
    }

    /// Opens the state for reading.
    pub fn open_read_only(state_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { database: database::open_read_only(state_dir, &STATE)? })
    }

    /// Begins anew with what a sync confirmed, in the place of a damaged or foreign file; says where that one went.
    /// The caller sees to it that the new floor is not below the old one.
    pub fn rebuild(state_dir: &Path, confirmed: &Confirmed) -> Result<Option<PathBuf>, StoreError> {
        let scratch = Scratch::create(state_dir, REBUILD_DIR)?;
        let mut trust = Self::open(scratch.path())?;
        trust.confirm(confirmed)?;
        database::take_place(trust.database, state_dir, &STATE)
    }

    /// Looks through the whole file for damage.
    pub fn check(&self) -> Result<(), StoreError> {
        self.database.check()
    }

    /// Where the state is kept.
    pub fn file(state_dir: &Path) -> PathBuf {
        state_dir.join(STATE.file)
    }

    /// Everything known.
    pub fn known(&self) -> Result<Known, StoreError> {
        let connection = &self.database.connection;
        let fail = self.database.fail("读取");
        let root = connection
            .query_row("SELECT body FROM root ORDER BY version DESC LIMIT 1", [], |row| row.get(0))
            .optional()
            .map_err(&fail)?;
        let role = |name: &str| -> Result<Option<Vec<u8>>, StoreError> {
            connection
                .query_row("SELECT body FROM role WHERE name = ?1", [name], |row| row.get(0))
                .optional()
                .map_err(&fail)
        };
        let fact: Option<(String, i64, String)> = connection
            .query_row("SELECT authority, floor, trusted_time FROM fact", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
            .map_err(&fail)?;
        let answer = connection
            .query_row("SELECT place, etag, modified FROM answer", [], |row| {
                Ok(ServerAnswer { place: row.get(0)?, etag: row.get(1)?, modified: row.get(2)? })
            })
            .optional()
            .map_err(&fail)?;
        let mut known = Known {
            root,
            answer,
            timestamp: role("timestamp")?,
            snapshot: role("snapshot")?,
            targets: role("targets")?,
            ..Known::default()
        };
        if let Some((authority, floor, time)) = fact {
            known.authority = Some(authority);
            known.floor = from_sql(floor);
            known.trusted_time = Some(time.parse().map_err(|e: jiff::Error| self.database.damaged(e))?);
        }
        Ok(known)
    }

    /// Stores what a sync confirmed, in one transaction.
    pub fn confirm(&mut self, confirmed: &Confirmed) -> Result<(), StoreError> {
        let before = self.known()?;
        let floor = before.floor.max(confirmed.release);
        let time = before.trusted_time.map_or(confirmed.issued, |time| time.max(confirmed.issued));
        let fail = self.database.fail("写入");
        let transaction =
            self.database.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        for (version, body) in &confirmed.roots {
            transaction
                .execute("INSERT OR REPLACE INTO root (version, body) VALUES (?1, ?2)", params![to_sql(*version), body])
                .map_err(&fail)?;
        }
        let roles =
            [("timestamp", &confirmed.timestamp), ("snapshot", &confirmed.snapshot), ("targets", &confirmed.targets)];
        for (name, (version, body)) in roles {
            transaction
                .execute(
                    "INSERT OR REPLACE INTO role (name, version, body) VALUES (?1, ?2, ?3)",
                    params![name, to_sql(*version), body],
                )
                .map_err(&fail)?;
        }
        transaction
            .execute(
                "INSERT OR REPLACE INTO fact (one, authority, floor, trusted_time) VALUES (1, ?1, ?2, ?3)",
                params![confirmed.authority, to_sql(floor), time.to_string()],
            )
            .map_err(&fail)?;
        transaction.commit().map_err(&fail)
    }

    /// Adds a line to the history.
    pub fn note(&mut self, visit: &Visit) -> Result<(), StoreError> {
        let fail = self.database.fail("写入");
        let connection = &self.database.connection;
        connection
            .execute(
                "INSERT INTO sync (at, place, outcome, release, requests, bytes, reason, text, who)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    visit.at.to_string(),
                    visit.place,
                    visit.outcome,
                    visit.release.map(to_sql),
                    to_sql(visit.requests),
                    to_sql(visit.bytes),
                    visit.reason,
                    visit.text,
                    visit.who
                ],
            )
            .map_err(&fail)?;
        connection
            .execute("DELETE FROM sync WHERE n <= (SELECT max(n) FROM sync) - ?1", [HISTORY_MAX])
            .map_err(&fail)?;
        Ok(())
    }

    /// Remembers that every record was whole at this time, in a file of this mark.
    pub fn note_whole(&mut self, scrubbed: &Scrubbed) -> Result<(), StoreError> {
        self.database
            .connection
            .execute(
                "INSERT OR REPLACE INTO scrub (one, at, mark) VALUES (1, ?1, ?2)",
                params![scrubbed.at.to_string(), scrubbed.mark],
            )
            .map(|_| ())
            .map_err(self.database.fail("写入"))
    }

    /// Remembers what a server called the timestamp that is known; none forgets it.
    pub fn note_answer(&mut self, answer: Option<&ServerAnswer>) -> Result<(), StoreError> {
        let connection = &self.database.connection;
        let done = match answer {
            None => connection.execute("DELETE FROM answer", []),
            Some(ServerAnswer { place, etag, modified }) => connection.execute(
                "INSERT OR REPLACE INTO answer (one, place, etag, modified) VALUES (1, ?1, ?2, ?3)",
                params![place, etag, modified],
            ),
        };
        done.map(|_| ()).map_err(self.database.fail("写入"))
    }

    /// The content is not known to be whole any more: whoever looks next looks at all of it.
    pub fn forget_whole(&mut self) -> Result<(), StoreError> {
        self.database.connection.execute("DELETE FROM scrub", []).map(|_| ()).map_err(self.database.fail("写入"))
    }

    /// When the content was last known to be whole.
    pub fn scrubbed(&self) -> Result<Option<Scrubbed>, StoreError> {
        let row: Option<(String, String)> = self
            .database
            .connection
            .query_row("SELECT at, mark FROM scrub", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(self.database.fail("读取"))?;
        let Some((at, mark)) = row else { return Ok(None) };
        Ok(Some(Scrubbed { at: at.parse().map_err(|e: jiff::Error| self.database.damaged(e))?, mark }))
    }

    /// The newest lines of the history, newest first.
    pub fn history(&self, limit: u32) -> Result<Vec<Visit>, StoreError> {
        let fail = self.database.fail("读取");
        let mut statement = self
            .database
            .connection
            .prepare(
                "SELECT at, place, outcome, release, requests, bytes, reason, text, who FROM sync ORDER BY n DESC
                 LIMIT ?1",
            )
            .map_err(&fail)?;
        let rows = statement
            .query_map([limit], |row| {
                let at: String = row.get(0)?;
                Ok((
                    at,
                    Visit {
                        at: Timestamp::UNIX_EPOCH,
                        place: row.get(1)?,
                        outcome: row.get(2)?,
                        release: row.get::<_, Option<i64>>(3)?.map(from_sql),
                        requests: from_sql(row.get(4)?),
                        bytes: from_sql(row.get(5)?),
                        reason: row.get(6)?,
                        text: row.get(7)?,
                        who: row.get(8)?,
                    },
                ))
            })
            .map_err(&fail)?;
        let mut visits = Vec::new();
        for row in rows {
            let (at, visit) = row.map_err(&fail)?;
            let at = at.parse().map_err(|e: jiff::Error| self.database.damaged(e))?;
            visits.push(Visit { at, ..visit });
        }
        Ok(visits)
    }
}
