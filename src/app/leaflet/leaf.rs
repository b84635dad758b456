//! Lines of a page: how each is set, its parts, and where a part stands.
//! The parts of a line are read in their order; nothing else of it is.

use super::plan::Plan;

/// One line of a leaflet; an empty part is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// How it is set.
    pub kind: LeafKind,
    /// First part.
    pub name: String,
    /// Second part.
    pub value: String,
    /// Third part, set smaller.
    pub note: String,
    /// How full a bar is.
    pub percent: u8,
    /// What is drawn beside the words.
    pub art: Option<Art>,
}

/// A drawing that says what the words of its line say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Art {
    /// A floor of the hall.
    Plan(Box<Plan>),
    /// A picture of the release, by the name that the record gives it.
    Picture(String),
}

/// How a line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// The page's title.
    Title,
    /// The one sentence.
    Lead,
    /// What must be known first: no longer in force, missing, late.
    Banner,
    /// A block's heading.
    Heading,
    /// A heading inside a long text.
    Subheading,
    /// A short name and its value, side by side.
    Fact,
    /// A name of any length and its value below it.
    Field,
    /// A share of a whole, drawn as a bar.
    Bar,
    /// A paragraph.
    Text,
    /// A paper with its tick box.
    Paper,
    /// The line above papers of which one is enough.
    Group,
    /// A paper of such a group.
    GroupPaper,
    /// A step of the way.
    Step,
    /// A remark.
    Note,
    /// A floor of the hall.
    Plan,
    /// A picture with what it shows.
    Picture,
}

/// A question with its choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The choices.
    pub choices: Vec<String>,
    /// The choices taken.
    pub chosen: Vec<usize>,
}

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// [`Leaf::name`]
    Name,
    /// [`Leaf::value`]
    Value,
    /// [`Leaf::note`]
    Note,
}

/// Where a paragraph of the readout stands on the page. Rows are counted through, links after rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What must be known of the content's age, above every page.
    Notice,
    /// A line above the questions.
    Head(usize, Part),
    /// A question's text.
    Question(usize),
    /// A choice of a question.
    Choice(usize, usize),
    /// The heading above a row.
    Group(usize),
    /// A row.
    Row(usize, Part),
    /// A line below.
    Body(usize, Part),
}

impl Leaf {
    /// A line with its first part only.
    pub fn new(kind: LeafKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), value: String::new(), note: String::new(), percent: 0, art: None }
    }

    /// A short name and its value.
    pub fn fact(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(LeafKind::Fact, name) }
    }

    /// A name of any length and its value.
    pub fn field(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(LeafKind::Field, name) }
    }

    /// A picture of the release with what it shows.
    pub fn picture(file: impl Into<String>, alt: impl Into<String>) -> Self {
        Self { art: Some(Art::Picture(file.into())), ..Self::new(LeafKind::Picture, alt) }
    }

    /// With a third part.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Every part, to be changed.
    pub fn texts_mut(&mut self) -> [(Part, &mut String); 3] {
        [(Part::Name, &mut self.name), (Part::Value, &mut self.value), (Part::Note, &mut self.note)]
    }

    /// The parts that are there, in reading order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, &str)> {
        [(Part::Name, &self.name), (Part::Value, &self.value), (Part::Note, &self.note)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(part, text)| (part, text.as_str()))
    }
}
