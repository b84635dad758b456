//! The neural voice itself: symbols in, sound out, one piece at a time.
//! It loads nothing that was not compared with its checksum, and plays nothing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep;
use ort::session::{RunOptions, Session};
use ort::value::Tensor;
use serde::Deserialize;

use super::super::Rate;
use super::super::worker::wire::{Piece, Say};
use super::english;
use super::files::{self, FilesError, VoiceFiles};
use super::sound::Sound;

/// Numbers of a style; a voice file has one style for each length of a text.
const STYLE: usize = 256;
/// Symbols of one piece that the model takes.
const SYMBOLS_MAX: usize = 500;
/// Both cores of a terminal: one sentence is made while the one before sounds.
const THREADS: usize = 2;
/// The symbol that stands at both ends.
const EDGE: i64 = 0;

/// Why there is no sound.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The files are missing or not the right ones.
    #[error("{0}")]
    Files(#[from] FilesError),
    /// The runtime library cannot be opened.
    #[error("语音运行库打不开")]
    Runtime(#[source] ort::LoadDynamicError),
    /// The model cannot be loaded, or failed at its work.
    #[error("语音模型不能使用")]
    Model(#[from] ort::Error),
    /// The table of symbols or a voice is not what the model needs.
    #[error("语音数据 {0} 的内容不对")]
    Content(String),
    /// The words of another language cannot be turned into symbols.
    #[error("英文读不出来")]
    English(#[source] std::io::Error),
    /// Nothing to say, or more than the model takes.
    #[error("这一段没有可以朗读的内容，或者太长")]
    Length,
}

/// The model for whoever makes sounds without a terminal: one piece after the other, with nobody to halt it.
pub struct Recorder {
    model: Model,
    never: RunOptions,
}

impl Recorder {
    /// Loads the voice of a folder.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        Ok(Self { model: Model::load(VoiceFiles::open(folder)?)?, never: RunOptions::new()? })
    }

    /// Makes the sound of one piece.
    pub fn record(&mut self, piece: &Piece, rate: Rate) -> Result<Sound, ModelError> {
        self.model.make(&piece.say, &piece.voice, rate, &self.never)
    }
}

/// The loaded model.
pub struct Model {
    session: Session,
    symbols: HashMap<char, i64>,
    voices: HashMap<String, Vec<f32>>,
    files: VoiceFiles,
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<String, i64>,
}

impl Model {
    /// Compares and loads runtime, model and table.
    pub fn load(files: VoiceFiles) -> Result<Self, ModelError> {
        let runtime = files.checked(files::RUNTIME)?;
        let path = files.checked(files::MODEL)?;
        let bad = || ModelError::Content(files::SYMBOLS.to_owned());
        let table: Vocabulary = serde_json::from_slice(&files.read(files::SYMBOLS)?).map_err(|_| bad())?;
        let symbol = |(text, number): (String, i64)| text.chars().next().map(|c| (c, number));
        let symbols = table.vocab.into_iter().filter_map(symbol).collect();
        let environment = environment(&runtime)?;
        // With the arena: without it the peak is three times as high (measured). Without spinning: quiet costs nothing.
        let session = Session::builder(&environment)?
            .with_execution_providers([ep::CPU::default().with_arena_allocator(true).build()])
            .map_err(ort::Error::from)?
            .with_memory_pattern(false)
            .map_err(ort::Error::from)?
            .with_intra_threads(THREADS)
            .map_err(ort::Error::from)?
            .with_intra_op_spinning(false)
            .map_err(ort::Error::from)?
            .commit_from_file(path)?;
        Ok(Self { session, symbols, voices: HashMap::new(), files })
    }

    /// Makes the sound of one piece; `halt` ends it early, with an error.
    pub fn make(&mut self, say: &Say, voice: &str, rate: Rate, halt: &RunOptions) -> Result<Sound, ModelError> {
        match say {
            Say::Symbols(symbols) => self.render(symbols, voice, rate, halt),
            Say::English(words) => {
                self.render(&english::symbols(words).map_err(ModelError::English)?, voice, rate, halt)
            }
            Say::Chime(chime) => Ok(Sound::chime(*chime)),
        }
    }

    /// Makes the sound of symbols; `halt` ends it early, with an error.
    pub fn render(&mut self, symbols: &str, voice: &str, rate: Rate, halt: &RunOptions) -> Result<Sound, ModelError> {
        let numbers: Vec<i64> = symbols.chars().filter_map(|c| self.symbols.get(&c).copied()).collect();
        if numbers.is_empty() || numbers.len() > SYMBOLS_MAX {
            return Err(ModelError::Length);
        }
        let style = self.style(voice, numbers.len())?;
        let tokens: Vec<i64> = [EDGE].into_iter().chain(numbers).chain([EDGE]).collect();
        let inputs = ort::inputs![
            "tokens" => Tensor::from_array(([1, tokens.len()], tokens))?,
            "style" => Tensor::from_array(([1, STYLE], style))?,
            "speed" => Tensor::from_array(([1usize], vec![f32::from(rate.percent()) / 100.0]))?,
        ];
        let outputs = self.session.run_with_options(inputs, halt)?;
        let output = outputs.values().next().ok_or_else(|| ModelError::Content(files::MODEL.to_owned()))?;
        let (_, samples) = output.try_extract_tensor::<f32>()?;
        Ok(Sound::trimmed(samples))
    }

    /// The style of a voice for a text of so many symbols.
    fn style(&mut self, voice: &str, symbols: usize) -> Result<Vec<f32>, ModelError> {
        let name = format!("voices/{voice}.bin");
        if !self.voices.contains_key(voice) {
            let bytes = self.files.read(&name)?;
            let number = |four: &[u8]| <[u8; 4]>::try_from(four).map(f32::from_le_bytes).unwrap_or_default();
            self.voices.insert(voice.to_owned(), bytes.chunks_exact(4).map(number).collect());
        }
        let styles = self.voices.get(voice).map(Vec::as_slice).unwrap_or_default();
        let start = (symbols - 1) * STYLE;
        styles.get(start..start + STYLE).map(<[f32]>::to_vec).ok_or(ModelError::Content(name))
    }
}

/// The runtime with its one environment: a process can load it once, and keeps it.
fn environment(runtime: &Path) -> Result<Environment, ModelError> {
    static LOADED: Mutex<Option<Environment>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = &*loaded {
        return Ok(environment.clone());
    }
    let environment = ort::init_from(runtime).map_err(ModelError::Runtime)?.with_telemetry(false).build()?;
    Ok(loaded.insert(environment).clone())
}
