//! Making clips of public text ahead: for a release, or at night for a terminal's own cache.
//! It is given sentences of a release only, makes each once, and keeps to a limit of space.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::super::Rate;
use super::super::worker::wire::Piece;
use super::clips::{Clips, KeepError};
use super::model::{ModelError, Recorder};
use super::{Cast, pieces};
use crate::base::durable::{self, FileError};
use crate::speech::phonemes::Speller;
use crate::speech::script::Sentence;

/// What a clip takes on average; of one that is not made yet nobody knows better.
const CLIP_BYTES: u64 = 10_000;
/// Most clips of one voice.
const PIECES_MAX: usize = 200_000;

/// Why clips are not made.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The model failed.
    #[error("录音做不出来")]
    Model(#[from] ModelError),
    /// A clip cannot be kept.
    #[error("录音存不下来")]
    Keep(#[from] KeepError),
    /// A clip cannot be removed.
    #[error("旧录音删不掉")]
    Remove(#[from] FileError),
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled {
    /// Clips made now.
    pub made: usize,
    /// Clips that were there.
    pub kept: usize,
    /// Pieces that the model has nothing for.
    pub mute: usize,
    /// Clips that nobody wants any more, or for which there is no room.
    pub removed: usize,
    /// Clips that would be made if there were room.
    pub without_room: usize,
}

/// Makes clips at normal rate: first it is told what is wanted, the most wanted first, then it works.
pub struct Filler {
    files: PathBuf,
    folder: PathBuf,
    clips: Clips,
    cast: Cast,
    spell: Speller,
    limit_bytes: u64,
    bytes: u64,
    wanted: BTreeSet<String>,
    missing: Vec<Piece>,
    filled: Filled,
}

impl Filler {
    /// Clips go to `folder`; those in the folders of `others` are not made again.
    pub fn new(files: &Path, folder: &Path, others: &[PathBuf], cast: Cast, spell: Speller) -> Self {
        let folders = [folder.to_owned()].into_iter().chain(others.iter().cloned()).collect();
        Self {
            files: files.to_owned(),
            folder: folder.to_owned(),
            clips: Clips::new(folders),
            cast,
            spell,
            limit_bytes: u64::MAX,
            bytes: 0,
            wanted: BTreeSet::new(),
            missing: Vec::new(),
            filled: Filled::default(),
        }
    }

    /// Clips that releases have brought into these folders are not made again.
    pub fn beside(self, carried: &[PathBuf]) -> Self {
        Self { clips: self.clips.with_carried(carried), ..self }
    }

    /// With no more than so many bytes in its folder.
    pub fn within(self, limit_bytes: u64) -> Self {
        Self { limit_bytes, ..self }
    }

    /// This sentence is wanted, as far as there is room; the names of its clips.
    pub fn want(&mut self, sentence: &Sentence) -> Vec<String> {
        let pieces = pieces::of_sentence(sentence, &self.cast, Rate::NORMAL, &self.spell);
        let keys = pieces.iter().filter(|piece| !piece.is_mute()).map(|piece| piece.key.clone()).collect();
        for piece in pieces {
            if piece.is_mute() {
                self.filled.mute += 1;
            } else if self.wanted.len() < PIECES_MAX && !self.wanted.contains(&piece.key) {
                self.want_piece(piece);
            }
        }
        keys
    }

    /// What came of it so far.
    pub fn filled(&self) -> Filled {
        self.filled
    }

    /// True when nothing more fits.
    pub fn is_full(&self) -> bool {
        self.bytes >= self.limit_bytes || self.wanted.len() >= PIECES_MAX
    }

    /// The names of all clips that are wanted.
    pub fn wanted(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().map(String::as_str)
    }

    /// Clips that are still to be made.
    pub fn missing(&self) -> usize {
        self.missing.len()
    }

    /// Makes what is missing; `go_on` hears of each clip and may break it off. The model is loaded for the first.
    pub fn make(&mut self, mut go_on: impl FnMut(Filled) -> ControlFlow<()>) -> Result<Filled, FillError> {
        let mut recorder: Option<Recorder> = None;
        for piece in std::mem::take(&mut self.missing) {
            let recorder = match &mut recorder {
                Some(recorder) => recorder,
                None => recorder.insert(Recorder::open(&self.files)?),
            };
            let sound = recorder.record(&piece, Rate::NORMAL)?;
            self.clips.keep(&piece.key, &sound)?;
            self.filled.made += 1;
            if go_on(self.filled).is_break() {
                break;
            }
        }
        Ok(self.filled)
    }

    /// Removes the clips of its folder that are not wanted, so that there is room for those that are.
    pub fn prune(&mut self) -> Result<Filled, FillError> {
        for path in files_in(&self.folder) {
            let key = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".ogg"));
            if key.is_some_and(|key| !self.wanted.contains(key)) {
                durable::remove(&path)?;
                self.filled.removed += 1;
            }
        }
        Ok(self.filled)
    }

    fn want_piece(&mut self, piece: Piece) {
        let own = self.clips.own_bytes(&piece.key);
        let is_here = own.is_some() || self.clips.has(&piece.key);
        // A clip that came with a release takes none of this folder's room.
        let bytes = own.unwrap_or(if is_here { 0 } else { CLIP_BYTES });
        if self.bytes + bytes > self.limit_bytes {
            self.filled.without_room += 1;
            return;
        }
        self.bytes += bytes;
        self.wanted.insert(piece.key.clone());
        match is_here {
            true => self.filled.kept += 1,
            false => self.missing.push(piece),
        }
    }
}

/// The clips of a folder, which has one level of folders in it.
fn files_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let inside = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    inside(folder.to_owned()).flat_map(inside)
}

