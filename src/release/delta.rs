//! A delta: how the records of one segment change from one state to another, in a few kilobytes.
//! It is bound to both states; the reader believes no length, and what comes out is right only when the state root
//! over the result matches, which the one who applies it has to check.
//!
//! Shape: the 8 bytes `ZWGKDLT1`, the state root it starts from, the state root it leads to, then blocks. A block is a
//! table and the bodies: four bytes length (little-endian) and a zstd frame, twice. The table has for each record one
//! byte op (1 new, 2 deleted, 3 changed), one byte length of the id, the id and, unless deleted, four bytes length of
//! the body. The second frame holds the bodies one after the other, compressed with the old bodies of the block's
//! changed records as raw prefix. Ids ascend over all blocks.

use std::io::{self, Read, Write};

use crate::base::digest::Sha256;
use crate::base::id::{IdError, RecordId};

use super::pack::{PackLimits, RECORD_BYTES_MAX, RECORDS_MAX, UNPACKED_BYTES_MAX, WINDOW_LOG_MAX, parse_id};

const MAGIC: &[u8; 8] = b"ZWGKDLT1";
/// A block is closed when its old and new bodies have so many bytes; with one record more it stays below the window.
const BLOCK_BYTES: usize = 6 << 20;
/// Most records in a block, so that a table stays small.
const BLOCK_RECORDS_MAX: usize = 50_000;
/// Largest unpacked table: every record with the longest id.
const TABLE_BYTES_MAX: u64 = BLOCK_RECORDS_MAX as u64 * 128;
/// Largest unpacked bodies of a block: closed at the limit above, by one record of the largest size.
const BODIES_BYTES_MAX: u64 = BLOCK_BYTES as u64 + RECORD_BYTES_MAX as u64;
/// Largest old bodies of a block, for the same reason.
const OLD_BYTES_MAX: u64 = BODIES_BYTES_MAX;
/// Higher levels take twenty times as long and save a seventh (measured on 1 % of 130,000 records).
const ZSTD_LEVEL: i32 = 12;

const NEW: u8 = 1;
const DELETED: u8 = 2;
const CHANGED: u8 = 3;

/// One record that differs between two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// Only the new state has it.
    New(&'a [u8]),
    /// Only the old state has it.
    Deleted,
    /// Both have it, with different bodies.
    Changed {
        /// Body in the old state.
        old: &'a [u8],
        /// Body in the new state.
        new: &'a [u8],
    },
}

