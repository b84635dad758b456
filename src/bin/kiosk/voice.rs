//! The voice as the settings want it: which engines in which order, where the neural voice's data is, who spells.
//! It starts nothing by itself.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::Clock;
use civic_kiosk::config::{Config, VoiceEngine};
use civic_kiosk::speech::Language;
use civic_kiosk::speech::phonemes::{Pronunciation, WITHOUT_TABLES};
use civic_kiosk::speech::voice::neural::files::VoiceFiles;
use civic_kiosk::speech::voice::neural::{Cast, NeuralVoiceSettings, has_english};
use civic_kiosk::speech::voice::{Ladder, Rehearsal, SilentVoice, SystemVoiceSettings, Voice, VoiceEvent, WorkerVoice};
use civic_kiosk::store::{Store, StoreError};
use civic_kiosk::sync::blob_folder;

use crate::{Common, upkeep};

/// Longest start of a voice, its own second try included.
const START_LIMIT: Duration = Duration::from_secs(60);
/// What the self-test says to nobody.
#[cfg(feature = "neural")]
const TEST_SENTENCE: &str = "政务服务中心欢迎您，请先取号，然后到窗口排队办理。";
#[cfg(feature = "neural")]
const TEST_SYLLABLES: u32 = 22;

/// The voices of this terminal, best first. They say the office's words as `words` has them at the moment.
pub fn voice(config: &Config, words: &Pronunciation, clock: &Arc<dyn Clock>) -> anyhow::Result<Box<dyn Voice>> {
    if config.voice == VoiceEngine::None {
        return Ok(Box::new(SilentVoice::new("本机没有装语音")));
    }
    let mut settings = SystemVoiceSettings::of_terminal(&config.state_dir)?;
    settings.module.clone_from(&config.voice_module);
    settings.respell = Some(words.respelling());
    let foreign = |language| Box::new(WorkerVoice::system(settings.speaking(language), Arc::clone(clock)));
    let mut voices: Vec<(&'static str, Box<dyn Voice>)> = Vec::new();
    if config.voice == VoiceEngine::Neural {
        if Pronunciation::has_tables() {
            let (state, files) = (&config.state_dir, files(config));
            let mut settings = NeuralVoiceSettings::of_terminal(state, &files, cast(config), words.symbols())?;
            settings.clips.extend(config.voice_clips.iter().cloned());
            settings.carried = carried(config);
            voices.push(("neural", Box::new(WorkerVoice::neural(settings, Arc::clone(clock)))));
        } else {
            tracing::warn!("{WITHOUT_TABLES}");
        }
    }
    let system = SystemVoiceSettings::clone(&settings);
    voices.push(("system", Box::new(WorkerVoice::system(system, Arc::clone(clock)))));
    voices.push(("system, English", foreign(Language::English)));
    voices.push(("system, Cantonese", foreign(Language::Cantonese)));
    Ok(Box::new(Ladder::of(voices)))
}

/// Who of the neural voices says what; English only where its voice is there and its words can be turned into sounds.
pub fn cast(config: &Config) -> Cast {
    let data = VoiceFiles::open(&files(config));
    let is_here = |name: &str| data.as_ref().is_ok_and(|data| data.voices().contains(&name));
    // What the terminal itself says is said in any case.
    let interface = if is_here(&config.voice_interface) { &config.voice_interface } else { &config.voice_speaker };
    let english = config.voice_english.clone().filter(|name| has_english() && is_here(name));
    Cast { content: config.voice_speaker.clone(), interface: interface.clone(), english }
}

/// The folder of the neural voice: as set, or where the setup step puts it.
pub fn files(config: &Config) -> PathBuf {
    let cache = || {
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home).unwrap_or_default()
    };
    config.voice_files.clone().unwrap_or_else(|| cache().join("civic-kiosk").join("voice"))
}

/// Where this terminal keeps the clips that it makes.
#[cfg(feature = "neural")]
pub fn own_clips(config: &Config) -> PathBuf {
    NeuralVoiceSettings::own_clips(&config.state_dir)
}

/// Where releases bring clips.
pub fn carried(config: &Config) -> Vec<PathBuf> {
    upkeep::folders(config).iter().map(|folder| blob_folder(folder)).collect()
}

