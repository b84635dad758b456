//! Lists of records and what a page needs beside its record, read in pages: rows of a table, entries of a field.
//! It answers from one release at a time and reads no more than a page holds, apart from the sums of a table.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rusqlite::{Row as SqlRow, params_from_iter};

use crate::base::id::RecordId;
use crate::content::case::case_id;
use crate::content::letter::Number;
use crate::content::schema::{Money, Seen, Written};
use crate::content::table::{ColumnKind, Sheet};
use crate::content::{Calendar, Case, Record};

use super::content::{Source, Store, Title};
use super::database::from_sql;
use super::error::StoreError;
use super::parts::By;

/// Records on one page of a list.
pub const PAGE_RECORDS: usize = 8;
/// Titles looked up for one page; no record of a hall refers to more.
const TITLES_MAX: usize = 500;
/// Salts that are tried: one of each publisher.
const SALTS_MAX: usize = 4;
/// Agents shown on a guide that they can handle.
const AGENTS_NEAR: usize = 8;

// A damaged body stands nowhere; that it is damaged is told by whoever reads it.

/// The record that a record stands in: a row's list or table, an entry's field, a month's village, a document's answer.
macro_rules! parent_sql {
    () => {
        "CASE WHEN json_valid(CAST(body AS TEXT)) THEN CASE kind \
         WHEN 'row' THEN json_extract(CAST(body AS TEXT), '$.sheet') \
         WHEN 'entry' THEN 'field/' || json_extract(CAST(body AS TEXT), '$.field') \
         WHEN 'month' THEN 'village/' || json_extract(CAST(body AS TEXT), '$.org') \
         WHEN 'interpretation' THEN 'policy/' || json_extract(CAST(body AS TEXT), '$.policy') \
         WHEN 'qa' THEN 'policy/' || json_extract(CAST(body AS TEXT), '$.policy') END END"
    };
}

/// Where a record stands among its like: the office's order, or the newest first.
macro_rules! rank_sql {
    () => {
        "CASE WHEN json_valid(CAST(body AS TEXT)) THEN CASE kind \
         WHEN 'row' THEN json_extract(CAST(body AS TEXT), '$.n') \
         WHEN 'month' THEN -CAST(replace(json_extract(CAST(body AS TEXT), '$.month'), '-', '') AS INTEGER) \
         WHEN 'event' THEN CAST(replace(json_extract(CAST(body AS TEXT), '$.date'), '-', '') AS INTEGER) \
         WHEN 'reply' THEN -CAST(replace(json_extract(CAST(body AS TEXT), '$.asked'), '-', '') AS INTEGER) \
         WHEN 'survey' THEN -CAST(replace(json_extract(CAST(body AS TEXT), '$.close'), '-', '') AS INTEGER) \
         WHEN 'notice' THEN -CAST(replace(json_extract(CAST(body AS TEXT), '$.published'), '-', '') AS INTEGER) \
              - 100000000 * coalesce(json_extract(CAST(body AS TEXT), '$.is_pinned'), 0) \
         WHEN 'policy' THEN -CAST(replace(json_extract(CAST(body AS TEXT), '$.published'), '-', '') AS INTEGER) \
         ELSE coalesce(json_extract(CAST(body AS TEXT), '$.order'), 0) END END"
    };
}

/// The indexes that make a page of a list quick to find. A file without them gives the same answers, more slowly.
macro_rules! catalog_indexes {
    () => {
        concat!(
            "CREATE INDEX IF NOT EXISTS record_by_parent ON record (kind, ",
            $crate::store::catalog::parent_sql!(),
            ", ",
            $crate::store::catalog::rank_sql!(),
            ", id);"
        )
    };
}
pub(super) use {catalog_indexes, parent_sql, rank_sql};

/// Some records of one kind, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    /// Which kind.
    pub kind: &'static str,
    /// Which of them.
    pub of: Of,
}

