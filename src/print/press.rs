//! Chooses how a document reaches a printer: as text where its font has every character, drawn where it has not.
//! It loads no font before the first receipt that needs one.

use super::document::Document;
use super::profile::{Drawing, Profile};
use super::raster::{self, Artist};
use super::text::{self, EncodeError};

/// A receipt as the bytes of one printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Everything to be sent.
    pub bytes: Vec<u8>,
    /// Drawn as a whole.
    pub is_drawn: bool,
    /// Characters for which this machine has no glyph; each is printed as a frame with its code.
    pub lacking: Vec<char>,
}

/// Makes jobs; keeps fonts and glyphs between receipts.
#[derive(Default)]
pub struct Press {
    artist: Option<Artist>,
}

impl Press {
    /// A press without fonts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes of a document for a printer.
    pub fn job(&mut self, document: &Document, profile: &Profile) -> Result<Job, EncodeError> {
        let as_text =
            || text::encode(document, profile).map(|bytes| Job { bytes, is_drawn: false, lacking: Vec::new() });
        match profile.drawing {
            Drawing::Never => as_text(),
            Drawing::Always => self.draw(document, profile),
            Drawing::Auto => match as_text() {
                Err(EncodeError::Character { .. }) => self.draw(document, profile),
                result => result,
            },
        }
    }

    fn draw(&mut self, document: &Document, profile: &Profile) -> Result<Job, EncodeError> {
        let artist = match &mut self.artist {
            Some(artist) => artist,
            none => none.insert(Artist::new().ok_or(EncodeError::NoFont)?),
        };
        let drawn = raster::encode(document, profile, artist)?;
        Ok(Job { bytes: drawn.bytes, is_drawn: true, lacking: drawn.lacking })
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Style;
    use super::*;

    fn job(text: &str, drawing: Drawing) -> Result<Job, EncodeError> {
        let mut document = Document::new();
        document.text(text, Style::PLAIN).cut();
        Press::new().job(&document, &Profile { drawing, ..Profile::builtin("generic-80").unwrap() })
    }

    #[test]
    fn one_rare_character_has_the_whole_receipt_drawn() {
        assert!(!job("姓名：吉", Drawing::Auto).unwrap().is_drawn);
        for rare in ['㼆', '𠮷', '𬭊', '€'] {
            let job = job(&format!("姓名：{rare}"), Drawing::Auto).unwrap();
            assert!(job.is_drawn && job.lacking.is_empty(), "{rare} {:?}", job.lacking);
        }
    }

    #[test]
    fn the_profile_has_the_last_word() {
        assert!(job("甲", Drawing::Always).unwrap().is_drawn);
        assert!(matches!(job("𠮷", Drawing::Never), Err(EncodeError::Character { character: '𠮷', .. })));
    }
}
