//! The sentences of the content as sound: `kiosk-pack voice`. Only what is new or has changed is made.
//! It reads the office's files and writes clips only; `kiosk-pack build --voice` takes them along.
#![cfg_attr(not(feature = "neural"), allow(dead_code, unused_imports))]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use civic_kiosk::release::NewBlob;

use crate::out::Outcome;

/// Which clips belong to which record: written beside them, read when a release takes them along.
const LIST: &str = "clips.json";

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
    /// Who reads English in the content.
    #[arg(long, value_name = "NAME", default_value = "af_heart", help = "英文用哪个声音")]
    english: String,
    /// Only records whose id begins like this, such as guide/.
    #[arg(long, value_name = "PREFIX", default_value = "", help = "只做编号这样开头的内容，例如 guide/")]
    only: String,
    /// Remove clips that no sentence needs any more.
    #[arg(long, help = "删去内容里已经没有的录音片段")]
    prune: bool,
}

#[cfg(feature = "neural")]
pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    use std::ops::ControlFlow;

    use civic_kiosk::app::recital::{Extent, recite};
    use civic_kiosk::author::check_hall;
    use civic_kiosk::base::clock::{Clock, SystemClock};
    use civic_kiosk::base::durable;
    use civic_kiosk::speech::phonemes::{Pronunciation, WITHOUT_TABLES};
    use civic_kiosk::speech::voice::neural::{Cast, files::VoiceFiles, fill::Filler, has_english};
    use serde_json::json;

    use crate::{out, preview};

    if !Pronunciation::has_tables() {
        anyhow::bail!(WITHOUT_TABLES);
    }
    let now = SystemClock::new().local();
    let reading = check_hall(&args.content, now.date());
    let (_scratch, store) = preview::stored(&reading, &now)?;
    let words = Pronunciation::default();
    words.learn(store.pronounced()?);
    let has_english = has_english() && VoiceFiles::open(&args.files)?.voices().contains(&args.english.as_str());
    let cast = Cast { english: has_english.then_some(args.english), ..Cast::of(&args.voice) };
    let mut filler = Filler::new(&args.files, &args.out, &[], cast, words.symbols());
    let mut records: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for extent in [Extent::Beginnings, Extent::Rest] {
        recite(&store, now.date(), extent, |id, sentence| {
            if id.as_str().starts_with(&args.only) {
                records.entry(id.to_string()).or_default().extend(filler.want(sentence));
            }
            ControlFlow::Continue(())
        })?;
    }
    if args.prune {
        filler.prune()?;
    }
    let missing = filler.missing();
    filler.make(|filled| {
        out::progress(&format!("新做 {}/{missing} 段，已有 {} 段", filled.made, filled.kept));
        ControlFlow::Continue(())
    })?;
    out::progress_end();
    let list = serde_json::to_vec(&records)?;
    durable::write(&args.out.join(LIST), &list)?;
    let (filled, records) = (filler.filled(), records.len());
    let document = json!({
        "records": records, "made": filled.made, "kept": filled.kept, "mute": filled.mute, "removed": filled.removed,
    });
    out::answer(json, &document, || {
        let (made, kept, removed) = (filled.made, filled.kept, filled.removed);
        format!("{records}条内容：新做 {made} 段，已有 {kept} 段，删去 {removed} 段：{}", args.out.display())
    });
    Ok(Outcome::Done)
}

#[cfg(not(feature = "neural"))]
pub fn run(_: bool, _: Args) -> anyhow::Result<Outcome> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.into())
}

/// The clips of a folder as files of a release, one for each record, and how many records found no room in
/// `limit_bytes`. A sound that two records have comes with the first of them.
#[cfg(feature = "neural")]
pub fn carried(folder: &Path, limit_bytes: u64) -> anyhow::Result<(Vec<NewBlob>, usize)> {
    use anyhow::Context;
    use civic_kiosk::base::digest::Sha256;
    use civic_kiosk::base::durable;
    use civic_kiosk::speech::voice::neural::carried::{MEDIA, pack};
    use civic_kiosk::speech::voice::neural::clips::bytes_in;

    const LIST_BYTES_MAX: u64 = 256 << 20;
    let list = durable::read(&folder.join(LIST), LIST_BYTES_MAX).context("录音文件夹不是 kiosk-pack voice 做的")?;
    let list: BTreeMap<String, BTreeSet<String>> = serde_json::from_slice(&list).context("录音清单读不懂")?;
    let (mut blobs, mut bytes, mut without_room) = (Vec::new(), 0, 0);
    let mut packed = BTreeSet::new();
    for keys in list.into_values() {
        let clip = |key: &String| Some((Sha256::parse(key).ok()?, bytes_in(folder, key)?));
        let clips: BTreeMap<Sha256, Vec<u8>> =
            keys.iter().filter(|key| !packed.contains(*key)).filter_map(clip).collect();
        let Some(file) = pack(&clips) else { continue };
        if bytes + file.len() as u64 > limit_bytes {
            without_room += 1;
            continue;
        }
        bytes += file.len() as u64;
        packed.extend(keys);
        blobs.push(NewBlob { media: MEDIA.to_owned(), bytes: file });
    }
    Ok((blobs, without_room))
}

#[cfg(not(feature = "neural"))]
pub fn carried(_: &Path, _: u64) -> anyhow::Result<(Vec<NewBlob>, usize)> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.into())
}
