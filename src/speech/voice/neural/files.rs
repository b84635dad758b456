//! The files of the neural voice: model, table of symbols, voices, their norms, and runtime, each checked against
//! SHA256SUMS.
//! It hands out no file that was not compared, so a corrupt or wrong model is never loaded.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::base::digest::{Running, Sha256};
use crate::base::durable::{self, FileError};

/// The runtime, opened when the worker starts.
pub const RUNTIME: &str = "libonnxruntime.so";
/// The part of the model that says what each frame of a text is.
pub const PROSODY: &str = "prosody.onnx";
/// The part that makes sound of frames.
pub const DECODER: &str = "decoder.onnx";
/// The table of symbols.
pub const SYMBOLS: &str = "vocab.json";
/// What the files are compared with; written by the setup step, or with `sha256sum` for another model.
const SUMS: &str = "SHA256SUMS";
const SUMS_BYTES_MAX: u64 = 64 * 1024;
/// Largest file that is read into memory; a voice has half a megabyte.
const SMALL_BYTES_MAX: u64 = 8 * 1024 * 1024;
const READ_BYTES: usize = 1 << 18;

/// The file of a voice.
pub fn voice(name: &str) -> String {
    format!("voices/{name}.bin")
}

/// The file of its norms, where it has one.
pub fn norms(name: &str) -> String {
    format!("norms/{name}.bin")
}

/// Why the neural voice cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// Nothing was installed.
    #[error("没有安装语音数据（{} 里没有 {SUMS}）", .0.display())]
    Missing(PathBuf),
    /// The list cannot be used.
    #[error("语音数据的 {SUMS} 第{0}行写法不对")]
    Sums(usize),
    /// A file is not on the list.
    #[error("语音数据里没有 {0}")]
    Unlisted(String),
    /// A file is not the one that was installed.
    #[error("语音数据 {0} 已损坏或不是原来的文件，请重新安装")]
    Differs(String),
    /// A file cannot be read.
    #[error("语音数据读不出来")]
    File(#[from] FileError),
}

/// The folder of the neural voice with what its files should be.
#[derive(Debug, Clone)]
pub struct VoiceFiles {
    folder: PathBuf,
    sums: BTreeMap<String, Sha256>,
}

impl VoiceFiles {
    /// Reads the list; the files themselves are compared when they are wanted.
    pub fn open(folder: &Path) -> Result<Self, FilesError> {
        let path = folder.join(SUMS);
        if !path.is_file() {
            return Err(FilesError::Missing(folder.to_owned()));
        }
        let bytes = durable::read(&path, SUMS_BYTES_MAX)?;
        let mut sums = BTreeMap::new();
        for (index, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
            let bad = || FilesError::Sums(index + 1);
            let (sum, name) = line.split_once("  ").ok_or_else(bad)?;
            sums.insert(name.trim().to_owned(), Sha256::parse(sum).map_err(|_| bad())?);
        }
        Ok(Self { folder: folder.to_owned(), sums })
    }

    /// The voices that are installed.
    pub fn voices(&self) -> Vec<&str> {
        self.sums.keys().filter_map(|name| name.strip_prefix("voices/")?.strip_suffix(".bin")).collect()
    }

    /// Compares every file.
    pub fn check(&self) -> Result<(), FilesError> {
        self.sums.keys().try_for_each(|name| self.checked(name).map(drop))
    }

    /// The path of a file that was just compared.
    pub fn checked(&self, name: &str) -> Result<PathBuf, FilesError> {
        let wanted = self.sums.get(name).ok_or_else(|| FilesError::Unlisted(name.to_owned()))?;
        let path = self.folder.join(name);
        let fail = |source| FileError::new("读取", &path, source);
        let mut file = File::open(&path).map_err(fail)?;
        let mut running = Running::default();
        let mut piece = vec![0; READ_BYTES];
        loop {
            let read = file.read(&mut piece).map_err(fail)?;
            if read == 0 {
                break;
            }
            running.update(&piece[..read]);
        }
        if running.finish() == *wanted { Ok(path) } else { Err(FilesError::Differs(name.to_owned())) }
    }

    /// The bytes of a small file, compared.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, FilesError> {
        let wanted = self.sums.get(name).ok_or_else(|| FilesError::Unlisted(name.to_owned()))?;
        let bytes = durable::read(&self.folder.join(name), SMALL_BYTES_MAX)?;
        if Sha256::of(&bytes) == *wanted { Ok(bytes) } else { Err(FilesError::Differs(name.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8], &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("voices")).unwrap();
        let mut sums = String::new();
        for (name, listed, stored) in files {
            std::fs::write(folder.path().join(name), stored).unwrap();
            sums += &format!("{}  {name}\n", Sha256::of(listed));
        }
        std::fs::write(folder.path().join(SUMS), sums).unwrap();
        folder
    }

    #[test]
    fn a_corrupt_file_is_named_and_not_handed_out() {
        let folder = folder(&[(DECODER, b"right", b"wrong"), ("voices/a.bin", b"a", b"a")]);
        let files = VoiceFiles::open(folder.path()).unwrap();
        assert!(matches!(files.checked(DECODER), Err(FilesError::Differs(name)) if name == DECODER));
        assert!(matches!(files.read(DECODER), Err(FilesError::Differs(_))));
        assert_eq!(files.read("voices/a.bin").unwrap(), b"a");
        assert!(matches!(files.checked("voices/b.bin"), Err(FilesError::Unlisted(_))));
        assert_eq!(files.voices(), ["a"]);
    }

    #[test]
    fn the_voice_that_is_fetched_is_complete_for_every_machine() {
        let deployed = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/voice");
        for machine in ["x86_64", "aarch64"] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::copy(deployed.join(format!("SHA256SUMS.{machine}")), folder.path().join(SUMS)).unwrap();
            let files = VoiceFiles::open(folder.path()).unwrap();
            let is_listed = |name: &str| files.sums.contains_key(name);
            assert!([RUNTIME, PROSODY, DECODER, SYMBOLS].into_iter().all(is_listed), "{machine}: {:?}", files.sums);
            assert!(files.voices().len() >= 5);
            for name in files.voices() {
                let own = durable::read(&deployed.join(norms(name)), SMALL_BYTES_MAX).unwrap();
                assert_eq!(files.sums.get(&norms(name)), Some(&Sha256::of(&own)), "{machine} {name}");
            }
        }
    }

    #[test]
    fn a_terminal_without_voice_data_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = VoiceFiles::open(folder.path()).unwrap_err();
        assert!(error.to_string().starts_with("没有安装语音数据"), "{error}");
        std::fs::write(folder.path().join(SUMS), "x\n").unwrap();
        assert_eq!(VoiceFiles::open(folder.path()).unwrap_err().to_string(), "语音数据的 SHA256SUMS 第1行写法不对");
    }
}
