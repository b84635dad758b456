//! The live content of this terminal and the switch to the next release.
//! The release number inside the database is the truth at boot; a half-applied release does not exist.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use crate::base::digest::{Sha256, state_root};
use crate::base::id::RecordId;
use crate::content::{Calendar, Hours, Mailbox, Org, Record, Site, Window};

use super::catalog::{Count, catalog_indexes};
use super::database::{self, Database, Kind, from_sql};
use super::error::StoreError;
use super::findable::findable_sql;

/// The first shape of the tables that has segments.
const VERSION_WITH_SEGMENTS: i32 = 2;
/// The first shape that knows whom letters are sealed to.
const VERSION_WITH_MAILBOX: i32 = 3;

pub(super) const CONTENT: Kind = Kind {
    file: "content.db",
    version: 3,
    tables: concat!(
        "
        CREATE TABLE release (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            authority TEXT NOT NULL,
            number INTEGER NOT NULL,
            issued TEXT NOT NULL,
            state_root BLOB NOT NULL,
            records INTEGER NOT NULL,
            subscription TEXT NOT NULL DEFAULT '',
            mailbox TEXT NOT NULL DEFAULT '{}'
        );
        CREATE TABLE segment (name TEXT PRIMARY KEY, state_root BLOB NOT NULL, records INTEGER NOT NULL);
        CREATE TABLE record (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            org TEXT,
            sha256 BLOB NOT NULL,
            body BLOB NOT NULL,
            segment TEXT NOT NULL DEFAULT 'common'
        );
        CREATE INDEX record_by_kind ON record (kind, org);
        CREATE INDEX record_by_segment ON record (segment, id, sha256);
        ",
        catalog_indexes!()
    ),
    steps: &[
        concat!(
            "
        ALTER TABLE release ADD COLUMN subscription TEXT NOT NULL DEFAULT '';
        ALTER TABLE record ADD COLUMN segment TEXT NOT NULL DEFAULT 'common';
        CREATE TABLE segment (name TEXT PRIMARY KEY, state_root BLOB NOT NULL, records INTEGER NOT NULL);
        INSERT INTO segment (name, state_root, records) SELECT 'common', state_root, records FROM release;
        CREATE INDEX record_by_segment ON record (segment, id, sha256);
        ",
            catalog_indexes!()
        ),
        "ALTER TABLE release ADD COLUMN mailbox TEXT NOT NULL DEFAULT '{}';",
    ],
};

/// The content database, for reading or for the one who applies releases.
pub struct Store {
    pub(super) database: Database,
    /// Under which names the content of farther publishers is attached, nearest first.
    pub(super) farther: Vec<String>,
}

/// The release that a record of a farther publisher comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Who published it, in the words of that publisher's own hall; empty where it has none.
    pub publisher: String,
    /// Its number.
    pub number: u64,
    /// When it was signed.
    pub issued: Timestamp,
}

/// The release that is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRelease {
    /// Who published it.
    pub authority: String,
    /// Its number.
    pub number: u64,
    /// When it was signed.
    pub issued: Timestamp,
    /// What its records hash to.
    pub state_root: Sha256,
    /// How many records it has.
    pub records: u64,
    /// Which segments were asked for, in the words of whoever asked; empty for all.
    pub subscription: String,
    /// Whom residents' letters are sealed to, and who confirms them.
    pub mailbox: Mailbox,
}

/// What lists and the search need of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Which record.
    pub id: RecordId,
    /// What it is called.
    pub title: String,
    /// The office it belongs to; of an office, the one above.
    pub org: Option<RecordId>,
}

/// What every page needs of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The release.
    pub release: LiveRelease,
    /// The hall itself.
    pub site: Site,
    /// All offices, by id.
    pub orgs: Vec<Org>,
    /// All windows, by id.
    pub windows: Vec<Window>,
    /// All opening hours, by id.
    pub hours: Vec<Hours>,
    /// All guides, by id.
    pub guides: Vec<Title>,
    /// Every year's notice on holidays.
    pub calendars: Vec<Calendar>,
    /// How many records there are of each kind and office.
    pub counts: Vec<Count>,
}

