//! A pack: zstd frames of records `op id sha256 len body`, in the order of ids.
//! The reader believes no length: output, window, record size and count are capped and every body is hashed.
//!
//! Unpacked shape: the 8 bytes `ZWGKPAK1`, then for each record one byte op (1 put, 2 delete), one byte length of the
//! id, the id, 32 bytes SHA-256 of the body, four bytes length of the body (little-endian), the body. A deleted
//! record has an empty body.

use std::io::{self, BufRead, Read, Write};

use crate::base::digest::Sha256;
use crate::base::id::{ID_BYTES_MAX, IdError, RecordId};

/// First bytes of an unpacked pack.
const MAGIC: &[u8; 8] = b"ZWGKPAK1";
/// Largest body of a record; the longest real guide has 60 KiB.
pub const RECORD_BYTES_MAX: u32 = 4 << 20;
/// Most records in one pack.
pub const RECORDS_MAX: u64 = 2_000_000;
/// Largest unpacked size.
pub const UNPACKED_BYTES_MAX: u64 = 4 << 30;
/// Largest packed size: one file on FAT32 with room to spare.
pub const PACK_BYTES_MAX: u64 = 1 << 30;
/// Largest zstd window (2^24 bytes = 16 MiB of memory in the terminal).
pub(super) const WINDOW_LOG_MAX: u32 = 24;
/// A new frame starts after so many unpacked bytes.
const FRAME_BYTES: u64 = 8 << 20;
const ZSTD_LEVEL: i32 = 12;

/// One entry of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// This record is so from now on.
    Put {
        /// Which record.
        id: RecordId,
        /// SHA-256 of the body, checked.
        sha256: Sha256,
        /// Canonical JSON.
        body: Vec<u8>,
    },
    /// This record is gone from now on.
    Delete {
        /// Which record.
        id: RecordId,
    },
}

impl Entry {
    /// Which record it is about.
    pub fn id(&self) -> &RecordId {
        match self {
            Self::Put { id, .. } | Self::Delete { id } => id,
        }
    }
}

/// Why a pack cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The zstd stream is broken, cut off or wants too large a window; or reading failed.
    #[error("内容包解不开")]
    Unreadable(io::Error),
    /// The first bytes are not those of a pack.
    #[error("不是内容包")]
    NotAPack,
    /// It ends in the middle of a record.
    #[error("内容包在第{0}条记录处中断")]
    CutOff(u64),
    /// A record that is longer than allowed.
    #[error("内容包第{n}条记录过长（{bytes}字节，上限{RECORD_BYTES_MAX}）")]
    LongRecord {
        /// Counted from 1.
        n: u64,
        /// What it claims.
        bytes: u64,
    },
    /// More comes out than the manifest signed.
    #[error("内容包解开后超过{0}字节")]
    TooMuch(u64),
    /// The unpacked size is not the signed one.
    #[error("内容包解开后应为{expected}字节，实为{actual}字节")]
    WrongSize {
        /// Signed.
        expected: u64,
        /// Found.
        actual: u64,
    },
    /// The number of records is not the signed one.
    #[error("内容包应有{expected}条记录，实有{actual}条")]
    WrongCount {
        /// Signed.
        expected: u64,
        /// Found.
        actual: u64,
    },
    /// A body that is not what its hash says.
    #[error("内容包里的{0}与其校验值不符")]
    WrongHash(RecordId),
    /// Ids not in strictly ascending order, or one twice.
    #[error("内容包里{0}的位置不对或重复")]
    Order(RecordId),
    /// An id that is none.
    #[error("内容包第{n}条记录的编号不对")]
    Id {
        /// Counted from 1.
        n: u64,
        /// What is wrong with it.
        #[source]
        source: IdError,
    },
    /// An operation that this format does not have.
    #[error("内容包第{n}条记录的操作码{op}不认识")]
    Operation {
        /// Counted from 1.
        n: u64,
        /// The byte found.
        op: u8,
    },
    /// Writing failed.
    #[error("不能写内容包")]
    Unwritable(#[source] io::Error),
}

/// What the manifest signed about a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackLimits {
    /// Exact unpacked size.
    pub unpacked: u64,
    /// Exact number of entries.
    pub records: u64,
}

