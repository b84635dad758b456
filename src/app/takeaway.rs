//! What a resident takes home of a page: the receipt and the code. A guide gives its checklist, any other page a digest.
//! Both say only what the page shows; personal data was masked before it was published.

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::Value as Json;

use crate::content::record::keys_of;
use crate::content::{Answers, Form, Guide, LetterKind, Record, Window};
use crate::print::document::Document;
use crate::print::letters::{Receipted, letter_receipt};
use crate::print::qr::{self, Payload};
use crate::print::receipt::{Digest, DigestLine, checklist_receipt, digest_receipt};
use crate::store::Opened;

use super::hall::Hall;
use super::leaflet::{Around, Leaf, LeafKind, Leaflet, Row};
use super::mailroom::{HandIn, HandedIn};

/// Most lines of a digest: about half a metre of paper.
const LINES_MAX: usize = 48;
/// Most characters of one paragraph of a digest.
const PARAGRAPH_CHARS_MAX: usize = 160;
/// Most characters of a digest, so that a long document does not empty the roll.
const CHARS_MAX: usize = 1_400;

/// The receipt of an open page.
pub fn receipt(hall: &Hall, opened: &Opened, answers: &Answers, printed: Zoned) -> Option<Document> {
    if let Record::Guide(guide) = &opened.record {
        return guide_receipt(hall, opened, guide, answers, printed);
    }
    let digest = digest(hall, opened, answers, &printed);
    let (release, issued) = around(hall, opened, printed.date()).release();
    Some(digest_receipt(&digest, &hall.site, release, issued, &printed))
}

/// The code of an open page.
pub fn payload(hall: &Hall, opened: &Opened, answers: &Answers, now: Option<&Zoned>) -> Payload {
    if let Record::Guide(guide) = &opened.record {
        return qr::payload(guide, answers, &windows(hall, guide), &hall.site);
    }
    let leaflet = leaflet(hall, opened, answers, now);
    page_payload(hall, &opened.record, &leaflet)
}

/// What is said beside a code.
pub fn code_note(payload: &Payload) -> &'static str {
    match payload {
        Payload::Link(_) => "手机扫一扫，打开官方网页",
        Payload::Text(_) => "手机扫一扫，不用联网也能看到",
    }
}

/// The receipt of something that was handed in; `form` where it is one.
pub fn letter_slip(hall: &Hall, letter: &HandIn, done: &HandedIn, form: Option<&Form>) -> Document {
    let org = letter.org.as_ref().and_then(|org| hall.org(org));
    let phone = org.map(|org| org.phone.as_str()).filter(|phone| !phone.is_empty()).unwrap_or(&hall.site.hotline);
    let ask = match letter.kind {
        LetterKind::Application => format!("在本机“我要问”里，凭编号和电话或证件号码后四位；或打{phone}"),
        LetterKind::Opinion | LetterKind::Mistake | LetterKind::Survey | LetterKind::Rating | LetterKind::Counts => {
            format!("凭编号打{phone}，或到{}", hall.site.help_desk)
        }
    };
    let receipted = Receipted {
        kind: letter.kind,
        number: done.number.as_ref(),
        title: &letter.title,
        office: org.map_or(hall.site.publisher.as_str(), |org| org.name.as_str()),
        at: &done.at,
        due: &done.due,
        form,
        entries: &letter.entries,
        helper: letter.helper.as_deref(),
        ask: &ask,
    };
    letter_receipt(&receipted, &hall.site)
}

fn around<'a>(hall: &'a Hall, opened: &'a Opened, today: Date) -> Around<'a> {
    Around { hall, today, opened, part: 0 }
}

fn guide_receipt(hall: &Hall, opened: &Opened, guide: &Guide, answers: &Answers, printed: Zoned) -> Option<Document> {
    let hours: Vec<_> = hall.hours.iter().map(|h| (**h).clone()).collect();
    let org = hall.org(&guide.org)?;
    let (site, (release, issued)) = (&hall.site, around(hall, opened, printed.date()).release());
    Some(checklist_receipt(guide, answers, &windows(hall, guide), &hours, org, site, release, issued, printed))
}

fn windows(hall: &Hall, guide: &Guide) -> Vec<Window> {
    hall.windows(&guide.contact.windows).into_iter().map(|w| (**w).clone()).collect()
}

fn leaflet(hall: &Hall, opened: &Opened, answers: &Answers, now: Option<&Zoned>) -> Leaflet {
    let today = now.map_or(hall.issued, Zoned::date);
    match &opened.record {
        Record::Site(_)
        | Record::Hours(_)
        | Record::VillageRules(_)
        | Record::Case(_)
        | Record::Synonyms(_)
        | Record::Lexicon(_)
        | Record::Style(_) => fields(&opened.record),
        _ => Leaflet::of_record(&around(hall, opened, today), answers),
    }
}

