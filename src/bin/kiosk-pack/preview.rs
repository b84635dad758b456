//! What the terminal will show, say and print for one record: `kiosk-pack preview`.
//! It reads the office's files, publishes nothing and leaves no file behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use civic_kiosk::app::Hall;
use civic_kiosk::app::leaflet::{Around, Leaf, LeafKind, Leaflet, Row};
use civic_kiosk::app::takeaway;
use civic_kiosk::author::{Problem, Reading, check_hall};
use civic_kiosk::base::clock::{Clock, SystemClock, china};
use civic_kiosk::base::digest::{Sha256, state_root};
use civic_kiosk::base::durable::Scratch;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::{Answers, Mailbox};
use civic_kiosk::print::layout::{Item, Line, lay_out};
use civic_kiosk::print::text::padded;
use civic_kiosk::print::{Align, Document, Profile};
use civic_kiosk::speech::Script;
use civic_kiosk::store::{NewRelease, Opened, Store, StoreError};
use jiff::Zoned;
use jiff::civil::Date;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::out::{self, Outcome};

/// Ids suggested for one that is not there.
const SUGGESTED_MAX: usize = 5;

#[derive(clap::Args)]
pub struct Args {
    /// The record, such as guide/elder-card; of a guide the name alone will do.
    #[arg(help = "内容的编号，例如 guide/elder-card；办事指南可以只写名字")]
    record: String,
    /// The hall's content files.
    #[arg(long, value_name = "DIR", default_value = "content", help = "内容文件夹")]
    content: PathBuf,
    /// The day on which it is looked at.
    #[arg(long, value_name = "DATE", help = "哪一天看，例如 2026-11-21；不写就是今天")]
    today: Option<Date>,
    /// Paper width in millimetres.
    #[arg(long, default_value = "80", value_parser = ["80", "58"], help = "小票纸宽，80 或 58 毫米")]
    width: String,
}

/// What the terminal makes of a record.
struct Preview {
    opened: Opened,
    pages: Vec<Leaflet>,
    document: Option<Document>,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let id =
        if args.record.contains('/') { RecordId::parse(&args.record) } else { RecordId::new("guide", &args.record) }?;
    let now = match args.today {
        Some(day) => day.at(9, 0, 0, 0).to_zoned(china()).context("日期超出范围")?,
        None => SystemClock::new().local(),
    };
    let reading = check_hall(&args.content, now.date());
    let Some(authored) = reading.records.iter().find(|a| *a.record.id() == id) else {
        return refuse(&reading, &id);
    };
    for problem in reading.problems.iter().filter(|p| p.file == authored.file) {
        out::message(&format!("{} {} {problem}", problem.level.term(), problem.rule));
    }
    let preview = preview(&reading, &id, &now)?;
    let profile = Profile::load(&format!("generic-{}", args.width))?;
    let receipt = receipt_lines(preview.document.as_ref(), &profile)?;
    let script = Script::of_lines(&spoken(&preview.pages));
    let answer = document(&preview, &script, &receipt);
    out::answer(json, &answer, || text(&preview, &script, &receipt));
    Ok(Outcome::Done)
}

/// Says what is wrong with a record that cannot be shown, or which one was probably meant.
fn refuse(reading: &Reading, id: &RecordId) -> anyhow::Result<Outcome> {
    let its: Vec<&Problem> = reading.problems.iter().filter(|p| p.record.as_ref() == Some(id)).collect();
    if its.is_empty() {
        out::message(&format!("没有 {id} 这条内容。"));
        let near = nearest(id, reading.records.iter().map(|a| a.record.id()));
        if !near.is_empty() {
            out::message(&format!("是不是：{}", near.join("、")));
        }
    }
    for problem in its {
        out::message(&format!("{} {} {problem}", problem.level.term(), problem.rule));
    }
    Ok(Outcome::Refused)
}

