//! The stops of whoever goes through a page by keypad: everything on the screen, in reading order, one after the other.
//! It leaves out nothing that is shown, and adds nothing that cannot be seen. Pure.

use std::borrow::Cow;

use crate::access::{Contrast, Reach, TextSize};

use super::event::{Event, FormEvent, Manage, Strip, Turn};
use super::form::Act;
use super::leaflet::{Leaf, LeafKind, Leaflet, Part, Place, Row, Turned};
use super::model::{Model, Overlay, Page, Visit, Voice};
use super::opinion::Rate;
use super::typing::Does;

mod find;
mod form;
pub mod overlay;

/// Something one can come to.
#[derive(Clone, PartialEq, Eq)]
pub struct Stop {
    /// What sort of thing it is.
    pub role: Role,
    /// What it says.
    pub label: String,
    /// What is said instead where others could hear a resident's own words.
    pub said: Option<String>,
    /// How it stands.
    pub state: State,
    /// What it does; nothing where it is only read.
    pub deed: Option<Deed>,
    /// Where it stands on the screen.
    pub spot: Spot,
}

/// What sort of thing a stop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The page's title.
    Title,
    /// A heading.
    Heading,
    /// Something to read.
    Text,
    /// Something that must be known.
    Warning,
    /// Something that does something.
    Button,
    /// One of several answers.
    Choice,
    /// Where what is typed stands.
    Field,
    /// A picture, told in words.
    Picture,
}

/// How a stop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There is nothing to say of it.
    Plain,
    /// It is the answer taken.
    Chosen,
    /// It is another answer.
    NotChosen,
    /// It is switched on.
    On,
    /// It is switched off.
    Off,
    /// It does nothing now.
    Disabled,
}

/// What a stop does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Opens a row.
    Open(usize),
    /// Turns a long page.
    Turn(Turn),
    /// Goes to a page of a long list, from 0.
    Jump(usize),
    /// Takes an answer.
    Choose(usize, usize),
    /// Prints.
    Print,
    /// Shows the code.
    TakeAway,
    /// Uses a tool.
    Strip(Strip),
    /// Changes the readout that is on.
    Readout(Manage),
    /// Reads aloud from here on.
    ReadAt(Place),
    /// Puts away what lies over the page.
    Close,
    /// Ends the visit and lets staff in.
    LetStaffIn,
    /// Begins or ends going by keypad and ear.
    EyesFree,
    /// Shows what each key does.
    LearnKeys,
    /// Calls a member of staff.
    CallStaff,
    /// Presses something where one types.
    Press(Does),
    /// Presses a button of a form.
    Fill(Act),
    /// Answers how somebody found it.
    Rate(Rate),
}

/// Where a stop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A line above the questions.
    Head(usize),
    /// A question.
    Question(usize),
    /// A choice of a question.
    Choice(usize, usize),
    /// The heading above a row.
    Group(usize),
    /// A row, links after rows.
    Row(usize),
    /// A line below.
    Body(usize),
    /// The top bar.
    Bar,
    /// Whatever has this label.
    Labelled,
}

impl Deed {
    /// The event that a touch of the same thing would be.
    pub fn event(self) -> Event {
        match self {
            Self::Open(row) => Event::Open(row),
            Self::Turn(turn) => Event::Turn(turn),
            Self::Jump(page) => Event::Jump(page),
            Self::Choose(situation, choice) => Event::Choose { situation, choice },
            Self::Print => Event::Print,
            Self::TakeAway => Event::TakeAway,
            Self::Strip(tool) => Event::Strip(tool),
            Self::Readout(manage) => Event::Readout(manage),
            Self::ReadAt(place) => Event::ReadAt(place),
            Self::Close => Event::Close,
            Self::LetStaffIn => Event::Staff(super::event::StaffEvent::EnterAnyway),
            Self::EyesFree => Event::EyesFree,
            Self::LearnKeys => Event::LearnKeys,
            Self::CallStaff => Event::CallStaff,
            Self::Press(does) => Event::Typing(does.into()),
            Self::Fill(act) => Event::Form(FormEvent::Do(act)),
            Self::Rate(rate) => Event::Rate(rate),
        }
    }
}

