//! From a root that is trusted to a manifest that is verified, by the rules of The Update Framework.
//! Whatever is wrong refuses the whole repository; expired metadata is reported, not judged here.
//!
//! `tough` checks signatures, versions and hashes. Four things are done around it: files come through our own source
//! and are kept as they came; its rollback memory is a folder made new for each check; a fault of the source is not
//! mistaken for "no newer root"; and the files that no hash pins are compared with what was understood of them, so
//! that no flipped byte passes as another spelling of the same thing.

use std::fmt;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tough::error::Error as ToughError;
use tough::schema::{Role, RoleType, Root, Signed};
use tough::{ExpirationEnforcement, IntoVec, Limits, Repository, RepositoryLoader, TargetName};
use url::Url;

use crate::base::chain::chain;
use crate::base::digest::Sha256;
use crate::base::durable::{self, FileError};

use super::files::Files;
use super::keys::authority_of;
use super::layout;
use super::manifest::{MANIFEST_BYTES_MAX, Manifest, ManifestError, NUMBER_MAX};
use super::refresh::Expiries;
use super::source::{Fault, Source};

/// Largest metadata file; real ones have 1–3 KiB.
pub const METADATA_BYTES_MAX: u64 = 256 << 10;
/// Most root rotations followed in one check.
const ROOT_UPDATES_MAX: u64 = 256;
/// Never looked up: only its path is used.
const BASE: &str = "https://repository.invalid/";

/// What a terminal knows of an authority before a check.
#[derive(Debug, Clone, Default)]
pub struct TrustBytes {
    /// The newest root that is trusted.
    pub root: Vec<u8>,
    /// The newest timestamp, snapshot and targets seen, against rollback.
    pub timestamp: Option<Vec<u8>>,
    /// See `timestamp`.
    pub snapshot: Option<Vec<u8>>,
    /// See `timestamp`.
    pub targets: Option<Vec<u8>>,
}

/// A metadata file that was verified, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBytes {
    /// Its version.
    pub version: u64,
    /// Until when it is good.
    pub expires: Timestamp,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A repository whose signatures, versions and hashes are right. Packs are not looked at yet.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The release.
    pub manifest: Manifest,
    /// Hash of the manifest file.
    pub manifest_sha256: Sha256,
    /// The manifest file.
    pub manifest_bytes: Vec<u8>,
    /// Roots accepted on the way, oldest first; the last one is the trusted one from now on.
    pub new_roots: Vec<RoleBytes>,
    /// The trusted root.
    pub root: RoleBytes,
    /// The verified timestamp.
    pub timestamp: RoleBytes,
    /// The verified snapshot.
    pub snapshot: RoleBytes,
    /// The verified targets.
    pub targets: RoleBytes,
}

impl Verified {
    /// When the first of its parts expires.
    pub fn expires(&self) -> Timestamp {
        self.expiries().map(|(_, expires)| expires).into_iter().min().unwrap_or_default()
    }

    /// When each of its parts expires.
    pub fn expiries(&self) -> Expiries {
        [
            ("root", self.root.expires),
            ("targets", self.targets.expires),
            ("snapshot", self.snapshot.expires),
            ("timestamp", self.timestamp.expires),
        ]
    }
}

/// What a library said; kept out of the sentences for people.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a repository is refused.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The root that we were told to trust is none.
    #[error("信任的根证书不能用")]
    TrustedRoot(Cause),
    /// The repository belongs to somebody else.
    #[error("这是别的发布机构的内容（根证书不同）")]
    ForeignRoot,
    /// A signature is wrong, or too few are there.
    #[error("{file} 的签名不对或缺少签名")]
    BadSignature {
        /// Which file.
        file: String,
        /// What the check said.
        cause: Cause,
    },
    /// A file is not what it should be.
    #[error("{file} 已损坏，读不懂")]
    Malformed {
        /// Which file.
        file: String,
        /// What is wrong.
        cause: Cause,
    },
    /// A file is not the signed one.
    #[error("{file} 与签名的校验值不符")]
    HashMismatch {
        /// Which file.
        file: String,
    },
    /// Older than what was seen before.
    #[error("这份内容比已见过的旧")]
    Older(Box<ToughError>),
    /// The signed metadata lists no manifest.
    #[error("签名的目录里没有发布清单")]
    NoManifest,
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The source failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The folder for the check cannot be written.
    #[error(transparent)]
    Scratch(#[from] FileError),
    /// Anything else that the library refuses.
    #[error("签名目录不合规")]
    Other(Box<ToughError>),
}

