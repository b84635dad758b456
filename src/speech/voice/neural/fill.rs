//! Making clips of public text ahead: for a release, or at night for a terminal's own cache.
//! It is given sentences of a release only, makes each once, and keeps to a limit of space.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::super::Rate;
use super::clips::{Clips, KeepError};
use super::model::{ModelError, Recorder};
use super::{Speller, pieces_of};
use crate::base::durable::{self, FileError};

/// Why clips are not made.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The model failed.
    #[error("录音做不出来")]
    Model(#[from] ModelError),
    /// A clip cannot be kept.
    #[error("录音存不下来")]
    Keep(#[from] KeepError),
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled {
    /// Clips made now.
    pub made: usize,
    /// Clips that were there.
    pub kept: usize,
    /// Pieces that the model has no symbols for.
    pub mute: usize,
}

/// Makes the clips of one voice at normal rate.
pub struct Filler {
    /// Who makes the sounds; loaded when the first one is missing.
    recorder: Option<Recorder>,
    files: std::path::PathBuf,
    clips: Clips,
    voice: String,
    spell: Speller,
    wanted: BTreeSet<String>,
    filled: Filled,
}

impl Filler {
    /// Clips of `voice` go to `folder`; those in the folders of `others` are not made again.
    pub fn new(files: &Path, folder: &Path, others: &[std::path::PathBuf], voice: &str, spell: Speller) -> Self {
        let folders = [folder.to_owned()].into_iter().chain(others.iter().cloned()).collect();
        Self {
            recorder: None,
            files: files.to_owned(),
            clips: Clips::new(folders),
            voice: voice.to_owned(),
            spell,
            wanted: BTreeSet::new(),
            filled: Filled::default(),
        }
    }

    /// Makes the clips of one spoken sentence that are missing.
    pub fn add(&mut self, spoken: &str) -> Result<(), FillError> {
        for piece in pieces_of(spoken, &self.voice, Rate::NORMAL, &self.spell) {
            if piece.symbols.is_empty() {
                self.filled.mute += 1;
                continue;
            }
            if !self.wanted.insert(piece.key.clone()) {
                continue;
            }
            if self.clips.has(&piece.key) {
                self.filled.kept += 1;
                continue;
            }
            let recorder = match &mut self.recorder {
                Some(recorder) => recorder,
                None => self.recorder.insert(Recorder::open(&self.files)?),
            };
            let sound = recorder.record(&piece, &self.voice, Rate::NORMAL)?;
            self.clips.keep(&piece.key, &sound)?;
            self.filled.made += 1;
        }
        Ok(())
    }

    /// What came of it so far.
    pub fn filled(&self) -> Filled {
        self.filled
    }

    /// Removes the clips in `folder` that no sentence wanted; how many those were.
    pub fn prune(&self, folder: &Path) -> Result<usize, FileError> {
        let mut removed = 0;
        for inner in fs::read_dir(folder).into_iter().flatten().flatten() {
            for entry in fs::read_dir(inner.path()).into_iter().flatten().flatten() {
                let path = entry.path();
                let key = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".ogg"));
                if key.is_some_and(|key| !self.wanted.contains(key)) {
                    durable::remove(&path)?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}
