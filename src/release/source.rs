//! Where a release comes from, as one trait for disk, stick and network, and the ways in which that goes wrong.
//! A source hands out bytes; it never decides whether they may be believed.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;

use crate::base::chain::chain;
use crate::base::durable;

/// How large a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// The size is signed: anything else is refused.
    Exactly(u64),
    /// The size is not known: more is refused.
    AtMost(u64),
}

impl Size {
    /// The most bytes that may come.
    pub fn max(self) -> u64 {
        match self {
            Self::Exactly(n) | Self::AtMost(n) => n,
        }
    }
}

/// What kind of way it is; the rules for expired metadata differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Carried by hand.
    Stick,
    /// Fetched from a server.
    Network,
}

/// A place that holds a repository. Names are `tuf/…`, `r/…`, `p/…`, `b/…` and fixed or derived from signed data.
#[async_trait]
pub trait Source: Send + Sync + Debug {
    /// What kind of way it is.
    fn way(&self) -> Way;

    /// What people call it: the address or the folder.
    fn place(&self) -> String;

    /// Opens a file; a wrong size is refused here or while reading.
    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault>;

    /// A whole small file.
    async fn small(&self, name: &str, max_bytes: u64) -> Result<Vec<u8>, Fault> {
        let mut body = self.open(name, Size::AtMost(max_bytes)).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await? {
            if (bytes.len() + piece.len()) as u64 > max_bytes {
                return Err(Fault::TooBig { name: name.to_owned(), bytes_max: max_bytes });
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

/// The bytes of one file, piece by piece.
#[async_trait]
pub trait Body: Send {
    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Fault>;
}

/// What went wrong on the way, before any signature was looked at.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no such file.
    #[error("找不到 {name}")]
    NotFound {
        /// The file.
        name: String,
    },
    /// More bytes than allowed.
    #[error("{name} 过大（上限{bytes_max}字节）")]
    TooBig {
        /// The file.
        name: String,
        /// The limit.
        bytes_max: u64,
    },
    /// Not the signed size.
    #[error("{name} 的大小不对：应为{expected}字节，实为{actual}字节")]
    WrongSize {
        /// The file.
        name: String,
        /// Signed.
        expected: u64,
        /// Found.
        actual: u64,
    },
    /// A link, a folder, a pipe or a device in place of a file.
    #[error("{name} 不是普通文件")]
    NotAFile {
        /// The file.
        name: String,
    },
    /// The place holds no repository at all.
    #[error("{place} 里没有发布内容")]
    Empty {
        /// The place.
        place: String,
    },
    /// No connection, or it broke.
    #[error("连不上 {place}")]
    Unreachable {
        /// The address.
        place: String,
        /// What the library said.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It took too long.
    #[error("读取 {name} 超时")]
    Timeout {
        /// The file.
        name: String,
    },
    /// Something answered, but not a release server: a login page, a proxy, an error page.
    #[error("{name} 的回答不是发布内容（{answer}）")]
    NotARelease {
        /// The file.
        name: String,
        /// What came instead.
        answer: String,
    },
    /// The medium or the connection failed while reading.
    #[error("读取 {name} 失败")]
    Unreadable {
        /// The file.
        name: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The address cannot be used.
    #[error("“{address}”不是可用的来源：{problem}")]
    Address {
        /// What was given.
        address: String,
        /// What would be right.
        problem: String,
    },
}

impl Fault {
    /// What the library said, for programs.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Unreachable { cause, .. } => Some(chain(&**cause)),
            Self::NotFound { .. }
            | Self::TooBig { .. }
            | Self::WrongSize { .. }
            | Self::NotAFile { .. }
            | Self::Empty { .. }
            | Self::Timeout { .. }
            | Self::NotARelease { .. }
            | Self::Unreadable { .. }
            | Self::Address { .. } => None,
        }
    }
}

/// A repository in a folder of this machine, as the publisher has it. Sticks have a stricter source.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

#[async_trait]
impl Source for Folder {
    fn way(&self) -> Way {
        Way::Stick
    }

    fn place(&self) -> String {
        self.0.display().to_string()
    }

    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault> {
        let bytes = read(&self.0.join(name), size.max(), name)?;
        match size {
            Size::Exactly(expected) if expected != bytes.len() as u64 => {
                Err(Fault::WrongSize { name: name.to_owned(), expected, actual: bytes.len() as u64 })
            }
            _ => Ok(Box::new(Whole(Some(bytes.into())))),
        }
    }
}

fn read(path: &Path, bytes_max: u64, name: &str) -> Result<Vec<u8>, Fault> {
    durable::read(path, bytes_max).map_err(|error| match error.source.kind() {
        io::ErrorKind::NotFound => Fault::NotFound { name: name.to_owned() },
        _ => Fault::Unreadable { name: name.to_owned(), source: error.source },
    })
}

/// Bytes that are all there already.
pub struct Whole(pub Option<Bytes>);

#[async_trait]
impl Body for Whole {
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        Ok(self.0.take())
    }
}
