//! The container of .xls files (MS-CFB): one named stream out of it.
//! Every chain of sectors is as long as the file at most; a chain that runs in a circle is a damaged file.

use super::grid::GridError;

/// How such a file begins.
pub const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const HEADER_BYTES: usize = 512;
const ENTRY_BYTES: usize = 128;
const MINI_SECTOR_BYTES: usize = 64;
/// Streams shorter than this live in the stream of small sectors.
const MINI_STREAM_BELOW: u64 = 4096;
/// Sector numbers from here on mark ends and free sectors.
const LAST_SECTOR: u32 = 0xffff_fffa;

/// The container, its tables read.
pub struct Container<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    next: Vec<u32>,
    next_mini: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    len: u64,
}

impl<'a> Container<'a> {
    /// Reads the tables and the directory.
    pub fn open(bytes: &'a [u8]) -> Result<Self, GridError> {
        if bytes.len() < HEADER_BYTES || !bytes.starts_with(&MAGIC) {
            return Err(GridError::damaged("文件头不完整"));
        }
        let sector_bytes = match u16_at(bytes, 30) {
            9 => 512,
            12 => 4096,
            _ => return Err(GridError::damaged("扇区大小不对")),
        };
        let mut container = Self {
            bytes,
            sector_bytes,
            next: Vec::new(),
            next_mini: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        container.next = container.read_table()?;
        let directory = container.read(u32_at(bytes, 48), u64::MAX)?;
        container.entries = directory.chunks_exact(ENTRY_BYTES).map(entry).collect();
        let Some(root) = container.entries.first() else {
            return Err(GridError::damaged("没有目录"));
        };
        let (start, len) = (root.start, root.len);
        let mini_table = u32_at(bytes, 60);
        if mini_table < LAST_SECTOR && start < LAST_SECTOR {
            container.mini = container.read(start, len)?;
            container.next_mini = numbers(&container.read(mini_table, u64::MAX)?);
        }
        Ok(container)
    }

    /// Whether there is a stream or folder of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// A stream by its name.
    pub fn stream(&self, name: &str) -> Option<Result<Vec<u8>, GridError>> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        Some(match entry.len < MINI_STREAM_BELOW {
            true => self.read_mini(entry.start, entry.len),
            false => self.read(entry.start, entry.len),
        })
    }

    fn sectors(&self) -> usize {
        self.bytes.len().div_ceil(self.sector_bytes)
    }

    /// A sector; the last one of a file may be cut short.
    fn sector(&self, number: u32) -> Result<&'a [u8], GridError> {
        let start = (number as usize).saturating_add(1).saturating_mul(self.sector_bytes);
        let end = start.saturating_add(self.sector_bytes).min(self.bytes.len());
        self.bytes.get(start..end).filter(|s| !s.is_empty()).ok_or_else(|| GridError::damaged("缺少扇区"))
    }

    /// From each sector to the one after it.
    fn read_table(&self) -> Result<Vec<u32>, GridError> {
        let mut places = numbers(&self.bytes[76..HEADER_BYTES]);
        let mut more = u32_at(self.bytes, 68);
        let mut seen = 0;
        while more < LAST_SECTOR {
            let mut part = numbers(self.sector(more)?);
            more = part.pop().unwrap_or(u32::MAX);
            places.extend(part);
            seen += 1;
            if seen > self.sectors() {
                return Err(GridError::damaged("扇区表首尾相接"));
            }
        }
        places.retain(|place| *place < LAST_SECTOR);
        if places.len() > self.sectors() {
            return Err(GridError::damaged("扇区表过长"));
        }
        let mut next = Vec::new();
        for place in places {
            next.extend(numbers(self.sector(place)?));
        }
        Ok(next)
    }

    fn read(&self, start: u32, len: u64) -> Result<Vec<u8>, GridError> {
        let mut stream = Vec::new();
        for number in chain(start, &self.next, self.sectors())? {
            stream.extend_from_slice(self.sector(number)?);
            if stream.len() as u64 >= len {
                break;
            }
        }
        stream.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        Ok(stream)
    }

    fn read_mini(&self, start: u32, len: u64) -> Result<Vec<u8>, GridError> {
        let mut stream = Vec::new();
        for number in chain(start, &self.next_mini, self.mini.len() / MINI_SECTOR_BYTES + 1)? {
            let at = (number as usize).saturating_mul(MINI_SECTOR_BYTES);
            let end = at.saturating_add(MINI_SECTOR_BYTES).min(self.mini.len());
            let sector = self.mini.get(at..end).ok_or_else(|| GridError::damaged("缺少小扇区"))?;
            stream.extend_from_slice(sector);
        }
        stream.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        Ok(stream)
    }
}

/// The sectors of a stream in their order, `most` at most.
fn chain(start: u32, next: &[u32], most: usize) -> Result<Vec<u32>, GridError> {
    let mut sectors = Vec::new();
    let mut number = start;
    while number < LAST_SECTOR {
        sectors.push(number);
        if sectors.len() > most {
            return Err(GridError::damaged("扇区首尾相接"));
        }
        number = *next.get(number as usize).ok_or_else(|| GridError::damaged("扇区表不完整"))?;
    }
    Ok(sectors)
}

fn entry(bytes: &[u8]) -> Entry {
    let units = bytes[..64].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).take_while(|u| *u != 0);
    let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Entry { name, start: u32_at(bytes, 116), len: u32_at(bytes, 120).into() }
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|c| u32_at(c, 0)).collect()
}

/// A number of two bytes, zero behind the end.
pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at.saturating_add(2)) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        Some(_) | None => 0,
    }
}

/// A number of four bytes, zero behind the end.
pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at.saturating_add(4)) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        Some(_) | None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_in_a_circle_is_a_damaged_file() {
        assert!(chain(0, &[1, 2, 0], 3).is_err());
        assert!(chain(0, &[1, 2, u32::MAX], 3).is_ok());
        assert!(chain(5, &[1], 3).is_err());
        // A directory whose only sector follows itself, with a table that says so.
        let mut file = vec![0_u8; 512 * 3];
        file[..8].copy_from_slice(&MAGIC);
        file[30] = 9;
        file[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        file[60..64].copy_from_slice(&u32::MAX.to_le_bytes());
        file[76..512].fill(0xff);
        file[76..80].copy_from_slice(&1_u32.to_le_bytes());
        assert!(matches!(Container::open(&file), Err(GridError::Damaged(_))));
    }
}
