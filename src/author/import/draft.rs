//! From a row of the item sheet to a draft guide: TOML for an office clerk to go through.
//! It fills in only what the row says; the rest is marked 待补, and no word of the row is left out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Imported;
use super::cells::{day, items, one_line};
use super::draft_parts::{Paper, basis, limit, only_phone, paper, points, steps, terms, visits};
use super::header::normal;
use super::rows::Row;

/// Longest file name that is made of a code.
const NAME_CHARS_MAX: usize = 64;

const KINDS: &[(&str, &[&str])] = &[
    ("行政许可", &[]),
    ("行政给付", &[]),
    ("行政确认", &[]),
    ("行政奖励", &[]),
    ("行政裁决", &[]),
    ("其他行政权力", &["其它行政权力", "其他权力", "其他类"]),
    ("公共服务", &["公共服务事项"]),
];
const LEVELS: &[(&str, &[&str])] = &[
    ("国家级", &["国家"]),
    ("省级", &["省"]),
    ("市级", &["市", "设区的市级", "地市级"]),
    ("县级", &["县", "区级", "县区级", "区县级"]),
    ("乡级", &["乡", "镇级", "乡镇级", "镇街级", "街道级", "乡镇街道级"]),
    ("村级", &["村", "村社区级"]),
];
const HANDLINGS: &[(&str, &[&str])] = &[("即办件", &["即办"]), ("承诺件", &["承诺办件"])];
const CHANNELS: &[(&str, &[&str])] = &[
    ("窗口办理", &["窗口", "现场办理", "线下办理", "窗口申请"]),
    ("网上办理", &["网上", "网办", "线上办理", "网上申请", "在线办理"]),
    ("邮寄办理", &["邮寄", "快递办理", "快递申请", "信函办理", "邮寄申请"]),
    ("自助终端办理", &["自助终端", "自助办理"]),
    ("代办", &["帮办代办", "代办服务"]),
];

/// A draft guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The file's name without `.toml`, and the guide's id.
    pub name: String,
    /// The row that it was made of.
    pub row: u32,
    /// The file.
    pub text: String,
}

/// The drafts of an imported item sheet, one a row.
pub fn drafts(imported: &Imported) -> Vec<Draft> {
    let mut names = BTreeSet::new();
    let mut drafts = Vec::new();
    for (index, row) in imported.rows.iter().enumerate() {
        let item = Item { imported, row };
        let mut name = slug(item.get("code"));
        if name.is_empty() || !names.insert(name.clone()) {
            name = format!("item-{:03}", index + 1);
            names.insert(name.clone());
        }
        drafts.push(Draft { text: write(&item, &name), row: row.number, name });
    }
    drafts
}

/// A code as a file name.
fn slug(code: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let name: String = code.to_lowercase().chars().filter(|c| plain(*c)).take(NAME_CHARS_MAX).collect();
    name.trim_matches('-').to_owned()
}

struct Item<'a> {
    imported: &'a Imported,
    row: &'a Row,
}

impl<'a> Item<'a> {
    fn get(&self, key: &str) -> &'a str {
        self.at(key).and_then(|at| self.row.cells.get(at)).map_or("", String::as_str)
    }

    fn heading(&self, key: &str) -> &'a str {
        self.at(key).and_then(|at| self.imported.headings.get(at)).map_or("", String::as_str)
    }

    fn at(&self, key: &str) -> Option<usize> {
        self.imported.keys.iter().position(|known| known == key)
    }
}

fn write(item: &Item<'_>, name: &str) -> String {
    let mut draft = Toml::default();
    let sheet = &item.imported.report.sheet;
    let place = if sheet.is_empty() { String::new() } else { format!("“{sheet}”表") };
    draft.comment(&format!("草稿：由{place}第{}行导入。请逐项核对，补齐“待补”的地方，再删去注释。", item.row.number));
    let code = item.get("code");
    if !code.is_empty() {
        draft.comment(&format!("实施编码：{code}"));
    }
    draft.text("id", name);
    draft.text("title", item.get("title"));
    draft.missing("plain", "一句大白话，40字以内");
    let org = if item.get("org").is_empty() { item.get("publisher") } else { item.get("org") };
    draft.missing("org", &format!("机构编号，见 orgs.csv；表中写的是“{}”", one_line(org)));
    facts(item, &mut draft);
    for group in [papers, way, fee, contact, law] {
        draft.line("");
        group(item, &mut draft);
    }
    rest(item, &mut draft);
    draft.out
}

