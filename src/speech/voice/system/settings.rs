//! The settings of our own speech-dispatcher, written from the program at each start.
//! Nothing in /etc is read or changed: the voice of a hall does not depend on an edited system file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::durable::{self, FileError};
use crate::speech::diction::Language;

/// What espeak-ng calls a language. Mandarin is the voice that reads Chinese characters and takes letters for pinyin:
/// what Debian picks for `zh` spells characters with English letters and tone numbers (measured: every syllable wrong).
pub(super) fn tag(language: Language) -> &'static str {
    match language {
        Language::Mandarin => "cmn-latn-pinyin",
        Language::English => "en-us",
        Language::Cantonese => "yue",
    }
}

/// The engine behind the daemon, unless the office has one of its own.
pub(super) const MODULE: &str = "espeak-ng";
/// The office's own engine: a generic module, written by the office.
pub(super) const OFFICE_MODULE: &str = "office";
/// Largest settings file of such a module.
const MODULE_BYTES_MAX: u64 = 64 * 1024;
/// Longest path of a socket is 107 bytes on Linux.
const SOCKET_PATH_BYTES_MAX: usize = 100;
/// The daemon ends by itself when nobody has been connected for so long, so that none outlives a killed terminal.
pub(super) const LONELY_LIMIT_S: &str = "5";

const DAEMON_TEMPLATE: &str = include_str!("../../../../deploy/speech-dispatcher/speechd.conf");
const MODULE_TEMPLATE: &str = include_str!("../../../../deploy/speech-dispatcher/espeak-ng.conf");

const OFFICE_LINE: &str = "AddModule \"office\" \"sd_generic\" \"office.conf\"";

/// Where one run of the daemon lives.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) config_dir: PathBuf,
    pub(super) log_dir: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) pid_file: PathBuf,
}

impl Places {
    /// Writes the settings below `folder` and names the files of this run; leftovers of dead runs are removed.
    pub(super) fn prepare(
        folder: &Path,
        run: u64,
        language: Language,
        office: Option<&Path>,
    ) -> Result<Self, FileError> {
        let config_dir = folder.join("speech-dispatcher");
        let log_dir = folder.join("log");
        durable::create_dir(&config_dir.join("modules"))?;
        durable::create_dir(&config_dir.join("clients"))?;
        durable::create_dir(&log_dir)?;
        let folder = fs::canonicalize(folder).map_err(|source| FileError::new("打开文件夹", folder, source))?;
        let log_dir_text = folder.join("log").display().to_string().replace('"', "");
        let daemon = DAEMON_TEMPLATE
            .replace("@LOG_DIR@", &log_dir_text)
            .replace("@LANGUAGE@", tag(language))
            .replace("@OFFICE@", if office.is_some() { OFFICE_LINE } else { "" })
            .replace("@MODULE@", if office.is_some() { OFFICE_MODULE } else { MODULE });
        if let Some(office) = office {
            let text = String::from_utf8_lossy(&durable::read(office, MODULE_BYTES_MAX)?).into_owned();
            write_when_new(&config_dir.join("modules").join("office.conf"), &text)?;
        }
        write_when_new(&config_dir.join("speechd.conf"), &daemon)?;
        write_when_new(&config_dir.join("modules").join("espeak-ng.conf"), MODULE_TEMPLATE)?;
        let run_dir = run_dir(&folder)?;
        remove_leftovers(&run_dir);
        let name = format!("speechd-{}-{run}", std::process::id());
        Ok(Self {
            config_dir: folder.join("speech-dispatcher"),
            log_dir,
            socket: run_dir.join(format!("{name}.sock")),
            pid_file: run_dir.join(format!("{name}.pid")),
        })
    }

    /// Removes the files of this run.
    pub(super) fn remove(&self) {
        // They may never have been made.
        let _ = fs::remove_file(&self.socket);
        let _ = fs::remove_file(&self.pid_file);
    }
}

/// Beside the settings, or in the temporary folder when that path is too long for a socket.
fn run_dir(folder: &Path) -> Result<PathBuf, FileError> {
    let own = folder.join("run");
    let longest = own.as_os_str().len() + "/speechd-4294967295-9999.sock".len();
    let dir = if longest <= SOCKET_PATH_BYTES_MAX {
        own
    } else {
        std::env::temp_dir().join(format!("civic-kiosk-voice-{}", std::process::id()))
    };
    durable::create_dir(&dir)?;
    // Who can write to the socket can speak in the hall.
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::Permissions::from_mode(0o700);
    fs::set_permissions(&dir, mode).map_err(|source| FileError::new("设置权限", &dir, source))?;
    Ok(dir)
}

/// A write that changes nothing is not made: the terminal's disk is flash.
fn write_when_new(path: &Path, text: &str) -> Result<(), FileError> {
    match fs::read(path) {
        Ok(old) if old == text.as_bytes() => Ok(()),
        Ok(_) | Err(_) => durable::write(path, text.as_bytes()),
    }
}

fn remove_leftovers(run_dir: &Path) {
    let Ok(entries) = fs::read_dir(run_dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("speechd-").and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_name_the_mandarin_voice_and_our_own_log() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::prepare(folder.path(), 1, Language::Mandarin, None).unwrap();
        let text = fs::read_to_string(places.config_dir.join("speechd.conf")).unwrap();
        assert!(text.contains("DefaultLanguage \"cmn-latn-pinyin\""), "{text}");
        assert!(text.contains(&format!("DefaultModule \"{MODULE}\"")), "{text}");
        assert!(!text.contains('@'), "{text}");
    }

    #[test]
    fn a_deep_state_folder_still_gets_a_socket() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("很深的文件夹".repeat(6));
        let places = Places::prepare(&deep, 1, Language::Mandarin, None).unwrap();
        assert!(places.socket.as_os_str().len() <= SOCKET_PATH_BYTES_MAX + 7, "{:?}", places.socket);
    }

    #[test]
    fn files_of_a_dead_run_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::prepare(folder.path(), 1, Language::Mandarin, None).unwrap();
        let run_dir = places.socket.parent().unwrap();
        let dead = run_dir.join("speechd-4294967290-1.pid");
        let own = run_dir.join(format!("speechd-{}-7.pid", std::process::id()));
        fs::write(&dead, "1").unwrap();
        fs::write(&own, "1").unwrap();
        Places::prepare(folder.path(), 2, Language::Mandarin, None).unwrap();
        assert!(!dead.exists() && own.exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let error = Places::prepare(Path::new("/proc/nowhere/voice"), 1, Language::Mandarin, None).unwrap_err();
        assert!(error.to_string().starts_with("不能创建文件夹 /proc/nowhere"), "{error}");
    }
}
