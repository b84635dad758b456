//! The office's machine as the protocol wants it, and what a disk holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use civic_kiosk::base::digest::Sha256;

use super::web::{Asked, Reply};

/// It keeps each letter once.
#[derive(Default)]
pub struct Receiver {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Receiver {
    pub fn answer(&self, asked: &Asked) -> Reply {
        assert_eq!(asked.method, "PUT");
        let mut kept = self.kept.lock().unwrap();
        let named = |status: &str| Reply::new(status, "", Sha256::of(&asked.body).to_string().as_bytes());
        match kept.get(&asked.path) {
            Some(known) if *known == asked.body => named("200 OK"),
            Some(_) => Reply::new("409 Conflict", "", b""),
            None => {
                kept.insert(asked.path.clone(), asked.body.clone());
                named("201 Created")
            }
        }
    }

    /// The sealed letters that have come.
    pub fn letters(&self) -> Vec<Vec<u8>> {
        self.kept.lock().unwrap().values().cloned().collect()
    }
}

/// Whether some file below a folder holds these bytes.
pub fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| match entry.path() {
        path if path.is_dir() => holds(&path, bytes),
        path => std::fs::read(path).unwrap().windows(bytes.len()).any(|part| part == bytes),
    })
}
