//! A floor drawn from its numbers: areas, where this terminal stands, and the way to a place.
//! It chooses no colour and no pixel; lengths stay decimetres.

use std::fmt::Write as _;

use crate::base::id::RecordId;
use crate::content::FloorMap;
use crate::content::map::AreaKind;
use crate::content::schema::Point;

use super::Around;
use super::leaf::{Art, Leaf, LeafKind};
use super::places::route_text;

/// A floor as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Size of the floor.
    pub size: (u16, u16),
    /// Areas, in the order in which they are numbered.
    pub areas: Vec<PlanArea>,
    /// Where this terminal stands.
    pub here: (u16, u16),
    /// What one can walk to.
    pub places: Vec<(u16, u16)>,
    /// The way that is shown, as path commands; empty where none is.
    pub way: String,
    /// Where it ends.
    pub goal: Option<(u16, u16)>,
}

/// An area of a floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanArea {
    /// What the sign says.
    pub name: String,
    /// How it is set apart.
    pub tone: Tone,
    /// Its outline, as path commands.
    pub outline: String,
    /// Left, top, width and height.
    pub bounds: (u16, u16, u16, u16),
}

/// How an area is set apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Windows.
    Service,
    /// Where one reads, waits and serves oneself.
    Public,
    /// Doors, stairs, toilets.
    Passage,
    /// Everything else.
    Plain,
}

impl From<AreaKind> for Tone {
    fn from(kind: AreaKind) -> Self {
        match kind {
            AreaKind::Advice | AreaKind::Windows => Self::Service,
            AreaKind::Disclosure | AreaKind::Rest | AreaKind::SelfService => Self::Public,
            AreaKind::Door | AreaKind::Toilet | AreaKind::Stairs => Self::Passage,
            AreaKind::Office | AreaKind::Other => Self::Plain,
        }
    }
}

/// The whole floor, its areas named below by their numbers.
pub fn floor(map: &FloorMap) -> Leaf {
    drawn(plan(map), legend(map), String::new())
}

/// The way to a record on the floor where it is, drawn and told; none where no map has it.
pub fn way_to(around: &Around<'_>, id: &RecordId) -> Option<Leaf> {
    let maps = around.opened.near::<FloorMap>();
    let (map, place) = maps.filter_map(|map| Some((map, map.places.iter().find(|p| p.target == *id)?))).next()?;
    let mut points = vec![map.here];
    points.extend(map.route(place)?.into_iter().map(|node| node.at));
    points.push(place.at);
    let plan = Plan { way: path(&points, false), goal: Some((place.at.x, place.at.y)), ..plan(map) };
    Some(drawn(plan, format!("{}，从本机走过去：{}", map.title, route_text(map, place)), legend(map)))
}

fn drawn(plan: Plan, name: String, note: String) -> Leaf {
    Leaf { art: Some(Art::Plan(Box::new(plan))), ..Leaf::new(LeafKind::Plan, name) }.with_note(note)
}

fn plan(map: &FloorMap) -> Plan {
    let area = |area: &crate::content::map::Area| {
        let (xs, ys) = (area.points.iter().map(|p| p.x), area.points.iter().map(|p| p.y));
        let (left, top) = (xs.clone().min().unwrap_or(0), ys.clone().min().unwrap_or(0));
        let (right, bottom) = (xs.max().unwrap_or(0), ys.max().unwrap_or(0));
        let bounds = (left, top, right.saturating_sub(left), bottom.saturating_sub(top));
        PlanArea { name: area.name.clone(), tone: area.kind.into(), outline: path(&area.points, true), bounds }
    };
    Plan {
        size: (map.size.x, map.size.y),
        areas: map.areas.iter().map(area).collect(),
        here: (map.here.x, map.here.y),
        places: map.places.iter().map(|place| (place.at.x, place.at.y)).collect(),
        ..Plan::default()
    }
}

/// `图上：1 卫生间，2 A区 …`
fn legend(map: &FloorMap) -> String {
    let names: Vec<String> = map.areas.iter().enumerate().map(|(i, area)| format!("{} {}", i + 1, area.name)).collect();
    format!("图上：{}", names.join("，"))
}

fn path(points: &[Point], is_closed: bool) -> String {
    let mut commands = String::new();
    for (i, point) in points.iter().enumerate() {
        let _ = write!(commands, "{} {} {} ", if i == 0 { 'M' } else { 'L' }, point.x, point.y);
    }
    if is_closed {
        commands.push('Z');
    }
    commands
}
