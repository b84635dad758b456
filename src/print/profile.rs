//! What one printer model can do, read from `kiosk-config/printers/*.toml`.
//! It accepts no unknown key: a misspelt one would silently leave a default in force.

use std::path::{Path, PathBuf};

use toml::de::DeTable;
use toml::{Table, Value};

use super::canvas::real_time_at;
use super::repertoire::{CodePage, Repertoire};
use crate::base::durable::{self, FileError};
use crate::base::toml_error;

/// Largest profile file.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// Longest command of a profile.
const COMMAND_BYTES_MAX: usize = 16;
/// Most rows of one picture command.
const RASTER_ROWS_MAX: usize = 128;

/// The profiles that every terminal has, by name.
const BUILTIN: &[(&str, &str)] = &[
    ("generic-80", include_str!("../../kiosk-config/printers/generic-80.toml")),
    ("generic-58", include_str!("../../kiosk-config/printers/generic-58.toml")),
    ("epson-tm-t82", include_str!("../../kiosk-config/printers/epson-tm-t82.toml")),
    ("epson-tm-t88", include_str!("../../kiosk-config/printers/epson-tm-t88.toml")),
    ("xprinter-80", include_str!("../../kiosk-config/printers/xprinter-80.toml")),
    ("gainscha-80", include_str!("../../kiosk-config/printers/gainscha-80.toml")),
    ("presenter-80", include_str!("../../kiosk-config/printers/presenter-80.toml")),
    ("raster-80", include_str!("../../kiosk-config/printers/raster-80.toml")),
];

const KEYS: &[&str] = &[
    "name",
    "paper_width_dots",
    "columns",
    "encoding",
    "repertoire",
    "hanzi_command",
    "code_page",
    "cutter",
    "status",
    "confirmation",
    "qr",
    "drawing",
    "raster_rows_max",
    "feed_units_per_dot",
    "after_paper",
    "job_start",
    "job_end",
    "baud",
];

const STATUS_DIALECTS: [(&str, StatusDialect); 4] = [
    ("dle-eot", StatusDialect::DleEot),
    ("dle-eot-ticket", StatusDialect::DleEotTicket),
    ("gs-a", StatusDialect::GsA),
    ("none", StatusDialect::None),
];

/// Speeds of serial printers.
pub const BAUDS: [(&str, u32); 7] = [
    ("9600", 9_600),
    ("19200", 19_200),
    ("38400", 38_400),
    ("57600", 57_600),
    ("115200", 115_200),
    ("230400", 230_400),
    ("460800", 460_800),
];

/// One printer model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// For logs and the test page.
    pub name: String,
    /// Printable width; a multiple of 8.
    pub paper_width_dots: usize,
    /// Half-width characters on a line.
    pub columns: usize,
    /// Characters of the built-in font.
    pub repertoire: Repertoire,
    /// Switches hanzi mode on.
    pub hanzi_command: Vec<u8>,
    /// For Latin letters.
    pub code_page: CodePage,
    /// How the receipt is separated.
    pub cutter: Cutter,
    /// How it tells its status.
    pub status: StatusDialect,
    /// How it confirms that paper came out.
    pub confirmation: Confirmation,
    /// Who draws the QR codes of links.
    pub qr: QrPrinting,
    /// When a whole receipt is drawn instead of sent as text.
    pub drawing: Drawing,
    /// Most rows of one `GS v 0`: cheap printers have little memory.
    pub raster_rows_max: usize,
    /// Units of `ESC J` in a row of dots; 0 where empty rows are drawn.
    pub feed_units_per_dot: usize,
    /// What becomes of a receipt in the printer when the roll was changed halfway.
    pub after_paper: AfterPaper,
    /// Sent before each receipt.
    pub job_start: Vec<u8>,
    /// Sent after each receipt, such as what makes a presenter hold out the paper.
    pub job_end: Vec<u8>,
    /// Speed on a serial line, unless its address says another one.
    pub baud: u32,
}

