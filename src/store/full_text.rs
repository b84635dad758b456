//! The full-text index (`search.db`) beside the content: made of it, followed record by record, thrown away when damaged.
//! It holds words and hashes, no text; how a text is cut into words is said by whoever calls.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Statement, TransactionBehavior, params};

use crate::base::durable;
use crate::base::id::RecordId;
use crate::content::Record;

use super::content::Store;
use super::database::{self, Database, Kind};
use super::error::StoreError;
use super::findable::findable_sql;

/// Large parts of the index are put together only when there are many: a few changed records would else move all of it.
macro_rules! tables_sql {
    () => {
        "
        CREATE TABLE doc (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sha256 BLOB NOT NULL, words INTEGER NOT NULL);
        CREATE VIRTUAL TABLE words USING fts5(
            text, content='', contentless_delete=1, detail=none, tokenize='unicode61 remove_diacritics 0'
        );
        INSERT INTO words (words, rank) VALUES ('automerge', 0);
        "
    };
}

const SEARCH: Kind = Kind {
    file: "search.db",
    version: 2,
    tables: tables_sql!(),
    // All of it can be made again.
    steps: &[concat!("DROP TABLE words; DROP TABLE doc;", tables_sql!())],
};

/// Records brought up to date in one transaction: a cut power line loses no more than these.
const STEP_RECORDS: usize = 2_000;
/// Words of one query at most.
const WORDS_MAX: usize = 24;
/// A word that stands in more records says little about any of them; to weigh them all would keep people waiting.
const RECORDS_MAX: usize = 2_000;
/// How fast a long text weighs less than a short one with the same words: k1 and b of BM25.
const LENGTH: (f64, f64) = (1.2, 0.75);

/// The full-text index.
pub struct FullText {
    database: Database,
}

/// What was done to bring the index up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Followed {
    /// Records that are new or have changed.
    pub written: usize,
    /// Records that are gone.
    pub removed: usize,
}

impl FullText {
    /// Opens the index; one that is damaged or of another program gives way to an empty one.
    pub fn open(state_dir: &Path) -> Result<Self, StoreError> {
        match database::open(state_dir, &SEARCH) {
            Ok(database) => Ok(Self { database }),
            Err(StoreError::Damaged { .. } | StoreError::Newer { .. }) => Self::anew(state_dir),
            Err(error) => Err(error),
        }
    }

    /// An empty index in the place of whatever is there: everything in it can be made again.
    pub fn anew(state_dir: &Path) -> Result<Self, StoreError> {
        for suffix in ["", "-wal", "-shm"] {
            durable::remove(&state_dir.join(format!("{}{suffix}", SEARCH.file)))?;
        }
        Ok(Self { database: database::open(state_dir, &SEARCH)? })
    }

