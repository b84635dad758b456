//! The office's side: letters that a stick or a server brought are opened, each once, and made readable for people and
//! for tables. It changes nothing of what it reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::seal::{Opener, SEALED_BYTES_MAX, SealError};
use super::signed::Ack;
use super::stick::{MAIL, OUT, SEALED_ENDING};
use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError};
use crate::base::private::Private;
use crate::content::letter::{LetterEntry, LetterError};
use crate::content::participation::SMALL_CELL;
use crate::content::{Letter, LetterKind};

/// Most letters in one folder of one terminal.
const LETTERS_MAX: usize = 200_000;
/// Most terminals on one stick.
const TERMINALS_MAX: usize = 10_000;

/// A letter that was opened.
#[derive(Debug)]
pub struct Opened {
    /// Whose folder it lay in; empty where it lay in none.
    pub terminal: String,
    /// SHA-256 of the sealed bytes.
    pub sha256: Sha256,
    /// What it says.
    pub letter: Private<Letter>,
}

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The file.
    #[error("读不出来")]
    File(#[from] FileError),
    /// The seal.
    #[error("打不开")]
    Seal(#[from] SealError),
    /// What was inside.
    #[error("内容读不懂")]
    Letter(#[from] LetterError),
    /// Its name is another letter's.
    #[error("文件名和里面的编号不一致")]
    Name,
    /// Another letter of this name was opened before.
    #[error("和另一封信同名，内容不同")]
    Twice,
}

/// What lay in a folder.
#[derive(Debug, Default)]
pub struct Collected {
    /// Letters by name, each once.
    pub letters: BTreeMap<String, Opened>,
    /// Files that held a letter that was opened already.
    pub repeated: usize,
    /// Files that were not opened, and why.
    pub failed: Vec<(PathBuf, DeskError)>,
}

impl Collected {
    /// What each terminal's letters are confirmed with.
    pub fn acks(&self) -> Vec<Ack> {
        let mut acks: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for (uuid, opened) in &self.letters {
            acks.entry(&opened.terminal).or_default().push((uuid.clone(), opened.sha256.to_string()));
        }
        let ack = |(terminal, letters): (&str, _)| Ack { terminal: terminal.to_owned(), letters };
        acks.into_iter().filter(|(terminal, _)| !terminal.is_empty()).map(ack).collect()
    }
}

/// Opens every sealed letter of a stick, or of a folder of letters.
pub fn collect(dir: &Path, opener: &Opener) -> Result<Collected, FileError> {
    let mut collected = Collected::default();
    let out = dir.join(MAIL).join(OUT);
    if out.is_dir() {
        for folder in names(&out, TERMINALS_MAX)? {
            let terminal = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            collect_from(&folder, &terminal, opener, &mut collected)?;
        }
    } else {
        collect_from(dir, "", opener, &mut collected)?;
    }
    Ok(collected)
}

fn collect_from(folder: &Path, terminal: &str, opener: &Opener, into: &mut Collected) -> Result<(), FileError> {
    if !folder.is_dir() {
        return Ok(());
    }
    let is_letter = |path: &PathBuf| path.extension().is_some_and(|ending| ending == SEALED_ENDING);
    for path in names(folder, LETTERS_MAX)?.into_iter().filter(is_letter) {
        match open(&path, terminal, opener) {
            Ok((uuid, opened)) => match into.letters.get(&uuid) {
                Some(known) if known.sha256 == opened.sha256 => into.repeated += 1,
                Some(_) => into.failed.push((path, DeskError::Twice)),
                None => {
                    into.letters.insert(uuid, opened);
                }
            },
            Err(error) => into.failed.push((path, error)),
        }
    }
    Ok(())
}

fn open(path: &Path, terminal: &str, opener: &Opener) -> Result<(String, Opened), DeskError> {
    let sealed = durable::read(path, SEALED_BYTES_MAX as u64)?;
    let letter = Private::new(Letter::parse(opener.open(&sealed)?.reveal())?);
    let uuid = letter.reveal().uuid.clone();
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(uuid.as_str()) {
        return Err(DeskError::Name);
    }
    Ok((uuid, Opened { terminal: terminal.to_owned(), sha256: Sha256::of(&sealed), letter }))
}

/// What lies in a folder, in order, so that two runs say the same.
fn names(folder: &Path, most: usize) -> Result<Vec<PathBuf>, FileError> {
    let fail = |source| FileError::new("列出", folder, source);
    let entries = std::fs::read_dir(folder).map_err(fail)?;
    let mut paths =
        entries.take(most).map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>().map_err(fail)?;
    paths.sort();
    Ok(paths)
}

/// A letter as a page to print: everything in it, nothing from outside, no script.
pub fn page(letter: &Letter) -> String {
    let row = |label: &str, text: &str| {
        format!("<tr><th>{}</th><td>{}</td></tr>\n", escaped(label), escaped(text).replace('\n', "<br>"))
    };
    let mut rows = String::new();
    for (label, text) in facts(letter) {
        rows.push_str(&row(label, &text));
    }
    let mut entries = String::new();
    for entry in &letter.entries {
        let label = match entry.copy {
            0 => entry.label.clone(),
            n => format!("{}（第{}份）", entry.label, n + 1),
        };
        match drawing(entry) {
            Some(svg) => entries.push_str(&format!("<tr><th>{}</th><td>{svg}</td></tr>\n", escaped(&label))),
            None => entries.push_str(&row(&label, &entry.text)),
        }
    }
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><h1>{title}</h1>\n<table>\n{rows}</table>\n<h2>填写内容</h2>\n<table>\n{entries}</table>\n</body></html>\n",
        title = escaped(&letter.title),
    )
}

const STYLE: &str = "@page{size:A4;margin:18mm}body{font:12pt/1.6 serif}h1{font-size:18pt;text-align:center}\
    table{width:100%;border-collapse:collapse;margin-bottom:8mm}th,td{border:.3mm solid #000;padding:2mm 3mm;\
    text-align:left;vertical-align:top}th{width:34%;font-weight:normal}svg{width:60mm;height:30mm}";

/// What is known of a letter besides its entries, as a clerk reads it.
pub fn facts(letter: &Letter) -> Vec<(&'static str, String)> {
    let mut facts = vec![("种类", letter.kind.clone())];
    let more = [
        ("编号", letter.number.clone()),
        ("提交时间", Some(letter.at.clone())),
        ("最迟答复日", letter.due.clone()),
        ("代填人员", letter.helper.clone()),
        ("受理单位", Some(letter.org.clone())),
        ("对应内容", Some(letter.record.clone())),
        ("内容版本", Some(format!("第{}次发布", letter.release))),
        ("终端", Some(letter.terminal.clone())),
    ];
    facts
        .extend(more.into_iter().filter_map(|(label, text)| Some((label, text?))).filter(|(_, text)| !text.is_empty()));
    facts
}

/// How often an option was chosen, over all letters that nobody waits an answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What sort of letters.
    pub kind: LetterKind,
    /// The survey or the page.
    pub record: String,
    /// Its title.
    pub title: String,
    /// The question.
    pub question: String,
    /// The option; empty for a count.
    pub option: String,
    /// How often.
    pub n: u64,
    /// Few chose it, or from it one could reckon what few chose.
    pub is_hidden: bool,
}

