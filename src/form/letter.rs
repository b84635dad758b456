//! The letter that is made of a filled-in form, a survey or a few words, just before it is sealed.
//! It holds what is handed over and nothing that is not asked.

use jiff::Zoned;
use jiff::civil::Date;

use super::sheet::{Line, Sheet};
use crate::base::id::RecordId;
use crate::base::private::Private;
use crate::content::letter::{FORMAT, Letter, LetterEntry, LetterKind, Number};

/// What is known of a letter besides its words.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// Its name on every way.
    pub uuid: &'a str,
    /// What it is.
    pub kind: LetterKind,
    /// The number on the receipt, where somebody waits.
    pub number: Option<&'a Number>,
    /// What it belongs to.
    pub record: &'a RecordId,
    /// That record's title.
    pub title: &'a str,
    /// The office it is for.
    pub org: Option<&'a RecordId>,
    /// The release that was shown.
    pub release: u64,
    /// The terminal.
    pub terminal: &'a str,
    /// When.
    pub at: &'a Zoned,
    /// The last day for an answer, as it was said.
    pub due: Option<Date>,
    /// Who wrote for somebody.
    pub helper: Option<&'a str>,
}

impl Envelope<'_> {
    /// The letter of a form. Whether the form is complete is for the caller to have asked.
    pub fn around(&self, sheet: &Sheet) -> Private<Letter> {
        self.holding(sheet.lines().iter().map(|line| entry(line, sheet.answered(line.slot))).collect())
    }

    /// The letter of these entries.
    pub fn holding(&self, entries: Vec<LetterEntry>) -> Private<Letter> {
        Private::new(Letter {
            format: FORMAT,
            uuid: self.uuid.to_owned(),
            kind: self.kind.term().to_owned(),
            number: self.number.map(Number::to_string),
            record: self.record.to_string(),
            title: self.title.to_owned(),
            org: self.org.map_or_else(String::new, RecordId::to_string),
            release: self.release,
            terminal: self.terminal.to_owned(),
            at: self.at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            due: self.due.map(|due| due.to_string()),
            helper: self.helper.map(str::to_owned),
            entries,
        })
    }
}

fn entry(line: &Line<'_>, kept: &str) -> LetterEntry {
    let text = line.text.reveal().clone();
    let value = if text == kept { String::new() } else { kept.to_owned() };
    LetterEntry { id: line.field.id.clone(), label: line.field.label.clone(), copy: line.slot.copy, text, value }
}
