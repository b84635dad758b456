//! The neural voice itself: symbols in, sound out, one piece at a time, stretch by stretch.
//! It loads nothing that was not compared with its checksum, and plays nothing.
//!
//! The model is in two parts (`deploy/voice/split.py`): the first knows the whole piece and says what each frame is; the
//! second, which is nearly all of the work, makes sound of frames, of as few at a time as are wanted.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep;
use ort::session::{RunOptions, Session};
use ort::value::{DynValue, Tensor, TensorRef};
use serde::Deserialize;

use super::super::Rate;
use super::super::worker::wire::{Piece, Say};
use super::files::{self, FilesError, VoiceFiles};
use super::frames::{CHANNELS, CONTEXT, Frames, Plan, SAMPLES};
use super::seam::Seam;
use super::sound::Sound;
use super::{english, norms};

/// Numbers of a style; a voice file has one style for each length of a text.
const STYLE: usize = 256;
/// The decoder takes the style of a text of so many symbols, whatever the length: the one with which the norms were
/// measured. The styles of very short texts need other norms, with which they are softer (measured).
const TIMBRE_SYMBOLS: usize = 60;
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
        let mut sound = Sound::default();
        self.model.make(&piece.say, &piece.voice, rate, &self.never, &mut |part| sound.append(&part.sound))?;
        Ok(sound)
    }

    /// As a terminal does that speaks at once, on a machine of this speed.
    pub fn hurry(&mut self, real_time_ms: u32) {
        self.model.hurry(real_time_ms);
    }

    /// The norms of a voice, as a file, from what these pieces sound like.
    pub fn norms(&mut self, pieces: &[Piece]) -> Result<Vec<u8>, ModelError> {
        let mut all = Vec::new();
        for piece in pieces {
            let symbols = Model::symbols_of(&piece.say)?;
            all.push(self.model.norms(&symbols, &piece.voice, &self.never)?);
        }
        Ok(norms::to_bytes(&norms::mean(&all)))
    }
}

/// A stretch of a piece.
pub(super) struct Part {
    pub(super) sound: Sound,
    /// Which of the piece.
    pub(super) index: usize,
    pub(super) is_last: bool,
    /// How long the whole piece sounds.
    pub(super) piece_ms: u32,
}

impl Part {
    /// A piece in one.
    pub(super) fn whole(sound: Sound) -> Self {
        Self { piece_ms: sound.length_ms(), sound, index: 0, is_last: true }
    }
}

/// The loaded model.
pub(super) struct Model {
    prosody: Session,
    decoder: Session,
    symbols: HashMap<char, i64>,
    voices: HashMap<String, Timbre>,
    files: VoiceFiles,
    plan: Plan,
    /// How many norms the decoder takes.
    norms: usize,
}

/// What makes a voice.
struct Timbre {
    /// One style for each number of symbols.
    styles: Vec<f32>,
    /// Without them a piece is made as a whole.
    norms: Option<Vec<f32>>,
}

impl Timbre {
    /// The style of a text of so many symbols.
    fn style(&self, symbols: usize) -> Option<&[f32]> {
        let start = symbols.checked_sub(1)? * STYLE;
        self.styles.get(start..start + STYLE)
    }
}

#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<String, i64>,
}

impl Model {
    /// Compares and loads runtime, model and table.
    pub(super) fn load(files: VoiceFiles) -> Result<Self, ModelError> {
        let runtime = files.checked(files::RUNTIME)?;
        let bad = || ModelError::Content(files::SYMBOLS.to_owned());
        let table: Vocabulary = serde_json::from_slice(&files.read(files::SYMBOLS)?).map_err(|_| bad())?;
        let symbol = |(text, number): (String, i64)| text.chars().next().map(|c| (c, number));
        let symbols = table.vocab.into_iter().filter_map(symbol).collect();
        let (prosody, decoder) = (files.checked(files::PROSODY)?, files.checked(files::DECODER)?);
        let environment = environment(&runtime)?;
        let (prosody, decoder) = (session(&environment, &prosody)?, session(&environment, &decoder)?);
        let norms = decoder.inputs().iter().find(|input| input.name() == "norms");
        let norms = norms.and_then(|input| usize::try_from(*input.dtype().tensor_shape()?.get(1)?).ok());
        let norms = norms.ok_or_else(|| ModelError::Content(files::DECODER.to_owned()))?;
        Ok(Self { prosody, decoder, symbols, voices: HashMap::new(), files, plan: Plan::STEADY, norms })
    }

