//! The home page, the four doors and the lists of offices. A door shows what the content has and nothing else.
//! It decides no order but that of the sections; within a section the office's own order holds.

use jiff::civil::Date;

use crate::base::id::RecordId;
use crate::content::Org;
use crate::store::{Of, PAGE_RECORDS, Shelf};

use super::lists::words;
use super::parts::{group, heading, help_facts, link};
use super::{Icon, Leaf, LeafKind, Leaflet, Offices, Pages, Row, Target, Turned};
use crate::app::form::INQUIRY_TITLE;
use crate::app::hall::Hall;
use crate::app::model::Door;

/// Heading of the shelf of what is asked most.
pub const SHELF: &str = "大家常办";
/// The four doors in their places on the home page.
pub const DOORS: [Door; 4] = [Door::Look, Door::Do, Door::Find, Door::Ask];

/// A section of a door.
enum Section {
    /// Records of a kind.
    Kind(&'static str),
    /// Offices.
    Offices(Offices),
}

impl Door {
    /// What is written on it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Look => "我要看",
            Self::Do => "我要办",
            Self::Find => "我要查",
            Self::Ask => "我要问",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Look => "政府公开的信息，想看哪一类？",
            Self::Do => "要办什么事？",
            Self::Find => "想查什么？",
            Self::Ask => "有事不明白、不满意，都可以问，不收费。",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Look => Icon::Look,
            Self::Do => Icon::Do,
            Self::Find => Icon::Find,
            Self::Ask => Icon::Ask,
        }
    }

    /// What is behind it: groups of sections.
    fn groups(self) -> &'static [(&'static str, &'static [Section])] {
        use Section::{Kind, Offices as Of};
        match self {
            Self::Look => &[
                ("公开目录和文件", &[Kind("field"), Kind("policy")]),
                ("村里的事", &[Kind("village")]),
                ("正在进行", &[Kind("notice"), Kind("task"), Kind("project"), Kind("event")]),
                ("单位", &[Of(Offices::Top)]),
            ],
            Self::Do => &[
                ("按事情找", &[Kind("bundle"), Kind("topic")]),
                ("按部门找", &[Of(Offices::Serving), Of(Offices::Indexed)]),
            ],
            Self::Find => &[
                ("查资料", &[Kind("list"), Kind("table"), Kind("calendar")]),
                ("在大厅里", &[Kind("window"), Kind("map"), Kind("device"), Kind("agent")]),
            ],
            Self::Ask => &[
                ("看看别人问的", &[Kind("qa"), Kind("reply")]),
                ("请您参与", &[Kind("survey")]),
                ("要用的表格", &[Kind("form")]),
            ],
        }
    }
}

/// Four doors and the shelf of what is asked most.
pub fn home(hall: &Hall) -> Leaflet {
    let door = |door: Door| Row::new(door.icon(), door.verb(), Target::Door(door)).with_note(behind(door, hall));
    Leaflet { rows: DOORS.map(door).into(), links: shelf(hall), ..Leaflet::default() }
}

fn shelf(hall: &Hall) -> Vec<Row> {
    let mut shelf: Vec<Row> = hall.frequent().map(|g| link(Icon::Guide, &g.title, &g.id)).collect();
    group(&mut shelf, SHELF);
    shelf
}

/// The names of the first sections behind a door.
fn behind(door: Door, hall: &Hall) -> String {
    /// More do not fit under a door's verb.
    const NAMES: usize = 4;
    let sections = door.groups().iter().flat_map(|(_, sections)| *sections);
    let names = sections.filter(|s| s.is_there(hall)).map(|s| s.title());
    let mut names: Vec<&str> = names.take(if door == Door::Ask { NAMES - 1 } else { NAMES }).collect();
    if door == Door::Ask {
        names.push("咨询投诉");
    }
    names.join("、")
}

/// What is behind a door today.
pub fn door(door: Door, hall: &Hall, today: Date) -> Leaflet {
    let mut page = Leaflet::of_rows(door.verb(), door.lead(), Vec::new());
    if door == Door::Find {
        page.rows.push(
            Row::new(Icon::Find, "打字或手写查找", Target::Find).with_note("拼音、首字母、手写都行，比如：身份证、sfz"),
        );
    }
    // Whoever has a number may ask; there are none where nothing can be applied for.
    if door == Door::Ask && (hall.count("form") > 0 || hall.count("case") > 0) {
        page.rows.push(
            Row::new(Icon::Question, INQUIRY_TITLE, Target::Case).with_note("凭回执上的编号和电话或者证件号码后四位"),
        );
    }
    for (heading, sections) in door.groups() {
        let mut rows: Vec<Row> = sections.iter().filter(|s| s.is_there(hall)).map(|s| s.row(hall, today)).collect();
        group(&mut rows, heading);
        page.rows.extend(rows);
    }
    match door {
        Door::Do => page.rows.extend(shelf(hall)),
        Door::Ask => page.body = whom_to_ask(hall),
        Door::Look | Door::Find => {}
    }
    if page.rows.is_empty() && page.body.is_empty() {
        page.body.push(Leaf::new(LeafKind::Text, "现在没有内容。"));
    }
    page
}

impl Section {
    fn is_there(&self, hall: &Hall) -> bool {
        match self {
            Self::Kind(kind) => hall.count(kind) > 0,
            Self::Offices(which) => !members(*which, hall).is_empty(),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Kind(kind) => words(kind).0,
            Self::Offices(which) => which.words().0,
        }
    }

