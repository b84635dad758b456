//! The dictionary of the pinyin keyboard, packed from Debian's `rime-data-pinyin-simp` (Apache License 2.0).
//! It keeps words, syllables and weights as they are; what is no line of the dictionary is left out.

const DICTIONARY: &str = "/usr/share/rime-data/pinyin_simp.dict.yaml";

/// A line a word: the word, its syllables, its weight.
pub fn pack() -> Result<Vec<u8>, String> {
    println!("cargo::rerun-if-changed={DICTIONARY}");
    let text = std::fs::read_to_string(DICTIONARY).map_err(|_| {
        "no dictionary for the pinyin keyboard: install rime-data-pinyin-simp; without it single characters only"
            .to_owned()
    })?;
    let mut packed = String::with_capacity(text.len());
    // The head ends with three dots.
    for line in text.lines().skip_while(|line| line.trim() != "...").skip(1) {
        let mut parts = line.split('\t');
        let (Some(word), Some(syllables)) = (parts.next(), parts.next()) else { continue };
        let weight: u32 = parts.next().and_then(|weight| weight.trim().parse().ok()).unwrap_or(0);
        let is_whole = word.chars().count() == syllables.split(' ').count();
        if is_whole && syllables.bytes().all(|b| b.is_ascii_lowercase() || b == b' ') {
            packed.push_str(&format!("{word}\t{syllables}\t{weight}\n"));
        }
    }
    Ok(packed.into_bytes())
}