    /// From now on somebody waits: the first stretch of a piece is short, and the others are as long as this many
    /// milliseconds of work a second of sound allow.
    pub(super) fn hurry(&mut self, real_time_ms: u32) {
        self.plan = Plan::soon(real_time_ms);
    }

    /// Makes the sound of one piece, stretch by stretch; `halt` ends it early, with an error.
    pub(super) fn make(
        &mut self,
        say: &Say,
        voice: &str,
        rate: Rate,
        halt: &RunOptions,
        made: &mut dyn FnMut(Part),
    ) -> Result<(), ModelError> {
        if let Say::Chime(chime) = say {
            made(Part::whole(Sound::chime(*chime)));
            return Ok(());
        }
        self.render(&Self::symbols_of(say)?, voice, rate, halt, made)
    }

    /// Makes the sound of symbols.
    pub(super) fn render(
        &mut self,
        symbols: &str,
        voice: &str,
        rate: Rate,
        halt: &RunOptions,
        made: &mut dyn FnMut(Part),
    ) -> Result<(), ModelError> {
        let (frames, own_style) = self.frames(symbols, voice, rate, halt)?;
        let norms = self.timbre(voice)?.norms.clone();
        let style = if norms.is_some() { self.style(voice, TIMBRE_SYMBOLS)? } else { own_style };
        let sounding = frames.sounding();
        let (stretches, context) = match &norms {
            Some(_) => (frames.stretches(self.plan), CONTEXT),
            None => (vec![sounding.clone()], frames.count()),
        };
        let piece_ms = Sound::length_of(sounding.len() * SAMPLES);
        let mut seam = Seam::default();
        for (index, stretch) in stretches.into_iter().enumerate() {
            let around = stretch.start.saturating_sub(context)..(stretch.end + context).min(frames.count());
            let own = (stretch.start - around.start) * SAMPLES..(stretch.end - around.start) * SAMPLES;
            let (samples, _) = self.decode(&frames.part(around), &style, norms.as_deref(), halt)?;
            let is_last = stretch.end == sounding.end;
            made(Part { sound: Sound::of(&seam.join(&samples, own, is_last)), index, is_last, piece_ms });
        }
        Ok(())
    }

    /// What is to be said in symbols of the model; a chime has none.
    fn symbols_of(say: &Say) -> Result<String, ModelError> {
        match say {
            Say::Symbols(symbols) => Ok(symbols.clone()),
            Say::English(words) => english::symbols(words).map_err(ModelError::English),
            Say::Chime(_) => Ok(String::new()),
        }
    }

    /// The model's own norms over a piece, and the frames of it.
    fn norms(&mut self, symbols: &str, voice: &str, halt: &RunOptions) -> Result<(Vec<f32>, usize), ModelError> {
        let (frames, _) = self.frames(symbols, voice, Rate::NORMAL, halt)?;
        let style = self.style(voice, TIMBRE_SYMBOLS)?;
        Ok((self.decode(&frames, &style, None, halt)?.1, frames.count()))
    }

    /// The first part of the model: what each frame of a text is, and the style in which it is said.
    fn frames(
        &mut self,
        symbols: &str,
        voice: &str,
        rate: Rate,
        halt: &RunOptions,
    ) -> Result<(Frames, Vec<f32>), ModelError> {
        let numbers: Vec<i64> = symbols.chars().filter_map(|c| self.symbols.get(&c).copied()).collect();
        if numbers.is_empty() || numbers.len() > SYMBOLS_MAX {
            return Err(ModelError::Length);
        }
        let style = self.style(voice, numbers.len())?;
        let tokens: Vec<i64> = [EDGE].into_iter().chain(numbers).chain([EDGE]).collect();
        let inputs = ort::inputs![
            "tokens" => Tensor::from_array(([1, tokens.len()], tokens))?,
            "style" => TensorRef::from_array_view(([1, STYLE], &*style))?,
            "speed" => Tensor::from_array(([1usize], vec![f32::from(rate.percent()) / 100.0]))?,
        ];
        let outputs = self.prosody.run_with_options(inputs, halt)?;
        let output = |name: &str| numbers_of(outputs.get(name), files::PROSODY);
        let frames = Frames::new(output("content")?, output("pitch")?, output("energy")?);
        Ok((frames.ok_or_else(|| ModelError::Content(files::PROSODY.to_owned()))?, style))
    }