    /// Opens the index for asking only; a missing one is [`StoreError::Missing`].
    pub fn open_read_only(state_dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { database: database::open_read_only(state_dir, &SEARCH)? })
    }

    /// Brings the index to the live content: only what differs is cut into words by `cut` and written.
    pub fn follow(&mut self, content: &Store, cut: impl Fn(&Record) -> String) -> Result<Followed, StoreError> {
        let changes = self.changes(content)?;
        let done = Followed { written: changes.put.len(), removed: changes.gone.len() };
        for step in changes.gone.chunks(STEP_RECORDS) {
            self.step(|pen| step.iter().try_for_each(|n| pen.remove(*n)))?;
        }
        for step in changes.put.chunks(STEP_RECORDS) {
            // Read and cut before the writing begins, so that nobody waits for a word.
            let mut ready = Vec::with_capacity(step.len());
            for change in step {
                // Gone since the comparison: the next time will tell.
                let Some(record) = content.record(&change.id)? else { continue };
                ready.push((change, cut(&record)));
            }
            // All that is old goes first: the index writes itself out whenever it is asked to go back to a smaller number.
            self.step(|pen| {
                ready.iter().filter_map(|(change, _)| change.known).try_for_each(|n| pen.remove(n))?;
                ready.iter().try_for_each(|(change, words)| pen.add(change, words))
            })?;
        }
        if done != Followed::default() {
            let _ = self.database.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        Ok(done)
    }

    /// The records in which these words stand, all of them first and then any, best first.
    pub fn find(&self, words: &[String], limit: usize) -> Result<Vec<RecordId>, StoreError> {
        // Nothing but letters and digits is left, so that no word is read as an order to the index.
        let parts =
            words.iter().flat_map(|word| word.split(|c: char| !c.is_alphanumeric())).filter(|part| !part.is_empty());
        let quoted: BTreeSet<String> = parts.take(WORDS_MAX).map(|part| format!("\"{part}\"")).collect();
        if quoted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut worth = self.worth(&quoted)?;
        let all = quoted.into_iter().collect::<Vec<_>>().join(" AND ");
        let full: BTreeSet<i64> = self.holding(&all)?.into_iter().collect();
        for n in &full {
            worth.entry(*n).or_default();
        }
        let mut candidates: Vec<(i64, f64)> = worth.into_iter().collect();
        // Those with every word before the others, the rarest words before the common ones.
        let rank = |a: &(i64, f64), b: &(i64, f64)| {
            full.contains(&b.0).cmp(&full.contains(&a.0)).then(b.1.total_cmp(&a.1)).then(a.0.cmp(&b.0))
        };
        candidates.sort_by(rank);
        candidates.truncate(full.len() + RECORDS_MAX);
        self.best(&candidates, &full, limit)
    }

    /// What each record is worth by the words that stand in it: by BM25 a rare one more than a common one.
    fn worth(&self, words: &BTreeSet<String>) -> Result<BTreeMap<i64, f64>, StoreError> {
        let last: Option<i64> = (self.database.connection)
            .query_row("SELECT max(n) FROM doc", [], |row| row.get(0))
            .map_err(self.database.fail("查找"))?;
        let all = last.map_or(0.0, |last| last as f64);
        let (mut worth, mut of_common) = (BTreeMap::new(), BTreeMap::new());
        for word in words {
            let holding = self.holding(word)?;
            let is_common = holding.len() >= RECORDS_MAX;
            let rarity = ((all + 0.5) / (holding.len() as f64 + 0.5)).ln().max(0.0);
            let sum = if is_common { &mut of_common } else { &mut worth };
            holding.into_iter().for_each(|n| *sum.entry(n).or_insert(0.0) += rarity);
        }
        // Common words decide only where there are no others.
        Ok(if worth.is_empty() { of_common } else { worth })
    }

    /// The best of the candidates: of two with the same words the shorter one.
    fn best(&self, candidates: &[(i64, f64)], full: &BTreeSet<i64>, limit: usize) -> Result<Vec<RecordId>, StoreError> {
        let fail = self.database.fail("查找");
        let mut statement =
            self.database.connection.prepare("SELECT id, words FROM doc WHERE n = ?1").map_err(&fail)?;
        let mut found = Vec::with_capacity(candidates.len());
        for (n, worth) in candidates {
            let row = statement.query_row([n], |row| Ok((row.get::<_, String>(0)?, row.get::<_, f64>(1)?)));
            if let Some((id, words)) = row.optional().map_err(&fail)? {
                found.push((!full.contains(n), *worth, words, id));
            }
        }
        let middle = found.iter().map(|(.., words, _)| words).sum::<f64>() / found.len().max(1) as f64;
        let (k1, b) = LENGTH;
        for (_, worth, words, _) in &mut found {
            *worth *= (k1 + 1.0) / (1.0 + k1 * (1.0 - b + b * *words / middle.max(1.0)));
        }
        found.sort_by(|a, b| (a.0.cmp(&b.0)).then(b.1.total_cmp(&a.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3)));
        let best = found.into_iter().take(limit);
        best.map(|(.., id)| RecordId::parse(&id).map_err(|e| self.database.damaged(e))).collect()
    }

    /// The first records that hold what is asked, in the order of the index.
    fn holding(&self, query: &str) -> Result<Vec<i64>, StoreError> {
        let fail = self.database.fail("查找");
        let sql = "SELECT rowid FROM words WHERE words MATCH ?1 LIMIT ?2";
        let mut statement = self.database.connection.prepare(sql).map_err(&fail)?;
        let most = i64::try_from(RECORDS_MAX).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![query, most], |row| row.get(0)).map_err(&fail)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&fail)
    }

    /// Both lists are sorted by id and walked side by side, so that neither is held in memory.
    fn changes(&self, content: &Store) -> Result<Changes, StoreError> {
        let (fail, theirs) = (self.database.fail("读取"), content.database.fail("读取"));
        let query = concat!("SELECT id, sha256 FROM record WHERE ", findable_sql!(), " ORDER BY id");
        let mut live = content.database.connection.prepare(query).map_err(&theirs)?;
        let mut live = live.query([]).map_err(&theirs)?;
        let mut kept = self.database.connection.prepare("SELECT id, sha256, n FROM doc ORDER BY id").map_err(&fail)?;
        let mut kept = kept.query([]).map_err(&fail)?;
        let mut next_live =
            || live.next()?.map(|row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))).transpose();
        let mut next_kept = || {
            let row = kept.next()?;
            row.map(|row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, i64>(2)?))).transpose()
        };
        let mut changes = Changes::default();
        let (mut new, mut old) = (next_live().map_err(&theirs)?, next_kept().map_err(&fail)?);
        loop {
            let order = match (&new, &old) {
                (None, None) => return Ok(changes),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some((new, _)), Some((old, ..))) => new.cmp(old),
            };
            let is_new_used = order.is_le();
            let is_old_used = order.is_ge();
            let (taken, known) = (new.take_if(|_| is_new_used), old.take_if(|_| is_old_used));
            match (taken, known) {
                (Some((_, a)), Some((_, b, _))) if a == b => {}
                (Some((id, sha256)), known) => {
                    let id = content.id(&id)?;
                    changes.put.push(Change { id, sha256, known: known.map(|(.., n)| n) });
                }
                (None, Some((.., n))) => changes.gone.push(n),
                (None, None) => {}
            }
            if is_new_used {
                new = next_live().map_err(&theirs)?;
            }
            if is_old_used {
                old = next_kept().map_err(&fail)?;
            }
        }
    }

    fn step(&mut self, write: impl FnOnce(&mut Pen<'_>) -> rusqlite::Result<()>) -> Result<(), StoreError> {
        let fail = self.database.fail("写入");
        let connection = &mut self.database.connection;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        Pen::new(&transaction).and_then(|mut pen| write(&mut pen)).map_err(&fail)?;
        transaction.commit().map_err(&fail)
    }
}

