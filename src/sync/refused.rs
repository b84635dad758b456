//! Why content was not taken over: one value for each situation, with a sentence for staff and a word for programs.
//! In every one of them the content that was live before still is.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use crate::base::clock::china;
use crate::base::durable::FileError;
use crate::release::{DeltaError, Fault, ManifestError, PackError, TrustError};
use crate::store::StoreError;

/// A refusal.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A new terminal that was given no root.
    #[error("这台终端还没有信任的根证书，请用 --root 指定发布机构给的 root.json")]
    NoRoot,
    /// The given root differs from the one trusted already.
    #[error("这台终端已经信任另一份根证书，--root 只用于新终端")]
    OtherRoot,
    /// The signatures, versions or hashes do not hold.
    #[error(transparent)]
    Trust(TrustError),
    /// A release of an authority that we do not follow.
    #[error("这是“{found}”的内容，这台终端跟随的是“{ours}”")]
    ForeignAuthority {
        /// Its id.
        found: String,
        /// Whom we follow.
        ours: String,
    },
    /// A lower number than one we have had.
    #[error("这是第{number}次发布，比这台终端见过的第{floor}次旧")]
    OlderThanFloor {
        /// Offered.
        number: u64,
        /// The floor.
        floor: u64,
    },
    /// The signed validity is over.
    #[error("这份内容的有效期到{0}为止，已经过期")]
    Expired(jiff::civil::Date),
    /// The source failed.
    #[error(transparent)]
    Fault(Fault),
    /// A stick that does not carry all that is wanted; what it has is kept, and another stick or the network may bring
    /// the rest.
    #[error(
        "U盘上的内容不完整：需要{wanted}个文件，缺{missing}个（如 {first}）。已有的部分已经存下，换一个U盘或联网可以补齐"
    )]
    Incomplete {
        /// Files that are not there.
        missing: u64,
        /// Files that are wanted.
        wanted: u64,
        /// One of those that are missing.
        first: String,
    },
    /// The pack is not the signed one.
    #[error("内容包与签名的校验值不符")]
    PackHash,
    /// The pack cannot be read.
    #[error(transparent)]
    Pack(PackError),
    /// The delta cannot be applied.
    #[error(transparent)]
    Delta(DeltaError),
    /// The database refused.
    #[error(transparent)]
    Store(StoreError),
    /// What this terminal trusts is lost, and nothing was given to begin anew with.
    #[error("这台终端的信任记录 {} 已损坏，请用 --root 指定发布机构给的 root.json 再更新一次，就可以恢复", .0.display())]
    TrustLost(PathBuf),
    /// A file of ours could not be written.
    #[error(transparent)]
    File(FileError),
    /// There is not enough space for it.
    #[error("磁盘空间不足：需要{needed_mib} MiB，只剩{free_mib} MiB")]
    NoSpace {
        /// What it takes.
        needed_mib: u64,
        /// What there is.
        free_mib: u64,
    },
    /// Another sync is at work.
    #[error("另一次同步正在进行（{}）", .0.display())]
    Busy(PathBuf),
    /// The task was cut off, as at shutdown.
    #[error("同步被中断")]
    Interrupted,
}

impl Refused {
    /// Signatures that were good until then.
    pub(super) fn expired(expires: jiff::Timestamp) -> Self {
        Self::Expired(expires.to_zoned(china()).date())
    }

    /// Whether it may be the delta that is wrong, and the full pack may still be right. A line that is down, a full
    /// disk or another sync at work are no better with the full pack.
    pub(super) fn is_of_the_delta(&self) -> bool {
        match self {
            Self::PackHash | Self::Pack(_) | Self::Delta(_) => true,
            Self::Store(StoreError::WrongRoot { .. } | StoreError::Record { .. }) => true,
            Self::Fault(
                Fault::NotFound { .. }
                | Fault::TooBig { .. }
                | Fault::WrongSize { .. }
                | Fault::NotAFile { .. }
                | Fault::NotARelease { .. }
                | Fault::Unreadable { .. },
            ) => true,
            Self::Fault(
                Fault::Empty { .. }
                | Fault::Unreachable { .. }
                | Fault::Timeout { .. }
                | Fault::Later { .. }
                | Fault::Certificate { .. }
                | Fault::Address { .. },
            )
            | Self::Store(_)
            | Self::NoRoot
            | Self::OtherRoot
            | Self::Trust(_)
            | Self::ForeignAuthority { .. }
            | Self::OlderThanFloor { .. }
            | Self::Expired(_)
            | Self::Incomplete { .. }
            | Self::TrustLost(_)
            | Self::File(_)
            | Self::NoSpace { .. }
            | Self::Busy(_)
            | Self::Interrupted => false,
        }
    }

