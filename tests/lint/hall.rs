//! A copy of the whole small hall in `tests/data/content/whole`, to be spoilt by a test.

use std::fs;
use std::path::{Path, PathBuf};

use civic_kiosk::author::{self, Reading};
use jiff::civil::{Date, date};
use tempfile::TempDir;

/// The day for which the small hall was written.
pub const TODAY: Date = date(2026, 11, 21);

pub struct Hall(TempDir);

impl Hall {
    pub fn whole() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&data("whole"), folder.path());
        Self(folder)
    }

    pub fn dir(&self) -> &Path {
        self.0.path()
    }

    pub fn write(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.dir().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Replaces a text that must be there, once.
    pub fn replace(self, name: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.dir().join(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replacen(from, to, 1))
    }

    /// Adds lines at the end of a file.
    pub fn add(self, name: &str, lines: &str) -> Self {
        let text = fs::read_to_string(self.dir().join(name)).unwrap();
        self.write(name, text + lines)
    }

    pub fn remove(self, name: &str) -> Self {
        fs::remove_file(self.dir().join(name)).unwrap();
        self
    }

    pub fn check_on(&self, today: Date) -> Reading {
        author::check_hall(self.dir(), today)
    }

    pub fn check(&self) -> Reading {
        self.check_on(TODAY)
    }
}

pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/content").join(name)
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Each problem as `lint` prints it, the rule before it.
pub fn told(reading: &Reading) -> Vec<String> {
    reading.problems.iter().map(|p| format!("{} {} {p}", p.level.term(), p.rule)).collect()
}
