//! Is the terminal well? Small probes of what no device says by itself: disk and the age of the content.
//! It repairs nothing.

use std::path::Path;

use jiff::Timestamp;

/// Below this, a new release might not fit beside the old one.
const DISK_FREE_BYTES_MIN: u64 = 200_000_000;

/// Room on the disk of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that this program may still write.
    pub free_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

impl Disk {
    /// True when a new release might not fit beside the old one.
    pub fn is_tight(&self) -> bool {
        self.free_bytes < DISK_FREE_BYTES_MIN
    }
}

/// Room on the disk that holds `folder`, or its nearest existing parent; `None` when the system does not say.
pub fn disk(folder: &Path) -> Option<Disk> {
    let existing = folder.ancestors().find(|f| f.exists())?;
    let stat = rustix::fs::statvfs(existing).ok()?;
    Some(Disk {
        free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
        total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
    })
}

/// Whole days since a release was issued; 0 when the clock stands before it.
pub fn age_days(issued: Timestamp, now: Timestamp) -> i64 {
    now.duration_since(issued).as_hours().max(0) / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_a_folder_that_is_not_there_yet_is_its_parents() {
        let folder = tempfile::tempdir().unwrap();
        let there = disk(folder.path()).unwrap();
        let not_yet = disk(&folder.path().join("a/b")).unwrap();
        assert_eq!(there.total_bytes, not_yet.total_bytes);
        assert!(there.free_bytes > 0 && there.free_bytes <= there.total_bytes);
    }

    #[test]
    fn a_clock_behind_the_release_makes_no_negative_age() {
        let issued: Timestamp = "2026-09-01T00:00:00Z".parse().unwrap();
        assert_eq!(age_days(issued, "2026-09-11T01:00:00Z".parse().unwrap()), 10);
        assert_eq!(age_days(issued, "1970-01-01T00:00:00Z".parse().unwrap()), 0);
    }
}