/// Which records of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// All of them.
    All,
    /// Those of an office.
    Office(RecordId),
    /// Those that stand in a record, such as the rows of a table.
    Inside(RecordId),
    /// Of what takes place on a day, what is not over on this one.
    From(Date),
    /// Just these, in this order.
    These(Vec<RecordId>),
    /// A part of a longer list.
    Part(Box<Of>, By),
}

/// One page of a shelf.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// How many there are on all pages.
    pub total: usize,
    /// Which page this is, from 0.
    pub page: usize,
    /// The records on it.
    pub records: Vec<Record>,
    /// How many records stand in each of them.
    pub inside: Vec<usize>,
    /// The parts of a long list, to go to at once.
    pub parts: Vec<By>,
    /// What the records stand in, such as the table of rows.
    pub head: Option<Box<Record>>,
}

/// A record with what its page needs of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The record.
    pub record: Record,
    /// Records it cannot be shown without, such as the guides of a bundle.
    pub near: Vec<Record>,
    /// Titles of what it refers to.
    pub titles: Vec<Title>,
    /// A page of what stands in it, for kinds in which something can.
    pub inside: Option<Listing>,
    /// Sums over all rows of a list or table, one a column; none where nothing is summed.
    pub sums: Vec<Option<Money>>,
    /// The release it comes from, where that is not the hall's own.
    pub source: Option<Source>,
}

/// How many records of a kind an office has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The kind.
    pub kind: String,
    /// The office; none for records of no office.
    pub org: Option<RecordId>,
    /// How many.
    pub n: usize,
}

impl Of {
    /// The list that this is a part of, or this itself.
    pub fn whole(&self) -> &Self {
        match self {
            Self::Part(whole, _) => whole.whole(),
            Self::All | Self::Office(_) | Self::Inside(_) | Self::From(_) | Self::These(_) => self,
        }
    }
}

impl Listing {
    /// How many pages there are; at least one.
    pub fn pages(&self) -> usize {
        self.total.div_ceil(PAGE_RECORDS).max(1)
    }
}

impl Opened {
    /// A record with nothing around it, for a page that needs nothing.
    pub fn alone(record: Record) -> Self {
        Self { record, near: Vec::new(), titles: Vec::new(), inside: None, sums: Vec::new(), source: None }
    }

    /// The title of a record it refers to.
    pub fn title_of(&self, id: &RecordId) -> Option<&str> {
        self.titles.iter().find(|t| t.id == *id).map(|t| t.title.as_str())
    }

    /// The records of one kind that came with it.
    pub fn near<'a, K>(&'a self) -> impl Iterator<Item = &'a K>
    where
        K: 'a,
        &'a K: TryFrom<&'a Record>,
    {
        self.near.iter().filter_map(Record::get::<K>)
    }
}

impl Store {
    /// One page of a shelf; a page behind the last is the last.
    pub fn listing(&self, shelf: &Shelf, page: usize) -> Result<Listing, StoreError> {
        let fail = self.database.fail("读取");
        let snapshot = self.database.connection.unchecked_transaction().map_err(&fail)?;
        let mut listing = self.page_of(shelf, page)?;
        for record in &listing.records {
            let n = match child_kind(record) {
                Some(kind) => self.count(&Shelf { kind, of: Of::Inside(record.id().clone()) })?,
                None => 0,
            };
            listing.inside.push(n);
        }
        if let Of::Inside(parent) = shelf.of.whole() {
            listing.head = self.record(parent)?.map(Box::new);
        }
        listing.parts = self.parts(shelf, listing.head.as_deref())?;
        snapshot.finish().map_err(&fail)?;
        Ok(listing)
    }

