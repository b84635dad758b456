//! Clips: spoken pieces as files, from the release or made at night, found by what they say.
//! Only public text ever comes here; what a resident types or is told is never written.

use std::path::{Path, PathBuf};

use super::sound::{ClipError, Sound};
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

/// Folders of clips, the first one for new ones.
#[derive(Debug, Clone, Default)]
pub struct Clips {
    folders: Vec<PathBuf>,
}

impl Clips {
    /// Clips in these folders, nearest first.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// True when there is a clip of this name.
    pub fn has(&self, key: &str) -> bool {
        self.folders.iter().any(|folder| place(folder, key).is_file())
    }

    /// The clip of this name. A damaged one counts as missing, and is made anew in time.
    pub fn get(&self, key: &str) -> Option<Sound> {
        let path = self.folders.iter().map(|folder| place(folder, key)).find(|path| path.is_file())?;
        let bytes = durable::read(&path, CLIP_BYTES_MAX).ok()?;
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
        let sound = Sound::trimmed(&samples);
        assert!(!clips.has("abcd"));
        clips.keep("abcd", &sound).unwrap();
        assert_eq!(clips.get("abcd").unwrap().length_ms(), sound.length_ms());
        std::fs::write(own.path().join("ab").join("abcd.ogg"), "x").unwrap();
        assert_eq!(clips.get("abcd"), None);
    }
}
