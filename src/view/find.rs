//! The page where one types or writes what one looks for.
//! A stroke lives here while the pen is down, and nowhere else; the page itself is in the model.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::ops::Range;
use std::rc::Rc;

use slint::{ComponentHandle, Model as _, ModelRc, SharedString, StyledText, VecModel};

use crate::app::event::{Event, Turn};
use crate::app::find::{FindEvent, FindPage, Key, Keys, Strokes};
use crate::app::leaflet::{Leaflet, Place};
use crate::app::model::Model;
use crate::input::ink::{POINTS_MAX, Point};
use crate::input::keys::{Board, spoken};
use crate::input::picker::{Cell, Tap};

use super::row::icon;
use super::ui::{self, FindBridge, FoundRow, KeyCap, PickCell};
use super::{KioskWindow, Outlet, list_of};

/// Connects keys, candidates, results and pad.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<FindBridge>();
    let place = |n: i32| usize::try_from(n).unwrap_or(usize::MAX);
    let send = |to: &Outlet, event: FindEvent| to.send(Event::Find(event));
    let to = outlet.clone();
    bridge.on_key(move |key| {
        if let Some(c) = key.chars().next() {
            send(&to, FindEvent::Key(Key::Char(c)));
        }
    });
    let to = outlet.clone();
    bridge.on_delete(move || send(&to, FindEvent::Key(Key::Delete)));
    let to = outlet.clone();
    bridge.on_clear(move || send(&to, FindEvent::Key(Key::Clear)));
    let to = outlet.clone();
    bridge.on_pick(move |n| send(&to, FindEvent::Pick(place(n))));
    let to = outlet.clone();
    bridge.on_turn_back(move || send(&to, FindEvent::Bar(Turn::Back)));
    let to = outlet.clone();
    bridge.on_turn_on(move || send(&to, FindEvent::Bar(Turn::On)));
    let to = outlet.clone();
    bridge.on_open(move |row| to.send(Event::Open(place(row))));
    let to = outlet.clone();
    bridge.on_show_keys(move |keys| {
        let keys = match keys {
            ui::Keys::Pinyin => Keys::Pinyin,
            ui::Keys::Digits => Keys::Digits,
            ui::Keys::Pad => Keys::Pad,
            ui::Keys::More => Keys::More,
        };
        send(&to, FindEvent::Keys(keys));
    });
    let to = outlet.clone();
    bridge.on_tap_tool(move |n| send(&to, FindEvent::Tap(Tap::Tool(place(n)))));
    let to = outlet.clone();
    bridge.on_tap_cell(move |row, column| send(&to, FindEvent::Tap(Tap::Cell(place(row), place(column)))));
    connect_pad(window, outlet);
}

/// Gathers the points of one stroke and shows it while it is drawn.
fn connect_pad(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<FindBridge>();
    let stroke: Rc<RefCell<Vec<Point>>> = Rc::default();
    let pen = Rc::clone(&stroke);
    let weak = window.as_weak();
    let draw = move |x: f32, y: f32, is_first: bool| {
        let mut points = pen.borrow_mut();
        if is_first {
            points.clear();
        } else if points.is_empty() || points.len() >= POINTS_MAX {
            return;
        }
        // Outside the box the stroke goes along its edge.
        let point = (x.clamp(0.0, 1_000.0), y.clamp(0.0, 1_000.0));
        points.push(point);
        if let Some(window) = weak.upgrade() {
            let bridge = window.global::<FindBridge>();
            let letter = if is_first { 'M' } else { 'L' };
            bridge.set_ink(format!("{} {letter} {:.0} {:.0}", bridge.get_ink(), point.0, point.1).into());
        }
    };
    let down = draw.clone();
    bridge.on_pen_down(move |x, y| down(x, y, true));
    bridge.on_pen_moved(move |x, y| draw(x, y, false));
    let to = outlet.clone();
    bridge.on_pen_up(move || {
        let points = std::mem::take(&mut *stroke.borrow_mut());
        if !points.is_empty() {
            to.send(Event::Find(FindEvent::Stroke(Strokes(vec![points]))));
        }
    });
}