#[cfg(test)]
mod tests {
    use super::super::sound::Sound;
    use super::*;
    use crate::speech::Script;

    fn filler(folder: &Path, others: &[PathBuf]) -> Filler {
        let spell: Speller = std::sync::Arc::new(|text: &str| text.to_owned());
        Filler::new(Path::new("/nonexistent"), folder, others, Cast::of("zf_xiaobei"), spell)
    }

    fn want(filler: &mut Filler, lines: &[&str]) {
        Script::of_lines(lines).sentences.iter().for_each(|sentence| drop(filler.want(sentence)));
    }

    fn keep(folder: &Path, filler: &Filler) {
        let samples: Vec<f32> = (0..24_000).map(|i| (i as f32 * 0.05).sin() * 0.5).collect();
        let sound = Sound::of(&samples);
        let clips = Clips::new(vec![folder.to_owned()]);
        filler.wanted().for_each(|key| clips.keep(key, &sound).unwrap());
    }

    #[test]
    fn what_is_there_is_kept_and_what_nobody_wants_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut old = filler(folder.path(), &[]);
        want(&mut old, &["请取号。", "请排队。"]);
        assert_eq!(old.missing(), 2);
        keep(folder.path(), &old);
        let mut new = filler(folder.path(), &[]);
        want(&mut new, &["请取号。", "请取号。", "请办理。"]);
        assert_eq!((new.filled().kept, new.missing()), (1, 1), "said twice is one clip");
        assert_eq!(new.prune().unwrap().removed, 1);
        assert_eq!(files_in(folder.path()).count(), 1);
    }

    #[test]
    fn a_folder_that_is_full_keeps_the_most_wanted_and_lets_the_others_go() {
        let folder = tempfile::tempdir().unwrap();
        let mut all = filler(folder.path(), &[]);
        want(&mut all, &["请取号。", "请排队。", "请办理。"]);
        keep(folder.path(), &all);
        let one = files_in(folder.path()).map(|path| fs::metadata(path).unwrap().len()).max().unwrap();
        let mut small = filler(folder.path(), &[]).within(one * 2 + one / 2);
        want(&mut small, &["请办理。", "请取号。", "请排队。", "请离开。"]);
        assert_eq!((small.filled().kept, small.missing(), small.filled().without_room), (2, 0, 2));
        assert_eq!(small.prune().unwrap().removed, 1);
        let mut none = filler(folder.path(), &[]).within(0);
        want(&mut none, &["请办理。"]);
        assert!(none.is_full() && none.missing() == 0);
    }

    #[test]
    fn a_clip_that_came_with_a_release_is_not_made_again() {
        let (own, release) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut theirs = filler(release.path(), &[]);
        want(&mut theirs, &["请取号。"]);
        keep(release.path(), &theirs);
        let mut filler = filler(own.path(), &[release.path().to_owned()]);
        want(&mut filler, &["请取号。"]);
        assert_eq!((filler.filled().kept, filler.missing()), (1, 0));
    }
}