    /// How long a busy server asks to be left alone.
    pub(super) fn asks_for_later(&self) -> Option<Duration> {
        match self {
            Self::Fault(Fault::Later { after, .. }) | Self::Trust(TrustError::Fault(Fault::Later { after, .. })) => {
                Some(*after)
            }
            _ => None,
        }
    }

    /// What a library said about it, in its own language, for programs.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Trust(error) => error.detail(),
            Self::Fault(fault) => fault.detail(),
            Self::Store(error) => error.detail(),
            Self::NoRoot
            | Self::OtherRoot
            | Self::ForeignAuthority { .. }
            | Self::OlderThanFloor { .. }
            | Self::Expired(_)
            | Self::Incomplete { .. }
            | Self::PackHash
            | Self::Pack(_)
            | Self::Delta(_)
            | Self::TrustLost(_)
            | Self::File(_)
            | Self::NoSpace { .. }
            | Self::Busy(_)
            | Self::Interrupted => None,
        }
    }

    /// The word that programs and tests depend on.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoRoot => "no-root",
            Self::OtherRoot => "foreign-root",
            Self::Trust(error) => trust_reason(error),
            Self::ForeignAuthority { .. } => "foreign-authority",
            Self::OlderThanFloor { .. } => "older-than-floor",
            Self::Expired(_) => "expired",
            Self::Fault(fault) => fault_reason(fault),
            Self::Incomplete { .. } => "not-found",
            Self::PackHash => "hash-mismatch",
            Self::Pack(PackError::TooMuch(_) | PackError::LongRecord { .. }) => "too-big",
            Self::Pack(_) => "bad-pack",
            Self::Delta(DeltaError::OtherRelease) => "other-release",
            Self::Delta(DeltaError::TooMuch(_) | DeltaError::TooLong { .. }) => "too-big",
            Self::Delta(_) => "bad-delta",
            Self::Store(error) => store_reason(error),
            Self::TrustLost(_) => "state-damaged",
            Self::File(error) if error.source.kind() == ErrorKind::StorageFull => "disk-full",
            Self::File(_) => "state-not-writable",
            Self::NoSpace { .. } => "disk-full",
            Self::Busy(_) => "busy",
            Self::Interrupted => "interrupted",
        }
    }
}

fn trust_reason(error: &TrustError) -> &'static str {
    match error {
        TrustError::TrustedRoot(_) => "no-root",
        TrustError::ForeignRoot => "foreign-root",
        TrustError::BadSignature { .. } => "bad-signature",
        TrustError::HashMismatch { .. } => "hash-mismatch",
        TrustError::Older(_) => "older-than-floor",
        TrustError::Manifest(ManifestError::Format { .. } | ManifestError::ProgramTooOld { .. }) => "program-too-old",
        TrustError::Fault(fault) => fault_reason(fault),
        TrustError::Scratch(error) if error.source.kind() == ErrorKind::StorageFull => "disk-full",
        TrustError::Scratch(_) => "state-not-writable",
        TrustError::Malformed { .. }
        | TrustError::NoManifest
        | TrustError::Manifest(ManifestError::Shape(_) | ManifestError::Field { .. })
        | TrustError::Other(_) => "not-a-release",
    }
}

fn fault_reason(fault: &Fault) -> &'static str {
    match fault {
        Fault::NotFound { .. } | Fault::Empty { .. } => "not-found",
        Fault::TooBig { .. } => "too-big",
        // A size is signed like a hash.
        Fault::WrongSize { .. } => "hash-mismatch",
        Fault::NotAFile { .. } => "not-a-file",
        Fault::Unreachable { .. } => "unreachable",
        Fault::Timeout { .. } => "timeout",
        Fault::NotARelease { .. } => "not-a-release",
        Fault::Later { .. } => "busy-server",
        Fault::Unreadable { .. } => "unreadable",
        Fault::Certificate { .. } => "bad-certificate",
        Fault::Address { .. } => "bad-address",
    }
}

fn store_reason(error: &StoreError) -> &'static str {
    match error {
        StoreError::WrongRoot { .. } => "wrong-state-root",
        StoreError::Older { .. } => "older-than-floor",
        StoreError::Record { .. } => "bad-record",
        StoreError::DiskFull { .. } => "disk-full",
        StoreError::NotWritable { .. } | StoreError::NotAFolder(_) => "state-not-writable",
        StoreError::Busy(_) => "busy",
        StoreError::Damaged { .. }
        | StoreError::Foreign(_)
        | StoreError::NoPermission(_)
        | StoreError::Unreadable { .. }
        | StoreError::Newer { .. }
        | StoreError::Missing(_)
        | StoreError::Sqlite { .. }
        | StoreError::Closed => "state-damaged",
    }
}

impl From<TrustError> for Refused {
    fn from(error: TrustError) -> Self {
        Self::Trust(error)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<FileError> for Refused {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