    /// A record with what its page needs; `page` is the page of what stands in it.
    pub fn opened(&self, id: &RecordId, page: usize) -> Result<Option<Opened>, StoreError> {
        let fail = self.database.fail("读取");
        let snapshot = self.database.connection.unchecked_transaction().map_err(&fail)?;
        let Some(record) = self.record(id)? else { return Ok(None) };
        let mut opened = Opened::alone(record);
        opened.near = self.near(&opened.record)?;
        opened.titles = self.titles_of(&opened)?;
        if let Some(kind) = child_kind(&opened.record) {
            let of = if kind == "guide" { Of::Office(id.clone()) } else { Of::Inside(id.clone()) };
            let shelf = Shelf { kind, of };
            let mut listing = self.page_of(&shelf, page)?;
            listing.parts = self.parts(&shelf, Some(&opened.record))?;
            opened.inside = Some(listing);
        }
        opened.sums = match &opened.record {
            Record::ListHead(list) => self.sums(id, &list.sheet, None)?,
            Record::Table(table) => {
                self.sums(id, &table.sheet, table.progress.as_ref().and_then(|p| table.sheet.column(&p.used)))?
            }
            _ => Vec::new(),
        };
        opened.source = self.source_of(id)?;
        snapshot.finish().map_err(&fail)?;
        Ok(Some(opened))
    }

