//! How much a sync asked for and received, for its report and for people who wait.
//! It changes nothing of what passes through.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Body, Fault, Newer, Size, Source, Validators, Way};

/// Told, after each piece, how many bytes are here: those that came and those that an earlier attempt left. When an
/// attempt is thrown away its bytes stay counted, so a display must be content with more than the whole.
#[derive(Clone)]
pub struct Meter(Arc<dyn Fn(u64) + Send + Sync>);

impl Meter {
    /// Tells `tell`, which must be quick: the next piece waits for it.
    pub fn new(tell: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}

/// A source that counts what it hands out.
#[derive(Debug)]
pub struct Counted {
    source: Arc<dyn Source>,
    requests: AtomicU64,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    /// What came.
    bytes: AtomicU64,
    /// What did not need to come.
    left: AtomicU64,
    meter: Option<Meter>,
}

impl Counted {
    /// Counts what `source` hands out.
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self { source, requests: AtomicU64::new(0), tally: Arc::default() }
    }

    /// Counts what `source` hands out and tells somebody who waits.
    pub fn telling(source: Arc<dyn Source>, meter: Meter) -> Self {
        let tally = Arc::new(Tally { meter: Some(meter), ..Tally::default() });
        Self { source, requests: AtomicU64::new(0), tally }
    }

    /// Files asked for.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Bytes handed out.
    pub fn bytes(&self) -> u64 {
        self.tally.bytes.load(Ordering::Relaxed)
    }

    fn ask(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

impl Tally {
    fn add(&self, count: &AtomicU64, bytes: u64) {
        count.fetch_add(bytes, Ordering::Relaxed);
        if let Some(Meter(tell)) = &self.meter {
            tell(self.bytes.load(Ordering::Relaxed) + self.left.load(Ordering::Relaxed));
        }
    }

    fn came(&self, bytes: usize) {
        self.add(&self.bytes, bytes as u64);
    }
}

#[async_trait]
impl Source for Counted {
    fn way(&self) -> Way {
        self.source.way()
    }

    fn place(&self) -> String {
        self.source.place()
    }

    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault> {
        self.ask();
        let body = self.source.open(name, size).await?;
        Ok(Box::new(CountedBody { body, tally: Arc::clone(&self.tally) }))
    }

    async fn small(&self, name: &str, max_bytes: u64) -> Result<Vec<u8>, Fault> {
        self.ask();
        let bytes = self.source.small(name, max_bytes).await?;
        self.tally.came(bytes.len());
        Ok(bytes)
    }

    async fn small_if_new(&self, name: &str, max_bytes: u64, seen: Option<&Validators>) -> Result<Newer, Fault> {
        self.ask();
        let newer = self.source.small_if_new(name, max_bytes, seen).await?;
        if let Newer::Changed { bytes, .. } = &newer {
            self.tally.came(bytes.len());
        }
        Ok(newer)
    }

    async fn open_from(&self, name: &str, size: u64, from: u64) -> Result<Box<dyn Body>, Fault> {
        self.ask();
        let body = self.source.open_from(name, size, from).await?;
        self.tally.add(&self.tally.left, from);
        Ok(Box::new(CountedBody { body, tally: Arc::clone(&self.tally) }))
    }
}

struct CountedBody {
    body: Box<dyn Body>,
    tally: Arc<Tally>,
}

#[async_trait]
impl Body for CountedBody {
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        let piece = self.body.next().await?;
        if let Some(piece) = &piece {
            self.tally.came(piece.len());
        }
        Ok(piece)
    }
}
