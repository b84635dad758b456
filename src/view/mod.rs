//! One file per page.
#[allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod ui {
    slint::include_modules!();
}
pub use ui::*;
