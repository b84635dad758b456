//! What a resident may choose about the screen, and how millimetres become pixels.
//! Pure: it knows no page and no toolkit.

pub mod keypad;
pub mod language;

pub use keypad::{KeyAct, KeyName, Keypad, KeypadProblem};
pub use language::Language;

/// The screen as it hangs in the hall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Diagonal in inches.
    pub diagonal_inch: f64,
    /// Lower edge above the floor.
    pub screen_bottom_mm: u32,
}

/// The highest point a seated person or a child reaches (EN 301 549 8.3).
pub const REACH_MM: f64 = 1220.0;

impl Panel {
    /// Pixels in a millimetre, for a window of `width_px` × `height_px` shown instead of the whole panel.
    pub fn px_per_mm(&self, width_px: impl Into<f64>, height_px: impl Into<f64>) -> f64 {
        width_px.into().hypot(height_px.into()) / (self.diagonal_inch * 25.4)
    }

    /// Height of the zone within reach, from the screen's lower edge.
    pub fn reach_mm(&self) -> f64 {
        (REACH_MM - f64::from(self.screen_bottom_mm)).max(200.0)
    }
}

/// Text size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextSize {
    /// 0.7° at 600 mm (EN 301 549 5.1.4).
    #[default]
    Normal,
    /// Half as large again at most for a person with weak sight.
    Large,
    /// The largest that still holds a line of a checklist.
    ExtraLarge,
}

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contrast {
    /// Warm paper, dark ink.
    #[default]
    Standard,
    /// Black on white.
    BlackOnWhite,
    /// Yellow on black.
    YellowOnBlack,
}

/// Where what can be touched is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All over the screen.
    #[default]
    Standing,
    /// Within reach of a wheelchair.
    Low,
}

/// One resident's choices; they end with the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// Text size.
    pub size: TextSize,
    /// Colours.
    pub contrast: Contrast,
    /// Reach.
    pub reach: Reach,
    /// The language of the interface.
    pub language: Language,
    /// By keypad and ear.
    pub is_eyes_free: bool,
}

impl Access {
    /// A person who needs more of the screen needs more time too.
    pub fn needs_more_time(&self) -> bool {
        self.size != TextSize::Normal || self.reach == Reach::Low || self.is_eyes_free
    }
}

impl TextSize {
    /// The next size; after the largest comes the normal one.
    pub fn next(self) -> Self {
        match self {
            Self::Normal => Self::Large,
            Self::Large => Self::ExtraLarge,
            Self::ExtraLarge => Self::Normal,
        }
    }
}

impl Contrast {
    /// The next theme; after the last comes the standard one.
    pub fn next(self) -> Self {
        match self {
            Self::Standard => Self::BlackOnWhite,
            Self::BlackOnWhite => Self::YellowOnBlack,
            Self::YellowOnBlack => Self::Standard,
        }
    }
}

impl Reach {
    /// The other layout.
    pub fn next(self) -> Self {
        match self {
            Self::Standing => Self::Low,
            Self::Low => Self::Standing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millimetres_follow_from_the_diagonal() {
        let panel = Panel { width_px: 1080, height_px: 1920, diagonal_inch: 21.5, screen_bottom_mm: 650 };
        let pitch = 1.0 / panel.px_per_mm(1080, 1920);
        assert!((pitch - 0.248).abs() < 0.001, "{pitch}");
        assert!((panel.reach_mm() - 570.0).abs() < f64::EPSILON);
    }
}
