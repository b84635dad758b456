//! What may be written after `--from`: `usb:DIR` or an address.
//! Anything else is refused with an example, before anything is opened.

use std::path::Path;
use std::sync::Arc;

use super::{Fault, Network, Source, Stick};

/// Why a place cannot be a source.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither a stick nor an address.
    #[error("“{0}”不是来源；应写成 usb:文件夹 或 https://地址")]
    Shape(String),
    /// It looks right but cannot be opened.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The source that a place names. A stick is opened here; a network is not.
pub fn source_of(place: &str) -> Result<Arc<dyn Source>, PlaceError> {
    if let Some(dir) = place.strip_prefix("usb:").filter(|dir| !dir.is_empty()) {
        return Ok(Arc::new(Stick::open(Path::new(dir))?));
    }
    if place.starts_with("http://") || place.starts_with("https://") {
        return Ok(Arc::new(Network::new(place)?));
    }
    Err(PlaceError::Shape(place.to_owned()))
}
