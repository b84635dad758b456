//! Whether a guide tells the eleven things that inspections of government sites look for, and an entry of the
//! catalogue where it is published (国办秘函〔2019〕19号; 国办发〔2019〕54号).
//! It asks whether they are there, not whether they are right.

use super::{Hall, Rule};
use crate::author::problem::{Level, Problem};
use crate::content::catalogue::DisclosureMode;
use crate::content::{Channel, Entry, Guide, Hours, Org, Window};

/// One thing that a guide must tell.
pub struct Element {
    /// What inspections call it.
    pub name: &'static str,
    /// Where a clerk writes it.
    pub field: &'static str,
    /// What is wrong with it; none when it is told.
    pub fault: fn(&Hall<'_>, &Guide) -> Option<String>,
}

/// The eleven things, in the order of the inspection.
pub const ELEMENTS: &[Element] = &[
    Element { name: "事项名称", field: "title", fault: |_, g| placeholder([g.title.as_str()]) },
    Element {
        name: "设定依据", field: "basis", fault: |_, g| placeholder(g.basis.iter().map(|b| b.title.as_str()))
    },
    Element {
        name: "申请条件",
        field: "conditions",
        fault: |_, g| placeholder(g.conditions.iter().map(String::as_str)),
    },
    Element { name: "办理材料", field: "material", fault: |_, g| papers(g) },
    Element { name: "办理地点", field: "contact.windows", fault: place },
    Element { name: "办理机构", field: "org", fault: office },
    Element { name: "收费标准", field: "fee", fault: |_, g| fee(g) },
    Element { name: "办理时间", field: "contact.windows", fault: opening },
    Element {
        name: "办理时限",
        field: "promise_limit",
        fault: |_, g| placeholder(g.steps.iter().map(|s| s.time.as_str())),
    },
    Element { name: "联系电话", field: "contact.consult", fault: |_, g| phone(g) },
    Element { name: "办理流程", field: "step", fault: |_, g| placeholder(g.steps.iter().map(|s| s.what.as_str())) },
];

/// What people write when they will write it later.
const PLACEHOLDERS: &[&str] =
    &["待补", "待定", "待完善", "待填", "暂缺", "同上", "略", "TODO", "todo", "xxx", "XXX", "×××"];
/// What a guide says that asks for no paper.
const NO_PAPERS: &[&str] = &[
    "不用带",
    "不用交",
    "不用提交",
    "不用准备",
    "无需",
    "不需要",
    "不收",
    "免提交",
    "免带",
    "不必带",
    "不要材料",
    "零材料",
];

/// L01: whoever reads the guide knows everything before setting out; whoever reads an entry knows where to look.
pub fn missing(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (authored, guide) in hall.guides() {
        for element in ELEMENTS {
            if let Some(fault) = (element.fault)(hall, guide) {
                problems.push(rule.broken(authored, element.field, format!("缺{}：{fault}", element.name)));
            }
        }
    }
    for (authored, entry) in hall.records::<Entry>() {
        let is_public = entry.mode != DisclosureMode::Closed;
        if is_public && entry.channels.is_empty() && entry.channels_other.is_empty() {
            problems.push(rule.broken(authored, "channels", "缺公开渠道：没有写在哪里公开"));
        }
        // 各乡镇人民政府 are many offices; each has its own phone on its own page.
        let is_one_office = !entry.org.starts_with('各');
        if is_public && is_one_office && entry.complain.is_empty() && entry.office.is_none() {
            let message = "缺监督投诉：公开主体不是本厅的机构，请写投诉电话";
            problems.push(rule.broken_as(Level::Warning, authored, "complain", message));
        }
    }
    problems
}

fn placeholder<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let is_empty = |text: &str| {
        let bare = text.trim_matches(|c: char| c.is_whitespace() || "（）()【】[]“”—-/。.…".contains(c));
        bare.is_empty() || PLACEHOLDERS.contains(&bare) || bare.starts_with("待补") || bare.starts_with("待完善")
    };
    texts.into_iter().find(|text| is_empty(text)).map(|text| format!("“{text}”等于没有写"))
}

fn papers(guide: &Guide) -> Option<String> {
    let told = guide.steps.iter().map(|s| &s.what).chain(guide.faq.iter().map(|f| &f.answer)).chain([&guide.plain]);
    let says_none = || told.into_iter().any(|text| NO_PAPERS.iter().any(|word| text.contains(word)));
    if guide.materials.is_empty() {
        return (!says_none()).then(|| "一份材料也没有；不用带材料的，请在一句话说明里写明".to_owned());
    }
    placeholder(guide.materials.iter().map(|m| m.name.as_str()))
}

fn place(hall: &Hall<'_>, guide: &Guide) -> Option<String> {
    let is_at_a_window = guide.channels.contains(&Channel::Window);
    if guide.contact.windows.is_empty() {
        return is_at_a_window.then(|| "到窗口办理，却没有写是哪个窗口".to_owned());
    }
    let windows = guide.contact.windows.iter().filter_map(|id| hall.find::<Window>(id));
    placeholder(windows.map(|w| w.place.as_str()))
}

fn office(hall: &Hall<'_>, guide: &Guide) -> Option<String> {
    placeholder(hall.find::<Org>(&guide.org).map(|org| org.name.as_str()))
}

fn fee(guide: &Guide) -> Option<String> {
    match &guide.fee {
        crate::content::Fee::Free => None,
        crate::content::Fee::Charged { standard, basis } => placeholder([standard.as_str(), basis.as_str()]),
    }
}

fn opening(hall: &Hall<'_>, guide: &Guide) -> Option<String> {
    let windows = guide.contact.windows.iter().filter_map(|id| hall.find::<Window>(id));
    let is_closed = |hours: &Hours| hours.times.iter().all(|times| times.days.is_empty() || times.spans.is_empty());
    let closed = windows.filter(|w| hall.find::<Hours>(&w.hours).is_some_and(is_closed)).map(|w| &w.name).next();
    closed.map(|name| format!("窗口“{name}”没有开放时间"))
}

fn phone(guide: &Guide) -> Option<String> {
    let is_all_zero = guide.contact.consult.bytes().filter(u8::is_ascii_digit).all(|b| b == b'0');
    is_all_zero.then(|| format!("“{}”不是能打通的号码", guide.contact.consult))
}
