//! Is the hall's font there, and can it write Chinese? Asked before any window exists.
//! It never lets the font library's panic out: a machine without fonts gets a sentence, not a stack.

use std::panic::{self, AssertUnwindSafe};

use fontique::{Collection, CollectionOptions};

/// A hanzi that every screen of the hall shows; a font without it shows boxes.
const SAMPLE: char = '政';

/// Why the hall's font cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// No font of this name, or no font at all.
    #[error("系统里没有字体“{0}”，文字会显示成方框。Debian 上请安装 fonts-noto-cjk，或在设置 font.family 里换一种字体")]
    Missing(String),
    /// A font without Chinese.
    #[error("字体“{0}”里没有汉字，文字会显示成方框。Debian 上请安装 fonts-noto-cjk，或在设置 font.family 里换一种字体")]
    WithoutHanzi(String),
}

/// Makes sure that the system has a font of this name, with hanzi. It needs no screen.
pub fn check(family: &str) -> Result<(), FontError> {
    let missing = || FontError::Missing(family.to_owned());
    let fonts = system_fonts().and_then(|mut fonts| fonts.family_by_name(family)).ok_or_else(missing)?;
    let font = fonts.default_font().ok_or_else(missing)?;
    let data = font.load(None).ok_or_else(missing)?;
    let glyph = font.charmap_index().charmap(data.as_ref()).and_then(|map| map.map(SAMPLE));
    match glyph {
        Some(1..) => Ok(()),
        _ => Err(FontError::WithoutHanzi(family.to_owned())),
    }
}

/// Whether the system has any font at all; without one, others must not ask the font library either.
pub fn is_any_installed() -> bool {
    system_fonts().is_some()
}

/// The system's fonts; none when there is not a single one, where the font library panics instead of answering.
fn system_fonts() -> Option<Collection> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let scan = || Collection::new(CollectionOptions { shared: false, system_fonts: true });
    let fonts = panic::catch_unwind(AssertUnwindSafe(scan));
    panic::set_hook(hook);
    fonts.ok()
}
