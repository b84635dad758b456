//! Values of the command line that have a shape: a wrong one is wrong usage, said before anything is done.

use std::net::SocketAddr;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::id::{IdError, RecordId};
use civic_kiosk::print::Profile;

/// A guide's id; it may leave out `guide/`.
pub fn guide(text: &str) -> Result<RecordId, IdError> {
    if text.contains('/') { RecordId::parse(text) } else { RecordId::new("guide", text) }
}

/// A printer profile by name or path.
pub fn profile(text: &str) -> Result<Profile, String> {
    Profile::load(text).map_err(|error| chain(&error))
}

/// An address and port to listen at.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "应写成 127.0.0.1:9100".to_owned())
}

/// The width of a virtual printer's paper in dots.
pub fn paper_dots(text: &str) -> Result<u16, String> {
    let dots = text.parse().ok().filter(|dots| (192..=832).contains(dots));
    dots.ok_or_else(|| "应在 192 至 832 之间".to_owned())
}

/// The size of a window in pixels.
pub fn size(text: &str) -> Result<(u32, u32), String> {
    let parts =
        text.split_once(['x', 'X', '×']).and_then(|(w, h)| Some((w.parse::<u32>().ok()?, h.parse::<u32>().ok()?)));
    let fits = |side: u32| (240..=8192).contains(&side);
    parts.filter(|(w, h)| fits(*w) && fits(*h)).ok_or_else(|| "应写成 宽x高，例如 1080x1920".to_owned())
}
