//! Respelling for engines that read each character in its usual way: 重庆 becomes 虫庆, 银行 becomes 银杭.
//! It changes only characters that would be read wrongly, and only where a common homophone exists.

use super::Syllable;
use super::dictionary::Dictionary;

/// `spoken` with homophones; `syllables` are its own, before tones change each other.
pub(super) fn respell(tables: &Dictionary, spoken: &str, syllables: &[Syllable]) -> String {
    let mut left = syllables.iter().peekable();
    let mut respelled = String::with_capacity(spoken.len());
    for (at, c) in spoken.char_indices() {
        let own = left.next_if(|syllable| syllable.span.start == at);
        // What no table knows has more than one syllable and stays as it is.
        let has_more = left.next_if(|next| next.span.start == at).is_some();
        while left.next_if(|next| next.span.start == at).is_some() {}
        let wrong = own.filter(|syllable| !has_more && tables.usual(c).is_some_and(|usual| usual != syllable.pinyin));
        // 一 and 不 change by themselves, and an engine without a tone says the full one: both are understood.
        let wrong = wrong.filter(|syllable| !matches!(c, '一' | '不') && !syllable.pinyin.ends_with('5'));
        respelled.push(wrong.and_then(|syllable| tables.homophone(&syllable.pinyin)).unwrap_or(c));
    }
    respelled
}
