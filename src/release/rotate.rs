//! The next root: new keys for old ones, signed by two of the old root keys and two of the new ones.
//! The old key folder stays as it is; a new one is made, all of it or nothing.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use jiff::Timestamp;
use tough::editor::signed::SignedRole;
use tough::key_source::KeySource;
use tough::schema::{KeyHolder, RoleKeys, RoleType, Root, Signed};
use tough::sign::{Sign as _, parse_keypair};

use crate::base::durable::{self, Scratch};

use super::keys::{
    KeyFolder, KeysError, NewKeys, ROOT_BYTES_MAX, ROOT_DAYS, ROOT_FILE, SCRATCH_DIR, authority_of, begin, later,
    new_key, old_root_name, roles_of, source, take_names,
};

/// Which keys are replaced by new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replace {
    /// All six.
    All,
    /// These, by name without ending: `root-1`, `targets`. With none only the validity begins anew.
    Only(Vec<String>),
}

impl Replace {
    fn has(&self, file: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|name| file.strip_suffix(".pk8") == Some(name)),
        }
    }

    fn check(&self) -> Result<(), KeysError> {
        let Self::Only(names) = self else { return Ok(()) };
        let known: Vec<String> = roles_of().into_iter().flat_map(|(_, files, _)| files).collect();
        let is_known = |name: &&String| known.iter().any(|file| file.strip_suffix(".pk8") == Some(name));
        names.iter().find(|name| !is_known(name)).map_or(Ok(()), |name| Err(KeysError::NoSuchKey(name.clone())))
    }
}

/// Makes the key folder `new` with the root that follows the one of `old`.
pub async fn rotate(old: &Path, new: &Path, replace: &Replace, now: Timestamp) -> Result<NewKeys, KeysError> {
    replace.check()?;
    let before = KeyFolder::open(old)?;
    let is_new = begin(new)?;
    let made = make(&before, old, new, replace, now).await;
    if made.is_err() && is_new {
        // Only an empty folder goes.
        let _ = durable::remove_empty_dir(new);
    }
    made
}

async fn make(
    before: &KeyFolder,
    old: &Path,
    new: &Path,
    replace: &Replace,
    now: Timestamp,
) -> Result<NewKeys, KeysError> {
    let scratch = Scratch::create(new, SCRATCH_DIR)?;
    let mut private = Vec::new();
    let mut keys = HashMap::new();
    let mut roles = HashMap::new();
    for (role, names, threshold) in roles_of() {
        let mut keyids = Vec::new();
        for (n, name) in names.into_iter().enumerate() {
            let path = scratch.path().join(&name);
            let (id, key) = if replace.has(&name) {
                private.push(name.clone());
                new_key(&path)?
            } else {
                // The public half is in the old root, in the order of the files; the private half may be elsewhere.
                let missing = || KeysError::MissingKey { folder: old.to_owned(), name: name.clone() };
                let id = before.root.signed.roles.get(&role).and_then(|r| r.keyids.get(n)).ok_or_else(missing)?;
                let key = before.root.signed.keys.get(id).ok_or_else(missing)?;
                match is_there(&old.join(&name), id)? {
                    true => {
                        durable::write_private(&path, &durable::read(&old.join(&name), ROOT_BYTES_MAX)?)?;
                        private.push(name);
                    }
                    false if role == RoleType::Root => {}
                    false => return Err(missing()),
                }
                (id.clone(), key.clone())
            };
            keyids.push(id.clone());
            keys.insert(id, key);
        }
        roles.insert(role, RoleKeys { keyids, threshold, _extra: HashMap::new() });
    }
    let version = before.root.signed.version.saturating_add(1);
    let expires = later(now, ROOT_DAYS).max(before.root.signed.expires);
    let root = Root { version, expires, keys, roles, ..before.root.signed.clone() };
    let bytes = sign(&before.root.signed, old, &root, scratch.path()).await?;
    durable::write(&scratch.path().join(ROOT_FILE), &bytes)?;
    let mut names = private.clone();
    for (version, bytes) in before.roots() {
        names.push(old_root_name(version));
        durable::write(&scratch.path().join(old_root_name(version)), bytes)?;
    }
    take_names(&scratch, new, names.iter().map(String::as_str))?;
    let authority = authority_of(&before.first_root());
    Ok(NewKeys { folder: new.to_owned(), root: new.join(ROOT_FILE), private, expires, authority })
}

/// Whether a private key is there, and is the one that the root names.
fn is_there(path: &Path, id: &[u8]) -> Result<bool, KeysError> {
    if !path.exists() {
        return Ok(false);
    }
    let key = parse_keypair(&durable::read(path, ROOT_BYTES_MAX)?)?.tuf_key();
    Ok(key.key_id().map_err(|e| KeysError::Key(Box::new(e)))?.as_ref() == id)
}

/// The new root, signed by enough keys of the old root and enough of its own.
async fn sign(before: &Root, old: &Path, root: &Root, new: &Path) -> Result<Vec<u8>, KeysError> {
    let mut signed = Signed { signed: root.clone(), signatures: Vec::new() };
    for (which, holder, folder) in [("旧", before, old), ("新", root, new)] {
        let keys = root_keys(folder);
        let role = SignedRole::new(root.clone(), &KeyHolder::Root(holder.clone()), &keys, &SystemRandom::new()).await;
        let signatures = match role {
            Ok(role) => role.signed().signatures.clone(),
            Err(tough::error::Error::KeysNotFoundInRoot { .. }) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let needed = holder.roles.get(&RoleType::Root).map_or(u64::MAX, |role| role.threshold.get());
        let found = signatures.len() as u64;
        if found < needed {
            return Err(KeysError::TooFewRootKeys { folder: old.to_owned(), which, found, needed });
        }
        for signature in signatures {
            // A key that was kept is in both roots and signs once.
            if signed.signatures.iter().all(|have| have.keyid != signature.keyid) {
                signed.signatures.push(signature);
            }
        }
    }
    // In a fixed order, so that the file does not depend on chance.
    signed.signatures.sort_by(|a, b| a.keyid.as_ref().cmp(b.keyid.as_ref()));
    let path = new.join(ROOT_FILE);
    let mut bytes = serde_json::to_vec_pretty(&signed).map_err(|cause| KeysError::Root { path, cause })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The root keys that are in a folder.
fn root_keys(folder: &Path) -> Vec<Box<dyn KeySource>> {
    let [(_, names, _), ..] = roles_of();
    let names = names.into_iter().filter(|name| fs::exists(folder.join(name)).unwrap_or(false));
    names.map(|name| source(folder, &name)).collect()
}