/// The ids that have most in common with one that is not there, best first.
fn nearest<'a>(id: &RecordId, known: impl Iterator<Item = &'a RecordId>) -> Vec<&'a str> {
    /// Share of the pairs of letters that must be the same.
    const COMMON_MIN: f64 = 0.4;
    let pairs = |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let wanted = pairs(id.name());
    let likeness = |other: &RecordId| {
        if other.name() == id.name() {
            return 1.0;
        }
        let theirs = pairs(other.name());
        let common = wanted.intersection(&theirs).count() as f64;
        let bonus = if other.kind() == id.kind() { 0.05 } else { 0.0 };
        2.0 * common / (wanted.len() + theirs.len()).max(1) as f64 + bonus
    };
    let mut near: Vec<(f64, &str)> = known.map(|other| (likeness(other), other.as_str())).collect();
    near.retain(|(likeness, _)| *likeness >= COMMON_MIN);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(SUGGESTED_MAX).map(|(_, id)| id).collect()
}

/// The record as a terminal has it that was just synced: through the same database and the same pages.
fn preview(reading: &Reading, id: &RecordId, now: &Zoned) -> anyhow::Result<Preview> {
    let scratch = Scratch::unique(&std::env::temp_dir(), "kiosk-preview-")?;
    let store = synced(reading, scratch.path(), now)?;
    let Some(overview) = store.overview()? else {
        bail!("site.toml 还读不出来，先改好它，才能看别的内容");
    };
    let hall = Hall::from(overview);
    let opened = store.opened(id, 0)?.with_context(|| format!("没有 {id} 这条内容"))?;
    let around = Around { hall: &hall, today: now.date(), opened: &opened, part: 0 };
    let pages = Leaflet::parts_of_record(&around, &Answers::default());
    let document = takeaway::receipt(&hall, &opened, &Answers::default(), now.clone());
    Ok(Preview { opened, pages, document })
}

/// A database with every record, in a folder that goes with the first of the two.
#[allow(dead_code)] // Only the neural voice makes something of all of them.
pub fn stored(reading: &Reading, now: &Zoned) -> anyhow::Result<(Scratch, Store)> {
    let scratch = Scratch::unique(&std::env::temp_dir(), "kiosk-preview-")?;
    let store = synced(reading, scratch.path(), now)?;
    if store.overview()?.is_none() {
        bail!("site.toml 还读不出来，先改好它");
    }
    Ok((scratch, store))
}

/// A database with every record that is right in itself.
fn synced(reading: &Reading, dir: &Path, now: &Zoned) -> anyhow::Result<Store> {
    let mut records: BTreeMap<RecordId, Vec<u8>> = BTreeMap::new();
    for authored in &reading.records {
        // Of an id that is used twice the first counts, as in the message about it.
        records.entry(authored.record.id().clone()).or_insert_with(|| authored.record.to_bytes());
    }
    let hashes: BTreeMap<RecordId, Sha256> =
        records.iter().map(|(id, bytes)| (id.clone(), Sha256::of(bytes))).collect();
    let state_root = state_root(&hashes);
    let release = NewRelease {
        authority: "preview".to_owned(),
        number: 1,
        issued: now.timestamp(),
        segments: [("common".to_owned(), state_root)].into(),
        state_root: Some(state_root),
        subscription: String::new(),
        mailbox: Mailbox::default(),
    };
    let mut store = Store::open(dir)?;
    store.apply::<StoreError>(&release, |switch| {
        records.iter().try_for_each(|(id, bytes)| switch.put("common", id, bytes))
    })?;
    Ok(store)
}

/// What is read aloud of these pages.
pub fn spoken(pages: &[Leaflet]) -> Vec<&str> {
    pages.iter().flat_map(Leaflet::paragraphs).map(|(_, text)| text).collect()
}

fn receipt_lines(document: Option<&Document>, profile: &Profile) -> anyhow::Result<Vec<String>> {
    let Some(document) = document else { return Ok(vec!["（部门不在内容里，打不了）".to_owned()]) };
    let mut lines = Vec::new();
    for item in lay_out(document, profile)? {
        match item {
            Item::Line(line) => lines.push(placed(&line, profile)),
            Item::Qr(code) => lines.push(format!("［二维码］{}", code.text.lines().next().unwrap_or_default())),
            Item::Barcode(code) => lines.push(format!("［条形码］{}", code.barcode.text())),
            Item::Picture(picture) => lines.push(format!("［图片］{}×{}", picture.width(), picture.height())),
            Item::Feed(n) => lines.extend((0..n).map(|_| String::new())),
            Item::Cut => lines.push("-".repeat(profile.columns)),
        }
    }
    Ok(lines)
}

