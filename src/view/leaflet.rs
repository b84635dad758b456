//! The pages set like a leaflet: doors, lists, records. While one is read aloud, the current sentence is marked.

use std::rc::Rc;

use slint::{ComponentHandle, Model as _, SharedString, StyledText, VecModel};

use crate::app::event::{Event, Turn};
use crate::app::leaflet::{self, Leaflet, Part, Place};
use crate::app::model::{Mark, Model, Page};
use crate::content::Record;

use super::art;
use super::row::list_rows;
use super::ui::{Leaf, LeafKind, LeafletBridge, Question};
use super::{KioskWindow, Outlet, list_of};

/// What is on the page now.
#[derive(Default)]
pub struct Shown {
    leaflet: Option<Leaflet>,
    mark: Option<Mark>,
    /// Pictures of the page that have come.
    pictures: art::Pictures,
    /// Title and page of it.
    title: (String, Option<usize>),
}

/// Connects choices, rows and the two ways to take a guide home.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<LeafletBridge>();
    let index = |n: i32| usize::try_from(n).unwrap_or(usize::MAX);
    let to = outlet.clone();
    bridge.on_open(move |row| to.send(Event::Open(index(row))));
    let to = outlet.clone();
    bridge.on_turn_back(move || to.send(Event::Turn(Turn::Back)));
    let to = outlet.clone();
    bridge.on_turn_on(move || to.send(Event::Turn(Turn::On)));
    let to = outlet.clone();
    bridge.on_jump(move |page| to.send(Event::Jump(index(page))));
    let to = outlet.clone();
    bridge.on_choose(move |q, c| to.send(Event::Choose { situation: index(q), choice: index(c) }));
    let to = outlet.clone();
    bridge.on_print(move || to.send(Event::Print));
    let to = outlet.clone();
    bridge.on_take_away(move || to.send(Event::TakeAway));
}

/// Shows the leaflet and the mark of the sentence being read.
pub fn show(window: &KioskWindow, model: &Model, leaflet: Leaflet, shown: &mut Shown) {
    let Some(visit) = &model.visit else {
        return;
    };
    let bridge = window.global::<LeafletBridge>();
    let record = match &visit.page {
        Page::Record(page) => Some(&page.opened.record),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Find(_) | Page::Form(_) => None,
    };
    bridge.set_can_take(record.is_some());
    bridge.set_is_guide(matches!(record, Some(Record::Guide(_))));
    bridge.set_has_pages(leaflet.pages.is_some());
    bridge.set_can_turn_back(leaflet.pages.is_some_and(|p| p.page > 0));
    let jumps = leaflet.pages.map_or(Vec::new(), |pages| pages.jumps());
    if let Some(jumps) = list_of(&bridge.get_jumps(), jumps.into_iter().filter_map(|n| i32::try_from(n).ok()).collect())
    {
        bridge.set_jumps(jumps);
    }
    bridge.set_can_turn_on(leaflet.pages.is_some_and(|p| p.page + 1 < p.pages));
    bridge.set_can_print(model.limits.has_printer && model.printer.can_print());
    bridge.set_printer_note((&*model.say(model.printer_note())).into());
    let is_new_picture = shown.pictures.take(&visit.pictures);
    if is_new_picture || shown.leaflet.as_ref() != Some(&leaflet) {
        fill(&bridge, &leaflet, shown);
        shown.leaflet = Some(leaflet);
        shown.mark = None;
    }
    let mark = model.mark();
    if mark != shown.mark {
        move_mark(&bridge, shown, mark);
        shown.mark = mark;
    }
}

/// Empties the page.
pub fn clear(window: &KioskWindow) {
    let bridge = window.global::<LeafletBridge>();
    bridge.set_head(Rc::new(VecModel::default()).into());
    bridge.set_questions(Rc::new(VecModel::default()).into());
    bridge.set_rows(Rc::new(VecModel::default()).into());
    bridge.set_parts(Rc::new(VecModel::default()).into());
    bridge.set_links(Rc::new(VecModel::default()).into());
    bridge.set_body(Rc::new(VecModel::default()).into());
}