impl Stop {
    /// Something to read.
    pub fn read(role: Role, label: impl Into<String>, spot: Spot) -> Self {
        Self { role, label: label.into(), said: None, state: State::Plain, deed: None, spot }
    }

    /// Something that does something.
    pub fn button(label: impl Into<String>, deed: Deed) -> Self {
        let (role, state, spot) = (Role::Button, State::Plain, Spot::Labelled);
        Self { role, label: label.into(), said: None, state, deed: Some(deed), spot }
    }

    /// In this state.
    pub fn being(self, state: State) -> Self {
        Self { state, ..self }
    }

    /// Role, label and state, as they are said.
    pub fn words(&self) -> String {
        let role = match self.role {
            Role::Title => "标题",
            Role::Heading => "小标题",
            Role::Text => "文字",
            Role::Warning => "提醒",
            Role::Button => "按钮",
            Role::Choice => "选项",
            Role::Field => "输入框",
            Role::Picture => "图片",
        };
        let state = match self.state {
            State::Plain => "",
            State::Chosen => "，已选中",
            State::NotChosen => "，没有选中",
            State::On => "，已打开",
            State::Off => "，没有打开",
            State::Disabled => "，现在不能用",
        };
        let said = self.said.as_ref().unwrap_or(&self.label);
        format!("{role}，{}{state}", said.trim_end_matches(['。', '，']))
    }

    /// The same with where one is among all stops.
    pub fn spoken(&self, at: usize, of: usize) -> String {
        format!("{}，第{}个，共{of}个", self.words(), at + 1)
    }

    /// Whether it is the same thing as another, whatever its state.
    pub fn is_where(&self, other: &Self) -> bool {
        self.spot == other.spot && self.role == other.role && (self.spot != Spot::Labelled || self.label == other.label)
    }
}

impl Model {
    /// What can be come to now, in reading order, in the words in which it is said; nothing where nobody is, or while
    /// the warning is up.
    pub fn stops(&self) -> Vec<Stop> {
        self.source_leaflet().map_or(Vec::new(), |leaflet| self.stops_of(&leaflet))
    }

    /// The same, stop for stop, in the words in which it is shown, for who has the page at hand.
    pub fn shown_stops(&self, leaflet: &Leaflet) -> Vec<Stop> {
        let language = self.access().language;
        let mut stops = self.stops_of(leaflet);
        for stop in &mut stops {
            if let Cow::Owned(said) = language.say(&stop.label) {
                stop.label = said;
            }
        }
        stops
    }

