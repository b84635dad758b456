//! One line for a whole error chain, for logs and for staff.
//! It adds nothing: each error says its own part and keeps its source out of Display.

use std::error::Error;

/// Joins an error and all its sources with `：`, outermost first.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        // Some libraries repeat their source in Display; saying it twice helps nobody.
        if !line.ends_with(&text) {
            line.push('：');
            line.push_str(&text);
        }
        next = source.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("不能读取文件 a.toml")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn a_chain_names_every_cause_once() {
        let error = Outer(std::io::Error::other("磁盘故障"));
        assert_eq!(chain(&error), "不能读取文件 a.toml：磁盘故障");
    }
}