/// How this hall says its words by its live releases.
pub fn words(config: &Config) -> Pronunciation {
    let words = Pronunciation::default();
    learn(&words, &upkeep::folders(config));
    words
}

/// Takes the words of the live releases, nearest publisher first; what cannot be read changes nothing.
pub fn learn(words: &Pronunciation, folders: &[PathBuf]) {
    let mut known = Vec::new();
    for folder in folders {
        let store = match Store::open_read_only(folder) {
            Err(StoreError::Missing(_)) => continue,
            store => store,
        };
        match store.and_then(|store| store.pronounced()) {
            Ok(theirs) => known.extend(theirs),
            Err(error) => return tracing::warn!("{}", chain(&error)),
        }
    }
    words.learn(known);
}

/// The terminal's own making of clips by night; none where none are wanted or nobody could make them.
pub fn rehearsal(config: &Config, common: &Common) -> Option<Rehearsal> {
    if config.voice != VoiceEngine::Neural || config.voice_clips_mb == 0 || !cfg!(feature = "neural") {
        return None;
    }
    let mut args: Vec<OsString> = vec!["voice-worker".into()];
    if let Some(file) = &common.config {
        args.extend(["--config".into(), file.into()]);
    }
    args.extend(["--state".into(), config.state_dir.clone().into(), "rehearse".into()]);
    std::env::current_exe().ok().map(|program| Rehearsal::new(program, args))
}

/// Which voices are there, and which of those that are set are not; nothing where no neural voice is wanted.
pub fn roll(config: &Config) -> Option<String> {
    let data = match config.voice {
        VoiceEngine::Neural => VoiceFiles::open(&files(config)).ok()?,
        VoiceEngine::System | VoiceEngine::None => return None,
    };
    let here = data.voices();
    let wanted = [Some(&config.voice_speaker), Some(&config.voice_interface), config.voice_english.as_ref()];
    let mut lacking: Vec<&str> = wanted.into_iter().flatten().map(String::as_str).collect();
    lacking.retain(|name| !here.contains(name));
    lacking.dedup();
    let note = if lacking.is_empty() { String::new() } else { format!("；没有：{}", lacking.join("、")) };
    Some(format!("本机的声音：{}{note}", here.join("、")))
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
            _ if !Pronunciation::has_tables() => ("system", format!("{WITHOUT_TABLES}；改用 speech-dispatcher")),
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
    let mut voice = voice(config, &words(config), clock)?;
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
    use civic_kiosk::speech::Script;
    use civic_kiosk::speech::voice::Rate;
    use civic_kiosk::speech::voice::neural::{SLOW_ABOVE_MS, model::Recorder, of_sentence};

    let folder = files(config);
    let data = VoiceFiles::open(&folder).map_err(|error| chain(&error))?;
    data.check().map_err(|error| chain(&error))?;
    if !Pronunciation::has_tables() {
        return Err(WITHOUT_TABLES.to_owned());
    }
    let (cast, spell) = (cast(config), words(config).symbols());
    let mut recorder = Recorder::open(&folder).map_err(|error| chain(&error))?;
    // As the terminal speaks on a machine that is just fast enough: the two must not disagree.
    recorder.hurry(SLOW_ABOVE_MS);
    let (mut work_ms, mut sound_ms) = (0, 0);
    let sentences = Script::of_lines(&[TEST_SENTENCE]).sentences;
    for piece in sentences.iter().flat_map(|sentence| of_sentence(sentence, &cast, Rate::NORMAL, &spell)) {
        let before = clock.elapsed();
        let sound = recorder.record(&piece, Rate::NORMAL).map_err(|error| chain(&error))?;
        work_ms += u32::try_from((clock.elapsed() - before).as_millis()).unwrap_or(u32::MAX);
        sound_ms += sound.length_ms();
    }
    let syllable_ms = sound_ms / TEST_SYLLABLES;
    if !(100..500).contains(&syllable_ms) {
        return Err(format!("语音不正常：每个字 {syllable_ms} 毫秒"));
    }
    Ok((u64::from(work_ms) * 1000 / u64::from(sound_ms.max(1))) as u32)
}

#[cfg(not(feature = "neural"))]
fn made_a_sentence(_: &Config, _: &Arc<dyn Clock>) -> Result<u32, String> {
    Err(civic_kiosk::speech::voice::WorkerError::NotBuilt.to_string())
}