    /// The release that a record comes from, where a farther publisher's counts.
    fn source_of(&self, id: &RecordId) -> Result<Option<Source>, StoreError> {
        let fail = self.database.fail("读取");
        let connection = &self.database.connection;
        let has = |name: &str| {
            let query = format!("SELECT EXISTS (SELECT 1 FROM {name}.record WHERE id = ?1)");
            connection.query_row(&query, [id.as_str()], |row| row.get::<_, bool>(0)).map_err(&fail)
        };
        if self.farther.is_empty() || has("main")? {
            return Ok(None);
        }
        for name in &self.farther {
            if !has(name)? {
                continue;
            }
            let query = format!("SELECT number, issued FROM {name}.release");
            let (number, issued) = connection
                .query_row(&query, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
                .map_err(&fail)?;
            let issued = issued.parse().map_err(|e: jiff::Error| self.database.damaged(e))?;
            let publisher = self.site_in(name)?.map_or(String::new(), |site| site.publisher);
            return Ok(Some(Source { publisher, number: from_sql(number), issued }));
        }
        Ok(None)
    }

    /// How many records there are of each kind and office.
    pub fn counts(&self) -> Result<Vec<Count>, StoreError> {
        let fail = self.database.fail("读取");
        let query = "SELECT kind, org, count(*) FROM record GROUP BY kind, org";
        let mut statement = self.database.connection.prepare(query).map_err(&fail)?;
        let mut rows = statement.query([]).map_err(&fail)?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next().map_err(&fail)? {
            let org: Option<String> = row.get(1).map_err(&fail)?;
            counts.push(Count {
                kind: row.get(0).map_err(&fail)?,
                org: org.map(|org| self.id(&org)).transpose()?,
                n: usize_of(row, 2).map_err(&fail)?,
            });
        }
        Ok(counts)
    }

    /// Every year's notice on holidays.
    pub fn calendars(&self) -> Result<Vec<Calendar>, StoreError> {
        self.of_kind("calendar", |record| if let Record::Calendar(year) = record { Some(*year) } else { None })
    }

    /// How far the application with this number is, for whoever knows the four characters too; slow on purpose.
    pub fn case(&self, number: &Number, four: &str) -> Result<Option<Case>, StoreError> {
        let fail = self.database.fail("读取");
        let query = format!(
            "SELECT DISTINCT json_extract(CAST(body AS TEXT), '$.salt') FROM record WHERE kind = 'case' LIMIT {SALTS_MAX}"
        );
        let mut salts = self.database.connection.prepare(&query).map_err(&fail)?;
        let salts = salts.query_map([], |row| row.get::<_, String>(0)).map_err(&fail)?;
        for salt in salts {
            let Some(id) = case_id(number, four, &salt.map_err(&fail)?) else { continue };
            if let Some(Record::Case(case)) = self.record(&id)? {
                return Ok(Some(*case));
            }
        }
        Ok(None)
    }

    fn page_of(&self, shelf: &Shelf, page: usize) -> Result<Listing, StoreError> {
        match &shelf.of {
            Of::These(ids) => return self.page_of_these(ids, page),
            Of::Part(of, by) => return self.page_of_these(&self.ids_of_part(shelf.kind, of, by)?, page),
            Of::All | Of::Office(_) | Of::Inside(_) | Of::From(_) => {}
        }
        let fail = self.database.fail("读取");
        let total = self.count(shelf)?;
        let page = page.min(total.div_ceil(PAGE_RECORDS).saturating_sub(1));
        let (filter, values) = filter(shelf);
        let query = format!(
            "SELECT id, body FROM record WHERE kind = ?1 AND {filter} ORDER BY {}, id LIMIT {PAGE_RECORDS} OFFSET {}",
            rank_sql!(),
            page * PAGE_RECORDS
        );
        let mut statement = self.database.connection.prepare(&query).map_err(&fail)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(&fail)?;
        let mut records = Vec::new();
        while let Some(row) = rows.next().map_err(&fail)? {
            let (id, body): (String, Vec<u8>) = (row.get(0).map_err(&fail)?, row.get(1).map_err(&fail)?);
            records.push(self.read(&self.id(&id)?, &body)?);
        }
        Ok(Listing { total, page, records, ..Listing::default() })
    }

    fn page_of_these(&self, ids: &[RecordId], page: usize) -> Result<Listing, StoreError> {
        let page = page.min(ids.len().div_ceil(PAGE_RECORDS).saturating_sub(1));
        let mut records = Vec::new();
        for id in ids.iter().skip(page * PAGE_RECORDS).take(PAGE_RECORDS) {
            records.extend(self.record(id)?);
        }
        Ok(Listing { total: ids.len(), page, records, ..Listing::default() })
    }

    pub(super) fn count(&self, shelf: &Shelf) -> Result<usize, StoreError> {
        let fail = self.database.fail("读取");
        let (filter, values) = filter(shelf);
        let query = format!("SELECT count(*) FROM record WHERE kind = ?1 AND {filter}");
        let mut statement = self.database.connection.prepare(&query).map_err(&fail)?;
        statement.query_row(params_from_iter(values), |row| usize_of(row, 0)).map_err(&fail)
    }

    fn near(&self, record: &Record) -> Result<Vec<Record>, StoreError> {
        let mut near = Vec::new();
        for id in wanted_whole(record) {
            near.extend(self.record(&id)?);
        }
        match record {
            Record::Policy(policy) => {
                let shelf = Shelf { kind: "interpretation", of: Of::Inside(policy.id.clone()) };
                near.extend(self.page_of(&shelf, 0)?.records);
            }
            Record::Guide(guide) if guide.by_agent => {
                let agents = self.page_of(&Shelf { kind: "agent", of: Of::All }, 0)?.records;
                near.extend(agents.into_iter().take(AGENTS_NEAR));
            }
            // The way to it is drawn on the floor where it is.
            Record::Window(_) | Record::Device(_) => {
                near.extend(self.page_of(&Shelf { kind: "map", of: Of::All }, 0)?.records);
            }
            _ => {}
        }
        Ok(near)
    }

    fn titles_of(&self, opened: &Opened) -> Result<Vec<Title>, StoreError> {
        let mut ids = BTreeSet::new();
        opened.record.visit(&mut |_, seen| {
            if let Seen::Reference(id) = seen {
                ids.insert(id.clone());
            }
        });
        // The board of a village committee is called after its office.
        if let Record::Org(org) = &opened.record {
            ids.extend(RecordId::new("village", org.id.name()));
        }
        let ids: Vec<&str> = ids.iter().take(TITLES_MAX).map(RecordId::as_str).collect();
        let marks = vec!["?"; ids.len()].join(",");
        self.list(&format!("SELECT id, title, org FROM record WHERE id IN ({marks})"), &ids)
    }

    /// The sums of the columns that are summed, over all rows; a cell that is no sum of money counts nothing.
    fn sums(&self, id: &RecordId, sheet: &Sheet, also: Option<usize>) -> Result<Vec<Option<Money>>, StoreError> {
        let is_money = |column: ColumnKind| matches!(column, ColumnKind::Money | ColumnKind::Number);
        let summed = sheet.columns.iter().enumerate();
        let mut sums: Vec<Option<Money>> =
            summed.map(|(i, c)| (is_money(c.kind) && (c.is_summed || also == Some(i))).then_some(Money(0))).collect();
        if sums.iter().all(Option::is_none) {
            return Ok(Vec::new());
        }
        let fail = self.database.fail("读取");
        let query = concat!("SELECT id, body FROM record WHERE kind = 'row' AND ", parent_sql!(), " = ?1");
        let mut statement = self.database.connection.prepare(query).map_err(&fail)?;
        let mut rows = statement.query([id.as_str()]).map_err(&fail)?;
        while let Some(row) = rows.next().map_err(&fail)? {
            let (id, body): (String, Vec<u8>) = (row.get(0).map_err(&fail)?, row.get(1).map_err(&fail)?);
            let Record::Row(row) = self.read(&self.id(&id)?, &body)? else { continue };
            for (sum, cell) in sums.iter_mut().zip(&row.cells) {
                if let (Some(sum), Some(money)) = (sum, Money::of(cell)) {
                    sum.0 = sum.0.saturating_add(money.0);
                }
            }
        }
        Ok(sums)
    }
}

/// The kind of what stands in a record and is shown on its page, page by page.
fn child_kind(record: &Record) -> Option<&'static str> {
    match record {
        Record::Org(_) => Some("guide"),
        Record::CatalogueField(_) => Some("entry"),
        Record::ListHead(_) | Record::Table(_) => Some("row"),
        Record::Village(_) => Some("month"),
        Record::Policy(_) => Some("qa"),
        _ => None,
    }
}

