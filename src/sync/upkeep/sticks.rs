//! Which stick is in: the system mounts each in a folder of its own below one folder that is ours.
//! Only that folder is listed, never a stick; what is on a stick is found by fixed and signed names alone.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::super::{Fault, Stick};
use super::postman::comes_for_letters;

/// Sticks looked at; a machine has no more ports for the public.
const STICKS_MAX: usize = 16;

/// A stick, or a folder in place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugged {
    /// Where it is mounted.
    pub dir: PathBuf,
    /// Which file system and which folder of it: another stick in the same place is another one.
    key: (u64, u64),
}

/// The sticks that are in, in the order in which they came.
#[derive(Debug, Default)]
pub struct Ports {
    plugged: Vec<Plugged>,
}

impl Ports {
    /// Looks again, and says which stick is the one that staff mean: the last that came.
    pub fn look(&mut self, folder: &Path) -> Option<&Plugged> {
        let now = plugged(folder);
        self.plugged.retain(|known| now.contains(known));
        for stick in now {
            if !self.plugged.contains(&stick) {
                self.plugged.push(stick);
            }
        }
        self.plugged.last()
    }
}

fn plugged(folder: &Path) -> Vec<Plugged> {
    // Without the folder nothing was ever mounted.
    let (Ok(entries), Ok(ours)) = (std::fs::read_dir(folder), std::fs::metadata(folder)) else { return Vec::new() };
    let stick = |entry: std::fs::DirEntry| {
        let dir = entry.path();
        let found = std::fs::symlink_metadata(&dir).ok().filter(std::fs::Metadata::is_dir)?;
        // A place where nothing is mounted yet is no stick, unless somebody put a release or a permit there.
        let is_mounted = found.dev() != ours.dev();
        let is_one = is_mounted
            || comes_for_letters(&dir)
            || !matches!(Stick::open(&dir), Err(Fault::Empty { .. } | Fault::NotFound { .. }));
        is_one.then_some(Plugged { dir, key: (found.dev(), found.ino()) })
    };
    let mut sticks: Vec<Plugged> = entries.flatten().take(STICKS_MAX).filter_map(stick).collect();
    sticks.sort_by(|a, b| a.dir.cmp(&b.dir));
    sticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stick_that_came_is_the_one_and_a_pulled_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let plug = |name: &str| std::fs::create_dir_all(folder.path().join(name).join("ZWGK/tuf")).unwrap();
        let mut ports = Ports::default();
        let look = |ports: &mut Ports| ports.look(folder.path()).map(|p| p.dir.file_name().unwrap().to_owned());
        assert_eq!(look(&mut ports), None);
        plug("sdb1");
        assert_eq!(look(&mut ports).unwrap(), "sdb1");
        plug("sda1");
        assert_eq!(look(&mut ports).unwrap(), "sda1");
        std::fs::remove_dir_all(folder.path().join("sda1")).unwrap();
        assert_eq!(look(&mut ports).unwrap(), "sdb1");
        std::fs::remove_dir_all(folder.path().join("sdb1")).unwrap();
        assert_eq!(look(&mut ports), None);
        assert_eq!(Ports::default().look(&folder.path().join("none")), None);
    }

    #[test]
    fn an_empty_place_and_a_link_are_no_sticks() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sdb1")).unwrap();
        std::fs::create_dir_all(folder.path().join("real/ZWGK/tuf")).unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("zz-link")).unwrap();
        let mut ports = Ports::default();
        assert_eq!(ports.look(folder.path()).unwrap().dir, folder.path().join("real"));
    }
}
