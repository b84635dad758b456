//! Comma or tab separated text as Excel saves it, in UTF-8, GB18030 or UTF-16, with the rows as Excel counts them.
//! It guesses no encoding: what is neither is refused with its line.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::grid::{Cell, Grid, GridBuilder, GridError};

/// How far the first row is looked at for the sign between its cells.
const SAMPLE_BYTES: usize = 16 * 1024;
/// Broken UTF-8 with this many whole characters to a broken place is broken UTF-8, and no other encoding.
const WHOLE_TO_BROKEN: usize = 10;

/// A text file, decoded.
pub struct CsvText {
    text: String,
}

impl CsvText {
    /// Decodes a file.
    pub fn open(bytes: &[u8]) -> Result<Self, GridError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(GridError::Empty);
        }
        if bytes.starts_with(b"%PDF") {
            return Err(GridError::OtherKind("PDF 文件"));
        }
        let text = decode(bytes)?;
        let start = text.trim_start().get(..5).unwrap_or_default().to_ascii_lowercase();
        if start.starts_with("<html") || start.starts_with("<tabl") || start.starts_with("<!doc") {
            return Err(GridError::OtherKind("网页，只是用了表格的文件名"));
        }
        if start.starts_with("<?xml") {
            return Err(GridError::OtherKind("XML 文件，只是用了表格的文件名"));
        }
        if text.contains('\0') {
            return Err(GridError::damaged("不是表格文件"));
        }
        Ok(Self { text })
    }

    /// The rows.
    pub fn read(&self) -> Result<Grid, GridError> {
        let mut builder = GridBuilder::default();
        let mut scan = Scan { text: &self.text, at: 0, line: 1 };
        let separator = separator(&self.text);
        let mut row = 1;
        while scan.at < self.text.len() {
            let mut column = 1;
            loop {
                let (cell, ended) = scan.cell(separator)?;
                builder.put(row, column, Cell::Text(cell))?;
                match ended {
                    Ended::Cell => column += 1,
                    Ended::Row => break,
                }
            }
            row += 1;
        }
        builder.finish()
    }
}

fn decode(bytes: &[u8]) -> Result<String, GridError> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8(rest.to_vec()).map_err(|e| encoding(rest, e.utf8_error().valid_up_to()));
    }
    for (mark, encoding_of_mark) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let decoded = encoding_of_mark.decode_without_bom_handling_and_without_replacement(rest);
            return decoded.map(Into::into).ok_or(GridError::Encoding { line: 1 });
        }
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let (whole, broken) = bytes.utf8_chunks().fold((0, 0), |(whole, broken), chunk| {
        let chars = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (whole + chars, broken + usize::from(!chunk.invalid().is_empty()))
    });
    if whole >= broken.saturating_mul(WHOLE_TO_BROKEN) {
        return Err(encoding(bytes, error.valid_up_to()));
    }
    if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text.into());
    }
    // No character of GB18030 contains a line feed, so the lines can be tried one by one.
    let is_wrong = |line: &&[u8]| GB18030.decode_without_bom_handling_and_without_replacement(line).is_none();
    let lines = bytes.split(|b| *b == b'\n').take_while(|line| !is_wrong(line)).count();
    Err(GridError::Encoding { line: lines + 1 })
}

fn encoding(bytes: &[u8], valid: usize) -> GridError {
    let before = bytes.get(..valid).unwrap_or_default();
    GridError::Encoding { line: 1 + before.iter().filter(|b| **b == b'\n').count() }
}

/// The sign between cells: a tab, a semicolon or a comma, whichever the first rows have most outside quotation marks.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0), ('\t', 0), (';', 0)];
    let mut is_quoted = false;
    for c in text.bytes().take(SAMPLE_BYTES).map(char::from) {
        if c == '"' {
            is_quoted = !is_quoted;
        }
        if let Some((_, n)) = counts.iter_mut().find(|(sign, _)| *sign == c && !is_quoted) {
            *n += 1;
        }
    }
    // The comma stands first and wins a draw.
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map_or(',', |(sign, _)| sign)
}