/// What the index lacks and what it has too much.
#[derive(Debug, Default)]
struct Changes {
    put: Vec<Change>,
    gone: Vec<i64>,
}

/// A record that is to be written, and where its old words are.
#[derive(Debug)]
struct Change {
    id: RecordId,
    sha256: Vec<u8>,
    known: Option<i64>,
}

/// The statements that write, prepared once for all records of a step.
struct Pen<'a> {
    connection: &'a Connection,
    add_doc: Statement<'a>,
    add_words: Statement<'a>,
    remove_doc: Statement<'a>,
    remove_words: Statement<'a>,
}

impl<'a> Pen<'a> {
    fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            add_doc: connection.prepare("INSERT INTO doc (id, sha256, words) VALUES (?1, ?2, ?3)")?,
            add_words: connection.prepare("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?,
            remove_doc: connection.prepare("DELETE FROM doc WHERE n = ?1")?,
            remove_words: connection.prepare("DELETE FROM words WHERE rowid = ?1")?,
        })
    }

    fn remove(&mut self, n: i64) -> rusqlite::Result<()> {
        self.remove_words.execute([n])?;
        self.remove_doc.execute([n])?;
        Ok(())
    }

    fn add(&mut self, change: &Change, words: &str) -> rusqlite::Result<()> {
        let count = i64::try_from(words.split(' ').count()).unwrap_or(i64::MAX);
        self.add_doc.execute(params![change.id.as_str(), change.sha256, count])?;
        self.add_words.execute(params![self.connection.last_insert_rowid(), words])?;
        Ok(())
    }
}