/// Shows the field, what was found and the keys.
pub fn show(window: &KioskWindow, model: &Model, page: &FindPage, leaflet: &Leaflet) {
    let bridge = window.global::<FindBridge>();
    let (read, size) = (model.mark().map(|mark| mark.place), model.access().size);
    bridge.set_text(page.text().into());
    bridge.set_letters(page.composition().into());
    bridge.set_lead(leaflet.lead().into());
    show_keys(&bridge, model, page);
    bridge.set_has_pad(page.has_pad());
    let (back, on) = page.can_turn(size);
    bridge.set_can_turn_back(back);
    bridge.set_can_turn_on(on);
    bridge.set_ink(path_of(page.strokes()).into());
    if let Some(list) = list_of(&bridge.get_candidates(), page.candidates(size).map(SharedString::from).collect()) {
        bridge.set_candidates(list);
    }
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

/// Shows the keys, or what can be chosen in their place.
fn show_keys(bridge: &FindBridge<'_>, model: &Model, page: &FindPage) {
    let say = |text: &str| SharedString::from(&*model.say(text));
    bridge.set_keys(match page.keys.way() {
        Keys::Pinyin => ui::Keys::Pinyin,
        Keys::Digits => ui::Keys::Digits,
        Keys::Pad => ui::Keys::Pad,
        Keys::More | Keys::Letters | Keys::Symbols | Keys::Dates | Keys::Regions | Keys::Phrases => ui::Keys::More,
    });
    let cap = |key: &&str| KeyCap { text: (*key).into(), spoken: say(spoken(key)) };
    let rows = page.keys.board().map_or(&[][..], Board::rows).iter();
    if let Some(rows) = rows_of(&bridge.get_key_rows(), rows.map(|row| row.iter().map(cap).collect()).collect()) {
        bridge.set_key_rows(rows);
    }
    let sheet = page.sheet();
    bridge.set_has_sheet(sheet.is_some());
    let sheet = sheet.unwrap_or_default();
    bridge.set_sheet_heading(say(&sheet.heading));
    let shown = |cell: Cell| PickCell {
        label: say(&cell.label),
        spoken: say(&cell.spoken),
        is_open: cell.is_open,
        is_marked: cell.is_marked,
    };
    if let Some(tools) = list_of(&bridge.get_sheet_tools(), sheet.tools.into_iter().map(shown).collect()) {
        bridge.set_sheet_tools(tools);
    }
    if let Some(heads) = list_of(&bridge.get_sheet_heads(), sheet.heads.iter().map(|head| say(head)).collect()) {
        bridge.set_sheet_heads(heads);
    }
    let rows = sheet.rows.into_iter().map(|row| row.into_iter().map(shown).collect());
    if let Some(rows) = rows_of(&bridge.get_sheet_rows(), rows.collect()) {
        bridge.set_sheet_rows(rows);
    }
}

/// Rows of rows: what changed is replaced one by one where the shape stays.
fn rows_of<T: Clone + PartialEq + 'static>(old: &ModelRc<ModelRc<T>>, new: Vec<Vec<T>>) -> Option<ModelRc<ModelRc<T>>> {
    let is_same_shape = old.row_count() == new.len()
        && new.iter().enumerate().all(|(n, row)| old.row_data(n).is_some_and(|old| old.row_count() == row.len()));
    if !is_same_shape {
        let rows: Vec<ModelRc<T>> = new.into_iter().map(|row| Rc::new(VecModel::from(row)).into()).collect();
        return Some(Rc::new(VecModel::from(rows)).into());
    }
    for (n, row) in new.into_iter().enumerate() {
        if let Some(old_row) = old.row_data(n)
            && let Some(row) = list_of(&old_row, row)
        {
            old.set_row_data(n, row);
        }
    }
    None
}

/// Empties the page.
pub fn clear(window: &KioskWindow) {
    let bridge = window.global::<FindBridge>();
    bridge.set_text(SharedString::new());
    bridge.set_letters(SharedString::new());
    bridge.set_ink(SharedString::new());
    bridge.set_candidates(Rc::new(slint::VecModel::default()).into());
    bridge.set_rows(Rc::new(slint::VecModel::default()).into());
    bridge.set_advice(Rc::new(slint::VecModel::default()).into());
    bridge.set_has_sheet(false);
    bridge.set_sheet_heading(SharedString::new());
    bridge.set_sheet_tools(Rc::new(slint::VecModel::default()).into());
    bridge.set_sheet_rows(Rc::new(slint::VecModel::default()).into());
}

fn path_of(strokes: &Strokes) -> String {
    let mut path = String::new();
    for stroke in &strokes.0 {
        for (n, (x, y)) in stroke.iter().enumerate() {
            let _ = write!(path, "{} {x:.0} {y:.0} ", if n == 0 { 'M' } else { 'L' });
        }
        // A tap is seen as a dot.
        if let [(x, y)] = stroke.as_slice() {
            let _ = write!(path, "L {:.0} {y:.0} ", x + 1.0);
        }
    }
    path
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
