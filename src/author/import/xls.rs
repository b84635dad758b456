//! Sheets of .xls files (BIFF8, MS-XLS): the records that hold cells, merged regions and number formats.
//! It evaluates no formula and reserves no memory for what a record only announces; formulas give their stored result.

use super::grid::{Cell, Grid, GridBuilder, GridError, Region, SHEETS_MAX, SheetName, Wrong};
use super::number::{Shown, number_cell};
use super::ole::{Container, u16_at, u32_at};

/// Most shared texts.
const SHARED_TEXTS_MAX: usize = 2_000_000;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;

/// An .xls file: its one stream, and what all sheets share.
pub struct XlsFile {
    stream: Vec<u8>,
    sheets: Vec<(SheetName, usize)>,
    texts: Vec<Box<str>>,
    shown: Vec<Shown>,
    is_1904: bool,
}

impl XlsFile {
    /// Opens a file that begins like an OLE container.
    pub fn open(bytes: &[u8]) -> Result<Self, GridError> {
        let container = Container::open(bytes)?;
        if container.has("EncryptedPackage") {
            return Err(GridError::Password);
        }
        let Some(stream) = container.stream("Workbook").or_else(|| container.stream("Book")) else {
            let kind =
                if container.has("WordDocument") { "Word 文档" } else { "别的 Office 文件，不是表格" };
            return Err(GridError::OtherKind(kind));
        };
        Self::globals(stream?)
    }

    /// Its worksheets; charts and macros are none.
    pub fn sheets(&self) -> Vec<SheetName> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The records before the first sheet.
    fn globals(stream: Vec<u8>) -> Result<Self, GridError> {
        let mut file =
            Self { stream: Vec::new(), sheets: Vec::new(), texts: Vec::new(), shown: Vec::new(), is_1904: false };
        let mut formats: Vec<(u16, String)> = Vec::new();
        let mut used: Vec<u16> = Vec::new();
        let mut is_first = true;
        for record in Records::from(&stream, 0) {
            let record = record?;
            let data = record.data;
            if std::mem::take(&mut is_first) && (record.kind != BOF || u16_at(data, 0) != 0x0600) {
                return Err(GridError::OtherKind("Excel 95 或更早的旧格式"));
            }
            match record.kind {
                0x002f => return Err(GridError::Password),
                0x0022 => file.is_1904 = u16_at(data, 0) == 1,
                0x041e => formats.push((u16_at(data, 0), Text::of(&record, 2).read_counted()?)),
                0x00e0 => used.push(u16_at(data, 2)),
                0x0085 if data.get(5) == Some(&0) => {
                    let name = Text::of(&record, 6).read_short()?;
                    let is_hidden = data.get(4).is_some_and(|state| state & 3 != 0);
                    file.sheets.push((SheetName { name, is_hidden }, u32_at(data, 0) as usize));
                }
                0x00fc => file.texts = shared_texts(&record)?,
                EOF => break,
                _ => {}
            }
        }
        if is_first {
            return Err(GridError::damaged("没有内容"));
        }
        if file.sheets.len() > SHEETS_MAX {
            return Err(GridError::TooMuch { what: "工作表", most: SHEETS_MAX as u64 });
        }
        let code = |id: u16| formats.iter().find(|(known, _)| *known == id).map(|(_, code)| code.as_str());
        file.shown = used.into_iter().map(|id| Shown::of(code(id).unwrap_or(builtin(id)), Some(id.into()))).collect();
        file.stream = stream;
        Ok(file)
    }

    /// Reads one sheet.
    pub fn read(&self, index: usize) -> Result<Grid, GridError> {
        let Some((_, start)) = self.sheets.get(index) else {
            return Err(GridError::Empty);
        };
        let mut builder = GridBuilder::default();
        // Charts inside a sheet bring records of their own that look like cells.
        let mut depth = 0_usize;
        let mut waits_for_text = None;
        for record in Records::from(&self.stream, *start) {
            let record = record?;
            match record.kind {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                _ if depth != 1 => {}
                0x0006 => waits_for_text = self.formula(&record, &mut builder)?,
                0x0207 => {
                    if let Some((row, column)) = waits_for_text.take() {
                        builder.put(row, column, Cell::Text(Text::of(&record, 0).read_counted()?))?;
                    }
                }
                _ => self.cell(&record, &mut builder)?,
            }
        }
        if depth == 0 {
            return Err(GridError::damaged("找不到工作表"));
        }
        builder.finish()
    }

