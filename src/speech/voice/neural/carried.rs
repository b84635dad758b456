//! Clips in one file, as a release carries them: an index of names, then the sounds. One file a record, so that a record
//! that changes brings its own clips only. It believes no length: what does not fit together has no clips.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::base::digest::Sha256;

/// What a release calls such a file.
pub const MEDIA: &str = "audio/vnd.civic-kiosk.clips";
const MAGIC: &[u8; 8] = b"CKCLIPS1";
/// Name, place and length of a clip.
const ENTRY_BYTES: usize = 32 + 4 + 4;
/// Most clips of one file.
const CLIPS_MAX: usize = 20_000;
/// Largest clip that is read; a minute has far less.
const CLIP_BYTES_MAX: u32 = 2 * 1024 * 1024;
/// Most files of clips that a terminal looks into.
const FILES_MAX: usize = 100_000;

/// One file with these clips; none when there are none, or too many for one file.
pub fn pack(clips: &BTreeMap<Sha256, Vec<u8>>) -> Option<Vec<u8>> {
    if clips.is_empty() || clips.len() > CLIPS_MAX {
        return None;
    }
    let mut file = MAGIC.to_vec();
    file.extend(u32::try_from(clips.len()).ok()?.to_le_bytes());
    let mut at = u32::try_from(file.len() + clips.len() * ENTRY_BYTES).ok()?;
    for (name, clip) in clips {
        let length = u32::try_from(clip.len()).ok().filter(|length| *length <= CLIP_BYTES_MAX)?;
        file.extend(name.as_bytes());
        file.extend(at.to_le_bytes());
        file.extend(length.to_le_bytes());
        at = at.checked_add(length)?;
    }
    clips.values().for_each(|clip| file.extend(clip));
    Some(file)
}

/// The clips that the live releases of a terminal carry.
#[derive(Debug, Default)]
pub struct Carried {
    folders: Vec<Folder>,
    files: Vec<File>,
    /// In which file, where and how long.
    places: HashMap<Sha256, (usize, u32, u32)>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// When something came or went in it last; none while it is not there.
    changed: Option<SystemTime>,
}

impl Carried {
    /// Those in these folders, in which there are other files too.
    pub fn in_folders(folders: &[PathBuf]) -> Self {
        let folders = folders.iter().map(|path| Folder { path: path.clone(), changed: None }).collect();
        let mut carried = Self { folders, ..Self::default() };
        carried.look_again();
        carried
    }

    /// Another release may be live: looks for its files when something came or went.
    pub fn look_again(&mut self) {
        let mut is_new = false;
        for folder in &mut self.folders {
            let changed = fs::metadata(&folder.path).and_then(|folder| folder.modified()).ok();
            is_new |= changed != folder.changed;
            folder.changed = changed;
        }
        if !is_new {
            return;
        }
        (self.files, self.places) = (Vec::new(), HashMap::new());
        let inside = |folder: &Folder| fs::read_dir(&folder.path).into_iter().flatten().flatten();
        let paths: Vec<PathBuf> = self.folders.iter().flat_map(inside).map(|entry| entry.path()).collect();
        for path in paths.iter().take(FILES_MAX) {
            if let Some((file, index)) = index_of(path) {
                let number = self.files.len();
                self.files.push(file);
                self.places.extend(index.into_iter().map(|(name, at, length)| (name, (number, at, length))));
            }
        }
    }

    /// True when there is a clip of this name.
    pub fn has(&self, name: &Sha256) -> bool {
        self.places.contains_key(name)
    }

    /// The clip of this name, as it was packed.
    pub fn get(&self, name: &Sha256) -> Option<Vec<u8>> {
        let (file, at, length) = self.places.get(name)?;
        let mut clip = vec![0; *length as usize];
        self.files.get(*file)?.read_exact_at(&mut clip, u64::from(*at)).ok()?;
        Some(clip)
    }
}

/// A file with the names, places and lengths of its clips.
type Indexed = (File, Vec<(Sha256, u32, u32)>);

/// The index of a file, when it is one of ours and fits together.
fn index_of(path: &Path) -> Option<Indexed> {
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut head = [0; MAGIC.len() + 4];
    file.read_exact(&mut head).ok()?;
    let count = u32::from_le_bytes(head.get(MAGIC.len()..)?.try_into().ok()?) as usize;
    if !head.starts_with(MAGIC) || count > CLIPS_MAX {
        return None;
    }
    let mut entries = vec![0; count * ENTRY_BYTES];
    file.read_exact(&mut entries).ok()?;
    let number = |four: &[u8]| four.try_into().map(u32::from_le_bytes).ok();
    let mut index = Vec::with_capacity(count);
    for entry in entries.chunks_exact(ENTRY_BYTES) {
        let name = Sha256::from_bytes(entry.get(..32)?.try_into().ok()?);
        let (at, length) = (number(entry.get(32..36)?)?, number(entry.get(36..)?)?);
        if length > CLIP_BYTES_MAX || u64::from(at) + u64::from(length) > size {
            return None;
        }
        index.push((name, at, length));
    }
    Some((file, index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_found_again_and_follows_the_release() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (Sha256::of(b"1"), Sha256::of(b"2"));
        let clips = [(first, b"eins".to_vec()), (second, b"zwei!".to_vec())].into();
        std::fs::write(folder.path().join("picture"), b"PNG").unwrap();
        std::fs::write(folder.path().join("clips"), pack(&clips).unwrap()).unwrap();
        let mut carried = Carried::in_folders(&[folder.path().to_owned(), "/nonexistent".into()]);
        assert_eq!(carried.get(&second).unwrap(), b"zwei!");
        assert!(carried.has(&first) && !carried.has(&Sha256::of(b"3")));
        std::fs::remove_file(folder.path().join("clips")).unwrap();
        // A file that is gone is read on until somebody looks.
        assert_eq!(carried.get(&first).unwrap(), b"eins");
        carried.look_again();
        assert!(!carried.has(&first));
        assert!(pack(&BTreeMap::new()).is_none());
    }

    #[test]
    fn a_file_that_does_not_fit_together_has_no_clips_and_costs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let whole = pack(&[(Sha256::of(b"1"), b"eins".to_vec())].into()).unwrap();
        let path = folder.path().join("clips");
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(index_of(&path).is_none(), "{length} bytes of {}", whole.len());
        }
        for at in 8..whole.len() {
            let mut wrong = whole.clone();
            wrong[at] ^= 0xFF;
            std::fs::write(&path, &wrong).unwrap();
            if let Some((_, index)) = index_of(&path) {
                assert!(index.len() <= 1);
            }
        }
    }
}
