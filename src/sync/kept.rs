//! The packs that stay on this machine: from them damaged content is rebuilt without any source.
//! A list says which pack leads from which state to which; a list or a pack that is damaged only means that the source
//! is needed, since what is rebuilt must match the state roots in any case.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError};
use crate::release::{PackLimits, PackRef};

use super::fetch;

const FILE: &str = "packs.json";
/// The folder of the packs.
pub(super) const PACKS_DIR: &str = "packs";
/// Most deltas in a row; after so many the full pack is fetched once.
pub(super) const DELTAS_MAX: usize = 64;
const LIST_BYTES_MAX: u64 = 16 << 20;

/// A pack that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeptPack {
    pub pack: PackRef,
    pub records: u64,
    /// The state that it starts from; none for a full pack.
    pub from: Option<Sha256>,
    /// The state that it leads to.
    pub to: Sha256,
}

impl KeptPack {
    pub fn limits(&self) -> PackLimits {
        PackLimits { unpacked: self.pack.unpacked, records: self.records }
    }

    pub fn path(&self, state_dir: &Path) -> PathBuf {
        state_dir.join(PACKS_DIR).join(self.pack.sha256.to_string())
    }
}

/// All packs that are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kept(Vec<KeptPack>);

#[derive(Serialize, Deserialize)]
struct KeptDoc {
    sha256: String,
    size: u64,
    unpacked: u64,
    records: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    to: String,
}

impl Kept {
    /// What the list says; nothing when it cannot be read.
    pub fn read(state_dir: &Path) -> Self {
        let bytes = durable::read(&state_dir.join(FILE), LIST_BYTES_MAX).unwrap_or_default();
        let docs: Vec<KeptDoc> = serde_json::from_slice(&bytes).unwrap_or_default();
        Self(docs.into_iter().filter_map(KeptDoc::check).collect())
    }

    /// Adds packs before they are used, so that a list never misses one that was.
    pub fn add(&mut self, state_dir: &Path, packs: Vec<KeptPack>) -> Result<(), FileError> {
        let old = self.0.len();
        packs.into_iter().for_each(|pack| {
            if !self.0.contains(&pack) {
                self.0.push(pack);
            }
        });
        if self.0.len() == old { Ok(()) } else { self.write(state_dir) }
    }

    /// Removes packs that are not what they were when they came, and says how many.
    pub fn drop_bad(&mut self, state_dir: &Path) -> u64 {
        let before = self.0.len();
        self.0.retain(|pack| fetch::is_right(&pack.path(state_dir), pack.pack.size, &pack.pack.sha256));
        let bad = before - self.0.len();
        if bad > 0 {
            // A list that cannot be written now still names them; what it leads to is checked before it is used.
            let _ = self.write(state_dir);
        }
        bad as u64
    }