/// Why a delta cannot be made or applied.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// The zstd stream is broken, cut off or wants too large a window; or reading failed.
    #[error("增量包解不开")]
    Unreadable(io::Error),
    /// The first bytes are not those of a delta.
    #[error("不是增量包")]
    NotADelta,
    /// It leads from another state or to another one than the manifest says: a delta of another release.
    #[error("增量包不是这两次发布之间的")]
    OtherRelease,
    /// It ends in the middle of a block.
    #[error("增量包在第{0}条记录处中断")]
    CutOff(u64),
    /// A length beyond its limit.
    #[error("增量包第{n}条记录处的长度过大（{bytes}字节，上限{bytes_max}）")]
    TooLong {
        /// Records read before.
        n: u64,
        /// What it claims or has.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// More comes out than the manifest signed.
    #[error("增量包解开后超过{0}字节")]
    TooMuch(u64),
    /// The unpacked size is not the signed one.
    #[error("增量包解开后应为{expected}字节，实为{actual}字节")]
    WrongSize {
        /// Signed.
        expected: u64,
        /// Found.
        actual: u64,
    },
    /// The number of records is not the signed one.
    #[error("增量包应有{expected}条记录，实有{actual}条")]
    WrongCount {
        /// Signed.
        expected: u64,
        /// Found.
        actual: u64,
    },
    /// Ids not in strictly ascending order, or one twice.
    #[error("增量包里{0}的位置不对或重复")]
    Order(RecordId),
    /// An id that is none.
    #[error("增量包第{n}条记录的编号不对")]
    Id {
        /// Counted from 1.
        n: u64,
        /// What is wrong with it.
        #[source]
        source: IdError,
    },
    /// An operation that this format does not have.
    #[error("增量包第{n}条记录的操作码{op}不认识")]
    Operation {
        /// Counted from 1.
        n: u64,
        /// The byte found.
        op: u8,
    },
    /// A record that it changes or deletes is not there.
    #[error("增量包要改的{0}本机没有")]
    Missing(RecordId),
    /// Writing failed.
    #[error("不能写增量包")]
    Unwritable(#[source] io::Error),
}

/// The records that a delta is applied to.
pub trait Target {
    /// What can go wrong with them.
    type Error: From<DeltaError>;
    /// The body of a record as it was before.
    fn old(&mut self, id: &RecordId) -> Result<Option<Vec<u8>>, Self::Error>;
    /// This record is so from now on.
    fn put(&mut self, id: &RecordId, body: &[u8]) -> Result<(), Self::Error>;
    /// This record is gone from now on; says whether it was there.
    fn delete(&mut self, id: &RecordId) -> Result<bool, Self::Error>;
}

/// Writes a delta; the same changes always give the same bytes.
pub struct DeltaWriter {
    out: Vec<u8>,
    table: Vec<u8>,
    old: Vec<u8>,
    bodies: Vec<u8>,
    block_records: usize,
    limits: PackLimits,
    last: Option<RecordId>,
}

impl DeltaWriter {
    /// Starts a delta between two states.
    pub fn new(from_root: &Sha256, to_root: &Sha256) -> Self {
        let out = [MAGIC.as_slice(), from_root.as_bytes(), to_root.as_bytes()].concat();
        let limits = PackLimits { unpacked: 0, records: 0 };
        Self { out, table: Vec::new(), old: Vec::new(), bodies: Vec::new(), block_records: 0, limits, last: None }
    }

    /// Adds a difference; ids must come in ascending order.
    pub fn add(&mut self, id: &RecordId, change: Change<'_>) -> Result<(), DeltaError> {
        if self.last.as_ref().is_some_and(|last| last >= id) {
            return Err(DeltaError::Order(id.clone()));
        }
        let (op, old, new): (u8, &[u8], Option<&[u8]>) = match change {
            Change::New(body) => (NEW, &[], Some(body)),
            Change::Deleted => (DELETED, &[], None),
            Change::Changed { old, new } => (CHANGED, old, Some(new)),
        };
        let n = self.limits.records;
        for body in [old, new.unwrap_or_default()] {
            at_most(n, body.len() as u64, u64::from(RECORD_BYTES_MAX))?;
        }
        self.table.extend([op, u8::try_from(id.as_str().len()).unwrap_or(u8::MAX)]);
        self.table.extend_from_slice(id.as_str().as_bytes());
        if let Some(body) = new {
            self.table.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
            self.bodies.extend_from_slice(body);
        }
        self.old.extend_from_slice(old);
        self.last = Some(id.clone());
        self.limits.records += 1;
        self.block_records += 1;
        if self.old.len() + self.bodies.len() >= BLOCK_BYTES || self.block_records >= BLOCK_RECORDS_MAX {
            self.block()?;
        }
        Ok(())
    }

    /// The packed bytes and what a reader must be told about them.
    pub fn finish(mut self) -> Result<(Vec<u8>, PackLimits), DeltaError> {
        if self.block_records > 0 {
            self.block()?;
        }
        Ok((self.out, self.limits))
    }

    fn block(&mut self) -> Result<(), DeltaError> {
        for (plain, prefix) in [(&self.table, &Vec::new()), (&self.bodies, &self.old)] {
            let frame = squeeze(plain, prefix).map_err(DeltaError::Unwritable)?;
            self.out.extend(u32::try_from(frame.len()).unwrap_or(u32::MAX).to_le_bytes());
            self.out.extend(frame);
            self.limits.unpacked += plain.len() as u64;
        }
        [&mut self.table, &mut self.old, &mut self.bodies].into_iter().for_each(Vec::clear);
        self.block_records = 0;
        Ok(())
    }
}

fn squeeze(plain: &[u8], prefix: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), ZSTD_LEVEL, prefix)?;
    encoder.window_log(WINDOW_LOG_MAX)?;
    encoder.set_pledged_src_size(Some(plain.len() as u64))?;
    encoder.include_checksum(true)?;
    encoder.write_all(plain)?;
    encoder.finish()
}