    /// The second part: the samples of some frames, with the given norms or the model's own, and these.
    fn decode(
        &mut self,
        frames: &Frames,
        style: &[f32],
        norms: Option<&[f32]>,
        halt: &RunOptions,
    ) -> Result<(Vec<f32>, Vec<f32>), ModelError> {
        let count = frames.count();
        let own = vec![if norms.is_some() { 0.0f32 } else { 1.0 }];
        let none = vec![0.0f32; self.norms];
        let norms = norms.unwrap_or(&none);
        let inputs = ort::inputs![
            "content" => TensorRef::from_array_view(([1, CHANNELS, count], &*frames.content))?,
            "pitch" => TensorRef::from_array_view(([1, count * 2], &*frames.pitch))?,
            "energy" => TensorRef::from_array_view(([1, count * 2], &*frames.energy))?,
            "style" => TensorRef::from_array_view(([1, STYLE], style))?,
            "norms" => TensorRef::from_array_view(([1, norms.len(), 1], norms))?,
            "own" => Tensor::from_array(([1usize], own))?,
        ];
        let outputs = self.decoder.run_with_options(inputs, halt)?;
        let output = |name: &str| numbers_of(outputs.get(name), files::DECODER).map(<[f32]>::to_vec);
        let audio = Some(output("audio")?).filter(|audio| audio.len() == count * SAMPLES);
        Ok((audio.ok_or_else(|| ModelError::Content(files::DECODER.to_owned()))?, output("own_norms")?))
    }

    fn style(&mut self, voice: &str, symbols: usize) -> Result<Vec<f32>, ModelError> {
        let style = self.timbre(voice)?.style(symbols).map(<[f32]>::to_vec);
        style.ok_or_else(|| ModelError::Content(files::voice(voice)))
    }

    /// What makes a voice, read when it is first wanted.
    fn timbre(&mut self, voice: &str) -> Result<&Timbre, ModelError> {
        if !self.voices.contains_key(voice) {
            let bytes = self.files.read(&files::voice(voice))?;
            let number = |four: &[u8]| <[u8; 4]>::try_from(four).map(f32::from_le_bytes).unwrap_or_default();
            let styles = bytes.chunks_exact(4).map(number).collect();
            let bad = || ModelError::Content(files::norms(voice));
            let norms = match self.files.read(&files::norms(voice)) {
                Ok(bytes) => Some(norms::from_bytes(&bytes, self.norms).ok_or_else(bad)?),
                Err(FilesError::Unlisted(_)) => None,
                Err(error) => return Err(error.into()),
            };
            self.voices.insert(voice.to_owned(), Timbre { styles, norms });
        }
        self.voices.get(voice).ok_or_else(|| ModelError::Content(files::voice(voice)))
    }
}

/// The numbers of an output.
fn numbers_of<'v>(output: Option<&'v DynValue>, file: &str) -> Result<&'v [f32], ModelError> {
    let output = output.ok_or_else(|| ModelError::Content(file.to_owned()))?;
    Ok(output.try_extract_tensor::<f32>()?.1)
}

/// Loads a part of the model.
fn session(environment: &Environment, path: &Path) -> Result<Session, ModelError> {
    // With the arena: without it the peak is three times as high (measured). Without spinning: quiet costs nothing.
    Ok(Session::builder(environment)?
        .with_execution_providers([ep::CPU::default().with_arena_allocator(true).build()])
        .map_err(ort::Error::from)?
        .with_memory_pattern(false)
        .map_err(ort::Error::from)?
        .with_intra_threads(THREADS)
        .map_err(ort::Error::from)?
        .with_intra_op_spinning(false)
        .map_err(ort::Error::from)?
        .commit_from_file(path)?)
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
