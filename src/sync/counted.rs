//! How much a sync asked for and received, for its report.
//! It changes nothing of what passes through.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Body, Fault, Newer, Size, Source, Validators, Way};

/// A source that counts what it hands out.
#[derive(Debug)]
pub(super) struct Counted {
    source: Arc<dyn Source>,
    requests: AtomicU64,
    bytes: Arc<AtomicU64>,
}

impl Counted {
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self { source, requests: AtomicU64::new(0), bytes: Arc::default() }
    }

    /// Files asked for.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Bytes handed out.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
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
        self.requests.fetch_add(1, Ordering::Relaxed);
        let body = self.source.open(name, size).await?;
        Ok(Box::new(Tally { body, bytes: Arc::clone(&self.bytes) }))
    }

    async fn small(&self, name: &str, bytes_max: u64) -> Result<Vec<u8>, Fault> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let bytes = self.source.small(name, bytes_max).await?;
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }

    async fn small_if_new(&self, name: &str, bytes_max: u64, seen: Option<&Validators>) -> Result<Newer, Fault> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let newer = self.source.small_if_new(name, bytes_max, seen).await?;
        if let Newer::Changed { bytes, .. } = &newer {
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        Ok(newer)
    }

    async fn open_from(&self, name: &str, size: u64, from: u64) -> Result<Box<dyn Body>, Fault> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let body = self.source.open_from(name, size, from).await?;
        Ok(Box::new(Tally { body, bytes: Arc::clone(&self.bytes) }))
    }
}

struct Tally {
    body: Box<dyn Body>,
    bytes: Arc<AtomicU64>,
}

#[async_trait]
impl Body for Tally {
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        let piece = self.body.next().await?;
        self.bytes.fetch_add(piece.as_ref().map_or(0, |p| p.len() as u64), Ordering::Relaxed);
        Ok(piece)
    }
}
