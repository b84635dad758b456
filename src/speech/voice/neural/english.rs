//! How English words sound, in the symbols of the model: asked of espeak-ng, rewritten as its makers do.
//! It speaks nothing; without espeak-ng there is no English.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// The program.
const PROGRAM: &str = "espeak-ng";
/// Marks at which the model pauses.
const MARKS: [char; 6] = [',', '.', ';', ':', '!', '?'];
/// The sounds of espeak-ng with a tie between two that are one, and the model's symbols for them (misaki, `espeak.py`).
const SOUNDS: [(&str, &str); 24] = [
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("o^ʊ", "O"),
    ("ə^l", "ᵊl"),
    ("ʔ", "t"),
    ("e", "A"),
    ("ʲ", "j"),
    ("ɚ", "əɹ"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("ɾ", "T"),
    ("o", "ɔ"),
    ("ː", ""),
    ("^", ""),
];

/// True where espeak-ng is installed.
pub fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(PROGRAM).is_file())
}

/// The symbols of English words; marks stay, as the model pauses at them.
pub(super) fn symbols(text: &str) -> io::Result<String> {
    let mut said = String::new();
    let mut words: Vec<&str> = Vec::new();
    let mut tokens = text.split_whitespace().peekable();
    while let Some(token) = tokens.next() {
        let word = token.trim_end_matches(MARKS);
        words.push(word);
        // A mark inside a token, as in 9:30, is none.
        let marks = token.get(word.len()..).unwrap_or_default();
        if marks.is_empty() && tokens.peek().is_some() {
            continue;
        }
        let part = words.join(" ");
        words.clear();
        if part.chars().any(char::is_alphanumeric) {
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(&rewritten(&asked(&part)?));
        }
        said.push_str(marks);
    }
    Ok(said)
}

fn asked(words: &str) -> io::Result<String> {
    let mut child = Command::new(PROGRAM)
        .args(["-q", "--ipa", "--tie=^", "-v", "en-us", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(words.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn rewritten(ipa: &str) -> String {
    SOUNDS.iter().fold(ipa.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sounds_are_written_as_the_model_knows_them() {
        assert_eq!(rewritten("ɡ^ˈo^ʊ t^ʃˈa^ɪ"), "ɡˈO ʧˈI");
        assert_eq!(rewritten("wˈɜːk nˈʌmbɚ"), "wˈɜɹk nˈʌmbəɹ");
    }

    #[test]
    fn words_and_marks_become_symbols() {
        if !is_installed() {
            return;
        }
        let said = symbols("Please take a number, then wait.").unwrap();
        assert!(said.starts_with("plˈiz tˈAk") && said.contains(", ") && said.ends_with('.'), "{said}");
        assert_eq!(symbols("...").unwrap(), "...");
    }
}
