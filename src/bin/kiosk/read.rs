//! What would be spoken: `kiosk read`.
//! It speaks nothing and opens no sound device.

use std::io::{self, BufRead, Read};

use civic_kiosk::app::leaflet::{Around, Leaflet};
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Answers;
use civic_kiosk::speech::{Paragraph, Script};
use serde_json::{Value, json};

use crate::Common;
use crate::out::{self, Outcome};
use crate::{record, values};

/// Longest line of `--stdin`, in bytes.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Args {
    /// The text to read.
    #[arg(long, help = "要朗读的文字")]
    text: Option<String>,
    /// The record to read, such as guide/elder-card.
    #[arg(long, value_name = "ID", value_parser = values::guide, help = "要朗读的内容，例如 guide/elder-card 或 policy/某文件")]
    record: Option<RecordId>,
    /// One text a line on stdin, one JSON array a line on stdout.
    #[arg(long, help = "从标准输入读，每行一段，每行回一个 JSON 数组")]
    stdin: bool,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    if args.stdin {
        return answer_lines();
    }
    let paragraphs = match (args.text, args.record) {
        (Some(text), _) => vec![text],
        (None, Some(id)) => record_paragraphs(common, &id)?,
        (None, None) => Vec::new(),
    };
    let script = Script::of_lines(&paragraphs);
    let lines = || script.sentences.iter().map(|s| s.spoken.as_str()).collect::<Vec<_>>().join("\n");
    out::answer(common.json, &document(&script), lines);
    Ok(Outcome::Done)
}

/// Answers line by line and keeps running until stdin ends.
fn answer_lines() -> anyhow::Result<Outcome> {
    let mut stdin = io::stdin().lock();
    loop {
        let mut line = Vec::new();
        if stdin.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
            return Ok(Outcome::Done);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let script = Script::of(&[Paragraph::of(text)]);
        out::answer(true, &document(&script), String::new);
    }
}

/// One object a sentence; offsets are characters of its paragraph.
fn document(script: &Script) -> Value {
    let sentence = |s: &civic_kiosk::speech::Sentence| {
        json!({
            "spoken": s.spoken,
            "display_start": s.start,
            "display_end": s.end,
            "paragraph": s.paragraph,
            "language": s.diction.language.tag(),
        })
    };
    Value::Array(script.sentences.iter().map(sentence).collect())
}

/// The paragraphs of a record as they are shown.
pub fn record_paragraphs(common: &Common, id: &RecordId) -> anyhow::Result<Vec<String>> {
    let (hall, opened) = record::opened(common, id)?;
    let today = SystemClock::new().local().date();
    let around = Around { hall: &hall, today, opened: &opened, part: 0 };
    let parts = Leaflet::parts_of_record(&around, &Answers::default());
    Ok(parts.iter().flat_map(Leaflet::paragraphs).map(|(_, text)| text.to_owned()).collect())
}
