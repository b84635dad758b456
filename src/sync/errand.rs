//! For whom a pass is made, and who is told how far it has come.
//! Telling never waits and never changes what the pass does.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::Meter;

/// What a pass is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Signatures and versions.
    Checking,
    /// Fetching from stick or network.
    Copying,
    /// Everything is here and the source is no longer needed; the content is being changed.
    Applying,
}

/// Told the stage, the bytes that are here and the bytes that are wanted in all.
pub type Watch = Arc<dyn Fn(Stage, u64, u64) + Send + Sync>;

/// For whom, and who watches.
#[derive(Clone, Default)]
pub struct Errand {
    /// A member of staff, the schedule or a command, for the history.
    pub who: String,
    /// Who is told.
    pub watch: Option<Watch>,
}

impl Errand {
    /// On behalf of somebody whom nobody watches.
    pub fn of(who: &str) -> Self {
        Self { who: who.to_owned(), watch: None }
    }
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand").field("who", &self.who).finish_non_exhaustive()
    }
}

/// How far a pass has come: told at each stage, and while bytes come, about a hundred times in all.
#[derive(Clone)]
pub(super) struct Gauge(Arc<Reading>);

struct Reading {
    watch: Option<Watch>,
    /// Bytes that have come in this pass, signatures included.
    seen: AtomicU64,
    /// Of them, what had come before the wanted ones.
    before: AtomicU64,
    total: AtomicU64,
    told: AtomicU64,
}

/// Steps of a progress bar.
const STEPS: u64 = 100;

impl Gauge {
    pub fn of(errand: &Errand) -> Self {
        Self(Arc::new(Reading {
            watch: errand.watch.clone(),
            seen: AtomicU64::new(0),
            before: AtomicU64::new(0),
            total: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }))
    }

    /// What tells it of bytes that came.
    pub fn meter(&self) -> Meter {
        let reading = Arc::clone(&self.0);
        Meter::new(move |bytes| reading.came(bytes))
    }

    pub fn checking(&self) {
        self.0.tell(Stage::Checking, 0, 0);
    }

    pub fn copying(&self, total_bytes: u64) {
        self.0.before.store(self.0.seen.load(Relaxed), Relaxed);
        self.0.told.store(0, Relaxed);
        self.0.total.store(total_bytes, Relaxed);
        self.0.tell(Stage::Copying, 0, total_bytes);
    }

    pub fn applying(&self) {
        let total = self.0.total.swap(0, Relaxed);
        self.0.tell(Stage::Applying, total, total);
    }
}

impl Reading {
    fn came(&self, bytes: u64) {
        self.seen.store(bytes, Relaxed);
        let total = self.total.load(Relaxed);
        // What was thrown away and came again would make more than the whole.
        let done = bytes.saturating_sub(self.before.load(Relaxed)).min(total);
        if total > 0 && done >= self.told.load(Relaxed) + total.div_ceil(STEPS) {
            self.told.store(done, Relaxed);
            self.tell(Stage::Copying, done, total);
        }
    }

    fn tell(&self, stage: Stage, done_bytes: u64, total_bytes: u64) {
        if let Some(watch) = &self.watch {
            watch(stage, done_bytes, total_bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_watcher_hears_of_each_stage_and_never_of_more_than_the_whole() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&heard);
        let watch: Watch = Arc::new(move |stage, done, total| to.lock().unwrap().push((stage, done, total)));
        let gauge = Gauge::of(&Errand { who: String::new(), watch: Some(watch) });
        gauge.checking();
        gauge.0.came(700);
        gauge.copying(10_000);
        for bytes in (700..20_000).step_by(7) {
            gauge.0.came(bytes);
        }
        gauge.applying();
        let heard = heard.lock().unwrap();
        assert_eq!(heard[0], (Stage::Checking, 0, 0));
        assert_eq!(heard[1], (Stage::Copying, 0, 10_000));
        assert_eq!(*heard.last().unwrap(), (Stage::Applying, 10_000, 10_000));
        assert!(heard.len() <= 103, "{}", heard.len());
        assert!(heard.windows(2).skip(1).all(|pair| pair[0].1 <= pair[1].1));
    }
}
