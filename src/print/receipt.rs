//! What residents take home: the one-time notice (一次性告知单), the digest of any page, plain texts.
//! It adds no paper and no promise that the guide does not declare.

use jiff::Zoned;
use jiff::civil::Date;

use super::document::{Align, Cell, Document, Rule, Size, Style};
use super::qr::{Payload, payload};
pub use super::slips::test_page;
use crate::content::{Answers, ChecklistLine, Fee, Guide, Hours, Material, MaterialForm, Necessity, Org, Site, Window};

/// The box that the resident ticks.
const BOX: &str = "□";
/// Stands before each paper of a group of which one is enough.
const CHOICE: &str = "○";
/// Columns of the marks and of the two amounts.
const BOX_COLUMNS: u8 = 2;
const CHOICE_COLUMNS: u8 = 5;
const ORIGINAL_COLUMNS: u8 = 4;
const COPY_COLUMNS: u8 = 6;
/// Longest title in large letters: two lines on wide paper.
const LARGE_TITLE_CHARS_MAX: usize = 24;
/// Where notes and papers of a group begin.
const NOTE_INDENT: u8 = 3;

/// The papers to bring and where to bring them, for one resident's situation.
#[allow(clippy::too_many_arguments)] // Each is a different record of the hall; a struct would only rename them.
pub fn checklist_receipt(
    guide: &Guide,
    answers: &Answers,
    windows: &[Window],
    hours: &[Hours],
    org: &Org,
    site: &Site,
    release: u64,
    content_date: Date,
    printed: Zoned,
) -> Document {
    let mut page = Document::new();
    head(&mut page, guide, answers, site);
    papers(&mut page, guide, answers);
    places(&mut page, guide, windows, hours, org, site);
    terms(&mut page, guide);
    steps(&mut page, guide);
    complaint(&mut page, guide, org, site);
    code(&mut page, payload(guide, answers, windows, site));
    foot(&mut page, site, release, content_date, &printed);
    page
}

/// A page of the terminal as it is taken home: title, key lines, a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// What sort of page it is, such as 政策文件.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its lines, from top to bottom.
    pub lines: Vec<DigestLine>,
    /// Not everything fits; the paper says so.
    pub is_cut: bool,
    /// What the code carries.
    pub payload: Payload,
}

/// One line of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestLine {
    /// A heading.
    Heading(String),
    /// What must not be overlooked.
    Strong(String),
    /// A short name and its value.
    Pair(String, String),
    /// A paragraph.
    Text(String),
}

impl DigestLine {
    /// How many characters it has.
    pub fn chars(&self) -> usize {
        match self {
            Self::Heading(text) | Self::Strong(text) | Self::Text(text) => text.chars().count(),
            Self::Pair(name, value) => name.chars().count() + value.chars().count(),
        }
    }
}

/// A page of the terminal to take home.
pub fn digest_receipt(digest: &Digest, site: &Site, release: u64, content_date: Date, printed: &Zoned) -> Document {
    let mut page = Document::new();
    if site.is_sample {
        page.text("【样例】内容为演示而编，不作办事依据", Style::CENTER);
    }
    page.text(&site.hall, Style::CENTER).text(&digest.label, Style::CENTER).rule(Rule::Heavy);
    let size = if digest.title.chars().count() <= LARGE_TITLE_CHARS_MAX { Size::Double } else { Size::Normal };
    page.text(&digest.title, Style { size, is_bold: true, align: Align::Center, indent: 0 }).feed(1);
    for line in &digest.lines {
        match line {
            DigestLine::Heading(text) => section(&mut page, text),
            DigestLine::Strong(text) => {
                page.text(text, Style::BOLD);
            }
            DigestLine::Pair(name, value) => {
                page.pair(name, value);
            }
            DigestLine::Text(text) => {
                page.text(text, Style::PLAIN);
            }
        }
    }
    if digest.is_cut {
        page.text("……还有内容，请在本机上看，或扫码。", Style::BOLD);
    }
    page.rule(Rule::Light).pair("热线", &site.hotline);
    let caption = match &digest.payload {
        Payload::Link(_) => "扫码看官方网页",
        Payload::Text(_) => "扫码把这一页存到手机（不用上网）",
    };
    page.feed(1).qr(digest.payload.clone()).text(caption, Style::CENTER);
    foot(&mut page, site, release, content_date, printed);
    page
}

