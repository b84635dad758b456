//! The settings of one terminal: built-in defaults, overridden by one file, checked as a whole.
//! It refuses unknown keys, wrong types and values out of range, each with its place; it opens no device.

mod keypad;
mod layer;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::access::{Keypad, Panel};
use crate::base::durable::{self, FileError};

pub use layer::{Origin, Setting};

/// The defaults, every key explained.
pub const DEFAULT_TOML: &str = include_str!("../../kiosk-config/default.toml");

/// Largest settings file.
const CONFIG_BYTES_MAX: u64 = 256 * 1024;
const TERMINAL_ID_CHARS_MAX: usize = 32;

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The terminal's name for staff.
    pub terminal_name: String,
    /// What the office's machine calls it: small letters, digits and hyphens.
    pub terminal_id: String,
    /// Where sealed letters go; none where only sticks carry them. Parsed where it is used.
    pub outbox_to: Option<String>,
    /// The queue of an office printer for sheets of A4; none where there is none. Parsed where it is used.
    pub a4_queue: Option<String>,
    /// The folder of all state.
    pub state_dir: PathBuf,
    /// Whose content this terminal shows, the hall's own publisher first.
    pub publishers: Vec<PublisherSettings>,
    /// Minutes between two looks at a publisher's server.
    pub check_every_min: u32,
    /// The hour of the night, from 0, in which the content is looked through for damage.
    pub scrub_hour: u32,
    /// A release that came with the program, for a terminal that has nothing yet; none where none was installed.
    pub factory: Option<PathBuf>,
    /// Certificates of an inside certification authority, as PEM; none where the public ones do.
    pub tls_ca: Option<PathBuf>,
    /// Where the system mounts sticks; none where no stick is taken.
    pub stick_folder: Option<PathBuf>,
    /// The screen.
    pub panel: Panel,
    /// Family name of the font.
    pub font_family: String,
    /// Seconds without a touch before the warning.
    pub idle_s: u32,
    /// The same while a form is filled in.
    pub form_idle_s: u32,
    /// Seconds of the warning.
    pub warning_s: u32,
    /// Seconds of one attract text.
    pub attract_turn_s: u32,
    /// The printer, if one is fitted.
    pub printer: Option<PrinterSettings>,
    /// Which voice engine.
    pub voice: VoiceEngine,
    /// The folder of the neural voice; none where the setup step puts it.
    pub voice_files: Option<PathBuf>,
    /// Which of its voices speaks.
    pub voice_speaker: String,
    /// Which of them says what the terminal itself has to say.
    pub voice_interface: String,
    /// Which of them speaks English; none where nobody does.
    pub voice_english: Option<String>,
    /// Clips that a release carries are taken along.
    pub takes_clips: bool,
    /// Room for the clips that are made by night, in megabytes; 0 makes none.
    pub voice_clips_mb: u32,
    /// Folders of clips that came with a release.
    pub voice_clips: Vec<PathBuf>,
    /// A generic module of speech-dispatcher for an engine of the office's own.
    pub voice_module: Option<PathBuf>,
    /// The input device that tells of headphones; none where there is no socket.
    pub headphones: Option<PathBuf>,
    /// Speed of the voice at the start of a visit.
    pub voice_rate_percent: u16,
    /// Loudness of the voice at the start of a visit.
    pub voice_volume_percent: u16,
    /// Who may open the staff page; a relative path is one in the state folder.
    staff_file: PathBuf,
    /// Seconds without a touch before the staff page goes.
    pub staff_idle_s: u32,
    /// The keypad for those who do not see the screen; without keys where there is none.
    pub keypad: Keypad,
}

/// Which of the publishers that a terminal follows. The first one's hall is this hall, and its records go before those
/// of the others where two have the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Publisher {
    /// The hall's own.
    First,
    /// Such as the city of a district's hall.
    Second,
    /// Such as the province.
    Third,
    /// One more.
    Fourth,
}

