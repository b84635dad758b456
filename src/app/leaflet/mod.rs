//! Pages set like a leaflet: what is shown, in the order in which it is read aloud.
//! Both come from this one list, so that nothing is spoken that is not shown, and the other way round.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::access::Language;
use crate::base::clock::china;
use crate::content::{Answers, Record};
use crate::store::Opened;

use super::hall::Hall;

mod boards;
mod catalogue;
pub mod doors;
mod guides;
mod leaf;
mod library;
pub mod lists;
mod parts;
mod people;
mod places;
pub mod plan;
mod row;
mod sheets;
mod village;

pub use leaf::{Art, Leaf, LeafKind, Part, Place, Question};
pub use parts::help_facts;
pub use row::{Icon, Offices, Row, Target};

/// A page, from top to bottom: first lines, questions that decide the rest, rows, the rest, further rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaflet {
    /// Title and the one sentence.
    pub head: Vec<Leaf>,
    /// Questions with the answer taken.
    pub questions: Vec<Question>,
    /// What can be opened from here.
    pub rows: Vec<Row>,
    /// Where one is among the rows, when they have several pages.
    pub pages: Option<Pages>,
    /// Everything below.
    pub body: Vec<Leaf>,
    /// What belongs to it, at the end of the page.
    pub links: Vec<Row>,
    /// Where a resident's own words stand that may not be said now.
    pub hushed: Vec<Place>,
    /// Where any words of a resident stand: they are shown as they were written, in every language.
    pub own: Vec<Place>,
    /// Parts of a long list, to go to at once.
    pub parts: Vec<Row>,
}

/// Where one is in a long list or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// The page shown, from 0.
    pub page: usize,
    /// How many there are.
    pub pages: usize,
    /// What is turned.
    pub of: Turned,
}

/// From this many pages on one can jump.
const JUMP_PAGES_MIN: usize = 4;

impl Pages {
    /// Pages to jump to in a long list, from 0: its ends and its quarters, but not where one is.
    pub fn jumps(&self) -> Vec<usize> {
        if self.pages < JUMP_PAGES_MIN {
            return Vec::new();
        }
        let last = self.pages - 1;
        let mut jumps: Vec<usize> = (0..=4).map(|quarter| last * quarter / 4).collect();
        jumps.dedup();
        jumps.retain(|page| *page != self.page);
        jumps
    }
}

/// What the pages of a long page are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// Rows; the next ones are read from the content.
    Rows,
    /// The text below, which is all here.
    Text,
}

/// What is said in the place of a resident's own words that others could hear.
pub const HUSHED: &str = "已填，这里不读出来";

/// What a page of a long text holds: its characters, and so many more for each line's margins. Set in the largest
/// letters it stays well within what the screen can draw.
const PART_CHARS_MAX: usize = 3_400;
const LEAF_CHARS: usize = 24;

/// What a page is made from beside its record.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The hall.
    pub hall: &'a Hall,
    /// The day one asks.
    pub today: Date,
    /// The record with its neighbours.
    pub opened: &'a Opened,
    /// Which page of a long text, from 0.
    pub part: usize,
}

impl Around<'_> {
    /// Number and day of the release that the record comes from: the hall's own or a farther publisher's.
    pub fn release(&self) -> (u64, Date) {
        match &self.opened.source {
            Some(source) => (source.number, source.issued.to_zoned(china()).date()),
            None => (self.hall.release, self.hall.issued),
        }
    }
}

