//! The signing keys of a publisher: three root keys of which two sign, and one each for targets, snapshot, timestamp.
//! A key folder is made once; nothing here ever replaces a key.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use jiff::{SignedDuration, Timestamp};
use tough::editor::signed::SignedRole;
use tough::key_source::{KeySource, LocalKeySource};
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::key::Key;
use tough::schema::{KeyHolder, RoleKeys, RoleType, Root, Signed, Targets};
use tough::sign::{Sign as _, parse_keypair};

use crate::base::digest::Running;
use crate::base::durable::{self, FileError, Scratch};

/// How many root keys there are.
pub const ROOT_KEYS: u8 = 3;
/// How many of them must sign.
pub const ROOT_THRESHOLD: u64 = 2;
/// How long a root is good for; the next one is signed before, or in an emergency.
pub const ROOT_DAYS: i64 = 5 * 365;
/// The public half of everything.
pub const ROOT_FILE: &str = "root.json";
/// TUF version that is written.
pub const SPEC_VERSION: &str = "1.0.0";
/// Where keys are made before they get their names.
pub(super) const SCRATCH_DIR: &str = ".new-keys";
pub(super) const ROOT_BYTES_MAX: u64 = 1 << 20;
/// Most roots of before in one key folder.
const ROOTS_MAX: u64 = 1000;

/// Why keys cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is something in the folder already.
    #[error("文件夹 {} 里已经有文件；为了不毁掉已有的密钥，请换一个空文件夹", .0.display())]
    NotEmpty(PathBuf),
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The random number generator failed.
    #[error("不能生成密钥")]
    Generate,
    /// Signing failed.
    #[error("不能签名")]
    Sign(Box<tough::error::Error>),
    /// A key that was just made has no TUF id.
    #[error("密钥格式不对")]
    Key(Box<tough::schema::Error>),
    /// Too few root keys are there to sign the next root.
    #[error("{} 里只有{found}把能用的{which}根私钥，至少要{needed}把才能签署新的根证书", folder.display())]
    TooFewRootKeys {
        /// Where they were looked for.
        folder: PathBuf,
        /// Of the old root or the new one, as a Chinese adjective.
        which: &'static str,
        /// How many are there.
        found: u64,
        /// How many it takes.
        needed: u64,
    },
    /// A key that is to be kept is not there.
    #[error("{} 里没有 {name}，它又不在要更换的密钥之列", folder.display())]
    MissingKey {
        /// Where it was looked for.
        folder: PathBuf,
        /// Its file.
        name: String,
    },
    /// A name that no key has.
    #[error("没有叫“{0}”的密钥；有 root-1、root-2、root-3、targets、snapshot、timestamp")]
    NoSuchKey(String),
    /// `root.json` is none.
    #[error("{} 不是根证书，或者已经损坏", path.display())]
    Root {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
}

impl From<tough::error::Error> for KeysError {
    fn from(source: tough::error::Error) -> Self {
        Self::Sign(Box::new(source))
    }
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeys {
    /// The folder.
    pub folder: PathBuf,
    /// The public root.
    pub root: PathBuf,
    /// Names of the private key files, root keys first.
    pub private: Vec<String>,
    /// Until when the root is good.
    pub expires: Timestamp,
    /// The authority's id.
    pub authority: String,
}

/// A key folder that is there.
#[derive(Debug)]
pub struct KeyFolder {
    folder: PathBuf,
    /// The bytes of the public root.
    pub root_bytes: Vec<u8>,
    /// The public root, not yet verified.
    pub root: Signed<Root>,
    /// Roots of before, oldest first.
    older: Vec<(u64, Vec<u8>)>,
}

/// Makes a new key folder with a signed root: all of it, or nothing is left.
pub async fn init(folder: &Path, now: Timestamp) -> Result<NewKeys, KeysError> {
    let is_new = begin(folder)?;
    let made = make(folder, now).await;
    if made.is_err() && is_new {
        // Only an empty folder goes.
        let _ = durable::remove_empty_dir(folder);
    }
    made
}

/// Makes sure of an empty folder; says whether it was made for this.
pub(super) fn begin(folder: &Path) -> Result<bool, KeysError> {
    // What an interrupted attempt left is no key of anybody.
    let is_other = |entry: std::io::Result<std::fs::DirEntry>| entry.is_ok_and(|e| e.file_name() != SCRATCH_DIR);
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.any(is_other)) {
        return Err(KeysError::NotEmpty(folder.to_owned()));
    }
    let is_new = !folder.exists();
    durable::create_dir(folder)?;
    Ok(is_new)
}

/// Everything is written, signed and flushed beside its place before any of it gets its name.
async fn make(folder: &Path, now: Timestamp) -> Result<NewKeys, KeysError> {
    let scratch = Scratch::create(folder, SCRATCH_DIR)?;
    let mut private = Vec::new();
    let mut keys = HashMap::new();
    let mut roles = HashMap::new();
    for (role, names, threshold) in roles_of() {
        let mut keyids = Vec::new();
        for name in names {
            let (id, key) = new_key(&scratch.path().join(&name))?;
            keyids.push(id.clone());
            keys.insert(id, key);
            private.push(name);
        }
        roles.insert(role, RoleKeys { keyids, threshold, _extra: HashMap::new() });
    }
    let root = Root {
        spec_version: SPEC_VERSION.to_owned(),
        consistent_snapshot: true,
        version: NonZeroU64::MIN,
        expires: later(now, ROOT_DAYS),
        keys,
        roles,
        _extra: HashMap::new(),
    };
    let authority = authority_of(&root);
    let expires = root.expires;
    let signers: Vec<Box<dyn KeySource>> =
        private.iter().filter(|name| name.starts_with("root-")).map(|name| source(scratch.path(), name)).collect();
    let signed = SignedRole::new(root.clone(), &KeyHolder::Root(root), &signers, &SystemRandom::new()).await?;
    durable::write(&scratch.path().join(ROOT_FILE), signed.buffer())?;
    take_names(&scratch, folder, private.iter().map(String::as_str))?;
    Ok(NewKeys { folder: folder.to_owned(), root: folder.join(ROOT_FILE), private, expires, authority })
}

