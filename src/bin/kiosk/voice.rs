//! The voice as the settings want it: which engines in which order, where the neural voice's data is, who spells.
//! It starts nothing by itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use civic_kiosk::base::clock::Clock;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::config::{Config, VoiceEngine};
use civic_kiosk::content::Record;
use civic_kiosk::speech::phonemes::{Phonemizer, WITHOUT_TABLES};
use civic_kiosk::speech::voice::neural::files::VoiceFiles;
use civic_kiosk::speech::voice::neural::{NeuralVoiceSettings, Speller};
use civic_kiosk::speech::voice::{Ladder, SilentVoice, SystemVoiceSettings, Voice, VoiceEvent, WorkerVoice};
use civic_kiosk::store::Store;

/// Longest start of a voice, its own second try included.
const START_LIMIT: Duration = Duration::from_secs(60);
/// What the self-test says to nobody.
const TEST_SENTENCE: &str = "政务服务中心欢迎您，请先取号，然后到窗口排队办理。";
const TEST_SYLLABLES: u32 = 22;

/// The voices of this terminal, best first.
pub fn voice(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Box<dyn Voice>> {
    let phonemizer = phonemizer(config);
    let system = |phonemizer: Option<Phonemizer>| -> anyhow::Result<Box<dyn Voice>> {
        let mut settings = SystemVoiceSettings::of_terminal(&config.state_dir)?;
        settings.module.clone_from(&config.voice_module);
        settings.respell = phonemizer.map(|p| -> Speller { Arc::new(move |text: &str| p.respell(text)) });
        Ok(Box::new(WorkerVoice::system(settings, Arc::clone(clock))))
    };
    Ok(match (config.voice, phonemizer) {
        (VoiceEngine::Neural, Some(phonemizer)) => {
            let spell = speller(phonemizer.clone());
            let (state, files) = (&config.state_dir, files(config));
            let mut settings = NeuralVoiceSettings::of_terminal(state, &files, &config.voice_speaker, spell)?;
            settings.clips.extend(config.voice_clips.iter().cloned());
            let neural = Box::new(WorkerVoice::neural(settings, Arc::clone(clock)));
            Box::new(Ladder::of(vec![("neural", neural), ("system", system(Some(phonemizer))?)]))
        }
        (VoiceEngine::Neural, None) => {
            tracing::warn!("{WITHOUT_TABLES}");
            system(None)?
        }
        (VoiceEngine::System, phonemizer) => system(phonemizer)?,
        (VoiceEngine::None, _) => Box::new(SilentVoice::new("本机没有装语音")),
    })
}

/// The folder of the neural voice: as set, or where the setup step puts it.
pub fn files(config: &Config) -> PathBuf {
    let cache = || {
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home).unwrap_or_default()
    };
    config.voice_files.clone().unwrap_or_else(|| cache().join("civic-kiosk").join("voice"))
}

/// How this hall says its words: the built-in tables under the office's own, where a release brought some.
pub fn phonemizer(config: &Config) -> Option<Phonemizer> {
    let built_in = Phonemizer::built_in()?;
    let office = || {
        let id = RecordId::parse("lexicon/main").ok()?;
        match Store::open_read_only(&config.state_dir).ok()?.record(&id).ok()?? {
            Record::Lexicon(lexicon) => Some(lexicon),
            _ => None,
        }
    };
    let words = office().map_or_else(Vec::new, |lexicon| {
        lexicon.entries.iter().map(|entry| (entry.word.to_string(), entry.pinyin.to_string())).collect()
    });
    Some(built_in.with_lexicon(words))
}

/// Gives the model's symbols.
pub fn speller(phonemizer: Phonemizer) -> Speller {
    Arc::new(move |text: &str| phonemizer.say(text).symbols)
}

