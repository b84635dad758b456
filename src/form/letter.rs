//! What is handed in of a filled-in form, a survey or a few words, and the letter that it becomes just before it is
//! sealed. It holds what is handed over and nothing that is not asked.

use std::fmt;

use jiff::Zoned;
use jiff::civil::Date;

use super::entry::CHOICES_SEPARATOR;
use super::sheet::{Line, Sheet};
use crate::base::id::RecordId;
use crate::base::private::{Private, Wipe};
use crate::content::form::{FieldKind, FormAnswer};
use crate::content::letter::{FORMAT, Letter, LetterEntry, LetterKind, Number};

/// What a resident hands in.
#[derive(Clone, PartialEq, Eq)]
pub struct HandIn {
    /// What it is.
    pub kind: LetterKind,
    /// What it belongs to, such as the form or the page with a mistake.
    pub record: RecordId,
    /// That record's title.
    pub title: String,
    /// The office it is for; none for the publisher.
    pub org: Option<RecordId>,
    /// The release that was shown.
    pub release: u64,
    /// By when it is answered, where the form says so.
    pub answer: Option<FormAnswer>,
    /// Member of staff who wrote for somebody.
    pub helper: Option<String>,
    /// What was entered, in order.
    pub entries: Vec<LetterEntry>,
}

/// What the terminal puts on a letter when it is handed in.
#[derive(Debug, Clone, Copy)]
pub struct Postmark<'a> {
    /// Its name on every way.
    pub uuid: &'a str,
    /// The number on the receipt, where somebody waits.
    pub number: Option<&'a Number>,
    /// The terminal.
    pub terminal: &'a str,
    /// When.
    pub at: &'a Zoned,
    /// The last day for an answer, as it was said.
    pub due: Option<Date>,
}

impl HandIn {
    /// What a form hands in. Whether it is complete is for the caller to have asked.
    pub fn of(sheet: &Sheet, release: u64, helper: Option<String>) -> Private<Self> {
        let form = sheet.form();
        Private::new(Self {
            kind: LetterKind::Application,
            record: form.id.clone(),
            title: form.title.clone(),
            org: Some(form.org.clone()),
            release,
            answer: form.answer.clone(),
            helper,
            entries: sheet.entries(),
        })
    }

    /// The letter that goes to the office.
    pub fn letter(&self, postmark: &Postmark<'_>) -> Private<Letter> {
        Private::new(Letter {
            format: FORMAT,
            uuid: postmark.uuid.to_owned(),
            kind: self.kind.term().to_owned(),
            number: postmark.number.map(Number::to_string),
            record: self.record.to_string(),
            title: self.title.clone(),
            org: self.org.as_ref().map_or_else(String::new, RecordId::to_string),
            release: self.release,
            terminal: postmark.terminal.to_owned(),
            at: postmark.at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            due: postmark.due.map(|due| due.to_string()),
            helper: self.helper.clone(),
            entries: self.entries.clone(),
        })
    }
}

impl Wipe for HandIn {
    fn wipe(&mut self) {
        self.entries.wipe();
    }
}

impl fmt::Debug for HandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandIn({} {})", self.kind.term(), self.record)
    }
}

impl Sheet {
    /// The answers to what is asked, as they are handed over and printed.
    pub fn entries(&self) -> Vec<LetterEntry> {
        self.lines().iter().map(|line| entry(line, self.answered(line.slot))).collect()
    }

    /// The same of what is counted: one entry for each choice, with its key, so that the office counts choices and not
    /// what somebody happened to choose together.
    pub fn votes(&self) -> Vec<LetterEntry> {
        self.lines().iter().flat_map(|line| votes(line, self.answered(line.slot))).collect()
    }
}

fn votes(line: &Line<'_>, kept: &str) -> Vec<LetterEntry> {
    if !matches!(line.field.kind, FieldKind::Choice | FieldKind::Choices) {
        return vec![entry(line, kept)];
    }
    let vote = |key: &str| {
        let option = line.field.options.iter().find(|option| option.key == key)?;
        let (text, value) = (option.label.clone(), option.key.clone());
        Some(LetterEntry { text, value, ..entry(line, kept) })
    };
    kept.split(CHOICES_SEPARATOR).filter_map(vote).collect()
}

fn entry(line: &Line<'_>, kept: &str) -> LetterEntry {
    let text = line.text.reveal().clone();
    let value = if text == kept { String::new() } else { kept.to_owned() };
    LetterEntry { id: line.field.id.clone(), label: line.field.label.clone(), copy: line.slot.copy, text, value }
}