/// All records under the name of the one table that every query knows.
fn view_of_all(farther: &[String]) -> String {
    const COLUMNS: &str = "id, kind, title, org, sha256, body";
    let mut view = format!("CREATE TEMP VIEW record AS SELECT {COLUMNS} FROM main.record");
    for (i, name) in farther.iter().enumerate() {
        view.push_str(&format!(" UNION ALL SELECT {COLUMNS} FROM {name}.record AS own"));
        let nearer = std::iter::once("main").chain(farther[..i].iter().map(String::as_str));
        let hidden =
            nearer.map(|nearer| format!("NOT EXISTS (SELECT 1 FROM {nearer}.record AS n WHERE n.id = own.id)"));
        view.push_str(&format!(" WHERE {}", hidden.collect::<Vec<_>>().join(" AND ")));
    }
    view
}

impl Store {
    /// Opens the content for applying releases; makes an empty one when there is none.
    pub fn open(state_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { database: database::open(state_dir, &CONTENT)?, farther: Vec::new() })
    }

    /// Opens the content for reading.
    pub fn open_read_only(state_dir: &Path) -> Result<Self, StoreError> {
        let store = Self { database: database::open_read_only(state_dir, &CONTENT)?, farther: Vec::new() };
        if store.is_frozen() && store.database.has_log() {
            // The file alone may be older than its log, or half way into it; only a whole release is shown.
            store.verify()?;
        }
        Ok(store)
    }

    /// Opens the content of several publishers for reading as one, nearest first: where two have a record of the same
    /// id, the nearer one's is the one. Folders without content are passed over; [`StoreError::Missing`] when all are.
    pub fn open_together(state_dirs: &[PathBuf]) -> Result<Self, StoreError> {
        let mut together: Option<Self> = None;
        let mut missing = None;
        for dir in state_dirs {
            let next = match Self::open_read_only(dir) {
                Err(error @ StoreError::Missing(_)) => {
                    missing = missing.or(Some(error));
                    continue;
                }
                next => next?,
            };
            match &mut together {
                None => together = Some(next),
                Some(nearest) => {
                    let name = format!("farther{}", nearest.farther.len());
                    nearest.database.attach(next.database, &name)?;
                    nearest.farther.push(name);
                }
            }
        }
        let Some(store) = together else {
            return Err(missing.unwrap_or_else(|| StoreError::Missing(CONTENT.file.into())));
        };
        if !store.farther.is_empty() {
            let view = view_of_all(&store.farther);
            store.database.connection.execute_batch(&view).map_err(store.database.fail("打开数据库"))?;
        }
        Ok(store)
    }

    /// What the file looks like from outside: another mark means that it was written to. Damage by the disk itself does
    /// not change it; that is the scrub's to find.
    pub fn mark(state_dir: &Path) -> String {
        let path = state_dir.join(CONTENT.file);
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let mark = |path: &Path| {
            let m = std::fs::metadata(path).ok().filter(|m| m.len() > 0)?;
            Some(format!("{}:{}:{}:{}.{:09}", m.dev(), m.ino(), m.len(), m.mtime(), m.mtime_nsec()))
        };
        format!("{} {}", mark(&path).unwrap_or_default(), mark(Path::new(&log)).unwrap_or_default())
    }

    /// Whether the content is read as a file that nobody changes; whoever keeps it open would miss a change.
    pub(super) fn is_frozen(&self) -> bool {
        self.database.is_frozen
    }

    /// Looks for damage anywhere: in the file, in the records against the signed state root, and in what the lists are
    /// made of against the records.
    pub fn verify(&self) -> Result<(), StoreError> {
        self.database.check()?;
        let Some(live) = self.release()? else { return Ok(()) };
        let fail = self.database.fail("读取");
        let segment = if self.has_segments() { "segment" } else { "'common'" };
        let query = format!("SELECT id, kind, title, org, sha256, body, {segment} FROM record");
        let mut statement = self.database.connection.prepare(&query).map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        let mut hashes = BTreeMap::new();
        let mut segments: BTreeMap<String, BTreeMap<RecordId, Sha256>> = BTreeMap::new();
        while let Some(row) = rows.next().map_err(&fail)? {
            let id = self.id(&row.get::<_, String>(0).map_err(&fail)?)?;
            let body: Vec<u8> = row.get(5).map_err(&fail)?;
            let record = self.read(&id, &body)?;
            let digest = Sha256::of(&body);
            let (kind, title): (String, String) = (row.get(1).map_err(&fail)?, row.get(2).map_err(&fail)?);
            let (org, sha256): (Option<String>, [u8; 32]) = (row.get(3).map_err(&fail)?, row.get(4).map_err(&fail)?);
            let is_listed = kind == id.kind()
                && title == record.title()
                && org.as_deref() == record.org().map(RecordId::as_str)
                && sha256 == *digest.as_bytes();
            if !is_listed {
                return Err(self.database.damaged(format!("记录{id}与目录不符")));
            }
            segments.entry(row.get(6).map_err(&fail)?).or_default().insert(id.clone(), digest);
            hashes.insert(id, digest);
        }
        let mut roots = self.segments()?;
        let is_right = |(name, hashes): (&String, &BTreeMap<_, _>)| roots.remove(name) == Some(state_root(hashes));
        let are_right =
            segments.iter().all(is_right) && roots.values().all(|root| *root == state_root(&BTreeMap::new()));
        if !are_right || state_root(&hashes) != live.state_root || hashes.len() as u64 != live.records {
            return Err(self.database.damaged("内容与签名的总校验值不符"));
        }
        Ok(())
    }

    /// What the records of each segment that is live hash to.
    pub fn segments(&self) -> Result<BTreeMap<String, Sha256>, StoreError> {
        if !self.has_segments() {
            return Ok(self.release()?.map(|live| ("common".to_owned(), live.state_root)).into_iter().collect());
        }
        let fail = self.database.fail("读取");
        let mut statement = self.database.connection.prepare("SELECT name, state_root FROM segment").map_err(&fail)?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, Sha256::from_bytes(row.get(1)?))))
            .map_err(&fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }

    /// Whether the file was made or opened for writing by a program that knows segments.
    fn has_segments(&self) -> bool {
        self.database.version >= VERSION_WITH_SEGMENTS
    }

    /// The live release; `None` before the first one.
    pub fn release(&self) -> Result<Option<LiveRelease>, StoreError> {
        let subscription = if self.has_segments() { "subscription" } else { "''" };
        let mailbox = if self.database.version >= VERSION_WITH_MAILBOX { "mailbox" } else { "'{}'" };
        let query =
            format!("SELECT authority, number, issued, state_root, records, {subscription}, {mailbox} FROM release");
        let row = self
            .database
            .connection
            .query_row(&query, [], |row| {
                let issued: String = row.get(2)?;
                let root: [u8; 32] = row.get(3)?;
                let (number, records) = (row.get::<_, i64>(1)?, row.get::<_, i64>(4)?);
                let (subscription, mailbox) = (row.get::<_, String>(5)?, row.get::<_, String>(6)?);
                Ok((row.get::<_, String>(0)?, number, issued, root, records, subscription, mailbox))
            })
            .optional()
            .map_err(self.database.fail("读取"))?;
        let Some((authority, number, issued, root, records, subscription, mailbox)) = row else { return Ok(None) };
        let mailbox = serde_json::from_str(&mailbox).map_err(|e| self.database.damaged(e))?;
        let issued = issued.parse().map_err(|e: jiff::Error| self.database.damaged(e))?;
        let state_root = Sha256::from_bytes(root);
        let (number, records) = (from_sql(number), from_sql(records));
        Ok(Some(LiveRelease { authority, number, issued, state_root, records, subscription, mailbox }))
    }

    /// One record.
    pub fn record(&self, id: &RecordId) -> Result<Option<Record>, StoreError> {
        let body: Option<Vec<u8>> = self
            .database
            .connection
            .query_row("SELECT body FROM record WHERE id = ?1", [id.as_str()], |row| row.get(0))
            .optional()
            .map_err(self.database.fail("读取"))?;
        body.map(|body| self.read(id, &body)).transpose()
    }

    /// Everything that pages share, read in one transaction: never of two releases. `None` before the first one.
    pub fn overview(&self) -> Result<Option<Overview>, StoreError> {
        let fail = self.database.fail("读取");
        let snapshot = self.database.connection.unchecked_transaction().map_err(&fail)?;
        let (Some(release), Some(site)) = (self.release()?, self.site()?) else { return Ok(None) };
        let guides = self.list("SELECT id, title, org FROM record WHERE kind = 'guide' ORDER BY id", &[])?;
        let overview = Overview {
            release,
            site,
            orgs: self.orgs()?,
            windows: self.windows()?,
            hours: self.hours()?,
            guides,
            calendars: self.calendars()?,
            counts: self.counts()?,
        };
        snapshot.finish().map_err(&fail)?;
        Ok(Some(overview))
    }

    /// The hall itself.
    pub fn site(&self) -> Result<Option<Site>, StoreError> {
        // Of several publishers the nearest one's: a terminal stands in one hall.
        self.site_in("main")
    }

    /// The hall of one publisher, by the name under which its content is attached.
    pub(super) fn site_in(&self, name: &str) -> Result<Option<Site>, StoreError> {
        let query = format!("SELECT id, body FROM {name}.record WHERE kind = 'site' ORDER BY id LIMIT 1");
        let row = self
            .database
            .connection
            .query_row(&query, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .optional()
            .map_err(self.database.fail("读取"))?;
        let Some((id, body)) = row else { return Ok(None) };
        Ok(match self.read(&self.id(&id)?, &body)? {
            Record::Site(site) => Some(*site),
            _ => None,
        })
    }

    /// All offices, by id.
    pub fn orgs(&self) -> Result<Vec<Org>, StoreError> {
        self.of_kind("org", |record| if let Record::Org(org) = record { Some(*org) } else { None })
    }

    /// All windows, by id.
    pub fn windows(&self) -> Result<Vec<Window>, StoreError> {
        self.of_kind("window", |record| if let Record::Window(window) = record { Some(*window) } else { None })
    }

    /// All opening hours, by id.
    pub fn hours(&self) -> Result<Vec<Hours>, StoreError> {
        self.of_kind("hours", |record| if let Record::Hours(hours) = record { Some(*hours) } else { None })
    }

    /// The guides of an office, by id.
    pub fn guides_of(&self, org: &RecordId) -> Result<Vec<Title>, StoreError> {
        self.list("SELECT id, title, org FROM record WHERE kind = 'guide' AND org = ?1 ORDER BY id", &[org.as_str()])
    }

    /// What can be searched, by id: everything a resident can open, but for the rows of data tables, which may be
    /// about people, and for what only the program reads.
    pub fn titles(&self) -> Result<Vec<Title>, StoreError> {
        let query = concat!("SELECT id, title, org FROM record WHERE ", findable_sql!(), " ORDER BY id");
        self.list(query, &[])
    }

    pub(super) fn read(&self, id: &RecordId, body: &[u8]) -> Result<Record, StoreError> {
        // It was checked when it was applied, so what cannot be read now was damaged since.
        Record::from_bytes(id, body).map_err(|e| self.database.damaged(format!("{id}：{e}")))
    }

    pub(super) fn of_kind<T>(&self, kind: &str, pick: impl Fn(Record) -> Option<T>) -> Result<Vec<T>, StoreError> {
        let fail = self.database.fail("读取");
        let mut statement = self
            .database
            .connection
            .prepare("SELECT id, body FROM record WHERE kind = ?1 ORDER BY id")
            .map_err(&fail)?;
        let rows = statement
            .query_map([kind], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .map_err(&fail)?;
        let mut found = Vec::new();
        for row in rows {
            let (id, body) = row.map_err(&fail)?;
            found.extend(pick(self.read(&self.id(&id)?, &body)?));
        }
        Ok(found)
    }

    pub(super) fn list(&self, query: &str, values: &[&str]) -> Result<Vec<Title>, StoreError> {
        let fail = self.database.fail("读取");
        let mut statement = self.database.connection.prepare(query).map_err(&fail)?;
        let rows = statement
            .query_map(rusqlite::params_from_iter(values), |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?))
            })
            .map_err(&fail)?;
        let mut titles = Vec::new();
        for row in rows {
            let (id, title, org) = row.map_err(&fail)?;
            titles.push(Title { id: self.id(&id)?, title, org: org.map(|org| self.id(&org)).transpose()? });
        }
        Ok(titles)
    }

    pub(super) fn id(&self, text: &str) -> Result<RecordId, StoreError> {
        RecordId::parse(text).map_err(|e| self.database.damaged(e))
    }
}