impl Publisher {
    /// All of them, nearest first.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// Its name in settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
        }
    }

    /// What staff call it as long as nothing of it has come.
    pub fn label(self) -> &'static str {
        match self {
            Self::First => "本大厅",
            Self::Second => "第二发布机构",
            Self::Third => "第三发布机构",
            Self::Fourth => "第四发布机构",
        }
    }

    /// The folder of its content and trust.
    pub fn state_dir(self, state_dir: &Path) -> PathBuf {
        match self {
            Self::First => state_dir.to_owned(),
            Self::Second | Self::Third | Self::Fourth => state_dir.join(self.name()),
        }
    }
}

/// How a publisher is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherSettings {
    /// Which.
    pub publisher: Publisher,
    /// The address that is asked; none where only sticks come. Parsed where it is used.
    pub from: Option<String>,
    /// Segments of its releases that this hall shows; empty for all. What may be a name is known where it is used.
    pub segments: Vec<String>,
}

/// Where the printer is and what it understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterSettings {
    /// `tcp://…`, `file:…` or a device path; parsed where it is opened.
    pub to: String,
    /// Profile name or path.
    pub profile: String,
}

/// Voice engines of this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceEngine {
    /// The neural voice, and the system's where it cannot speak.
    Neural,
    /// speech-dispatcher.
    System,
    /// No voice wanted.
    None,
}

/// Why settings are not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("设置文件读不出来")]
    File(#[source] FileError),
    /// Not UTF-8.
    #[error("设置文件 {} 第{line}行不是 UTF-8 文字，请另存为 UTF-8", path.display())]
    Encoding {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// Not TOML.
    #[error("设置文件 {} 第{line}行 TOML 写法不对：{message}", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong, in Chinese.
        message: String,
    },
    /// A key that does not exist.
    #[error("设置文件 {} 第{line}行：没有“{key}”这一项{}", path.display(), hint.as_ref().map_or(String::new(), |h| format!("，是不是“{h}”？")))]
    UnknownKey {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// A key that looks like it.
        hint: Option<String>,
    },
    /// A value of another type than the default's.
    #[error("设置文件 {} 第{line}行：{key} 应为{wanted}", path.display())]
    WrongType {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// The type wanted, in Chinese.
        wanted: &'static str,
    },
    /// A value out of its range.
    #[error("设置 {key}（{origin}）：{problem}")]
    Value {
        /// The key.
        key: String,
        /// Where the value came from.
        origin: Origin,
        /// What is wrong and what would be right.
        problem: String,
    },
}

#[derive(Deserialize)]
struct Doc {
    terminal: TerminalDoc,
    sync: SyncDoc,
    first: PublisherDoc,
    second: PublisherDoc,
    third: PublisherDoc,
    fourth: PublisherDoc,
    usb: UsbDoc,
    outbox: OutboxDoc,
    a4: A4Doc,
    panel: PanelDoc,
    font: FontDoc,
    session: SessionDoc,
    attract: AttractDoc,
    printer: PrinterDoc,
    voice: VoiceDoc,
    staff: StaffDoc,
    keypad: KeypadDoc,
}
#[derive(Deserialize)]
struct KeypadDoc {
    profile: String,
}
#[derive(Deserialize)]
struct TerminalDoc {
    name: String,
    id: String,
    state_dir: String,
}
#[derive(Deserialize)]
struct SyncDoc {
    every_min: i64,
    scrub_hour: i64,
    factory: String,
    tls_ca: String,
}
#[derive(Deserialize)]
struct PublisherDoc {
    from: String,
    segments: Vec<String>,
}
#[derive(Deserialize)]
struct OutboxDoc {
    to: String,
}
#[derive(Deserialize)]
struct A4Doc {
    queue: String,
}
#[derive(Deserialize)]
struct UsbDoc {
    folder: String,
}
#[derive(Deserialize)]
struct PanelDoc {
    width_px: i64,
    height_px: i64,
    diagonal_inch: f64,
    screen_bottom_mm: i64,
}
#[derive(Deserialize)]
struct FontDoc {
    family: String,
}
#[derive(Deserialize)]
struct SessionDoc {
    idle_s: i64,
    form_idle_s: i64,
    warning_s: i64,
}
#[derive(Deserialize)]
struct AttractDoc {
    turn_s: i64,
}
#[derive(Deserialize)]
struct PrinterDoc {
    is_fitted: bool,
    to: String,
    profile: String,
}
#[derive(Deserialize)]
struct VoiceDoc {
    engine: String,
    files: String,
    speaker: String,
    interface: String,
    english: String,
    clips_mb: i64,
    takes_clips: bool,
    clips: Vec<String>,
    module: String,
    headphones: String,
    rate_percent: i64,
    volume_percent: i64,
}
#[derive(Deserialize)]
struct StaffDoc {
    file: String,
    idle_s: i64,
}

