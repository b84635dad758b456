//! The strokes of the handwriting pad, as `deploy/setup.sh` packed them from the medians of hanzi-writer-data.
//! It only carries them over; the licence of the strokes is in `deploy/licences`.

/// The packed strokes.
pub fn pack() -> Result<Vec<u8>, String> {
    let missing = || "no strokes for the handwriting pad: run deploy/setup.sh; without them there is no pad".to_owned();
    let path = super::cache().ok_or_else(missing)?.join("ink/strokes.bin");
    println!("cargo::rerun-if-changed={}", path.display());
    std::fs::read(path).map_err(|_| missing())
}
