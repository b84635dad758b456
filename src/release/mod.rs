//! The signed release: packs of records, the manifest that lists them, the keys that sign it.
//! It opens no socket and no database; bytes come through a [`tough::Transport`] or a reader and are believed only
//! after their signature or hash matched.

pub mod carry;
pub mod delta;
mod files;
mod history;
pub mod keys;
pub mod manifest;
pub mod pack;
pub mod publish;
pub mod recipient;
pub mod refresh;
pub mod root;
pub mod rotate;
pub mod segment;
mod signing;
pub mod source;
pub mod trust;

pub use carry::{Carried, CarryError, Progress, carry};
pub use delta::{DeltaError, DeltaReader, Target};
pub use keys::KeysError;
pub use manifest::{Blob, Delta, Manifest, ManifestError, PackRef, Segment};
pub use pack::{PackError, PackLimits, PackReader, PackWriter};
pub use publish::{Edition, Item, NewBlob, PublishError, Published, publish};
pub use refresh::{Alarm, Expiries, Refreshed, alarms, refresh};
pub use source::{Body, Fault, Newer, Size, Source, Validators, Way};
pub use trust::{RoleBytes, TrustBytes, TrustError, Verified};

/// Where things are in a repository; the same on a server and on a stick.
pub mod layout {
    use crate::base::digest::Sha256;

    /// Signed metadata.
    pub const TUF_DIR: &str = "tuf";
    /// Manifests.
    pub const RELEASE_DIR: &str = "r";
    /// Packs.
    pub const PACK_DIR: &str = "p";
    /// Pictures and other large files.
    pub const BLOB_DIR: &str = "b";
    /// The only file whose name is the same in every release; it is written last.
    pub const TIMESTAMP: &str = "tuf/timestamp.json";
    /// The signed target.
    pub const MANIFEST: &str = "release.json";

    /// The file of a root version.
    pub fn root_name(version: u64) -> String {
        format!("{TUF_DIR}/{version}.root.json")
    }

    /// The file of a pack.
    pub fn pack_name(sha256: &Sha256) -> String {
        format!("{PACK_DIR}/{sha256}")
    }

    /// The file of a blob.
    pub fn blob_name(sha256: &Sha256) -> String {
        format!("{BLOB_DIR}/{sha256}")
    }

    /// The folder on a stick that holds the repository, so that other files may be beside it.
    pub const STICK_DIR: &str = "ZWGK";

    /// The file of a manifest.
    pub fn manifest_name(sha256: &Sha256) -> String {
        format!("{RELEASE_DIR}/{sha256}.{MANIFEST}")
    }
}