impl Tally {
    /// The count as it may leave the desk: few are not told, because who they were might be guessed.
    pub fn shown(&self) -> String {
        if self.is_hidden { "不显示".to_owned() } else { self.n.to_string() }
    }
}

/// The line that says how many letters there are.
const LETTERS: &str = "份数";

/// Surveys, ratings and counts of all letters together, with how many letters there are of each. A choice is an entry
/// with its key in `value`; what somebody wrote in their own words is not counted.
pub fn tallies(collected: &Collected) -> Vec<Tally> {
    let mut tallies: BTreeMap<TallyKey, Tally> = BTreeMap::new();
    for opened in collected.letters.values() {
        let letter = opened.letter.reveal();
        let Some(kind) = letter.letter_kind().filter(|kind| !kind.is_answered()) else { continue };
        // The reason is a letter of its own, but not another rating.
        let is_whole = kind == LetterKind::Survey || letter.entries.iter().any(|entry| entry.id == LEVEL);
        if is_whole {
            let key = (kind, letter.record.clone(), String::new(), String::new());
            add(&mut tallies, key, letter, LETTERS, 1);
        }
        for entry in &letter.entries {
            let (option, n) = match (kind, entry.value.is_empty()) {
                (LetterKind::Counts, _) => (String::new(), entry.text.parse().unwrap_or(0)),
                (_, false) => (entry.text.clone(), 1),
                (_, true) => continue,
            };
            let key = (kind, letter.record.clone(), entry.id.clone(), option);
            add(&mut tallies, key, letter, &entry.label, n);
        }
    }
    hide_few(&mut tallies);
    tallies.into_values().collect()
}

/// Sort of letter, record, question, option.
type TallyKey = (LetterKind, String, String, String);

/// The question of a rating.
const LEVEL: &str = "level";

fn add(tallies: &mut BTreeMap<TallyKey, Tally>, key: TallyKey, letter: &Letter, question: &str, n: u64) {
    let (kind, record, _, option) = key.clone();
    let (title, question) = (letter.title.clone(), question.to_owned());
    let fresh = || Tally { kind, record, title, question, option, n: 0, is_hidden: false };
    let tally = tallies.entry(key).or_insert_with(fresh);
    tally.n = tally.n.saturating_add(n);
}

/// Hides what few chose. Where that is one option of a question, its count could be reckoned from the others and the
/// number of letters, so the next smallest goes with it.
fn hide_few(tallies: &mut BTreeMap<TallyKey, Tally>) {
    let mut questions: BTreeMap<(LetterKind, String, String), Vec<&mut Tally>> = BTreeMap::new();
    for ((kind, record, question, _), tally) in tallies {
        tally.is_hidden = tally.n < u64::from(SMALL_CELL);
        questions.entry((*kind, record.clone(), question.clone())).or_default().push(tally);
    }
    for mut options in questions.into_values() {
        let hidden = options.iter().filter(|tally| tally.is_hidden).count();
        let next = options.iter_mut().filter(|tally| !tally.is_hidden).min_by_key(|tally| tally.n);
        if let (1, Some(next)) = (hidden, next) {
            next.is_hidden = true;
        }
    }
}

/// A signature as a drawing.
fn drawing(entry: &LetterEntry) -> Option<String> {
    let stroke = |points: &Vec<(u16, u16)>| {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        format!("<polyline points=\"{}\"/>", points.join(" "))
    };
    entry.strokes().map(|strokes| {
        let strokes: String = strokes.iter().map(stroke).collect();
        format!("<svg viewBox=\"0 0 1000 1000\" fill=\"none\" stroke=\"#000\" stroke-width=\"12\">{strokes}</svg>")
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
#[path = "desk/tests.rs"]
mod tests;