/// Writes a pack; the same entries always give the same bytes.
pub struct PackWriter {
    encoder: zstd::stream::write::Encoder<'static, Vec<u8>>,
    frame_bytes: u64,
    unpacked: u64,
    records: u64,
    last: Option<RecordId>,
}

impl PackWriter {
    /// Starts an empty pack.
    pub fn new() -> Result<Self, PackError> {
        let mut writer = Self { encoder: encoder(Vec::new())?, frame_bytes: 0, unpacked: 0, records: 0, last: None };
        writer.raw(MAGIC)?;
        Ok(writer)
    }

    /// Adds a record; ids must come in ascending order.
    pub fn put(&mut self, id: &RecordId, body: &[u8]) -> Result<(), PackError> {
        self.entry(1, id, body)
    }

    /// Adds a deletion; ids must come in ascending order.
    pub fn delete(&mut self, id: &RecordId) -> Result<(), PackError> {
        self.entry(2, id, &[])
    }

    /// The packed bytes and what a reader must be told about them.
    pub fn finish(self) -> Result<(Vec<u8>, PackLimits), PackError> {
        let limits = PackLimits { unpacked: self.unpacked, records: self.records };
        Ok((self.encoder.finish().map_err(PackError::Unwritable)?, limits))
    }

    fn entry(&mut self, op: u8, id: &RecordId, body: &[u8]) -> Result<(), PackError> {
        if self.last.as_ref().is_some_and(|last| last >= id) {
            return Err(PackError::Order(id.clone()));
        }
        let n = self.records + 1;
        let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
        if len > RECORD_BYTES_MAX {
            return Err(PackError::LongRecord { n, bytes: body.len() as u64 });
        }
        if self.frame_bytes >= FRAME_BYTES {
            self.next_frame()?;
        }
        self.raw(&[op, u8::try_from(id.as_str().len()).unwrap_or(u8::MAX)])?;
        self.raw(id.as_str().as_bytes())?;
        self.raw(Sha256::of(body).as_bytes())?;
        self.raw(&len.to_le_bytes())?;
        self.raw(body)?;
        self.last = Some(id.clone());
        self.records = n;
        Ok(())
    }

    fn next_frame(&mut self) -> Result<(), PackError> {
        let next = encoder(Vec::new())?;
        // The new frame goes on where the finished ones end.
        *self.encoder.get_mut() = std::mem::replace(&mut self.encoder, next).finish().map_err(PackError::Unwritable)?;
        self.frame_bytes = 0;
        Ok(())
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), PackError> {
        self.encoder.write_all(bytes).map_err(PackError::Unwritable)?;
        self.frame_bytes += bytes.len() as u64;
        self.unpacked += bytes.len() as u64;
        Ok(())
    }
}

fn encoder(out: Vec<u8>) -> Result<zstd::stream::write::Encoder<'static, Vec<u8>>, PackError> {
    let mut encoder = zstd::stream::write::Encoder::new(out, ZSTD_LEVEL).map_err(PackError::Unwritable)?;
    encoder.window_log(WINDOW_LOG_MAX - 1).map_err(PackError::Unwritable)?;
    encoder.include_checksum(true).map_err(PackError::Unwritable)?;
    Ok(encoder)
}

/// Reads a pack entry by entry in bounded memory; stops for good at the first thing that is wrong.
pub struct PackReader<'a, R: BufRead> {
    decoder: zstd::stream::read::Decoder<'a, R>,
    limits: PackLimits,
    read: u64,
    records: u64,
    last: Option<RecordId>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Running,
    Ended,
}

impl<'a, R: BufRead> PackReader<'a, R> {
    /// Reads from packed bytes; nothing is read before the first entry is asked for.
    pub fn new(packed: R, limits: PackLimits) -> Result<Self, PackError> {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(packed).map_err(PackError::Unreadable)?;
        decoder.window_log_max(WINDOW_LOG_MAX).map_err(PackError::Unreadable)?;
        let limits =
            PackLimits { unpacked: limits.unpacked.min(UNPACKED_BYTES_MAX), records: limits.records.min(RECORDS_MAX) };
        Ok(Self { decoder, limits, read: 0, records: 0, last: None, state: State::Start })
    }