/// When a receipt is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// When it has a character that the printer's font lacks.
    Auto,
    /// Always: the printer has no Chinese font.
    Always,
    /// Never: the printer cannot draw.
    Never,
}

/// What a printer does with the rest of a receipt after new paper was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterPaper {
    /// It goes on where it stopped.
    Continues,
    /// It may have forgotten it.
    Forgets,
}

/// How a receipt is separated from the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cutter {
    /// Hangs by a point.
    Partial,
    /// Falls.
    Full,
    /// Torn by hand.
    None,
}

/// How a printer tells its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusDialect {
    /// `DLE EOT 1` to `4`.
    DleEot,
    /// The same; bit 7 of the first answer says that a ticket waits in the presenter.
    DleEotTicket,
    /// Automatic status back: four bytes after `GS a 255`.
    GsA,
    /// It does not.
    None,
}

/// How a printer confirms a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// It answers `GS r 1` once everything before it has been printed.
    GsR,
    /// It does not.
    None,
}

/// Who draws a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrPrinting {
    /// The printer.
    Native,
    /// We.
    Raster,
}

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Neither built in nor a file.
    #[error("没有打印机配置“{0}”：内置的有 {names}，也可以写 .toml 文件的路径", names = Profile::names().join("、"))]
    Unknown(String),
    /// The file cannot be read.
    #[error("打印机配置读不出来")]
    File(#[from] FileError),
    /// The file is not TOML.
    #[error("打印机配置 {} 第 {line} 行：{problem}", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        line: usize,
        /// What the parser says, in Chinese.
        problem: String,
    },
    /// A key is missing, unknown or has a wrong value.
    #[error("打印机配置 {} {}的 {key}：{problem}", path.display(), line.map_or(String::new(), |n| format!("第 {n} 行")))]
    Key {
        /// Which file.
        path: PathBuf,
        /// Where in it; none for what is missing.
        line: Option<usize>,
        /// Which key.
        key: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

impl Profile {
    /// A built-in profile by name, or else the file of that path.
    pub fn load(name_or_path: &str) -> Result<Self, ProfileError> {
        if BUILTIN.iter().any(|(name, _)| *name == name_or_path) {
            return Self::builtin(name_or_path);
        }
        let path = Path::new(name_or_path);
        if !path.exists() && path.extension().is_none() {
            return Err(ProfileError::Unknown(name_or_path.to_owned()));
        }
        Self::read(path)
    }

    /// Names of the profiles that every terminal has.
    pub fn names() -> Vec<&'static str> {
        BUILTIN.iter().map(|(name, _)| *name).collect()
    }

    /// A profile that every terminal has.
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        let found = BUILTIN.iter().find(|(known, _)| *known == name);
        let (name, text) = found.ok_or_else(|| ProfileError::Unknown(name.to_owned()))?;
        Self::parse(text, Path::new(name))
    }

    /// The text of a profile that every terminal has; empty when there is none of that name.
    pub fn builtin_text(name: &str) -> &'static str {
        BUILTIN.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }

    /// A profile from a file.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let bytes = durable::read(path, FILE_BYTES_MAX)?;
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(&text, path),
            Err(_) => Err(ProfileError::Key {
                path: path.to_owned(),
                line: None,
                key: "（整个文件）".to_owned(),
                problem: "不是 UTF-8 文字".to_owned(),
            }),
        }
    }

    /// A profile from its text; `path` only names it in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ProfileError> {
        let table: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            ProfileError::Syntax { path: path.to_owned(), line, problem: toml_error::in_chinese(text, &error) }
        })?;
        let keys = Keys { table: &table, text, path };
        keys.refuse_unknown()?;
        keys.choice("encoding", &[("gb18030", ())])?;
        let profile = Self {
            name: keys.text("name")?.to_owned(),
            paper_width_dots: keys.number("paper_width_dots", 256, 832)?,
            columns: keys.number("columns", 24, 68)?,
            repertoire: keys.choice(
                "repertoire",
                &[("gb2312", Repertoire::Gb2312), ("gbk", Repertoire::Gbk), ("gb18030", Repertoire::Gb18030)],
            )?,
            hanzi_command: keys.bytes("hanzi_command")?,
            code_page: keys.choice("code_page", &[("none", CodePage::None), ("pc858", CodePage::Pc858)])?,
            cutter: keys
                .choice("cutter", &[("partial", Cutter::Partial), ("full", Cutter::Full), ("none", Cutter::None)])?,
            status: keys.choice("status", &STATUS_DIALECTS)?,
            confirmation: keys.choice("confirmation", &[("gs-r", Confirmation::GsR), ("none", Confirmation::None)])?,
            qr: keys.choice("qr", &[("native", QrPrinting::Native), ("raster", QrPrinting::Raster)])?,
            drawing: keys.choice(
                "drawing",
                &[("auto", Drawing::Auto), ("always", Drawing::Always), ("never", Drawing::Never)],
            )?,
            raster_rows_max: keys.number("raster_rows_max", 8, RASTER_ROWS_MAX)?,
            feed_units_per_dot: keys.number("feed_units_per_dot", 0, 2)?,
            after_paper: keys
                .choice("after_paper", &[("continues", AfterPaper::Continues), ("forgets", AfterPaper::Forgets)])?,
            job_start: keys.command("job_start")?,
            job_end: keys.command("job_end")?,
            baud: keys.choice("baud", &BAUDS)?,
        };
        if !profile.paper_width_dots.is_multiple_of(8) {
            return Err(keys.wrong("paper_width_dots", format!("{} 不是 8 的倍数", profile.paper_width_dots)));
        }
        // Font A is 12 dots wide on every printer of the kind.
        if profile.columns * 12 > profile.paper_width_dots {
            let most = profile.paper_width_dots / 12;
            return Err(keys.wrong("columns", format!("{} 点宽的纸最多放 {most} 列", profile.paper_width_dots)));
        }
        Ok(profile)
    }
}

