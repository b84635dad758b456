//! The pieces in memory, whole or as far as they are made, the one used last at the end. Pure; it makes and plays nothing.

use std::sync::Arc;

use super::model::Part;
use super::sound::Sound;

/// Sound that is kept, in milliseconds: five megabytes.
const KEPT_MS_MAX: u32 = 110_000;

/// A piece, as far as it is made.
#[derive(Clone)]
pub(super) struct Kept {
    key: String,
    pub(super) stretches: Vec<Arc<Sound>>,
    /// How long all of it sounds.
    pub(super) length_ms: u32,
    pub(super) is_whole: bool,
}

/// The pieces by name.
#[derive(Default)]
pub(super) struct Shelf(Vec<Kept>);

impl Shelf {
    /// A piece, which was used with that.
    pub(super) fn take(&mut self, key: &str) -> Option<Kept> {
        let at = self.0.iter().position(|kept| kept.key == key)?;
        let kept = self.0.remove(at);
        self.0.push(kept.clone());
        Some(kept)
    }

    /// Whether all of a piece is there; nothing if none of it is.
    pub(super) fn is_whole(&self, key: &str) -> Option<bool> {
        self.0.iter().find(|kept| kept.key == key).map(|kept| kept.is_whole)
    }

    /// Keeps the next stretch of a piece. Whole pieces that were not used for longest make room.
    pub(super) fn put(&mut self, key: String, part: Part) {
        let at = self.0.iter().position(|kept| kept.key == key);
        let new = || Kept { key, stretches: Vec::new(), length_ms: part.piece_ms, is_whole: false };
        let mut kept = at.map_or_else(new, |at| self.0.remove(at));
        // One of a piece that is whole already, or without those before it, is of no use.
        if kept.stretches.len() == part.index && !kept.is_whole {
            kept.stretches.push(Arc::new(part.sound));
            kept.is_whole = part.is_last;
        }
        if !kept.stretches.is_empty() {
            self.0.push(kept);
        }
        let newest = |shelf: &Self| shelf.0.len().saturating_sub(1);
        while self.0.iter().map(|kept| kept.length_ms).sum::<u32>() > KEPT_MS_MAX
            && let Some(oldest) = self.0.iter().take(newest(self)).position(|kept| kept.is_whole)
        {
            self.0.remove(oldest);
        }
    }

    /// Half a piece is none, once nobody goes on with it. Made anew, its stretches are the same again.
    pub(super) fn forget_half(&mut self, key: &str) {
        self.0.retain(|kept| kept.is_whole || kept.key != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(index: usize, is_last: bool, piece_ms: u32) -> Part {
        Part { sound: Sound::of(&[0.1; 24]), index, is_last, piece_ms }
    }

    fn put(shelf: &mut Shelf, key: &str, part: Part) {
        shelf.put(key.to_owned(), part);
    }

    #[test]
    fn a_piece_grows_until_it_is_whole_and_then_stays_as_it_is() {
        let mut shelf = Shelf::default();
        put(&mut shelf, "a", part(0, false, 2000));
        assert_eq!((shelf.is_whole("a"), shelf.is_whole("b")), (Some(false), None));
        put(&mut shelf, "a", part(1, true, 2000));
        // Made a second time by mistake, and halted.
        put(&mut shelf, "a", part(0, false, 2000));
        shelf.forget_half("a");
        let kept = shelf.take("a").unwrap();
        assert_eq!((kept.stretches.len(), kept.is_whole, kept.length_ms), (2, true, 2000));
    }

    #[test]
    fn half_a_piece_is_forgotten_when_it_is_halted_and_made_anew_from_its_beginning() {
        let mut shelf = Shelf::default();
        put(&mut shelf, "a", part(0, false, 2000));
        shelf.forget_half("a");
        assert_eq!(shelf.is_whole("a"), None);
        put(&mut shelf, "a", part(1, true, 2000));
        assert_eq!(shelf.is_whole("a"), None, "the end alone is nothing");
        put(&mut shelf, "a", part(0, true, 2000));
        assert_eq!(shelf.is_whole("a"), Some(true));
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room_and_half_a_piece_never_does() {
        let mut shelf = Shelf::default();
        put(&mut shelf, "half", part(0, false, 1000));
        for key in ["a", "b", "c"] {
            put(&mut shelf, key, part(0, true, 50_000));
            shelf.take("a");
        }
        let here = ["half", "a", "b", "c"].map(|key| shelf.is_whole(key).is_some());
        assert_eq!(here, [true, true, false, true]);
    }
}
