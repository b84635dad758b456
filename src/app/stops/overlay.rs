//! The stops of what lies over a page: its title, what it says, its buttons.
//! Its words are those of the screen; a test compares the two.

use crate::access::{KeyAct, Keypad};
use crate::print::status::PrinterStatus;

use super::{Deed, Role, Spot, State, Stop};
use crate::app::hall::Hall;
use crate::app::leaflet::help_facts;
use crate::app::model::{KeySeen, Model, Overlay, Page, Visit};
use crate::app::opinion::{Rate, SKIP};
use crate::app::takeaway;

/// What the resident's receipt waits for, as far as they can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperHelp {
    /// A new roll.
    Paper,
    /// A closed cover.
    Cover,
    /// No scraps at the knife.
    Jam,
    /// A cooler head.
    Heat,
    /// The ticket before to be taken.
    Ticket,
}

impl PaperHelp {
    /// What helps a printer in this state.
    pub fn of(status: PrinterStatus) -> Self {
        match status {
            PrinterStatus::CoverOpen => Self::Cover,
            PrinterStatus::CutterFault | PrinterStatus::Fault => Self::Jam,
            PrinterStatus::Overheated => Self::Heat,
            PrinterStatus::TicketWaiting => Self::Ticket,
            // While a roll is changed the printer may say nothing or be switched off.
            PrinterStatus::PaperOut
            | PrinterStatus::Ready
            | PrinterStatus::PaperLow
            | PrinterStatus::Offline
            | PrinterStatus::Silent
            | PrinterStatus::Unclear
            | PrinterStatus::Unreachable
            | PrinterStatus::NotAsked => Self::Paper,
        }
    }

    /// Title, what is said, and the steps.
    fn words(self) -> (&'static str, &'static str, &'static [&'static str]) {
        const STAFF: &str = "请叫工作人员帮忙。您的小票没有丢，好了自动接着打。";
        const WAIT: &str = "您的小票没有丢，之后自动打出来。";
        match self {
            Self::Paper => ("打印机缺纸", STAFF, &["1. 打开盖子", "2. 放进新纸卷，纸头朝外", "3. 合上盖子，按紧"]),
            Self::Cover => ("打印机盖子没关好", STAFF, &["合上盖子，按紧"]),
            Self::Jam => ("打印机卡纸", STAFF, &["1. 打开盖子", "2. 取出纸屑", "3. 合上盖子，按紧"]),
            Self::Heat => ("打印机太热", WAIT, &["等几分钟，凉下来会接着打"]),
            Self::Ticket => ("出纸口还有小票", WAIT, &["取走上一张小票"]),
        }
    }
}

/// Who helps, where and when, a line each.
pub fn help_lines(hall: &Hall) -> Vec<String> {
    let facts = help_facts(&hall.site, hall).into_iter().map(|fact| {
        let note = if fact.note.is_empty() { String::new() } else { format!("。{}", fact.note) };
        format!("{}：{}{note}", fact.name, fact.value)
    });
    facts.chain([format!("热线：{}", hall.site.hotline)]).collect()
}

/// What each key does, a line each.
pub fn key_lines(keypad: &Keypad) -> Vec<String> {
    let line = |act: KeyAct| {
        let keys: Vec<String> = keypad.keys(act).map(|key| key.words()).collect();
        (!keys.is_empty()).then(|| format!("{}：{}", act.words(), keys.join("、")))
    };
    KeyAct::ALL.into_iter().filter_map(line).collect()
}

/// What the key that was pressed last does.
pub fn key_line(seen: Option<KeySeen>) -> String {
    let Some(seen) = seen else {
        return "按一个键，听听它是做什么的。".to_owned();
    };
    match seen.act {
        Some(act) => format!("{}，{}", seen.key.words(), act.words()),
        None => format!("{}（{}），没有设定功能", seen.key.words(), seen.key),
    }
}

/// How the page of keys is left.
pub const LEARN_LEAVE: &str = "连按两次返回键，结束练习。";

impl Model {
    /// The stops of what lies over the page.
    pub(super) fn overlay_stops(&self, hall: &Hall, visit: &Visit) -> Vec<Stop> {
        let title = |text: &str| Stop::read(Role::Title, text, Spot::Labelled);
        let text = |text: &str| Stop::read(Role::Text, text, Spot::Labelled);
        let close = |label: &str| Stop::button(label, Deed::Close);
        match &visit.overlay {
            Overlay::None => Vec::new(),
            Overlay::Help => {
                let eyes_free = Stop::button("语音按键操作", Deed::EyesFree);
                let state = if visit.access.is_eyes_free { State::On } else { State::Off };
                let keys = if self.keypad.is_empty() {
                    Vec::new()
                } else {
                    vec![eyes_free.being(state), Stop::button("按键练习", Deed::LearnKeys)]
                };
                let call = self.can_call_staff().then(|| Stop::button("请工作人员过来", Deed::CallStaff));
                let lines = help_lines(hall);
                let lines = lines.iter().map(|line| text(line));
                std::iter::once(title("找人帮忙"))
                    .chain(lines)
                    .chain(call)
                    .chain(keys)
                    .chain([close("知道了")])
                    .collect()
            }
            Overlay::Keys(seen) => {
                let lines = key_lines(&self.keypad);
                let lines = lines.iter().map(|line| text(line));
                let seen = text(&key_line(*seen));
                let head = [title("按键练习"), seen].into_iter();
                head.chain(lines).chain([text(LEARN_LEAVE), close("结束练习")]).collect()
            }
            Overlay::Qr => {
                let note = match &visit.page {
                    Page::Record(page) => {
                        let payload = takeaway::payload(hall, &page.opened, &page.answers, self.wall.as_ref());
                        takeaway::code_note(&payload)
                    }
                    Page::Form(filling) => {
                        filling.receipt_code(&self.standing(hall)).as_ref().map_or("", takeaway::code_note)
                    }
                    Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Find(_) => "",
                };
                vec![title("扫码带走"), text("二维码"), text(note), close("知道了")]
            }
            Overlay::Printing => match visit.printing.as_ref().and_then(|printing| printing.waiting) {
                None => vec![title("正在打印"), text("请稍候，小票从出纸口出来。"), close("关闭")],
                Some(status) => {
                    let (name, said, steps) = PaperHelp::of(status).words();
                    let steps = steps.iter().map(|step| text(step));
                    let ways = [Stop::button("不等了，扫码带走", Deed::TakeAway), close("边等边看")];
                    [title(name), text(said)].into_iter().chain(steps).chain(ways).collect()
                }
            },
            Overlay::Message(message) => {
                let code = message.offers_qr.then(|| Stop::button("扫码带走", Deed::TakeAway));
                let head = [title(&message.title), text(&message.text)].into_iter();
                head.chain(code).chain([close("知道了")]).collect()
            }
            Overlay::Rating(card) => {
                let choices = card.choices().into_iter().enumerate();
                let choices = choices.map(|(place, words)| Stop::button(words, Deed::Rate(Rate::Choose(place))));
                let head = [title(card.question()), text(card.lead())].into_iter();
                head.chain(choices).chain([Stop::button(SKIP, Deed::Rate(Rate::Skip))]).collect()
            }
            Overlay::Staff => vec![
                title("工作人员入口"),
                text("现在有人在使用。工作人员进入，这次使用就结束，看过的内容会清除。"),
                close("继续使用"),
                Stop::button("结束并进入", Deed::LetStaffIn),
            ],
        }
    }
}