/// A line of the receipt where it stands on the paper.
fn placed(line: &Line, profile: &Profile) -> String {
    let text = padded(line, profile);
    let free = profile.columns.saturating_sub(text.width());
    let left = match line.align {
        Align::Left => 0,
        Align::Center => free / 2,
        Align::Right => free,
    };
    format!("{}{}", " ".repeat(left), text)
}

fn document(preview: &Preview, script: &Script, receipt: &[String]) -> Value {
    let leaf = |leaf: &Leaf| json!({ "kind": format!("{:?}", leaf.kind), "name": leaf.name, "value": leaf.value, "note": leaf.note });
    let row = |row: &Row| json!({ "group": row.group, "title": row.title, "note": row.note });
    let page = |page: &Leaflet| {
        json!({
            "head": page.head.iter().map(leaf).collect::<Vec<_>>(),
            "questions": page.questions.iter().map(|q| json!({ "text": q.text, "choices": q.choices })).collect::<Vec<_>>(),
            "rows": page.rows.iter().map(row).collect::<Vec<_>>(),
            "body": page.body.iter().map(leaf).collect::<Vec<_>>(),
            "links": page.links.iter().map(row).collect::<Vec<_>>(),
        })
    };
    let spoken: Vec<&str> = script.sentences.iter().map(|s| s.spoken.as_str()).filter(|s| !s.is_empty()).collect();
    json!({
        "record": preview.opened.record.id().as_str(),
        "label": preview.opened.record.label(),
        "screen": preview.pages.iter().map(page).collect::<Vec<_>>(),
        "speech": spoken,
        "receipt": receipt,
    })
}

fn text(preview: &Preview, script: &Script, receipt: &[String]) -> String {
    let record = &preview.opened.record;
    let mut lines = vec![format!("{}（{}）", record.id(), record.label()), String::new(), "== 屏幕 ==".to_owned()];
    for page in &preview.pages {
        screen(page, &mut lines);
    }
    lines.extend([String::new(), "== 朗读 ==".to_owned()]);
    lines.extend(script.sentences.iter().map(|s| s.spoken.clone()).filter(|s| !s.is_empty()));
    lines.extend([String::new(), "== 小票 ==".to_owned()]);
    lines.extend_from_slice(receipt);
    lines.join("\n")
}

fn screen(page: &Leaflet, lines: &mut Vec<String>) {
    lines.extend(page.head.iter().map(leaf_line));
    for question in &page.questions {
        let choices: Vec<String> = question
            .choices
            .iter()
            .enumerate()
            .map(|(i, choice)| if question.chosen.contains(&i) { format!("［{choice}］") } else { choice.clone() })
            .collect();
        lines.push(format!("{}  {}", question.text, choices.join("  ")));
    }
    rows(&page.rows, lines);
    lines.extend(page.body.iter().map(leaf_line));
    rows(&page.links, lines);
}

fn rows(rows: &[Row], lines: &mut Vec<String>) {
    for row in rows {
        if !row.group.is_empty() {
            lines.push(format!("■ {}", row.group));
        }
        let note = if row.note.is_empty() { String::new() } else { format!("  {}", row.note) };
        lines.push(format!("› {}{note}", row.title));
    }
}

fn leaf_line(leaf: &Leaf) -> String {
    let mark = match leaf.kind {
        LeafKind::Title => "# ",
        LeafKind::Banner => "! ",
        LeafKind::Heading => "■ ",
        LeafKind::Subheading => "▪ ",
        LeafKind::Paper => "□ ",
        LeafKind::GroupPaper => "  ○ ",
        LeafKind::Step => "│ ",
        LeafKind::Plan | LeafKind::Picture => "▣ ",
        LeafKind::Lead
        | LeafKind::Fact
        | LeafKind::Field
        | LeafKind::Bar
        | LeafKind::Text
        | LeafKind::Group
        | LeafKind::Note => "",
    };
    let value = if leaf.value.is_empty() { String::new() } else { format!("：{}", leaf.value) };
    let note = if leaf.note.is_empty() { String::new() } else { format!("（{}）", leaf.note) };
    format!("{mark}{}{value}{note}", leaf.name)
}