    fn cell(&self, record: &Record<'_>, builder: &mut GridBuilder) -> Result<(), GridError> {
        let data = record.data;
        let (row, column) = place(data);
        match record.kind {
            0x0203 => builder.put(row, column, self.number(f64_at(data, 6), u16_at(data, 4))),
            0x027e => builder.put(row, column, self.number(rk(u32_at(data, 6)), u16_at(data, 4))),
            0x00bd => {
                let entries = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (entry, column) in entries.chunks_exact(6).zip(column..) {
                    builder.put(row, column, self.number(rk(u32_at(entry, 2)), u16_at(entry, 0)))?;
                }
                Ok(())
            }
            0x00fd => match self.texts.get(u32_at(data, 6) as usize) {
                Some(text) => builder.put(row, column, Cell::Text(text.to_string())),
                None => Err(GridError::damaged("缺少文字")),
            },
            0x0204 | 0x00d6 => builder.put(row, column, Cell::Text(Text::of(record, 6).read_counted()?)),
            0x0205 => {
                let code = data.get(6).copied().unwrap_or_default();
                let cell = if data.get(7) == Some(&1) { error(code) } else { flag(code) };
                builder.put(row, column, cell)
            }
            0x00e5 => {
                let entries = data.get(2..).unwrap_or_default().chunks_exact(8).take(u16_at(data, 0).into());
                for e in entries {
                    let one = |at| u32::from(u16_at(e, at)) + 1;
                    builder.merge(Region { top: one(0), bottom: one(2), left: one(4), right: one(6) })?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A formula's stored result; a text comes in a record of its own, for the place that is given back.
    fn formula(&self, record: &Record<'_>, builder: &mut GridBuilder) -> Result<Option<(u32, u32)>, GridError> {
        let data = record.data;
        let (row, column) = place(data);
        if u16_at(data, 12) != 0xffff {
            builder.put(row, column, self.number(f64_at(data, 6), u16_at(data, 4)))?;
            return Ok(None);
        }
        let code = data.get(8).copied().unwrap_or_default();
        match data.get(6) {
            Some(0) => return Ok(Some((row, column))),
            Some(1) => builder.put(row, column, flag(code))?,
            Some(2) => builder.put(row, column, error(code))?,
            Some(3) => {}
            Some(_) | None => builder.put(row, column, Cell::Wrong(Wrong::NoResult))?,
        }
        Ok(None)
    }

    fn number(&self, value: f64, style: u16) -> Cell {
        let shown = self.shown.get(usize::from(style)).copied().unwrap_or(Shown::Plain);
        number_cell(value, shown, self.is_1904)
    }
}

fn place(data: &[u8]) -> (u32, u32) {
    (u32::from(u16_at(data, 0)) + 1, u32::from(u16_at(data, 2)) + 1)
}

fn flag(code: u8) -> Cell {
    Cell::Text(if code == 0 { "否" } else { "是" }.to_owned())
}

fn error(code: u8) -> Cell {
    let name = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#",
    };
    Cell::Wrong(Wrong::Error(name.to_owned()))
}

fn f64_at(data: &[u8], at: usize) -> f64 {
    f64::from_bits(u64::from(u32_at(data, at)) | u64::from(u32_at(data, at + 4)) << 32)
}

/// A number packed into four bytes: an integer or the upper half of a float, perhaps in hundredths.
fn rk(packed: u32) -> f64 {
    let value = match packed & 2 {
        0 => f64::from_bits(u64::from(packed & !3) << 32),
        _ => f64::from(packed.cast_signed() >> 2),
    };
    if packed & 1 == 0 { value } else { value / 100.0 }
}

/// The built-in formats that show more than the number; dates are told by their id.
fn builtin(id: u16) -> &'static str {
    match id {
        2 => "0.00",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        39 | 40 => "#,##0.00",
        _ => "General",
    }
}

/// One record; what did not fit into it follows in `more`.
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
    more: Vec<&'a [u8]>,
}

struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn from(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    fn header(&self) -> Option<(u16, &'a [u8])> {
        let start = self.at.checked_add(4)?;
        self.stream.get(self.at..start)?;
        let end = start + usize::from(u16_at(self.stream, self.at + 2));
        Some((u16_at(self.stream, self.at), self.stream.get(start..end)?))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, GridError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.stream.len() {
            return None;
        }
        let Some((kind, data)) = self.header() else {
            self.at = self.stream.len();
            return Some(Err(GridError::damaged("记录不完整")));
        };
        self.at += 4 + data.len();
        let mut more = Vec::new();
        while let Some((CONTINUE, data)) = self.header() {
            more.push(data);
            self.at += 4 + data.len();
        }
        Some(Ok(Record { kind, data, more }))
    }
}

fn shared_texts(record: &Record<'_>) -> Result<Vec<Box<str>>, GridError> {
    let mut text = Text::of(record, 8);
    let announced = u32_at(record.data, 4) as usize;
    let mut texts = Vec::new();
    while texts.len() < announced && !text.is_at_end() {
        if texts.len() >= SHARED_TEXTS_MAX {
            return Err(GridError::TooMuch { what: "文字", most: SHARED_TEXTS_MAX as u64 });
        }
        texts.push(text.read_counted()?.into_boxed_str());
    }
    Ok(texts)
}

/// Texts inside a record and its continuations.
struct Text<'a> {
    part: &'a [u8],
    more: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Text<'a> {
    fn of(record: &Record<'a>, at: usize) -> Self {
        Self { part: record.data.get(at..).unwrap_or_default(), more: record.more.clone().into_iter() }
    }

