//! Lines of a given width, broken where Chinese allows it.
//! It never starts a line with closing punctuation nor ends one with an opening sign, and marks a word that had to break.

/// Stands at the end of a line whose word (a long URL) goes on in the next one.
pub const CONTINUES: char = '→';
/// On lines that hold fewer marks than this, a mark would take more room than it helps.
const MARKS_PER_LINE_MIN: usize = 4;

const CLOSING: &str = "，。、；：！？）〕】》〉」』｝］”’％‰℃…—～·,.;:!?)]}%>،؛؟۔་།༎༌᠂᠃";
const OPENING: &str = "（〔【《〈「『｛［“‘￥＄([{<$№";

/// Breaks `text` into lines that are at most `width` wide, as `measure` has it; an empty text is one empty line.
pub fn wrap(text: &str, width: usize, measure: &dyn Fn(&str) -> usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for unit in units(text) {
        let unit_width = measure(unit);
        let is_blank = unit == " ";
        if used + unit_width <= width {
            // A line may begin with a blank only where the author began it so.
            if !(is_blank && line.is_empty() && !lines.is_empty()) {
                line.push_str(unit);
                used += unit_width;
            }
            continue;
        }
        if is_blank {
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
        }
        line = break_long(unit, width, measure, &mut lines);
        used = measure(&line);
    }
    lines.push(line);
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The pieces that stay whole: words, numbers, single hanzi with their punctuation, blanks.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        if previous.is_some_and(|before| may_break(before, c)) {
            units.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    if start < text.len() {
        units.push(&text[start..]);
    }
    units
}

fn may_break(before: char, after: char) -> bool {
    if before == ' ' || after == ' ' {
        return true;
    }
    if is_mark(after) || CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    // Words of scripts that have words: Latin, Cyrillic, Uyghur, Mongolian, a Tibetan syllable up to its dot.
    if is_word_part(before) && is_word_part(after) {
        return false;
    }
    // Numbers, ids, phones, URLs: anything of ASCII without a blank stays whole.
    !(before.is_ascii() && after.is_ascii())
}

/// A combining mark belongs to the character before it.
fn is_mark(c: char) -> bool {
    unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

/// A letter or digit of a script that is written in words.
fn is_word_part(c: char) -> bool {
    let is_of_characters = matches!(
        c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}'
    );
    !is_of_characters && (c.is_alphanumeric() || is_mark(c) || matches!(c, '\u{1800}'..='\u{18af}' | '\u{202f}'))
}

/// Puts a unit that is wider than a whole line on as many lines as it needs; returns the last, unfinished one.
fn break_long(unit: &str, width: usize, measure: &dyn Fn(&str) -> usize, lines: &mut Vec<String>) -> String {
    let mut total = measure(unit);
    if total <= width {
        return unit.to_owned();
    }
    // Only inside a word does a break need a mark; a row of dashes explains itself.
    let mark = String::from(CONTINUES);
    let mark_width = measure(&mark);
    let marks = width >= mark_width * MARKS_PER_LINE_MIN && unit.chars().any(|c| c.is_ascii_alphanumeric());
    let room = if marks { width - mark_width } else { width };
    let mut line = String::new();
    let mut used = 0;
    for cluster in clusters(unit) {
        let wide = measure(cluster);
        let fits = used + wide <= room || (used + total <= width);
        if !fits && !line.is_empty() {
            let mut full = std::mem::take(&mut line);
            if marks {
                full.push(CONTINUES);
            }
            lines.push(full);
            used = 0;
        }
        line.push_str(cluster);
        used += wide;
        total = total.saturating_sub(wide);
    }
    line
}

/// Characters with the marks that stand on them.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = text.char_indices().filter(|(at, c)| *at == 0 || !is_mark(*c)).map(|(at, _)| at).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain(std::iter::once(text.len())).collect();
    starts.into_iter().zip(ends).map(|(start, end)| &text[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, width: usize) -> Vec<String> {
        wrap(text, width, &|text| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum())
    }

    #[test]
    fn closing_signs_never_start_a_line() {
        assert_eq!(set("请带好身份证，户口簿", 12), ["请带好身份", "证，户口簿"]);
        assert_eq!(set("一二三四（五）。六", 12), ["一二三四", "（五）。六"]);
    }

    #[test]
    fn opening_signs_never_end_a_line() {
        assert_eq!(set("办理老年证（免费", 12), ["办理老年证", "（免费"]);
        assert_eq!(set("按照《老年法》", 6), ["按照", "《老年", "法》"]);
    }

    #[test]
    fn a_number_moves_whole_to_the_next_line() {
        assert_eq!(set("公民身份号码340524198001010016止", 20), ["公民身份号码", "340524198001010016止"]);
        assert_eq!(set("电话0555-6781234或12345", 15), ["电话", "0555-6781234或", "12345"]);
    }

    #[test]
    fn a_word_longer_than_the_line_shows_that_it_goes_on() {
        let lines = set("https://www.example.gov.cn/service/guide/elder", 20);
        assert!(lines.len() > 2);
        for line in &lines[..lines.len() - 1] {
            assert!(line.ends_with(CONTINUES), "{line}");
        }
        assert_eq!(lines.concat().replace(CONTINUES, ""), "https://www.example.gov.cn/service/guide/elder");
    }

    #[test]
    fn blanks_at_a_break_disappear() {
        assert_eq!(set("ab cd  ef", 5), ["ab cd", "ef"]);
        assert_eq!(set("", 10), [""]);
    }

    #[test]
    fn words_of_other_scripts_stay_whole() {
        assert_eq!(set("Привет, мир", 14), ["Привет,", "мир"]);
        assert_eq!(set("བོད་ཡིག་", 10), ["བོད་", "ཡིག་"]);
        assert_eq!(set("ئۇيغۇر تىلى", 14), ["ئۇيغۇر", "تىلى"]);
        assert_eq!(set("ꆈꌠꉙ", 4), ["ꆈꌠ", "ꉙ"]);
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_too_long_and_nothing_gets_lost(text in "[一-龥a-z0-9，。（）《》 ]{0,80}", width in 4usize..48) {
            let lines = set(&text, width);
            for line in &lines {
                let used: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
                proptest::prop_assert!(used <= width, "{line:?} in {width}");
            }
            let bare = |s: &str| s.replace([' ', CONTINUES], "");
            proptest::prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}
