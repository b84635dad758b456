//! What the voice knows of pronunciation, as `deploy/setup.sh` packed it from the tables of pypinyin (MIT).
//! It only carries it over; words of the office come with the release.

/// The packed words and homophones.
pub fn pack() -> Result<Vec<u8>, String> {
    let missing =
        || "no tables of pronunciation: run deploy/setup.sh; without them the neural voice stays silent".to_owned();
    let path = super::cache().ok_or_else(missing)?.join("phonemes/phonemes.tsv");
    println!("cargo::rerun-if-changed={}", path.display());
    std::fs::read(path).map_err(|_| missing())
}
