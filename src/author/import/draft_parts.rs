//! What the words of an item sheet say: limits, papers, steps, legal basis, phone numbers.
//! What is not said in so many words comes back as nothing; nothing is taken for granted.

use super::cells::{after_number, begins_point, items, one_line, phone};
use super::header::{half_width, normal, without_brackets};

/// Most points that one cell is split into.
const POINTS_MAX: usize = 200;
/// Longest name of a step in characters; what is longer is a sentence.
const STEP_NAME_CHARS_MAX: usize = 12;
const ARROWS: &[&str] = &["→", "⟶", "—>", "-->", "->", "=>", "↓", "➔"];

/// A paper as its words tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// Its name without what is said about copies.
    pub name: String,
    /// 原件, 复印件, 原件和复印件, or 电子.
    pub form: Option<&'static str>,
    /// How many originals, where it is said.
    pub originals: Option<u8>,
    /// How many copies, where it is said.
    pub copies: Option<u8>,
    /// Where it comes from.
    pub source: Option<&'static str>,
    /// 必要, 非必要 or 容缺.
    pub need: Option<&'static str>,
}

/// A limit: `20个工作日`, `当场办结`, or a bare number under a heading with its unit.
pub fn limit(text: &str, heading: &str) -> Option<(u16, &'static str)> {
    let bare = half_width(&one_line(text)).replace(' ', "");
    if matches!(bare.as_str(), "当场" | "当场办结" | "即办" | "即时办结" | "即办件" | "当日办结" | "现场办结")
    {
        return (bare != "当日办结").then_some((0, "工作日"));
    }
    let unit_of = |text: &str| match text {
        t if t.contains("工作日") => Some("工作日"),
        t if t.contains('日') || t.contains('天') => Some("日"),
        _ => None,
    };
    let numbers: Vec<&str> = bare.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let [number] = numbers.as_slice() else { return None };
    let after = bare.split_once(number).map_or("", |(_, after)| after);
    // Months and hours have no unit in a guide.
    if after.starts_with("个月")
        || after.starts_with('月')
        || after.contains("小时")
        || after.contains('年')
        || after.contains('.')
    {
        return None;
    }
    let unit = unit_of(after).or_else(|| if after.is_empty() { unit_of(heading) } else { None })?;
    Some((number.parse().ok()?, unit))
}

/// How often one must come: `0次`, `最多1次`.
pub fn visits(text: &str) -> Option<u8> {
    let bare = half_width(&one_line(text));
    let bare = bare.trim_start_matches("最多").trim_end_matches("次").trim();
    bare.parse().ok()
}

/// The points of a cell: its lines, or what stands behind 1. 2. 3. inside one line.
pub fn points(text: &str) -> Vec<String> {
    let mut points = Vec::new();
    for line in text.split(['\n', '\r']) {
        let mut rest = line.trim();
        while !rest.is_empty() && points.len() < POINTS_MAX {
            let end = next_point(rest);
            let point =
                without_number(&one_line(&rest[..end])).trim_end_matches(['；', ';', '。', '，', '、', ' ']).to_owned();
            if !point.is_empty() {
                points.push(point);
            }
            rest = &rest[end..];
        }
    }
    points
}

/// Where the next point of a line begins: behind a mark, with a number of its own.
fn next_point(line: &str) -> usize {
    let mut before = None;
    for (at, c) in line.char_indices() {
        let is_behind_mark = before.is_some_and(|b: char| "；;。，、 ".contains(b));
        if is_behind_mark && begins_point(&line[at..]) {
            return at;
        }
        before = Some(c);
    }
    line.len()
}

/// A point without the number before it.
fn without_number(point: &str) -> &str {
    after_number(point).filter(|rest| !rest.is_empty()).unwrap_or(point)
}

/// A paper out of one point of the cell.
pub fn paper(point: &str) -> Paper {
    let half = half_width(point).replace(' ', "");
    let says = |words: &[&str]| words.iter().any(|word| half.contains(word));
    // 复印件 is said of copies; 原件 inside 原件核验 is an original all the same.
    let has_copy = says(&["复印件", "影印件"]);
    let has_original = says(&["原件", "正本"]);
    let form = match (has_original, has_copy) {
        (true, true) => Some("原件和复印件"),
        (true, false) => Some("原件"),
        (false, true) => Some("复印件"),
        (false, false) => says(&["电子版", "电子件", "电子材料", "电子文档", "电子证照"]).then_some("电子"),
    };
    let each = (has_original && has_copy).then(|| count_behind(&half, "各")).flatten();
    let alone = (has_original != has_copy).then(|| any_count(&half)).flatten();
    let originals = has_original.then(|| each.or_else(|| count_behind(&half, "原件")).or(alone)).flatten();
    let copies = has_copy.then(|| each.or_else(|| count_behind(&half, "复印件")).or(alone)).flatten();
    let source = match () {
        () if says(&["申请人自备", "自备"]) => Some("申请人自备"),
        () if says(&["政府部门核发", "部门核发"]) => Some("政府部门核发"),
        () => None,
    };
    let need = match () {
        () if says(&["容缺"]) => Some("容缺"),
        () if says(&["非必要", "非必须", "可选"]) => Some("非必要"),
        () if says(&["必要", "必须", "必备"]) => Some("必要"),
        () => None,
    };
    Paper { name: paper_name(point), form, originals, copies, source, need }
}