impl Config {
    /// Where it is written who may open the staff page.
    pub fn staff_file(&self) -> PathBuf {
        self.state_dir.join(&self.staff_file)
    }

    /// Loads the defaults and, when given, the file that overrides them.
    pub fn load(file: Option<&Path>) -> Result<(Self, Vec<Setting>), ConfigError> {
        let text = match file {
            Some(path) => {
                let bytes = durable::read(path, CONFIG_BYTES_MAX).map_err(ConfigError::File)?;
                Some((path, as_text(path, bytes)?))
            }
            None => None,
        };
        Self::from_text(text.as_ref().map(|(path, text)| (*path, text.as_str())))
    }

    /// The same from text already read.
    pub fn from_text(file: Option<(&Path, &str)>) -> Result<(Self, Vec<Setting>), ConfigError> {
        let (table, settings) = layer::merge(DEFAULT_TOML, file)?;
        for publisher in Publisher::ALL.map(Publisher::name) {
            let names = table.get(publisher).and_then(|p| p.get("segments")).and_then(toml::Value::as_array);
            if names.is_some_and(|names| names.iter().any(|name| !name.is_str())) {
                let key = format!("{publisher}.segments");
                return Err(ConfigError::value(&settings, &key, "应为加引号的名称的列表".to_owned()));
            }
        }
        let doc: Doc = table.try_into().map_err(|e: toml::de::Error| ConfigError::Value {
            key: "settings".to_owned(),
            origin: Origin::Default,
            problem: e.message().to_owned(),
        })?;
        Ok((doc.check(&settings)?, settings))
    }
}

impl ConfigError {
    /// A value that cannot be used, with the place where it was set; for whoever knows more of a value than this
    /// module, such as what a printer's address looks like.
    pub fn value(settings: &[Setting], key: &str, problem: String) -> Self {
        let origin = settings.iter().find(|s| s.key == key).map_or(Origin::Default, |s| s.origin.clone());
        Self::Value { key: key.to_owned(), origin, problem }
    }
}

/// A settings file's text, without the byte order mark that some editors put before it.
fn as_text(path: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + valid.iter().filter(|b| **b == b'\n').count();
            Err(ConfigError::Encoding { path: path.into(), line })
        }
    }
}

