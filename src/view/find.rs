//! The page where one types or writes what one looks for: the field and what was found.
//! The keys are of any field; the page itself is in the model.

use std::fmt::Write as _;
use std::ops::Range;
use std::rc::Rc;

use slint::{ComponentHandle, SharedString, StyledText};

use crate::app::event::Event;
use crate::app::find::FindPage;
use crate::app::leaflet::{Leaflet, Place};
use crate::app::model::Model;

use super::row::icon;
use super::ui::{FindBridge, FoundRow};
use super::{KioskWindow, Outlet, list_of, typing};

/// Connects the results.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let to = outlet.clone();
    let open = move |row| to.send(Event::Open(usize::try_from(row).unwrap_or(usize::MAX)));
    window.global::<FindBridge>().on_open(open);
}

/// Shows the field, what was found and the keys.
pub fn show(window: &KioskWindow, model: &Model, page: &FindPage, leaflet: &Leaflet) {
    let bridge = window.global::<FindBridge>();
    let read = model.mark().map(|mark| mark.place);
    bridge.set_text(page.text().into());
    bridge.set_letters(page.typing.composition().into());
    bridge.set_lead(leaflet.lead().into());
    typing::show(window, model, &page.typing);
    let rows = leaflet.rows.iter().enumerate().map(|(n, row)| FoundRow {
        group: row.group.as_str().into(),
        title: row.title.as_str().into(),
        marked: marked(&row.title, page.marks_of(row)),
        note: row.note.as_str().into(),
        icon: icon(row.icon),
        is_read: matches!(read, Some(Place::Row(read, _)) if read == n),
        is_group_read: read == Some(Place::Group(n)),
    });
    if let Some(rows) = list_of(&bridge.get_rows(), rows.collect()) {
        bridge.set_rows(rows);
    }
    let line = |leaf: &crate::app::leaflet::Leaf| match leaf.value.as_str() {
        "" => SharedString::from(leaf.name.as_str()),
        value => format!("{}：{value}", leaf.name).into(),
    };
    if let Some(advice) = list_of(&bridge.get_advice(), leaflet.body.iter().map(line).collect()) {
        bridge.set_advice(advice);
    }
}

/// Empties the page.
pub fn clear(window: &KioskWindow) {
    let bridge = window.global::<FindBridge>();
    bridge.set_text(SharedString::new());
    bridge.set_letters(SharedString::new());
    bridge.set_rows(Rc::new(slint::VecModel::default()).into());
    bridge.set_advice(Rc::new(slint::VecModel::default()).into());
}

/// A title with the part that was asked for underlined and bold.
fn marked(title: &str, marks: &[Range<usize>]) -> StyledText {
    let escape = |part: &str| {
        let mut escaped = String::new();
        for c in part.chars() {
            if c.is_ascii_punctuation() {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        escaped
    };
    let mut markdown = String::new();
    let mut at = 0;
    for mark in marks {
        let (Some(before), Some(part)) = (title.get(at..mark.start), title.get(mark.clone())) else { continue };
        let _ = write!(markdown, "{}<u>{}</u>", escape(before), escape(part));
        at = mark.end;
    }
    markdown.push_str(&escape(title.get(at..).unwrap_or_default()));
    StyledText::from_markdown(&markdown).unwrap_or_else(|_| StyledText::from_plain_text(title))
}
