//! The switch to the next release: one transaction in which records change and at whose end the state roots must hold.
//! Readers see the old release until the end, and whatever goes wrong changes nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Statement, TransactionBehavior, params};

use crate::base::digest::{RunningRoot, Sha256, state_root};
use crate::base::durable::Scratch;
use crate::base::id::RecordId;
use crate::content::{Mailbox, Record};

use super::content::{CONTENT, LiveRelease, Store};
use super::database::{self, to_sql};
use super::error::StoreError;

/// Where a new content database is made before it takes the place of a damaged one.
const REBUILD_DIR: &str = "rebuild";

/// A release about to become live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease {
    /// Who published it.
    pub authority: String,
    /// Its number.
    pub number: u64,
    /// When it was signed.
    pub issued: Timestamp,
    /// What the records of each segment must hash to; records of other segments go.
    pub segments: BTreeMap<String, Sha256>,
    /// What all records must hash to; none when that was not signed for just these segments.
    pub state_root: Option<Sha256>,
    /// Which segments were asked for, in the words of whoever asked.
    pub subscription: String,
    /// Whom residents' letters are sealed to, and who confirms them.
    pub mailbox: Mailbox,
}

/// A release that was made live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switched {
    /// What is live now.
    pub live: LiveRelease,
    /// Records that were live before and are not any more: they must not stay on any screen.
    pub withdrawn: Vec<RecordId>,
}

/// The records while they change. Dropped without an end, nothing has changed.
pub struct Switch<'a> {
    connection: &'a Connection,
    path: PathBuf,
    // Prepared once for all records.
    find: RefCell<Statement<'a>>,
    write: RefCell<Statement<'a>>,
    remove: RefCell<Statement<'a>>,
    // Taken away and not put back so far.
    gone: RefCell<BTreeSet<String>>,
}

const FIND: &str = "SELECT body FROM record WHERE id = ?1 AND segment = ?2";
const WRITE: &str =
    "INSERT INTO record (id, kind, title, org, segment, sha256, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (id) DO UPDATE SET kind = ?2, title = ?3, org = ?4, segment = ?5, sha256 = ?6, body = ?7";
const REMOVE: &str = "DELETE FROM record WHERE id = ?1 AND segment = ?2";

impl<'a> Switch<'a> {
    fn new(connection: &'a Connection, path: PathBuf) -> Result<Self, StoreError> {
        let prepare = |sql| connection.prepare(sql).map(RefCell::new).map_err(|e| StoreError::sqlite("写入", &path, e));
        let (find, write, remove) = (prepare(FIND)?, prepare(WRITE)?, prepare(REMOVE)?);
        Ok(Self { connection, path, find, write, remove, gone: RefCell::default() })
    }

    /// The body of a record of a segment as it is now.
    pub fn body(&self, segment: &str, id: &RecordId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut find = self.find.borrow_mut();
        find.query_row([id.as_str(), segment], |row| row.get(0)).optional().map_err(self.fail("读取"))
    }

    /// Takes all records of a segment away.
    pub fn clear(&self, segment: &str) -> Result<(), StoreError> {
        let fail = self.fail("写入");
        let mut ids = self.connection.prepare("SELECT id FROM record WHERE segment = ?1").map_err(&fail)?;
        let ids = ids.query_map([segment], |row| row.get::<_, String>(0)).map_err(&fail)?;
        for id in ids {
            self.gone.borrow_mut().insert(id.map_err(&fail)?);
        }
        let others = "SELECT EXISTS (SELECT 1 FROM record WHERE segment <> ?1)";
        let has_others: bool = self.connection.query_row(others, [segment], |row| row.get(0)).map_err(&fail)?;
        // SQLite forgets a whole table far faster than its rows.
        let cleared = match has_others {
            true => self.connection.execute("DELETE FROM record WHERE segment = ?1", [segment]),
            false => self.connection.execute("DELETE FROM record", []),
        };
        cleared.map(|_| ()).map_err(fail)
    }

    /// This record is so from now on, wherever it was before.
    pub fn put(&self, segment: &str, id: &RecordId, body: &[u8]) -> Result<(), StoreError> {
        let record = Record::from_bytes(id, body).map_err(|source| StoreError::Record { id: id.clone(), source })?;
        let org = record.org().map(RecordId::as_str);
        let sha256 = Sha256::of(body);
        let mut write = self.write.borrow_mut();
        write
            .execute(params![id.as_str(), id.kind(), record.title(), org, segment, sha256.as_bytes(), body])
            .map_err(self.fail("写入"))?;
        self.gone.borrow_mut().remove(id.as_str());
        Ok(())
    }

    /// This record is gone from a segment from now on; says whether it was there.
    pub fn delete(&self, segment: &str, id: &RecordId) -> Result<bool, StoreError> {
        let mut remove = self.remove.borrow_mut();
        let was_there = remove.execute([id.as_str(), segment]).map_err(self.fail("写入"))? > 0;
        if was_there {
            self.gone.borrow_mut().insert(id.as_str().to_owned());
        }
        Ok(was_there)
    }

    fn fail(&self, action: &'static str) -> impl Fn(rusqlite::Error) -> StoreError + use<> {
        let path = self.path.clone();
        move |source| StoreError::sqlite(action, &path, source)
    }