/// The name: without brackets that speak of copies, up to the first such word outside them.
fn paper_name(point: &str) -> String {
    const WORDS: &[&str] = &["原件", "复印件", "影印件", "正本", "电子版", "电子件", "一式"];
    let speaks = |text: &str| WORDS.iter().any(|word| text.contains(word)) || any_count(&half_width(text)).is_some();
    let mut bare = point.to_owned();
    if speaks(point) && !speaks(&without_brackets(point)) {
        bare = without_brackets(point);
    }
    let cut = WORDS.iter().filter_map(|word| bare.find(word)).filter(|at| *at > 0).min().unwrap_or(bare.len());
    let name = bare[..cut].trim_end_matches(['（', '(', '，', ',', '：', ':', '、', '；', ' ', '的']);
    if name.is_empty() { point.to_owned() } else { name.to_owned() }
}

/// A number right behind a word: `原件1份`, `原件：2`, `各一份`.
fn count_behind(text: &str, word: &str) -> Option<u8> {
    let at = text.find(word)? + word.len();
    let rest = text[at..].trim_start_matches([':', '：', '(', '*', '×', 'x']);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    match rest.chars().next().and_then(hanzi_digit) {
        Some(n) if rest.chars().nth(1) == Some('份') => Some(n),
        _ => digits.parse().ok().filter(|n| *n > 0),
    }
}

/// The only `n份` of a text; `一式三份` is three.
fn any_count(text: &str) -> Option<u8> {
    let chars: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (1..chars.len()).filter(|at| matches!(chars[*at], '份' | '张')).collect();
    let [at] = places.as_slice() else { return None };
    let digits: String = chars[..*at].iter().rev().take_while(|c| c.is_ascii_digit()).collect();
    if digits.is_empty() {
        return hanzi_digit(chars[at - 1]);
    }
    digits.chars().rev().collect::<String>().parse().ok().filter(|n| *n > 0)
}

fn hanzi_digit(c: char) -> Option<u8> {
    let at = "一二三四五六七八九".chars().position(|digit| digit == c);
    match c {
        '两' => Some(2),
        _ => at.and_then(|at| u8::try_from(at + 1).ok()),
    }
}

/// The steps of a cell: name and sentence.
pub fn steps(text: &str) -> Vec<(String, String)> {
    let mut lines = text.to_owned();
    for arrow in ARROWS {
        lines = lines.replace(arrow, "\n");
    }
    let step = |point: String| match point.split_once(['：', ':']) {
        Some((name, what)) if is_step_name(name) && !what.trim().is_empty() => {
            (name.to_owned(), what.trim().to_owned())
        }
        Some(_) | None if is_step_name(&point) => (point.clone(), point),
        Some(_) | None => (String::new(), point),
    };
    points(&lines).into_iter().map(step).collect()
}

fn is_step_name(text: &str) -> bool {
    let chars = text.chars().count();
    chars > 0 && chars <= STEP_NAME_CHARS_MAX
}

/// A law or document that a basis names: title, number, article.
pub fn basis(point: &str) -> Option<(String, String, String)> {
    let (_, rest) = point.split_once('《')?;
    let (title, after) = rest.split_once('》')?;
    let number = after.strip_prefix(['（', '(']).and_then(|rest| rest.split_once(['）', ')']));
    let number = number.map_or("", |(number, _)| number);
    let is_number = number.contains('号') || number.contains('〔');
    let article = after.match_indices('第').find_map(|(at, _)| {
        let rest = &after[at..];
        let (digits, _) = rest.strip_prefix('第')?.split_once('条')?;
        let is_count = !digits.is_empty()
            && digits.chars().all(|c| c.is_ascii_digit() || "零〇一二三四五六七八九十百".contains(c));
        is_count.then(|| format!("第{digits}条"))
    });
    let number = if is_number { number.to_owned() } else { String::new() };
    Some((title.to_owned(), number, article.unwrap_or_default()))
}