    fn entry(&mut self) -> Result<Option<Entry>, PackError> {
        if self.state == State::Start {
            let mut magic = [0; 8];
            if self.fill(&mut magic)? != magic.len() || &magic != MAGIC {
                return Err(PackError::NotAPack);
            }
            self.state = State::Running;
        }
        let mut op = [0; 1];
        if self.fill(&mut op)? == 0 {
            return self.end().map(|()| None);
        }
        let n = self.records + 1;
        if n > self.limits.records {
            return Err(PackError::WrongCount { expected: self.limits.records, actual: n });
        }
        let mut id_len = [0; 1];
        self.exactly(&mut id_len, n)?;
        let mut id = [0; 255];
        let id = &mut id[..usize::from(id_len[0])];
        self.exactly(id, n)?;
        let id = parse_id(id).map_err(|source| PackError::Id { n, source })?;
        if self.last.as_ref().is_some_and(|last| *last >= id) {
            return Err(PackError::Order(id));
        }
        let mut sha256 = [0; 32];
        self.exactly(&mut sha256, n)?;
        let body = self.body(n)?;
        let sha256 = Sha256::from_bytes(sha256);
        if Sha256::of(&body) != sha256 {
            return Err(PackError::WrongHash(id));
        }
        self.records = n;
        self.last = Some(id.clone());
        match op[0] {
            1 => Ok(Some(Entry::Put { id, sha256, body })),
            2 if body.is_empty() => Ok(Some(Entry::Delete { id })),
            2 => Err(PackError::LongRecord { n, bytes: body.len() as u64 }),
            op => Err(PackError::Operation { n, op }),
        }
    }

    fn body(&mut self, n: u64) -> Result<Vec<u8>, PackError> {
        let mut len = [0; 4];
        self.exactly(&mut len, n)?;
        let len = u32::from_le_bytes(len);
        if len > RECORD_BYTES_MAX {
            return Err(PackError::LongRecord { n, bytes: u64::from(len) });
        }
        self.allow(u64::from(len))?;
        // `take` grows the buffer with what really comes, not with what the length claims.
        let mut body = Vec::new();
        let got = (&mut self.decoder).take(u64::from(len)).read_to_end(&mut body).map_err(PackError::Unreadable)?;
        if got as u64 != u64::from(len) {
            return Err(PackError::CutOff(n));
        }
        self.read += got as u64;
        Ok(body)
    }

    fn end(&self) -> Result<(), PackError> {
        if self.read != self.limits.unpacked {
            return Err(PackError::WrongSize { expected: self.limits.unpacked, actual: self.read });
        }
        if self.records != self.limits.records {
            return Err(PackError::WrongCount { expected: self.limits.records, actual: self.records });
        }
        Ok(())
    }

    fn exactly(&mut self, buffer: &mut [u8], n: u64) -> Result<(), PackError> {
        let wanted = buffer.len();
        if self.fill(buffer)? == wanted { Ok(()) } else { Err(PackError::CutOff(n)) }
    }

    /// Reads until the buffer is full or the stream ends; says how much came.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, PackError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.decoder.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(PackError::Unreadable(e)),
            }
        }
        self.allow(filled as u64)?;
        self.read += filled as u64;
        Ok(filled)
    }

    fn allow(&self, more: u64) -> Result<(), PackError> {
        if self.read.saturating_add(more) > self.limits.unpacked {
            return Err(PackError::TooMuch(self.limits.unpacked));
        }
        Ok(())
    }
}

pub(super) fn parse_id(bytes: &[u8]) -> Result<RecordId, IdError> {
    let text = String::from_utf8_lossy(bytes);
    if text.len() > ID_BYTES_MAX {
        return Err(IdError::Long(text.into_owned()));
    }
    RecordId::parse(&text)
}