impl TrustError {
    /// What the library said, for programs.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::TrustedRoot(cause) | Self::BadSignature { cause, .. } | Self::Malformed { cause, .. } => {
                Some(chain(&**cause))
            }
            Self::Older(cause) | Self::Other(cause) => Some(chain(&**cause)),
            Self::Fault(fault) => fault.detail(),
            Self::ForeignRoot | Self::HashMismatch { .. } | Self::NoManifest | Self::Manifest(_) | Self::Scratch(_) => {
                None
            }
        }
    }
}

/// Reads a root and checks that it is signed by its own keys: the first trust of a terminal.
pub fn first_root(bytes: &[u8]) -> Result<RoleBytes, TrustError> {
    let root: Signed<Root> = serde_json::from_slice(bytes).map_err(|e| TrustError::TrustedRoot(e.into()))?;
    root.signed.verify_role(&root).map_err(|e| TrustError::TrustedRoot(e.into()))?;
    if root.signed.version.get() > NUMBER_MAX - ROOT_UPDATES_MAX {
        return Err(TrustError::TrustedRoot("版本号过大".into()));
    }
    Ok(role_bytes(&root.signed, bytes.to_vec()))
}

/// Whether a root that is given now is of the publisher that is trusted already: after rotations the root file of the
/// first day still gives the same id, and a later one shares a key.
pub fn is_same_publisher(trusted: &[u8], given: &[u8], authority: Option<&str>) -> bool {
    let parse = |bytes: &[u8]| serde_json::from_slice::<Signed<Root>>(bytes).ok().map(|root| root.signed);
    let (Some(trusted), Some(given)) = (parse(trusted), parse(given)) else { return false };
    let keyids = |root: &Root| root.roles.get(&RoleType::Root).map_or_else(Vec::new, |role| role.keyids.clone());
    authority == Some(authority_of(&given).as_str()) || keyids(&given).iter().any(|id| keyids(&trusted).contains(id))
}

/// Until when a metadata file says it is good; only for files that were verified before.
pub fn expires(bytes: &[u8]) -> Option<Timestamp> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    value["signed"]["expires"].as_str()?.parse().ok()
}

/// Verifies a repository. `timestamp` is its `timestamp.json` as just fetched; `scratch` is an empty folder.
pub async fn open(
    source: Arc<dyn Source>,
    trusted: &TrustBytes,
    timestamp: Vec<u8>,
    scratch: &Path,
) -> Result<Verified, TrustError> {
    let trusted_root = first_root(&trusted.root)?;
    check_root_copy(&*source, &trusted.root, trusted_root.version).await?;
    for (name, bytes) in
        [("timestamp", &trusted.timestamp), ("snapshot", &trusted.snapshot), ("targets", &trusted.targets)]
    {
        if let Some(bytes) = bytes {
            durable::write(&scratch.join(format!("{name}.json")), bytes)?;
        }
    }
    let files = Files::new(source, timestamp);
    let loaded = load(&files, trusted, scratch).await;
    // The library takes a failed fetch of a newer root for "there is none", so our own memory of faults goes first.
    if let Some(fault) = files.take_fault() {
        return Err(fault.into());
    }
    let repository = loaded?;
    let manifest = manifest(&repository, &files).await?;
    collect(&repository, &files, trusted_root, manifest)
}

async fn load(files: &Files, trusted: &TrustBytes, scratch: &Path) -> Result<Repository, TrustError> {
    let base = |dir: &str| Url::parse(&format!("{BASE}{dir}/")).map_err(|e| malformed(dir, e));
    let limits = Limits {
        max_root_size: METADATA_BYTES_MAX,
        max_targets_size: METADATA_BYTES_MAX,
        max_timestamp_size: METADATA_BYTES_MAX,
        max_snapshot_size: METADATA_BYTES_MAX,
        max_root_updates: ROOT_UPDATES_MAX,
    };
    RepositoryLoader::new(&trusted.root, base(layout::TUF_DIR)?, base(layout::RELEASE_DIR)?)
        .transport(files.clone())
        .limits(limits)
        .datastore(scratch)
        // Expiry is judged by the caller, who knows the way the content came and what time to believe.
        .expiration_enforcement(ExpirationEnforcement::Unsafe)
        .load()
        .await
        .map_err(translate)
}

