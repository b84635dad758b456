//! What the voice knows of pronunciation, as `deploy/setup.sh` packed it from the tables of pypinyin (MIT).
//! It only carries it over; words of the office come with the release.

use crate::cached;

/// The packed words and homophones.
pub fn pack() -> Result<Vec<u8>, String> {
    cached(
        "phonemes/phonemes.tsv",
        "no tables of pronunciation: run deploy/setup.sh; without them the neural voice stays silent",
    )
}
