//! Chinese text cut into words by the dictionary of jieba, one copy for search and voice.
//! It is read when the first text is cut, and knows no word that is not in every hall.

use std::sync::LazyLock;

use jieba_rs::Jieba;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The dictionary; the first call reads it, which takes a good part of a second.
pub fn dictionary() -> &'static Jieba {
    &JIEBA
}