    fn row(&self, hall: &Hall, today: Date) -> Row {
        match self {
            Self::Kind(kind) => {
                let of = match *kind {
                    // The hall says which fields it shows, and in which order.
                    "field" if !hall.site.fields.is_empty() => Of::These(hall.site.fields.clone()),
                    "event" => Of::From(today),
                    _ => Of::All,
                };
                let (title, lead) = words(kind);
                Row::new(Icon::of_kind(kind), title, Target::List(Shelf { kind, of })).with_note(lead)
            }
            Self::Offices(which) => {
                let (title, lead) = which.words();
                let icon = if *which == Offices::Indexed { Icon::List } else { Icon::Office };
                Row::new(icon, title, Target::Offices(*which)).with_note(lead)
            }
        }
    }
}

impl Offices {
    /// What the list is called, and what one does with it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Having(kind) => (words(kind).0, "选一个部门，只看它的"),
            Self::Top => ("各部门", "各部门是做什么的，在哪里，怎么联系"),
            Self::Serving => ("部门", "哪个部门办，就从哪里找"),
            Self::Indexed => ("事项目录", "更多能办的事，查到问哪里"),
        }
    }
}

/// A page of offices.
pub fn offices(which: Offices, page: usize, hall: &Hall) -> Leaflet {
    let members = members(which, hall);
    let pages = members.len().div_ceil(PAGE_RECORDS).max(1);
    let page = page.min(pages - 1);
    let shown = members.iter().skip(page * PAGE_RECORDS).take(PAGE_RECORDS);
    let rows = shown.map(|org| office_row(which, org, hall)).collect();
    let (title, lead) = which.words();
    let title = if matches!(which, Offices::Having(_)) { format!("{title} · 按部门看") } else { title.to_owned() };
    let mut leaflet = Leaflet::of_rows(&title, lead, rows);
    if pages > 1 {
        let at = page * PAGE_RECORDS;
        let range = format!("第{}至{}个，共{}个", at + 1, at + leaflet.rows.len(), members.len());
        group(&mut leaflet.rows, &range);
        leaflet.pages = Some(Pages { page, pages, of: Turned::Rows });
    }
    leaflet
}

fn office_row(which: Offices, org: &Org, hall: &Hall) -> Row {
    let row = link(Icon::Office, &org.name, &org.id);
    match which {
        Offices::Top => row.with_note(&org.about),
        Offices::Having(kind) => {
            let to = Target::List(Shelf { kind, of: Of::Office(org.id.clone()) });
            Row { to, ..row.with_note(format!("{}条", hall.count_of(kind, &org.id))) }
        }
        Offices::Serving => row.with_note(format!("{}件事", hall.count_of("guide", &org.id))),
        Offices::Indexed => {
            let to = Target::List(Shelf { kind: "item", of: Of::Office(org.id.clone()) });
            Row { to, ..row.with_note(format!("{}件事", hall.count_of("item", &org.id))) }
        }
    }
}

/// The way to see a long list office by office; none where one office has them all.
pub fn by_office(kind: &'static str, hall: &Hall) -> Option<Row> {
    let offices = members(Offices::Having(kind), hall).len();
    let row = || Row::new(Icon::Office, "按部门看", Target::Offices(Offices::Having(kind)));
    (offices > 1).then(|| row().with_note(format!("{offices}个部门，选一个只看它的")))
}

/// The offices of a list, in the publisher's order.
fn members(which: Offices, hall: &Hall) -> Vec<&Org> {
    let all = hall.orgs.iter().map(|org| &**org);
    let has = |kind: &'static str| move |org: &&Org| hall.count_of(kind, &org.id) > 0;
    match which {
        Offices::Serving => all.filter(has("guide")).collect(),
        Offices::Having(kind) => all.filter(has(kind)).collect(),
        Offices::Indexed => all.filter(has("item")).collect(),
        Offices::Top => {
            let is_above = |org: &Org, id: &RecordId| org.id == *id;
            let tops: Vec<&Org> = all.filter(|org| org.parent.is_none()).collect();
            // Under a single head the offices that people know stand one step lower.
            match tops.as_slice() {
                [head] => {
                    let below = hall.orgs.iter().map(|org| &**org);
                    let below = below.filter(|org| org.parent.as_ref().is_some_and(|id| is_above(head, id)));
                    tops.iter().copied().chain(below).collect()
                }
                _ => tops,
            }
        }
    }
}

/// Whom to ask, where to complain, how to apply for information.
fn whom_to_ask(hall: &Hall) -> Vec<Leaf> {
    let site = &hall.site;
    let mut body = vec![heading("打电话")];
    body.push(Leaf::fact("热线", &site.hotline).with_note("咨询、求助、投诉、建议都可以打。"));
    body.push(heading("找人问"));
    body.extend(help_facts(site, hall));
    body.push(heading("申请政府信息公开"));
    body.push(Leaf::new(
        LeafKind::Text,
        "想要的政府信息没有公开，可以向有关部门书面申请，不用说明用途。不会写的，可以口头提出，由工作人员代填。",
    ));
    body.push(heading("各部门投诉电话"));
    body.extend(members(Offices::Serving, hall).into_iter().map(|org| Leaf::fact(&org.short, &org.complain)));
    body
}
