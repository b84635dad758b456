//! Fetching a pack to this machine's disk, when there is space for what it brings.
//! What is in it is for others to look at.

use std::path::{Path, PathBuf};

use crate::release::{PackRef, layout};

use super::fetch::{self, Object};
use super::{Refused, Source};

/// Fetches a pack into `folder` and says where it is.
pub(super) async fn fetch(source: &dyn Source, pack: &PackRef, folder: &Path) -> Result<PathBuf, Refused> {
    let object = Object { name: layout::pack_name(&pack.sha256), sha256: pack.sha256, size: pack.size };
    if !folder.join(pack.sha256.to_string()).exists() {
        // The pack, the new rows, and the log that holds them until the switch.
        fetch::enough_space(folder, pack.size + 3 * pack.unpacked)?;
    }
    fetch::object(source, &object, folder).await
}
