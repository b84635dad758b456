//! What an unknown word was probably meant to be.
//! It only suggests; nobody's word is changed.

/// The known key that an unknown one was probably meant to be.
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Two letters in five may be wrong; more is another word.
    let limit = (unknown.chars().count() * 2 / 5).max(1);
    known
        .map(|name| (distance(&unknown.to_lowercase(), name), name))
        .filter(|(d, name)| *d <= limit || name.starts_with(unknown) || unknown.starts_with(name))
        .min()
        .map(|(_, name)| name)
}

/// Edits between two words, a swap of neighbours counting as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_finds_its_neighbour() {
        let names = || ["title", "material", "promise_limit", "plain"].into_iter();
        assert_eq!(nearest("tilte", names()), Some("title"));
        assert_eq!(nearest("materials", names()), Some("material"));
        assert_eq!(nearest("Title", names()), Some("title"));
        assert_eq!(nearest("promise_limits", names()), Some("promise_limit"));
        assert_eq!(nearest("plane", names()), Some("plain"));
        assert_eq!(nearest("颜色", names()), None);
        assert_eq!(nearest("weather", names()), None);
    }
}
