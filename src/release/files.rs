//! A source as `tough` wants to have it: files by address, a missing file told apart from a failure.
//! It keeps every file as it came and remembers the first fault, which the library would hide.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use tough::{Transport, TransportError, TransportErrorKind, TransportStream};
use url::Url;

use super::layout;
use super::manifest::MANIFEST_BYTES_MAX;
use super::source::{Fault, Source};
use super::trust::METADATA_BYTES_MAX;

/// The source as the library wants it: keeps every file as it came and remembers the first fault.
#[derive(Clone)]
pub(super) struct Files {
    source: Arc<dyn Source>,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    kept: BTreeMap<String, Vec<u8>>,
    fault: Option<Fault>,
}

impl Files {
    /// The timestamp was fetched before and is not fetched again.
    pub fn new(source: Arc<dyn Source>, timestamp: Vec<u8>) -> Self {
        let kept = BTreeMap::from([(layout::TIMESTAMP.to_owned(), timestamp)]);
        Self { source, memory: Arc::new(Mutex::new(Memory { kept, fault: None })) }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first fault since the last call.
    pub fn take_fault(&self) -> Option<Fault> {
        self.memory().fault.take()
    }

    /// A file that was handed out, as it came.
    pub fn kept(&self, name: &str) -> Option<Vec<u8>> {
        self.memory().kept.get(name).cloned()
    }

    async fn file(&self, name: &str) -> Result<Vec<u8>, TransportErrorKind> {
        if let Some(bytes) = self.memory().kept.get(name).cloned() {
            return Ok(bytes);
        }
        let is_manifest = name.starts_with(layout::RELEASE_DIR);
        let bytes_max = if is_manifest { MANIFEST_BYTES_MAX } else { METADATA_BYTES_MAX };
        match self.source.small(name, bytes_max).await {
            Ok(bytes) => {
                self.memory().kept.insert(name.to_owned(), bytes.clone());
                Ok(bytes)
            }
            Err(Fault::NotFound { .. }) if name.ends_with(".root.json") => Err(TransportErrorKind::FileNotFound),
            Err(fault) => {
                self.memory().fault.get_or_insert(fault);
                Err(TransportErrorKind::Other)
            }
        }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.source.place())
    }
}

#[async_trait]
impl Transport for Files {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let name = url.path().trim_start_matches('/').to_owned();
        let bytes = self.file(&name).await.map_err(|kind| TransportError::new(kind, url.as_str()))?;
        Ok(Box::pin(futures_util::stream::once(std::future::ready(Ok(Bytes::from(bytes))))))
    }
}
