//! What may be written after `--from`: `usb:DIR` or an address.
//! Anything else is refused with an example, before anything is opened.

use std::path::Path;
use std::sync::Arc;

use super::{Fault, Line, Network, Source, Stick};

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

/// Says whether a place is written as one, without opening anything.
pub fn check_place(place: &str) -> Result<(), PlaceError> {
    let is_stick = place.strip_prefix("usb:").is_some_and(|dir| !dir.is_empty());
    let is_address = place.starts_with("http://") || place.starts_with("https://");
    if is_stick || is_address { Ok(()) } else { Err(PlaceError::Shape(place.to_owned())) }
}

/// The source that a place names, on the line that all share. A stick is opened here; a network is not.
pub fn source_of(place: &str) -> Result<Arc<dyn Source>, PlaceError> {
    source(place, || Network::new(place))
}

/// The same, on a line that was made with certificates of the office's own authority.
pub fn source_on(line: &Line, place: &str) -> Result<Arc<dyn Source>, PlaceError> {
    source(place, || Network::on(line, place))
}

fn source(place: &str, network: impl FnOnce() -> Result<Network, Fault>) -> Result<Arc<dyn Source>, PlaceError> {
    check_place(place)?;
    match place.strip_prefix("usb:") {
        Some(dir) => Ok(Arc::new(Stick::open(Path::new(dir))?)),
        None => Ok(Arc::new(network()?)),
    }
}
