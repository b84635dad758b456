//! The strokes of the handwriting pad, as `deploy/setup.sh` packed them from the medians of hanzi-writer-data.
//! It only carries them over; the licence of the strokes is in `deploy/licences`.

use crate::cached;

/// The packed strokes.
pub fn pack() -> Result<Vec<u8>, String> {
    cached("ink/strokes.bin", "no strokes for the handwriting pad: run deploy/setup.sh; without them there is no pad")
}