impl<R: BufRead> Iterator for PackReader<'_, R> {
    type Item = Result<Entry, PackError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Ended {
            return None;
        }
        let entry = self.entry().transpose();
        if !matches!(entry, Some(Ok(_))) {
            self.state = State::Ended;
        }
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> RecordId {
        RecordId::new("org", name).unwrap()
    }

    fn pack(bodies: &[(&str, &[u8])]) -> (Vec<u8>, PackLimits) {
        let mut writer = PackWriter::new().unwrap();
        for (name, body) in bodies {
            writer.put(&id(name), body).unwrap();
        }
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8], limits: PackLimits) -> Result<Vec<Entry>, PackError> {
        PackReader::new(bytes, limits)?.collect()
    }

    fn squeeze(plain: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(plain, 3).unwrap()
    }

    #[test]
    fn what_goes_in_comes_out() {
        let (bytes, limits) = pack(&[("a", b"{}"), ("b", b"")]);
        let entries = read(&bytes, limits).unwrap();
        assert_eq!(entries[0], Entry::Put { id: id("a"), sha256: Sha256::of(b"{}"), body: b"{}".to_vec() });
        assert_eq!(entries.len(), 2);
        let mut deltas = PackWriter::new().unwrap();
        deltas.delete(&id("gone")).unwrap();
        let (bytes, limits) = deltas.finish().unwrap();
        assert_eq!(read(&bytes, limits).unwrap(), [Entry::Delete { id: id("gone") }]);
    }

    #[test]
    fn many_frames_are_one_pack() {
        let body: Vec<u8> = (0..1_500_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let names: Vec<String> = (10..22).map(|n| n.to_string()).collect();
        let bodies: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), body.as_slice())).collect();
        let (bytes, limits) = pack(&bodies);
        assert!(limits.unpacked > FRAME_BYTES);
        assert_eq!(read(&bytes, limits).unwrap().len(), 12);
        assert_eq!(bytes, pack(&bodies).0, "the same records give the same bytes");
    }

    #[test]
    fn a_bomb_is_stopped_at_the_signed_size() {
        let mut plain = MAGIC.to_vec();
        plain.extend([1, 5]);
        plain.extend(b"org/a");
        plain.extend([0; 32]);
        plain.extend(RECORD_BYTES_MAX.to_le_bytes());
        plain.resize(64 << 20, 0);
        let error = read(&squeeze(&plain), PackLimits { unpacked: 1000, records: 1 }).unwrap_err();
        assert!(matches!(error, PackError::TooMuch(1000)), "{error}");
    }

    #[test]
    fn a_huge_window_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(&[0; 100]).unwrap();
        let error = read(&encoder.finish().unwrap(), PackLimits { unpacked: 100, records: 1 }).unwrap_err();
        assert!(matches!(error, PackError::Unreadable(_)), "{error}");
    }

    #[test]
    fn lying_lengths_are_refused() {
        let head = |len: u32| {
            let mut plain = MAGIC.to_vec();
            plain.extend([1, 5]);
            plain.extend(b"org/a");
            plain.extend(Sha256::of(b"").as_bytes());
            plain.extend(len.to_le_bytes());
            squeeze(&plain)
        };
        let limits = PackLimits { unpacked: UNPACKED_BYTES_MAX, records: 1 };
        assert!(matches!(read(&head(u32::MAX), limits), Err(PackError::LongRecord { n: 1, .. })));
        assert!(matches!(read(&head(1_000_000), limits), Err(PackError::CutOff(1))));
        assert!(matches!(read(&head(0), limits), Err(PackError::WrongSize { .. })));
    }

    #[test]
    fn a_wrong_hash_order_or_count_is_refused() {
        let record = |name: &str, body: &[u8], sha256: Sha256| {
            let mut bytes = vec![1, 4 + name.len() as u8];
            bytes.extend(format!("org/{name}").as_bytes());
            bytes.extend(sha256.as_bytes());
            bytes.extend((body.len() as u32).to_le_bytes());
            bytes.extend(body);
            bytes
        };
        let read_all = |records: &[Vec<u8>], count: u64| {
            let plain = [MAGIC.to_vec(), records.concat()].concat();
            read(&squeeze(&plain), PackLimits { unpacked: plain.len() as u64, records: count })
        };
        let good = |name: &str| record(name, b"{}", Sha256::of(b"{}"));
        assert_eq!(read_all(&[good("a"), good("b")], 2).unwrap().len(), 2);
        let wrong = record("a", b"{}", Sha256::of(b"[]"));
        assert!(matches!(read_all(&[wrong], 1), Err(PackError::WrongHash(_))));
        assert!(matches!(read_all(&[good("b"), good("a")], 2), Err(PackError::Order(_))));
        assert!(matches!(read_all(&[good("a"), good("a")], 2), Err(PackError::Order(_))));
        assert!(matches!(read_all(&[good("a"), good("b")], 1), Err(PackError::WrongCount { .. })));
        assert!(matches!(read_all(&[good("a")], 2), Err(PackError::WrongCount { .. })));
    }
}