struct Keys<'a> {
    table: &'a Table,
    text: &'a str,
    path: &'a Path,
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

impl Keys<'_> {
    fn wrong(&self, key: &str, problem: String) -> ProfileError {
        let spans = DeTable::parse(self.text).ok();
        let place = spans.as_ref().and_then(|table| table.get_ref().keys().find(|known| known.get_ref() == key));
        let line = place.map(|key| line_at(self.text, key.span().start));
        ProfileError::Key { path: self.path.to_owned(), line, key: key.to_owned(), problem }
    }

    fn refuse_unknown(&self) -> Result<(), ProfileError> {
        match self.table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            Some(key) => Err(self.wrong(key, format!("没有这个键；可用的有 {}", KEYS.join("、")))),
            None => Ok(()),
        }
    }

    fn value(&self, key: &str) -> Result<&Value, ProfileError> {
        self.table.get(key).ok_or_else(|| self.wrong(key, "缺少这个键".to_owned()))
    }

    fn text(&self, key: &str) -> Result<&str, ProfileError> {
        let text = self.value(key)?.as_str().ok_or_else(|| self.wrong(key, "应是文字，写在引号里".to_owned()))?;
        if text.trim().is_empty() { Err(self.wrong(key, "不能为空".to_owned())) } else { Ok(text) }
    }

    fn number(&self, key: &str, min: usize, max: usize) -> Result<usize, ProfileError> {
        let number = self.value(key)?.as_integer().and_then(|n| usize::try_from(n).ok());
        number
            .filter(|n| (min..=max).contains(n))
            .ok_or_else(|| self.wrong(key, format!("应是 {min} 到 {max} 之间的整数")))
    }

    fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<T, ProfileError> {
        let text = self.text(key)?;
        choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            self.wrong(key, format!("“{text}”不认识；可用的有 {}", names.join("、")))
        })
    }

    /// A command that may be absent; a real-time command in it would be obeyed at once, so it is refused.
    fn command(&self, key: &str) -> Result<Vec<u8>, ProfileError> {
        if self.value(key)?.as_str() == Some("") {
            return Ok(Vec::new());
        }
        let bytes = self.bytes(key)?;
        match real_time_at(&bytes) {
            Some(_) => Err(self.wrong(key, "含有实时指令（10 04、10 05、10 14），不能放在凭条里".to_owned())),
            None => Ok(bytes),
        }
    }

    fn bytes(&self, key: &str) -> Result<Vec<u8>, ProfileError> {
        let text = self.text(key)?;
        let bytes: Option<Vec<u8>> =
            text.split_whitespace().map(|hex| u8::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 2)).collect();
        bytes
            .filter(|bytes| bytes.len() <= COMMAND_BYTES_MAX)
            .ok_or_else(|| self.wrong(key, format!("应是最多 {COMMAND_BYTES_MAX} 个十六进制字节，如 1C 26")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERIC: &str = BUILTIN[0].1;

    fn refusal(from: &str, to: &str) -> String {
        assert!(GENERIC.contains(from), "{from}");
        Profile::parse(&GENERIC.replace(from, to), Path::new("p.toml")).unwrap_err().to_string()
    }

    #[test]
    fn every_built_in_profile_is_whole() {
        for (name, _) in BUILTIN {
            Profile::builtin(name).unwrap();
        }
        let folder = std::fs::read_dir("kiosk-config/printers").unwrap();
        let files = folder.flatten().filter(|file| file.path().extension().is_some_and(|e| e == "toml"));
        let mut files: Vec<_> =
            files.map(|file| file.path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
        let mut names = Profile::names();
        files.sort();
        names.sort();
        assert_eq!(files, names, "each file is built in");
    }

    #[test]
    fn a_wrong_key_is_named_with_its_file_and_what_would_be_right() {
        let misspelt = refusal("columns = 48", "colums = 48");
        assert!(misspelt.contains("p.toml 第 11 行的 colums：没有这个键"), "{misspelt}");
        assert_eq!(refusal("cutter = \"partial\"\n", ""), "打印机配置 p.toml 的 cutter：缺少这个键");
        assert_eq!(
            refusal("repertoire = \"gbk\"", "repertoire = \"big5\""),
            "打印机配置 p.toml 第 18 行的 repertoire：“big5”不认识；可用的有 gb2312、gbk、gb18030"
        );
        assert_eq!(
            refusal("columns = 48", "columns = 60"),
            "打印机配置 p.toml 第 11 行的 columns：576 点宽的纸最多放 48 列"
        );
        assert!(refusal("paper_width_dots = 576", "paper_width_dots = 577").contains("8 的倍数"));
        assert!(refusal("\"1C 26\"", "\"FS &\"").contains("hanzi_command"));
        assert!(refusal("columns = 48", "columns = -1").contains("24 到 68"));
        assert!(refusal("job_end = \"\"", "job_end = \"10 14 01\"").contains("实时指令"));
        assert!(refusal("raster_rows_max = 128", "raster_rows_max = 129").contains("8 到 128"));
        assert!(refusal("baud = \"115200\"", "baud = \"1234\"").contains("9600"));
    }

    #[test]
    fn a_syntax_error_names_its_line() {
        let error = Profile::parse("name = \"x\"\n\ncolumns = \"3\n", Path::new("p.toml")).unwrap_err();
        assert_eq!(error.to_string(), "打印机配置 p.toml 第 3 行：文字没有用英文引号收尾");
    }

    #[test]
    fn a_missing_profile_names_the_built_in_ones() {
        assert!(Profile::load("epson").unwrap_err().to_string().contains("generic-80、generic-58、epson-tm-t82"));
        assert!(matches!(Profile::load("/nonexistent/p.toml"), Err(ProfileError::File(_))));
    }
}
