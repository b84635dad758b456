//! Clips: spoken pieces as files, from the release or made at night, found by what they say.
//! Only public text ever comes here; what a resident types or is told is never written.

use std::path::{Path, PathBuf};

use super::carried::Carried;
use super::sound::{ClipError, Sound};
use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError};

/// Largest clip that is read; a minute has far less.
const CLIP_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Why a clip was not written.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// It cannot be encoded.
    #[error("录音片段压缩不了")]
    Clip(#[from] ClipError),
    /// It cannot be written.
    #[error("录音片段写不进去")]
    File(#[from] FileError),
}

/// Folders of clips, the first one for new ones, and what the live releases carry.
#[derive(Debug, Default)]
pub struct Clips {
    folders: Vec<PathBuf>,
    carried: Carried,
}

impl Clips {
    /// Clips in these folders, nearest first.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, carried: Carried::default() }
    }

    /// With those that releases have brought into these folders.
    pub fn with_carried(self, folders: &[PathBuf]) -> Self {
        Self { carried: Carried::in_folders(folders), ..self }
    }

    /// Another release may be live.
    pub fn look_again(&mut self) {
        self.carried.look_again();
    }

    /// True when there is a clip of this name.
    pub fn has(&self, key: &str) -> bool {
        self.folders.iter().any(|folder| place(folder, key).is_file())
            || Sha256::parse(key).is_ok_and(|name| self.carried.has(&name))
    }

    /// How large the clip of this name in the first folder is.
    pub fn own_bytes(&self, key: &str) -> Option<u64> {
        let path = place(self.folders.first()?, key);
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len())
    }

    /// The clip of this name. A damaged one counts as missing, and is made anew in time.
    pub fn get(&self, key: &str) -> Option<Sound> {
        let path = self.folders.iter().map(|folder| place(folder, key)).find(|path| path.is_file());
        let bytes = match path {
            Some(path) => durable::read(&path, CLIP_BYTES_MAX).ok()?,
            None => self.carried.get(&Sha256::parse(key).ok()?)?,
        };
        Sound::from_clip(&bytes).ok().filter(|sound| sound.length_ms() > 0)
    }

    /// Keeps a clip in the first folder.
    pub fn keep(&self, key: &str, sound: &Sound) -> Result<(), KeepError> {
        let Some(folder) = self.folders.first() else { return Ok(()) };
        let path = place(folder, key);
        if let Some(parent) = path.parent() {
            durable::create_dir(parent)?;
        }
        durable::write(&path, &sound.to_clip()?)?;
        Ok(())
    }
}

/// The bytes of the clip of this name in a folder.
pub fn bytes_in(folder: &Path, key: &str) -> Option<Vec<u8>> {
    durable::read(&place(folder, key), CLIP_BYTES_MAX).ok()
}

/// Two levels, so that no folder holds tens of thousands of files.
fn place(folder: &Path, key: &str) -> PathBuf {
    let start = key.get(..2).unwrap_or("xx");
    folder.join(start).join(format!("{key}.ogg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_clip_is_found_and_a_damaged_one_is_not() {
        let (own, release) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clips = Clips::new(vec![own.path().to_owned(), release.path().to_owned()]);
        let samples: Vec<f32> = (0..24_000).map(|i| (i as f32 * 0.05).sin() * 0.5).collect();
        let sound = Sound::of(&samples);
        assert!(!clips.has("abcd"));
        clips.keep("abcd", &sound).unwrap();
        assert_eq!(clips.get("abcd").unwrap().length_ms(), sound.length_ms());
        std::fs::write(own.path().join("ab").join("abcd.ogg"), "x").unwrap();
        assert_eq!(clips.get("abcd"), None);
    }
}