    fn stops_of(&self, leaflet: &Leaflet) -> Vec<Stop> {
        let (Some(hall), Some(visit)) = (self.ready_hall(), &self.visit) else {
            return Vec::new();
        };
        if visit.idle_left_s.is_some() {
            return Vec::new();
        }
        let bar = Stop::read(Role::Text, self.bar_text(), Spot::Bar);
        let notice = self.content_notice().map(|n| Stop::read(Role::Warning, n.text(), Spot::Bar));
        let mut stops = match (&visit.overlay, &visit.page) {
            // The first page has no title but the hall's name.
            (Overlay::None, Page::Home) => [vec![bar.clone()], leaflet_stops(leaflet)].concat(),
            (Overlay::None, Page::Find(page)) => find::stops(page, leaflet, visit.access.size),
            (Overlay::None, Page::Form(filling)) => {
                form::stops(filling, leaflet, &self.standing(hall), visit.access.size)
            }
            (Overlay::None, Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_)) => {
                [leaflet_stops(leaflet), self.take_home_stops(visit)].concat()
            }
            (_, _) => self.overlay_stops(hall, visit),
        };
        if visit.overlay == Overlay::None {
            let first = stops.iter().take_while(|stop| matches!(stop.role, Role::Title | Role::Warning)).count();
            if let Some(notice) = notice {
                stops.insert(first, notice);
            }
            if !matches!(visit.page, Page::Home) {
                stops.push(bar);
            }
        }
        stops.extend(self.strip_stops(visit));
        stops
    }

    /// The top bar in one piece.
    fn bar_text(&self) -> String {
        let (date, time) = self.date_and_time();
        let hall = self.ready_hall().map_or("", |hall| hall.site.hall.as_str());
        format!("{hall}，{date}  {time}，{}", self.content_line())
    }

    fn take_home_stops(&self, visit: &Visit) -> Vec<Stop> {
        let Page::Record(page) = &visit.page else {
            return Vec::new();
        };
        let is_guide = matches!(page.opened.record, crate::content::Record::Guide(_));
        let note = self.printer_note();
        let note = (!note.is_empty()).then(|| Stop::read(Role::Warning, note, Spot::Labelled));
        let print = Stop::button(if is_guide { "打印清单" } else { "打印本页" }, Deed::Print);
        note.into_iter().chain([print, Stop::button("扫码带走", Deed::TakeAway)]).collect()
    }

    fn strip_stops(&self, visit: &Visit) -> Vec<Stop> {
        let Some(hall) = self.ready_hall() else {
            return Vec::new();
        };
        let tool = |label: &str, tool| Stop::button(label, Deed::Strip(tool));
        let on = |is_on| if is_on { State::On } else { State::Off };
        let is_read = visit.readout_at().is_some();
        let read = match (is_read, &self.voice) {
            (true, _) => "停止",
            (false, Voice::Ready | Voice::Starting) => "朗读",
            (false, Voice::Absent(_)) => "无语音",
        };
        let access = visit.access;
        let help = format!("人工帮助：热线{}，{}", hall.site.hotline, hall.site.help_desk);
        let can_go_back = !visit.history.is_empty() || visit.overlay != Overlay::None;
        let mut stops = vec![tool(&help, Strip::Help)];
        stops.extend(readout_stops(visit));
        stops.extend([
            tool("返回", Strip::Back).being(if can_go_back { State::Plain } else { State::Disabled }),
            tool("首页", Strip::Home),
            tool(read, Strip::Read),
            tool("大字", Strip::Size).being(on(access.size != TextSize::Normal)),
            tool("对比", Strip::Contrast).being(on(access.contrast != Contrast::Standard)),
            tool("低位", Strip::Reach).being(on(access.reach == Reach::Low)),
            tool("语言/EN", Strip::Language),
            tool("结束", Strip::End),
        ]);
        stops
    }
}

/// The buttons of the readout that is on.
fn readout_stops(visit: &Visit) -> Vec<Stop> {
    if visit.readout_at().is_none() {
        return Vec::new();
    }
    let (rate, volume) = (visit.manner.rate, visit.manner.volume);
    let button = |label: &str, manage, can: bool| {
        Stop::button(label, Deed::Readout(manage)).being(if can { State::Plain } else { State::Disabled })
    };
    vec![
        button("上一句", Manage::Earlier, true),
        button(if visit.is_readout_paused() { "继续" } else { "暂停" }, Manage::Pause, true),
        button("下一句", Manage::Later, true),
        button("重读", Manage::Repeat, true),
        button("慢一点", Manage::Slower, rate.slower() != rate),
        button("快一点", Manage::Faster, rate.faster() != rate),
        button("小声", Manage::Softer, volume.softer() != volume),
        button("大声", Manage::Louder, volume.louder() != volume),
    ]
}

