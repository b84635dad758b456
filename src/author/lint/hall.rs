//! The hall that is held against the rules: its records by id, the day, its calendar and its own words.
//! It judges nothing.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::author::reading::{Authored, Reading};
use crate::base::id::RecordId;
use crate::content::schema::{At, Seen};
use crate::content::table::Sheet;
use crate::content::workdays::notices::built_in;
use crate::content::{Calendar, Guide, ListHead, Record, Row, Site, Style, Table, Workdays};

/// A hall on a day.
pub struct Hall<'a> {
    /// What was read.
    pub reading: &'a Reading,
    /// The day on which it is looked at.
    pub today: Date,
    /// Working days, by the hall's notices and those that the program brings.
    pub days: Workdays,
    known: HashMap<&'a RecordId, &'a Authored>,
}

impl<'a> Hall<'a> {
    /// A hall as it was read, on this day.
    pub fn new(reading: &'a Reading, today: Date) -> Self {
        let own = reading.records.iter().filter_map(|a| a.record.get::<Calendar>()).map(Calendar::notice);
        let notices: Vec<_> = built_in().into_iter().chain(own).collect();
        // The first of two records with one id is the one that others mean.
        let known = reading.records.iter().rev().map(|a| (a.record.id(), a)).collect();
        Self { reading, today, days: Workdays::from_notices(&notices), known }
    }

    /// The records of one kind, each with where it was written.
    pub fn records<K: 'a>(&self) -> impl Iterator<Item = (&'a Authored, &'a K)> + use<'a, K>
    where
        &'a K: TryFrom<&'a Record>,
    {
        self.reading.records.iter().filter_map(|authored| Some((authored, authored.record.get::<K>()?)))
    }

    /// The guides, each with where it was written.
    pub fn guides(&self) -> impl Iterator<Item = (&'a Authored, &'a Guide)> + use<'a> {
        self.records::<Guide>()
    }

    /// A record by its id, and where it was written.
    pub fn authored(&self, id: &RecordId) -> Option<&'a Authored> {
        self.known.get(id).copied()
    }

    /// A record of one kind by its id.
    pub fn find<K: 'a>(&self, id: &RecordId) -> Option<&'a K>
    where
        &'a K: TryFrom<&'a Record>,
    {
        self.authored(id)?.record.get::<K>()
    }

    /// The hall itself.
    pub fn site(&self) -> Option<&'a Site> {
        self.records::<Site>().next().map(|(_, site)| site)
    }

    /// The office's own words.
    pub fn style(&self) -> Option<&'a Style> {
        self.records::<Style>().next().map(|(_, style)| style)
    }

    /// The head of a list or table.
    pub fn sheet(&self, id: &RecordId) -> Option<&'a Sheet> {
        let list = self.find::<ListHead>(id).map(|list| &list.sheet);
        list.or_else(|| self.find::<Table>(id).map(|table| &table.sheet))
    }

    /// Shows every text that residents read. The office's word lists are for programs: what must not be written
    /// stands in them on purpose.
    pub fn each_text(&self, mut see: impl FnMut(&'a Authored, &At<'_>, &str)) {
        for authored in &self.reading.records {
            if is_word_list(&authored.record) {
                continue;
            }
            authored.record.visit(&mut |at, seen| {
                if let Seen::Text(text) = seen
                    && !is_told_twice(&authored.record, at)
                {
                    see(authored, at, text);
                }
            });
        }
    }

    /// The place of a text as a clerk finds it: a cell of a list or table by its column.
    pub fn place(&self, record: &Record, at: &At<'_>) -> String {
        let path = at.to_string();
        let Some(row) = record.get::<Row>() else { return path };
        let cell = path.strip_prefix("cells[").and_then(|rest| rest.strip_suffix(']'));
        let column = cell.and_then(|n| n.parse::<usize>().ok()?.checked_sub(1));
        let head = self.sheet(&row.sheet);
        column.and_then(|n| head?.columns.get(n)).map_or(path, |column| column.id.clone())
    }
}

/// The title of a row is one of its cells.
fn is_told_twice(record: &Record, at: &At<'_>) -> bool {
    matches!(record, Record::Row(_)) && at.last_key() == "title"
}

fn is_word_list(record: &Record) -> bool {
    matches!(record, Record::Synonyms(_) | Record::Lexicon(_) | Record::Style(_))
}