/// The records without which this one cannot be shown.
fn wanted_whole(record: &Record) -> Vec<RecordId> {
    let rules = || RecordId::new("village-rules", "main").ok();
    match record {
        Record::Bundle(bundle) => bundle.guides.clone(),
        Record::Row(row) => vec![row.sheet.clone()],
        Record::Interpretation(text) => vec![text.policy.clone()],
        Record::Qa(qa) => qa.policy.iter().cloned().collect(),
        Record::Village(_) => rules().into_iter().collect(),
        // What is published once a quarter may stand in an earlier month of it.
        Record::BoardMonth(month) => {
            let earlier = (1..month.month.month).filter_map(|n| {
                RecordId::new("month", &format!("{}.{:04}-{n:02}", month.org.name(), month.month.year)).ok()
            });
            let village = RecordId::new("village", month.org.name()).ok();
            rules().into_iter().chain(village).chain(earlier).collect()
        }
        _ => Vec::new(),
    }
}

pub(super) fn filter(shelf: &Shelf) -> (&'static str, Vec<String>) {
    let mut values = vec![shelf.kind.to_owned()];
    let filter = match &shelf.of {
        Of::All => "1",
        Of::Office(org) => {
            values.push(org.as_str().to_owned());
            "org = ?2"
        }
        Of::Inside(parent) => {
            values.push(parent.as_str().to_owned());
            concat!(parent_sql!(), " = ?2")
        }
        Of::From(day) => {
            values.push(day.to_string());
            concat!(rank_sql!(), " >= CAST(replace(?2, '-', '') AS INTEGER)")
        }
        // Read one by one.
        Of::These(_) | Of::Part(..) => "0",
    };
    (filter, values)
}

fn usize_of(row: &SqlRow<'_>, column: usize) -> rusqlite::Result<usize> {
    Ok(usize::try_from(from_sql(row.get(column)?)).unwrap_or(usize::MAX))
}
