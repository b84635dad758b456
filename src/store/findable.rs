//! What can be found of the live release: titles, the names people use for them, and the office's own words.
//! It searches nothing, and leaves out what may be about people.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::base::id::RecordId;
use crate::content::Record;

use super::content::{Store, Title};
use super::error::StoreError;

/// Everything a resident can open, but for the rows of data tables, which may be about people, and for what only the
/// program reads.
macro_rules! findable_sql {
    () => {
        concat!(
            "kind NOT IN ('site', 'hours', 'calendar', 'village-rules', 'case', 'synonyms', 'lexicon', 'style') \
             AND (kind <> 'row' OR ",
            $crate::store::catalog::parent_sql!(),
            " LIKE 'list/%')"
        )
    };
}
pub(super) use findable_sql;

/// A record that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findable {
    /// What it is called, and whose it is.
    pub title: Title,
    /// The number of a document, the short name of an office, the code of a service; empty when there is none.
    pub also: String,
    /// The day it is about or was published on; only of what people look for by its day.
    pub day: Option<Date>,
}

/// All that can be found, of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findables {
    /// The number of the release.
    pub release: u64,
    /// The records, by id.
    pub records: Vec<Findable>,
    /// What offices are called.
    pub orgs: BTreeMap<RecordId, String>,
    /// What people say, and what documents say for it.
    pub synonyms: Vec<(String, String)>,
    /// Words and how the office says them, one syllable a character with its tone.
    pub pronounced: Vec<(String, String)>,
    /// What the hall names as asked for most.
    pub frequent: Vec<RecordId>,
}

impl Findables {
    /// Takes in what another publisher has; what both have stays as it is.
    pub fn add(&mut self, other: Self) {
        let known: BTreeSet<RecordId> = self.records.iter().map(|r| r.title.id.clone()).collect();
        self.records.extend(other.records.into_iter().filter(|r| !known.contains(&r.title.id)));
        for (id, name) in other.orgs {
            self.orgs.entry(id).or_insert(name);
        }
        self.synonyms.extend(other.synonyms);
        self.pronounced.extend(other.pronounced);
    }
}

impl Store {
    /// What can be found, read in one transaction; `None` before the first release.
    pub fn findables(&self) -> Result<Option<Findables>, StoreError> {
        let fail = self.database.fail("读取");
        let snapshot = self.database.connection.unchecked_transaction().map_err(&fail)?;
        let Some(release) = self.release()? else { return Ok(None) };
        let findables = Findables {
            release: release.number,
            records: self.findable()?,
            orgs: self.orgs()?.into_iter().map(|org| (org.id, org.name)).collect(),
            synonyms: self.synonyms()?,
            pronounced: self.pronounced()?,
            frequent: self.site()?.map(|site| site.frequent).unwrap_or_default(),
        };
        snapshot.finish().map_err(&fail)?;
        Ok(Some(findables))
    }

    fn findable(&self) -> Result<Vec<Findable>, StoreError> {
        let query = concat!(
            // Most kinds need no look into the record.
            "SELECT id, title, org, CASE WHEN kind IN ('policy', 'org', 'item', 'notice', 'event', 'reply', 'task') \
             AND json_valid(CAST(body AS TEXT)) THEN json_extract(CAST(body AS TEXT), CASE kind \
             WHEN 'policy' THEN '$.number' WHEN 'org' THEN '$.short' WHEN 'item' THEN '$.code' \
             ELSE '$.number' END, CASE kind WHEN 'event' THEN '$.date' WHEN 'task' THEN '$.updated' \
             WHEN 'reply' THEN '$.replied' ELSE '$.published' END) END \
             FROM record WHERE ",
            findable_sql!(),
            " ORDER BY id"
        );
        let fail = self.database.fail("读取");
        let mut statement = self.database.connection.prepare(query).map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(&fail)? {
            let (id, title): (String, String) = (row.get(0).map_err(&fail)?, row.get(1).map_err(&fail)?);
            let (org, seen): (Option<String>, Option<String>) =
                (row.get(2).map_err(&fail)?, row.get(3).map_err(&fail)?);
            let org = org.map(|org| self.id(&org)).transpose()?;
            let title = Title { id: self.id(&id)?, title, org };
            let (also, day): (Option<String>, Option<String>) =
                seen.and_then(|seen| serde_json::from_str(&seen).ok()).unwrap_or_default();
            let day = day.and_then(|day| day.parse().ok());
            found.push(Findable { title, also: also.unwrap_or_default(), day });
        }
        Ok(found)
    }

    fn synonyms(&self) -> Result<Vec<(String, String)>, StoreError> {
        let words = self.of_kind("synonyms", |r| if let Record::Synonyms(words) = r { Some(*words) } else { None })?;
        Ok(words.into_iter().flat_map(|words| words.entries).map(|e| (e.word, e.means)).collect())
    }

    /// Words and how the office says them, one syllable a character with its tone.
    pub fn pronounced(&self) -> Result<Vec<(String, String)>, StoreError> {
        let words = self.of_kind("lexicon", |r| if let Record::Lexicon(words) = r { Some(*words) } else { None })?;
        Ok(words.into_iter().flat_map(|words| words.entries).map(|e| (e.word, e.pinyin)).collect())
    }
}