/// A text as it stands, with a cut.
pub fn text_document(text: &str) -> Document {
    let mut page = Document::new();
    page.text(text, Style::PLAIN).feed(1).cut();
    page
}

fn head(page: &mut Document, guide: &Guide, answers: &Answers, site: &Site) {
    if site.is_sample {
        page.text("【样例】内容为演示而编，不作办事依据", Style::CENTER);
    }
    page.text(&site.hall, Style::CENTER).title("一次性告知单").rule(Rule::Heavy);
    // A long title in large letters would fill the paper.
    let size = if guide.title.chars().count() <= LARGE_TITLE_CHARS_MAX { Size::Double } else { Size::Normal };
    page.text(&guide.title, Style { size, is_bold: true, align: Align::Center, indent: 0 });
    let situation = guide.checklist(answers).situation;
    if !situation.is_empty() {
        // Large letters leave no space under them.
        page.feed(1);
    }
    for answer in situation {
        page.text(&answer, Style::CENTER);
    }
}

fn papers(page: &mut Document, guide: &Guide, answers: &Answers) {
    let checklist = guide.checklist(answers);
    page.rule(Rule::Heavy);
    if checklist.lines.is_empty() {
        page.text("这件事不用带材料", Style::BOLD);
        return;
    }
    page.head(vec![
        Cell::rest("材料（备好就打勾）"),
        Cell::fixed("原件", ORIGINAL_COLUMNS, Align::Center),
        Cell::fixed("复印件", COPY_COLUMNS, Align::Center),
    ]);
    page.rule(Rule::Light);
    for line in &checklist.lines {
        match line {
            ChecklistLine::Paper(paper) => paper_row(page, BOX, paper),
            ChecklistLine::OneOf { label, papers } => {
                page.row(vec![
                    Cell::fixed(BOX, BOX_COLUMNS, Align::Left),
                    Cell::rest(&format!("{label}（下面{}种，带一种就行）", papers.len())),
                ]);
                for paper in papers {
                    paper_row(page, CHOICE, paper);
                }
            }
        }
    }
}

/// A paper with its amounts; what is to be minded stands under it.
fn paper_row(page: &mut Document, mark: &str, paper: &Material) {
    let (original, copy) = match (paper.originals, paper.copies, paper.form) {
        (0, 0, MaterialForm::Electronic) => ("电子".to_owned(), String::new()),
        (0, 0, form) => {
            let wants_copy = matches!(form, MaterialForm::Copy | MaterialForm::OriginalAndCopy);
            let wants_original = matches!(form, MaterialForm::Original | MaterialForm::OriginalAndCopy);
            (said(wants_original), said(wants_copy))
        }
        (originals, copies, _) => (amount(originals), amount(copies)),
    };
    page.row(vec![
        if mark == BOX {
            Cell::fixed(mark, BOX_COLUMNS, Align::Left)
        } else {
            Cell::fixed(mark, CHOICE_COLUMNS, Align::Right)
        },
        Cell::rest(&format!("{}{}", paper.name, necessity(paper.need))),
        Cell::fixed(&original, ORIGINAL_COLUMNS, Align::Center),
        Cell::fixed(&copy, COPY_COLUMNS, Align::Center),
    ]);
    if !paper.note.trim().is_empty() {
        let indent = if mark == BOX { NOTE_INDENT } else { NOTE_INDENT + CHOICE_COLUMNS - BOX_COLUMNS };
        page.text(&format!("注：{}", paper.note.trim()), Style::PLAIN.indented(indent));
    }
}

fn amount(n: u32) -> String {
    if n == 0 { "-".to_owned() } else { format!("{n}份") }
}