    /// Compares every root, writes down what is live, and says how many records that are.
    fn end(&self, release: &NewRelease) -> Result<LiveRelease, StoreError> {
        let fail = self.fail("写入");
        let (roots, mut whole) = self.roots(release)?;
        for segment in roots.keys().filter(|name| !release.segments.contains_key(*name)) {
            self.clear(segment)?;
            whole = None;
        }
        let empty = (RunningRoot::default().finish(), 0);
        self.connection.execute("DELETE FROM segment", []).map_err(&fail)?;
        for (name, expected) in &release.segments {
            let (actual, records) = roots.get(name).copied().unwrap_or(empty);
            compare(name, *expected, actual)?;
            let values = params![name, actual.as_bytes(), to_sql(records)];
            self.connection
                .execute("INSERT INTO segment (name, state_root, records) VALUES (?1, ?2, ?3)", values)
                .map_err(&fail)?;
        }
        let whole = match whole {
            Some(whole) => whole,
            None => self.roots(release)?.1.unwrap_or(empty),
        };
        let (state_root, records) = whole;
        compare("", release.state_root.unwrap_or(state_root), state_root)?;
        let NewRelease { authority, number, issued, subscription, mailbox, .. } = release.clone();
        let values = params![
            authority,
            to_sql(number),
            issued.to_string(),
            state_root.as_bytes(),
            to_sql(records),
            subscription,
            serde_json::to_string(&mailbox).unwrap_or_default()
        ];
        self.connection
            .execute(
                "INSERT OR REPLACE INTO release (one, authority, number, issued, state_root, records, subscription,
                 mailbox) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                values,
            )
            .map_err(&fail)?;
        Ok(LiveRelease { authority, number, issued, state_root, records, subscription, mailbox })
    }

    /// The root and number of records of each segment that is there, and of all of them together.
    fn roots(&self, release: &NewRelease) -> Result<(Roots, Option<(Sha256, u64)>), StoreError> {
        let fail = self.fail("读取");
        // The index has all of it, so that no body has to be read; each hash was made from the body that was written.
        let query = "SELECT segment, id, sha256 FROM record INDEXED BY record_by_segment ORDER BY segment, id";
        let mut statement = self.connection.prepare(query).map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        let mut running: BTreeMap<String, (RunningRoot, u64)> = BTreeMap::new();
        let is_one = release.segments.len() <= 1;
        let mut all = BTreeMap::new();
        let mut current: Option<(String, RunningRoot, u64)> = None;
        while let Some(row) = rows.next().map_err(&fail)? {
            let segment = row.get_ref(0).and_then(|v| Ok(v.as_str()?)).map_err(&fail)?;
            let id = row.get_ref(1).and_then(|v| Ok(v.as_str()?)).map_err(&fail)?;
            let sha256 = Sha256::from_bytes(row.get(2).map_err(&fail)?);
            if current.as_ref().is_none_or(|(name, ..)| name != segment) {
                running.extend(current.take().map(|(name, root, records)| (name, (root, records))));
                current = Some((segment.to_owned(), RunningRoot::default(), 0));
            }
            if let Some((_, root, records)) = &mut current {
                root.add(id, &sha256);
                *records += 1;
            }
            if !is_one {
                // An id that cannot be parsed is left out, and the root will tell.
                all.extend(RecordId::parse(id).ok().map(|id| (id, sha256)));
            }
        }
        running.extend(current.map(|(name, root, records)| (name, (root, records))));
        let roots: Roots = running.into_iter().map(|(name, (root, n))| (name, (root.finish(), n))).collect();
        let whole = match roots.values().next() {
            Some(only) if is_one && roots.len() == 1 => Some(*only),
            _ if is_one => None,
            _ => Some((state_root(&all), all.len() as u64)),
        };
        Ok((roots, whole))
    }
}

/// State root and number of records by segment.
type Roots = BTreeMap<String, (Sha256, u64)>;

fn compare(segment: &str, expected: Sha256, actual: Sha256) -> Result<(), StoreError> {
    if expected == actual {
        return Ok(());
    }
    Err(StoreError::WrongRoot { segment: segment.to_owned(), expected, actual })
}

impl Store {
    /// Makes a release live in one transaction: `change` brings the records to the new state, and the state roots are
    /// computed from what is written before anybody sees it.
    pub fn apply<E: From<StoreError>>(
        &mut self,
        release: &NewRelease,
        change: impl FnOnce(&Switch<'_>) -> Result<(), E>,
    ) -> Result<Switched, E> {
        if let Some(live) = self.release()?.filter(|live| live.number > release.number) {
            return Err(StoreError::Older { number: release.number, live: live.number }.into());
        }
        let fail = self.database.fail("写入");
        let path = self.database.path.clone();
        let transaction =
            self.database.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        // Dropping the transaction rolls it back.
        let switch = Switch::new(&transaction, path)?;
        change(&switch)?;
        let live = switch.end(release)?;
        let withdrawn = switch.gone.take().iter().filter_map(|id| RecordId::parse(id).ok()).collect();
        drop(switch);
        transaction.commit().map_err(&fail)?;
        // So that the file alone is the release, should the log not be readable one day. When a reader is in the way,
        // the log still has it.
        let _ = self.database.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(Switched { live, withdrawn })
    }

    /// Makes a release live in a new database that takes the place of whatever is there: damaged, foreign or
    /// unreadable content. Until the new one is complete the old one stays; then it is set aside, and where is told.
    pub fn rebuild<E: From<StoreError>>(
        state_dir: &Path,
        release: &NewRelease,
        change: impl FnOnce(&Switch<'_>) -> Result<(), E>,
    ) -> Result<Option<PathBuf>, E> {
        let scratch = Scratch::create(state_dir, REBUILD_DIR).map_err(StoreError::from)?;
        let mut store = Self::open(scratch.path())?;
        store.apply(release, change)?;
        Ok(database::take_place(store.database, state_dir, &CONTENT)?)
    }
}