async fn manifest(repository: &Repository, files: &Files) -> Result<(Manifest, Sha256, Vec<u8>), TrustError> {
    let name = TargetName::new(layout::MANIFEST).map_err(translate)?;
    let target = repository.targets().signed.targets.get(&name).ok_or(TrustError::NoManifest)?;
    if target.length > MANIFEST_BYTES_MAX {
        let name = layout::MANIFEST.to_owned();
        return Err(Fault::TooBig { name, bytes_max: MANIFEST_BYTES_MAX }.into());
    }
    let signed: [u8; 32] = target.hashes.sha256.as_ref().try_into().map_err(|_| TrustError::NoManifest)?;
    let stream = repository.read_target(&name).await;
    if let Some(fault) = files.take_fault() {
        return Err(fault.into());
    }
    let bytes = stream.map_err(translate)?.ok_or(TrustError::NoManifest)?.into_vec().await.map_err(translate)?;
    Ok((Manifest::parse(&bytes)?, Sha256::from_bytes(signed), bytes))
}

fn collect(
    repository: &Repository,
    files: &Files,
    trusted_root: RoleBytes,
    (manifest, manifest_sha256, manifest_bytes): (Manifest, Sha256, Vec<u8>),
) -> Result<Verified, TrustError> {
    let timestamp = role(&repository.timestamp().signed, files, layout::TIMESTAMP)?;
    exact::<tough::schema::Timestamp>(layout::TIMESTAMP, &timestamp.bytes)?;
    let snapshot_name = format!("{}/{}", layout::TUF_DIR, repository.snapshot().signed.filename(true));
    let targets_name = format!("{}/{}", layout::TUF_DIR, repository.targets().signed.filename(true));
    let mut new_roots = Vec::new();
    let mut before: Signed<Root> =
        serde_json::from_slice(&trusted_root.bytes).map_err(|e| TrustError::TrustedRoot(e.into()))?;
    for version in trusted_root.version + 1..=repository.root().signed.version.get() {
        let name = layout::root_name(version);
        let bytes = kept(files, &name)?;
        let root = exact::<Root>(&name, &bytes)?;
        every_signature_holds(&name, &root, &before)?;
        new_roots.push(role_bytes(&root.signed, bytes));
        before = root;
    }
    Ok(Verified {
        manifest,
        manifest_sha256,
        manifest_bytes,
        root: new_roots.last().cloned().unwrap_or(trusted_root),
        new_roots,
        timestamp,
        snapshot: role(&repository.snapshot().signed, files, &snapshot_name)?,
        targets: role(&repository.targets().signed, files, &targets_name)?,
    })
}

/// The repository's copy of the root we trust must be the root we trust; otherwise it is somebody else's repository.
async fn check_root_copy(source: &dyn Source, trusted: &[u8], version: u64) -> Result<(), TrustError> {
    let name = layout::root_name(version);
    let copy = match source.small(&name, METADATA_BYTES_MAX).await {
        Ok(copy) if copy == trusted => return Ok(()),
        Ok(copy) => copy,
        // Old roots may have been cleared away; the chain from ours upwards is checked in any case.
        Err(Fault::NotFound { .. }) => return Ok(()),
        Err(fault) => return Err(fault.into()),
    };
    let copy = exact::<Root>(&name, &copy)?;
    let ours: Signed<Root> = serde_json::from_slice(trusted).map_err(|e| TrustError::TrustedRoot(e.into()))?;
    if copy.signed == ours.signed {
        return every_signature_holds(&name, &copy, &ours);
    }
    match copy.signed.verify_role(&copy) {
        Ok(()) => Err(TrustError::ForeignRoot),
        Err(e) => Err(TrustError::BadSignature { file: name, cause: e.into() }),
    }
}

