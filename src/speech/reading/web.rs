//! Web addresses and mailboxes: announced, because nobody can write down a spelled address.
//! It never spells one out.

use super::Said;
use super::text::Shown;

const ENDINGS: [&str; 8] = ["cn", "com", "net", "org", "gov", "edu", "info", "top"];

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let starts = shown.at(at)?.is_ascii_alphanumeric() && !shown.before(at).is_some_and(is_address);
    if !starts {
        return None;
    }
    let mut end = shown.run_end(at, is_address);
    // A full stop or a closing bracket after an address belongs to the sentence.
    while end > at && shown.before(end).is_some_and(|c| matches!(c, '.' | ',' | ')' | '?' | '!' | ':' | ';')) {
        end -= 1;
    }
    let address = shown.slice(at, end).to_ascii_lowercase();
    if address.starts_with("http://") || address.starts_with("https://") || address.starts_with("www.") {
        return Said::word(end, "网址请看屏幕");
    }
    if let Some((name, host)) = address.split_once('@') {
        return (!name.is_empty() && host.contains('.')).then(|| Said::word(end, "电子邮箱请看屏幕"))?;
    }
    let host = address.split(['/', '?', ':']).next().unwrap_or_default();
    let (_, ending) = host.rsplit_once('.')?;
    (ENDINGS.contains(&ending) && !host.contains("..")).then(|| Said::word(end, "网址请看屏幕"))?
}

fn is_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}