enum Ended {
    Cell,
    Row,
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Scan<'_> {
    /// The next cell, and whether the row ends with it.
    fn cell(&mut self, separator: char) -> Result<(String, Ended), GridError> {
        let mut cell = String::new();
        if self.text[self.at..].starts_with('"') {
            let line = self.line;
            self.at += 1;
            loop {
                let rest = &self.text[self.at..];
                let Some(end) = rest.find('"') else {
                    return Err(GridError::Quote { line });
                };
                cell.push_str(&rest[..end]);
                self.line += rest[..end].matches('\n').count();
                self.at += end + 1;
                if !self.text[self.at..].starts_with('"') {
                    break;
                }
                cell.push('"');
                self.at += 1;
            }
        }
        let rest = &self.text[self.at..];
        let end = rest.find([separator, '\n', '\r']).unwrap_or(rest.len());
        cell.push_str(&rest[..end]);
        self.at += end;
        let after = &self.text[self.at..];
        if after.starts_with(separator) {
            self.at += separator.len_utf8();
            return Ok((cell, Ended::Cell));
        }
        self.at += if after.starts_with("\r\n") { 2 } else { after.chars().next().map_or(0, char::len_utf8) };
        self.line += 1;
        Ok((cell, Ended::Row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, GridError> {
        let grid = CsvText::open(bytes)?.read()?;
        let row = |row: &super::super::grid::GridRow| row.columns().map(|c| row.text(c).to_owned()).collect();
        Ok(grid.rows.iter().map(|r| (r.number, row(r))).collect())
    }

    #[test]
    fn rows_are_counted_as_excel_counts_them() {
        let rows = read("甲,乙\r\n\r\n,,\r\n\"一\n二\",\"他说\"\"好\"\"\"\r\n尾".as_bytes()).unwrap();
        assert_eq!(rows[0], (1, vec!["甲".into(), "乙".into()]));
        assert_eq!(rows[1], (4, vec!["一\n二".into(), "他说\"好\"".into()]));
        assert_eq!(rows[2], (5, vec!["尾".into()]));
    }

    #[test]
    fn the_same_words_come_out_of_every_encoding() {
        let text = "序号,公开事项\r\n1,养老服务㐀𠀀\r\n";
        let expected = read(text.as_bytes()).unwrap();
        let (gb18030, ..) = GB18030.encode(text);
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(), expected);
        assert_eq!(read(&gb18030).unwrap(), expected);
        assert_eq!(read(&utf16).unwrap(), expected);
        assert_eq!(read(text.replace(',', "\t").as_bytes()).unwrap(), expected);
    }

    #[test]
    fn a_wrong_encoding_is_refused_with_its_line() {
        let (good, ..) = GB18030.encode("序号,公开事项\n1,养老服务\n2,");
        let bytes = [&good, b"\xff\xff\n3,x\n".as_slice()].concat();
        assert_eq!(read(&bytes), Err(GridError::Encoding { line: 3 }));
        let cut = ["序号,公开事项\n1,养老服务办事指南材料目录\n2,养".as_bytes(), b"\xe8\x80\n"].concat();
        assert_eq!(
            read(&cut),
            Err(GridError::Encoding { line: 3 }),
            "broken UTF-8 is not read as Chinese of another kind"
        );
        assert_eq!(read(b"\xef\xbb\xbfa\n\xff"), Err(GridError::Encoding { line: 2 }));
    }

    #[test]
    fn other_files_are_told_by_name() {
        assert_eq!(read(b" <html><table>"), Err(GridError::OtherKind("网页，只是用了表格的文件名")));
        assert!(matches!(read(b"%PDF-1.4"), Err(GridError::OtherKind(_))));
        assert_eq!(read(b" \n"), Err(GridError::Empty));
        assert_eq!(read("甲,乙\n\"丙,丁\n".as_bytes()), Err(GridError::Quote { line: 2 }));
        assert!(matches!(read(b"a\0b"), Err(GridError::Damaged(_))));
    }
}