/// The page set like a leaflet, from top to bottom.
fn leaflet_stops(leaflet: &Leaflet) -> Vec<Stop> {
    let mut stops: Vec<Stop> =
        leaflet.head.iter().enumerate().map(|(i, leaf)| leaf_stop(leaf, Spot::Head(i))).collect();
    for (q, question) in leaflet.questions.iter().enumerate() {
        let deed = Some(Deed::ReadAt(Place::Question(q)));
        stops.push(Stop { deed, ..Stop::read(Role::Heading, &question.text, Spot::Question(q)) });
        stops.extend(question.choices.iter().enumerate().map(|(c, label)| Stop {
            role: Role::Choice,
            label: label.clone(),
            said: None,
            state: if question.chosen.contains(&c) { State::Chosen } else { State::NotChosen },
            deed: Some(Deed::Choose(q, c)),
            spot: Spot::Choice(q, c),
        }));
    }
    let first = leaflet.rows.len() + leaflet.links.len();
    stops.extend(leaflet.parts.iter().enumerate().map(|(i, part)| Stop::button(&part.title, Deed::Open(first + i))));
    row_stops(&leaflet.rows, 0, Spot::Row, &mut stops);
    if leaflet.pages.is_some_and(|pages| pages.of == Turned::Rows) {
        stops.extend(pager_stops(leaflet));
    }
    stops.extend(leaflet.body.iter().enumerate().map(|(i, leaf)| leaf_stop(leaf, Spot::Body(i))));
    if leaflet.pages.is_some_and(|pages| pages.of == Turned::Text) {
        stops.extend(pager_stops(leaflet));
    }
    row_stops(&leaflet.links, leaflet.rows.len(), Spot::Row, &mut stops);
    stops
}

fn pager_stops(leaflet: &Leaflet) -> Vec<Stop> {
    let Some(pages) = leaflet.pages else {
        return Vec::new();
    };
    let state = |can| if can { State::Plain } else { State::Disabled };
    let jump = |page: usize| Stop::button(format!("第{}页", page + 1), Deed::Jump(page));
    let mut stops = vec![
        Stop::button("上一页", Deed::Turn(Turn::Back)).being(state(pages.page > 0)),
        Stop::button("下一页", Deed::Turn(Turn::On)).being(state(pages.page + 1 < pages.pages)),
    ];
    stops.extend(pages.jumps().into_iter().map(jump));
    stops
}

fn leaf_stop(leaf: &Leaf, spot: Spot) -> Stop {
    let role = match leaf.kind {
        LeafKind::Title => Role::Title,
        LeafKind::Heading | LeafKind::Subheading | LeafKind::Group => Role::Heading,
        LeafKind::Banner => Role::Warning,
        LeafKind::Lead
        | LeafKind::Fact
        | LeafKind::Field
        | LeafKind::Bar
        | LeafKind::Text
        | LeafKind::Paper
        | LeafKind::GroupPaper
        | LeafKind::Step
        | LeafKind::Note => Role::Text,
        LeafKind::Plan | LeafKind::Picture => Role::Picture,
    };
    let parts: Vec<&str> = leaf.parts().map(|(_, text)| text).collect();
    let part = leaf.parts().next().map_or(Part::Name, |(part, _)| part);
    let deed = match spot {
        Spot::Head(i) => Some(Deed::ReadAt(Place::Head(i, part))),
        Spot::Body(i) => Some(Deed::ReadAt(Place::Body(i, part))),
        Spot::Question(_) | Spot::Choice(..) | Spot::Group(_) | Spot::Row(_) | Spot::Bar | Spot::Labelled => None,
    };
    Stop { deed, ..Stop::read(role, parts.join("，"), spot) }
}

/// Rows with the headings above them; `spot` says where a row stands on this page.
fn row_stops(rows: &[Row], first: usize, spot: fn(usize) -> Spot, stops: &mut Vec<Stop>) {
    for (i, row) in rows.iter().enumerate() {
        let i = first + i;
        if !row.group.is_empty() {
            stops.push(Stop::read(Role::Heading, &row.group, Spot::Group(i)));
        }
        let label = if row.note.is_empty() { row.title.clone() } else { format!("{}，{}", row.title, row.note) };
        stops.push(Stop { spot: spot(i), ..Stop::button(label, Deed::Open(i)) });
    }
}