/// The keys that come before any section.
fn facts(item: &Item<'_>, draft: &mut Toml) {
    let one = |draft: &mut Toml, key, known, hint: &str| match terms(item.get(key), known).as_deref() {
        Some([term]) => draft.text(key, term),
        Some(_) | None => draft.missing(key, hint),
    };
    one(draft, "kind", KINDS, "行政许可、行政给付、行政确认、行政奖励、行政裁决、其他行政权力、公共服务 之一");
    match terms(item.get("levels"), LEVELS) {
        Some(levels) => draft.texts("levels", &levels),
        None => draft.missing("levels", "国家级、省级、市级、县级、乡级、村级，可以有几个"),
    }
    one(draft, "handling", HANDLINGS, "即办件 或 承诺件");
    match items(item.get("for_whom")).as_slice() {
        [] => draft.missing("for_whom", "自然人、企业法人等"),
        whom => draft.texts("for_whom", whom),
    }
    for key in ["legal_limit", "promise_limit"] {
        match limit(item.get(key), item.heading(key)) {
            Some((n, unit)) => draft.line(&format!("{key} = {{ n = {n}, unit = {} }}", quoted(unit))),
            None => draft.missing(key, "写成 { n = 5, unit = \"工作日\" }，当场办结 n 写 0"),
        }
    }
    match visits(item.get("visits")) {
        Some(n) => draft.line(&format!("visits = {n}")),
        None => draft.missing("visits", "要到现场几次"),
    }
    match terms(item.get("channels"), CHANNELS) {
        Some(channels) => draft.texts("channels", &channels),
        None => draft.missing("channels", "窗口办理、网上办理、邮寄办理、自助终端办理、代办，可以有几个"),
    }
    draft.text_or_missing("scope", item.get("scope"), "在哪里能办");
    match points(item.get("conditions")).as_slice() {
        [] => draft.missing("conditions", "谁能办，一个条件一条"),
        conditions => draft.texts("conditions", conditions),
    }
    let url = one_line(item.get("url"));
    if url.starts_with("https://") {
        draft.text("url", &url);
    }
    match day(item.get("published")) {
        Some(day) => draft.text("published", &day),
        None => draft.missing("published", "发布日期，写成 \"2026-03-01\""),
    }
    draft.missing("reviewed_by", "谁核对的");
}

fn papers(item: &Item<'_>, draft: &mut Toml) {
    let points = points(item.get("materials"));
    if points.is_empty() {
        draft.comment("待补：[[material]] 一份材料一段");
    }
    for (n, point) in (1..).zip(&points) {
        let Paper { name, form, originals, copies, source, need } = paper(point);
        draft.section("[[material]]");
        draft.text("id", &format!("m{n}"));
        draft.text("name", &name);
        match form {
            Some(form) => draft.text("form", form),
            None => draft.missing("form", "原件、复印件、原件和复印件、电子 之一"),
        }
        let wants = |word: &str| form.is_none_or(|form| form.contains(word));
        for (key, count, is_wanted) in
            [("originals", originals, form != Some("复印件") && wants("原件")), ("copies", copies, wants("复印件"))]
        {
            match count {
                Some(count) => draft.line(&format!("{key} = {count}")),
                None if is_wanted => draft.missing(key, "几份"),
                None => {}
            }
        }
        match source {
            Some(source) => draft.text("source", source),
            None => draft.missing("source", "从哪里来，如 申请人自备、公安机关核发"),
        }
        match need {
            Some(need) => draft.text("need", need),
            None => draft.missing("need", "必要、非必要 或 容缺"),
        }
    }
}

fn way(item: &Item<'_>, draft: &mut Toml) {
    let steps = steps(item.get("steps"));
    if steps.is_empty() {
        draft.comment("待补：[[step]] 一步一段");
    }
    for (name, what) in steps {
        draft.section("[[step]]");
        draft.text_or_missing("name", &name, "这一步叫什么");
        draft.missing("who", "谁来做");
        draft.text("what", &what);
        draft.missing("time", "多久");
    }
}