impl Leaflet {
    /// The page of a record; a guide's for the answers given.
    pub fn of_record(around: &Around<'_>, answers: &Answers) -> Self {
        let mut page = match &around.opened.record {
            Record::Guide(guide) => guides::guide(guide, answers, around),
            Record::IndexItem(item) => guides::item(item, around),
            Record::Topic(topic) => guides::topic(topic, around),
            Record::Bundle(bundle) => guides::bundle(bundle, around),
            Record::Policy(policy) => library::policy(policy, around),
            Record::Interpretation(text) => library::interpretation(text, around),
            Record::Qa(qa) => library::qa(qa, around),
            Record::CatalogueField(field) => catalogue::field(field, around),
            Record::Entry(entry) => catalogue::entry(entry, around),
            Record::ListHead(list) => sheets::list(list, around),
            Record::Table(table) => sheets::table(table, around),
            Record::Row(row) => sheets::row(row, around),
            Record::Village(village) => village::village(village, around),
            Record::BoardMonth(month) => village::month(month, around),
            Record::Task(task) => boards::task(task, around),
            Record::Project(project) => boards::project(project, around),
            Record::Notice(notice) => boards::notice(notice, around),
            Record::Event(event) => boards::event(event, around),
            Record::Survey(survey) => people::survey(survey, around),
            Record::Reply(reply) => people::reply(reply, around),
            Record::Form(form) => people::form(form, around),
            Record::Agent(agent) => people::agent(agent, around),
            Record::Org(org) => places::org(org, around),
            Record::Window(window) => places::window(window, around),
            Record::Device(device) => places::device(device, around),
            Record::FloorMap(map) => places::map(map, around),
            Record::Calendar(year) => places::calendar(year, around),
            // What only the program reads has no page of its own; nothing leads there.
            Record::Site(_)
            | Record::Hours(_)
            | Record::VillageRules(_)
            | Record::Case(_)
            | Record::Synonyms(_)
            | Record::Lexicon(_)
            | Record::Style(_) => Self::of_rows(around.opened.record.title(), "这一条没有单独的页面。", Vec::new()),
        };
        page.drop_empty();
        page.split(around.part);
        page
    }

    /// Every page of a record with a long text, one after the other; the rows of a list are those that came with it.
    pub fn parts_of_record(around: &Around<'_>, answers: &Answers) -> Vec<Self> {
        let first = Self::of_record(&Around { part: 0, ..*around }, answers);
        let parts = first.pages.filter(|pages| pages.of == Turned::Text).map_or(1, |pages| pages.pages);
        let later = (1..parts).map(|part| Self::of_record(&Around { part, ..*around }, answers));
        std::iter::once(first).chain(later).collect()
    }