/// Makes a private key and says its public half.
pub(super) fn new_key(path: &Path) -> Result<(Decoded<Hex>, Key), KeysError> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeysError::Generate)?;
    let key = parse_keypair(pkcs8.as_ref())?.tuf_key();
    let id = key.key_id().map_err(|e| KeysError::Key(Box::new(e)))?;
    durable::write_private(path, pkcs8.as_ref())?;
    Ok((id, key))
}

/// Gives finished files their names in an empty folder; the root last, so that a folder with a root.json is complete.
pub(super) fn take_names<'a>(
    scratch: &Scratch,
    folder: &Path,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), FileError> {
    let names: Vec<&str> = names.chain([ROOT_FILE]).collect();
    for name in &names {
        if let Err(error) = durable::rename(&scratch.path().join(name), &folder.join(name)) {
            // The folder was empty, so nothing of these names is anybody's.
            names.iter().for_each(|name| drop(durable::remove(&folder.join(name))));
            return Err(error);
        }
    }
    Ok(())
}

impl KeyFolder {
    /// Opens a key folder made by [`init`] or by a rotation.
    pub fn open(folder: &Path) -> Result<Self, KeysError> {
        let (root_bytes, root) = read_root(&folder.join(ROOT_FILE))?;
        let mut older = Vec::new();
        for version in 1..root.signed.version.get().min(ROOTS_MAX) {
            let path = folder.join(old_root_name(version));
            // Folders of the first root have none, and a chain that was begun later begins later.
            if path.exists() {
                older.push((version, read_root(&path)?.0));
            }
        }
        Ok(Self { folder: folder.to_owned(), root_bytes, root, older })
    }

    /// All roots that the folder knows with their versions, oldest first; the last one is the newest.
    pub fn roots(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let newest = (self.root.signed.version.get(), self.root_bytes.as_slice());
        self.older.iter().map(|(version, bytes)| (*version, bytes.as_slice())).chain([newest])
    }

    /// The same the other way round, without the versions.
    pub fn roots_newest_first(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.root_bytes.as_slice()).chain(self.older.iter().rev().map(|(_, bytes)| bytes.as_slice()))
    }

    /// The oldest root that the folder knows: it says which authority this is.
    pub fn first_root(&self) -> Root {
        let oldest = self.older.first().and_then(|(_, bytes)| serde_json::from_slice::<Signed<Root>>(bytes).ok());
        oldest.map_or_else(|| self.root.signed.clone(), |oldest| oldest.signed)
    }

    /// The key that signs a short-lived role; the root keys stay in their drawer.
    pub fn of_role(&self, role: RoleType) -> Box<dyn KeySource> {
        source(&self.folder, &role_key_name(role))
    }

    /// Whether targets were signed with the key that the newest root names.
    pub fn has_signed_targets(&self, bytes: &[u8]) -> bool {
        serde_json::from_slice::<Signed<Targets>>(bytes).is_ok_and(|t| self.root.signed.verify_role(&t).is_ok())
    }
}

fn read_root(path: &Path) -> Result<(Vec<u8>, Signed<Root>), KeysError> {
    let bytes = durable::read(path, ROOT_BYTES_MAX)?;
    let root = serde_json::from_slice(&bytes).map_err(|cause| KeysError::Root { path: path.to_owned(), cause })?;
    Ok((bytes, root))
}

/// The name of a root of before in a key folder.
pub(super) fn old_root_name(version: u64) -> String {
    format!("{version}.root.json")
}

/// The file of a root key, counted from 1.
pub(super) fn root_key_name(n: u8) -> String {
    format!("root-{n}.pk8")
}

/// The file of the key of a short-lived role.
pub(super) fn role_key_name(role: RoleType) -> String {
    format!("{role}.pk8")
}

/// The id of the authority that owns a first root: 16 hexadecimal digits over its root key ids.
/// It is fixed in the first release and carried on, so that later key rotations do not change it.
pub fn authority_of(root: &Root) -> String {
    let mut ids: Vec<&[u8]> =
        root.roles.get(&RoleType::Root).map_or_else(Vec::new, |r| r.keyids.iter().map(|id| id.as_ref()).collect());
    ids.sort_unstable();
    let mut running = Running::default();
    ids.iter().for_each(|id| running.update(id));
    running.finish().to_string().chars().take(16).collect()
}

/// `now` and some days, or the end of time.
pub fn later(now: Timestamp, days: i64) -> Timestamp {
    // Whole seconds: TUF dates have no fractions.
    let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
    whole.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

/// The roles with the files of their keys and how many of them must sign.
pub(super) fn roles_of() -> [(RoleType, Vec<String>, NonZeroU64); 4] {
    let threshold = NonZeroU64::new(ROOT_THRESHOLD).unwrap_or(NonZeroU64::MIN);
    let single = |role: RoleType| (role, vec![role_key_name(role)], NonZeroU64::MIN);
    [
        (RoleType::Root, (1..=ROOT_KEYS).map(root_key_name).collect(), threshold),
        single(RoleType::Targets),
        single(RoleType::Snapshot),
        single(RoleType::Timestamp),
    ]
}

pub(super) fn source(folder: &Path, name: &str) -> Box<dyn KeySource> {
    Box::new(LocalKeySource { path: folder.join(name) })
}
