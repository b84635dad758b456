//! Rules on how one reaches somebody: numbers as they are dialled, windows as they are signed and mapped.
//! They never call anybody; whether a number is answered is for the office to try.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::base::id::RecordId;
use crate::content::schema::Seen;
use crate::content::{FloorMap, Window};

/// L06: a number is a landline with its area code, a mobile, a hotline or a 400 number.
pub fn phone_forms(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for authored in &hall.reading.records {
        authored.record.visit(&mut |at, seen| {
            if let Seen::Phone(phone) = seen
                && !is_dialled_so(phone)
            {
                let message = format!("“{phone}”写法不规范：座机写成 区号-号码，手机 11 位，热线 3 至 5 位");
                problems.push(rule.broken(authored, &at.to_string(), message));
            }
        });
    }
    problems
}

/// Numbering plan of the People's Republic (MIIT 2017): area codes 0xx and 0xxx, subscriber numbers of 7 or 8 digits.
fn is_dialled_so(phone: &str) -> bool {
    let digits =
        |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = phone.split('-').collect();
    match parts.as_slice() {
        [whole] if whole.starts_with('1') => {
            let is_mobile = digits(whole, &[11]) && !whole.starts_with("10") && !whole.starts_with("12");
            is_mobile || digits(whole, &[3, 5])
        }
        [whole] => (whole.starts_with("95") && digits(whole, &[5, 6, 8])) || (is_400(whole) && digits(whole, &[10])),
        ["400" | "800", middle, end] => digits(middle, &[3]) && digits(end, &[4]),
        [area, number] | [area, number, _] if area.starts_with('0') => {
            let has_extension = parts.get(2).is_none_or(|end| digits(end, &[1, 2, 3, 4, 5, 6]));
            digits(area, &[3, 4]) && digits(number, &[7, 8]) && !number.starts_with(['0', '1']) && has_extension
        }
        _ => false,
    }
}

fn is_400(whole: &str) -> bool {
    whole.starts_with("400") || whole.starts_with("800")
}

/// L27: a window of the building that the maps are of is on one of them.
pub fn unmapped_windows(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mapped: BTreeSet<&RecordId> =
        hall.records::<FloorMap>().flat_map(|(_, m)| &m.places).map(|p| &p.target).collect();
    let windows = || hall.records::<Window>();
    let buildings: BTreeSet<&str> =
        windows().filter(|(_, w)| mapped.contains(&w.id)).map(|(_, w)| building(w)).collect();
    let is_lost = |window: &Window| buildings.contains(building(window)) && !mapped.contains(&window.id);
    windows()
        .filter(|(_, window)| is_lost(window))
        .map(|(authored, w)| rule.broken(authored, "id", format!("{}号窗口“{}”不在任何一张平面图上", w.number, w.name)))
        .collect()
}

/// What stands before the floor: 政务服务中心一楼A区 is in 政务服务中心.
fn building(window: &Window) -> &str {
    let place = window.place.as_str();
    let Some(floor) = place.find(['楼', '层']) else { return place };
    place[..floor].trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十负".contains(c))
}

/// L28: a window is called by the number and name on its sign, everywhere.
pub fn window_names(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let mut signs: BTreeMap<(&str, &str), &Window> = BTreeMap::new();
    let mut problems = Vec::new();
    for (authored, window) in hall.records::<Window>() {
        let first = *signs.entry((building(window), window.number.trim())).or_insert(window);
        if first.name.trim() != window.name.trim() {
            let message = format!("{}号窗口有两个名称：“{}”和“{}”", window.number, first.name, window.name);
            problems.push(rule.broken(authored, "name", message));
        }
    }
    let names = |number: &str| -> Vec<&str> {
        signs.iter().filter(|((_, n), _)| *n == number).map(|(_, window)| window.name.as_str()).collect()
    };
    for (authored, _) in hall.guides() {
        authored.record.visit(&mut |at, seen| {
            let Seen::Text(text) = seen else { return };
            for (number, called) in windows_named(text) {
                let known = names(number);
                let message = if known.is_empty() {
                    format!("windows.csv 里没有{number}号窗口")
                } else if !called.is_empty() && !known.iter().any(|name| name.contains(called) || called.contains(name))
                {
                    format!("{number}号窗口叫“{}”，这里写成“{called}”", known.join("”“"))
                } else {
                    continue;
                };
                problems.push(rule.broken(authored, &at.to_string(), message));
            }
        });
    }
    problems
}

/// Windows that a text names by their number: `3号窗口`, `3号社保窗口`, with the name between.
fn windows_named(text: &str) -> Vec<(&str, &str)> {
    /// Longest name between number and window, in characters.
    const NAME_CHARS_MAX: usize = 10;
    let mut found = Vec::new();
    for (mark, _) in text.match_indices('号') {
        let before = &text[..mark];
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let after = &text[mark + '号'.len_utf8()..];
        let Some(end) = after.find("窗口") else { continue };
        let (number, called) = (&before[mark - digits..], &after[..end]);
        let is_name =
            called.chars().count() <= NAME_CHARS_MAX && called.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        // 2、3号窗口 and 3至5号窗口 are still windows of these numbers; 文号 and 门牌号 have other words behind them.
        let is_word = called.contains(['到', '的', '在', '和', '或']) || called.starts_with(['楼', '线', '院']);
        if (1..=2).contains(&digits) && is_name && !is_word {
            found.push((number, called));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_found_by_the_number_before_them() {
        assert_eq!(windows_named("请到3号窗口取号"), [("3", "")]);
        assert_eq!(windows_named("到6号社会保险窗口或7号窗口"), [("6", "社会保险"), ("7", "")]);
        for none in ["云政办发〔2026〕3号文件到窗口领取", "中心路2号院窗口", "1234号窗口", "号窗口", "3号到综合窗口"]
        {
            assert_eq!(windows_named(none), [], "{none}");
        }
    }

    #[test]
    fn numbers_are_written_as_they_are_dialled() {
        for good in ["12345", "110", "12333", "0600-5550100", "010-65550100-12", "13800000000", "400-555-0100", "95500"]
        {
            assert!(is_dialled_so(good), "{good}");
        }
        for bad in ["5550100", "06005550100", "0600-555010", "12-345", "10-0", "1234", "12800000000", "0600-1550100"] {
            assert!(!is_dialled_so(bad), "{bad}");
        }
    }
}