    /// The pictures that a record's page shows, by the names that the record gives them.
    pub fn pictures_of(record: &Record) -> Vec<&str> {
        match record {
            Record::Guide(guide) => {
                guide.steps.iter().filter_map(|step| Some(step.picture.as_ref()?.file.as_str())).collect()
            }
            Record::Interpretation(text) => text.pictures.iter().map(|picture| picture.file.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// A page that is a title, a line and rows.
    pub fn of_rows(title: &str, lead: &str, rows: Vec<Row>) -> Self {
        let head = vec![Leaf::new(LeafKind::Title, title), Leaf::new(LeafKind::Lead, lead)];
        Self { head, rows, ..Self::default() }
    }

    /// The page's title.
    pub fn title(&self) -> &str {
        self.head.iter().find(|leaf| leaf.kind == LeafKind::Title).map_or("", |leaf| leaf.name.as_str())
    }

    /// What stands under the title.
    pub fn lead(&self) -> &str {
        let mut lines = self.head.iter().filter(|leaf| leaf.kind != LeafKind::Title);
        lines.next().map_or("", |leaf| leaf.name.as_str())
    }

    /// A row by its number, links after rows, parts after links.
    pub fn row(&self, index: usize) -> Option<&Row> {
        self.rows.iter().chain(&self.links).chain(&self.parts).nth(index)
    }

    /// Every text of the page with its place, in reading order.
    pub fn paragraphs(&self) -> Vec<(Place, &str)> {
        let mut paragraphs = Vec::new();
        for (i, leaf) in self.head.iter().enumerate() {
            paragraphs.extend(leaf.parts().map(|(part, text)| (Place::Head(i, part), text)));
        }
        for (q, question) in self.questions.iter().enumerate() {
            paragraphs.push((Place::Question(q), question.text.as_str()));
            for (c, choice) in question.choices.iter().enumerate() {
                paragraphs.push((Place::Choice(q, c), choice.as_str()));
            }
        }
        rows(&self.rows, 0, &mut paragraphs);
        for (i, leaf) in self.body.iter().enumerate() {
            paragraphs.extend(leaf.parts().map(|(part, text)| (Place::Body(i, part), text)));
        }
        rows(&self.links, self.rows.len(), &mut paragraphs);
        paragraphs
    }

    /// Every text of the page as it is said now: what is a resident's own is only told to be there.
    pub fn said(&self) -> Vec<(Place, &str)> {
        let said = self.paragraphs().into_iter();
        said.map(|(place, text)| (place, if self.hushed.contains(&place) { HUSHED } else { text })).collect()
    }

    /// Keeps one page of a long text: the first with what stands above it, the last with what belongs to it.
    fn split(&mut self, part: usize) {
        let mut ends = Vec::new();
        let mut chars = 0;
        for (i, leaf) in self.body.iter().enumerate() {
            let length = LEAF_CHARS + leaf.parts().map(|(_, text)| text.chars().count()).sum::<usize>();
            // A heading goes with what stands under it.
            let is_heading = matches!(leaf.kind, LeafKind::Heading | LeafKind::Subheading);
            if chars + length > PART_CHARS_MAX || (is_heading && chars > PART_CHARS_MAX * 9 / 10) {
                ends.push(i);
                chars = 0;
            }
            chars += length;
        }
        ends.push(self.body.len());
        let pages = ends.len();
        if pages == 1 || self.pages.is_some() {
            return;
        }
        let page = part.min(pages - 1);
        let from = page.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
        let to = ends.get(page).copied().unwrap_or(self.body.len());
        self.body = self.body.drain(from..to).collect();
        self.pages = Some(Pages { page, pages, of: Turned::Text });
        if page > 0 {
            self.head.retain(|leaf| matches!(leaf.kind, LeafKind::Title | LeafKind::Banner));
            self.questions.clear();
            self.rows.clear();
        }
        if page + 1 < pages {
            self.links.clear();
        }
        self.head.push(Leaf::new(LeafKind::Note, format!("内容较长，这是第{}页，共{pages}页", page + 1)));
    }

    /// The words of ours in a language; what the office wrote stays as it is.
    pub fn in_language(mut self, language: Language) -> Self {
        if language == Language::Chinese {
            return self;
        }
        let say = |text: &mut String| {
            if let Cow::Owned(said) = language.say(text) {
                *text = said;
            }
        };
        let own = std::mem::take(&mut self.own);
        let say_at = |place: Place, text: &mut String| {
            if !own.contains(&place) {
                say(text);
            }
        };
        self.head.iter_mut().for_each(|leaf| leaf.texts_mut().into_iter().for_each(|(_, text)| say(text)));
        for (i, leaf) in self.body.iter_mut().enumerate() {
            leaf.texts_mut().into_iter().for_each(|(part, text)| say_at(Place::Body(i, part), text));
        }
        for question in &mut self.questions {
            say(&mut question.text);
            question.choices.iter_mut().for_each(say);
        }
        for (i, row) in self.rows.iter_mut().chain(&mut self.links).enumerate() {
            say(&mut row.group);
            say(&mut row.title);
            say_at(Place::Row(i, Part::Note), &mut row.note);
        }
        self.own = own;
        self
    }

    /// Without lines that say nothing: a fact whose value the office left empty, a heading with nothing under it.
    fn drop_empty(&mut self) {
        for leaves in [&mut self.head, &mut self.body] {
            let needs_value = |kind| matches!(kind, LeafKind::Fact | LeafKind::Field);
            leaves.retain(|leaf| leaf.parts().next().is_some() && !(needs_value(leaf.kind) && leaf.value.is_empty()));
        }
    }
}

fn rows<'a>(rows: &'a [Row], first: usize, paragraphs: &mut Vec<(Place, &'a str)>) {
    for (i, row) in rows.iter().enumerate() {
        let i = first + i;
        let parts = [
            (Place::Group(i), &row.group),
            (Place::Row(i, Part::Name), &row.title),
            (Place::Row(i, Part::Note), &row.note),
        ];
        paragraphs.extend(parts.into_iter().filter(|(_, t)| !t.is_empty()).map(|(place, t)| (place, t.as_str())));
    }
}
