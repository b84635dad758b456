//! Says a text or a record, or writes it as a WAV file: `kiosk say`.
//! A file is made by the neural voice alone; aloud it is said by whatever voice the terminal has.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::bail;
use civic_kiosk::base::clock::{Clock, SystemClock};
#[cfg(feature = "neural")]
use civic_kiosk::base::durable;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::config::Config;
use civic_kiosk::speech::phonemes::{Pronunciation, WITHOUT_TABLES};
use civic_kiosk::speech::voice::Rate;
use civic_kiosk::speech::{Player, PlayerEvent, Script, Volume};
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::{read, values, voice};

/// Longest wait for the next sign of life of a voice; its own watchdogs are faster.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub struct Args {
    /// The text to say.
    #[arg(long, required_unless_present = "record", conflicts_with = "record", help = "要朗读的文字")]
    text: Option<String>,
    /// The record to say, such as guide/elder-card.
    #[arg(long, value_name = "ID", value_parser = values::guide, help = "要朗读的内容，例如 guide/elder-card")]
    record: Option<RecordId>,
    /// Write a WAV file instead of speaking.
    #[arg(long, value_name = "FILE", help = "不出声，写成 WAV 文件")]
    to: Option<PathBuf>,
    /// Who speaks, such as zm_yunyang.
    #[arg(long, value_name = "NAME", help = "用哪个声音，例如 zf_xiaobei、zm_yunyang；不写则按设置")]
    voice: Option<String>,
    /// Speed in percent.
    #[arg(long, value_name = "PERCENT", help = "语速，75 至 200，100 为正常；不写则按设置")]
    rate: Option<u16>,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let (mut config, _) = common.settings()?;
    if let Some(name) = &args.voice {
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            bail!("声音的名称只能有字母、数字和下划线：{name}");
        }
        config.voice_speaker.clone_from(name);
        config.voice_interface.clone_from(name);
    }
    let rate = args.rate.unwrap_or(config.voice_rate_percent);
    if !(75..=200).contains(&rate) {
        bail!("语速应在 75 至 200 之间，写的是 {rate}");
    }
    let rate = Rate::nearest(rate);
    let paragraphs = match (args.text, args.record) {
        (Some(text), _) => vec![text],
        (None, Some(id)) => read::record_paragraphs(common, &id)?,
        (None, None) => Vec::new(),
    };
    let script = Script::of_lines(&paragraphs);
    if script.is_empty() {
        bail!("没有可以朗读的内容");
    }
    match args.to {
        Some(path) => write(common, &config, &script, rate, path),
        None => aloud(common, &config, script, rate),
    }
}

#[cfg(feature = "neural")]
fn write(common: &Common, config: &Config, script: &Script, rate: Rate, path: PathBuf) -> anyhow::Result<Outcome> {
    use civic_kiosk::speech::voice::neural::model::Recorder;
    use civic_kiosk::speech::voice::neural::{of_sentence, sound};

    if !Pronunciation::has_tables() {
        bail!(WITHOUT_TABLES);
    }
    let (cast, spell) = (voice::cast(config), voice::words(config).symbols());
    let mut recorder = Recorder::open(&voice::files(config))?;
    let mut parts = Vec::new();
    for sentence in script.sentences.iter().filter(|sentence| sentence.is_heard()) {
        let pieces = of_sentence(sentence, &cast, rate, &spell);
        if pieces.is_empty() {
            bail!("没有能读这种语言的声音：{}", sentence.spoken);
        }
        for piece in pieces.iter().filter(|piece| !piece.is_mute()) {
            parts.push((recorder.record(piece, rate)?, piece.pause_ms));
        }
    }
    durable::write(&path, &sound::wav(&parts))?;
    let ms: u32 = parts.iter().map(|(sound, pause)| sound.length_ms() + pause).sum();
    let document = json!({ "file": path, "ms": ms, "voice": config.voice_speaker, "rate_percent": rate.percent() });
    out::answer(common.json, &document, || format!("已写入 {}，{}.{}秒", path.display(), ms / 1000, ms % 1000 / 100));
    Ok(Outcome::Done)
}

#[cfg(not(feature = "neural"))]
fn write(_: &Common, _: &Config, _: &Script, _: Rate, _: PathBuf) -> anyhow::Result<Outcome> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.into())
}

fn aloud(common: &Common, config: &Config, script: Script, rate: Rate) -> anyhow::Result<Outcome> {
    if !Pronunciation::has_tables() {
        out::message(WITHOUT_TABLES);
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (sender, events) = channel();
    let player = Player::spawn(voice::voice(config, &voice::words(config), &clock)?, clock, move |event| {
        drop(sender.send(event))
    });
    player.set_volume(Volume::nearest(config.voice_volume_percent));
    player.set_rate(rate);
    let mut script = Some(script);
    loop {
        match events.recv_timeout(PATIENCE) {
            Ok(PlayerEvent::Ready) => {
                if let Some(script) = script.take() {
                    player.play(1, script);
                }
            }
            Ok(PlayerEvent::Finished { .. }) => break,
            Ok(PlayerEvent::Unavailable { reason }) => bail!(reason),
            Ok(PlayerEvent::SentenceBegan { .. } | PlayerEvent::Mark { .. } | PlayerEvent::Stopped { .. }) => {}
            Err(_) => bail!("语音没有响应"),
        }
    }
    out::answer(common.json, &json!({ "said": true }), || "读完了".to_owned());
    Ok(Outcome::Done)
}