fn fill(bridge: &LeafletBridge<'_>, leaflet: &Leaflet, shown: &mut Shown) {
    let rows = |leaves: &[leaflet::Leaf], pictures: &art::Pictures| {
        leaves.iter().map(|leaf| plain(leaf, pictures)).collect::<Vec<_>>()
    };
    // Answering a question keeps the head and its scroll position; another page starts at its top.
    let title = (leaflet.title().to_owned(), leaflet.pages.map(|pages| pages.page));
    if title != shown.title {
        shown.title = title;
        bridge.set_opened(bridge.get_opened().wrapping_add(1));
    }
    if let Some(head) = list_of(&bridge.get_head(), rows(&leaflet.head, &shown.pictures)) {
        bridge.set_head(head);
    }
    let questions: Vec<Question> = leaflet
        .questions
        .iter()
        .map(|q| Question {
            text: q.text.as_str().into(),
            choices: Rc::new(VecModel::from_iter(q.choices.iter().map(SharedString::from))).into(),
            chosen: Rc::new(VecModel::from_iter((0..q.choices.len()).map(|c| q.chosen.contains(&c)))).into(),
            reading: 0,
        })
        .collect();
    bridge.set_questions(Rc::new(VecModel::from(questions)).into());
    let parts = leaflet.parts.iter().map(|part| SharedString::from(&part.title)).collect();
    if let Some(parts) = list_of(&bridge.get_parts(), parts) {
        bridge.set_parts(parts);
    }
    if let Some(rows) = list_of(&bridge.get_rows(), list_rows(&leaflet.rows, 0, None)) {
        bridge.set_rows(rows);
    }
    if let Some(body) = list_of(&bridge.get_body(), rows(&leaflet.body, &shown.pictures)) {
        bridge.set_body(body);
    }
    if let Some(links) = list_of(&bridge.get_links(), list_rows(&leaflet.links, leaflet.rows.len(), None)) {
        bridge.set_links(links);
    }
}

fn plain(leaf: &leaflet::Leaf, pictures: &art::Pictures) -> Leaf {
    Leaf {
        kind: match leaf.kind {
            leaflet::LeafKind::Title => LeafKind::Title,
            leaflet::LeafKind::Lead => LeafKind::Lead,
            leaflet::LeafKind::Banner => LeafKind::Banner,
            leaflet::LeafKind::Heading => LeafKind::Heading,
            leaflet::LeafKind::Subheading => LeafKind::Subheading,
            leaflet::LeafKind::Field => LeafKind::Field,
            leaflet::LeafKind::Bar => LeafKind::Bar,
            leaflet::LeafKind::Fact => LeafKind::Fact,
            leaflet::LeafKind::Text => LeafKind::Text,
            leaflet::LeafKind::Paper => LeafKind::Paper,
            leaflet::LeafKind::Group => LeafKind::Group,
            leaflet::LeafKind::GroupPaper => LeafKind::GroupPaper,
            leaflet::LeafKind::Step => LeafKind::Step,
            leaflet::LeafKind::Note => LeafKind::Note,
            leaflet::LeafKind::Plan => LeafKind::Plan,
            leaflet::LeafKind::Picture => LeafKind::Picture,
        },
        name: leaf.name.as_str().into(),
        value: leaf.value.as_str().into(),
        note: leaf.note.as_str().into(),
        percent: leaf.percent.into(),
        reading_part: 0,
        reading_text: StyledText::default(),
        plan: art::plan(leaf.art.as_ref()),
        picture: pictures.of(leaf.art.as_ref()),
    }
}