fn fee(item: &Item<'_>, draft: &mut Toml) {
    draft.section("[fee]");
    let charged = match normal(item.get("charged")).as_str() {
        "是" | "收费" | "有" => Some(true),
        "否" | "不收费" | "免费" | "无" => Some(false),
        _ => None,
    };
    match charged {
        Some(true) => {
            draft.line("charged = true");
            draft.text_or_missing("standard", item.get("fee_standard"), "收多少");
            draft.text_or_missing("basis", item.get("fee_basis"), "按什么规定收");
        }
        Some(false) => draft.line("charged = false"),
        None => draft.missing("charged", "true 或 false；收费的还要写 standard 和 basis"),
    }
    draft.line("");
    draft.section("[outcome]");
    draft.text_or_missing("name", item.get("outcome"), "办完得到什么");
    match items(item.get("delivery")).as_slice() {
        [] => draft.missing("delivery", "怎么拿，如 [\"窗口领取\"]"),
        delivery => draft.texts("delivery", delivery),
    }
}

fn contact(item: &Item<'_>, draft: &mut Toml) {
    draft.section("[contact]");
    for (key, hint) in [("consult", "咨询电话"), ("complain", "投诉电话")] {
        match only_phone(item.get(key)) {
            Some(phone) => draft.text(key, &phone),
            None => draft.missing(key, hint),
        }
    }
    draft.missing("windows", "窗口编号，见 windows.csv，如 [\"w01\"]");
}

fn law(item: &Item<'_>, draft: &mut Toml) {
    let points = points(item.get("basis"));
    if points.is_empty() {
        draft.comment("待补：[[basis]] 设定依据");
    }
    for point in points {
        draft.section("[[basis]]");
        match basis(&point) {
            Some((title, number, article)) => {
                draft.text("title", &title);
                for (key, value) in [("number", &number), ("article", &article)] {
                    if !value.is_empty() {
                        draft.text(key, value);
                    }
                }
                draft.text("text", &point);
            }
            None => draft.text("title", &point),
        }
    }
}

/// Every cell whose words are not in the draft as they stand in the sheet.
fn rest(item: &Item<'_>, draft: &mut Toml) {
    let cells = item.imported.headings.iter().zip(&item.row.cells);
    let extras = item.row.extras.iter().map(|(heading, text)| (heading, text));
    let mut has_begun = false;
    for (heading, text) in cells.chain(extras) {
        if text.is_empty() || draft.values.contains(&squeezed(text)) {
            continue;
        }
        if !std::mem::replace(&mut has_begun, true) {
            draft.line("");
            draft.comment("原表中的写法，核对用：");
        }
        draft.comment(&format!("{heading}：{text}"));
    }
}

/// Text without spaces and line breaks, to tell whether two say the same words.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A TOML file while it is written, and the values in it.
#[derive(Default)]
struct Toml {
    out: String,
    values: BTreeSet<String>,
}

impl Toml {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.out, "# {line}");
        }
    }

    fn missing(&mut self, key: &str, hint: &str) {
        self.comment(&format!("待补：{key}（{hint}）"));
    }

    /// Sections stand apart by an empty line.
    fn section(&mut self, head: &str) {
        if !self.out.ends_with("\n\n") {
            self.line("");
        }
        self.line(head);
    }

    fn text(&mut self, key: &str, value: &str) {
        let value = one_line(value);
        let _ = writeln!(self.out, "{key} = {}", quoted(&value));
        self.values.insert(squeezed(&value));
    }

    fn text_or_missing(&mut self, key: &str, value: &str, hint: &str) {
        if value.is_empty() { self.missing(key, hint) } else { self.text(key, value) }
    }

    fn texts(&mut self, key: &str, values: &[impl AsRef<str>]) {
        let list: Vec<String> = values.iter().map(|value| quoted(value.as_ref())).collect();
        let _ = writeln!(self.out, "{key} = [{}]", list.join(", "));
        self.values.extend(values.iter().map(|value| squeezed(value.as_ref())));
    }
}

/// A basic string of TOML.
fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