impl Doc {
    fn check(self, settings: &[Setting]) -> Result<Config, ConfigError> {
        let value_error = |key: &'static str, problem: String| ConfigError::value(settings, key, problem);
        let within = |key: &'static str, value: i64, min: u32, max: u32| {
            u32::try_from(value)
                .ok()
                .filter(|v| (min..=max).contains(v))
                .ok_or_else(|| value_error(key, format!("应在 {min} 至 {max} 之间，写的是 {value}")))
        };
        let panel = Panel {
            width_px: within("panel.width_px", self.panel.width_px, 480, 8192)?,
            height_px: within("panel.height_px", self.panel.height_px, 480, 8192)?,
            diagonal_inch: self.panel.diagonal_inch,
            screen_bottom_mm: within("panel.screen_bottom_mm", self.panel.screen_bottom_mm, 0, 2000)?,
        };
        if !(5.0..=120.0).contains(&panel.diagonal_inch) {
            return Err(value_error("panel.diagonal_inch", "应在 5 至 120 之间".to_owned()));
        }
        let filled = |key: &'static str, value: String| {
            if let Some(c) = value.chars().find(|c| c.is_control()) {
                return Err(value_error(key, format!("不能有控制字符 U+{:04X}", u32::from(c))));
            }
            if value.trim().is_empty() { Err(value_error(key, "不能为空".to_owned())) } else { Ok(value) }
        };
        let voice = match self.voice.engine.as_str() {
            "neural" => VoiceEngine::Neural,
            "system" => VoiceEngine::System,
            "none" => VoiceEngine::None,
            other => {
                return Err(value_error("voice.engine", format!("只能是 neural、system 或 none，写的是“{other}”")));
            }
        };
        // They become parts of paths.
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let name = |key: &'static str, name: String| match is_name(name.trim()) {
            true => Ok(name.trim().to_owned()),
            false => Err(value_error(key, format!("只能有字母、数字和下划线，写的是“{name}”"))),
        };
        let speaker = name("voice.speaker", filled("voice.speaker", self.voice.speaker)?)?;
        let interface = Some(name("voice.interface", self.voice.interface)?).filter(|name| !name.is_empty());
        let english = Some(name("voice.english", self.voice.english)?).filter(|name| !name.is_empty());
        let printer = PrinterSettings {
            to: filled("printer.to", self.printer.to)?,
            profile: filled("printer.profile", self.printer.profile)?,
        };
        let terminal_id = self.terminal.id;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=TERMINAL_ID_CHARS_MAX).contains(&terminal_id.len()) || !terminal_id.chars().all(is_plain) {
            let problem = format!("应是1到{TERMINAL_ID_CHARS_MAX}个小写字母、数字或横线，写的是“{terminal_id}”");
            return Err(value_error("terminal.id", problem));
        }
        let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let documents = [self.first, self.second, self.third, self.fourth];
        let publishers = Publisher::ALL.into_iter().zip(documents).map(|(publisher, doc)| PublisherSettings {
            publisher,
            from: some(doc.from),
            segments: doc.segments,
        });
        Ok(Config {
            publishers: publishers.collect(),
            check_every_min: within("sync.every_min", self.sync.every_min, 1, 1440)?,
            scrub_hour: within("sync.scrub_hour", self.sync.scrub_hour, 0, 23)?,
            factory: some(self.sync.factory).map(PathBuf::from),
            tls_ca: some(self.sync.tls_ca).map(PathBuf::from),
            stick_folder: some(self.usb.folder).map(PathBuf::from),
            outbox_to: some(self.outbox.to),
            a4_queue: some(self.a4.queue),
            terminal_name: filled("terminal.name", self.terminal.name)?,
            terminal_id,
            state_dir: filled("terminal.state_dir", self.terminal.state_dir)?.into(),
            panel,
            font_family: filled("font.family", self.font.family)?,
            idle_s: within("session.idle_s", self.session.idle_s, 30, 300)?,
            form_idle_s: within("session.form_idle_s", self.session.form_idle_s, 60, 300)?,
            warning_s: within("session.warning_s", self.session.warning_s, 20, 120)?,
            attract_turn_s: within("attract.turn_s", self.attract.turn_s, 5, 120)?,
            printer: self.printer.is_fitted.then_some(printer),
            voice,
            voice_files: some(self.voice.files).map(PathBuf::from),
            voice_interface: interface.unwrap_or_else(|| speaker.clone()),
            voice_speaker: speaker,
            voice_english: english,
            takes_clips: self.voice.takes_clips,
            voice_clips_mb: within("voice.clips_mb", self.voice.clips_mb, 0, 100_000)?,
            voice_module: some(self.voice.module).map(PathBuf::from),
            headphones: some(self.voice.headphones).map(PathBuf::from),
            voice_clips: self.voice.clips.into_iter().map(PathBuf::from).collect(),
            voice_volume_percent: u16::try_from(within("voice.volume_percent", self.voice.volume_percent, 25, 100)?)
                .unwrap_or(80),
            voice_rate_percent: u16::try_from(within("voice.rate_percent", self.voice.rate_percent, 75, 200)?)
                .unwrap_or(100),
            staff_file: filled("staff.file", self.staff.file)?.into(),
            staff_idle_s: within("staff.idle_s", self.staff.idle_s, 30, 600)?,
            keypad: keypad::load(self.keypad.profile.trim()).map_err(|e| value_error("keypad.profile", e))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        Config::from_text(Some((Path::new("hall.toml"), text))).map(|(config, _)| config)
    }

    #[test]
    fn the_defaults_are_usable_by_themselves() {
        let (config, settings) = Config::from_text(None).unwrap();
        assert_eq!(config.idle_s, 60);
        assert!(settings.iter().all(|s| s.origin == Origin::Default));
    }

    #[test]
    fn a_file_overrides_single_keys_and_is_named_as_their_origin() {
        let text = "[session]\nidle_s = 90\n";
        let (config, settings) = Config::from_text(Some((Path::new("hall.toml"), text))).unwrap();
        assert_eq!((config.idle_s, config.warning_s), (90, 30));
        let idle = settings.iter().find(|s| s.key == "session.idle_s").unwrap();
        assert_eq!(idle.origin.to_string(), "hall.toml 第2行");
    }

    #[test]
    fn a_mistyped_key_is_named_with_its_line_and_the_likely_one() {
        let error = load("[session]\n\nidel_s = 90\n").unwrap_err();
        assert_eq!(error.to_string(), "设置文件 hall.toml 第3行：没有“session.idel_s”这一项，是不是“session.idle_s”？");
    }

    #[test]
    fn a_wrong_type_a_bad_range_and_broken_toml_name_the_place() {
        let wrong = load("[session]\nidle_s = \"90\"\n").unwrap_err().to_string();
        assert_eq!(wrong, "设置文件 hall.toml 第2行：session.idle_s 应为整数");
        let range = load("[session]\nidle_s = 5\n").unwrap_err().to_string();
        assert_eq!(range, "设置 session.idle_s（hall.toml 第2行）：应在 30 至 300 之间，写的是 5");
        let broken = load("[session\n").unwrap_err().to_string();
        assert_eq!(broken, "设置文件 hall.toml 第1行 TOML 写法不对：段名缺少收尾的 ]");
        assert!(load("session = 3\n").is_err());
        assert!(load("[panel]\ndiagonal_inch = 22\n").is_ok(), "a whole number serves as a decimal");
    }

    #[test]
    fn empty_values_and_control_characters_are_refused_where_they_stand() {
        let text = "[terminal]\nstate_dir = \"\"\n";
        assert_eq!(load(text).unwrap_err().to_string(), "设置 terminal.state_dir（hall.toml 第2行）：不能为空");
        let text = "[terminal]\nname = \"一号\\u0007机\"\n";
        let told = load(text).unwrap_err().to_string();
        assert_eq!(told, "设置 terminal.name（hall.toml 第2行）：不能有控制字符 U+0007");
        let raw = load("[terminal]\nname = \"一号\u{7}机\"\n").unwrap_err().to_string();
        assert!(raw.contains("第2行") && raw.contains("U+0007"), "{raw}");
    }

    #[test]
    fn the_staff_file_is_in_the_state_folder_or_wherever_an_absolute_path_says() {
        let config = load("[terminal]\nstate_dir = \"/srv/kiosk\"\n").unwrap();
        assert_eq!(config.staff_file(), Path::new("/srv/kiosk/staff.toml"));
        let config = load("[staff]\nfile = \"/etc/civic-kiosk/staff.toml\"\n").unwrap();
        assert_eq!(config.staff_file(), Path::new("/etc/civic-kiosk/staff.toml"));
    }

    #[test]
    fn every_default_key_is_explained_by_a_comment_above_it() {
        let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
        for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.contains(" = ")) {
            let above = lines[i - 1];
            let explained = above.starts_with('#') || above.contains(" = ");
            assert!(explained, "{line}");
        }
    }
}