/// Takes the mark from the old line and puts it on the new one; no other line is touched.
fn move_mark(bridge: &LeafletBridge<'_>, shown: &Shown, mark: Option<Mark>) {
    let Some(leaflet) = &shown.leaflet else {
        return;
    };
    let set = |place: Place, marked: Option<&Mark>| {
        let (model, leaves, index, part) = match place {
            Place::Head(index, part) => (bridge.get_head(), &leaflet.head, index, part),
            Place::Body(index, part) => (bridge.get_body(), &leaflet.body, index, part),
            Place::Notice => return,
            Place::Question(q) => return set_question(bridge, q, marked.map_or(0, |_| 1)),
            Place::Choice(q, c) => return set_question(bridge, q, marked.map_or(0, |_| c + 2)),
            Place::Row(..) | Place::Group(_) => return set_row(bridge, leaflet, place, marked.is_some()),
        };
        let Some(leaf) = leaves.get(index) else {
            return;
        };
        let mut row = plain(leaf, &shown.pictures);
        if let Some(mark) = marked {
            let (number, text) = match part {
                Part::Name => (1, &leaf.name),
                Part::Value => (2, &leaf.value),
                Part::Note => (3, &leaf.note),
            };
            row.reading_part = number;
            let is_strong = matches!(
                leaf.kind,
                leaflet::LeafKind::Title
                    | leaflet::LeafKind::Heading
                    | leaflet::LeafKind::Subheading
                    | leaflet::LeafKind::Banner
            ) || (leaf.kind == leaflet::LeafKind::Step && part == Part::Name);
            row.reading_text = styled(text, mark, if is_strong { "**" } else { "" });
        }
        if index < model.row_count() {
            model.set_row_data(index, row);
        }
    };
    let same_row = |a: &Mark, b: &Mark| match (a.place, b.place) {
        (Place::Head(i, _), Place::Head(j, _)) | (Place::Body(i, _), Place::Body(j, _)) => i == j,
        _ => false,
    };
    if let Some(old) = shown.mark.as_ref().filter(|old| !mark.as_ref().is_some_and(|new| same_row(old, new))) {
        set(old.place, None);
    }
    if let Some(new) = &mark {
        set(new.place, Some(new));
    }
}

fn set_question(bridge: &LeafletBridge<'_>, question: usize, reading: usize) {
    let questions = bridge.get_questions();
    if let Some(mut row) = questions.row_data(question) {
        row.reading = i32::try_from(reading).unwrap_or(0);
        questions.set_row_data(question, row);
    }
}

/// Marks a row or the heading above it, among the rows or the links.
fn set_row(bridge: &LeafletBridge<'_>, leaflet: &Leaflet, place: Place, is_read: bool) {
    let (Place::Row(index, _) | Place::Group(index)) = place else {
        return;
    };
    let (rows, index) = match index.checked_sub(leaflet.rows.len()) {
        None => (bridge.get_rows(), index),
        Some(link) => (bridge.get_links(), link),
    };
    if let Some(mut row) = rows.row_data(index) {
        row.is_read = is_read && matches!(place, Place::Row(..));
        row.is_group_read = is_read && matches!(place, Place::Group(_));
        rows.set_row_data(index, row);
    }
}

/// The text with the sentence underlined and the character that is being said strong, all of it between `weight` marks
/// of Markdown; where everything is strong, only the underline follows.
fn styled(text: &str, mark: &Mark, weight: &str) -> StyledText {
    let escape = |part: &[char]| {
        let mut escaped = String::new();
        for c in part {
            if c.is_ascii_punctuation() {
                escaped.push('\\');
            }
            escaped.push(*c);
        }
        escaped
    };
    let chars: Vec<char> = text.chars().collect();
    let start = mark.start.min(chars.len());
    let end = mark.end.clamp(start, chars.len());
    let spoken = mark.at.filter(|at| weight.is_empty() && (start..end).contains(at) && is_spoken(chars[*at]));
    let sentence = match spoken {
        Some(at) => {
            format!("{}**{}**{}", escape(&chars[start..at]), escape(&chars[at..=at]), escape(&chars[at + 1..end]))
        }
        None => escape(&chars[start..end]),
    };
    let markdown = format!("{weight}{}<u>{sentence}</u>{}{weight}", escape(&chars[..start]), escape(&chars[end..]));
    StyledText::from_markdown(&markdown).unwrap_or_else(|_| StyledText::from_plain_text(text))
}

/// Marks and blanks are not said, and Markdown has no strong blank.
fn is_spoken(c: char) -> bool {
    c.is_alphanumeric()
}