/// What is known of the voice without a sound: one word for programs, a line for staff.
pub fn standing(config: &Config) -> (&'static str, String) {
    match config.voice {
        VoiceEngine::None => ("none", "设为不用".to_owned()),
        VoiceEngine::System if cfg!(feature = "tts") => {
            ("system", "设为 speech-dispatcher，终端运行时自检，这里不试（要试用 --voice）".to_owned())
        }
        VoiceEngine::System => ("not built in", "设为 speech-dispatcher，但这个程序编译时没有带语音".to_owned()),
        VoiceEngine::Neural => match VoiceFiles::open(&files(config)) {
            _ if Phonemizer::built_in().is_none() => ("system", format!("{WITHOUT_TABLES}；改用 speech-dispatcher")),
            Ok(data) if data.voices().contains(&config.voice_speaker.as_str()) => {
                ("neural", format!("神经语音 {}，这里不试（要试用 --voice）", config.voice_speaker))
            }
            Ok(_) => ("system", format!("没有 {} 这个声音，改用 speech-dispatcher", config.voice_speaker)),
            Err(error) => ("system", format!("{error}；改用 speech-dispatcher")),
        },
    }
}

/// What the self-test found.
pub struct SelfTest {
    /// Milliseconds of work a second of sound, where the neural voice made one.
    pub real_time_ms: Option<u32>,
    /// Why the neural voice made no sound.
    pub data_error: Option<String>,
    /// A voice can speak: its process lives and the sound device is there.
    pub speaks: Result<(), String>,
}

/// Compares every file of the voice, makes a sentence with it, and starts the voices as the terminal does.
pub fn self_test(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<SelfTest> {
    let (real_time_ms, data_error) = match made_a_sentence(config, clock) {
        Ok(real_time_ms) => (Some(real_time_ms), None),
        Err(reason) => (None, Some(reason)),
    };
    let (sender, events) = channel();
    let mut voice = voice(config, clock)?;
    voice.start(sender.into());
    let speaks = match events.recv_timeout(START_LIMIT) {
        Ok(VoiceEvent::Unavailable(reason)) => Err(reason),
        Ok(_) => Ok(()),
        Err(_) => Err("语音没有响应".to_owned()),
    };
    Ok(SelfTest { real_time_ms, data_error, speaks })
}

#[cfg(feature = "neural")]
fn made_a_sentence(config: &Config, clock: &Arc<dyn Clock>) -> Result<u32, String> {
    use civic_kiosk::base::chain::chain;
    use civic_kiosk::speech::voice::Rate;
    use civic_kiosk::speech::voice::neural::{model::Recorder, pieces_of, sound::SILENCE_MS};

    let folder = files(config);
    let data = VoiceFiles::open(&folder).map_err(|error| chain(&error))?;
    data.check().map_err(|error| chain(&error))?;
    let spell = speller(phonemizer(config).ok_or(WITHOUT_TABLES)?);
    let mut recorder = Recorder::open(&folder).map_err(|error| chain(&error))?;
    let (mut work_ms, mut made_ms, mut sound_ms) = (0, 0, 0);
    for piece in pieces_of(TEST_SENTENCE, &config.voice_speaker, Rate::NORMAL, &spell) {
        let before = clock.elapsed();
        let sound = recorder.record(&piece, &config.voice_speaker, Rate::NORMAL).map_err(|error| chain(&error))?;
        work_ms += u32::try_from((clock.elapsed() - before).as_millis()).unwrap_or(u32::MAX);
        sound_ms += sound.length_ms();
        made_ms += sound.length_ms() + SILENCE_MS;
    }
    let syllable_ms = sound_ms / TEST_SYLLABLES;
    if !(100..500).contains(&syllable_ms) {
        return Err(format!("语音不正常：每个字 {syllable_ms} 毫秒"));
    }
    Ok((u64::from(work_ms) * 1000 / u64::from(made_ms.max(1))) as u32)
}

#[cfg(not(feature = "neural"))]
fn made_a_sentence(_: &Config, _: &Arc<dyn Clock>) -> Result<u32, String> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.to_string())
}