/// Reads a delta block by block in bounded memory.
pub struct DeltaReader<R: Read> {
    packed: R,
    limits: PackLimits,
    unpacked: u64,
    records: u64,
    last: Option<RecordId>,
}

/// One line of a block's table.
struct Line {
    op: u8,
    id: RecordId,
    len: usize,
}

impl<R: Read> DeltaReader<R> {
    /// Reads the head; a delta between other states than these is refused.
    pub fn open(mut packed: R, limits: PackLimits, from_root: &Sha256, to_root: &Sha256) -> Result<Self, DeltaError> {
        let mut head = [0; 8 + 32 + 32];
        packed.read_exact(&mut head).map_err(|_| DeltaError::NotADelta)?;
        let (magic, roots) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(DeltaError::NotADelta);
        }
        if roots.split_at(32) != (from_root.as_bytes(), to_root.as_bytes()) {
            return Err(DeltaError::OtherRelease);
        }
        let limits =
            PackLimits { unpacked: limits.unpacked.min(UNPACKED_BYTES_MAX), records: limits.records.min(RECORDS_MAX) };
        Ok(Self { packed, limits, unpacked: 0, records: 0, last: None })
    }

    /// Applies all of it; stops at the first thing that is wrong, with the target half changed.
    pub fn apply<T: Target>(mut self, target: &mut T) -> Result<(), T::Error> {
        while let Some(frame) = self.frame(TABLE_BYTES_MAX)? {
            let table = self.unsqueeze(&frame, &[], TABLE_BYTES_MAX, None)?;
            let lines = self.lines(&table)?;
            let mut old = Vec::new();
            for line in lines.iter().filter(|line| line.op == CHANGED) {
                let body = target.old(&line.id)?.ok_or_else(|| DeltaError::Missing(line.id.clone()))?;
                old.extend(body);
                at_most(self.records, old.len() as u64, OLD_BYTES_MAX)?;
            }
            let frame = self.frame(BODIES_BYTES_MAX)?.ok_or(DeltaError::CutOff(self.records))?;
            let expected = lines.iter().map(|line| line.len as u64).sum();
            let bodies = self.unsqueeze(&frame, &old, BODIES_BYTES_MAX, Some(expected))?;
            let mut rest = bodies.as_slice();
            for line in &lines {
                let (body, after) = rest.split_at_checked(line.len).ok_or(DeltaError::CutOff(self.records))?;
                rest = after;
                match line.op {
                    DELETED if !target.delete(&line.id)? => return Err(DeltaError::Missing(line.id.clone()).into()),
                    DELETED => {}
                    _ => target.put(&line.id, body)?,
                }
            }
        }
        Ok(self.end()?)
    }

    /// The next packed frame; none at the end. `bytes_max` is the limit of what comes out of it, and a frame that is
    /// longer than that has no good reason.
    fn frame(&mut self, bytes_max: u64) -> Result<Option<Vec<u8>>, DeltaError> {
        let mut len = Vec::new();
        (&mut self.packed).take(4).read_to_end(&mut len).map_err(DeltaError::Unreadable)?;
        let len = match <[u8; 4]>::try_from(len.as_slice()) {
            Ok(len) => u64::from(u32::from_le_bytes(len)),
            Err(_) if len.is_empty() => return Ok(None),
            Err(_) => return Err(DeltaError::CutOff(self.records)),
        };
        at_most(self.records, len, bytes_max)?;
        let mut frame = Vec::new();
        (&mut self.packed).take(len).read_to_end(&mut frame).map_err(DeltaError::Unreadable)?;
        if frame.len() as u64 == len { Ok(Some(frame)) } else { Err(DeltaError::CutOff(self.records)) }
    }

    fn unsqueeze(
        &mut self,
        frame: &[u8],
        prefix: &[u8],
        bytes_max: u64,
        expected: Option<u64>,
    ) -> Result<Vec<u8>, DeltaError> {
        let left = self.limits.unpacked - self.unpacked;
        let bytes_max = bytes_max.min(left);
        if expected.is_some_and(|expected| expected > bytes_max) {
            return Err(DeltaError::TooMuch(self.limits.unpacked));
        }
        let decoder = zstd::stream::read::Decoder::with_ref_prefix(frame, prefix).map_err(DeltaError::Unreadable)?;
        let mut decoder = decoder.single_frame();
        decoder.window_log_max(WINDOW_LOG_MAX).map_err(DeltaError::Unreadable)?;
        // The buffer grows with what really comes, and one byte too many is enough to know.
        let mut plain = Vec::new();
        decoder.take(bytes_max + 1).read_to_end(&mut plain).map_err(DeltaError::Unreadable)?;
        let actual = plain.len() as u64;
        if actual > bytes_max {
            return Err(DeltaError::TooMuch(self.limits.unpacked));
        }
        if let Some(expected) = expected.filter(|expected| *expected != actual) {
            return Err(DeltaError::WrongSize { expected, actual });
        }
        self.unpacked += actual;
        Ok(plain)
    }

    fn lines(&mut self, table: &[u8]) -> Result<Vec<Line>, DeltaError> {
        let mut rest = table;
        let mut lines = Vec::new();
        while !rest.is_empty() {
            let n = self.records + 1;
            if n > self.limits.records {
                return Err(DeltaError::WrongCount { expected: self.limits.records, actual: n });
            }
            let head = bytes(&mut rest, 2, n)?;
            let op = head[0];
            if !matches!(op, NEW | DELETED | CHANGED) {
                return Err(DeltaError::Operation { n, op });
            }
            let id = bytes(&mut rest, usize::from(head[1]), n)?;
            let id = parse_id(id).map_err(|source| DeltaError::Id { n, source })?;
            let len = match op {
                DELETED => 0,
                _ => bytes(&mut rest, 4, n)?.try_into().map(u32::from_le_bytes).unwrap_or(u32::MAX),
            };
            at_most(n, u64::from(len), u64::from(RECORD_BYTES_MAX))?;
            if self.last.as_ref().is_some_and(|last| *last >= id) {
                return Err(DeltaError::Order(id));
            }
            self.last = Some(id.clone());
            self.records = n;
            lines.push(Line { op, id, len: len as usize });
        }
        Ok(lines)
    }

    fn end(&self) -> Result<(), DeltaError> {
        if self.unpacked != self.limits.unpacked {
            return Err(DeltaError::WrongSize { expected: self.limits.unpacked, actual: self.unpacked });
        }
        if self.records != self.limits.records {
            return Err(DeltaError::WrongCount { expected: self.limits.records, actual: self.records });
        }
        Ok(())
    }
}

fn bytes<'a>(rest: &mut &'a [u8], wanted: usize, n: u64) -> Result<&'a [u8], DeltaError> {
    let (bytes, after) = rest.split_at_checked(wanted).ok_or(DeltaError::CutOff(n))?;
    *rest = after;
    Ok(bytes)
}

fn at_most(n: u64, bytes: u64, bytes_max: u64) -> Result<(), DeltaError> {
    if bytes > bytes_max { Err(DeltaError::TooLong { n, bytes, bytes_max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