    fn is_at_end(&mut self) -> bool {
        while self.part.is_empty() {
            match self.more.next() {
                Some(part) => self.part = part,
                None => return true,
            }
        }
        false
    }

    /// The next `n` bytes or fewer, out of one part.
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.part.split_at(n.min(self.part.len()));
        self.part = rest;
        taken
    }

    fn byte(&mut self) -> Result<u8, GridError> {
        match self.is_at_end() {
            true => Err(GridError::damaged("文字不完整")),
            false => Ok(self.take(1).first().copied().unwrap_or_default()),
        }
    }

    fn skip(&mut self, mut n: usize) -> Result<(), GridError> {
        while n > 0 {
            if self.is_at_end() {
                return Err(GridError::damaged("文字不完整"));
            }
            n -= self.take(n).len();
        }
        Ok(())
    }

    fn number(&mut self) -> Result<usize, GridError> {
        Ok(usize::from(u16::from_le_bytes([self.byte()?, self.byte()?])))
    }

    /// A text after its length in two bytes.
    fn read_counted(&mut self) -> Result<String, GridError> {
        let chars = self.number()?;
        self.read(chars)
    }

    /// A text after its length in one byte.
    fn read_short(&mut self) -> Result<String, GridError> {
        let chars = self.byte()?.into();
        self.read(chars)
    }

    fn read(&mut self, chars: usize) -> Result<String, GridError> {
        let flags = if chars == 0 && self.is_at_end() { 0 } else { self.byte()? };
        let runs = if flags & 8 != 0 { self.number()? } else { 0 };
        let extra = if flags & 4 != 0 { self.number()? | self.number()? << 16 } else { 0 };
        let mut is_wide = flags & 1 != 0;
        let mut units: Vec<u16> = Vec::new();
        while units.len() < chars {
            if self.part.is_empty() {
                // A continuation says anew whether its characters have one byte or two.
                is_wide = self.byte()? & 1 != 0;
                continue;
            }
            let left = chars - units.len();
            match is_wide {
                true => units.extend(self.take(left * 2).chunks_exact(2).map(|c| u16_at(c, 0))),
                false => units.extend(self.take(left).iter().map(|b| u16::from(*b))),
            }
        }
        self.skip(runs * 4)?;
        self.skip(extra)?;
        Ok(String::from_utf16_lossy(&units))
    }
}