/// A threshold is enough for trust, but a root with a broken signature among good ones was tampered with: each must be
/// of this root's keys, of the previous root's, or one that we have seen on it before.
fn every_signature_holds(name: &str, root: &Signed<Root>, before: &Signed<Root>) -> Result<(), TrustError> {
    let fail = |cause| TrustError::BadSignature { file: name.to_owned(), cause };
    let (own, previous) = (any_key_of(&root.signed), any_key_of(&before.signed));
    for signature in &root.signatures {
        let alone = Signed { signed: root.signed.clone(), signatures: vec![signature.clone()] };
        let is_seen = root.signed == before.signed && before.signatures.contains(signature);
        if !is_seen && own.verify_role(&alone).is_err() && previous.verify_role(&alone).is_err() {
            return Err(fail("有一个签名不对".into()));
        }
    }
    root.signed.verify_role(root).map_err(|e| fail(e.into()))
}

/// The root with a threshold of one, to check signatures one by one.
fn any_key_of(root: &Root) -> Root {
    let mut root = root.clone();
    if let Some(role) = root.roles.get_mut(&RoleType::Root) {
        role.threshold = NonZeroU64::MIN;
    }
    root
}

/// Parses a file and refuses it when writing it again would not say the same.
fn exact<T: Role + Serialize + DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<Signed<T>, TrustError> {
    let parsed: Signed<T> = serde_json::from_slice(bytes).map_err(|e| malformed(name, e))?;
    let said: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| malformed(name, e))?;
    let understood = serde_json::to_value(&parsed).map_err(|e| malformed(name, e))?;
    // The library keeps the spelling of hexadecimal values, so upper case must be looked for.
    let is_lower = !said["signatures"].to_string().contains(|c: char| c.is_ascii_uppercase());
    if said == understood && is_lower { Ok(parsed) } else { Err(malformed(name, "写法不规范")) }
}

fn role<T: Role>(signed: &T, files: &Files, name: &str) -> Result<RoleBytes, TrustError> {
    if signed.version().get() > NUMBER_MAX {
        return Err(malformed(name, "版本号过大"));
    }
    Ok(role_bytes(signed, kept(files, name)?))
}

fn role_bytes<T: Role>(signed: &T, bytes: Vec<u8>) -> RoleBytes {
    RoleBytes { version: signed.version().get(), expires: signed.expires(), bytes }
}

fn kept(files: &Files, name: &str) -> Result<Vec<u8>, TrustError> {
    files.kept(name).ok_or_else(|| malformed(name, "未曾读到"))
}

fn malformed(file: &str, cause: impl Into<Cause>) -> TrustError {
    TrustError::Malformed { file: file.to_owned(), cause: cause.into() }
}

fn translate(error: ToughError) -> TrustError {
    let file = |role: &dyn fmt::Display| format!("{role}.json");
    match error {
        ToughError::VerifyMetadata { role, source, .. } => {
            TrustError::BadSignature { file: file(&role), cause: source.into() }
        }
        ToughError::VerifyTrustedMetadata { source, .. } => TrustError::TrustedRoot(source.into()),
        ToughError::ParseTrustedMetadata { source, .. } => TrustError::TrustedRoot(source.into()),
        ToughError::ParseMetadata { role, source, .. } => malformed(&file(&role), source),
        ToughError::VersionMismatch { role, .. } => TrustError::HashMismatch { file: file(&role) },
        older @ (ToughError::OlderMetadata { .. }
        | ToughError::OlderSnapshotInTimestamp { .. }
        | ToughError::SnapshotRoleMissing { .. }
        | ToughError::SnapshotRoleRollback { .. }) => TrustError::Older(Box::new(older)),
        ToughError::HashMismatch { context, .. } => TrustError::HashMismatch { file: context },
        ToughError::Transport { url, source, .. } => {
            let name = url.path().trim_start_matches('/').to_owned();
            let cause = std::error::Error::source(&source).and_then(|s| s.downcast_ref::<ToughError>());
            match cause {
                Some(ToughError::HashMismatch { .. }) => TrustError::HashMismatch { file: name },
                Some(ToughError::MaxSizeExceeded { max_size, .. }) => {
                    Fault::TooBig { name, bytes_max: *max_size }.into()
                }
                _ => malformed(&name, source),
            }
        }
        other => TrustError::Other(Box::new(other)),
    }
}
