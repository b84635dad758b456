//! Keys, candidates, the pad and what can be chosen, of whichever page has a field.
//! A stroke lives here while the pen is down, and nowhere else.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use slint::{ComponentHandle, Model as _, ModelRc, SharedString, VecModel};

use crate::app::event::{Event, Turn};
use crate::app::model::Model;
use crate::app::typing::{Key, Keys, Strokes, Typing, TypingEvent};
use crate::input::ink::{POINTS_MAX, Point};
use crate::input::keys::{Board, spoken};
use crate::input::picker::{Cell, Tap};

use super::ui::{KeyCap, PickCell, TypingBridge, WayCap};
use super::{KioskWindow, Outlet, list_of};

/// Connects keys, candidates and pad.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<TypingBridge>();
    let place = |n: i32| usize::try_from(n).unwrap_or(usize::MAX);
    let send = |to: &Outlet, event: TypingEvent| to.send(Event::Typing(event));
    let to = outlet.clone();
    bridge.on_key(move |key| {
        if let Some(c) = key.chars().next() {
            send(&to, TypingEvent::Key(Key::Char(c)));
        }
    });
    let to = outlet.clone();
    bridge.on_delete(move || send(&to, TypingEvent::Key(Key::Delete)));
    let to = outlet.clone();
    bridge.on_clear(move || send(&to, TypingEvent::Key(Key::Clear)));
    let to = outlet.clone();
    bridge.on_pick(move |n| send(&to, TypingEvent::Pick(place(n))));
    let to = outlet.clone();
    bridge.on_turn_back(move || send(&to, TypingEvent::Bar(Turn::Back)));
    let to = outlet.clone();
    bridge.on_turn_on(move || send(&to, TypingEvent::Bar(Turn::On)));
    let to = outlet.clone();
    bridge.on_way(move |n| send(&to, TypingEvent::Way(place(n))));
    let to = outlet.clone();
    bridge.on_tap_tool(move |n| send(&to, TypingEvent::Tap(Tap::Tool(place(n)))));
    let to = outlet.clone();
    bridge.on_tap_cell(move |row, column| send(&to, TypingEvent::Tap(Tap::Cell(place(row), place(column)))));
    let pen = Pen::new(1.0);
    let (to, weak) = (outlet.clone(), window.as_weak());
    let show = move |ink: &str| with(&weak, |window| window.global::<TypingBridge>().set_ink(ink.into()));
    let weak = window.as_weak();
    let ink =
        move || weak.upgrade().map_or_else(String::new, |window| window.global::<TypingBridge>().get_ink().into());
    let (down, pen_moved, pen_up) = (pen.clone(), pen.clone(), pen);
    let (show_down, ink_down) = (show.clone(), ink.clone());
    bridge.on_pen_down(move |x, y| down.down((x, y), &ink_down(), &show_down));
    bridge.on_pen_moved(move |x, y| pen_moved.moved((x, y), &ink(), &show));
    bridge.on_pen_up(move || {
        if let Some(strokes) = pen_up.up() {
            send(&to, TypingEvent::Stroke(strokes));
        }
    });
}

fn with(window: &slint::Weak<KioskWindow>, act: impl FnOnce(&KioskWindow)) {
    if let Some(window) = window.upgrade() {
        act(&window);
    }
}

/// The stroke that is being drawn, in a box so many times as wide as it is high.
#[derive(Clone)]
pub struct Pen {
    points: Rc<RefCell<Vec<Point>>>,
    shape: f32,
}

impl Pen {
    /// A pen for a box of this shape.
    pub fn new(shape: f32) -> Self {
        Self { points: Rc::default(), shape }
    }

    /// The pen goes down; `ink` is what is drawn already, and `show` shows it with the new point.
    pub fn down(&self, point: Point, ink: &str, show: &impl Fn(&str)) {
        self.points.borrow_mut().clear();
        self.add(point, 'M', ink, show);
    }

    /// The pen moves.
    pub fn moved(&self, point: Point, ink: &str, show: &impl Fn(&str)) {
        let drawn = self.points.borrow().len();
        if (1..POINTS_MAX).contains(&drawn) {
            self.add(point, 'L', ink, show);
        }
    }

    /// The pen leaves: the stroke, if there was one.
    pub fn up(&self) -> Option<Strokes> {
        let points = std::mem::take(&mut *self.points.borrow_mut());
        (!points.is_empty()).then(|| Strokes(vec![points]))
    }

    fn add(&self, point: Point, letter: char, ink: &str, show: &impl Fn(&str)) {
        // Outside the box the stroke goes along its edge.
        let point = (point.0.clamp(0.0, 1_000.0), point.1.clamp(0.0, 1_000.0));
        self.points.borrow_mut().push(point);
        show(&format!("{ink} {letter} {:.0} {:.0}", point.0, point.1 / self.shape));
    }
}

/// Shows the keys of a field.
pub fn show(window: &KioskWindow, model: &Model, typing: &Typing) {
    let size = model.access().size;
    let bridge = window.global::<TypingBridge>();
    show_keys(&bridge, model, typing);
    let (back, on) = typing.can_turn(size);
    bridge.set_can_turn_back(back);
    bridge.set_can_turn_on(on);
    bridge.set_has_candidates(!matches!(typing.keys(), Keys::Only(_)));
    bridge.set_ink(path_of(typing.strokes(), 1.0).into());
    if let Some(list) = list_of(&bridge.get_candidates(), typing.candidates(size).map(SharedString::from).collect()) {
        bridge.set_candidates(list);
    }
}

/// Shows the keys, or what can be chosen in their place.
fn show_keys(bridge: &TypingBridge<'_>, model: &Model, typing: &Typing) {
    let say = |text: &str| SharedString::from(&*model.say(text));
    let ways = typing.ways().map(|(label, keys)| WayCap { text: say(label), is_on: typing.is_way(keys) });
    if let Some(ways) = list_of(&bridge.get_ways(), ways.collect()) {
        bridge.set_ways(ways);
    }
    bridge.set_is_pad(typing.keys() == Keys::Pad);
    let cap = |key: &&str| KeyCap { text: (*key).into(), spoken: say(spoken(key)) };
    let rows = typing.board().map_or(&[][..], Board::rows).iter();
    if let Some(rows) = rows_of(&bridge.get_key_rows(), rows.map(|row| row.iter().map(cap).collect()).collect()) {
        bridge.set_key_rows(rows);
    }
    let sheet = typing.sheet();
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

/// Empties the keys.
pub fn clear(window: &KioskWindow) {
    let bridge = window.global::<TypingBridge>();
    bridge.set_ink(SharedString::new());
    bridge.set_candidates(Rc::new(VecModel::default()).into());
    bridge.set_has_sheet(false);
    bridge.set_sheet_heading(SharedString::new());
    bridge.set_sheet_tools(Rc::new(VecModel::default()).into());
    bridge.set_sheet_rows(Rc::new(VecModel::default()).into());
}

/// Strokes as path commands, for a box so many times as wide as it is high.
pub fn path_of(strokes: &Strokes, shape: f32) -> String {
    let mut path = String::new();
    for stroke in &strokes.0 {
        for (n, (x, y)) in stroke.iter().enumerate() {
            let _ = write!(path, "{} {x:.0} {:.0} ", if n == 0 { 'M' } else { 'L' }, y / shape);
        }
        // A tap is seen as a dot.
        if let [(x, y)] = stroke.as_slice() {
            let _ = write!(path, "L {:.0} {:.0} ", x + 1.0, y / shape);
        }
    }
    path
}