/// What only the program reads has no page; staff who print it get its fields by the names that the office knows.
fn fields(record: &Record) -> Leaflet {
    let json = serde_json::from_slice(&record.to_bytes()).unwrap_or(Json::Null);
    let lines = keys_of(record.id().kind()).into_iter().flatten().filter_map(|key| {
        let text = said(json.get(key.name)?);
        (!text.is_empty()).then(|| Leaf::field(key.label, text))
    });
    let head = vec![Leaf::new(LeafKind::Title, record.title())];
    Leaflet { head, body: lines.collect(), ..Leaflet::default() }
}

/// A value in words, lists and groups written one after the other.
fn said(value: &Json) -> String {
    let joined = |parts: Vec<String>, sign: &str| {
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(sign)
    };
    match value {
        Json::Null => String::new(),
        Json::Bool(is_so) => if *is_so { "是" } else { "否" }.to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Array(items) => joined(items.iter().map(said).collect(), "；"),
        Json::Object(map) => joined(map.values().map(said).collect(), "，"),
    }
}

fn digest(hall: &Hall, opened: &Opened, answers: &Answers, printed: &Zoned) -> Digest {
    let leaflet = leaflet(hall, opened, answers, Some(printed));
    let mut lines: Vec<DigestLine> = leaflet.head.iter().filter(|l| l.kind != LeafKind::Title).map(line).collect();
    rows(&leaflet.rows, &mut lines);
    lines.extend(leaflet.body.iter().map(line));
    let is_cut = shorten(&mut lines);
    Digest {
        label: opened.record.label().to_owned(),
        title: leaflet.title().to_owned(),
        lines,
        is_cut,
        payload: page_payload(hall, &opened.record, &leaflet),
    }
}

fn rows(rows: &[Row], lines: &mut Vec<DigestLine>) {
    for row in rows {
        if !row.group.is_empty() {
            lines.push(DigestLine::Heading(row.group.clone()));
        }
        let note = if row.note.is_empty() { String::new() } else { format!("（{}）", row.note) };
        lines.push(DigestLine::Text(format!("· {}{note}", row.title)));
    }
}

fn line(leaf: &Leaf) -> DigestLine {
    let short = |text: &str| cut(text, PARAGRAPH_CHARS_MAX);
    let with_note =
        |text: &str| if leaf.note.is_empty() { text.to_owned() } else { format!("{text}（{}）", leaf.note) };
    match leaf.kind {
        LeafKind::Heading => DigestLine::Heading(leaf.name.clone()),
        LeafKind::Subheading => DigestLine::Strong(leaf.name.clone()),
        LeafKind::Banner => DigestLine::Strong(format!("★ {}", leaf.name)),
        LeafKind::Fact => DigestLine::Pair(leaf.name.clone(), with_note(&short(&leaf.value))),
        LeafKind::Field | LeafKind::Bar | LeafKind::Paper | LeafKind::GroupPaper | LeafKind::Step => {
            let value = if leaf.value.is_empty() { String::new() } else { format!("：{}", short(&leaf.value)) };
            let mark = match leaf.kind {
                LeafKind::Paper => "□ ",
                LeafKind::GroupPaper => "○ ",
                _ => "",
            };
            DigestLine::Text(with_note(&format!("{mark}{}{value}", leaf.name)))
        }
        LeafKind::Title
        | LeafKind::Lead
        | LeafKind::Group
        | LeafKind::Text
        | LeafKind::Note
        | LeafKind::Plan
        | LeafKind::Picture => DigestLine::Text(with_note(&short(&leaf.name))),
    }
}

/// Keeps what fits on a receipt of sensible length; says whether anything was left out.
fn shorten(lines: &mut Vec<DigestLine>) -> bool {
    let all = lines.len();
    let mut left = CHARS_MAX;
    let fits = lines.iter().take(LINES_MAX).take_while(|line| {
        let length = line.chars();
        let does_fit = length <= left;
        left = left.saturating_sub(length);
        does_fit
    });
    let kept = fits.count();
    lines.truncate(kept);
    // A heading with nothing under it promises what is not there.
    while matches!(lines.last(), Some(DigestLine::Heading(_) | DigestLine::Strong(_))) {
        lines.pop();
    }
    kept < all
}

fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let part: String = text.chars().take(chars_max).collect();
    let end = part.rfind(['。', '；', '，']).filter(|end| *end > part.len() / 2).unwrap_or(part.len());
    format!("{}……", &part[..end])
}

/// The official page when the hall allows its host; otherwise the page's first lines, to be read without a network.
fn page_payload(hall: &Hall, record: &Record, leaflet: &Leaflet) -> Payload {
    let url = record.imprint().and_then(|imprint| imprint.url.as_deref()).or(match record {
        Record::IndexItem(item) => item.url.as_deref(),
        Record::Calendar(year) => year.url.as_deref(),
        _ => None,
    });
    let mut lines = vec![leaflet.title().to_owned()];
    let leaves = leaflet.head.iter().filter(|leaf| leaf.kind != LeafKind::Title).chain(&leaflet.body);
    lines.extend(leaves.map(|leaf| {
        let parts: Vec<&str> = leaf.parts().map(|(_, text)| text).collect();
        parts.join("：")
    }));
    qr::page_payload(url, &lines.join("\n"), &hall.site)
}
