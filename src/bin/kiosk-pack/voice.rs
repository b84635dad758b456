//! The sentences of the content as sound: `kiosk-pack voice`. Only what is new or has changed is made.
//! It reads the office's files and writes clips only; terminals are given the folder by `voice.clips` in their settings.

use std::path::PathBuf;

#[cfg(feature = "neural")]
use anyhow::Context;
#[cfg(feature = "neural")]
use civic_kiosk::author::check_hall;
#[cfg(feature = "neural")]
use civic_kiosk::base::clock::{Clock, SystemClock};
#[cfg(feature = "neural")]
use civic_kiosk::speech::Script;
#[cfg(feature = "neural")]
use civic_kiosk::speech::phonemes::{Phonemizer, WITHOUT_TABLES};
#[cfg(feature = "neural")]
use civic_kiosk::speech::voice::neural::{Speller, fill::Filler};
#[cfg(feature = "neural")]
use serde_json::json;

use crate::out::Outcome;
#[cfg(feature = "neural")]
use crate::{out, preview};

#[derive(clap::Args)]
pub struct Args {
    /// The hall's content files.
    #[arg(help = "内容文件夹")]
    content: PathBuf,
    /// The folder that gets the clips.
    #[arg(long, value_name = "DIR", help = "录音片段写到这个文件夹")]
    out: PathBuf,
    /// The folder of the neural voice, as deploy/voice/setup.sh prints it.
    #[arg(long, value_name = "DIR", help = "语音数据的文件夹（deploy/voice/setup.sh 会显示）")]
    files: PathBuf,
    /// Who speaks.
    #[arg(long, value_name = "NAME", default_value = "zf_xiaobei", help = "用哪个声音")]
    voice: String,
    /// Only records whose id begins like this, such as guide/.
    #[arg(long, value_name = "PREFIX", default_value = "", help = "只做编号这样开头的内容，例如 guide/")]
    only: String,
    /// Remove clips that no sentence needs any more.
    #[arg(long, help = "删去内容里已经没有的录音片段")]
    prune: bool,
}

#[cfg(feature = "neural")]
pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    use std::sync::Arc;

    let now = SystemClock::new().local();
    let reading = check_hall(&args.content, now.date());
    let phonemizer = Phonemizer::built_in().context(WITHOUT_TABLES)?;
    let spell: Speller = Arc::new(|text: &str| phonemizer.say(text).symbols);
    let mut filler = Filler::new(&args.files, &args.out, &[], &args.voice, spell);
    let records: Vec<_> = preview::all(&reading, &now, &args.only)?;
    let total = records.len();
    for (done, pages) in records.into_iter().enumerate() {
        let script = Script::of_lines(&preview::spoken(&pages));
        for sentence in script.sentences.iter().filter(|sentence| !sentence.spoken.is_empty()) {
            filler.add(&sentence.spoken)?;
        }
        let filled = filler.filled();
        out::progress(&format!("{}/{total} 条内容，新做 {} 段，已有 {} 段", done + 1, filled.made, filled.kept));
    }
    out::progress_end();
    let removed = if args.prune { filler.prune(&args.out)? } else { 0 };
    let filled = filler.filled();
    let document = json!({
        "records": total, "made": filled.made, "kept": filled.kept, "mute": filled.mute, "removed": removed,
    });
    out::answer(json, &document, || {
        format!("新做 {} 段，已有 {} 段，删去 {removed} 段：{}", filled.made, filled.kept, args.out.display())
    });
    Ok(Outcome::Done)
}

#[cfg(not(feature = "neural"))]
pub fn run(_: bool, _: Args) -> anyhow::Result<Outcome> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.into())
}
