//! The norms of a voice, `kiosk-pack voice-norms`: made once for each voice of a model, they travel with its files.
//! Without them the voice speaks as well, but only a whole piece at a time, which takes longer to be heard.
#![cfg_attr(not(feature = "neural"), allow(dead_code))]

use std::path::PathBuf;

use crate::out::Outcome;

#[derive(clap::Args)]
pub struct Args {
    /// The folder of the neural voice.
    #[arg(long, value_name = "DIR", help = "语音数据的文件夹")]
    files: PathBuf,
    /// Whose norms; as the model names its voices, those whose name begins with z speak Mandarin, the others English.
    #[arg(long, value_name = "NAME", help = "哪个声音")]
    voice: String,
    /// The file that gets them.
    #[arg(long, value_name = "FILE", help = "写到这个文件")]
    to: PathBuf,
}

#[cfg(feature = "neural")]
pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    use civic_kiosk::base::durable;
    use civic_kiosk::speech::Script;
    use civic_kiosk::speech::phonemes::{Pronunciation, WITHOUT_TABLES};
    use civic_kiosk::speech::voice::Rate;
    use civic_kiosk::speech::voice::neural::{Cast, model::Recorder, norms, of_sentence};
    use serde_json::json;

    use crate::out;

    if !Pronunciation::has_tables() {
        anyhow::bail!(WITHOUT_TABLES);
    }
    let spell = Pronunciation::default().symbols();
    let cast = Cast { english: Some(args.voice.clone()), ..Cast::of(&args.voice) };
    let script = if args.voice.starts_with('z') {
        Script::of_lines(&norms::MANDARIN)
    } else {
        Script::of_lines(&norms::ENGLISH)
    };
    let pieces = script.sentences.iter().flat_map(|sentence| of_sentence(sentence, &cast, Rate::NORMAL, &spell));
    let norms = Recorder::open(&args.files)?.norms(&pieces.collect::<Vec<_>>())?;
    durable::write(&args.to, &norms)?;
    let document = json!({ "file": args.to, "bytes": norms.len() });
    out::answer(json, &document, || format!("已写入 {}，{} 字节", args.to.display(), norms.len()));
    Ok(Outcome::Done)
}

#[cfg(not(feature = "neural"))]
pub fn run(_: bool, _: Args) -> anyhow::Result<Outcome> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.into())
}