fn said(is_wanted: bool) -> String {
    if is_wanted { "要" } else { "-" }.to_owned()
}

fn necessity(need: Necessity) -> &'static str {
    match need {
        Necessity::Required => "",
        Necessity::Optional => "（有就带）",
        Necessity::Later => "（可以后补）",
    }
}

fn places(page: &mut Document, guide: &Guide, windows: &[Window], hours: &[Hours], org: &Org, site: &Site) {
    section(page, "到哪里办");
    let named: Vec<&Window> =
        guide.contact.windows.iter().filter_map(|id| windows.iter().find(|window| window.id == *id)).collect();
    for window in &named {
        let is_bare = window.number.chars().all(|c| c.is_ascii_alphanumeric());
        page.pair("窗口", &format!("{}{} {}", window.number, if is_bare { "号" } else { "" }, window.name));
        page.pair("位置", &window.place);
        if let Some(hours) = hours.iter().find(|h| h.id == window.hours) {
            let mut lines = hours.lines();
            lines.extend((!hours.note.is_empty()).then(|| hours.note.clone()));
            for (i, line) in lines.iter().enumerate() {
                page.pair(if i == 0 { "时间" } else { "　　" }, line);
            }
        }
        page.pair("电话", &window.phone);
    }
    if named.is_empty() {
        page.pair("部门", &org.name);
        page.pair("地址", &org.address);
    } else {
        page.pair("大厅", &site.address);
    }
    let asked = if guide.contact.consult.is_empty() { &org.phone } else { &guide.contact.consult };
    page.pair("咨询", asked);
}

fn terms(page: &mut Document, guide: &Guide) {
    section(page, "多久、多少钱");
    page.pair("时限", &guide.promise_limit.to_string());
    match &guide.fee {
        Fee::Free => page.pair("费用", "不收费"),
        Fee::Charged { standard, basis } => page.pair("费用", standard).pair("依据", basis),
    };
    page.pair("结果", &guide.outcome.name);
    page.pair("领取", &guide.outcome.delivery.join("、"));
}

fn steps(page: &mut Document, guide: &Guide) {
    if guide.steps.is_empty() {
        return;
    }
    section(page, "怎么办");
    for (i, step) in guide.steps.iter().enumerate() {
        page.row(vec![
            Cell::fixed(&(i + 1).to_string(), BOX_COLUMNS, Align::Right),
            Cell::rest(&format!("{}（{}）", step.name, step.who)),
            Cell::fixed(&step.time, 12, Align::Right),
        ]);
    }
}

fn complaint(page: &mut Document, guide: &Guide, org: &Org, site: &Site) {
    page.rule(Rule::Light);
    let phone = if guide.contact.complain.is_empty() { &org.complain } else { &guide.contact.complain };
    page.pair("投诉", phone);
    page.pair("热线", &site.hotline);
}

fn code(page: &mut Document, payload: Payload) {
    let caption = match &payload {
        Payload::Link(_) => "扫码看官方网页",
        Payload::Text(_) => "扫码把清单存到手机（不用上网）",
    };
    page.feed(1).qr(payload).text(caption, Style::CENTER);
}

fn foot(page: &mut Document, site: &Site, release: u64, content_date: Date, printed: &Zoned) {
    page.rule(Rule::Heavy);
    page.text(&format!("{}发布", site.publisher), Style::CENTER);
    page.text(&format!("内容第{release}期，{}更新", date_text(content_date)), Style::CENTER);
    page.text(&format!("{}打印", time_text(printed)), Style::CENTER);
    if site.is_sample {
        page.text("【样例】不作办事依据", Style::CENTER);
    }
    page.feed(1).cut();
}

pub(super) fn section(page: &mut Document, heading: &str) {
    page.rule(Rule::Light).text(heading, Style::BOLD);
}

pub(super) fn date_text(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

pub(super) fn time_text(time: &Zoned) -> String {
    format!("{} {}:{:02}", date_text(time.date()), time.hour(), time.minute())
}