    /// Keeps what leads to these states and removes every other pack.
    pub fn keep_only<'a>(
        &mut self,
        state_dir: &Path,
        roots: impl Iterator<Item = &'a Sha256>,
    ) -> Result<(), FileError> {
        let mut keep: Vec<KeptPack> = Vec::new();
        for root in roots {
            let path = self.path_to(root).unwrap_or_default();
            keep.extend(path.into_iter().filter(|pack| !keep.contains(pack)).collect::<Vec<_>>());
        }
        if self.0 != keep {
            self.0 = keep;
            self.write(state_dir)?;
        }
        let folder = state_dir.join(PACKS_DIR);
        let entries = std::fs::read_dir(&folder).map_err(|source| FileError::new("读取文件夹", &folder, source))?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            if !self.0.iter().any(|pack| name == pack.pack.sha256.to_string().as_str()) {
                durable::remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// A full pack and the deltas after it that lead to a state.
    pub fn path_to(&self, root: &Sha256) -> Option<Vec<KeptPack>> {
        let mut path = Vec::new();
        let mut wanted = *root;
        while path.len() <= DELTAS_MAX {
            // A full pack is the shortest way to anywhere.
            let leads = |pack: &&KeptPack| pack.to == wanted;
            let full = self.0.iter().filter(leads).find(|pack| pack.from.is_none());
            let pack = full.or_else(|| self.0.iter().find(leads))?;
            path.insert(0, *pack);
            match pack.from {
                None => return Some(path),
                Some(from) => wanted = from,
            }
        }
        None
    }

    /// Whether one more delta from a state leaves a chain that is not too long. A state that nothing leads to cannot
    /// be repaired from here either way.
    pub fn has_room_after(&self, root: &Sha256) -> bool {
        self.path_to(root).is_none_or(|path| path.len() <= DELTAS_MAX)
    }

    fn write(&self, state_dir: &Path) -> Result<(), FileError> {
        let path = state_dir.join(FILE);
        let docs: Vec<KeptDoc> = self.0.iter().map(KeptDoc::from).collect();
        let bytes = serde_json::to_vec(&docs).map_err(|e| FileError::new("写入", &path, e.into()))?;
        durable::write(&path, &bytes)
    }
}

impl KeptDoc {
    fn check(self) -> Option<KeptPack> {
        let pack = PackRef { sha256: Sha256::parse(&self.sha256).ok()?, size: self.size, unpacked: self.unpacked };
        let from = self.from.map(|from| Sha256::parse(&from)).transpose().ok()?;
        Some(KeptPack { pack, records: self.records, from, to: Sha256::parse(&self.to).ok()? })
    }
}

impl From<&KeptPack> for KeptDoc {
    fn from(kept: &KeptPack) -> Self {
        Self {
            sha256: kept.pack.sha256.to_string(),
            size: kept.pack.size,
            unpacked: kept.pack.unpacked,
            records: kept.records,
            from: kept.from.map(|from| from.to_string()),
            to: kept.to.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(n: usize) -> Sha256 {
        Sha256::of(&n.to_le_bytes())
    }

    fn pack(from: Option<usize>, to: usize) -> KeptPack {
        let name = Sha256::of(format!("{from:?} {to}").as_bytes());
        KeptPack {
            pack: PackRef { sha256: name, size: 1, unpacked: 1 },
            records: 1,
            from: from.map(root),
            to: root(to),
        }
    }

    #[test]
    fn a_chain_is_found_kept_and_ends() {
        let state = tempfile::tempdir().unwrap();
        durable::create_dir(&state.path().join(PACKS_DIR)).unwrap();
        let all = vec![pack(None, 1), pack(Some(1), 2), pack(Some(2), 3), pack(None, 9), pack(Some(7), 8)];
        all.iter().for_each(|pack| durable::write(&pack.path(state.path()), b"x").unwrap());
        let mut kept = Kept::default();
        kept.add(state.path(), all).unwrap();
        assert_eq!(Kept::read(state.path()), kept);
        assert_eq!(kept.path_to(&root(3)).unwrap(), [pack(None, 1), pack(Some(1), 2), pack(Some(2), 3)]);
        assert_eq!((kept.path_to(&root(8)), kept.path_to(&root(5))), (None, None));
        kept.keep_only(state.path(), [root(3), root(8)].iter()).unwrap();
        assert_eq!(Kept::read(state.path()).0.len(), 3);
        assert_eq!(std::fs::read_dir(state.path().join(PACKS_DIR)).unwrap().count(), 3);
    }

    #[test]
    fn circles_and_endless_chains_end() {
        let circle = Kept(vec![pack(Some(1), 2), pack(Some(2), 1)]);
        assert_eq!(circle.path_to(&root(1)), None);
        let long: Vec<_> =
            std::iter::once(pack(None, 0)).chain((0..DELTAS_MAX).map(|n| pack(Some(n), n + 1))).collect();
        let long = Kept(long);
        assert!(long.has_room_after(&root(DELTAS_MAX - 1)));
        assert!(!long.has_room_after(&root(DELTAS_MAX)));
        assert!(long.has_room_after(&root(10_000)), "nothing is lost there");
    }
}
