//! Is the hall's font there? Asked before the window is shown, so that nobody sees empty boxes.

/// True when the system has a font family of this name. The window must have been made: its font list is used.
pub fn is_installed(family: &str) -> bool {
    slint::fontique_011::shared_collection().family_by_name(family).is_some()
}
