//! The strokes of the handwriting pad, as `deploy/setup.sh` packed them from the medians of hanzi-writer-data.
//! It only carries them over; the licence of the strokes is in `deploy/licences`.

use std::path::PathBuf;

/// The packed strokes.
pub fn pack() -> Result<Vec<u8>, String> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    println!("cargo::rerun-if-env-changed=XDG_CACHE_HOME");
    let missing = || "no strokes for the handwriting pad: run deploy/setup.sh; without them there is no pad".to_owned();
    let path = cache.ok_or_else(missing)?.join("civic-kiosk/ink/strokes.bin");
    println!("cargo::rerun-if-changed={}", path.display());
    std::fs::read(path).map_err(|_| missing())
}
