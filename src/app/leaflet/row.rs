//! Rows of a page: what each is called, its pictogram, and what it opens.
//! A row knows no record, only the way to one.

use crate::app::model::Door;
use crate::base::id::RecordId;
use crate::form::Slot;
use crate::store::Shelf;

/// A row that opens another page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Heading of the rows that begin here; mostly empty.
    pub group: String,
    /// What it is called.
    pub title: String,
    /// One line about it; may be empty.
    pub note: String,
    /// Its pictogram.
    pub icon: Icon,
    /// What it opens.
    pub to: Target,
}

/// What a row opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A door of the home page.
    Door(Door),
    /// A record.
    Record(RecordId),
    /// Records of one kind.
    List(Shelf),
    /// Offices.
    Offices(Offices),
    /// The page where one types what one looks for.
    Find,
    /// The form of the page, to be filled in here.
    Fill,
    /// The same on paper, with the questions alone.
    Blank,
    /// How far something is that was handed in.
    Case,
    /// The suggestion box.
    Suggest,
    /// That something on the page is not right.
    Report,
    /// One answer of a form, to be put right.
    Entry(Slot),
}

/// Which offices a page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offices {
    /// All that stand at the top, with what they are for.
    Top,
    /// Those where something can be done.
    Serving,
    /// Those of whose services only the names are known.
    Indexed,
    /// Those that have records of a kind, to find one in a long list.
    Having(&'static str),
}

/// A pictogram for a sort of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // Each is named after what it stands for.
pub enum Icon {
    Look,
    Do,
    Find,
    Ask,
    Office,
    Guide,
    Document,
    Catalogue,
    Village,
    Notice,
    Chart,
    Event,
    Topic,
    Bundle,
    List,
    Table,
    Window,
    Map,
    Device,
    Person,
    Question,
    Reply,
    Survey,
    Form,
    Month,
}

impl Row {
    /// A row without a second line.
    pub fn new(icon: Icon, title: impl Into<String>, to: Target) -> Self {
        Self { group: String::new(), title: title.into(), note: String::new(), icon, to }
    }

    /// With a line about it.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// With a heading above it.
    pub fn under(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }
}
