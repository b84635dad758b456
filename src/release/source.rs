//! Where a release comes from, as one trait for disk, stick and network, and the ways in which that goes wrong.
//! A source hands out bytes; it never decides whether they may be believed.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

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

/// Longest validator that is kept; real ones have some forty bytes.
const VALIDATOR_BYTES_MAX: usize = 256;

/// What a server calls this version of a file, so that it can say later that there is no other.
/// Means something only to the place that said it, and nothing is believed because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Validators {
    /// Takes what a server said or a database kept. What is too long or could not stand in a header is left out;
    /// `None` when nothing remains.
    pub fn new(etag: Option<&str>, last_modified: Option<&str>) -> Option<Self> {
        let is_safe = |text: &&str| {
            !text.is_empty() && text.len() <= VALIDATOR_BYTES_MAX && text.bytes().all(|b| (b' '..=b'~').contains(&b))
        };
        let keep = |text: Option<&str>| text.map(str::trim).filter(is_safe).map(str::to_owned);
        let (etag, last_modified) = (keep(etag), keep(last_modified));
        (etag.is_some() || last_modified.is_some()).then_some(Self { etag, last_modified })
    }

    /// The `ETag`, quotes included.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The `Last-Modified`, as it came.
    pub fn last_modified(&self) -> Option<&str> {
        self.last_modified.as_deref()
    }
}

/// A small file that was asked for with the validators of the version we have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Newer {
    /// It is still that version; nothing was sent.
    Same,
    /// It is another version, or the place cannot tell.
    Changed {
        /// The whole file.
        bytes: Vec<u8>,
        /// What to ask with next time.
        validators: Option<Validators>,
    },
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

    /// A whole small file, unless it is still the version that `seen` names. Validators of another place must not be
    /// given. A place that knows no versions hands out the file each time.
    async fn small_if_new(&self, name: &str, max_bytes: u64, seen: Option<&Validators>) -> Result<Newer, Fault> {
        // Without versions there is nothing to compare `seen` with.
        let _ = seen;
        Ok(Newer::Changed { bytes: self.small(name, max_bytes).await?, validators: None })
    }

    /// Opens a file of a signed size to go on at byte `from`, after an attempt that broke off. Only the rest is handed
    /// out; that it belongs to the beginning is for the hash over both to say.
    async fn open_from(&self, name: &str, size: u64, from: u64) -> Result<Box<dyn Body>, Fault> {
        let body = self.open(name, Size::Exactly(size)).await?;
        Ok(Box::new(Skipped { body, left: from }))
    }
}

/// A body without its first bytes, for places that cannot begin in the middle.
pub struct Skipped {
    /// The whole.
    pub body: Box<dyn Body>,
    /// How many bytes are still to be dropped.
    pub left: u64,
}

#[async_trait]
impl Body for Skipped {
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        while let Some(mut piece) = self.body.next().await? {
            let drop = usize::try_from(self.left).unwrap_or(usize::MAX).min(piece.len());
            self.left -= drop as u64;
            if drop < piece.len() {
                return Ok(Some(piece.split_off(drop)));
            }
        }
        Ok(None)
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
    /// The server is there and asks to be left alone for a while.
    #[error("服务器忙，请稍后再试")]
    Later {
        /// The file.
        name: String,
        /// How long it asks for, within a day; zero when it did not say.
        after: Duration,
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
    /// The certificate of the office's own authority, given beside those of the system, is none.
    #[error("给定的证书文件不能用")]
    Certificate {
        /// What the library said.
        cause: Box<dyn std::error::Error + Send + Sync>,
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
            Self::Unreachable { cause, .. } | Self::Certificate { cause } => Some(chain(&**cause)),
            Self::NotFound { .. }
            | Self::TooBig { .. }
            | Self::WrongSize { .. }
            | Self::NotAFile { .. }
            | Self::Empty { .. }
            | Self::Timeout { .. }
            | Self::NotARelease { .. }
            | Self::Later { .. }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_that_could_not_stand_in_a_header_is_left_out() {
        let date = "Mon, 02 Mar 2026 01:00:00 GMT";
        let both = Validators::new(Some("\"a\""), Some(date)).unwrap();
        assert_eq!((both.etag(), both.last_modified()), (Some("\"a\""), Some(date)));
        let long = "x".repeat(VALIDATOR_BYTES_MAX + 1);
        for bad in ["", " ", "\"a\r\nSet-Cookie: b\"", "\"第一\"", long.as_str()] {
            assert_eq!(Validators::new(Some(bad), None), None, "{bad:?}");
            assert_eq!(Validators::new(Some(bad), Some(date)).unwrap().etag(), None, "{bad:?}");
        }
    }

    struct Pieces(Vec<&'static [u8]>);

    #[async_trait]
    impl Body for Pieces {
        async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
            Ok((!self.0.is_empty()).then(|| self.0.remove(0).into()))
        }
    }

    #[tokio::test]
    async fn the_first_bytes_are_skipped_wherever_the_pieces_end() {
        for from in 0..=7 {
            let body = Box::new(Pieces(vec![b"ab", b"c", b"defg"]));
            let mut skipped = Skipped { body, left: from };
            let mut rest = Vec::new();
            while let Some(piece) = skipped.next().await.unwrap() {
                assert!(!piece.is_empty());
                rest.extend(piece);
            }
            assert_eq!(rest, b"abcdefg"[from as usize..]);
        }
    }
}