/// The one phone number of a cell; none when there are several or none.
pub fn only_phone(text: &str) -> Option<String> {
    if let Some(phone) = phone(text) {
        return Some(phone);
    }
    let half = half_width(text).replace(['—', '–', '－', '−'], "-");
    let runs = half.split(|c: char| !c.is_ascii_digit() && c != '-').map(|run| run.trim_matches('-'));
    let is_phone = |run: &&str| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        digits >= 7 || (digits == 5 && run.starts_with('1') && run.len() == 5)
    };
    let mut phones: Vec<String> = runs.filter(is_phone).filter_map(phone).collect();
    phones.sort();
    phones.dedup();
    match phones.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// The standard's words that a cell names, by all their names; none when one is not known.
pub fn terms(text: &str, known: &[(&'static str, &[&str])]) -> Option<Vec<&'static str>> {
    let find = |item: &String| {
        let wanted = normal(item);
        let is_it =
            |(term, also): &&(&str, &[&str])| normal(term) == wanted || also.iter().any(|a| normal(a) == wanted);
        known.iter().find(is_it).map(|(term, _)| *term)
    };
    let items: Vec<String> =
        items(text).iter().flat_map(|item| item.split('/').map(str::to_owned).collect::<Vec<_>>()).collect();
    let mut found: Vec<&'static str> = items.iter().map(find).collect::<Option<_>>()?;
    let mut seen = Vec::new();
    found.retain(|term| {
        !seen.contains(term) && {
            seen.push(*term);
            true
        }
    });
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits_are_taken_only_with_their_unit() {
        assert_eq!(limit("20个工作日", ""), Some((20, "工作日")));
        assert_eq!(limit("自受理之日起５个工作日内办结", ""), Some((5, "工作日")));
        assert_eq!(limit("30日", ""), Some((30, "日")));
        assert_eq!(limit("当场办结", ""), Some((0, "工作日")));
        assert_eq!(limit("3", "承诺办结时限（工作日）"), Some((3, "工作日")));
        for text in ["3", "3个月", "24小时", "5-10个工作日", "及时", ""] {
            assert_eq!(limit(text, "承诺办结时限"), None, "{text}");
        }
    }

    #[test]
    fn papers_are_split_where_the_cell_numbers_them() {
        assert_eq!(points("1.身份证；2.照片（一寸）。3、户口簿"), ["身份证", "照片（一寸）", "户口簿"]);
        assert_eq!(points("1、12个月的流水"), ["12个月的流水"]);
        assert_eq!(points("（一）申请表\n（二）身份证\n"), ["申请表", "身份证"]);
        assert_eq!(points("身份证、户口簿"), ["身份证、户口簿"], "a list without numbers stays together");
        assert_eq!(points("12.5公里"), ["12.5公里"]);
    }

    #[test]
    fn a_paper_says_its_form_and_copies() {
        let both = paper("居民身份证（原件1份，复印件2份）");
        assert_eq!((both.name.as_str(), both.form), ("居民身份证", Some("原件和复印件")));
        assert_eq!((both.originals, both.copies), (Some(1), Some(2)));
        let copy = paper("营业执照复印件一份");
        assert_eq!((copy.name.as_str(), copy.form, copy.copies), ("营业执照", Some("复印件"), Some(1)));
        let each = paper("户口簿原件及复印件各一份（申请人自备）");
        assert_eq!((each.originals, each.copies, each.source), (Some(1), Some(1), Some("申请人自备")));
        let bare = paper("近期照片");
        assert_eq!((bare.name.as_str(), bare.form, bare.originals), ("近期照片", None, None));
        assert_eq!(paper("申请表（原件，一式三份，必要）").originals, Some(3));
        assert_eq!(paper("申请表（原件）").originals, None, "how many is not said");
    }

    #[test]
    fn steps_basis_and_phones() {
        assert_eq!(steps("申请→受理→办结").len(), 3);
        assert_eq!(steps("1.申请：带上材料到窗口。")[0], ("申请".into(), "带上材料到窗口".into()));
        assert_eq!(
            basis("《中华人民共和国老年人权益保障法》（主席令第24号）第五十二条：……"),
            Some(("中华人民共和国老年人权益保障法".into(), "主席令第24号".into(), "第五十二条".into()))
        );
        assert_eq!(basis("市政府会议纪要"), None);
        assert_eq!(only_phone("咨询电话：0600-5550111（工作日）"), Some("0600-5550111".into()));
        assert_eq!(only_phone("0600-5550111、5550112"), None);
        assert_eq!(only_phone("12345"), Some("12345".into()));
        assert_eq!(only_phone("窗口咨询"), None);
    }

    proptest! {
        #[test]
        fn no_cell_panics(text in "\\PC{0,60}|[0-9一二三（）()原件复印份各《》第条号.、；\\n→：]{0,40}") {
            let _ = (limit(&text, &text), visits(&text), steps(&text), basis(&text), only_phone(&text));
            for point in points(&text) {
                let _ = paper(&point);
            }
        }
    }
}
