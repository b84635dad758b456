//! The pinyin keyboard and the handwriting pad from the command line: `kiosk type` and `kiosk ink`.
//! What is entered is answered and forgotten.

use std::io::{self, BufRead, Read};

use anyhow::bail;
use civic_kiosk::app::finder;
use civic_kiosk::input::ink::{Ink, Point};
use civic_kiosk::input::{Decoder, Lexicon};
use civic_kiosk::store::{Store, StoreError};
use serde_json::{Value, json};

use crate::Common;
use crate::out::{self, Outcome};

/// Longest line that is kept, in bytes; the rest of a longer one is thrown away.
const LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

#[derive(clap::Args)]
pub struct TypeArgs {
    /// Letters a to z.
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin", help = "拼音字母")]
    pinyin: Option<String>,
    /// One pinyin a line; one JSON array a line comes back.
    #[arg(long, help = "从标准输入读，每行一串字母，每行回一个 JSON 数组")]
    stdin: bool,
    /// How many candidates at most.
    #[arg(long, default_value_t = 8, help = "最多列出几个候选")]
    limit: usize,
}

#[derive(clap::Args)]
pub struct InkArgs {
    /// One JSON array of strokes a line, each an array of points `[x, y]`; one JSON array of characters comes back.
    #[arg(long, required = true, help = "从标准输入读，每行一个字的笔画 [[[x,y],…],…]，每行回一个 JSON 数组")]
    stdin: bool,
    /// How many candidates at most.
    #[arg(long, default_value_t = 8, help = "最多列出几个候选")]
    limit: usize,
}

/// Candidates of the pinyin keyboard, with the hall's own words when there are some.
pub fn pinyin(common: &Common, args: TypeArgs) -> anyhow::Result<Outcome> {
    let findables = match Store::open_read_only(&common.settings()?.0.state_dir) {
        Err(StoreError::Missing(_)) => None,
        store => store?.findables()?,
    };
    let own = findables.as_ref().map(finder::own_words).unwrap_or_default();
    let decoder = Decoder::new(Lexicon::new(&own));
    if !decoder.is_complete() {
        out::message("编译时没有拼音词库，只能输入单字和本大厅的词语");
    }
    let find = |letters: &str| -> Value {
        let candidates = decoder.candidates(letters, args.limit).into_iter();
        candidates.map(|candidate| json!({ "text": candidate.text, "consumed": candidate.consumed })).collect()
    };
    let Some(letters) = args.pinyin else { return each_line(|line| Ok(find(line))) };
    let found = find(&letters);
    out::answer(common.json, &found, || {
        let texts: Vec<&str> = found.as_array().into_iter().flatten().filter_map(|c| c.get("text")?.as_str()).collect();
        if texts.is_empty() { "没有候选".to_owned() } else { texts.join("  ") }
    });
    Ok(Outcome::Done)
}

/// Characters that strokes look like.
pub fn ink(args: &InkArgs) -> anyhow::Result<Outcome> {
    let Some(ink) = Ink::new() else { bail!("编译时没有笔画数据，手写板不可用") };
    each_line(|line| {
        let strokes: Vec<Vec<Point>> = match serde_json::from_str(line) {
            Ok(strokes) => strokes,
            Err(_) => bail!("每行应是一个字的笔画：[[[x,y],…],…]"),
        };
        Ok(ink.recognise(&strokes, args.limit).into_iter().map(String::from).collect())
    })
}

/// Answers each line of stdin with one line.
pub fn each_line(answer: impl Fn(&str) -> anyhow::Result<Value>) -> anyhow::Result<Outcome> {
    let mut stdin = io::stdin().lock();
    while let Some(line) = next_line(&mut stdin)? {
        out::answer(true, &answer(&line)?, String::new);
    }
    Ok(Outcome::Done)
}

/// The beginning of the next line; bytes that are no text become `\u{FFFD}`, which matches nothing.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned()))
}
